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
	statement.actions == [{
		"value": "s3:get*",
		"path": ["P", "Statement", "Action"],
		"written": "S3:Get*",
		"pattern": "s3:get*",
	}]
	statement.resources[1] == {
		"value": "b",
		"path": ["P", "Statement", "Resource", 1],
		"pattern": "b",
		"wide": null,
	}
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

test_a_policy_used_only_as_boundary_is_no_identity_policy if {
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
	{[row.resource, row.kind] | some row in rows} == {["P", "boundary"], ["R", "trust"]}
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

_source(name, node, references) := {
	"address": name,
	"type": "data.aws_iam_policy_document",
	"node": node,
	"references": references,
}

_user(name, path, source) := {
	"address": name,
	"type": "aws_iam_policy",
	"node": {"policy": "{}"},
	"references": [{"path": path, "address": source, "attribute": "json"}],
}

_sids(rows, address) := {statement.sid | some row in rows; row.resource == address; some statement in row.statements}

_statement(sid) := {"sid": sid, "actions": ["*"], "resources": ["*"]}

test_a_statement_that_the_composing_document_replaces_does_not_count if {
	base := _source("base", {"statement": [_statement("a"), _statement("b")]}, [])
	whole := _source(
		"whole",
		{"statement": [_statement("a")], "source_policy_documents": [null]},
		[{"path": ["source_policy_documents", 0], "address": "base", "attribute": "json"}],
	)
	rows := policy_documents.rules with input as _unit([base, whole, _user("p", ["policy"], "whole")])
	_sids(rows, "base") == {"b"}
	_sids(rows, "whole") == {"a"}
}

test_an_override_document_replaces_what_it_overrides if {
	over := _source("over", {"statement": [_statement("a")]}, [])
	whole := _source(
		"whole",
		{"statement": [_statement("a"), _statement("b")]},
		[{"path": ["override_policy_documents", 0], "address": "over", "attribute": "json"}],
	)
	rows := policy_documents.rules with input as _unit([over, whole, _user("p", ["policy"], "whole")])
	_sids(rows, "over") == {"a"}
	_sids(rows, "whole") == {"b"}
}

test_a_document_taken_in_as_text_is_part_of_the_source if {
	text := {"Statement": [{"Sid": "t", "Effect": "Allow", "Action": "*", "Resource": "*"}]}
	whole := object.union(
		_source("whole", {"source_policy_documents": ["{…}"]}, []),
		{"documents": [{"path": ["source_policy_documents", 0], "value": text}]},
	)
	rows := policy_documents.rules with input as _unit([whole, _user("p", ["policy"], "whole")])
	_sids(rows, "whole") == {"t"}
}

test_a_source_that_nothing_uses_is_of_its_own_kind if {
	trust := {"statement": [{"actions": ["sts:AssumeRole"], "principals": [{"type": "AWS", "identifiers": ["*"]}]}]}
	own := _source("a", {"statement": [_statement("a")]}, [])
	rows := policy_documents.rules with input as _unit([own, _source("t", trust, [])])
	{[row.resource, row.kind] | some row in rows} == {["a", "identity"], ["t", "trust"]}
}

test_a_source_for_a_service_control_policy_grants_nothing if {
	guardrail := {
		"address": "o",
		"type": "aws_organizations_policy",
		"node": {},
		"references": [{"path": ["content"], "address": "a", "attribute": "json"}],
	}
	rows := policy_documents.rules with input as _unit([_source("a", {"statement": [_statement("a")]}, []), guardrail])
	rows == []
}

test_a_condition_with_an_unknown_key_stays if {
	unknown := {"$unknown": {"kind": "computed", "name": "k", "why": "is known after apply"}}
	block := {"actions": ["*"], "condition": [{"test": "StringEquals", "variable": unknown, "values": ["x"]}]}
	statement := policy_syntax.from_source(_source("a", {"statement": [block]}, []), "trust").statements[0]
	statement.conditions[0].key == ""
	statement.conditions[0].values == [unknown]
}

test_the_text_of_another_data_source_is_judged_there if {
	text := {"Statement": {"Sid": "b", "Effect": "Allow", "Action": "*", "Resource": "*"}}
	base := object.union(
		_source("base", {"statement": [_statement("b")]}, []),
		{"documents": [{"path": ["json"], "value": text}]},
	)
	whole := object.union(
		_source(
			"whole",
			{"source_policy_documents": ["{…}"]},
			[{"path": ["source_policy_documents"], "address": "base", "attribute": "json"}],
		),
		{"documents": [{"path": ["source_policy_documents", 0], "value": text}]},
	)
	rows := policy_documents.rules with input as _unit([base, whole, _user("p", ["policy"], "whole")])
	_sids(rows, "base") == {"b"}
	_sids(rows, "whole") == set()
}

test_an_action_that_another_resource_gives_could_be_any if {
	reference := {"$reference": {"address": "terraform_data.a", "attribute": "output"}}
	row := policy_syntax.from_document(_role, ["P"], "identity", {"Statement": {"Effect": "Allow", "Action": reference}})
	row.statements[0].actions[0].value["$unknown"].name == "terraform_data.a.output"
}
