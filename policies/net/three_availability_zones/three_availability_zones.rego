# METADATA
# scope: package
# title: Spread services, load balancers and databases over three Availability Zones
# description: |
#   A service in one or two zones loses half or all of its capacity when a zone fails, and with it what the recovery
#   needs. Three zones lose a third, which the other two can carry.
# related_resources:
#   - ref: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/availability-zones.html
# custom:
#   id: NET-007
#   slug: three-availability-zones
#   family: NET
#   severity: medium
#   score: 4.6
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::AutoScaling::AutoScalingGroup
#     - AWS::EC2::Subnet
#     - AWS::ECS::Service
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::RDS::DBSubnetGroup
#     - aws_autoscaling_group
#     - aws_db_subnet_group
#     - aws_ecs_service
#     - aws_lb
#     - aws_lb_listener
#     - aws_subnet
#     - data.aws_availability_zones
#   subjects:
#     - AWS::AutoScaling::AutoScalingGroup
#     - AWS::ECS::Service
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::RDS::DBSubnetGroup
#     - aws_autoscaling_group
#     - aws_db_subnet_group
#     - aws_ecs_service
#     - aws_lb
#   params:
#     - name: min_azs
#       type: integer
#       description: How many zones a service, load balancer, subnet group or scaling group must reach.
#       default: 3
#       presets: {}
#       stricter: higher
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ELB.13", "AutoScaling.2"]
#       iso_27001_2022: ["A.8.14"]
#     judged:
#       nist_800_53_r5: ["CP-10", "SC-36", "SI-13(5)"]
#       soc2: ["A1.2"]
#   cwe: [654]
#   remediation:
#     cloudformation: "Define one subnet per AZ with Fn::Select over Fn::GetAZs and list all three."
#     terraform-plan: "for_each over slice(data.aws_availability_zones.available.names, 0, 3)."
#   peers:
#     prowler: [elbv2_is_in_multiple_az, autoscaling_group_multiple_az]
package policies.net.three_availability_zones

import data.policies.lib.assessments
import data.policies.lib.balancer_subnets
import data.policies.lib.graph
import data.policies.lib.load_balancers
import data.policies.lib.network_joins
import data.policies.lib.value

_params := data.params["NET-007"]

_subnet_types := ["AWS::EC2::Subnet", "aws_subnet"]

_lists := {
	"AWS::ECS::Service": ["Properties", "NetworkConfiguration", "AwsvpcConfiguration", "Subnets"],
	"AWS::RDS::DBSubnetGroup": ["Properties", "SubnetIds"],
	"AWS::AutoScaling::AutoScalingGroup": ["Properties", "VPCZoneIdentifier"],
	"aws_ecs_service": ["network_configuration", 0, "subnets"],
	"aws_db_subnet_group": ["subnet_ids"],
	"aws_autoscaling_group": ["vpc_zone_identifier"],
}

_zone_paths := {
	"AWS::EC2::Subnet": [["Properties", "AvailabilityZone"], ["Properties", "AvailabilityZoneId"]],
	"aws_subnet": [["availability_zone"], ["availability_zone_id"]],
}

# Who must be spread, and where each names its subnets.
_consumers := array.concat(
	[{"resource": resource, "paths": [path]} |
		some type, path in _lists
		some resource in graph.of_types([type])
	],
	[{"resource": balancer, "paths": paths} |
		some balancer in graph.of_types(["AWS::ElasticLoadBalancingV2::LoadBalancer", "aws_lb"])
		load_balancers.balancers[balancer.address].kind != "gateway"
		paths := balancer_subnets.paths(balancer)
	],
)

_found(consumer) := [found |
	some path in consumer.paths
	some found in network_joins.joins(consumer.resource, path, _subnet_types)
]

# The zones of some subnets: those that are told apart, and how many subnets have one that is not.
_zone(subnet) := array.concat([key |
	some path in _zone_paths[subnet.type]
	key := _key(object.get(subnet.node, path, null))
	key != ""
], [""])[0]

# How a zone is told from others; what the service chooses, or is given at deployment, may be any.
_key(written) := lower(written) if is_string(written)

