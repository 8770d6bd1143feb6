# METADATA
# title: Which events reach a job or step
# description: |
#   Lists the events that start the workflow as cases, {"event", "production", "values": {context: value},
#   "prefixes": {context: text that the value starts with}}, and evaluates conditions for one of them. What a case does
#   not hold is open, and an open part of a condition removes nothing. A case may also hold "status", {status function:
#   "yes" | "no"}, and "results", the same for contains(needs.*.result, …) by the result that is looked for.
#   https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
package policies.lib.deploy_reach

_refs := data.tables.deploy_refs

# The cases in which the workflow starts.
cases := [case |
	workflow := object.get(input.resources, "workflow", null)
	workflow != null
	some trigger in workflow.triggers
	some case in _of_trigger(trigger)
]

_of_trigger(trigger) := array.concat(_branches(trigger), _tags(trigger)) if trigger.event == "push"

_of_trigger(trigger) := [_case("schedule", true, {"github.ref_type": "branch"}, {"github.ref": "refs/heads/"})] if {
	trigger.event == "schedule"
}

_of_trigger(trigger) := [_case("release", true, {"github.ref_type": "tag"}, {"github.ref": "refs/tags/"})] if {
	trigger.event == "release"
}

_of_trigger(trigger) := [_case(trigger.event, false, {}, {"github.ref": "refs/pull/"})] if {
	trigger.event == "pull_request"
}

_of_trigger(trigger) := [_case(trigger.event, false, {}, {})] if {
	not trigger.event in {"push", "schedule", "release", "pull_request"}
}

_case(event, production, values, prefixes) := {
	"event": event,
	"production": production,
	"values": object.union(values, {"github.event_name": event}),
	"prefixes": prefixes,
}

_written(trigger, key) := object.get(trigger.filters, key, [])

# A push with a filter for tags alone never runs for branches, and the other way round.
_for_branches(trigger) if count(_written(trigger, "branches")) > 0

_for_branches(trigger) if object.get(trigger.filters, "branches-ignore", null) != null

_for_branches(trigger) if not _for_tags_only(trigger)

_for_tags_only(trigger) if {
	object.get(trigger.filters, "branches", null) == null
	object.get(trigger.filters, "branches-ignore", null) == null
	_filters_tags(trigger)
}

_filters_tags(trigger) if object.get(trigger.filters, "tags", null) != null

_filters_tags(trigger) if object.get(trigger.filters, "tags-ignore", null) != null

_branches(trigger) := [] if not _for_branches(trigger)

_branches(trigger) := [case |
	some pattern in _patterns(trigger)
	case := _branch(pattern)
] if {
	_for_branches(trigger)
}

_patterns(trigger) := [pattern |
	some pattern in _written(trigger, "branches")
	not startswith(pattern, "!")
	not sprintf("!%s", [pattern]) in _written(trigger, "branches")
] if {
	count(_written(trigger, "branches")) > 0
	not _everything_in(trigger)
}

# A pattern for everything includes the branches that production comes from; each of them is a case of its own.
_patterns(trigger) := array.concat(["**"], [name |
	some name in _refs.names
	not name in _written(trigger, "branches-ignore")
	not sprintf("!%s", [name]) in _written(trigger, "branches")
]) if {
	_everything_in(trigger)
}

_everything_in(trigger) if count(_written(trigger, "branches")) == 0

_everything_in(trigger) if {
	some pattern in _written(trigger, "branches")
	pattern in {"*", "**"}
}

_branch(pattern) := _case(
	"push",
	_is_production(pattern),
	{
		"github.ref_type": "branch",
		"github.ref_name": pattern,
		"github.ref": sprintf("refs/heads/%s", [pattern]),
	},
	{},
) if {
	not _is_pattern(pattern)
}

_branch(pattern) := _case(
	"push",
	_is_production(pattern),
	{"github.ref_type": "branch"},
	{"github.ref": sprintf("refs/heads/%s", [_literal(pattern)]), "github.ref_name": _literal(pattern)},
) if {
	_is_pattern(pattern)
}

_is_production(pattern) if regex.match(_refs.pattern, pattern)

_is_production(pattern) := false if not regex.match(_refs.pattern, pattern)

_is_pattern(pattern) if regex.match(`[*?+\[\]!]|\$default-branch`, pattern)

_literal(pattern) := regex.replace(pattern, `([*?+\[!]|\$default-branch).*$`, "")

_tags(trigger) := [_case("push", true, {"github.ref_type": "tag"}, {"github.ref": "refs/tags/"})] if _for_tags(trigger)

_tags(trigger) := [] if not _for_tags(trigger)

_for_tags(trigger) if _filters_tags(trigger)

