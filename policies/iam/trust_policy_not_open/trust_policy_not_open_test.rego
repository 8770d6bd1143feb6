package policies.iam.trust_policy_not_open_test

import data.policies.iam.trust_policy_not_open as control
import data.policies.lib.units_test as units

_params := {"own_accounts": ["111122223333"], "judge_own_root": false}

_unit(statement) := units.template({"R": {
	"type": "AWS::IAM::Role",
	"properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}},
}})

_result(statement) := _with(statement, _params)

_with(statement, params) := result if {
	result := control with input as _unit(statement) with data.params as {"IAM-008": params}
}

_statement(principal, condition) := object.union(
	{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal},
	{key: value | some key, value in {"Condition": condition}; count(value) > 0},
)

_outcome(principal, condition) := units.outcome(_result(_statement(principal, condition)), "R")

_severity(principal, condition) := [violation.severity |
	some violation in _result(_statement(principal, condition)).deny
]

test_services_roles_and_users_pass if {
	_outcome({"Service": "ecs-tasks.amazonaws.com"}, {}) == "pass"
	_outcome({"AWS": "arn:aws:iam::123456789012:role/ci"}, {}) == "pass"
	_outcome({"AWS": units.reference("Caller", "Arn")}, {}) == "pass"
	_outcome({"AWS": ["AROAJQABLZS4A3QDU576Q", "arn:aws:iam::123456789012:user/ann"]}, {}) == "pass"
}

test_everybody_is_critical_at_the_principal if {
	_severity("*", {}) == ["critical"]
	_severity({"AWS": "*"}, {}) == ["critical"]
	[violation.path | some violation in _result(_statement({"AWS": "*"}, {})).deny] == [[
		"Properties", "AssumeRolePolicyDocument", "Statement", 0, "Principal", "AWS",
	]]
}

test_a_star_as_service_is_no_principal if _outcome({"Service": "*"}, {}) == "pass"

test_an_external_id_does_not_rescue_everybody if {
	_severity("*", {"StringEquals": {"sts:ExternalId": "x"}}) == ["critical"]
}

test_an_organisation_account_or_principal_limits_everybody if {
	_outcome("*", {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}) == "pass"
	_outcome("*", {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}) == "pass"
	_outcome("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/ci-*"}}) == "pass"
}

