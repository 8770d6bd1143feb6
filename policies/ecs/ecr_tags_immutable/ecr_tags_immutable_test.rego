package policies.ecs.ecr_tags_immutable_test

import data.policies.ecs.ecr_tags_immutable
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_judge(resources, strict) := result if {
	result := ecr_tags_immutable with input as scan.unit(resources)
		with data.params as {"ECS-011": {"require_lifecycle_policy": strict}}
}

_defects(resources, strict) := {violation.defect | some violation in _judge(resources, strict).deny}

_repository(properties) := scan.cfn("R", "AWS::ECR::Repository", properties)

_mode(properties) := units.outcome(_judge([_repository(properties)], false), "R")

test_tags_move_unless_they_are_immutable if {
	_mode({}) == "fail"
	_mode({"ImageTagMutability": "MUTABLE"}) == "fail"
	_mode({"ImageTagMutability": "MUTABLE_WITH_EXCLUSION"}) == "fail"
	_mode({"ImageTagMutability": "IMMUTABLE"}) == "pass"
	_mode({"ImageTagMutability": scan.parameter("M")}) == "unknown"
}

_excluding(filters) := _mode({
	"ImageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
	"ImageTagMutabilityExclusionFilters": [filter |
		some text in filters
		filter := {"ImageTagMutabilityExclusionFilterValue": text}
	],
})

test_only_tags_that_no_release_has_may_be_excluded if {
	_excluding(["latest", "cache*", "pr-*"]) == "pass"
	_excluding(["latest", "v*"]) == "fail"
	_excluding([scan.parameter("F")]) == "unknown"
}

test_excluding_everything_defeats_immutability if _excluding(["*"]) == "fail"

test_filters_of_the_sixth_provider if {
	values := {
		"image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION",
		"image_tag_mutability_exclusion_filter": [{"filter": "release-*", "filter_type": "WILDCARD"}],
	}
	planned := scan.tf("aws_ecr_repository.r", "aws_ecr_repository", values)
	{violation.path | some violation in _judge([planned], false).deny} == {[
		"image_tag_mutability_exclusion_filter",
		0,
		"filter",
	]}
}

test_a_lifecycle_policy_is_asked_for_in_strict_only if {
	immutable := _repository({"ImageTagMutability": "IMMUTABLE"})
	_defects([immutable], false) == set()
	_defects([immutable], true) == {"no-lifecycle"}
	{violation.severity | some violation in _judge([immutable], true).deny} == {"low"}
	expiring := {"ImageTagMutability": "IMMUTABLE", "LifecyclePolicy": {"LifecyclePolicyText": "{}"}}
	_defects([_repository(expiring)], true) == set()
}

test_a_lifecycle_policy_of_a_plan_is_a_resource if {
	planned := scan.tf("aws_ecr_repository.r", "aws_ecr_repository", {"name": "web", "image_tag_mutability": "IMMUTABLE"})
	own := scan.tf("aws_ecr_lifecycle_policy.p", "aws_ecr_lifecycle_policy", {"repository": "web"})
	others := scan.tf("aws_ecr_lifecycle_policy.p", "aws_ecr_lifecycle_policy", {"repository": "api"})
	_defects([planned, own], true) == set()
	_defects([planned, others], true) == {"no-lifecycle"}
	unknown := scan.tf("aws_ecr_lifecycle_policy.p", "aws_ecr_lifecycle_policy", {"repository": scan.parameter("R")})
	units.outcome(_judge([planned, unknown], true), "aws_ecr_repository.r") == "unknown"
}
