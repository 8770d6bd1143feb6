package policies.views.traffic_test

import data.policies.lib.network_units_test as units
import data.policies.views.traffic as view

_rows(resources) := rows if {
	rows := view.rows with input as units.unit(resources)
}

_group(name) := units.cfn(name, "AWS::ElasticLoadBalancingV2::TargetGroup", {})

_balancer := units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", {})

_listener(balancer, actions) := units.cfn("Listener", "AWS::ElasticLoadBalancingV2::Listener", {
	"LoadBalancerArn": balancer,
	"DefaultActions": actions,
})

_service := units.cfn("Service", "AWS::ECS::Service", {"LoadBalancers": [{
	"TargetGroupArn": units.ref("Targets"),
	"ContainerPort": 80,
}]})

test_a_service_is_followed_to_its_load_balancer if {
	rows := _rows([
		_group("Targets"), _balancer, _service,
		_listener(units.ref("Lb"), [{"Type": "forward", "TargetGroupArn": units.ref("Targets")}]),
	])
	rows.groups.Targets == {
		"address": "Targets",
		"listeners": ["Listener"],
		"rules": [],
		"balancers": ["Lb"],
		"services": ["Service"],
		"open": false,
	}
	rows.services.Service == {
		"address": "Service",
		"groups": ["Targets"],
		"balancers": ["Lb"],
		"ports": [80],
		"open": false,
		"balanced": true,
	}
}

test_weighted_groups_and_rules_lead_there_too if {
	rows := _rows([
		_group("Blue"), _group("Green"), _group("Third"), _balancer,
		_listener(units.ref("Lb"), [{"Type": "forward", "ForwardConfig": {"TargetGroups": [
			{"TargetGroupArn": units.ref("Blue"), "Weight": 1},
			{"TargetGroupArn": units.ref("Green"), "Weight": 9},
		]}}]),
		units.cfn("Rule", "AWS::ElasticLoadBalancingV2::ListenerRule", {
			"ListenerArn": units.ref("Listener"),
			"Actions": [{"Type": "forward", "TargetGroupArn": units.ref("Third")}],
		}),
	])
	rows.listeners.Listener.groups == ["Blue", "Green"]
	rows.groups.Green.balancers == ["Lb"]
	rows.groups.Third.rules == ["Rule"]
	rows.groups.Third.listeners == ["Listener"]
	rows.groups.Third.balancers == ["Lb"]
}

test_the_blocks_of_a_plan_are_followed_by_reference_and_by_arn if {
	arn := "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/t/1"
	rows := _rows([
		units.tf("aws_lb_target_group.t", "aws_lb_target_group", {"arn": arn}),
		units.tf("aws_lb.l", "aws_lb", {}),
		units.tf("aws_lb_listener.l", "aws_lb_listener", {
			"load_balancer_arn": units.ref("aws_lb.l"),
			"default_action": [{"type": "forward", "target_group_arn": arn}],
		}),
	])
	rows.groups["aws_lb_target_group.t"].balancers == ["aws_lb.l"]
}

test_what_the_unit_does_not_declare_leaves_the_way_open if {
	rows := _rows([
		_group("Targets"), _service,
		_listener(units.parameter("Arn"), [{"Type": "forward", "TargetGroupArn": units.ref("Targets")}]),
	])
	rows.groups.Targets.open == true
	rows.services.Service.open == true
	_rows([_service]).services.Service.open == true
	_rows([_service, _group("Targets")]).services.Service.open == true
}

test_a_service_without_load_balancers_is_not_balanced if {
	rows := _rows([units.cfn("Worker", "AWS::ECS::Service", {})])
	rows.services.Worker.balanced == false
	rows.services.Worker.open == false
}
