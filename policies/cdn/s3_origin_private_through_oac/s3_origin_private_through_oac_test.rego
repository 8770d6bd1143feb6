package policies.cdn.s3_origin_private_through_oac_test

import data.policies.cdn.s3_origin_private_through_oac
import data.policies.lib.units_test as units

_bucket := {"B": {"type": "AWS::S3::Bucket", "properties": {"BucketName": "shop"}}}

_domain_path := ["DistributionConfig", "Origins", 0, "DomainName"]

_control_path := ["DistributionConfig", "Origins", 0, "OriginAccessControlId"]

# An origin whose host is a bucket of the unit, unless the changes say otherwise.
_unit(changes, others) := units.template(object.union(_bucket, object.union(others, {"D": {
	"type": "AWS::CloudFront::Distribution",
	"properties": {"DistributionConfig": {"Origins": [_origin(changes)]}},
	"edges": [edge |
		some edge in [[_domain_path, "B", "RegionalDomainName"], [_control_path, "C", "Id"]]
		_holds(changes, edge)
	],
}})))

# A host of the changes replaces the bucket.
_origin(changes) := object.union(object.remove(bucket, object.keys(changes)), changes) if {
	bucket := {"Id": "o", "DomainName": units.reference("B", "RegionalDomainName")}
}

_holds(changes, edge) if {
	edge[1] == "B"
	not changes.DomainName
}

_holds(changes, edge) if {
	edge[1] == "C"
	changes.OriginAccessControlId == units.reference("C", "Id")
}

_of(unit, accept) := result if {
	result := s3_origin_private_through_oac with input as unit with data.params as {"CDN-003": {"accept_oai": accept}}
}

_outcome(changes) := units.outcome(_of(_unit(changes, {}), false), "D")

_lenient(changes) := units.outcome(_of(_unit(changes, {}), true), "D")

_plain := {"S3OriginConfig": {"OriginAccessIdentity": ""}}

_identity := {"S3OriginConfig": {"OriginAccessIdentity": "origin-access-identity/cloudfront/E1"}}

test_a_bucket_without_signing_fails_at_the_origin if {
	_outcome(_plain) == "fail"
	_lenient(_plain) == "fail"
	paths := {violation.path | some violation in _of(_unit(_plain, {}), true).deny}
	paths == {["Properties", "DistributionConfig", "Origins", 0]}
}

test_an_access_control_passes_beside_the_empty_identity if {
	every given in ["E2QWRUHAPOMQZL", units.reference("C", "Id"), units.unknown("import", "Control")] {
		_outcome(object.union(_plain, {"OriginAccessControlId": given})) == "pass"
	}
}

test_an_empty_access_control_is_none if _outcome(object.union(_plain, {"OriginAccessControlId": ""})) == "fail"

test_an_access_control_that_may_be_empty_is_undecided if {
	_outcome(object.union(_plain, {"OriginAccessControlId": units.unknown("parameter", "Control")})) == "unknown"
}

test_identities_pass_where_they_are_accepted if {
	_outcome(_identity) == "fail"
	_lenient(_identity) == "pass"
	_lenient({"S3OriginConfig": {"OriginAccessIdentity": units.unknown("parameter", "Identity")}}) == "unknown"
}

_control(behaviour) := outcome if {
	control := {"C": {
		"type": "AWS::CloudFront::OriginAccessControl",
		"properties": {"OriginAccessControlConfig": {"SigningBehavior": behaviour}},
	}}
	changes := object.union(_plain, {"OriginAccessControlId": units.reference("C", "Id")})
	outcome := units.outcome(_of(_unit(changes, control), false), "D")
}

test_the_access_control_must_always_sign if {
	_control("always") == "pass"
	_control("never") == "fail"
	_control("no-override") == "fail"
	_control(units.unknown("parameter", "Signing")) == "unknown"
}

_host(domain) := _outcome({"DomainName": domain, "CustomOriginConfig": {"OriginProtocolPolicy": "http-only"}})

test_websites_fail if _host("shop.s3-website-us-east-1.amazonaws.com") == "fail"

test_a_bucket_as_web_server_fails if _host("shop.s3.eu-west-1.amazonaws.com") == "fail"

test_other_origins_are_not_judged if {
	every host in ["www.example.com", "a1.execute-api.eu-west-1.amazonaws.com", "m.accesspoint.s3-global.amazonaws.com"] {
		_host(host) == ""
	}
	_outcome({"DomainName": "o--ol-s3.s3.eu-west-1.amazonaws.com", "S3OriginConfig": {}}) == ""
	_outcome({"DomainName": "a.internal", "VpcOriginConfig": {"VpcOriginId": "vo-1"}}) == ""
}

