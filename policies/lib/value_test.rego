package policies.lib.value_test

import data.policies.lib.value

_parameter := {"$unknown": {"kind": "parameter", "name": "Stage", "why": "has no default"}}

test_a_text_known_in_part_names_what_is_missing if {
	value.reason({"$partial": ["arn:aws:iam::1:role/", _parameter]}) == concat("", [
		"the text is known in part only: ",
		"parameter 'Stage' has no default",
	])
	value.reason(_parameter) == "parameter 'Stage' has no default"
	value.reason({"$secret": "secretsmanager:x"}) == "the value is a secret"
}
