# METADATA
# title: What a command of a script does
# description: |
#   Reads the program of a command and its words without options, and looks them up in tables that are keyed by the
#   program. A table entry is {"verbs": {words: rule}, "anywhere": {word: rule}, "alone": rule, "otherwise": rule};
#   a rule may ask for options ("needs", one of) or be void with them ("unless", one of).
package policies.lib.deploy_commands

_programs := data.tables.deploy_programs

# Programs that stand for another one, or start it.
_standing_for := (object.keys(_programs.aliases) | object.keys(_programs.carriers)) |
	object.keys(_programs.carrying_python)

# The command as {"program", "words"}: the program that really runs, and its words without options. Most commands run
# the program that they name, which one look at the tables tells.
normalised(command) := {"program": command.program, "words": _plain(command)} if {
	not command.program in _standing_for
}

normalised(command) := _behind(command) if command.program in _standing_for

_behind(command) := {"program": python[0], "words": array.slice(python, 1, count(python))} if {
	python := _python_module(command)
	count(python) > 0
}

_behind(command) := {"program": carried[0], "words": array.slice(carried, 1, count(carried))} if {
	count(_python_module(command)) == 0
	carried := _carried(_alias(command.program), _plain(command))
	count(carried) > 0
}

_behind(command) := {"program": _alias(command.program), "words": plain} if {
	count(_python_module(command)) == 0
	plain := _plain(command)
	count(_carried(_alias(command.program), plain)) == 0
}

_alias(program) := object.get(_programs.aliases, program, program)

# The words behind `python -m`.
_python_module(command) := words if {
	_programs.carrying_python[command.program]
	starts := [position | some position, word in command.words; word == "-m"; position + 1 < count(command.words)]
	count(starts) > 0
	rest := array.slice(command.words, starts[0] + 2, count(command.words))
	plain := [word | some word in rest; not startswith(word, "-")]
	words := array.concat([_alias(command.words[starts[0] + 1])], plain)
}

_python_module(command) := [] if not _programs.carrying_python[command.program]

_python_module(command) := [] if {
	_programs.carrying_python[command.program]
	starts := [position | some position, word in command.words; word == "-m"; position + 1 < count(command.words)]
	count(starts) == 0
}

_known(program) if object.get(data.tables.deploy_commands, program, null) != null

_known(program) if object.get(data.tables.step_kinds_commands, program, null) != null

# The words from a known program on that another program starts (`yarn cdk deploy`, `bundle exec rspec`).
_carried(program, plain) := words if {
	found := [rest |
		some verb in object.get(_programs.carriers, program, [])
		skipped := count([part | some part in split(verb, " "); part != ""])
		_starts_with(plain, verb)
		rest := array.slice(plain, skipped, count(plain))
		count(rest) > 0
		_known(_base(rest[0]))
	]
	words := _first(found)
}

_base(word) := _alias(lower(parts[count(parts) - 1])) if parts := split(word, "/")

_first(found) := array.concat([_base(found[0][0])], array.slice(found[0], 1, count(found[0]))) if count(found) > 0

_first(found) := [] if count(found) == 0

_starts_with(_, verb) if verb == ""

_starts_with(plain, verb) if {
	verb != ""
	count(plain) > 0
	plain[0] == verb
}

# The words behind the program that are neither options nor their values.
_plain(command) := [word |
	valued := object.get(_programs.valued_options, _alias(command.program), [])
	skipped := object.get(_programs.skipped_words, _alias(command.program), [])
	some position, word in command.words
	position > 0
	not startswith(word, "-")
	not command.words[position - 1] in valued
	not word in skipped
]

# Whether an option stands among the words, alone or with a value.
has_option(command, options) if {
	some option in options
	some word in command.words
	_is_option(word, option)
}

_is_option(word, option) if word == option

_is_option(word, option) if startswith(word, sprintf("%s=", [option]))

# The rule that a table has for a command, given also as normalised, or null: the longest verb, a word anywhere, then
# the rest.
rule(table, normal, _) := null if object.get(table, normal.program, null) == null

rule(table, normal, command) := _first_rule(_rules(entry, normal.words, command)) if {
	entry := object.get(table, normal.program, null)
	entry != null
}

_first_rule(found) := found[0] if count(found) > 0

_first_rule(found) := null if count(found) == 0

_rules(entry, words, command) := [candidate |
	some candidate in array.concat(
		_by_verb(entry, words),
		array.concat(_by_word(entry, words), _by_rest(entry, words)),
	)
	_applies(candidate, command)
]

# A verb that is found hides what the program does otherwise, even where its options do not hold.
_by_verb(entry, words) := [candidate |
	some length in [3, 2, 1]
	length <= count(words)
	candidate := object.get(object.get(entry, "verbs", {}), concat(" ", array.slice(words, 0, length)), null)
	candidate != null
]

