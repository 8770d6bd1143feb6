# METADATA
# scope: package
# title: Encrypt SQS queues and SNS topics
# description: |
#   Messages wait in queues and topics, and hold what the services say to each other. Encryption with KMS makes reading
#   them a matter of key permissions, and of a trail of every decryption.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html#sns-1
# custom:
#   id: KMS-006
#   slug: sqs-sns-encrypted
#   family: KMS
#   severity: medium
#   score: 5.2
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::SQS::Queue
#     - AWS::SNS::Topic
#     - AWS::CloudWatch::Alarm
#     - AWS::CloudWatch::CompositeAlarm
#     - AWS::Events::Rule
#     - aws_sqs_queue
#     - aws_sns_topic
#     - aws_cloudwatch_metric_alarm
#     - aws_cloudwatch_composite_alarm
#     - aws_cloudwatch_event_target
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
#     - AWS::SQS::Queue
#     - AWS::SNS::Topic
#     - aws_sqs_queue
#     - aws_sns_topic
#   params:
#     - name: kms_level
#       type: string
#       description: "The least that passes: any encryption, a key that AWS manages, or a customer managed key."
#       default: any
#       presets: {baseline: any, reference-architecture: aws-managed, strict: cmk}
#       stricter: [any, aws-managed, cmk]
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["SNS.1", "SQS.1"]
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       pci_dss_4.0: ["3.5.1", "8.3.2"]
#       soc2: ["PI1.4"]
#       hipaa:
#         ["164.312(a)(2)(iv)", "164.308(a)(1)(ii)(B)", "164.308(a)(4)(ii)(A)", "164.312(e)(2)(ii)",
#          "164.314(b)(2)(i)"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       soc2: ["CC6.1"]
#   cwe: [311, 312]
#   remediation:
#     cloudformation: "Set KmsMasterKeyId: the id of a key of your own, or alias/aws/sqs and alias/aws/sns where an
#       AWS managed key is enough. A topic that alarms or EventBridge rules publish to needs a key of your own."
#     terraform-plan: "Set kms_master_key_id: a key of your own, or alias/aws/sqs and alias/aws/sns where an AWS
#       managed key is enough. A topic that alarms or EventBridge rules publish to needs a key of your own."
#   peers:
#     checkov: [CKV_AWS_26, CKV2_AWS_73]
#     trivy: [AWS-0095, AWS-0135, AWS-0136]
#     cfn_nag: [W47, W48]
#     guard: [sns_encrypted_kms, sqs_queue_kms_master_key_id_rule]
#     cdk_nag: [AwsSolutions-SQS2, NIST.800.53.R5-SNSEncryptedKMS]
#     prowler: [sns_topics_kms_encryption_at_rest_enabled, sqs_queues_server_side_encryption_enabled]
package policies.kms.sqs_sns_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings
import data.policies.lib.graph

_kms_level := data.params["KMS-006"].kms_level

_assessments := encryption.judge(_stores, _kms_level)

_stores := [noted |
	some store in encryption.stores(data.tables.encryption["KMS-006"])
	noted := _noted(store)
]

# What publishes to topics without a principal that alias/aws/sns lets in.
_feeding := {
	"AWS::CloudWatch::Alarm": {"AlarmActions", "OKActions", "InsufficientDataActions"},
	"AWS::CloudWatch::CompositeAlarm": {"AlarmActions", "OKActions", "InsufficientDataActions"},
	"AWS::Events::Rule": {"Targets"},
	"aws_cloudwatch_metric_alarm": {"alarm_actions", "ok_actions", "insufficient_data_actions"},
	"aws_cloudwatch_composite_alarm": {"alarm_actions", "ok_actions", "insufficient_data_actions"},
	"aws_cloudwatch_event_target": {"arn"},
}

# A partial object without entries is undefined to one of the engines: the index has an empty one.
_feeders[""] contains {}

_feeders[edge.address] contains {"address": feeder.address, "path": edge.path} if {
	some type, attributes in _feeding
	some feeder in graph.of_types([type])
	some edge in feeder.references
	some key in edge.path
	key in attributes
}

_noted(store) := object.union(store, {
	"note": "Alarms and rules publish to it, which 'alias/aws/sns' does not let in: give it a customer managed key.",
	"related": [object.union(feeder, {"message": "Publishes to the topic."}) | some feeder in feeders],
}) if {
	feeders := object.get(_feeders, store.address, set())
	count(feeders) > 0
}

_noted(store) := store if count(object.get(_feeders, store.address, set())) == 0

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
