package policies.gate.environment_protection_configured_test

import data.policies.gate.environment_protection_configured as policy

_reference := {"without_exceptions": false}

_strict := {"without_exceptions": true}

_row(names, open) := {
	"job": "jobs.deploy", "id": "deploy", "what": "runs 'sam deploy'", "path": ["environment"],
	"raw": "written", "names": names, "open": open,
}

_job(names, open) := {
	"unit": "deploy.yml", "uri": ".github/workflows/deploy.yml",
	"views": {"production_environments": [_row(names, open)]},
}

_environment(given) := object.union(
	{
		"kind": "environment", "unit": "plan.json", "resource": "github_repository_environment.it",
		"repository": "shop", "source": "terraform", "name": "production", "missing": false,
		"reviewers": 1, "prevent_self_review": false, "can_admins_bypass": true, "branch_policy": "protected",
	},
	given,
)

_fact(given) := _environment(object.union({"source": "facts", "unit": "facts.json"}, given))

_rule(given) := object.union(
	{
		"kind": "branch", "unit": "plan.json", "resource": "github_branch_protection.main", "repository": "shop",
		"source": "terraform", "patterns": ["main"], "missing": false, "active": true, "reviews": 1, "checks": 1,
		"enforce_admins": false, "bypass": false,
	},
	given,
)

_scan(units, rows, params) := {
	"fail": {[found.resource, found.defect] | some found in denied},
	"unknown": {[found.resource, found.defect] | some found in undecided},
	"subjects": {found.resource | some found in subjects},
} if {
	scanned := {"units": units, "facts": [], "views": {"github_protection": rows}}
	denied := policy.deny with input as scanned with data.params as {"GATE-002": params}
	undecided := policy.undecided with input as scanned with data.params as {"GATE-002": params}
	subjects := policy.subjects with input as scanned with data.params as {"GATE-002": params}
}

_planned(given, params) := _scan([], [_environment(given)], params)

_it := "github_repository_environment.it"

test_reviewers_and_a_branch_policy_are_needed if {
	_planned({}, _reference) == {"fail": set(), "unknown": set(), "subjects": {_it}}
	_planned({"reviewers": 0}, _reference).fail == {[_it, "reviewers"]}
	_planned({"branch_policy": "none"}, _reference).fail == {[_it, "branches"]}
	_planned({"branch_policy": "custom"}, _reference).fail == set()
}

test_strict_allows_no_exceptions if {
	_planned({}, _strict).fail == {[_it, "self-review"], [_it, "bypass"]}
	_planned({"prevent_self_review": true, "can_admins_bypass": false}, _strict).fail == set()
}

_gap := {"$unknown": {"kind": "plan", "name": "teams", "why": "is known after apply"}}

test_what_a_plan_does_not_know_is_unknown if {
	_planned({"reviewers": _gap}, _reference).unknown == {[_it, "reviewers"]}
	_planned({"branch_policy": _gap}, _reference).unknown == {[_it, "branches"]}
	_planned({"prevent_self_review": _gap, "can_admins_bypass": false}, _strict).unknown == {[_it, "self-review"]}
}

test_an_environment_that_is_not_production_is_judged_where_a_job_uses_it if {
	_planned({"name": "staging", "reviewers": 0}, _reference).subjects == set()
	_scan([_job(["AWS"], false)], [_environment({"name": "aws", "reviewers": 0})], _reference).fail == {[_it, "reviewers"]}
}

test_a_workflow_alone_is_unknown if {
	found := _scan([_job(["production"], false)], [], _reference)
	found == {"fail": set(), "unknown": {["jobs.deploy", "production/settings"]}, "subjects": {"jobs.deploy"}}
}

test_an_environment_that_a_plan_makes_is_judged_there if {
	found := _scan([_job(["Production"], false)], [_environment({})], _reference)
	found == {"fail": set(), "unknown": set(), "subjects": {_it}}
}

test_exported_settings_decide if {
	_scan([_job(["Production"], false)], [_fact({})], _reference).fail == set()
	_scan([_job(["Production"], false)], [_fact({})], _reference).unknown == set()
	bad := _scan([_job(["Production"], false)], [_fact({"reviewers": 0})], _reference)
	bad.fail == {["jobs.deploy", "production/reviewers"]}
	gone := _scan([_job(["Production"], false)], [_fact({"missing": true})], _reference)
	gone.fail == {["jobs.deploy", "production/missing"]}
}

test_a_complete_list_without_the_name_proves_that_it_does_not_exist if {
	list := {"kind": "environments", "names": ["dev"], "complete": true, "source": "facts"}
	_scan([_job(["production"], false)], [list], _reference).fail == {["jobs.deploy", "production/missing"]}
	partial := object.union(list, {"complete": false})
	_scan([_job(["production"], false)], [partial], _reference).unknown == {["jobs.deploy", "production/settings"]}
}

test_of_several_repositories_only_what_all_lack_is_proven if {
	rows := [_fact({"repository": "octo/a", "reviewers": 0}), _fact({"repository": "octo/b"})]
	found := _scan([_job(["production"], false)], rows, _reference)
	found.fail == set()
	found.unknown == {["jobs.deploy", "production/reviewers"]}
}

test_a_name_that_only_a_run_knows_is_unknown if {
	_scan([_job([], true)], [], _reference).unknown == {["jobs.deploy", "name"]}
}

_branches(rules, params) := _scan([], rules, params)

_main := "github_branch_protection.main"

test_a_default_branch_needs_a_review_and_a_check if {
	_branches([_rule({})], _reference) == {"fail": set(), "unknown": set(), "subjects": {_main}}
	_branches([_rule({"reviews": 0})], _reference).fail == {[_main, "reviews"]}
	_branches([_rule({"checks": 0})], _reference).fail == {[_main, "checks"]}
	_branches([_rule({"checks": _gap})], _reference).unknown == {[_main, "checks"]}
}

test_patterns_that_hold_the_default_branch if {
	_branches([_rule({"patterns": ["~DEFAULT_BRANCH"]})], _reference).subjects == {_main}
	_branches([_rule({"patterns": ["refs/heads/ma*"]})], _reference).subjects == {_main}
	_branches([_rule({"patterns": ["release/*"]})], _reference).subjects == set()
	_branches([_rule({"patterns": ["maintenance"]})], _reference).subjects == set()
}

test_rules_hold_together if {
	one := _rule({"checks": 0})
	other := _rule({"reviews": 0, "resource": "github_repository_ruleset.main"})
	_branches([one, other], _reference).fail == set()
	elsewhere := object.union(other, {"repository": "api"})
	_branches([one, elsewhere], _reference).fail == {
		[_main, "checks"],
		["github_repository_ruleset.main", "reviews"],
	}
}

test_a_ruleset_that_is_not_active_holds_nothing if {
	_branches([_rule({"active": false})], _reference).fail == {[_main, "reviews"], [_main, "checks"]}
}

test_strict_counts_only_rules_that_everybody_keeps_to if {
	_branches([_rule({})], _strict).fail == {[_main, "reviews"], [_main, "checks"]}
	_branches([_rule({"enforce_admins": true})], _strict).fail == set()
	_branches([_rule({"enforce_admins": null})], _strict).fail == set()
	_branches([_rule({"enforce_admins": null, "bypass": true})], _strict).fail != set()
	_branches([_rule({"enforce_admins": null, "bypass": _gap})], _strict).unknown != set()
}
