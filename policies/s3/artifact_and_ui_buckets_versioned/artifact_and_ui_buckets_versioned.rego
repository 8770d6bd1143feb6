# METADATA
# scope: package
# title: Version buckets that hold UI assets, artifacts, logs or state
# description: |
#   Without versions, whoever overwrites or deletes an object, by mistake or not, leaves nothing to go back to: neither
#   the last good release, nor the state, nor the trail.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-14
# custom:
#   id: S3-004
#   slug: artifact-and-ui-buckets-versioned
#   family: S3
#   severity: medium
#   score: 4.7
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::CloudFront::Distribution
#     - AWS::CloudTrail::Trail
#     - AWS::CodeBuild::Project
#     - AWS::CodePipeline::Pipeline
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::S3::Bucket
#     - aws_cloudfront_distribution
#     - aws_cloudtrail
#     - aws_codebuild_project
#     - aws_codepipeline
#     - aws_elb
#     - aws_lb
#     - aws_s3_bucket
#     - aws_s3_bucket_logging
#     - aws_s3_bucket_versioning
#     - aws_s3_bucket_website_configuration
#     - data.aws_s3_bucket
#   subjects:
#     - AWS::S3::Bucket
#     - aws_s3_bucket
#   params:
#     - name: scope
#       type: string
#       description: "Which buckets must be versioned: those that hold assets, artifacts, trails or state by their use
#         or name (named), or all."
#       default: named
#       presets: {strict: all}
#       stricter: [named, all]
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["S3.14"]
#       nist_800_53_r5: ["CP-9a", "CP-10", "SI-13(5)"]
#       pci_dss_4.0: ["10.3.4"]
#       soc2: ["A1.2", "C1.2", "CC7.4", "PI1.5"]
#       hipaa:
#         ["164.308(a)(1)(ii)(B)", "164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)",
#          "164.308(a)(7)(ii)(C)", "164.312(a)(2)(ii)", "164.312(c)(1)", "164.312(c)(2)"]
#     judged:
#       iso_27001_2022: ["A.8.13"]
#   cwe: [693]
#   remediation:
#     cloudformation: "Set VersioningConfiguration: {Status: Enabled} on the bucket, and a lifecycle rule with
#       NoncurrentVersionExpiration so that old versions do not pile up."
#     terraform-plan: "Add resource \"aws_s3_bucket_versioning\" with bucket = aws_s3_bucket.b.id and
#       versioning_configuration { status = \"Enabled\" }, and a lifecycle rule with noncurrent_version_expiration so
#       that old versions do not pile up."
#   peers:
#     checkov: [CKV_AWS_21]
#     trivy: [AWS-0090]
#     guard: [s3_bucket_versioning_enabled]
#     cdk_nag: [NIST.800.53.R5-S3BucketVersioningEnabled]
#     prowler: [s3_bucket_object_versioning]
package policies.s3.artifact_and_ui_buckets_versioned

import data.policies.lib.assessments
import data.policies.lib.bucket_purposes
import data.policies.lib.buckets
import data.policies.lib.log_buckets
import data.policies.lib.settings
import data.policies.lib.value

_scope := data.params["S3-004"].scope

_words := ["artifact", "artefact", "release", "deploy", "state", "backup"]

# The buckets in scope, why, and whether that is certain.
_judged := [row |
	some bucket in bucket_purposes.buckets
	_in_scope(bucket)
	row := {"bucket": bucket, "why": _why(bucket), "certain": _is_certain(bucket)}
]

_in_scope(_) if _scope == "all"

_in_scope(bucket) if {
	not bucket.address in log_buckets.targets
	_why(bucket) != ""
}

_in_scope(bucket) if {
	not bucket.address in log_buckets.targets
	count(bucket_purposes.nameless(bucket)) > 0
}

_is_certain(_) if _scope == "all"

_is_certain(bucket) if _why(bucket) != ""

_is_certain(bucket) := false if {
	_scope != "all"
	_why(bucket) == ""
}

