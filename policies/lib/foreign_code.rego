# METADATA
# title: Code and artifacts of outsiders in a job
# description: |
#   Finds where a job checks out what somebody without write access wrote, or downloads what such a run made, and
#   what it runs afterwards.
#   https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/
package policies.lib.foreign_code

import data.policies.lib.conditions

# Contexts that name an outsider's commit, branch or repository when they are checked out.
_foreign(name) if {
	some prefix in [
		"github.event.pull_request.head.",
		"github.event.pull_request.number",
		"github.event.pull_request.merge_commit_sha",
		"github.event.number",
		"github.event.issue.number",
		"github.head_ref",
		"github.event.workflow_run.head_sha",
		"github.event.workflow_run.head_branch",
		"github.event.workflow_run.head_commit.",
		"github.event.workflow_run.head_repository.",
		"github.event.workflow_run.pull_requests.",
	]
	startswith(name, prefix)
}

_open(name) if {
	some prefix in ["steps.", "inputs.", "needs.", "github.event.inputs.", "github.event.client_payload."]
	startswith(name, prefix)
}

# Each place where a job checks out code by name: {"index", "path", "what", "state": "foreign" | "open"}.
checkouts(job) := array.concat(_by_action(job), _by_command(job))

_by_action(job) := [checkout |
	some step in job.steps
	step.uses != null
	step.uses.name == "actions/checkout"
	some key in ["ref", "repository"]
	path := array.concat(step.path, ["with", key])
	some named in _named(job, step, path)
	checkout := {"index": step.index, "path": path, "what": named.what, "state": named.state, "command": -1}
]

_fetching := {
	"git": {"fetch", "checkout", "pull", "switch", "merge", "clone", "reset"},
	"gh": {"pr checkout", "repo clone"},
}

# Tells whether a command brings a named commit into the workspace.
_fetches_code(command) if {
	verbs := object.get(_fetching, command.program, set())
	plain := [word | some word in array.slice(command.words, 1, count(command.words)); not startswith(word, "-")]
	some length in [1, 2]
	verbs[concat(" ", array.slice(plain, 0, length))]
}

_by_command(job) := [checkout |
	some step in job.steps
	some position, command in step.commands
	_fetches_code(command)
	some named in _named_in_command(job, step, command)
	checkout := {
		"index": step.index,
		"path": array.concat(command.path, [command.text]),
		"what": named.what,
		"state": named.state,
		"command": position,
	}
]

# What the expressions at a path name: outsiders' code, something that only a run knows, or neither.
_named(job, step, path) := {named |
	some expression in job.expressions
	expression.path == path
	some named in _flows(job, step, expression)
}

_flows(job, step, expression) := {named |
	some name in expression.flows
	some resolved in _resolved(job, step, name)
	state := _state(resolved)
	named := {"what": resolved, "state": state}
}

_state(name) := "foreign" if _foreign(name)

_state(name) := "open" if {
	not _foreign(name)
	_open(name)
}

# A variable stands for the contexts it is filled with, where the job or step fills it.
_resolved(_, _, name) := {name} if not startswith(name, "env.")

_resolved(job, step, name) := contexts if {
	startswith(name, "env.")
	contexts := {context |
		some expression in job.expressions
		some place in [["env"], array.concat(step.path, ["env"])]
		count(expression.path) == count(place) + 1
		array.slice(expression.path, 0, count(place)) == place
		sprintf("env.%s", [lower(expression.path[count(place)])]) == name
		some context in expression.flows
	}
}

_named_in_command(job, step, command) := array.concat(
	[named |
		some expression in job.expressions
		expression.path == command.path
		contains(command.text, expression.raw)
		some named in _flows(job, step, expression)
	],
	array.concat(
		[named |
			some expression in job.expressions
			place := array.concat(step.path, ["env"])
			count(expression.path) == count(place) + 1
			array.slice(expression.path, 0, count(place)) == place
			regex.match(sprintf(`\$(\{)?%s\b`, [expression.path[count(place)]]), command.text)
			some named in _flows(job, step, expression)
		],
		[named |
			regex.match(`refs/pull/[^ ]`, command.text)
			named := {"what": "refs/pull", "state": "foreign"}
		],
	),
)

# The paths of what runs after a checkout: scripts, local actions, tools that install dependencies with a cache.
executions(job, checkout) := array.concat(
	_rest_of_script(job, checkout),
	[path |
		some step in job.steps
		step.index > checkout.index
		some path in _running(step)
	],
)

