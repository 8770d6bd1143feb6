# METADATA
# scope: package
# title: Encrypt S3 buckets with KMS
# description: |
#   Objects that S3 encrypts with its own keys are open to whoever may read the bucket. With a KMS key a reader also
#   needs the permission to use the key, and every use leaves a trace.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-17
# custom:
#   id: KMS-001
#   slug: s3-encrypted
#   family: KMS
#   severity: medium
#   score: 5.5
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::S3::Bucket
#     - AWS::S3::BucketPolicy
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - aws_s3_bucket
#     - aws_s3_bucket_server_side_encryption_configuration
#     - aws_s3_bucket_acl
#     - aws_s3_bucket_logging
#     - aws_s3_bucket_ownership_controls
#     - aws_s3_bucket_policy
#     - aws_s3_bucket_public_access_block
#     - aws_s3_bucket_replication_configuration
#     - aws_s3_bucket_versioning
#     - data.aws_s3_bucket
#     - aws_lb
#     - aws_elb
#     - AWS::KMS::Key
#     - AWS::KMS::Alias
#     - AWS::KMS::ReplicaKey
#     - aws_kms_key
#     - aws_kms_alias
#     - aws_kms_replica_key
#     - aws_kms_external_key
#     - aws_kms_replica_external_key
#     - data.aws_kms_alias
#     - data.aws_kms_key
#   subjects:
#     - AWS::S3::Bucket
#     - aws_s3_bucket
#     - aws_s3_bucket_server_side_encryption_configuration
#   params:
#     - name: kms_level
#       type: string
#       description: "The least that passes: any encryption, a key that AWS manages, or a customer managed key."
#       default: any
#       presets: {baseline: any, reference-architecture: aws-managed, strict: cmk}
#       stricter: [any, aws-managed, cmk]
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["S3.17"]
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       pci_dss_4.0: ["3.5.1", "8.3.2"]
#       soc2: ["PI1.4"]
#       hipaa: ["164.312(a)(2)(iv)", "164.312(e)(2)(ii)"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       soc2: ["CC6.1"]
#   cwe: [311, 312]
#   remediation:
#     cloudformation: "Set BucketEncryption with SSEAlgorithm: aws:kms and KMSMasterKeyID, the key of your own, and
#       BucketKeyEnabled: true."
#     terraform-plan: "Add an aws_s3_bucket_server_side_encryption_configuration for the bucket with sse_algorithm =
#       \"aws:kms\", kms_master_key_id and bucket_key_enabled = true."
#   peers:
#     checkov: [CKV_AWS_145]
#     trivy: [AWS-0132]
#     guard: [s3_default_encryption_kms]
#     cdk_nag: [NIST.800.53.R5-S3DefaultEncryptionKMS]
#     prowler: [s3_bucket_kms_encryption]
package policies.kms.s3_encrypted

import data.policies.lib.buckets
import data.policies.lib.encryption
import data.policies.lib.encryption_findings
import data.policies.lib.log_buckets

_kms_level := data.params["KMS-001"].kms_level

_configuration := "aws_s3_bucket_server_side_encryption_configuration"

_assessments := encryption.judge(_stores, _kms_level)

# The configuration resource of a Terraform bucket stands in for the bucket, which keeps the result.
_stores := [scoped |
	some found in encryption.stores(data.tables.encryption["KMS-001"])
	some address in _buckets(found)
	store := object.union(found, {"address": address, "row": _row(found)})
	scoped := _scoped(store)
]

_buckets(found) := buckets.owners(found.address) if found.resource.type == _configuration

_buckets(found) := [found.address] if {
	found.resource.type != _configuration
	count(buckets.parts(found.address, _configuration)) == 0
}

_buckets(found) := [] if {
	found.resource.type != _configuration
	count(buckets.parts(found.address, _configuration)) > 0
}

# Without a configuration S3 encrypts with its own key, unless one that cannot be placed belongs to the bucket.
_row(found) := object.union(found.row, {"absent": ["aws-owned", "cmk"], "reason": reason}) if {
	found.resource.type == "aws_s3_bucket"
	astray := buckets.unresolved(_configuration)
	count(astray) > 0
	reason := sprintf("'%s' may configure it", [astray[0]])
}

_row(found) := found.row if found.resource.type != "aws_s3_bucket"

_row(found) := found.row if count(buckets.unresolved(_configuration)) == 0

# Access logs are delivered to buckets with SSE-S3 only.
_scoped(store) := object.union(store, {"row": row}) if {
	store.address in log_buckets.targets
	row := object.union(store.row, {"most": "any"})
}

_scoped(store) := store if not store.address in log_buckets.targets

subjects contains address if {
	some address in encryption_findings.subjects(_assessments)
}

examined contains record if {
	some record in encryption_findings.examined(_assessments)
}

deny contains violation if {
	some violation in encryption_findings.violations(_assessments)
}

undecided contains row if {
	some row in encryption_findings.open(_assessments)
}

proven contains address if {
	some address in encryption_findings.proven(_assessments)
}
