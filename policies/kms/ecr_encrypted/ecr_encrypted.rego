# METADATA
# scope: package
# title: Encrypt ECR repositories with KMS
# description: |
#   ECR encrypts images with keys that AWS owns, whose use you neither see nor can stop. A customer managed key can
#   be disabled, which cuts off all images at once, and every use of it leaves a trail.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
# custom:
#   id: KMS-011
#   slug: ecr-encrypted
#   family: KMS
#   severity: low
#   score: 3.5
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ECR::Repository
#     - aws_ecr_repository
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
#     - AWS::ECR::Repository
#     - aws_ecr_repository
#   params:
#     - name: kms_level
#       type: string
#       description: "The least that passes: any encryption, a key that AWS manages, or a customer managed key."
#       default: any
#       presets: {strict: cmk}
#       stricter: [any, aws-managed, cmk]
#   packs: [strict]
#   yields_to: []
#   frameworks:
#     judged:
#       aws_fsbp: ["ECR.5"]
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       pci_dss_4.0: ["3.5.1"]
#       soc2: ["CC6.1"]
#       hipaa: ["164.312(a)(2)(iv)"]
#       iso_27001_2022: ["A.8.24"]
#   cwe: [1394]
#   remediation:
#     cloudformation: "EncryptionConfiguration: {EncryptionType: KMS, KmsKey: !GetAtt ImagesKey.Arn}. The setting
#       cannot be changed: CloudFormation replaces the repository, so copy its images first."
#     terraform-plan: "An encryption_configuration block with encryption_type = \"KMS\" and kms_key =
#       aws_kms_key.images.arn. The setting cannot be changed: Terraform replaces the repository, so copy its images
#       first."
#   peers:
#     checkov: [CKV_AWS_136]
#     trivy: [AWS-0033]
package policies.kms.ecr_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings

_assessments := encryption.judge(
	encryption.stores(data.tables.encryption["KMS-011"]),
	data.params["KMS-011"].kms_level,
)

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
