# METADATA
# scope: package
# title: "Keep gates effective: no ignored failures on the deployment path"
# description: |
#   A test or scan whose failure is ignored holds nothing back: the deployment goes on with what it found. The job or
#   the script looks as if it were checked, which is worse than no check.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions
# custom:
#   id: GATE-006
#   slug: gates-cannot-be-bypassed
#   family: GATE
#   severity: high
#   score: 7.6
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   params:
#     - name: judged_classes
#       type: list
#       description: The classes of places whose deployments must not get around their gates.
#       default: [production, staging, unclassified]
#       presets:
#         baseline: [production, staging, unclassified]
#         reference-architecture: [production, staging, unclassified, dev]
#         strict: [production, staging, unclassified, dev]
#       stricter: longer
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3", "CM-3(2)", "CM-5"]
#       pci_dss_4.0: ["6.5.1"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.32"]
#   cwe: [636, 693]
#   remediation:
#     github-workflow: >-
#       Remove `continue-on-error` and `|| true` from the check. A job that must run although others were skipped says
#       `if: ${{ !cancelled() && needs.test.result == 'success' }}`.
package policies.gate.gates_cannot_be_bypassed

import data.policies.lib.deploy_jobs
import data.policies.lib.environments
import data.policies.lib.gates
import data.policies.lib.graph
import data.policies.lib.ignored_failures
import data.policies.lib.needs_results

_params := data.params["GATE-006"]

_gate_kinds := {
	"unit", "integration", "e2e", "performance", "sast", "sca", "image-scan", "iac-scan", "secret-scan", "dast",
}

# Jobs that deploy to a judged place, with the checks before it: {"row", "job", "certain", "checks", "gates"}; checks
# are {"kind", "job", "step", "certain"}, gates the jobs that hold one or approve: {"job", "certain"}.
_judged := [entry |
	some row in deploy_jobs.rules
	row.role == "deploy"
	classes := {found.class | some found in row.classes}
	gates.in_scope(classes, _params.judged_classes)
	job := input.resources[row.job]
	checks := _checks(row, job)
	entry := {
		"row": row,
		"job": job,
		"certain": count([1 | gates.certain(row, classes, _params.judged_classes)]) > 0,
		"checks": checks,
		"gates": _gates(job, checks),
	}
]

_checks(row, job) := [check |
	some kind in gates.before(row, job)
	some certain in _certainty(kind)
	holder := input.resources[kind.job]
	some step in holder.steps
	step.index == kind.step
	check := {"kind": kind, "job": holder, "step": step, "certain": certain}
]

# A check by its tool is one; what only a name calls a test, or a script that says nothing, may be one.
_certainty(kind) := [true] if {
	kind.state == "tool"
	_is_gate(kind)
}

_certainty(kind) := [false] if {
	kind.state != "tool"
	_is_gate(kind)
}

_certainty(kind) := [false] if {
	not _is_gate(kind)
	kind.opaque
	kind.position >= 0
	_may_check(kind)
}

_is_gate(kind) if {
	some named in kind.kinds
	_gate_kinds[named]
}

_may_check(kind) if {
	programs := data.tables.deploy_programs
	words := {word | some word in environments.tokens(kind.target)}
	understood := {word |
		some word in words
		some table in [programs.plain_script_tokens, programs.deploy_tokens]
		table[word]
	}
	count(understood) == 0
}

_gates(job, checks) := array.concat(
	[{"job": holder, "certain": certain} |
		some address in {check.job.address | some check in checks; check.job.address != job.address}
		holder := input.resources[address]
		certain := count([1 | some check in checks; check.job.address == address; check.certain]) > 0
	],
	[{"job": approving, "certain": true} |
		some address in gates.closure(job)
		approving := graph.at(address)
		approving != null
		gates.approval(approving)
	],
)

_has_gates(entry) if count(entry.checks) > 0

