# METADATA
# scope: package
# title: Serve UI assets from a private bucket through origin access control
# description: |
#   A bucket that CloudFront reads without signing its requests must be open to everybody, past the distribution and its
#   firewall. A grant to CloudFront without the distribution serves the bucket through the distributions of strangers.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-13
# custom:
#   id: CDN-003
#   slug: s3-origin-private-through-oac
#   family: CDN
#   severity: high
#   score: 7.7
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::CloudFront::Distribution
#     - AWS::CloudFront::OriginAccessControl
#     - AWS::S3::Bucket
#     - AWS::S3::BucketPolicy
#     - aws_cloudfront_distribution
#     - aws_cloudfront_origin_access_control
#     - aws_s3_bucket
#     - aws_s3_bucket_policy
#     - aws_s3_bucket_website_configuration
#     - data.aws_iam_policy_document
#     - data.aws_s3_bucket
#   subjects:
#     - AWS::CloudFront::Distribution
#     - AWS::S3::BucketPolicy
#     - aws_cloudfront_distribution
#     - aws_s3_bucket
#     - aws_s3_bucket_policy
#   params:
#     - name: accept_oai
#       type: boolean
#       description: Accept the older origin access identities as well.
#       default: false
#       presets: {baseline: true}
#       stricter: false
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["CloudFront.13"]
#       pci_dss_4.0: ["10.3.4"]
#     judged:
#       nist_800_53_r5: ["AC-3", "AC-6"]
#       iso_27001_2022: ["A.8.3", "A.8.20"]
#   cwe: [284, 441]
#   remediation:
#     cloudformation: "Create an AWS::CloudFront::OriginAccessControl with SigningBehavior: always, set
#       OriginAccessControlId: !GetAtt Oac.Id on the origin with S3OriginConfig: {OriginAccessIdentity: \"\"}, and allow
#       s3:GetObject to the service cloudfront.amazonaws.com in the bucket policy with Condition: {StringEquals:
#       {AWS:SourceArn: !Sub \"arn:aws:cloudfront::${AWS::AccountId}:distribution/${Distribution}\"}}."
#     terraform-plan: "Create an aws_cloudfront_origin_access_control with signing_behavior = \"always\", set
#       origin_access_control_id on the origin with domain_name = aws_s3_bucket.b.bucket_regional_domain_name, and allow
#       s3:GetObject to the service cloudfront.amazonaws.com in aws_s3_bucket_policy with a condition on AWS:SourceArn =
#       aws_cloudfront_distribution.d.arn."
#   peers:
#     checkov: [CKV2_AWS_46]
#     cdk_nag: [AwsSolutions-CFR7]
#     prowler: [cloudfront_distributions_s3_origin_access_control]
package policies.cdn.s3_origin_private_through_oac

import data.policies.lib.assessments
import data.policies.lib.bucket_purposes
import data.policies.lib.buckets
import data.policies.lib.distributions
import data.policies.lib.graph
import data.policies.lib.principals
import data.policies.lib.resource_policies
import data.policies.lib.settings
import data.policies.lib.value

_accept_oai := data.params["CDN-003"].accept_oai

# Origins that are buckets, or may be.
_judged := [origin |
	some origin in distributions.origins
	_may_be_bucket(origin)
]

_may_be_bucket(origin) if origin.kind in {"s3", "website"}

_may_be_bucket(origin) if {
	origin.kind == "custom"
	not origin.certain
}

subjects contains origin.distribution if some origin in _judged

subjects contains judged.document.subject if some judged in _grants

subjects contains document.subject if some document in _unread

examined contains record if {
	some origin in _judged
	some record in [origin.domain, origin.control, origin.identity]
}

examined contains record if {
	some document in _unread
	record := resource_policies.record(document)
}

# Whether an identifier is given: "yes", "no" or "maybe". An empty text is none; what another stack exports is one.
_given(record) := "yes" if {
	value.is_known(record)
	record.value != ""
}

_given(record) := "no" if value.is_absent(record)

_given(record) := "no" if record.value == ""

_given(record) := "yes" if {
	value.is_unknown(record)
	_is_somebodys(record.value)
}

_given(record) := "maybe" if {
	value.is_unknown(record)
	not _is_somebodys(record.value)
}

_is_somebodys(written) if written["$unknown"].kind in {"import", "attribute"}

_is_somebodys(written) if {
	written["$unknown"].kind == "computed"
	count(object.get(written["$unknown"], "references", [])) > 0
}

# What is wrong with an origin: {"state", "path", "text", "related"}.
_finding(origin) := {
	"state": assessments.hedged("fail", origin.certain),
	"path": origin.path,
	"text": "is the website of a bucket, which must be public and knows no HTTPS: use the bucket itself, through OAC",
	"related": [],
} if {
	origin.kind == "website"
}

