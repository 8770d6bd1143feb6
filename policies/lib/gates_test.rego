package policies.lib.gates_test

import data.policies.lib.gates

_job(steps) := {"environment": {"name": "production"}, "call": null, "steps": steps}

_run(program) := {"kind": "run", "commands": [{"program": program}]}

test_a_job_that_does_nothing_approves if {
	gates.approval(_job([]))
	gates.approval(_job([_run("echo"), _run("exit")]))
}

test_a_job_that_works_approves_nothing if {
	not gates.approval(_job([_run("make")]))
	not gates.approval(_job([{"kind": "uses", "commands": []}]))
	not gates.approval(object.union(_job([]), {"environment": null}))
}

test_a_status_function_other_than_success_waits_for_nothing if {
	gates.waits_for_success({"condition": null}, {"id": "a"})
	gates.waits_for_success({"condition": {"status": ["success"], "ast": null}}, {"id": "a"})
	not gates.waits_for_success({"condition": {"status": ["always"], "ast": null}}, {"id": "a"})
}
