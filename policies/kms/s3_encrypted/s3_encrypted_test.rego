package policies.kms.s3_encrypted_test

import data.policies.kms.s3_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := s3_encrypted with input as unit with data.params as {"KMS-001": {"kms_level": level}}
}

_bucket(properties, level) := outcome if {
	unit := units.template({"B": {"type": "AWS::S3::Bucket", "properties": properties}})
	outcome := units.outcome(_result(unit, level), "B")
}

_encryption(settings) := {"BucketEncryption": {"ServerSideEncryptionConfiguration": [
	{"ServerSideEncryptionByDefault": settings},
]}}

test_a_bucket_without_encryption_has_the_key_of_the_service if {
	_bucket({}, "any") == "pass"
	_bucket({}, "aws-managed") == "fail"
}

test_the_algorithm_of_the_service_is_below_a_managed_key if {
	_bucket(_encryption({"SSEAlgorithm": "AES256"}), "aws-managed") == "fail"
}

test_kms_without_a_key_is_a_managed_key if {
	_bucket(_encryption({"SSEAlgorithm": "aws:kms"}), "aws-managed") == "pass"
	_bucket(_encryption({"SSEAlgorithm": "aws:kms"}), "cmk") == "fail"
}

test_both_kinds_of_kms_with_a_key_are_keys_of_ones_own if {
	some algorithm in ["aws:kms", "aws:kms:dsse"]
	key := "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	_bucket(_encryption({"SSEAlgorithm": algorithm, "KMSMasterKeyID": key}), "cmk") == "pass"
}

test_an_unknown_algorithm_still_encrypts if {
	settings := _encryption({"SSEAlgorithm": units.unknown("parameter", "Algorithm")})
	_bucket(settings, "any") == "pass"
	_bucket(settings, "aws-managed") == "unknown"
}

test_the_values_that_a_parameter_allows_decide if {
	allowed := {"$unknown": {"kind": "parameter", "name": "A", "why": "", "values": ["aws:kms", "aws:kms:dsse"]}}
	_bucket(_encryption({"SSEAlgorithm": allowed}), "aws-managed") == "pass"
}

test_an_unknown_encryption_is_not_absent if {
	_bucket({"BucketEncryption": units.unknown("transform", "Macro")}, "aws-managed") == "unknown"
}

test_a_bucket_that_logs_into_itself_is_judged_at_any if {
	_bucket({"LoggingConfiguration": {"LogFilePrefix": "own/"}}, "cmk") == "pass"
}

_logged_into(name, bucket_name) := outcome if {
	unit := units.template({
		"B": {"type": "AWS::S3::Bucket", "properties": {"BucketName": bucket_name}},
		"Site": {"type": "AWS::S3::Bucket", "properties": {"LoggingConfiguration": {"DestinationBucketName": name}}},
	})
	outcome := units.outcome(_result(unit, "cmk"), "B")
}

test_a_log_bucket_named_by_the_same_parameter_is_judged_at_any if {
	name := units.unknown("parameter", "LogBucket")
	_logged_into(name, name) == "pass"
	_logged_into({"$partial": [name, "-logs"]}, {"$partial": [name, "-logs"]}) == "pass"
	_logged_into(name, units.unknown("parameter", "OtherBucket")) == "fail"
	_logged_into(name, {"$partial": [name, "-data"]}) == "fail"
	_logged_into(units.unknown("transform", "Macro"), units.unknown("transform", "Macro")) == "fail"
}

test_a_bucket_that_receives_access_logs_by_name_is_judged_at_any if {
	unit := units.template({
		"Logs": {"type": "AWS::S3::Bucket", "properties": {"BucketName": "logs"}},
		"Data": {"type": "AWS::S3::Bucket", "properties": {"LoggingConfiguration": {"DestinationBucketName": "logs"}}},
	})
	result := _result(unit, "aws-managed")
	units.outcome(result, "Logs") == "pass"
	units.outcome(result, "Data") == "fail"
}

