# METADATA
# title: Text that outsiders control in a workflow run
# description: |
#   Tells which expression contexts carry text that somebody without write access wrote, and through which variables
#   and step outputs it travels.
#   Source: the chapter on script injection of https://docs.github.com/en/actions/reference/security/secure-use
package policies.lib.untrusted

# Contexts whose text an outsider writes, in lower case; `*` stands for one element.
_contexts := {
	"github.head_ref",
	"github.event.pull_request.title",
	"github.event.pull_request.body",
	"github.event.pull_request.head.ref",
	"github.event.pull_request.head.label",
	"github.event.pull_request.head.repo.default_branch",
	"github.event.issue.title",
	"github.event.issue.body",
	"github.event.comment.body",
	"github.event.review.body",
	"github.event.review_comment.body",
	"github.event.discussion.title",
	"github.event.discussion.body",
	"github.event.head_commit.message",
	"github.event.head_commit.author",
	"github.event.head_commit.committer",
	"github.event.commits",
	"github.event.pages.*.page_name",
	"github.event.workflow_run.head_branch",
	"github.event.workflow_run.display_title",
	"github.event.workflow_run.head_commit",
	"github.event.workflow_run.head_repository.description",
	"github.event.workflow_run.pull_requests.*.head.ref",
}

# Parts of the above that GitHub makes itself.
_safe_parts := {"id", "sha", "tree_id", "timestamp", "url", "distinct"}

# How all of them start: most names are told apart by that.
_starting := {["github", "head_ref"], ["github", "event"]}

# Tells whether a context is, or lies below, one that an outsider writes.
context(name) if {
	_starting[array.slice(split(name, "."), 0, 2)]
	some untrusted in _contexts
	_leads_into(untrusted, name)
	parts := split(name, ".")
	not _safe_parts[parts[count(parts) - 1]]
}

_leads_into(untrusted, name) if name == untrusted

_leads_into(untrusted, name) if startswith(name, sprintf("%s.", [untrusted]))

_leads_into(untrusted, name) if {
	contains(untrusted, "*")
	pattern := replace(replace(untrusted, ".", `\.`), "*", `[^.]+`)
	regex.match(sprintf(`^%s(\.|$)`, [pattern]), name)
}

# Tells whether a context holds such text somewhere below it: `toJSON(github.event)` prints it.
container(name) if {
	some untrusted in _contexts
	startswith(untrusted, sprintf("%s.", [name]))
}

# The contexts of an expression through which such text gets into its result.
flows(expression) := {name |
	some name in expression.flows
	_carries(expression, name)
}

_carries(_, name) if context(name)

_carries(expression, name) if {
	"tojson" in expression.functions
	container(name)
}

# The names of variables (upper or lower case as written) that such text is put into, with the context:
# {"name", "path", "context"}; those of the workflow have resource "workflow".
variables(resource, path) := [variable |
	some expression in resource.expressions
	count(expression.path) == count(path) + 1
	array.slice(expression.path, 0, count(path)) == path
	some name in flows(expression)
	variable := {
		"name": expression.path[count(path)],
		"path": expression.path,
		"context": name,
		"resource": resource.address,
	}
]

# The variables with such text that a step of a job sees: its own, the job's, the workflow's. A literal of the same
# name nearer to the step hides one farther away.
in_step(job, step) := array.concat(
	variables(job, array.concat(step.path, ["env"])),
	array.concat(
		[variable |
			some variable in variables(job, ["env"])
			not _named(step.env, variable.name)
		],
		[variable |
			workflow := object.get(input.resources, "workflow", null)
			workflow != null
			some variable in variables(workflow, ["env"])
			not _named(step.env, variable.name)
			not _named(_own_env(job), variable.name)
		],
	),
)

_own_env(job) := env if {
	env := object.get(job.node, "env", null)
	is_object(env)
}

_own_env(job) := {} if not is_object(object.get(job.node, "env", null))

_named(env, name) if {
	is_object(env)
	object.get(env, name, null) != null
}

# Events whose runs have secrets and write access although outsiders start them.
privileged_events := {"pull_request_target", "workflow_run", "issue_comment"}

# Tells whether the unit is a workflow that such an event starts.
privileged if {
	workflow := object.get(input.resources, "workflow", null)
	workflow != null
	some trigger in workflow.triggers
	privileged_events[trigger.event]
}
