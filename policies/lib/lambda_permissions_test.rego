package policies.lib.lambda_permissions_test

import data.policies.lib.lambda_permissions
import data.policies.lib.units_test as units

_statement(properties) := statement if {
	unit := units.template({"P": {"type": "AWS::Lambda::Permission", "properties": properties}})
	statement := lambda_permissions.statement(unit.resources.P)
}

test_a_service_is_a_principal_of_its_type if {
	statement := _statement({"Principal": "s3.amazonaws.com"})
	principals := [[principal.type, principal.value] | some principal in statement.principals]
	principals == [["Service", "s3.amazonaws.com"]]
}

test_a_star_is_everybody if {
	[principal.type | some principal in _statement({"Principal": "*"}).principals] == ["*"]
}

test_sources_and_organisations_are_conditions if {
	statement := _statement({
		"Principal": "*",
		"SourceArn": "arn:aws:s3:::b",
		"SourceAccount": "123456789012",
		"PrincipalOrgID": "o-abcdefghij",
	})
	{condition.key: condition.operator | some condition in statement.conditions} == {
		"aws:sourcearn": "arnlike",
		"aws:sourceaccount": "stringequals",
		"aws:principalorgid": "stringequals",
	}
}

test_what_is_not_given_is_no_condition if {
	count(_statement({"Principal": "*", "SourceArn": ""}).conditions) == 0
}
