# METADATA
# scope: package
# title: Encrypt EFS and FSx file systems
# description: |
#   A file system that is created through the API without encryption keeps every file, and every backup of it, as
#   plain text. It cannot be encrypted later: its files must be copied to a new one.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/efs-controls.html#efs-1
# custom:
#   id: KMS-005
#   slug: efs-fsx-encrypted
#   family: KMS
#   severity: high
#   score: 7.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::EFS::FileSystem
#     - AWS::FSx::FileSystem
#     - aws_efs_file_system
#     - aws_fsx_lustre_file_system
#     - aws_fsx_ontap_file_system
#     - aws_fsx_openzfs_file_system
#     - aws_fsx_windows_file_system
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
#     - AWS::EFS::FileSystem
#     - AWS::FSx::FileSystem
#     - aws_efs_file_system
#     - aws_fsx_lustre_file_system
#     - aws_fsx_ontap_file_system
#     - aws_fsx_openzfs_file_system
#     - aws_fsx_windows_file_system
#   params:
#     - name: kms_level
#       type: string
#       description: "The least that passes: any encryption, a key that AWS manages, or a customer managed key."
#       default: any
#       presets: {baseline: any, strict: cmk}
#       stricter: [any, aws-managed, cmk]
#   packs: [baseline, cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["EFS.1"]
#       cis_aws_3.0: ["2.4.1"]
#       cis_aws_5.0: ["2.3.1"]
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       pci_dss_4.0: ["3.5.1", "8.3.2"]
#       hipaa: ["164.312(a)(2)(iv)", "164.308(a)(1)(ii)(B)", "164.308(a)(4)(ii)(A)", "164.312(e)(2)(ii)"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       soc2: ["CC6.1"]
#   cwe: [311, 312]
#   remediation:
#     cloudformation: "Encrypted: true with KmsKeyId: !GetAtt FilesKey.Arn on an EFS file system; KmsKeyId on an FSx
#       file system. Both replace the file system: copy its files first."
#     terraform-plan: "encrypted = true with kms_key_id = aws_kms_key.files.arn on aws_efs_file_system; kms_key_id on
#       aws_fsx_*_file_system. Both replace the file system: copy its files first."
#   peers:
#     checkov: [CKV_AWS_42, CKV_AWS_184, CKV_AWS_178, CKV_AWS_179, CKV_AWS_190, CKV_AWS_203]
#     trivy: [AWS-0037]
#     cfn_nag: [F32]
#     guard: [efs_encrypted_check]
#     cdk_nag: [AwsSolutions-EFS1, NIST.800.53.R5-EFSEncrypted]
#     prowler: [efs_encryption_at_rest_enabled]
#     kics: [2ff8e83c-90e1-4d68-a300-6d652112e622, 6d087495-2a42-4735-abf7-02ef5660a7e6]
package policies.kms.efs_fsx_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings

_assessments := encryption.judge(
	encryption.stores(data.tables.encryption["KMS-005"]),
	data.params["KMS-005"].kms_level,
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
