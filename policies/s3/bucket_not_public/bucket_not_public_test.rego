package policies.s3.bucket_not_public_test

import data.policies.lib.units_test as units
import data.policies.s3.bucket_not_public

_result(unit) := result if {
	result := bucket_not_public with input as unit with data.params as {"S3-002": {}}
}

_public := {"Sid": "Read", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}

_with_policy(document, block) := _result(units.template({
	"B": {"type": "AWS::S3::Bucket", "properties": {"PublicAccessBlockConfiguration": block}},
	"P": {
		"type": "AWS::S3::BucketPolicy",
		"properties": {"Bucket": units.reference("B", ""), "PolicyDocument": document},
		"edges": [[["Bucket"], "B", ""]],
	},
}))

test_a_public_statement_fails_at_the_statement if {
	result := _with_policy({"Statement": [_public]}, {})
	units.outcome(result, "B") == "pass"
	{violation.path: violation.defect | some violation in result.deny} == {
		["Properties", "PolicyDocument", "Statement", 0]: "statement/Read",
	}
	every violation in result.deny { not violation.severity }
}

test_the_public_access_block_of_the_bucket_makes_it_medium if {
	result := _with_policy({"Statement": _public}, {"RestrictPublicBuckets": "true"})
	[violation.severity | some violation in result.deny] == ["medium"]
	[shield.address | some violation in result.deny; some shield in violation.related] == ["B"]
}

test_the_other_flags_change_nothing if {
	result := _with_policy({"Statement": _public}, {"IgnorePublicAcls": true, "BlockPublicPolicy": true})
	every violation in result.deny { not violation.severity }
	units.outcome(result, "P") == "fail"
}

test_a_deny_to_everybody_passes if {
	deny := object.union(_public, {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}})
	units.outcome(_with_policy({"Statement": [deny]}, {}), "P") == "pass"
}

test_an_unknown_document_is_undecided if {
	units.outcome(_with_policy(units.unknown("parameter", "Document"), {}), "P") == "unknown"
}

test_an_unknown_principal_is_undecided if {
	statement := object.union(_public, {"Principal": units.unknown("parameter", "Reader")})
	units.outcome(_with_policy({"Statement": [statement]}, {}), "P") == "unknown"
}

_acl(value) := _result(units.template({"B": {"type": "AWS::S3::Bucket", "properties": value}}))

test_public_acls_of_templates_fail if {
	every acl in ["PublicRead", "PublicReadWrite", "AuthenticatedRead"] {
		units.outcome(_acl({"AccessControl": acl}), "B") == "fail"
	}
}

test_private_acls_pass if {
	every acl in ["Private", "LogDeliveryWrite", "BucketOwnerRead", "BucketOwnerFullControl", "AwsExecRead"] {
		units.outcome(_acl({"AccessControl": acl}), "B") == "pass"
	}
	units.outcome(_acl({}), "B") == "pass"
}

test_an_unknown_acl_is_undecided if {
	units.outcome(_acl({"AccessControl": units.unknown("parameter", "Acl")}), "B") == "unknown"
}

test_a_public_acl_under_enforced_ownership_still_fails if {
	owned := {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}, "AccessControl": "PublicRead"}
	units.outcome(_acl(owned), "B") == "fail"
}

_plan_acl(values) := _result(units.plan({
	"aws_s3_bucket.b": {"type": "aws_s3_bucket", "values": {}},
	"aws_s3_bucket_public_access_block.p": {
		"type": "aws_s3_bucket_public_access_block",
		"values": {"ignore_public_acls": true},
		"edges": [[["bucket"], "aws_s3_bucket.b", "id"]],
	},
	"aws_s3_bucket_acl.a": {
		"type": "aws_s3_bucket_acl",
		"values": values,
		"edges": [[["bucket"], "aws_s3_bucket.b", "id"]],
	},
}))

test_a_public_acl_of_a_plan_is_medium_behind_a_block if {
	result := _plan_acl({"acl": "public-read"})
	[violation.severity | some violation in result.deny] == ["medium"]
	units.outcome(_plan_acl({"acl": "log-delivery-write"}), "aws_s3_bucket_acl.a") == "pass"
}

