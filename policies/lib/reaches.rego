# METADATA
# title: From where a step can be reached
# description: |
#   All refs and events from which the conditions of a job and step let a run through, each tried with real names: the
#   branches that the filters name, those that the conditions name, and one that nothing names. A reach is {"event",
#   "path" of the trigger, "kind": "branch" | "tag" | "pull_request" | "merged" | "other", "text": the filter or name
#   that lets it in, "name", "state": "yes", or "open" where only what a run knows might exclude it, and "why"}.
#   https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
#   https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
package policies.lib.reaches

import data.policies.lib.deploy_reach

_names := data.tables.deploy_refs.names

# A branch that no filter and no condition names.
_another := "some-branch"

# The reaches of a job under the conditions of it and of its step.
of(conditions) := [reach |
	workflow := input.resources.workflow
	literals := _literals(conditions)
	some trigger in workflow.triggers
	some case in _cases(trigger, literals)
	full := _complete(case, conditions)
	deploy_reach.reached(conditions, full)
	why := _open(conditions, full)
	reach := {
		"event": case.event,
		"path": array.concat(trigger.path, case.place),
		"kind": case.kind,
		"text": case.text,
		"name": case.name,
		"state": _state(why),
		"why": why,
	}
]

_state(why) := "yes" if why == ""

_state(why) := "open" if why != ""

# The texts in conditions, which may be names of branches.
_literals(conditions) := {name |
	some condition in conditions
	some quoted in regex.find_n(`'[^']*'`, condition.text, -1)
	name := trim_prefix(trim(quoted, "'"), "refs/heads/")
	regex.match(`^[A-Za-z0-9][A-Za-z0-9._/-]*$`, name)
}

# What is open in a case and may exclude it: a variable, an input, an output. "" where nothing is.
_open(conditions, case) := found[0] if {
	found := _opens(conditions, case)
	count(found) > 0
}

_open(conditions, case) := "" if count(_opens(conditions, case)) == 0

_opens(conditions, case) := sort([name |
	some condition in conditions
	condition.value == null
	object.get(condition, "ast", null) != null
	deploy_reach.truth(condition.ast, case) == "open"
	some name in condition.contexts
	object.get(case.values, name, null) == null
	not _excludes_nothing(name)
])

# Who acts, in which repository, and how the needs ended, keeps no branch out.
_excludes_nothing(name) if {
	regex.match(`^github\.(repository|actor|triggering_actor|event|workflow|run_|sha|job)`, name)
	not startswith(name, "github.event.inputs")
}

_excludes_nothing(name) if regex.match(`^needs\..*\.result$`, name)

# A case with what other events than its own hold: nothing.
_complete(case, conditions) := object.union(case, {"values": object.union(
	{name: "" |
		some condition in conditions
		some name in condition.contexts
		_belongs_elsewhere(name, case.event)
	},
	case.values,
)})

_payloads := {
	"pull_request": {"pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"},
	"comment": {"issue_comment", "pull_request_review_comment", "discussion_comment", "commit_comment"},
	"review": {"pull_request_review"},
	"issue": {"issues", "issue_comment"},
	"release": {"release"},
	"workflow_run": {"workflow_run"},
	"head_commit": {"push"},
	"commits": {"push"},
	"schedule": {"schedule"},
	"merge_group": {"merge_group"},
	"client_payload": {"repository_dispatch"},
}

_belongs_elsewhere(name, event) if {
	parts := split(name, ".")
	array.slice(parts, 0, 2) == ["github", "event"]
	not _payloads[parts[2]][event]
	_payloads[parts[2]]
}

_belongs_elsewhere(name, event) if {
	name in {"github.base_ref", "github.head_ref"}
	not startswith(event, "pull_request")
}

_belongs_elsewhere("github.event.action", event) if event in {"push", "schedule", "workflow_dispatch"}

_case(trigger, kind, given) := object.union({
	"event": trigger.event,
	"kind": kind,
	"production": false,
	"text": "",
	"name": "",
	"place": [],
	"prefixes": {},
	"values": {},
}, object.union(given, {"values": object.union(
	object.get(given, "values", {}),
	{"github.event_name": trigger.event},
)}))

_cases(trigger, literals) := array.concat(_pushed_branches(trigger, literals), _pushed_tags(trigger)) if {
	trigger.event == "push"
}

_cases(trigger, literals) := _requested(trigger, literals) if trigger.event in {"pull_request", "pull_request_target"}

_cases(trigger, _) := [_case(trigger, "tag", {
	"values": {"github.ref_type": "tag"},
	"prefixes": {"github.ref": "refs/tags/"},
})] if {
	trigger.event == "release"
}

_cases(trigger, _) := [_case(trigger, "other", {
	"values": {"github.ref_type": "branch"},
	"prefixes": {"github.ref": "refs/heads/"},
})] if {
	trigger.event == "schedule"
}

# Whoever starts it by hand chooses the branch.
_cases(trigger, literals) := [_case(trigger, "branch", _on_branch(found)) |
	some found in _branches(trigger, [], literals)
] if {
	trigger.event == "workflow_dispatch"
}

_cases(trigger, literals) := [_case(trigger, "branch", object.union(found, {"values": {
	"github.event.workflow_run.head_branch": found.name,
}})) |
	some found in _branches(trigger, _written(trigger, "branches"), literals)
] if {
	trigger.event == "workflow_run"
}

_cases(trigger, _) := [_case(trigger, "other", {})] if {
	not trigger.event in {
		"push", "pull_request", "pull_request_target", "release", "schedule",
		"workflow_dispatch", "workflow_run",
	}
}

_on_branch(found) := object.union(found, {"values": {
	"github.ref_type": "branch",
	"github.ref_name": found.name,
	"github.ref": sprintf("refs/heads/%s", [found.name]),
}})

