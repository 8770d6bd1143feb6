package policies.lib.limiting_conditions_test

import data.policies.lib.limiting_conditions
import data.policies.lib.policy_syntax

_statement(condition) := row.statements[0] if {
	row := policy_syntax.from_document({"address": "P", "type": "T"}, [], "identity", {"Statement": {
		"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition,
	}})
}

_kinds(condition, action) := [limit.kind | some limit in limiting_conditions.of_allow(_statement(condition), action)]

_demanded(condition, action) := [[limit.kind, limit.values] |
	some limit in limiting_conditions.of_deny(_statement(condition), action)
]

test_what_conditions_limit if {
	_kinds({"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}, "iam:passrole") == ["service"]
	_kinds({"ArnLike": {"iam:AssociatedResourceArn": "arn:aws:ec2:*:*:instance/*"}}, "iam:passrole") == ["associated"]
	_kinds({"StringEquals": {"iam:PermissionsBoundary": "arn"}}, "iam:putrolepolicy") == ["boundary"]
	_kinds({"ArnEquals": {"iam:PolicyARN": "arn"}}, "iam:attachrolepolicy") == ["policies"]
	_kinds({"StringEquals": {"aws:ResourceTag/team": "web"}}, "ssm:startsession") == ["resource"]
	_kinds({"StringEquals": {"s3:ExistingObjectTag/public": "yes"}}, "s3:getobject") == ["resource"]
}

test_the_service_is_a_limit_of_passing_only if {
	_kinds({"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}, "ec2:runinstances") == []
}

test_conditions_on_the_caller_or_the_account_are_none if {
	_kinds({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, "iam:putrolepolicy") == []
	_kinds({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, "iam:putrolepolicy") == []
	_kinds({"StringEquals": {"aws:PrincipalTag/team": "web"}}, "iam:putrolepolicy") == []
	_kinds({"StringEquals": {"aws:ResourceAccount": "111122223333"}}, "iam:putrolepolicy") == []
	_kinds({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, "ssm:startsession") == []
}

test_what_holds_without_the_key_is_no_limit if {
	_kinds({"StringEqualsIfExists": {"aws:ResourceTag/team": "web"}}, "ssm:startsession") == []
	_kinds({"ForAllValues:StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}, "iam:passrole") == []
	_kinds({"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}, "iam:passrole") == []
	_kinds({"StringLike": {"iam:PassedToService": "*"}}, "iam:passrole") == []
}

test_a_condition_that_is_not_known_is_undecided if {
	gap := {"$unknown": {"kind": "parameter", "name": "C", "why": "has no default"}}
	_kinds(gap, "iam:passrole") == ["undecided"]
	[found.value | some found in limiting_conditions.gaps(_statement(gap))] == [gap]
}

test_a_negated_condition_of_a_deny_demands_the_opposite if {
	other := {"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
	_demanded(other, "iam:passrole") == [["service", ["ec2.amazonaws.com"]]]
	_demanded({"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}, "iam:passrole") == []
	_demanded(object.union(other, {"Bool": {"aws:SecureTransport": "true"}}), "iam:passrole") == []
}

test_a_positive_condition_of_a_deny_bars_the_service if {
	statement := _statement({"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})
	limiting_conditions.barred(statement) == {"ec2.amazonaws.com"}
}
