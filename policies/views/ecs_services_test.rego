package policies.views.ecs_services_test

import data.policies.lib.ecs_services
import data.policies.lib.network_units_test as units
import data.policies.views.ecs_services as view

_rows(resources) := rows if {
	rows := view.rows with input as units.unit(resources)
}

_service(address, properties) := units.cfn(address, "AWS::ECS::Service", properties)

_target(address, id) := units.cfn(address, "AWS::ApplicationAutoScaling::ScalableTarget", {
	"ResourceId": id,
	"ScalableDimension": "ecs:service:DesiredCount",
	"ServiceNamespace": "ecs",
})

_policy(properties) := units.cfn("P", "AWS::ApplicationAutoScaling::ScalingPolicy", properties)

test_a_service_joins_its_task_by_reference_or_family if {
	task := units.cfn("T", "AWS::ECS::TaskDefinition", {"Family": "web"})
	_rows([task, _service("S", {"TaskDefinition": units.ref("T")})]).services.S.task.to == {"T"}
	_rows([task, _service("S", {"TaskDefinition": "web:7"})]).services.S.task.to == {"T"}
	_rows([task, _service("S", {"TaskDefinition": units.parameter("Task")})]).services.S.task.open
}

test_defaults_of_a_service if {
	row := _rows([_service("S", {})]).services.S
	[row.scheduling, row.controller, row.balanced, row.class] == ["replica", "ecs", "no", "unclassified"]
}

test_a_target_names_its_service_inside_a_text if {
	id := {"$partial": ["service/", units.ref("C"), "/", units.ref("S")]}
	_rows([_service("S", {}), _target("T", id)]).targets.T.services == {"S"}
}

test_a_target_names_its_service_by_the_end_of_a_literal if {
	_rows([_service("S", {"ServiceName": "web"}), _target("T", "service/main/web")]).targets.T.services == {"S"}
	_rows([_service("S", {"ServiceName": "web"}), _target("T", "service/main/api")]).targets.T.services == set()
	tail := {"$partial": ["service/", units.parameter("Cluster"), "/web"]}
	_rows([_service("S", {"ServiceName": "web"}), _target("T", tail)]).targets.T.services == {"S"}
}

test_an_undecided_target_is_open if {
	row := _rows([_service("S", {}), _target("T", units.parameter("Id"))]).targets.T
	[row.services, row.open] == [set(), true]
}

_joined(resources) := found if {
	found := ecs_services.targets_of(ecs_services.services.S) with input as units.unit(resources)
}

test_one_target_and_one_service_belong_together if {
	[one.address | some one in _joined([_service("S", {}), _target("T", units.parameter("Id"))])] == ["T"]
	_joined([_service("S", {}), _service("U", {}), _target("T", units.parameter("Id"))]) == []
}

test_targets_of_other_namespaces_are_none if {
	table := units.cfn("T", "AWS::ApplicationAutoScaling::ScalableTarget", {"ServiceNamespace": "dynamodb"})
	_rows([table]).targets == {}
}

test_a_policy_belongs_to_the_service_of_its_target if {
	id := {"$partial": ["service/main/", units.ref("S")]}
	base := [_service("S", {}), _target("T", id)]
	_rows(array.concat(base, [_policy({"ScalingTargetId": units.ref("T")})])).policies.P.services == {"S"}
	_rows(array.concat(base, [_policy({"ResourceId": id})])).policies.P.services == {"S"}
}

test_a_policy_with_the_same_literal_id_belongs_to_the_target if {
	base := [_service("S", {"ServiceName": "web"}), _target("T", "service/main/web")]
	_rows(array.concat(base, [_policy({"ResourceId": "service/main/web"})])).policies.P.targets == {"T"}
}

test_a_deployment_group_names_its_services if {
	group := units.cfn("G", "AWS::CodeDeploy::DeploymentGroup", {"ECSServices": [{"ServiceName": units.ref("S")}]})
	_rows([_service("S", {}), group]).services.S.deployment_groups == ["G"]
	planned := [
		units.tf("aws_ecs_service.s", "aws_ecs_service", {"name": "web"}),
		units.tf("aws_codedeploy_deployment_group.g", "aws_codedeploy_deployment_group", {
			"ecs_service": [{"cluster_name": "main", "service_name": "web"}],
		}),
	]
	_rows(planned).services["aws_ecs_service.s"].deployment_groups == ["aws_codedeploy_deployment_group.g"]
}

test_an_undecided_deployment_group_may_be_any_services if {
	group := units.cfn("G", "AWS::CodeDeploy::DeploymentGroup", {"ECSServices": [{"ServiceName": units.parameter("N")}]})
	row := _rows([_service("S", {}), group]).services.S
	[row.deployment_groups, row.groups_open] == [[], true]
}
