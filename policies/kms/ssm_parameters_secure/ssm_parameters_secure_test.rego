package policies.kms.ssm_parameters_secure_test

import data.policies.kms.ssm_parameters_secure
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := ssm_parameters_secure with input as unit with data.params as {"KMS-009": {"kms_level": level}}
}

_template(type, properties, level) := result if {
	result := _result(units.template({"S": {"type": type, "properties": properties}}), level)
}

_of(type, properties, level) := units.outcome(_template(type, properties, level), "S")

_parameter(properties, level) := _of("AWS::SSM::Parameter", properties, level)

_planned(address, values, level) := outcome if {
	unit := units.plan({address: {"type": "aws_ssm_parameter", "values": values}})
	outcome := units.outcome(_result(unit, level), address)
}

_string(name) := _planned("aws_ssm_parameter.p", {"name": name, "type": "String"}, "any")

test_a_string_whose_name_is_that_of_a_secret_is_plain_text if {
	_string("/shop/mail/password") == "fail"
	_string("/shop/apiKey") == "fail"
	_planned("aws_ssm_parameter.p", {"name": "/shop/tokens/token", "type": "StringList"}, "any") == "fail"
}

test_a_secure_string_satisfies_what_its_key_does if {
	secure := {"name": "/shop/mail/password", "type": "SecureString"}
	_planned("aws_ssm_parameter.p", secure, "aws-managed") == "pass"
	_planned("aws_ssm_parameter.p", secure, "cmk") == "fail"
	_planned("aws_ssm_parameter.p", object.union(secure, {"key_id": "alias/aws/ssm"}), "cmk") == "fail"
	_planned("aws_ssm_parameter.p", object.union(secure, {"key_id": "alias/secrets"}), "cmk") == "pass"
	opaque := object.union(secure, {"key_id": units.unknown("computed", "key")})
	_planned("aws_ssm_parameter.p", opaque, "aws-managed") == "pass"
	_planned("aws_ssm_parameter.p", opaque, "cmk") == "unknown"
}

test_a_secure_string_is_judged_whatever_its_name if {
	_planned("aws_ssm_parameter.p", {"name": "/shop/limit", "type": "SecureString"}, "any") == "pass"
	_planned("aws_ssm_parameter.p", {"name": "/shop/limit", "type": "SecureString"}, "cmk") == "fail"
}

test_the_label_or_logical_id_makes_a_parameter_sensitive if {
	_planned("module.m.aws_ssm_parameter.db_password[\"a\"]", {"name": "/shop/db", "type": "String"}, "any") == "fail"
	unit := units.template({"MailPassword": {"type": "AWS::SSM::Parameter", "properties": {"Type": "String"}}})
	units.outcome(_result(unit, "any"), "MailPassword") == "fail"
}

test_names_that_tell_about_secrets_are_none if {
	about := ["/shop/mail/secret-arn", "/shop/token-endpoint", "/shop/ami-id", "/shop/password/length", "/shop/db/host"]
	every name in about {
		_string(name) == ""
	}
	arn := {"name": "/shop/mail/secret-arn", "type": "String"}
	_planned("aws_ssm_parameter.mail_secret", arn, "any") == ""
}

test_the_word_for_the_resource_is_no_part_of_the_name if {
	_planned("aws_ssm_parameter.db_secret_arn_param", {"name": "/shop/db", "type": "String"}, "any") == ""
	address := "DbSecretArnParameter3F2A9B1C"
	unit := units.template({address: {"type": "AWS::SSM::Parameter", "properties": {"Type": "String"}}})
	units.outcome(_result(unit, "any"), address) == ""
}

test_what_points_to_a_secret_is_as_safe_as_that_is if {
	arn := "arn:aws:secretsmanager:eu-central-1:123456789012:secret:mail-a1b2c3"
	_planned("aws_ssm_parameter.p", {"name": "/shop/secret", "type": "String", "value": arn}, "cmk") == "pass"
	unit := units.template({
		"Mail": {"type": "AWS::SecretsManager::Secret", "properties": {}},
		"S": {
			"type": "AWS::SSM::Parameter",
			"properties": {"Name": "/shop/secret", "Type": "String", "Value": units.reference("Mail", "")},
		},
	})
	units.outcome(_result(unit, "cmk"), "S") == "pass"
}

test_public_parameters_are_not_judged if _string("/aws/service/ecs/token") == ""

test_a_name_known_in_part_is_read_as_far_as_it_is_known if {
	_string({"$partial": ["/", units.unknown("parameter", "Stage"), "/db/password"]}) == "fail"
	_string({"$partial": ["/", units.unknown("parameter", "Stage"), "/db/host"]}) == ""
	_string(units.unknown("parameter", "Name")) == ""
}

_untyped := units.unknown("computed", "type")

test_a_secret_of_unknown_type_is_undecided if {
	_planned("aws_ssm_parameter.p", {"name": "/shop/mail/password", "type": _untyped}, "any") == "unknown"
}

test_what_is_no_secret_passes_if_any_key_is_enough_whatever_its_type if {
	_planned("aws_ssm_parameter.p", {"name": "/shop/limit", "type": _untyped}, "any") == "pass"
}

test_what_is_no_secret_may_be_encrypted_with_the_wrong_key if {
	_planned("aws_ssm_parameter.p", {"name": "/shop/limit", "type": _untyped}, "cmk") == "unknown"
}

test_cloudformation_is_told_of_secrets_manager if {
	properties := {"Name": "/shop/mail/password", "Type": "String", "Value": units.unknown("parameter", "Password")}
	some violation in _template("AWS::SSM::Parameter", properties, "any").deny
	violation.message == concat(" ", [
		"Parameter 'S' holds in plain text what its name calls a secret: 'Type' is 'String'. CloudFormation cannot",
		"create a SecureString: keep it in Secrets Manager.",
	])
	violation.path == ["Properties", "Type"]
}

test_no_type_of_cloudformation_encrypts if {
	_parameter({"Name": "/shop/mail/password", "Type": "StringList"}, "any") == "fail"
	_parameter({"Name": "/shop/mail/password", "Type": units.unknown("parameter", "Type")}, "any") == "fail"
}

test_other_parameters_of_a_template_are_not_judged if _parameter({"Name": "/shop/limit", "Type": "String"}, "cmk") == ""

test_the_message_says_what_to_do if {
	unit := units.plan({"p": {"type": "aws_ssm_parameter", "values": {"name": "password", "type": "String"}}})
	messages := {violation.message | some violation in _result(unit, "any").deny}
	messages == {concat(" ", [
		"Parameter 'p' holds in plain text what its name calls a secret: 'type' is 'String'.",
		"Make it a SecureString.",
	])}
}

test_no_message_holds_the_value if {
	values := {"name": "password", "type": "String", "value": "hunter2"}
	unit := units.plan({"p": {"type": "aws_ssm_parameter", "values": values}})
	result := _result(unit, "any")
	not contains(sprintf("%v %v", [result.deny, result.examined]), "hunter2")
}
