# METADATA
# scope: package
# title: Serve application traffic through HTTPS listeners only
# description: |
#   Traffic on a plain HTTP listener can be read and changed by everyone on the way: sessions, passwords and the
#   answers of the application. Only HTTPS may carry it; HTTP may redirect there and nothing else.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-18
# custom:
#   id: ALB-001
#   slug: alb-https-listeners-only
#   family: ALB
#   severity: critical
#   score: 9.2
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - aws_lb
#     - aws_lb_listener
#   params:
#     - name: include_internal
#       type: boolean
#       description: Whether listeners of internal load balancers are judged too, with medium severity.
#       default: true
#       presets: {}
#       stricter: true
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ELB.1", "ELB.18"]
#       nist_800_53_r5: ["AC-17(2)", "SC-8", "SC-8(1)", "SC-23"]
#       hipaa: ["164.312(e)(1)", "164.312(a)(2)(iv)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"]
#     judged:
#       pci_dss_4.0: ["4.2.1"]
#       soc2: ["CC6.7"]
#       iso_27001_2022: ["A.8.24", "A.8.20"]
#   cwe: [319]
#   remediation:
#     cloudformation: "Protocol: HTTPS with Certificates and SslPolicy; turn port 80 into a redirect."
#     terraform-plan: "protocol = \"HTTPS\", certificate_arn, ssl_policy."
#   peers:
#     checkov: [CKV_AWS_2, CKV2_AWS_20]
#     trivy: [AWS-0054]
#     cdk_nag: [NIST.800.53.R5-ALBHttpToHttpsRedirection]
#     prowler: [elbv2_ssl_listeners]
package policies.alb.alb_https_listeners_only

import data.policies.lib.graph
import data.policies.lib.listener_actions
import data.policies.lib.load_balancers
import data.policies.lib.value

_params := data.params["ALB-001"]

_kinds := {"application", "unknown"}

# Whose scheme is undecided is judged as internal.
_in_scope(scheme) if scheme == "internet-facing"

_in_scope(_) if _params.include_internal

_listeners := [listener |
	some listener in load_balancers.listeners
	listener.kind in _kinds
	_in_scope(load_balancers.scheme(listener))
]

_served[""] contains null

_served[balancer] contains listener.address if {
	some listener in load_balancers.listeners
	listener.balancer != null
	balancer := listener.balancer
}

_public_balancers := [balancer |
	some balancer in load_balancers.balancers
	balancer.kind == "application"
	balancer.scheme in {"internet-facing", "unknown"}
	count(object.get(_served, balancer.address, set())) > 0
]

subjects contains listener.address if some listener in _listeners

subjects contains balancer.address if some balancer in _public_balancers

_read_paths := {
	"AWS::ElasticLoadBalancingV2::Listener": [["Properties", "Protocol"], ["Properties", "DefaultActions"]],
	"aws_lb_listener": [["protocol"], ["default_action"]],
	"AWS::ElasticLoadBalancingV2::LoadBalancer": [["Properties", "Type"], ["Properties", "Scheme"]],
	"aws_lb": [["load_balancer_type"], ["internal"]],
}

examined contains record if {
	some address in subjects
	resource := graph.at(address)
	some path in _read_paths[resource.type]
	record := value.present(resource, path)
}

# What becomes of a request: "secure", "plain", "redirect" (to be left to the redirect control), "closed" or "open".
_outcome_of := {listener.address: outcome |
	some listener in load_balancers.listeners
	listener.kind in _kinds
	outcome := _judged(listener)
}

_judged(listener) := "secure" if listener.protocol == "HTTPS"

_judged(listener) := "open" if listener.protocol == "unknown"

_judged(listener) := listener_actions.outcome(graph.at(listener.address)) if listener.protocol == "HTTP"

_severity(listener) := "critical" if load_balancers.scheme(listener) == "internet-facing"

_severity(listener) := "medium" if load_balancers.scheme(listener) != "internet-facing"

_balancer_place(listener) := [] if listener.balancer == null

_balancer_place(listener) := [{
	"address": listener.balancer,
	"path": [],
	"message": "This is the load balancer of the listener.",
}] if {
	listener.balancer != null
}

deny contains violation if {
	some listener in _listeners
	_outcome_of[listener.address] == "plain"
	violation := {
		"resource": listener.address,
		"path": listener.protocol_path,
		"defect": "plaintext",
		"severity": _severity(listener),
		"message": sprintf("Listener '%s' serves plain HTTP: its default action %s.", [
			listener.address,
			listener_actions.reason(graph.at(listener.address)),
		]),
		"related": _balancer_place(listener),
	}
}

undecided contains question if {
	some listener in _listeners
	_outcome_of[listener.address] == "open"
	question := {
		"resource": listener.address,
		"path": listener.protocol_path,
		"defect": "plaintext",
		"message": sprintf("Whether listener '%s' serves plain HTTP cannot be decided: %s.", [
			listener.address,
			_waits(listener),
		]),
	}
}

_waits(listener) := "its protocol is not known" if listener.protocol == "unknown"

_waits(listener) := "its default action is not known" if listener.protocol != "unknown"

# Public load balancers of which nothing is served over HTTPS, and nothing is plain by itself.
_outcomes(balancer) := {outcome |
	some address in _served[balancer.address]
	outcome := _outcome_of[address]
}

deny contains violation if {
	some balancer in _public_balancers
	balancer.scheme == "internet-facing"
	count(_outcomes(balancer) & {"secure", "plain", "open"}) == 0
	violation := {
		"resource": balancer.address,
		"path": [],
		"defect": "no-https",
		"message": sprintf("Load balancer '%s' has listeners, but none of them serves HTTPS.", [balancer.address]),
		"related": [place |
			some address in sort([each | some each in _served[balancer.address]])
			place := {"address": address, "path": [], "message": "This listener does not serve HTTPS."}
		],
	}
}

undecided contains question if {
	some balancer in _public_balancers
	count(_outcomes(balancer) & {"secure", "plain"}) == 0
	_questionable(balancer)
	question := {
		"resource": balancer.address,
		"path": [],
		"defect": "no-https",
		"message": sprintf("Whether load balancer '%s' lacks HTTPS cannot be decided: %s.", [
			balancer.address,
			"its scheme or a listener's protocol is not known",
		]),
	}
}

_questionable(balancer) if balancer.scheme == "unknown"

_questionable(balancer) if "open" in _outcomes(balancer)

_open_questions contains listener.address if {
	some listener in _listeners
	_outcome_of[listener.address] == "open"
}

_open_questions contains balancer.address if {
	some balancer in _public_balancers
	count(_outcomes(balancer) & {"secure", "plain"}) == 0
	_questionable(balancer)
}

# A certificate or an action whose details are open still decides the protocol.
proven contains address if {
	some address in subjects
	not address in _open_questions
}
