# METADATA
# scope: package
# title: Alarm on ALB errors, unhealthy targets, service and database load, and enable Container Insights
# description: |
#   A service that fails tells nobody by itself. Alarms on errors, on targets that are not healthy and on load wake
#   somebody before the users do, and Container Insights shows which task it is.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-15
# custom:
#   id: OBS-005
#   slug: service-alarms-and-insights
#   family: OBS
#   severity: medium
#   score: 4.3
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::CloudWatch::Alarm
#     - AWS::ECS::Cluster
#     - AWS::SNS::Subscription
#     - AWS::CloudWatch::CompositeAlarm
#     - aws_cloudwatch_metric_alarm
#     - aws_ecs_cluster
#     - aws_ecs_account_setting_default
#     - aws_sns_topic_subscription
#     - aws_cloudwatch_composite_alarm
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - AWS::DocDB::DBCluster
#     - AWS::DocDB::DBInstance
#     - AWS::Neptune::DBCluster
#     - AWS::Neptune::DBInstance
#     - aws_db_instance
#     - aws_rds_cluster
#     - aws_rds_cluster_instance
#     - aws_docdb_cluster
#     - aws_docdb_cluster_instance
#     - aws_neptune_cluster
#     - aws_neptune_cluster_instance
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::TargetGroup
#     - AWS::ECS::Service
#     - aws_lb
#     - aws_lb_listener
#     - aws_lb_target_group
#     - aws_ecs_service
#     - AWS::ECS::TaskDefinition
#     - AWS::ApplicationAutoScaling::ScalableTarget
#     - AWS::ApplicationAutoScaling::ScalingPolicy
#     - AWS::CodeDeploy::DeploymentGroup
#     - aws_ecs_task_definition
#     - aws_appautoscaling_target
#     - aws_appautoscaling_policy
#     - aws_codedeploy_deployment_group
#   subjects:
#     - AWS::CloudWatch::Alarm
#     - AWS::ECS::Cluster
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::TargetGroup
#     - AWS::ECS::Service
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - aws_cloudwatch_metric_alarm
#     - aws_ecs_cluster
#     - aws_lb
#     - aws_lb_target_group
#     - aws_ecs_service
#     - aws_db_instance
#     - aws_rds_cluster
#   params:
#     - name: required_metrics
#       type: list
#       description: "What must have an alarm, where the file declares what it is of."
#       default: [alb-errors, unhealthy-hosts, service-cpu, database-load]
#       stricter: longer
#     - name: without_alarms
#       type: string
#       description: "What it means that a file has no alarm at all: they are elsewhere, or missing."
#       default: unknown
#       presets: {reference-architecture: fail, strict: unknown}
#       stricter: [unknown, fail]
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ECS.12"]
#       nist_800_53_r5: ["AU-6(1)", "SI-4(12)", "CA-7"]
#       pci_dss_4.0: ["10.2.1.1", "10.4.1", "10.4.1.1", "10.4.2", "10.4.3", "10.6.3", "10.7.1"]
#       hipaa: ["164.312(b)"]
#     judged:
#       aws_fsbp: ["CloudWatch.15", "CloudWatch.17"]
#       soc2: ["CC7.2"]
#       iso_27001_2022: ["A.8.16"]
#   cwe: [778]
#   remediation:
#     cloudformation: "Add AWS::CloudWatch::Alarm with AlarmActions for each metric, and ClusterSettings: [{Name:
#       containerInsights, Value: enabled}]."
#     terraform-plan: "Add aws_cloudwatch_metric_alarm with alarm_actions for each metric, and setting { name =
#       \"containerInsights\" value = \"enabled\" }."
#   peers:
#     checkov: [CKV_AWS_65, CKV_AWS_319]
#     trivy: [AWS-0034]
#     guard: [cloudwatch_alarm_action_check]
#     cdk_nag: [AwsSolutions-ECS4, NIST.800.53.R5-CloudWatchAlarmAction]
#     prowler:
#       [ecs_cluster_container_insights_enabled, cloudwatch_alarm_actions_alarm_state_configured,
#        cloudwatch_alarm_actions_enabled]
package policies.obs.service_alarms_and_insights

import data.policies.lib.alarms
import data.policies.lib.assessments
import data.policies.lib.databases
import data.policies.lib.ecs_services
import data.policies.lib.graph
import data.policies.lib.load_balancers
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["OBS-005"]

# What each demand accepts as its metric.
_metrics := {
	"alb-errors": {
		"namespace": "aws/applicationelb",
		"names": {"httpcode_target_5xx_count", "httpcode_elb_5xx_count"},
		"says": "errors of load balancer",
	},
	"unhealthy-hosts": {
		"namespace": "aws/applicationelb",
		"names": {"unhealthyhostcount"},
		"says": "targets that are not healthy in",
	},
	"service-cpu": {"namespace": "aws/ecs", "names": {"cpuutilization"}, "says": "the CPU of service"},
	"database-load": {
		"namespace": "aws/rds",
		"names": {"cpuutilization", "databaseconnections"},
		"says": "the load of database",
	},
}

