package policies.pipe.token_permissions_minimal_test

import data.policies.lib.workflow_units_test as units
import data.policies.pipe.token_permissions_minimal as policy

_loose := {"refuse_read_all": false, "judge_id_token": false, "judge_app_tokens": false}

_strict := {"refuse_read_all": true, "judge_id_token": true, "judge_app_tokens": true}

_permissions(origin, value) := {"origin": origin, "path": ["permissions"], "value": value}

_job(id, steps, origin, value) := units.job(id, steps, {"permissions": _permissions(origin, value)})

_unit(jobs, top, events) := object.union(
	units.unit(jobs, [{"event": event} | some event in events]),
	{"by_type": {"workflow": [{
		"address": "workflow",
		"triggers": [{"event": event} | some event in events],
		"permissions": top,
	}]}},
)

_none := _permissions("default", null)

_denied(jobs, top, events, params) := {[found.resource, found.defect] | some found in violations} if {
	violations := policy.deny with input as _unit(jobs, top, events) with data.params as {"PIPE-004": params}
}

_undecided(jobs, top, params) := {[found.resource, found.defect] | some found in violations} if {
	violations := policy.undecided with input as _unit(jobs, top, ["push"]) with data.params as {"PIPE-004": params}
}

test_no_block_anywhere_fails if {
	_denied([_job("a", [], "default", null)], _none, ["push"], _loose) == {["jobs.a", "absent"]}
}

test_a_called_workflow_without_a_block_passes if {
	_denied([_job("a", [], "default", null)], _none, ["workflow_call"], _loose) == set()
	_denied([_job("a", [], "default", null)], _none, ["workflow_call", "push"], _loose) == {["jobs.a", "absent"]}
}

test_empty_and_none_are_explicit if {
	_denied([_job("a", [], "job", {})], _none, ["push"], _strict) == set()
	_denied([_job("a", [], "job", {"contents": "none"})], _none, ["push"], _strict) == set()
}

test_write_all_fails_where_it_is_written if {
	_denied([_job("a", [], "job", "write-all")], _none, ["push"], _loose) == {["jobs.a", "write-all"]}
	top := _permissions("workflow", "write-all")
	_denied([_job("a", [], "workflow", "write-all")], top, ["push"], _loose) == {["workflow", "write-all"]}
}

test_a_write_scope_at_the_top_is_for_one_job_only if {
	value := {"contents": "write", "issues": "read"}
	top := _permissions("workflow", value)
	_denied([_job("a", [], "workflow", value)], top, ["push"], _loose) == set()
	two := [_job("a", [], "workflow", value), _job("b", [], "workflow", value)]
	_denied(two, top, ["push"], _loose) == {["workflow", "scope/contents"]}
}

test_read_all_fails_in_strict_only if {
	jobs := [_job("a", [], "job", "read-all")]
	_denied(jobs, _none, ["push"], _loose) == set()
	_denied(jobs, _none, ["push"], _strict) == {["jobs.a", "read-all"]}
}

test_an_identity_token_without_use_fails_in_strict_only if {
	jobs := [_job("a", [units.run(0, ["echo hello"])], "job", {"id-token": "write"})]
	_denied(jobs, _none, ["push"], _loose) == set()
	_denied(jobs, _none, ["push"], _strict) == {["jobs.a", "id-token"]}
}

test_a_login_signing_and_publishing_use_identity if {
	every name in [
		"aws-actions/configure-aws-credentials",
		"actions/attest-build-provenance",
		"pypa/gh-action-pypi-publish",
	] {
		_denied([_job("a", [units.use(0, name, {})], "job", {"id-token": "write"})], _none, ["push"], _strict) == set()
	}
	signing := [_job("a", [units.run(0, ["cosign sign image"])], "job", {"id-token": "write"})]
	_denied(signing, _none, ["push"], _strict) == set()
}

_scoring(inputs) := [_job("a", [units.use(0, "ossf/scorecard-action", inputs)], "job", {"id-token": "write"})]

test_an_action_with_a_switch_uses_identity_where_it_is_on if {
	_denied(_scoring({"publish_results": true}), _none, ["push"], _strict) == set()
	_undecided(_scoring({"publish_results": true}), _none, _strict) == set()
	_undecided(_scoring({"publish_results": false}), _none, _strict) == {["jobs.a", "id-token"]}
}

_calling(kind, raw) := [units.job("a", [], {
	"permissions": _permissions("job", {"id-token": "write"}),
	"call": {"kind": kind, "raw": raw},
})]

test_a_called_generator_of_provenance_uses_identity if {
	generator := "slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml@v2.1.0"
	_undecided(_calling("remote", generator), _none, _strict) == set()
	_denied(_calling("remote", generator), _none, ["push"], _strict) == set()
	_undecided(_calling("remote", "o/r/.github/workflows/release.yml@v1"), _none, _strict) == {["jobs.a", "id-token"]}
	_undecided(_calling("local", "./.github/workflows/slsa.yml"), _none, _strict) == {["jobs.a", "id-token"]}
}

test_a_script_may_use_identity if {
	jobs := [_job("a", [units.run(0, ["./release.sh"])], "job", {"id-token": "write"})]
	_denied(jobs, _none, ["push"], _strict) == set()
	_undecided(jobs, _none, _strict) == {["jobs.a", "id-token"]}
}

test_a_token_of_an_app_names_its_permissions_in_strict if {
	bare := units.step(0, {"id": "t", "kind": "uses", "uses": {"name": "actions/create-github-app-token"}})
	_denied([_job("a", [bare], "job", {})], _none, ["push"], _strict) == {["jobs.a", "app-token/t"]}
	named := object.union(bare, {"with": {"permission-contents": "read"}})
	_denied([_job("a", [named], "job", {})], _none, ["push"], _strict) == set()
}

_caller(permissions) := units.job("ship", [], {
	"permissions": permissions,
	"call": {"kind": "local", "raw": "./.github/workflows/x.yml", "inlined": true},
})

_callee(steps, permissions) := units.job("ship/publish", steps, {
	"called_by": ["ship"],
	"permissions": object.union(permissions, {"address": "jobs.ship"}),
})

test_a_call_without_a_block_is_said_once_with_what_it_calls if {
	jobs := [_caller(_none), _callee([], _none)]
	_denied(jobs, _none, ["push"], _loose) == {["jobs.ship", "absent"]}
	found := policy.deny with input as _unit(jobs, _none, ["push"]) with data.params as {"PIPE-004": _loose}
	[place.address | some violation in found; some place in violation.related] == ["jobs.ship/publish"]
	judged := policy.subjects with input as _unit(jobs, _none, ["push"]) with data.params as {"PIPE-004": _loose}
	judged == {"workflow", "jobs.ship"}
}

test_a_called_job_uses_the_identity_that_the_call_grants if {
	granted := _permissions("job", {"id-token": "write"})
	login := units.use(0, "aws-actions/configure-aws-credentials", {})
	_denied([_caller(granted), _callee([login], granted)], _none, ["push"], _strict) == set()
	idle := [_caller(granted), _callee([units.run(0, ["echo hello"])], granted)]
	_denied(idle, _none, ["push"], _strict) == {["jobs.ship", "id-token"]}
}

test_a_called_job_makes_no_second_job_of_the_workflow if {
	value := {"contents": "write"}
	top := _permissions("workflow", value)
	_denied([_caller(top), _callee([], top)], top, ["push"], _loose) == set()
}
