package policies.sec.container_secrets_injected_at_runtime_test

import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units
import data.policies.sec.container_secrets_injected_at_runtime

_judge(resources, strict) := result if {
	facts := {"unit": {"parameters": {"Hidden": {"no_echo": true}, "Open": {"no_echo": false}}}}
	unit := object.union(scan.unit(resources), facts)
	result := container_secrets_injected_at_runtime with input as unit
		with data.params as {"SEC-002": {"require_database_credentials": strict}}
}

_task(environment) := scan.cfn("T", "AWS::ECS::TaskDefinition", {"ContainerDefinitions": [{
	"Name": "web",
	"Environment": environment,
}]})

_outcome(name, written) := units.outcome(_judge([_task([{"Name": name, "Value": written}])], false), "T")

_deny(name, written) := _judge([_task([{"Name": name, "Value": written}])], false).deny

# Assembled, so that no scanner of this repository takes it for a real one.
_key := concat("", ["AKI", "AABCDEFGHIJKLMNOP"])

test_a_secret_name_with_a_literal_fails if {
	_outcome("DB_PASSWORD", "hunter2") == "fail"
	_outcome("API_KEY", 12345) == "fail"
	_outcome("SessionToken", "changeme") == "fail"
}

test_the_value_is_not_in_the_message if {
	some violation in _deny("DB_PASSWORD", "hunter2")
	not contains(violation.message, "hunter2")
	contains(violation.message, "7 characters")
	violation.conceals == ["hunter2"]
	violation.path == ["Properties", "ContainerDefinitions", 0, "Environment", 0, "Value"]
}

test_other_names_switches_and_nothing_pass if {
	_outcome("DB_HOST", "hunter2") == "pass"
	_outcome("TOKEN_TTL", "300") == "pass"
	_outcome("REQUIRE_PASSWORD", "true") == "pass"
	_outcome("REQUIRE_PASSWORD", false) == "pass"
	_outcome("DB_PASSWORD", "") == "pass"
}

test_arns_and_names_of_declared_things_pass if {
	_outcome("DB_SECRET", scan.ref("Secret")) == "pass"
	_outcome("DB_SECRET", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db-AbCdEf") == "pass"
	_outcome("DB_SECRET", {"$partial": ["arn:aws:secretsmanager:eu:1:secret:", scan.parameter("Open")]}) == "pass"
}

test_keys_of_aws_fail_whatever_they_are_called_after if {
	_outcome("AWS_ACCESS_KEY_ID", "anything") == "fail"
	_outcome("AWS_SECRET_ACCESS_KEY", "anything") == "fail"
}

test_a_dynamic_reference_fails_wherever_it_stands if {
	secret := {"$secret": "{{resolve:secretsmanager:db:SecretString:password}}"}
	_outcome("DB_PASSWORD", secret) == "fail"
	_outcome("DB_URL", {"$partial": ["postgres://app:", secret, "@db/shop"]}) == "fail"
}

test_a_no_echo_parameter_fails if {
	_outcome("DB_PASSWORD", scan.parameter("Hidden")) == "fail"
	_outcome("DB_URL", {"$partial": ["postgres://app:", scan.parameter("Hidden"), "@db/shop"]}) == "fail"
}

test_another_open_value_of_a_secret_name_is_open if {
	_outcome("DB_PASSWORD", scan.parameter("Open")) == "unknown"
	_outcome("DB_HOST", scan.parameter("Open")) == "pass"
}

test_a_url_with_a_password_fails if {
	_outcome("DATABASE_URL", "postgres://app:hunter2@db.example.com/shop") == "fail"
	_outcome("DATABASE_URL", {"$partial": ["postgres://app:hunter2@", scan.ref("Db"), "/shop"]}) == "fail"
	_outcome("DATABASE_URL", "postgres://app@db.example.com/shop") == "pass"
	some violation in _deny("DATABASE_URL", "postgres://app:hunter2@db.example.com/shop")
	violation.conceals == ["hunter2"]
}

test_a_known_form_of_credential_fails_under_any_name if {
	_outcome("SETTINGS", sprintf("{\"k\": \"%s\"}", [_key])) == "fail"
	_outcome("SETTINGS", concat("", ["AKIA", "IOSFODNN7EXAMPLE"])) == "pass"
}

test_what_gives_the_secret_itself_fails if {
	password := object.union(scan.tf("random_password.db", "random_password", {}), {})
	task := scan.tf("aws_ecs_task_definition.t", "aws_ecs_task_definition", {"container_definitions": [{
		"name": "web",
		"environment": [{"name": "DB_PASSWORD", "value": {"$reference": {
			"address": "random_password.db",
			"attribute": "result",
		}}}],
	}]})
	units.outcome(_judge([password, task], false), "aws_ecs_task_definition.t") == "fail"
}

test_secrets_and_files_of_variables_pass if {
	task := scan.cfn("T", "AWS::ECS::TaskDefinition", {"ContainerDefinitions": [{
		"Name": "web",
		"Secrets": [{"Name": "DB_PASSWORD", "ValueFrom": scan.ref("Secret")}],
		"EnvironmentFiles": [{"Type": "s3", "Value": "arn:aws:s3:::settings/web.env"}],
	}]})
	units.outcome(_judge([task], true), "T") == "pass"
}

test_containers_that_are_not_known_are_open if {
	task := scan.cfn("T", "AWS::ECS::TaskDefinition", {"ContainerDefinitions": scan.parameter("All")})
	units.outcome(_judge([task], false), "T") == "unknown"
	units.outcome(_judge([_task(scan.parameter("Environment"))], false), "T") == "unknown"
}

_db := scan.cfn("Db", "AWS::RDS::DBInstance", {"Engine": "postgres"})

_with_role(extra) := scan.cfn("T", "AWS::ECS::TaskDefinition", object.union({"ContainerDefinitions": [{
	"Name": "web",
	"Environment": [{"Name": "DB_HOST", "Value": {"$reference": {"address": "Db", "attribute": "Endpoint.Address"}}}],
}]}, extra))

_role(action) := object.union(
	scan.cfn("Role", "AWS::IAM::Role", {"Policies": [{"PolicyDocument": {"Statement": [{
		"Effect": "Allow",
		"Action": action,
		"Resource": "*",
	}]}}]}),
	{"documents": []},
)

test_a_database_without_credentials_fails_where_that_is_asked if {
	units.outcome(_judge([_db, _with_role({})], true), "T") == "fail"
	units.outcome(_judge([_db, _with_role({})], false), "T") == "pass"
}

test_a_role_that_may_read_the_secret_gives_credentials if {
	with_role := _with_role({"TaskRoleArn": scan.ref("Role")})
	units.outcome(_judge([_db, _role("secretsmanager:GetSecretValue"), with_role], true), "T") == "pass"
	units.outcome(_judge([_db, _role("secretsmanager:Get*"), with_role], true), "T") == "pass"
	units.outcome(_judge([_db, _role("s3:GetObject"), with_role], true), "T") == "fail"
}

test_a_role_from_elsewhere_is_open if {
	units.outcome(_judge([_db, _with_role({"TaskRoleArn": scan.parameter("Role")})], true), "T") == "unknown"
}
