package policies.kms.eks_secrets_encrypted_test

import data.policies.kms.eks_secrets_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := eks_secrets_encrypted with input as unit with data.params as {"KMS-024": {"kms_level": level}}
}

_cluster(properties, level) := outcome if {
	unit := units.template({
		"K": {"type": "AWS::KMS::Key", "properties": {}},
		"C": {"type": "AWS::EKS::Cluster", "properties": properties},
	})
	outcome := units.outcome(_result(unit, level), "C")
}

_sealed(key) := {"EncryptionConfig": [{"Resources": ["secrets"], "Provider": {"KeyArn": key}}]}

test_a_new_cluster_has_a_key_of_the_service if {
	_cluster({"Version": "1.28"}, "any") == "pass"
	_cluster({"Version": "1.33"}, "any") == "pass"
	_cluster({"Version": "1.33"}, "aws-managed") == "fail"
	_cluster({"Version": "1.33"}, "cmk") == "fail"
}

test_without_a_version_it_is_the_latest if _cluster({}, "any") == "pass"

test_an_old_cluster_seals_nothing if {
	_cluster({"Version": "1.27"}, "any") == "fail"
	_cluster({"Version": 1.27}, "any") == "fail"
	_cluster({"Version": "1.19"}, "any") == "fail"
}

test_an_old_cluster_with_a_key_passes if {
	_cluster(object.union(_sealed("arn:aws:kms:eu-west-1:1:key/2"), {"Version": "1.24"}), "cmk") == "pass"
}

test_a_key_of_ones_own_passes if {
	_cluster(_sealed("mrk-1"), "cmk") == "pass"
	_cluster(_sealed(units.reference("K", "Arn")), "cmk") == "pass"
	_cluster(_sealed(units.unknown("parameter", "Key")), "cmk") == "pass"
}

test_an_opaque_key_proves_no_key_of_ones_own if {
	opaque := _sealed(units.unknown("dynamic-reference", "/key"))
	_cluster(opaque, "aws-managed") == "pass"
	_cluster(opaque, "cmk") == "unknown"
}

test_a_key_for_nothing_seals_nothing if {
	idle := {"Version": "1.27", "EncryptionConfig": [{"Resources": [], "Provider": {"KeyArn": "mrk-1"}}]}
	_cluster(idle, "any") == "fail"
	_cluster(object.union(idle, {"Version": "1.30"}), "cmk") == "fail"
}

test_an_unknown_version_is_undecided_only_where_it_decides if {
	open := {"Version": units.unknown("parameter", "Version")}
	_cluster(open, "any") == "unknown"
	_cluster(open, "cmk") == "fail"
	_cluster(object.union(_sealed("mrk-1"), open), "cmk") == "pass"
}

test_settings_under_an_open_condition_are_undecided if {
	open := {"Version": "1.27", "EncryptionConfig": units.unknown("condition", "HasKey")}
	_cluster(open, "any") == "unknown"
	_cluster(object.union(open, {"Version": "1.30"}), "any") == "pass"
	_cluster(object.union(open, {"Version": "1.30"}), "cmk") == "unknown"
}

_planned(values, level) := outcome if {
	unit := units.plan({"aws_eks_cluster.c": {"type": "aws_eks_cluster", "values": values}})
	outcome := units.outcome(_result(unit, level), "aws_eks_cluster.c")
}

test_a_planned_cluster_is_judged_alike if {
	_planned({"encryption_config": []}, "any") == "pass"
	_planned({"encryption_config": []}, "cmk") == "fail"
	_planned({"version": "1.26"}, "any") == "fail"
	sealed := {"encryption_config": [{"resources": ["secrets"], "provider": [{"key_arn": "mrk-1"}]}]}
	_planned(sealed, "cmk") == "pass"
}

test_the_message_names_the_settings if {
	unit := units.template({"C": {"type": "AWS::EKS::Cluster", "properties": {"Version": "1.27"}}})
	{violation.message | some violation in _result(unit, "any").deny} == {
		"Secret store of cluster 'C' is not encrypted: 'EncryptionConfig' names no key for secrets.",
	}
}
