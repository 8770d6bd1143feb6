package policies.kms.log_groups_encrypted_test

import data.policies.kms.log_groups_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := log_groups_encrypted with input as unit with data.params as {"KMS-010": {"kms_level": level}}
}

_template(type, properties, level) := result if {
	result := _result(units.template({"S": {"type": type, "properties": properties}}), level)
}

_of(type, properties, level) := units.outcome(_template(type, properties, level), "S")

_planned(type, values, level) := outcome if {
	unit := units.plan({"p": {"type": type, "values": values}})
	outcome := units.outcome(_result(unit, level), "p")
}

_group(properties, level) := _of("AWS::Logs::LogGroup", properties, level)

test_a_group_without_a_key_is_encrypted_by_the_service if {
	_group({}, "any") == "pass"
	_group({}, "aws-managed") == "fail"
	_group({}, "cmk") == "fail"
}

test_a_key_of_ones_own_satisfies_every_level if {
	_group({"KmsKeyId": "arn:aws:kms:eu-central-1:123456789012:key/mrk-1"}, "cmk") == "pass"
}

test_groups_of_every_class_take_a_key if {
	every class in ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"] {
		_group({"LogGroupClass": class}, "cmk") == "fail"
		_group({"LogGroupClass": class, "KmsKeyId": units.unknown("parameter", "Key")}, "cmk") == "pass"
	}
}

test_an_empty_key_is_absent if _group({"KmsKeyId": ""}, "cmk") == "fail"

test_an_opaque_key_is_undecided_only_where_it_must_be_ones_own if {
	opaque := {"KmsKeyId": units.unknown("dynamic-reference", "/key")}
	_group(opaque, "any") == "pass"
	_group(opaque, "cmk") == "unknown"
}

test_a_key_under_an_open_condition_may_be_absent if {
	_group({"KmsKeyId": units.unknown("condition", "HasKey")}, "any") == "pass"
	_group({"KmsKeyId": units.unknown("condition", "HasKey")}, "cmk") == "unknown"
}

test_a_planned_group_needs_a_key if {
	_planned("aws_cloudwatch_log_group", {"name": "/ecs/api", "kms_key_id": null}, "cmk") == "fail"
	_planned("aws_cloudwatch_log_group", {"kms_key_id": units.reference("aws_kms_key.k", "arn")}, "cmk") == "unknown"
}

test_a_key_of_the_plan_is_known if {
	unit := units.plan({
		"aws_kms_key.k": {"type": "aws_kms_key", "values": {}},
		"p": {
			"type": "aws_cloudwatch_log_group",
			"values": {"kms_key_id": units.reference("aws_kms_key.k", "arn")},
		},
	})
	units.outcome(_result(unit, "cmk"), "p") == "pass"
}

test_the_message_says_whose_key_it_is if {
	messages := {violation.message | some violation in _template("AWS::Logs::LogGroup", {}, "cmk").deny}
	messages == {concat(" ", [
		"Log group 'S' is encrypted with a key that AWS owns, but must be with a customer managed key:",
		"'KmsKeyId' is not set.",
	])}
}

test_other_resources_are_no_subjects if count(_template("AWS::Logs::LogStream", {}, "cmk").subjects) == 0
