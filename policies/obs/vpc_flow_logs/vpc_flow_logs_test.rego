package policies.obs.vpc_flow_logs_test

import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units
import data.policies.obs.vpc_flow_logs

_result(resources) := result if {
	result := vpc_flow_logs with input as scan.unit(array.concat([_vpc], resources))
}

_outcome(resources) := units.outcome(_result(resources), "V")

_vpc := scan.cfn("V", "AWS::EC2::VPC", {})

_log(of, traffic) := scan.cfn("L", "AWS::EC2::FlowLog", {"ResourceId": of, "TrafficType": traffic})

_subnet(address) := scan.cfn(address, "AWS::EC2::Subnet", {"VpcId": scan.ref("V")})

test_a_log_of_all_or_of_refused_traffic_passes if {
	_outcome([_log(scan.ref("V"), "ALL")]) == "pass"
	_outcome([_log(scan.ref("V"), "REJECT")]) == "pass"
	_outcome([_log(scan.ref("V"), "ACCEPT")]) == "fail"
	_outcome([_log(scan.ref("V"), scan.parameter("T"))]) == "unknown"
}

test_no_log_fails if _outcome([]) == "fail"

test_traffic_that_is_not_named_counts_as_none if _outcome([_log(scan.ref("V"), null)]) == "fail"

test_logs_of_all_subnets_do_as_well if {
	both := [
		_subnet("A"),
		_subnet("B"),
		scan.cfn("L", "AWS::EC2::FlowLog", {"ResourceId": scan.ref("A"), "TrafficType": "ALL"}),
		scan.cfn("M", "AWS::EC2::FlowLog", {"ResourceId": scan.ref("B"), "TrafficType": "ALL"}),
	]
	_outcome(both) == "pass"
}

test_logs_of_some_subnets_name_the_rest if {
	result := _result([_subnet("A"), _subnet("B"), _log(scan.ref("A"), "ALL")])
	{violation.message | some violation in result.deny} == {"VPC 'V' has flow logs of some subnets only, not of 'B'."}
}

test_a_log_of_what_cannot_be_told_is_undecided if {
	_outcome([_log(scan.parameter("Vpc"), "ALL")]) == "unknown"
	_outcome([_log("vpc-0123456789abcdef0", "ALL")]) == "fail"
}

test_a_log_of_an_interface_is_not_that_of_a_vpc if {
	interface := scan.cfn("E", "AWS::EC2::NetworkInterface", {})
	_outcome([interface, _log(scan.ref("E"), "ALL")]) == "fail"
}

test_a_default_vpc_counts_when_it_is_managed if {
	vpc := scan.tf("aws_default_vpc.d", "aws_default_vpc", {})
	log := scan.tf("aws_flow_log.l", "aws_flow_log", {"vpc_id": scan.ref("aws_default_vpc.d"), "traffic_type": "ALL"})
	result := vpc_flow_logs with input as scan.unit([vpc, log])
	units.outcome(result, "aws_default_vpc.d") == "pass"
}