_key(written) := written["$unknown"].name if {
	value.unknown(written)
	regex.match(`^Fn::GetAZs\[[0-9]+\]$`, written["$unknown"].name)
}

_key(written) := "" if {
	value.unknown(written)
	not regex.match(`^Fn::GetAZs\[[0-9]+\]$`, written["$unknown"].name)
}

_key(written) := _item(written["$reference"]) if value.reference(written)

_key(written) := "" if {
	not is_string(written)
	not value.unknown(written)
	not value.reference(written)
}

# An item of a list of zones: `names[0]` of a data source.
_item(reference) := sprintf("%s.%s", [reference.address, reference.attribute]) if {
	contains(reference.address, "aws_availability_zone")
	endswith(reference.attribute, "]")
}

_item(reference) := "" if not endswith(reference.attribute, "]")

_item(reference) := "" if {
	endswith(reference.attribute, "]")
	not contains(reference.address, "aws_availability_zone")
}

_spread := [spread |
	some consumer in _consumers
	found := _found(consumer)
	count(found) > 0
	addresses := {address | some one in found; some address in one.to}
	zones := {zone | some address in addresses; zone := _zone(input.resources[address]); zone != ""}
	floating := {address | some address in addresses; _zone(input.resources[address]) == ""}
	spread := {
		"resource": consumer.resource.address,
		"path": consumer.paths[0],
		"zones": zones,
		"floating": count(floating),
		"open": [one | some one in found; one.open],
		"all": addresses,
	}
]

_assessed := [row |
	some spread in _spread
	row := {
		"state": _state(spread),
		"resource": spread.resource,
		"path": spread.path,
		"defect": "zones",
		"message": _message(spread, _state(spread)),
		"related": [place |
			some address in sort([each | some each in spread.all])
			place := {"address": address, "path": [], "message": "This is one of the subnets."}
		],
	}
]

_state(spread) := "pass" if count(spread.zones) >= _params.min_azs

_state(spread) := "open" if {
	count(spread.zones) < _params.min_azs
	_may_reach(spread)
}

_state(spread) := "fail" if {
	count(spread.zones) < _params.min_azs
	not _may_reach(spread)
}

# A list that is handed in holds any number of subnets; any other item of a list that is written is one.
_may_reach(spread) if {
	some one in spread.open
	_is_list(one, spread)
}

_may_reach(spread) if _at_most(spread) >= _params.min_azs

_is_list(one, spread) if {
	one.path == spread.path
	not one.path[count(one.path) - 1] in {"SubnetId", "subnet_id"}
}

_is_list(one, spread) if {
	written := object.get(input.resources[spread.resource].node, one.path, null)
	value.unknown(written)
	contains(object.get(input.unit, ["parameters", written["$unknown"].name, "type"], ""), "List")
}

_at_most(spread) := (count(spread.zones) + spread.floating) + count(spread.open)

_message(_, "pass") := ""

_message(spread, "fail") := sprintf("'%s' is spread over at most %d Availability Zones, and %d are demanded.", [
	spread.resource,
	_at_most(spread),
	_params.min_azs,
])

_message(spread, "open") := sprintf("Whether '%s' is spread over %d Availability Zones cannot be decided: %s.", [
	spread.resource,
	_params.min_azs,
	_missing(spread),
])

_missing(spread) := network_joins.waits(written) if {
	count(spread.open) > 0
	written := object.get(input.resources[spread.resource].node, spread.open[0].path, null)
	written != null
}

_missing(spread) := "not all of its subnets are declared here" if {
	count(spread.open) > 0
	object.get(input.resources[spread.resource].node, spread.open[0].path, null) == null
}

_missing(spread) := "not every subnet says its zone" if count(spread.open) == 0

subjects contains spread.resource if some spread in _spread

examined contains record if {
	some spread in _spread
	record := value.present(input.resources[spread.resource], spread.path)
}

examined contains record if {
	some spread in _spread
	some address in spread.all
	some path in _zone_paths[input.resources[address].type]
	record := value.present(input.resources[address], path)
	value.is_known(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
