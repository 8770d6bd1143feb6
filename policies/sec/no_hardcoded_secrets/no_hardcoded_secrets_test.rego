package policies.sec.no_hardcoded_secrets_test

import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units
import data.policies.sec.no_hardcoded_secrets

# Assembled, so that no scanner of this repository takes it for a real one.
_key := concat("", ["AKI", "AABCDEFGHIJKLMNOP"])

_judge(resources, facts) := result if {
	unit := object.union(scan.unit(resources), {"format": "cloudformation", "unit": facts})
	result := no_hardcoded_secrets with input as unit
}

_judge_plan(resources, given) := result if {
	unit := object.union(scan.unit(resources), {"format": "terraform-plan", "unit": {"given": given}})
	result := no_hardcoded_secrets with input as unit
}

_cfn(type, properties) := units.outcome(_judge([scan.cfn("R", type, properties)], {}), "R")

_tf(type, node, given) := units.outcome(_judge_plan([scan.tf("r.r", type, node)], given), "r.r")

_password(written) := _cfn("AWS::RDS::DBInstance", {"MasterUserPassword": written})

# As the engine makes it: with lists of its texts and of the uses of parameters.
_template(node) := {
	"address": "template",
	"type": "template",
	"format": "cloudformation",
	"node": node,
	"properties": node,
	"references": [],
	"texts": [{"path": path, "text": text} | walk(node, [path, text]); is_string(text)],
	"parameters": [{"path": path, "name": found.Ref} | walk(node, [path, found]); is_string(found.Ref)],
}

_parameter(facts, resources, raw) := result if {
	all := array.concat([_template({"Parameters": {"P": {}}, "Resources": raw})], resources)
	result := units.outcome(_judge(all, {"parameters": facts}), "template")
}

test_a_literal_password_fails_placeholders_included if {
	_password("hunter2") == "fail"
	_password("changeme") == "fail"
	_password("") == "pass"
	_cfn("AWS::RDS::DBInstance", {"MasterUsername": "administrator"}) == "pass"
}

test_no_value_is_ever_in_a_message if {
	result := _judge([scan.cfn("R", "AWS::RDS::DBInstance", {"MasterUserPassword": "hunter2hunter2"})], {})
	some violation in result.deny
	not contains(violation.message, "hunter2")
	contains(violation.message, "14 characters")
	violation.conceals == ["hunter2hunter2"]
}

test_nested_passwords_fail if {
	_cfn("AWS::AmazonMQ::Broker", {"Users": [{"Password": {"$secret": "x"}}, {"Password": "hunter2"}]}) == "fail"
	_cfn("AWS::AmazonMQ::Broker", {"Users": [{"Password": {"$secret": "x"}}]}) == "pass"
	_cfn("AWS::AmazonMQ::Broker", {"Users": scan.parameter("Users")}) == "unknown"
	_cfn("AWS::IAM::User", {"LoginProfile": {"Password": "hunter2"}}) == "fail"
}

test_references_to_stores_pass if {
	_password({"$secret": "{{resolve:secretsmanager:db:SecretString:password}}"}) == "pass"
	_password({"$partial": [{"$secret": "{{resolve:ssm-secure:db}}"}, ""]}) == "pass"
}

test_a_plain_ssm_reference_fails if {
	written := {"$unknown": {"kind": "dynamic-reference", "name": "ssm:/db/password:1", "why": "is resolved later"}}
	_password(written) == "fail"
}

test_an_import_is_open if {
	_password(units.unknown("import", "shop-password")) == "unknown"
	_password({"$partial": ["a-", units.unknown("import", "shop-password")]}) == "unknown"
}

_no_echo := {"P": {"type": "String", "no_echo": true, "has_default": false}}

_shown := {"P": {"type": "String", "no_echo": false, "has_default": false}}

_database := scan.cfn("R", "AWS::RDS::DBInstance", {"MasterUserPassword": scan.parameter("P")})

_raw := {"R": {"Properties": {"MasterUserPassword": {"Ref": "P"}}}}

test_a_parameter_that_feeds_a_password_must_be_hidden_and_without_default if {
	_parameter(_no_echo, [_database], _raw) == "pass"
	_parameter(_shown, [_database], _raw) == "fail"
	_parameter({"P": object.union(_no_echo.P, {"has_default": true})}, [_database], _raw) == "fail"
	_parameter({"P": object.union(_no_echo.P, {"has_default": true, "default": ""})}, [_database], _raw) == "pass"
}