_has_gates(entry) if count(entry.gates) > 0

# A deployment whose gate can be got around elsewhere is judged there.
subjects contains entry.job.address if {
	some entry in _judged
	_has_gates(entry)
	not _opened_elsewhere[entry.job.address]
}

_opened_elsewhere := {defect.entry.job.address |
	some defect in _defects
	defect.resource != defect.entry.job.address
}

subjects contains defect.resource if some defect in _defects

examined contains record if {
	some entry in _judged
	_has_gates(entry)
	record := {"resource": entry.job.address, "path": ["needs"], "state": "known", "value": count(entry.gates)}
}

# Every way around a gate: {"entry", "resource", "path", "defect", "message", "certain"}.
_defects := array.concat(
	array.concat(_continuing_steps, _continuing_jobs),
	array.concat(_ignored, array.concat(_escaping, _switched)),
)

_named(check) := check.step.name if is_string(check.step.name)

_named(check) := split(check.kind.what, "\n")[0] if not is_string(check.step.name)

# (a) The step goes on when it fails, and nothing asks for its outcome.
_continuing_steps := [defect |
	some entry in _judged
	some check in entry.checks
	how := ignored_failures.continues(check.job, check.step, check.step.path)
	how != "no"
	not ignored_failures.asked_later(check.job, check.step)
	defect := {
		"entry": entry,
		"resource": check.job.address,
		"path": array.concat(check.step.path, ["continue-on-error"]),
		"defect": sprintf("continue-on-error/%s", [_named(check)]),
		"certain": _both(check.certain, how == "yes"),
		"message": sprintf(
			"The deployment goes on when '%s' in job '%s' fails (continue-on-error%s): let it fail the job.",
			[_named(check), check.job.id, _perhaps(how)],
		),
	}
]

_perhaps(how) := "" if how == "yes"

_perhaps(how) := " may be true" if how != "yes"

_both(one, other) := true if {
	one
	other
}

_both(one, _) := false if not one

_both(one, other) := false if {
	one
	not other
}

# A job that goes on has succeeded for those that need it.
_continuing_jobs := [defect |
	some entry in _judged
	some gate in entry.gates
	how := ignored_failures.continues(gate.job, gate.job, [])
	how != "no"
	defect := {
		"entry": entry,
		"resource": gate.job.address,
		"path": ["continue-on-error"],
		"defect": "continue-on-error",
		"certain": _both(gate.certain, how == "yes"),
		"message": sprintf(
			"The deployment goes on when job '%s' fails (continue-on-error%s): let its failure stop what needs it.",
			[gate.job.id, _perhaps(how)],
		),
	}
]

# (b) The script goes on when the command fails.
_ignored := [defect |
	some entry in _judged
	some check in entry.checks
	check.kind.position >= 0
	command := check.step.commands[check.kind.position]
	reasons := ignored_failures.reasons(check.step, command)
	count(reasons) > 0
	defect := {
		"entry": entry,
		"resource": check.job.address,
		"path": array.concat(command.path, [command.text]),
		"defect": sprintf("ignored/%s", [command.text]),
		"certain": check.certain,
		"message": sprintf("The deployment goes on when '%s' in job '%s' fails: its failure is ignored (%s).", [
			split(command.text, "\n")[0],
			check.job.id,
			reasons[0],
		]),
	}
]

# (c) The job that deploys, or a call around it, runs whatever became of the gate.
_escaping := [defect |
	some entry in _judged
	some running in array.concat([entry.job], _callers(entry.job))
	escaped := [{"gate": gate, "results": results} |
		some gate in entry.gates
		_sees(running, gate.job)
		results := needs_results.escapes(running, gate.job)
		count(results) > 0
	]
	count(escaped) > 0
	first := _first(escaped)
	defect := {
		"entry": entry,
		"resource": running.address,
		"path": running.condition.path,
		"defect": "if",
		"certain": count([1 | some one in escaped; _proven(running, one.gate)]) > 0,
		"message": sprintf(
			"Job '%s' deploys although '%s' %s: its 'if' has a status function and does not ask for %s.",
			[running.id, first.gate.job.id, _became(first.results), _asked(running, first.gate)],
		),
	}
]

