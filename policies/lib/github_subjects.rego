# METADATA
# title: What a subject condition lets in from GitHub
# description: |
#   Grades the values of `sub` conditions and combines them with conditions on single claims. Values are alternatives:
#   the weakest decides. Operators must hold together: the strongest decides.
#   https://docs.github.com/en/actions/reference/security/oidc
package policies.lib.github_subjects

import data.policies.lib.iam_actions
import data.policies.lib.policy_patterns
import data.policies.lib.value

# The severity of each grade.
severities := {
	"anyone": "critical",
	"claim-first": "critical",
	"vacuous": "critical",
	"missing": "critical",
	"repository-wildcard": "high",
	"numbers-wildcard": "medium",
	"any-context": "high",
	"any-context-reading": "medium",
	"pull-request": "high",
	"pull-request-reading": "none",
	"pull-request-undecided": "none",
	"other": "high",
	"literal-wildcard": "low",
	"undecided": "none",
	"scoped": "none",
}

# Grades from strongest to weakest.
_order := [
	"scoped",
	"pull-request-reading",
	"undecided",
	"pull-request-undecided",
	"literal-wildcard",
	"numbers-wildcard",
	"any-context-reading",
	"pull-request",
	"any-context",
	"other",
	"repository-wildcard",
	"claim-first",
	"anyone",
]

_rank := {grade: index | some index, grade in _order}

_messages := {
	"anyone": "lets in other repositories: the subject '%s' does not fix the repository",
	"claim-first": "lets in every repository: the subject '%s' names no repository",
	"vacuous": "lets in every repository: the condition on the subject also holds where the claim is missing",
	"missing": "lets in every workflow on GitHub: no condition fixes the repository",
	"repository-wildcard": "lets in several repositories: the subject '%s' has a wildcard in the repository",
	"numbers-wildcard": "leaves the ids of owner or repository open in the subject '%s'",
	"any-context": "lets in every branch and pull request of the repository: '%s'",
	"any-context-reading": "lets in every branch and pull request of the repository, for reading only: '%s'",
	"pull-request": "lets in pull requests to a role that can change things: '%s'",
	"other": "has a subject of no form that fixes repository and ref or environment: '%s'",
	"literal-wildcard": "compares '%s' literally, so no workflow can assume the role: use StringLike",
	"undecided": "may let in other repositories: the subject '%s' is not known",
	"pull-request-undecided": "lets in pull requests ('%s') to a role whose permissions are not known",
	"pull-request-reading": "lets in pull requests for reading only: '%s'",
	"scoped": "fixes the repository and the ref or environment: '%s'",
}

# What decides a statement: {"grade", "message", "shown", "path"} from its conditions (rows of `oidc_trust`) and from
# what the role may do: "read", "write" or "undecided".
verdict(conditions, levels) := _named("scoped", "single claims", null) if _scoped_by_claims(conditions, levels)

verdict(conditions, levels) := decided if {
	not _scoped_by_claims(conditions, levels)
	decided := _decided(conditions, levels)
	not _may_be_narrower(conditions, decided)
}

# A condition that is not known could be what fixes the repository.
verdict(conditions, levels) := _named("undecided", "of a condition that is not known", unknown[0].path) if {
	not _scoped_by_claims(conditions, levels)
	decided := _decided(conditions, levels)
	_may_be_narrower(conditions, decided)
	unknown := _unknown_conditions(conditions)
}

_unknown_conditions(conditions) := [condition | some condition in conditions; condition.claim == ""]

_may_be_narrower(conditions, decided) if {
	severities[decided.grade] != "none"
	count(_unknown_conditions(conditions)) > 0
}

_decided(conditions, levels) := _named(best.grade, best.shown, best.path) if {
	subjects := _subjects(conditions, levels)
	count(subjects) > 0
	lowest := min([_rank[subject.grade] | some subject in subjects])
	best := [subject | some subject in subjects; _rank[subject.grade] == lowest][0]
}

_decided(conditions, levels) := _without_subject(conditions, levels) if count(_subjects(conditions, levels)) == 0

_named(grade, shown, path) := {
	"grade": grade,
	"message": _message(grade, shown),
	"shown": shown,
	"path": path,
}

_message(grade, shown) := sprintf(_messages[grade], [shown]) if contains(_messages[grade], "%s")

