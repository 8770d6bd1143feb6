# METADATA
# scope: package
# title: Avoid all-protocol and wide port-range rules
# description: |
#   A rule for all protocols or hundreds of ports opens what nobody thought of: debuggers, agents, the next service on
#   the same host. One port per rule says what is wanted and nothing else.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18
# custom:
#   id: NET-010
#   slug: no-broad-port-rules
#   family: NET
#   severity: medium
#   score: 6.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::EC2::PrefixList
#     - AWS::EC2::SecurityGroup
#     - AWS::EC2::SecurityGroupEgress
#     - AWS::EC2::SecurityGroupIngress
#     - AWS::EC2::Subnet
#     - AWS::EC2::VPC
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - aws_default_security_group
#     - aws_ec2_managed_prefix_list
#     - aws_ec2_managed_prefix_list_entry
#     - aws_elb
#     - aws_lb
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
#     - AWS::EC2::SecurityGroupEgress
#     - AWS::EC2::SecurityGroupIngress
#     - aws_default_security_group
#     - aws_security_group
#     - aws_security_group_rule
#     - aws_vpc_security_group_egress_rule
#     - aws_vpc_security_group_ingress_rule
#   params:
#     - name: max_port_span
#       type: integer
#       description: How many neighbouring ports one rule may open.
#       default: 1
#       presets: {baseline: 100, reference-architecture: 1, strict: 1}
#       stricter: lower
#     - name: check_egress
#       type: string
#       description: "Which egress to the internet counts: none, that of all-protocols, or any."
#       default: "off"
#       presets: {strict: any}
#       stricter: ["off", "all-protocols", "any"]
#     - name: tolerate_self
#       type: boolean
#       description: Accept rules for every protocol between members of one group.
#       default: true
#       presets: {strict: false}
#       stricter: "false"
#   packs: [baseline, reference-architecture, strict]
#   yields_to: [NET-008, NET-009, NET-011, NET-012]
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-7b", "SC-7(5)", "AC-4"]
#       pci_dss_4.0: ["1.2.5"]
#       iso_27001_2022: ["A.8.20"]
#   cwe: [1327, 284]
#   remediation:
#     cloudformation: "State one port per rule."
#     terraform-plan: "from_port = to_port = the container port."
#   peers:
#     checkov: [CKV_AWS_382]
#     trivy: [AWS-0104]
#     cfn_nag: [W27, W42, W5, F1000]
#     guard:
#       [security_group_ingress_port_range_rule, security_group_ingress_all_protocols_rule,
#        ec2_security_group_egress_open_to_world_rule, security_group_missing_egress_rule]
package policies.net.no_broad_port_rules

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.network_joins
import data.policies.lib.security_groups
import data.policies.lib.value

_params := data.params["NET-010"]

_group_types := ["AWS::EC2::SecurityGroup", "aws_security_group", "aws_default_security_group"]

_inline_paths := {
	"AWS::EC2::SecurityGroup": [["Properties", "SecurityGroupIngress"], ["Properties", "SecurityGroupEgress"]],
	"aws_security_group": [["ingress"], ["egress"]],
	"aws_default_security_group": [["ingress"], ["egress"]],
}

_balancer_types := {
	"AWS::ElasticLoadBalancingV2::LoadBalancer",
	"AWS::ElasticLoadBalancing::LoadBalancer",
	"aws_lb",
	"aws_elb",
}

# What comes from the whole internet is judged by the controls of open ports.
_of_ingress := [assessed |
	some row in security_groups.rules.ingress
	row.reach != "world"
	breadth := _breadth(row)
	assessed := {
		"state": _state(row, breadth),
		"resource": row.origin,
		"path": row.path,
		"defect": sprintf("ingress/%s", [row.key]),
		"message": sprintf("%s admits %s on %s from '%s'%s.", [
			security_groups.group_shown(row),
			security_groups.protocol_shown(row),
			security_groups.ports_shown(row),
			row.shown,
			_why(row, breadth),
		]),
		"related": security_groups.owners(row),
	}
]

_state(_, "narrow") := "pass"

_state(_, "open") := "open"

_state(row, "broad") := "fail" if row.reach == "other"

# Another control judges it where the source turns out to be the world.
_state(row, "broad") := "open" if row.reach == "unknown"

_why(row, breadth) := "" if _state(row, breadth) != "open"

_why(row, breadth) := sprintf("; which ports it opens is not known: %s", [row.waits]) if breadth == "open"

_why(row, breadth) := sprintf("; whether that is the whole internet is not known: %s", [row.waits]) if {
	breadth == "broad"
	_state(row, breadth) == "open"
}

# "narrow", "broad" or "open".
_breadth(row) := "narrow" if row.protocol in {"icmp", "icmpv6"}

_breadth(row) := "open" if row.protocol == "unknown"

_breadth(row) := "broad" if {
	row.protocol in {"tcp", "udp"}
	row.ports == "all"
	not _excused(row)
}

