# METADATA
# scope: package
# title: Configure reviewers, branch limits and branch protection for the repository
# description: |
#   An environment without reviewers holds nobody back, and a branch that everybody can push to lets everything through:
#   a workflow that names both is only as safe as the settings of its repository.
# related_resources:
#   - ref: https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments
# custom:
#   id: GATE-002
#   slug: environment-protection-configured
#   family: GATE
#   severity: high
#   score: 7.4
#   formats: [terraform-plan, github-workflow]
#   scope: scan
#   resources:
#     - workflow
#     - job
#     - github_repository_environment
#     - github_repository_environment_deployment_policy
#     - github_branch_protection
#     - github_branch_protection_v3
#     - github_repository_ruleset
#     - github_organization_ruleset
#   subjects:
#     - job
#     - github_repository_environment
#     - github_branch_protection
#     - github_branch_protection_v3
#     - github_repository_ruleset
#     - github_organization_ruleset
#   unit_views: [production_environments]
#   params:
#     - name: without_exceptions
#       type: boolean
#       description: Whether nobody may approve his own deployment, and no administrator may go around the rules.
#       default: false
#       presets: {strict: true}
#       stricter: true
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3", "CM-5(1)(a)", "AC-5b"]
#       pci_dss_4.0: ["6.5.1"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.32", "A.8.4"]
#   cwe: [284, 862]
#   remediation:
#     terraform-plan: >-
#       Give the github_repository_environment `reviewers { teams = [github_team.release.id] }` and
#       `deployment_branch_policy { protected_branches = true, custom_branch_policies = false }`, and protect the branch
#       with github_branch_protection: a required_approving_review_count of 1 and required_status_checks.
#     github-workflow: >-
#       Set required reviewers and deployment branches under Settings → Environments, and scan with what
#       `gh api repos/OWNER/REPO/environments > environments.json` gives: `--facts environments.json`.
#   peers:
#     prowler: [repository_default_branch_requires_multiple_approvals,
#       repository_default_branch_status_checks_required, repository_default_branch_protection_enabled]
package policies.gate.environment_protection_configured

import data.policies.lib.environments
import data.policies.lib.github_protection
import data.policies.lib.value

_params := data.params["GATE-002"]

_jobs := [{"unit": unit, "row": row} |
	some unit in input.units
	some row in object.get(unit.views, "production_environments", [])
]

# The environments that jobs of the scan deploy to production through: {name: true}.
_used := {lower(name): true | some found in _jobs; some name in found.row.names}

_environments := [row |
	some row in github_protection.rules
	row.kind == "environment"
	is_string(row.name)
]

# Environments that Terraform makes are judged themselves: those called production, and those that jobs use.
_planned := [row |
	some row in _environments
	row.source == "terraform"
	_is_judged(row.name)
]

_is_judged(name) if environments.class(name, []) == "production"

_is_judged(name) if _used[name]

_planned_names := {row.name | some row in _environments; row.source == "terraform"}

_exported := {name: rows |
	some name, _ in _used
	rows := [row | some row in _environments; row.source == "facts"; row.name == name]
	count(rows) > 0
}

# What is wrong with an environment: {"defect", "path", "says", "state": "bad" | "open"}.
_flaws(row) := [{
	"defect": "missing", "path": [], "state": "bad",
	"says": "does not exist: the first deployment makes it, without any protection",
}] if {
	row.missing
}

_flaws(row) := array.concat(array.concat(_unreviewed(row), _unlimited(row)), _excepted(row)) if not row.missing

_unreviewed(row) := [{"defect": "reviewers", "path": ["reviewers"], "state": "bad", "says": "has no reviewers"} |
	row.reviewers == 0
] if {
	not value.opaque(row.reviewers)
}

_unreviewed(row) := [{
	"defect": "reviewers", "path": ["reviewers"], "state": "open",
	"says": sprintf("has reviewers that are not known (%s)", [value.reason(row.reviewers)]),
}] if {
	value.opaque(row.reviewers)
}

_unlimited(row) := [{
	"defect": "branches", "path": ["deployment_branch_policy"], "state": "bad",
	"says": "lets every branch deploy (no deployment branch policy)",
} |
	row.branch_policy == "none"
] if {
	not value.opaque(row.branch_policy)
}

_unlimited(row) := [{
	"defect": "branches", "path": ["deployment_branch_policy"], "state": "open",
	"says": sprintf("has a branch policy that is not known (%s)", [value.reason(row.branch_policy)]),
}] if {
	value.opaque(row.branch_policy)
}

_excepted(_) := [] if not _params.without_exceptions