test_grants_to_public_groups_fail if {
	grant := {"permission": "READ", "grantee": [{"uri": "http://acs.amazonaws.com/groups/global/AllUsers"}]}
	result := _plan_acl({"access_control_policy": [{"grant": [grant]}]})
	{violation.defect: violation.path | some violation in result.deny} == {
		"grant/AllUsers": ["access_control_policy", 0, "grant", 0, "grantee", 0, "uri"],
	}
}

test_grants_to_the_log_delivery_group_pass if {
	grant := {"permission": "WRITE", "grantee": [{"uri": "http://acs.amazonaws.com/groups/s3/LogDelivery"}]}
	units.outcome(_plan_acl({"access_control_policy": [{"grant": [grant]}]}), "aws_s3_bucket_acl.a") == "pass"
}

test_the_older_acl_and_grants_of_the_bucket_count if {
	group := "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
	unit := units.plan({
		"aws_s3_bucket.a": {"type": "aws_s3_bucket", "values": {"acl": "public-read-write"}},
		"aws_s3_bucket.g": {"type": "aws_s3_bucket", "values": {"grant": [{"uri": group}]}},
	})
	{violation.defect | some violation in _result(unit).deny} == {"acl", "grant/AuthenticatedUsers"}
}

test_a_public_object_fails_and_one_without_an_acl_is_not_judged if {
	unit := units.plan({
		"aws_s3_object.a": {"type": "aws_s3_object", "values": {"acl": "public-read"}},
		"aws_s3_object.b": {"type": "aws_s3_object", "values": {"key": "index.html"}},
	})
	result := _result(unit)
	units.outcome(result, "aws_s3_object.a") == "fail"
	units.outcome(result, "aws_s3_object.b") == ""
}

_source(statements, edges) := {
	"type": "data.aws_iam_policy_document",
	"values": {"statement": statements},
	"edges": edges,
}

_plan_policy(sources) := _result(units.plan(object.union(sources, {"aws_s3_bucket_policy.p": {
	"type": "aws_s3_bucket_policy",
	"values": {"policy": units.reference("data.aws_iam_policy_document.d", "json")},
	"edges": [[["policy"], "data.aws_iam_policy_document.d", "json"]],
}})))

_block := {"sid": "Read", "actions": ["s3:GetObject"], "principals": [{"type": "*", "identifiers": ["*"]}]}

test_a_data_source_is_judged_at_the_policy if {
	result := _plan_policy({"data.aws_iam_policy_document.d": _source([_block], [])})
	[violation.resource | some violation in result.deny] == ["aws_s3_bucket_policy.p"]
	sources := [source.address | some violation in result.deny; some source in violation.related]
	sources == ["data.aws_iam_policy_document.d"]
}

test_a_composed_data_source_is_judged_too if {
	result := _plan_policy({
		"data.aws_iam_policy_document.d": _source([], [
			[["source_policy_documents", 0], "data.aws_iam_policy_document.e", "json"],
		]),
		"data.aws_iam_policy_document.e": _source([_block], []),
	})
	units.outcome(result, "aws_s3_bucket_policy.p") == "fail"
}

test_an_overridden_statement_does_not_count if {
	closed := object.union(_block, {"principals": [{"type": "AWS", "identifiers": ["123456789012"]}]})
	result := _plan_policy({
		"data.aws_iam_policy_document.d": _source([_block], [
			[["override_policy_documents", 0], "data.aws_iam_policy_document.e", "json"],
		]),
		"data.aws_iam_policy_document.e": _source([closed], []),
	})
	units.outcome(result, "aws_s3_bucket_policy.p") == "pass"
}

test_a_policy_that_only_the_apply_knows_is_undecided if {
	unit := units.plan({"aws_s3_bucket_policy.p": {
		"type": "aws_s3_bucket_policy",
		"values": {"policy": units.unknown("computed", "policy")},
	}})
	units.outcome(_result(unit), "aws_s3_bucket_policy.p") == "unknown"
}
