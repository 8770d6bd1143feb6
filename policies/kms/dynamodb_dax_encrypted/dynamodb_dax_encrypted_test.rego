package policies.kms.dynamodb_dax_encrypted_test

import data.policies.kms.dynamodb_dax_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := dynamodb_dax_encrypted with input as unit with data.params as {"KMS-004": {"kms_level": level}}
}

_template(type, properties, level) := result if {
	result := _result(units.template({"S": {"type": type, "properties": properties}}), level)
}

_table(properties, level) := units.outcome(_template("AWS::DynamoDB::Table", properties, level), "S")

_global(properties, level) := units.outcome(_template("AWS::DynamoDB::GlobalTable", properties, level), "S")

_cache(properties, level) := units.outcome(_template("AWS::DAX::Cluster", properties, level), "S")

_planned(values, level) := outcome if {
	unit := units.plan({"aws_dynamodb_table.t": {"type": "aws_dynamodb_table", "values": values}})
	outcome := units.outcome(_result(unit, level), "aws_dynamodb_table.t")
}

_enabled := {"SSESpecification": {"SSEEnabled": true}}

_disabled := {"SSESpecification": {"SSEEnabled": false}}

test_a_table_without_settings_is_encrypted_by_dynamodb if {
	_table({}, "any") == "pass"
	_table({}, "aws-managed") == "fail"
	_table({}, "cmk") == "fail"
}

test_a_switch_that_is_off_means_a_key_that_aws_owns if {
	_table(_disabled, "any") == "pass"
	_table(_disabled, "aws-managed") == "fail"
}

test_a_switch_that_is_on_means_an_aws_managed_key if {
	_table(_enabled, "aws-managed") == "pass"
	_table(_enabled, "cmk") == "fail"
}

test_a_key_of_ones_own_satisfies_every_level if {
	_table({"SSESpecification": {"SSEEnabled": true, "KMSMasterKeyId": "alias/tables"}}, "cmk") == "pass"
}

test_a_key_without_the_switch_does_not_count if {
	_table({"SSESpecification": {"SSEEnabled": false, "KMSMasterKeyId": "alias/tables"}}, "cmk") == "fail"
}

test_the_managed_alias_is_no_key_of_ones_own if {
	_table({"SSESpecification": {"SSEEnabled": true, "KMSMasterKeyId": "alias/aws/dynamodb"}}, "cmk") == "fail"
}

test_an_opaque_key_is_undecided_only_where_it_must_be_ones_own if {
	opaque := {"SSESpecification": {"SSEEnabled": true, "KMSMasterKeyId": units.unknown("dynamic-reference", "/key")}}
	_table(opaque, "aws-managed") == "pass"
	_table(opaque, "cmk") == "unknown"
}

test_an_unknown_switch_of_a_table_is_undecided_above_any if {
	_table({"SSESpecification": {"SSEEnabled": units.unknown("parameter", "Sse")}}, "any") == "pass"
	_table({"SSESpecification": {"SSEEnabled": units.unknown("parameter", "Sse")}}, "aws-managed") == "unknown"
}

test_every_replica_of_a_global_table_needs_a_key if {
	keyed := {"Region": "eu-west-1", "SSESpecification": {"KMSMasterKeyId": "alias/tables"}}
	bare := {"Region": "eu-central-1"}
	_global(object.union(_enabled, {"Replicas": [keyed]}), "cmk") == "pass"
	_global(object.union(_enabled, {"Replicas": [keyed, bare]}), "cmk") == "fail"
	_global(object.union(_enabled, {"Replicas": [keyed, bare]}), "aws-managed") == "pass"
	_global({"Replicas": [bare]}, "any") == "pass"
	_global({"Replicas": [bare]}, "aws-managed") == "fail"
}

test_a_replica_is_called_by_its_region if {
	replicas := {"Replicas": [{"Region": "eu-central-1"}]}
	result := _template("AWS::DynamoDB::GlobalTable", object.union(_enabled, replicas), "cmk")
	messages := {violation.message | some violation in result.deny}
	messages == {concat(" ", [
		"Replica 'eu-central-1' of 'S' is encrypted with an AWS managed key, but must be with a customer managed key:",
		"'SSESpecification.KMSMasterKeyId' is not set.",
	])}
}

test_replicas_that_are_not_known_are_undecided if {
	_global(object.union(_enabled, {"Replicas": units.unknown("parameter", "Replicas")}), "cmk") == "unknown"
}

test_a_cache_without_settings_is_plain_text_and_worse if {
	_cache({}, "any") == "fail"
	_cache(_disabled, "any") == "fail"
	severities := {violation.severity | some violation in _template("AWS::DAX::Cluster", {}, "any").deny}
	severities == {"high"}
}

test_a_cache_takes_no_key_and_is_asked_for_none if _cache(_enabled, "cmk") == "pass"

test_an_unknown_switch_of_a_cache_is_undecided if {
	_cache({"SSESpecification": {"SSEEnabled": units.unknown("parameter", "Sse")}}, "any") == "unknown"
}

test_a_plan_without_the_computed_block_is_encrypted_by_dynamodb if {
	_planned({"name": "t"}, "any") == "pass"
	_planned({"name": "t"}, "cmk") == "fail"
}

test_a_block_without_a_key_is_managed_by_aws if {
	_planned({"server_side_encryption": [{"enabled": true, "kms_key_arn": null}]}, "aws-managed") == "pass"
	_planned({"server_side_encryption": [{"enabled": true, "kms_key_arn": null}]}, "cmk") == "fail"
}

test_replicas_of_a_planned_table_need_a_key if {
	own := "arn:aws:kms:eu-central-1:123456789012:key/mrk-1"
	encrypted := {"server_side_encryption": [{"enabled": true, "kms_key_arn": own}]}
	_planned(object.union(encrypted, {"replica": [{"region_name": "eu-west-1", "kms_key_arn": own}]}), "cmk") == "pass"
	_planned(object.union(encrypted, {"replica": [{"region_name": "eu-west-1"}]}), "cmk") == "fail"
}

test_a_restored_table_may_have_the_key_of_its_source if {
	_planned({"restore_source_name": "orders"}, "any") == "pass"
	_planned({"restore_source_name": "orders"}, "cmk") == "unknown"
}

test_a_planned_cache_fails_without_its_block if {
	unit := units.plan({"aws_dax_cluster.c": {"type": "aws_dax_cluster", "values": {"server_side_encryption": []}}})
	units.outcome(_result(unit, "any"), "aws_dax_cluster.c") == "fail"
}

test_other_resources_are_no_subjects if {
	result := _template("AWS::DynamoDB::Stream", {}, "cmk")
	count(result.subjects) == 0
}
