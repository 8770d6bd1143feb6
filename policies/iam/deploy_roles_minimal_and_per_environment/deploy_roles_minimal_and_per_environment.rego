# METADATA
# scope: package
# title: Give each environment its own minimal deployment role
# description: |
#   A role that staging and production share lets whatever runs in staging change production, past the approval that
#   production asks for. Each environment needs a role of its own, trusted by that environment alone.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
# custom:
#   id: IAM-011
#   slug: deploy-roles-minimal-and-per-environment
#   family: IAM
#   severity: high
#   score: 7.9
#   formats: [cloudformation, terraform-plan, github-workflow]
#   scope: scan
#   unit_views: [deploy_jobs, assumed_roles, oidc_trusts]
#   resources:
#     - workflow
#     - job
#     - AWS::IAM::Role
#     - AWS::IAM::OIDCProvider
#     - aws_iam_role
#     - aws_iam_openid_connect_provider
#     - data.aws_iam_policy_document
#   subjects:
#     - job
#     - AWS::IAM::Role
#     - aws_iam_role
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["AC-6", "AC-5b", "CM-5(1)(a)"]
#       pci_dss_4.0: ["6.5.3", "7.2.1"]
#       soc2: ["CC6.3", "CC8.1"]
#       iso_27001_2022: ["A.5.3", "A.8.31"]
#   cwe: [250, 653]
#   remediation:
#     cloudformation: "Declare one role for each environment and let in that one only: Condition: {StringEquals:
#       {token.actions.githubusercontent.com:sub: repo:org/shop:environment:production}}."
#     terraform-plan: "Make a role for each environment: for_each = toset([\"staging\", \"production\"]), and let in
#       \"repo:org/shop:environment:${each.key}\"."
#     github-workflow: "Set the role in each environment's own variables and name it by the same expression:
#       role-to-assume: ${{ vars.DEPLOY_ROLE_ARN }}."
package policies.iam.deploy_roles_minimal_and_per_environment

import data.policies.lib.environments
import data.policies.lib.iam_actions

# Roles that workflows of GitHub can assume, with the subjects that they let in.
_roles := [{"unit": unit.unit, "role": role, "trusts": trusts} |
	some unit in input.units
	rows := object.get(unit.views, "oidc_trusts", [])
	some role in {row.role | some row in rows}
	trusts := [row | some row in rows; row.role == role]
]

subjects contains {"unit": entry.unit, "resource": entry.role} if some entry in _roles

# The environments that a role lets in: {"shown", "pattern", "class", "path"}. Refs and branches name none.
_environments(entry) := [environment |
	some trust in entry.trusts
	some subject in trust.subjects
	subject.environments != null
	environment := {
		"shown": subject.environments,
		"class": _class(subject.environments),
		"path": _path(entry, trust, subject),
		"holder": trust.document,
		"at": subject.path,
	}
]

# The class of an environment by its name; "every" for a pattern that covers production and others.
_class(pattern) := "every" if _covers_all(pattern)

_class(pattern) := class if {
	not _covers_all(pattern)
	class := _named_class(pattern)
}

_named_class(pattern) := found if {
	found := environments.class(pattern, [])
	found != null
}

_named_class(pattern) := "unclassified" if environments.class(pattern, []) == null

_covers_all(pattern) if {
	iam_actions.has_wildcard(pattern)
	expression := iam_actions.expression(pattern)
	count([1 | some name in ["production", "prod", "prd", "live"]; regex.match(expression, name)]) > 0
	count([1 | some name in ["staging", "stage", "test", "dev", "development"]; regex.match(expression, name)]) > 0
}

# Where a subject stands, from the role: a data source is a place of its own.
_path(entry, trust, subject) := subject.path if trust.document == entry.role

_path(entry, trust, _) := ["assume_role_policy"] if trust.document != entry.role

_others := {"staging", "dev"}

# Production and another class in one role.
_mixed(entry) := {"production": production[0], "other": other[0]} if {
	found := _environments(entry)
	production := [environment | some environment in found; environment.class == "production"]
	other := [environment | some environment in found; _others[environment.class]]
	count(production) > 0
	count(other) > 0
}

_everywhere(entry) := [environment | some environment in _environments(entry); environment.class == "every"]

deny contains violation if {
	some entry in _roles
	mixed := _mixed(entry)
	violation := {
		"unit": entry.unit,
		"resource": entry.role,
		"path": mixed.other.path,
		"defect": "trust",
		"message": sprintf("The role '%s' can be assumed for '%s' and for '%s': give each environment a role of its own.", [
			entry.role,
			mixed.production.shown,
			mixed.other.shown,
		]),
		"related": _places(entry, mixed.production),
	}
}

_places(entry, environment) := [{
	"unit": entry.unit,
	"address": environment.holder,
	"path": environment.at,
	"message": sprintf("'%s' is let in here", [environment.shown]),
}]

