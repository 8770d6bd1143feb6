package policies.kms.streams_encrypted_test

import data.policies.kms.streams_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := streams_encrypted with input as unit with data.params as {"KMS-007": {"kms_level": level}}
}

_template(type, properties, level) := result if {
	result := _result(units.template({"S": {"type": type, "properties": properties}}), level)
}

_of(type, properties, level) := units.outcome(_template(type, properties, level), "S")

_planned(type, values, level) := outcome if {
	unit := units.plan({"p": {"type": type, "values": values}})
	outcome := units.outcome(_result(unit, level), "p")
}

_stream(properties, level) := _of("AWS::Kinesis::Stream", properties, level)

_firehose(properties, level) := _of("AWS::KinesisFirehose::DeliveryStream", properties, level)

_cluster(properties, level) := _of("AWS::MSK::Cluster", properties, level)

_encrypted(key) := {"StreamEncryption": {"EncryptionType": "KMS", "KeyId": key}}

test_a_stream_without_encryption_is_plain_text if {
	_stream({}, "any") == "fail"
	_stream({"StreamEncryption": {"EncryptionType": "NONE"}}, "any") == "fail"
}

test_the_key_of_a_stream_gives_the_level if {
	_stream(_encrypted("alias/aws/kinesis"), "aws-managed") == "pass"
	_stream(_encrypted("alias/aws/kinesis"), "cmk") == "fail"
	_stream(_encrypted("alias/streams"), "cmk") == "pass"
}

test_an_unknown_type_is_undecided if {
	_stream({"StreamEncryption": {"EncryptionType": units.unknown("parameter", "Type")}}, "any") == "unknown"
}

test_an_encryption_that_is_unknown_as_a_whole_is_undecided if {
	_stream({"StreamEncryption": units.unknown("condition", "Encrypts")}, "any") == "unknown"
}

test_an_opaque_key_is_undecided_only_where_it_must_be_ones_own if {
	_stream(_encrypted(units.unknown("dynamic-reference", "/key")), "aws-managed") == "pass"
	_stream(_encrypted(units.unknown("dynamic-reference", "/key")), "cmk") == "unknown"
}

_with_key(type) := {"DeliveryStreamEncryptionConfigurationInput": {"KeyType": type}}

test_a_delivery_stream_without_encryption_is_plain_text if {
	_firehose({}, "any") == "fail"
	_firehose({"DeliveryStreamType": "DirectPut"}, "any") == "fail"
}

test_the_type_of_key_of_a_delivery_stream_gives_the_level if {
	_firehose(_with_key("AWS_OWNED_CMK"), "any") == "pass"
	_firehose(_with_key("AWS_OWNED_CMK"), "aws-managed") == "fail"
	_firehose(_with_key("CUSTOMER_MANAGED_CMK"), "cmk") == "pass"
}

test_a_delivery_stream_that_reads_a_stream_or_a_cluster_keeps_nothing if {
	every source in ["KinesisStreamSourceConfiguration", "MSKSourceConfiguration", "DatabaseSourceConfiguration"] {
		_firehose({source: {"RoleARN": "arn:aws:iam::123456789012:role/read"}}, "any") == ""
	}
	_firehose({"DeliveryStreamType": "KinesisStreamAsSource"}, "any") == ""
	_firehose({"DeliveryStreamType": "MSKAsSource"}, "any") == ""
}

test_an_unknown_source_is_undecided if {
	_firehose({"DeliveryStreamType": units.unknown("parameter", "Source")}, "any") == "unknown"
	_firehose({"KinesisStreamSourceConfiguration": units.unknown("condition", "Reads")}, "any") == "unknown"
}

test_an_unknown_source_does_not_matter_where_the_stream_is_encrypted if {
	source := {"DeliveryStreamType": units.unknown("parameter", "Source")}
	_firehose(object.union(source, _with_key("CUSTOMER_MANAGED_CMK")), "cmk") == "pass"
}

test_msk_encrypts_by_itself if {
	_cluster({}, "aws-managed") == "pass"
	_cluster({}, "cmk") == "fail"
	_cluster({"EncryptionInfo": {"EncryptionAtRest": {"DataVolumeKMSKeyId": "alias/events"}}}, "cmk") == "pass"
	_cluster({"EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "TLS"}}}, "cmk") == "fail"
}

test_a_planned_stream_is_judged_by_its_type if {
	_planned("aws_kinesis_stream", {"encryption_type": "NONE"}, "any") == "fail"
	_planned("aws_kinesis_stream", {"encryption_type": null}, "any") == "fail"
	_planned("aws_kinesis_stream", {"encryption_type": "KMS", "kms_key_id": "alias/aws/kinesis"}, "aws-managed") == "pass"
	_planned("aws_kinesis_stream", {"encryption_type": "KMS", "kms_key_id": "alias/aws/kinesis"}, "cmk") == "fail"
}

_delivery(values, level) := _planned("aws_kinesis_firehose_delivery_stream", values, level)

test_a_planned_delivery_stream_is_judged_by_its_block if {
	_delivery({"server_side_encryption": []}, "any") == "fail"
	_delivery({"server_side_encryption": [{"enabled": false, "key_type": "CUSTOMER_MANAGED_CMK"}]}, "any") == "fail"
	_delivery({"server_side_encryption": [{"enabled": true, "key_type": "AWS_OWNED_CMK"}]}, "any") == "pass"
	_delivery({"server_side_encryption": [{"enabled": true, "key_type": "AWS_OWNED_CMK"}]}, "cmk") == "fail"
	_delivery({"server_side_encryption": [{"enabled": true, "key_type": "CUSTOMER_MANAGED_CMK"}]}, "cmk") == "pass"
	open := {"enabled": true, "key_type": units.unknown("computed", "type")}
	_delivery({"server_side_encryption": [open]}, "any") == "pass"
	_delivery({"server_side_encryption": [open]}, "cmk") == "unknown"
}

test_a_planned_delivery_stream_that_reads_a_stream_keeps_nothing if {
	every source in ["kinesis_source_configuration", "msk_source_configuration"] {
		_delivery({source: [{"role_arn": "arn:aws:iam::123456789012:role/read"}]}, "any") == ""
		_delivery({source: []}, "any") == "fail"
	}
}

test_a_planned_cluster_needs_a_key_of_ones_own if {
	own := "arn:aws:kms:eu-central-1:123456789012:key/mrk-1"
	_planned("aws_msk_cluster", {"encryption_info": []}, "cmk") == "fail"
	_planned("aws_msk_cluster", {"encryption_info": [{"encryption_at_rest_kms_key_arn": own}]}, "cmk") == "pass"
}

test_other_resources_are_no_subjects if count(_template("AWS::Kinesis::StreamConsumer", {}, "cmk").subjects) == 0
