# METADATA
# title: What checks pull requests
# description: |
#   Says of a workflow which of its steps check a pull request before it is merged, and whether it deploys or tests
#   what is pushed. There is one row at most, {"triggers", "filters", "checks", "candidates", "deploys", "tests"}:
#   triggers are the events that run it for every pull request to a production ref ("pull_request", "merge_group",
#   "push"); filters say which paths are left out; a check is {"job", "path", "what", "kinds", "state", "tolerated",
#   "events"}; a candidate, {"job", "path", "what", "kinds", "events"}, may check without saying so, anything where its
#   kinds are empty; deploys holds {"job", "certainty", "production"}; tests tells whether a push runs tests.
package policies.views.pull_request_checks

import data.policies.lib.before_deployment
import data.policies.lib.deploy_jobs
import data.policies.lib.deploy_reach
import data.policies.lib.gates
import data.policies.lib.graph
import data.policies.lib.kinds_of_steps
import data.policies.lib.scanners

rows := [row |
	some workflow in graph.of_types(["workflow"])
	row := {
		"triggers": {trigger.event | some trigger in _covering(workflow)},
		"filters": [filter | some trigger in _covering(workflow); some filter in _left_out(trigger)],
		"checks": _checks(workflow),
		"candidates": array.concat(_opaque(workflow), _calls(workflow)),
		"deploys": _deploys,
		"tests": count(_pushed_tests(workflow)) > 0,
	}
	_tells(row)
]

_tells(row) if count(row.triggers) > 0

_tells(row) if count(row.deploys) > 0

_tells(row) if row.tests

# The triggers that run a workflow for every pull request to a production ref, or for every branch.
_covering(workflow) := [trigger |
	some trigger in workflow.triggers
	_covers(trigger)
]

_covers(trigger) if {
	trigger.event in {"pull_request", "merge_group"}
	_is_for_changes(trigger)
	_is_for_production(trigger)
}

_covers(trigger) if {
	trigger.event == "push"
	some pattern in object.get(trigger.filters, "branches", [])
	pattern in {"*", "**"}
}

_covers(trigger) if {
	trigger.event == "push"
	count(object.get(trigger.filters, "branches", [])) == 0
	some case in deploy_reach.cases
	case.event == "push"
	object.get(case.values, "github.ref_type", "") == "branch"
}

# A label or a merge alone runs for no change.
_is_for_changes(trigger) if object.get(trigger.filters, "types", null) == null

_is_for_changes(trigger) if {
	some type in trigger.filters.types
	type in {"opened", "synchronize", "checks_requested"}
}

_is_for_production(trigger) if {
	count(object.get(trigger.filters, "branches", [])) == 0
	ignored := {name | some name in object.get(trigger.filters, "branches-ignore", [])}
	count(ignored & {"main", "master", "**", "*"}) == 0
}

_is_for_production(trigger) if {
	some pattern in object.get(trigger.filters, "branches", [])
	_is_production(pattern)
}

_is_production(pattern) if regex.match(data.tables.deploy_refs.pattern, pattern)

_is_production(pattern) if pattern in {"*", "**"}

_source_folder := `^(\*\*/)?(src|app|lib)(/|\*|$)`

_source_file := concat("", [
	`^(\*\*/?)?(\*\*)?\*?\.\{?(js|jsx|ts|tsx|mjs|py|go|rs|java|kt|kts|scala|rb|php|cs|fs|swift|c|cc|cpp|h|hpp|ex|exs`,
	`|clj|dart)([,}].*)?$`,
])

_no_code := concat("", [
	`(?i)(^|/)(docs?|documentation|\.github|examples?|website|licenses?)(/|$)`,
	`|\.(md|mdx|rst|adoc|txt|png|svg|ya?ml)$|(^|/)(license|readme|changelog|codeowners)[^/]*$`,
])

# Filters of paths that leave the code of the repository out.
_left_out(trigger) := array.concat(
	[sprintf("paths-ignore: %s", [pattern]) |
		some pattern in object.get(trigger.filters, "paths-ignore", [])
		_is_source(pattern)
	],
	[sprintf("paths: %s", [concat(", ", written)]) |
		written := object.get(trigger.filters, "paths", [])
		count(written) > 0
		code := [pattern | some pattern in written; not startswith(pattern, "!"); not regex.match(_no_code, pattern)]
		count(code) == 0
	],
)

