package policies.lib.backups_test

import data.policies.lib.backups
import data.policies.lib.network_units_test as units

_kinds := [`^\*$`, `^arn:[^:]*:rds:[^:]*:[^:]*:(db:)?\*$`]

_database := units.cfn("D", "AWS::RDS::DBInstance", {"Tags": [{"Key": "backup", "Value": "daily"}]})

_plan(rule) := units.cfn("P", "AWS::Backup::BackupPlan", {"BackupPlan": {"BackupPlanRule": [rule]}})

_covering(selection) := found if {
	chosen := units.cfn("S", "AWS::Backup::BackupSelection", {
		"BackupPlanId": units.ref("P"),
		"BackupSelection": selection,
	})
	unit := units.unit([_database, _plan({}), chosen])
	found := backups.covering(_database, _kinds) with input as unit
}

_certain := [{"selection": "S", "plans": {"P"}, "certain": true}]

_perhaps := [{"selection": "S", "plans": {"P"}, "certain": false}]

test_a_reference_covers if _covering({"Resources": [units.ref("D")]}) == _certain

test_an_arn_with_wildcards_covers if {
	_covering({"Resources": ["arn:aws:rds:*:*:db:*"]}) == _certain
	_covering({"Resources": ["*"]}) == _certain
	_covering({"Resources": [{"$partial": ["arn:aws:rds:", units.parameter("R"), ":1:db:*"]}]}) == _certain
	_covering({"Resources": ["arn:aws:rds:*:*:cluster:*"]}) == []
}

test_a_tag_covers if {
	_covering({"ListOfTags": [{"ConditionKey": "backup", "ConditionValue": "daily"}]}) == _certain
	_covering({"ListOfTags": [{"ConditionKey": "backup", "ConditionValue": "none"}]}) == []
	_covering({"ListOfTags": [{"ConditionKey": "backup", "ConditionValue": units.parameter("T")}]}) == _perhaps
}

test_what_narrows_may_leave_it_out if {
	_covering({"Resources": ["*"], "NotResources": ["arn:aws:rds:*:*:db:x"]}) == _perhaps
	_covering({"Resources": ["*"], "ListOfTags": [{"ConditionKey": "a", "ConditionValue": "b"}]}) == _perhaps
}

test_an_undecided_list_may_cover if _covering({"Resources": units.parameter("Arns")}) == _perhaps

_daily(rule) := answer if {
	unit := units.unit([_plan(rule)])
	rules := backups.rules_of("P") with input as unit
	answer := backups.continuous_daily(rules[0])
}

test_a_rule_keeps_continuous_backups_only_when_told if {
	_daily({"ScheduleExpression": "cron(0 5 ? * * *)"}) == "no"
	_daily({"EnableContinuousBackup": true}) == "yes"
	_daily({"EnableContinuousBackup": units.parameter("C")}) == "open"
}

test_a_schedule_must_be_daily if {
	_daily({"EnableContinuousBackup": true, "ScheduleExpression": "cron(0 5 ? * * *)"}) == "yes"
	_daily({"EnableContinuousBackup": true, "ScheduleExpression": "cron(0 5 1 * ? *)"}) == "no"
	_daily({"EnableContinuousBackup": true, "ScheduleExpression": "cron(0 5 ? * SUN *)"}) == "no"
	_daily({"EnableContinuousBackup": true, "ScheduleExpression": "rate(12 hours)"}) == "yes"
	_daily({"EnableContinuousBackup": true, "ScheduleExpression": "rate(7 days)"}) == "no"
	_daily({"EnableContinuousBackup": true, "ScheduleExpression": units.parameter("S")}) == "open"
}
