#!/usr/bin/env python3
"""Makes a large Terraform plan out of the plans of the repository's fixtures.

    python3 benches/make_plan.py OUT [--changes 50000] [--applied 10]

Every resource is one that Terraform planned for a fixture; nothing of it is made up. The fixtures are called as modules
with `count` by some thirty teams (`module.team_07.module.kms_s3_encrypted_fail_split[3]`), so that addresses and
configuration grow as they do in a large organisation. Names and invented ids differ from copy to copy, as they do in
an account. Every --applied-th team is already applied (`plan.noop.json`); the others are new (`plan.json`).

The result depends on the fixtures and the arguments alone: two runs write the same bytes.
"""

import argparse
import hashlib
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEAMS = 30
TIME = "2026-01-01T00:00:00Z"
# What identifies a thing in an account: no two copies share it.
NAMES = ("name", "bucket", "function_name", "identifier", "cluster_identifier", "family")
PART = re.compile(r"[^/:]+")
DIGEST = re.compile(r"\b[0-9a-f]{12,64}\b")


class Fixture:
    """One fixture project, fresh or applied."""

    def __init__(self, path):
        relative = path.parent.relative_to(ROOT)
        parts = [part for part in relative.parts if part not in ("policies", "fixtures", "terraform-plan")]
        self.call = "_".join(parts).replace("-", "_")
        self.plan = json.loads(path.read_text())
        self.configuration = self.plan["configuration"]["root_module"]
        self.names = set()
        for change in self.plan["resource_changes"]:
            after = change["change"]["after"] or {}
            self.names |= {after[key] for key in NAMES if isinstance(after.get(key), str) and after[key]}

    def inputs(self):
        """The arguments of the call: what the fixture's root module was given."""
        variables = self.plan.get("variables", {})
        return {name: {"constant_value": given.get("value")} for name, given in variables.items()}


class Copy:
    """One instance of a fixture."""

    def __init__(self, fixture, module, number):
        self.fixture = fixture
        self.module = module
        self.suffix = f"-{number}"

    def text(self, text):
        # A name stands alone, or in an ARN or id: `service/shop/web`.
        text = PART.sub(lambda found: self.part(found.group()), text)
        # Ids in the plans are digests that `fixtures/plan.py` made.
        return DIGEST.sub(lambda found: self.digest(found.group()), text)

    def part(self, part):
        return part + self.suffix if part in self.fixture.names else part

    def digest(self, text):
        return hashlib.sha256((text + self.suffix).encode()).hexdigest()[: len(text)]

    def value(self, value):
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {key: self.value(item) for key, item in value.items()}
        return value

    def address(self, address):
        return f"{self.module}.{address}"

    def change(self, change):
        below = change.get("module_address")
        copy = dict(change, address=self.address(change["address"]))
        copy["module_address"] = f"{self.module}.{below}" if below else self.module
        copy["change"] = dict(change["change"])
        for key in ("before", "after"):
            copy["change"][key] = self.value(change["change"].get(key))
        return copy

    def state(self, module):
        """A module of a state, as a child module."""
        copy = {}
        if "resources" in module:
            copy["resources"] = [
                dict(one, address=self.address(one["address"]), values=self.value(one.get("values")))
                for one in module["resources"]
            ]
        below = module.get("address")
        copy["address"] = f"{self.module}.{below}" if below else self.module
        if "child_modules" in module:
            copy["child_modules"] = [self.state(child) for child in module["child_modules"]]
        return copy


def fixtures(name):
    found = list(ROOT.glob(f"fixtures/terraform-plan/*/{name}")) + list(ROOT.glob(f"policies/*/*/fixtures/*/{name}"))
    return [Fixture(path) for path in sorted(found)]


class Plan:
    """The large plan."""

    def __init__(self):
        self.changes = []
        self.planned = []
        self.prior = []
        self.calls = {}

    def team(self, name, fixtures, copies):
        calls = {
            fixture.call: {
                "source": f"./{fixture.call}",
                "expressions": fixture.inputs(),
                "count_expression": {"constant_value": copies},
                "module": fixture.configuration,
            }
            for fixture in fixtures
        }
        self.calls[name] = {"source": f"./{name}", "module": {"module_calls": calls}}
        planned, prior = [], []
        for fixture in fixtures:
            for index in range(copies):
                copy = Copy(fixture, f"module.{name}.module.{fixture.call}[{index}]", f"{name[-2:]}{index:03}")
                self.changes += [copy.change(change) for change in fixture.plan["resource_changes"]]
                planned.append(copy.state(fixture.plan["planned_values"]["root_module"]))
                before = fixture.plan.get("prior_state", {}).get("values", {}).get("root_module")
                if before:
                    prior.append(copy.state(before))
        self.planned.append({"address": f"module.{name}", "child_modules": planned})
        self.prior.append({"address": f"module.{name}", "child_modules": prior})

    def document(self, like):
        return {
            "format_version": like["format_version"],
            "terraform_version": like["terraform_version"],
            "planned_values": {"root_module": {"child_modules": self.planned}},
            "resource_changes": self.changes,
            "prior_state": {
                "format_version": "1.0",
                "terraform_version": like["terraform_version"],
                "values": {"root_module": {"child_modules": self.prior}},
            },
            "configuration": {
                "provider_config": like["configuration"]["provider_config"],
                "root_module": {"module_calls": self.calls},
            },
            "timestamp": TIME,
            "applyable": True,
            "complete": True,
            "errored": False,
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path, metavar="OUT")
    parser.add_argument("--changes", type=int, default=50000, help="at least so many resource changes")
    parser.add_argument("--applied", type=int, default=10, metavar="N", help="every Nth team is applied already; 0: none")
    arguments = parser.parse_args()
    fresh, applied = fixtures("plan.json"), fixtures("plan.noop.json")
    size = sum(len(fixture.plan["resource_changes"]) for fixture in fresh)
    copies = max(1, -(-arguments.changes // (TEAMS * size)))
    plan = Plan()
    team = 0
    while len(plan.changes) < arguments.changes:
        team += 1
        is_applied = arguments.applied and team % arguments.applied == 0
        plan.team(f"team_{team:02}", applied if is_applied else fresh, copies)
    text = json.dumps(plan.document(fresh[0].plan), separators=(",", ":"), ensure_ascii=False)
    # Go escapes these three.
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    arguments.out.write_text(text + "\n")
    print(f"{len(plan.changes)} resource changes, {len(text) / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
