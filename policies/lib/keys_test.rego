package policies.lib.keys_test

import data.policies.lib.keys
import data.policies.lib.units_test as units

test_what_is_handed_in_is_a_key_of_ones_own if {
	every kind in ["parameter", "import"] {
		keys.level(units.unknown(kind, "Key")) == [3, 3]
		keys.level({"$partial": [units.unknown(kind, "Key")]}) == [3, 3]
	}
}

test_a_parameter_that_parameter_store_gives_is_handed_in_and_a_dynamic_reference_is_not if {
	keys.level(units.unknown("dynamic-reference", "KeyParameter")) == [3, 3]
	keys.level(units.unknown("dynamic-reference", "ssm:/shop/key:1")) == [2, 3]
}
