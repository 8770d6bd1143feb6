package policies.gate.security_scan_gates_deployment_test

import data.policies.gate.security_scan_gates_deployment as policy

_baseline := {
	"judged_classes": ["production", "staging", "unclassified"],
	"required_kinds": [],
	"fail_severity": "CRITICAL",
}

_architecture := {
	"judged_classes": ["production", "staging", "unclassified", "dev"],
	"required_kinds": ["sast", "image-scan"],
	"fail_severity": "CRITICAL",
}

_strict := {
	"judged_classes": ["production", "staging", "unclassified", "dev"],
	"required_kinds": ["sast", "image-scan", "dast"],
	"fail_severity": "any",
}

_deployment(scans, given) := object.union(
	{
		"type": "deployment", "job": "jobs.deploy", "id": "deploy", "what": "runs 'sam deploy'", "related": [],
		"certainty": "definite", "classes": {"production"}, "scans": scans, "candidates": [], "image": false,
		"elsewhere": false, "upstreams": [],
	},
	given,
)

_scan(kind, state) := {
	"job": "jobs.scan", "step": 0, "position": 0, "path": ["steps", 0, "run"], "what": kind, "kinds": [kind],
	"state": state, "why": "it only reports",
}

_unit(name, rows) := {
	"unit": name,
	"uri": sprintf("%s/.github/workflows/x.yml", [split(name, ":")[0]]),
	"views": {"security_scans": rows},
}

_workflow(events, scans) := {"type": "workflow", "name": "Checks", "events": events, "scans": scans}

# The defects by outcome, as {"fail": {[resource, defect]}, "unknown": …, "subjects": …}.
_judged(units, params) := {
	"fail": {[found.resource, split(found.defect, " ")[0]] | some found in denied},
	"unknown": {[found.resource, found.defect] | some found in undecided},
	"subjects": {subject.resource | some subject in subjects},
} if {
	scan := {"format": "scan", "units": units}
	denied := policy.deny with input as scan with data.params as {"GATE-005": params}
	undecided := policy.undecided with input as scan with data.params as {"GATE-005": params}
	subjects := policy.subjects with input as scan with data.params as {"GATE-005": params}
}

_alone(scans, given, params) := _judged([_unit("a:1", [_deployment(scans, given)])], params)

_passes(judged) if {
	judged.fail == set()
	judged.unknown == set()
	judged.subjects == {"jobs.deploy"}
}

test_any_blocking_scan_is_enough_in_baseline if {
	_passes(_alone([_scan("sca", "blocks")], {}, _baseline))
	_passes(_alone([_scan("iac-scan", "ignored"), _scan("sca", "blocks")], {}, _baseline))
	_passes(_alone([_scan("sca", "limited")], {}, _baseline))
}

test_no_scan_fails_at_the_deployment if {
	_alone([], {}, _baseline).fail == {["jobs.deploy", "any"]}
}

test_scans_that_hold_nothing_back_fail_where_they_stand if {
	judged := _alone([_scan("sca", "ignored")], {}, _baseline)
	judged.fail == {["jobs.scan", "any"]}
	judged.subjects == set()
}

test_a_scan_that_may_block_is_unknown if {
	_alone([_scan("sca", "open")], {}, _baseline).unknown == {["jobs.deploy", "any"]}
}

test_what_may_scan_before_makes_a_missing_scan_unknown if {
	candidate := {"job": "jobs.deploy", "path": ["steps", 0], "what": "./verify.sh"}
	_alone([], {"candidates": [candidate]}, _baseline).unknown == {["jobs.deploy", "any"]}
	_alone([], {"elsewhere": true}, _baseline).unknown == {["jobs.deploy", "any"]}
}

test_each_required_kind_is_judged_on_its_own if {
	scans := [_scan("sast", "blocks"), _scan("image-scan", "ignored")]
	judged := _alone(scans, {"image": true}, _architecture)
	judged.fail == {["jobs.scan", "image-scan"]}
	judged.subjects == {"jobs.deploy"}
}

test_an_image_scan_is_needed_only_for_an_image if {
	_passes(_alone([_scan("sast", "blocks")], {}, _architecture))
	_alone([_scan("sast", "blocks")], {"image": true}, _architecture).fail == {["jobs.deploy", "image-scan"]}
}

test_codeql_may_be_set_up_without_a_file if {
	_alone([], {}, _architecture).unknown == {["jobs.deploy", "sast"]}
	_alone([_scan("sast", "ignored")], {}, _architecture).fail == {["jobs.scan", "sast"]}
}

test_strict_asks_for_dast_and_for_any_finding if {
	scans := [_scan("sast", "blocks"), _scan("dast", "limited")]
	_alone(scans, {}, _strict).fail == {["jobs.scan", "dast"]}
	_alone([_scan("sast", "blocks")], {}, _strict).fail == {["jobs.deploy", "dast"]}
}

test_development_is_judged_outside_baseline if {
	_alone([], {"classes": {"dev"}}, _baseline).subjects == set()
	_alone([], {"classes": {"dev"}, "image": true}, _architecture).fail == {["jobs.deploy", "image-scan"]}
}

test_what_may_not_deploy_or_not_there_is_unknown_at_worst if {
	_alone([], {"certainty": "probable"}, _baseline).unknown == {["jobs.deploy", "any"]}
	_alone([], {"classes": {"unknown"}}, _baseline).unknown == {["jobs.deploy", "any"]}
	_alone([_scan("sca", "ignored")], {"certainty": "probable"}, _baseline).fail == set()
}

test_scans_in_another_workflow_of_the_repository_leave_it_open if {
	other := _workflow({"pull_request"}, [_scan("sca", "blocks")])
	here := _unit("a:1", [_deployment([], {})])
	_judged([here, _unit("a:2", [other])], _baseline).unknown == {["jobs.deploy", "any"]}
	_judged([here, _unit("b:2", [other])], _baseline).fail == {["jobs.deploy", "any"]}
	nightly := _workflow({"schedule"}, [_scan("sca", "blocks")])
	_judged([here, _unit("a:2", [nightly])], _baseline).fail == {["jobs.deploy", "any"]}
	wrong_kind := _workflow({"push"}, [_scan("sca", "blocks")])
	image := _unit("a:1", [_deployment([_scan("sast", "blocks")], {"image": true})])
	_judged([image, _unit("a:2", [wrong_kind])], _architecture).fail == {["jobs.deploy", "image-scan"]}
}

test_the_review_of_dependencies_counts_as_another_workflow_even_in_the_same if {
	review := object.union(_scan("sca", "blocks"), {"what": "actions/dependency-review-action@v4"})
	rows := [_deployment([], {}), _workflow({"push", "pull_request"}, [review])]
	_judged([_unit("a:1", rows)], _baseline).unknown == {["jobs.deploy", "any"]}
}

test_the_workflow_whose_success_is_asked_for_stands_before if {
	here := _unit("a:1", [_deployment([], {"upstreams": ["Checks"], "elsewhere": true})])
	blocking := _workflow({"push"}, [_scan("sca", "blocks")])
	_passes(_judged([here, _unit("a:2", [blocking])], _baseline))
	reporting := _workflow({"push"}, [_scan("sca", "ignored")])
	_judged([here, _unit("a:2", [reporting])], _baseline).fail == {["jobs.scan", "any"]}
}
