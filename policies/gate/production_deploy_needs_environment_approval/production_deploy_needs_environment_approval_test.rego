package policies.gate.production_deploy_needs_environment_approval_test

import data.policies.gate.production_deploy_needs_environment_approval as policy

_baseline := {"production_names": [], "unclassified_is_prod": true, "accept_issue_approval": false}

_source(texts, open) := {"source": "environment", "texts": texts, "weak": false, "open": open}

_row(certainty, source) := {
	"job": "jobs.deploy",
	"certainty": certainty,
	"evidence": "runs './deploy.sh'",
	"role": "deploy",
	"attached": false,
	"steps": [step | some step in [{"step": 0, "path": ["steps", 0], "what": "sam deploy"}]; certainty == "definite"],
	"sources": [source],
	"classes": [],
}

_job(id, environment, needs) := {
	"address": sprintf("jobs.%s", [id]),
	"type": "job",
	"id": id,
	"needs": needs,
	"needs_closure": needs,
	"condition": null,
	"call": null,
	"environment": environment,
	"expressions": [],
	"steps": [],
}

_environment(name) := {"path": ["environment"], "name": name, "raw": "written", "deployment_false": false}

_open := {"$unknown": {"kind": "expression", "name": "inputs.environment", "why": "only a run knows it"}}

_either(values) := {"$unknown": {"kind": "alternatives", "name": "x", "why": "", "values": values}}

_trigger(event, filters) := {"event": event, "filters": filters, "path": ["on", event]}

_unit(row, jobs, trigger) := {
	"views": {"deploy_jobs": [row]},
	"resources": object.union(
		{job.address: job | some job in jobs},
		{"workflow": {"address": "workflow", "triggers": [trigger]}},
	),
}

_push := _trigger("push", {"branches": ["main"]})

_outcome(row, jobs, trigger, params) := "fail" if {
	denied := policy.deny with input as _unit(row, jobs, trigger) with data.params as {"GATE-001": params}
	count(denied) > 0
} else := "unknown" if {
	undecided := policy.undecided with input as _unit(row, jobs, trigger) with data.params as {"GATE-001": params}
	count(undecided) > 0
} else := "pass" if {
	subjects := policy.subjects with input as _unit(row, jobs, trigger) with data.params as {"GATE-001": params}
	count(subjects) > 0
} else := "not applicable"

_bare := _job("deploy", null, [])

test_production_without_an_environment_fails if {
	_outcome(_row("definite", _source(["prod"], false)), [_bare], _push, _baseline) == "fail"
}

test_a_probable_job_is_unknown_where_a_definite_one_fails if {
	_outcome(_row("probable", _source(["prod"], false)), [_bare], _push, _baseline) == "unknown"
}

test_an_environment_passes_whether_its_name_says_production_or_nothing if {
	named := _job("deploy", _environment("production"), [])
	_outcome(_row("definite", _source(["production"], false)), [named], _push, _baseline) == "pass"
	aws := _job("deploy", _environment("aws"), [])
	_outcome(_row("definite", _source(["aws"], false)), [aws], _push, _baseline) == "pass"
}

test_staging_is_not_judged if {
	_outcome(_row("definite", _source(["staging"], false)), [_bare], _push, _baseline) == "not applicable"
}

test_a_word_of_the_user_means_production if {
	params := object.union(_baseline, {"production_names": ["blue"]})
	elsewhere := _trigger("workflow_dispatch", {})
	_outcome(_row("definite", _source(["blue"], false)), [_bare], elsewhere, _baseline) == "not applicable"
	_outcome(_row("definite", _source(["blue"], false)), [_bare], elsewhere, params) == "fail"
}