_written(trigger, key) := object.get(trigger.filters, key, [])

_filters(trigger, keys) if {
	some key in keys
	object.get(trigger.filters, key, null) != null
}

# A filter for tags alone keeps branches out, and the other way round.
_pushed_branches(trigger, literals) := [_case(trigger, "branch", _on_branch(found)) |
	some found in _branches(trigger, _written(trigger, "branches"), literals)
] if {
	_takes(trigger, ["branches", "branches-ignore"], ["tags", "tags-ignore"])
}

_pushed_branches(trigger, _) := [] if not _takes(trigger, ["branches", "branches-ignore"], ["tags", "tags-ignore"])

_pushed_tags(trigger) := [_case(trigger, "tag", {
	"values": {"github.ref_type": "tag"},
	"prefixes": {"github.ref": "refs/tags/"},
})] if {
	_takes(trigger, ["tags", "tags-ignore"], ["branches", "branches-ignore"])
}

_pushed_tags(trigger) := [] if not _takes(trigger, ["tags", "tags-ignore"], ["branches", "branches-ignore"])

_takes(trigger, own, _) if _filters(trigger, own)

_takes(trigger, own, others) if {
	not _filters(trigger, own)
	not _filters(trigger, others)
}

# The branches that a trigger lets in: {"name", "text", "place"}.
_branches(trigger, [], literals) := [found |
	ignored := _written(trigger, "branches-ignore")
	some name in array.concat([_another], array.concat(_names, [literal | some literal in literals]))
	not _any_matches(ignored, name)
	found := {"name": name, "text": _unfiltered(name), "place": []}
]

_branches(trigger, patterns, literals) := [found |
	count(patterns) > 0
	some index, pattern in patterns
	not startswith(pattern, "!")
	some name in _of_pattern(pattern, literals)
	_let_in(patterns, name)
	found := {"name": name, "text": _text(pattern, name), "place": ["branches", index]}
] if {
	count(patterns) > 0
}

_unfiltered(name) := "" if name == _another

_unfiltered(name) := name if name != _another

# A name that a condition or the table asks for counts itself; any other by the pattern that lets it in.
_text(pattern, name) := pattern if name == _representative(pattern)

_text(pattern, name) := name if name != _representative(pattern)

_of_pattern(pattern, _) := [pattern] if not _is_pattern(pattern)

_of_pattern(pattern, literals) := array.concat([_representative(pattern)], [name |
	some name in array.concat(_names, [literal | some literal in literals])
	_matches(pattern, name)
	name != _representative(pattern)
]) if {
	_is_pattern(pattern)
}

_is_pattern(pattern) if regex.match(`[*?+\[\]]|\$default-branch`, pattern)

# `$default-branch` of a starter workflow is replaced when it is used.
_representative(pattern) := "main" if pattern == "$default-branch"

_representative(pattern) := pattern if {
	pattern != "$default-branch"
	not _is_pattern(pattern)
}

_representative(pattern) := _another if pattern in {"*", "**"}

_representative(pattern) := regex.replace(regex.replace(pattern, `\[[^\]]*\][+?*]?|\*+`, "1"), `[?+]`, "") if {
	pattern != "$default-branch"
	not pattern in {"*", "**"}
	_is_pattern(pattern)
}

# The last pattern that matches decides.
_let_in(patterns, name) if {
	deciding := [pattern |
		some pattern in patterns
		_matches(trim_prefix(pattern, "!"), name)
	]
	count(deciding) > 0
	not startswith(deciding[count(deciding) - 1], "!")
}

_let_in(patterns, name) if {
	deciding := [pattern | some pattern in patterns; _matches(trim_prefix(pattern, "!"), name)]
	count(deciding) == 0
}

_any_matches(patterns, name) if {
	some pattern in patterns
	_matches(pattern, name)
}

_matches(pattern, name) if {
	escaped := regex.replace(pattern, `([.()^{}|$\\])`, `\$1`)
	double := replace(escaped, "**", "\u0001")
	single := replace(double, "*", `[^/]*`)
	expression := sprintf("^%s$", [replace(single, "\u0001", ".*")])
	regex.is_valid(expression)
	regex.match(expression, name)
}

_types(trigger) := object.get(trigger.filters, "types", ["opened", "synchronize", "reopened"])

_requested(trigger, literals) := [case |
	some found in _branches(trigger, _written(trigger, "branches"), literals)
	some type in _types(trigger)
	some merged in _merged(type)
	case := _case(trigger, _kind(merged), object.union(found, {
		"place": [step | some step in found.place; merged],
		"values": object.union(_of_request(trigger, found, merged), {
			"github.base_ref": found.name,
			"github.event.pull_request.base.ref": found.name,
			"github.event.action": type,
			"github.event.pull_request.merged": merged,
		}),
	}))
]

_merged(type) := [true, false] if type == "closed"

_merged(type) := [false] if type != "closed"

_kind(merged) := "merged" if merged

_kind(merged) := "pull_request" if not merged

# A request that was merged, and one that is looked at from its target, has the branch as its ref.
_of_request(_, found, merged) := {
	"github.ref": sprintf("refs/heads/%s", [found.name]),
	"github.ref_name": found.name,
} if {
	merged
}

_of_request(trigger, found, merged) := {
	"github.ref": sprintf("refs/heads/%s", [found.name]),
	"github.ref_name": found.name,
} if {
	not merged
	trigger.event == "pull_request_target"
}

_of_request(trigger, _, merged) := {"github.ref": "refs/pull/1/merge", "github.ref_name": "1/merge"} if {
	not merged
	trigger.event == "pull_request"
}
