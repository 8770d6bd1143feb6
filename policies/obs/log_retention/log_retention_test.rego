package policies.obs.log_retention_test

import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units
import data.policies.obs.log_retention

_judge(resource, days, ever) := units.outcome(result, resource.address) if {
	result := log_retention with input as scan.unit([resource])
		with data.params as {"OBS-004": {"min_days": days, "allow_never_expire": ever}}
}

_group(properties) := scan.cfn("G", "AWS::Logs::LogGroup", properties)

test_the_retention_must_reach_the_bound if {
	_judge(_group({"RetentionInDays": 365}), 365, false) == "pass"
	_judge(_group({"RetentionInDays": "30"}), 90, false) == "fail"
	_judge(_group({"RetentionInDays": scan.parameter("Days")}), 90, false) == "unknown"
}

test_to_keep_for_ever_fails_unless_it_is_allowed if {
	_judge(_group({}), 1, false) == "fail"
	_judge(_group({}), 365, true) == "pass"
	planned := scan.tf("aws_cloudwatch_log_group.g", "aws_cloudwatch_log_group", {"retention_in_days": 0})
	_judge(planned, 1, false) == "fail"
	_judge(planned, 365, true) == "pass"
}

test_any_value_passes_where_only_one_is_asked if _judge(_group({"RetentionInDays": 1}), 1, false) == "pass"

test_the_class_delivery_ignores_the_retention if {
	_judge(_group({"LogGroupClass": "DELIVERY"}), 365, false) == ""
	_judge(_group({"LogGroupClass": "INFREQUENT_ACCESS"}), 365, false) == "fail"
}
