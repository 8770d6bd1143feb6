#!/usr/bin/env python3
"""Evaluates the whole pack under real OPA and compares with what our engine gave.

`cargo test --test oracle` writes the cases: for every fixture the input, and for every policy the result of its rules,
with the values as they are, with each examined value absent, and with each unknown. This script loads the pack into
OPA (the C library in the PyPI package opa-golib-python-bindings), evaluates the same, and fails on any difference.
"""

import ctypes
import glob
import json
import os
import re
import subprocess
import sys
import zipfile

PACKAGE = "opa-golib-python-bindings==0.4.4"  # holds OPA 1.20.2
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHOWN = 3
AT_ONCE = 50


def target_directory():
    command = ["cargo", "metadata", "--format-version", "1", "--no-deps"]
    metadata = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return json.loads(metadata.stdout)["target_directory"]


def library(folder):
    """Downloads OPA's library by its package's name, once."""
    path = os.path.join(folder, "opa_bindings", "libopabridge.so")
    if not os.path.exists(path):
        os.makedirs(folder, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        # The wheel asks for Python 3.14; the library in it does not.
        command += ["--python-version", "3.14", "--implementation", "cp"]
        command += ["--platform", "manylinux_2_34_x86_64", "--dest", folder, PACKAGE]
        subprocess.run(command, check=True)
        (wheel,) = glob.glob(os.path.join(folder, "*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    return ctypes.CDLL(path)


class Opa:
    """One OPA with its policies and data."""

    def __init__(self, bridge):
        self.bridge = bridge
        bridge.OpaNew.restype = ctypes.c_uint64
        bridge.OpaFreeString.argtypes = [ctypes.c_void_p]
        text = ctypes.c_char_p
        for name, arguments in {
            "OpaAddPolicy": [text, text],
            "OpaAddData": [text, text],
            "OpaEvalQuery": [text, text, ctypes.c_int, ctypes.c_int],
        }.items():
            function = getattr(bridge, name)
            function.restype = ctypes.c_void_p
            function.argtypes = [ctypes.c_uint64, *arguments]
        self.handle = bridge.OpaNew()

    def call(self, name, *arguments):
        pointer = getattr(self.bridge, name)(self.handle, *arguments)
        envelope = json.loads(ctypes.string_at(pointer).decode())
        self.bridge.OpaFreeString(pointer)
        return envelope

    def add(self, name, *arguments):
        envelope = self.call(name, *(argument.encode() for argument in arguments))
        if envelope.get("error"):
            sys.exit(f"OPA refuses {arguments[0]}: {envelope['error']}")

    def evaluate(self, query):
        envelope = self.call("OpaEvalQuery", query.encode(), b"{}", 0, 0)
        if envelope.get("error"):
            return envelope["error"]
        result = envelope.get("result")
        return result[0]["bindings"] if result else {}


def sources():
    for folder, folders, files in os.walk(os.path.join(ROOT, "policies")):
        folders[:] = [name for name in folders if name not in ("fixtures", "src", "target")]
        for file in files:
            path = os.path.join(folder, file)
            if file.endswith(".rego") and not file.endswith("_test.rego"):
                with open(path, encoding="utf-8") as opened:
                    yield os.path.relpath(path, ROOT), opened.read()


def tables():
    found = {}
    for path in glob.glob(os.path.join(ROOT, "policies", "tables", "*.json")):
        with open(path, encoding="utf-8") as opened:
            found[os.path.basename(path)[: -len(".json")]] = json.load(opened)
    return found


def closure(package, texts):
    """The sources that a package needs, itself among them: what they name below data.policies, transitively."""
    by_package = {}
    for path, text in texts.items():
        by_package.setdefault(re.search(r"^package (\S+)", text, re.M).group(1), []).append(path)
    needed, open_packages = set(), [package]
    while open_packages:
        for path in by_package.get(open_packages.pop(), []):
            if path not in needed:
                needed.add(path)
                open_packages += re.findall(r"data\.(policies\.\w+\.\w+)", texts[path])
    return needed


def canonical(value):
    """Sets are lists in both engines' JSON, in orders of their own; the rules that policies export are sets."""
    if not isinstance(value, dict) or not all(isinstance(entries, list) for entries in value.values()):
        return None
    rules = {rule: sorted(json.dumps(entry, sort_keys=True) for entry in entries) for rule, entries in value.items()}
    return json.dumps(rules, sort_keys=True)


def compare(bridge, package, cases, texts, tables):
    """Evaluates many cases of a policy in one query, for OPA compiles anew with each; yields what differs."""
    opa = Opa(bridge)
    for path in sorted(closure(package, texts)):
        opa.add("OpaAddPolicy", path, texts[path])
    opa.add("OpaAddData", "", json.dumps({"tables": tables, "params": {}, "cases": cases}))
    rules = ", ".join(f'"{rule}": data.{package}.{rule}' for rule in sorted(cases[0]["result"]))
    for first in range(0, len(cases), AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, len(cases)))
        case = "data.cases[{0}]".format
        query = "; ".join(
            f"value{n} := {{{rules}}} with input as {case(n)}.input with data.params as {case(n)}.params" for n in numbers
        )
        theirs = opa.evaluate(query)
        for number in numbers:
            value = theirs.get(f"value{number}", theirs)
            if canonical(value) != canonical(cases[number]["result"]):
                yield cases[number]["name"], cases[number]["result"], value


def conformance(bridge):
    """Asks for the answers that rego/tests/answers.json promises; yields what differs."""
    folder = os.path.join(ROOT, "rego", "tests")
    read = lambda name: open(os.path.join(folder, name), encoding="utf-8").read()
    text, given, answers = read("cases.rego"), json.loads(read("input.json")), json.loads(read("answers.json"))
    opa = Opa(bridge)
    opa.add("OpaAddPolicy", "cases.rego", text)
    opa.add("OpaAddData", "", json.dumps({"given": given}))
    for name in dict.fromkeys(re.findall(r"^case_\w+", text, re.M)):
        theirs = opa.evaluate(f"value := data.ordinance.{name} with input as data.given")
        if theirs.get("value") != answers.get(name) or set(theirs) - {"value"}:
            yield name, answers.get(name), theirs


def main():
    target = target_directory()
    bridge = library(os.path.join(target, "opa"))
    wrong = list(conformance(bridge))
    for name, ours, theirs in wrong:
        print(f"{name}\n  ours: {json.dumps(ours)}\n  OPA:  {json.dumps(theirs)}")
    print(f"rego/tests: {len(wrong)} differences")
    texts, facts = dict(sources()), tables()
    by_policy = {}
    with open(os.path.join(target, "tmp", "oracle.jsonl"), encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            by_policy.setdefault(case["package"], []).append(case)

    differences = 0
    for package, cases in sorted(by_policy.items()):
        found = list(compare(bridge, package, cases, texts, facts))
        differences += len(found)
        for name, ours, theirs in found[:SHOWN]:
            print(f"{package}: {name}\n  ours: {json.dumps(ours)[:2000]}\n  OPA:  {json.dumps(theirs)[:2000]}")
        print(f"{package}: {len(cases)} inputs, {len(found)} differences")
    print(f"{sum(map(len, by_policy.values()))} inputs, {differences} differences between our engine and OPA")
    sys.exit(1 if wrong or differences or not by_policy else 0)


main()
