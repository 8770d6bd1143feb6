# METADATA
# title: Alarms of CloudWatch
# description: |
#   What each alarm watches and whether it does anything: {"address", "metrics", "actions", "enabled"}. A metric is
#   {"namespace", "name", "of", "texts", "open"}: `of` the resources that its dimensions refer to, `texts` the literals
#   among them, `open` whether a dimension is undecided. Metrics inside expressions count as well.
package policies.lib.alarms

import data.policies.lib.graph
import data.policies.lib.settings
import data.policies.lib.value

_paths := {
	"AWS::CloudWatch::Alarm": {
		"own": ["Properties"],
		"namespace": "Namespace",
		"name": "MetricName",
		"dimensions": "Dimensions",
		"list": ["Properties", "Metrics"],
		"inner": ["MetricStat", "Metric"],
		"actions": ["Properties", "AlarmActions"],
		"enabled": ["Properties", "ActionsEnabled"],
	},
	"aws_cloudwatch_metric_alarm": {
		"own": [],
		"namespace": "namespace",
		"name": "metric_name",
		"dimensions": "dimensions",
		"list": ["metric_query"],
		"inner": ["metric", 0],
		"actions": ["alarm_actions"],
		"enabled": ["actions_enabled"],
	},
}

# The types of alarms.
types := object.keys(_paths)

# Every alarm of the unit.
all := [alarm |
	some declared in graph.of_types(types)
	paths := _paths[declared.type]
	alarm := {
		"address": declared.address,
		"resource": declared,
		"metrics": array.concat(_metric(declared, paths, paths.own), _inner(declared, paths)),
		"actions": value.present(declared, paths.actions),
		"enabled": value.get(declared, paths.enabled),
	}
]

_inner(declared, paths) := [metric |
	some index, _ in value.list(object.get(declared.node, paths.list, null))
	at := array.concat(paths.list, array.concat([index], paths.inner))
	some metric in _metric(declared, paths, at)
]

_metric(declared, paths, at) := [metric |
	name := value.get(declared, array.concat(at, [paths.name]))
	not value.is_absent(name)
	dimensions := array.concat(at, [paths.dimensions])
	written := object.get(declared.node, dimensions, null)
	metric := {
		"namespace": settings.text(value.get(declared, array.concat(at, [paths.namespace])), ""),
		"name": settings.text(name, ""),
		"of": graph.referenced(declared, dimensions),
		"texts": {text | some text in _values(written); is_string(text)},
		"open": _is_open(declared, dimensions, written),
	}
]

# The values of dimensions: a list of names and values in templates, a map in plans.
_values(written) := [object.get(dimension, "Value", null) |
	some dimension in written
	is_object(dimension)
] if {
	is_array(written)
}

_values(written) := [held | some _, held in written] if {
	is_object(written)
	not value.opaque(written)
}

_values(written) := [] if {
	not is_array(written)
	not is_object(written)
}

_values(written) := [written] if value.opaque(written)

# An undecided dimension that refers to nothing here may be any resource.
_is_open(declared, dimensions, written) if {
	count(graph.referenced(declared, dimensions)) == 0
	count([held | some held in array.concat([written], _values(written)); value.opaque(held)]) > 0
}

_is_open(declared, dimensions, _) := false if count(graph.referenced(declared, dimensions)) > 0

_is_open(declared, dimensions, written) := false if {
	count(graph.referenced(declared, dimensions)) == 0
	count([held | some held in array.concat([written], _values(written)); value.opaque(held)]) == 0
}

# Whether an alarm does something: "pass", "fail" or "open".
acts(alarm) := "fail" if settings.switch(alarm.enabled, "on") == "off"

acts(alarm) := "fail" if {
	settings.switch(alarm.enabled, "on") != "off"
	_has_actions(alarm) == "no"
}

acts(alarm) := "open" if {
	settings.switch(alarm.enabled, "on") == "open"
	_has_actions(alarm) != "no"
}

acts(alarm) := _acting[_has_actions(alarm)] if {
	settings.switch(alarm.enabled, "on") == "on"
	_has_actions(alarm) != "no"
}

_acting := {"yes": "pass", "open": "open"}

_has_actions(alarm) := "no" if value.is_absent(alarm.actions)

_has_actions(alarm) := "open" if value.is_unknown(alarm.actions)

_has_actions(alarm) := _some[count(value.list(alarm.actions.value)) > 0] if value.is_known(alarm.actions)

_some := {true: "yes", false: "no"}
