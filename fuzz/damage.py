#!/usr/bin/env python3
"""Scans many damaged copies of files beside the whole ones, and checks the account.

usage: damage.py ORDINANCE FOLDER [--count 5000] [--seed 1] [--work DIR]

Two scans: of the whole files, and of these with so many damaged copies. It must end without a crash, every file has
exactly one account, an unreadable file makes the scan incomplete (exit 4), and what is found in the whole files is the
same in both. What one file exports another may import, and nested stacks call each other: each copy lies in a folder of
its own, and files that speak of other stacks are not copied, so that a copy cannot change what a whole file means.
"""

import argparse
import collections
import json
import pathlib
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

ENDINGS = {".yaml", ".yml", ".json", ".template"}
LINKED = re.compile(rb"Export|ImportValue|CloudFormation::Stack|Serverless::Application")


def damaged(data, others, chance):
    """Damages bytes in one to three ways."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(data) + 1)
        length = chance.choice([1, 1, 2, 8, 64, 512])
        piece = data[at : at + length]
        way = chance.randrange(10)
        if way == 0:
            data = data[:at]
        elif way == 1:
            data = data[:at] + data[at + length :]
        elif way == 2:
            data = data[:at] + piece + piece + data[at + length :]
        elif way == 3:
            data = data[:at] + bytes(chance.randrange(256) for _ in range(length)) + data[at + length :]
        elif way == 4:
            data = data[:at] + bytes(b ^ (1 << chance.randrange(8)) for b in piece) + data[at + length :]
        elif way == 5:
            data = data[:at] + chance.choice([b"\0", b"\xff", b"\t", b"\r", b"&a ", b"*a", b"<<: ", b"{", b"]", b'"', b"!Ref ", b"${", b"${{", b"- ", b"#", b"\xef\xbb\xbf"]) + data[at:]
        elif way == 6:
            lines = data.splitlines(keepends=True)
            if len(lines) > 1:
                one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
                lines[one], lines[two] = lines[two], lines[one]
            data = b"".join(lines)
        elif way == 7:
            lines = data.splitlines(keepends=True)
            if lines:
                number = chance.randrange(len(lines))
                lines[number] = chance.choice([b" ", b"  ", b"\t"]) + lines[number]
            data = b"".join(lines)
        elif way == 8:
            other = chance.choice(others)
            start = chance.randrange(len(other) + 1)
            data = data[:at] + other[start : start + 8 * length] + data[at:]
        else:
            number = chance.choice([b"-1", b"1e999", b"99999999999999999999", b"null", b"[]", b"{}", b"~"])
            data = re.sub(rb"(?<=: )[\w\"'.-]+", number, data, count=1) if chance.random() < 0.5 else data[:at] + number + data[at + length :]
    return data


def scan(program, folder, *arguments):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.time()
    done = subprocess.run([program, "scan", *arguments, "--format", "json", "--no-config"], cwd=folder, capture_output=True)
    seconds = time.time() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = done.stderr.decode(errors="replace")
    assert "panicked" not in said, said
    assert done.returncode in (0, 1, 4), (done.returncode, said)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"exit {done.returncode}, {seconds:.1f} s ({cpu:.1f} s of CPU), peak {after.ru_maxrss >> 10} MB")
    return json.loads(done.stdout), done.returncode


def findings(report):
    """What is found in the whole files: the identity says of what, the place where."""
    found = collections.Counter()
    for one in report["findings"]:
        if one["unit"].startswith("whole/"):
            found[one["identity"], one["outcome"], one["message"], json.dumps(one["location"], sort_keys=True)] += 1
    return found


def fill(source, work, count, chance):
    paths = sorted(path for path in source.rglob("*") if path.is_file() and path.suffix in ENDINGS)
    for path in paths:
        relative = path.relative_to(source)
        is_workflow = path.suffix in {".yml", ".yaml"} and re.search(rb"^[\"']?on[\"']?:", path.read_bytes(), re.M)
        place = work / "whole" / (pathlib.Path(".github/workflows", path.name) if is_workflow else relative)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    whole = sorted(path for path in (work / "whole").rglob("*") if path.is_file())
    texts = [(path, path.read_bytes()) for path in whole]
    usable = [(path, data) for path, data in texts if not LINKED.search(data)]
    for number in range(count):
        path, data = chance.choice(usable)
        folder = work / "damaged" / f"{number:05}"
        if ".github" in path.parts:
            folder = folder / ".github" / "workflows"
        folder.mkdir(parents=True)
        (folder / path.name).write_bytes(damaged(data, [data for _, data in usable], chance))
    return len(whole)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ordinance", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=pathlib.Path)
    arguments = parser.parse_args()
    program = arguments.ordinance.resolve()
    work = arguments.work or pathlib.Path(tempfile.mkdtemp(prefix="damage-"))
    work.mkdir(parents=True, exist_ok=True)
    whole = fill(arguments.folder, work, arguments.count, random.Random(arguments.seed))
    print(f"{whole} whole files, {arguments.count} damaged ones in {work}")
    alone, _ = scan(program, work, "whole")
    both, code = scan(program, work, ".")
    accounts = collections.Counter(one["uri"] for one in both["artifacts"])
    assert len(accounts) == sum(accounts.values()) == whole + arguments.count, len(accounts)
    ends = collections.Counter(one["disposition"] for one in both["artifacts"] if one["uri"].startswith("damaged/"))
    print("damaged files:", dict(ends))
    unreadable = ends["unreadable"]
    assert (code == 4) == bool(unreadable or not both["complete"])
    named = {one["location"]["uri"] for one in both["notices"] if one.get("location")}
    missing = [one["uri"] for one in both["artifacts"] if one["disposition"] == "unreadable" and one["uri"] not in named]
    assert not missing, missing[:3]
    policies = [one["message"] for one in both["notices"] if one.get("rule")]
    assert not policies, policies[:3]
    before, after = findings(alone), findings(both)
    gone, new = before - after, after - before
    print(f"findings of whole files: {sum(before.values())} alone, {sum(after.values())} beside the damaged ones")
    for what, list_ in (("gone", gone), ("new", new)):
        for finding in list(list_)[:5]:
            print(what, finding)
    sys.exit(bool(gone or new))


main()
