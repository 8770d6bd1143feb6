package policies.pipe.conditions_mean_what_they_say_test

import data.policies.lib.workflow_units_test as units
import data.policies.pipe.conditions_mean_what_they_say as policy

_condition(raw, ast) := {"path": ["if"], "raw": raw, "text": raw, "ast": ast, "value": null, "status": []}

_defects(given) := {found.defect | some found in denied} if {
	denied := policy.deny with input as units.unit([units.job("a", [], given)], [])
}

_guarded(raw, ast) := _defects({"condition": _condition(raw, ast)})

_choosing(text) := _defects({"expressions": [{
	"path": ["env", "X"],
	"raw": sprintf("${{ %s }}", [text]),
	"text": text,
	"condition": false,
}]})

test_text_behind_the_fence_is_always_true if _guarded("${{ a }} && b", null) == {"text/${{ a }} && b"}

test_two_fences_are_a_text if _guarded("${{ a }} && ${{ b }}", null) == {"text/${{ a }} && ${{ b }}"}

test_a_line_break_behind_the_fence_is_a_text if _guarded("${{ a }}\n", null) == {"text/${{ a }}"}

test_a_block_without_its_line_break_is_sound if _guarded("${{ env.a }}", {"context": "env.a"}) == set()

test_a_bare_block_is_sound if _guarded("a &&\nb\n", {"op": "&&", "args": [{"context": "a"}, {"context": "b"}]}) == set()

test_booleans_are_sound if {
	_guarded("true", {"literal": true}) == set()
	_guarded("${{ false }}", {"literal": false}) == set()
}

test_a_text_in_quotes_is_always_true if _guarded("${{ 'false' }}", {"literal": "false"}) == {"literal/false"}

_contains(haystack, needle) := {"call": "contains", "args": [haystack, needle]}

test_a_text_as_haystack_of_a_ref_is_no_list if {
	tree := _contains({"literal": "main develop"}, {"context": "github.ref_name"})
	_guarded("contains(…)", tree) == {"contains/github.ref_name"}
	_guarded("x && !contains(…)", {"op": "&&", "args": [{"context": "x"}, {"op": "!", "args": [tree]}]}) ==
		{"contains/github.ref_name"}
}

test_a_list_and_the_event_as_haystack_are_fine if {
	list := _contains({"call": "fromjson", "args": [{"literal": "[]"}]}, {"context": "github.ref"})
	_guarded("contains(…)", list) == set()
	text := _contains({"context": "github.event.head_commit.message"}, {"literal": "[skip]"})
	_guarded("contains(…)", text) == set()
	labels := _contains({"context": "github.event.pull_request.labels.*.name"}, {"literal": "deploy"})
	_guarded("contains(…)", labels) == set()
}

test_what_the_actor_does_not_choose_is_fine if {
	tree := _contains({"literal": "push schedule"}, {"context": "github.event_name"})
	_guarded("contains(…)", tree) == set()
}

test_a_falsy_middle_is_never_chosen if {
	_choosing("a && '' || 'x'") == {"choice/a && '' || 'x'"}
	_choosing("a && false || true") == {"choice/a && false || true"}
}

test_a_middle_that_is_something_is_fine if {
	_choosing("a && 'y' || ''") == set()
	_choosing("a && b == '' || c") == set()
}
