# METADATA
# title: What may happen before a deployment
# description: |
#   Lists the deployments, tells which of what stands before them an event that deploys can run, what may do more
#   there than it says, and which workflows must have succeeded. A deployment is {"row", "job", "classes", "cases"}:
#   the row of policies.lib.deploy_jobs, its job, the classes of places that it may deploy to, and the cases of
#   policies.lib.deploy_reach in which it does.
package policies.lib.before_deployment

import data.policies.lib.conditions
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
	guarding := array.concat(gates.conditions_of_step(input.resources[step.job], step.step), _conditions[step.job])
	some case in deployment.cases
	deploy_reach.reached(guarding, case)
}

# Tells whether a caller, or the workflow before this one, starts the deployment, and may have done things before.
started_elsewhere(deployment) if {
	events := {case.event | some case in deployment.cases}
	count(events) > 0
	count(events - {"workflow_call", "workflow_run"}) == 0
}

# The workflows before this one whose success a deployment waits for: an `if` on its way asks for it.
# https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_run
upstreams(deployment) := awaited if _asks_for_success(deployment)

upstreams(deployment) := [] if not _asks_for_success(deployment)

_asks_for_success(deployment) if {
	some address in gates.closure(deployment.job) | {deployment.job.address}
	some part in conditions.conjuncts(input.resources[address].condition)
	conditions.compares(part, "==", "github.event.workflow_run.conclusion", "success")
}

# The workflows whose end starts this one, by the names that it writes.
awaited := [name |
	some workflow in graph.of_types(["workflow"])
	some trigger in workflow.triggers
	trigger.event == "workflow_run"
	some name in object.get(trigger.filters, "workflows", [])
]

# What others call a workflow: its name, or its file where it has none.
called(workflow) := workflow.name if is_string(workflow.name)

called(workflow) := concat("/", array.slice(parts, count(parts) - 3, count(parts))) if {
	not is_string(workflow.name)
	parts := split(object.get(input, "uri", ""), "/")
}

# What may do something before a deployment without saying so by a tool, as {"job", "path", "what"}: steps that nothing
# is known of among some that stand before, and calls of other workflows that one of some words names.
candidates(deployment, before, words) := array.concat(
	[{"job": row.job, "path": row.path, "what": row.what} |
		some row in before
		row.opaque
		may_do_more(row)
		can_run(deployment, row)
	],
	[{"job": needed.address, "path": ["uses"], "what": needed.call.raw} |
		some needed in calls(deployment, words)
	],
)

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
