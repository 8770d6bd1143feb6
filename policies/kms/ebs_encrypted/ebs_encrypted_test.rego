package policies.kms.ebs_encrypted_test

import data.policies.kms.ebs_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := ebs_encrypted with input as unit with data.params as {"KMS-002": {"kms_level": level}}
}

_volume(properties, level) := outcome if {
	unit := units.template({"V": {"type": "AWS::EC2::Volume", "properties": properties}})
	outcome := units.outcome(_result(unit, level), "V")
}

_instance(properties) := _result(units.template({"I": {"type": "AWS::EC2::Instance", "properties": properties}}), "any")

test_a_volume_that_says_nothing_is_plaintext if _volume({"Size": 10}, "any") == "fail"

test_a_key_without_the_switch_encrypts_nothing if _volume({"KmsKeyId": "alias/volumes"}, "any") == "fail"

test_the_switch_as_text_counts if {
	_volume({"Encrypted": "true"}, "aws-managed") == "pass"
	_volume({"Encrypted": "true"}, "cmk") == "fail"
}

test_a_volume_with_a_key_has_a_key_of_its_own if _volume({"Encrypted": true, "KmsKeyId": "mrk-1"}, "cmk") == "pass"

test_a_volume_from_a_snapshot_is_undecided if _volume({"SnapshotId": "snap-1"}, "any") == "unknown"

test_a_volume_from_a_snapshot_that_is_switched_off_fails if {
	_volume({"SnapshotId": "snap-1", "Encrypted": false}, "any") == "fail"
}

test_a_machine_without_mappings_is_what_its_image_is if {
	result := _instance({"ImageId": "ami-1"})
	units.outcome(result, "I") == "unknown"
	count(result.undecided) == 1
}

