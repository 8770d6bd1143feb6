package policies.pipe.checkout_credentials_not_persisted_test

import data.policies.lib.workflow_units_test as units
import data.policies.pipe.checkout_credentials_not_persisted as policy

_checkout(version, inputs) := _versioned(units.use(0, "actions/checkout", inputs), version)

_versioned(step, version) := object.union(step, {"id": null, "uses": object.union(step.uses, {"version": version})})

_upload(version, inputs) := _versioned(units.use(1, "actions/upload-artifact", inputs), version)

_outcome(steps, strict) := "fail" if {
	count(_found("deny", steps, strict)) > 0
} else := "unknown" if {
	count(_found("undecided", steps, strict)) > 0
} else := "pass"

_found("deny", steps, strict) := found if {
	found := policy.deny with input as units.unit([units.job("a", steps, {})], [])
		with data.params as {"PIPE-008": {"judge_third_parties": strict}}
}

_found("undecided", steps, strict) := found if {
	found := policy.undecided with input as units.unit([units.job("a", steps, {})], [])
		with data.params as {"PIPE-008": {"judge_third_parties": strict}}
}

test_the_whole_workspace_takes_the_token_along if {
	every path in [".", "./", "..", "${{ github.workspace }}", "dist\n.git/config"] {
		_outcome([_checkout([4], {}), _upload([3], {"path": path})], false) == "fail"
	}
	_outcome([_checkout([4], {}), _upload([3], {"path": "dist"})], false) == "pass"
}

test_a_token_that_is_not_kept_passes if {
	every written in [false, "false"] {
		_outcome([_checkout([4], {"persist-credentials": written}), _upload([3], {"path": "."})], true) == "pass"
	}
}

test_hidden_files_stay_out_since_version_4 if {
	_outcome([_checkout([4], {}), _upload([4], {"path": "."})], false) == "pass"
	_outcome([_checkout([4], {}), _upload([4], {"path": ".", "include-hidden-files": true})], false) == "fail"
}

test_an_upload_by_commit_id_alone_is_unknown if {
	_outcome([_checkout([4], {}), _upload(null, {"path": "."})], false) == "unknown"
}

test_version_6_keeps_the_token_outside_the_workspace if {
	_outcome([_checkout([6], {}), _upload([3], {"path": "."})], true) == "pass"
	_outcome([_checkout([6], {}), _upload([4], {"path": "${{ runner.temp }}"})], false) == "fail"
}

test_a_checkout_by_commit_id_alone_is_unknown_where_that_decides if {
	_outcome([_checkout(null, {}), _upload([3], {"path": "."})], false) == "unknown"
	_outcome([_checkout(null, {}), _upload([3], {"path": "dist"})], false) == "pass"
}

test_an_open_value_or_path_is_unknown if {
	open := {"persist-credentials": "${{ inputs.keep }}"}
	_outcome([_checkout([4], open), _upload([3], {"path": "."})], false) == "unknown"
	_outcome([_checkout([4], {}), _upload([3], {"path": "${{ inputs.path }}"})], false) == "unknown"
}

test_an_upload_before_the_checkout_is_fine if {
	before := object.union(_upload([3], {"path": "."}), {"index": -1})
	_outcome([before, _checkout([4], {})], false) == "pass"
}

_stranger := _versioned(units.use(1, "someone/tool", {}), [1])

test_an_action_of_others_fails_in_strict_only if {
	_outcome([_checkout([4], {}), _stranger], false) == "pass"
	_outcome([_checkout([4], {}), _stranger], true) == "fail"
	_outcome([_checkout([6], {}), _stranger], true) == "pass"
	_outcome([_checkout([4], {}), _versioned(units.use(1, "docker/login-action", {}), [3])], true) == "pass"
}

test_a_later_push_or_an_explicit_value_excuses if {
	_outcome([_checkout([4], {}), _stranger, units.run(2, ["git push origin HEAD"])], true) == "pass"
	committing := _versioned(units.use(2, "peter-evans/create-pull-request", {}), [6])
	_outcome([_checkout([4], {}), _stranger, committing], true) == "pass"
	_outcome([_checkout([4], {"persist-credentials": true}), _stranger], true) == "pass"
}

test_an_image_that_is_pushed_is_no_commit if {
	pushing := _versioned(units.use(2, "docker/build-push-action", {}), [6])
	_outcome([_checkout([4], {}), _stranger, pushing], true) == "fail"
	committing := _versioned(units.use(2, "ad-m/github-push-action", {}), [1])
	_outcome([_checkout([4], {}), _stranger, committing], true) == "pass"
}
