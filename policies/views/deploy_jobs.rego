# METADATA
# title: Jobs that deploy
# description: |
#   Finds the jobs that deploy, judged by each command and action, never by a word anywhere in the job. A row is
#   {"job", "certainty": "definite" | "probable", "role": "deploy" | "rollback" | "teardown", "attached", "steps",
#   "evidence", "sources", "classes"}; steps are {"step", "position", "path", "what", "role", …}, evidence says why a
#   job is probable, sources and classes are those of policies.lib.environments.
package policies.views.deploy_jobs

import data.policies.lib.deploy_commands
import data.policies.lib.environments
import data.policies.lib.graph
import data.policies.lib.kinds_of_steps
import data.policies.lib.value

_programs := data.tables.deploy_programs

_jobs := [job | some job in graph.of_types(["job"]); not _never(job)]

_never(guarded) if {
	guarded.condition != null
	guarded.condition.value == false
}

# Jobs that may deploy, found by what is cheap to ask. Most workflows have none, and are done with here.
_candidates := union({_using, _running, _carrying, _named, _bound})

_using := {job.address |
	actions := data.tables.deploy_actions
	some job in _jobs
	some step in job.steps
	actions[step.uses.name]
}

_deploying_programs := object.keys(data.tables.deploy_commands) | {alias |
	some alias, program in _programs.aliases
	data.tables.deploy_commands[program]
}

_running := {job.address |
	programs := _deploying_programs
	some job in _jobs
	some step in job.steps
	some command in step.commands
	command.program in programs
	_says_verb(command)
}

# Whether a verb that deploys begins with a word of the command, or the program deploys without one.
_says_verb(command) if {
	entry := _deploying_entry(command)
	some verb, _ in object.get(entry, "verbs", {})
	split(verb, " ")[0] in command.words
}

_says_verb(command) if object.get(_deploying_entry(command), "otherwise", null) != null

_says_verb(command) if "s3" in command.words

_deploying_entry(command) := data.tables.deploy_commands[object.get(
	_programs.aliases,
	command.program, command.program,
)]

_carrying := {job.address |
	programs := _deploying_programs
	carriers := object.keys(_programs.carriers) | object.keys(_programs.carrying_python)
	some job in _jobs
	some step in job.steps
	some command in step.commands
	command.program in carriers
	some word in command.words
	parts := split(lower(word), "/")
	parts[count(parts) - 1] in programs
}

# Jobs with a word for a deployment in a name or a script, and with a sign of access to a target.
_named := {job.address |
	tokens := object.keys(_programs.deploy_tokens)
	some job in _jobs
	text := lower(json.marshal([job.id, job.name, job.call, [[step.uses, step.commands] | some step in job.steps]]))
	_contains_any(text, tokens)
	_may_reach(job, text)
}

_contains_any(text, parts) if {
	some part in parts
	contains(text, part)
}

_may_reach(job, _) if job.call != null

_may_reach(job, _) if _has_login(job)

_may_reach(job, _) if _contains_any(lower(concat(" ", _names(job))), object.keys(_programs.cloud_tokens))

_may_reach(_, text) if _contains_any(text, object.keys(_programs.remote_programs))

# Jobs whose environment has a name that says what it is.
_bound := {job.address |
	some job in _jobs
	job.environment != null
	some row in environments.classes([_environment_source(job)], [])
	row.source == "environment"
}

_found := [entry |
	some job in _jobs
	job.address in _candidates
	direct := _direct(job)
	_plausible(job, direct)
	sources := _sources(job)
	classes := environments.classes(sources, [])
	steps := _steps(job, direct, classes)
	some certainty in _certainty(job, steps, classes)
	entry := {
		"job": job.address,
		"certainty": certainty.certainty,
		"evidence": certainty.evidence,
		"role": _role(job, steps),
		"steps": steps,
		"sources": sources,
		"classes": classes,
	}
]

