# METADATA
# scope: package
# title: Encrypt OpenSearch domains
# description: |
#   A search domain keeps a second copy of what is indexed, and its snapshots, in plaintext unless encryption at rest
#   is switched on. With a key of one's own, whoever gets at the disks or a snapshot also needs leave to use that key.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/opensearch-controls.html#opensearch-1
# custom:
#   id: KMS-013
#   slug: opensearch-encrypted
#   family: KMS
#   severity: high
#   score: 7.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::OpenSearchService::Domain
#     - AWS::Elasticsearch::Domain
#     - AWS::OpenSearchServerless::SecurityPolicy
#     - aws_opensearch_domain
#     - aws_elasticsearch_domain
#     - aws_opensearchserverless_security_policy
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
#     - AWS::OpenSearchService::Domain
#     - AWS::Elasticsearch::Domain
#     - AWS::OpenSearchServerless::SecurityPolicy
#     - aws_opensearch_domain
#     - aws_elasticsearch_domain
#     - aws_opensearchserverless_security_policy
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
#       aws_fsbp: ["OpenSearch.1", "ES.1"]
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       pci_dss_4.0: ["3.5.1", "8.3.2"]
#       hipaa: ["164.312(a)(2)(iv)", "164.308(a)(1)(ii)(B)", "164.308(a)(4)(ii)(A)", "164.312(e)(2)(ii)"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       soc2: ["CC6.1"]
#   cwe: [311, 312]
#   remediation:
#     cloudformation: "Set EncryptionAtRestOptions: {Enabled: true, KmsKeyId: !Ref SearchKey}. Without KmsKeyId the
#       key is one that AWS manages. On old engine versions the change replaces the domain. For a serverless collection
#       set \"KmsARN\" instead of \"AWSOwnedKey\" in the encryption policy."
#     terraform-plan: "Add encrypt_at_rest { enabled = true, kms_key_id = aws_kms_key.search.arn }, one argument a
#       line. Without kms_key_id the key is one that AWS manages. On old engine versions the change replaces the domain.
#       For a serverless collection set KmsARN instead of AWSOwnedKey in the encryption policy."
#   peers:
#     checkov: [CKV_AWS_5, CKV_AWS_247]
#     trivy: [AWS-0048]
#     cfn_nag: [W54]
#     guard: [opensearch_encrypted_at_rest, elasticsearch_encrypted_at_rest]
#     cdk_nag: [AwsSolutions-OS8, NIST.800.53.R5-OpenSearchEncryptedAtRest]
#     prowler: [opensearch_service_domains_encryption_at_rest_enabled]
package policies.kms.opensearch_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings
import data.policies.lib.encryption_stores
import data.policies.lib.keys
import data.policies.lib.value

_assessments := encryption.judge(
	[keyed | some store in encryption_stores.stores(data.tables.encryption["KMS-013"]); keyed := _keyed(store)],
	data.params["KMS-013"].kms_level,
)

# A policy text that is known only after deployment because a key is made too names that key.
_keyed(store) := object.union(store, {"floor": [3, 3]}) if _names_a_new_key(store)

_keyed(store) := store if not _names_a_new_key(store)

_names_a_new_key(store) if {
	text := object.get(store.resource.node, store.row.document, null)
	value.unknown(text)
	text["$unknown"].kind == "computed"
	keys.level(text) == [3, 3]
}

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
