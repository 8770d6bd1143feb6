# METADATA
# scope: package
# title: Encrypt Kinesis streams, Firehose and MSK
# description: |
#   Kinesis and Firehose keep records on disk for hours to days, as plain text unless told otherwise. With a key in
#   KMS, reading a stream takes permission to use the key as well.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/kinesis-controls.html#kinesis-1
# custom:
#   id: KMS-007
#   slug: streams-encrypted
#   family: KMS
#   severity: high
#   score: 7.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::Kinesis::Stream
#     - AWS::KinesisFirehose::DeliveryStream
#     - AWS::MSK::Cluster
#     - aws_kinesis_stream
#     - aws_kinesis_firehose_delivery_stream
#     - aws_msk_cluster
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
#     - AWS::Kinesis::Stream
#     - AWS::KinesisFirehose::DeliveryStream
#     - AWS::MSK::Cluster
#     - aws_kinesis_stream
#     - aws_kinesis_firehose_delivery_stream
#     - aws_msk_cluster
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
#       aws_fsbp: ["Kinesis.1", "DataFirehose.1"]
#       pci_dss_4.0: ["3.5.1", "8.3.2"]
#       soc2: ["PI1.4"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       soc2: ["CC6.1"]
#       hipaa: ["164.312(a)(2)(iv)"]
#   cwe: [311, 312]
#   remediation:
#     cloudformation: "Kinesis: StreamEncryption: {EncryptionType: KMS, KeyId: !GetAtt StreamKey.Arn}. Firehose:
#       DeliveryStreamEncryptionConfigurationInput: {KeyType: CUSTOMER_MANAGED_CMK, KeyARN: !GetAtt StreamKey.Arn}. MSK:
#       EncryptionInfo: {EncryptionAtRest: {DataVolumeKMSKeyId: !GetAtt StreamKey.Arn}}, which replaces the cluster."
#     terraform-plan: "aws_kinesis_stream: encryption_type = \"KMS\" and kms_key_id = aws_kms_key.streams.arn.
#       aws_kinesis_firehose_delivery_stream: a server_side_encryption block with enabled = true, key_type =
#       \"CUSTOMER_MANAGED_CMK\" and key_arn. aws_msk_cluster: encryption_at_rest_kms_key_arn in encryption_info, which
#       replaces the cluster."
#   peers:
#     checkov: [CKV_AWS_43, CKV_AWS_185, CKV_AWS_240, CKV_AWS_241]
#     trivy: [AWS-0064, AWS-0179]
#     cfn_nag: [W49, W88]
#     guard: [kinesis_stream_encryption_rule, kinesis_firehose_delivery_stream_encryption_rule]
#     cdk_nag: [AwsSolutions-KDS1, AwsSolutions-KDF1]
#     prowler: [kinesis_stream_encrypted_at_rest, firehose_stream_encrypted_at_rest,
#       kafka_cluster_encryption_at_rest_uses_cmk]
#     kics: [7f65be75-90ab-4036-8c2a-410aef7bb650]
package policies.kms.streams_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings

_assessments := encryption.judge(
	encryption.stores(data.tables.encryption["KMS-007"]),
	data.params["KMS-007"].kms_level,
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
