package policies.ecs.immutable_image_reference_test

import data.policies.ecs.immutable_image_reference
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_judge(resources, level, registries) := result if {
	result := immutable_image_reference with input as scan.unit(resources)
		with data.params as {"ECS-009": {"level": level, "approved_registries": registries}}
}

_task(image) := scan.cfn("T", "AWS::ECS::TaskDefinition", {"ContainerDefinitions": [{"Name": "web", "Image": image}]})

_one(image, level) := units.outcome(_judge([_task(image)], level, []), "T")

_levels(image) := [outcome | some level in ["no-latest", "immutable-tag", "digest"]; outcome := _one(image, level)]

test_no_tag_and_latest_fail_at_every_level if {
	_levels("nginx") == ["fail", "fail", "fail"]
	_levels("nginx:latest") == ["fail", "fail", "fail"]
}

test_tags_that_move_fail_from_the_second_level_on if {
	every tag in ["main", "stable", "dev", "prod", "v1", "1.2"] {
		_levels(sprintf("registry.example.com/app:%s", [tag])) == ["pass", "fail", "fail"]
	}
}

test_versions_and_hashes_pass_the_second_level if {
	every tag in ["1.27.3", "v1.27.3", "1.27.3-alpine", "4f2c1d9"] {
		_levels(sprintf("nginx:%s", [tag])) == ["pass", "pass", "fail"]
	}
}

_digest := "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

test_a_digest_wins_over_a_tag if _levels(sprintf("nginx:latest@%s", [_digest])) == ["pass", "pass", "pass"]

test_the_port_of_a_registry_is_no_tag if {
	_levels("registry.example.com:5000/app") == ["fail", "fail", "fail"]
	_levels("registry.example.com:5000/app:1.2.3") == ["pass", "pass", "fail"]
}

test_assets_of_the_cdk_are_tagged_by_their_hash if {
	hash := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	image := {"$partial": [scan.parameter("Account"), ".dkr.ecr.eu-west-1.amazonaws.com/cdk-assets:", hash]}
	_one(image, "immutable-tag") == "pass"
}

_sub(tail) := {"$partial": array.concat([scan.ref("R")], tail)}

_repository(mutability) := scan.cfn("R", "AWS::ECR::Repository", {"ImageTagMutability": mutability})

_declared(image, mutability, level) := units.outcome(_judge([_task(image), _repository(mutability)], level, []), "T")

test_a_declared_repository_must_be_immutable if {
	_declared(_sub([":1.2.3"]), "IMMUTABLE", "immutable-tag") == "pass"
	_declared(_sub([":1.2.3"]), "MUTABLE", "immutable-tag") == "fail"
	_declared(_sub([":1.2.3"]), scan.parameter("M"), "immutable-tag") == "unknown"
	_declared(_sub([":1.2.3"]), "MUTABLE", "no-latest") == "pass"
}

test_the_address_of_a_repository_alone_has_no_tag if {
	_declared(scan.ref("R"), "IMMUTABLE", "no-latest") == "fail"
}

test_a_default_that_is_latest_fails if _declared(_sub([":latest"]), "IMMUTABLE", "no-latest") == "fail"

test_a_tag_that_a_parameter_gives_passes_the_second_level if {
	_declared(_sub([":", scan.parameter("ImageTag")]), "IMMUTABLE", "immutable-tag") == "pass"
	_declared(_sub([":", scan.parameter("ImageTag")]), "IMMUTABLE", "digest") == "unknown"
}

test_a_digest_that_a_parameter_gives_passes if {
	_declared(_sub(["@", scan.parameter("ImageDigest")]), "IMMUTABLE", "digest") == "pass"
}

test_a_whole_image_from_a_parameter_is_trusted_by_its_name if {
	_one(scan.parameter("ImageUri"), "no-latest") == "pass"
	_one(scan.parameter("Container"), "no-latest") == "unknown"
	_one(scan.parameter("ImageUri"), "digest") == "unknown"
}

test_a_registry_must_be_one_of_the_approved if {
	approved := [`^registry\.example\.com/`]
	units.outcome(_judge([_task("registry.example.com/app:1.2.3")], "no-latest", approved), "T") == "pass"
	units.outcome(_judge([_task("docker.io/app:1.2.3")], "no-latest", approved), "T") == "fail"
	units.outcome(_judge([_task(_sub([":1.2.3"]))], "no-latest", approved), "T") == "unknown"
}

test_functions_are_judged_too if {
	function := scan.cfn("F", "AWS::Lambda::Function", {"Code": {"ImageUri": "app:latest"}})
	units.outcome(_judge([function], "no-latest", []), "F") == "fail"
	zipped := scan.cfn("F", "AWS::Lambda::Function", {"Code": {"S3Bucket": "b"}})
	units.outcome(_judge([zipped], "digest", []), "F") == ""
}

test_code_that_is_not_known_is_an_archive_unless_it_is_packed_as_an_image if {
	packed := {"Code": scan.parameter("Code"), "PackageType": "Image"}
	units.outcome(_judge([scan.cfn("F", "AWS::Lambda::Function", packed)], "digest", []), "F") == "unknown"
	archive := {"Code": scan.parameter("Code")}
	units.outcome(_judge([scan.cfn("F", "AWS::Lambda::Function", archive)], "digest", []), "F") == ""
}

test_undecided_containers_are_open if {
	task := scan.tf("aws_ecs_task_definition.t", "aws_ecs_task_definition", {
		"container_definitions": scan.computed(["aws_ecr_repository.r"]),
	})
	units.outcome(_judge([task], "no-latest", []), "aws_ecs_task_definition.t") == "unknown"
}
