# METADATA
# scope: package
# title: Encrypt DynamoDB tables and DAX clusters
# description: |
#   A DAX cluster without encryption caches what its tables hold as plain text on disk, and its setting cannot be
#   changed later. DynamoDB always encrypts, but only with a key in KMS do you see and decide who reads a table.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-3
# custom:
#   id: KMS-004
#   slug: dynamodb-dax-encrypted
#   family: KMS
#   severity: medium
#   score: 5.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::DynamoDB::Table
#     - AWS::DynamoDB::GlobalTable
#     - AWS::DAX::Cluster
#     - aws_dynamodb_table
#     - aws_dax_cluster
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
#     - AWS::DynamoDB::Table
#     - AWS::DynamoDB::GlobalTable
#     - AWS::DAX::Cluster
#     - aws_dynamodb_table
#     - aws_dax_cluster
#   params:
#     - name: kms_level
#       type: string
#       description: "The least that passes: any encryption, a key that AWS manages, or a customer managed key."
#       default: any
#       presets: {baseline: any, strict: cmk}
#       stricter: [any, aws-managed, cmk]
#   packs: [baseline, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["DynamoDB.3"]
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       pci_dss_4.0: ["3.5.1", "8.3.2"]
#       soc2: ["PI1.5"]
#       hipaa: ["164.312(a)(2)(iv)", "164.308(a)(4)(ii)(A)", "164.312(e)(2)(ii)"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       soc2: ["CC6.1"]
#   cwe: [311, 312]
#   remediation:
#     cloudformation: "SSESpecification: {SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: !GetAtt TableKey.Arn} on a
#       table; in a global table give every replica its KMSMasterKeyId. SSESpecification: {SSEEnabled: true} on a DAX
#       cluster, which is replaced by that."
#     terraform-plan: "A server_side_encryption block with enabled = true, on a table also with kms_key_arn =
#       aws_kms_key.tables.arn, and kms_key_arn in every replica block. A DAX cluster is replaced by that."
#   peers:
#     checkov: [CKV_AWS_119, CKV_AWS_47, CKV_AWS_271]
#     trivy: [AWS-0025, AWS-0023]
#     cfn_nag: [W74, W83]
#     guard: [dynamodb_table_encrypted_kms, dax_encryption_enabled]
#     cdk_nag: [AwsSolutions-DDB4]
#     prowler: [dynamodb_tables_kms_cmk_encryption_enabled, dynamodb_accelerator_cluster_encryption_enabled]
#     kics: [c8dee387-a2e6-4a73-a942-183c975549ac]
package policies.kms.dynamodb_dax_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings

_assessments := encryption.judge(
	encryption.stores(data.tables.encryption["KMS-004"]),
	data.params["KMS-004"].kms_level,
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
