package policies.db.rds_proxy_requires_tls_and_iam_test

import data.policies.db.rds_proxy_requires_tls_and_iam
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_result(resource) := result if {
	result := rds_proxy_requires_tls_and_iam with input as scan.unit([resource])
}

_proxy(properties) := scan.cfn("P", "AWS::RDS::DBProxy", object.union(
	{"EngineFamily": "POSTGRESQL", "RequireTLS": true},
	properties,
))

_outcome(properties) := units.outcome(_result(_proxy(properties)), "P")

_auth(mode) := _outcome({"Auth": [{"IAMAuth": "REQUIRED"}, {"IAMAuth": mode}]})

test_every_entry_must_require_iam if {
	_auth("REQUIRED") == "pass"
	_auth("DISABLED") == "fail"
	_auth(scan.parameter("Mode")) == "unknown"
}

test_an_entry_that_says_nothing_is_disabled if _outcome({"Auth": [{"AuthScheme": "SECRETS"}]}) == "fail"

test_enabled_is_the_iam_value_of_sql_server_only if {
	_auth("ENABLED") == "fail"
	_outcome({"EngineFamily": "SQLSERVER", "Auth": [{"IAMAuth": "ENABLED"}]}) == "pass"
	_outcome({"EngineFamily": scan.parameter("F"), "Auth": [{"IAMAuth": "ENABLED"}]}) == "unknown"
}

test_the_default_scheme_stands_in if {
	_outcome({"DefaultAuthScheme": "IAM_AUTH"}) == "pass"
	_outcome({"DefaultAuthScheme": "NONE"}) == "fail"
	_outcome({}) == "fail"
	_outcome({"DefaultAuthScheme": scan.parameter("S")}) == "unknown"
}

test_the_two_defects_are_reported_apart if {
	plain := scan.tf("aws_db_proxy.p", "aws_db_proxy", {"engine_family": "MYSQL", "auth": [{"auth_scheme": "SECRETS"}]})
	{[violation.defect, violation.severity] | some violation in _result(plain).deny} == {
		["tls", "high"],
		["iam", "medium"],
	}
}

test_tls_is_off_unless_it_is_on if {
	good := {"DefaultAuthScheme": "IAM_AUTH"}
	_outcome(object.union(good, {"RequireTLS": "true"})) == "pass"
	_outcome(object.union(good, {"RequireTLS": false})) == "fail"
	_outcome(object.union(good, {"RequireTLS": scan.parameter("T")})) == "unknown"
}
