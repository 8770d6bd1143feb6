package policies.pipe.cloud_access_through_oidc_test

import data.policies.lib.workflow_units_test as units
import data.policies.pipe.cloud_access_through_oidc as policy

_expression(path, flows) := {"path": path, "raw": "${{ x }}", "text": "x", "flows": flows}

_denied(job) := {[found.resource, found.defect] | some found in violations} if {
	violations := policy.deny with input as units.unit([job], [])
}

_undecided(job) := {[found.resource, found.defect] | some found in violations} if {
	violations := policy.undecided with input as units.unit([job], [])
}

_subjects(job) := found if found := policy.subjects with input as units.unit([job], [])

_login(inputs, flows) := units.job(
	"a",
	[units.use(0, "aws-actions/configure-aws-credentials", inputs)],
	{"expressions": [_expression(["steps", 0, "with", "aws-access-key-id"], flows)]},
)

_with_key := {"aws-access-key-id": "${{ x }}"}

test_a_role_alone_passes if {
	job := _login({"role-to-assume": "arn:aws:iam::1:role/x"}, [])
	_denied(job) == set()
	_undecided(job) == set()
	_subjects(job) == {"jobs.a"}
}

test_keys_of_secrets_fail if _denied(_login(_with_key, ["secrets.key"])) == {["jobs.a", "aws-access-key-id"]}

test_keys_of_variables_fail if _denied(_login(_with_key, ["vars.key"])) == {["jobs.a", "aws-access-key-id"]}

test_keys_beside_a_role_fail if {
	job := _login(object.union(_with_key, {"role-to-assume": "arn"}), ["secrets.key"])
	_denied(job) == {["jobs.a", "aws-access-key-id"]}
}

test_keys_of_an_earlier_step_pass if {
	_denied(_login(_with_key, ["steps.assume.outputs.key"])) == set()
	_undecided(_login(_with_key, ["steps.assume.outputs.key"])) == set()
}

test_keys_of_an_input_are_unknown if {
	_undecided(_login(_with_key, ["inputs.key"])) == {["jobs.a", "aws-access-key-id"]}
}

test_neither_role_nor_key_is_unknown if _undecided(_login({}, [])) == {["jobs.a", "login"]}

_env(name, value, flows) := units.job("a", [units.run(0, ["aws s3 ls"])], {
	"node": {"env": {name: value}},
	"expressions": [_expression(["env", name], flows)],
})

test_dummy_literals_of_test_doubles_pass if _denied(_env("AWS_ACCESS_KEY_ID", "test", [])) == set()

test_a_literal_key_fails if {
	_denied(_env("AWS_ACCESS_KEY_ID", concat("", ["AKIA", "IOSFODNN7EXAMPLE"]), [])) == {["jobs.a", "AWS_ACCESS_KEY_ID"]}
}

test_keys_of_other_clouds_are_no_subject if {
	_subjects(_env("ALIBABA_ACCESS_KEY_ID", "${{ x }}", ["secrets.a"])) == set()
}

test_keys_in_a_script_fail if {
	steps := [units.run(0, ["aws configure set aws_secret_access_key ${{_x_}}"])]
	job := units.job("a", steps, {"expressions": [object.union(
		_expression(["steps", 0, "run"], ["secrets.key"]),
		{"raw": "${{_x_}}"},
	)]})
	_denied(job) == {["jobs.a", "aws_secret_access_key"]}
}
