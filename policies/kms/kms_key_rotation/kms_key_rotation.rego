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
		"usage": ["Properties", "KeyUsage"],
		"origin": ["Properties", "Origin"],
	},
	"aws_kms_key": {
		"rotation": ["enable_key_rotation"],
		"period": ["rotation_period_in_days"],
		"spec": ["customer_master_key_spec"],
		"usage": ["key_usage"],
		"origin": ["origin"],
		"store": ["custom_key_store_id"],
	},
}

# What a key that rotates by itself has, where something is written at all.
_rotatable := {"spec": "SYMMETRIC_DEFAULT", "usage": "ENCRYPT_DECRYPT", "origin": "AWS_KMS"}

_read(key, what) := value.get(key, _paths[key.type][what])

# Only symmetric keys with material of KMS itself rotate; what is undecided stays a subject.
_keys := [key |
	some key in graph.of_types(["AWS::KMS::Key", "aws_kms_key"])
	not _of_another_kind(key)
	not _in_own_store(key)
]

# CloudFormation makes no keys in a store of one's own.
_in_own_store(key) if {
	_paths[key.type].store
	not value.is_absent(_read(key, "store"))
}

_of_another_kind(key) if {
	some what, expected in _rotatable
	record := _read(key, what)
	value.is_known(record)
	record.value != expected
}

_kind_undecided(key) if {
	some what, _ in _rotatable
	value.is_unknown(_read(key, what))
}

subjects contains key.address if some key in _keys

examined contains record if {
	some key in _keys
	some what, _ in _paths[key.type]
	record := _read(key, what)
}

# Whatever kind of key it is, it rotates as it should.
proven contains key.address if {
	some key in _keys
	value.truthy(_read(key, "rotation").value)
	_often_enough(_read(key, "period"))
}

_often_enough(record) if value.is_absent(record)

_often_enough(record) if {
	value.is_known(record)
	value.number(record.value) <= _params.max_rotation_days
}

deny contains violation if {
	some key in _keys
	not _kind_undecided(key)
	violation := _not_rotating(key)
}

undecided contains row if {
	some key in _keys
	_kind_undecided(key)
	row := _not_rotating(key)
}

_not_rotating(key) := {
	"resource": key.address,
	"path": record.path,
	"defect": "rotation",
	"message": sprintf("Key '%s' does not rotate: %s.", [key.address, fact]),
} if {
	record := _read(key, "rotation")
	not value.is_unknown(record)
	not value.truthy(record.value)
	fact := _fact(record)
}

_not_rotating(key) := {
	"resource": key.address,
	"path": record.path,
	"defect": "period",
	"message": sprintf(
		"Key '%s' rotates every %d days, more than the %d that are allowed.",
		[key.address, days, _params.max_rotation_days],
	),
} if {
	value.truthy(_read(key, "rotation").value)
	record := _read(key, "period")
	value.is_known(record)
	days := value.number(record.value)
	days > _params.max_rotation_days
}

_fact(record) := "rotation is not enabled" if value.is_absent(record)

_fact(record) := sprintf("'%s' is '%s'", [name, value.shown(record.value)]) if {
	value.is_known(record)
	name := record.path[count(record.path) - 1]
}
