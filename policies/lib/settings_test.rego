package policies.lib.settings_test

import data.policies.lib.settings
import data.policies.lib.units_test as units
import data.policies.lib.value

_record(properties) := value.get({"address": "R", "node": {"Properties": properties}}, ["Properties", "P"])

test_a_switch_may_be_text if {
	settings.switch(_record({"P": "TRUE"}), "off") == "on"
	settings.switch(_record({"P": "false"}), "on") == "off"
	settings.switch(_record({"P": 1}), "off") == "off"
}

test_an_absent_switch_is_the_default if settings.switch(_record({}), "on") == "on"

test_an_undecided_switch_is_open if {
	settings.must_be_on(_record({"P": units.unknown("parameter", "X")}), "off") == "open"
	settings.must_be_off(_record({"P": units.unknown("parameter", "X")}), "off") == "open"
}

test_numbers_may_be_text if {
	settings.at_least(_record({"P": "14"}), 14, 0) == "pass"
	settings.at_least(_record({"P": 13}), 14, 0) == "fail"
	settings.at_most(_record({"P": "70.5"}), 70, 0) == "fail"
	settings.at_most(_record({}), 70, 60) == "pass"
}

test_what_is_no_number_is_open if {
	settings.at_least(_record({"P": "many"}), 1, 0) == "open"
	settings.at_least(_record({"P": units.unknown("parameter", "X")}), 1, 0) == "open"
}

test_a_fact_names_property_and_value if {
	settings.fact(_record({})) == "'P' is not set"
	settings.fact(_record({"P": 3})) == "'P' is '3'"
	settings.fact(_record({"P": units.unknown("parameter", "X")})) == "'P' is not known: parameter 'X' has no default"
}

test_texts_compare_in_lower_case if {
	settings.text(_record({"P": "IMMUTABLE"}), "") == "immutable"
	settings.text(_record({"P": true}), "") == "true"
	settings.text(_record({}), "mutable") == "mutable"
	settings.text(_record({"P": units.unknown("parameter", "X")}), "") == null
}

test_a_property_is_called_by_its_last_two_names if {
	settings.name(["Properties", "MultiAZ"]) == "MultiAZ"
	settings.name(["Properties", "DistributionConfig", "Logging", "Bucket"]) == "Logging.Bucket"
	settings.name(["access_logs", 0, "enabled"]) == "access_logs.enabled"
	settings.name(["DeletionPolicy"]) == "DeletionPolicy"
}
