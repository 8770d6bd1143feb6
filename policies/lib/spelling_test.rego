package policies.lib.spelling_test

import data.policies.lib.spelling

_said(text) := {"text": text, "contexts": ["secrets.api_key"]}

test_a_context_is_shown_as_it_stands_in_the_file if {
	spelling.context(_said("secrets.API_KEY"), "secrets.api_key") == "secrets.API_KEY"
	spelling.context(_said("secrets['API_KEY']"), "secrets.api_key") == "secrets.api_key"
	spelling.context(_said("secrets.API_KEY_OLD"), "secrets.api_key") == "secrets.api_key"
}

test_a_secret_has_the_name_that_some_expression_writes if {
	spelling.secret({"expressions": [_said("format('{0}', secrets.API_KEY)")]}, "api_key") == "API_KEY"
	spelling.secret({"expressions": []}, "api_key") == "api_key"
}
