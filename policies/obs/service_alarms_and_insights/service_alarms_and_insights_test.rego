package policies.obs.service_alarms_and_insights_test

import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units
import data.policies.obs.service_alarms_and_insights

_all := ["alb-errors", "unhealthy-hosts", "service-cpu", "database-load"]

_judge(resources, without) := result if {
	result := service_alarms_and_insights with input as scan.unit(resources)
		with data.params as {"OBS-005": {"required_metrics": _all, "without_alarms": without}}
}

_defects(resources) := {[violation.resource, violation.defect] | some violation in _judge(resources, "fail").deny}

_service := scan.cfn("S", "AWS::ECS::Service", {"ServiceName": "web"})

_alarm(namespace, metric, of) := scan.cfn("A", "AWS::CloudWatch::Alarm", {
	"Namespace": namespace,
	"MetricName": metric,
	"Dimensions": [{"Name": "D", "Value": of}],
	"AlarmActions": [scan.ref("Topic")],
})

test_a_service_needs_an_alarm_on_its_cpu if {
	_defects([_service, _alarm("AWS/ECS", "CPUUtilization", scan.ref("S"))]) == set()
	_defects([_service, _alarm("AWS/ECS", "CPUUtilization", "web")]) == set()
	_defects([_service, _alarm("AWS/ECS", "MemoryUtilization", scan.ref("S"))]) == {["S", "missing/service-cpu"]}
	_defects([_service, _alarm("AWS/RDS", "CPUUtilization", scan.ref("S"))]) == {["S", "missing/service-cpu"]}
}

test_no_alarm_at_all_is_missing_or_elsewhere if {
	units.outcome(_judge([_service], "fail"), "S") == "fail"
	units.outcome(_judge([_service], "unknown"), "S") == "unknown"
}

test_an_alarm_of_what_cannot_be_told_may_be_the_one if {
	stray := _alarm("AWS/ECS", "CPUUtilization", scan.parameter("Service"))
	units.outcome(_judge([_service, stray], "fail"), "S") == "unknown"
}

_front := [
	scan.cfn("L", "AWS::ElasticLoadBalancingV2::LoadBalancer", {"Type": "application"}),
	scan.cfn("G", "AWS::ElasticLoadBalancingV2::TargetGroup", {"Protocol": "HTTP"}),
]

test_a_load_balancer_with_target_groups_needs_two_alarms if {
	_defects(_front) == {["L", "missing/alb-errors"], ["G", "missing/unhealthy-hosts"]}
	_defects(array.concat(_front, [_alarm("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", scan.ref("L"))])) == {[
		"G",
		"missing/unhealthy-hosts",
	]}
}

test_target_groups_without_such_a_load_balancer_are_not_asked if _defects([_front[1]]) == set()

test_a_load_balancer_without_target_groups_is_not_asked if _defects([_front[0]]) == set()

test_an_alarm_on_an_instance_of_a_cluster_is_one_of_the_cluster if {
	cluster := [
		scan.cfn("C", "AWS::RDS::DBCluster", {"Engine": "aurora-mysql"}),
		scan.cfn("M", "AWS::RDS::DBInstance", {"Engine": "aurora-mysql", "DBClusterIdentifier": scan.ref("C")}),
	]
	_defects(cluster) == {["C", "missing/database-load"]}
	_defects(array.concat(cluster, [_alarm("AWS/RDS", "DatabaseConnections", scan.ref("M"))])) == set()
}

test_an_alarm_without_actions_fails_itself if {
	silent := scan.cfn("A", "AWS::CloudWatch::Alarm", {"MetricName": "Errors"})
	_defects([silent]) == {["A", "no-actions"]}
}

test_a_composite_alarm_acts_for_its_parts if {
	part := scan.cfn("A", "AWS::CloudWatch::Alarm", {"MetricName": "Errors", "AlarmName": "errors"})
	whole := scan.cfn("W", "AWS::CloudWatch::CompositeAlarm", {
		"AlarmRule": "ALARM(\"errors\") OR ALARM(\"latency\")",
		"AlarmActions": [scan.ref("Topic")],
	})
	_defects([part, whole]) == set()
}

test_metrics_inside_expressions_are_accepted if {
	expression := scan.cfn("A", "AWS::CloudWatch::Alarm", {
		"Metrics": [{"MetricStat": {"Metric": {
			"Namespace": "AWS/ECS",
			"MetricName": "CPUUtilization",
			"Dimensions": [{"Name": "ServiceName", "Value": scan.ref("S")}],
		}}}],
		"AlarmActions": [scan.ref("Topic")],
	})
	_defects([_service, expression]) == set()
}

_insights(settings) := _defects([scan.cfn("C", "AWS::ECS::Cluster", settings)])

test_insights_are_disabled_unless_they_are_set if {
	_insights({}) == {["C", "container-insights"]}
	_insights({"ClusterSettings": [{"Name": "containerInsights", "Value": "disabled"}]}) == {["C", "container-insights"]}
	_insights({"ClusterSettings": [{"Name": "containerInsights", "Value": "enhanced"}]}) == set()
}

test_the_account_may_set_them if {
	cluster := scan.tf("aws_ecs_cluster.c", "aws_ecs_cluster", {"name": "main"})
	account := scan.tf("aws_ecs_account_setting_default.a", "aws_ecs_account_setting_default", {
		"name": "containerInsights",
		"value": "enabled",
	})
	_defects([cluster, account]) == set()
	_defects([cluster]) == {["aws_ecs_cluster.c", "container-insights"]}
}
