package policies.lib.policy_syntax_test

import data.policies.lib.policy_documents
import data.policies.lib.policy_syntax

_role := {"address": "Role", "type": "AWS::IAM::Role", "node": {}}

_single := {"Statement": {
	"Effect": "Allow",
	"Action": "S3:Get*",
	"Resource": ["a", "b"],
	"Principal": {"AWS": "*", "Service": ["ec2.amazonaws.com"]},
	"Condition": {"ForAllValues:StringLikeIfExists": {"aws:SourceArn": "x"}},
}}

test_single_values_become_lists if {
	row := policy_syntax.from_document(_role, ["P"], "identity", _single)
	statement := row.statements[0]
	statement.path == ["P", "Statement"]
	statement.actions == [{"value": "s3:get*", "path": ["P", "Statement", "Action"], "written": "S3:Get*"}]
	statement.resources[1] == {"value": "b", "path": ["P", "Statement", "Resource", 1]}
	{principal.type | some principal in statement.principals} == {"AWS", "Service"}
}

test_a_condition_is_taken_apart if {
	row := policy_syntax.from_document(_role, ["P"], "identity", _single)
	row.statements[0].conditions == [{
		"operator": "stringlike",
		"qualifier": "forallvalues",
		"if_exists": true,
		"key": "aws:sourcearn",
		"values": ["x"],
		"path": ["P", "Statement", "Condition", "ForAllValues:StringLikeIfExists", "aws:SourceArn"],
	}]
}

test_an_unknown_statement_stays if {
	unknown := {"$unknown": {"kind": "parameter", "name": "S", "why": "has no default"}}
	row := policy_syntax.from_document(_role, ["P"], "identity", {"Statement": [unknown]})
	row.statements[0].unknown == unknown
}

test_blocks_of_a_data_source_read_like_statements if {
	source := {
		"address": "data.aws_iam_policy_document.a",
		"type": "data.aws_iam_policy_document",
		"node": {"statement": [{
			"actions": ["s3:*"],
			"resources": ["*"],
			"principals": [{"type": "AWS", "identifiers": ["*"]}],
			"condition": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1"]}],
		}]},
	}
	statement := policy_syntax.from_source(source, "identity").statements[0]
	statement.effect == "Allow"
	statement.actions[0].path == ["statement", 0, "actions", 0]
	statement.principals == [{"type": "AWS", "value": "*", "path": ["statement", 0, "principals", 0, "identifiers", 0]}]
	statement.conditions[0].key == "aws:sourceaccount"
}

_unit(resources) := {
	"resources": {resource.address: resource | some resource in resources},
	"by_type": {type: declared |
		some typed in resources
		type := typed.type
		declared := [resource | some resource in resources; resource.type == type]
	},
}

test_a_document_from_a_data_source_is_judged_at_the_source if {
	policy := {
		"address": "aws_iam_policy.p",
		"type": "aws_iam_policy",
		"node": {"policy": "{}"},
		"references": [{"path": ["policy"], "address": "data.aws_iam_policy_document.a", "attribute": "json"}],
	}
	source := {
		"address": "data.aws_iam_policy_document.a",
		"type": "data.aws_iam_policy_document",
		"node": {"statement": [{"actions": ["s3:*"], "resources": ["*"]}]},
		"references": [],
	}
	rows := policy_documents.rules with input as _unit([policy, source])
	[[row.resource, row.kind] | some row in rows] == [["data.aws_iam_policy_document.a", "identity"]]
}

test_a_policy_used_only_as_boundary_grants_nothing if {
	policy := {
		"address": "P",
		"type": "AWS::IAM::ManagedPolicy",
		"node": {"Properties": {"PolicyDocument": {"Statement": []}}},
		"properties": {},
		"references": [],
	}
	role := {
		"address": "R",
		"type": "AWS::IAM::Role",
		"node": {"Properties": {"AssumeRolePolicyDocument": {"Statement": []}}},
		"properties": {},
		"references": [{"path": ["Properties", "PermissionsBoundary"], "address": "P", "attribute": ""}],
	}
	rows := policy_documents.rules with input as _unit([policy, role])
	[row.resource | some row in rows] == ["R"]
}

test_inline_policies_and_strings_are_read if {
	role := {
		"address": "R",
		"type": "AWS::IAM::Role",
		"node": {"Properties": {"Policies": [{"PolicyDocument": "{…}"}, {"PolicyDocument": {"$unknown": {"name": "x"}}}]}},
		"properties": {},
		"references": [],
		"documents": [{
			"path": ["Properties", "Policies", 0, "PolicyDocument"],
			"value": {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
		}],
	}
	rows := policy_documents.rules with input as _unit([role])
	rows[0].statements[0].actions[0].value == "*"
	rows[1].unknown == {"$unknown": {"name": "x"}}
}
