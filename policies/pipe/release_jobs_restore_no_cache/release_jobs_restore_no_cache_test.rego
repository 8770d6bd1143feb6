package policies.pipe.release_jobs_restore_no_cache_test

import data.policies.lib.workflow_units_test as units
import data.policies.pipe.release_jobs_restore_no_cache as policy

_trigger(event, filters) := {"event": event, "filters": filters, "path": ["on", event]}

_tag := _trigger("push", {"tags": ["v*"]})

_use(name, version, inputs) := object.union(step, {"uses": object.union(step.uses, {"version": version})}) if {
	step := units.use(0, name, inputs)
}

_publish := units.run(1, ["npm publish"])

_unit(jobs, trigger) := object.union(units.unit(jobs, [trigger]), {"views": {"deploy_jobs": []}})

_outcome(steps, trigger) := _of(_unit([units.job("a", steps, {})], trigger))

_of(unit) := "fail" if {
	found := policy.deny with input as unit
	count(found) > 0
} else := "unknown" if {
	found := policy.undecided with input as unit
	count(found) > 0
} else := "pass" if {
	found := policy.subjects with input as unit
	count(found) > 0
} else := "not applicable"

test_a_cache_before_publishing_fails if {
	every name in ["actions/cache", "actions/cache/restore", "swatinem/rust-cache"] {
		_outcome([_use(name, [4], {}), _publish], _tag) == "fail"
	}
}

test_saving_and_looking_up_is_fine if {
	_outcome([_use("actions/cache/save", [4], {}), _publish], _tag) == "pass"
	_outcome([_use("actions/cache", [4], {"lookup-only": true}), _publish], _tag) == "pass"
}

test_artifacts_are_no_cache if _outcome([_use("actions/download-artifact", [4], {}), _publish], _tag) == "pass"

test_setup_actions_cache_where_they_are_told if {
	_outcome([_use("actions/setup-node", [4], {"cache": "npm"}), _publish], _tag) == "fail"
	_outcome([_use("actions/setup-node", [4], {}), _publish], _tag) == "pass"
	_outcome([_use("actions/setup-node", [4], {"cache": ""}), _publish], _tag) == "pass"
}

test_setup_go_caches_by_default_since_version_4 if {
	_outcome([_use("actions/setup-go", [5], {}), _publish], _tag) == "fail"
	_outcome([_use("actions/setup-go", [3], {}), _publish], _tag) == "pass"
	_outcome([_use("actions/setup-go", [5], {"cache": false}), _publish], _tag) == "pass"
	_outcome([_use("actions/setup-go", null, {}), _publish], _tag) == "unknown"
}

test_an_open_switch_is_unknown if {
	_outcome([_use("actions/setup-go", [5], {"cache": "${{ inputs.cache }}"}), _publish], _tag) == "unknown"
}

test_the_cache_of_the_image_builder_counts if {
	gha := {"push": true, "cache-from": "type=gha,scope=${{ github.ref }}"}
	_outcome([_use("docker/build-push-action", [6], gha)], _tag) == "fail"
	registry := {"push": true, "cache-from": "type=registry,ref=${{ env.IMAGE }}"}
	_outcome([_use("docker/build-push-action", [6], registry)], _tag) == "pass"
}

test_pull_requests_and_development_branches_release_nothing if {
	_outcome([_use("actions/cache", [4], {}), _publish], _trigger("pull_request", {})) == "not applicable"
	develop := _trigger("push", {"branches": ["develop"]})
	_outcome([_use("actions/cache", [4], {}), _publish], develop) == "not applicable"
}

test_a_cache_that_cannot_run_on_a_tag_is_fine if {
	event := {"op": "==", "args": [{"context": "github.event_name"}, {"literal": "pull_request"}]}
	guard := {"path": ["if"], "raw": "", "text": "", "ast": event, "value": null, "status": []}
	guarded := object.union(_use("actions/cache", [4], {}), {"condition": guard})
	_outcome([guarded, _publish], _tag) == "pass"
}

test_a_cache_behind_the_release_is_fine if {
	after := object.union(_use("actions/cache", [4], {}), {"index": 2})
	_outcome([_publish, after], _tag) == "pass"
}

test_the_job_whose_artifact_is_released_is_judged_too if {
	build := units.job("build", [_use("actions/cache", [4], {}), units.use(1, "actions/upload-artifact", {})], {})
	release := units.job("a", [units.use(0, "actions/download-artifact", {}), _publish], {"needs_closure": ["build"]})
	_of(object.union(
		_unit([build, release], _tag),
		{"views": {"deploy_jobs": []}},
	)) == "fail"
}