test_a_mapping_that_only_resizes_is_plaintext if {
	result := _instance({"BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 50}}]})
	{violation.defect | some violation in result.deny} == {"/dev/xvda"}
}

test_every_device_is_a_result_of_its_own if {
	result := _instance({"BlockDeviceMappings": [
		{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": false}},
		{"DeviceName": "/dev/sdb", "Ebs": {"Encrypted": true}},
		{"DeviceName": "/dev/sdc", "Ebs": {"VolumeSize": 5}},
	]})
	{violation.defect: violation.path | some violation in result.deny} == {
		"/dev/xvda": ["Properties", "BlockDeviceMappings", 0, "Ebs", "Encrypted"],
		"/dev/sdc": ["Properties", "BlockDeviceMappings", 2, "Ebs", "Encrypted"],
	}
}

test_a_mapping_without_a_volume_is_not_judged if {
	result := _instance({"BlockDeviceMappings": [
		{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": true}},
		{"DeviceName": "/dev/sdb", "NoDevice": {}},
		{"DeviceName": "/dev/sdc", "VirtualName": "ephemeral0"},
	]})
	units.outcome(result, "I") == "pass"
}

test_unknown_mappings_are_undecided if {
	units.outcome(_instance({"BlockDeviceMappings": units.unknown("parameter", "Devices")}), "I") == "unknown"
}

test_an_instance_of_a_declared_template_is_judged_there if {
	unit := units.template({
		"T": {
			"type": "AWS::EC2::LaunchTemplate",
			"properties": {"LaunchTemplateData": {"BlockDeviceMappings": [{"DeviceName": "x", "Ebs": {"Encrypted": true}}]}},
		},
		"I": {
			"type": "AWS::EC2::Instance",
			"properties": {"LaunchTemplate": {"LaunchTemplateId": units.reference("T", "")}},
			"edges": [[["LaunchTemplate", "LaunchTemplateId"], "T", ""]],
		},
	})
	_result(unit, "any").subjects == {"T"}
}

_account(described) := units.plan(object.union(described, {
	"aws_ebs_volume.v": {"type": "aws_ebs_volume", "values": {"size": 10}},
	"aws_ebs_volume.west": {"type": "aws_ebs_volume", "values": {"size": 10}, "provider": "aws.west"},
}))

_switch(values) := {"aws_ebs_encryption_by_default.d": {"type": "aws_ebs_encryption_by_default", "values": values}}

test_the_default_of_the_account_holds_for_its_provider if {
	result := _result(_account(_switch({"enabled": true})), "aws-managed")
	units.outcome(result, "aws_ebs_volume.v") == "pass"
	units.outcome(result, "aws_ebs_volume.west") == "fail"
	units.outcome(result, "aws_ebs_encryption_by_default.d") == "pass"
}

test_the_default_of_the_account_is_on_when_declared if {
	units.outcome(_result(_account(_switch({})), "any"), "aws_ebs_volume.v") == "pass"
}

test_the_default_key_of_the_account_counts if {
	key := {"aws_ebs_default_kms_key.k": {"type": "aws_ebs_default_kms_key", "values": {"key_arn": "alias/volumes"}}}
	unit := _account(object.union(_switch({"enabled": true}), key))
	units.outcome(_result(unit, "cmk"), "aws_ebs_volume.v") == "pass"
	units.outcome(_result(unit, "cmk"), "aws_ebs_encryption_by_default.d") == "pass"
	units.outcome(_result(_account(_switch({"enabled": true})), "cmk"), "aws_ebs_volume.v") == "fail"
}

test_a_default_that_is_switched_off_fails_itself if {
	result := _result(_account(_switch({"enabled": false})), "any")
	units.outcome(result, "aws_ebs_encryption_by_default.d") == "fail"
	units.outcome(result, "aws_ebs_volume.v") == "fail"
}

test_an_unknown_default_leaves_volumes_undecided if {
	unit := _account(_switch({"enabled": units.unknown("computed", "enabled")}))
	units.outcome(_result(unit, "any"), "aws_ebs_volume.v") == "unknown"
}

test_a_machine_without_mappings_is_encrypted_by_the_default if {
	machine := {"aws_instance.i": {"type": "aws_instance", "values": {"ami": "ami-1"}}}
	unit := _account(object.union(_switch({"enabled": true}), machine))
	units.outcome(_result(unit, "any"), "aws_instance.i") == "pass"
}

test_devices_of_a_plan_are_judged_one_by_one if {
	unit := units.plan({"aws_instance.i": {"type": "aws_instance", "values": {
		"root_block_device": [{"volume_size": 50}],
		"ebs_block_device": [{"device_name": "/dev/sdb", "encrypted": "true"}],
	}}})
	{violation.defect | some violation in _result(unit, "any").deny} == {"root"}
}

test_a_root_device_is_called_so_once_it_has_a_name_too if {
	unit := units.plan({"aws_instance.i": {"type": "aws_instance", "values": {
		"root_block_device": [{"volume_size": 50, "device_name": "/dev/xvda"}],
	}}})
	{violation.defect | some violation in _result(unit, "any").deny} == {"root"}
}

test_a_launch_template_writes_the_switch_as_text if {
	ebs := {"device_name": "/dev/xvda", "ebs": [{"encrypted": "true", "kms_key_id": units.unknown("attribute", "x")}]}
	values := {"block_device_mappings": [ebs]}
	unit := units.plan({"aws_launch_template.t": {"type": "aws_launch_template", "values": values}})
	units.outcome(_result(unit, "any"), "aws_launch_template.t") == "pass"
	units.outcome(_result(unit, "cmk"), "aws_launch_template.t") == "unknown"
}

_roots(result) := {row.resource | some row in result.undecided; row.defect == "root"}

test_a_machine_that_maps_other_volumes_only_has_the_root_of_its_image if {
	data_only := [{"DeviceName": "/dev/sdf", "Ebs": {"Encrypted": true}}]
	_roots(_instance({"BlockDeviceMappings": data_only})) == {"I"}
	units.outcome(_instance({"BlockDeviceMappings": data_only}), "I") == "unknown"
	every name in ["/dev/sda1", "/dev/xvda", "xvda", units.unknown("parameter", "Root")] {
		_roots(_instance({"BlockDeviceMappings": [{"DeviceName": name, "Ebs": {"Encrypted": true}}]})) == set()
	}
	unit := units.plan({"aws_instance.i": {"type": "aws_instance", "values": {
		"ebs_block_device": [{"device_name": "/dev/sdb", "encrypted": "true"}],
	}}})
	_roots(_result(unit, "any")) == {"aws_instance.i"}
	some row in _result(unit, "any").undecided
	row.path == ["root_block_device"]
}
