# METADATA
# scope: package
# title: Encrypt network and classic load balancer listeners
# description: |
#   Plain TCP through a network load balancer, and HTTP through a classic one, can be read and changed on its way. So
#   can TLS of versions that have been broken for years.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-3
# custom:
#   id: ALB-010
#   slug: nlb-and-classic-listeners-encrypted
#   family: ALB
#   severity: high
#   score: 7.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ECS::Service
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::ListenerRule
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::TargetGroup
#     - aws_ecs_service
#     - aws_elb
#     - aws_lb
#     - aws_lb_listener
#     - aws_lb_listener_rule
#     - aws_lb_ssl_negotiation_policy
#     - aws_lb_target_group
#     - aws_load_balancer_listener_policy
#     - aws_load_balancer_policy
#   subjects:
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::Listener
#     - aws_elb
#     - aws_lb_listener
#   params:
#     - name: include_internal_nlb
#       type: boolean
#       description: Judge internal network load balancers too.
#       default: false
#       presets: {strict: true}
#       stricter: "true"
#   packs: [baseline, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ELB.3", "ELB.18"]
#       nist_800_53_r5: ["SC-8(1)", "AC-17(2)"]
#       pci_dss_4.0: ["4.2.1", "1.2.5", "2.2.5", "2.2.7", "4.2.1.1", "8.3.2"]
#       hipaa:
#         ["164.308(a)(1)(ii)(B)", "164.308(a)(4)(ii)(A)", "164.312(a)(2)(iv)", "164.312(e)(1)",
#          "164.312(e)(2)(i)", "164.312(e)(2)(ii)"]
#     judged:
#       aws_fsbp: ["ELB.8"]
#       iso_27001_2022: ["A.8.24"]
#   cwe: [319, 326]
#   remediation:
#     cloudformation: "Protocol: TLS with Certificates."
#     terraform-plan: "protocol = \"TLS\"."
#   peers:
#     checkov: [CKV_AWS_127, CKV_AWS_213]
#     guard: [elb_tls_https_listeners_only, elb_predefined_security_policy_ssl_check]
#     cdk_nag: [AwsSolutions-ELB5, NIST.800.53.R5-ELBTlsHttpsListenersOnly]
#     prowler: [elb_ssl_listeners, elb_insecure_ssl_ciphers]
#     kics: [80908a75-586b-4c61-ab04-490f4f4525b8]
package policies.alb.nlb_and_classic_listeners_encrypted

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.load_balancers
import data.policies.lib.settings
import data.policies.lib.tls_negotiation
import data.policies.lib.traffic
import data.policies.lib.value

_params := data.params["ALB-010"]

_target_fields := {
	"AWS::ElasticLoadBalancingV2::TargetGroup": {
		"protocol": ["Properties", "Protocol"],
		"port": ["Properties", "Port"],
		"target": ["Properties", "TargetType"],
	},
	"aws_lb_target_group": {"protocol": ["protocol"], "port": ["port"], "target": ["target_type"]},
}

_protocol_path := {
	"AWS::ElasticLoadBalancingV2::Listener": ["Properties", "Protocol"],
	"aws_lb_listener": ["protocol"],
}

# Listeners of network load balancers that carry bytes as they come, or may do.
_plain := [listener |
	some listener in load_balancers.listeners
	listener.kind in {"network", "unknown"}
	listener.protocol in {"TCP", "TLS", "unknown"}
	_in_scope(load_balancers.scheme(listener))
]

_in_scope(scheme) if scheme != "internal"

_in_scope(_) if _params.include_internal_nlb

_of_listeners := [row |
	some listener in _plain
	state := _state(listener)
	row := object.union(_severity(listener), {
		"state": state,
		"resource": listener.address,
		"path": listener.protocol_path,
		"defect": "protocol",
		"message": sprintf("Listener '%s' %s TCP on to targets that do not speak TLS%s.", [
			listener.address,
			{"fail": "passes plain", "open": "may pass plain", "pass": "does not pass plain"}[state],
			_port_tail(listener.port),
		]),
	})
]

_port_tail(port) := "" if port == null

_port_tail(port) := sprintf(", on port '%s'", [value.shown(port)]) if port != null

_severity(listener) := {"severity": "medium"} if load_balancers.scheme(listener) == "internal"

_severity(listener) := {} if load_balancers.scheme(listener) != "internal"

_state(listener) := "pass" if listener.protocol == "TLS"

_state(listener) := assessments.hedged(_carried(listener), load_balancers.scheme(listener) != "unknown") if {
	listener.protocol == "TCP"
}

_state(listener) := assessments.hedged(_carried(listener), false) if listener.protocol == "unknown"

# What becomes of the bytes of a TCP listener.
_carried(listener) := _sum(listener, states | {"open" | way.open}) if {
	way := traffic.listeners[listener.address]
	states := {state | some group in way.groups; state := _target(group)}
}

