package policies.views.step_kinds_test

import data.policies.lib.workflow_units_test as units
import data.policies.views.step_kinds

_jobs(line) := [units.job("test", [units.run(0, ["pytest"])], {}), units.job("deploy", [units.run(0, [line])], {})]

test_a_workflow_that_deploys_has_rows_of_all_jobs if {
	rows := step_kinds.rows with input as units.unit(_jobs("terraform apply"), [])
	[row.job | some row in rows] == ["jobs.test"]
}

test_a_workflow_that_does_not_deploy_has_none if {
	rows := step_kinds.rows with input as units.unit(_jobs("terraform plan"), [])
	rows == []
}
