# METADATA
# scope: package
# title: Encrypt ElastiCache and MemoryDB
# description: |
#   A Redis OSS replication group writes its data to disk for backups, replication and swap, as plain text unless
#   told otherwise. Encryption can only be chosen when it is created.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/elasticache-controls.html#elasticache-4
# custom:
#   id: KMS-012
#   slug: caches-encrypted
#   family: KMS
#   severity: high
#   score: 7.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ElastiCache::ReplicationGroup
#     - AWS::ElastiCache::ServerlessCache
#     - AWS::ElastiCache::GlobalReplicationGroup
#     - AWS::MemoryDB::Cluster
#     - aws_elasticache_replication_group
#     - aws_elasticache_global_replication_group
#     - aws_elasticache_serverless_cache
#     - aws_memorydb_cluster
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
#     - AWS::ElastiCache::ReplicationGroup
#     - AWS::ElastiCache::ServerlessCache
#     - AWS::MemoryDB::Cluster
#     - aws_elasticache_replication_group
#     - aws_elasticache_serverless_cache
#     - aws_memorydb_cluster
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
#       aws_fsbp: ["ElastiCache.4"]
#       pci_dss_4.0: ["3.5.1", "8.3.2"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       soc2: ["CC6.1"]
#       hipaa: ["164.312(a)(2)(iv)"]
#   cwe: [311, 312]
#   remediation:
#     cloudformation: "AtRestEncryptionEnabled: true with KmsKeyId: !Ref CacheKey on a replication group, which
#       replaces it: take a backup first and restore from it with SnapshotName. KmsKeyId alone on a serverless cache or
#       a MemoryDB cluster."
#     terraform-plan: "at_rest_encryption_enabled = true with kms_key_id = aws_kms_key.cache.arn on a replication
#       group, which replaces it: take a backup first and restore from it with snapshot_name. kms_key_id on a serverless
#       cache, kms_key_arn on a MemoryDB cluster."
#   peers:
#     checkov: [CKV_AWS_29, CKV_AWS_191, CKV_AWS_201]
#     trivy: [AWS-0045]
#     cfn_nag: [F25]
#     guard: [elasticache_replication_group_encryption_at_rest]
#     cdk_nag: [AwsSolutions-AEC3]
#     prowler: [elasticache_redis_cluster_rest_encryption_enabled]
#     kics: [e4ee3903-9225-4b6a-bdfb-e62dbadef821]
package policies.kms.caches_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings

_assessments := encryption.judge(
	encryption.stores(data.tables.encryption["KMS-012"]),
	data.params["KMS-012"].kms_level,
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
