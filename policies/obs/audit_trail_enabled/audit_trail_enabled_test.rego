package policies.obs.audit_trail_enabled_test

import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units
import data.policies.obs.audit_trail_enabled

_judge(resources, params) := result if {
	result := audit_trail_enabled with input as scan.unit(resources)
		with data.params as {"OBS-001": object.union(
			{"require_trail_in_scan": false, "require_key_and_logs": false},
			params,
		)}
}

_trail(address, properties) := scan.cfn(address, "AWS::CloudTrail::Trail", properties)

_good := {"IsLogging": true, "IsMultiRegionTrail": true, "EnableLogFileValidation": true}

_defects(properties, params) := {violation.defect | some violation in _judge([_trail("T", properties)], params).deny}

test_a_validated_trail_of_all_regions_passes if _defects(_good, {}) == set()

test_each_defect_is_its_own_result if {
	_defects({"IsLogging": false, "IncludeGlobalServiceEvents": "false"}, {}) == {
		"logging",
		"regions",
		"validation",
		"global",
	}
}

test_a_planned_trail_logs_unless_it_is_told_not_to if {
	values := {"is_multi_region_trail": true, "enable_log_file_validation": true}
	_judge([scan.tf("aws_cloudtrail.t", "aws_cloudtrail", values)], {}).deny == set()
	off := scan.tf("aws_cloudtrail.t", "aws_cloudtrail", object.union(values, {"enable_logging": false}))
	{violation.defect | some violation in _judge([off], {}).deny} == {"logging"}
}

test_a_key_and_a_log_group_only_where_asked if {
	_defects(_good, {"require_key_and_logs": true}) == {"key", "group"}
	given := object.union(_good, {"KMSKeyId": scan.parameter("Key"), "CloudWatchLogsLogGroupArn": scan.ref("G")})
	_defects(given, {"require_key_and_logs": true}) == set()
}

test_undecided_switches_are_open if {
	open := _trail("T", object.union(_good, {"IsMultiRegionTrail": scan.parameter("M")}))
	units.outcome(_judge([open], {}), "T") == "unknown"
}

_data := {"IsLogging": true, "EnableLogFileValidation": true, "EventSelectors": [{
	"IncludeManagementEvents": false,
	"DataResources": [{"Type": "AWS::S3::Object"}],
}]}

test_a_trail_of_data_events_may_be_regional_beside_a_complete_one if {
	_judge([_trail("T", _good), _trail("D", _data)], {}).deny == set()
	{violation.resource | some violation in _judge([_trail("D", _data)], {}).deny} == {"D"}
}

test_data_events_by_advanced_selectors if {
	advanced := object.union(object.remove(_data, ["EventSelectors"]), {"AdvancedEventSelectors": [{"FieldSelectors": [
		{"Field": "eventCategory", "Equals": ["Data"]},
	]}]})
	_judge([_trail("T", _good), _trail("D", advanced)], {}).deny == set()
}

test_one_trail_must_be_complete_where_asked if {
	regional := _trail("T", {"IsLogging": true, "EnableLogFileValidation": true})
	asked := {"require_trail_in_scan": true}
	{violation.defect | some violation in _judge([regional], asked).deny} == {"regions", "no-complete-trail"}
	store := scan.cfn("S", "AWS::CloudTrail::EventDataStore", {})
	{violation.defect | some violation in _judge([regional, store], asked).deny} == {"regions"}
	_judge([], asked).subjects == set()
}
