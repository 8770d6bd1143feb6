package policies.pipe.runners_isolated_test

import data.policies.lib.workflow_units_test as units
import data.policies.pipe.runners_isolated as policy

_params := {"hosted_label_regex": `(?i)^(ubuntu|windows|macos)-[\w.-]+$`, "trusted_groups": ["clean"]}

_runner(labels, group) := {"labels": labels, "group": group, "self_hosted": null}

_trigger(event) := {"event": event, "filters": {}, "path": ["on", event]}

_outcome(runs_on, condition, event) := "fail" if {
	_count("deny", runs_on, condition, event) > 0
} else := "unknown" if {
	_count("undecided", runs_on, condition, event) > 0
} else := "pass"

_count("deny", runs_on, condition, event) := count(found) if {
	unit := units.unit([units.job("a", [], {"runs_on": runs_on, "condition": condition})], [_trigger(event)])
	found := policy.deny with input as unit with data.params as {"PIPE-007": _params}
}

_count("undecided", runs_on, condition, event) := count(found) if {
	unit := units.unit([units.job("a", [], {"runs_on": runs_on, "condition": condition})], [_trigger(event)])
	found := policy.undecided with input as unit with data.params as {"PIPE-007": _params}
}

test_hosted_labels_pass if {
	every label in ["ubuntu-24.04", "Windows-latest", "macos-14-xlarge"] {
		_outcome(_runner([label], null), null, "pull_request") == "pass"
	}
}

test_self_hosted_fails_for_outsiders_only if {
	_outcome(_runner(["self-hosted", "linux"], null), null, "pull_request") == "fail"
	_outcome(_runner(["self-hosted", "linux"], null), null, "issue_comment") == "fail"
	_outcome(_runner(["self-hosted", "linux"], null), null, "push") == "pass"
}

test_a_custom_label_is_unknown if {
	_outcome(_runner(["blacksmith-4vcpu"], null), null, "pull_request") == "unknown"
	_outcome(_runner(["blacksmith-4vcpu"], null), null, "push") == "pass"
}

_matrix(values) := {"$unknown": {"kind": "alternatives", "name": "matrix.os", "why": "", "values": values}}

test_each_label_of_a_matrix_is_judged if {
	_outcome(_runner([_matrix(["ubuntu-24.04", "windows-2022"])], null), null, "pull_request") == "pass"
	_outcome(_runner([_matrix(["ubuntu-24.04", "self-hosted"])], null), null, "pull_request") == "fail"
}

test_an_open_label_is_unknown if {
	open := {"$unknown": {"kind": "expression", "name": "vars.RUNNER", "why": ""}}
	_outcome(_runner([open], null), null, "pull_request") == "unknown"
}

test_groups_are_unknown_but_for_trusted_ones if {
	_outcome(_runner([], "large"), null, "pull_request") == "unknown"
	_outcome(_runner(["self-hosted"], "Clean"), null, "pull_request") == "pass"
}

_if(ast) := {"path": ["if"], "raw": "", "text": "", "ast": ast, "value": null, "status": []}

test_a_job_for_other_events_or_own_branches_is_not_reached if {
	event := {"op": "!=", "args": [{"context": "github.event_name"}, {"literal": "pull_request"}]}
	_outcome(_runner(["self-hosted"], null), _if(event), "pull_request") == "pass"
	fork := {"op": "!", "args": [{"context": "github.event.pull_request.head.repo.fork"}]}
	_outcome(_runner(["self-hosted"], null), _if(fork), "pull_request") == "pass"
}

test_callers_of_a_self_hosted_job_are_not_known if {
	_outcome(_runner(["self-hosted"], null), null, "workflow_call") == "unknown"
}
