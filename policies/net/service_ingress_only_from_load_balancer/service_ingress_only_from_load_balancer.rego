# METADATA
# scope: package
# title: Accept task traffic only from the load balancer security group
# description: |
#   Whoever reaches the tasks directly is past the load balancer, its TLS, its web ACL and its logs. Tasks that admit
#   only the security group of their load balancer, and of one another, leave no such way.
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
# custom:
#   id: NET-011
#   slug: service-ingress-only-from-load-balancer
#   family: NET
#   severity: high
#   score: 7.6
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::EC2::PrefixList
#     - AWS::EC2::SecurityGroup
#     - AWS::EC2::SecurityGroupEgress
#     - AWS::EC2::SecurityGroupIngress
#     - AWS::EC2::Subnet
#     - AWS::EC2::VPC
#     - AWS::ECS::Service
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::ListenerRule
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::TargetGroup
#     - aws_default_security_group
#     - aws_ec2_managed_prefix_list
#     - aws_ec2_managed_prefix_list_entry
#     - aws_ecs_service
#     - aws_elb
#     - aws_lb
#     - aws_lb_listener
#     - aws_lb_listener_rule
#     - aws_lb_target_group
#     - aws_security_group
#     - aws_security_group_rule
#     - aws_subnet
#     - aws_vpc
#     - aws_vpc_security_group_egress_rule
#     - aws_vpc_security_group_ingress_rule
#     - data.aws_ec2_managed_prefix_list
#     - data.aws_prefix_list
#   subjects:
#     - AWS::EC2::SecurityGroup
#     - AWS::EC2::SecurityGroupIngress
#     - AWS::ECS::Service
#     - aws_default_security_group
#     - aws_ecs_service
#     - aws_security_group
#     - aws_security_group_rule
#     - aws_vpc_security_group_ingress_rule
#   params: []
#   packs: [reference-architecture, strict]
#   yields_to: [NET-008, NET-009]
#   frameworks:
#     judged:
#       nist_800_53_r5: ["AC-4", "SC-7(5)", "AC-6"]
#       pci_dss_4.0: ["1.3.1"]
#       iso_27001_2022: ["A.8.22"]
#   cwe: [284, 1327]
#   remediation:
#     cloudformation: "SourceSecurityGroupId: !Ref AlbSecurityGroup."
#     terraform-plan: "referenced_security_group_id = aws_security_group.alb.id."
package policies.net.service_ingress_only_from_load_balancer

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.group_sources
import data.policies.lib.load_balancers
import data.policies.lib.network_joins
import data.policies.lib.security_groups
import data.policies.lib.traffic
import data.policies.lib.value

_network_paths := {
	"AWS::ECS::Service": ["Properties", "NetworkConfiguration"],
	"aws_ecs_service": ["network_configuration"],
}

_group_paths := {
	"AWS::ECS::Service": ["Properties", "NetworkConfiguration", "AwsvpcConfiguration", "SecurityGroups"],
	"aws_ecs_service": ["network_configuration", 0, "security_groups"],
	"AWS::ElasticLoadBalancingV2::LoadBalancer": ["Properties", "SecurityGroups"],
	"AWS::ElasticLoadBalancing::LoadBalancer": ["Properties", "SecurityGroups"],
	"aws_lb": ["security_groups"],
	"aws_elb": ["security_groups"],
}

_balancer_paths := {"AWS::ECS::Service": ["Properties", "LoadBalancers"], "aws_ecs_service": ["load_balancer"]}

_groups(address) := group_sources.named(input.resources[address], _group_paths[input.resources[address].type])

# Only the tasks of awsvpc services have groups of their own.
_all_services := [service |
	some service in graph.of_types(object.keys(_network_paths))
	network := value.present(service, _network_paths[service.type])
	not value.is_absent(network)
	network.value != []
]

_services := [service |
	some service in _all_services
	_concerned(service.address)
	not _keeps_clients(service.address)
]

_concerned(address) if traffic.services[address].balanced

_concerned(address) if count(group_sources.rules_of(_groups(address).to)) > 0

# A network load balancer without groups passes the addresses of clients on, which only blocks can admit.
_keeps_clients(address) if {
	balancers := traffic.services[address].balancers
	count(balancers) > 0
	every balancer in balancers {
		object.get(load_balancers.balancers, [balancer, "kind"], "") == "network"
		not _groups(balancer).written
	}
}

# The sources of a rule that are groups of tasks, which may talk to each other.
_tasks_among(row) := group_sources.source_of(row).to & _task_groups if row.kind == "group"

_tasks_among(row) := set() if row.kind != "group"

_task_groups := {group | some service in _all_services; some group in _groups(service.address).to}

# The groups from which a service may be reached, and whether there may be others.
_gates(address) := {"to": to, "open": count(open) > 0} if {
	balancers := traffic.services[address].balancers
	to := {group | some balancer in balancers; some group in _groups(balancer).to}
	open := array.concat(
		[balancer | some balancer in balancers; _groups(balancer).open],
		[address | traffic.services[address].open],
	)
}

# Each rule of a group of tasks, with the services that have the group.
_rules := [{"row": row, "services": users} |
	some row in group_sources.rules_of({group | some service in _services; some group in _groups(service.address).to})
	users := {user | some group in row.groups; some user in object.get(_users, group, set())}
]

