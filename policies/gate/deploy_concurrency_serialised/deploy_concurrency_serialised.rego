# METADATA
# scope: package
# title: Serialise deployments per environment
# description: |
#   Two runs that deploy the same environment at once leave a mixture of both; a run that is stopped in the middle
#   leaves half of one. One group for each environment, whose runs wait for each other, prevents both.
# related_resources:
#   - ref:
#      https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
# custom:
#   id: GATE-016
#   slug: deploy-concurrency-serialised
#   family: GATE
#   severity: low
#   score: 3.7
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.32"]
#   cwe: [362]
#   remediation:
#     github-workflow: >-
#       Give the deploying job `concurrency: {group: deploy-production, cancel-in-progress: false}`.
package policies.gate.deploy_concurrency_serialised

import data.policies.lib.deploy_jobs
import data.policies.lib.deploy_reach
import data.policies.lib.graph
import data.policies.lib.value

# Each job that deploys with the blocks that may serialise it, its own first: {"row", "job", "blocks"}.
_judged := [entry |
	some row in deploy_jobs.rules
	not row.attached
	job := input.resources[row.job]
	entry := {"row": row, "job": job, "blocks": _blocks(job)}
]

_blocks(job) := array.concat(_block(job), [block |
	some workflow in graph.of_types(["workflow"])
	some block in _block(workflow)
])

_block(owner) := [{"owner": owner, "path": ["concurrency"], "group": written, "cancel": false, "cancel_path": []}] if {
	written := object.get(owner.node, "concurrency", null)
	is_string(written)
}

_block(owner) := [] if {
	written := object.get(owner.node, "concurrency", null)
	not is_string(written)
	not is_object(written)
}

_block(owner) := [block] if {
	written := object.get(owner.node, "concurrency", null)
	is_object(written)
	block := {
		"owner": owner,
		"path": ["concurrency", "group"],
		"group": object.get(written, "group", null),
		"cancel": object.get(written, "cancel-in-progress", false),
		"cancel_path": ["concurrency", "cancel-in-progress"],
	}
}

# A job whose defect is one of the workflow's block is judged there.
subjects contains entry.job.address if {
	some entry in _judged
	not _at_workflow(entry)
}

_at_workflow(entry) if {
	some found in _defects
	found.entry.job.address == entry.job.address
	found.block.owner.address != entry.job.address
}

examined contains record if {
	some entry in _judged
	not _at_workflow(entry)
	record := {
		"resource": entry.job.address,
		"path": ["concurrency"],
		"state": "known",
		"value": count(entry.blocks),
	}
}

# What a group is made of, by what that means for two runs which deploy the same.
_varying := {
	"github.run_id", "github.run_number", "github.run_attempt", "github.sha", "github.head_ref", "github.event.number",
	"github.event.pull_request.number", "github.event.pull_request.head.ref", "github.event.pull_request.head.sha",
	"github.event.after", "github.event.head_commit.id",
}

_refs := {"github.ref", "github.ref_name"}

_steady := {
	"github.workflow", "github.workflow_ref", "github.repository", "github.repository_owner", "github.repository_id",
	"github.job", "github.event_name", "github.event.repository.name",
}

_expressions(block) := [expression |
	some expression in block.owner.expressions
	expression.path == block.path
]

_flows(block) := {flow | some expression in _expressions(block); some flow in expression.flows}

_varies(_, block) := flow if {
	found := sort([flow | some flow in _flows(block); _varying[flow]])
	count(found) > 0
	flow := found[0]
}

_varies(entry, block) := flow if {
	count([flow | some flow in _flows(block); _varying[flow]]) == 0
	found := sort([flow | some flow in _flows(block); _refs[flow]])
	count(found) > 0
	flow := found[0]
	_several_refs(entry)
	not _environment_by_ref(entry.job)
}

# The cases in which the job deploys, and whether they come from more than one ref.
_cases(entry) := [case |
	some case in deploy_reach.cases
	deploy_reach.reached(deploy_reach.conditions_of(entry.job), case)
]

_several_refs(entry) if {
	refs := {json.marshal([case.values, case.prefixes]) | some case in _cases(entry); case.event == "push"}
	count(refs) > 1
}

# A pattern, a tag or a person chooses among several refs.
_several_refs(entry) if {
	some case in _cases(entry)
	object.get(case.values, "github.ref", null) == null
	not case.event in {"schedule", "workflow_call", "workflow_run"}
}

_environment_by_ref(job) if {
	job.environment != null
	some expression in job.expressions
	array.slice(expression.path, 0, 1) == ["environment"]
	some name in expression.contexts
	startswith(name, "github.ref")
}

_known_flow(_, flow) if _steady[flow]

_known_flow(_, flow) if _varying[flow]

_known_flow(_, flow) if _refs[flow]

_known_flow(_, flow) if startswith(flow, "matrix.")

_known_flow(_, flow) if startswith(flow, "env.")

_known_flow(entry, flow) if _same_as_environment(entry.job, flow)

_known_flow(_, flow) if {
	regex.match(`^(github\.event\.)?inputs\.`, flow)
	parts := split(flow, ".")
	some workflow in graph.of_types(["workflow"])
	object.get(workflow.dispatch_inputs, [parts[count(parts) - 1], "type"], "") in {"choice", "boolean", "environment"}
}

# A group named after what the environment is named after.
_same_as_environment(job, flow) if {
	job.environment != null
	some expression in job.expressions
	array.slice(expression.path, 0, 1) == ["environment"]
	flow in expression.flows
}

