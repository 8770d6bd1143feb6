package policies.cdn.cloudfront_viewer_https_test

import data.policies.cdn.cloudfront_viewer_https
import data.policies.lib.units_test as units

_result(config) := result if {
	unit := units.template({"D": {
		"type": "AWS::CloudFront::Distribution",
		"properties": {"DistributionConfig": config},
	}})
	result := cloudfront_viewer_https with input as unit
}

_plan_result(values) := result if {
	unit := units.plan({"aws_cloudfront_distribution.d": {"type": "aws_cloudfront_distribution", "values": values}})
	result := cloudfront_viewer_https with input as unit
}

_with_default(viewer) := units.outcome(_result({"DefaultCacheBehavior": {"ViewerProtocolPolicy": viewer}}), "D")

test_https_and_redirects_pass if {
	every viewer in ["https-only", "redirect-to-https"] {
		_with_default(viewer) == "pass"
	}
}

test_plain_http_fails if _with_default("allow-all") == "fail"

test_a_protocol_that_nobody_wrote_fails if {
	units.outcome(_result({"DefaultCacheBehavior": {"TargetOriginId": "a"}}), "D") == "fail"
}

test_an_unknown_protocol_is_undecided if _with_default(units.unknown("parameter", "Viewers")) == "unknown"

test_an_unknown_configuration_is_undecided if {
	units.outcome(_result(units.unknown("parameter", "Config")), "D") == "unknown"
}

test_every_ordered_behaviour_is_a_finding_of_its_own if {
	result := _result({
		"DefaultCacheBehavior": {"ViewerProtocolPolicy": "redirect-to-https"},
		"CacheBehaviors": [
			{"PathPattern": "/a/*", "ViewerProtocolPolicy": "allow-all"},
			{"PathPattern": "/b/*", "ViewerProtocolPolicy": "https-only"},
			{"PathPattern": "/c/*", "ViewerProtocolPolicy": "allow-all"},
		],
	})
	{violation.defect: violation.path | some violation in result.deny} == {
		"viewer//a/*": ["Properties", "DistributionConfig", "CacheBehaviors", 0, "ViewerProtocolPolicy"],
		"viewer//c/*": ["Properties", "DistributionConfig", "CacheBehaviors", 2, "ViewerProtocolPolicy"],
	}
}

test_a_proven_behaviour_wins_over_an_unknown_one if {
	result := _result({
		"DefaultCacheBehavior": {"ViewerProtocolPolicy": units.unknown("parameter", "Viewers")},
		"CacheBehaviors": [{"PathPattern": "/a/*", "ViewerProtocolPolicy": "allow-all"}],
	})
	units.outcome(result, "D") == "fail"
	count(result.undecided) == 1
}

test_behaviours_that_are_unknown_as_a_whole_are_undecided if {
	result := _result({
		"DefaultCacheBehavior": {"ViewerProtocolPolicy": "https-only"},
		"CacheBehaviors": units.unknown("parameter", "Behaviours"),
	})
	units.outcome(result, "D") == "unknown"
}

test_the_blocks_of_plans_are_read if {
	result := _plan_result({
		"default_cache_behavior": [{"viewer_protocol_policy": "allow-all"}],
		"ordered_cache_behavior": [{"path_pattern": "/a/*", "viewer_protocol_policy": "allow-all"}],
	})
	{violation.path | some violation in result.deny} == {
		["default_cache_behavior", 0, "viewer_protocol_policy"],
		["ordered_cache_behavior", 0, "viewer_protocol_policy"],
	}
	secure := _plan_result({"default_cache_behavior": [{"viewer_protocol_policy": "https-only"}]})
	units.outcome(secure, "aws_cloudfront_distribution.d") == "pass"
}

test_the_message_says_where_and_what_to_do if {
	result := _result({
		"DefaultCacheBehavior": {"ViewerProtocolPolicy": "https-only"},
		"CacheBehaviors": [{"PathPattern": "/a/*", "ViewerProtocolPolicy": "allow-all"}],
	})
	{violation.message | some violation in result.deny} == {concat(" ", [
		"CloudFront distribution 'D' answers over plain HTTP in the behaviour for '/a/*':",
		"'CacheBehaviors.ViewerProtocolPolicy' is 'allow-all'. Use 'redirect-to-https'.",
	])}
}

test_a_unit_without_distributions_has_no_subjects if {
	unit := units.template({"B": {"type": "AWS::S3::Bucket", "properties": {}}})
	subjects := cloudfront_viewer_https.subjects with input as unit
	subjects == set()
}
