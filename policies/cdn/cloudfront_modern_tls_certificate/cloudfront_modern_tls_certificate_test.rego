package policies.cdn.cloudfront_modern_tls_certificate_test

import data.policies.cdn.cloudfront_modern_tls_certificate
import data.policies.lib.units_test as units

_strict := ["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"]

_baseline := array.concat(_strict, ["TLSv1.2_2018", "TLSv1.2_2019"])

_of(unit, accepted) := result if {
	params := {"CDN-002": {"min_policies": accepted}}
	result := cloudfront_modern_tls_certificate with input as unit with data.params as params
}

_result(config, accepted) := _of(
	units.template({"D": {"type": "AWS::CloudFront::Distribution", "properties": {"DistributionConfig": config}}}),
	accepted,
)

_outcome(config) := units.outcome(_result(config, _baseline), "D")

_good := {
	"AcmCertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/shop",
	"SslSupportMethod": "sni-only",
	"MinimumProtocolVersion": "TLSv1.2_2021",
}

_with(changes) := _outcome({"ViewerCertificate": object.union(_good, changes)})

_version(version, accepted) := units.outcome(
	_result({"ViewerCertificate": object.union(_good, {"MinimumProtocolVersion": version})}, accepted),
	"D",
)

test_an_own_certificate_with_a_current_policy_passes if _outcome({"ViewerCertificate": _good}) == "pass"

test_a_certificate_of_iam_counts if {
	certificate := object.union(object.remove(_good, ["AcmCertificateArn"]), {"IamCertificateId": "ASCA1"})
	_outcome({"ViewerCertificate": certificate}) == "pass"
}

test_no_certificate_fails_at_the_configuration if {
	result := _result({"Enabled": true}, _baseline)
	[violation.path | some violation in result.deny] == [["Properties", "DistributionConfig", "ViewerCertificate"]]
}

test_the_default_certificate_ignores_the_stated_version if {
	result := _result({"ViewerCertificate": object.union(_good, {"CloudFrontDefaultCertificate": "true"})}, _baseline)
	[violation.path | some violation in result.deny] == [[
		"Properties", "DistributionConfig", "ViewerCertificate", "CloudFrontDefaultCertificate",
	]]
	every violation in result.deny { not contains(violation.message, "TLSv1.1") }
}

test_a_version_without_a_certificate_is_ignored if {
	_outcome({"ViewerCertificate": {"MinimumProtocolVersion": "TLSv1.2_2021", "SslSupportMethod": "sni-only"}}) == "fail"
}

test_newer_policies_pass_everywhere if {
	every version in ["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"] {
		_version(version, _strict) == "pass"
		_version(version, _baseline) == "pass"
	}
}

test_middle_aged_policies_pass_in_the_baseline_only if {
	every version in ["TLSv1.2_2018", "TLSv1.2_2019"] {
		_version(version, _strict) == "fail"
		_version(version, _baseline) == "pass"
	}
}

test_old_policies_fail if {
	every version in ["SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016"] {
		_version(version, _baseline) == "fail"
	}
}

test_no_version_fails if _outcome({"ViewerCertificate": object.remove(_good, ["MinimumProtocolVersion"])}) == "fail"

test_addresses_of_its_own_fail if {
	every method in ["vip", "static-ip"] {
		_with({"SslSupportMethod": method}) == "fail"
	}
}

test_one_finding_lists_the_defects if {
	bad := object.union(_good, {"SslSupportMethod": "vip", "MinimumProtocolVersion": "TLSv1"})
	result := _result({"ViewerCertificate": bad}, _baseline)
	count(result.deny) == 1
	every violation in result.deny {
		contains(violation.message, "'TLSv1'")
		contains(violation.message, "'vip'")
	}
}

test_unknown_settings_are_undecided if {
	every name in ["SslSupportMethod", "MinimumProtocolVersion", "CloudFrontDefaultCertificate"] {
		_with({name: units.unknown("parameter", "P")}) == "unknown"
	}
	_outcome({"ViewerCertificate": units.unknown("parameter", "P")}) == "unknown"
}

test_an_unknown_certificate_is_one if _with({"AcmCertificateArn": units.unknown("parameter", "Certificate")}) == "pass"

test_a_certificate_under_an_open_condition_may_be_none if {
	_with({"AcmCertificateArn": units.unknown("condition", "HasCertificate")}) == "unknown"
}

test_an_old_version_fails_although_the_certificate_is_open if {
	_with({
		"CloudFrontDefaultCertificate": units.unknown("parameter", "P"),
		"MinimumProtocolVersion": "TLSv1",
	}) == "fail"
}

test_the_default_certificate_wins_over_unknown_settings if {
	_with({
		"CloudFrontDefaultCertificate": true,
		"MinimumProtocolVersion": units.unknown("parameter", "P"),
	}) == "fail"
}

test_tenants_carry_their_certificates if _outcome({"ConnectionMode": "tenant-only"}) == ""

test_an_unknown_mode_hedges if {
	_outcome({"ConnectionMode": units.unknown("parameter", "Mode")}) == "unknown"
	_outcome({"ConnectionMode": "direct"}) == "fail"
}

_plan(values) := units.outcome(
	_of(
		units.plan({"aws_cloudfront_distribution.d": {"type": "aws_cloudfront_distribution", "values": values}}),
		_baseline,
	),
	"aws_cloudfront_distribution.d",
)

test_plans_are_read_alike if {
	good := {
		"acm_certificate_arn": units.reference("aws_acm_certificate.c", "arn"),
		"iam_certificate_id": "",
		"ssl_support_method": "sni-only",
		"minimum_protocol_version": "TLSv1.2_2021",
	}
	_plan({"viewer_certificate": [good]}) == "pass"
	_plan({"viewer_certificate": [{"cloudfront_default_certificate": true}]}) == "fail"
	_plan({"viewer_certificate": [object.union(good, {"acm_certificate_arn": ""})]}) == "fail"
	_plan({}) == "fail"
}
