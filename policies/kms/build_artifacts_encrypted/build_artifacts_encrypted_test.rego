package policies.kms.build_artifacts_encrypted_test

import data.policies.kms.build_artifacts_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := build_artifacts_encrypted with input as unit with data.params as {"KMS-016": {"kms_level": level}}
}

_build(properties, level) := _result(
	units.template({"B": {"type": "AWS::CodeBuild::Project", "properties": properties}}),
	level,
)

_outcome(properties, level) := units.outcome(_build(properties, level), "B")

_pipeline(properties, level) := _result(
	units.template({"P": {"type": "AWS::CodePipeline::Pipeline", "properties": properties}}),
	level,
)

test_a_build_without_settings_has_a_key_that_aws_manages if {
	_outcome({"Artifacts": {"Type": "S3"}}, "any") == "pass"
	_outcome({"Artifacts": {"Type": "S3"}}, "aws-managed") == "pass"
	_outcome({"Artifacts": {"Type": "S3"}}, "cmk") == "fail"
}

test_a_build_with_a_key_passes if {
	_outcome({"EncryptionKey": "alias/build", "Artifacts": {"Type": "S3"}}, "cmk") == "pass"
	_outcome({"EncryptionKey": "alias/aws/s3", "Artifacts": {"Type": "S3"}}, "cmk") == "fail"
}

test_an_output_without_encryption_fails_whatever_the_key if {
	plain := {"EncryptionKey": "alias/build", "Artifacts": {"Type": "S3", "EncryptionDisabled": true}}
	result := _build(plain, "any")
	{violation.defect: violation.path | some violation in result.deny} == {
		"artifacts": ["Properties", "Artifacts", "EncryptionDisabled"],
	}
}

test_the_message_names_the_output if {
	result := _build({"Artifacts": {"Type": "S3", "EncryptionDisabled": "true"}}, "any")
	{violation.message | some violation in result.deny} == {
		"Output of build project 'B' is stored without encryption: 'Artifacts.EncryptionDisabled' is 'true'.",
	}
}

test_a_switch_that_is_off_leaves_encryption_on if {
	_outcome({"Artifacts": {"Type": "S3", "EncryptionDisabled": false}}, "any") == "pass"
}

test_the_switch_of_no_artifacts_is_ignored if {
	_outcome({"Artifacts": {"Type": "NO_ARTIFACTS", "EncryptionDisabled": true}}, "any") == "pass"
}

test_artifacts_of_an_unknown_type_are_undecided if {
	open := {"Artifacts": {"Type": units.unknown("parameter", "Type"), "EncryptionDisabled": true}}
	_outcome(open, "any") == "unknown"
}

test_secondary_outputs_are_results_of_their_own if {
	result := _build({"SecondaryArtifacts": [
		{"ArtifactIdentifier": "reports", "Type": "S3", "EncryptionDisabled": true},
		{"ArtifactIdentifier": "sources", "Type": "S3"},
		{"ArtifactIdentifier": "nothing", "Type": "NO_ARTIFACTS", "EncryptionDisabled": true},
	]}, "any")
	{violation.defect | some violation in result.deny} == {"reports"}
}

test_logs_in_a_bucket_are_judged if {
	_outcome({"LogsConfig": {"S3Logs": {"Status": "ENABLED", "EncryptionDisabled": true}}}, "any") == "fail"
	_outcome({"LogsConfig": {"S3Logs": {"Status": "ENABLED"}}}, "any") == "pass"
	_outcome({"LogsConfig": {"S3Logs": {"Status": "DISABLED", "EncryptionDisabled": true}}}, "any") == "pass"
}

test_an_unknown_switch_is_undecided if {
	_outcome({"Artifacts": {"Type": "S3", "EncryptionDisabled": units.unknown("parameter", "Plain")}}, "any") == "unknown"
}

test_an_opaque_key_proves_no_key_of_ones_own if {
	opaque := {"EncryptionKey": units.unknown("dynamic-reference", "/key")}
	_outcome(opaque, "any") == "pass"
	_outcome(opaque, "cmk") == "unknown"
}

test_a_pipeline_without_a_key_has_one_that_aws_manages if {
	units.outcome(_pipeline({"ArtifactStore": {"Type": "S3"}}, "aws-managed"), "P") == "pass"
	units.outcome(_pipeline({"ArtifactStore": {"Type": "S3"}}, "cmk"), "P") == "fail"
}

test_a_pipeline_with_a_key_passes if {
	store := {"Type": "S3", "EncryptionKey": {"Id": units.unknown("parameter", "Key"), "Type": "KMS"}}
	units.outcome(_pipeline({"ArtifactStore": store}, "cmk"), "P") == "pass"
}

test_every_region_of_a_pipeline_is_judged if {
	result := _pipeline({"ArtifactStores": [
		{"Region": "eu-west-1", "ArtifactStore": {"Type": "S3"}},
		{"Region": "eu-central-1", "ArtifactStore": {"Type": "S3", "EncryptionKey": {"Id": "mrk-1"}}},
	]}, "cmk")
	{violation.defect | some violation in result.deny} == {"eu-west-1"}
}

test_a_planned_build_is_judged_alike if {
	unit := units.plan({
		"aws_codebuild_project.plain": {
			"type": "aws_codebuild_project",
			"values": {"artifacts": [{"type": "S3", "encryption_disabled": true}]},
		},
		"aws_codebuild_project.logs": {
			"type": "aws_codebuild_project",
			"values": {"logs_config": [{"s3_logs": [{"status": "ENABLED", "encryption_disabled": true}]}]},
		},
		"aws_codebuild_project.none": {
			"type": "aws_codebuild_project",
			"values": {"artifacts": [{"type": "NO_ARTIFACTS", "encryption_disabled": true}]},
		},
	})
	result := _result(unit, "any")
	units.outcome(result, "aws_codebuild_project.plain") == "fail"
	units.outcome(result, "aws_codebuild_project.logs") == "fail"
	units.outcome(result, "aws_codebuild_project.none") == "pass"
	units.outcome(_result(unit, "cmk"), "aws_codebuild_project.none") == "fail"
}

test_a_planned_pipeline_is_judged_alike if {
	unit := units.plan({
		"aws_codepipeline.plain": {"type": "aws_codepipeline", "values": {"artifact_store": [{"type": "S3"}]}},
		"aws_codepipeline.own": {
			"type": "aws_codepipeline",
			"values": {"artifact_store": [{"type": "S3", "encryption_key": [{"id": "mrk-1", "type": "KMS"}]}]},
		},
	})
	units.outcome(_result(unit, "cmk"), "aws_codepipeline.plain") == "fail"
	units.outcome(_result(unit, "cmk"), "aws_codepipeline.own") == "pass"
}

test_the_key_is_not_said_to_encrypt_what_is_not_encrypted if {
	plain := {"Artifacts": {"Type": "S3", "EncryptionDisabled": true}}
	some violation in _build(plain, "cmk").deny
	startswith(violation.message, "Where build project 'B' encrypts, it is with an AWS managed key, but must be with a ")
	some other in _build({"Artifacts": {"Type": "S3"}}, "cmk").deny
	startswith(other.message, "Build project 'B' is encrypted with an AWS managed key, ")
}
