package policies.lib.reaches_test

import data.policies.lib.reaches
import data.policies.lib.workflow_units_test as units

_names(event, filters, conditions) := {reach.text | some reach in found} if {
	unit := units.unit([], [{"event": event, "filters": filters, "path": ["on", event]}])
	found := reaches.of(conditions) with input as unit
}

_condition(text, ast) := units.condition(["if"], text, ast, [])

test_filters_let_in_what_they_name if {
	_names("push", {"branches": ["main", "feature/*"]}, []) == {"main", "feature/*"}
	_names("push", {"branches": ["main", "!main", "develop"]}, []) == {"develop"}
	_names("push", {"tags": ["v*"]}, []) == {""}
}

test_a_pattern_is_tried_with_the_names_of_conditions if {
	equal := {"op": "==", "args": [{"context": "github.ref_name"}, {"literal": "feature/a"}]}
	condition := _condition("github.ref_name == 'feature/a'", equal)
	_names("push", {"branches": ["feature/*"]}, [condition]) == {"feature/a"}
	_names("push", {"branches": ["release/*"]}, [condition]) == set()
	_names("push", {"branches-ignore": ["main"]}, [condition]) == {"feature/a"}
}

test_without_filters_there_is_a_branch_that_nothing_names if {
	found := _names("push", {}, [])
	"" in found
	"main" in found
}

_equal(name) := {"op": "==", "args": [{"context": "github.ref_name"}, {"literal": name}]}

test_a_pattern_matches_as_github_matches_it if {
	_names("push", {"branches": ["releases/**"]}, [_condition("'releases/a/b'", _equal("releases/a/b"))]) != set()
	_names("push", {"branches": ["releases/*"]}, [_condition("'releases/a/b'", _equal("releases/a/b"))]) == set()
	_names("push", {"branches": ["v[0-9]+.x"]}, [_condition("'v12.x'", _equal("v12.x"))]) == {"v12.x"}
	_names("push", {"branches": ["v1.x"]}, [_condition("'v1ax'", _equal("v1ax"))]) == set()
}

test_what_another_event_holds_is_empty if {
	merged := {"op": "==", "args": [{"context": "github.event.pull_request.merged"}, {"literal": true}]}
	condition := object.union(_condition("x", merged), {"contexts": ["github.event.pull_request.merged"]})
	_names("push", {}, [condition]) == set()
	_names("pull_request", {"branches": ["main"], "types": ["closed"]}, [condition]) == {"main"}
}
