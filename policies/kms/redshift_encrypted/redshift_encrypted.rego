# METADATA
# scope: package
# title: Encrypt Redshift clusters and namespaces
# description: |
#   A warehouse gathers the data of many systems; unencrypted, its disks and snapshots hold all of it in plaintext. A
#   key of one's own also decides who may restore a copied snapshot.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/redshift-controls.html#redshift-10
# custom:
#   id: KMS-014
#   slug: redshift-encrypted
#   family: KMS
#   severity: high
#   score: 7.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::Redshift::Cluster
#     - AWS::RedshiftServerless::Namespace
#     - aws_redshift_cluster
#     - aws_redshiftserverless_namespace
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
#     - AWS::Redshift::Cluster
#     - AWS::RedshiftServerless::Namespace
#     - aws_redshift_cluster
#     - aws_redshiftserverless_namespace
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
#       aws_fsbp: ["Redshift.10"]
#       pci_dss_4.0: ["3.5.1", "8.3.2"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       aws_fsbp: ["RedshiftServerless.4"]
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       soc2: ["CC6.1"]
#       hipaa: ["164.312(a)(2)(iv)"]
#   cwe: [311, 312]
#   remediation:
#     cloudformation: "Set Encrypted: true and KmsKeyId: !Ref WarehouseKey on the cluster; on a serverless namespace
#       KmsKeyId is enough. An existing cluster is encrypted in place, read-only for a while."
#     terraform-plan: "Set encrypted = true and kms_key_id = aws_kms_key.warehouse.arn on the cluster; on a serverless
#       namespace kms_key_id is enough. An existing cluster is encrypted in place, read-only for a while."
#   peers:
#     checkov: [CKV_AWS_64, CKV_AWS_142, CKV_AWS_282]
#     trivy: [AWS-0084]
#     cfn_nag: [F28]
#     guard: [redshift_cluster_configuration_check]
#     cdk_nag: [AwsSolutions-RS6]
#     prowler: [redshift_cluster_encrypted_at_rest]
#     kics: [3b316b05-564c-44a7-9c3f-405bb95e211e, de76a0d6-66d5-45c9-9022-f05545b85c78]
package policies.kms.redshift_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings

_assessments := encryption.judge(
	encryption.stores(data.tables.encryption["KMS-014"]),
	data.params["KMS-014"].kms_level,
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