_open_flow(entry, block) := found[0] if {
	found := sort([flow | some flow in _flows(block); not _known_flow(entry, flow)])
	count(found) > 0
}

# How a block holds for the runs that deploy: "sound", "open", or "unsound".
_group_state(entry, block) := "unsound" if {
	varying := [flow | flow := _varies(entry, block)]
	count(varying) > 0
}

_group_state(entry, block) := "open" if {
	count([flow | flow := _varies(entry, block)]) == 0
	count([flow | flow := _open_flow(entry, block)]) > 0
}

_group_state(entry, block) := "sound" if {
	count([flow | flow := _varies(entry, block)]) == 0
	count([flow | flow := _open_flow(entry, block)]) == 0
	block.group != null
}

_group_state(_, block) := "unsound" if block.group == null

_grouped(entry) if {
	some block in entry.blocks
	_group_state(entry, block) == "sound"
}

# cancel-in-progress, for the runs that deploy.
_cancels(_, block) := "yes" if {
	value.truthy(block.cancel)
}

_cancels(_, block) := "no" if {
	not value.truthy(block.cancel)
	not _is_expression(block.cancel)
}

_cancels(entry, block) := _by_trees(_cancel_answers(entry, block)) if _is_expression(block.cancel)

_is_expression(written) if {
	is_string(written)
	contains(written, "${{")
}

_by_trees(answers) := "no" if {
	count(answers) > 0
	every answer in answers { answer == "no" }
}

_by_trees(answers) := "yes" if "yes" in answers

_by_trees(answers) := "open" if {
	not "yes" in answers
	count([answer | some answer in answers; answer != "no"]) > 0
}

_by_trees(answers) := "open" if count(answers) == 0

# Comparisons of the event and the ref are read from the text of the expression.
_cancel_answers(entry, block) := [answer |
	some expression in block.owner.expressions
	expression.path == block.cancel_path
	some case in _cases(entry)
	answer := _answer(expression.text, case)
]

_comparison := `^\s*(github\.event_name|github\.ref|github\.ref_name)\s*(==|!=)\s*'([^']*)'\s*$`

_answer(text, case) := truth if {
	parts := regex.find_all_string_submatch_n(_comparison, text, 1)
	count(parts) > 0
	tree := {"op": parts[0][2], "args": [{"context": parts[0][1]}, {"literal": parts[0][3]}]}
	truth := deploy_reach.truth(tree, case)
}

_answer(text, _) := "open" if count(regex.find_all_string_submatch_n(_comparison, text, 1)) == 0

_what(row) := row.steps[0].what if count(row.steps) > 0

_what(row) := row.evidence if count(row.steps) == 0

_certain(entry) if entry.row.certainty == "definite"

_violation(entry, block, path, found) := {
	"resource": block.owner.address,
	"path": path,
	"defect": sprintf("%s/%s", [found.defect, entry.job.id]),
	"message": found.message,
	"related": [{"address": entry.job.address, "path": [], "message": "this job deploys"}],
}

# Every defect: {"entry", "block", "path", "defect", "message", "state"}.
_defects := array.concat(_absent, array.concat(_ungrouped, _cancelled))

_absent := [{
	"entry": entry, "block": {"owner": entry.job}, "path": [], "defect": "absent", "state": "unsound",
	"message": sprintf("Job '%s' runs '%s' without a concurrency group: two runs may deploy at once.", [
		entry.job.id,
		_what(entry.row),
	]),
} |
	some entry in _judged
	count(entry.blocks) == 0
]

_ungrouped := [found |
	some entry in _judged
	count(entry.blocks) > 0
	not _grouped(entry)
	block := entry.blocks[0]
	state := _group_state(entry, block)
	found := {
		"entry": entry, "block": block, "path": block.path, "defect": "group", "state": state,
		"message": sprintf("Two runs that deploy by job '%s' %s in different groups: '%s' %s.", [
			entry.job.id,
			_are(state),
			value.shown(block.group),
			_reason(state),
		]),
	}
]

_are(state) := "are" if state == "unsound"

_are(state) := "may be" if state == "open"

_reason(state) := "differs from run to run" if state == "unsound"

_reason(state) := "depends on what only a run knows" if state == "open"

_cancelled := [found |
	some entry in _judged
	some block in entry.blocks
	state := _cancels(entry, block)
	state != "no"
	found := {
		"entry": entry, "block": block, "path": block.cancel_path, "defect": "cancel", "state": _cancel_state(state),
		"message": sprintf("A newer run %s job '%s' in the middle of its deployment (cancel-in-progress).", [
			_stops(state),
			entry.job.id,
		]),
	}
]

_cancel_state(state) := "unsound" if state == "yes"

_cancel_state(state) := "open" if state != "yes"

_stops(state) := "stops" if state == "yes"

_stops(state) := "may stop" if state != "yes"

# A defect of the workflow's block belongs to the job that deploys; the place is where it is written.
subjects contains found.block.owner.address if some found in _defects

deny contains violation if {
	some found in _defects
	found.state == "unsound"
	_certain(found.entry)
	violation := _violation(found.entry, found.block, found.path, found)
}

undecided contains violation if {
	some found in _defects
	found.state == "open"
	violation := _violation(found.entry, found.block, found.path, found)
}

undecided contains violation if {
	some found in _defects
	found.state == "unsound"
	not _certain(found.entry)
	violation := _violation(found.entry, found.block, found.path, found)
}