_breadth(row) := "broad" if {
	not row.protocol in {"tcp", "udp", "icmp", "icmpv6", "unknown"}
	not _excused(row)
}

_breadth(row) := "narrow" if {
	not row.protocol in {"icmp", "icmpv6", "unknown"}
	not _numbered(row)
	_excused(row)
}

_breadth(row) := "open" if {
	row.protocol in {"tcp", "udp"}
	row.ports == "unknown"
	row.one_port == null
}

# The port of a database, or of a parameter, is one port whichever it is.
_breadth(row) := "narrow" if {
	row.protocol in {"tcp", "udp"}
	row.ports == "unknown"
	row.one_port != null
}

_breadth(row) := "narrow" if {
	_numbered(row)
	_spans_little(row)
}

_breadth(row) := "broad" if {
	_numbered(row)
	not _spans_little(row)
}

_numbered(row) if {
	row.protocol in {"tcp", "udp"}
	row.ports == "range"
}

_spans_little(row) if {
	row.ports == "range"
	(row.to - row.from) + 1 <= _params.max_port_span
}

# Hosts that map ports dynamically are reached by their load balancer on all of them.
_spans_little(row) if {
	row.ports == "range"
	row.from >= 32768
	_from_balancer(row)
}

_from_balancer(row) if {
	row.kind == "group"
	sources := network_joins.join(input.resources[row.origin], row.at, _group_types).to
	count(sources) > 0
	every source in sources {
		_balances(source)
	}
}

_balances(group) if {
	some place in security_groups.attachments[group].attached
	place.type in _balancer_types
}

# Members of a group that talk to each other.
_excused(row) if {
	_params.tolerate_self
	row.protocol == "all"
	_within(row)
}

_within(row) if row.kind == "self"

_within(row) if {
	row.kind == "group"
	sources := network_joins.join(input.resources[row.origin], row.at, _group_types).to
	count(sources) > 0
	sources == {group | some group in row.groups}
}

_of_egress := [assessed |
	_params.check_egress != "off"
	some row in security_groups.rules.egress
	row.reach != "other"
	counted := _counted(row)
	counted != "no"
	assessed := {
		"state": _egress_state(row, counted),
		"resource": row.origin,
		"path": row.path,
		"defect": sprintf("egress/%s", [row.key]),
		"message": sprintf("%s lets everything out: %s on %s to '%s'.", [
			security_groups.group_shown(row),
			security_groups.protocol_shown(row),
			security_groups.ports_shown(row),
			row.shown,
		]),
		"related": security_groups.owners(row),
	}
]

_counted(row) := "yes" if _params.check_egress == "any"

_counted(row) := "yes" if {
	_params.check_egress == "all-protocols"
	row.protocol == "all"
}

_counted(row) := "open" if {
	_params.check_egress == "all-protocols"
	row.protocol == "unknown"
}

_counted(row) := "no" if {
	_params.check_egress == "all-protocols"
	not row.protocol in {"all", "unknown"}
}

_egress_state(row, counted) := "fail" if {
	row.reach == "world"
	counted == "yes"
}

_egress_state(row, counted) := "open" if {
	row.reach == "world"
	counted == "open"
}

_egress_state(row, _) := "open" if row.reach == "unknown"

# A template that says nothing about what leaves keeps the rule that AWS adds; Terraform removes it.
_of_default_egress := [assessed |
	_params.check_egress != "off"
	some group in graph.of_types(["AWS::EC2::SecurityGroup"])
	object.get(group.node, ["Properties", "SecurityGroupEgress"], []) in [null, []]
	not group.address in _with_egress
	assessed := {
		"state": _default_state,
		"resource": group.address,
		"path": ["Properties", "SecurityGroupEgress"],
		"defect": "egress/default",
		"message": sprintf("Security group '%s' states no egress rule, so that AWS adds one that lets everything out.", [
			group.address,
		]),
	}
]

_with_egress := {group | some row in security_groups.rules.egress; some group in row.groups}

# A rule of a group that the unit does not show may be one of any group.
_default_state := "open" if count([row | some row in security_groups.rules.egress; _adrift(row)]) > 0

_default_state := "fail" if count([row | some row in security_groups.rules.egress; _adrift(row)]) == 0

_adrift(row) if {
	row.open
	value.unknown(object.get(input.resources[row.origin].node, ["Properties", "GroupId"], null))
	count(row.groups) > 0
}

_assessed := array.concat(_of_ingress, array.concat(_of_egress, _of_default_egress))

subjects contains group.address if some group in graph.of_types(_group_types)

subjects contains row.origin if some row in security_groups.rules.ingress

subjects contains row.resource if some row in array.concat(_of_egress, _of_default_egress)

examined contains record if {
	some group in graph.of_types(_group_types)
	some path in _inline_paths[group.type]
	record := value.present(group, path)
}

examined contains record if {
	some rule in graph.of_types(["AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"])
	record := value.present(rule, ["Properties", "GroupId"])
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