_is_source(pattern) if regex.match(_source_folder, pattern)

_is_source(pattern) if regex.match(_source_file, pattern)

_is_source(pattern) if pattern in {"**", "*"}

_checked_kinds := {"unit", "integration", "e2e", "lint"} | scanners.kinds

# The covering events that reach a step.
_events(workflow, job, step) := {case.event |
	covering := {trigger.event | some trigger in _covering(workflow)}
	conditions := array.concat(gates.conditions_of_step(job, step), deploy_reach.conditions_of(job))
	some case in deploy_reach.cases
	covering[case.event]
	_is_for_all(case)
	deploy_reach.reached(conditions, case)
}

_is_for_all(case) if case.event != "push"

_is_for_all(case) if object.get(case.prefixes, "github.ref_name", null) == ""

_kind_rows := [row |
	some job in graph.of_types(["job"])
	some row in kinds_of_steps.of_job(job)
]

_checks(workflow) := [check |
	count(_covering(workflow)) > 0
	some row in _kind_rows
	row.state == "tool"
	kinds := [kind | some kind in row.kinds; _checked_kinds[kind]]
	count(kinds) > 0
	job := input.resources[row.job]
	events := _events(workflow, job, row.step)
	count(events) > 0
	check := {
		"job": row.job,
		"path": row.path,
		"what": row.what,
		"kinds": kinds,
		"tolerated": _tolerated(job, job.steps[row.step], row),
		"events": events,
	}
]

# Why a failed check fails nothing; empty where it does, and null where only a run knows.
_tolerated(job, step, row) := _first(scanners.tolerated(job, step, row))

_first(reasons) := "" if count(reasons) == 0

_first(reasons) := [reason.why | some reason in reasons; reason.how == "yes"][0]

_first(reasons) := null if {
	count(reasons) > 0
	count([reason | some reason in reasons; reason.how == "yes"]) == 0
}

# Steps that may check without saying so by a tool.
_opaque(workflow) := [candidate |
	count(_covering(workflow)) > 0
	some row in _kind_rows
	row.opaque
	kinds := [kind | some kind in row.kinds; _checked_kinds[kind]]
	_may_check(row, kinds)
	events := _events(workflow, input.resources[row.job], row.step)
	count(events) > 0
	candidate := {"job": row.job, "path": row.path, "what": row.what, "kinds": kinds, "events": events}
]

_may_check(_, kinds) if count(kinds) > 0

_may_check(row, kinds) if {
	count(kinds) == 0
	before_deployment.may_do_more(row)
}

_telling := {
	"test", "tests", "ci", "unit", "integration", "e2e", "acceptance", "check", "checks", "lint", "quality", "scan",
	"security", "sast", "sca", "audit", "codeql", "validate", "verify", "pr", "pull",
}

_calls(workflow) := [candidate |
	count(_covering(workflow)) > 0
	some job in graph.of_types(["job"])
	job.call != null
	before_deployment.may_hold(job, _telling)
	events := _events(workflow, job, -1)
	count(events) > 0
	candidate := {"job": job.address, "path": ["uses"], "what": job.call.raw, "kinds": [], "events": events}
]

_deploys := [{"job": row.job, "certainty": row.certainty, "production": _is_for_users(row)} |
	some row in deploy_jobs.rules
	row.role == "deploy"
]

_is_for_users(row) if {
	some found in row.classes
	found.class in {"production", "unclassified"}
}

_is_for_users(row) := false if {
	classes := {found.class | some found in row.classes}
	count(classes & {"production", "unclassified"}) == 0
}

_tests := {"unit", "integration", "e2e"}

# What a push tests, by tool.
_pushed_tests(workflow) := [row |
	some trigger in workflow.triggers
	trigger.event == "push"
	some row in _kind_rows
	row.state == "tool"
	some kind in row.kinds
	_tests[kind]
]
