# METADATA
# scope: package
# title: Redirect every plaintext request to HTTPS permanently
# description: |
#   A redirect that keeps the port of the request sends HTTPS to the HTTP port, a temporary one is asked again in
#   plain text on every visit, and a rule that forwards serves plain HTTP behind the redirect.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-1
# custom:
#   id: ALB-002
#   slug: http-redirects-to-https
#   family: ALB
#   severity: medium
#   score: 5.8
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::ListenerRule
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - aws_lb
#     - aws_lb_listener
#     - aws_lb_listener_rule
#   subjects:
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::ListenerRule
#     - aws_lb_listener
#     - aws_lb_listener_rule
#   params:
#     - name: require_301
#       type: boolean
#       description: Whether the redirect must be permanent (301), so that browsers keep it.
#       default: false
#       presets: {"reference-architecture": true, "strict": true}
#       stricter: true
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ELB.1"]
#     judged:
#       nist_800_53_r5: ["AC-17(2)", "SC-8(1)", "SC-23"]
#       pci_dss_4.0: ["4.2.1"]
#       iso_27001_2022: ["A.8.24"]
#   cwe: [319]
#   remediation:
#     cloudformation: "RedirectConfig: {Protocol: HTTPS, Port: \"443\", StatusCode: HTTP_301}."
#     terraform-plan: "Give the listener a default action of type \"redirect\", with protocol = \"HTTPS\", port =
#       \"443\", status_code = \"HTTP_301\"."
package policies.alb.http_redirects_to_https

import data.policies.lib.graph
import data.policies.lib.listener_actions
import data.policies.lib.load_balancers
import data.policies.lib.network_joins
import data.policies.lib.value

_params := data.params["ALB-002"]

_rule_paths := {
	"AWS::ElasticLoadBalancingV2::ListenerRule": {
		"listener": ["Properties", "ListenerArn"],
		"actions": ["Properties", "Actions"],
	},
	"aws_lb_listener_rule": {"listener": ["listener_arn"], "actions": ["action"]},
}

_listener_types := ["AWS::ElasticLoadBalancingV2::Listener", "aws_lb_listener"]

_protocol_paths := {
	"AWS::ElasticLoadBalancingV2::Listener": ["Properties", "Protocol"],
	"aws_lb_listener": ["protocol"],
}

# HTTP listeners that ALB-001 does not fail: those that redirect or answer with an error.
_listeners := [listener |
	some listener in load_balancers.listeners
	listener.protocol == "HTTP"
	listener_actions.outcome(graph.at(listener.address)) != "plain"
]

_rules := [{"rule": rule, "protocol": protocol, "listeners": found.to} |
	some type, paths in _rule_paths
	some rule in graph.of_types([type])
	found := network_joins.join(rule, paths.listener, _listener_types)
	protocol := _protocol(found)
	protocol in {"HTTP", "unknown"}
]

_protocol(found) := protocol if {
	protocols := {load_balancers.listeners[address].protocol | some address in found.to}
	count(protocols) == 1
	not found.open
	some protocol in protocols
}

_protocol(found) := "unknown" if {
	protocols := {load_balancers.listeners[address].protocol | some address in found.to}
	_mixed(protocols, found)
}

_mixed(_, found) if found.open

_mixed(protocols, _) if count(protocols) != 1

subjects contains listener.address if some listener in _listeners

subjects contains entry.rule.address if some entry in _rules

examined contains record if {
	some listener in _listeners
	resource := graph.at(listener.address)
	record := value.present(resource, listener_actions.path(resource))
}

examined contains record if {
	some entry in _rules
	paths := _rule_paths[entry.rule.type]
	some which in ["listener", "actions"]
	record := value.present(entry.rule, paths[which])
}

examined contains record if {
	some listener in _listeners
	resource := graph.at(listener.address)
	record := value.present(resource, _protocol_paths[resource.type])
}

_redirects(listener) := listener_actions.redirects(graph.at(listener.address))

# Whether the port of a redirect leads to HTTPS: "yes", "no" or "open".
_port(_, redirect) := "no" if redirect.port == null

_port(_, redirect) := "no" if redirect.port == "#{port}"

_port(listener, redirect) := "yes" if {
	is_string(redirect.port)
	_secure_port(listener, redirect.port)
}