_by_word(entry, words) := [candidate |
	anywhere := object.get(entry, "anywhere", null)
	anywhere != null
	some word in words
	parts := split(word, ":")
	candidate := object.get(anywhere, parts[count(parts) - 1], null)
	candidate != null
]

_by_rest(entry, words) := [candidate |
	count(_by_verb(entry, words)) == 0
	some key in _rest_keys(words)
	candidate := object.get(entry, key, null)
	candidate != null
]

_rest_keys(words) := ["alone", "otherwise"] if count(words) == 0

_rest_keys(words) := ["otherwise"] if count(words) > 0

_applies(candidate, command) if {
	not _lacks(candidate, command)
	not has_option(command, object.get(candidate, "unless", []))
	not _leaves_out(candidate, command)
}

_lacks(candidate, command) if {
	needed := object.get(candidate, "needs", [])
	count(needed) > 0
	not has_option(command, needed)
}

# Gradle: `-x test` leaves the task out.
_leaves_out(candidate, command) if {
	task := object.get(candidate, "without_task", null)
	task != null
	some position, word in command.words
	word in {"-x", "--exclude-task"}
	position + 1 < count(command.words)
	command.words[position + 1] == task
}

# Tells whether options turn a command into a rehearsal that changes nothing.
rehearsal(command) if {
	some word in command.words
	regex.match(`^--dry-?[rR]un($|=)`, word)
	not regex.match(`=(none|false)$`, word)
}

rehearsal(command) if {
	some word in command.words
	_programs.never_flags[word]
}

# What an opaque command, given also as normalised, runs: {"target": text}, the script or target by name; null where
# the command is understood.
opaque(normal, command) := _first_target(_targets(normal, command))

_first_target(targets) := {"target": targets[0]} if count(targets) > 0

_first_target(targets) := null if count(targets) == 0

_targets(normal, command) := [target |
	command.program != ""
	some target in array.concat(
		array.concat(array.concat(_script_targets(normal), _optional_tests(normal, command)), _direct_targets(normal)),
		array.concat(
			array.concat(_interpreted(normal, command), _named_targets(normal)),
			array.concat(_payloads(normal), _unknown_programs(normal, command)),
		),
	)
]

# `npm run deploy`, `yarn deploy`.
_script_targets(normal) := [target |
	some verb in object.get(_programs.script_runners, normal.program, [])
	count(normal.words) > 1
	normal.words[0] == verb
	target := normal.words[1]
]

# `npm test --if-present` tests where the manifest says so.
_optional_tests(normal, command) := [normal.words[0] |
	has_option(command, ["--if-present"])
	count(normal.words) > 0
	normal.words[0] in object.get(_programs.test_verbs, normal.program, [])
]

# `yarn deploy` runs a script without `run`.
_direct_targets(normal) := [normal.words[0] |
	builtin := object.get(_programs.builtin_verbs, normal.program, null)
	builtin != null
	count(normal.words) > 0
	not builtin[normal.words[0]]
]

# `make deploy`, but not `composer install`.
_named_targets(normal) := [concat(" ", array.concat([normal.program], normal.words)) |
	_programs.target_runners[normal.program]
	not _built_in(normal)
]

_built_in(normal) if {
	count(normal.words) > 0
	object.get(_programs.builtin_targets, [normal.program, normal.words[0]], false)
}

# `bash scripts/deploy.sh`, but not `bash -c …`, whose text is read as commands where that is possible.
_interpreted(normal, command) := [normal.words[0] |
	_programs.interpreters[normal.program]
	count(normal.words) > 0
	not has_option(command, ["-c", "-e", "-m"])
	not _activates(normal)
]

# `source venv/bin/activate` only sets variables.
_activates(normal) if {
	normal.program in {"source", "."}
	regex.match(`(^|/)(bin|Scripts)/activate$`, normal.words[0])
}

# `ssh host …`, `docker run …`.
_payloads(normal) := [concat(" ", array.concat([normal.program], normal.words)) |
	some verb in object.get(_programs.payload_verbs, normal.program, [])
	parts := [part | some part in split(verb, " "); part != ""]
	array.slice(normal.words, 0, count(parts)) == parts
]

_unknown_programs(normal, command) := [normal.program |
	not _programs.plain[normal.program]
	not _known(normal.program)
	not _programs.interpreters[normal.program]
	not _programs.target_runners[normal.program]
	object.get(_programs.payload_verbs, normal.program, null) == null
	not _expanded(command)
]

# What starts with a sign is a piece of shell grammar, not a program.
_expanded(command) if {
	count(command.words) > 0
	regex.match(`^[^A-Za-z./$]`, command.words[0])
}