_message(grade, _) := _messages[grade] if not contains(_messages[grade], "%s")

# No condition on the subject that must hold.
_without_subject(conditions, levels) := _named(_context_grade(levels), _shown(first.values[0]), first.path) if {
	repositories := _repository_conditions(conditions)
	count(repositories) > 0
	first := repositories[0]
}

_without_subject(conditions, _) := _named("vacuous", "vacuous", vacuous[0].path) if {
	count(_repository_conditions(conditions)) == 0
	vacuous := _vacuous(conditions)
	count(vacuous) > 0
}

_without_subject(conditions, _) := _named("missing", "none", null) if {
	count(_repository_conditions(conditions)) == 0
	count(_vacuous(conditions)) == 0
}

_vacuous(conditions) := [condition |
	some condition in conditions
	condition.claim in {"sub", "repository", "repository_id"}
	not condition.binds
]

# Conditions that fix the repository by a claim of its own.
_repository_conditions(conditions) := [condition |
	some condition in conditions
	condition.claim in {"repository", "repository_id"}
	condition.binds
	condition.operator in {"stringequals", "stringequalsignorecase"}
	count(condition.values) > 0
]

# Conditions that fix the ref, environment or reusable workflow by a claim of its own.
_context_conditions(conditions) := [condition |
	some condition in conditions
	condition.claim in {"environment", "ref", "job_workflow_ref"}
	condition.binds
	condition.operator in {"stringequals", "stringequalsignorecase", "stringlike"}
	every written in condition.values {
		_fixes_context(condition, written)
	}
]

_fixes_context(condition, written) if {
	pattern := policy_patterns.pattern(written)
	condition.operator != "stringlike"
	pattern != ""
}

_fixes_context(condition, written) if {
	condition.operator == "stringlike"
	pattern := policy_patterns.pattern(written)
	regex.match(`^(refs/(heads|tags)/)?[^*?]`, pattern)
	not regex.match(`^refs/((heads|tags)/)?[*?]`, pattern)
}

# A repository from a claim or the subject, and a context from a claim or the subject, hold together.
_scoped_by_claims(conditions, _) if {
	count(_repository_conditions(conditions)) > 0
	count(_context_conditions(conditions)) > 0
}

_scoped_by_claims(conditions, levels) if {
	count(_context_conditions(conditions)) > 0
	some subject in _subjects(conditions, levels)
	subject.grade in {"any-context", "any-context-reading"}
}

_scoped_by_claims(conditions, levels) if {
	count(_repository_conditions(conditions)) > 0
	some subject in _subjects(conditions, levels)
	subject.fixes_context
}

# Each condition on the subject that must hold, graded by its weakest value.
_subjects(conditions, levels) := [worst |
	some condition in conditions
	condition.claim == "sub"
	condition.binds
	condition.operator in {"stringequals", "stringequalsignorecase", "stringlike"}
	count(condition.values) > 0
	graded := [_value(condition, written, levels) | some written in condition.values]
	highest := max([_rank[value_row.grade] | some value_row in graded])
	worst := [value_row | some value_row in graded; _rank[value_row.grade] == highest][0]
]

_value(condition, written, levels) := {
	"grade": _settled(_grade(condition.operator, written), levels),
	"shown": _shown(written),
	"path": condition.path,
	"fixes_context": _has_context(written),
}

_shown(written) := value.shown(written) if not value.partial(written)

_shown(written) := value.source_text(written) if value.partial(written)

# What a role may do settles how bad open contexts and pull requests are.
_settled(grade, levels) := _context_grade(levels) if grade == "any-context"

_settled(grade, levels) := _pull_request_grade(levels) if grade == "pull-request"

_settled(grade, _) := grade if not grade in {"any-context", "pull-request"}

_context_grade(levels) := "any-context-reading" if levels == "read"

_context_grade(levels) := "any-context" if levels != "read"

_pull_request_grade(levels) := grade if {
	grades := {"read": "pull-request-reading", "write": "pull-request", "undecided": "pull-request-undecided"}
	grade := grades[levels]
}

_grade(_, written) := "undecided" if policy_patterns.anything(written)

_grade(operator, written) := "literal-wildcard" if {
	pattern := policy_patterns.pattern(written)
	operator != "stringlike"
	iam_actions.has_wildcard(pattern)
}

