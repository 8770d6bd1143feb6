# METADATA
# scope: package
# title: Encrypt Kubernetes secrets with KMS
# description: |
#   Kubernetes secrets lie in etcd, which before version 1.28 encrypts only the disk below them. With a KMS key of
#   one's own every secret is sealed by that key, and each use of it stands in the trail.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/eks-controls.html#eks-3
# custom:
#   id: KMS-024
#   slug: eks-secrets-encrypted
#   family: KMS
#   severity: medium
#   score: 6.4
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::EKS::Cluster
#     - aws_eks_cluster
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
#     - AWS::EKS::Cluster
#     - aws_eks_cluster
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
#       aws_fsbp: ["EKS.3"]
#       pci_dss_4.0: ["3.5.1", "8.3.2"]
#       hipaa: ["164.312(a)(2)(iv)", "164.308(a)(4)(ii)(A)", "164.312(e)(2)(ii)"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       soc2: ["CC6.1"]
#   cwe: [311, 312]
#   remediation:
#     cloudformation: "Set EncryptionConfig: [{Resources: [secrets], Provider: {KeyArn: !GetAtt ClusterKey.Arn}}]. It
#       can be added to an existing cluster, and not be taken away again."
#     terraform-plan: "Add encryption_config { resources = [\"secrets\"] } with provider { key_arn =
#       aws_kms_key.cluster.arn } inside. It can be added to an existing cluster, and not be taken away again."
#   peers:
#     checkov: [CKV_AWS_58]
#     trivy: [AWS-0039]
#     cfn_nag: [W82]
#     guard: [eks_cluster_encryption_rule]
#     prowler: [eks_cluster_kms_cmk_encryption_in_secrets_enabled]
package policies.kms.eks_secrets_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings

_assessments := encryption.judge(
	encryption.stores(data.tables.encryption["KMS-024"]),
	data.params["KMS-024"].kms_level,
)

subjects contains address if {
	some address in encryption_findings.subjects(_assessments)
}

examined contains record if {
	some record in encryption_findings.examined(_assessments)
}

deny contains violation if {
	some found in encryption_findings.violations(_assessments)
	violation := object.union(found, {"message": _plain(found.message)})
}

# Who has no settings looks for their name, not for that of a list in them.
_plain(message) := strings.replace_n(
	{
		"'Resources' is not set": "'EncryptionConfig' names no key for secrets",
		"'resources' is not set": "'encryption_config' names no key for secrets",
	},
	message,
)

undecided contains row if {
	some row in encryption_findings.open(_assessments)
}

proven contains address if {
	some address in encryption_findings.proven(_assessments)
}
