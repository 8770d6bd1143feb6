package policies.views.production_environments_test

import data.policies.lib.workflow_units_test as units
import data.policies.views.production_environments

_rows(environment, event) := [[row.job, row.names, row.open] | some row in rows] if {
	job := units.job("deploy", [units.run(0, ["sam deploy"])], {"environment": environment})
	unit := units.unit([job], [{"event": event, "filters": {}, "path": ["on", event]}])
	rows := production_environments.rows with input as unit
}

test_names_that_are_production_or_say_nothing if {
	_rows(units.environment("Production"), "push") == [["jobs.deploy", ["Production"], false]]
	_rows(units.environment("aws"), "push") == [["jobs.deploy", ["aws"], false]]
	_rows(units.environment("aws"), "pull_request") == []
	_rows(units.environment("staging"), "push") == []
	_rows(null, "push") == []
}

test_alternatives_and_what_only_a_run_knows if {
	either := {"$unknown": {"kind": "alternatives", "name": "x", "why": "", "values": ["staging", "production", ""]}}
	_rows(units.environment(either), "push") == [["jobs.deploy", ["production"], false]]
	open := {"$unknown": {"kind": "expression", "name": "vars.PLACE", "why": "only a run knows it"}}
	_rows(units.environment(open), "push") == [["jobs.deploy", [], true]]
}
