# METADATA
# title: What deploying steps do by themselves
# description: |
#   Tells of a deploying step, as the view deploy_jobs has it, whether it waits until what it deployed is stable, and
#   whether its tool takes a failed deployment back. Sources: the pages of the tools and actions themselves, among them
#   https://github.com/aws-actions/amazon-ecs-deploy-task-definition#readme (wait-for-service-stability is false unless
#   it is set) and https://helm.sh/docs/helm/helm_upgrade/ (`--atomic`, since Helm 4 `--rollback-on-failure`).
package policies.lib.deploy_steps

import data.policies.lib.deploy_commands

# The command that deploys, with its words; undefined for an action.
command(job, deploying) := found if {
	deploying.position >= 0
	some step in job.steps
	step.index == deploying.step
	found := step.commands[deploying.position]
}

# The inputs of the action that deploys; undefined for a command.
inputs(job, deploying) := object.union({}, step["with"]) if {
	deploying.position < 0
	some step in job.steps
	step.index == deploying.step
	is_object(step["with"])
}

inputs(job, deploying) := {} if {
	deploying.position < 0
	some step in job.steps
	step.index == deploying.step
	not is_object(step["with"])
}

# What an input of an action says: "yes", "no" or "open". Always defined.
_says(given, key) := _flag(object.get(given, key, null))

_flag(written) := "no" if written == null

_flag(written) := "yes" if lower(sprintf("%v", [written])) in {"true", "1", "yes"}

_flag(written) := "open" if contains(sprintf("%v", [written]), "${{")

_flag(written) := "no" if {
	written != null
	not lower(sprintf("%v", [written])) in {"true", "1", "yes"}
	not contains(sprintf("%v", [written]), "${{")
}

# Whether a deploying step waits until what it deployed is stable: "yes", "no" or "open".
waits(job, deploying) := state if {
	given := inputs(job, deploying)
	state := _action_waits(deploying.what, given)
}

waits(job, deploying) := "yes" if _command_waits(job, deploying)

waits(job, deploying) := "no" if {
	deploying.position >= 0
	not _command_waits(job, deploying)
}

_stability := ["wait-for-service-stability", "wait-for-deployment", "wait-for-environment-recovery"]

_action_waits(name, _) := "yes" if name == "aws-actions/aws-cloudformation-github-deploy"

_action_waits(name, given) := "yes" if {
	name != "aws-actions/aws-cloudformation-github-deploy"
	some key in _stability
	_says(given, key) == "yes"
}

_action_waits(name, given) := "open" if {
	name != "aws-actions/aws-cloudformation-github-deploy"
	states := {state | some key in _stability; state := _says(given, key)}
	not "yes" in states
	"open" in states
}

_action_waits(name, given) := "no" if {
	name != "aws-actions/aws-cloudformation-github-deploy"
	{state | some key in _stability; state := _says(given, key)} == {"no"}
}

_waiting := {"cdk": {"deploy"}, "sam": {"deploy", "sync"}, "copilot": {"deploy", "svc", "job", "env"}}

_command_waits(job, deploying) if {
	words := deploy_commands.normalised(command(job, deploying))
	_waiting[words.program][words.words[0]]
}

_command_waits(job, deploying) if {
	words := deploy_commands.normalised(command(job, deploying))
	words.program == "aws"
	array.slice(words.words, 0, 2) == ["cloudformation", "deploy"]
}

_command_waits(job, deploying) if {
	written := command(job, deploying)
	deploy_commands.normalised(written).program in {"helm", "helmfile"}
	deploy_commands.has_option(written, ["--wait", "--atomic", "--rollback-on-failure"])
}

# How the tool of a deploying step takes a failed deployment back: "yes", "off" where it is told not to, "no" where it
# does not know how.
takes_back(job, deploying) := "off" if {
	_knows_how(job, deploying)
	_is_off(job, deploying)
}

takes_back(job, deploying) := "yes" if {
	_knows_how(job, deploying)
	not _is_off(job, deploying)
}

takes_back(job, deploying) := "no" if not _knows_how(job, deploying)

_knows_how(_, deploying) if deploying.what == "aws-actions/aws-cloudformation-github-deploy"

_knows_how(job, deploying) if {
	words := deploy_commands.normalised(command(job, deploying))
	words.program == "aws"
	array.slice(words.words, 0, 2) in {
		["cloudformation", "deploy"],
		["cloudformation", "create-stack"],
		["cloudformation", "update-stack"],
	}
}

_knows_how(job, deploying) if {
	words := deploy_commands.normalised(command(job, deploying))
	words.program in {"cdk", "sam"}
	words.words[0] == "deploy"
}

_knows_how(job, deploying) if {
	written := command(job, deploying)
	deploy_commands.normalised(written).program == "helm"
	deploy_commands.has_option(written, ["--atomic", "--rollback-on-failure"])
}

_is_off(job, deploying) if {
	given := inputs(job, deploying)
	_says(given, "disable-rollback") == "yes"
}

_is_off(job, deploying) if {
	written := command(job, deploying)
	deploy_commands.has_option(written, ["--disable-rollback", "--no-rollback", "-R"])
}

_is_off(job, deploying) if {
	written := command(job, deploying)
	"DO_NOTHING" in written.words
}

_is_off(job, deploying) if {
	written := command(job, deploying)
	"--on-failure=DO_NOTHING" in written.words
}
