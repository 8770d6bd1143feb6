package policies.lib.accounts_test

import data.policies.lib.accounts
import data.policies.lib.units_test as units

_unit := units.plan({
	"aws_iam_role.r": {"type": "aws_iam_role", "values": {"arn": "arn:aws:iam::111122223333:role/r"}},
	"data.aws_caller_identity.me": {"type": "data.aws_caller_identity", "values": {"account_id": "444455556666"}},
})

_of(written) := found if {
	found := accounts.of_principal(written) with input as _unit
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

test_roots_by_arn_and_by_id if {
	accounts.root("111122223333") == "111122223333"
	accounts.root("arn:aws:iam::111122223333:root") == "111122223333"
	accounts.root("arn:aws:iam::111122223333:role/r") == ""
	accounts.root("*") == ""
}

test_accounts_of_any_principal if {
	accounts.account("arn:aws:iam::111122223333:role/r") == "111122223333"
	accounts.account("arn:aws:sts::111122223333:assumed-role/r/s") == "111122223333"
	accounts.account("AIDAEXAMPLE") == ""
}

test_the_own_account_has_a_name if {
	accounts.text(_own) == "own"
	accounts.text({"$partial": ["arn:aws:iam::", _own, ":root"]}) == "arn:aws:iam::own:root"
	accounts.text(units.unknown("parameter", "User")) == "?"
}

test_what_a_plan_looked_up_is_the_own_account if {
	unit := units.plan({
		"data.aws_caller_identity.me": {"type": "data.aws_caller_identity", "values": {"account_id": "111122223333"}},
		"aws_kms_key.k": {"type": "aws_kms_key", "values": {"arn": "arn:aws:kms:eu-west-1:444455556666:key/1"}},
	})
	ids := accounts.own with input as unit
	ids == {"111122223333", "444455556666"}
	text := accounts.text(units.reference("data.aws_caller_identity.me", "account_id")) with input as unit
	text == "own"
}
