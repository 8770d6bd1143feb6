package policies.lib.conditions_test

import data.policies.lib.conditions

_a := {"op": "==", "args": [{"context": "github.ref"}, {"literal": "refs/heads/Main"}]}

_b := {"op": "!=", "args": [{"literal": "push"}, {"context": "github.event_name"}]}

_when(tree) := {"ast": tree}

test_conjuncts_are_those_of_nested_conjunctions if {
	conditions.conjuncts(_when({"op": "&&", "args": [_a, {"op": "&&", "args": [_b, _a]}]})) == [_a, _b, _a]
	conditions.conjuncts(_when({"op": "||", "args": [_a, _b]})) == [{"op": "||", "args": [_a, _b]}]
}

test_no_condition_implies_nothing if {
	conditions.conjuncts(null) == []
	conditions.conjuncts({"ast": null}) == []
	conditions.comparisons(null) == []
}

test_texts_compare_without_case_on_either_side if {
	conditions.compares(_a, "==", "github.ref", "refs/heads/main")
	conditions.compared(_b, "!=", "github.event_name") == {"push"}
	not conditions.compares(_a, "!=", "github.ref", "refs/heads/main")
}

test_comparisons_of_alternatives_are_found_and_negated_ones_are_not if {
	conditions.comparisons(_when({"op": "||", "args": [_a, {"op": "&&", "args": [_b, _a]}]})) == [_a, _b, _a]
	negated := {"op": "!", "args": [_a]}
	conditions.comparisons(_when({"op": "||", "args": [_b, negated]})) == [_b, negated]
}

test_false_is_written_in_two_ways if {
	conditions.is_false({"op": "!", "args": [{"context": "a"}]}, "a")
	conditions.is_false({"op": "==", "args": [{"context": "a"}, {"literal": false}]}, "a")
	not conditions.is_false({"context": "a"}, "a")
}
