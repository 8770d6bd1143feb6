# METADATA
# title: Statements that let GitHub workflows assume a role
# description: |
#   Finds the statements of trust policies whose federated principal is GitHub's OIDC provider (github.com, GitHub
#   Enterprise Server with its own host, or data residency), and takes their conditions apart by claim.
#   https://docs.github.com/en/actions/reference/security/oidc
package policies.lib.oidc_trust

import data.policies.lib.iam_actions
import data.policies.lib.policy_patterns
import data.policies.lib.value

# Issuers: token.actions.githubusercontent.com, token.actions.NAME.ghe.com, HOST/_services/token.
_issuer := `(token\.actions\.(githubusercontent\.com|[a-z0-9-]+\.ghe\.com)|/_services/token)`

# Tells whether a statement lets GitHub workflows assume its role, or would if its effect is Allow.
lets_github_in(statement) if {
	statement.unknown == null
	count([1 | some principal in statement.principals; principal.type == "Federated"]) > 0
	_may_allow(statement.effect)
	_is_for_github(statement)
	_assumes(statement)
}

_may_allow(effect) if effect == "Allow"

_may_allow(effect) if value.opaque(effect)

_is_for_github(statement) if {
	some principal in statement.principals
	principal.type == "Federated"
	_is_github_provider(principal.value)
}

# Whatever the provider is called, it is GitHub's when the conditions are on GitHub's claims.
_is_for_github(statement) if {
	some principal in statement.principals
	principal.type == "Federated"
	some condition in statement.conditions
	_claim(condition.key) != null
}

_is_github_provider(written) if {
	pattern := policy_patterns.pattern(written)
	regex.match(_issuer, lower(pattern))
}

# A provider of the unit is known by its URL.
_is_github_provider(written) if {
	value.reference(written)
	provider := object.get(input.resources, written["$reference"].address, null)
	provider != null
	some path in [["Properties", "Url"], ["url"]]
	pattern := policy_patterns.pattern(object.get(provider.node, path, ""))
	regex.match(_issuer, lower(pattern))
}

_assumes(statement) if {
	some action in statement.actions
	pattern := policy_patterns.pattern(action.value)
	regex.match(iam_actions.expression(pattern), "sts:assumerolewithwebidentity")
}

_assumes(statement) if {
	some action in statement.actions
	policy_patterns.anything(action.value)
}

# The claim that a condition key names, or null.
_claim(key) := regex.replace(key, `^.*:`, "") if regex.match(_issuer, key)

_claim(key) := null if not regex.match(_issuer, key)

# The conditions of a statement on claims of the token: {"claim", "operator", "binds", "values", "path"}. One that is
# not known has the claim "".
conditions(statement) := [row |
	some condition in statement.conditions
	claim := _claim_or_gap(condition)
	claim != null
	row := {
		"claim": claim,
		"operator": condition.operator,
		"binds": _binds(condition),
		"values": condition.values,
		"path": condition.path,
	}
]

_claim_or_gap(condition) := "" if condition.key == ""

_claim_or_gap(condition) := _claim(condition.key) if condition.key != ""

# Whether a condition must hold: ForAllValues and IfExists also hold where the claim is missing.
_binds(condition) := true if _must_hold(condition)

_binds(condition) := false if not _must_hold(condition)

_must_hold(condition) if {
	condition.qualifier != "forallvalues"
	not condition.if_exists
}

# Whether a statement fixes the audience of the token: "fixed", "absent" or "undecided".
audience(statement) := "fixed" if _fixes_audience(statement)

audience(statement) := "undecided" if {
	not _fixes_audience(statement)
	_may_fix_audience(statement)
}

audience(statement) := "absent" if {
	not _fixes_audience(statement)
	not _may_fix_audience(statement)
}

_audiences(statement) := [condition |
	some condition in conditions(statement)
	condition.claim == "aud"
	condition.binds
	condition.operator in {"stringequals", "stringequalsignorecase", "stringlike"}
]

_fixes_audience(statement) if {
	some condition in _audiences(statement)
	count(condition.values) > 0
	every written in condition.values {
		pattern := policy_patterns.pattern(written)
		not iam_actions.has_wildcard(pattern)
	}
}

_may_fix_audience(statement) if {
	some condition in _audiences(statement)
	some written in condition.values
	policy_patterns.anything(written)
}

_may_fix_audience(statement) if {
	some condition in conditions(statement)
	condition.claim == ""
}
