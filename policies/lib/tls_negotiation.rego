# METADATA
# title: What classic load balancers negotiate with their clients
# description: |
#   Finds the SSL negotiation policies of a listener and tells whether they allow less than TLS 1.2. A listener without
#   one has the default policy, which does. Facts: User Guide for Classic Load Balancers, "Predefined SSL security
#   policies".
package policies.lib.tls_negotiation

import data.policies.lib.graph
import data.policies.lib.settings
import data.policies.lib.value

_safe := "elbsecuritypolicy-tls-1-2-2017-01"

# Whether a listener negotiates TLS 1.2 only: {"state", "path", "message"}.
judged(balancer, path, port) := found if {
	balancer.type == "AWS::ElasticLoadBalancing::LoadBalancer"
	names := value.get(balancer, array.concat(path, [_names_key]))
	found := _of_names(balancer, names)
}

judged(balancer, path, port) := found if {
	balancer.type == "aws_elb"
	found := _of_policies(path, _plan_policies(balancer, port))
}

_names_key := "PolicyNames"

_none(path) := {
	"state": "fail",
	"path": path,
	"message": "has no SSL negotiation policy, and the default one allows TLS 1.0",
}

_of_names(_, names) := {"state": "open", "path": names.path, "message": "has policies that are not known"} if {
	value.is_unknown(names)
}

_of_names(balancer, names) := found if {
	not value.is_unknown(names)
	policies := [policy |
		some name in value.list(names.value)
		some policy in _named(balancer, name)
	]
	found := _of_policies(names.path, policies)
}

# The policies of a name; an undecided name may be any.
_named(balancer, name) := [{"state": "open", "path": ["Properties", "Policies"]}] if value.opaque(name)

_named(balancer, name) := [policy |
	declared := value.list(object.get(balancer.node, ["Properties", "Policies"], null))
	some index, body in declared
	value.child(body, "PolicyName") == name
	value.child(body, "PolicyType") == "SSLNegotiationPolicyType"
	path := ["Properties", "Policies", index]
	policy := {"state": _attributes(value.list(value.child(body, "Attributes")), "Name", "Value"), "path": path}
] if {
	not value.opaque(name)
	not value.opaque(object.get(balancer.node, ["Properties", "Policies"], null))
}

_named(balancer, name) := [{"state": "open", "path": ["Properties", "Policies"]}] if {
	not value.opaque(name)
	value.opaque(object.get(balancer.node, ["Properties", "Policies"], null))
}

_of_policies(path, policies) := _none(path) if count(policies) == 0

_of_policies(path, policies) := found if {
	count(policies) > 0
	best := [policy | some state in ["pass", "open", "fail"]; some policy in policies; policy.state == state]
	found := {"state": best[0].state, "path": _at(path, best[0]), "message": _messages[best[0].state]}
}

_at(_, policy) := policy.path if count(policy.path) > 0

_at(path, policy) := path if count(policy.path) == 0

_messages := {
	"pass": "negotiates TLS 1.2 only",
	"open": "has an SSL negotiation policy that is not known",
	"fail": "has an SSL negotiation policy that allows less than TLS 1.2",
}

# What the attributes of a policy allow: a predefined policy, or the protocols that they switch on.
_attributes(list, name, written) := "open" if count([item | some item in list; _hides(item, name, written)]) > 0

_attributes(list, name, written) := state if {
	count([item | some item in list; _hides(item, name, written)]) == 0
	pairs := {[key, text] |
		some item in list
		key := lower(value.shown(object.get(item, name, "")))
		text := lower(value.shown(object.get(item, written, "")))
	}
	state := _pairs(pairs)
}

# Attributes that may be a policy or a protocol, or whose value is not known.
_hides(item, _, _) if value.opaque(item)

_hides(item, name, _) if value.opaque(object.get(item, name, ""))

_hides(item, name, written) if {
	value.opaque(object.get(item, written, ""))
	regex.match(`^(reference-security-policy$|protocol-)`, lower(value.shown(object.get(item, name, ""))))
}

_pairs(pairs) := {true: "pass", false: "fail"}[_predefined(pairs) == {_safe}] if count(_predefined(pairs)) > 0

_pairs(pairs) := {true: "pass", false: "fail"}[_enabled(pairs) == {"protocol-tlsv1.2"}] if {
	count(_predefined(pairs)) == 0
}

