# METADATA
# scope: package
# title: Enable flow logs on every VPC
# description: |
#   Flow logs show which addresses talked to each other and what was refused. Without them nobody can say where an
#   intruder went, or that he went nowhere.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-6
# custom:
#   id: OBS-003
#   slug: vpc-flow-logs
#   family: OBS
#   severity: medium
#   score: 5.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::EC2::FlowLog
#     - AWS::EC2::VPC
#     - aws_flow_log
#     - aws_vpc
#     - aws_default_vpc
#     - AWS::EC2::Subnet
#     - aws_subnet
#   subjects:
#     - AWS::EC2::VPC
#     - aws_vpc
#     - aws_default_vpc
#   params: []
#   packs: [baseline, reference-architecture, cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["EC2.6"]
#       cis_aws_3.0: ["3.7"]
#       cis_aws_5.0: ["3.7"]
#       nist_800_53_r5: ["AU-2b", "AU-12a", "SI-4(17)"]
#       pci_dss_4.0: ["10.2.1", "10.2.1.1", "10.2.1.2", "10.2.1.3", "10.2.1.4", "10.2.1.5", "10.2.1.6"]
#       soc2: ["CC7.2", "CC7.3"]
#       hipaa: ["164.308(a)(1)(ii)(D)", "164.308(a)(3)(ii)(A)", "164.308(a)(6)(ii)", "164.312(b)", "164.312(c)(2)"]
#       iso_27001_2022: ["A.8.15", "A.8.16"]
#   cwe: [778]
#   remediation:
#     cloudformation: "Add AWS::EC2::FlowLog with ResourceId: !Ref Vpc, ResourceType: VPC and TrafficType: ALL."
#     terraform-plan: "Add aws_flow_log with vpc_id and traffic_type = \"ALL\"."
#   peers:
#     checkov: [CKV2_AWS_11]
#     trivy: [AWS-0178]
#     cfn_nag: [W60]
#     cdk_nag: [AwsSolutions-VPC7, NIST.800.53.R5-VPCFlowLogsEnabled]
#     prowler: [vpc_flow_logs_enabled]
package policies.obs.vpc_flow_logs

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.network_joins
import data.policies.lib.settings
import data.policies.lib.value

_vpc_types := ["AWS::EC2::VPC", "aws_vpc", "aws_default_vpc"]

_subnet_paths := {"AWS::EC2::Subnet": ["Properties", "VpcId"], "aws_subnet": ["vpc_id"]}

_log_paths := {
	"AWS::EC2::FlowLog": {"of": [["Properties", "ResourceId"]], "traffic": ["Properties", "TrafficType"]},
	"aws_flow_log": {"of": [["vpc_id"], ["subnet_id"], ["eni_id"], ["transit_gateway_id"]], "traffic": ["traffic_type"]},
}

_logged_types := {type | some type in _vpc_types} | object.keys(_subnet_paths)

_vpcs := graph.of_types(_vpc_types)

subjects contains vpc.address if some vpc in _vpcs

# A flow log: what it is of, whether that may be anything, and whether it keeps what is refused.
_logs := [{"address": log.address, "of": of, "open": open, "traffic": traffic} |
	some type, paths in _log_paths
	some log in graph.of_types([type])
	found := [join |
		some path in paths.of
		join := network_joins.join(log, path, _logged_types)
		join.written
	]
	of := {address | some join in found; some address in join.to}
	open := _is_open(log, paths, of)
	traffic := _traffic(value.get(log, paths.traffic))
]

# A literal that fits nothing here is the id of something elsewhere; an interface or a gateway is no VPC.
_is_open(log, paths, of) if {
	count(of) == 0
	some path in paths.of
	written := object.get(log.node, path, null)
	value.opaque(written)
	not _is_other(log, path)
}

_is_open(log, paths, of) := false if {
	count(of) == 0
	count([path | some path in paths.of; value.opaque(object.get(log.node, path, null)); not _is_other(log, path)]) == 0
}

_is_open(_, _, of) := false if count(of) > 0

_is_other(log, path) if {
	some address in graph.referenced(log, path)
	other := graph.at(address)
	other != null
	not startswith(other.type, "data.")
	not startswith(other.type, "Custom::")
	not other.type in {"AWS::CloudFormation::Stack", "AWS::CloudFormation::CustomResource"}
}

