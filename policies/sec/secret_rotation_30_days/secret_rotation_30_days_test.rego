package policies.sec.secret_rotation_30_days_test

import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units
import data.policies.sec.secret_rotation_30_days

_judge(resources, params) := result if {
	result := secret_rotation_30_days with input as scan.unit(resources)
		with data.params as {"SEC-003": params}
}

_seed := {"max_days": 30, "all_secrets": false}

_secret(properties) := scan.cfn("Secret", "AWS::SecretsManager::Secret", properties)

_db_secret := _secret({"Name": "shop/db"})

_schedule(properties) := scan.cfn("Schedule", "AWS::SecretsManager::RotationSchedule", object.union(
	{"SecretId": scan.ref("Secret"), "RotationLambdaARN": "arn:aws:lambda:eu-central-1:123456789012:function:r"},
	properties,
))

_rules(rules) := units.outcome(_judge([_db_secret, _schedule({"RotationRules": rules})], _seed), "Schedule")

test_a_database_secret_needs_a_schedule if {
	units.outcome(_judge([_db_secret], _seed), "Secret") == "fail"
	with_schedule := [_db_secret, _schedule({"RotationRules": {"AutomaticallyAfterDays": 30}})]
	units.outcome(_judge(with_schedule, _seed), "Secret") == "pass"
}

test_other_secrets_count_in_strict_only if {
	other := _secret({"Name": "shop/stripe"})
	units.outcome(_judge([other], _seed), "Secret") == ""
	units.outcome(_judge([other], {"max_days": 30, "all_secrets": true}), "Secret") == "fail"
}

test_the_interval_is_bounded if {
	_rules({"AutomaticallyAfterDays": 30}) == "pass"
	_rules({"AutomaticallyAfterDays": "31"}) == "fail"
	_rules({"ScheduleExpression": "rate(30 days)"}) == "pass"
	_rules({"ScheduleExpression": "rate(40 days)"}) == "fail"
	_rules({"ScheduleExpression": "cron(0 8 1,15 * ? *)"}) == "pass"
	_rules({"ScheduleExpression": "cron(0 8 1 * ? *)"}) == "fail"
	_rules({}) == "fail"
}

test_the_bound_is_a_parameter if {
	all := [_db_secret, _schedule({"RotationRules": {"AutomaticallyAfterDays": 90}})]
	units.outcome(_judge(all, {"max_days": 90, "all_secrets": false}), "Schedule") == "pass"
}

test_a_schedule_of_any_secret_is_judged if {
	all := [_secret({"Name": "shop/stripe"}), _schedule({"RotationRules": {"AutomaticallyAfterDays": 60}})]
	units.outcome(_judge(all, _seed), "Schedule") == "fail"
	units.outcome(_judge(all, _seed), "Secret") == ""
}

test_intervals_that_are_not_known_are_open if {
	_rules({"AutomaticallyAfterDays": scan.parameter("Days")}) == "unknown"
	_rules({"ScheduleExpression": scan.parameter("When")}) == "unknown"
	_rules({"ScheduleExpression": "cron(0 8 15W * ? *)"}) == "unknown"
}

test_a_schedule_without_a_function_fails if {
	idle := scan.cfn("Schedule", "AWS::SecretsManager::RotationSchedule", {
		"SecretId": scan.ref("Secret"),
		"RotationRules": {"AutomaticallyAfterDays": 30},
	})
	units.outcome(_judge([_db_secret, idle], _seed), "Schedule") == "fail"
	hosted := object.union(idle, scan.cfn("Schedule", "AWS::SecretsManager::RotationSchedule", {
		"SecretId": scan.ref("Secret"),
		"HostedRotationLambda": {"RotationType": "PostgreSQLSingleUser"},
		"RotationRules": {"AutomaticallyAfterDays": 30},
	}))
	units.outcome(_judge([_db_secret, hosted], _seed), "Schedule") == "pass"
}

test_a_schedule_of_a_secret_from_elsewhere_leaves_secrets_open if {
	stray := scan.cfn("Schedule", "AWS::SecretsManager::RotationSchedule", {
		"SecretId": scan.parameter("SecretArn"),
		"RotationLambdaARN": "arn:aws:lambda:eu-central-1:123456789012:function:r",
		"RotationRules": {"AutomaticallyAfterDays": 30},
	})
	units.outcome(_judge([_db_secret, stray], _seed), "Secret") == "unknown"
}

test_attachments_and_proxies_make_a_secret_one_of_a_database if {
	plain := _secret({"Name": "shop/main"})
	attachment := scan.cfn("A", "AWS::SecretsManager::SecretTargetAttachment", {"SecretId": scan.ref("Secret")})
	proxy := scan.cfn("P", "AWS::RDS::DBProxy", {"Auth": [{"SecretArn": scan.ref("Secret")}]})
	units.outcome(_judge([plain], _seed), "Secret") == ""
	units.outcome(_judge([plain, attachment], _seed), "Secret") == "fail"
	units.outcome(_judge([plain, proxy], _seed), "Secret") == "fail"
}

test_a_dynamic_reference_by_name_makes_a_secret_one_of_a_database if {
	database := scan.cfn("Main", "AWS::RDS::DBInstance", {"MasterUserPassword": {
		"$secret": "{{resolve:secretsmanager:shop/main:SecretString:password}}",
	}})
	units.outcome(_judge([_secret({"Name": "shop/main"}), database], _seed), "Secret") == "fail"
}

test_a_schedule_by_the_attachment_counts if {
	attachment := scan.cfn("A", "AWS::SecretsManager::SecretTargetAttachment", {"SecretId": scan.ref("Secret")})
	schedule := _schedule({"SecretId": scan.ref("A"), "RotationRules": {"AutomaticallyAfterDays": 7}})
	units.outcome(_judge([_secret({}), attachment, schedule], _seed), "Secret") == "pass"
}

test_managed_secrets_rotate_themselves if {
	managed := scan.cfn("D", "AWS::RDS::DBInstance", {"ManageMasterUserPassword": true})
	units.outcome(_judge([managed], _seed), "D") == "pass"
	other := scan.cfn("D", "AWS::RDS::DBInstance", {})
	units.outcome(_judge([other], _seed), "D") == ""
}

_plan_secret := scan.tf("aws_secretsmanager_secret.main", "aws_secretsmanager_secret", {"name": "main"})

_version := scan.tf("aws_secretsmanager_secret_version.main", "aws_secretsmanager_secret_version", {
	"secret_id": scan.ref("aws_secretsmanager_secret.main"),
	"secret_string": scan.ref("random_password.main"),
})

_plan_database := scan.tf("aws_db_instance.main", "aws_db_instance", {"password": scan.ref("random_password.main")})

test_a_random_password_that_a_database_shares_makes_a_secret_one_of_a_database if {
	units.outcome(_judge([_plan_secret, _version], _seed), "aws_secretsmanager_secret.main") == ""
	units.outcome(_judge([_plan_secret, _version, _plan_database], _seed), "aws_secretsmanager_secret.main") == "fail"
}

test_a_schedule_of_a_managed_secret_needs_no_function if {
	database := scan.tf("aws_db_instance.main", "aws_db_instance", {"manage_master_user_password": true})
	schedule := scan.tf("r.r", "aws_secretsmanager_secret_rotation", {
		"secret_id": scan.ref("aws_db_instance.main"),
		"rotation_rules": [{"automatically_after_days": 7}],
	})
	units.outcome(_judge([database, schedule], _seed), "r.r") == "pass"
}
