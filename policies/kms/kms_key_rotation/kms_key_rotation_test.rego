package policies.kms.kms_key_rotation_test

import data.policies.kms.kms_key_rotation
import data.policies.lib.units_test as units

_params := {"KMS-020": {"max_rotation_days": 365}}

_input(properties) := units.template({"Key": {"type": "AWS::KMS::Key", "properties": properties}})

_denied(properties) := defects if {
	denials := kms_key_rotation.deny with input as _input(properties) with data.params as _params
	defects := {violation.defect | some violation in denials}
}

_subjects(properties) := addresses if {
	addresses := kms_key_rotation.subjects with input as _input(properties) with data.params as _params
}

_outcome(properties) := outcome if {
	result := kms_key_rotation with input as _input(properties) with data.params as _params
	outcome := units.outcome(result, "Key")
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

test_hmac_keys_are_not_judged if _subjects({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}) == set()

test_signing_keys_are_not_judged_whatever_their_spec if {
	spec := units.unknown("parameter", "Spec")
	_subjects({"KeySpec": spec, "KeyUsage": "SIGN_VERIFY"}) == set()
}

test_keys_in_a_store_of_ones_own_are_not_judged if {
	given := units.plan({"aws_kms_key.own": {"type": "aws_kms_key", "values": {"custom_key_store_id": "cks-1"}}})
	subjects := kms_key_rotation.subjects with input as given with data.params as _params
	subjects == set()
}

test_a_disabled_key_still_rotates if _outcome({"EnableKeyRotation": true, "Enabled": false}) == "pass"

test_the_spec_by_default_is_symmetric if _outcome({"KeyUsage": "ENCRYPT_DECRYPT"}) == "fail"

test_an_unknown_spec_leaves_a_still_key_undecided if {
	spec := units.unknown("parameter", "Spec")
	_outcome({"KeySpec": spec}) == "unknown"
	_outcome({"KeySpec": spec, "EnableKeyRotation": true}) == "pass"
}

test_an_unknown_flag_is_undecided if {
	_outcome({"EnableKeyRotation": units.unknown("parameter", "Rotate")}) == "unknown"
}

test_an_unknown_period_is_undecided if {
	period := units.unknown("parameter", "Days")
	_outcome({"EnableKeyRotation": true, "RotationPeriodInDays": period}) == "unknown"
}

test_a_period_as_text_is_a_number if {
	_outcome({"EnableKeyRotation": "true", "RotationPeriodInDays": "90"}) == "pass"
	_outcome({"EnableKeyRotation": "true", "RotationPeriodInDays": "400"}) == "fail"
}

test_replicas_and_imported_keys_are_not_judged if {
	unit := units.plan({
		"aws_kms_replica_key.r": {"type": "aws_kms_replica_key", "values": {}},
		"aws_kms_external_key.e": {"type": "aws_kms_external_key", "values": {}},
	})
	result := kms_key_rotation with input as unit with data.params as _params
	result.subjects == set()
}

test_keys_of_plans_are_judged_alike if {
	unit := units.plan({
		"aws_kms_key.still": {"type": "aws_kms_key", "values": {"enable_key_rotation": false}},
		"aws_kms_key.signs": {"type": "aws_kms_key", "values": {"customer_master_key_spec": "RSA_2048"}},
		"aws_kms_key.stored": {"type": "aws_kms_key", "values": {"custom_key_store_id": "cks-1"}},
	})
	result := kms_key_rotation with input as unit with data.params as _params
	result.subjects == {"aws_kms_key.still"}
	units.outcome(result, "aws_kms_key.still") == "fail"
}