_sum(_, states) := "pass" if states == {"pass"}

_sum(_, states) := "open" if count(states) == 0

_sum(_, states) := "open" if {
	not "fail" in states
	"open" in states
}

# Port 443 in front of another port may still be TLS that a target ends.
_sum(listener, states) := {true: "open", false: "fail"}[_https_port(listener.port)] if "fail" in states

_https_port(port) := true if {
	not value.opaque(port)
	value.number(port) in {443, 8443}
}

_https_port(port) := false if {
	not value.opaque(port)
	not value.number(port) in {443, 8443}
}

_https_port(port) := true if value.opaque(port)

_read(group, what) := value.get(input.resources[group], _target_fields[input.resources[group].type][what])

_target(group) := "pass" if _encrypts(group)

_target(group) := "open" if {
	not _encrypts(group)
	count([what | some what in ["protocol", "port", "target"]; value.is_unknown(_read(group, what))]) > 0
}

_target(group) := "fail" if {
	not _encrypts(group)
	count([what | some what in ["protocol", "port", "target"]; value.is_unknown(_read(group, what))]) == 0
}

_encrypts(group) if settings.text(_read(group, "protocol"), "") == "tls"

_encrypts(group) if settings.number(_read(group, "port"), 0) == 443

_encrypts(group) if settings.text(_read(group, "target"), "instance") == "alb"

# Classic load balancers.
_classic := {
	"AWS::ElasticLoadBalancing::LoadBalancer": {
		"listeners": ["Properties", "Listeners"],
		"protocol": "Protocol",
		"port": "LoadBalancerPort",
		"inner": "InstancePort",
	},
	"aws_elb": {"listeners": ["listener"], "protocol": "lb_protocol", "port": "lb_port", "inner": "instance_port"},
}

_classic_listeners := [{"balancer": balancer, "path": path, "fields": fields, "record": record, "protocol": protocol} |
	some type, fields in _classic
	some balancer in graph.of_types([type])
	some index, _ in value.list(object.get(balancer.node, fields.listeners, null))
	path := array.concat(fields.listeners, [index])
	record := value.get(balancer, array.concat(path, [fields.protocol]))
	protocol := settings.text(record, "http")
]

_number(listener, what) := settings.number(
	value.get(listener.balancer, array.concat(listener.path, [listener.fields[what]])),
	null,
)

_passes_tls(listener) if {
	listener.protocol == "tcp"
	_number(listener, "port") == 443
	_number(listener, "inner") == 443
}

_may_pass_tls(listener) if {
	listener.protocol == "tcp"
	ports := {_number(listener, "port"), _number(listener, "inner")}
	null in ports
	ports - {443, null} == set()
}

_port_text(listener) := sprintf("%v", [_number(listener, "port")])

_of_protocols := [row |
	some listener in _classic_listeners
	row := {
		"state": _classic_state(listener),
		"resource": listener.balancer.address,
		"path": listener.record.path,
		"defect": sprintf("protocol/%s", [_port_text(listener)]),
		"message": sprintf("A listener of classic load balancer '%s' is not encrypted: %s.", [
			listener.balancer.address,
			settings.fact(listener.record),
		]),
	}
]

_classic_state(listener) := "open" if listener.protocol == null

_classic_state(listener) := "pass" if listener.protocol in {"https", "ssl"}

_classic_state(listener) := "pass" if _passes_tls(listener)

_classic_state(listener) := "fail" if {
	not listener.protocol in {"https", "ssl", null}
	not _passes_tls(listener)
	not _may_pass_tls(listener)
}

_classic_state(listener) := "open" if _may_pass_tls(listener)

_of_policies := [row |
	some listener in _classic_listeners
	listener.protocol in {"https", "ssl"}
	found := tls_negotiation.judged(listener.balancer, listener.path, _number(listener, "port"))
	row := {
		"state": found.state,
		"resource": listener.balancer.address,
		"path": found.path,
		"defect": sprintf("policy/%s", [_port_text(listener)]),
		"message": sprintf("A listener of classic load balancer '%s' %s.", [listener.balancer.address, found.message]),
	}
]

_assessed := array.concat(_of_listeners, array.concat(_of_protocols, _of_policies))

subjects contains row.resource if some row in _assessed

examined contains record if {
	some listener in _plain
	resource := graph.at(listener.address)
	record := value.present(resource, _protocol_path[resource.type])
}

examined contains record if {
	some group in graph.of_types(object.keys(_target_fields))
	some what in ["protocol", "port", "target"]
	record := _read(group.address, what)
	value.is_known(record)
}

examined contains record if {
	some listener in _classic_listeners
	some name in [listener.fields.protocol, listener.fields.port, listener.fields.inner]
	record := value.get(listener.balancer, array.concat(listener.path, [name]))
}

examined contains record if {
	some record in tls_negotiation.records
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
