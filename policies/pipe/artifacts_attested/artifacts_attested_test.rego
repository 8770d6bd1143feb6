package policies.pipe.artifacts_attested_test

import data.policies.lib.workflow_units_test as units
import data.policies.pipe.artifacts_attested as policy

_trigger(event) := {"event": event, "filters": {}, "path": ["on", event]}

_push := units.run(0, ["docker push a/b:1"])

_denied(jobs, event) := {found.defect | some found in violations} if {
	violations := policy.deny with input as units.unit(jobs, [_trigger(event)])
}

_undecided(jobs) := {found.defect | some found in violations} if {
	violations := policy.undecided with input as units.unit(jobs, [_trigger("push")])
}

_with(step) := [units.job("a", [_push, step], {})]

test_each_statement_that_is_missing_is_a_defect if {
	_denied([units.job("a", [_push], {})], "push") == {"provenance", "sbom"}
	_denied(_with(units.use(1, "actions/attest-build-provenance", {})), "push") == {"sbom"}
	_denied(_with(units.run(1, ["cosign sign a/b"])), "push") == {"sbom"}
	_denied(_with(units.use(1, "anchore/sbom-action", {})), "push") == {"provenance"}
	_denied(_with(units.run(1, ["trivy image --format cyclonedx a/b"])), "push") == {"provenance"}
}

test_the_common_action_attests_what_it_is_given if {
	_denied(_with(units.use(1, "actions/attest", {"sbom-path": "s.json"})), "push") == {"provenance"}
	_denied(_with(units.use(1, "actions/attest", {})), "push") == {"sbom"}
}

test_provenance_of_the_builder_is_not_signed if {
	built := units.use(0, "docker/build-push-action", {"push": true, "provenance": true, "sbom": true})
	_denied([units.job("a", [built], {})], "push") == {"provenance"}
}

test_a_later_job_may_attest if {
	later := units.job("sign", [units.run(0, ["cosign sign a", "syft a"])], {"needs_closure": ["a"]})
	beside := units.job("sign", [units.run(0, ["cosign sign a", "syft a"])], {})
	_denied([units.job("a", [_push], {}), later], "push") == set()
	_denied([units.job("a", [_push], {}), beside], "push") == {"provenance", "sbom"}
}

test_a_script_may_attest if {
	_denied(_with(units.run(1, ["./sign.sh"])), "push") == set()
	_undecided(_with(units.run(1, ["./sign.sh"]))) == {"provenance", "sbom"}
}

test_pull_requests_release_nothing if _denied([units.job("a", [_push], {})], "pull_request") == set()

test_cosign_behind_xargs_signs if {
	_denied(_with(units.run(1, ["xargs -I {} cosign sign --yes {}@sha256:0"])), "push") == {"sbom"}
}
