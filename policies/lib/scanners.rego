# METADATA
# title: Scanners, and whether they stop a run
# description: |
#   Finds the steps that scan code, dependencies, images, infrastructure, secrets or a running site, and tells what
#   they do with what they find. A row is {"job", "step", "position", "path", "what", "kinds", "state", "why"}; the
#   state is "blocks", "limited" (blocks for some severities), "open" or "ignored", and why says it in words.
package policies.lib.scanners

import data.policies.lib.deploy_commands
import data.policies.lib.ignored_failures
import data.policies.lib.value

_table := data.tables.scanners

# The kinds of steps that scan.
kinds := {"sast", "sca", "image-scan", "iac-scan", "secret-scan", "dast"}

# Of the rows of policies.lib.kinds_of_steps of a job, those that scan by tool, judged.
of_rows(job, rows) := array.concat(
	[scan |
		some row in rows
		row.state == "tool"
		found := [kind | some kind in row.kinds; kinds[kind]]
		count(found) > 0
		some scan in _of_row(job, row, found)
	],
	_counts_of_findings(job),
)

_of_row(job, row, found) := [scan |
	step := job.steps[row.step]
	some rule in _rules(step, row)
	settings := _settings(job, step, row)
	not _does_not_scan(rule, settings)
	verdict := _worst(array.concat(_tolerance(job, step, row), _verdicts(rule, settings, job, row)))
	scan := {
		"job": row.job,
		"step": row.step,
		"position": row.position,
		"path": row.path,
		"what": row.what,
		"kinds": found,
		"state": verdict.state,
		"why": verdict.why,
	}
]

_rules(step, row) := [object.get(_table.actions, object.get(step.uses, "name", ""), {})] if row.position < 0

_rules(step, row) := [object.get(_table.commands, normal.program, {})] if {
	row.position >= 0
	command := step.commands[row.position]
	normal := deploy_commands.normalised(command)
	count([word | some word in command.words; word in _table.never]) == 0
	not _other_verb(object.get(_table.commands, [normal.program, "verbs"], []), normal.words)
}

_rules(step, row) := [] if {
	row.position >= 0
	command := step.commands[row.position]
	normal := deploy_commands.normalised(command)
	_no_scan(command, normal)
}

_no_scan(command, _) if {
	some word in command.words
	word in _table.never
}

_no_scan(_, normal) if _other_verb(object.get(_table.commands, [normal.program, "verbs"], []), normal.words)

_other_verb(verbs, words) if {
	some verb in verbs
	startswith(sprintf("%s ", [concat(" ", words)]), sprintf("%s ", [verb]))
}

_does_not_scan(rule, settings) if {
	some name, pattern in object.get(rule, "other", {})
	regex.match(pattern, object.get(settings, name, ""))
}

# What a step is given: inputs by name, options by their text, variables with a dollar sign before the name.
_settings(job, step, row) := object.union_n([
	_variables(job.env),
	_variables(step.env),
	_of_inputs(step),
	_options(_words_of_inputs(step)),
]) if {
	row.position < 0
}

_settings(job, step, row) := object.union_n([
	_variables(job.env),
	_variables(step.env),
	_variables(command.assignments),
	_options(command.words),
]) if {
	row.position >= 0
	command := step.commands[row.position]
}

_variables(env) := {sprintf("$%s", [name]): _text(written) | some name, written in env; is_string(name)} if {
	value.known(env)
}

_variables(env) := {} if not value.known(env)

_inputs(step) := step["with"] if is_object(step["with"])

_inputs(step) := {} if not is_object(step["with"])

_of_inputs(step) := {lower(name): _text(written) | some name, written in _inputs(step)}

_text(written) := "$" if value.opaque(written)

_text(written) := sprintf("%v", [written]) if not value.opaque(written)

_words_of_inputs(step) := [word |
	some name, written in _inputs(step)
	lower(name) in {"args", "extra_args", "cmd_options", "options", "flags"}
	is_string(written)
	some word in split(replace(written, "\n", " "), " ")
	word != ""
]

