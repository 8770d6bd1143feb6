# METADATA
# title: Load balancers behind CloudFront
# description: |
#   Tells by which distributions a load balancer is an origin, and whether it can be reached past them: through its
#   security groups, unless its listeners want a secret header that the distribution sets. Facts: Amazon CloudFront
#   Developer Guide, "Restrict access to Application Load Balancers".
package policies.lib.cloudfront_origins

import data.policies.lib.graph
import data.policies.lib.group_sources
import data.policies.lib.listener_actions
import data.policies.lib.load_balancers
import data.policies.lib.network_joins
import data.policies.lib.prefix_lists
import data.policies.lib.value

_origin_paths := {
	"AWS::CloudFront::Distribution": ["Properties", "DistributionConfig", "Origins"],
	"aws_cloudfront_distribution": ["origin"],
}

_header_fields := {
	"AWS::CloudFront::Distribution": {"list": ["OriginCustomHeaders"], "name": "HeaderName"},
	"aws_cloudfront_distribution": {"list": ["custom_header"], "name": "name"},
}

_group_paths := {
	"AWS::ElasticLoadBalancingV2::LoadBalancer": ["Properties", "SecurityGroups"],
	"aws_lb": ["security_groups"],
}

_rule_fields := {
	"AWS::ElasticLoadBalancingV2::ListenerRule": {
		"listener": ["Properties", "ListenerArn"],
		"conditions": ["Properties", "Conditions"],
		"header": ["HttpHeaderConfig", "HttpHeaderName"],
	},
	"aws_lb_listener_rule": {
		"listener": ["listener_arn"],
		"conditions": ["condition"],
		"header": ["http_header", 0, "http_header_name"],
	},
}

_vpc_origin_types := {"AWS::CloudFront::VpcOrigin", "aws_cloudfront_vpc_origin"}

# Keeps an index without entries defined under regorus; no address is empty.
_fronts[""] contains null

_fronts[balancer] contains {"distribution": distribution.address, "headers": headers} if {
	some type, path in _origin_paths
	some distribution in graph.of_types([type])
	some index, _ in value.list(object.get(distribution.node, path, null))
	at := array.concat(path, [index])
	headers := _headers(distribution, at)
	some target in graph.referenced(distribution, at)
	some balancer in _balancers_of(target)
}

_balancers_of(target) := {target} if load_balancers.balancers[target]

_balancers_of(target) := graph.referenced(input.resources[target], []) if {
	not load_balancers.balancers[target]
	object.get(input.resources, [target, "type"], "") in _vpc_origin_types
}

# The names of the headers that a distribution adds for an origin; null stands for those that are not known.
_headers(distribution, at) := {name |
	fields := _header_fields[distribution.type]
	some header in value.list(object.get(distribution.node, array.concat(at, fields.list), null))
	name := _header_name(value.child(header, fields.name))
}

_header_name(written) := lower(written) if is_string(written)

_header_name(written) := null if value.opaque(written)

# The load balancers that are origins.
origins := {balancer |
	some balancer, _ in _fronts
	load_balancers.balancers[balancer]
	load_balancers.balancers[balancer].kind == "application"
}

# How a load balancer can be reached: {"state", "distributions", "rows", "why"}. It passes when only its distributions
# reach it; `rows` are the rules that let others in.
way(balancer) := object.get(ways, balancer, {"state": "none", "distributions": set(), "rows": [], "why": ""})

# The same of every load balancer that is an origin.
ways := {balancer: way_of |
	some balancer in origins
	fronts := {front.distribution | some front in _fronts[balancer]}
	reach := _reaches[balancer]
	way_of := {"state": reach.state, "distributions": fronts, "rows": reach.rows, "why": reach.why}
}

_reaches := {balancer: reach |
	some balancer in origins
	verdicts := array.concat(_shut(balancer), _through_groups(balancer))
	reach := verdicts[0]
}

_shut(balancer) := [{"state": "pass", "rows": [], "why": ""} |
	some closed in [load_balancers.balancers[balancer].scheme == "internal", _guards[balancer] == "yes"]
	closed
]

_groups(balancer) := group_sources.named(input.resources[balancer], _group_paths[input.resources[balancer].type])

# What the rules of its groups come to, the worst first.
_through_groups(balancer) := array.concat(
	_past(balancer),
	array.concat(_unsure(balancer), _without_rows(_groups(balancer))),
)

_sourced := {balancer: sourced |
	some balancer in origins
	sourced := [{"row": row, "source": source} |
		some row in _ingress(balancer, _groups(balancer).to)
		source := _source(row)
	]
}

_past(balancer) := [{"state": reach.state, "rows": rows, "why": reach.why} |
	rows := [one.row | some one in _sourced[balancer]; one.source == "other"]
	count(rows) > 0
	reach := _past_state(load_balancers.balancers[balancer].scheme, _guards[balancer])
]

_past_state("internal", _) := {"state": "pass", "why": ""}

_past_state("unknown", _) := {"state": "open", "why": "its scheme is not known"}

_past_state("internet-facing", "no") := {"state": "fail", "why": ""}

