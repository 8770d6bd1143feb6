package policies.lib.arn_forms_test

import data.policies.lib.arn_forms

_tail(pattern, form) := reached.tail if reached := arn_forms.reach(pattern, form)

test_tails_of_roles if {
	_tail("*", "iam:role/") == "*"
	_tail("arn:aws:iam::111122223333:role/app/task", "iam:role/") == "app/task"
	_tail("arn:aws:iam::*:role/*", "iam:role/") == "*"
	_tail("arn:aws:iam::*:*", "iam:role/") == "*"
	_tail("arn:aws:iam::*:r*/admin", "iam:role/") == "*/admin"
	_tail("arn:aws:iam::*", "iam:role/") == "*"
}

test_other_things_are_not_reached if {
	not _tail("arn:aws:iam::*:user/*", "iam:role/")
	not _tail("arn:aws:sqs:*:*:*", "iam:role/")
	not _tail("*", "kms:alias/")
}

test_region_and_account_stand_beside_a_tail if {
	key := arn_forms.reach("arn:aws:kms:eu-west-1:111122223333:key/*", "kms:key/")
	key == {"tail": "*", "text": "eu-west-1:111122223333:*"}
	every_key := arn_forms.reach("*", "kms:key/")
	arn_forms.covers(every_key.text, key.text)
	not arn_forms.covers(key.text, every_key.text)
}

test_covering if {
	arn_forms.covers("role/*", "role/app-*")
	arn_forms.covers("a*z", "a*b?z")
	not arn_forms.covers("role/app-?", "role/app-*")
	not arn_forms.covers("role/app-*", "role/*")
	not arn_forms.covers("a.c", "abc")
}

test_overlapping if {
	arn_forms.overlap("app-*", "*-task")
	not arn_forms.overlap("app-*", "web-*")
}

test_open_tails if {
	every tail in ["*", "*/*", "?*", "*/index/*"] { arn_forms.open(tail) }
	every tail in ["app-*", "app", "???", "*-task"] { not arn_forms.open(tail) }
}
