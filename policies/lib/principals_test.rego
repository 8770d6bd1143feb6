package policies.lib.principals_test

import data.policies.lib.policy_syntax
import data.policies.lib.principals
import data.policies.lib.units_test as units

_keys := {
	"aws:sourcearn",
	"aws:sourceaccount",
	"aws:principalorgid",
	"aws:sourcevpce",
	"aws:sourceip",
	"aws:principalarn",
}

_exposure(written) := principals.exposure(document.statements[0], _keys) if {
	policy := {"address": "P", "type": "AWS::S3::BucketPolicy"}
	path := ["Properties", "PolicyDocument"]
	document := policy_syntax.from_document(policy, path, "resource", {"Statement": [written]})
}

_everybody := {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}

_when(condition) := _exposure(object.union(_everybody, {"Condition": condition}))

test_a_star_is_everybody if _exposure(_everybody) == "public"

test_a_star_of_accounts_is_everybody if _exposure(object.union(_everybody, {"Principal": {"AWS": ["*"]}})) == "public"

test_a_service_is_not_everybody if {
	_exposure(object.union(_everybody, {"Principal": {"Service": "cloudfront.amazonaws.com"}})) == "closed"
}

test_a_deny_lets_nobody_in if _exposure(object.union(_everybody, {"Effect": "Deny"})) == "closed"

test_an_allow_with_not_principal_is_public if {
	statement := object.remove(_everybody, ["Principal"])
	limited := {"NotPrincipal": {"AWS": "123456789012"}, "Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}
	_exposure(object.union(statement, limited)) == "public"
}

test_an_unknown_principal_is_undecided if {
	_exposure(object.union(_everybody, {"Principal": {"AWS": units.unknown("parameter", "Reader")}})) == "undecided"
}

test_a_role_of_the_unit_is_not_everybody if {
	_exposure(object.union(_everybody, {"Principal": {"AWS": units.reference("Role", "Arn")}})) == "closed"
}

test_the_account_of_the_source_limits if _when({"StringEquals": {"AWS:SourceAccount": "123456789012"}}) == "closed"

test_an_account_as_a_number_limits if _when({"StringEquals": {"aws:SourceAccount": 123456789012}}) == "closed"

test_the_own_account_limits if {
	_when({"StringEquals": {"aws:SourceAccount": units.unknown("pseudo-parameter", "AWS::AccountId")}}) == "closed"
}

test_an_unknown_value_leaves_it_open if {
	_when({"StringEquals": {"aws:SourceAccount": units.unknown("parameter", "Account")}}) == "undecided"
}

test_an_arn_with_the_own_account_limits if {
	arn := {"$partial": ["arn:aws:sns:*:", units.unknown("pseudo-parameter", "AWS::AccountId"), ":*"]}
	_when({"ArnLike": {"aws:SourceArn": arn}}) == "closed"
}

test_transport_referer_and_agent_do_not_limit if {
	_when({"Bool": {"aws:SecureTransport": "true"}}) == "public"
	_when({"StringLike": {"aws:Referer": "https://example.com/*"}}) == "public"
	_when({"StringEquals": {"aws:UserAgent": "shop"}}) == "public"
}

test_all_values_of_a_single_key_do_not_limit if {
	_when({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}) == "public"
}

test_any_value_limits if _when({"ForAnyValue:StringLike": {"aws:PrincipalOrgID": "o-1234567890"}}) == "closed"

test_negative_operators_do_not_limit if _when({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}) == "public"

test_operators_that_pass_when_the_key_is_missing_do_not_limit if {
	_when({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1a"}}) == "public"
}

test_values_without_an_identity_do_not_limit if {
	_when({"StringLike": {"aws:PrincipalOrgID": "o-*"}}) == "public"
	_when({"StringLike": {"aws:SourceVpce": "vpce-*"}}) == "public"
	_when({"ArnLike": {"aws:SourceArn": "arn:aws:cloudfront::*:distribution/*"}}) == "public"
	_when({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"}}) == "public"
	_when({"StringLike": {"aws:SourceAccount": ["123456789012", "*"]}}) == "public"
}

test_arns_with_an_identity_limit if {
	_when({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::shop-uploads"}}) == "closed"
	_when({"StringLike": {"aws:SourceArn": "arn:aws:cloudfront::123456789012:distribution/*"}}) == "closed"
	_when({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/*"}}) == "closed"
}

test_the_world_as_addresses_does_not_limit if {
	_when({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}}) == "public"
	_when({"IpAddress": {"aws:SourceIp": "::/0"}}) == "public"
	_when({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}) == "closed"
}

test_unknown_conditions_leave_it_open if _when(units.unknown("parameter", "Condition")) == "undecided"

test_one_limiting_condition_is_enough if {
	_when({"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceAccount": "123456789012"}}) == "closed"
}

_limited(condition) := principals.limited(document.statements[0], _keys) if {
	policy := {"address": "P", "type": "AWS::S3::BucketPolicy"}
	statement := object.union(_everybody, {"Principal": {"AWS": "123456789012"}, "Condition": condition})
	document := policy_syntax.from_document(policy, ["PolicyDocument"], "resource", {"Statement": [statement]})
}

test_a_condition_may_limit_any_principal if {
	_limited({"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}) == "yes"
	_limited({"StringLike": {"aws:PrincipalOrgID": "*"}}) == "no"
	_limited({"Bool": {"aws:SecureTransport": "true"}}) == "no"
	_limited({"StringEquals": {"aws:PrincipalOrgID": units.unknown("parameter", "Org")}}) == "maybe"
}

_one_of(candidates) := {"$unknown": {"kind": "mapping", "name": "AWS::Region", "why": "", "values": candidates}}

_reader(candidates) := _exposure(object.union(_everybody, {"Principal": {"AWS": _one_of(candidates)}}))

test_one_of_several_named_accounts_is_not_everybody if {
	_reader(["127311923021", "054676820928"]) == "closed"
	_reader(["127311923021", "*"]) == "undecided"
	_reader(["127311923021", units.unknown("parameter", "Reader")]) == "undecided"
	_reader([]) == "undecided"
}
