package policies.kms.sqs_sns_encrypted_test

import data.policies.kms.sqs_sns_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := sqs_sns_encrypted with input as unit with data.params as {"KMS-006": {"kms_level": level}}
}

_queue(properties, level) := outcome if {
	unit := units.template({"Q": {"type": "AWS::SQS::Queue", "properties": properties}})
	outcome := units.outcome(_result(unit, level), "Q")
}

_topic(properties, level) := outcome if {
	unit := units.template({"T": {"type": "AWS::SNS::Topic", "properties": properties}})
	outcome := units.outcome(_result(unit, level), "T")
}

test_a_queue_without_settings_is_encrypted_by_the_service if _queue({}, "any") == "pass"

test_a_queue_without_settings_has_no_managed_key if _queue({}, "aws-managed") == "fail"

test_a_queue_that_switches_encryption_off_fails if _queue({"SqsManagedSseEnabled": "false"}, "any") == "fail"

test_a_key_counts_although_managed_encryption_is_off if {
	_queue({"SqsManagedSseEnabled": false, "KmsMasterKeyId": "alias/orders"}, "cmk") == "pass"
}

test_an_empty_key_is_absent if _queue({"KmsMasterKeyId": ""}, "aws-managed") == "fail"

test_a_topic_without_a_key_fails if _topic({}, "any") == "fail"

test_the_alias_of_aws_is_managed if {
	_topic({"KmsMasterKeyId": "alias/aws/sns"}, "aws-managed") == "pass"
	_topic({"KmsMasterKeyId": "alias/aws/sns"}, "cmk") == "fail"
}

test_a_parameter_is_a_key_of_ones_own if _topic({"KmsMasterKeyId": units.unknown("parameter", "Key")}, "cmk") == "pass"

test_an_import_is_a_key_of_ones_own if _topic({"KmsMasterKeyId": units.unknown("import", "Key")}, "cmk") == "pass"

test_an_opaque_key_proves_encryption_but_no_key_of_ones_own if {
	opaque := {"KmsMasterKeyId": units.unknown("dynamic-reference", "/keys/orders")}
	_topic(opaque, "aws-managed") == "pass"
	_topic(opaque, "cmk") == "unknown"
}

test_a_key_under_an_open_condition_may_be_absent if {
	open := {"KmsMasterKeyId": units.unknown("condition", "HasKey")}
	_topic(open, "any") == "unknown"
	_queue(open, "any") == "pass"
	_queue(open, "aws-managed") == "unknown"
}

test_an_unknown_switch_of_a_queue_is_undecided if {
	_queue({"SqsManagedSseEnabled": units.unknown("parameter", "Sse")}, "any") == "unknown"
}

test_a_key_of_the_template_is_known if {
	unit := units.template({
		"K": {"type": "AWS::KMS::Key", "properties": {}},
		"T": {"type": "AWS::SNS::Topic", "properties": {"KmsMasterKeyId": units.reference("K", "Arn")}},
	})
	units.outcome(_result(unit, "cmk"), "T") == "pass"
}

test_an_alias_in_a_string_known_in_part_is_managed if {
	key := {"$partial": ["arn:aws:kms:", units.unknown("pseudo-parameter", "AWS::Region"), ":alias/aws/sns"]}
	_topic({"KmsMasterKeyId": key}, "cmk") == "fail"
}

test_a_key_arn_in_a_string_known_in_part_is_a_key_of_ones_own if {
	key := {"$partial": ["arn:aws:kms:", units.unknown("pseudo-parameter", "AWS::Region"), ":key/mrk-1"]}
	_topic({"KmsMasterKeyId": key}, "cmk") == "pass"
}

test_a_topic_of_alarms_is_told_to_use_a_key_of_its_own if {
	unit := units.template({
		"T": {"type": "AWS::SNS::Topic", "properties": {}},
		"A": {
			"type": "AWS::CloudWatch::Alarm",
			"properties": {"AlarmActions": [units.reference("T", "")]},
			"edges": [[["AlarmActions", 0], "T", ""]],
		},
	})
	some violation in _result(unit, "any").deny
	contains(violation.message, "customer managed key")
	violation.related == [{
		"address": "A",
		"path": ["Properties", "AlarmActions", 0],
		"message": "Publishes to the topic.",
	}]
}

test_a_plan_without_the_computed_switch_is_encrypted if {
	unit := units.plan({"aws_sqs_queue.q": {"type": "aws_sqs_queue", "values": {"name": "q"}}})
	units.outcome(_result(unit, "any"), "aws_sqs_queue.q") == "pass"
}

test_a_managed_alias_that_a_plan_looked_up_is_managed if {
	unit := units.plan({
		"data.aws_kms_alias.sns": {"type": "data.aws_kms_alias", "values": {"name": "alias/aws/sns"}},
		"aws_sns_topic.t": {
			"type": "aws_sns_topic",
			"values": {"kms_master_key_id": units.reference("data.aws_kms_alias.sns", "target_key_arn")},
		},
	})
	units.outcome(_result(unit, "cmk"), "aws_sns_topic.t") == "fail"
	units.outcome(_result(unit, "aws-managed"), "aws_sns_topic.t") == "pass"
}

test_the_message_names_property_and_level if {
	unit := units.template({"Q": {"type": "AWS::SQS::Queue", "properties": {"SqsManagedSseEnabled": false}}})
	messages := {violation.message | some violation in _result(unit, "any").deny}
	messages == {"Queue 'Q' is not encrypted: 'SqsManagedSseEnabled' is 'false'."}
}

test_the_place_is_the_key_where_the_key_decides if {
	unit := units.template({"Q": {"type": "AWS::SQS::Queue", "properties": {"KmsMasterKeyId": "alias/aws/sqs"}}})
	paths := {violation.path | some violation in _result(unit, "cmk").deny}
	paths == {["Properties", "KmsMasterKeyId"]}
}