_plausible(_, direct) if count(direct) > 0

_plausible(job, _) if job.address in (_named | _bound)

_plausible(job, _) if count(_copying(job)) > 0

rows := [row |
	some entry in _found
	row := object.union(entry, {"attached": _attached(entry)})
]

_certainty(_, steps, _) := [{"certainty": "definite", "evidence": ""}] if count(steps) > 0

_certainty(job, steps, classes) := [{"certainty": "probable", "evidence": evidence} |
	evidence := _evidence(job, classes)
	evidence != ""
] if {
	count(steps) == 0
}

# A rollback that waits for a failed deployment belongs to that deployment.
_attached(entry) := true if _follows_failure(entry)

_attached(entry) := false if not _follows_failure(entry)

_follows_failure(entry) if {
	entry.role == "rollback"
	job := input.resources[entry.job]
	job.condition != null
	_asks_for_failure(job.condition)
	some other in _found
	other.role == "deploy"
	some needed in job.needs_closure
	other.job == sprintf("jobs.%s", [needed])
}

_asks_for_failure(condition) if "failure" in condition.status

_asks_for_failure(condition) if regex.match(`\.result\s*==\s*'failure'`, condition.text)

_role(_, steps) := "teardown" if {
	count(steps) > 0
	every step in steps { step.role == "teardown" }
}

_role(job, steps) := "rollback" if {
	not _tears_down(steps)
	_rolls_back(job, steps)
}

_role(job, steps) := "deploy" if {
	not _tears_down(steps)
	not _rolls_back(job, steps)
}

_tears_down(steps) if {
	count(steps) > 0
	every step in steps { step.role == "teardown" }
}

_rolls_back(job, _) if _says_rollback(concat(" ", [job.id, _text(job.name)]))

_rolls_back(_, steps) if {
	count(steps) > 0
	every step in steps { step.role == "rollback" }
}

# What sets a version goes back where it runs only after a failure.
_rolls_back(job, steps) if {
	count(steps) > 0
	job.condition != null
	count(job.needs) > 0
	_asks_for_failure(job.condition)
	every step in steps { _goes_back(step) }
}

_goes_back(step) if step.role == "rollback"

_goes_back(step) if step.what in {"aws ecs update-service", "aws lambda update-alias"}

_says_rollback(text) if {
	some token in environments.tokens(text)
	_programs.rollback_tokens[token]
}

_text(name) := name if is_string(name)

_text(name) := "" if not is_string(name)

# The steps of a job that deploy. A test environment that the job makes or removes itself counts only in production.
_steps(job, direct, classes) := [step |
	some step in array.concat(direct, _uploads(job, classes))
	not _throw_away(job, direct, step, classes)
]

_direct(job) := [found |
	some step in job.steps
	not _never(step)
	some found in array.concat(_of_action(step), _of_commands(step))
]

_of_commands(step) := [found |
	some position, command in step.commands
	command.function == null
	words := deploy_commands.normalised(command)
	rule := deploy_commands.rule(data.tables.deploy_commands, words, command)
	rule != null
	rule.role != "none"
	not deploy_commands.rehearsal(command)
	found := {
		"step": step.index,
		"position": position,
		"path": array.concat(command.path, [command.text]),
		"what": _shown(words, command),
		"program": words.program,
		"role": _command_role(rule, step, command),
		"guard": _guard(step),
	}
]

# The program and its verb: the words that stand together at its beginning.
_shown(words, command) := concat(" ", array.concat([words.program], array.slice(words.words, 0, 2))) if {
	_stand_together(words, command)
}

_shown(words, command) := concat(" ", array.concat([words.program], array.slice(words.words, 0, 1))) if {
	not _stand_together(words, command)
}

_stand_together(words, command) if contains(concat(" ", command.words), concat(" ", array.slice(words.words, 0, 2)))

_command_role(_, _, command) := "teardown" if deploy_commands.has_option(command, ["-destroy", "--destroy"])

