package policies.lib.alarms_test

import data.policies.lib.alarms
import data.policies.lib.network_units_test as units

_alarm(properties) := alarm if {
	all := alarms.all with input as units.unit([units.cfn("A", "AWS::CloudWatch::Alarm", properties)])
	alarm := all[0]
}

_acts(properties) := alarms.acts(_alarm(properties))

test_the_metric_and_what_it_is_of if {
	metric := _alarm({
		"Namespace": "AWS/ECS",
		"MetricName": "CPUUtilization",
		"Dimensions": [{"Name": "ServiceName", "Value": units.ref("S")}, {"Name": "ClusterName", "Value": "main"}],
	}).metrics[0]
	[metric.namespace, metric.name, metric.of, metric.texts, metric.open] == [
		"aws/ecs",
		"cpuutilization",
		{"S"},
		{"main"},
		false,
	]
}

test_metrics_inside_expressions_count if {
	alarm := _alarm({"Metrics": [
		{"Expression": "a/b"},
		{"MetricStat": {"Metric": {"Namespace": "AWS/RDS", "MetricName": "DatabaseConnections"}}},
	]})
	[metric.name | some metric in alarm.metrics] == ["databaseconnections"]
}

test_an_undecided_dimension_may_be_any_resource if {
	_alarm({"MetricName": "M", "Dimensions": [{"Value": units.parameter("Name")}]}).metrics[0].open
	_alarm({"MetricName": "M", "Dimensions": units.parameter("D")}).metrics[0].open
}

test_an_alarm_acts_when_it_has_actions_that_are_not_switched_off if {
	_acts({"AlarmActions": [units.ref("T")]}) == "pass"
	_acts({"AlarmActions": []}) == "fail"
	_acts({}) == "fail"
	_acts({"AlarmActions": [units.ref("T")], "ActionsEnabled": "false"}) == "fail"
	_acts({"AlarmActions": units.parameter("Actions")}) == "open"
	_acts({"AlarmActions": [units.ref("T")], "ActionsEnabled": units.parameter("E")}) == "open"
}

test_dimensions_of_a_plan_are_a_map if {
	declared := units.tf("aws_cloudwatch_metric_alarm.a", "aws_cloudwatch_metric_alarm", {
		"metric_name": "CPUUtilization",
		"namespace": "AWS/RDS",
		"dimensions": {"DBInstanceIdentifier": "orders"},
		"alarm_actions": ["arn:aws:sns:eu-west-1:111122223333:ops"],
	})
	all := alarms.all with input as units.unit([declared])
	[all[0].metrics[0].texts, alarms.acts(all[0])] == [{"orders"}, "pass"]
}
