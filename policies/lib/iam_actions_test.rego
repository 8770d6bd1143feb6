package policies.lib.iam_actions_test

import data.policies.lib.iam_actions

_table := {"services": {"s3": {
	"read": "getobject getobjectacl",
	"list": "listbucket",
	"write": "putobject deleteobject",
	"permissions": "putobjectacl",
	"no_resource": "listallmybuckets",
}}}

_matching(action, levels) := names if {
	names := iam_actions.matching(action, levels) with data.tables.iam_actions as _table
}

test_a_pattern_expands_over_the_levels_asked_for if {
	_matching("s3:*object", ["read", "write"]) == {"getobject", "putobject", "deleteobject"}
	_matching("s3:get?bject", ["read"]) == {"getobject"}
}

test_a_name_without_wildcard_matches_itself if _matching("s3:putobject", ["write"]) == {"putobject"}

test_an_unknown_service_matches_nothing if _matching("zz:*", ["read", "write"]) == set()

_everything := ["*", "**", "?*", "*:*", "arn:*:*:*:*:*", "arn:aws:*:*:*:*", "arn:*"]

_narrower := ["arn:aws:s3:::*", "arn:aws:s3:::b/*", "?", "arn:aws:iam::*:role/*"]

test_patterns_that_match_every_resource if {
	every resource in _everything {
		iam_actions.every_resource(resource)
	}
	matched := [resource | some resource in _narrower; iam_actions.every_resource(resource)]
	matched == []
}

test_patterns_that_match_every_action if {
	every action in ["*", "*:*", "**", "?*"] {
		iam_actions.every_action(action)
	}
	matched := [action | some action in ["s3:*", "iam:*policy"]; iam_actions.every_action(action)]
	matched == []
	iam_actions.every_action_of_service("s3:*")
}
