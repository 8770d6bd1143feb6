package policies.pipe.no_dangerous_triggers_test

import data.policies.pipe.no_dangerous_triggers

_workflow(events) := {
	"address": "workflow",
	"type": "workflow",
	"triggers": [{"event": event, "path": ["on", event]} | some event in events],
}

_job(condition, steps) := {
	"address": "jobs.a",
	"type": "job",
	"call": null,
	"condition": condition,
	"steps": steps,
	"expressions": [{
		"path": ["steps", 0, "with", "ref"],
		"raw": "${{ ref }}",
		"flows": ["github.head_ref"],
	}],
}

_checkout := {
	"index": 0,
	"path": ["steps", 0],
	"kind": "uses",
	"uses": {"kind": "remote", "name": "actions/checkout", "raw": "actions/checkout@v4"},
	"with": {"ref": "${{ ref }}"},
	"condition": null,
	"commands": [],
}

_use(name, with_inputs) := {
	"index": 1,
	"path": ["steps", 1],
	"kind": "uses",
	"uses": {"kind": "remote", "name": name, "raw": name},
	"with": with_inputs,
	"condition": null,
	"commands": [],
}

_run(words) := {
	"index": 1,
	"path": ["steps", 1],
	"kind": "run",
	"uses": null,
	"with": {},
	"condition": null,
	"commands": [{
		"path": ["steps", 1, "run"],
		"text": concat(" ", words),
		"program": words[0],
		"words": words,
		"redirects": [],
	}],
}

_unit(job, events) := {
	"resources": {"workflow": _workflow(events), "jobs.a": job},
	"by_type": {"workflow": [_workflow(events)], "job": [job]},
}

_denied(job, event, forbid) := defects if {
	denials := no_dangerous_triggers.deny with input as _unit(job, [event])
		with data.params as {"PIPE-002": {"forbid_triggers": forbid}}
	defects := {violation.defect | some violation in denials}
}

_undecided(job, event) := defects if {
	entries := no_dangerous_triggers.undecided with input as _unit(job, [event])
		with data.params as {"PIPE-002": {"forbid_triggers": false}}
	defects := {entry.defect | some entry in entries}
}

_when(tree) := {"path": ["if"], "ast": tree}

_equal(name, other) := {"op": "==", "args": [{"context": name}, other]}

test_foreign_code_that_a_script_runs_is_denied if {
	_denied(_job(null, [_checkout, _run(["make"])]), "pull_request_target", false) == {"checkout/github.head_ref"}
}

test_without_a_privileged_trigger_nothing_is_denied if {
	_denied(_job(null, [_checkout, _run(["make"])]), "pull_request", true) == set()
}

test_a_checkout_alone_runs_nothing if {
	_denied(_job(null, [_checkout]), "pull_request_target", false) == set()
	_undecided(_job(null, [_checkout]), "pull_request_target") == set()
}

test_a_setup_with_a_cache_runs_the_code if {
	steps := [_checkout, _use("actions/setup-node", {"cache": "npm"})]
	_denied(_job(null, steps), "workflow_run", false) == {"checkout/github.head_ref"}
	_denied(_job(null, [_checkout, _use("actions/setup-node", {})]), "workflow_run", false) == set()
}

test_an_unknown_action_after_foreign_code_is_undecided if {
	_undecided(_job(null, [_checkout, _use("a/b", {})]), "workflow_run") == {"checkout/github.head_ref"}
}

test_a_condition_that_excludes_forks_passes if {
	own := _equal("github.event.pull_request.head.repo.full_name", {"context": "github.repository"})
	_denied(_job(_when(own), [_checkout, _run(["make"])]), "pull_request_target", false) == set()
	no_fork := {"op": "!", "args": [{"context": "github.event.pull_request.head.repo.fork"}]}
	_denied(_job(_when(no_fork), [_checkout, _run(["make"])]), "pull_request_target", false) == set()
}

test_one_branch_of_an_or_excludes_nothing if {
	own := _equal("github.event.pull_request.head.repo.full_name", {"context": "github.repository"})
	either := {"op": "||", "args": [own, {"context": "github.event.label"}]}
	_denied(_job(_when(either), [_checkout, _run(["make"])]), "pull_request_target", false) == {"checkout/github.head_ref"}
}

test_the_author_limits_and_the_actor_does_not if {
	author := _equal("github.event.pull_request.user.login", {"literal": "dependabot[bot]"})
	_denied(_job(_when(author), [_checkout, _run(["make"])]), "pull_request_target", false) == set()
	actor := _equal("github.actor", {"literal": "dependabot[bot]"})
	_denied(_job(_when(actor), [_run(["gh", "pr", "merge"])]), "pull_request_target", false) == {"actor/dependabot[bot]"}
	both := {"op": "&&", "args": [actor, author]}
	_denied(_job(_when(both), [_run(["gh", "pr", "merge"])]), "pull_request_target", false) == set()
}

test_a_job_for_another_event_is_not_judged if {
	push := _equal("github.event_name", {"literal": "push"})
	_denied(_job(_when(push), [_checkout, _run(["make"])]), "pull_request_target", false) == set()
}

test_a_trigger_is_denied_in_strict_except_for_a_labeler if {
	_denied(_job(null, [_run(["true"])]), "workflow_run", true) == {"trigger/workflow_run"}
	_denied(_job(null, [_run(["true"])]), "issue_comment", true) == set()
	_denied(_job(null, [_use("actions/labeler", {})]), "pull_request_target", true) == set()
}

test_an_artifact_of_this_run_is_no_foreign_one if {
	download := object.union(_use("actions/download-artifact", {"run-id": "${{ github.run_id }}"}), {"index": 0})
	_denied(_job(null, [download, _run(["sh", "x"])]), "workflow_run", false) == set()
}

test_an_executed_artifact_is_denied_and_a_handled_one_undecided if {
	download := object.union(
		_use("actions/download-artifact", {"run-id": "1", "path": "out"}),
		{"index": 0, "path": ["steps", 0]},
	)
	_denied(_job(null, [download, _run(["bash", "out/x.sh"])]), "workflow_run", false) == {"artifact"}
	own := object.union(_checkout, {"with": {}, "path": ["steps", 9]})
	handled := _job(null, [own, download, _run(["./x.sh", "out"])])
	_denied(handled, "workflow_run", false) == set()
	_undecided(handled, "workflow_run") == {"artifact"}
	_undecided(_job(null, [own, download, _run(["aws", "s3"])]), "workflow_run") == set()
}

test_a_called_workflow_is_undecided if {
	call := object.union(_job(null, []), {"call": {"kind": "local", "raw": "./x.yml"}})
	_undecided(call, "pull_request_target") == {"call"}
	_undecided(call, "push") == set()
}

test_foreign_code_in_a_called_workflow_depends_on_its_callers if {
	_undecided(_job(null, [_checkout, _run(["make"])]), "workflow_call") == {"checkout/github.head_ref"}
	_undecided(_job(null, [_checkout]), "workflow_call") == set()
}