_rest_of_script(job, checkout) := [path |
	checkout.command >= 0
	some step in job.steps
	step.index == checkout.index
	some position, command in step.commands
	position > checkout.command
	not _harmless[command.program]
	path := array.concat(command.path, [command.text])
]

# Programs that print, or move within the history, without running what was checked out.
_harmless := {"", "git", "echo", "printf", "cd", "true", "set", "export", "gh"}

_running(step) := [array.concat(step.path, ["run"])] if step.kind == "run"

_running(step) := [array.concat(step.path, ["uses"])] if {
	step.kind == "uses"
	step.uses.kind == "local"
}

# An action of what was checked out is read from there, whatever its steps do here.
_running(step) := [array.concat(step.path, ["uses"])] if step.kind == "call"

_running(step) := [array.concat(step.path, ["uses"])] if {
	step.kind == "uses"
	step.uses.kind == "remote"
	_installs(step)
}

_running(step) := [] if {
	step.kind == "uses"
	step.uses.kind == "remote"
	not _installs(step)
}

_running(step) := [] if {
	step.kind == "uses"
	step.uses.kind != "remote"
	step.uses.kind != "local"
}

_running(step) := [] if step.kind == "none"

_building := {
	"docker/build-push-action",
	"gradle/gradle-build-action",
	"gradle/actions/setup-gradle",
	"pre-commit/action",
	"golangci/golangci-lint-action",
	"super-linter/super-linter",
	"github/codeql-action/autobuild",
}

_installs(step) if _building[step.uses.name]

_installs(step) if {
	startswith(step.uses.name, "actions/setup-")
	is_object(step["with"])
	object.get(step["with"], "cache", null) != null
}

# Actions that are known not to run the code in the workspace.
_inert := {
	"actions/checkout",
	"actions/upload-artifact",
	"actions/download-artifact",
	"actions/cache",
	"actions/labeler",
	"actions/stale",
	"actions/add-to-project",
	"aws-actions/configure-aws-credentials",
	"github/codeql-action/upload-sarif",
	"peter-evans/create-or-update-comment",
}

# Remote actions after a checkout of which it is not known whether they run the code.
opaque_uses(job, checkout) := [use |
	some step in job.steps
	step.index > checkout.index
	step.kind == "uses"
	_opaque_kinds[step.uses.kind]
	not _inert[step.uses.name]
	not startswith(step.uses.name, "actions/setup-")
	use := {"path": array.concat(step.path, ["uses"]), "name": step.uses.raw}
]

_opaque_kinds := {"remote", "docker"}

# Tells whether a job, or a step, runs only for code of the repository itself, or of an author that is named.
excluded(guarded) if {
	some part in conditions.conjuncts(guarded.condition)
	_own_code(part)
}

_own_code(part) if {
	some name in ["github.event.pull_request.head.repo.full_name", "github.event.workflow_run.head_repository.full_name"]
	conditions.equal_contexts(part, name, "github.repository")
}

_own_code(part) if conditions.is_false(part, "github.event.pull_request.head.repo.fork")

_own_code(part) if conditions.is_false(part, "github.event.workflow_run.head_repository.fork")

_own_code(part) if {
	authors := conditions.compared(part, "==", "github.event.pull_request.user.login")
	some author in authors
	endswith(author, "[bot]")
}

# Each place where a job fetches an artifact of another run: {"index", "path", "command"}.
downloads(job) := array.concat(
	[download |
		some step in job.steps
		step.uses != null
		_fetches(step)
		download := {
			"index": step.index,
			"path": array.concat(step.path, ["uses"]),
			"command": -1,
			"folder": _folder(step),
		}
	],
	[download |
		some step in job.steps
		some position, command in step.commands
		array.slice(command.words, 0, 3) == ["gh", "run", "download"]
		download := {
			"index": step.index,
			"path": array.concat(command.path, [command.text]),
			"command": position,
			"folder": "",
		}
	],
)

# The folder of the workspace that an artifact is unpacked into; "" for the workspace itself.
_folder(step) := folder if {
	is_object(step["with"])
	written := object.get(step["with"], "path", "")
	is_string(written)
	folder := trim_suffix(trim_prefix(trim_prefix(written, "${{ github.workspace }}/"), "./"), "/")
	not folder in {".", "${{ github.workspace }}"}
}

