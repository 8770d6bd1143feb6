package policies.lib.deploy_reach_test

import data.policies.lib.deploy_reach

_cases(event, filters) := cases if {
	workflow := {"triggers": [{"event": event, "filters": filters}]}
	cases := deploy_reach.cases with input as {"resources": {"workflow": workflow}}
}

_when(tree) := {"ast": tree, "value": null}

_equal(name, text) := {"op": "==", "args": [{"context": name}, {"literal": text}]}

# The refs from which a condition lets production be reached.
_reached(event, filters, tree) := {ref |
	some case in _cases(event, filters)
	case.production
	deploy_reach.reached([_when(tree)], case)
	ref := object.get(case.values, "github.ref", "open")
}

test_a_push_without_filters_has_branches_and_tags if {
	types := {case.values["github.ref_type"] | some case in _cases("push", {})}
	types == {"branch", "tag"}
}

test_filters_for_one_kind_leave_the_other_out if {
	{case.values["github.ref_type"] | some case in _cases("push", {"tags": ["v*"]})} == {"tag"}
	{case.values["github.ref_type"] | some case in _cases("push", {"branches": ["main"]})} == {"branch"}
}

test_a_negative_pattern_narrows if {
	cases := _cases("push", {"branches": ["**", "!main"]})
	names := {name | some case in cases; name := object.get(case.values, "github.ref_name", "")}
	not names.main
	names.master
}

test_a_condition_on_the_ref_removes_the_others if {
	_reached("push", {}, _equal("github.ref", "refs/heads/develop")) == set()
	_reached("push", {}, _equal("github.ref", "refs/heads/Main")) == {"refs/heads/main"}
	_reached("push", {"branches": ["main"]}, _equal("github.event_name", "pull_request")) == set()
}

test_a_tag_is_known_by_its_beginning if {
	tagged := {"call": "startswith", "args": [{"context": "github.ref"}, {"literal": "refs/tags/"}]}
	_reached("push", {"tags": ["v*"]}, tagged) == {"open"}
	_reached("push", {"branches": ["main"]}, tagged) == set()
	_reached("push", {"tags": ["v*"]}, _equal("github.ref", "refs/heads/main")) == set()
}

test_what_is_open_removes_nothing if {
	open := {"context": "vars.enabled"}
	tree := {"op": "&&", "args": [open, {"op": "!", "args": [open]}]}
	_reached("push", {"branches": ["main"]}, tree) == {"refs/heads/main"}
}

test_alternatives_are_reached_by_one_of_them if {
	either := {"op": "||", "args": [_equal("github.ref", "refs/heads/main"), _equal("github.event_name", "schedule")]}
	_reached("push", {"branches": ["main"]}, either) == {"refs/heads/main"}
	_reached("schedule", {}, {"op": "!", "args": [either]}) == set()
}

test_inputs_are_empty_on_a_push if {
	_reached("push", {"branches": ["main"]}, {"context": "inputs.deploy"}) == set()
	_reached("push", {"branches": ["main"]}, _equal("inputs.place", "prod")) == set()
}

test_a_pull_request_brings_nothing_into_production if {
	_reached("pull_request", {}, {"literal": true}) == set()
	_reached("workflow_dispatch", {}, {"literal": true}) == set()
}

_truth(tree, values) := deploy_reach.truth(tree, {"event": "push", "values": values, "prefixes": {}})

test_parts_of_texts_and_lists if {
	ref := {"context": "github.ref"}
	held := {"github.ref": "refs/heads/Main"}
	_truth({"call": "contains", "args": [ref, {"literal": "main"}]}, held) == "yes"
	_truth({"call": "contains", "args": [ref, {"literal": "tags"}]}, held) == "no"
	_truth({"call": "contains", "args": [ref, {"literal": "main"}]}, {}) == "open"
	_truth({"call": "endswith", "args": [ref, {"literal": "main"}]}, held) == "yes"
	list := {"call": "fromjson", "args": [{"literal": `["refs/heads/main", "refs/heads/live"]`}]}
	_truth({"call": "contains", "args": [list, ref]}, held) == "yes"
	_truth({"call": "contains", "args": [list, ref]}, {"github.ref": "refs/heads/dev"}) == "no"
	broken := {"call": "fromjson", "args": [{"literal": "["}]}
	_truth({"call": "contains", "args": [broken, ref]}, held) == "open"
}

test_status_functions_and_results_are_what_a_case_says if {
	case := {
		"event": "push", "values": {}, "prefixes": {},
		"status": {"always": "yes", "failure": "no"}, "results": {"failure": "yes"},
	}
	deploy_reach.truth({"call": "always", "args": []}, case) == "yes"
	deploy_reach.truth({"call": "failure", "args": []}, case) == "no"
	deploy_reach.truth({"call": "cancelled", "args": []}, case) == "open"
	results := {"context": "needs.*.result"}
	deploy_reach.truth({"call": "contains", "args": [results, {"literal": "failure"}]}, case) == "yes"
	deploy_reach.truth({"call": "contains", "args": [results, {"literal": "skipped"}]}, case) == "open"
}
