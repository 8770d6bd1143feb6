# METADATA
# scope: package
# title: Use a custom certificate with a TLS 1.2_2021 or newer policy
# description: |
#   CloudFront's own certificate comes with TLS 1.0, whatever version is asked for, and so does a certificate without a
#   stated version. Old versions and their ciphers are broken.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-15
# custom:
#   id: CDN-002
#   slug: cloudfront-modern-tls-certificate
#   family: CDN
#   severity: medium
#   score: 6.4
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::CloudFront::Distribution
#     - aws_cloudfront_distribution
#   subjects:
#     - AWS::CloudFront::Distribution
#     - aws_cloudfront_distribution
#   params:
#     - name: min_policies
#       type: list
#       description: The security policies (minimum TLS versions) that a distribution may use towards viewers.
#       default: [TLSv1.2_2021, TLSv1.2_2025, TLSv1.3_2025]
#       presets:
#         baseline: [TLSv1.2_2021, TLSv1.2_2025, TLSv1.3_2025, TLSv1.2_2018, TLSv1.2_2019]
#       stricter: shorter
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["CloudFront.7", "CloudFront.8", "CloudFront.15"]
#       pci_dss_4.0: ["1.2.5", "1.2.8", "1.3.1", "1.3.2", "1.4.2", "1.5.1"]
#     judged:
#       nist_800_53_r5: ["SC-8(1)", "SC-13"]
#       pci_dss_4.0: ["4.2.1"]
#       iso_27001_2022: ["A.8.24"]
#   cwe: [326, 327]
#   remediation:
#     cloudformation: "Set ViewerCertificate: {AcmCertificateArn: <certificate in us-east-1>, SslSupportMethod:
#       sni-only, MinimumProtocolVersion: TLSv1.2_2021} and list the host names in Aliases."
#     terraform-plan: "Write viewer_certificate { acm_certificate_arn = <certificate in us-east-1>, ssl_support_method
#       = \"sni-only\", minimum_protocol_version = \"TLSv1.2_2021\" } and list the host names in aliases."
#   peers:
#     checkov: [CKV_AWS_174, CKV2_AWS_42, CKV2_AWS_54]
#     trivy: [AWS-0013]
#     cfn_nag: [W70]
#     guard: [cloudfront_minimum_protocol_version_rule, cloudfront_custom_ssl_certificate, cloudfront_sni_enabled]
#     cdk_nag: [AwsSolutions-CFR4]
#     prowler: [cloudfront_distributions_custom_ssl_certificate, cloudfront_distributions_https_sni_enabled]
#     kics: [be96849c-3df6-49c2-bc16-778a7be2519c]
package policies.cdn.cloudfront_modern_tls_certificate

import data.policies.lib.assessments
import data.policies.lib.distributions
import data.policies.lib.settings
import data.policies.lib.value

_accepted := data.params["CDN-002"].min_policies

_paths := {
	"AWS::CloudFront::Distribution": {
		"mode": ["Properties", "DistributionConfig", "ConnectionMode"],
		"certificate": ["Properties", "DistributionConfig", "ViewerCertificate"],
		"default": ["CloudFrontDefaultCertificate"],
		"version": ["MinimumProtocolVersion"],
		"support": ["SslSupportMethod"],
		"own": [["AcmCertificateArn"], ["IamCertificateId"]],
	},
	"aws_cloudfront_distribution": {
		"mode": ["connection_mode"],
		"certificate": ["viewer_certificate", 0],
		"default": ["cloudfront_default_certificate"],
		"version": ["minimum_protocol_version"],
		"support": ["ssl_support_method"],
		"own": [["acm_certificate_arn"], ["iam_certificate_id"]],
	},
}

# Of a distribution for tenants the tenants hold the certificates.
_judged := [resource |
	some resource in distributions.all
	settings.text(_mode(resource), "direct") != "tenant-only"
]

_mode(resource) := value.get(resource, _paths[resource.type].mode)

_certificate(resource) := value.present(resource, _paths[resource.type].certificate)

_setting(resource, name) := value.get(resource, array.concat(
	_paths[resource.type].certificate,
	_paths[resource.type][name],
))

# The references to certificates of the owner; an empty text is none.
_own(resource) := [record |
	some name in _paths[resource.type].own
	record := value.present(resource, array.concat(_paths[resource.type].certificate, name))
	not value.is_absent(record)
	record.value != ""
]

subjects contains resource.address if some resource in _judged

