# METADATA
# scope: package
# title: Block internet access to remote administration ports in security groups and network ACLs
# description: |
#   Remote administration ports that the whole internet can reach are found within minutes and then tried with
#   stolen and guessed credentials, and with every exploit there is, for as long as they stay open.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-53
# custom:
#   id: NET-009
#   slug: no-world-admin-ports
#   family: NET
#   severity: critical
#   score: 9.3
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::EC2::NetworkAcl
#     - AWS::EC2::NetworkAclEntry
#     - AWS::EC2::PrefixList
#     - AWS::EC2::SecurityGroup
#     - AWS::EC2::SecurityGroupEgress
#     - AWS::EC2::SecurityGroupIngress
#     - AWS::EC2::Subnet
#     - AWS::EC2::VPC
#     - aws_default_network_acl
#     - aws_default_security_group
#     - aws_ec2_managed_prefix_list
#     - aws_ec2_managed_prefix_list_entry
#     - aws_network_acl
#     - aws_network_acl_rule
#     - aws_security_group
#     - aws_security_group_rule
#     - aws_subnet
#     - aws_vpc
#     - aws_vpc_security_group_egress_rule
#     - aws_vpc_security_group_ingress_rule
#     - data.aws_ec2_managed_prefix_list
#     - data.aws_prefix_list
#   subjects:
#     - AWS::EC2::NetworkAcl
#     - AWS::EC2::NetworkAclEntry
#     - AWS::EC2::SecurityGroup
#     - AWS::EC2::SecurityGroupIngress
#     - aws_default_network_acl
#     - aws_default_security_group
#     - aws_network_acl
#     - aws_network_acl_rule
#     - aws_security_group
#     - aws_security_group_rule
#     - aws_vpc_security_group_ingress_rule
#   params:
#     - name: judge_nacl
#       type: boolean
#       description: Whether inbound entries of network ACLs are judged too.
#       default: false
#       presets: {"cis": true, "strict": true}
#       stricter: true
#     - name: admin_ports
#       type: list
#       description: The ports over which hosts and data stores are administered.
#       default: [22, 3389]
#       presets: {"strict": [22, 3389, 23, 445, 1433, 1521, 2375, 3306, 5432, 5601, 5900, 6379, 9200, 11211, 27017]}
#       stricter: longer
#     - name: count_ephemeral
#       type: boolean
#       description: Whether an ACL entry that opens the range of return traffic counts for the ports inside it.
#       default: false
#       presets: {"cis": true}
#       stricter: true
#   packs: [baseline, reference-architecture, cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["EC2.13", "EC2.14", "EC2.21"]
#       cis_aws_3.0: ["5.1", "5.2", "5.3"]
#       cis_aws_5.0: ["5.2", "5.3", "5.4"]
#       nist_800_53_r5: ["AC-17b", "SC-7"]
#       pci_dss_4.0: ["1.2.8", "1.3.1", "1.3.2", "1.4.2", "1.5.1", "A1.1.3"]
#       soc2: ["CC6.6", "CC7.2"]
#       hipaa:
#         - "164.308(a)(1)(ii)(B)"
#         - "164.308(a)(3)(i)"
#         - "164.308(a)(3)(ii)(B)"
#         - "164.308(a)(4)(i)"
#         - "164.308(a)(4)(ii)(A)"
#         - "164.308(a)(4)(ii)(B)"
#         - "164.308(a)(4)(ii)(C)"
#         - "164.312(a)(1)"
#       iso_27001_2022: ["A.8.20"]
#     judged:
#       aws_fsbp: ["EC2.53", "EC2.54"]
#       nist_800_53_r5: ["CM-7b"]
#   cwe: [284, 1327]
#   remediation:
#     cloudformation: "Use SSM Session Manager or EC2 Instance Connect Endpoint and delete the rule."
#     terraform-plan: "Delete the rule; reach hosts through aws_ec2_instance_connect_endpoint or SSM."
#   peers:
#     checkov: [CKV_AWS_24, CKV_AWS_25, CKV_AWS_231, CKV_AWS_232, CKV_AWS_277]
#     trivy: [AWS-0105, AWS-0107]
#     guard: [restricted_ssh]
#     cdk_nag: [AwsSolutions-EC23, NIST.800.53.R5-EC2RestrictedSSH]
#     cfn_nag: [W2]
#     prowler:
#       - ec2_securitygroup_allow_ingress_from_internet_to_all_ports
#       - ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22
#       - ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389
#       - ec2_networkacl_allow_ingress_tcp_port_22
#       - ec2_networkacl_allow_ingress_tcp_port_3389
package policies.net.no_world_admin_ports

import data.policies.lib.graph
import data.policies.lib.network_acls
import data.policies.lib.security_groups
import data.policies.lib.value

_params := data.params["NET-009"]

_inline_path := {
	"AWS::EC2::SecurityGroup": ["Properties", "SecurityGroupIngress"],
	"aws_security_group": ["ingress"],
	"aws_default_security_group": ["ingress"],
}

