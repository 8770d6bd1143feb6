# METADATA
# title: Load balancers and listeners
# description: The `balancers` and `listeners` are the rows of policies/views/load_balancers.rego, by address.
package policies.lib.load_balancers

balancers := input.views.load_balancers.balancers if input.views.load_balancers

balancers := data.policies.views.load_balancers.rows.balancers if not input.views.load_balancers

listeners := input.views.load_balancers.listeners if input.views.load_balancers

listeners := data.policies.views.load_balancers.rows.listeners if not input.views.load_balancers

# The scheme that a listener serves: that of its load balancer, or "unknown".
scheme(listener) := "unknown" if listener.balancer == null

scheme(listener) := balancers[listener.balancer].scheme if listener.balancer != null

# What uses a security group at a place: a "public" load balancer, something "other", or "open" where the scheme is
# undecided.
place_kind(place) := _public_kind(balancers[place.address].scheme) if balancers[place.address]

place_kind(place) := _public_kind(_classic_scheme(input.resources[place.address])) if {
	place.type in {"AWS::ElasticLoadBalancing::LoadBalancer", "aws_elb"}
}

place_kind(place) := "other" if {
	not balancers[place.address]
	not place.type in {"AWS::ElasticLoadBalancing::LoadBalancer", "aws_elb"}
}

_public_kind(scheme_of) := "public" if scheme_of == "internet-facing"

_public_kind(scheme_of) := "other" if scheme_of == "internal"

_public_kind(scheme_of) := "open" if not scheme_of in {"internet-facing", "internal"}

_classic_scheme(balancer) := "internal" if object.get(balancer.node, ["Properties", "Scheme"], null) == "internal"

_classic_scheme(balancer) := "internal" if object.get(balancer.node, ["internal"], false) in {true, "true"}

_classic_scheme(balancer) := "internet-facing" if {
	object.get(balancer.node, ["Properties", "Scheme"], "internet-facing") == "internet-facing"
	object.get(balancer.node, ["internal"], false) in {false, "false"}
}

_classic_scheme(balancer) := "unknown" if {
	is_object(object.get(balancer.node, ["Properties", "Scheme"], "internet-facing"))
}

_classic_scheme(balancer) := "unknown" if is_object(object.get(balancer.node, ["internal"], false))
