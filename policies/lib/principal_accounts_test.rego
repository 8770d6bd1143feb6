package policies.lib.principal_accounts_test

import data.policies.lib.principal_accounts
import data.policies.lib.units_test as units

_unit := units.plan({
	"aws_iam_role.r": {"type": "aws_iam_role", "values": {"arn": "arn:aws:iam::111122223333:role/r"}},
	"data.aws_caller_identity.me": {"type": "data.aws_caller_identity", "values": {"account_id": "444455556666"}},
})

_of(written) := found if {
	found := principal_accounts.of_principal(written) with input as _unit
}

_account(written) := _of(written).account

_own := units.unknown("pseudo-parameter", "AWS::AccountId")

_computed(address, attribute) := {"$unknown": {
	"kind": "computed",
	"name": attribute,
	"why": "is known after apply",
	"references": [{"address": address, "attribute": attribute}],
}}

test_accounts_are_ids_and_roots if {
	_account("123456789012") == "123456789012"
	_account("arn:aws:iam::123456789012:root") == "123456789012"
	_account("arn:aws-cn:iam::123456789012:root") == "123456789012"
}

test_the_own_account_is_known_by_the_pseudo_parameter if {
	_account(_own) == "own"
	_account({"$partial": ["arn:aws:iam::", _own, ":root"]}) == "own"
	_account({"$partial": ["arn:", units.unknown("pseudo-parameter", "AWS::Partition"), ":iam::", _own, ":root"]}) == "own"
}

test_the_own_account_is_known_by_the_plan if {
	_account("111122223333") == "own"
	_account("arn:aws:iam::444455556666:root") == "own"
	_account({"$partial": ["arn:aws:iam::", _computed("data.aws_caller_identity.me", "account_id"), ":root"]}) == "own"
	_account(_computed("data.aws_caller_identity.me", "account_id")) == "own"
}

test_the_account_of_a_parameter_is_open if {
	_account({"$partial": ["arn:aws:iam::", units.unknown("parameter", "Account"), ":root"]}) == "open"
}

test_a_principal_of_which_nothing_is_known_is_open if {
	_of(units.unknown("parameter", "Principal")).form == "open"
	_of(_computed("aws_organizations_account.other", "id")).form == "open"
}

test_roles_and_users_are_somebody if {
	_of("arn:aws:iam::123456789012:role/ci").form == "named"
	_of({"$partial": ["arn:aws:iam::", units.unknown("parameter", "Account"), ":role/ci"]}).form == "named"
	_of(units.reference("aws_iam_role.r", "arn")).form == "named"
	_of(_computed("aws_iam_role.r", "arn")).form == "named"
	_of("AROAEXAMPLE").form == "named"
}