_protocols := {"tcp", "udp", "all"}

subjects contains group.address if {
	some type, _ in _inline_path
	some group in graph.of_types([type])
}

subjects contains row.origin if some row in security_groups.rules.ingress

subjects contains row.origin if {
	_params.judge_nacl
	some row in network_acls.entries
}

examined contains record if {
	some type, path in _inline_path
	some group in graph.of_types([type])
	record := value.present(group, path)
}

examined contains record if {
	some row in security_groups.rules.ingress
	record := value.present(input.resources[row.origin], row.at)
}

examined contains record if {
	_params.judge_nacl
	some row in network_acls.entries
	record := value.present(input.resources[row.origin], row.at)
}

# The administration ports that a row opens, and those that it may open.
_open(row) := [port | some port in _params.admin_ports; security_groups.holds(row, port) == "yes"]

_perhaps_open(row) := [port | some port in _params.admin_ports; security_groups.holds(row, port) != "no"]

_denied(row) if {
	row.reach == "world"
	row.protocol in _protocols
	count(_open(row)) > 0
}

deny contains violation if {
	some row in security_groups.rules.ingress
	_denied(row)
	violation := {
		"resource": row.origin,
		"path": row.path,
		"defect": row.key,
		"message": sprintf("%s lets '%s' reach %s (%s)%s.", [
			security_groups.group_shown(row),
			row.shown,
			security_groups.ports_shown(row),
			security_groups.protocol_shown(row),
			_among(row),
		]),
		"related": security_groups.owners(row),
	}
}

_among(row) := ", which administers hosts or data stores" if row.from == row.to

_among(row) := sprintf(", which includes the administration %s", [_listed(_open(row))]) if row.from != row.to

_listed(ports) := sprintf("port '%d'", ports) if count(ports) == 1

_listed(ports) := sprintf("ports '%s'", [concat("', '", texts)]) if {
	count(ports) > 1
	texts := [sprintf("%d", [port]) | some port in ports]
}

_undecided_row(row) if {
	not _denied(row)
	row.reach in {"world", "unknown"}
	row.protocol in {"tcp", "udp", "all", "unknown"}
	count(_perhaps_open(row)) > 0
}

undecided contains question if {
	some row in security_groups.rules.ingress
	_undecided_row(row)
	question := {
		"resource": row.origin,
		"path": row.path,
		"defect": row.key,
		"message": sprintf("Whether %s opens an administration port to the internet cannot be decided: %s.", [
			security_groups.rule_shown(row),
			row.waits,
		]),
	}
}

# An entry allows a port where no entry of a lower number has denied it.
_opened_by_entry(row) := [port |
	row.action == "allow"
	row.reach == "world"
	row.protocol in _protocols
	row.decided
	some port in _params.admin_ports
	network_acls.holds(row, port)
	not _return_traffic(row, port)
	network_acls.shadowed(row, port) == "no"
]

_perhaps_opened_by_entry(row) := [port |
	row.action in {"allow", "unknown"}
	row.reach in {"world", "unknown"}
	row.protocol in {"tcp", "udp", "all", "unknown"}
	some port in _params.admin_ports
	network_acls.holds(row, port)
	not _return_traffic(row, port)
	network_acls.shadowed(row, port) != "yes"
]

# ACLs keep no state, so answers come in on the ephemeral ports: an entry for those opens no service.
_return_traffic(row, port) if {
	not _params.count_ephemeral
	row.decided
	row.from >= 1024
	row.to >= 60999
	port > 1023
}

deny contains violation if {
	_params.judge_nacl
	some row in network_acls.entries
	ports := _opened_by_entry(row)
	count(ports) > 0
	violation := {
		"resource": row.origin,
		"path": row.path,
		"defect": row.key,
		"severity": "medium",
		"message": sprintf("Network ACL entry '%v' of '%s' lets '%s' reach the administration %s (%s).", [
			row.number,
			row.origin,
			row.block,
			_listed(ports),
			security_groups.protocol_shown(row),
		]),
	}
}

undecided contains question if {
	_params.judge_nacl
	some row in network_acls.entries
	_undecided_entry(row)
	question := {
		"resource": row.origin,
		"path": row.path,
		"defect": row.key,
		"message": sprintf("Whether ACL entry '%s' opens an administration port to the internet cannot be decided: %s.", [
			value.shown(row.number),
			network_acls.waits(row),
		]),
	}
}

_undecided_entry(row) if {
	count(_opened_by_entry(row)) == 0
	count(_perhaps_opened_by_entry(row)) > 0
}

_open_questions contains row.origin if {
	some row in security_groups.rules.ingress
	_undecided_row(row)
}

_open_questions contains row.origin if {
	some row in network_acls.entries
	_undecided_entry(row)
}

# What is undecided but cannot open an administration port changes nothing.
proven contains address if {
	some address in subjects
	not address in _open_questions
}
