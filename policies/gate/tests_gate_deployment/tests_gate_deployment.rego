# METADATA
# scope: package
# title: Run tests before every deployment
# description: |
#   A deployment that does not wait for tests brings every mistake to where it goes, and the tests that fail afterwards
#   only tell how long users have had it.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
# custom:
#   id: GATE-004
#   slug: tests-gate-deployment
#   family: GATE
#   severity: high
#   score: 7.3
#   formats: [github-workflow]
#   scope: scan
#   resources:
#     - workflow
#     - job
#   unit_views: [tested_deployments]
#   params:
#     - name: judged_classes
#       type: list
#       description: The classes of places whose deployments must wait for tests.
#       default: [production, staging, unclassified]
#       presets:
#         baseline: [production, staging, unclassified]
#         reference-architecture: [production, staging, unclassified, dev]
#         strict: [production, staging, unclassified, dev]
#       stricter: longer
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3(2)", "SA-10(1)"]
#       pci_dss_4.0: ["6.2.3", "6.5.1"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.29", "A.8.32"]
#   cwe: [693]
#   remediation:
#     github-workflow: "Make the deploy job wait for the tests: needs: [test]."
package policies.gate.tests_gate_deployment

import data.policies.lib.gates

_params := data.params["GATE-004"]

_rows(unit) := object.get(unit.views, "tested_deployments", [])

# The deployments to judged places: {"unit", "root", "row", "classes"}.
_judged := [entry |
	some unit in input.units
	some row in _rows(unit)
	row.type == "deployment"
	classes := {class | some class in row.classes}
	gates.in_scope(classes, _params.judged_classes)
	entry := {"unit": unit.unit, "root": _root(unit.uri), "row": row, "classes": classes}
]

# Only a class that is certainly judged can fail.
_certain(entry) if gates.certain(entry.row, entry.classes, _params.judged_classes)

# The repository of a file: what stands before the folder of workflows.
_root(uri) := split(uri, ".github/workflows/")[0]

# The workflows of each repository that test, or may: {root: [{"unit", "row"}]}.
_workflows := {root: found |
	some root in {entry.root | some entry in _judged}
	found := [{"unit": unit.unit, "row": row} |
		some unit in input.units
		_root(unit.uri) == root
		some row in _rows(unit)
		row.type == "workflow"
	]
}

_named(entry, name) := [workflow | some workflow in _workflows[entry.root]; workflow.row.name == name]

# All workflows of the scan by name, those that do not test among them.
_known := {[_root(unit.uri), name] |
	some unit in input.units
	some workflow in object.get(unit.by_type, "workflow", [])
	some name in _names(unit, workflow)
}

_names(_, workflow) := [workflow.name] if is_string(workflow.name)

_names(unit, workflow) := [substring(unit.uri, count(_root(unit.uri)), -1)] if not is_string(workflow.name)

_tested(entry) if count(entry.row.tests) > 0

# Any of the workflows before this one may start it, so that all of them must test.
_tested(entry) if {
	count(entry.row.upstreams) > 0
	every name in entry.row.upstreams {
		some workflow in _named(entry, name)
		count(workflow.row.tests) > 0
	}
}

_untested := [entry | some entry in _judged; not _tested(entry)]

# What leaves open whether something tests before: {"reason", "related"}, the nearest first.
_doubts(entry) := array.concat(
	[{
		"reason": sprintf("whether '%s' tests before is not known", [candidate.what]),
		"related": [_place(entry.unit, candidate, "this may test")],
	} |
		some candidate in entry.row.candidates
	],
	array.concat(_before_this(entry), _elsewhere(entry)),
)

_before_this(entry) := array.concat(
	[{"reason": "what calls this workflow, and may test before, is not in the scan", "related": []} | entry.row.called],
	array.concat(
		[{"reason": sprintf("workflow '%s', which may test before, is not in the scan", [name]), "related": []} |
			some name in entry.row.awaited
			not _known[[entry.root, name]]
		],
		[{
			"reason": sprintf("whether '%s' tests before is not known", [candidate.what]),
			"related": [_place(workflow.unit, candidate, "this may test")],
		} |
			some name in entry.row.upstreams
			some workflow in _named(entry, name)
			count(workflow.row.tests) == 0
			some candidate in workflow.row.candidates
		],
	),
)

# A test of another workflow may be one that a branch needs before it takes a change.
_elsewhere(entry) := [{
	"reason": sprintf("'%s' of another workflow tests, but nothing here waits for it", [test.what]),
	"related": [_place(workflow.unit, test, "this tests; only the settings of the repository say whether it must pass")],
} |
	some workflow in _workflows[entry.root]
	workflow.unit != entry.unit
	workflow.row.early
	some test in workflow.row.tests
]

_place(unit, found, message) := {"unit": unit, "address": found.job, "path": found.path, "message": message}

_deploying(entry) := [object.union(place, {"unit": entry.unit}) | some place in entry.row.related]

subjects contains {"unit": entry.unit, "resource": entry.row.job} if some entry in _judged

examined contains record if {
	some entry in _judged
	record := {
		"unit": entry.unit,
		"resource": entry.row.job,
		"path": ["needs"],
		"state": "known",
		"value": concat(", ", [test.what | some test in entry.row.tests]),
	}
}

_violation(entry, reason, related) := {
	"unit": entry.unit,
	"resource": entry.row.job,
	"path": [],
	"message": sprintf("Job '%s' %s%s.", [entry.row.id, entry.row.what, reason]),
	"related": array.concat(_deploying(entry), related),
}

deny contains violation if {
	some entry in _untested
	_certain(entry)
	count(_doubts(entry)) == 0
	violation := _violation(entry, _without(entry), _ignored(entry))
}

_without(entry) := sprintf(" without waiting for the tests of this workflow ('%s')", [entry.row.beside[0].what]) if {
	count(entry.row.beside) > 0
}

_without(entry) := ", and nothing tests what it deploys: no test stands before it, nor runs for changes" if {
	count(entry.row.beside) == 0
}

_ignored(entry) := [_place(entry.unit, test, "this tests, but does not hold the deployment") |
	some test in entry.row.beside
]

undecided contains violation if {
	some entry in _untested
	doubts := _doubts(entry)
	count(doubts) > 0
	violation := _violation(entry, sprintf(", and %s", [doubts[0].reason]), doubts[0].related)
}

undecided contains violation if {
	some entry in _untested
	count(_doubts(entry)) == 0
	not _certain(entry)
	violation := _violation(entry, ", and no test runs before it; whether it deploys to a judged place is not known", [])
}
