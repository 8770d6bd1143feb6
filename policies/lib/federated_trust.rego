# METADATA
# title: Conditions that trust in an identity provider needs
# description: |
#   A federated principal is everybody who can sign in at the provider. Which conditions narrow that down depends on the
#   provider: an identity pool of Cognito, a SAML provider, an application, or any host of OpenID Connect. GitHub's is
#   judged by data.policies.lib.oidc_trust.
#   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
package policies.lib.federated_trust

import data.policies.lib.iam_actions
import data.policies.lib.oidc_trust
import data.policies.lib.policy_patterns
import data.policies.lib.value

# Claims that name one caller or one tenant of a provider.
_callers := {
	"sub",
	"google/organization_number",
	"oidc.circleci.com/project-id",
	"organization_id",
	"organization_slug",
	"rpst_id",
	"tid",
}

# What a statement must fix for each kind of provider.
_needs := {
	"cognito": [
		{"claims": {"aud"}, "name": "aud", "severity": "high", "who": "users of any identity pool"},
		{"claims": {"amr"}, "name": "amr", "severity": "medium", "who": "guests who did not sign in"},
	],
	"saml": [{"claims": {"aud"}, "name": "SAML:aud", "severity": "high", "who": "assertions meant for another service"}],
	"application": [
		{"claims": {"app_id", "aud"}, "name": "app_id", "severity": "high", "who": "users of any application"},
	],
	"oidc": [
		{"claims": _callers, "name": "sub", "severity": "high", "who": "everybody whom the provider knows"},
		{"claims": {"aud"}, "name": "aud", "severity": "high", "who": "tokens meant for another application"},
	],
}

# What the federated principals of a statement lack: {"state", "principal", "name", "severity", "who"}.
lacks(statement) := [] if oidc_trust.lets_github_in(statement)

lacks(statement) := [lack |
	some principal in statement.principals
	principal.type == "Federated"
	kind := _kind(statement, principal.value)
	some need in _needs[kind.name]
	state := _state(_fixes(statement, need.claims), kind.certain)
	state != "pass"
	lack := {
		"state": state,
		"principal": principal,
		"name": need.name,
		"severity": need.severity,
		"who": need.who,
	}
] if {
	not oidc_trust.lets_github_in(statement)
}

_state(fixed, _) := "pass" if fixed == "yes"

_state(fixed, _) := "open" if fixed == "maybe"

_state(fixed, certain) := _by_certainty[certain] if fixed == "no"

_by_certainty := {true: "fail", false: "open"}

# The kind of a provider, and whether it is known.
_kind(statement, written) := {"name": _named(statement, _text(written)), "certain": true} if _text(written) != ""

_kind(statement, written) := {"name": _by_action(statement), "certain": false} if _text(written) == ""

# The ARN or host of a provider; of one of the unit, its type.
_text(written) := lower(texts[0]) if {
	texts := array.concat(
		[type | some target in _targets(written); type := _type(target.address)],
		array.concat([pattern | pattern := policy_patterns.pattern(written)], [""]),
	)
}

_targets(written) := [written["$reference"]] if value.reference(written)

_targets(written) := object.get(written["$unknown"], "references", []) if value.unknown(written)

_targets(written) := [] if {
	not value.reference(written)
	not value.unknown(written)
}

_type(address) := type if {
	type := object.get(object.get(input.resources, address, {}), "type", "")
	regex.match(`(?i)saml|oidc|openid`, type)
}

_named(_, text) := "cognito" if text == "cognito-identity.amazonaws.com"

_named(_, text) := "application" if text in {"www.amazon.com", "graph.facebook.com"}

_named(statement, text) := _by_action(statement) if {
	not text in {"cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com"}
	not regex.match(`saml|oidc|openid`, text)
}

_named(_, text) := "saml" if contains(text, "saml")

_named(_, text) := "oidc" if {
	regex.match(`oidc|openid`, text)
	not contains(text, "saml")
}

_by_action(statement) := "saml" if _is_for_saml(statement)

_by_action(statement) := "oidc" if not _is_for_saml(statement)

_is_for_saml(statement) if {
	some action in statement.actions
	action.pattern == "sts:assumerolewithsaml"
}

# Whether a statement fixes one of some claims: "yes", "maybe" or "no".
_fixes(statement, claims) := "yes" if "yes" in _answers(statement, claims)

_fixes(statement, claims) := "maybe" if {
	answers := _answers(statement, claims)
	not "yes" in answers
	"maybe" in answers
}

_fixes(statement, claims) := "no" if {
	answers := _answers(statement, claims)
	not "yes" in answers
	not "maybe" in answers
}

_answers(statement, claims) := {answer |
	some condition in statement.conditions
	answer := _answer(condition, claims)
}

# A condition that is not known has no key.
_answer(condition, _) := "maybe" if condition.key == ""

_answer(condition, claims) := _worst({one | some written in condition.values; one := _value(condition, written)}) if {
	parts := split(condition.key, ":")
	parts[count(parts) - 1] in claims
	condition.operator in {"stringequals", "stringequalsignorecase", "stringlike"}
	condition.qualifier != "forallvalues"
	not condition.if_exists
	count(condition.values) > 0
}

_worst(answers) := "no" if "no" in answers

_worst(answers) := "maybe" if {
	not "no" in answers
	"maybe" in answers
}

_worst(answers) := "yes" if answers == {"yes"}

# Whatever it is, a value that must be equal is one value. Where wildcards count it could be one.
_value(condition, written) := "yes" if {
	policy_patterns.anything(written)
	condition.operator != "stringlike"
}

_value(condition, written) := "maybe" if {
	policy_patterns.anything(written)
	condition.operator == "stringlike"
}

_value(_, written) := "no" if {
	not policy_patterns.anything(written)
	_is_wild(written)
}

_value(_, written) := "yes" if {
	not policy_patterns.anything(written)
	not _is_wild(written)
}

_is_wild(written) if {
	pattern := sprintf("%v", [policy_patterns.pattern(written)])
	not regex.match(`[A-Za-z0-9]`, _identifying(pattern))
}

_is_wild(written) if {
	is_string(written)
	iam_actions.any_text(written)
}

# The part of a subject that tells callers apart: what stands before it is the same for all of a provider's.
_identifying(subject) := regex.replace(regex.replace(subject, _prefixes, ""), `:.*$`, "") if {
	regex.match(_prefixes, subject)
}

_identifying(subject) := subject if not regex.match(_prefixes, subject)

# Of Kubernetes, whose namespace follows, and of GitLab and Terraform, whose group or organisation does.
_prefixes := `^(system:serviceaccount:|project_path:|organization:)`