_command_role(rule, step, command) := "rollback" if {
	not deploy_commands.has_option(command, ["-destroy", "--destroy"])
	rule.role != "teardown"
	_says_rollback(_text(step.name))
}

_command_role(rule, step, command) := rule.role if {
	not deploy_commands.has_option(command, ["-destroy", "--destroy"])
	not _renamed(rule, step)
}

_renamed(rule, step) if {
	rule.role != "teardown"
	_says_rollback(_text(step.name))
}

_guard(step) := "" if step.condition == null

_guard(step) := step.condition.text if step.condition != null

_inputs(step) := step["with"] if is_object(step["with"])

_inputs(step) := {} if not is_object(step["with"])

_of_action(step) := [found |
	step.kind == "uses"
	step.uses.kind == "remote"
	entry := object.get(data.tables.deploy_actions, step.uses.name, null)
	entry != null
	inputs := _inputs(step)
	some role in _action_role(entry, inputs)
	not _rehearsed(inputs)
	found := {
		"step": step.index,
		"position": -1,
		"path": array.concat(step.path, ["uses"]),
		"what": step.uses.name,
		"program": step.uses.name,
		"role": role,
		"guard": _guard(step),
	}
]

_rehearsed(inputs) if {
	some key in ["no-execute-changeset", "dry-run", "dry_run"]
	sprintf("%v", [object.get(inputs, key, "")]) in {"1", "true"}
}

_action_role(entry, inputs) := [role |
	object.get(entry, "input", null) == null
	not _lacks_input(entry, inputs)
	role := entry.role
] if {
	object.get(entry, "input", null) == null
}

_action_role(entry, inputs) := [role |
	written := object.get(inputs, entry.input, null)
	some role in _input_role(entry, written)
	role != "none"
] if {
	object.get(entry, "input", null) != null
}

_lacks_input(entry, inputs) if {
	wanted := object.get(entry, "any_input", [])
	count(wanted) > 0
	given := [key | some key in wanted; object.get(inputs, key, null) != null]
	count(given) == 0
}

_input_role(entry, written) := [entry.absent] if written == null

_input_role(entry, written) := [role |
	first := split(lower(trim_space(written)), " ")[0]
	role := object.get(entry.values, first, "none")
] if {
	is_string(written)
}

# Copies to a bucket deploy where what is copied is a built site, or a cache of it is emptied afterwards.
_uploads(job, classes) := [found |
	some copy in _copying(job)
	_is_site(job, copy.step, copy.folder, classes)
	found := {
		"step": copy.step.index,
		"position": copy.position,
		"path": copy.path,
		"what": copy.what,
		"program": "aws",
		"role": "deploy",
		"guard": _guard(copy.step),
	}
]

_copying(job) := array.concat(_copying_commands(job), _copying_actions(job))

# Actions that copy the folder which a variable names, of the step or of the job, else the whole workspace.
_copying_actions(job) := [copy |
	some step in job.steps
	step.kind == "uses"
	not _never(step)
	variable := object.get(data.tables.deploy_actions, [object.get(step.uses, "name", ""), "uploads"], null)
	variable != null
	not contains(sprintf("%v", [object.get(_inputs(step), "args", "")]), "--dryrun")
	copy := {
		"step": step, "position": -1, "path": array.concat(step.path, ["uses"]),
		"folder": _variable(job, step, variable), "what": step.uses.name,
	}
]

_variable(job, step, name) := texts[0] if {
	texts := array.concat(_named_texts(step.env, name), _named_texts(job.env, name))
	count(texts) > 0
}

_variable(job, step, name) := "" if {
	count(_named_texts(step.env, name)) + count(_named_texts(job.env, name)) == 0
}

_named_texts(env, name) := [text | value.known(env); text := object.get(env, name, null); is_string(text)]

