package policies.pipe.no_script_injection_test

import data.policies.pipe.no_script_injection

_expression(path, text, flows) := {
	"path": path,
	"raw": sprintf("${{ %s }}", [text]),
	"text": text,
	"flows": flows,
	"functions": [],
	"dynamic": contains(text, "[github"),
}

_run := ["steps", 0, "run"]

_step(commands) := {
	"path": ["steps", 0],
	"kind": "run",
	"uses": null,
	"with": {},
	"env": {},
	"commands": commands,
}

_job(steps, expressions) := {
	"address": "jobs.a",
	"type": "job",
	"node": {},
	"references": [],
	"steps": steps,
	"expressions": expressions,
}

_workflow(event) := {
	"address": "workflow",
	"type": "workflow",
	"node": {},
	"triggers": [{"event": event}],
	"expressions": [],
	"dispatch_inputs": {"dry": {"type": "boolean"}, "tag": {"type": "string"}},
	"call_inputs": {},
}

_unit(job, event) := {
	"resources": {"workflow": _workflow(event), "jobs.a": job},
	"by_type": {"workflow": [_workflow(event)], "job": [job]},
}

_denied(job, event, opaque) := defects if {
	denials := no_script_injection.deny with input as _unit(job, event)
		with data.params as {"PIPE-003": {"opaque_text": opaque}}
	defects := {violation.defect | some violation in denials}
}

_undecided(job, event) := defects if {
	entries := no_script_injection.undecided with input as _unit(job, event)
		with data.params as {"PIPE-003": {"opaque_text": false}}
	defects := {entry.defect | some entry in entries}
}

_running(text, flows) := _job([_step([])], [_expression(_run, text, flows)])

test_a_title_in_a_script_is_denied if {
	job := _running("github.event.issue.title", ["github.event.issue.title"])
	_denied(job, "issues", false) == {"steps.0.run/github.event.issue.title"}
}

test_a_compared_title_is_no_text_of_the_script if {
	_denied(_running("github.event.issue.title == 'x'", []), "issues", true) == set()
}

test_a_variable_with_a_title_pasted_as_expression_is_denied if {
	title := _expression(["steps", 0, "env", "TITLE"], "github.event.issue.title", ["github.event.issue.title"])
	job := _job([_step([])], [title, _expression(_run, "env.TITLE", ["env.title"])])
	_denied(job, "issues", false) == {"steps.0.run/env.TITLE"}
}

test_a_variable_read_by_the_shell_is_the_fix if {
	title := _expression(["steps", 0, "env", "TITLE"], "github.event.issue.title", ["github.event.issue.title"])
	_denied(_job([_step([])], [title]), "issues", true) == set()
}

_writing := {
	"path": _run,
	"text": "echo \"T=$TITLE\" >> $GITHUB_ENV",
	"words": ["echo", "T=$TITLE"],
	"redirects": [{"operator": ">>", "target": "$GITHUB_ENV", "body": null}],
}

test_a_title_in_an_environment_file_is_denied_under_privileged_triggers_only if {
	title := _expression(["steps", 0, "env", "TITLE"], "github.head_ref", ["github.head_ref"])
	job := _job([_step([_writing])], [title])
	_denied(job, "pull_request_target", false) == {"environment-file/TITLE"}
	_denied(job, "pull_request", false) == set()
}

test_a_ref_name_counts_in_strict_only if {
	job := _running("github.ref_name", ["github.ref_name"])
	_denied(job, "push", false) == set()
	_denied(job, "push", true) == {"steps.0.run/github.ref_name"}
}

test_a_boolean_input_is_safe_and_a_text_input_is_not if {
	_denied(_running("inputs.dry", ["inputs.dry"]), "workflow_dispatch", true) == set()
	_denied(_running("inputs.tag", ["inputs.tag"]), "workflow_dispatch", true) == {"steps.0.run/inputs.tag"}
}

test_an_input_of_a_called_workflow_is_undecided if {
	_undecided(_running("inputs.tag", ["inputs.tag"]), "workflow_call") == {"steps.0.run/inputs.tag"}
	_undecided(_running("inputs.tag", ["inputs.tag"]), "workflow_dispatch") == set()
}

test_a_computed_part_of_the_event_is_undecided if {
	job := _running("github.event[github.ref]", ["github.event[…]"])
	_undecided(job, "push") == {"steps.0.run/github.event[github.ref]"}
}

test_commands_in_the_log_are_denied if {
	job := object.union(_job([_step([])], []), {"node": {"env": {"ACTIONS_ALLOW_UNSECURE_COMMANDS": true}}})
	_denied(job, "push", false) == {"ACTIONS_ALLOW_UNSECURE_COMMANDS"}
}

_writing(texts) := object.union(_step([command |
	some text in texts
	command := {
		"program": "echo", "words": ["echo", text], "text": text,
		"redirects": [{"operator": ">>", "target": "$GITHUB_OUTPUT", "body": null}],
	}
]), {"id": "detect"})

_taking(texts) := _job(
	[object.union(_writing(texts), {"path": ["steps", 1]}), _step([])],
	[_expression(_run, "steps.detect.outputs.manager", ["steps.detect.outputs.manager"])],
)

test_an_output_that_only_literals_are_written_to_is_not_opaque if {
	_denied(_taking(["manager=npm", "manager=yarn", "version=$(node -v)"]), "push", true) == set()
	count(_denied(_taking(["manager=$NAME"]), "push", true)) == 1
	count(_denied(_taking(["version=1"]), "push", true)) == 1
	count(_denied(_taking(["manager=npm", "$ALL"]), "push", true)) == 1
}

_call_step := object.union(_step([]), {"path": ["steps", 0], "kind": "call", "within": null})

_inner_step := object.union(_step([]), {"path": ["steps", 1], "within": 0})

_passing(text) := _job(
	[_call_step, _inner_step],
	[_expression(["steps", 1, "run"], text, ["github.event.issue.title"])],
)

test_what_a_step_passes_to_an_action_is_denied_and_the_action_itself_is_said_elsewhere if {
	_denied(_passing("inputs.title"), "issues", false) == {"steps.1.run/inputs.title"}
	_denied(_passing("github.event.issue.title"), "issues", false) == set()
}
