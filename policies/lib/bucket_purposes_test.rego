package policies.lib.bucket_purposes_test

import data.policies.lib.bucket_purposes
import data.policies.lib.units_test as units

_purposes(unit, address) := {use.purpose |
	some use in bucket_purposes.uses({"address": address}) with input as unit
}

test_who_uses_a_bucket_tells_what_it_is_for if {
	unit := units.plan({
		"aws_s3_bucket.site": {"type": "aws_s3_bucket", "values": {"bucket": "site"}},
		"aws_s3_bucket.store": {"type": "aws_s3_bucket", "values": {"bucket": "store"}},
		"aws_s3_bucket.audit": {"type": "aws_s3_bucket", "values": {"bucket": "audit"}},
		"aws_s3_bucket.other": {"type": "aws_s3_bucket", "values": {"bucket": "other"}},
		"aws_cloudfront_distribution.d": {
			"type": "aws_cloudfront_distribution",
			"values": {"origin": [{"origin_id": "o", "domain_name": "site.s3.eu-west-1.amazonaws.com"}]},
		},
		"aws_codepipeline.p": {
			"type": "aws_codepipeline",
			"values": {"artifact_store": [{"location": "store"}]},
		},
		"aws_cloudtrail.t": {
			"type": "aws_cloudtrail",
			"values": {"s3_bucket_name": units.reference("aws_s3_bucket.audit", "id")},
			"edges": [[["s3_bucket_name"], "aws_s3_bucket.audit", "id"]],
		},
	})
	_purposes(unit, "aws_s3_bucket.site") == {"origin"}
	_purposes(unit, "aws_s3_bucket.store") == {"artifacts"}
	_purposes(unit, "aws_s3_bucket.audit") == {"trail"}
	_purposes(unit, "aws_s3_bucket.other") == set()
}

test_the_website_of_a_bucket_leads_to_it if {
	unit := units.plan({
		"aws_s3_bucket.site": {"type": "aws_s3_bucket", "values": {}},
		"aws_s3_bucket_website_configuration.w": {
			"type": "aws_s3_bucket_website_configuration",
			"values": {},
			"edges": [[["bucket"], "aws_s3_bucket.site", "id"]],
		},
		"aws_cloudfront_distribution.d": {
			"type": "aws_cloudfront_distribution",
			"values": {"origin": [{
				"origin_id": "o",
				"domain_name": units.reference("aws_s3_bucket_website_configuration.w", "website_endpoint"),
				"custom_origin_config": [{"origin_protocol_policy": "http-only"}],
			}]},
			"edges": [[["origin", 0, "domain_name"], "aws_s3_bucket_website_configuration.w", "website_endpoint"]],
		},
	})
	_purposes(unit, "aws_s3_bucket.site") == {"origin"}
}

test_words_of_addresses_names_and_tags if {
	bucket := {"address": "module.releases.aws_s3_bucket.this[0]", "node": {"bucket": "b", "tags": {"Use": "backup"}}}
	bucket_purposes.said(bucket, ["release"]) == "release"
	bucket_purposes.said(bucket, ["backup"]) == "backup"
	bucket_purposes.said(bucket, ["artifact"]) == ""
}

test_state_is_a_whole_word if {
	bucket_purposes.said({"address": "A", "node": {"Properties": {"BucketName": "tf-state-1"}}}, ["state"]) == "state"
	bucket_purposes.said({"address": "A", "node": {"Properties": {"BucketName": "statements"}}}, ["state"]) == ""
}
