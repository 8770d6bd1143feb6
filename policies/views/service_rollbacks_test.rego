package policies.views.service_rollbacks_test

import data.policies.lib.network_units_test as units
import data.policies.views.service_rollbacks

_row(properties) := [row.name, row.state] if {
	unit := units.unit([units.cfn("S", "AWS::ECS::Service", properties)])
	rows := service_rollbacks.rows with input as unit
	row := rows[0]
}

_breaker(rollback) := {"DeploymentConfiguration": {"DeploymentCircuitBreaker": {"Enable": true, "Rollback": rollback}}}

test_a_service_with_its_name_and_how_it_goes_back if {
	_row(object.union(_breaker(true), {"ServiceName": "web"})) == ["web", "pass"]
	_row(_breaker(false)) == [null, "fail"]
	_row({"ServiceName": units.parameter("Name")}) == [null, "fail"]
}