_copying_commands(job) := [copy |
	some step in job.steps
	not _never(step)
	some position, command in step.commands
	"s3" in command.words
	words := deploy_commands.normalised(command)
	words.program == "aws"
	_copies(words.words)
	not deploy_commands.rehearsal(command)
	not deploy_commands.has_option(command, ["--dryrun"])
	what := concat(" ", array.concat(["aws"], array.slice(words.words, 0, 2)))
	copy := {
		"step": step, "position": position, "path": array.concat(command.path, [command.text]),
		"folder": words.words[2], "what": what,
	}
]

_copies(words) if {
	count(words) > 3
	words[0] == "s3"
	words[1] in {"sync", "cp", "mv"}
	startswith(words[3], "s3://")
	not startswith(words[2], "s3://")
}

_is_site(_, _, folder, _) if {
	some part in split(folder, "/")
	_programs.site_folders[part]
}

_is_site(job, step, _, _) if {
	some other in _jobs
	some later in other.steps
	some command in later.commands
	"create-invalidation" in command.words
	words := deploy_commands.normalised(command)
	words.program == "aws"
	array.slice(words.words, 0, 2) == ["cloudfront", "create-invalidation"]
	_follows(job, step, other, later)
}

_is_site(job, _, _, classes) if {
	job.environment != null
	some row in classes
	row.source == "environment"
	row.class != "unknown"
}

_follows(job, step, other, later) if {
	other.address == job.address
	later.index >= step.index
}

_follows(job, _, other, _) if job.id in other.needs_closure

# A target that the job itself starts, or removes again with the same tool, is a test environment.
_throw_away(job, _, step, classes) if {
	not _is_production(classes)
	_starts_target(job, step)
}

_throw_away(_, direct, step, classes) if {
	not _is_production(classes)
	step.role != "teardown"
	some later in direct
	_removes(later, step)
}

_throw_away(_, direct, step, classes) if {
	not _is_production(classes)
	step.role == "teardown"
	some earlier in direct
	earlier.role != "teardown"
	_removes(step, earlier)
}

_removes(later, earlier) if {
	later.role == "teardown"
	later.program == earlier.program
	_behind(later, earlier)
	_same_guard(later, earlier)
}

_behind(later, earlier) if later.step > earlier.step

_behind(later, earlier) if {
	later.step == earlier.step
	later.position > earlier.position
}

_same_guard(later, earlier) if later.guard == earlier.guard

_same_guard(later, _) if later.guard in {"", "always()", "${{ always() }}"}

_is_production(classes) if {
	some row in classes
	row.class == "production"
}

_starts_target(job, place) if {
	some step in job.steps
	step.index <= place.step
	step.kind == "uses"
	_programs.throw_away_actions[object.get(step.uses, "name", "")]
}

_starts_target(job, place) if {
	some step in job.steps
	step.index <= place.step
	some command in step.commands
	_starts_cluster(command)
}

_starts_target(job, place) if {
	some step in job.steps
	step.index == place.step
	command := step.commands[place.position]
	some word in command.words
	regex.match(`(localhost|127\.0\.0\.1|localstack)`, word)
	deploy_commands.has_option(command, ["--endpoint-url"])
}

_starts_target(job, _) if {
	some image in job.images
	is_string(image.image)
	startswith(image.image, "localstack/")
}

_starts_cluster(command) if _programs.throw_away_programs[command.program]

_starts_cluster(command) if {
	words := deploy_commands.normalised(command)
	some verb in object.get(_programs.throw_away_commands, words.program, [])
	startswith(concat(" ", words.words), verb)
}

# Why a job without a step that certainly deploys may deploy; "" where nothing says so.
_evidence(job, classes) := sprintf("has the environment '%s' and runs '%s'", [text, opaque[0].what]) if {
	opaque := _opaque(job)
	count(opaque) > 0
	text := _used_environment(job, classes)
	text != ""
}

