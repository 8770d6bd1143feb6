package policies.kms.lambda_environment_encrypted_test

import data.policies.kms.lambda_environment_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := lambda_environment_encrypted with input as unit with data.params as {"KMS-017": {"kms_level": level}}
}

_function(properties, level) := outcome if {
	unit := units.template({"F": {"type": "AWS::Lambda::Function", "properties": properties}})
	outcome := units.outcome(_result(unit, level), "F")
}

_variables := {"Environment": {"Variables": {"TABLE": "orders"}}}

test_variables_without_a_key_have_that_of_aws if {
	_function(_variables, "any") == "pass"
	_function(_variables, "aws-managed") == "pass"
	_function(_variables, "cmk") == "fail"
}

test_variables_with_a_key_pass if {
	_function(object.union(_variables, {"KmsKeyArn": "arn:aws:kms:eu-west-1:1:key/2"}), "cmk") == "pass"
	_function(object.union(_variables, {"KmsKeyArn": units.unknown("parameter", "Key")}), "cmk") == "pass"
}

test_an_empty_key_is_none if _function(object.union(_variables, {"KmsKeyArn": ""}), "cmk") == "fail"

test_an_opaque_key_is_undecided if {
	_function(object.union(_variables, {"KmsKeyArn": units.unknown("dynamic-reference", "/key")}), "cmk") == "unknown"
}

test_a_function_without_variables_is_not_judged if {
	_function({}, "cmk") == ""
	_function({"Environment": {}}, "cmk") == ""
	_function({"Environment": {"Variables": {}}}, "cmk") == ""
}

test_variables_that_may_not_be_there_are_undecided if {
	_function({"Environment": units.unknown("condition", "HasVariables")}, "cmk") == "unknown"
}

test_a_planned_function_is_judged_alike if {
	unit := units.plan({
		"aws_lambda_function.none": {"type": "aws_lambda_function", "values": {"environment": []}},
		"aws_lambda_function.empty": {"type": "aws_lambda_function", "values": {"environment": [{"variables": null}]}},
		"aws_lambda_function.plain": {
			"type": "aws_lambda_function",
			"values": {"environment": [{"variables": {"TABLE": "orders"}}], "kms_key_arn": ""},
		},
		"aws_lambda_function.own": {
			"type": "aws_lambda_function",
			"values": {"environment": [{"variables": {"TABLE": "orders"}}], "kms_key_arn": "mrk-1"},
		},
	})
	result := _result(unit, "cmk")
	result.subjects == {"aws_lambda_function.plain", "aws_lambda_function.own"}
	units.outcome(result, "aws_lambda_function.plain") == "fail"
	units.outcome(result, "aws_lambda_function.own") == "pass"
}
