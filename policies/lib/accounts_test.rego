package policies.lib.accounts_test

import data.policies.lib.accounts
import data.policies.lib.units_test as units

_own := units.unknown("pseudo-parameter", "AWS::AccountId")

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