# An option has what stands behind its sign or after it, and a plain word stands for itself.
_options(words) := {name: written |
	some name in {_name(word) | some word in words}
	written := [text | some position, word in words; _name(word) == name; text := _given(words, position)][0]
}

_name(word) := split(word, "=")[0]

_given(words, position) := substring(word, indexof(word, "=") + 1, -1) if {
	word := words[position]
	contains(word, "=")
}

_given(words, position) := _next(words, position + 1) if not contains(words[position], "=")

_next(words, position) := words[position] if {
	position < count(words)
	not startswith(words[position], "-")
}

_next(words, position) := "" if position >= count(words)

_next(words, position) := "" if {
	position < count(words)
	startswith(words[position], "-")
}

_order := ["ignored", "open", "limited", "blocks"]

_worst(verdicts) := [verdict |
	some state in _order
	some verdict in verdicts
	verdict.state == state
][0]

_verdict(state, why) := {"state": state, "why": why}

# What happens with the failure of the step.
_tolerance(job, step, row) := [_verdict(_tolerated[found.how], found.why) | some found in tolerated(job, step, row)]

_tolerated := {"yes": "ignored", "open": "open"}

# Why the failure of a row of policies.lib.kinds_of_steps fails nothing: {"how": "yes" | "open", "why"}.
tolerated(job, step, row) := array.concat(
	array.concat(
		[{"how": how, "why": _continued(how, "the step has 'continue-on-error'")} |
			how := ignored_failures.continues(job, step, step.path)
			how != "no"
			not ignored_failures.asked_later(job, step)
		],
		[{"how": how, "why": _continued(how, "its job has 'continue-on-error'")} |
			how := ignored_failures.continues(job, job, [])
			how != "no"
		],
	),
	[{"how": "yes", "why": sprintf("'%s' hides its failure", [reason])} |
		row.position >= 0
		some reason in array.slice(ignored_failures.reasons(step, step.commands[row.position]), 0, 1)
	],
)

_continued("yes", why) := why

_continued("open", why) := sprintf("whether %s only a run knows", [why])

# What the settings of a scanner say.
_verdicts(rule, settings, job, row) := array.concat(
	[_base(rule, settings, job, row)],
	array.concat(_off(rule, settings), array.concat(_lists(rule, settings), _thresholds(rule, settings))),
)

_base(rule, settings, job, row) := _verdict("blocks", "") if _is_told(rule, settings, job, row)

_base(rule, settings, job, row) := _untold(rule, settings) if not _is_told(rule, settings, job, row)

_is_told(rule, _, _, _) if {
	object.get(rule, "on", null) == null
	object.get(rule, "asks", null) == null
}

_is_told(rule, settings, _, _) if {
	some name, pattern in object.get(rule, "on", {})
	written := object.get(settings, name, null)
	written != null
	not contains(written, "$")
	regex.match(pattern, written)
}

_is_told(rule, _, job, row) if {
	pattern := rule.action
	some step in job.steps
	step.index > row.step
	step.uses != null
	regex.match(pattern, object.get(step.uses, "name", ""))
}

_is_told(rule, _, job, row) if {
	output := rule.output
	some step in job.steps
	step.index > row.step
	step.condition != null
	contains(step.condition.text, output)
}

_untold(rule, settings) := _verdict("open", _doubt(rule, settings)[0]) if count(_doubt(rule, settings)) > 0

_untold(rule, settings) := _verdict("ignored", sprintf("it only reports without %s", [rule.needs])) if {
	count(_doubt(rule, settings)) == 0
}

_doubt(rule, settings) := array.concat(
	[sprintf("'%s' is '%s', which only a run knows", [trim_left(name, "$"), settings[name]]) |
		some name, _ in object.get(rule, "on", {})
		contains(object.get(settings, name, ""), "$")
	],
	array.concat(
		[sprintf("the file '%s' may say so", [settings[name]]) |
			some name in object.get(rule, "config", [])
			object.get(settings, name, "") != ""
		],
		[rule.asks | object.get(rule, "asks", null) != null],
	),
)

_off(rule, settings) := [verdict |
	some name, pattern in object.get(rule, "off", {})
	written := object.get(settings, name, null)
	written != null
	some verdict in _switched(name, pattern, written)
]

