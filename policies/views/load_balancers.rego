# METADATA
# title: Load balancers and listeners of the unit
# description: |
#   {"balancers": {address: {"address", "kind", "scheme"}}, "listeners": {address: listener}}. `kind` is "application",
#   "network", "gateway" or "unknown", `scheme` "internet-facing", "internal" or "unknown". A listener is {"address",
#   "balancer", "open", "kind", "protocol", "protocol_path", "port"}; `balancer` is null where the unit does not declare
#   it, `protocol` upper-case text or "unknown". Facts: Elastic Load Balancing API Reference, CreateLoadBalancer and
#   CreateListener; the Terraform provider leaves the protocol of a listener to HTTP or HTTPS by its certificate.
package policies.views.load_balancers

import data.policies.lib.graph
import data.policies.lib.network_joins
import data.policies.lib.value

_balancer_types := ["AWS::ElasticLoadBalancingV2::LoadBalancer", "aws_lb"]

_listener_fields := {
	"AWS::ElasticLoadBalancingV2::Listener": {
		"protocol": ["Properties", "Protocol"],
		"port": ["Properties", "Port"],
		"balancer": ["Properties", "LoadBalancerArn"],
		"certificate": ["Properties", "Certificates"],
	},
	"aws_lb_listener": {
		"protocol": ["protocol"],
		"port": ["port"],
		"balancer": ["load_balancer_arn"],
		"certificate": ["certificate_arn"],
	},
}

_kind_path := {
	"AWS::ElasticLoadBalancingV2::LoadBalancer": ["Properties", "Type"],
	"aws_lb": ["load_balancer_type"],
}

rows := {"balancers": _balancers, "listeners": _listeners}

_balancers := {balancer.address: row |
	some balancer in graph.of_types(_balancer_types)
	row := {
		"address": balancer.address,
		"kind": _kind(object.get(balancer.node, _kind_path[balancer.type], null)),
		"scheme": _scheme(balancer),
	}
}

_kind(written) := "application" if written == null

_kind(written) := lower(written) if is_string(written)

_kind(written) := "unknown" if {
	written != null
	not is_string(written)
}

_scheme(balancer) := _template_scheme(object.get(balancer.node, ["Properties", "Scheme"], null)) if {
	balancer.type == "AWS::ElasticLoadBalancingV2::LoadBalancer"
}

_scheme(balancer) := _plan_scheme(object.get(balancer.node, ["internal"], null)) if balancer.type == "aws_lb"

_template_scheme(written) := "internet-facing" if written == null

_template_scheme(written) := lower(written) if is_string(written)

_template_scheme(written) := "unknown" if {
	written != null
	not is_string(written)
}

_plan_scheme(written) := "internet-facing" if written == null

_plan_scheme(written) := "internet-facing" if value.falsy(written)

_plan_scheme(written) := "internal" if value.truthy(written)

_plan_scheme(written) := "unknown" if value.opaque(written)

_listeners := {listener.address: row |
	some type, fields in _listener_fields
	some listener in graph.of_types([type])
	found := network_joins.join(listener, fields.balancer, _balancer_types)
	protocol := _protocol(listener, fields)
	balancer := _single(found)
	row := {
		"address": listener.address,
		"balancer": balancer,
		"open": found.open,
		"kind": _listener_kind(protocol, balancer),
		"protocol": protocol,
		"protocol_path": _protocol_path(listener, fields),
		"port": object.get(listener.node, fields.port, null),
	}
}

_single(found) := address if {
	network_joins.exact(found)
	some address in found.to
}

_single(found) := null if not network_joins.exact(found)

# Where the protocol stands, or the listener itself.
_protocol_path(listener, fields) := fields.protocol if object.get(listener.node, fields.protocol, null) != null

_protocol_path(listener, fields) := [] if object.get(listener.node, fields.protocol, null) == null

_protocol(listener, fields) := upper(object.get(listener.node, fields.protocol, null)) if {
	is_string(object.get(listener.node, fields.protocol, null))
}

_protocol(listener, fields) := "unknown" if value.opaque(object.get(listener.node, fields.protocol, null))

_protocol(listener, fields) := _default_protocol(listener, fields) if {
	object.get(listener.node, fields.protocol, null) == null
}

# A network load balancer needs a protocol and a gateway load balancer has none, so only the others default to one.
_default_protocol(listener, fields) := "HTTPS" if {
	not _gateway_listener(listener, fields)
	_secure(listener, fields)
}

_default_protocol(listener, fields) := "HTTP" if {
	not _gateway_listener(listener, fields)
	not _secure(listener, fields)
}

_default_protocol(listener, fields) := "GENEVE" if _gateway_listener(listener, fields)

_gateway_listener(listener, fields) if {
	found := network_joins.join(listener, fields.balancer, _balancer_types)
	some address in found.to
	_balancers[address].kind == "gateway"
}

_secure(listener, fields) if object.get(listener.node, fields.certificate, null) != null

_secure(listener, fields) if {
	port := object.get(listener.node, fields.port, null)
	value.number(port) == 443
}

_kinds_by_protocol := {
	"HTTP": "application",
	"HTTPS": "application",
	"TCP": "network",
	"UDP": "network",
	"TCP_UDP": "network",
	"TLS": "network",
	"QUIC": "network",
	"TCP_QUIC": "network",
	"GENEVE": "gateway",
}

_listener_kind(protocol, _) := _kinds_by_protocol[protocol] if protocol in object.keys(_kinds_by_protocol)

_listener_kind(protocol, balancer) := "unknown" if {
	not protocol in object.keys(_kinds_by_protocol)
	balancer == null
}

_listener_kind(protocol, balancer) := _balancers[balancer].kind if {
	not protocol in object.keys(_kinds_by_protocol)
	balancer != null
}