# The gate to name: a certain one before others, in the order of the needs.
_first(escaped) := array.concat([one | some one in escaped; one.gate.certain], escaped)[0]

_proven(running, gate) if {
	gate.certain
	not needs_results.depends_on_output(running, gate.job)
}

_became(results) := "failed" if "failure" in results

_became(results) := "was skipped" if not "failure" in results

_asked(running, gate) := sprintf("needs.%s.result == 'success'", [gate.job.id]) if gate.job.id in running.needs

_asked(running, gate) := "the success of what it needs" if not gate.job.id in running.needs

_callers(job) := [caller |
	some id in job.called_by
	caller := graph.at(sprintf("jobs.%s", [id]))
	caller != null
]

# A job of a called workflow sees the jobs of that workflow; what stands before the call holds the call.
_sees(running, _) if count(running.called_by) == 0

_sees(running, gate) if {
	count(running.called_by) > 0
	startswith(gate.id, sprintf("%s/", [running.called_by[0]]))
}

# (d) Whoever starts the run, or writes the commit, skips the step; its job succeeds without it.
_switched := [defect |
	some entry in _judged
	some check in entry.checks
	check.step.condition != null
	check.step.condition.value == null
	switches := _switches(entry, check.step.condition)
	count(switches) > 0
	defect := {
		"entry": entry,
		"resource": check.job.address,
		"path": check.step.condition.path,
		"defect": sprintf("switch/%s", [_named(check)]),
		"certain": check.certain,
		"message": sprintf(
			"Whoever sets '%s' skips '%s' in job '%s' and still deploys: run it always, or skip the deployment too.",
			[switches[0], _named(check), check.job.id],
		),
	}
]

_switches(entry, condition) := [name |
	events := {case.event | some case in gates.deploying_cases(entry.row, entry.job)}
	some name in condition.contexts
	some pattern, starting in _switch_contexts
	regex.match(pattern, name)
	count(events & starting) > 0
	not _guards_deployment(entry, name)
]

_switch_contexts := {
	`^(github\.event\.)?inputs\.`: {"workflow_dispatch", "workflow_call"},
	`^github\.event\.(head_commit\.message|commits)`: {"push"},
	`^github\.event\.(label\.name|pull_request\.(labels|title|body))`: {"pull_request", "pull_request_target"},
}

# What also decides where, or whether, the job deploys is no switch for the check alone.
_guards_deployment(entry, name) if {
	some guarded in array.concat([entry.job], _callers(entry.job))
	some expression in guarded.expressions
	expression.path != ["name"]
	name in expression.contexts
	_decides(entry, expression)
}

_decides(entry, expression) if {
	expression.path[0] == "steps"
	some step in entry.row.steps
	step.step == expression.path[1]
}

_decides(_, expression) if expression.path[0] != "steps"

# One report for each way around, with the deployment that it first opens.
_groups := [found |
	some key in {[defect.resource, defect.defect] | some defect in _defects}
	found := [defect | some defect in _defects; [defect.resource, defect.defect] == key]
]

_certain(defect) if {
	defect.certain
	defect.entry.certain
}

_violation(defect) := {
	"resource": defect.resource,
	"path": defect.path,
	"defect": defect.defect,
	"message": defect.message,
	"related": gates.deploying_place(defect.entry.row),
}

deny contains violation if {
	some group in _groups
	certain := [defect | some defect in group; _certain(defect)]
	count(certain) > 0
	violation := _violation(certain[0])
}

undecided contains violation if {
	some group in _groups
	count([defect | some defect in group; _certain(defect)]) == 0
	violation := _violation(group[0])
}
