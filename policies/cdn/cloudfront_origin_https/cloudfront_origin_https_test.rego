package policies.cdn.cloudfront_origin_https_test

import data.policies.cdn.cloudfront_origin_https
import data.policies.lib.units_test as units

_unit(config, edges) := units.template({
	"D": {"type": "AWS::CloudFront::Distribution", "properties": {"DistributionConfig": config}, "edges": edges},
	"B": {"type": "AWS::S3::Bucket", "properties": {}},
})

_result(config) := result if {
	result := cloudfront_origin_https with input as _unit(config, [])
}

_origin(changes) := {
	"Id": "orders",
	"DomainName": "orders.example.com",
	"CustomOriginConfig": object.union({"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]}, changes),
}

_behaviour(viewer) := {"TargetOriginId": "orders", "ViewerProtocolPolicy": viewer}

_with(changes) := units.outcome(_viewed(changes, "https-only"), "D")

_viewed(changes, viewer) := _result({"Origins": [_origin(changes)], "DefaultCacheBehavior": _behaviour(viewer)})

test_https_with_tls_1_2_passes if _with({}) == "pass"

test_plain_http_fails_whatever_the_versions if {
	result := _viewed({"OriginProtocolPolicy": "http-only", "OriginSSLProtocols": ["SSLv3"]}, "https-only")
	[violation.path | some violation in result.deny] == [[
		"Properties", "DistributionConfig", "Origins", 0, "CustomOriginConfig", "OriginProtocolPolicy",
	]]
}

test_old_versions_fail_at_the_element if {
	every old in ["SSLv3", "TLSv1", "TLSv1.1"] {
		result := _viewed({"OriginSSLProtocols": ["TLSv1.2", old]}, "https-only")
		[violation.path | some violation in result.deny] == [[
			"Properties", "DistributionConfig", "Origins", 0, "CustomOriginConfig", "OriginSSLProtocols", 1,
		]]
	}
}

test_no_versions_are_old_ones if {
	origin := {"Id": "orders", "DomainName": "a.example.com", "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"}}
	units.outcome(_result({"Origins": [origin], "DefaultCacheBehavior": _behaviour("https-only")}), "D") == "fail"
}

test_matching_the_viewer_fails_with_a_plain_behaviour if {
	result := _viewed({"OriginProtocolPolicy": "match-viewer"}, "allow-all")
	units.outcome(result, "D") == "fail"
	[related.path | some violation in result.deny; some related in violation.related] == [[
		"Properties", "DistributionConfig", "DefaultCacheBehavior", "ViewerProtocolPolicy",
	]]
}

test_matching_the_viewer_passes_when_viewers_use_https if {
	units.outcome(_viewed({"OriginProtocolPolicy": "match-viewer"}, "redirect-to-https"), "D") == "pass"
}

test_a_plain_behaviour_of_another_origin_does_not_count if {
	result := _result({
		"Origins": [_origin({"OriginProtocolPolicy": "match-viewer"})],
		"DefaultCacheBehavior": _behaviour("https-only"),
		"CacheBehaviors": [{"PathPattern": "/a", "TargetOriginId": "assets", "ViewerProtocolPolicy": "allow-all"}],
	})
	units.outcome(result, "D") == "pass"
}

test_a_plain_behaviour_reaches_the_members_of_its_group if {
	result := _result({
		"Origins": [_origin({"OriginProtocolPolicy": "match-viewer"})],
		"OriginGroups": {"Items": [{"Id": "group", "Members": {"Items": [{"OriginId": "orders"}]}}]},
		"DefaultCacheBehavior": {"TargetOriginId": "group", "ViewerProtocolPolicy": "allow-all"},
	})
	units.outcome(result, "D") == "fail"
}

test_an_unknown_target_of_a_plain_behaviour_is_undecided if {
	result := _result({
		"Origins": [_origin({"OriginProtocolPolicy": "match-viewer"})],
		"DefaultCacheBehavior": {"TargetOriginId": units.unknown("parameter", "Id"), "ViewerProtocolPolicy": "allow-all"},
	})
	units.outcome(result, "D") == "unknown"
}

test_an_unknown_viewer_of_a_matching_origin_is_undecided if {
	viewer := units.unknown("parameter", "Viewers")
	units.outcome(_viewed({"OriginProtocolPolicy": "match-viewer"}, viewer), "D") == "unknown"
	units.outcome(_viewed({}, viewer), "D") == "pass"
}

test_unknown_settings_are_undecided if {
	_with({"OriginProtocolPolicy": units.unknown("parameter", "P")}) == "unknown"
	_with({"OriginSSLProtocols": units.unknown("parameter", "P")}) == "unknown"
	_with({"OriginSSLProtocols": ["TLSv1.2", units.unknown("parameter", "P")]}) == "unknown"
}

test_old_versions_fail_although_the_protocol_is_unknown if {
	_with({"OriginProtocolPolicy": units.unknown("parameter", "P"), "OriginSSLProtocols": ["TLSv1"]}) == "fail"
}

test_each_origin_is_a_finding_of_its_own if {
	result := _result({
		"Origins": [
			_origin({"OriginProtocolPolicy": "http-only"}),
			object.union(_origin({"OriginSSLProtocols": ["TLSv1", "TLSv1.1"]}), {"Id": "search"}),
		],
		"DefaultCacheBehavior": _behaviour("https-only"),
	})
	{violation.defect | some violation in result.deny} == {"origin/orders", "origin/search"}
}

test_buckets_and_vpc_origins_are_not_judged if {
	bucket := {"Id": "b", "DomainName": units.reference("B", "RegionalDomainName"), "S3OriginConfig": {}}
	inside := {"Id": "v", "DomainName": "a.internal", "VpcOriginConfig": {"VpcOriginId": "vo-1"}}
	units.outcome(_result({"Origins": [bucket, inside]}), "D") == ""
}

_hosted(domain, edges) := outcome if {
	origin := object.union(_origin({"OriginProtocolPolicy": "http-only"}), {"DomainName": domain})
	unit := _unit({"Origins": [origin], "DefaultCacheBehavior": _behaviour("https-only")}, edges)
	result := cloudfront_origin_https with input as unit
	outcome := units.outcome(result, "D")
}

test_websites_of_buckets_are_left_to_the_control_of_buckets if {
	_hosted("site.s3-website-us-east-1.amazonaws.com", []) == ""
	_hosted("site.s3-website.eu-central-1.amazonaws.com", []) == ""
	edge := [["DistributionConfig", "Origins", 0, "DomainName"], "B", "WebsiteURL"]
	_hosted(units.reference("B", "WebsiteURL"), [edge]) == ""
}

test_a_host_that_is_not_known_is_a_web_server if {
	_hosted(units.unknown("parameter", "Host"), []) == "fail"
}

_plan(values) := units.outcome(result, "aws_cloudfront_distribution.d") if {
	unit := units.plan({"aws_cloudfront_distribution.d": {"type": "aws_cloudfront_distribution", "values": values}})
	result := cloudfront_origin_https with input as unit
}

test_plans_are_read_alike if {
	behaviour := [{"target_origin_id": "o", "viewer_protocol_policy": "allow-all"}]
	origin := {"domain_name": "a.example.com", "origin_id": "o", "s3_origin_config": [], "vpc_origin_config": []}
	every policy, outcome in {"https-only": "pass", "http-only": "fail", "match-viewer": "fail"} {
		custom := {"custom_origin_config": [{"origin_protocol_policy": policy, "origin_ssl_protocols": ["TLSv1.2"]}]}
		_plan({"origin": [object.union(origin, custom)], "default_cache_behavior": behaviour}) == outcome
	}
}