_past_state("internet-facing", "open") := {
	"state": "open",
	"why": "whether its listeners want a header that the distribution sets is not known",
}

_unsure(balancer) := [{"state": "open", "rows": rows, "why": rows[0].waits} |
	rows := [one.row | some one in _sourced[balancer]; one.source == "unknown"]
	count(rows) > 0
]

# Where no rule lets anybody in.
_without_rows(groups) := [{"state": "open", "rows": [], "why": groups.why}] if groups.open

_without_rows(groups) := [{"state": "open", "rows": [], "why": "it names no security group"}] if not groups.written

_without_rows(groups) := [{"state": "pass", "rows": [], "why": ""}] if {
	groups.written
	not groups.open
}

# The rules that open a port on which the load balancer listens.
_ingress(balancer, groups) := [row |
	some row in sort([each | some each in group_sources.rules_of(groups)])
	not row.protocol in {"icmp", "icmpv6"}
	_on_listener(balancer, row)
]

_ports(balancer) := {port |
	some listener in load_balancers.listeners
	listener.balancer == balancer
	not value.opaque(listener.port)
	port := value.number(listener.port)
}

_on_listener(balancer, row) if {
	row.ports != "range"
	count(_ports(balancer)) >= 0
}

_on_listener(balancer, row) if {
	row.ports == "range"
	some port in _ports(balancer)
	row.from <= port
	port <= row.to
}

_on_listener(balancer, row) if {
	row.ports == "range"
	count(_ports(balancer)) == 0
	row.from <= 443
	row.to >= 443
}

_listed := {"world": "other", "other": "other", "unknown": "unknown"}

# "cloudfront", "other" or "unknown".
_source(row) := "cloudfront" if {
	row.kind == "prefix-list"
	prefix_lists.cloudfront(input.resources[row.origin], row.at)
}

_source(row) := _listed[row.reach] if {
	row.kind == "prefix-list"
	origin := input.resources[row.origin]
	not prefix_lists.cloudfront(origin, row.at)
}

_source(row) := "unknown" if row.kind == "unknown"

_source(row) := "other" if {
	not row.kind in {"prefix-list", "unknown"}
	not value.unknown(row.source)
}

_source(row) := "unknown" if {
	not row.kind in {"prefix-list", "unknown"}
	value.unknown(row.source)
}

# Whether every listener of a load balancer turns away or redirects what no rule matches, and every rule that forwards
# wants a header of the distribution: "yes", "no" or "open".
_guards := {balancer: guard |
	some balancer in origins
	headers := {header | some front in _fronts[balancer]; some header in front.headers}
	own := [listener | some listener in load_balancers.listeners; listener.balancer == balancer]
	rules := [rule | some listener in own; some rule in _rules(listener.address)]
	closed := {answer | some listener in own; answer := _closed[listener_actions.outcome(graph.at(listener.address))]}
	guarded := {answer | some rule in rules; answer := _guarded(rule, headers)}
	guard := _least((closed | guarded) | {"no" | count(rules) == 0})
}

_closed := {"closed": "yes", "redirect": "yes", "open": "open", "plain": "no"}

_least(answers) := "no" if "no" in answers

_least(answers) := "open" if {
	not "no" in answers
	"open" in answers
}

_least(answers) := "yes" if answers == {"yes"}

_rules(listener) := [rule |
	some type, fields in _rule_fields
	some rule in graph.of_types([type])
	listener in network_joins.join(rule, fields.listener, [
		"AWS::ElasticLoadBalancingV2::Listener",
		"aws_lb_listener",
	]).to
]

_guarded(rule, _) := "yes" if listener_actions.outcome(rule) in {"closed", "redirect"}

_guarded(rule, headers) := answer if {
	not listener_actions.outcome(rule) in {"closed", "redirect"}
	wants := _wanted(rule)
	answer := _known_to(wants, headers)
}

# The headers that the conditions of a rule want; null stands for those that are not known.
_wanted(rule) := {name |
	fields := _rule_fields[rule.type]
	some index, body in value.list(object.get(rule.node, fields.conditions, null))
	name := _wanted_name(rule, fields, index, body)
}

_wanted_name(_, _, _, body) := null if value.opaque(body)

_wanted_name(rule, fields, index, body) := name if {
	not value.opaque(body)
	at := array.concat(fields.conditions, array.concat([index], fields.header))
	name := _of_record(value.get(rule, at))
}

_of_record(record) := lower(record.value) if is_string(record.value)

_of_record(record) := null if value.is_unknown(record)

_known_to(wants, headers) := "yes" if count((wants & headers) - {null}) > 0

_known_to(wants, headers) := "open" if {
	count((wants & headers) - {null}) == 0
	_may_meet(wants, headers)
}

_known_to(wants, headers) := "no" if {
	count((wants & headers) - {null}) == 0
	not _may_meet(wants, headers)
}

_may_meet(wants, headers) if {
	null in wants
	count(headers) > 0
}

_may_meet(wants, headers) if {
	null in headers
	count(wants) > 0
}
