package policies.gate.comment_triggered_deploys_guarded_test

import data.policies.gate.comment_triggered_deploys_guarded as policy
import data.policies.lib.workflow_units_test as units

_trigger(event) := {"event": event, "filters": {}, "path": ["on", event]}

_on(jobs, event) := {
	"fail": {[found.resource, found.defect] | some found in denied},
	"unknown": {[found.resource, found.defect] | some found in undecided},
	"subjects": subjects,
} if {
	unit := units.unit(jobs, [_trigger(event)])
	denied := policy.deny with input as unit
	undecided := policy.undecided with input as unit
	subjects := policy.subjects with input as unit
}

_staging := {"environment": units.environment("staging")}

_deploy(steps, given) := units.job("deploy", steps, object.union(_staging, given))

_plain := [units.run(0, ["sam deploy"])]

_when(ast, contexts) := {"condition": object.union(
	units.condition(["if"], "x", ast, []),
	{"contexts": contexts},
)}

_association := {"context": "github.event.comment.author_association"}

_is(name) := {"op": "==", "args": [_association, {"literal": name}]}

_among(list) := {"call": "contains", "args": [{"call": "fromjson", "args": [{"literal": list}]}, _association]}

_outcome(ast) := _on([_deploy(_plain, _when(ast, []))], "issue_comment")

_good := {"fail": set(), "unknown": set(), "subjects": {"jobs.deploy"}}

_bad := {["jobs.deploy", "author/issue_comment"]}

test_members_may_deploy if {
	_outcome(_is("OWNER")) == _good
	_outcome(_among(`["OWNER", "MEMBER", "COLLABORATOR"]`)) == _good
	_outcome({"op": "||", "args": [_is("OWNER"), _is("MEMBER")]}) == _good
	_outcome({"op": "&&", "args": [{"context": "github.event.issue.pull_request"}, _is("OWNER")]}) == _good
}

test_contributors_and_strangers_may_not if {
	_outcome(_among(`["OWNER", "CONTRIBUTOR"]`)).fail == _bad
	_outcome(_is("FIRST_TIME_CONTRIBUTOR")).fail == _bad
	_outcome({"op": "!=", "args": [_association, {"literal": "NONE"}]}).fail == _bad
	_outcome({"op": "||", "args": [_is("OWNER"), _is("NONE")]}).fail == _bad
}

test_the_text_of_the_comment_is_no_permission if {
	body := {"call": "contains", "args": [{"context": "github.event.comment.body"}, {"literal": "/deploy"}]}
	_outcome(body).fail == _bad
	_on([_deploy(_plain, {})], "issue_comment").fail == _bad
}

test_the_author_of_the_issue_is_somebody_else if {
	other := {"op": "==", "args": [{"context": "github.event.issue.author_association"}, {"literal": "OWNER"}]}
	_outcome(other).fail == _bad
}

test_reviews_and_discussions_are_comments_too if {
	_on([_deploy(_plain, {})], "pull_request_review").fail == {["jobs.deploy", "author/pull_request_review"]}
	_on([_deploy(_plain, {})], "discussion_comment").fail == {["jobs.deploy", "author/discussion_comment"]}
}

test_other_events_are_not_judged if {
	_on([_deploy(_plain, {})], "push").subjects == set()
	_on([_deploy(_plain, {})], "repository_dispatch").subjects == set()
}

test_a_check_in_a_needed_job_holds_this_one if {
	gate := units.job("gate", [], _when(_is("OWNER"), []))
	_on([gate, _deploy(_plain, {"needs": ["gate"], "needs_closure": ["gate"]})], "issue_comment") == _good
}

_lookup(script) := units.use(0, "actions/github-script", {"script": script})

test_a_look_up_of_the_permission_is_a_check_where_it_stops_the_job if {
	stopping := "const p = await getCollaboratorPermissionLevel(x); if (p !== 'admin') core.setFailed('no')"
	_on([_deploy([_lookup(stopping), units.run(1, ["sam deploy"])], {})], "issue_comment") == _good
	silent := "const p = await getCollaboratorPermissionLevel(x); console.log(p === 'admin')"
	_on([_deploy([_lookup(silent), units.run(1, ["sam deploy"])], {})], "issue_comment").fail == _bad
}

test_an_unknown_action_that_may_check_is_unknown if {
	steps := [units.use(0, "github/command", {}), units.run(1, ["sam deploy"])]
	_on([_deploy(steps, {})], "issue_comment").unknown == _bad
}

_checkout(flow, written) := _on([_deploy(steps, given)], "issue_comment") if {
	steps := [units.use(0, "actions/checkout", {"ref": written}), units.run(1, ["sam deploy"])]
	expression := {"path": ["steps", 0, "with", "ref"], "raw": "${{ x }}", "flows": [flow], "contexts": [flow]}
	given := object.union(_when(_is("OWNER"), []), {
		"expressions": [expression],
		"node": {"steps": [{"with": {"ref": written}}]},
	})
}

test_a_name_may_move_and_a_commit_does_not if {
	number := "github.event.issue.number"
	_checkout(number, "refs/pull/${{ x }}/merge").fail == {["jobs.deploy", sprintf("checkout/%s", [number])]}
	_checkout("github.event.pull_request.head.ref", "${{ x }}").fail != set()
	_checkout("github.event.pull_request.head.sha", "${{ x }}") == _good
	_checkout("steps.pr.outputs.sha", "${{ x }}") == _good
	_checkout("steps.pr.outputs.branch", "${{ x }}").fail != set()
	_checkout("steps.pr.outputs.head", "${{ x }}").unknown != set()
}

test_without_an_environment_nobody_is_asked if {
	job := _deploy(_plain, object.union(_when(_is("OWNER"), []), {"environment": null}))
	_on([object.union(job, {"environment": null})], "issue_comment").fail == {["jobs.deploy", "environment"]}
}

test_a_probable_deployment_is_unknown_at_worst if {
	_on([_deploy([units.run(0, ["./deploy.sh"])], {"secrets": ["aws_key"]})], "issue_comment").unknown == _bad
}
