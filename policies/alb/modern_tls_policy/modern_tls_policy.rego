# METADATA
# scope: package
# title: Use a TLS 1.2+ security policy on HTTPS and TLS listeners
# description: |
#   Old security policies let a client agree on TLS 1.0 or 1.1 or on weak ciphers, which are broken. A listener
#   without a policy gets one from 2016 that allows all of that.
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
# custom:
#   id: ALB-003
#   slug: modern-tls-policy
#   family: ALB
#   severity: high
#   score: 7.5
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - aws_lb
#     - aws_lb_listener
#   subjects:
#     - AWS::ElasticLoadBalancingV2::Listener
#     - aws_lb_listener
#   params:
#     - name: level
#       type: string
#       description: Accept every policy from TLS 1.2 on (tls12), or only those that AWS recommends (recommended).
#       default: tls12
#       presets: {"strict": "recommended"}
#       stricter: ["tls12", "recommended"]
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ELB.17"]
#       nist_800_53_r5: ["SC-8(1)"]
#     judged:
#       nist_800_53_r5: ["SC-13", "AC-17(2)"]
#       pci_dss_4.0: ["4.2.1", "2.2.7"]
#       iso_27001_2022: ["A.8.24"]
#   cwe: [326, 327]
#   remediation:
#     cloudformation: "SslPolicy: ELBSecurityPolicy-TLS13-1-2-Res-2021-06."
#     terraform-plan: "ssl_policy = \"ELBSecurityPolicy-TLS13-1-2-Res-2021-06\"."
#   peers:
#     checkov: [CKV_AWS_103, CKV2_AWS_74]
#     trivy: [AWS-0047]
#     cfn_nag: [W55]
#     guard: [elbv2_listener_ssl_policy_rule]
#     prowler: [elbv2_insecure_ssl_ciphers]
package policies.alb.modern_tls_policy

import data.policies.lib.graph
import data.policies.lib.load_balancers
import data.policies.lib.value

_params := data.params["ALB-003"]

_policy_path := {
	"AWS::ElasticLoadBalancingV2::Listener": ["Properties", "SslPolicy"],
	"aws_lb_listener": ["ssl_policy"],
}

_protocol_path := {
	"AWS::ElasticLoadBalancingV2::Listener": ["Properties", "Protocol"],
	"aws_lb_listener": ["protocol"],
}

_tls12_names := {
	"ELBSecurityPolicy-TLS-1-2-2017-01",
	"ELBSecurityPolicy-TLS-1-2-Ext-2018-06",
	"ELBSecurityPolicy-FS-1-2-2019-08",
	"ELBSecurityPolicy-FS-1-2-Res-2019-08",
	"ELBSecurityPolicy-FS-1-2-Res-2020-10",
}

_listeners := [listener |
	some listener in load_balancers.listeners
	listener.protocol in {"HTTPS", "TLS", "unknown"}
	listener.kind != "gateway"
]

subjects contains listener.address if some listener in _listeners

_policy(listener) := value.get(graph.at(listener.address), _policy_path[graph.at(listener.address).type])

examined contains record if {
	some listener in _listeners
	record := _policy(listener)
}

examined contains record if {
	some listener in _listeners
	resource := graph.at(listener.address)
	record := value.present(resource, _protocol_path[resource.type])
}

_accepted(name) if {
	_params.level == "tls12"
	name in _tls12_names
}

_accepted(name) if {
	_params.level == "tls12"
	regex.match(`^ELBSecurityPolicy-TLS13-1-[23]-`, name)
}

_accepted(name) if {
	_params.level == "recommended"
	regex.match(`^ELBSecurityPolicy-TLS13-1-(2|2-Res|3)(-FIPS)?(-PQ)?-20[0-9-]+$`, name)
}

# What is wrong with the policy of a listener, as the end of a sentence; nothing when it is accepted or undecided.
_fault(record) := "names no security policy, and the default one allows TLS 1.0" if value.is_absent(record)

_fault(record) := sprintf("uses the security policy '%v', %s", [record.value, _verdict]) if {
	value.is_known(record)
	not _accepted(sprintf("%v", [record.value]))
}

_verdict := "which allows less than TLS 1.2" if _params.level == "tls12"

_verdict := "which is none of those that AWS recommends" if _params.level != "tls12"

deny contains violation if {
	some listener in _listeners
	listener.protocol != "unknown"
	record := _policy(listener)
	fault := _fault(record)
	violation := {
		"resource": listener.address,
		"path": record.path,
		"defect": "ssl-policy",
		"message": sprintf("Listener '%s' %s.", [listener.address, fault]),
	}
}

undecided contains question if {
	some listener in _listeners
	listener.protocol == "unknown"
	record := _policy(listener)
	fault := _fault(record)
	question := {
		"resource": listener.address,
		"path": record.path,
		"defect": "ssl-policy",
		"message": sprintf("Listener '%s' %s; whether it serves TLS is not known.", [listener.address, fault]),
	}
}

# A good policy is good for every protocol.
proven contains listener.address if {
	some listener in _listeners
	record := _policy(listener)
	value.is_known(record)
	_accepted(sprintf("%v", [record.value]))
}