_traffic(record) := "open" if value.is_unknown(record)

_traffic(record) := _kept[settings.text(record, "") in {"all", "reject"}] if not value.is_unknown(record)

_kept := {true: "pass", false: "fail"}

# The logs of a resource, by whether they keep what is refused.
_states_of(address) := {log.traffic | some log in _logs_of(address)}

_logs_of(address) := [_logs[index] | some index in sort(object.get(_indices, address, set()))]

# The logs of each resource. An index without entries would be undefined to one of the engines; no address is empty.
_indices[""] contains 0

_indices[address] contains index if {
	some index, log in _logs
	some address in log.of
}

_best(states) := "pass" if "pass" in states

_best(states) := "open" if {
	not "pass" in states
	"open" in states
}

_best(states) := "fail" if count(states & {"pass", "open"}) == 0

_subnets(vpc) := sort(object.get(_subnets_of, vpc.address, set()))

_subnets_of[""] contains ""

_subnets_of[address] contains subnet.address if {
	some type, path in _subnet_paths
	some subnet in graph.of_types([type])
	some address in network_joins.join(subnet, path, _vpc_types).to
}

_without(vpc) := [subnet | some subnet in _subnets(vpc); _best(_states_of(subnet)) == "fail"]

# A VPC is covered by its own log, or by those of all its subnets.
_by_subnets(vpc) := "fail" if count(_subnets(vpc)) == 0

_by_subnets(vpc) := "fail" if {
	count(_subnets(vpc)) > 0
	count(_without(vpc)) > 0
}

_by_subnets(vpc) := _all({state | some subnet in _subnets(vpc); state := _best(_states_of(subnet))}) if {
	count(_subnets(vpc)) > 0
	count(_without(vpc)) == 0
}

_all(states) := "pass" if states == {"pass"}

_all(states) := "open" if states != {"pass"}

_stray := [log | some log in _logs; log.open; log.traffic != "fail"]

_assessed := [row |
	some vpc in _vpcs
	state := _best(_states_of(vpc.address) | {_by_subnets(vpc)})
	row := {
		"state": assessments.hedged(state, count(_stray) == 0),
		"resource": vpc.address,
		"path": [],
		"defect": "flow-log",
		"message": _message(vpc, _states_of(vpc.address)),
		"related": [{"address": log.address, "path": [], "message": _role(log)} |
			some log in array.concat(_logs_of(vpc.address), _open_logs)
		],
	}
]

_open_logs := [log | some log in _logs; log.open]

_role(log) := "What this flow log is of is not known." if log.open

_role(log) := "This flow log keeps accepted traffic only." if not log.open

_message(vpc, states) := sprintf("The flow log of VPC '%s' keeps accepted traffic only, not what is refused.", [
	vpc.address,
]) if {
	"fail" in states
}

_message(vpc, states) := sprintf("VPC '%s' has flow logs of some subnets only, not of '%s'.", [
	vpc.address,
	concat("', '", _without(vpc)),
]) if {
	not "fail" in states
	count(_without(vpc)) > 0
	count(_without(vpc)) < count(_subnets(vpc))
}

_message(vpc, states) := sprintf("VPC '%s' has no flow log.", [vpc.address]) if {
	not "fail" in states
	not _is_part(vpc)
	count(_stray) == 0
}

_message(vpc, states) := sprintf("VPC '%s' has no flow log, unless '%s' is its: what that is of is not known.", [
	vpc.address,
	_stray[0].address,
]) if {
	not "fail" in states
	not _is_part(vpc)
	count(_stray) > 0
}

_is_part(vpc) if {
	count(_without(vpc)) > 0
	count(_without(vpc)) < count(_subnets(vpc))
}

examined contains record if {
	some log in _logs
	some address in log.of
	address in subjects
	resource := input.resources[log.address]
	some path in array.concat(_log_paths[resource.type].of, [_log_paths[resource.type].traffic])
	found := value.present(resource, path)
	record := {"resource": address, "path": [], "state": found.state, "value": found.value}
}

examined contains record if {
	some vpc in _vpcs
	some address in _subnets(vpc)
	subnet := input.resources[address]
	found := value.present(subnet, _subnet_paths[subnet.type])
	record := {"resource": vpc.address, "path": [], "state": found.state, "value": found.value}
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
