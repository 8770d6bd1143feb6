package policies.kms.ecr_encrypted_test

import data.policies.kms.ecr_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := ecr_encrypted with input as unit with data.params as {"KMS-011": {"kms_level": level}}
}

_template(type, properties, level) := result if {
	result := _result(units.template({"S": {"type": type, "properties": properties}}), level)
}

_of(type, properties, level) := units.outcome(_template(type, properties, level), "S")

_planned(type, values, level) := outcome if {
	unit := units.plan({"p": {"type": type, "values": values}})
	outcome := units.outcome(_result(unit, level), "p")
}

_repository(properties, level) := _of("AWS::ECR::Repository", properties, level)

_encryption(type) := {"EncryptionConfiguration": {"EncryptionType": type}}

test_a_repository_without_settings_is_encrypted_by_the_service if {
	_repository({}, "any") == "pass"
	_repository({}, "aws-managed") == "fail"
	_repository(_encryption("AES256"), "aws-managed") == "fail"
}

test_kms_without_a_key_is_managed_by_aws if {
	every type in ["KMS", "KMS_DSSE"] {
		_repository(_encryption(type), "aws-managed") == "pass"
		_repository(_encryption(type), "cmk") == "fail"
	}
}

test_kms_with_a_key_of_ones_own_satisfies_every_level if {
	every type in ["KMS", "KMS_DSSE"] {
		_repository({"EncryptionConfiguration": {"EncryptionType": type, "KmsKey": "alias/images"}}, "cmk") == "pass"
	}
}

test_the_managed_alias_is_no_key_of_ones_own if {
	_repository({"EncryptionConfiguration": {"EncryptionType": "KMS", "KmsKey": "alias/aws/ecr"}}, "cmk") == "fail"
}

test_an_unknown_type_is_undecided_above_any if {
	open := _encryption(units.unknown("parameter", "Type"))
	_repository(open, "any") == "pass"
	_repository(open, "aws-managed") == "unknown"
}

test_an_opaque_key_is_undecided_only_where_it_must_be_ones_own if {
	key := units.unknown("dynamic-reference", "/key")
	opaque := {"EncryptionConfiguration": {"EncryptionType": "KMS", "KmsKey": key}}
	_repository(opaque, "aws-managed") == "pass"
	_repository(opaque, "cmk") == "unknown"
}

test_a_configuration_that_is_unknown_as_a_whole_is_undecided if {
	open := {"EncryptionConfiguration": units.unknown("parameter", "Encryption")}
	_repository(open, "any") == "pass"
	_repository(open, "cmk") == "unknown"
}

test_the_message_says_that_the_repository_is_replaced if {
	some violation in _template("AWS::ECR::Repository", {}, "cmk").deny
	contains(violation.message, "new repository")
}

test_a_planned_repository_is_judged_by_its_block if {
	own := "arn:aws:kms:eu-central-1:123456789012:key/mrk-1"
	kms := {"encryption_type": "KMS", "kms_key": own}
	_planned("aws_ecr_repository", {"encryption_configuration": []}, "cmk") == "fail"
	_planned("aws_ecr_repository", {"encryption_configuration": [{"encryption_type": "AES256"}]}, "cmk") == "fail"
	_planned("aws_ecr_repository", {"encryption_configuration": [{"encryption_type": "KMS"}]}, "cmk") == "fail"
	_planned("aws_ecr_repository", {"encryption_configuration": [kms]}, "cmk") == "pass"
}

test_other_resources_are_no_subjects if count(_template("AWS::ECR::PublicRepository", {}, "cmk").subjects) == 0
