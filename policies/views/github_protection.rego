# METADATA
# title: What protects environments and branches of GitHub repositories
# description: |
#   One form for exported settings (`--facts`) and for resources of Terraform's GitHub provider: a view over the whole
#   scan. Every row has {"kind", "unit", "resource", "repository", "source": "facts" | "terraform"}; a repository is
#   "owner/name" in lower case, what a plan writes ("name"), or null. By kind:
#   environment: {"name", "missing", "reviewers", "prevent_self_review", "can_admins_bypass", "branch_policy"}, name in
#     lower case; reviewers a number; branch_policy "none", "protected", "custom" or an unknown;
#   environments: a list that holds every environment of its repository, if `complete`: {"names", "complete"};
#   branch: {"patterns", "missing", "active", "reviews", "checks", "enforce_admins", "bypass"}: a protection or ruleset;
#     reviews and checks numbers; bypass whether somebody may go around it; enforce_admins null for a ruleset.
#   A value that a plan does not know is an unknown. A policy declares the types that it wants kept: a plan's resources
#   of types that no policy declares are not here. Places: ["environment"] or ["name"] of the resource, and below it.
package policies.views.github_protection

import data.policies.lib.value

rows := array.concat(array.concat(_environments, _lists), array.concat(_planned_environments, _branches))

_facts(type) := [{"unit": unit.unit, "fact": fact} |
	some unit in input.facts
	some fact in object.get(unit.by_type, type, [])
]

_planned(type) := [{"unit": unit.unit, "planned": planned} |
	some unit in input.units
	some planned in object.get(unit.by_type, type, [])
]

_row(kind, found, resource, source) := {
	"kind": kind,
	"unit": found.unit,
	"resource": resource.address,
	"repository": object.get(resource, "repository", null),
	"source": source,
}

_environments := [object.union(_row("environment", found, found.fact, "facts"), {
	"name": lower(found.fact.name),
	"missing": found.fact.missing,
	"reviewers": count(_reviewers(found.fact.node)),
	"prevent_self_review": _prevents(found.fact.node),
	"can_admins_bypass": object.get(found.fact.node, "can_admins_bypass", true),
	"branch_policy": _policy(object.get(found.fact.node, "deployment_branch_policy", null)),
}) |
	some found in _facts("environment")
]

_rules(node) := object.get(node, "protection_rules", [])

_reviewers(node) := [reviewer |
	some rule in _rules(node)
	rule.type == "required_reviewers"
	some reviewer in object.get(rule, "reviewers", [])
]

_prevents(node) := count([1 |
	some rule in _rules(node)
	rule.type == "required_reviewers"
	object.get(rule, "prevent_self_review", false)
]) > 0

_policy(policy) := "none" if policy == null

_policy(policy) := "protected" if {
	is_object(policy)
	object.get(policy, "protected_branches", false) == true
}

_policy(policy) := "custom" if {
	is_object(policy)
	not value.unknown(policy)
	object.get(policy, "protected_branches", false) == false
}

_policy(policy) := policy if value.unknown(policy)

_lists := [object.union(_row("environments", found, found.fact, "facts"), {
	"names": [lower(environment.name) | some environment in object.get(found.fact.node, "environments", [])],
	"complete": found.fact.complete,
}) |
	some found in _facts("environment_list")
]

_planned_environments := [object.union(_row("environment", found, found.planned, "terraform"), {
	"name": _lowered(object.get(node, "environment", null)),
	"repository": _lowered(object.get(node, "repository", null)),
	"missing": false,
	"reviewers": _planned_reviewers(object.get(node, "reviewers", [])),
	"prevent_self_review": object.get(node, "prevent_self_review", false),
	"can_admins_bypass": object.get(node, "can_admins_bypass", true),
	"branch_policy": _policy(_first(object.get(node, "deployment_branch_policy", null))),
}) |
	some found in _planned("github_repository_environment")
	node := found.planned.node
]

_lowered(written) := lower(written) if is_string(written)

_lowered(written) := written if not is_string(written)

_planned_reviewers(blocks) := count([reviewer |
	some block in blocks
	some key in ["users", "teams"]
	some reviewer in _items(object.get(block, key, []))
]) if {
	is_array(blocks)
	not _has_open(blocks)
}

# A list that is not known holds somebody, or nobody.
_planned_reviewers(blocks) := unknowns[0] if {
	is_array(blocks)
	unknowns := _open_lists(blocks)
	count(unknowns) > 0
}

_planned_reviewers(blocks) := blocks if value.unknown(blocks)

_planned_reviewers(blocks) := 0 if blocks == null

_has_open(blocks) if count(_open_lists(blocks)) > 0

_open_lists(blocks) := [list |
	some block in blocks
	some key in ["users", "teams"]
	list := object.get(block, key, [])
	value.unknown(list)
]

_items(list) := list if is_array(list)

_items(list) := [] if not is_array(list)

