# METADATA
# title: Gates before and checks behind a deployment
# description: |
#   Tells which jobs wait for an approval, whether a job still needs the success of another, what stands before and
#   behind a deployment, which events start it, and whether it counts as production. A `row` is one of the view
#   deploy_jobs, `job` the job of it.
package policies.lib.gates

import data.policies.lib.conditions
import data.policies.lib.deploy_reach
import data.policies.lib.graph
import data.policies.lib.step_kinds

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

# The addresses of the jobs that have ended when a job starts.
closure(job) := {sprintf("jobs.%s", [id]) | some id in job.needs_closure}

# The jobs that start only when a job has ended.
dependents(job) := [other |
	some other in graph.of_types(["job"])
	job.id in other.needs_closure
]

# The conditions of a step of a job, none or one.
conditions_of_step(job, index) := [step.condition |
	some step in job.steps
	step.index == index
	step.condition != null
]

# The conditions of the steps of a row of the view deploy_jobs, a list for each; one without any for what has no steps.
guards(row, job) := [conditions_of_step(job, deploying.step) | some deploying in row.steps] if count(row.steps) > 0

guards(row, _) := [[]] if count(row.steps) == 0

# The cases of policies.lib.deploy_reach in which a row of the view deploy_jobs deploys.
deploying_cases(row, job) := [case |
	some case in deploy_reach.cases
	reaching := [guarding |
		some guarding in guards(row, job)
		deploy_reach.reached(array.concat(deploy_reach.conditions_of(job), guarding), case)
	]
	count(reaching) > 0
]

# Where a job starts to deploy, as [step, position of the command]: its first deploying step; of a probable job its last
# opaque step. Undefined where it has neither.
first_place(row) := min(_deploying_places(row)) if count(row.steps) > 0

first_place(row) := max(_opaque_places(row)) if {
	count(row.steps) == 0
	count(_opaque_places(row)) > 0
}

# Where a job has deployed: its last deploying step, of a probable job its first opaque step.
last_place(row) := max(_deploying_places(row)) if count(row.steps) > 0

last_place(row) := min(_opaque_places(row)) if {
	count(row.steps) == 0
	count(_opaque_places(row)) > 0
}

# A step that takes back what another one of its job deployed is no deployment.
_deploying_places(row) := [[step.step, step.position] | some step in row.steps] if count(forward(row)) == 0

_deploying_places(row) := [[step.step, step.position] | some step in forward(row)] if count(forward(row)) > 0

# The steps of a row that bring something new, and do so when nothing failed. Always defined.
forward(row) := [step |
	some step in row.steps
	object.get(step, "role", "") == "deploy"
	not _only_on_failure(object.get(step, "guard", ""))
]

_only_on_failure(guard) if regex.match(`(^|[^!\s])\s*failure\(\)|(result|outcome)\s*==\s*'failure'`, guard)

_opaque_places(row) := [[kind.step, kind.position] |
	some kind in step_kinds.rules
	kind.job == row.job
	kind.opaque
]

# The rows of the view step_kinds that stand before a deployment: in the jobs that it waits for, and in its own job
# before it starts to deploy.
before(row, job) := array.concat(
	[kind |
		needed := closure(job)
		some kind in step_kinds.rules
		needed[kind.job]
	],
	[kind |
		place := first_place(row)
		some kind in step_kinds.rules
		kind.job == row.job
		[kind.step, kind.position] < place
	],
)

# The rows of the view step_kinds that stand behind a deployment: in its own job behind its last deploying step, and in
# the jobs that wait for it.
after(row, job) := array.concat(
	[kind |
		place := last_place(row)
		some kind in step_kinds.rules
		kind.job == row.job
		[kind.step, kind.position] > place
	],
	[kind |
		waiting := {other.address | some other in dependents(job)}
		some kind in step_kinds.rules
		waiting[kind.job]
	],
)

# Why a row of the view deploy_jobs counts as production: "production" by its classes, "unclassified" by what starts it;
# where only something unseen decides, "open" (its environment) or "called" (what starts the workflow). `classes` is
# the set of the classes' names, `unclassified_is_prod` whether a place without a class can count.
reasons(row, job, classes, unclassified_is_prod) := [why |
	some why in ["production", "open", "unclassified", "called"]
	_counts(why, row, job, {"classes": classes, "unclassified_is_prod": unclassified_is_prod})
]

_counts(why, _, _, given) if {
	why == "production"
	given.classes.production
}

_counts(why, _, _, given) if {
	why == "open"
	not given.classes.production
	given.classes.unknown
}

_counts(why, row, job, given) if {
	why == "unclassified"
	_may_count(row, job, given)
	_starts_in_production(row, job)
}

_counts(why, row, job, given) if {
	why == "called"
	_may_count(row, job, given)
	not _starts_in_production(row, job)
	some guarding in guards(row, job)
	count(open_cases(job, guarding)) > 0
}

_may_count(row, job, given) if {
	not given.classes.production
	given.classes.unclassified
	given.unclassified_is_prod
	_may_be_definite(row, job)
}

_may_be_definite(row, _) if row.certainty == "definite"

_may_be_definite(_, job) if {
	job.call != null
	job.call.kind == "local"
}

_starts_in_production(row, job) if {
	some guarding in guards(row, job)
	count(production_cases(job, guarding)) > 0
}

# What a message says that a row of the view deploy_jobs does, and the related place of it.
what(row) := sprintf("runs '%s'", [row.steps[0].what]) if count(row.steps) > 0

what(row) := row.evidence if count(row.steps) == 0

# Where a message says that it deploys, by the reason that it counts as production.
where(why) := "from a production branch, tag, release or schedule" if why == "unclassified"

where(why) := "for production" if why != "unclassified"

deploying_place(row) := [{"address": row.job, "path": step.path, "message": "this deploys"} |
	some step in array.slice(row.steps, 0, 1)
]

# Whether a row of the view deploy_jobs deploys to one of some classes of places, or may: `classes` is the set of its
# classes' names, `judged` the list of those that are asked for.
in_scope(classes, judged) if {
	some named in judged
	classes[named]
}

in_scope(classes, _) if classes.unknown

# Whether it certainly deploys to one of them.
certain(row, classes, judged) if {
	row.certainty == "definite"
	some named in judged
	classes[named]
}

# Where development is judged too, every place is.
certain(row, _, judged) if {
	row.certainty == "definite"
	"dev" in judged
}
