#!/usr/bin/env python3
"""Makes fuzz/corpus/TARGET of fuzz/found/TARGET: few small files that together reach most of what all of them reach.

usage: minimise.py FOLDER_OF_THE_TARGETS [TARGET...]

libFuzzer chooses a set that covers everything; of that some of each size are kept. Files that a defect was found with
(regression-*) stay.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOM = 24_000
MOST = 40
LONGEST = 2_500


def minimised(binary, target):
    found = HERE / "found" / target
    with tempfile.TemporaryDirectory() as scratch:
        small, merged = pathlib.Path(scratch, "small"), pathlib.Path(scratch, "merged")
        small.mkdir()
        merged.mkdir()
        for path in found.iterdir():
            try:
                if path.stat().st_size <= LONGEST:
                    shutil.copy(path, small)
            except FileNotFoundError:
                continue  # fuzzing goes on beside this, and replaces files by smaller ones
        command = [binary, "-set_cover_merge=1", "-timeout=25", f"-artifact_prefix={scratch}/", merged, small]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        files = sorted(merged.iterdir(), key=lambda path: (path.stat().st_size, path.name))
        return [(path.name[:12], path.read_bytes()) for path in files]


def chosen(files):
    """Every so-many-th by size, so that all sizes are there, up to the number and the bytes that there is room for."""
    left, few = ROOM, []
    step = max(1, len(files) // MOST)
    for name, data in files[:: step]:
        if len(data) <= left and len(few) < MOST:
            few.append((name, data))
            left -= len(data)
    return few


def main():
    folder = pathlib.Path(sys.argv[1])
    targets = sys.argv[2:] or sorted(path.stem for path in (HERE / "fuzz_targets").glob("*.rs"))
    for target in targets:
        files = minimised(folder / target, target)
        few = chosen(files)
        corpus = HERE / "corpus" / target
        corpus.mkdir(parents=True, exist_ok=True)
        for path in corpus.iterdir():
            if not path.name.startswith("regression-"):
                path.unlink()
        for name, data in few:
            (corpus / name).write_bytes(data)
        size = sum(len(data) for _, data in few)
        print(f"{target}: {len(few)} of {len(files)} files, {size} bytes")


main()
