package policies.kms.kms_key_policy_restricted_test

import data.policies.kms.kms_key_policy_restricted
import data.policies.lib.units_test as units

_of(unit, forbid) := result if {
	params := {"KMS-021": {"forbid_wildcard_grants": forbid}}
	result := kms_key_policy_restricted with input as unit with data.params as params
}

_own := units.unknown("pseudo-parameter", "AWS::AccountId")

_own_root := {"$partial": ["arn:aws:iam::", _own, ":root"]}

_statement := {"Sid": "S", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}

_root := {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": _own_root}, "Action": "kms:*", "Resource": "*"}

_changed(changes) := object.union(object.remove(_statement, object.keys(changes)), changes)

_key(statements, forbid) := _of(
	units.template({"K": {"type": "AWS::KMS::Key", "properties": {"KeyPolicy": {"Statement": statements}}}}),
	forbid,
)

_outcome(changes) := units.outcome(_key([_root, _changed(changes)], false), "K")

_strict(changes) := units.outcome(_key([_root, _changed(changes)], true), "K")

test_everybody_fails if {
	every principal in ["*", {"AWS": "*"}, {"AWS": ["arn:aws:iam::111122223333:role/r", "*"]}] {
		_outcome({"Principal": principal}) == "fail"
	}
}

test_a_key_without_a_policy_is_not_judged if {
	_of(units.template({"K": {"type": "AWS::KMS::Key", "properties": {}}}), true).subjects == set()
}

test_every_limiting_condition_passes if {
	every key in [
		"kms:CallerAccount",
		"KMS:CALLERACCOUNT",
		"aws:PrincipalAccount",
		"aws:PrincipalOrgID",
		"aws:SourceAccount",
	] {
		_outcome({"Condition": {"StringEquals": {key: "o-123456"}}}) == "pass"
	}
	_outcome({"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}}) == "pass"
	_outcome({"Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::bucket"}}}) == "pass"
}

test_conditions_that_do_not_limit if {
	every condition in [
		{"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
		{"StringNotEquals": {"kms:CallerAccount": "111122223333"}},
		{"StringEqualsIfExists": {"kms:CallerAccount": "111122223333"}},
		{"StringLike": {"aws:PrincipalArn": "*"}},
		{"Bool": {"aws:SecureTransport": "true"}},
	] {
		_outcome({"Condition": condition}) == "fail"
	}
}

test_a_service_behind_a_limit_passes if {
	_outcome({"Condition": {"StringEquals": {"kms:ViaService": "s3.amazonaws.com", "kms:CallerAccount": _own}}}) == "pass"
}

test_everybody_but_somebody_fails if {
	statement := object.union(object.remove(_statement, ["Principal"]), {"NotPrincipal": {"AWS": "111122223333"}})
	units.outcome(_key([statement], false), "K") == "fail"
}

test_denials_to_everybody_pass if _outcome({"Effect": "Deny"}) == "pass"

test_roles_and_services_pass if {
	_outcome({"Principal": {"AWS": "arn:aws:iam::444455556666:role/reader"}}) == "pass"
	_outcome({"Principal": {"Service": "logs.amazonaws.com"}}) == "pass"
}

test_the_root_of_the_own_account_may_have_everything if {
	every principal in [_own_root, _own] {
		statement := object.union(object.remove(_root, ["Principal"]), {"Principal": {"AWS": principal}})
		units.outcome(_key([statement], true), "K") == "pass"
	}
}

test_the_root_of_another_account_may_not if {
	foreign := {"Principal": {"AWS": "arn:aws:iam::444455556666:root"}}
	every action in ["kms:*", "*", ["kms:Decrypt", "kms:*"]] {
		_outcome(object.union(foreign, {"Action": action})) == "fail"
	}
	_outcome({"Principal": {"AWS": "444455556666"}, "Action": "kms:*"}) == "fail"
	_outcome(foreign) == "pass"
	_outcome(object.union(foreign, {"Action": units.unknown("parameter", "Action")})) == "unknown"
}

test_the_only_account_of_a_policy_is_the_own_one if {
	literal := object.union(object.remove(_root, ["Principal"]), {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}})
	units.outcome(_key([literal], true), "K") == "pass"
	role := _changed({"Principal": {"AWS": "arn:aws:iam::111122223333:role/r"}})
	units.outcome(_key([literal, role], true), "K") == "pass"
	other := _changed({"Principal": {"AWS": "arn:aws:iam::444455556666:role/r"}})
	units.outcome(_key([literal, other], true), "K") == "unknown"
}

test_strictly_only_the_root_has_everything if {
	every principal in [{"AWS": "arn:aws:iam::111122223333:role/admin"}, {"Service": "logs.amazonaws.com"}] {
		_strict({"Principal": principal, "Action": "kms:*"}) == "fail"
		_outcome({"Principal": principal, "Action": "kms:*"}) == "pass"
		_strict({"Principal": principal, "Action": "kms:Decrypt"}) == "pass"
	}
}

test_what_is_not_known_is_undecided if {
	_outcome({"Principal": {"AWS": units.unknown("parameter", "User")}}) == "unknown"
	_outcome({"Effect": units.unknown("parameter", "Effect")}) == "unknown"
	_outcome({"Condition": units.unknown("parameter", "Condition")}) == "unknown"
	units.outcome(_key(units.unknown("parameter", "Statements"), false), "K") == "unknown"
	unit := units.template({"K": {
		"type": "AWS::KMS::ReplicaKey",
		"properties": {"KeyPolicy": units.unknown("parameter", "Policy")},
	}})
	units.outcome(_of(unit, false), "K") == "unknown"
}

test_the_place_is_the_statement if {
	{violation.path: violation.defect | some violation in _key([_root, _statement], false).deny} == {
		["Properties", "KeyPolicy", "Statement", 1]: "statement/S",
	}
}

_plan(principal, caller) := units.outcome(
	_of(
		units.plan(object.union(caller, {
			"data.aws_iam_policy_document.d": {
				"type": "data.aws_iam_policy_document",
				"values": {"statement": [{
					"sid": "Root",
					"actions": ["kms:*"],
					"resources": ["*"],
					"principals": [{"type": "AWS", "identifiers": [principal]}],
				}]},
			},
			"aws_kms_key.k": {
				"type": "aws_kms_key",
				"values": {"policy": units.reference("data.aws_iam_policy_document.d", "json")},
				"edges": [[["policy"], "data.aws_iam_policy_document.d", "json"]],
			},
		})),
		true,
	),
	"aws_kms_key.k",
)

_caller(values) := {"data.aws_caller_identity.me": {"type": "data.aws_caller_identity", "values": values}}

test_plans_know_their_account if {
	known := _caller({"account_id": "111122223333"})
	_plan("arn:aws:iam::111122223333:root", known) == "pass"
	_plan("arn:aws:iam::444455556666:root", known) == "fail"
	_plan("arn:aws:iam::444455556666:root", {}) == "pass"
	looked_up := {"$partial": ["arn:aws:iam::", units.reference("data.aws_caller_identity.me", "account_id"), ":root"]}
	_plan(looked_up, _caller({})) == "pass"
	_plan("*", {}) == "fail"
}

test_a_policy_beside_the_key_is_judged_instead_of_what_the_key_shows if {
	document := {"Statement": [_statement]}
	unit := units.plan({
		"aws_kms_key.k": {"type": "aws_kms_key", "values": {"policy": document}},
		"aws_kms_key_policy.p": {
			"type": "aws_kms_key_policy",
			"values": {"policy": document},
			"edges": [[["key_id"], "aws_kms_key.k", "id"]],
		},
	})
	{violation.resource | some violation in _of(unit, false).deny} == {"aws_kms_key_policy.p"}
}