deny contains violation if {
	some entry in _roles
	not _mixed(entry)
	some environment in array.slice(_everywhere(entry), 0, 1)
	violation := {
		"unit": entry.unit,
		"resource": entry.role,
		"path": environment.path,
		"defect": "trust",
		"message": sprintf("The role '%s' can be assumed for every environment that fits '%s', production and others: %s.", [
			entry.role,
			environment.shown,
			"name one environment",
		]),
		"related": _places(entry, environment),
	}
}

# Production beside an environment of no class that is known, or several of none.
undecided contains violation if {
	some entry in _roles
	not _mixed(entry)
	count(_everywhere(entry)) == 0
	found := _environments(entry)
	doubtful := [environment | some environment in found; environment.class == "unclassified"]
	count(doubtful) > 0
	count({environment.shown | some environment in found}) > 1
	violation := {
		"unit": entry.unit,
		"resource": entry.role,
		"path": doubtful[0].path,
		"defect": "trust",
		"message": sprintf("The role '%s' may be shared with production: what kind of environment '%s' is cannot be told.", [
			entry.role,
			doubtful[0].shown,
		]),
	}
}

# An environment that is not known, beside others.
undecided contains violation if {
	some entry in _roles
	not _mixed(entry)
	count(_everywhere(entry)) == 0
	open := [subject |
		some trust in entry.trusts
		some subject in trust.subjects
		subject.form == "undecided"
	]
	count(open) > 0
	violation := {
		"unit": entry.unit,
		"resource": entry.role,
		"path": [],
		"defect": "trust/undecided",
		"message": sprintf("The role '%s' may be shared by environments: the subject '%s' is not known.", [
			entry.role,
			open[0].shown,
		]),
	}
}

# Deploy jobs with the roles that they assume: one row a job, role and class.
_assuming := [{
	"unit": unit.unit,
	"job": deploy.job,
	"sure": deploy.certainty == "definite",
	"class": class,
	"path": assumed.path,
	"text": lower(assumed.text),
	"literal": not_an_expression,
	"environments": assumed.environments,
	"open": assumed.environment_open,
} |
	some unit in input.units
	some deploy in object.get(unit.views, "deploy_jobs", [])
	some assumed in object.get(unit.views, "assumed_roles", [])
	assumed.job == deploy.job
	some class in {row.class | some row in deploy.classes}
	not_an_expression := _is_literal(assumed.text)
]

_is_literal(text) := true if not contains(text, "${{")

_is_literal(text) := false if contains(text, "${{")

subjects contains {"unit": row.unit, "resource": row.job} if some row in _assuming

# The rows by the role that they name.
_by_text[row.text] contains index if some index, row in _assuming

# What one role is assumed for: production, and what is not, or may not be.
_shared := [{"text": text, "production": production, "other": other} |
	some text, indices in _by_text
	some first in array.slice(sort([index | some index in indices; _assuming[index].class == "production"]), 0, 1)
	production := _assuming[first]
	some index in sort(indices)
	other := _assuming[index]
	other.class != "production"
]

# Variables of two environments can differ.
_is_separate(pair) if {
	not pair.production.literal
	not pair.production.open
	not pair.other.open
	count(pair.production.environments) > 0
	count(pair.other.environments) > 0
	{name | some name in pair.production.environments} != {name | some name in pair.other.environments}
}

# A job with one row for each of its classes gets another value in each of its environments.
_is_separate(pair) if {
	not pair.production.literal
	pair.production.unit == pair.other.unit
	pair.production.job == pair.other.job
	count(pair.other.environments) > 1
}

_is_proven(pair) if {
	pair.production.literal
	pair.production.sure
	pair.other.sure
	_others[pair.other.class]
}

deny contains violation if {
	some pair in _shared
	_is_proven(pair)
	violation := object.union(_violation(pair), {
		"message": sprintf("The %s job '%s' assumes '%s', the role that '%s' deploys to production with: %s.", [
			pair.other.class,
			_short(pair.other.job),
			pair.text,
			_short(pair.production.job),
			"give each environment a role of its own",
		]),
		"related": [{
			"unit": pair.production.unit,
			"address": pair.production.job,
			"path": pair.production.path,
			"message": "production assumes it here",
		}],
	})
}

_short(address) := trim_prefix(address, "jobs.")

_violation(pair) := {
	"unit": pair.other.unit,
	"resource": pair.other.job,
	"path": pair.other.path,
	"defect": "role-to-assume",
}

undecided contains violation if {
	some pair in _shared
	not _is_proven(pair)
	not _is_separate(pair)
	violation := object.union(_violation(pair), {
		"message": sprintf("The job '%s' may assume '%s', the role that '%s' deploys to production with: %s.", [
			_short(pair.other.job),
			pair.text,
			_short(pair.production.job),
			_doubt(pair),
		]),
	})
}

_doubt(pair) := "the expression is the same, and no environment of its own gives it another value" if {
	not pair.other.literal
}

_doubt(pair) := "what kind of environment it deploys to cannot be told" if {
	pair.other.literal
	not _others[pair.other.class]
}

_doubt(pair) := "it cannot be told whether both deploy" if {
	pair.other.literal
	_others[pair.other.class]
}