_grade(operator, written) := form(pattern) if {
	pattern := policy_patterns.pattern(written)
	not _is_literal_wildcard(operator, pattern)
}

_is_literal_wildcard(operator, pattern) if {
	operator != "stringlike"
	iam_actions.has_wildcard(pattern)
}

# Wildcards only, after "repo:", the owner or the repository's slash.
_anyone := [
	`^[*?]+$`,
	`^[a-z_]*[*?]*\*[*?]*(:[*?]*)*$`,
	`^repo:[^/:*?]*[*?]*\*[*?]*([/:][*?]*\*[*?]*)*$`,
	`^repo:[^/:]*/[*?]*\*[*?]*(:[*?]*\*[*?]*)*$`,
	`^repository_owner(_id)?:[^:]*(:[*?]*\*[*?]*)*$`,
]

# The repository: owner and name, with their immutable ids or without, or as a number.
_repository := `^(repo:[^/:*?@]+(@[0-9]+)?/[^/:*?@]+(@[0-9]+)?|(repository_owner_id:[0-9]+:)?repository_id:[0-9]+)`

_context := `(environment:[^*?:]|ref:refs/heads/[^*?]|ref:refs/tags/[^*?]|job_workflow_ref:[^*?])`

# What a pattern for the subject lets in.
form(pattern) := "anyone" if _is_anyone(pattern)

form(pattern) := "scoped" if {
	not _is_anyone(pattern)
	_is_scoped(pattern)
}

form(pattern) := "pull-request" if {
	not _is_anyone(pattern)
	not _is_scoped(pattern)
	regex.match(concat("", [_repository, `:pull_request$`]), pattern)
}

form(pattern) := "any-context" if {
	not _is_anyone(pattern)
	not _is_scoped(pattern)
	_is_any_context(pattern)
}

form(pattern) := "numbers-wildcard" if {
	not _is_anyone(pattern)
	_leaves_numbers_open(pattern)
}

form(pattern) := "repository-wildcard" if {
	not _is_anyone(pattern)
	not _leaves_numbers_open(pattern)
	regex.match(`^repo:([^/:]*[*?]|[^/:]*/[^:]*[*?])`, pattern)
}

form(pattern) := "claim-first" if {
	not _is_anyone(pattern)
	_is_claim_first(pattern)
}

form(pattern) := "other" if {
	not _is_anyone(pattern)
	not _is_scoped(pattern)
	not _is_any_context(pattern)
	not _is_claim_first(pattern)
	not regex.match(concat("", [_repository, `:pull_request$`]), pattern)
	not regex.match(`^repo:([^/:]*[*?]|[^/:]*/[^:]*[*?])`, pattern)
}

_is_anyone(pattern) if {
	some expression in _anyone
	regex.match(expression, pattern)
}

_is_scoped(pattern) if {
	regex.match(concat("", [_repository, ":", _context]), pattern)
}

_is_any_context(pattern) if {
	open := `:([a-z_:/]*[*?].*|(environment|ref|job_workflow_ref):(refs/((heads|tags)/)?)?)$`
	regex.match(concat("", [_repository, open]), pattern)
	not _is_scoped(pattern)
}

# The repository as a number alone fixes no context.
_is_any_context(pattern) if regex.match(`^(repository_owner_id:[0-9]+:)?repository_id:[0-9]+$`, pattern)

_leaves_numbers_open(pattern) if {
	numbers := `^repo:[^/:*?@]+(@(\*|[0-9]+))?/[^/:*?@]+(@(\*|[0-9]+))?:`
	regex.match(concat("", [numbers, _context]), pattern)
	regex.match(`^repo:[^:]*@\*`, pattern)
}

# A claim that its workflow chooses, in the place of the repository.
_is_claim_first(pattern) if {
	regex.match(`^(workflow|environment|ref|actor|event_name|context|head_ref|base_ref):`, pattern)
	not contains(pattern, "repo:")
	not contains(pattern, "repository_id:")
}

# Tells whether a value fixes the context behind the repository, whatever the repository is.
_has_context(written) := true if _names_context(written)

_has_context(written) := false if not _names_context(written)

_names_context(written) if {
	pattern := policy_patterns.pattern(written)
	regex.match(concat("", [`^repo:[^:]+:`, _context]), pattern)
}
