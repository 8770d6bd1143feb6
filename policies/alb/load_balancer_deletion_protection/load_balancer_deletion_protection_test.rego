package policies.alb.load_balancer_deletion_protection_test

import data.policies.alb.load_balancer_deletion_protection as policy
import data.policies.lib.network_units_test as units

_verdict(resources) := {"deny": deny, "undecided": undecided, "subjects": subjects} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit
	undecided := policy.undecided with input as unit
	subjects := policy.subjects with input as unit
}

_balancer(properties) := units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", properties)

_protection(written) := {"LoadBalancerAttributes": [{"Key": "deletion_protection.enabled", "Value": written}]}

test_protection_passes_and_its_absence_fails if {
	_verdict([_balancer(_protection("true"))]).deny == set()
	some absent in _verdict([_balancer({})]).deny
	absent.path == ["Properties", "LoadBalancerAttributes", "deletion_protection.enabled"]
	some off in _verdict([_balancer(_protection("false"))]).deny
	off.path == ["Properties", "LoadBalancerAttributes", 0, "Value"]
	count(_verdict([units.tf("aws_lb.l", "aws_lb", {"enable_deletion_protection": false})]).deny) == 1
}

test_load_balancers_of_development_are_not_judged if {
	_verdict([_balancer({"Tags": [{"Key": "Environment", "Value": "dev"}]})]).subjects == set()
	_verdict([_balancer({"Name": "orders-preview"})]).subjects == set()
	_verdict([_balancer({"Tags": [{"Key": "Environment", "Value": "production"}]})]).subjects == {"Lb"}
}

test_an_undecided_environment_is_unknown if {
	verdict := _verdict([_balancer({"Tags": [{"Key": "Environment", "Value": units.parameter("Env")}]})])
	verdict.deny == set()
	count(verdict.undecided) == 1
}

test_an_undecided_value_is_unknown if {
	verdict := _verdict([_balancer(_protection(units.parameter("Protect")))])
	verdict.deny == set()
	some question in verdict.undecided
	contains(question.message, "'Protect' has no default")
}
