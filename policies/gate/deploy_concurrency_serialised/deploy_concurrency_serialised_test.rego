package policies.gate.deploy_concurrency_serialised_test

import data.policies.lib.workflow_units_test as units
import data.policies.gate.deploy_concurrency_serialised as policy

_row := {
	"job": "jobs.deploy",
	"certainty": "definite",
	"evidence": "",
	"role": "deploy",
	"attached": false,
	"steps": [{"step": 0, "path": ["steps", 0], "what": "sam deploy"}],
	"sources": [],
	"classes": [],
}

_expression(path, text, flows) := {
	"path": path,
	"raw": sprintf("${{ %s }}", [text]),
	"text": text,
	"flows": flows,
	"contexts": flows,
}

_trigger(branches) := {"event": "push", "filters": {"branches": branches}, "path": ["on", "push"]}

_unit(concurrency, expressions, branches) := object.union(
	units.unit(
		[units.job("deploy", [], {"node": {"concurrency": concurrency}, "expressions": expressions})],
		[_trigger(branches)],
	),
	{
		"views": {"deploy_jobs": [_row]},
		"by_type": {"workflow": [{"address": "workflow", "node": {}, "dispatch_inputs": {}, "expressions": []}]},
	},
)

_outcome(concurrency, expressions, branches) := "fail" if {
	found := policy.deny with input as _unit(concurrency, expressions, branches)
	count(found) > 0
} else := "unknown" if {
	found := policy.undecided with input as _unit(concurrency, expressions, branches)
	count(found) > 0
} else := "pass"

_grouped(text, flows, branches) := _outcome(
	{"group": sprintf("deploy-${{ %s }}", [text])},
	[_expression(["concurrency", "group"], text, flows)],
	branches,
)

test_no_group_fails if _outcome(null, [], ["main"]) == "fail"

test_a_literal_group_passes_as_text_and_as_object if {
	_outcome("deploy", [], ["main"]) == "pass"
	_outcome({"group": "deploy"}, [], ["main"]) == "pass"
	_outcome({"group": "deploy", "cancel-in-progress": false}, [], ["main"]) == "pass"
}

test_a_cancelled_deployment_fails if _outcome({"group": "deploy", "cancel-in-progress": true}, [], ["main"]) == "fail"

test_a_group_of_each_run_fails if {
	_grouped("github.run_id", ["github.run_id"], ["main"]) == "fail"
	_grouped("github.sha", ["github.sha"], ["main"]) == "fail"
}

test_a_group_of_the_ref_is_one_where_one_branch_deploys if {
	_grouped("github.ref", ["github.ref"], ["main"]) == "pass"
	_grouped("github.ref", ["github.ref"], ["main", "develop"]) == "fail"
	_grouped("github.ref", ["github.ref"], ["release/**"]) == "fail"
}

test_the_workflow_and_the_matrix_do_not_vary if {
	_grouped("github.workflow", ["github.workflow"], ["main"]) == "pass"
	_grouped("matrix.environment", ["matrix.environment"], ["main"]) == "pass"
}

test_a_variable_is_unknown if _grouped("vars.GROUP", ["vars.group"], ["main"]) == "unknown"

_cancelling(text) := _outcome(
	{"group": "deploy", "cancel-in-progress": sprintf("${{ %s }}", [text])},
	[_expression(["concurrency", "cancel-in-progress"], text, [])],
	["main"],
)

test_cancelling_for_pull_requests_only_is_fine if {
	_cancelling("github.event_name == 'pull_request'") == "pass"
	_cancelling("github.event_name == 'push'") == "fail"
	_cancelling("inputs.cancel") == "unknown"
}

test_a_defect_of_the_workflow_is_no_pass_of_the_job if {
	workflow := {
		"address": "workflow", "node": {"concurrency": {"group": "deploy", "cancel-in-progress": true}},
		"dispatch_inputs": {}, "expressions": [],
	}
	unit := object.union(_unit(null, [], ["main"]), {"by_type": {"workflow": [workflow]}})
	denied := policy.deny with input as unit
	{found.resource | some found in denied} == {"workflow"}
	subjects := policy.subjects with input as unit
	subjects == {"workflow"}
}