_excepted(row) := array.concat(
	_switch(row.prevent_self_review, true, {
		"defect": "self-review", "path": ["prevent_self_review"],
		"says": "lets people approve their own deployments (prevent_self_review)",
	}),
	_switch(row.can_admins_bypass, false, {
		"defect": "bypass", "path": ["can_admins_bypass"],
		"says": "lets administrators go around its rules (can_admins_bypass)",
	}),
) if {
	_params.without_exceptions
}

_switch(written, wanted, flaw) := [object.union(flaw, {"state": "bad"}) | written != wanted] if {
	not value.opaque(written)
}

_switch(written, _, flaw) := [object.union(flaw, {
	"state": "open",
	"says": sprintf("%s: not known, %s", [flaw.says, value.reason(written)]),
})] if {
	value.opaque(written)
}

_plans := "reviewers need a public repository, or GitHub Enterprise for a private one"

_hint(flaw) := sprintf(" (%s)", [_plans]) if flaw.defect == "reviewers"

_hint(flaw) := "" if flaw.defect != "reviewers"

# Environments of plans.
subjects contains {"unit": row.unit, "resource": row.resource} if some row in _planned

examined contains record if {
	some row in _planned
	record := {"unit": row.unit, "resource": row.resource, "path": ["environment"], "state": "known", "value": row.name}
}

_of_environment(row, flaw) := {
	"unit": row.unit,
	"resource": row.resource,
	"path": flaw.path,
	"defect": flaw.defect,
	"message": sprintf("The environment '%s' %s%s.", [row.name, flaw.says, _hint(flaw)]),
	"related": [{
		"unit": found.unit.unit, "address": found.row.job, "path": found.row.path,
		"message": "this deploys through it",
	} |
		some found in _jobs
		row.name in {lower(name) | some name in found.row.names}
	],
}

deny contains violation if {
	some row in _planned
	some flaw in _flaws(row)
	flaw.state == "bad"
	violation := _of_environment(row, flaw)
}

undecided contains violation if {
	some row in _planned
	some flaw in _flaws(row)
	flaw.state == "open"
	violation := _of_environment(row, flaw)
}

# Jobs, where no plan makes their environment: settings decide, if they are known.
_asked := [{"unit": found.unit.unit, "row": found.row, "name": name} |
	some found in _jobs
	some name in found.row.names
	not lower(name) in _planned_names
]

_open_jobs := [found | some found in _jobs; found.row.open]

subjects contains {"unit": asked.unit, "resource": asked.row.job} if some asked in _asked

subjects contains {"unit": found.unit.unit, "resource": found.row.job} if some found in _open_jobs

examined contains record if {
	some asked in _asked
	record := {
		"unit": asked.unit,
		"resource": asked.row.job,
		"path": asked.row.path,
		"state": "known",
		"value": asked.name,
	}
}

_of_job(asked, defect, message) := {
	"unit": asked.unit,
	"resource": asked.row.job,
	"path": asked.row.path,
	"defect": sprintf("%s/%s", [lower(asked.name), defect]),
	"message": message,
	"related": [],
}

_settings(name) := object.get(_exported, lower(name), [])

# Several repositories may have an environment of that name: then only what all of them lack is proven.
_common(asked) := [flaw |
	rows := _settings(asked.name)
	some flaw in _flaws(rows[0])
	every row in rows { flaw in _flaws(row) }
]

_partial(asked) := [flaw |
	rows := _settings(asked.name)
	some row in rows
	some flaw in _flaws(row)
	not flaw in _common(asked)
]

_job_message(asked, flaw) := sprintf("Job '%s' deploys through the environment '%s', which %s%s.", [
	asked.row.id,
	asked.name,
	flaw.says,
	_hint(flaw),
])

deny contains violation if {
	some asked in _asked
	some flaw in _common(asked)
	flaw.state == "bad"
	violation := _of_job(asked, flaw.defect, _job_message(asked, flaw))
}

undecided contains violation if {
	some asked in _asked
	some flaw in _common(asked)
	flaw.state == "open"
	violation := _of_job(asked, flaw.defect, _job_message(asked, flaw))
}

undecided contains violation if {
	some asked in _asked
	flaws := _partial(asked)
	count(flaws) > 0
	violation := _of_job(asked, flaws[0].defect, sprintf(
		"Job '%s' deploys through the environment '%s', which in one of several repositories %s.",
		[asked.row.id, asked.name, flaws[0].says],
	))
}

# A complete list of environments that does not hold the name.
deny contains violation if {
	some asked in _asked
	count(_settings(asked.name)) == 0
	count(github_protection.lists_without(asked.name)) > 0
	violation := _of_job(asked, "missing", sprintf(
		"Job '%s' deploys through the environment '%s', which does not exist: it is made without any protection.",
		[asked.row.id, asked.name],
	))
}