_port(listener, redirect) := "open" if {
	is_string(redirect.port)
	redirect.port != "#{port}"
	not _secure_port(listener, redirect.port)
}

_port(_, redirect) := "open" if value.opaque(redirect.port)

_secure_port(_, port) if port == "443"

_secure_port(listener, port) if {
	listener.balancer != null
	some other in load_balancers.listeners
	other.balancer == listener.balancer
	other.protocol == "HTTPS"
	sprintf("%v", [other.port]) == port
}

deny contains violation if {
	some listener in _listeners
	some redirect in _redirects(listener)
	redirect.target == "https"
	_port(listener, redirect) == "no"
	violation := {
		"resource": listener.address,
		"path": redirect.path,
		"defect": "port",
		"message": sprintf("Listener '%s' redirects to HTTPS on its own HTTP port, because the redirect names no port.", [
			listener.address,
		]),
	}
}

deny contains violation if {
	_params.require_301
	some listener in _listeners
	some redirect in _redirects(listener)
	redirect.target == "https"
	redirect.status == "HTTP_302"
	violation := {
		"resource": listener.address,
		"path": redirect.path,
		"defect": "status",
		"message": sprintf("Listener '%s' redirects to HTTPS with '%s', which browsers do not keep; use 'HTTP_301'.", [
			listener.address,
			redirect.status,
		]),
	}
}

# What stays open on a listener: a port that no HTTPS listener of the scan has, or an unknown status.
_gap(listener, redirect) := "the port of the redirect has no HTTPS listener in the scan" if {
	redirect.target == "https"
	_port(listener, redirect) == "open"
	is_string(redirect.port)
}

_gap(listener, redirect) := network_joins.waits(redirect.port) if {
	redirect.target == "https"
	_port(listener, redirect) == "open"
	not is_string(redirect.port)
}

_gap(listener, redirect) := "the status of the redirect is not known" if {
	redirect.target == "https"
	_port(listener, redirect) != "open"
	_params.require_301
	not is_string(redirect.status)
}

_gap(_, redirect) := "the protocol of the redirect is not known" if redirect.target == "open"

undecided contains question if {
	some listener in _listeners
	some redirect in _redirects(listener)
	gap := _gap(listener, redirect)
	question := {
		"resource": listener.address,
		"path": redirect.path,
		"defect": "redirect",
		"message": sprintf("Whether listener '%s' redirects to HTTPS for good cannot be decided: %s.", [
			listener.address,
			gap,
		]),
	}
}

undecided contains question if {
	some listener in _listeners
	resource := graph.at(listener.address)
	listener_actions.outcome(resource) == "open"
	count(_redirects(listener)) == 0
	question := {
		"resource": listener.address,
		"path": listener_actions.path(resource),
		"defect": "redirect",
		"message": sprintf("Whether listener '%s' redirects to HTTPS cannot be decided: its action is not known.", [
			listener.address,
		]),
	}
}

deny contains violation if {
	some entry in _rules
	entry.protocol == "HTTP"
	listener_actions.outcome(entry.rule) == "plain"
	violation := {
		"resource": entry.rule.address,
		"path": listener_actions.plain_path(entry.rule),
		"defect": "plaintext",
		"message": sprintf("Rule '%s' of an HTTP listener serves plain HTTP: it %s.", [
			entry.rule.address,
			listener_actions.reason(entry.rule),
		]),
		"related": [place |
			some address in sort([each | some each in entry.listeners])
			place := {"address": address, "path": [], "message": "This is the HTTP listener of the rule."}
		],
	}
}

_rule_gap(entry) := "its listener is not declared here" if {
	entry.protocol == "unknown"
	listener_actions.outcome(entry.rule) in {"plain", "open"}
}

_rule_gap(entry) := "its action is not known" if {
	entry.protocol == "HTTP"
	listener_actions.outcome(entry.rule) == "open"
}

undecided contains question if {
	some entry in _rules
	gap := _rule_gap(entry)
	question := {
		"resource": entry.rule.address,
		"path": _rule_paths[entry.rule.type].listener,
		"defect": "plaintext",
		"message": sprintf("Whether rule '%s' serves plain HTTP cannot be decided: %s.", [entry.rule.address, gap]),
	}
}

# Undecided details of an action that decide nothing change nothing.
proven contains address if {
	some address in subjects
	open := {question.resource | some question in undecided}
	not address in open
}
