package policies.s3.bucket_public_access_block_test

import data.policies.lib.units_test as units
import data.policies.s3.bucket_public_access_block

_result(unit, accept) := result if {
	result := bucket_public_access_block with input as unit
		with data.params as {"S3-001": {"accept_service_default": accept}}
}

_all := {"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": "true"}

_one(type, properties, accept) := _result(units.template({"X": {"type": type, "properties": properties}}), accept)

_bucket(block) := _one("AWS::S3::Bucket", {"PublicAccessBlockConfiguration": block}, true)

test_four_true_flags_pass if units.outcome(_bucket(_all), "X") == "pass"

test_no_block_fails_unless_the_service_default_is_accepted if {
	units.outcome(_one("AWS::S3::Bucket", {}, false), "X") == "fail"
	units.outcome(_one("AWS::S3::Bucket", {}, true), "X") == "pass"
}

test_a_partial_block_lacks_what_it_leaves_out if {
	result := _bucket({"BlockPublicAcls": true, "BlockPublicPolicy": false, "IgnorePublicAcls": true})
	messages := {violation.message | some violation in result.deny}
	messages == {concat("", [
		"Bucket 'X' leaves public access open: 'BlockPublicPolicy' is 'false', ",
		"'RestrictPublicBuckets' is not set.",
	])}
}

test_an_empty_block_lacks_all_although_none_would_pass if units.outcome(_bucket({}), "X") == "fail"

test_one_wrong_flag_is_placed_at_the_flag if {
	result := _bucket(object.union(_all, {"IgnorePublicAcls": "false"}))
	paths := {violation.path | some violation in result.deny}
	paths == {["Properties", "PublicAccessBlockConfiguration", "IgnorePublicAcls"]}
}

test_an_unknown_flag_is_undecided if {
	units.outcome(_bucket(object.union(_all, {"IgnorePublicAcls": units.unknown("parameter", "P")})), "X") == "unknown"
}

test_an_unknown_block_is_undecided if units.outcome(_bucket(units.unknown("condition", "C")), "X") == "unknown"

test_a_wrong_flag_wins_over_an_unknown_one if {
	flags := object.union(_all, {"IgnorePublicAcls": units.unknown("parameter", "P"), "BlockPublicAcls": false})
	units.outcome(_bucket(flags), "X") == "fail"
}

test_an_access_point_without_a_block_is_blocked if {
	units.outcome(_one("AWS::S3::AccessPoint", {"Bucket": "b"}, false), "X") == "pass"
}

test_an_access_point_with_a_partial_block_fails if {
	partial_block := {"PublicAccessBlockConfiguration": {"BlockPublicPolicy": true}}
	units.outcome(_one("AWS::S3::AccessPoint", partial_block, false), "X") == "fail"
	units.outcome(_one("AWS::S3::MultiRegionAccessPoint", partial_block, true), "X") == "fail"
}

test_a_directory_bucket_is_not_judged if _one("AWS::S3Express::DirectoryBucket", {}, false).subjects == set()

_flags := {
	"block_public_acls": true,
	"block_public_policy": true,
	"ignore_public_acls": "true",
	"restrict_public_buckets": true,
}

_block(flags) := {"aws_s3_bucket_public_access_block.p": {
	"type": "aws_s3_bucket_public_access_block",
	"values": object.union(flags, {"bucket": units.reference("aws_s3_bucket.b", "id")}),
	"edges": [[["bucket"], "aws_s3_bucket.b", "id"]],
}}

_account(flags, provider) := {"aws_s3_account_public_access_block.a": {
	"type": "aws_s3_account_public_access_block",
	"values": flags,
	"provider": provider,
}}

_plan(others, accept) := units.outcome(_result(unit, accept), "aws_s3_bucket.b") if {
	bucket := {"aws_s3_bucket.b": {"type": "aws_s3_bucket", "values": {"bucket": "data"}}}
	unit := units.plan(object.union(bucket, others))
}

test_a_bucket_of_a_plan_needs_a_block if {
	_plan({}, false) == "fail"
	_plan({}, true) == "pass"
	_plan(_block(_flags), false) == "pass"
}

test_flags_of_a_plan_are_false_by_default if _plan(_block({"block_public_acls": true}), true) == "fail"

test_an_unknown_flag_of_a_plan_is_undecided if {
	_plan(_block(object.union(_flags, {"ignore_public_acls": units.unknown("computed", "x")})), false) == "unknown"
}

test_a_block_of_the_account_stands_in if {
	_plan(_account(_flags, "aws"), false) == "pass"
	_plan(object.union(_block({}), _account(_flags, "aws")), false) == "pass"
}

test_a_block_of_another_account_does_not_stand_in if _plan(_account(_flags, "aws.other"), false) == "fail"

test_a_partial_block_of_the_account_does_not_stand_in if {
	_plan(_account({"block_public_acls": true, "block_public_policy": true}, "aws"), false) == "fail"
}

test_an_unknown_block_of_the_account_is_undecided if {
	flags := object.union(_flags, {"ignore_public_acls": units.unknown("computed", "x")})
	_plan(_account(flags, "aws"), false) == "unknown"
}

test_a_block_of_nobody_knows_which_bucket_is_undecided if {
	astray := {"aws_s3_bucket_public_access_block.p": {
		"type": "aws_s3_bucket_public_access_block",
		"values": object.union(_flags, {"bucket": units.unknown("computed", "bucket")}),
	}}
	_plan(astray, false) == "unknown"
}

_point(block) := units.outcome(_result(units.plan({"aws_s3_access_point.x": {
	"type": "aws_s3_access_point",
	"values": {"bucket": "data", "public_access_block_configuration": block},
}}), false), "aws_s3_access_point.x")

test_flags_of_an_access_point_of_a_plan_are_true_by_default if {
	_point([]) == "pass"
	_point([{"block_public_acls": true}]) == "pass"
	_point([{"block_public_policy": "false"}]) == "fail"
}