test_an_unclassified_job_counts_when_a_production_ref_reaches_it if {
	row := _row("definite", _source([], false))
	_outcome(row, [_bare], _push, _baseline) == "fail"
	_outcome(row, [_bare], _trigger("push", {"branches": ["develop"]}), _baseline) == "not applicable"
	_outcome(row, [_bare], _trigger("push", {}), _baseline) == "fail"
	_outcome(row, [_bare], _trigger("push", {"tags": ["v*"]}), _baseline) == "fail"
	_outcome(row, [_bare], _trigger("release", {}), _baseline) == "fail"
	_outcome(row, [_bare], _trigger("schedule", {}), _baseline) == "fail"
	_outcome(row, [_bare], _trigger("pull_request", {}), _baseline) == "not applicable"
	_outcome(row, [_bare], _push, object.union(_baseline, {"unclassified_is_prod": false})) == "not applicable"
}

test_an_unclassified_job_that_others_call_is_unknown if {
	_outcome(_row("definite", _source([], false)), [_bare], _trigger("workflow_call", {}), _baseline) == "unknown"
}

test_an_open_environment_is_unknown if {
	job := _job("deploy", _environment(_open), [])
	_outcome(_row("definite", _source([], true)), [job], _push, _baseline) == "unknown"
}

test_each_alternative_is_judged if {
	both := _job("deploy", _environment(_either(["production", "staging"])), [])
	_outcome(_row("definite", _source(["production", "staging"], false)), [both], _push, _baseline) == "pass"
	empty := _job("deploy", _environment(_either(["production", ""])), [])
	row := _row("definite", _source(["production", ""], false))
	_outcome(row, [empty], _push, _baseline) == "fail"
}

_approval := _job("approve", _environment("production"), [])

test_a_job_that_only_approves_is_an_approval if {
	row := _row("definite", _source(["prod"], false))
	_outcome(row, [_job("deploy", null, ["approve"]), _approval], _push, _baseline) == "pass"
	hidden := object.union(_approval, {"environment": _environment(_open)})
	_outcome(row, [_job("deploy", null, ["approve"]), hidden], _push, _baseline) == "unknown"
}

test_an_approval_far_away_or_of_another_place_is_none if {
	row := _row("definite", _source(["prod"], false))
	build := _job("build", null, ["approve"])
	_outcome(row, [_job("deploy", null, ["build"]), build, _approval], _push, _baseline) == "fail"
	staging := object.union(_approval, {"environment": _environment("staging")})
	_outcome(row, [_job("deploy", null, ["approve"]), staging], _push, _baseline) == "fail"
}

test_a_condition_that_ignores_failures_ignores_the_approval if {
	row := _row("definite", _source(["prod"], false))
	condition := {"status": ["always"], "ast": {"call": "always", "args": []}, "value": null}
	ignoring := object.union(_job("deploy", null, ["approve"]), {"condition": condition})
	_outcome(row, [ignoring, _approval], _push, _baseline) == "fail"
	tested := {"op": "==", "args": [{"context": "needs.approve.result"}, {"literal": "success"}]}
	asking := object.union(condition, {"ast": {"op": "&&", "args": [condition.ast, tested]}})
	_outcome(row, [object.union(ignoring, {"condition": asking}), _approval], _push, _baseline) == "pass"
}

test_an_approval_by_comment_counts_only_by_parameter if {
	step := {"kind": "uses", "uses": {"name": "trstringer/manual-approval"}, "commands": []}
	manual := object.union(_job("approve", null, []), {"steps": [step]})
	row := _row("definite", _source(["prod"], false))
	_outcome(row, [_job("deploy", null, ["approve"]), manual], _push, _baseline) == "fail"
	params := object.union(_baseline, {"accept_issue_approval": true})
	_outcome(row, [_job("deploy", null, ["approve"]), manual], _push, params) == "pass"
}

test_a_rollback_that_belongs_to_a_deployment_is_not_judged if {
	row := object.union(_row("definite", _source(["prod"], false)), {"role": "rollback", "attached": true})
	_outcome(row, [_bare], _push, _baseline) == "not applicable"
}
