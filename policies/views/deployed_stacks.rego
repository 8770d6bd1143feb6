# METADATA
# title: What the jobs of a workflow deploy
# description: |
#   The template, app or configuration that a step deploys: {"job", "step", "path", "tool", "file", "folder"}. tool is
#   "cloudformation", "sam", "cdk" or "terraform"; file is a path from the root of the repository, or null where a
#   tool chooses it; folder is where the tool runs, "" for the root; each is null where an expression decides it. A
#   policy over the whole scan names this view in its `unit_views` and compares with the ends of units' names.
package policies.views.deployed_stacks

import data.policies.lib.deploy_commands
import data.policies.lib.graph

_deploy_action := "aws-actions/aws-cloudformation-github-deploy"

_tools := {
	"aws": {
		"tool": "cloudformation",
		"verbs": ["cloudformation deploy", "cloudformation create-stack", "cloudformation update-stack"],
	},
	"sam": {"tool": "sam", "verbs": ["deploy", "sync"]},
	"cdk": {"tool": "cdk", "verbs": ["deploy"]},
	"terraform": {"tool": "terraform", "verbs": ["apply"]},
	"tofu": {"tool": "terraform", "verbs": ["apply"]},
}

_file_options := ["--template-file", "--template", "-t", "--template-body"]

rows := array.concat(_of_actions, _of_commands)

_of_actions := [row |
	some job in graph.of_types(["job"])
	some step in job.steps
	step.kind == "uses"
	step.uses.name == _deploy_action
	is_object(step["with"])
	some key, written in step["with"]
	lower(key) == "template"
	row := {
		"job": job.address,
		"step": step.index,
		"path": array.concat(step.path, ["with", key]),
		"tool": "cloudformation",
		"file": _known(_from_folder("", written)),
		"folder": "",
	}
]

_of_commands := [row |
	some job in graph.of_types(["job"])
	some step in job.steps
	some command in step.commands
	words := deploy_commands.normalised(command)
	tool := _tools[words.program]
	some verb in tool.verbs
	startswith(concat(" ", array.concat(words.words, [""])), sprintf("%s ", [verb]))
	folder := _folder(step, command)
	row := {
		"job": job.address,
		"step": step.index,
		"path": array.concat(command.path, [command.text]),
		"tool": tool.tool,
		"file": _file(folder, command),
		"folder": _known(folder),
	}
]

# The folder that a command runs in: that of the step, and what `-chdir` adds.
_folder(step, command) := _from_folder(_working(step), chdir) if {
	some word in command.words
	startswith(word, "-chdir=")
	chdir := trim_prefix(word, "-chdir=")
}

_folder(step, command) := _working(step) if not _changes(command)

_changes(command) if {
	some word in command.words
	startswith(word, "-chdir=")
}

_working(step) := "" if step.working_directory == null

_working(step) := trim_suffix(trim_prefix(step.working_directory, "./"), "/") if step.working_directory != null

_from_folder(folder, file) := _cleaned(file) if folder == ""

_from_folder(folder, file) := concat("/", [folder, _cleaned(file)]) if folder != ""

_cleaned(file) := trim_suffix(trim_prefix(trim_prefix(file, "file://"), "./"), "/")

_file(folder, command) := _known(_from_folder(folder, files[0])) if {
	files := _files(command)
	count(files) > 0
}

_file(_, command) := null if count(_files(command)) == 0

_files(command) := [file |
	some position, word in command.words
	some option in _file_options
	some file in _value(command, position, word, option)
]

_value(command, position, word, option) := [command.words[position + 1]] if {
	word == option
	position + 1 < count(command.words)
}

_value(_, _, word, option) := [trim_prefix(word, joined)] if {
	joined := sprintf("%s=", [option])
	startswith(word, joined)
}

# A path that is known: no expression or variable stands in it.
_known(path) := path if not regex.match(`[$]`, path)

_known(path) := null if regex.match(`[$]`, path)
