# METADATA
# scope: package
# title: Require HTTPS from viewers on every CloudFront behaviour
# description: |
#   A behaviour that allows plain HTTP serves pages, cookies and credentials to anybody on the way who listens, and lets
#   them be changed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-3
# custom:
#   id: CDN-001
#   slug: cloudfront-viewer-https
#   family: CDN
#   severity: high
#   score: 8.0
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
#       aws_fsbp: ["CloudFront.3"]
#       pci_dss_4.0: ["4.2.1", "1.2.5", "2.2.5", "2.2.7", "4.2.1.1", "8.3.2"]
#       hipaa: ["164.308(a)(4)(ii)(A)", "164.312(e)(1)"]
#     judged:
#       nist_800_53_r5: ["SC-8(1)", "AC-17(2)"]
#       iso_27001_2022: ["A.8.24"]
#   cwe: [319, 311]
#   remediation:
#     cloudformation: "Set ViewerProtocolPolicy: redirect-to-https in DefaultCacheBehavior and in every element of
#       CacheBehaviors; https-only where no browser follows a redirect."
#     terraform-plan: "Set viewer_protocol_policy = \"redirect-to-https\" in default_cache_behavior and in every
#       ordered_cache_behavior; \"https-only\" where no browser follows a redirect."
#   peers:
#     checkov: [CKV_AWS_34]
#     trivy: [AWS-0012]
#     guard: [cloudfront_viewer_policy_https]
#     prowler: [cloudfront_distributions_https_enabled]
#     kics: [31733ee2-fef0-4e87-9778-65da22a8ecf1, a5366a50-932f-4085-896b-41402714a388]
package policies.cdn.cloudfront_viewer_https

import data.policies.lib.assessments
import data.policies.lib.distributions
import data.policies.lib.settings
import data.policies.lib.value

_secure := {"redirect-to-https", "https-only"}

subjects contains resource.address if some resource in distributions.all

examined contains behaviour.viewer if some behaviour in distributions.behaviours

_assessed := [row |
	some behaviour in distributions.behaviours
	row := {
		"state": _state(behaviour.viewer),
		"resource": behaviour.distribution,
		"path": behaviour.viewer.path,
		"defect": sprintf("viewer/%s", [behaviour.name]),
		"message": sprintf("CloudFront distribution '%s' answers over plain HTTP in %s: %s. Use 'redirect-to-https'.", [
			behaviour.distribution,
			_called(behaviour),
			settings.fact(behaviour.viewer),
		]),
	}
]

_called(behaviour) := "its default behaviour" if behaviour.name == "default"

_called(behaviour) := sprintf("the behaviour for '%s'", [behaviour.name]) if behaviour.name != "default"

_state(viewer) := "open" if value.is_unknown(viewer)

_state(viewer) := "pass" if {
	value.is_known(viewer)
	viewer.value in _secure
}

_state(viewer) := "fail" if {
	not value.is_unknown(viewer)
	not viewer.value in _secure
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
