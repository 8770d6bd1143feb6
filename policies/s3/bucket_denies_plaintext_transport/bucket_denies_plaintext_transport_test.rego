package policies.s3.bucket_denies_plaintext_transport_test

import data.policies.lib.units_test as units
import data.policies.s3.bucket_denies_plaintext_transport

_of(unit) := result if {
	result := bucket_denies_plaintext_transport with input as unit
}

_arn := units.reference("B", "Arn")

_objects := {"$partial": [_arn, "/*"]}

_good := {
	"Sid": "Tls",
	"Effect": "Deny",
	"Principal": "*",
	"Action": "s3:*",
	"Resource": [_arn, _objects],
	"Condition": {"Bool": {"aws:SecureTransport": "false"}},
}

_with(statements) := _of(units.template({
	"B": {"type": "AWS::S3::Bucket", "properties": {"BucketName": "shop"}},
	"P": {
		"type": "AWS::S3::BucketPolicy",
		"properties": {"Bucket": units.reference("B", ""), "PolicyDocument": {"Statement": statements}},
		"edges": [[["Bucket"], "B", ""]],
	},
}))

# Values are replaced, not merged.
_changed(changes) := object.union(object.remove(_good, object.keys(changes)), changes)

_outcome(changes) := units.outcome(_with([_changed(changes)]), "P")

test_a_statement_for_everybody_and_everything_passes if _outcome({}) == "pass"

test_a_bucket_without_a_policy_fails_at_the_bucket if {
	result := _of(units.template({"B": {"type": "AWS::S3::Bucket", "properties": {}}}))
	units.outcome(result, "B") == "fail"
}

test_a_bucket_with_a_policy_is_judged_at_the_policy if {
	result := _with([])
	result.subjects == {"P"}
	units.outcome(result, "P") == "fail"
}

test_the_value_is_a_boolean_or_a_text if {
	every off in [false, "false", "False", ["false"]] {
		_outcome({"Condition": {"Bool": {"aws:SecureTransport": off}}}) == "pass"
	}
	_outcome({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}) == "fail"
}

test_keys_and_operators_compare_without_case if {
	_outcome({"Condition": {"bool": {"AWS:SECURETRANSPORT": "false"}}}) == "pass"
	_outcome({"Condition": {"BoolIfExists": {"aws:securetransport": "false"}}}) == "pass"
}

test_other_operators_do_not_count if {
	_outcome({"Condition": {"StringEquals": {"aws:SecureTransport": "false"}}}) == "fail"
}

test_an_allow_with_tls_is_no_denial if {
	_outcome({"Effect": "Allow", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}) == "fail"
}