test_a_host_that_is_not_known_is_undecided if {
	_host(units.unknown("parameter", "Host")) == "unknown"
	_outcome({"DomainName": units.unknown("parameter", "Host"), "S3OriginConfig": {}}) == "unknown"
}

test_a_host_that_is_not_known_needs_no_more_than_an_access_control if {
	_outcome({
		"DomainName": units.reference("Elsewhere", "DomainName"),
		"S3OriginConfig": {},
		"OriginAccessControlId": "E1",
	}) == "pass"
}

_grant := {
	"Sid": "Edge",
	"Effect": "Allow",
	"Principal": {"Service": "cloudfront.amazonaws.com"},
	"Action": "s3:GetObject",
	"Resource": "*",
}

_with_policy(document) := _of(
	_unit({"OriginAccessControlId": "E1"}, {"P": {
		"type": "AWS::S3::BucketPolicy",
		"properties": {"Bucket": units.reference("B", ""), "PolicyDocument": document},
		"edges": [[["Bucket"], "B", ""]],
	}}),
	false,
)

_granted(condition) := units.outcome(
	_with_policy({"Statement": [object.union(_grant, {"Condition": condition})]}),
	"P",
)

test_a_grant_to_every_distribution_fails_at_the_statement if {
	result := _with_policy({"Statement": [_grant]})
	{violation.resource: violation.path | some violation in result.deny} == {
		"P": ["Properties", "PolicyDocument", "Statement", 0],
	}
	units.outcome(result, "D") == "pass"
}

test_a_grant_to_a_distribution_or_an_account_passes if {
	arn := {"$partial": [
		"arn:aws:cloudfront::",
		units.unknown("pseudo-parameter", "AWS::AccountId"),
		":distribution/",
		units.reference("D", ""),
	]}
	_granted({"StringEquals": {"AWS:SourceArn": arn}}) == "pass"
	_granted({"ArnLike": {"aws:SourceArn": "arn:aws:cloudfront::111122223333:distribution/*"}}) == "pass"
	_granted({"StringEquals": {"aws:SourceAccount": "111122223333"}}) == "pass"
}

test_other_conditions_do_not_limit if {
	_granted({"StringLike": {"AWS:SourceArn": "*"}}) == "fail"
	_granted({"StringNotEquals": {"AWS:SourceArn": "arn:aws:cloudfront::111122223333:distribution/E1"}}) == "fail"
	_granted({"Bool": {"aws:SecureTransport": "true"}}) == "fail"
	_granted({"StringEquals": {"AWS:SourceArn": units.unknown("parameter", "Arn")}}) == "unknown"
}

test_other_statements_are_not_judged_here if {
	public := {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
	units.outcome(_with_policy({"Statement": [public]}), "P") == ""
	denied := object.union(_grant, {"Effect": "Deny"})
	units.outcome(_with_policy({"Statement": [denied]}), "P") == ""
}

test_a_policy_that_cannot_be_read_is_undecided if {
	units.outcome(_with_policy(units.unknown("parameter", "Text")), "P") == "unknown"
}

test_a_policy_of_a_bucket_that_is_no_origin_is_not_judged if {
	unit := units.template({"P": {
		"type": "AWS::S3::BucketPolicy",
		"properties": {"Bucket": "other", "PolicyDocument": {"Statement": [_grant]}},
	}})
	_of(unit, false).subjects == set()
}

test_a_bucket_is_found_by_the_name_in_the_host if {
	policy := {"P": {
		"type": "AWS::S3::BucketPolicy",
		"properties": {"Bucket": "shop", "PolicyDocument": {"Statement": [_grant]}},
	}}
	changes := {"DomainName": "shop.s3.eu-west-1.amazonaws.com", "OriginAccessControlId": "E1"}
	units.outcome(_of(_unit(changes, policy), false), "P") == "fail"
}

_plan(origin) := units.outcome(_of(unit, true), "aws_cloudfront_distribution.d") if {
	unit := units.plan({
		"aws_s3_bucket.b": {"type": "aws_s3_bucket", "values": {"bucket": "shop"}},
		"aws_cloudfront_distribution.d": {
			"type": "aws_cloudfront_distribution",
			"values": {"origin": [object.union(
				{
					"origin_id": "o",
					"domain_name": units.reference("aws_s3_bucket.b", "bucket_regional_domain_name"),
				},
				origin,
			)]},
			"edges": [[["origin", 0, "domain_name"], "aws_s3_bucket.b", "bucket_regional_domain_name"]],
		},
	})
}

test_plans_are_read_alike if {
	_plan({}) == "fail"
	_plan({"origin_access_control_id": ""}) == "fail"
	_plan({"origin_access_control_id": units.reference("aws_cloudfront_origin_access_control.c", "id")}) == "pass"
	_plan({"s3_origin_config": [{"origin_access_identity": "origin-access-identity/cloudfront/E1"}]}) == "pass"
}