_predefined(pairs) := {pair[1] | some pair in pairs; pair[0] == "reference-security-policy"}

_enabled(pairs) := {pair[0] | some pair in pairs; startswith(pair[0], "protocol-"); pair[1] == "true"}

# A plan attaches policies to a port by resources of their own. What may be for this port, or may be such a policy, is
# undecided.
_plan_policies(balancer, port) := array.concat(
	[{"state": state, "path": []} |
		some policy in graph.of_types(["aws_lb_ssl_negotiation_policy"])
		meant := _meant(policy, "load_balancer", balancer)
		settings.number(value.get(policy, ["lb_port"]), null) in {port, null}
		allowed := _attributes(value.list(object.get(policy.node, "attribute", null)), "name", "value")
		state := _hedged(allowed, meant)
	],
	[{"state": state, "path": []} |
		some link in graph.of_types(["aws_load_balancer_listener_policy"])
		meant := _meant(link, "load_balancer_name", balancer)
		settings.number(value.get(link, ["load_balancer_port"]), null) in {port, null}
		some allowed in _linked(link)
		state := _hedged(allowed, meant)
	],
)

# Whether a resource is for a load balancer: "yes" or "maybe"; undefined where it is for another.
_meant(resource, key, balancer) := "yes" if balancer.address in _balancers(resource, key)

_meant(resource, key, _) := "maybe" if {
	count(_balancers(resource, key)) == 0
	not value.is_known(value.get(resource, [key]))
}

_balancers(resource, key) := graph.referenced(resource, [key]) | {balancer.address |
	written := object.get(resource.node, key, null)
	is_string(written)
	some balancer in graph.of_types(["aws_elb"])
	object.get(balancer.node, "name", null) == written
}

_hedged(state, meant) := state if meant == "yes"

_hedged(state, meant) := "open" if {
	meant == "maybe"
	state != ""
}

# What the policies of a link come to. One that is not declared may be of any kind.
_linked(link) := array.concat(
	[state |
		some address in _declared(link)
		policy := input.resources[address]
		object.get(policy.node, "policy_type_name", "") == "SSLNegotiationPolicyType"
		state := _attributes(value.list(object.get(policy.node, "policy_attribute", null)), "name", "value")
	],
	["open" |
		some doubt in [_names_open(link), count(_strangers(link)) > 0]
		doubt
	],
)

_declared(link) := {address |
	some address in graph.referenced(link, ["policy_names"])
	object.get(input.resources, [address, "type"], "") == "aws_load_balancer_policy"
} | {policy.address |
	some name in _names(link)
	is_string(name)
	some policy in graph.of_types(["aws_load_balancer_policy"])
	object.get(policy.node, "policy_name", null) == name
}

_names(link) := value.list(object.get(link.node, "policy_names", null))

# Names that are not known and that no resource of the unit gives.
_names_open(link) := true if {
	count(graph.referenced(link, ["policy_names"])) == 0
	count([name | some name in _names(link); value.opaque(name)]) > 0
}

_names_open(link) := false if count(graph.referenced(link, ["policy_names"])) > 0

_names_open(link) := false if count([name | some name in _names(link); value.opaque(name)]) == 0

# Names of policies that the unit does not declare.
_strangers(link) := {name |
	count(graph.referenced(link, ["policy_names"])) == 0
	some name in _names(link)
	is_string(name)
	count([policy |
		some policy in graph.of_types(["aws_load_balancer_policy"])
		object.get(policy.node, "policy_name", null) == name
	]) == 0
}

_read_paths := {
	"AWS::ElasticLoadBalancing::LoadBalancer": [["Properties", "Policies"]],
	"aws_lb_ssl_negotiation_policy": [["load_balancer"], ["lb_port"], ["attribute"]],
	"aws_load_balancer_listener_policy": [["load_balancer_name"], ["load_balancer_port"], ["policy_names"]],
	"aws_load_balancer_policy": [["policy_name"], ["policy_type_name"], ["policy_attribute"]],
	"aws_elb": [["name"]],
}

# What the judgement reads, where it is written.
records := [record |
	some type, paths in _read_paths
	some resource in graph.of_types([type])
	some path in paths
	record := value.present(resource, path)
	value.is_known(record)
]