_group_types := ["AWS::ElasticLoadBalancingV2::TargetGroup", "aws_lb_target_group"]

_protocols := {
	"AWS::ElasticLoadBalancingV2::TargetGroup": ["Properties", "Protocol"],
	"aws_lb_target_group": ["protocol"],
}

_application := {balancer.address |
	some _, balancer in load_balancers.balancers
	balancer.kind == "application"
}

_groups := [group |
	count(_application) > 0
	some group in graph.of_types(_group_types)
	settings.text(value.get(group, _protocols[group.type]), "") in {"http", "https"}
]

# What is watched: a resource, what else its dimensions may name, and the texts that name it.
_monitored["alb-errors"] contains {"address": address, "of": {address}, "names": set()} if {
	count(_groups) > 0
	some address in _application
}

_monitored["unhealthy-hosts"] contains {"address": group.address, "of": {group.address}, "names": set()} if {
	some group in _groups
}

_monitored["service-cpu"] contains {"address": service.address, "of": {service.address}, "names": names} if {
	some _, service in ecs_services.services
	names := _texts(service.address, [["Properties", "ServiceName"], ["name"]])
}

_monitored["database-load"] contains {"address": row.address, "of": of, "names": names} if {
	some role in ["instance", "cluster"]
	some row in databases.of("rds", role)
	of := {row.address} | {member.address | some member in databases.members(row)}
	names := {name |
		some address in of
		some name in _texts(address, [
			["Properties", "DBInstanceIdentifier"],
			["Properties", "DBClusterIdentifier"],
			["identifier"],
			["cluster_identifier"],
		])
	}
}

_texts(address, paths) := {text |
	some path in paths
	text := object.get(input.resources[address].node, path, null)
	is_string(text)
}

_demanded := [{"demand": demand, "watched": watched} |
	some demand in _params.required_metrics
	some watched in object.get(_monitored, demand, set())
]

subjects contains row.watched.address if some row in _demanded

subjects contains alarm.address if some alarm in alarms.all

subjects contains cluster.address if some cluster in _clusters

_of_metrics := [row |
	some demanded in _demanded
	metric := _metrics[demanded.demand]
	state := _watched(demanded.watched, metric)
	row := {
		"state": state,
		"resource": demanded.watched.address,
		"path": [],
		"defect": sprintf("missing/%s", [demanded.demand]),
		"message": sprintf("No alarm %s %s '%s'.", [_says(state), metric.says, demanded.watched.address]),
	}
]

_says(state) := "here surely watches" if state == "open"

_says(state) := "watches" if state != "open"

_watched(watched, metric) := "pass" if count(_matching(watched, metric)) > 0

_watched(watched, metric) := "open" if {
	count(_matching(watched, metric)) == 0
	count(_possible(metric)) > 0
}

_watched(watched, metric) := _params.without_alarms if {
	count(_matching(watched, metric)) == 0
	count(alarms.all) == 0
	_params.without_alarms == "fail"
}

_watched(watched, metric) := "open" if {
	count(_matching(watched, metric)) == 0
	count(alarms.all) == 0
	_params.without_alarms != "fail"
}

_watched(watched, metric) := "fail" if {
	count(_matching(watched, metric)) == 0
	count(_possible(metric)) == 0
	count(alarms.all) > 0
}

_matching(watched, metric) := {found.alarm |
	some named in _names_of(watched)
	some found in object.get(_metrics_on, named, set())
	found.metric.name in metric.names
	found.metric.namespace in {metric.namespace, null}
}

_names_of(watched) := {named | some address in watched.of; named := concat(" ", ["of", address])} | {named |
	some name in watched.names
	named := concat(" ", ["text", name])
}

# The metrics that alarms watch, by what their dimensions refer to or name. Keeps the index without entries defined
# under regorus.
_metrics_on[""] contains null

_metrics_on[named] contains {"alarm": alarm.address, "metric": one} if {
	some alarm in alarms.all
	some one in alarm.metrics
	some address in one.of
	named := concat(" ", ["of", address])
}

_metrics_on[named] contains {"alarm": alarm.address, "metric": one} if {
	some alarm in alarms.all
	some one in alarm.metrics
	some name in one.texts
	named := concat(" ", ["text", name])
}

# Alarms of the metric, or of one that is not known, whose resource is not known.
_possible(metric) := _possible_ones[metric.says]

_possible_ones := {metric.says: found |
	some _, metric in _metrics
	found := [alarm.address |
		some alarm in alarms.all
		some one in alarm.metrics
		one.open
		one.name in metric.names | {null}
		one.namespace in {metric.namespace, null}
	]
}

# Alarms that feed a composite one with actions have theirs.
_composite_paths := {
	"AWS::CloudWatch::CompositeAlarm": {"rule": ["Properties", "AlarmRule"], "actions": ["Properties", "AlarmActions"]},
	"aws_cloudwatch_composite_alarm": {"rule": ["alarm_rule"], "actions": ["alarm_actions"]},
}