# Keeps the index without entries defined under regorus; no address is empty.
_users[""] contains null

_users[group] contains service.address if {
	some service in _services
	some group in _groups(service.address).to
}

_of_rules := [assessed |
	some rule in _rules
	gates := [gate | some user in rule.services; gate := _gates(user)]
	allowed := {group | some gate in gates; some group in gate.to} | _tasks_among(rule.row)
	answer := group_sources.from(rule.row, allowed)
	state := _state(answer, [gate | some gate in gates; gate.open], rule.row)
	assessed := {
		"state": state,
		"resource": rule.row.origin,
		"path": rule.row.path,
		"defect": sprintf("source/%s", [rule.row.key]),
		"message": sprintf("%s admits '%s' on %s to the tasks of '%s'%s.", [
			security_groups.group_shown(rule.row),
			rule.row.shown,
			security_groups.ports_shown(rule.row),
			concat("', '", sort([user | some user in rule.services])),
			_tails[state],
		]),
		"related": [place |
			some user in sort([each | some each in rule.services])
			place := {"address": user, "path": [], "message": "These tasks have the security group."}
		],
	}
]

_tails := {
	"fail": ", past the security group of their load balancer",
	"open": "; whether it is the security group of their load balancer cannot be decided",
	"pass": "",
}

_state("yes", _, _) := "pass"

_state("open", _, _) := "open"

_state("no", _, row) := "fail" if row.kind != "group"

_state("no", open, row) := "fail" if {
	row.kind == "group"
	count(open) == 0
}

_state("no", open, row) := "open" if {
	row.kind == "group"
	count(open) > 0
}

_of_groups := [assessed |
	some service in _services
	found := _groups(service.address)
	not found.written
	path := _group_paths[service.type]
	record := value.present(service, path)
	assessed := {
		"state": {"unknown": "open", "known": "fail", "absent": "fail"}[record.state],
		"resource": service.address,
		"path": path,
		"defect": "no-groups",
		"message": sprintf("'%s' names no security group, so that its tasks get the default one of the VPC.", [
			service.address,
		]),
	}
]

# The load balancer must get through to the port of the container.
_of_ports := [assessed |
	some service in _services
	found := _groups(service.address)
	found.written
	some port in {each | some each in traffic.services[service.address].ports}
	state := _reached(found, port)
	assessed := {
		"state": state,
		"resource": service.address,
		"path": _group_paths[service.type],
		"defect": sprintf("port/%s", [value.shown(port)]),
		"message": sprintf("%s '%s' of '%s' from its load balancer%s.", [
			{"fail": "No rule admits port", "open": "Whether a rule admits port", "pass": "A rule admits port"}[state],
			value.shown(port),
			service.address,
			{"fail": "", "open": sprintf(" cannot be decided: %s", [_doubt(found, port)]), "pass": ""}[state],
		]),
	}
]

_doubt(found, _) := found.why if found.open

_doubt(found, port) := network_joins.waits(port) if {
	not found.open
	value.opaque(port)
}

_doubt(found, port) := "its security groups have no rules here, or some that are not known" if {
	not found.open
	not value.opaque(port)
}

_reached(found, port) := "pass" if _some_rule(found, port, "yes")

_reached(found, port) := "open" if {
	not _some_rule(found, port, "yes")
	_perhaps(found, port)
}

_reached(found, port) := "fail" if {
	not _some_rule(found, port, "yes")
	not _perhaps(found, port)
}

_perhaps(found, port) if value.number(port) == null

_perhaps(_, port) if value.opaque(port)

_perhaps(found, _) if found.open

# The rules may live in another stack.
_perhaps(found, _) if count(group_sources.rules_of(found.to)) == 0

_perhaps(found, port) if _some_rule(found, port, "unknown")

_some_rule(found, port, answer) if {
	some row in group_sources.rules_of(found.to)
	row.protocol in {"tcp", "udp", "all", "unknown"}
	_admits(row, port) == answer
}

_admits(row, port) := security_groups.holds(row, value.number(port)) if not value.opaque(port)

_admits(_, port) := "unknown" if value.opaque(port)

_of_undecided := [assessed |
	some service in _services
	found := _groups(service.address)
	found.open
	assessed := {
		"state": "open",
		"resource": service.address,
		"path": _group_paths[service.type],
		"defect": "groups",
		"message": sprintf("Whether only the load balancer reaches the tasks of '%s' cannot be decided: %s.", [
			service.address,
			found.why,
		]),
	}
]

_assessed := array.concat(array.concat(_of_rules, _of_groups), array.concat(_of_ports, _of_undecided))

subjects contains service.address if some service in _services

subjects contains row.resource if some row in _of_rules

examined contains record if {
	some service in _services
	some path in [_network_paths[service.type], _group_paths[service.type], _balancer_paths[service.type]]
	record := value.present(service, path)
}

examined contains record if {
	some balancer in graph.of_types(["AWS::ElasticLoadBalancingV2::LoadBalancer", "aws_lb"])
	record := value.present(balancer, _group_paths[balancer.type])
	value.is_known(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