undecided contains violation if {
	some asked in _asked
	count(_settings(asked.name)) == 0
	count(github_protection.lists_without(asked.name)) == 0
	violation := _of_job(asked, "settings", sprintf(
		"What protects the environment '%s' of job '%s' stands in the settings of the repository: %s.",
		[asked.name, asked.row.id, github_protection.question],
	))
}

undecided contains violation if {
	some found in _open_jobs
	violation := {
		"unit": found.unit.unit,
		"resource": found.row.job,
		"path": found.row.path,
		"defect": "name",
		"message": sprintf("Which environment protects job '%s' depends on '%s', which only a run knows.", [
			found.row.id,
			found.row.raw,
		]),
		"related": [],
	}
}

# The rules of default branches.
_default_names := ["main", "master", "trunk"]

_rules := [row |
	some row in github_protection.rules
	row.kind == "branch"
	some pattern in row.patterns
	is_string(pattern)
	_covers(pattern)
]

_covers(pattern) if pattern in {"~DEFAULT_BRANCH", "~ALL"}

_covers(pattern) if {
	some name in _default_names
	glob := regex.replace(trim_prefix(pattern, "refs/heads/"), `[.()+^{}|$\\]`, `.`)
	expression := sprintf("^%s$", [regex.replace(replace(glob, "?", "."), `\*+`, ".*")])
	regex.is_valid(expression)
	regex.match(expression, name)
}

# Several rules of one repository hold together.
_beside(rule) := [other |
	some other in _rules
	other.repository == rule.repository
	other.source == rule.source
]

# A rule that everybody must keep to, as far as the pack asks: "yes", "no" or "open".
_binds(rule) := "no" if not rule.active

_binds(rule) := "yes" if {
	rule.active
	not _params.without_exceptions
}

_binds(rule) := _strictly(rule) if {
	rule.active
	_params.without_exceptions
}

_strictly(rule) := "open" if _is_open_rule(rule)

_strictly(rule) := "yes" if {
	not _is_open_rule(rule)
	rule.enforce_admins in {true, null}
	rule.bypass == false
}

_strictly(rule) := "no" if {
	not _is_open_rule(rule)
	not _has_no_exception(rule)
}

_has_no_exception(rule) if {
	rule.enforce_admins in {true, null}
	rule.bypass == false
}

_is_open_rule(rule) if value.opaque(rule.enforce_admins)

_is_open_rule(rule) if value.opaque(rule.bypass)

# Whether one of the rules together asks for something ("reviews", "checks"): "yes", "no" or "open".
_asks(rules, what) := "yes" if {
	some rule in rules
	_binds(rule) == "yes"
	is_number(rule[what])
	rule[what] > 0
}

_asks(rules, what) := "open" if {
	not _certainly_asks(rules, what)
	some rule in rules
	_may_ask(rule, what)
}

_asks(rules, what) := "no" if {
	not _certainly_asks(rules, what)
	count([1 | some rule in rules; _may_ask(rule, what)]) == 0
}

_certainly_asks(rules, what) if {
	some rule in rules
	_binds(rule) == "yes"
	is_number(rule[what])
	rule[what] > 0
}

_may_ask(rule, what) if {
	_binds(rule) != "no"
	value.opaque(rule[what])
}

_may_ask(rule, what) if {
	_binds(rule) == "open"
	is_number(rule[what])
	rule[what] > 0
}

_wanted := {
	"reviews": {"says": "asks for an approving review", "path": ["required_pull_request_reviews"]},
	"checks": {"says": "asks for a status check", "path": ["required_status_checks"]},
}

subjects contains {"unit": rule.unit, "resource": rule.resource} if some rule in _rules

examined contains record if {
	some rule in _rules
	record := {"unit": rule.unit, "resource": rule.resource, "path": [], "state": "known", "value": rule.patterns}
}

_of_rule(rule, what, message) := {
	"unit": rule.unit,
	"resource": rule.resource,
	"path": _wanted[what].path,
	"defect": what,
	"message": message,
	"related": [],
}

_why(rule) := " (its enforcement is not active)" if not rule.active

_why(rule) := " that administrators and bypass actors must keep to" if {
	rule.active
	_params.without_exceptions
}

_why(rule) := "" if {
	rule.active
	not _params.without_exceptions
}

deny contains violation if {
	some rule in _rules
	some what in ["reviews", "checks"]
	_asks(_beside(rule), what) == "no"
	violation := _of_rule(rule, what, sprintf("No rule of the branch '%s' %s%s.", [
		rule.patterns[0],
		_wanted[what].says,
		_why(rule),
	]))
}

undecided contains violation if {
	some rule in _rules
	some what in ["reviews", "checks"]
	_asks(_beside(rule), what) == "open"
	violation := _of_rule(rule, what, sprintf("Whether a rule of the branch '%s' %s%s is not known.", [
		rule.patterns[0],
		_wanted[what].says,
		_why(rule),
	]))
}
