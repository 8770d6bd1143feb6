package policies.gate.failure_notification_test

import data.policies.gate.failure_notification as policy

_unit(name, rows) := {
	"unit": name,
	"uri": sprintf("%s/.github/workflows/x.yml", [split(name, ":")[0]]),
	"views": {"failure_notices": rows},
}

_deployment(given) := object.union(
	{
		"type": "deployment", "job": "jobs.deploy", "id": "deploy", "what": "runs 'sam deploy'", "related": [],
		"certainty": "definite", "classes": {"production"}, "workflow": ["Deploy"], "notices": [], "candidates": [],
		"service": "",
	},
	given,
)

_one := {"job": "jobs.deploy", "path": ["steps", 1], "what": "slackapi/slack-github-action@v2"}

_rule(state) := {
	"type": "rule", "service": "codedeploy", "resource": "Rule", "path": ["Properties", "EventTypeIds"],
	"production": true, "state": state,
}

_group(state, production) := {
	"type": "group", "service": "codedeploy", "resource": "Group", "path": ["Properties", "TriggerConfigurations"],
	"production": production, "state": state,
}

_judged(units) := {
	"fail": {found.resource | some found in denied},
	"unknown": {found.resource | some found in undecided},
	"subjects": {subject.resource | some subject in subjects},
} if {
	scan := {"format": "scan", "units": units}
	denied := policy.deny with input as scan
	undecided := policy.undecided with input as scan
	subjects := policy.subjects with input as scan
}

_alone(given) := _judged([_unit("a:1", [_deployment(given)])])

_passes(judged) if {
	judged.fail == set()
	judged.unknown == set()
	count(judged.subjects) > 0
}

test_a_deployment_that_tells_passes_and_a_silent_one_fails if {
	_passes(_alone({"notices": [_one]}))
	_alone({}).fail == {"jobs.deploy"}
}

test_what_may_tell_is_unknown if {
	_alone({"candidates": [_one]}).unknown == {"jobs.deploy"}
}

test_what_may_not_be_production_is_unknown_at_worst if {
	_alone({"classes": {"unknown"}}).unknown == {"jobs.deploy"}
	_alone({"certainty": "probable"}).unknown == {"jobs.deploy"}
}

test_a_workflow_behind_it_tells_in_the_same_repository if {
	behind := {"type": "behind", "workflows": ["Deploy"], "notices": [_one], "candidates": []}
	_passes(_judged([_unit("a:1", [_deployment({})]), _unit("a:2", [behind])]))
	_judged([_unit("a:1", [_deployment({})]), _unit("b:2", [behind])]).fail == {"jobs.deploy"}
	other := object.union(behind, {"workflows": ["Build"]})
	_judged([_unit("a:1", [_deployment({})]), _unit("a:2", [other])]).fail == {"jobs.deploy"}
	opaque := object.union(behind, {"notices": [], "candidates": [_one]})
	_judged([_unit("a:1", [_deployment({})]), _unit("a:2", [opaque])]).unknown == {"jobs.deploy"}
}

test_rules_announce_what_codedeploy_deploys if {
	here := _unit("a:1", [_deployment({"service": "codedeploy"})])
	_passes(_judged([here, _unit("t", [_rule("yes")])]))
	_judged([here, _unit("t", [_rule("open")])]).unknown == {"jobs.deploy"}
	_judged([here, _unit("t", [_rule("no")])]).fail == {"jobs.deploy"}
	_judged([_unit("a:1", [_deployment({})]), _unit("t", [_rule("yes")])]).fail == {"jobs.deploy"}
}

test_groups_are_judged_where_no_job_starts_them if {
	_judged([_unit("t", [_group("no", true)])]).fail == {"Group"}
	_judged([_unit("t", [_group("open", true)])]).unknown == {"Group"}
	_passes(_judged([_unit("t", [_group("yes", true)])]))
	_passes(_judged([_unit("t", [_group("no", true), _rule("yes")])]))
	_judged([_unit("t", [_group("no", true), _rule("open")])]).unknown == {"Group"}
	_judged([_unit("t", [_group("no", false)])]).subjects == set()
	here := _unit("a:1", [_deployment({"service": "codedeploy"})])
	_judged([here, _unit("t", [_group("no", true)])]).fail == {"jobs.deploy"}
}
