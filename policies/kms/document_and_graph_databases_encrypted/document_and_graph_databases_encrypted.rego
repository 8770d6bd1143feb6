# METADATA
# scope: package
# title: Encrypt DocumentDB and Neptune
# description: |
#   DocumentDB and Neptune keep data, logs, backups and snapshots in plaintext unless storage encryption is on, and it
#   cannot be switched on for a cluster that exists. A key of one's own also decides who may read a copied snapshot.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/documentdb-controls.html#documentdb-1
# custom:
#   id: KMS-018
#   slug: document-and-graph-databases-encrypted
#   family: KMS
#   severity: high
#   score: 7.6
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::DocDB::DBCluster
#     - AWS::Neptune::DBCluster
#     - aws_docdb_cluster
#     - aws_docdb_global_cluster
#     - aws_neptune_cluster
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
#     - AWS::DocDB::DBCluster
#     - AWS::Neptune::DBCluster
#     - aws_docdb_cluster
#     - aws_docdb_global_cluster
#     - aws_neptune_cluster
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
#       aws_fsbp: ["DocumentDB.1", "Neptune.1"]
#       pci_dss_4.0: ["3.5.1", "8.3.2"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       soc2: ["CC6.1"]
#       hipaa: ["164.312(a)(2)(iv)"]
#   cwe: [311, 312]
#   remediation:
#     cloudformation: "Set StorageEncrypted: true and KmsKeyId: !Ref DataKey. This replaces an existing cluster: take
#       a snapshot and restore it with KmsKeyId instead of updating in place."
#     terraform-plan: "Set storage_encrypted = true and the key: kms_key_id of a DocumentDB cluster, kms_key_arn of a
#       Neptune cluster. This replaces an existing cluster: take a snapshot and restore it with the key instead of
#       applying in place."
#   peers:
#     checkov: [CKV_AWS_74, CKV_AWS_44, CKV_AWS_182, CKV_AWS_347, CKV_AWS_292]
#     trivy: [AWS-0021, AWS-0022, AWS-0076, AWS-0128]
#     cfn_nag: [F30]
#     cdk_nag: [AwsSolutions-DOC1, AwsSolutions-N4]
#     prowler: [documentdb_cluster_storage_encrypted, neptune_cluster_storage_encrypted]
package policies.kms.document_and_graph_databases_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings

_assessments := encryption.judge(
	encryption.stores(data.tables.encryption["KMS-018"]),
	data.params["KMS-018"].kms_level,
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
