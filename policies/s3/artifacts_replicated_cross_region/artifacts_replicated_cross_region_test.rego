package policies.s3.artifacts_replicated_cross_region_test

import data.policies.lib.units_test as units
import data.policies.s3.artifacts_replicated_cross_region

_of(unit, scope) := result if {
	result := artifacts_replicated_cross_region with input as unit with data.params as {"S3-005": {"scope": scope}}
}

_bucket(properties, scope) := units.outcome(
	_of(units.template({"B": {"type": "AWS::S3::Bucket", "properties": properties}}), scope),
	"B",
)

_rule := {"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::elsewhere"}}

_with(rule) := _bucket({"BucketName": "artifacts", "ReplicationConfiguration": {"Rules": [rule]}}, "named")

test_an_enabled_rule_passes if _with(_rule) == "pass"

test_no_rule_fails if {
	_bucket({"BucketName": "artifacts"}, "named") == "fail"
	_with(object.union(_rule, {"Status": "Disabled"})) == "fail"
}

test_one_enabled_rule_is_enough if {
	rules := [object.union(_rule, {"Status": "Disabled"}), _rule]
	_bucket({"BucketName": "artifacts", "ReplicationConfiguration": {"Rules": rules}}, "named") == "pass"
}

test_what_is_not_known_is_undecided if {
	_with(object.union(_rule, {"Status": units.unknown("parameter", "Status")})) == "unknown"
	_bucket(
		{"BucketName": "artifacts", "ReplicationConfiguration": units.unknown("parameter", "Rules")},
		"named",
	) == "unknown"
	_bucket({"BucketName": units.unknown("parameter", "Name")}, "named") == "unknown"
}

test_names_and_scope if {
	_bucket({"BucketName": "press-releases"}, "named") == "fail"
	_bucket({"Tags": [{"Key": "Purpose", "Value": "artifacts"}]}, "named") == "fail"
	_bucket({"BucketName": "backups"}, "named") == ""
	_bucket({"BucketName": "backups"}, "all") == "fail"
}

test_origins_and_artifact_stores_are_in_scope if {
	unit := units.template({
		"B": {"type": "AWS::S3::Bucket", "properties": {}},
		"P": {
			"type": "AWS::CodePipeline::Pipeline",
			"properties": {"ArtifactStore": {"Location": units.reference("B", "")}},
			"edges": [[["ArtifactStore", "Location"], "B", ""]],
		},
		"T": {"type": "AWS::S3::Bucket", "properties": {"BucketName": "trail"}},
		"C": {"type": "AWS::CloudTrail::Trail", "properties": {"S3BucketName": "trail"}},
	})
	units.outcome(_of(unit, "named"), "B") == "fail"
	units.outcome(_of(unit, "named"), "T") == ""
}

test_a_destination_needs_no_copy_of_its_own_and_one_stack_is_one_region if {
	unit := units.template({
		"Artifacts": {
			"type": "AWS::S3::Bucket",
			"properties": {"ReplicationConfiguration": {"Rules": [{
				"Status": "Enabled",
				"Destination": {"Bucket": units.reference("ReleaseCopy", "Arn")},
			}]}},
			"edges": [[["ReplicationConfiguration", "Rules", 0, "Destination", "Bucket"], "ReleaseCopy", "Arn"]],
		},
		"ReleaseCopy": {"type": "AWS::S3::Bucket", "properties": {}},
	})
	units.outcome(_of(unit, "all"), "ReleaseCopy") == ""
	units.outcome(_of(unit, "all"), "Artifacts") == "fail"
}

_plan(target_provider, status) := units.outcome(_of(unit, "named"), "aws_s3_bucket.artifacts") if {
	unit := units.plan({
		"aws_s3_bucket.artifacts": {"type": "aws_s3_bucket", "values": {"bucket": "a"}},
		"aws_s3_bucket.copy": {"type": "aws_s3_bucket", "values": {"bucket": "c"}, "provider": target_provider},
		"aws_s3_bucket_replication_configuration.r": {
			"type": "aws_s3_bucket_replication_configuration",
			"values": {"rule": [{
				"status": status,
				"destination": [{"bucket": units.reference("aws_s3_bucket.copy", "arn")}],
			}]},
			"edges": [
				[["bucket"], "aws_s3_bucket.artifacts", "id"],
				[["rule", 0, "destination", 0, "bucket"], "aws_s3_bucket.copy", "arn"],
			],
		},
	})
}

test_the_provider_of_the_destination_tells_its_region if {
	_plan("aws.frankfurt", "Enabled") == "pass"
	_plan("aws", "Enabled") == "fail"
	_plan("aws.frankfurt", "Disabled") == "fail"
	_plan("aws.frankfurt", units.unknown("computed", "s")) == "unknown"
}

test_the_region_argument_tells_it_too if {
	unit := units.plan({
		"aws_s3_bucket.artifacts": {"type": "aws_s3_bucket", "values": {
			"bucket": "a",
			"region": "eu-west-1",
			"replication_configuration": [{"rules": [{
				"status": "Enabled",
				"destination": [{"bucket": "arn:aws:s3:::c"}],
			}]}],
		}},
		"aws_s3_bucket.copy": {"type": "aws_s3_bucket", "values": {"bucket": "c", "region": "eu-central-1"}},
	})
	units.outcome(_of(unit, "named"), "aws_s3_bucket.artifacts") == "pass"
}

_images(others) := _of(
	units.template(object.union(others, {"R": {"type": "AWS::ECR::Repository", "properties": {}}})),
	"named",
)

_configuration(region) := {"C": {
	"type": "AWS::ECR::ReplicationConfiguration",
	"properties": {"ReplicationConfiguration": {"Rules": [{"Destinations": [{"Region": region}]}]}},
}}

test_a_registry_that_is_set_up_elsewhere_leaves_it_open if units.outcome(_images({}), "R") == "unknown"

test_a_registry_that_is_set_up_here_without_replication_fails if {
	units.outcome(_images({"S": {"type": "AWS::ECR::RegistryPolicy", "properties": {}}}), "R") == "fail"
}

test_the_configuration_is_judged_instead_of_the_repositories if {
	every region, outcome in {"eu-central-1": "pass"} {
		result := _images(_configuration(region))
		units.outcome(result, "C") == outcome
		units.outcome(result, "R") == ""
	}
}

test_the_own_region_is_no_other_one if {
	own := units.unknown("pseudo-parameter", "AWS::Region")
	units.outcome(_images(_configuration(own)), "C") == "fail"
	units.outcome(_images(_configuration(units.unknown("parameter", "Region"))), "C") == "unknown"
}

test_a_configuration_without_rules_fails if {
	empty := {"C": {
		"type": "AWS::ECR::ReplicationConfiguration",
		"properties": {"ReplicationConfiguration": {"Rules": []}},
	}}
	units.outcome(_images(empty), "C") == "fail"
}

test_the_message_says_where_the_copy_is if {
	unit := units.template({"B": {"type": "AWS::S3::Bucket", "properties": {"BucketName": "artifacts"}}})
	{violation.message | some violation in _of(unit, "named").deny} == {
		"Bucket 'B' is in one region only: it is not replicated (its name or a tag says 'artifact').",
	}
}

test_the_question_names_what_leaves_the_use_open if {
	name := units.unknown("parameter", "Name")
	unit := units.template({"B": {"type": "AWS::S3::Bucket", "properties": {"BucketName": name}}})
	some question in _of(unit, "named").undecided
	startswith(question.message, "Whether bucket 'B' holds artifacts cannot be decided")
	contains(question.message, "parameter 'Name'")
	endswith(question.message, "; it is not replicated.")
}