_for_tags(trigger) if {
	not _filters_tags(trigger)
	object.get(trigger.filters, "branches", null) == null
	object.get(trigger.filters, "branches-ignore", null) == null
}

# The conditions on the way to a step: those of the job and of every job that must have succeeded before it.
conditions_of(job) := [condition |
	some address in array.concat([job.id], _ancestors(job))
	ancestor := object.get(input.resources, sprintf("jobs.%s", [address]), null)
	ancestor != null
	condition := ancestor.condition
	condition != null
]

# With a status function of its own a job runs although its needs were skipped.
_ancestors(job) := job.needs_closure if not _has_status(job)

_ancestors(job) := [] if _has_status(job)

_has_status(job) if {
	job.condition != null
	count(job.condition.status) > 0
}

# Whether conditions leave a case open: none of them is certainly false.
reached(conditions, case) if {
	excluding := [condition |
		some condition in conditions
		_excludes(condition, case)
	]
	count(excluding) == 0
}

_excludes(condition, _) if condition.value == false

_excludes(condition, case) if {
	condition.value == null
	object.get(condition, "ast", null) != null
	truth(condition.ast, case) == "no"
}

# The truth of a condition's tree in a case: "yes", "no" or "open". Deeper than four levels it is open.
truth(tree, case) := _connected(object.get(tree, "op", ""), [below |
	some part in _parts(tree)
	below := _truth_3(part, case)
], tree, case)

_truth_3(tree, case) := _connected(object.get(tree, "op", ""), [below |
	some part in _parts(tree)
	below := _truth_2(part, case)
], tree, case)

_truth_2(tree, case) := _connected(object.get(tree, "op", ""), [below |
	some part in _parts(tree)
	below := _truth_1(part, case)
], tree, case)

_truth_1(tree, case) := _connected(object.get(tree, "op", ""), [below |
	some part in _parts(tree)
	below := _leaf(part, case)
], tree, case)

_connectives := {"&&", "||", "!"}

_parts(tree) := tree.args if _connectives[object.get(tree, "op", "")]

_parts(tree) := [] if not _connectives[object.get(tree, "op", "")]

_connected(operator, below, _, _) := "no" if {
	operator == "&&"
	"no" in below
}

_connected(operator, below, _, _) := "yes" if {
	operator == "&&"
	every one in below { one == "yes" }
}

_connected(operator, below, _, _) := "open" if {
	operator == "&&"
	not "no" in below
	"open" in below
}

_connected(operator, below, _, _) := "yes" if {
	operator == "||"
	"yes" in below
}

_connected(operator, below, _, _) := "no" if {
	operator == "||"
	every one in below { one == "no" }
}

_connected(operator, below, _, _) := "open" if {
	operator == "||"
	not "yes" in below
	"open" in below
}

_opposite := {"yes": "no", "no": "yes", "open": "open"}

_connected(operator, below, _, _) := _opposite[below[0]] if operator == "!"

_connected(operator, _, tree, case) := _leaf(tree, case) if not _connectives[operator]

# The truth of one comparison, call or value.
_leaf(tree, case) := found[0] if {
	found := _decided(tree, case)
	count(found) > 0
}

_leaf(tree, case) := "open" if count(_decided(tree, case)) == 0

_decided(tree, case) := array.concat(
	array.concat(_by_value(tree, case), _by_equality(tree, case)),
	array.concat(_by_prefix(tree, case), array.concat(_by_call(tree, case), _by_status(tree, case))),
)

_by_status(tree, case) := [answer |
	some answer in _by_membership(tree, case)
] if {
	object.get(tree, "call", "") in {"contains", "endswith"}
	not _holds_results(tree.args[0])
}

# contains(text, 'part'), endsWith(text, 'part') and contains(fromJSON('["a", "b"]'), text) of known texts.
_by_membership(tree, case) := [answer |
	tree.call == "endswith"
	some text in _value(tree.args[0], case)
	some part in _value(tree.args[1], case)
	answer := _answer(endswith(lower(sprintf("%v", [text])), lower(sprintf("%v", [part]))))
] if {
	tree.call == "endswith"
}

_by_membership(tree, case) := [answer |
	some text in _value(tree.args[0], case)
	some part in _value(tree.args[1], case)
	answer := _answer(contains(lower(sprintf("%v", [text])), lower(sprintf("%v", [part]))))
] if {
	tree.call == "contains"
	object.get(tree.args[0], "call", "") != "fromjson"
}

_by_membership(tree, case) := [answer |
	some written in _value(tree.args[0].args[0], case)
	json.is_valid(written)
	items := {lower(sprintf("%v", [item])) | some item in json.unmarshal(written)}
	some text in _value(tree.args[1], case)
	answer := _answer(lower(sprintf("%v", [text])) in items)
] if {
	tree.call == "contains"
	object.get(tree.args[0], "call", "") == "fromjson"
}