_evidence(job, classes) := sprintf("runs '%s' with access to a target", [named[0].what]) if {
	_used_environment(job, classes) == ""
	job.call == null
	named := _named_deploys(job)
	count(named) > 0
	_has_cloud(job)
}

_evidence(job, classes) := "" if {
	_used_environment(job, classes) == ""
	job.call == null
	count(_named_deploys(job)) == 0
}

_evidence(job, classes) := "" if {
	_used_environment(job, classes) == ""
	job.call == null
	count(_named_deploys(job)) > 0
	not _has_cloud(job)
}

_evidence(job, classes) := "" if {
	_used_environment(job, classes) != ""
	count(_opaque(job)) == 0
}

_evidence(job, _) := sprintf("calls '%s'", [job.call.raw]) if {
	job.call != null
	_calls_deploy(job)
}

_evidence(job, _) := "" if {
	job.call != null
	not _calls_deploy(job)
}

_opaque(job) := [row |
	some row in kinds_of_steps.of_job(job)
	row.opaque
]

_used_environment(job, classes) := texts[0] if {
	texts := _environment_texts(job, classes)
	count(texts) > 0
}

_used_environment(job, classes) := "" if count(_environment_texts(job, classes)) == 0

_environment_texts(job, classes) := [row.text |
	job.environment != null
	not job.environment.deployment_false
	some row in classes
	row.source == "environment"
	row.class != "unknown"
]

# Opaque steps that a word calls a deployment: in the name of the job, or of the script or target.
_named_deploys(job) := [row |
	some row in _opaque(job)
	_says_deploy(concat(" ", [job.id, _text(job.name), row.target]))
]

_says_deploy(text) if {
	some token in environments.tokens(text)
	_programs.deploy_tokens[token]
}

_has_cloud(job) if _has_login(job)

_has_cloud(job) if {
	some name in _names(job)
	some token in split(environments.words(name), " ")
	_programs.cloud_tokens[token]
}

_has_cloud(job) if {
	some row in _opaque(job)
	_programs.remote_programs[split(row.target, " ")[0]]
}

_has_login(job) if job.runs_on.self_hosted == true

_has_login(job) if {
	some step in job.steps
	step.kind == "uses"
	is_string(step.uses.name)
	_logs_in(step.uses.name)
}

_logs_in(name) if _programs.login_actions[name]

_logs_in(name) if regex.match(`-set-context$|/get-.*-credentials$`, name)

_names(job) := array.concat(
	array.concat(job.secrets, _keys(job.env)),
	[key | some step in job.steps; some key in _keys(step.env)],
)

_keys(env) := [key | is_object(env); some key, _ in env; not startswith(key, "$")]

# A called workflow whose jobs stand in the unit is judged by them.
_calls_deploy(job) if {
	not object.get(job.call, "inlined", false)
	text := concat(" ", [job.id, _text(job.name), _file(job.call)])
	_says_deploy(text)
	not _publishes(text)
}

_publishes(text) if {
	some token in environments.tokens(text)
	_programs.publishing_tokens[token]
}

_file(call) := parts[count(parts) - 1] if parts := split(split(call.raw, "@")[0], "/")

# Where the class of a job is read, in order: its environment, its own names, what its steps are given, its workflow.
# Where nothing of a called job yields a class, the same of the jobs that call it does, the innermost first.
_sources(job) := array.concat(
	array.concat([_environment_source(job)], _named_sources(job, _option_texts(job))),
	[source |
		some id in job.called_by
		caller := graph.at(sprintf("jobs.%s", [id]))
		caller != null
		some source in _named_sources(caller, _call_inputs(caller))
	],
)

_named_sources(job, options) := [
	{"source": "job", "texts": [_own_id(job)], "weak": true, "open": false},
	{"source": "job name", "texts": [_text(job.name)], "weak": true, "open": false},
	{"source": "options", "texts": options, "weak": false, "open": false},
	{"source": "workflow", "texts": [_text(_workflow(job).name)], "weak": true, "open": false},
	{"source": "file", "texts": [_file_name(_workflow(job).uri)], "weak": true, "open": false},
]