test_a_bucket_that_takes_logs_of_a_load_balancer_is_judged_at_any if {
	unit := units.template({
		"Logs": {"type": "AWS::S3::Bucket", "properties": {}},
		"LB": {
			"type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
			"properties": {"LoadBalancerAttributes": [
				{"Key": "access_logs.s3.bucket", "Value": units.reference("Logs", "")},
			]},
			"edges": [[["LoadBalancerAttributes", 0, "Value"], "Logs", ""]],
		},
	})
	units.outcome(_result(unit, "cmk"), "Logs") == "pass"
}

test_a_directory_bucket_is_not_judged if {
	unit := units.template({"D": {"type": "AWS::S3Express::DirectoryBucket", "properties": {}}})
	_result(unit, "cmk").subjects == set()
}

_configuration(bucket, algorithm, edges) := {
	"type": "aws_s3_bucket_server_side_encryption_configuration",
	"values": {
		"bucket": bucket,
		"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": algorithm}]}],
	},
	"edges": edges,
}

_plan(configuration) := units.plan({
	"aws_s3_bucket.b": {"type": "aws_s3_bucket", "values": {"bucket": "data"}},
	"aws_s3_bucket_server_side_encryption_configuration.c": configuration,
})

test_a_configuration_belongs_to_the_bucket_it_refers_to if {
	edges := [[["bucket"], "aws_s3_bucket.b", "id"]]
	kms := _plan(_configuration(units.reference("aws_s3_bucket.b", "id"), "aws:kms", edges))
	units.outcome(_result(kms, "aws-managed"), "aws_s3_bucket.b") == "pass"
	own := _result(_plan(_configuration(units.reference("aws_s3_bucket.b", "id"), "AES256", edges)), "aws-managed")
	units.outcome(own, "aws_s3_bucket.b") == "fail"
	some violation in own.deny
	violation.path == []
	violation.related[0].address == "aws_s3_bucket_server_side_encryption_configuration.c"
	violation.related[0].path == ["rule", 0, "apply_server_side_encryption_by_default", 0, "sse_algorithm"]
}

test_a_configuration_belongs_to_the_bucket_it_names if {
	units.outcome(_result(_plan(_configuration("data", "aws:kms", [])), "aws-managed"), "aws_s3_bucket.b") == "pass"
}

test_a_configuration_of_another_bucket_leaves_this_one_alone if {
	units.outcome(_result(_plan(_configuration("other", "aws:kms", [])), "aws-managed"), "aws_s3_bucket.b") == "fail"
}

test_a_configuration_of_nobody_knows_which_bucket_is_undecided if {
	result := _result(_plan(_configuration(units.unknown("computed", "bucket"), "aws:kms", [])), "aws-managed")
	units.outcome(result, "aws_s3_bucket.b") == "unknown"
}

test_a_configuration_belongs_to_the_instance_with_its_key if {
	edges := [[["bucket"], "aws_s3_bucket.b[\"x\"]", "id"], [["bucket"], "aws_s3_bucket.b[\"y\"]", "id"]]
	unit := units.plan({
		"aws_s3_bucket.b[\"x\"]": {"type": "aws_s3_bucket", "values": {}},
		"aws_s3_bucket.b[\"y\"]": {"type": "aws_s3_bucket", "values": {}},
		"aws_s3_bucket_server_side_encryption_configuration.c[\"x\"]": _configuration(null, "aws:kms", edges),
	})
	result := _result(unit, "aws-managed")
	units.outcome(result, "aws_s3_bucket.b[\"x\"]") == "pass"
	units.outcome(result, "aws_s3_bucket.b[\"y\"]") == "fail"
}

test_the_older_block_of_the_bucket_counts if {
	rule := {"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}]}
	values := {"server_side_encryption_configuration": [{"rule": [rule]}]}
	unit := units.plan({"aws_s3_bucket.b": {"type": "aws_s3_bucket", "values": values}})
	units.outcome(_result(unit, "aws-managed"), "aws_s3_bucket.b") == "pass"
}
