# METADATA
# scope: package
# title: Encrypt SageMaker, Athena, Glue, EMR and WorkSpaces data
# description: |
#   Notebooks, query results, catalogs, jobs and desktops work on copies of the data that databases protect. Where
#   those copies are stored in plaintext, the protection of the originals is lost.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/athena-controls.html
# custom:
#   id: KMS-019
#   slug: ml-analytics-desktops-encrypted
#   family: KMS
#   severity: medium
#   score: 6.2
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::SageMaker::NotebookInstance
#     - AWS::SageMaker::EndpointConfig
#     - AWS::SageMaker::Domain
#     - AWS::Athena::WorkGroup
#     - AWS::Glue::DataCatalogEncryptionSettings
#     - AWS::Glue::SecurityConfiguration
#     - AWS::Glue::Job
#     - AWS::Glue::Crawler
#     - AWS::Glue::DevEndpoint
#     - AWS::EMR::SecurityConfiguration
#     - AWS::WorkSpaces::Workspace
#     - aws_sagemaker_notebook_instance
#     - aws_sagemaker_endpoint_configuration
#     - aws_sagemaker_domain
#     - aws_athena_workgroup
#     - aws_glue_data_catalog_encryption_settings
#     - aws_glue_security_configuration
#     - aws_glue_job
#     - aws_glue_crawler
#     - aws_glue_dev_endpoint
#     - aws_athena_database
#     - aws_emr_security_configuration
#     - aws_workspaces_workspace
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
#     - AWS::SageMaker::NotebookInstance
#     - AWS::SageMaker::EndpointConfig
#     - AWS::SageMaker::Domain
#     - AWS::Athena::WorkGroup
#     - AWS::Glue::DataCatalogEncryptionSettings
#     - AWS::Glue::SecurityConfiguration
#     - AWS::Glue::Job
#     - AWS::Glue::Crawler
#     - AWS::Glue::DevEndpoint
#     - AWS::EMR::SecurityConfiguration
#     - AWS::WorkSpaces::Workspace
#     - aws_sagemaker_notebook_instance
#     - aws_sagemaker_endpoint_configuration
#     - aws_sagemaker_domain
#     - aws_athena_workgroup
#     - aws_glue_data_catalog_encryption_settings
#     - aws_glue_security_configuration
#     - aws_glue_job
#     - aws_glue_crawler
#     - aws_glue_dev_endpoint
#     - aws_athena_database
#     - aws_emr_security_configuration
#     - aws_workspaces_workspace
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
#       aws_fsbp: ["WorkSpaces.1", "WorkSpaces.2"]
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       pci_dss_4.0: ["3.5.1", "8.3.2"]
#       hipaa: ["164.312(a)(2)(iv)", "164.308(a)(1)(ii)(B)", "164.308(a)(4)(ii)(A)", "164.312(e)(2)(ii)"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       soc2: ["CC6.1"]
#   cwe: [311, 312]
#   remediation:
#     cloudformation: "SageMaker: KmsKeyId. Athena: EncryptionConfiguration: {EncryptionOption: SSE_KMS, KmsKey:
#       !GetAtt DataKey.Arn}, and do not switch EnforceWorkGroupConfiguration off. Glue: a mode other than DISABLED with
#       KmsKeyArn for all three parts of a security configuration, named by every job and crawler. EMR:
#       EnableAtRestEncryption: true with S3EncryptionConfiguration and LocalDiskEncryptionConfiguration. WorkSpaces:
#       RootVolumeEncryptionEnabled and UserVolumeEncryptionEnabled: true with VolumeEncryptionKey."
#     terraform-plan: "SageMaker: kms_key_id, of an endpoint configuration kms_key_arn. Athena:
#       encryption_configuration with encryption_option = \"SSE_KMS\" and the key, and do not switch
#       enforce_workgroup_configuration off. Glue: a mode other than DISABLED with kms_key_arn for all three parts of a
#       security configuration, named by every job and crawler. EMR: EnableAtRestEncryption = true with
#       S3EncryptionConfiguration and LocalDiskEncryptionConfiguration. WorkSpaces: root_volume_encryption_enabled and
#       user_volume_encryption_enabled = true with volume_encryption_key."
#   peers:
#     checkov: [CKV_AWS_22, CKV_AWS_98, CKV_AWS_187, CKV_AWS_77, CKV_AWS_82, CKV_AWS_159, CKV_AWS_94, CKV_AWS_99,
#       CKV_AWS_195, CKV_AWS_155, CKV_AWS_156, CKV_AWS_349]
#     trivy: [AWS-0006, AWS-0007, AWS-0109, AWS-0137, AWS-0139]
#     cfn_nag: [W1200, W1201, F29]
#     guard: [sagemaker_notebook_instance_kms_key_configured, sagemaker_endpoint_configuration_kms_key_configured,
#       workspace_encryption_enabled]
#     cdk_nag: [AwsSolutions-SM2, AwsSolutions-GL1, AwsSolutions-GL3,
#       NIST.800.53.R5-SageMakerNotebookInstanceKMSKeyConfigured]
#     prowler: [sagemaker_notebook_instance_encryption_enabled, athena_workgroup_encryption,
#       athena_workgroup_enforce_configuration, glue_data_catalogs_metadata_encryption_enabled,
#       workspaces_volume_encryption_enabled]
#     kics: [709e6da6-fa1f-44cc-8f17-7f25f96dadbe]
package policies.kms.ml_analytics_desktops_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings
import data.policies.lib.encryption_stores

_assessments := encryption.judge(
	encryption_stores.stores(data.tables.encryption["KMS-019"]),
	data.params["KMS-019"].kms_level,
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
