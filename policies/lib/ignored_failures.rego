# METADATA
# title: Failures that nobody notices
# description: |
#   Tells whether a job or step goes on after its own failure, and whether a script goes on after that of one of its
#   commands. `run` is executed by `bash -e {0}`, with `shell: bash` by `bash --noprofile --norc -eo pipefail {0}`:
#   there `command; true` stops at the command, and `command || true` does not.
#   https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
package policies.lib.ignored_failures

import data.policies.lib.value

# Whether a job or step of a job goes on when it fails: "yes", "no", or "open"; `path` is its own. A matrix says "yes"
# where all of its combinations do. Always defined.
continues(job, guarded, path) := _continues(job, guarded.continue_on_error, path)

_continues(_, written, _) := "yes" if value.truthy(written)

_continues(_, written, _) := "no" if {
	not value.opaque(written)
	not value.truthy(written)
}

_continues(job, written, path) := "yes" if {
	value.unknown(written)
	_always_true(written)
	not _open_text(job, written, path)
}

_continues(job, written, path) := "no" if {
	value.unknown(written)
	not _always_true(written)
	not _open_text(job, written, path)
}

_continues(job, written, path) := "open" if {
	value.unknown(written)
	_open_text(job, written, path)
}

_continues(_, written, _) := "open" if {
	value.opaque(written)
	not value.unknown(written)
}

_always_true(written) if {
	values := object.get(written["$unknown"], "values", [])
	count(values) > 0
	every one in values { value.truthy(one) }
}

_open_text(_, written, _) if count(object.get(written["$unknown"], "values", [])) == 0

_open_text(job, _, path) if {
	some expression in job.expressions
	expression.path == array.concat(path, ["continue-on-error"])
	some name in expression.contexts
	not startswith(name, "matrix.")
}

# Whether a later step of the job fails where this one did: it asks for the outcome, and exits.
asked_later(job, step) if {
	is_string(step.id)
	some later in job.steps
	later.index > step.index
	_mentions(job, later, sprintf("steps.%s.outcome", [lower(step.id)]))
	_fails_itself(later)
}

_mentions(_, later, name) if {
	later.condition != null
	name in later.condition.contexts
}

_mentions(job, later, name) if {
	some expression in job.expressions
	array.slice(expression.path, 0, 2) == later.path
	name in expression.contexts
}

_fails_itself(step) if {
	some command in step.commands
	_fails(command)
}

# An action that is told an outcome may fail for it.
_fails_itself(step) if step.kind == "uses"

_fails(command) if command.program == "false"

_fails(command) if {
	command.program in {"exit", "return"}
	count(command.words) > 1
	not command.words[1] in {"0", "true"}
}

_fails(command) if {
	command.program == "exit"
	count(command.words) == 1
}

# Why a script goes on when a command of it fails, as texts to find in it: `|| true`, `set +e`; none where it does not.
reasons(step, command) := array.concat(_handled(step, command), _unnoticed(step, command)) if {
	step.language == "sh"
	not command.condition
	not command.negated
}

reasons(step, _) := [] if step.language != "sh"

reasons(step, command) := [] if {
	step.language == "sh"
	command.condition
}

reasons(step, command) := [] if {
	step.language == "sh"
	not command.condition
	command.negated
}

# Where the list that a command stands in ends: `a && b | c`.
_end(step, command) := [other |
	some other in step.commands
	other.index >= command.index
	other.depth == command.depth
	not _joins(other)
][0]

_joins(command) if command.operator in {"&&", "|"}

# The commands that run where it failed: behind `||`, or behind the `||` of the group that it stands in.
_handlers(step, command) := _from(step, last, step.commands[last.next]) if {
	last := _with_alternative(step, command)
	last.next != null
}

_with_alternative(step, command) := last if {
	last := _end(step, command)
	last.operator == "||"
}

_with_alternative(step, command) := last if {
	_end(step, command).operator != "||"
	last := _group_end(step, command)
	last.operator == "||"
	last.next != null
	step.commands[last.next].depth < command.depth
}

