package policies.db.stateful_resources_protected_from_deletion_test

import data.policies.db.stateful_resources_protected_from_deletion
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_result(resource, strict) := result if {
	result := stateful_resources_protected_from_deletion with input as scan.unit([resource])
		with data.params as {"DB-006": {"require_update_replace_policy": strict}}
}

_defects(resource, strict) := {violation.defect | some violation in _result(resource, strict).deny}

_template(type, properties, attributes) := object.union(
	scan.cfn("D", type, properties),
	{"node": object.union({"Properties": properties}, attributes)},
)

_instance(properties, attributes) := _template(
	"AWS::RDS::DBInstance",
	object.union({"Engine": "postgres"}, properties),
	attributes,
)

test_protection_is_off_unless_it_is_on if {
	_defects(_instance({}, {}), false) == {"deletion-protection"}
	_defects(_instance({"DeletionProtection": true}, {}), false) == set()
	_defects(scan.cfn("T", "AWS::DynamoDB::Table", {}), false) == {"deletion-protection"}
	_defects(scan.cfn("C", "AWS::DocDB::DBCluster", {"DeletionProtection": "true"}), false) == set()
}

test_cloudformation_snapshots_a_database_unless_told_otherwise if {
	on := {"DeletionProtection": true}
	_defects(_instance(on, {"DeletionPolicy": "Delete"}), false) == {"deletion-policy"}
	every policy in ["Snapshot", "Retain", "RetainExceptOnCreate"] {
		_defects(_instance(on, {"DeletionPolicy": policy}), false) == set()
	}
}

test_a_replacement_deletes_unless_told_otherwise if {
	on := {"DeletionProtection": true}
	_defects(_instance(on, {}), true) == {"update-replace-policy"}
	_defects(_instance(on, {"UpdateReplacePolicy": "Delete"}), true) == {"update-replace-policy"}
	_defects(_instance(on, {"UpdateReplacePolicy": "Snapshot"}), true) == set()
	_defects(_instance(on, {}), false) == set()
}

test_severities_differ if {
	bad := _instance({}, {"DeletionPolicy": "Delete"})
	{[violation.defect, violation.severity] | some violation in _result(bad, true).deny} == {
		["deletion-protection", "medium"],
		["deletion-policy", "medium"],
		["update-replace-policy", "low"],
	}
}

_planned(values, more) := object.union(
	scan.tf("aws_db_instance.d", "aws_db_instance", object.union({"engine": "mysql"}, values)),
	more,
)

test_a_plan_keeps_a_last_snapshot_unless_it_skips_it if {
	on := {"deletion_protection": true}
	_defects(_planned(on, {}), false) == set()
	_defects(_planned(object.union(on, {"skip_final_snapshot": true}), {}), false) == {"final-snapshot"}
}

test_a_replacement_by_a_plan_is_its_own_result if {
	replaced := _planned({"deletion_protection": true}, {"replaced": true})
	{[violation.defect, violation.severity] | some violation in _result(replaced, false).deny} == {["replaced", "high"]}
}

test_a_plan_may_replace_a_dev_database if {
	dev := {"deletion_protection": true, "tags": {"Environment": "dev"}}
	_defects(_planned(dev, {"replaced": true}), false) == set()
}

test_members_and_replicas_are_not_judged if {
	_result(_instance({"Engine": "aurora-mysql"}, {"DeletionPolicy": "Delete"}), true).subjects == set()
	_result(_instance({"SourceDBInstanceIdentifier": "o"}, {}), true).subjects == set()
}

test_undecided_values_are_open if {
	open := _instance({"DeletionProtection": scan.parameter("P")}, {"DeletionPolicy": scan.parameter("Q")})
	{question.defect | some question in _result(open, false).undecided} == {"deletion-protection", "deletion-policy"}
	units.outcome(_result(open, false), "D") == "unknown"
}
