package policies.lib.joins_test

import data.policies.lib.joins
import data.policies.lib.network_units_test as units

_names := {"AWS::ECS::Cluster": ["Properties", "ClusterName"]}

_joined(value) := found if {
	cluster := units.cfn("C", "AWS::ECS::Cluster", {"ClusterName": "Shop"})
	service := units.cfn("S", "AWS::ECS::Service", {"Cluster": value})
	found := joins.join(service, ["Properties", "Cluster"], _names) with input as units.unit([cluster, service])
}

test_a_reference_joins if _joined(units.ref("C")) == {"to": {"C"}, "open": false, "written": true}

test_an_equal_name_joins_whatever_its_case if _joined("shop").to == {"C"}

test_an_arn_joins_by_its_name if {
	_joined("arn:aws:ecs:eu-west-1:111122223333:cluster/shop") == {"to": {"C"}, "open": false, "written": true}
}

test_another_name_stays_open if _joined("other") == {"to": set(), "open": true, "written": true}

test_a_parameter_stays_open if _joined(units.parameter("Cluster")) == {"to": set(), "open": true, "written": true}

test_nothing_written_is_no_join if _joined(null) == {"to": set(), "open": false, "written": false}
