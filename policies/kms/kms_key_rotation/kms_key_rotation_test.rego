package policies.kms.kms_key_rotation_test

import data.policies.kms.kms_key_rotation

_params := {"KMS-020": {"max_rotation_days": 365}}

_input(properties) := {
	"resources": {"Key": _key(properties)},
	"by_type": {"AWS::KMS::Key": [_key(properties)]},
}

_key(properties) := {
	"address": "Key",
	"type": "AWS::KMS::Key",
	"format": "cloudformation",
	"node": {"Properties": properties},
	"properties": properties,
	"references": [],
}

_denied(properties) := defects if {
	denials := kms_key_rotation.deny with input as _input(properties) with data.params as _params
	defects := {violation.defect | some violation in denials}
}

_subjects(properties) := addresses if {
	addresses := kms_key_rotation.subjects with input as _input(properties) with data.params as _params
}

_states(properties) := states if {
	records := kms_key_rotation.examined with input as _input(properties) with data.params as _params
	states := {record.state | some record in records}
}

test_a_key_without_rotation_is_denied if _denied({}) == {"rotation"}

test_rotation_switched_off_as_text_is_denied if _denied({"EnableKeyRotation": "false"}) == {"rotation"}

test_a_rotating_key_passes if {
	_denied({"EnableKeyRotation": true}) == set()
	_subjects({"EnableKeyRotation": true}) == {"Key"}
}

test_a_longer_period_is_denied if {
	_denied({"EnableKeyRotation": true, "RotationPeriodInDays": 730}) == {"period"}
}

test_an_asymmetric_key_is_not_judged if _subjects({"KeySpec": "RSA_4096"}) == set()

test_imported_material_is_not_judged if _subjects({"Origin": "EXTERNAL"}) == set()

test_an_unknown_flag_is_examined_as_unknown if {
	flag := {"EnableKeyRotation": {"$unknown": {"kind": "parameter", "name": "Rotate", "why": "has no default"}}}
	_denied(flag) == set()
	_states(flag) == {"unknown", "absent"}
}