_finding(origin) := {
	"state": "open",
	"path": origin.domain.path,
	"text": sprintf("may be a bucket: %s", [settings.fact(origin.domain)]),
	"related": [],
} if {
	origin.kind == "custom"
}

_finding(origin) := {
	"state": _signing(origin),
	"path": origin.path,
	"text": "has an origin access control that does not sign every request: 'SigningBehavior' must be 'always'",
	"related": [{
		"address": control.address,
		"path": _signing_paths[control.type],
		"message": "The origin access control.",
	} |
		some control in _controls(origin)
	],
} if {
	origin.kind == "s3"
	_given(origin.control) == "yes"
}

_finding(origin) := {
	"state": assessments.hedged(state, origin.certain),
	"path": origin.path,
	"text": _without_control(origin),
	"related": [],
} if {
	origin.kind == "s3"
	given := _given(origin.control)
	given != "yes"
	state := _without[given][_by_identity(origin)]
}

# What it means to have no access control, or perhaps none, by what the access identity comes to.
_without := {
	"no": {"pass": "pass", "open": "open", "fail": "fail"},
	"maybe": {"pass": "pass", "open": "open", "fail": "open"},
}

_by_identity(origin) := _identity_states[_given(origin.identity)] if _accept_oai

_by_identity(_) := "fail" if not _accept_oai

_identity_states := {"yes": "pass", "maybe": "open", "no": "fail"}

_without_control(origin) := "is a bucket that is read through an origin access identity: use OAC instead" if {
	_given(origin.identity) == "yes"
}

_without_control(origin) := "is a bucket that is read without signing: set an origin access control (OAC)" if {
	_given(origin.identity) != "yes"
}

_signing_paths := {
	"AWS::CloudFront::OriginAccessControl": ["Properties", "OriginAccessControlConfig", "SigningBehavior"],
	"aws_cloudfront_origin_access_control": ["signing_behavior"],
}

# The access controls of the unit that an origin names.
_controls(origin) := [control |
	some address in graph.referenced(input.resources[origin.distribution], origin.control.path)
	control := graph.at(address)
	control != null
	control.type in object.keys(_signing_paths)
]

_signing(origin) := _worst({state |
	some control in _controls(origin)
	behaviour := settings.text(value.get(control, _signing_paths[control.type]), "")
	state := _signed(behaviour)
})

_signed(behaviour) := "open" if behaviour == null

_signed(behaviour) := "pass" if behaviour == "always"

_signed(behaviour) := "fail" if {
	behaviour != null
	behaviour != "always"
}

_worst(states) := "fail" if "fail" in states

_worst(states) := "open" if {
	not "fail" in states
	"open" in states
}

_worst(states) := "pass" if {
	not "fail" in states
	not "open" in states
}

_policies := {policy.address |
	some bucket in bucket_purposes.origins
	some type in ["AWS::S3::BucketPolicy", "aws_s3_bucket_policy"]
	some policy in buckets.parts(bucket, type)
} | bucket_purposes.origins

_unread := [document |
	some address in _policies
	some document in resource_policies.documents_of(address)
	document.row.unknown != null
]

_source_keys := {"aws:sourcearn", "aws:sourceaccount"}

# What the policies of origin buckets allow to CloudFront.
_grants := [judged |
	some address in _policies
	some judged in resource_policies.statements_of(address)
	judged.statement.effect == "Allow"
	some principal in judged.statement.principals
	principal.type == "Service"
	principal.value == "cloudfront.amazonaws.com"
]

_limit_states := {"limited": "pass", "undecided": "open", "open": "fail"}

_granted := [row |
	some judged in _grants
	row := {
		"state": _limit_states[principals.conditions(judged.statement, _source_keys)],
		"resource": judged.document.subject,
		"path": resource_policies.place(judged),
		"defect": sprintf("grant/%s", [resource_policies.name(judged.statement)]),
		"message": sprintf("Bucket policy '%s' allows '%s' to the CloudFront of everybody: %s.", [
			judged.document.subject,
			resource_policies.actions(judged.statement),
			"limit it to your distribution with a condition on 'AWS:SourceArn'",
		]),
		"related": resource_policies.related(judged),
	}
]

_assessed := array.concat(_granted, [row |
	some origin in _judged
	finding := _finding(origin)
	row := {
		"state": finding.state,
		"resource": origin.distribution,
		"path": finding.path,
		"defect": sprintf("origin/%s", [origin.name]),
		"message": sprintf("Origin '%s' of CloudFront distribution '%s' %s.", [
			origin.name,
			origin.distribution,
			finding.text,
		]),
		"related": finding.related,
	}
])

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

# A policy that cannot be read settles nothing.
proven contains address if {
	some address in assessments.settled(subjects, _assessed)
	not address in {document.subject | some document in _unread}
}
