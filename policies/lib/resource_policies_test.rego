package policies.lib.resource_policies_test

import data.policies.lib.resource_policies
import data.policies.lib.units_test as units

_holder(policy, source) := {
	"type": "aws_s3_bucket_policy",
	"values": {"policy": policy},
	"edges": [[["policy"], source, "json"]],
}

_source(sid, edges) := {
	"type": "data.aws_iam_policy_document",
	"values": {"statement": [{
		"sid": sid,
		"actions": ["s3:GetObject"],
		"principals": [{"type": "AWS", "identifiers": ["*"]}],
	}]},
	"edges": edges,
}

_sids(unit) := {judged.statement.sid |
	some judged in resource_policies.statements_of("aws_s3_bucket_policy.p") with input as unit
}

_inner := "data.aws_iam_policy_document.inner"

_middle := "data.aws_iam_policy_document.middle"

_outer := "data.aws_iam_policy_document.outer"

test_data_sources_are_followed_however_deep if {
	unit := units.plan({
		"aws_s3_bucket_policy.p": _holder(units.reference(_outer, "json"), _outer),
		_outer: _source("Outer", [[["source_policy_documents", 0], _middle, "json"]]),
		_middle: _source("Middle", [[["source_policy_documents", 0], _inner, "json"]]),
		_inner: _source("Inner", []),
	})
	_sids(unit) == {"Outer", "Middle", "Inner"}
}

test_a_text_that_is_known_counts_instead_of_the_source if {
	text := {"Statement": [{"Sid": "Text", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]}
	made := units.plan({
		"aws_s3_bucket_policy.p": _holder(text, _inner),
		_inner: _source("Inner", []),
	})
	given := {"path": ["json"], "value": {"Statement": [{"Sid": "Inner"}]}}
	source := object.union(made.resources[_inner], {"documents": [given]})
	unit := object.union(made, {
		"resources": {_inner: source},
		"by_type": {"data.aws_iam_policy_document": [source]},
	})
	_sids(unit) == {"Text"}
}

test_a_statement_of_a_source_is_placed_at_the_policy if {
	judged := {
		"document": {"subject": "p", "path": ["policy"], "row": {"resource": "d"}},
		"statement": {"path": ["statement", 0]},
	}
	resource_policies.place(judged) == ["policy"]
	[related.address | some related in resource_policies.related(judged)] == ["d"]
}