# The id that stands in the workflow of a called job, without those of its callers.
_own_id(job) := parts[count(parts) - 1] if parts := split(job.id, "/")

_workflow(job) := object.get(job, "workflow", {"name": null, "uri": object.get(input, "uri", "")})

_file_name(uri) := split(parts[count(parts) - 1], ".")[0] if parts := split(uri, "/")

_environment_source(job) := {"source": "environment", "texts": texts, "weak": false, "open": open} if {
	texts := _known_texts(_environment_name(job))
	open := _open(_environment_name(job))
}

_environment_name(job) := "" if job.environment == null

_environment_name(job) := job.environment.name if job.environment != null

# All literal texts that a value can be.
_known_texts(written) := [written] if is_string(written)

_known_texts(written) := [text | some text in object.get(written["$unknown"], "values", []); is_string(text)] if {
	value.unknown(written)
}

_known_texts(written) := [sprintf("%v", [written])] if {
	not is_string(written)
	not value.opaque(written)
}

_known_texts(written) := [] if {
	value.opaque(written)
	not value.unknown(written)
}

_open(written) := true if _is_open(written)

_open(written) := false if not _is_open(written)

_is_open(written) if {
	value.opaque(written)
	count(_known_texts(written)) == 0
}

# What steps are given under a name that speaks of a role, an account, a cluster and the like.
_option_texts(job) := array.concat(
	[text |
		some step in job.steps
		some key, written in _inputs(step)
		_speaks_of_target(key)
		some text in _written_texts(job, array.concat(step.path, ["with", key]), written)
	],
	array.concat(
		[text |
			some env in array.concat([job.env], [step.env | some step in job.steps])
			value.known(env)
			some key, written in env
			_speaks_of_target(key)
			some text in _known_texts(written)
		],
		array.concat(_command_options(job), _call_inputs(job)),
	),
)

_call_inputs(job) := [text |
	job.call != null
	given := object.get(job.node, "with", null)
	is_object(given)
	some key, written in given
	_speaks_of_target(key)
	some text in _written_texts(job, ["with", key], written)
]

# Most keys do not even contain such a word, which is cheaper to see than their tokens.
_speaks_of_target(key) if {
	lowered := lower(key)
	some wanted in data.tables.environment_classes.option_tokens
	contains(lowered, wanted)
	wanted in environments.tokens(key)
}

_written_texts(_, _, written) := [written] if {
	is_string(written)
	not contains(written, "${{")
}

_written_texts(_, _, written) := [] if not is_string(written)

# An expression says something where all its values are known, or by the name of the secret or variable it reads.
_written_texts(job, path, written) := array.concat(
	[text |
		some expression in job.expressions
		expression.path == path
		is_array(expression.branches)
		some branch in expression.branches
		is_string(branch)
		text := replace(written, expression.raw, branch)
	],
	[text |
		some expression in job.expressions
		expression.path == path
		count(expression.flows) == 1
		regex.match(`^(secrets|vars)\.`, expression.flows[0])
		text := replace(written, expression.raw, expression.flows[0])
	],
) if {
	is_string(written)
	contains(written, "${{")
}

_command_options(job) := [text |
	some step in job.steps
	some command in step.commands
	some position, word in command.words
	startswith(word, "-")
	parts := split(word, "=")
	_speaks_of_target(parts[0])
	regex.match(`^--?[A-Za-z]`, word)
	text := _option_value(command, position, parts)
	not contains(text, "${{")
]

_option_value(_, _, parts) := concat("=", array.slice(parts, 1, count(parts))) if count(parts) > 1

_option_value(command, position, parts) := command.words[position + 1] if {
	count(parts) == 1
	position + 1 < count(command.words)
}
