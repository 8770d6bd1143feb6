package policies.ecs.ecr_scan_on_push_test

import data.policies.ecs.ecr_scan_on_push
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_outcome(resources) := units.outcome(result, resources[0].address) if {
	result := ecr_scan_on_push with input as scan.unit(resources)
}

_repository(properties) := scan.cfn("R", "AWS::ECR::Repository", properties)

test_the_flag_must_be_on if {
	_outcome([_repository({"ImageScanningConfiguration": {"ScanOnPush": true}})]) == "pass"
	_outcome([_repository({"ImageScanningConfiguration": {"ScanOnPush": "false"}})]) == "fail"
	_outcome([_repository({})]) == "fail"
	_outcome([_repository({"ImageScanningConfiguration": {"ScanOnPush": scan.parameter("S")}})]) == "unknown"
}

_registry(type, frequency, filter) := scan.cfn("G", "AWS::ECR::RegistryScanningConfiguration", {
	"ScanType": type,
	"Rules": [{"ScanFrequency": frequency, "RepositoryFilters": [{"Filter": filter, "FilterType": "WILDCARD"}]}],
})

test_a_rule_of_the_registry_that_matches_does_as_well if {
	_outcome([_repository({}), _registry("BASIC", "SCAN_ON_PUSH", "*")]) == "pass"
	_outcome([_repository({"RepositoryName": "shop/web"}), _registry("BASIC", "SCAN_ON_PUSH", "shop/*")]) == "pass"
	_outcome([_repository({"RepositoryName": "shop/web"}), _registry("BASIC", "SCAN_ON_PUSH", "web")]) == "pass"
	_outcome([_repository({"RepositoryName": "shop/web"}), _registry("BASIC", "SCAN_ON_PUSH", "prod-*")]) == "fail"
}

test_manual_scans_do_not_count if _outcome([_repository({}), _registry("BASIC", "MANUAL", "*")]) == "fail"

test_a_name_that_the_service_makes_may_match if {
	_outcome([_repository({}), _registry("BASIC", "SCAN_ON_PUSH", "prod-*")]) == "unknown"
}

test_enhanced_scanning_covers_all if {
	_outcome([_repository({}), _registry("ENHANCED", "MANUAL", "nothing")]) == "pass"
	planned := scan.tf("aws_ecr_repository.r", "aws_ecr_repository", {"name": "web"})
	inspector := scan.tf("aws_inspector2_enabler.i", "aws_inspector2_enabler", {"resource_types": ["EC2", "ECR"]})
	_outcome([planned, inspector]) == "pass"
	others := scan.tf("aws_inspector2_enabler.i", "aws_inspector2_enabler", {"resource_types": ["EC2"]})
	_outcome([planned, others]) == "fail"
}