# What the bucket holds, as far as it is known.
_why(bucket) := reasons[0] if {
	word := bucket_purposes.said(bucket, _words)
	reasons := array.concat(
		[reason | some use in bucket_purposes.uses(bucket); reason := _reason(use)],
		array.concat([sprintf("its name or a tag says '%s'", [word]) | word != ""], [""]),
	)
}

_reasons := {
	"origin": "CloudFront distribution '%s' serves it",
	"artifacts": "'%s' stores artifacts in it",
	"trail": "trail '%s' writes to it",
}

_reason(use) := sprintf(_reasons[use.purpose], [use.user])

subjects contains row.bucket.address if some row in _judged

# Whatever turns versions on: the settings of the bucket, and of resources beside it.
_settings(bucket) := [value.get(bucket, ["Properties", "VersioningConfiguration", "Status"])] if {
	bucket.type == "AWS::S3::Bucket"
}

_settings(bucket) := array.concat(
	[record |
		some part in buckets.parts(bucket.address, "aws_s3_bucket_versioning")
		record := value.get(part, ["versioning_configuration", 0, "status"])
	],
	[record |
		record := value.get(bucket, ["versioning", 0, "enabled"])
		not value.is_absent(record)
	],
) if {
	bucket.type == "aws_s3_bucket"
}

# Object Lock needs versions, and S3 turns them on with it.
_locks(bucket) := [record |
	some path in [
		["Properties", "ObjectLockEnabled"],
		["object_lock_enabled"],
		["object_lock_configuration", 0, "object_lock_enabled"],
	]
	record := value.get(bucket, path)
	not value.is_absent(record)
]

examined contains record if {
	some row in _judged
	some record in array.concat(_settings(row.bucket), _locks(row.bucket))
}

examined contains record if {
	some row in _judged
	not row.certain
	some record in bucket_purposes.nameless(row.bucket)
}

_state(bucket) := _best({answer |
	some record in array.concat(_settings(bucket), _locks(bucket))
	answer := _on(record)
} | {"open" | some _ in _astray(bucket)})

_on(record) := "open" if value.is_unknown(record)

_on(record) := "pass" if settings.text(record, "") in {"enabled", "true"}

_on(record) := "fail" if {
	not value.is_unknown(record)
	not settings.text(record, "") in {"enabled", "true"}
}

_best(answers) := "pass" if "pass" in answers

_best(answers) := "open" if {
	not "pass" in answers
	"open" in answers
}

_best(answers) := "fail" if {
	not "pass" in answers
	not "open" in answers
}

# A resource of which it is not known whose versions it turns on.
_astray(bucket) := [address |
	bucket.type == "aws_s3_bucket"
	count(buckets.parts(bucket.address, "aws_s3_bucket_versioning")) == 0
	some address in buckets.unresolved("aws_s3_bucket_versioning")
]

# What decides: a setting that is written, else where it would stand.
_written(bucket) := [record | some record in _settings(bucket); not value.is_absent(record)]

_path(bucket) := paths[0] if {
	paths := array.concat(
		[record.path | some record in _written(bucket); record.resource == bucket.address],
		[_absent_paths[bucket.type]],
	)
}

_absent_paths := {"AWS::S3::Bucket": ["Properties", "VersioningConfiguration", "Status"], "aws_s3_bucket": []}

_fact(bucket) := settings.fact(_written(bucket)[0]) if count(_written(bucket)) > 0

_fact(bucket) := "versioning is not turned on" if count(_written(bucket)) == 0

_assessed := [row |
	some judged in _judged
	bucket := judged.bucket
	row := {
		"state": assessments.hedged(_state(bucket), judged.certain),
		"resource": bucket.address,
		"path": _path(bucket),
		"defect": "versioning",
		"message": sprintf("Bucket '%s' keeps no old versions of its objects: %s%s.", [
			bucket.address,
			_fact(bucket),
			_because(judged),
		]),
		"related": [{"address": record.resource, "path": record.path, "message": "This decides."} |
			some record in _written(bucket)
			record.resource != bucket.address
		],
	}
]

_because(judged) := sprintf(" (%s)", [judged.why]) if judged.why != ""

_because(judged) := " (its name or tags, which may say that it matters, are not known)" if not judged.certain

_because(judged) := "" if {
	judged.why == ""
	judged.certain
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