test_the_database_of_such_a_parameter_passes if {
	all := [_template({"Resources": _raw}), _database]
	units.outcome(_judge(all, {"parameters": _no_echo}), "R") == "pass"
	units.outcome(_judge(all, {"parameters": _shown}), "R") == "pass"
}

test_a_default_is_reported_at_the_parameter_only if {
	database := scan.cfn("R", "AWS::RDS::DBInstance", {"MasterUserPassword": "hunter2"})
	facts := {"parameters": {"P": object.union(_shown.P, {"has_default": true, "default": "hunter2"})}}
	result := _judge([_template({"Resources": _raw}), database], facts)
	{violation.resource | some violation in result.deny} == {"template"}
	some violation in result.deny
	"hunter2" in violation.conceals
}

_named(name, facts) := units.outcome(_judge([_template({"Parameters": {}})], {"parameters": {name: facts}}), "template")

test_parameters_are_judged_by_their_names if {
	_named("DbPassword", {"type": "String", "no_echo": false, "has_default": false}) == "fail"
	_named("DbPassword", {"type": "String", "no_echo": true, "has_default": true}) == "fail"
	_named("DbPassword", {"type": "String", "no_echo": true, "has_default": false}) == "pass"
	_named("DbHost", {"type": "String", "no_echo": false, "has_default": false}) == "pass"
}

test_switches_numbers_and_names_in_the_store_are_no_secrets if {
	plain := {"no_echo": false, "has_default": false}
	_named("RotateSecret", object.union(plain, {"type": "String", "allowed": ["true", "false"]})) == "pass"
	_named("Token", object.union(plain, {"type": "Number"})) == "pass"
	_named("Token", object.union(plain, {"type": "AWS::SSM::Parameter::Value<String>"})) == "pass"
	_named("DbSecret", object.union(plain, {"type": "String", "has_default": true, "default": "arn:aws:x"})) == "pass"
}

test_variables_of_functions_and_builds_fail_by_name if {
	_cfn("AWS::Lambda::Function", {"Environment": {"Variables": {"API_KEY": "abc"}}}) == "fail"
	_cfn("AWS::Lambda::Function", {"Environment": {"Variables": {"API_KEY": "true", "HOST": "abc"}}}) == "pass"
	_cfn("AWS::Lambda::Function", {"Environment": {"Variables": {"API_KEY": scan.ref("Secret")}}}) == "pass"
	build := {"Name": "TOKEN", "Value": "abc"}
	_cfn("AWS::CodeBuild::Project", {"Environment": {"EnvironmentVariables": [build]}}) == "fail"
	_cfn("AWS::CodeBuild::Project", {"Environment": {"EnvironmentVariables": [{
		"Name": "TOKEN",
		"Type": "PARAMETER_STORE",
		"Value": "abc",
	}]}}) == "pass"
}

test_parameters_of_ssm_fail_by_name if {
	_cfn("AWS::SSM::Parameter", {"Name": "/shop/db/password", "Value": "abc"}) == "fail"
	_cfn("AWS::SSM::Parameter", {"Name": "/shop/db/host", "Value": "abc"}) == "pass"
}

test_written_secrets_fail if {
	_cfn("AWS::SecretsManager::Secret", {"SecretString": "abc"}) == "fail"
	_cfn("AWS::SecretsManager::Secret", {"SecretString": `{"password": "abc"}`}) == "fail"
	_cfn("AWS::SecretsManager::Secret", {"SecretString": `{"user": "abc"}`}) == "pass"
	_cfn("AWS::SecretsManager::Secret", {"GenerateSecretString": {}}) == "pass"
	_cfn("AWS::SecretsManager::Secret", {"SecretString": {"$partial": [
		`{"password": "`,
		scan.parameter("P"),
		`"}`,
	]}}) == "pass"
	_cfn("AWS::SecretsManager::Secret", {"SecretString": {"$partial": [
		`{"host": "`,
		scan.ref("Db"),
		`", "password": "abc"}`,
	]}}) == "fail"
}

_logs_in(entry) := units.outcome(_judge([server], {}), "R") if {
	metadata := {"AWS::CloudFormation::Authentication": {"s3": entry}}
	node := {"Type": "AWS::EC2::Instance", "Metadata": metadata, "Properties": {}}
	server := object.union(object.remove(scan.cfn("R", "AWS::EC2::Instance", {}), ["node"]), {"node": node})
}