_switched(name, pattern, written) := [_verdict("ignored", why)] if {
	not contains(written, "$")
	regex.match(pattern, written)
	why := sprintf("%s lets it end with success", [_shown(name, written)])
}

_switched(_, pattern, written) := [] if {
	not contains(written, "$")
	not regex.match(pattern, written)
}

_switched(name, _, written) := [_verdict("open", sprintf("%s only a run knows", [_shown(name, written)]))] if {
	contains(written, "$")
}

_shown(name, _) := sprintf("'%s'", [name]) if startswith(name, "-")

_shown(name, written) := sprintf("'%s: %s'", [trim_left(name, "$"), written]) if not startswith(name, "-")

# A list of severities that fail the scan. Where the report holds all of them, the list does not count.
_lists(rule, settings) := [verdict |
	not _lists_all(rule, settings)
	some name in object.get(rule, "list", [])
	written := object.get(settings, name, null)
	written != null
	some verdict in _listed(name, written)
]

_lists_all(rule, settings) if {
	some name, pattern in object.get(rule, "all", {})
	regex.match(pattern, object.get(settings, name, ""))
	not value.truthy(object.get(settings, "limit-severities-for-sarif", ""))
}

_listed(name, written) := [_verdict("open", sprintf("%s only a run knows", [_shown(name, written)]))] if {
	contains(written, "$")
}

_listed(name, written) := [verdict |
	severities := {trim_space(one) | some one in split(lower(written), ",")}
	some verdict in _among(name, written, severities)
] if {
	not contains(written, "$")
}

_among(name, written, severities) := [_verdict("ignored", why)] if {
	not severities.critical
	why := sprintf("%s leaves out CRITICAL", [_named(name, written)])
}

_among(name, written, severities) := [_verdict("limited", why)] if {
	severities.critical
	count({"low", "medium", "high"} - severities) > 0
	why := sprintf("%s leaves out others", [_named(name, written)])
}

_among(_, _, severities) := [] if {
	severities.critical
	count({"low", "medium", "high"} - severities) == 0
}

_named(name, written) := sprintf("'%s %s'", [name, written]) if startswith(name, "-")

_named(name, written) := sprintf("'%s: %s'", [trim_left(name, "$"), written]) if not startswith(name, "-")

# The least severity that fails the scan, written or by default.
_thresholds(rule, settings) := [verdict |
	wanted := object.get(rule, "least", {})
	written := [name | some name, _ in wanted; object.get(settings, name, null) != null]
	some name, least in _chosen(wanted, written, settings)
	object.get(_table.severities, lower(least), 0) > 0
	verdict := _verdict("limited", sprintf("'%s' lets what is below '%s' pass", [trim_left(name, "$"), least]))
]

_chosen(_, written, settings) := {name: settings[name] | some name in written} if count(written) > 0

_chosen(wanted, written, _) := wanted if count(written) == 0

# An image scanned by its registry: a count of the findings that a later command of the script tests.
_counts_of_findings(job) := [scan |
	some step in job.steps
	not _never(step)
	some position, command in step.commands
	"describe-image-scan-findings" in command.words
	deploy_commands.normalised(command).program == "aws"
	testing := [one | some one in step.commands; one.index > command.index; _tests(one)]
	verdict := _worst(array.concat(
		_tolerance(job, step, {"position": position}),
		[_counted(count(testing) > 0)],
	))
	scan := {
		"job": job.address,
		"step": step.index,
		"position": position,
		"path": array.concat(command.path, [command.text]),
		"what": command.text,
		"kinds": ["image-scan"],
		"state": verdict.state,
		"why": verdict.why,
	}
]

_never(step) if {
	step.condition != null
	step.condition.value == false
}

_counted(tested) := _verdict("blocks", "") if tested

_counted(tested) := _verdict("ignored", "no command behind it tests the number of findings") if not tested

_tests(command) if command.program in {"[", "[[", "test", "((", "exit", "return", "false"}

_tests(command) if {
	command.program == "jq"
	deploy_commands.has_option(command, ["-e", "--exit-status"])
}
