# METADATA
# scope: package
# title: Connect to custom origins over HTTPS with TLS 1.2
# description: |
#   What CloudFront fetches over plain HTTP, or over a broken version of TLS, can be read and changed between the edge
#   and the origin, although the viewer sees HTTPS.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-9
# custom:
#   id: CDN-004
#   slug: cloudfront-origin-https
#   family: CDN
#   severity: medium
#   score: 6.3
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::CloudFront::Distribution
#     - aws_cloudfront_distribution
#   subjects:
#     - AWS::CloudFront::Distribution
#     - aws_cloudfront_distribution
#   params: []
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["CloudFront.9", "CloudFront.10"]
#       pci_dss_4.0: ["4.2.1", "1.2.5", "2.2.5", "2.2.7", "4.2.1.1", "8.3.2"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       nist_800_53_r5: ["SC-8(1)"]
#   cwe: [319, 327]
#   remediation:
#     cloudformation: "Set OriginProtocolPolicy: https-only and OriginSSLProtocols: [TLSv1.2] in the
#       CustomOriginConfig of the origin. Without OriginSSLProtocols CloudFront offers SSLv3 and TLSv1."
#     terraform-plan: "Set origin_protocol_policy = \"https-only\" and origin_ssl_protocols = [\"TLSv1.2\"] in the
#       custom_origin_config of the origin."
#   peers:
#     cdk_nag: [AwsSolutions-CFR5]
#     prowler: [cloudfront_distributions_origin_traffic_encrypted,
#       cloudfront_distributions_using_deprecated_ssl_protocols]
package policies.cdn.cloudfront_origin_https

import data.policies.lib.assessments
import data.policies.lib.distributions
import data.policies.lib.settings
import data.policies.lib.value

_current_versions := {"tlsv1.2", "tlsv1.3"}

_secure_viewers := {"redirect-to-https", "https-only"}

# Web servers that CloudFront asks as any client would. A website of S3 knows no HTTPS at all, which CDN-003 reports.
_judged := [origin |
	some origin in distributions.origins
	origin.configured in {"custom", "unknown"}
	origin.kind in {"custom", "s3"}
]

subjects contains origin.distribution if some origin in _judged

examined contains record if {
	some origin in _judged
	some record in [origin.protocol, origin.versions]
}

examined contains behaviour.viewer if {
	some origin in _judged
	settings.text(origin.protocol, "") == "match-viewer"
	some behaviour in distributions.behaviours_of(origin.distribution)
	distributions.sends(behaviour, origin) != "no"
}

# What may be wrong with an origin: the connection first, which makes the versions irrelevant when it is plain.
_faults(origin) := array.concat(_connection(origin), _versions(origin))

_connection(origin) := [{
	"state": "fail",
	"path": origin.protocol.path,
	"text": sprintf("is asked over plain HTTP: %s. Use 'https-only'", [settings.fact(origin.protocol)]),
	"related": [],
}] if {
	_plain(origin.protocol)
}

_connection(origin) := [{
	"state": "open",
	"path": origin.protocol.path,
	"text": sprintf("may be asked over plain HTTP: %s. Use 'https-only'", [settings.fact(origin.protocol)]),
	"related": [],
}] if {
	value.is_unknown(origin.protocol)
}

_connection(origin) := [fault |
	some behaviour in distributions.behaviours_of(origin.distribution)
	state := _carried(behaviour, origin)
	state != "pass"
	fault := {
		"state": state,
		"path": origin.protocol.path,
		"text": sprintf("is asked over plain HTTP when a viewer is: %s, and %s. Use 'https-only'", [
			settings.fact(origin.protocol),
			_viewer_text(behaviour),
		]),
		"related": [{
			"address": behaviour.distribution,
			"path": behaviour.viewer.path,
			"message": "Viewers of this behaviour may use plain HTTP.",
		}],
	}
] if {
	_matching(origin.protocol)
}

