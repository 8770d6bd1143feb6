# METADATA
# scope: package
# title: Rotate customer managed keys automatically
# description: |
#   A key that never rotates protects all data with the same key material for as long as the key lives. Rotation
#   limits how much one leaked generation exposes, and costs nothing: KMS keeps the old generations for decryption.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-4
# custom:
#   id: KMS-020
#   slug: kms-key-rotation
#   family: KMS
#   severity: medium
#   score: 5.5
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::KMS::Key
#     - aws_kms_key
#   params:
#     - name: max_rotation_days
#       type: integer
#       description: The longest accepted rotation period in days.
#       default: 365
#       presets: {}
#       stricter: lower
#   packs: [baseline, reference-architecture, cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["KMS.4"]
#       cis_aws_3.0: ["3.6"]
#       cis_aws_5.0: ["3.6"]
#       nist_800_53_r5: ["SC-12", "SC-12(2)"]
#       pci_dss_4.0: ["3.7.4", "3.7.5"]
#       soc2: ["PI1.5"]
#       hipaa: ["164.312(a)(2)(iv)"]
#       iso_27001_2022: ["A.8.24"]
#   cwe: [324]
#   remediation:
#     cloudformation: "EnableKeyRotation: true."
#     terraform-plan: "enable_key_rotation = true."
#   peers:
#     checkov: [CKV_AWS_7]
#     trivy: [AWS-0065]
#     cfn_nag: [F19]
#     guard: [cmk_backing_key_rotation_enabled]
#     cdk_nag: [AwsSolutions-KMS5, NIST.800.53.R5-KMSBackingKeyRotationEnabled]
#     prowler: [kms_cmk_rotation_enabled]
package policies.kms.kms_key_rotation

import data.policies.lib.graph
import data.policies.lib.value

_params := data.params["KMS-020"]

_paths := {
	"AWS::KMS::Key": {
		"rotation": ["Properties", "EnableKeyRotation"],
		"period": ["Properties", "RotationPeriodInDays"],
		"spec": ["Properties", "KeySpec"],
		"origin": ["Properties", "Origin"],
		"store": ["Properties", "CustomKeyStoreId"],
	},
	"aws_kms_key": {
		"rotation": ["enable_key_rotation"],
		"period": ["rotation_period_in_days"],
		"spec": ["customer_master_key_spec"],
		"origin": ["origin"],
		"store": ["custom_key_store_id"],
	},
}

_keys := graph.of_types(["AWS::KMS::Key", "aws_kms_key"])

_read(key, what) := value.get(key, _paths[key.type][what])

# Only symmetric keys with material of KMS itself rotate; what is undecided stays a subject.
subjects contains key.address if {
	some key in _keys
	not _other_spec(_read(key, "spec"))
	not _other_origin(_read(key, "origin"))
	not value.is_known(_read(key, "store"))
}

_other_spec(record) if {
	value.is_known(record)
	record.value != "SYMMETRIC_DEFAULT"
}

_other_origin(record) if {
	value.is_known(record)
	record.value != "AWS_KMS"
}

examined contains record if {
	some key in _keys
	some what in ["rotation", "period", "spec", "origin"]
	record := _read(key, what)
}

deny contains violation if {
	some key in _keys
	record := _read(key, "rotation")
	message := _not_rotating(key, record)
	violation := {
		"resource": key.address,
		"path": record.path,
		"defect": "rotation",
		"message": message,
	}
}

_not_rotating(key, record) := sprintf("Key '%s' does not rotate: rotation is not enabled.", [key.address]) if {
	value.is_absent(record)
}

_not_rotating(key, record) := sprintf("Key '%s' does not rotate: rotation is switched off.", [key.address]) if {
	value.is_known(record)
	value.falsy(record.value)
}

deny contains violation if {
	some key in _keys
	value.truthy(_read(key, "rotation").value)
	record := _read(key, "period")
	value.is_known(record)
	days := value.number(record.value)
	days > _params.max_rotation_days
	violation := {
		"resource": key.address,
		"path": record.path,
		"defect": "period",
		"message": sprintf(
			"Key '%s' rotates every %d days, more than the %d that are allowed.",
			[key.address, days, _params.max_rotation_days],
		),
	}
}