_by_status(tree, case) := [answer |
	some held in [object.get(case, "status", {})]
	answer := object.get(held, object.get(tree, "call", ""), null)
	answer != null
] if {
	not object.get(tree, "call", "") in {"contains", "endswith"}
}

_by_status(tree, case) := [answer |
	_holds_results(tree.args[0])
	literal := object.get(tree.args[1], "literal", "")
	answer := object.get(object.get(case, "results", {}), literal, null)
	answer != null
] if {
	object.get(tree, "call", "") in {"contains", "endswith"}
	_holds_results(tree.args[0])
}

_holds_results(tree) if object.get(tree, "context", "") == "needs.*.result"

# join(needs.*.result, ',')
_holds_results(tree) if {
	object.get(tree, "call", "") in {"join", "tojson"}
	object.get(tree.args[0], "context", "") == "needs.*.result"
}

# The values, none or one, that a tree has in a case.
_value(tree, _) := [tree.literal] if object.get(tree, "literal", null) != null

_value(tree, case) := [value |
	name := object.get(tree, "context", "")
	value := object.get(case.values, name, null)
	value != null
] if {
	object.get(tree, "literal", null) == null
	not _empty_input(tree, case)
}

# Inputs are empty unless a person or a caller starts the workflow.
_value(tree, case) := [""] if {
	object.get(tree, "literal", null) == null
	_empty_input(tree, case)
}

_empty_input(tree, case) if {
	regex.match(`^(github\.event\.)?inputs\.`, object.get(tree, "context", ""))
	not case.event in {"workflow_dispatch", "workflow_call"}
}

_by_value(tree, case) := [truthy |
	object.get(tree, "op", "") == ""
	object.get(tree, "call", "") == ""
	some value in _value(tree, case)
	truthy := _truthy(value)
]

_falsy := {"", false, 0}

_truthy(value) := "no" if value in _falsy

_truthy(value) := "yes" if not value in _falsy

_by_equality(tree, case) := [answer |
	operator := object.get(tree, "op", "")
	some left in _value(object.get(tree, ["args", 0], {}), case)
	some right in _value(object.get(tree, ["args", 1], {}), case)
	answer := _compared(operator, _same(left, right))
]

_same(left, right) if lower(sprintf("%v", [left])) == lower(sprintf("%v", [right]))

_same(left, right) := false if lower(sprintf("%v", [left])) != lower(sprintf("%v", [right]))

_compared(operator, same) := "yes" if {
	operator == "=="
	same
}

_compared(operator, same) := "no" if {
	operator == "=="
	not same
}

_compared(operator, same) := "no" if {
	operator == "!="
	same
}

_compared(operator, same) := "yes" if {
	operator == "!="
	not same
}

# A reference of which only the beginning is known differs from every text with another beginning.
_by_prefix(tree, case) := [answer |
	operator := object.get(tree, "op", "")
	operator in {"==", "!="}
	some one, other in {0: 1, 1: 0}
	prefix := object.get(case.prefixes, object.get(object.get(tree, ["args", one], {}), "context", ""), null)
	prefix != null
	literal := object.get(object.get(tree, ["args", other], {}), "literal", null)
	is_string(literal)
	not startswith(lower(literal), lower(prefix))
	answer := _compared(operator, false)
]

_by_call(tree, case) := [answer |
	object.get(tree, "call", "") == "startswith"
	literal := object.get(object.get(tree, ["args", 1], {}), "literal", null)
	is_string(literal)
	some value in _value(object.get(tree, ["args", 0], {}), case)
	answer := _answer(startswith(lower(sprintf("%v", [value])), lower(literal)))
] if {
	_known_subject(tree, case)
}

_by_call(tree, case) := [answer |
	object.get(tree, "call", "") == "startswith"
	literal := object.get(object.get(tree, ["args", 1], {}), "literal", null)
	is_string(literal)
	prefix := object.get(case.prefixes, object.get(object.get(tree, ["args", 0], {}), "context", ""), null)
	prefix != null
	some answer in _begins(lower(prefix), lower(literal))
] if {
	not _known_subject(tree, case)
}

_known_subject(tree, case) if {
	object.get(tree, "call", "") != ""
	count(_value(object.get(tree, ["args", 0], {}), case)) > 0
}

_begins(prefix, literal) := ["yes"] if startswith(prefix, literal)

_begins(prefix, literal) := ["no"] if {
	not startswith(prefix, literal)
	not startswith(literal, prefix)
}

_begins(prefix, literal) := [] if {
	not startswith(prefix, literal)
	startswith(literal, prefix)
}

_answer(holds) := "yes" if holds

_answer(holds) := "no" if not holds
