package policies.lib.ignored_failures_test

import data.policies.lib.ignored_failures
import data.policies.lib.workflow_units_test as units

_ignored(written) := count(ignored_failures.reasons(step, step.commands[0])) > 0 if step := units.script(0, written)

test_what_follows_or_decides if {
	_ignored([["npm test", "||"], ["true", null]])
	_ignored([["npm test", "||"], [":", null]])
	_ignored([["npm test", "||"], ["exit 0", null]])
	_ignored([["npm test", "||"], ["echo failed", null]])
	not _ignored([["npm test", "||"], ["exit 1", null]])
	not _ignored([["npm test", "||"], ["npm test", null]])
	not _ignored([["npm test", null]])
}

test_the_rest_of_the_list_is_passed_over if {
	_ignored([["npm test", "&&"], ["echo good", "||"], ["echo bad", null]])
	_ignored([["npm test", "|"], ["tee log", "||"], ["true", null]])
	not _ignored([["npm test", "|"], ["tee log", null]])
}

test_under_errexit_a_list_ends_at_the_failure if {
	not _ignored([["npm test", ";"], ["true", null]])
	not _ignored([["npm test", ";"], ["echo done", null]])
}

_second(step) := ignored_failures.reasons(step, step.commands[1])

test_without_errexit_only_the_last_command_counts if {
	count(_second(units.script(0, [["set +e", ";"], ["npm test", ";"], ["echo done", null]]))) == 1
	count(_second(units.script(0, [["set +e", ";"], ["npm test", null]]))) == 0
	count(_second(units.script(0, [["set +e", ";"], ["npm test", ";"], ["exit $?", null]]))) == 0
	step := units.script(0, [["npm ci", ";"], ["npm test", ";"], ["echo done", null]])
	_second(object.union(step, {"shell": "bash -l {0}"})) == ["shell: bash -l {0}"]
	_second(object.union(step, {"shell": "bash -el {0}"})) == []
	_second(object.union(step, {"shell": "bash"})) == []
	_second(object.union(step, {"shell": "pwsh", "language": "powershell"})) == []
}

test_errexit_may_be_on_again if {
	step := units.script(0, [["set +e", ";"], ["./a.sh", ";"], ["set -e", ";"], ["npm test", ";"], ["echo done", null]])
	ignored_failures.reasons(step, step.commands[3]) == []
}

test_a_group_of_handlers_may_fail if {
	inside := {"depth": 1}
	_ignored([["npm test", "||"], ["echo failed", ";", inside], ["true", null, inside]])
	not _ignored([["npm test", "||"], ["echo failed", ";", inside], ["exit 1", null, inside]])
	braced := units.script(0, [["npm test", "||"], ["echo ${X}", ";"], ["exit 1", ";"], ["npm run lint", null]])
	step := object.union(braced, {"run": "npm test || { echo ${X}; exit 1; }\nnpm run lint"})
	ignored_failures.reasons(step, step.commands[0]) == []
}

test_a_group_may_be_ignored_as_a_whole if {
	inside := {"depth": 1}
	_ignored([["npm test", ";", inside], ["npm run e2e", "||", inside], ["true", null]])
}

test_a_variable_that_is_asked_for_keeps_the_failure if {
	keeping := {"assignments": {"failed": "1"}, "program": ""}
	not _ignored([["npm test", "||"], ["failed=1", ";", keeping], ["exit $failed", null]])
	_ignored([["npm test", "||"], ["failed=1", ";", keeping], ["echo done", null]])
}

test_a_condition_is_no_failure if {
	not _ignored([["npm test", ";", {"condition": true}], ["echo good", null]])
	not _ignored([["npm test", "||", {"negated": true}], ["true", null]])
}

_expression(contexts) := {"path": ["continue-on-error"], "contexts": contexts}

_continues(written, contexts) := ignored_failures.continues(
	units.job("a", [], {"expressions": [_expression(contexts)]}),
	{"continue_on_error": written},
	[],
)

_either(values) := {"$unknown": {"kind": "alternatives", "name": "x", "why": "", "values": values}}

test_a_matrix_goes_on_where_all_its_combinations_do if {
	_continues(true, []) == "yes"
	_continues(false, []) == "no"
	_continues(_either([true, false]), ["matrix.experimental"]) == "no"
	_continues(_either([true]), ["matrix.experimental"]) == "yes"
	_continues(_either([true, false]), ["vars.optional"]) == "open"
	_continues({"$unknown": {"kind": "expression", "name": "inputs.x", "why": ""}}, ["inputs.x"]) == "open"
}

test_an_outcome_may_be_asked_for_later if {
	suite := object.union(units.run(0, ["npm test"]), {"id": "suite"})
	asking := object.union(units.condition(["steps", 1, "if"], "x", null, []), {"contexts": ["steps.suite.outcome"]})
	failing := object.union(units.run(1, ["exit 1"]), {"condition": asking})
	telling := object.union(units.run(1, ["echo failed"]), {"condition": asking})
	ignored_failures.asked_later(units.job("a", [suite, failing], {}), suite)
	not ignored_failures.asked_later(units.job("a", [suite, telling], {}), suite)
	not ignored_failures.asked_later(units.job("a", [suite], {}), suite)
}
