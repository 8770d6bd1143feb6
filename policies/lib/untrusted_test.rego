package policies.lib.untrusted_test

import data.policies.lib.untrusted

test_an_issue_title_is_untrusted_and_its_number_is_not if {
	untrusted.context("github.event.issue.title")
	not untrusted.context("github.event.issue.number")
}

test_a_commit_message_is_untrusted_and_its_id_is_not if {
	untrusted.context("github.event.commits.*.message")
	untrusted.context("github.event.head_commit.author.name")
	not untrusted.context("github.event.commits.0.id")
}

test_a_list_element_is_matched if {
	untrusted.context("github.event.pages.0.page_name")
	not untrusted.context("github.event.pages.0.sha")
}

test_a_whole_event_is_untrusted_only_as_json if {
	printed := {"flows": ["github.event"], "functions": ["tojson"]}
	untrusted.flows(printed) == {"github.event"}
	untrusted.flows(object.union(printed, {"functions": []})) == set()
}

_job := {
	"address": "jobs.a",
	"node": {"env": {"BODY": "${{ github.event.issue.body }}"}},
	"expressions": [
		{"path": ["steps", 0, "env", "TITLE"], "flows": ["github.event.issue.title"], "functions": []},
		{"path": ["env", "BODY"], "flows": ["github.event.issue.body"], "functions": []},
	],
}

test_variables_of_a_step_and_its_job_are_seen if {
	seen := untrusted.in_step(_job, {"path": ["steps", 0], "env": {}}) with input as {"resources": {}}
	{variable.name | some variable in seen} == {"TITLE", "BODY"}
}

test_a_nearer_variable_hides_a_farther_one if {
	seen := untrusted.in_step(_job, {"path": ["steps", 1], "env": {"BODY": "x"}}) with input as {"resources": {}}
	seen == []
}
