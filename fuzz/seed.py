#!/usr/bin/env python3
"""Fills fuzz/found/TARGET with what the repository's own files give a target to start from."""

import json
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
LONGEST = 24_000


def files(*patterns):
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and path.stat().st_size <= LONGEST:
                yield path


def keep(target, name, data):
    folder = HERE / "found" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def copy(target, paths, first=b""):
    for path in paths:
        keep(target, "seed-" + "-".join(path.relative_to(ROOT).parts), first + path.read_bytes())


def strings(value):
    if isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, str):
        yield value


def main():
    templates = list(files("policies/*/*/fixtures/*.yaml", "policies/*/*/fixtures/*.json", "fixtures/**/*.yaml"))
    workflows = list(files("policies/*/*/fixtures/*.yml", "policies/*/*/fixtures/**/*.yml", ".github/**/*.yml", "action.yml"))
    plans = list(files("policies/*/*/fixtures/*/plan.json", "fixtures/**/plan*.json"))
    sources = list(files("policies/*/*/fixtures/**/*.tf", "fixtures/**/*.tf", "fixtures/**/*.tf.json"))
    copy("document", templates[::6] + workflows[::6] + plans[::20])
    copy("cloudformation", templates)
    copy("plan", plans)
    copy("hcl", sources[::4])
    copy("workflow", workflows)
    copy("metadata", files("policies/*/*/*.rego", "policies/lib/*.rego"))
    copy("configuration", files("fixtures/**/ordinance.toml", "fixtures/**/*parameters*.json"))
    for target, names in {
        "plan": ["plan.json", "address.json"],
        "hcl": ["main.tf"],
        "workflow": ["workflow.yml"],
        "cloudformation": ["template.yaml"],
    }.items():
        copy(target, [HERE / "seeds" / name for name in names])
    for number, paths in enumerate([templates[::5], templates[:1], plans[::15], workflows[::5], [ROOT / "action.yml"]]):
        copy("scan", paths, bytes([number]))
    expressions = {
        found
        for path in workflows
        for found in re.findall(r"\$\{\{(.*?)\}\}", path.read_text())
    }
    scripts = {
        found
        for path in workflows
        for found in re.findall(r"run: \|\n((?: {10}.*\n)+)", path.read_text())
    }
    for number, text in enumerate(sorted(expressions) + sorted(scripts)):
        keep("expression", f"seed-{number}", text.strip())
    addresses = set()
    for path in plans[::8]:
        for text in strings(json.loads(path.read_text())):
            if re.fullmatch(r"(module\.|data\.|aws_)[^ ]{1,80}", text):
                addresses.add(text)
    for number, text in enumerate(sorted(addresses)[:120]):
        keep("address", f"seed-{number}", text)
    marks = [
        'ordinance:ignore[KMS-001, S3-002] reason="Logs hold \\"no\\" data" owner=a@example.org expires=2027-02-28 ticket=R-1',
        "exceptions:\n  - rule: KMS-020\n    file: '**'\n    resource: a*\n    reason: rotated by hand\n    owner: a\n    expires: 2027-01-31\n    ticket: R-1\n    approved_by: b\n",
        "checkov:skip=CKV_AWS_1:because\ntrivy:ignore:AVD-1 x\ntfsec:ignore:a\nzizmor: ignore[x]\nkics-scan ignore-line\n",
        '{"version": 1, "commit": "c0ffee", "findings": [{"identity": "00", "rule": "KMS-020", "uri": "a.yaml", "address": "Key"}]}',
    ]
    marks += [path.read_text() for path in files("fixtures/**/ordinance-exceptions.yaml", "fixtures/**/ordinance-baseline.json")]
    for number, text in enumerate(marks):
        keep("suppression", f"seed-{number}", text)
    keep("configuration", "seed-all", (ROOT / "cli/config/tests.rs").read_text().split('r#"')[1].split('"#')[0])


main()
