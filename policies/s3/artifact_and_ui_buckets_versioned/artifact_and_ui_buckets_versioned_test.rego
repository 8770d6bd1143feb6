package policies.s3.artifact_and_ui_buckets_versioned_test

import data.policies.lib.units_test as units
import data.policies.s3.artifact_and_ui_buckets_versioned

_of(unit, scope) := result if {
	result := artifact_and_ui_buckets_versioned with input as unit with data.params as {"S3-004": {"scope": scope}}
}

_bucket(properties, scope) := units.outcome(
	_of(units.template({"B": {"type": "AWS::S3::Bucket", "properties": properties}}), scope),
	"B",
)

_status(status) := _bucket({"VersioningConfiguration": {"Status": status}}, "all")

test_only_enabled_passes if {
	_status("Enabled") == "pass"
	_status("Suspended") == "fail"
	_bucket({}, "all") == "fail"
	_status(units.unknown("parameter", "Versions")) == "unknown"
}

test_object_lock_implies_versions if {
	_bucket({"ObjectLockEnabled": "true"}, "all") == "pass"
	_bucket({"ObjectLockEnabled": false}, "all") == "fail"
	_bucket({"ObjectLockEnabled": units.unknown("parameter", "Lock")}, "all") == "unknown"
}

test_a_bucket_for_nothing_named_is_judged_by_all_only if {
	_bucket({"BucketName": "uploads"}, "named") == ""
	_bucket({"BucketName": "uploads"}, "all") == "fail"
}

test_names_that_put_a_bucket_in_scope if {
	every name in [
		"my-artifacts",
		"press-releases",
		"codedeploy-bundles",
		"terraform-state",
		"acme-tfstate-prod",
		"nightly-backups",
		{"$partial": ["deployments-", units.unknown("pseudo-parameter", "AWS::AccountId")]},
	] {
		_bucket({"BucketName": name}, "named") == "fail"
	}
}

test_names_that_only_sound_alike if {
	every name in ["account-statements", "real-estate", "static-site"] {
		_bucket({"BucketName": name}, "named") == ""
	}
}

test_tags_and_logical_ids_count if {
	_bucket({"Tags": [{"Key": "Purpose", "Value": "artifacts"}]}, "named") == "fail"
	unit := units.template({"StateBucket": {"type": "AWS::S3::Bucket", "properties": {}}})
	units.outcome(_of(unit, "named"), "StateBucket") == "fail"
}

test_a_name_that_is_not_known_is_undecided if {
	_bucket({"BucketName": units.unknown("parameter", "Name")}, "named") == "unknown"
	versioned := {"VersioningConfiguration": {"Status": "Enabled"}}
	_bucket(object.union(versioned, {"BucketName": units.unknown("parameter", "Name")}), "named") == "pass"
}

_used(type, properties, edge) := units.outcome(_of(unit, "named"), "B") if {
	unit := units.template({
		"B": {"type": "AWS::S3::Bucket", "properties": {"BucketName": "plain"}},
		"U": {"type": type, "properties": properties, "edges": [edge]},
	})
}

test_artifact_stores_are_in_scope if {
	_used("AWS::CodePipeline::Pipeline", {}, [["ArtifactStore", "Location"], "B", ""]) == "fail"
	stores := {"ArtifactStores": [{"Region": "eu-west-1", "ArtifactStore": {"Location": "plain"}}]}
	_used("AWS::CodePipeline::Pipeline", stores, [["RoleArn"], "R", ""]) == "fail"
	_used("AWS::CodeBuild::Project", {}, [["Artifacts", "Location"], "B", ""]) == "fail"
}

test_trails_are_in_scope if _used("AWS::CloudTrail::Trail", {"S3BucketName": "plain"}, [["Role"], "R", ""]) == "fail"

test_origins_are_in_scope if {
	config := {"DistributionConfig": {"Origins": [{"Id": "o", "DomainName": units.reference("B", "RegionalDomainName")}]}}
	edge := [["DistributionConfig", "Origins", 0, "DomainName"], "B", "RegionalDomainName"]
	_used("AWS::CloudFront::Distribution", config, edge) == "fail"
}

test_targets_of_access_logs_are_judged_by_all_only if {
	unit := units.template({
		"DeployLogs": {"type": "AWS::S3::Bucket", "properties": {}},
		"B": {
			"type": "AWS::S3::Bucket",
			"properties": {"LoggingConfiguration": {"DestinationBucketName": units.reference("DeployLogs", "")}},
			"edges": [[["LoggingConfiguration", "DestinationBucketName"], "DeployLogs", ""]],
		},
	})
	units.outcome(_of(unit, "named"), "DeployLogs") == ""
	units.outcome(_of(unit, "all"), "DeployLogs") == "fail"
}

_plan(bucket, versioning) := units.outcome(
	_of(
		units.plan({
			"aws_s3_bucket.b": {"type": "aws_s3_bucket", "values": bucket},
			"aws_s3_bucket_versioning.v": {
				"type": "aws_s3_bucket_versioning",
				"values": {"versioning_configuration": [{"status": versioning}]},
				"edges": [[["bucket"], "aws_s3_bucket.b", "id"]],
			},
		}),
		"all",
	),
	"aws_s3_bucket.b",
)

test_the_resource_beside_the_bucket_decides if {
	_plan({}, "Enabled") == "pass"
	_plan({}, "Suspended") == "fail"
	_plan({}, "Disabled") == "fail"
	_plan({}, units.unknown("computed", "s")) == "unknown"
}

test_the_older_block_of_the_bucket_counts if {
	_plan({"versioning": [{"enabled": true}]}, "Suspended") == "pass"
	_plan({"versioning": [{"enabled": false}]}, "Suspended") == "fail"
	_plan({"object_lock_configuration": [{"object_lock_enabled": "Enabled"}]}, "Disabled") == "pass"
}

test_a_resource_whose_bucket_is_not_known_leaves_it_open if {
	unit := units.plan({
		"aws_s3_bucket.b": {"type": "aws_s3_bucket", "values": {}},
		"aws_s3_bucket_versioning.v": {
			"type": "aws_s3_bucket_versioning",
			"values": {"bucket": units.unknown("computed", "b"), "versioning_configuration": [{"status": "Enabled"}]},
		},
	})
	units.outcome(_of(unit, "all"), "aws_s3_bucket.b") == "unknown"
}

test_the_message_says_why_it_matters if {
	unit := units.template({"B": {"type": "AWS::S3::Bucket", "properties": {
		"BucketName": "artifacts",
		"VersioningConfiguration": {"Status": "Suspended"},
	}}})
	{violation.message | some violation in _of(unit, "named").deny} == {concat(" ", [
		"Bucket 'B' keeps no old versions of its objects: 'VersioningConfiguration.Status' is 'Suspended'",
		"(its name or a tag says 'artifact').",
	])}
}