test_a_condition_that_fixes_nobody_limits_nobody if {
	_severity("*", {"StringLike": {"aws:PrincipalAccount": "*"}}) == ["critical"]
	_severity("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}) == ["critical"]
	_severity("*", {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-abcdefghij"}}) == ["critical"]
	_severity("*", {"StringNotEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}) == ["critical"]
	_severity("*", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}) == ["critical"]
}

test_not_principal_is_critical if {
	statement := {"Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": {"AWS": "123456789012"}}
	[violation.defect | some violation in _result(statement).deny] == ["not-principal"]
}

test_a_deny_lets_nobody_in if {
	statement := object.union(_statement("*", {}), {"Effect": "Deny"})
	units.outcome(_result(statement), "R") == "pass"
}

test_an_undecided_effect_is_unknown if {
	statement := object.union(_statement("*", {}), {"Effect": units.unknown("parameter", "Effect")})
	units.outcome(_result(statement), "R") == "unknown"
}

test_every_action_of_sts_is_medium if {
	statement := object.union(_statement({"Service": "ec2.amazonaws.com"}, {}), {"Action": "sts:*"})
	[violation.severity | some violation in _result(statement).deny] == ["medium"]
	every action in ["*", "STS:*", "*:*"] {
		units.outcome(_result(object.union(statement, {"Action": [action]})), "R") == "fail"
	}
	named := object.union(statement, {"Action": ["sts:AssumeRole", "sts:TagSession"]})
	units.outcome(_result(named), "R") == "pass"
}

test_an_undecided_action_is_unknown if {
	action := units.unknown("parameter", "Action")
	statement := object.union(_statement({"Service": "ec2.amazonaws.com"}, {}), {"Action": [action]})
	units.outcome(_result(statement), "R") == "unknown"
}

_foreign := {"AWS": "arn:aws:iam::123456789012:root"}

test_a_foreign_account_without_a_condition_is_medium if {
	_severity(_foreign, {}) == ["medium"]
	_severity({"AWS": "123456789012"}, {}) == ["medium"]
	_severity(_foreign, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}) == ["medium"]
}

test_a_foreign_account_with_a_condition_passes if {
	_outcome(_foreign, {"StringEquals": {"sts:ExternalId": "x"}}) == "pass"
	_outcome(_foreign, {"StringEquals": {"sts:ExternalId": units.unknown("parameter", "ExternalId")}}) == "pass"
	_outcome(_foreign, {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}) == "pass"
	_outcome(_foreign, {"StringLike": {"aws:PrincipalOrgPaths": "o-abcdefghij/r-ab12/*"}}) == "pass"
	_outcome(_foreign, {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/ci"}}) == "pass"
}

test_an_external_id_that_may_be_left_out_or_anything_is_none if {
	_severity(_foreign, {"StringEqualsIfExists": {"sts:ExternalId": "x"}}) == ["medium"]
	_severity(_foreign, {"StringLike": {"sts:ExternalId": "*"}}) == ["medium"]
	_severity(_foreign, {"ForAllValues:StringEquals": {"sts:ExternalId": "x"}}) == ["medium"]
}

test_an_own_account_passes if {
	_outcome({"AWS": "arn:aws:iam::111122223333:root"}, {}) == "pass"
	own := units.unknown("pseudo-parameter", "AWS::AccountId")
	_outcome({"AWS": {"$partial": ["arn:aws:iam::", own, ":root"]}}, {}) == "pass"
	_outcome({"AWS": own}, {}) == "pass"
}

test_an_own_account_is_low_where_it_is_judged if {
	params := object.union(_params, {"judge_own_root": true})
	statement := _statement({"AWS": "111122223333"}, {})
	[violation.severity | some violation in _with(statement, params).deny] == ["low"]
	limited := _statement({"AWS": "111122223333"}, {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci"}})
	units.outcome(_with(limited, params), "R") == "pass"
}

test_an_account_of_a_parameter_is_unknown if {
	account := units.unknown("parameter", "Account")
	root := {"AWS": {"$partial": ["arn:aws:iam::", account, ":root"]}}
	_outcome(root, {}) == "unknown"
	_outcome(root, {"StringEquals": {"sts:ExternalId": "x"}}) == "pass"
	_outcome({"AWS": account}, {}) == "unknown"
}

test_what_leaves_it_open_is_named if {
	_questions({"AWS": units.unknown("parameter", "Account")}, {}) == [
		"The trust policy of 'R' may let everybody in: parameter 'Account' has no default.",
	]
	_questions("*", {"StringEquals": {"aws:PrincipalOrgID": units.unknown("parameter", "Organisation")}}) == [
		"The trust policy of 'R' may let everybody in: what its effect or its conditions are is not known.",
	]
}

_questions(principal, condition) := [question.message |
	some question in _result(_statement(principal, condition)).undecided
]

_of_document(written) := units.outcome(result, "R") if {
	unit := units.template({"R": {
		"type": "AWS::IAM::Role",
		"properties": {"AssumeRolePolicyDocument": written},
	}})
	result := control with input as unit with data.params as {"IAM-008": _params}
}

test_an_unknown_document_or_statement_is_unknown if {
	_of_document(units.unknown("parameter", "Trust")) == "unknown"
	_of_document({"Statement": [units.unknown("import", "Statement")]}) == "unknown"
}

_web(provider, condition) := _result({
	"Effect": "Allow",
	"Action": "sts:AssumeRoleWithWebIdentity",
	"Principal": {"Federated": provider},
	"Condition": condition,
})

_lacking(provider, condition) := {[violation.severity, name] |
	some violation in _web(provider, condition).deny
	parts := split(violation.defect, "/")
	name := parts[count(parts) - 1]
}

_cognito := "cognito-identity.amazonaws.com"

test_an_identity_pool_needs_its_id_and_signed_in_users if {
	aud := {"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"}}
	amr := {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}
	_lacking(_cognito, {}) == {["high", "aud"], ["medium", "amr"]}
	_lacking(_cognito, aud) == {["medium", "amr"]}
	_lacking(_cognito, object.union(aud, amr)) == set()
}

test_saml_needs_its_audience if {
	provider := "arn:aws:iam::111122223333:saml-provider/okta"
	_lacking(provider, {}) == {["high", "SAML:aud"]}
	_lacking(provider, {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}) == set()
}

_eks := "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC"

_claims(operator, claims) := {operator: {key: value |
	some claim, value in claims
	key := concat(":", ["oidc.eks.eu-west-1.amazonaws.com/id/ABC", claim])
}}

test_a_provider_needs_a_subject_and_an_audience if {
	both := {"sub": "system:serviceaccount:shop:orders", "aud": "sts.amazonaws.com"}
	_lacking(_eks, {}) == {["high", "sub"], ["high", "aud"]}
	_lacking(_eks, _claims("StringEquals", {"aud": "sts.amazonaws.com"})) == {["high", "sub"]}
	_lacking(_eks, _claims("StringEquals", both)) == set()
	_lacking(_eks, _claims("StringEqualsIfExists", both)) == {["high", "sub"], ["high", "aud"]}
}

test_a_subject_that_anybody_has_is_none if {
	every subject in ["*", "system:serviceaccount:*:*", "project_path:*:ref_type:branch:ref:main"] {
		_lacking(_eks, _claims("StringLike", {"sub": subject, "aud": "sts.amazonaws.com"})) == {["high", "sub"]}
	}
	_lacking(_eks, _claims("StringLike", {"sub": "project_path:shop/*:*", "aud": "x"})) == set()
}

test_a_tenant_of_a_provider_is_as_good_as_a_subject if {
	google := {"StringEquals": {
		"accounts.google.com:google/organization_number": "123",
		"accounts.google.com:aud": "client",
	}}
	_lacking("accounts.google.com", google) == set()
}

test_undecided_claims_are_unknown if {
	claims := _claims("StringLike", {"sub": units.unknown("parameter", "Subject"), "aud": "sts.amazonaws.com"})
	units.outcome(_web(_eks, claims), "R") == "unknown"
	units.outcome(_web(_eks, units.unknown("parameter", "Condition")), "R") == "unknown"
}

test_a_subject_that_must_be_equal_is_fixed_whatever_it_is if {
	claims := _claims("StringEquals", {"sub": units.unknown("parameter", "Subject"), "aud": "sts.amazonaws.com"})
	units.outcome(_web(_eks, claims), "R") == "pass"
}

test_an_unknown_provider_is_unknown if units.outcome(_web(units.unknown("parameter", "Provider"), {}), "R") == "unknown"

test_workflows_of_github_are_judged_elsewhere if {
	provider := "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
	units.outcome(_web(provider, {}), "R") == "pass"
}

test_other_documents_are_not_judged if {
	unit := units.template({"P": {
		"type": "AWS::SQS::QueuePolicy",
		"properties": {"PolicyDocument": {"Statement": [_statement("*", {})]}},
	}})
	result := control with input as unit with data.params as {"IAM-008": _params}
	result.subjects == set()
}

test_a_data_source_is_judged_where_it_is_written if {
	unit := units.plan({
		"data.aws_iam_policy_document.d": {
			"type": "data.aws_iam_policy_document",
			"values": {"statement": [{
				"actions": ["sts:AssumeRole"],
				"principals": [{"type": "AWS", "identifiers": ["*"]}],
			}]},
		},
		"aws_iam_role.r": {
			"type": "aws_iam_role",
			"values": {"assume_role_policy": units.unknown("computed", "json")},
			"edges": [[["assume_role_policy"], "data.aws_iam_policy_document.d", "json"]],
		},
	})
	result := control with input as unit with data.params as {"IAM-008": _params}
	units.outcome(result, "data.aws_iam_policy_document.d") == "fail"
}

test_an_account_of_another_resource_is_unknown if {
	id := {"$unknown": {
		"kind": "computed",
		"name": "id",
		"why": "is known after apply",
		"references": [{"address": "aws_organizations_account.other", "attribute": "id"}],
	}}
	unit := units.plan({"data.aws_iam_policy_document.d": {
		"type": "data.aws_iam_policy_document",
		"values": {"statement": [{
			"actions": ["sts:AssumeRole"],
			"principals": [{"type": "AWS", "identifiers": [id]}],
		}]},
	}})
	result := control with input as unit with data.params as {"IAM-008": _params}
	units.outcome(result, "data.aws_iam_policy_document.d") == "unknown"
}