_folder(step) := "" if {
	is_object(step["with"])
	written := object.get(step["with"], "path", "")
	written in {".", "./", "${{ github.workspace }}", "${{ github.workspace }}/"}
}

_folder(step) := "" if not is_object(step["with"])

_fetches(step) if step.uses.name == "dawidd6/action-download-artifact"

_fetches(step) if {
	step.uses.name == "actions/download-artifact"
	is_object(step["with"])
	run := object.get(step["with"], "run-id", null)
	run != null
	not contains(sprintf("%v", [run]), "github.run_id")
}

_fetches(step) if {
	step.uses.name == "actions/github-script"
	is_object(step["with"])
	script := object.get(step["with"], "script", "")
	is_string(script)
	contains(script, "listWorkflowRunArtifacts")
}

_after(job, place) := [command |
	some step in job.steps
	some position, command in step.commands
	_later(step.index, position, place)
]

_later(index, _, place) if index > place.index

_later(index, position, place) if {
	index == place.index
	place.command >= 0
	position > place.command
}

_interpreters := {"bash", "sh", "zsh", "source", ".", "node", "python", "python3", "ruby", "perl"}

# Programs that run what the workspace holds: build files, scripts named in manifests, tests.
_workspace_runners := {
	"npm", "yarn", "pnpm", "bun", "make", "just", "task", "gradle", "gradlew", "mvn", "mvnw", "cargo", "go", "pip", "pip3",
	"bundle", "rake", "tox", "nox", "pytest", "jest", "docker", "cmake", "ant", "sbt", "mix", "dotnet",
}

# The paths of commands after a download that certainly run a file of it, or write one into the environment.
executed_artifacts(job, download) := [path |
	some command in _after(job, download)
	_certainly_executes(job, download, command)
	path := array.concat(command.path, [command.text])
]

# A job that checks nothing out has no other files than those of the artifact.
_certainly_executes(job, _, command) if {
	_script(command) != null
	not _has_checkout(job)
}

_certainly_executes(_, download, command) if {
	script := _script(command)
	script != null
	folder := object.get(download, "folder", "")
	folder != ""
	startswith(trim_prefix(script, "./"), folder)
}

_certainly_executes(_, _, command) if {
	_writes_environment(command)
	regex.match(`\$\(\s*(<|cat |head |tail |sed |jq |awk |grep )`, command.text)
}

_certainly_executes(_, _, command) if {
	_writes_environment(command)
	_readers[command.program]
}

_readers := {"cat", "head", "tail", "sed", "jq", "awk", "grep"}

_writes_environment(command) if {
	some redirect in command.redirects
	regex.match(`GITHUB_(ENV|PATH)`, redirect.target)
}

# The file that a command runs as a script, or null.
_script(command) := command.words[0] if {
	count(command.words) > 0
	contains(command.words[0], "/")
	not startswith(command.words[0], "/")
	not _interpreters[command.program]
}

_script(command) := files[0] if {
	_interpreters[command.program]
	files := [word | some word in array.slice(command.words, 1, count(command.words)); not startswith(word, "-")]
	count(files) > 0
	not _has_inline_code(command)
}

_script(command) := null if {
	_interpreters[command.program]
	files := [word | some word in array.slice(command.words, 1, count(command.words)); not startswith(word, "-")]
	count(files) == 0
}

_script(command) := null if {
	_interpreters[command.program]
	_has_inline_code(command)
}

_script(command) := null if {
	not _interpreters[command.program]
	not _names_a_file(command)
}

_names_a_file(command) if {
	count(command.words) > 0
	contains(command.words[0], "/")
	not startswith(command.words[0], "/")
}

_has_inline_code(command) if {
	some flag in {"-c", "-e", "-m"}
	flag in command.words
}

_has_checkout(job) if {
	some step in job.steps
	step.uses != null
	step.uses.name == "actions/checkout"
}

# The paths of commands after a download of which it is not known whether they run its content.
opaque_commands(job, download) := [path |
	some command in _after(job, download)
	not _certainly_executes(job, download, command)
	_may_execute(download, command)
	path := array.concat(command.path, [command.text])
]

_may_execute(_, command) if _script(command) != null

# An artifact that is unpacked over the workspace may replace what these run.
_may_execute(download, command) if {
	download.folder == ""
	_workspace_runners[command.program]
}
