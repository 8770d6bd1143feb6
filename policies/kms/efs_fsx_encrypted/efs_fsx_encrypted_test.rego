package policies.kms.efs_fsx_encrypted_test

import data.policies.kms.efs_fsx_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := efs_fsx_encrypted with input as unit with data.params as {"KMS-005": {"kms_level": level}}
}

_template(type, properties, level) := result if {
	result := _result(units.template({"S": {"type": type, "properties": properties}}), level)
}

_of(type, properties, level) := units.outcome(_template(type, properties, level), "S")

_planned(type, values, level) := outcome if {
	unit := units.plan({"p": {"type": type, "values": values}})
	outcome := units.outcome(_result(unit, level), "p")
}

_efs(properties, level) := _of("AWS::EFS::FileSystem", properties, level)

_fsx(properties, level) := _of("AWS::FSx::FileSystem", properties, level)

test_a_file_system_without_the_switch_is_plain_text if {
	_efs({}, "any") == "fail"
	_efs({"Encrypted": false}, "any") == "fail"
	_efs({"Encrypted": "true"}, "any") == "pass"
}

test_without_a_key_aws_manages_it if {
	_efs({"Encrypted": true}, "aws-managed") == "pass"
	_efs({"Encrypted": true}, "cmk") == "fail"
}

test_a_key_of_ones_own_satisfies_every_level if _efs({"Encrypted": true, "KmsKeyId": "alias/files"}, "cmk") == "pass"

test_the_managed_alias_is_no_key_of_ones_own if {
	_efs({"Encrypted": true, "KmsKeyId": "alias/aws/elasticfilesystem"}, "cmk") == "fail"
}

test_a_key_does_not_encrypt_by_itself if _efs({"KmsKeyId": "alias/files"}, "any") == "fail"

test_an_unknown_switch_is_undecided if _efs({"Encrypted": units.unknown("parameter", "On")}, "any") == "unknown"

test_an_opaque_key_is_undecided_only_where_it_must_be_ones_own if {
	opaque := {"Encrypted": true, "KmsKeyId": units.unknown("dynamic-reference", "/key")}
	_efs(opaque, "aws-managed") == "pass"
	_efs(opaque, "cmk") == "unknown"
}

test_fsx_encrypts_by_itself if {
	_fsx({"FileSystemType": "WINDOWS"}, "aws-managed") == "pass"
	_fsx({"FileSystemType": "WINDOWS"}, "cmk") == "fail"
	_fsx({"FileSystemType": "WINDOWS", "KmsKeyId": units.unknown("parameter", "Key")}, "cmk") == "pass"
}

test_a_scratch_file_system_is_told_that_it_takes_no_key if {
	scratch := {"FileSystemType": "LUSTRE", "LustreConfiguration": {"DeploymentType": "SCRATCH_2"}}
	_fsx(scratch, "aws-managed") == "pass"
	some violation in _template("AWS::FSx::FileSystem", scratch, "cmk").deny
	contains(violation.message, "use a persistent deployment type")
}

test_a_persistent_file_system_is_not_told_so if {
	persistent := {"FileSystemType": "LUSTRE", "LustreConfiguration": {"DeploymentType": "PERSISTENT_2"}}
	some violation in _template("AWS::FSx::FileSystem", persistent, "cmk").deny
	not contains(violation.message, "persistent")
}

test_a_planned_file_system_without_the_computed_switch_is_plain_text if {
	_planned("aws_efs_file_system", {"creation_token": "t"}, "any") == "fail"
	_planned("aws_efs_file_system", {"encrypted": true}, "any") == "pass"
}

test_every_planned_kind_of_fsx_encrypts_by_itself if {
	every kind in ["lustre", "ontap", "openzfs", "windows"] {
		type := sprintf("aws_fsx_%s_file_system", [kind])
		_planned(type, {}, "aws-managed") == "pass"
		_planned(type, {}, "cmk") == "fail"
		_planned(type, {"kms_key_id": "arn:aws:kms:eu-central-1:123456789012:key/mrk-1"}, "cmk") == "pass"
	}
}

test_other_resources_are_no_subjects if count(_template("AWS::EFS::MountTarget", {}, "cmk").subjects) == 0
