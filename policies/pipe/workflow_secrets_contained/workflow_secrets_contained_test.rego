package policies.pipe.workflow_secrets_contained_test

import data.policies.lib.workflow_units_test as units
import data.policies.pipe.workflow_secrets_contained as policy

_loose := {
	"refuse_local_inherit": false,
	"refuse_inline": false,
	"require_environment": false,
	"judge_self_hosted": false,
}

_strict := {
	"refuse_local_inherit": true,
	"refuse_inline": true,
	"require_environment": true,
	"judge_self_hosted": true,
}

_expression(path, text, flows) := {
	"path": path,
	"raw": sprintf("${{ %s }}", [text]),
	"text": text,
	"flows": flows,
	"contexts": flows,
	"functions": [],
	"condition": false,
}

_secret(path) := _expression(path, "secrets.KEY", ["secrets.key"])

_in(unit, params) := {found.defect | some found in violations} if {
	violations := policy.deny with input as unit with data.params as {"PIPE-006": params}
}

_unit(jobs, workflow) := {
	"resources": {"workflow": workflow},
	"by_type": {"job": jobs, "workflow": [workflow]},
	"views": {"deploy_jobs": []},
}

_workflow(expressions) := {
	"address": "workflow",
	"type": "workflow",
	"node": {},
	"triggers": [{"event": "pull_request", "filters": {}}],
	"expressions": expressions,
}

_denied(job, params) := _in(_unit([job], _workflow([])), params)

_job(steps, given) := units.job("a", steps, object.union({"secrets": ["key"]}, given))

_env := ["steps", 0, "env", "KEY"]

test_a_secret_in_the_env_of_a_step_passes if {
	_denied(_job([units.run(0, ["./deploy.sh"])], {"expressions": [_secret(_env)]}), _strict) == set()
}

test_a_secret_at_the_top_is_for_one_job_only if {
	top := _workflow([_secret(["env", "KEY"])])
	_in(_unit([_job([], {})], top), _loose) == set()
	_in(_unit([_job([], {}), units.job("b", [], {})], top), _loose) == {"workflow-env/secrets.key"}
}

test_the_token_of_the_job_may_stand_at_the_top if {
	token := _expression(["env", "T"], "secrets.GITHUB_TOKEN", ["secrets.github_token"])
	_in(_unit([_job([], {}), units.job("b", [], {})], _workflow([token])), _loose) == set()
}

test_a_printed_variable_fails if {
	job := _job([units.run(0, ["echo $KEY"])], {"expressions": [_secret(_env)]})
	_denied(job, _loose) == {"printed/secrets.key"}
}

_with_command(given) := _job(
	[units.step(0, {"kind": "run", "commands": [object.union(units.run(0, ["echo $KEY"]).commands[0], given)]})],
	{"expressions": [_secret(_env)]},
)

test_what_goes_into_a_pipe_a_file_or_a_variable_is_not_printed if {
	_denied(_with_command({"operator": "|"}), _loose) == set()
	_denied(_with_command({"redirects": [{"operator": ">>", "target": "f", "body": null}]}), _loose) == set()
	_denied(_with_command({"depth": 1}), _loose) == set()
	_denied(_with_command({"text": "echo ::add-mask::$KEY"}), _loose) == set()
}

test_errors_sent_elsewhere_leave_it_in_the_log if {
	redirected := _with_command({"redirects": [{"operator": "2>", "target": "/dev/null", "body": null}]})
	_denied(redirected, _loose) == {"printed/secrets.key"}
}

test_a_dump_of_the_environment_prints_what_is_in_it if {
	_denied(_job([units.run(0, ["env"])], {"expressions": [_secret(_env)]}), _loose) == {"printed/secrets.key"}
	_denied(_job([units.run(0, ["env"])], {}), _loose) == set()
}

test_a_piped_inline_secret_fails_in_strict_only if {
	command := object.union(units.run(0, ["echo"]).commands[0], {"text": "echo ${{ secrets.KEY }}", "operator": "|"})
	job := _job([units.step(0, {"kind": "run", "commands": [command]})], {"expressions": [_secret(["steps", 0, "run"])]})
	_denied(job, _loose) == set()
	_denied(job, _strict) == {"expression/secrets.KEY"}
}

_called(kind, secrets) := _job([], {"call": {"kind": kind, "raw": "w"}, "node": {"secrets": secrets}})

test_inherited_secrets_leave_the_repository_only_by_name if {
	_denied(_called("remote", "inherit"), _loose) == {"inherit"}
	_denied(_called("local", "inherit"), _loose) == set()
	_denied(_called("local", "inherit"), _strict) == {"inherit"}
	_denied(_called("remote", {"a": "b"}), _strict) == set()
}

_whole(text, contexts) := _job([], {"expressions": [object.union(
	_expression(["steps", 0, "env", "A"], text, []),
	{"contexts": contexts},
)]})

test_all_computed_and_parsed_secrets_fail if {
	_denied(_whole("toJSON(secrets)", ["secrets"]), _loose) == {"expression/toJSON(secrets)"}
	_denied(_whole("secrets[inputs.x]", ["secrets[…]"]), _loose) == {"expression/secrets[inputs.x]"}
	_denied(_whole("fromJSON(secrets.X).y", ["secrets.x"]), _loose) == {"expression/fromJSON(secrets.X).y"}
	_denied(_whole("toJSON(github)", ["github"]), _loose) == set()
}

test_a_password_of_a_registry_is_no_literal if {
	written := _job([], {"node": {"container": {"credentials": {"password": "hunter2"}}}})
	_denied(written, _loose) == {"password/container.credentials.password"}
	given := _job([], {"node": {"services": {"db": {"credentials": {"password": "${{ secrets.P }}"}}}}})
	_denied(given, _loose) == set()
}

test_a_password_of_a_throw_away_service_passes if {
	_denied(_job([], {"node": {"services": {"db": {"env": {"POSTGRES_PASSWORD": "postgres"}}}}}), _strict) == set()
}

test_secrets_of_pull_requests_stay_off_self_hosted_runners_in_strict if {
	job := _job([], {"runs_on": {"labels": ["self-hosted"], "group": null, "self_hosted": true}})
	_denied(job, _loose) == set()
	_denied(job, _strict) == {"self-hosted"}
}
