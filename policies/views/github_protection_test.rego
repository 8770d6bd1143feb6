package policies.views.github_protection_test

import data.policies.lib.github_protection
import data.policies.views.github_protection as view

_fact(type, address, name, node) := {"unit": "facts.json", "by_type": {type: [{
	"address": address, "type": type, "repository": "acme/shop", "name": name, "missing": false, "complete": true,
	"node": node,
}]}}

_of_facts(unit) := rows if {
	rows := view.rows with input as {"units": [], "facts": [unit]}
}

_of_plan(type, node) := rows if {
	planned := {"address": "it", "type": type, "node": node}
	rows := view.rows with input as {"units": [{"unit": "plan.json", "by_type": {type: [planned]}}], "facts": []}
}

test_an_exported_environment if {
	rows := _of_facts(_fact("environment", "repos/a/b/environments/Production", "Production", {
		"name": "Production", "can_admins_bypass": false,
		"protection_rules": [
			{"type": "wait_timer", "wait_timer": 5},
			{"type": "required_reviewers", "prevent_self_review": true, "reviewers": [{"type": "Team"}, {"type": "User"}]},
			{"type": "branch_policy"},
		],
		"deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true},
	}))
	expected := [["production", 2, true, false, "custom"]]
	short := [[row.name, row.reviewers, row.prevent_self_review, row.can_admins_bypass, row.branch_policy] |
		some row in rows
	]
	short == expected
}

test_an_environment_without_rules if {
	node := {"name": "dev", "protection_rules": [], "deployment_branch_policy": null}
	rows := _of_facts(_fact("environment", "e", "dev", node))
	expected := [[0, false, true, "none"]]
	[[row.reviewers, row.prevent_self_review, row.can_admins_bypass, row.branch_policy] | some row in rows] == expected
}

test_a_planned_environment_is_the_same if {
	rows := _of_plan("github_repository_environment", {
		"environment": "Production", "repository": "Shop", "can_admins_bypass": true, "prevent_self_review": false,
		"reviewers": [{"teams": [1], "users": null}],
		"deployment_branch_policy": [{"protected_branches": true, "custom_branch_policies": false}],
	})
	expected := [["production", "shop", 1, "protected", "terraform"]]
	[[row.name, row.repository, row.reviewers, row.branch_policy, row.source] | some row in rows] == expected
}

test_reviewers_that_a_plan_does_not_know_are_unknown if {
	gap := {"$unknown": {"kind": "plan", "name": "teams", "why": "is known after apply"}}
	rows := _of_plan("github_repository_environment", {"environment": "p", "reviewers": [{"teams": gap, "users": []}]})
	[[row.reviewers, row.branch_policy] | some row in rows] == [[gap, "none"]]
}

test_an_exported_protection if {
	rows := _of_facts(_fact("branch_protection", "p", "main", {
		"enforce_admins": {"enabled": true},
		"required_pull_request_reviews": {"required_approving_review_count": 2},
		"required_status_checks": {"contexts": ["test"], "checks": [{"context": "test", "app_id": 1}]},
	}))
	expected := [[["main"], true, 2, 1, true]]
	[[row.patterns, row.active, row.reviews, row.checks, row.enforce_admins] | some row in rows] == expected
}

test_a_ruleset_that_is_not_active if {
	rows := _of_facts(_fact("ruleset", "r", "", {
		"target": "branch", "enforcement": "evaluate", "bypass_actors": [{"actor_id": 5}],
		"conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
		"rules": [
			{"type": "pull_request", "parameters": {"required_approving_review_count": 1}},
			{"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "a"}]}},
		],
	}))
	expected := [[["~DEFAULT_BRANCH"], false, 1, 1, true]]
	[[row.patterns, row.active, row.reviews, row.checks, row.bypass] | some row in rows] == expected
}

test_who_may_go_around_the_rules_of_a_branch_is_not_known if {
	rows := _of_facts(_fact("branch_rules", "r", "main", [{"type": "deletion"}]))
	[[row.reviews, row.checks, row.bypass["$unknown"].name] | some row in rows] == [[0, 0, "bypass_actors"]]
}

test_a_planned_protection if {
	protection := _of_plan("github_branch_protection", {
		"pattern": "main", "enforce_admins": true,
		"required_pull_request_reviews": [{"required_approving_review_count": 1}],
		"required_status_checks": [{"contexts": ["ci"], "strict": true}],
	})
	expected := [[["main"], 1, 1, true]]
	[[row.patterns, row.reviews, row.checks, row.enforce_admins] | some row in protection] == expected
}

test_a_planned_ruleset if {
	ruleset := _of_plan("github_repository_ruleset", {
		"target": "branch", "enforcement": "active", "bypass_actors": [],
		"conditions": [{"ref_name": [{"include": ["~ALL"], "exclude": []}]}],
		"rules": [{"pull_request": [{"required_approving_review_count": 2}], "required_status_checks": []}],
	})
	expected := [[["~ALL"], true, 2, 0, false]]
	[[row.patterns, row.active, row.reviews, row.checks, row.bypass] | some row in ruleset] == expected
}

test_what_a_complete_list_does_not_hold_does_not_exist if {
	list := _fact("environment_list", "l", "", {"total_count": 1, "environments": [{"name": "Dev"}]})
	found := github_protection.lists_without("production") with input as {"units": [], "facts": [list]}
	count(found) == 1
	none := github_protection.lists_without("dev") with input as {"units": [], "facts": [list]}
	count(none) == 0
}

test_an_environment_is_found_without_case if {
	unit := _fact("environment", "e", "Production", {"name": "Production", "protection_rules": []})
	found := github_protection.environment("PRODUCTION") with input as {"units": [], "facts": [unit]}
	count(found) == 1
}