test_a_least_version_alone_lets_plain_http_through if {
	_outcome({"Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}}}) == "fail"
}

test_a_further_condition_narrows if {
	_outcome({"Condition": {
		"Bool": {"aws:SecureTransport": "false"},
		"StringNotEquals": {"aws:PrincipalAccount": "111122223333"},
	}}) == "fail"
	_outcome({"Condition": {"Bool": {"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}}}) == "fail"
}

test_principals if {
	_outcome({"Principal": {"AWS": "*"}}) == "pass"
	_outcome({"Principal": {"AWS": ["*"]}}) == "pass"
	_outcome({"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}) == "fail"
	_outcome({"Principal": {"Service": "*"}}) == "fail"
	units.outcome(_with([object.union(
		object.remove(_good, ["Principal"]),
		{"NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}},
	)]), "P") == "fail"
}

test_actions if {
	every action in ["*", "s3:*", "S3:*", ["s3:GetObject", "s3:*"]] {
		_outcome({"Action": action}) == "pass"
	}
	every action in ["s3:GetObject", ["s3:Get*", "s3:Put*"]] {
		_outcome({"Action": action}) == "fail"
	}
}

test_resources_must_cover_bucket_and_objects if {
	every resource in [
		"*",
		"arn:aws:s3:::*",
		["arn:aws:s3:::shop", "arn:aws:s3:::shop/*"],
		"arn:aws:s3:::shop*",
		[{"$partial": ["arn:", units.unknown("pseudo-parameter", "AWS::Partition"), ":s3:::shop"]}, _objects],
		[_arn, {"$partial": ["arn:aws:s3:::", units.reference("B", ""), "/*"]}],
	] {
		_outcome({"Resource": resource}) == "pass"
	}
	every resource in [_arn, _objects, ["arn:aws:s3:::other", "arn:aws:s3:::other/*"], [_arn, "arn:aws:s3:::shop/in/*"]] {
		_outcome({"Resource": resource}) == "fail"
	}
}

test_two_statements_cover_it_between_them if {
	units.outcome(_with([
		object.union(_good, {"Resource": _arn}),
		object.union(_good, {"Sid": "Objects", "Resource": _objects}),
	]), "P") == "pass"
}

test_what_is_not_known_is_undecided if {
	every changes in [
		{"Effect": units.unknown("parameter", "P")},
		{"Principal": units.unknown("parameter", "P")},
		{"Action": units.unknown("parameter", "P")},
		{"Resource": units.unknown("parameter", "P")},
		{"Resource": [units.unknown("parameter", "P"), _objects]},
		{"Condition": {"Bool": {"aws:SecureTransport": units.unknown("parameter", "P")}}},
		{"Condition": units.unknown("parameter", "P")},
	] {
		_outcome(changes) == "unknown"
	}
	units.outcome(_with(units.unknown("parameter", "P")), "P") == "unknown"
}

test_what_is_not_known_cannot_save_half_a_statement if {
	_outcome({"Resource": [{"$partial": [units.unknown("parameter", "P"), "/*"]}, "arn:aws:s3:::other"]}) == "fail"
}

test_an_undecided_statement_beside_a_good_one_changes_nothing if {
	units.outcome(_with([_good, units.unknown("parameter", "Extra")]), "P") == "pass"
}

test_a_policy_that_is_unknown_as_a_whole_is_undecided if {
	result := _of(units.template({
		"B": {"type": "AWS::S3::Bucket", "properties": {}},
		"P": {
			"type": "AWS::S3::BucketPolicy",
			"properties": {"Bucket": units.reference("B", ""), "PolicyDocument": units.unknown("parameter", "Text")},
			"edges": [[["Bucket"], "B", ""]],
		},
	}))
	units.outcome(result, "P") == "unknown"
}

test_a_policy_of_a_bucket_elsewhere_is_judged_by_its_name if {
	name := units.unknown("parameter", "Shared")
	every resources, outcome in {
		["arn:aws:s3:::", "arn:aws:s3:::"]: "pass",
		["arn:aws:s3:::x", "arn:aws:s3:::x"]: "unknown",
	} {
		resource := [{"$partial": [resources[0], name]}, {"$partial": [resources[1], name, "/*"]}]
		result := _of(units.template({"P": {"type": "AWS::S3::BucketPolicy", "properties": {
			"Bucket": name,
			"PolicyDocument": {"Statement": object.union(_good, {"Resource": resource})},
		}}}))
		units.outcome(result, "P") == outcome
	}
}

test_a_policy_whose_bucket_is_not_known_may_be_that_of_a_bare_bucket if {
	result := _of(units.plan({
		"aws_s3_bucket.b": {"type": "aws_s3_bucket", "values": {"bucket": "shop"}},
		"aws_s3_bucket_policy.p": {
			"type": "aws_s3_bucket_policy",
			"values": {"bucket": units.unknown("computed", "b"), "policy": units.unknown("computed", "p")},
		},
	}))
	units.outcome(result, "aws_s3_bucket.b") == "unknown"
}

_block := {
	"sid": "Tls",
	"effect": "Deny",
	"actions": ["s3:*"],
	"resources": [
		units.reference("aws_s3_bucket.b", "arn"),
		{"$partial": [units.reference("aws_s3_bucket.b", "arn"), "/*"]},
	],
	"principals": [{"type": "*", "identifiers": ["*"]}],
	"condition": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}],
}

_plan(sources, used) := _of(units.plan(object.union(sources, {
	"aws_s3_bucket.b": {"type": "aws_s3_bucket", "values": {"bucket": "shop"}},
	"aws_s3_bucket_policy.p": {
		"type": "aws_s3_bucket_policy",
		"values": {
			"bucket": units.reference("aws_s3_bucket.b", "id"),
			"policy": units.reference(used, "json"),
		},
		"edges": [[["bucket"], "aws_s3_bucket.b", "id"], [["policy"], used, "json"]],
	},
})))

_source(statement, edges) := {
	"type": "data.aws_iam_policy_document",
	"values": {"statement": [statement]},
	"edges": edges,
}

test_a_data_source_is_read if {
	used := "data.aws_iam_policy_document.d"
	units.outcome(_plan({used: _source(_block, [])}, used), "aws_s3_bucket_policy.p") == "pass"
}

test_a_data_source_may_take_in_another if {
	inner := "data.aws_iam_policy_document.i"
	used := "data.aws_iam_policy_document.d"
	other := {"sid": "Read", "actions": ["s3:GetObject"], "principals": [{"type": "AWS", "identifiers": ["1"]}]}
	sources := {
		inner: _source(_block, []),
		used: _source(other, [[["source_policy_documents", 0], inner, "json"]]),
	}
	units.outcome(_plan(sources, used), "aws_s3_bucket_policy.p") == "pass"
}

test_a_statement_that_is_replaced_does_not_count if {
	inner := "data.aws_iam_policy_document.i"
	used := "data.aws_iam_policy_document.d"
	other := {"sid": "Tls", "actions": ["s3:GetObject"], "principals": [{"type": "AWS", "identifiers": ["1"]}]}
	sources := {
		inner: _source(_block, []),
		used: _source(other, [[["source_policy_documents", 0], inner, "json"]]),
	}
	units.outcome(_plan(sources, used), "aws_s3_bucket_policy.p") == "fail"
}

test_the_message_says_what_falls_short if {
	messages := {violation.message |
		some violation in _with([_changed({"Resource": _objects})]).deny
	}
	messages == {"Bucket 'B' answers requests without TLS: statement 'Tls' covers only the objects, not the bucket."}
}

test_one_name_of_the_same_parameters_is_one_bucket if {
	name := {"$partial": [units.unknown("parameter", "App"), "-logs"]}
	resource := [{"$partial": ["arn:aws:s3:::", name["$partial"][0], "-logs"]}, {"$partial": [
		"arn:aws:s3:::",
		name["$partial"][0],
		"-logs/*",
	]}]
	result := _of(units.template({
		"B": {"type": "AWS::S3::Bucket", "properties": {"BucketName": name}},
		"P": {
			"type": "AWS::S3::BucketPolicy",
			"properties": {"Bucket": name, "PolicyDocument": {"Statement": _changed({"Resource": resource})}},
		},
	}))
	result.subjects == {"P"}
	units.outcome(result, "P") == "pass"
}

_inline(statements) := {"Version": "2012-10-17", "Statement": statements}

# An applied plan shows the policy of a bucket at the bucket too, and there as it was.
_applied(inline, own) := _of(_documented(unit, {
	"aws_s3_bucket.b": _inline(inline),
	"aws_s3_bucket_policy.p": _inline(own),
})) if {
	unit := units.plan({
		"aws_s3_bucket.b": {"type": "aws_s3_bucket", "values": {"bucket": "shop", "policy": "{}"}},
		"aws_s3_bucket_policy.p": {
			"type": "aws_s3_bucket_policy",
			"values": {"bucket": units.reference("aws_s3_bucket.b", "id"), "policy": "{}"},
			"edges": [[["bucket"], "aws_s3_bucket.b", "id"]],
		},
	})
}

# The unit whose resources have these documents as texts.
_documented(unit, documents) := object.union(unit, {"resources": resources, "by_type": by_type}) if {
	resources := {address: documented |
		some address, resource in unit.resources
		documented := object.union(resource, {"documents": [{"path": ["policy"], "value": documents[address]}]})
	}
	by_type := {resource.type: [resource] | some _, resource in resources}
}

_literal := _changed({"Resource": ["arn:aws:s3:::shop", "arn:aws:s3:::shop/*"]})

test_a_policy_that_an_applied_plan_repeats_is_judged_once if {
	none := object.union(_literal, {"Effect": "Allow"})
	{violation.resource | some violation in _applied([none], [none]).deny} == {"aws_s3_bucket_policy.p"}
	_applied([none], [_literal]).deny == set()
	{violation.resource | some violation in _applied([_literal], [none]).deny} == {"aws_s3_bucket_policy.p"}
}

_said_of(resources) := {violation.message | some violation in _with([_changed({"Resource": resources})]).deny}

test_a_part_of_the_objects_is_named_as_such if {
	some message in _said_of([{"$partial": [_arn, "/invoices/*"]}])
	contains(message, "covers only a part of the objects")
	some other in _said_of([_arn, {"$partial": [_arn, "/invoices/*"]}])
	contains(other, "covers the bucket and a part of its objects")
	some third in _said_of(["arn:aws:s3:::another/*"])
	contains(third, "is for other resources")
}
