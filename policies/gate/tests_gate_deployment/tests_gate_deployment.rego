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
#   scope: unit
#   resources:
#     - workflow
#     - job
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
#   cwe: [1053]
#   remediation:
#     github-workflow: "Make the deploy job wait for the tests: needs: [test]."
package policies.gate.tests_gate_deployment

import data.policies.lib.deploy_jobs
import data.policies.lib.deploy_reach
import data.policies.lib.environments
import data.policies.lib.gates
import data.policies.lib.step_kinds

_params := data.params["GATE-004"]

_tests := {"unit", "integration", "e2e"}

# Jobs that deploy to a judged place, with what stands before the first deploying step.
_judged := [entry |
	some row in deploy_jobs.rules
	row.role == "deploy"
	classes := {found.class | some found in row.classes}
	gates.in_scope(classes, _params.judged_classes)
	job := input.resources[row.job]
	before := gates.before(row, job)
	entry := {"row": row, "job": job, "classes": classes, "before": before}
]

# Only a class that is certainly judged can fail.
_certain(entry) if gates.certain(entry.row, entry.classes, _params.judged_classes)

# Whether a row is a test by tool that an event which deploys can run.
_is_test(kind) if {
	kind.state == "tool"
	some named in kind.kinds
	_tests[named]
}

_can_run(entry, _) if count(_deploying_cases(entry)) == 0

_can_run(entry, kind) if {
	tester := input.resources[kind.job]
	own := gates.conditions_of_step(tester, kind.step)
	some case in _deploying_cases(entry)
	deploy_reach.reached(array.concat(own, deploy_reach.conditions_of(tester)), case)
}

_deploying_cases(entry) := gates.deploying_cases(entry.row, entry.job)

_tested(entry) if {
	some kind in entry.before
	_is_test(kind)
	_can_run(entry, kind)
}

_untested := [entry | some entry in _judged; not _tested(entry)]

# What may test before the deployment without saying so by a tool: {"resource", "path", "what"}.
_candidates(entry) := array.concat(
	[{"address": kind.job, "path": kind.path, "what": kind.what} |
		some kind in entry.before
		kind.opaque
		_may_test(kind)
		_can_run(entry, kind)
	],
	[{"address": needed.address, "path": ["uses"], "what": needed.call.raw} |
		some id in entry.job.needs_closure
		needed := object.get(input.resources, sprintf("jobs.%s", [id]), null)
		needed != null
		needed.call != null
		_may_hold_tests(needed)
	],
)

_may_test(kind) if {
	some named in kind.kinds
	_tests[named]
}

_may_test(kind) if {
	words := {word | some word in environments.tokens(kind.target)}
	understood := {word | some word in words; data.tables.deploy_programs.plain_script_tokens[word]}
	deploying := {word | some word in words; data.tables.deploy_programs.deploy_tokens[word]}
	count(understood) == 0
	count(deploying) == 0
}

_may_hold_tests(needed) if {
	needed.call.kind == "local"
	not object.get(needed.call, "inlined", false)
}

_may_hold_tests(needed) if {
	some text in [needed.id, needed.name, needed.call.raw]
	is_string(text)
	some word in split(environments.words(text), " ")
	word in {"test", "tests", "ci", "unit", "integration", "e2e", "acceptance", "check", "checks"}
}

# Tests of this workflow that the deployment does not wait for.
_ignored := [kind |
	some kind in step_kinds.rules
	_is_test(kind)
]

# A caller, or the workflow before this one, may have tested.
_started_elsewhere(entry) if {
	events := {case.event | some case in _deploying_cases(entry)}
	count(events) > 0
	count(events - {"workflow_call", "workflow_run"}) == 0
}

subjects contains entry.job.address if some entry in _judged

examined contains record if {
	some entry in _judged
	record := {"resource": entry.job.address, "path": ["needs"], "state": _state(entry.job), "value": entry.job.needs}
}

_state(job) := "known" if count(job.needs) > 0

_state(job) := "absent" if count(job.needs) == 0

deny contains violation if {
	some entry in _untested
	_certain(entry)
	count(_candidates(entry)) == 0
	not _started_elsewhere(entry)
	count(_ignored) > 0
	own := [kind | some kind in _ignored; kind.job == entry.row.job]
	nearest := array.concat(own, _ignored)[0]
	violation := {
		"resource": entry.job.address,
		"path": [],
		"message": sprintf("Job '%s' %s without waiting for the tests of this workflow ('%s').", [
			entry.job.id,
			gates.what(entry.row),
			nearest.what,
		]),
		"related": array.concat(gates.deploying_place(entry.row), [{
			"address": nearest.job,
			"path": nearest.path,
			"message": "this tests, but does not hold the deployment",
		}]),
	}
}

_undecided(entry, related, reason) := {
	"resource": entry.job.address,
	"path": [],
	"message": sprintf("Job '%s' %s, and %s.", [entry.job.id, gates.what(entry.row), reason]),
	"related": array.concat(gates.deploying_place(entry.row), related),
}

undecided contains found if {
	some entry in _untested
	candidates := _candidates(entry)
	count(candidates) > 0
	found := _undecided(entry, [{
		"address": candidates[0].address,
		"path": candidates[0].path,
		"message": "this may test",
	}], sprintf("whether '%s' tests before is not known", [candidates[0].what]))
}

undecided contains found if {
	some entry in _untested
	count(_candidates(entry)) == 0
	_started_elsewhere(entry)
	found := _undecided(entry, [], "what starts this workflow, and may test before, is not looked at from here")
}

undecided contains found if {
	some entry in _untested
	count(_candidates(entry)) == 0
	not _started_elsewhere(entry)
	count(_ignored) == 0
	found := _undecided(
		entry, [],
		"no test runs before it here; whether another workflow of the repository tests is not looked at",
	)
}

undecided contains found if {
	some entry in _untested
	count(_candidates(entry)) == 0
	not _started_elsewhere(entry)
	count(_ignored) > 0
	not _certain(entry)
	found := _undecided(entry, [], "no test runs before it; whether it deploys to a judged place is not known")
}
