package policies.db.storage_autoscaling_test

import data.policies.db.storage_autoscaling
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_judged(resource) := units.outcome(result, resource.address) if {
	result := storage_autoscaling with input as scan.unit([resource])
}

_one(properties) := _judged(scan.cfn("D", "AWS::RDS::DBInstance", object.union({"Engine": "mysql"}, properties)))

test_a_ceiling_above_the_size_passes_as_number_or_text if {
	_one({"AllocatedStorage": "100", "MaxAllocatedStorage": 1000}) == "pass"
	_one({"AllocatedStorage": 100, "MaxAllocatedStorage": "110"}) == "pass"
}

test_no_ceiling_fails if _one({"AllocatedStorage": "100"}) == "fail"

test_zero_switches_it_off_in_plans if {
	values := {"engine": "mysql", "allocated_storage": 100, "max_allocated_storage": 0}
	_judged(scan.tf("aws_db_instance.d", "aws_db_instance", values)) == "fail"
}

test_a_ceiling_at_or_just_above_the_size_fails if {
	_one({"AllocatedStorage": 100, "MaxAllocatedStorage": 100}) == "fail"
	_one({"AllocatedStorage": 100, "MaxAllocatedStorage": 109}) == "fail"
}

test_a_ceiling_over_an_undecided_size_passes if {
	_one({"AllocatedStorage": scan.parameter("Size"), "MaxAllocatedStorage": 500}) == "pass"
}

test_an_undecided_ceiling_is_open if _one({"MaxAllocatedStorage": scan.parameter("Max")}) == "unknown"

test_members_and_replicas_are_not_judged if {
	_one({"Engine": "aurora-postgresql"}) == ""
	_one({"DBClusterIdentifier": "c"}) == ""
	_one({"SourceDBInstanceIdentifier": "orders"}) == ""
}
