"""Writes tables of the properties of resource types, for the check of policies.

Usage: types.py cloudformation FOLDER > cloudformation.txt   (FOLDER: schemas of the CloudFormation registry, a JSON file each)
       types.py terraform SCHEMA > terraform.txt              (SCHEMA: what `terraform providers schema -json` prints)

A line is a type, its properties, a bar, and the names below them: all sorted, apart by blanks.
"""
import json
import os
import sys


def names_below(schema, definitions, seen):
    """The property names anywhere below a schema."""
    found = set()
    if not isinstance(schema, dict):
        return found
    reference = schema.get("$ref", "")
    if reference.startswith("#/definitions/"):
        name = reference.rsplit("/", 1)[1]
        if name not in seen:
            seen.add(name)
            found |= names_below(definitions.get(name, {}), definitions, seen)
    for key, value in schema.get("properties", {}).items():
        found.add(key)
        found |= names_below(value, definitions, seen)
    for key in ("items", "additionalProperties"):
        found |= names_below(schema.get(key), definitions, seen)
    for key in ("allOf", "anyOf", "oneOf"):
        for one in schema.get(key, []):
            found |= names_below(one, definitions, seen)
    for one in schema.get("patternProperties", {}).values():
        found |= names_below(one, definitions, seen)
    return found


def cloudformation(folder):
    for file in sorted(os.listdir(folder)):
        if not file.endswith(".json"):
            continue
        with open(os.path.join(folder, file), encoding="utf-8") as opened:
            schema = json.load(opened)
        name = schema.get("typeName", "")
        if not name.startswith("AWS::"):
            continue
        top = set(schema.get("properties", {}))
        below = set()
        seen = set()
        for value in schema.get("properties", {}).values():
            below |= names_below(value, schema.get("definitions", {}), seen)
        yield name, top, below


def of_block(block):
    top = set(block.get("attributes", {})) | set(block.get("block_types", {}))
    below = set()
    for attribute in block.get("attributes", {}).values():
        nested = attribute.get("nested_type", {}).get("attributes", {})
        below |= set(nested)
    for one in block.get("block_types", {}).values():
        inner, further = of_block(one["block"])
        below |= inner | further
    return top, below


def terraform(path):
    with open(path, encoding="utf-8") as opened:
        schemas = json.load(opened)["provider_schemas"]
    for provider in schemas.values():
        for name, schema in provider.get("resource_schemas", {}).items():
            yield name, *of_block(schema["block"])


def main():
    read = {"cloudformation": cloudformation, "terraform": terraform}[sys.argv[1]]
    found = {}
    for name, top, below in read(sys.argv[2]):
        old = found.setdefault(name, (set(), set()))
        old[0].update(top)
        old[1].update(below)
    for name, (top, below) in sorted(found.items()):
        print(" ".join([name, *sorted(top), "|", *sorted(below)]))


main()
