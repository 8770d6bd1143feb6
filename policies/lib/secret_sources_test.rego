package policies.lib.secret_sources_test

import data.policies.lib.network_units_test as scan
import data.policies.lib.secret_sources

test_what_was_given_to_a_variable_is_found_in_texts if {
	secret_sources.given("x-hunter2") with input as {"unit": {"given": ["hunter2", "abc"]}}
	not secret_sources.given("hunter3") with input as {"unit": {"given": ["hunter2", "abc"]}}
	not secret_sources.given("abcdef") with input as {"unit": {"given": ["hunter2", "abc"]}}
	not secret_sources.given("hunter2") with input as {"unit": {}}
}

test_types_of_data_sources_stand_in_their_addresses if {
	unit := scan.unit([scan.tf("random_password.p", "random_password", {})])
	secret_sources.type("random_password.p") == "random_password" with input as unit
	secret_sources.type("data.aws_ssm_parameter.p") == "data.aws_ssm_parameter" with input as unit
	secret_sources.type("module.a.module.b.data.aws_ssm_parameter.p") == "data.aws_ssm_parameter" with input as unit
	secret_sources.type("aws_db_instance.d") == "aws_db_instance" with input as unit
}
