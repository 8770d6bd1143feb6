package policies.db.gp3_with_provisioned_iops_test

import data.policies.db.gp3_with_provisioned_iops
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_one(properties) := units.outcome(result, "D") if {
	database := scan.cfn("D", "AWS::RDS::DBInstance", object.union({"Engine": "postgres"}, properties))
	result := gp3_with_provisioned_iops with input as scan.unit([database])
}

test_gp3_with_its_iops_stated_passes if {
	_one({"StorageType": "gp3", "Iops": 12000, "AllocatedStorage": "400"}) == "pass"
	_one({"StorageType": "gp3", "Iops": "3000", "AllocatedStorage": "400"}) == "pass"
}

test_other_storage_and_none_stated_fail if {
	{_one(properties) | some properties in [
		{"StorageType": "gp2"},
		{"StorageType": "io1", "Iops": 12000},
		{"StorageType": "io2", "Iops": 12000},
		{"StorageType": "standard"},
		{"Iops": 12000},
		{},
	]} == {"fail"}
}

test_gp3_without_iops_fails_from_the_size_that_takes_them if {
	_one({"StorageType": "gp3", "AllocatedStorage": "400"}) == "fail"
	_one({"StorageType": "gp3", "AllocatedStorage": "399"}) == "pass"
	_one({"StorageType": "gp3", "AllocatedStorage": 200, "Engine": "oracle-ee"}) == "fail"
	_one({"StorageType": "gp3", "AllocatedStorage": 199, "Engine": "oracle-ee"}) == "pass"
}

test_sql_server_takes_iops_at_any_size if {
	_one({"StorageType": "gp3", "AllocatedStorage": 20, "Engine": "sqlserver-se"}) == "fail"
}

test_an_undecided_size_excuses_absent_iops if {
	_one({"StorageType": "gp3", "AllocatedStorage": scan.parameter("Size")}) == "pass"
}

test_undecided_values_are_open if {
	_one({"StorageType": scan.parameter("Type")}) == "unknown"
	_one({"StorageType": "gp3", "Iops": scan.parameter("Iops")}) == "unknown"
	_one({"StorageType": "gp3", "AllocatedStorage": 100, "Engine": scan.parameter("Engine")}) == "unknown"
}

test_members_and_what_inherits_are_not_judged if {
	_one({"Engine": "aurora-mysql"}) == ""
	_one({"DBClusterIdentifier": "orders"}) == ""
	_one({"SourceDBInstanceIdentifier": "orders"}) == ""
	_one({"DBSnapshotIdentifier": "s"}) == ""
}

test_what_says_its_own_storage_is_judged if {
	_one({"SourceDBInstanceIdentifier": "orders", "StorageType": "gp2"}) == "fail"
	_one({"DBSnapshotIdentifier": "s", "StorageType": "gp3", "Iops": 3000}) == "pass"
}
