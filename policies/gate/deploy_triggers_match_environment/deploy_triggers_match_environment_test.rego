package policies.gate.deploy_triggers_match_environment_test

import data.policies.gate.deploy_triggers_match_environment as policy
import data.policies.lib.workflow_units_test as units

_refs := ["main", "master", "release", "releases?[-/].*", `\$default-branch`]

_baseline := {
	"production_refs": _refs, "allow_schedule": true,
	"environment_branches": false, "dispatch_needs_ref": false,
}

_reference := {
	"production_refs": ["main", "master"], "allow_schedule": false,
	"environment_branches": true, "dispatch_needs_ref": false,
}

_strict := object.union(_baseline, {"dispatch_needs_ref": true})

_trigger(event, filters) := {"event": event, "filters": filters, "path": ["on", event]}

_on(job, triggers, params) := {
	"fail": {[found.resource, found.path] | some found in denied},
	"unknown": {[found.resource, found.path] | some found in undecided},
} if {
	unit := units.unit([job], triggers)
	denied := policy.deny with input as unit with data.params as {"GATE-007": params}
	undecided := policy.undecided with input as unit with data.params as {"GATE-007": params}
}

_good := {"fail": set(), "unknown": set()}

_deploy(given) := units.job("deploy", [units.run(0, ["sam deploy"])], object.union(
	{"environment": units.environment("production")},
	given,
))

_by(event, filters, given) := _on(_deploy(given), [_trigger(event, filters)], _baseline)

_ref := {"context": "github.ref"}

_equals(context, text) := {"op": "==", "args": [{"context": context}, {"literal": text}]}

_when(text, ast, contexts) := {"condition": object.union(
	units.condition(["if"], text, ast, []),
	{"contexts": contexts},
)}

_on_main := _when("github.ref == 'refs/heads/main'", _equals("github.ref", "refs/heads/main"), ["github.ref"])

_at_trigger(event) := {["workflow", ["on", event]]}

test_production_branches_tags_releases_and_persons_pass if {
	_by("push", {"branches": ["main", "release/**"]}, {}) == _good
	_by("push", {"branches": ["$default-branch"]}, {}) == _good
	_by("push", {"tags": ["v*"]}, {}) == _good
	_by("release", {}, {}) == _good
	_by("workflow_dispatch", {}, {}) == _good
	_by("repository_dispatch", {}, {}) == _good
}

test_other_branches_fail_at_what_lets_them_in if {
	_by("push", {}, {}).fail == _at_trigger("push")
	_by("push", {"branches": ["main", "feature/**"]}, {}).fail == {["workflow", ["on", "push", "branches", 1]]}
	_by("push", {"branches": ["**"]}, {}).fail == {["workflow", ["on", "push", "branches", 0]]}
	_by("push", {"branches-ignore": ["docs/**"]}, {}).fail == _at_trigger("push")
}

test_negative_patterns_narrow if {
	_by("push", {"branches": ["main", "release/*", "!release/*"]}, {}) == _good
	_by("push", {"branches": ["*", "!*", "main"]}, {}) == _good
}

test_a_filter_for_branches_alone_leaves_no_tags if {
	_by("push", {"branches": ["main"]}, {}) == _good
	_by("push", {"branches": ["main"], "tags": ["v*"]}, {}) == _good
}

test_conditions_narrow if {
	_by("push", {}, _on_main) == _good
	unequal := {"op": "!=", "args": [_ref, {"literal": "refs/heads/main"}]}
	_by("push", {}, _when("github.ref != 'refs/heads/main'", unequal, ["github.ref"])).fail == {["jobs.deploy", ["if"]]}
	feature := {"call": "startswith", "args": [_ref, {"literal": "refs/heads/feature/"}]}
	text := "startsWith(github.ref, 'refs/heads/feature/')"
	_by("push", {}, _when(text, feature, ["github.ref"])).fail == {["jobs.deploy", ["if"]]}
	contained := {"call": "contains", "args": [_ref, {"literal": "main"}]}
	_by("push", {}, _when("contains(github.ref, 'main')", contained, ["github.ref"])) == _good
}

test_who_acts_keeps_no_branch_out_and_a_variable_may if {
	owner := _when("github.repository_owner == 'octo'", _equals("github.repository_owner", "octo"), [
		"github.repository_owner",
	])
	_by("push", {}, owner).fail == _at_trigger("push")
	variable := _when("vars.deploy == 'yes'", _equals("vars.deploy", "yes"), ["vars.deploy"])
	_by("push", {}, variable) == {"fail": set(), "unknown": _at_trigger("push")}
}

test_pull_requests_fail_until_they_are_merged if {
	_by("pull_request", {}, {}).fail == _at_trigger("pull_request")
	both := [_trigger("push", {"branches": ["main"]}), _trigger("pull_request", {})]
	_on(_deploy({}), both, _baseline).fail == _at_trigger("pull_request")
	target := [_trigger("push", {"branches": ["main"]}), _trigger("pull_request_target", {})]
	_on(_deploy({}), target, _baseline).fail == _at_trigger("pull_request_target")
}

_merged := _when(
	"github.event.pull_request.merged == true",
	{"op": "==", "args": [{"context": "github.event.pull_request.merged"}, {"literal": true}]},
	["github.event.pull_request.merged"],
)