_name_paths := {"AWS::CloudWatch::Alarm": ["Properties", "AlarmName"], "aws_cloudwatch_metric_alarm": ["alarm_name"]}

_fed(alarm) if {
	some type, paths in _composite_paths
	some composite in graph.of_types([type])
	count(value.list(object.get(composite.node, paths.actions, null))) > 0
	_feeds(alarm, composite, paths.rule)
}

_feeds(alarm, composite, path) if alarm.address in graph.referenced(composite, path)

_feeds(alarm, composite, path) if {
	name := object.get(alarm.resource.node, _name_paths[alarm.resource.type], null)
	rule := object.get(composite.node, path, null)
	is_string(name)
	is_string(rule)
	contains(rule, name)
}

_of_actions := [row |
	some alarm in alarms.all
	not _fed(alarm)
	record := _acting_record(alarm)
	row := {
		"state": alarms.acts(alarm),
		"resource": alarm.address,
		"path": record.path,
		"defect": "no-actions",
		"message": sprintf("Alarm '%s' tells nobody: %s.", [alarm.address, settings.fact(record)]),
	}
]

_acting_record(alarm) := alarm.enabled if settings.switch(alarm.enabled, "on") != "on"

_acting_record(alarm) := alarm.actions if settings.switch(alarm.enabled, "on") == "on"

# Container Insights of clusters: a setting of theirs, or the default of the account.
_cluster_paths := {
	"AWS::ECS::Cluster": {"settings": ["Properties", "ClusterSettings"], "name": "Name", "value": "Value"},
	"aws_ecs_cluster": {"settings": ["setting"], "name": "name", "value": "value"},
}

_clusters := graph.of_types(object.keys(_cluster_paths))

_insights(cluster) := record if {
	paths := _cluster_paths[cluster.type]
	found := [index |
		some index, setting in value.list(object.get(cluster.node, paths.settings, null))
		lower(value.shown(object.get(setting, paths.name, ""))) == "containerinsights"
	]
	record := _setting(cluster, paths, found)
}

_setting(cluster, paths, found) := value.get(cluster, array.concat(paths.settings, [found[0], paths.value])) if {
	count(found) > 0
}

_setting(cluster, paths, found) := value.get(cluster, paths.settings) if {
	count(found) == 0
	value.is_unknown(value.get(cluster, paths.settings))
}

_setting(cluster, paths, found) := {
	"resource": cluster.address,
	"path": paths.settings,
	"state": "absent",
	"value": null,
} if {
	count(found) == 0
	not value.is_unknown(value.get(cluster, paths.settings))
}

_account_default := states if {
	states := {state |
		some setting in graph.of_types(["aws_ecs_account_setting_default"])
		settings.text(value.get(setting, ["name"]), "") == "containerinsights"
		state := _enabled(settings.text(value.get(setting, ["value"]), "disabled"))
	}
}

_enabled(text) := "open" if text == null

_enabled(text) := "pass" if text in {"enabled", "enhanced"}

_enabled(text) := "fail" if {
	text != null
	not text in {"enabled", "enhanced"}
}

_of_clusters := [row |
	some cluster in _clusters
	record := _insights(cluster)
	row := {
		"state": _insight_state(record),
		"resource": cluster.address,
		"path": record.path,
		"defect": "container-insights",
		"message": sprintf("Cluster '%s' has no Container Insights: %s.", [cluster.address, _insight_fact(record)]),
	}
]

_insight_fact(record) := "the setting 'containerInsights' is not there" if value.is_absent(record)

_insight_fact(record) := sprintf("'containerInsights' is '%s'", [value.shown(record.value)]) if {
	not value.is_absent(record)
}

_insight_state(record) := _enabled(settings.text(record, "disabled")) if not value.is_absent(record)

_insight_state(record) := "pass" if {
	value.is_absent(record)
	"pass" in _account_default
}

_insight_state(record) := "open" if {
	value.is_absent(record)
	_account_default == {"open"}
}

_insight_state(record) := "fail" if {
	value.is_absent(record)
	count(_account_default & {"pass", "open"}) == 0
}

_assessed := array.concat(_of_metrics, array.concat(_of_actions, _of_clusters))

examined contains record if {
	some alarm in alarms.all
	some record in [alarm.actions, alarm.enabled]
}

examined contains record if {
	some alarm in alarms.all
	record := value.present(alarm.resource, _name_paths[alarm.resource.type])
}

examined contains record if {
	some cluster in _clusters
	record := _insights(cluster)
}

examined contains record if {
	some group in _groups
	group.address in subjects
	record := value.get(group, _protocols[group.type])
}

examined contains record if {
	some demanded in _demanded
	some path in [
		["Properties", "ServiceName"],
		["Properties", "DBInstanceIdentifier"],
		["Properties", "DBClusterIdentifier"],
		["name"],
		["identifier"],
		["cluster_identifier"],
	]
	record := value.present(input.resources[demanded.watched.address], path)
	value.is_known(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
