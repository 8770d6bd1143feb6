# METADATA
# scope: package
# title: Keep CodeBuild and CodePipeline artifacts encrypted
# description: |
#   Build outputs, caches and logs hold source code, and often what the build knew. They are encrypted unless somebody
#   switches that off; with a key of one's own, reading a bucket is not enough to read them.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/codebuild-controls.html#codebuild-3
# custom:
#   id: KMS-016
#   slug: build-artifacts-encrypted
#   family: KMS
#   severity: medium
#   score: 5.4
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::CodeBuild::Project
#     - AWS::CodePipeline::Pipeline
#     - aws_codebuild_project
#     - aws_codepipeline
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
#     - AWS::CodeBuild::Project
#     - AWS::CodePipeline::Pipeline
#     - aws_codebuild_project
#     - aws_codepipeline
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
#       aws_fsbp: ["CodeBuild.3"]
#       pci_dss_4.0: ["3.5.1", "8.3.2"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       soc2: ["CC6.1"]
#       hipaa: ["164.312(a)(2)(iv)"]
#   cwe: [311, 312]
#   remediation:
#     cloudformation: "Remove EncryptionDisabled from Artifacts, SecondaryArtifacts and S3Logs, and set EncryptionKey:
#       !GetAtt BuildKey.Arn on the project. On a pipeline set ArtifactStore.EncryptionKey: {Id: !GetAtt BuildKey.Arn,
#       Type: KMS}."
#     terraform-plan: "Remove encryption_disabled from artifacts, secondary_artifacts and s3_logs, and set
#       encryption_key = aws_kms_key.build.arn on the project. On a pipeline add encryption_key { id =
#       aws_kms_key.build.arn, type = \"KMS\" } to artifact_store, one argument a line."
#   peers:
#     checkov: [CKV_AWS_78, CKV_AWS_147, CKV_AWS_219, CKV_AWS_311]
#     trivy: [AWS-0018]
#     cfn_nag: [W32]
#     guard: [codebuild_encryption_key_rule]
#     cdk_nag: [AwsSolutions-CB4]
#     prowler: [codebuild_project_s3_logs_encrypted]
package policies.kms.build_artifacts_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings

_assessments := encryption.judge(
	[store | some found in _stores; store := object.union(found, {"partly": found.address in _partly})],
	data.params["KMS-016"].kms_level,
)

_stores := [store |
	some store in encryption.stores(data.tables.encryption["KMS-016"])
	not _puts_nothing_out(store)
]

# The projects that switch encryption off for some of what they store.
_partly := {assessment.store.address |
	some assessment in encryption.judge(_stores, "any")
	assessment.bounds == [0, 0]
}

# A secondary output may have a type that has no artifacts, like the first.
_puts_nothing_out(store) if {
	some name in ["Type", "type"]
	object.get(store.resource.node, array.concat(store.at, [name]), null) == "NO_ARTIFACTS"
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