_connection(origin) := [] if {
	not value.is_unknown(origin.protocol)
	not _plain(origin.protocol)
	not _matching(origin.protocol)
}

_matching(protocol) if {
	value.is_known(protocol)
	protocol.value == "match-viewer"
}

_plain(protocol) if {
	not value.is_unknown(protocol)
	not protocol.value in {"https-only", "match-viewer"}
}

_viewer_text(behaviour) := sprintf("in behaviour '%s' %s", [behaviour.name, settings.fact(behaviour.viewer)])

# Whether a behaviour carries plain requests to an origin.
_carried(behaviour, origin) := _both[sends][viewer] if {
	sends := distributions.sends(behaviour, origin)
	viewer := _viewer_state(behaviour.viewer)
}

_both := {
	"yes": {"pass": "pass", "fail": "fail", "open": "open"},
	"maybe": {"pass": "pass", "fail": "open", "open": "open"},
	"no": {"pass": "pass", "fail": "pass", "open": "pass"},
}

_viewer_state(viewer) := "open" if value.is_unknown(viewer)

_viewer_state(viewer) := "pass" if {
	value.is_known(viewer)
	viewer.value in _secure_viewers
}

_viewer_state(viewer) := "fail" if {
	not value.is_unknown(viewer)
	not viewer.value in _secure_viewers
}

_versions(origin) := [{
	"state": "fail",
	"path": origin.versions.path,
	"text": sprintf("may be asked with SSLv3 or TLS 1.0: %s. Use 'TLSv1.2' alone", [settings.fact(origin.versions)]),
	"related": [],
}] if {
	value.is_absent(origin.versions)
}

_versions(origin) := [{
	"state": "open",
	"path": origin.versions.path,
	"text": "may be asked with a version of TLS that is not known here. Use 'TLSv1.2' alone",
	"related": [],
}] if {
	count(_old(origin)) == 0
	_may_be_old(origin)
}

_versions(origin) := [{
	"state": "fail",
	"path": _old_path(origin),
	"text": sprintf("may be asked with %s. Use 'TLSv1.2' alone", [_listed(origin)]),
	"related": [],
}] if {
	count(_old(origin)) > 0
}

_versions(origin) := [] if {
	not value.is_absent(origin.versions)
	count(_old(origin)) == 0
	not _may_be_old(origin)
}

_listed(origin) := concat(", ", [version.text | some version in _old(origin)])

_old(origin) := [{"index": index, "text": version} |
	value.is_known(origin.versions)
	some index, version in value.list(origin.versions.value)
	is_string(version)
	not lower(version) in _current_versions
]

_may_be_old(origin) if value.is_unknown(origin.versions)

_may_be_old(origin) if {
	some version in value.list(origin.versions.value)
	value.opaque(version)
}

# The element where one is to blame, else the list.
_old_path(origin) := array.concat(origin.versions.path, [_old(origin)[0].index]) if _has_one_old(origin)

_old_path(origin) := origin.versions.path if not _has_one_old(origin)

_has_one_old(origin) if {
	is_array(origin.versions.value)
	count(_old(origin)) == 1
}

# One row an origin: what is proven comes before what is open, the connection before the versions.
_assessed := [row |
	some origin in _judged
	found := _faults(origin)
	ranked := array.concat(
		[fault | some fault in found; fault.state == "fail"],
		[fault | some fault in found; fault.state == "open"],
	)
	count(ranked) > 0
	row := {
		"state": assessments.hedged(ranked[0].state, origin.configured == "custom"),
		"resource": origin.distribution,
		"path": ranked[0].path,
		"defect": sprintf("origin/%s", [origin.name]),
		"message": sprintf("Origin '%s' of CloudFront distribution '%s' %s.", [
			origin.name,
			origin.distribution,
			ranked[0].text,
		]),
		"related": ranked[0].related,
	}
]

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
