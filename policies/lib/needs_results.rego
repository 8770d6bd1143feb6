# METADATA
# title: Whether a job can run although one that it waits for did not succeed
# description: |
#   Without a status function in its `if` a job runs only when every job before it, near or far, succeeded. With one,
#   only what the condition says counts: it is evaluated for a gate that failed, and for one that was skipped where the
#   gate has an `if` of its own.
#   https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions
#   https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds
package policies.lib.needs_results

import data.policies.lib.deploy_reach

# The results of a gate, of "failure" and "skipped", with which a job that has it in its closure can still run.
escapes(job, gate) := [result |
	_asks_otherwise(job)
	some result in _results(gate)
	deploy_reach.truth(job.condition.ast, _case(job, gate, result, _kept(job, gate))) != "no"
]

# Whether what a job still runs for depends on an output of the gate, or of a job behind it.
depends_on_output(job, gate) if {
	some name in job.condition.contexts
	parts := split(name, ".")
	parts[0] == "needs"
	parts[2] == "outputs"
	some needed in _needed(job)
	lower(_called(job, needed)) == parts[1]
	_tells_of(needed, gate)
}

_tells_of(needed, gate) if needed.id == gate.id

_tells_of(needed, gate) if gate.id in needed.needs_closure

_tells_of(needed, gate) if startswith(gate.id, sprintf("%s/", [needed.id]))

# A condition with a status function other than success() replaces the rule that all before must have succeeded.
_asks_otherwise(job) if {
	job.condition != null
	object.get(job.condition, "ast", null) != null
	some name in job.condition.status
	name != "success"
}

_results(gate) := ["failure", "skipped"] if _may_be_skipped(gate)

_results(gate) := ["failure"] if not _may_be_skipped(gate)

_may_be_skipped(gate) if gate.condition != null

_may_be_skipped(gate) if {
	some id in gate.called_by
	input.resources[sprintf("jobs.%s", [id])].condition != null
}

_needed(job) := [needed |
	some id in job.needs
	needed := object.get(input.resources, sprintf("jobs.%s", [id]), null)
	needed != null
]

# What a job calls another one in its `needs`: a job of a called workflow sees its neighbours there.
_called(job, other) := split(trim_prefix(other.id, _prefix(job)), "/")[0]

_prefix(job) := sprintf("%s/", [job.called_by[0]]) if count(job.called_by) > 0

_prefix(job) := "" if count(job.called_by) == 0

# The jobs between, that a job needs directly and that are skipped when the gate did not succeed.
_kept(job, gate) := [between |
	some between in _between(job, gate)
	not _escapes_alone(between, gate)
]

_between(job, gate) := [between |
	some between in _needed(job)
	between.id != gate.id
	gate.id in between.needs_closure
	not startswith(gate.id, sprintf("%s/", [between.id]))
]

_escapes_alone(job, gate) if {
	_asks_otherwise(job)
	kept := [between | some between in _between(job, gate); not _asks_otherwise(between)]
	some result in _results(gate)
	deploy_reach.truth(job.condition.ast, _case(job, gate, result, kept)) != "no"
}

# The case of a gate's result. Inputs are open in it, as where somebody starts the workflow.
_case(job, gate, result, kept) := {
	"event": "workflow_dispatch",
	"production": false,
	"values": object.union(
		{sprintf("needs.%s.result", [lower(_called(job, gate))]): result},
		_of_skipped(job, kept),
	),
	"prefixes": {},
	"status": object.union({"always": "yes", "success": "no"}, _failure(result)),
	"results": object.union(_held(job, gate, result), {name: "yes" | some name in ["skipped"]; count(kept) > 0}),
}

_failure(result) := {"failure": "yes"} if result == "failure"

_failure(result) := {"failure": "no"} if result == "skipped"

_held(job, gate, result) := {result: "yes"} if gate.id in job.needs

_held(job, gate, _) := {} if not gate.id in job.needs

# A job that was skipped has empty outputs.
_of_skipped(job, kept) := object.union(
	{name: "skipped" |
		some between in kept
		name := sprintf("needs.%s.result", [lower(_called(job, between))])
	},
	{name: "" |
		some between in kept
		some name in job.condition.contexts
		startswith(name, sprintf("needs.%s.outputs.", [lower(_called(job, between))]))
	},
)
