# METADATA
# scope: package
# title: Encrypt CloudWatch log groups with KMS
# description: |
#   CloudWatch encrypts every log group with a key that AWS owns, whose use you neither see nor can stop. A customer
#   managed key can be disabled, which cuts off all readers at once, and every use of it leaves a trail.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
# custom:
#   id: KMS-010
#   slug: log-groups-encrypted
#   family: KMS
#   severity: low
#   score: 3.6
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::Logs::LogGroup
#     - aws_cloudwatch_log_group
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
#     - AWS::Logs::LogGroup
#     - aws_cloudwatch_log_group
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
#     verified:
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       pci_dss_4.0: ["3.5.1", "10.3.2", "10.3.3", "10.3.4", "8.3.2", "A1.2.1"]
#       soc2: ["CC7.3", "PI1.4"]
#       hipaa: ["164.312(a)(2)(iv)", "164.308(a)(1)(ii)(B)", "164.308(a)(4)(ii)(A)", "164.312(e)(2)(ii)"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       soc2: ["CC6.1"]
#   cwe: [1394]
#   remediation:
#     cloudformation: "KmsKeyId: !GetAtt LogsKey.Arn on the log group. The key's policy must allow
#       logs.REGION.amazonaws.com to use it, with a condition on kms:EncryptionContext:aws:logs:arn for the log group."
#     terraform-plan: "kms_key_id = aws_kms_key.logs.arn on the log group. The key's policy must allow
#       logs.REGION.amazonaws.com to use it, with a condition on kms:EncryptionContext:aws:logs:arn for the log group."
#   peers:
#     checkov: [CKV_AWS_158]
#     trivy: [AWS-0017]
#     cfn_nag: [W84]
#     guard: [cloudwatch_log_group_encrypted]
#     cdk_nag: [NIST.800.53.R5-CloudWatchLogGroupEncrypted]
#     prowler: [cloudwatch_log_group_kms_encryption_enabled]
package policies.kms.log_groups_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings

_assessments := encryption.judge(
	encryption.stores(data.tables.encryption["KMS-010"]),
	data.params["KMS-010"].kms_level,
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