test_metadata_that_logs_in_fails if {
	_logs_in({"type": "S3", "secretKey": "abc"}) == "fail"
	_logs_in({"type": "S3", "roleName": "abc"}) == "pass"
}

_forms(node) := units.outcome(_judge([_template(node)], {}), "template")

test_known_forms_fail_anywhere_in_a_template if {
	_forms({"Description": sprintf("Use %s.", [_key])}) == "fail"
	_forms({"Metadata": {"Notes": [_key]}}) == "fail"
	_forms({"Resources": {"R": {"Type": "A::B::C", "Properties": {"X": {"Fn::Sub": _key}}}}}) == "fail"
	_forms({"Description": "Keys begin with AKIA"}) == "pass"
	_forms({"Description": concat("", ["AKIA", "IOSFODNN7EXAMPLE"])}) == "pass"
}

test_environments_of_containers_are_another_controls if {
	definitions := {"ContainerDefinitions": [{"Environment": [{"Name": "K", "Value": _key}]}]}
	_forms({"Resources": {"R": {"Type": "AWS::ECS::TaskDefinition", "Properties": definitions}}}) == "pass"
}

test_high_entropy_alone_is_nothing if {
	_forms({"Metadata": {"Hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c"}}) == "pass"
}

test_what_fails_by_name_does_not_fail_by_form_again if {
	function := scan.cfn("R", "AWS::Lambda::Function", {"Environment": {"Variables": {"API_KEY": _key}}})
	raw := _template({"Resources": {"R": {"Properties": {"Environment": {"Variables": {"API_KEY": _key}}}}}})
	result := _judge([raw, function], {})
	{violation.resource | some violation in result.deny} == {"R"}
}

test_user_data_is_decoded if {
	text := base64.encode(sprintf("#!/bin/sh\nexport KEY=%s\n", [_key]))
	_cfn("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": {"UserData": text}}) == "fail"
	_tf("aws_launch_template", {"user_data": text}, []) == "fail"
	_tf("aws_launch_template", {"user_data": base64.encode("#!/bin/sh\necho nothing to see\n")}, []) == "pass"
}

test_a_literal_of_a_plan_fails if {
	_tf("aws_db_instance", {"password": "hunter2"}, []) == "fail"
	_tf("aws_mq_broker", {"user": [{"password": "hunter2"}]}, []) == "fail"
	_tf("aws_secretsmanager_secret_version", {"secret_string": `{"token": "hunter2"}`}, []) == "fail"
	_tf("aws_ssm_parameter", {"name": "/db/password", "value": "hunter2"}, []) == "fail"
	_tf("aws_db_instance", {"password": null, "password_wo": null}, []) == "pass"
}

test_what_comes_from_outside_passes if {
	_tf("aws_db_instance", {"password": "hunter2"}, ["hunter2"]) == "pass"
	_tf("aws_db_instance", {"password": "x-hunter2"}, ["hunter2"]) == "pass"
}

test_what_another_resource_makes_passes if {
	random := scan.tf("random_password.p", "random_password", {})
	fresh := scan.tf("r.r", "aws_db_instance", {"password": scan.ref("random_password.p")})
	units.outcome(_judge_plan([random, fresh], []), "r.r") == "pass"
	applied := object.union(scan.tf("r.r", "aws_db_instance", {"password": "hunter2"}), {"references": [{
		"path": ["password"],
		"address": "random_password.p",
		"attribute": "result",
	}]})
	units.outcome(_judge_plan([random, applied], []), "r.r") == "pass"
	computed := scan.computed(["random_password.p"])
	document := scan.tf("r.r", "aws_secretsmanager_secret_version", {"secret_string": computed})
	units.outcome(_judge_plan([random, document], []), "r.r") == "pass"
}

test_what_a_plan_does_not_know_is_open if {
	_tf("aws_db_instance", {"password": scan.computed(["aws_iam_user.u"])}, []) == "unknown"
}

test_keys_of_providers_fail if {
	provider := {"access_key": "abc", "region": "eu-central-1"}
	_tf("provider", provider, []) == "fail"
	_tf("provider", {"region": "eu-central-1"}, []) == "pass"
}

test_known_forms_fail_in_plans if {
	_tf("aws_instance", {"user_data": sprintf("export K=%s", [_key])}, []) == "fail"
	_tf("aws_instance", {"user_data": sprintf("export K=%s", [_key])}, [_key]) == "pass"
	blocks := {"environment": [{"variables": {"X": _key}}]}
	_tf("aws_lambda_function", blocks, []) == "fail"
}
