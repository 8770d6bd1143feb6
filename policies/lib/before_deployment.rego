# METADATA
# title: What may happen before a deployment
# description: |
#   Lists the deployments, tells which of what stands before them an event that deploys can run, and what may do more
#   there than it says. A deployment is {"row", "job", "classes", "cases"}: the row of policies.lib.deploy_jobs, its
#   job, the classes of places that it may deploy to, and the cases of policies.lib.deploy_reach in which it does.
package policies.lib.before_deployment

import data.policies.lib.deploy_jobs
import data.policies.lib.deploy_reach
import data.policies.lib.environments
import data.policies.lib.gates
import data.policies.lib.graph

# The deployments of a workflow.
all := [deployment |
	some row in deploy_jobs.rules
	row.role == "deploy"
	job := input.resources[row.job]
	deployment := {
		"row": row,
		"job": job,
		"classes": {found.class | some found in row.classes},
		"cases": gates.deploying_cases(row, job),
	}
]

# The conditions on the way to each job.
_conditions := {job.address: deploy_reach.conditions_of(job) | some job in graph.of_types(["job"])}

# Tells whether an event that deploys can run a step before it, or whether nothing is known of the events.
can_run(deployment, _) if count(deployment.cases) == 0

can_run(deployment, step) if {
	conditions := array.concat(gates.conditions_of_step(input.resources[step.job], step.step), _conditions[step.job])
	some case in deployment.cases
	deploy_reach.reached(conditions, case)
}

# Tells whether a caller, or the workflow before this one, starts the deployment, and may have done things before.
started_elsewhere(deployment) if {
	events := {case.event | some case in deployment.cases}
	count(events) > 0
	count(events - {"workflow_call", "workflow_run"}) == 0
}

# Tells whether an opaque step may do more than to build or to deploy.
may_do_more(kind) if {
	words := {word | some word in environments.tokens(kind.target)}
	understood := {word | some word in words; data.tables.deploy_programs.plain_script_tokens[word]}
	deploying := {word | some word in words; data.tables.deploy_programs.deploy_tokens[word]}
	count(understood) == 0
	count(deploying) == 0
}

# The needed jobs that call a workflow outside the scan which may hold a step that words name.
calls(deployment, words) := [needed |
	some id in deployment.job.needs_closure
	needed := object.get(input.resources, sprintf("jobs.%s", [id]), null)
	needed != null
	needed.call != null
	may_hold(needed, words)
]

# Tells whether a call may hold such a step: a local one that is not in the scan may hold anything.
may_hold(caller, _) if {
	caller.call.kind == "local"
	not object.get(caller.call, "inlined", false)
}

may_hold(caller, words) if {
	caller.call.kind == "remote"
	some text in [caller.id, caller.name, caller.call.raw]
	is_string(text)
	some word in split(environments.words(text), " ")
	words[word]
}