_first(blocks) := blocks[0] if {
	is_array(blocks)
	count(blocks) > 0
}

_first(blocks) := null if blocks == []

_first(blocks) := blocks if not is_array(blocks)

_branches := array.concat(
	array.concat(array.concat(_protections, _rulesets), _rules_of_branches),
	array.concat(_planned_protections, _planned_rulesets),
)

_protections := [object.union(_row("branch", found, found.fact, "facts"), {
	"patterns": [found.fact.name],
	"missing": found.fact.missing,
	"active": not_missing,
	"reviews": object.get(found.fact.node, ["required_pull_request_reviews", "required_approving_review_count"], 0),
	"checks": count(_checks(object.get(found.fact.node, "required_status_checks", {}))),
	"enforce_admins": object.get(found.fact.node, ["enforce_admins", "enabled"], false),
	"bypass": false,
}) |
	some found in _facts("branch_protection")
	not_missing := found.fact.missing == false
]

# The API lists the same checks twice: by their contexts, and with their apps.
_checks(status) := {context | some context in _items(object.get(status, "contexts", []))} | {check.context |
	some check in _items(object.get(status, "checks", []))
} if {
	is_object(status)
}

_checks(status) := [] if not is_object(status)

_rulesets := [object.union(_row("branch", found, found.fact, "facts"), {
	"patterns": object.get(node, ["conditions", "ref_name", "include"], []),
	"missing": false,
	"active": is_active,
	"reviews": _reviews(object.get(node, "rules", [])),
	"checks": _status_checks(object.get(node, "rules", [])),
	"enforce_admins": null,
	"bypass": bypassed,
}) |
	some found in _facts("ruleset")
	node := found.fact.node
	object.get(node, "target", "branch") == "branch"
	is_active := object.get(node, "enforcement", "") == "active"
	bypassed := count(_items(object.get(node, "bypass_actors", []))) > 0
]

# The active rules of a branch, which GitHub gives without those who may go around them.
_rules_of_branches := [object.union(_row("branch", found, found.fact, "facts"), {
	"patterns": [found.fact.name],
	"missing": false,
	"active": true,
	"reviews": _reviews(found.fact.node),
	"checks": _status_checks(found.fact.node),
	"enforce_admins": null,
	"bypass": {"$unknown": {
		"kind": "settings", "name": "bypass_actors",
		"why": "is not part of the rules of a branch: ask for the ruleset",
	}},
}) |
	some found in _facts("branch_rules")
]

_reviews(rules) := max(array.concat([0], [number |
	some rule in rules
	rule.type == "pull_request"
	number := object.get(rule, ["parameters", "required_approving_review_count"], 0)
]))

_status_checks(rules) := count([check |
	some rule in rules
	rule.type == "required_status_checks"
	some check in object.get(rule, ["parameters", "required_status_checks"], [])
])

_planned_protections := [object.union(_row("branch", found, found.planned, "terraform"), {
	"patterns": [pattern],
	"missing": false,
	"active": true,
	"repository": _lowered(object.get(node, "repository", object.get(node, "repository_id", null))),
	"reviews": _number(object.get(_block(node, "required_pull_request_reviews"), "required_approving_review_count", 0)),
	"checks": _planned_checks(_block(node, "required_status_checks")),
	"enforce_admins": _flag(object.get(node, "enforce_admins", false)),
	"bypass": false,
}) |
	some type in ["github_branch_protection", "github_branch_protection_v3"]
	some found in _planned(type)
	node := found.planned.node
	pattern := object.get(node, "pattern", object.get(node, "branch", null))
]

_block(node, key) := block if {
	block := _first(object.get(node, key, null))
	block != null
}

_block(node, key) := {} if _first(object.get(node, key, null)) == null

_number(written) := 0 if written == null

_number(written) := written if written != null

_flag(written) := false if written == null

_flag(written) := written if written != null

_planned_checks(block) := written if {
	written := object.get(block, "contexts", [])
	value.unknown(written)
}

_planned_checks(block) := count(_checks(block)) if not value.unknown(object.get(block, "contexts", []))

_planned_rulesets := [object.union(_row("branch", found, found.planned, "terraform"), {
	"patterns": _items(object.get(_block(_block(node, "conditions"), "ref_name"), "include", [])),
	"missing": false,
	"active": is_active,
	"repository": _lowered(object.get(node, "repository", null)),
	"reviews": _number(object.get(_block(_block(node, "rules"), "pull_request"), "required_approving_review_count", 0)),
	"checks": count(_items(object.get(_block(_block(node, "rules"), "required_status_checks"), "required_check", []))),
	"enforce_admins": null,
	"bypass": bypassed,
}) |
	some type in ["github_repository_ruleset", "github_organization_ruleset"]
	some found in _planned(type)
	node := found.planned.node
	object.get(node, "target", "branch") == "branch"
	is_active := object.get(node, "enforcement", "") == "active"
	bypassed := count(_items(object.get(node, "bypass_actors", []))) > 0
]
