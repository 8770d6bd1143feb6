package policies.lib.github_subjects_test

import data.policies.lib.github_subjects

_forms := {
	"repo:org/app:environment:production": "scoped",
	"repo:org/app:ref:refs/heads/main": "scoped",
	"repo:org/app:ref:refs/heads/release/*": "scoped",
	"repo:org/app:ref:refs/tags/v*": "scoped",
	"repo:org/app:job_workflow_ref:org/ci/.github/workflows/deploy.yml@refs/heads/main": "scoped",
	"repo:org@123/app@456:ref:refs/heads/main": "scoped",
	"repository_owner_id:1:repository_id:2:environment:production": "scoped",
	"repository_id:2:ref:refs/heads/main": "scoped",
	"*": "anyone",
	"repo:*": "anyone",
	"repo:org*": "anyone",
	"repo:org/*": "anyone",
	"repo:org/*:*": "anyone",
	"repository_owner:org": "anyone",
	"repo:org/app-*": "repository-wildcard",
	"repo:org/app-*:ref:refs/heads/main": "repository-wildcard",
	"repo:org/app*": "repository-wildcard",
	"repo:org/*:environment:production": "repository-wildcard",
	"repo:org@*/app@*:environment:production": "numbers-wildcard",
	"repo:org@*/app@*:*": "repository-wildcard",
	"repo:org/app:*": "any-context",
	"repo:org/app:environment:*": "any-context",
	"repo:org/app:ref:*": "any-context",
	"repo:org/app:ref:refs/*": "any-context",
	"repo:org/app:ref:refs/heads/*": "any-context",
	"repository_id:2": "any-context",
	"repo:org/app:pull_request": "pull-request",
	"environment:production": "claim-first",
	"workflow:deploy": "claim-first",
	"ref:refs/heads/main": "claim-first",
	"repo:org/app": "other",
	"environment:production:repo:org/app": "other",
	"job_workflow_ref:org/ci/.github/workflows/deploy.yml@refs/heads/main": "other",
}

test_subjects_have_these_forms if {
	wrong := {subject: found |
		some subject, expected in _forms
		found := github_subjects.form(subject)
		found != expected
	}
	wrong == {}
}

_condition(claim, operator, values) := {
	"claim": claim,
	"operator": operator,
	"binds": true,
	"values": values,
	"path": [claim],
}

_grade(conditions) := github_subjects.verdict(conditions, "write").grade

test_the_weakest_value_decides if {
	_grade([_condition("sub", "stringlike", ["repo:org/app:ref:refs/heads/main", "repo:org/app:*"])]) == "any-context"
}

test_the_strongest_operator_decides if {
	_grade([
		_condition("sub", "stringlike", ["repo:org/*"]),
		_condition("sub", "stringequals", ["repo:org/app:environment:production"]),
	]) == "scoped"
}

test_a_wildcard_that_is_compared_literally_is_low if {
	_grade([_condition("sub", "stringequals", ["repo:org/app:*"])]) == "literal-wildcard"
	github_subjects.severities["literal-wildcard"] == "low"
}

test_single_claims_are_as_good_as_a_subject if {
	_grade([
		_condition("sub", "stringlike", ["repo:org/app:*"]),
		_condition("repository", "stringequals", ["org/app"]),
		_condition("environment", "stringequals", ["production"]),
	]) == "scoped"
	_grade([
		_condition("repository_id", "stringequals", ["1"]),
		_condition("ref", "stringequals", ["refs/heads/main"]),
	]) == "scoped"
	_grade([_condition("repository", "stringequals", ["org/app"])]) == "any-context"
	_grade([_condition("actor", "stringequals", ["octocat"])]) == "missing"
	_grade([_condition("repository_owner", "stringequals", ["org"])]) == "missing"
}

test_a_condition_that_need_not_hold_is_vacuous if {
	vacuous := object.union(_condition("sub", "stringequals", ["repo:org/app:ref:refs/heads/main"]), {"binds": false})
	_grade([vacuous]) == "vacuous"
}

test_parameters_for_names_are_fine_where_the_form_is_there if {
	hole := {"$unknown": {"kind": "parameter", "name": "Org", "why": "has no default"}}
	named := {"$partial": ["repo:", hole, "/", hole, ":environment:production"]}
	_grade([_condition("sub", "stringequals", [named])]) == "scoped"
	_grade([_condition("sub", "stringlike", [{"$partial": ["repo:", hole, "/*"]}])]) == "anyone"
	_grade([_condition("sub", "stringequals", [hole])]) == "undecided"
}

test_a_condition_that_is_not_known_could_fix_the_repository if {
	hole := {"$unknown": {"kind": "parameter", "name": "C", "why": "has no default"}}
	_grade([_condition("", "", [hole])]) == "undecided"
}

test_what_the_role_may_do_settles_open_contexts if {
	open := [_condition("sub", "stringlike", ["repo:org/app:*"])]
	pull := [_condition("sub", "stringequals", ["repo:org/app:pull_request"])]
	github_subjects.verdict(open, "read").grade == "any-context-reading"
	github_subjects.verdict(pull, "read").grade == "pull-request-reading"
	github_subjects.verdict(pull, "write").grade == "pull-request"
	github_subjects.verdict(pull, "undecided").grade == "pull-request-undecided"
}