examined contains record if {
	some resource in _judged
	some record in [
		_mode(resource),
		_certificate(resource),
		_setting(resource, "default"),
		_setting(resource, "version"),
		_setting(resource, "support"),
	]
}

# Which certificate is used: "own", "default" or "open".
_used(resource) := "default" if value.truthy(_setting(resource, "default").value)

_used(resource) := "open" if {
	not value.truthy(_setting(resource, "default").value)
	_may_be_default(resource)
}

_used(resource) := "own" if {
	not value.truthy(_setting(resource, "default").value)
	not _may_be_default(resource)
	count(_own(resource)) > 0
}

_used(resource) := "default" if {
	not value.truthy(_setting(resource, "default").value)
	not _may_be_default(resource)
	count(_own(resource)) == 0
}

_may_be_default(resource) if value.is_unknown(_certificate(resource))

_may_be_default(resource) if value.is_unknown(_setting(resource, "default"))

# A certificate that a parameter or another stack gives is one; under an undecided condition it may be none.
_may_be_default(resource) if {
	count(_own(resource)) > 0
	every record in _own(resource) { value.unknown(record.value); record.value["$unknown"].kind == "condition" }
}

# What is wrong, each with its state, the place that decides and the clause that says it.
_faults(resource) := [{
	"state": "fail",
	"path": _default_path(resource),
	"text": "uses the certificate of CloudFront itself, which allows TLS 1.0",
}] if {
	_used(resource) == "default"
}

_faults(resource) := [{
	"state": "open",
	"path": _paths[resource.type].certificate,
	"text": "may use the certificate of CloudFront itself, which allows TLS 1.0",
}] if {
	_used(resource) == "open"
	count([fault | some fault in _stated(resource); fault.state == "fail"]) == 0
}

# Either certificate fails.
_faults(resource) := _stated(resource) if {
	_used(resource) == "open"
	count([fault | some fault in _stated(resource); fault.state == "fail"]) > 0
}

_faults(resource) := _stated(resource) if _used(resource) == "own"

_default_path(resource) := _setting(resource, "default").path if value.is_known(_setting(resource, "default"))

_default_path(resource) := _certificate(resource).path if not value.is_known(_setting(resource, "default"))

_stated(resource) := [fault |
	version := _setting(resource, "version")
	support := _setting(resource, "support")
	some fault in [
		{
			"state": _state(version, {text | some text in _accepted}),
			"path": version.path,
			"text": _version_text(version),
		},
		{
			"state": _state(support, {"sni-only"}),
			"path": support.path,
			"text": _support_text(support),
		},
	]
]

_state(record, _) := "open" if value.is_unknown(record)

_state(record, accepted) := "pass" if {
	value.is_known(record)
	record.value in accepted
}

_state(record, accepted) := "fail" if {
	not value.is_unknown(record)
	not record.value in accepted
}

_version_text(version) := sprintf("allows TLS 1.0: %s", [settings.fact(version)]) if value.is_absent(version)

_version_text(version) := sprintf("allows old versions or ciphers of TLS: %s", [settings.fact(version)]) if {
	not value.is_absent(version)
}

_support_text(support) := sprintf("serves HTTPS from addresses of its own, without SNI: %s", [
	settings.fact(support),
]) if {
	not value.is_absent(support)
}

_support_text(support) := sprintf("does not say that it serves HTTPS by SNI: %s", [settings.fact(support)]) if {
	value.is_absent(support)
}

# One row a distribution: what is proven comes before what is open.
_assessed := [row |
	some resource in _judged
	all_faults := _faults(resource)
	states := {fault.state | some fault in all_faults}
	state := _worst(states)
	faults := [fault | some fault in all_faults; fault.state == state]
	row := {
		"state": assessments.hedged(state, settings.text(_mode(resource), "direct") != null),
		"resource": resource.address,
		"path": faults[0].path,
		"defect": "certificate",
		"message": sprintf("CloudFront distribution '%s' %s. %s.", [
			resource.address,
			concat(", and ", [fault.text | some fault in faults]),
			_advice,
		]),
	}
]

_worst(states) := "fail" if "fail" in states

_worst(states) := "open" if {
	not "fail" in states
	"open" in states
}

_worst(states) := "pass" if {
	not "fail" in states
	not "open" in states
}

_advice := sprintf("Use a certificate of your own, 'sni-only' and '%s'", [_accepted[0]])

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