test_a_merge_into_a_production_branch_passes if {
	_by("pull_request", {"branches": ["main"], "types": ["closed"]}, _merged) == _good
	_by("pull_request", {"branches": ["main"], "types": ["closed"]}, {}).fail == _at_trigger("pull_request")
	_by("pull_request", {"branches": ["develop"], "types": ["closed"]}, _merged).fail != set()
	_by("pull_request", {"branches": ["main"]}, _merged) == _good
}

test_a_condition_of_the_step_counts if {
	step := object.union(units.run(0, ["terraform apply"]), {"condition": object.union(
		units.condition(["steps", 0, "if"], "github.ref == 'refs/heads/main'", _on_main.condition.ast, []),
		{"contexts": ["github.ref"]},
	)})
	job := units.job("deploy", [step], {"environment": units.environment("production")})
	_on(job, [_trigger("push", {}), _trigger("pull_request", {})], _baseline) == _good
}

_hosting(name, inputs) := _on(
	units.job("deploy", [units.use(0, name, inputs)], {"environment": units.environment("production")}),
	[_trigger("push", {"branches": ["main"]}), _trigger("pull_request", {})],
	_baseline,
)

test_previews_of_hosting_actions_are_not_production if {
	_hosting("azure/static-web-apps-deploy", {}) == _good
	_hosting("firebaseextended/action-hosting-deploy", {}) == _good
	_hosting("firebaseextended/action-hosting-deploy", {"channelId": "live"}).fail == _at_trigger("pull_request")
}

test_a_schedule_fails_in_the_reference_architecture if {
	_by("schedule", {}, {}) == _good
	_on(_deploy({}), [_trigger("schedule", {})], _reference).fail == _at_trigger("schedule")
}

test_strict_limits_who_starts_it_by_hand if {
	by_hand := [_trigger("workflow_dispatch", {})]
	bare := _deploy({"id": "deploy-production", "environment": null})
	job := object.union(bare, {"environment": null, "name": "Production"})
	_on(job, by_hand, _strict).fail == _at_trigger("workflow_dispatch")
	_on(_deploy({}), by_hand, _strict).unknown == _at_trigger("workflow_dispatch")
	_on(_deploy(_on_main), by_hand, _strict) == _good
}

test_comments_need_a_guard if {
	_by("issue_comment", {}, {}).fail == _at_trigger("issue_comment")
	context := "github.event.comment.author_association"
	owner := _when("x == 'OWNER'", _equals(context, "OWNER"), [context])
	_by("issue_comment", {}, owner) == _good
}

test_what_other_workflows_start_is_unknown if {
	_by("workflow_run", {}, {}).unknown == _at_trigger("workflow_run")
	_by("workflow_run", {"branches": ["main"]}, {}) == _good
	context := "github.event.workflow_run.head_branch"
	_by("workflow_run", {}, _when("x == 'main'", _equals(context, "main"), [context])) == _good
	_by("workflow_call", {}, {}).unknown == _at_trigger("workflow_call")
	both := [_trigger("workflow_call", {}), _trigger("push", {"branches": ["main"]})]
	_on(_deploy({}), both, _baseline) == _good
}

_at(place, triggers) := _on(_deploy({"environment": units.environment(place)}), triggers, _reference)

_pushed(branch) := [_trigger("push", {"branches": [branch]})]

test_staging_and_dev_follow_their_branches_in_the_reference_architecture if {
	_at("staging", _pushed("main")) == _good
	_at("staging", _pushed("develop")).fail == {["jobs.deploy", ["if"]]}
	_at("staging", array.concat(_pushed("main"), [_trigger("pull_request", {})])).fail == {["jobs.deploy", ["if"]]}
	_at("dev", _pushed("develop")) == _good
	_at("dev", _pushed("main")).fail == {["jobs.deploy", ["if"]]}
	_on(_deploy({"environment": units.environment("dev")}), _pushed("main"), _baseline) == _good
}

test_an_unclassified_place_counts_where_main_reaches_it if {
	job := units.job("ship", [units.run(0, ["sam deploy"])], {})
	_on(job, [_trigger("push", {})], _baseline).fail == _at_trigger("push")
	_on(job, [_trigger("push", {"branches": ["develop"]})], _baseline) == _good
}

test_probable_deployments_are_not_judged if {
	job := units.job("deploy", [units.run(0, ["./deploy.sh"])], {"secrets": ["aws_key"]})
	_on(job, [_trigger("push", {})], _baseline) == _good
}

test_teardowns_are_judged_too if {
	job := units.job("destroy", [units.run(0, ["terraform destroy"])], {"environment": units.environment("production")})
	_on(job, [_trigger("push", {})], _baseline).fail == _at_trigger("push")
}

test_a_job_does_not_pass_beside_its_open_trigger if {
	open := units.unit([_deploy({})], [_trigger("push", {})])
	judged := policy.subjects with input as open with data.params as {"GATE-007": _baseline}
	judged == {"workflow"}
	limited := units.unit([_deploy({})], [_trigger("push", {"branches": ["main"]})])
	good := policy.subjects with input as limited with data.params as {"GATE-007": _baseline}
	good == {"jobs.deploy"}
}
