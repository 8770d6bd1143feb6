package policies.lib.foreign_code_test

import data.policies.lib.foreign_code

_run(words) := {
	"index": 0,
	"path": ["steps", 0],
	"kind": "run",
	"uses": null,
	"with": {},
	"commands": [{
		"path": ["steps", 0, "run"],
		"text": concat(" ", words),
		"program": words[0],
		"words": words,
		"redirects": [],
	}],
}

_job(words, expressions) := {"steps": [_run(words)], "expressions": expressions}

_expression(path, raw, flows) := {"path": path, "raw": raw, "flows": flows}

_states(job) := {[checkout.what, checkout.state] | some checkout in foreign_code.checkouts(job)}

_number := _expression(["steps", 0, "run"], "${{ n }}", ["github.event.number"])

test_a_pull_request_that_is_checked_out_is_foreign if {
	_states(_job(["gh", "pr", "checkout", "${{ n }}"], [_number])) == {["github.event.number", "foreign"]}
}

test_a_pull_request_that_is_only_named_is_not_checked_out if {
	_states(_job(["gh", "pr", "comment", "${{ n }}"], [_number])) == set()
	_states(_job(["echo", "${{ n }}"], [_number])) == set()
}

test_a_variable_carries_a_branch_into_a_checkout if {
	branch := _expression(["steps", 0, "env", "BRANCH"], "${{ b }}", ["github.head_ref"])
	_states(_job(["git", "checkout", "$BRANCH"], [branch])) == {["github.head_ref", "foreign"]}
	_states(_job(["git", "checkout", "main"], [branch])) == set()
}

test_a_ref_of_a_pull_request_is_foreign_by_its_name if {
	_states(_job(["git", "fetch", "origin", "refs/pull/7/head"], [])) == {["refs/pull", "foreign"]}
}

test_an_output_is_open if {
	output := _expression(["steps", 0, "run"], "${{ o }}", ["steps.find.outputs.sha"])
	_states(_job(["git", "checkout", "${{ o }}"], [output])) == {["steps.find.outputs.sha", "open"]}
}
