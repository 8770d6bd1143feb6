# METADATA
# title: Gates before a deployment
# description: Tells which jobs wait for an approval, and whether a job still needs the success of another.
package policies.lib.gates

import data.policies.lib.conditions
import data.policies.lib.deploy_reach

# Programs of a job that does nothing but wait for its environment.
_idle := {"echo", "true", ":", "exit", "printf"}

# Tells whether a job has an environment and does nothing else.
approval(job) if {
	job.environment != null
	job.call == null
	not _works(job)
}

_works(job) if {
	some step in job.steps
	step.kind == "uses"
}

_works(job) if {
	some step in job.steps
	some command in step.commands
	not _idle[command.program]
}

# Tells whether a job runs only after another one that it needs succeeded.
waits_for_success(job, _) if job.condition == null

waits_for_success(job, _) if {
	job.condition != null
	unsound := [name | some name in job.condition.status; name != "success"]
	count(unsound) == 0
}

waits_for_success(job, needed) if {
	some part in conditions.conjuncts(job.condition)
	conditions.compares(part, "==", sprintf("needs.%s.result", [lower(needed.id)]), "success")
}

# The cases in which a push, a tag, a release or a schedule brings a step into production.
production_cases(job, guarding) := [case |
	some case in deploy_reach.cases
	case.production
	deploy_reach.reached(array.concat(deploy_reach.conditions_of(job), guarding), case)
]

# The events whose refs only a caller or another workflow decides.
_elsewhere := {"workflow_call", "workflow_run"}

open_cases(job, guarding) := [case |
	some case in deploy_reach.cases
	_elsewhere[case.event]
	deploy_reach.reached(array.concat(deploy_reach.conditions_of(job), guarding), case)
]
