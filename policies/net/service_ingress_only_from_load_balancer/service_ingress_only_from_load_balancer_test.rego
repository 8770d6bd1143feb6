package policies.net.service_ingress_only_from_load_balancer_test

import data.policies.lib.network_units_test as units
import data.policies.net.service_ingress_only_from_load_balancer as policy

_verdict(resources) := {"deny": deny, "undecided": undecided, "subjects": subjects} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit
	undecided := policy.undecided with input as unit
	subjects := policy.subjects with input as unit
}

_service(name, groups) := units.cfn(name, "AWS::ECS::Service", {
	"LoadBalancers": [{"ContainerPort": 8080, "TargetGroupArn": units.ref("Targets")}],
	"NetworkConfiguration": {"AwsvpcConfiguration": groups},
})

_chain(balancer) := [
	units.cfn("Targets", "AWS::ElasticLoadBalancingV2::TargetGroup", {"Port": 8080}),
	units.cfn("Listener", "AWS::ElasticLoadBalancingV2::Listener", {
		"LoadBalancerArn": units.ref("Lb"),
		"DefaultActions": [{"Type": "forward", "TargetGroupArn": units.ref("Targets")}],
	}),
	units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", balancer),
	units.cfn("Front", "AWS::EC2::SecurityGroup", {}),
	units.cfn("Other", "AWS::EC2::SecurityGroup", {}),
]

_web := {"SecurityGroups": [units.ref("Front")]}

_tasks(rules) := units.cfn("Tasks", "AWS::EC2::SecurityGroup", {"SecurityGroupIngress": rules})

_from(source) := object.union({"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080}, source)

_behind(rules) := _verdict(array.concat(_chain(_web), [
	_service("Service", {"SecurityGroups": [units.ref("Tasks")]}),
	_tasks(rules),
]))

test_the_group_of_the_load_balancer_passes if {
	verdict := _behind([_from({"SourceSecurityGroupId": units.ref("Front")})])
	verdict.deny == set()
	verdict.undecided == set()
	verdict.subjects == {"Service", "Tasks"}
}

test_blocks_lists_and_foreign_groups_fail_at_their_rules if {
	verdict := _behind([
		_from({"SourceSecurityGroupId": units.ref("Front")}),
		_from({"CidrIp": "10.0.0.0/8"}),
		_from({"SourcePrefixListId": "pl-1"}),
		_from({"SourceSecurityGroupId": units.ref("Other")}),
	])
	{violation.path[2] | some violation in verdict.deny} == {1, 2, 3}
	{violation.resource | some violation in verdict.deny} == {"Tasks"}
}

test_rules_by_a_resource_of_their_own_are_pooled if {
	verdict := _verdict(array.concat(_chain(_web), [
		_service("Service", {"SecurityGroups": [units.ref("Tasks"), units.ref("Extra")]}),
		_tasks([]),
		units.cfn("Extra", "AWS::EC2::SecurityGroup", {}),
		units.cfn("Rule", "AWS::EC2::SecurityGroupIngress", object.union(
			_from({"SourceSecurityGroupId": units.ref("Front")}),
			{"GroupId": units.ref("Extra")},
		)),
	]))
	verdict.deny == set()
	verdict.undecided == set()
}

test_members_and_other_services_may_call if {
	verdict := _verdict(array.concat(_chain(_web), [
		_service("Service", {"SecurityGroups": [units.ref("Tasks")]}),
		_service("Caller", {"SecurityGroups": [units.ref("Other")]}),
		_tasks([
			_from({"SourceSecurityGroupId": units.ref("Front")}),
			_from({"SourceSecurityGroupId": units.ref("Tasks")}),
			_from({"SourceSecurityGroupId": units.ref("Other")}),
		]),
	]))
	{violation.resource | some violation in verdict.deny} == set()
}

test_a_port_that_no_rule_covers_fails_at_the_service if {
	rule := object.union(_from({"SourceSecurityGroupId": units.ref("Front")}), {"FromPort": 80, "ToPort": 80})
	some violation in _behind([rule]).deny
	violation.resource == "Service"
	violation.defect == "port/8080"
}

test_a_group_without_rules_is_unknown if {
	verdict := _behind([])
	verdict.deny == set()
	{question.defect | some question in verdict.undecided} == {"port/8080"}
}

test_no_group_is_the_default_group if {
	verdict := _verdict(array.concat(_chain(_web), [_service("Service", {"Subnets": ["subnet-1"]})]))
	some violation in verdict.deny
	violation.defect == "no-groups"
}

test_a_group_that_is_handed_in_is_unknown if {
	verdict := _verdict(array.concat(_chain(_web), [_service("Service", {"SecurityGroups": [units.parameter("Group")]})]))
	verdict.deny == set()
	{question.resource | some question in verdict.undecided} == {"Service"}
	every question in verdict.undecided {
		startswith(question.message, "Whether ")
		contains(question.message, "cannot be decided: 'Group' has no default")
	}
}

test_a_foreign_group_is_unknown_while_the_load_balancer_is_not_declared if {
	verdict := _verdict([
		_service("Service", {"SecurityGroups": [units.ref("Tasks")]}),
		_tasks([_from({"SourceSecurityGroupId": units.ref("Other")})]),
		units.cfn("Other", "AWS::EC2::SecurityGroup", {}),
	])
	verdict.deny == set()
	{question.resource | some question in verdict.undecided} == {"Tasks"}
}

test_a_network_load_balancer_without_groups_needs_blocks if {
	verdict := _verdict(array.concat(_chain({"Type": "network"}), [
		_service("Service", {"SecurityGroups": [units.ref("Tasks")]}),
		_tasks([_from({"CidrIp": "10.0.0.0/8"})]),
	]))
	verdict.subjects == set()
	with_groups := _verdict(array.concat(_chain(object.union(_web, {"Type": "network"})), [
		_service("Service", {"SecurityGroups": [units.ref("Tasks")]}),
		_tasks([_from({"CidrIp": "10.0.0.0/8"})]),
	]))
	count(with_groups.deny) == 1
}

test_a_worker_without_load_balancer_and_rules_is_not_judged if {
	worker := units.cfn("Worker", "AWS::ECS::Service", {"NetworkConfiguration": {"AwsvpcConfiguration": {
		"SecurityGroups": [units.ref("Tasks")],
	}}})
	_verdict([worker, _tasks([])]).subjects == set()
	count(_verdict([worker, _tasks([_from({"CidrIp": "10.0.0.0/8"})])]).deny) == 1
}