# The last command of the group that a command stands in.
_group_end(step, command) := members[count(members) - 1] if {
	command.depth > 0
	behind := [other.index | some other in step.commands; other.index > command.index; other.depth < command.depth]
	limit := min(array.concat(behind, [count(step.commands)]))
	members := [other |
		some other in step.commands
		other.index >= command.index
		other.index < limit
		other.depth == command.depth
	]
}

_from(step, last, first) := [other |
	limit := _reach(step, last, first)
	some other in step.commands
	other.index >= first.index
	other.index <= limit
]

# A group of handlers in parentheses ends where a command of less depth follows, one in braces with its text, a list at
# its end.
_reach(step, _, first) := limit if {
	first.depth > 0
	behind := [other.index | some other in step.commands; other.index > first.index; other.depth < first.depth]
	limit := min(array.concat(behind, [count(step.commands)])) - 1
}

_reach(step, last, first) := max([other.index |
	some other in step.commands
	other.index >= first.index
	contains(bodies[0], other.text)
]) if {
	first.depth == 0
	bodies := _braced(step, last)
	count(bodies) > 0
}

_reach(step, last, first) := _end(step, first).index if {
	first.depth == 0
	count(_braced(step, last)) == 0
}

# What stands between braces behind the `||` of a command.
_braced(step, last) := [body[1] |
	some position, behind in split(step.run, last.text)
	position > 0
	some body in regex.find_all_string_submatch_n(`^\s*\|\|\s*\{((?:\$\{[^}]*\}|[^}])*)\}`, behind, 1)
]

_silent := {"true", ":", "echo", "printf", "exit", ""}

_handled(step, command) := [sprintf("|| %s", [handlers[0].text]) |
	handlers := _handlers(step, command)
	_all_silent(handlers)
	not _some_fails(handlers)
	not _kept(step, handlers)
]

_all_silent(handlers) if {
	every one in handlers { _silent[one.program] }
}

_some_fails(handlers) if {
	some one in handlers
	_fails(one)
}

# `|| failed=1` is noticed where a later command reads the variable.
_kept(step, handlers) if {
	some handler in handlers
	some name, _ in handler.assignments
	some later in step.commands
	later.index > handler.index
	regex.match(sprintf(`\$\{?%s\b`, [name]), later.text)
}

# Without `-e` a command that is not the last is noticed only where something asks for its status.
_unnoticed(step, command) := [text |
	count([1 | some _ in [_handlers(step, command)]]) == 0
	text := _without_errexit(step, command)
	end := _end(step, command)
	_is_followed(step, command, end)
	not _asks_for_status(step, end)
]

_is_followed(step, command, end) if {
	some later in step.commands
	later.index > end.index
	later.depth <= command.depth
	later.function == null
}

_asks_for_status(step, end) if {
	some later in step.commands
	later.index > end.index
	_reads_status(later)
}

_reads_status(command) if regex.match(`\$\?|PIPESTATUS`, command.text)

_reads_status(command) if _fails(command)

# What switches `-e` off for a command: `set +e` before it, or a shell that never had it.
_without_errexit(step, command) := setting.text if {
	settings := _settings(step, command)
	count(settings) > 0
	setting := settings[count(settings) - 1]
	_switches(setting, "+")
}

_without_errexit(step, command) := sprintf("shell: %s", [step.shell]) if {
	count(_settings(step, command)) == 0
	is_string(step.shell)
	contains(step.shell, "{0}")
	not regex.match(`\s-[a-zA-Z]*e|\s-o\s+errexit`, step.shell)
}

_settings(step, command) := [other |
	some other in step.commands
	other.index < command.index
	other.program == "set"
	_sets(other)
]

_sets(command) if _switches(command, "+")

_sets(command) if _switches(command, "-")

_switches(command, sign) if {
	some word in command.words
	regex.match(sprintf(`^\%s[a-z]*e[a-z]*$`, [sign]), word)
}

_switches(command, sign) if {
	some position, word in command.words
	word == sprintf("%so", [sign])
	position + 1 < count(command.words)
	command.words[position + 1] == "errexit"
}
