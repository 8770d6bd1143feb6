package policies.lib.federated_trust_test

import data.policies.lib.federated_trust
import data.policies.lib.policy_syntax
import data.policies.lib.units_test as units

_lacks(provider, action, condition) := {[lack.state, lack.name] | some lack in lacks} if {
	role := {"address": "R", "type": "AWS::IAM::Role"}
	document := policy_syntax.from_document(role, ["Trust"], "trust", {"Statement": {
		"Effect": "Allow",
		"Principal": {"Federated": provider},
		"Action": action,
		"Condition": condition,
	}})
	unit := units.plan({
		"aws_iam_saml_provider.s": {"type": "aws_iam_saml_provider", "values": {}},
		"aws_iam_openid_connect_provider.o": {"type": "aws_iam_openid_connect_provider", "values": {}},
	})
	lacks := federated_trust.lacks(document.statements[0]) with input as unit
}

_web := "sts:AssumeRoleWithWebIdentity"

_saml := "sts:AssumeRoleWithSAML"

test_the_kind_of_provider_says_what_is_needed if {
	_lacks("cognito-identity.amazonaws.com", _web, {}) == {["fail", "aud"], ["fail", "amr"]}
	_lacks("www.amazon.com", _web, {}) == {["fail", "app_id"]}
	_lacks("arn:aws:iam::123456789012:saml-provider/okta", _saml, {}) == {["fail", "SAML:aud"]}
	_lacks("arn:aws:iam::123456789012:oidc-provider/gitlab.com", _web, {}) == {["fail", "sub"], ["fail", "aud"]}
	_lacks("accounts.google.com", _web, {}) == {["fail", "sub"], ["fail", "aud"]}
}

test_a_provider_of_the_unit_is_known_by_its_type if {
	_lacks(units.reference("aws_iam_saml_provider.s", "arn"), _web, {}) == {["fail", "SAML:aud"]}
	_lacks(units.reference("aws_iam_openid_connect_provider.o", "arn"), _web, {}) == {["fail", "sub"], ["fail", "aud"]}
}

test_a_provider_that_is_not_known_leaves_it_open if {
	unknown := units.unknown("parameter", "Provider")
	_lacks(unknown, _saml, {}) == {["open", "SAML:aud"]}
	_lacks(unknown, _web, {}) == {["open", "sub"], ["open", "aud"]}
}

test_conditions_fix_claims if {
	aud := {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
	_lacks("arn:aws:iam::123456789012:saml-provider/okta", _saml, aud) == set()
	app := {"StringEquals": {"www.amazon.com:app_id": "amzn1.application.x"}}
	_lacks("www.amazon.com", _web, app) == set()
}

test_principals_of_other_types_need_none if {
	role := {"address": "R", "type": "AWS::IAM::Role"}
	document := policy_syntax.from_document(role, ["Trust"], "trust", {"Statement": {
		"Effect": "Allow",
		"Principal": {"Service": "ec2.amazonaws.com"},
		"Action": "sts:AssumeRole",
	}})
	lacks := federated_trust.lacks(document.statements[0]) with input as units.plan({})
	lacks == []
}
