# METADATA
# title: What listeners and their rules do with a request
# description: |
#   Judges the actions of a listener or of a listener rule that serve plain HTTP. Authentication never stands alone and
#   is not judged. Fields of a redirect that are not written keep what the request had. Facts: Elastic Load Balancing
#   API Reference, Action and RedirectActionConfig.
package policies.lib.listener_actions

import data.policies.lib.value

_fields := {
	"AWS::ElasticLoadBalancingV2::Listener": _template_fields(["Properties", "DefaultActions"]),
	"AWS::ElasticLoadBalancingV2::ListenerRule": _template_fields(["Properties", "Actions"]),
	"aws_lb_listener": _plan_fields(["default_action"]),
	"aws_lb_listener_rule": _plan_fields(["action"]),
}

_template_fields(actions) := {
	"actions": actions,
	"type": ["Type"],
	"redirect": ["RedirectConfig"],
	"protocol": ["RedirectConfig", "Protocol"],
	"port": ["RedirectConfig", "Port"],
	"status": ["RedirectConfig", "StatusCode"],
	"answer": ["FixedResponseConfig", "StatusCode"],
}

_plan_fields(actions) := {
	"actions": actions,
	"type": ["type"],
	"redirect": ["redirect", 0],
	"protocol": ["redirect", 0, "protocol"],
	"port": ["redirect", 0, "port"],
	"status": ["redirect", 0, "status_code"],
	"answer": ["fixed_response", 0, "status_code"],
}

# Where the actions of a resource stand.
path(resource) := _fields[resource.type].actions

_actions(resource) := [action |
	names := _fields[resource.type]
	written := object.get(resource.node, names.actions, null)
	is_array(written)
	some index, body in written
	action := _action(body, array.concat(names.actions, [index]), names)
]

_action(body, at, _) := {"path": at, "outcome": "open", "redirect": false, "body": body} if value.opaque(body)

_action(body, at, names) := {"path": at, "outcome": outcome, "redirect": redirect, "body": body} if {
	not value.opaque(body)
	type := object.get(body, names.type, null)
	outcome := _outcome(type, body, names)
	redirect := type == "redirect"
}

_outcome(type, _, _) := "open" if not is_string(type)

_outcome(type, _, _) := "plain" if type == "forward"

_outcome(type, _, _) := "none" if {
	is_string(type)
	startswith(type, "authenticate-")
}

_outcome(type, body, names) := {"https": "redirect", "plain": "plain", "open": "open"}[_target(body, names)] if {
	type == "redirect"
}

_outcome(type, body, names) := _answer(object.get(body, names.answer, null)) if type == "fixed-response"

_outcome(type, _, _) := "open" if {
	is_string(type)
	not type in {"forward", "redirect", "fixed-response"}
	not startswith(type, "authenticate-")
}

_target(body, names) := "https" if _protocol(body, names) == "HTTPS"

_target(body, names) := "plain" if _protocol(body, names) in {"HTTP", "#{PROTOCOL}"}

_target(body, names) := "open" if not _protocol(body, names) in {"HTTPS", "HTTP", "#{PROTOCOL}"}

# A redirect without a protocol keeps HTTP.
_protocol(body, names) := upper(object.get(body, names.protocol, "#{protocol}")) if {
	not value.opaque(object.get(body, names.redirect, null))
	is_string(object.get(body, names.protocol, "#{protocol}"))
}

_protocol(body, names) := "#{PROTOCOL}" if object.get(body, names.protocol, "") == null

_protocol(body, names) := "unknown" if value.opaque(object.get(body, names.protocol, ""))

_protocol(body, names) := "unknown" if value.opaque(object.get(body, names.redirect, null))

_answer(status) := "closed" if regex.match(`^[45]`, sprintf("%v", [status]))

_answer(status) := "plain" if regex.match(`^[23]`, sprintf("%v", [status]))

_answer(status) := "open" if not regex.match(`^[2345]`, sprintf("%v", [status]))

# "plain", "open", "redirect" (to HTTPS) or "closed" (an error answer) for all actions of a resource together.
outcome(resource) := together if {
	outcomes := _outcomes(resource)
	together := _together(outcomes)
}

_together(outcomes) := "plain" if "plain" in outcomes

_together(outcomes) := "open" if {
	not "plain" in outcomes
	count(outcomes & {"redirect", "closed"}) == 0
}

_together(outcomes) := "open" if {
	not "plain" in outcomes
	count(outcomes & {"redirect", "closed"}) > 0
	"open" in outcomes
}

_together(outcomes) := "redirect" if {
	"redirect" in outcomes
	count(outcomes & {"plain", "open"}) == 0
}

_together(outcomes) := "closed" if {
	"closed" in outcomes
	count(outcomes & {"plain", "open", "redirect"}) == 0
}

_outcomes(resource) := {action.outcome | some action in _actions(resource)}

# Where the first action that serves plain HTTP stands.
plain_path(resource) := _plain(resource)[0].path

_plain(resource) := [action | some action in _actions(resource); action.outcome == "plain"]

# What the first action that serves plain HTTP does, as the end of a sentence.
reason(resource) := _reason(object.get(_plain(resource)[0].body, _fields[resource.type].type, ""))

_reason(type) := "forwards the request" if type == "forward"

_reason(type) := "redirects without changing to HTTPS" if type == "redirect"

_reason(type) := "answers with success" if type == "fixed-response"

# The redirects of a resource: {"path", "target", "port", "status"}, the path being the redirect's own.
redirects(resource) := [redirect |
	names := _fields[resource.type]
	some action in _actions(resource)
	action.redirect
	redirect := {
		"path": array.concat(action.path, names.redirect),
		"target": _target(action.body, names),
		"port": _text(object.get(action.body, names.port, null)),
		"status": _text(object.get(action.body, names.status, null)),
	}
]

_text(written) := written if is_string(written)

_text(written) := sprintf("%v", [written]) if is_number(written)

_text(written) := written if {
	not is_string(written)
	not is_number(written)
}
