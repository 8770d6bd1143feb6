package policies.lib.images_test

import data.policies.lib.images
import data.policies.lib.network_units_test as units

_parsed(reference) := [parsed.kind, parsed.tag, parsed.name] if {
	repository := units.cfn("R", "AWS::ECR::Repository", {})
	parsed := images.parse(reference) with input as units.unit([repository, units.cfn("C", "Custom::Image", {})])
}

test_names_tags_and_digests if {
	_parsed("nginx") == ["none", "", "nginx"]
	_parsed("nginx:1.27") == ["tag", "1.27", "nginx"]
	_parsed("ghcr.io/a/b:1@sha256:ab")[0] == "digest"
}

test_a_port_is_no_tag if {
	_parsed("localhost:5000/app") == ["none", "", "localhost:5000/app"]
	_parsed("localhost:5000/app:2") == ["tag", "2", "localhost:5000/app"]
}

test_gaps_decide_where_they_stand if {
	_parsed({"$partial": [units.parameter("A"), ".dkr.ecr.eu-west-1.amazonaws.com/app:1.2.3"]}) == ["tag", "1.2.3", null]
	_parsed({"$partial": ["app:", units.parameter("Tag")]})[0] == "open-tag"
	_parsed({"$partial": ["registry/", units.parameter("Image")]})[0] == "open"
	_parsed({"$partial": ["app@", units.parameter("Digest")]})[0] == "digest"
}

test_a_repository_has_no_tag_and_anything_else_may if {
	_parsed(units.ref("R"))[0] == "none"
	_parsed(units.ref("C"))[0] == "open"
	_parsed(units.parameter("Image"))[0] == "open"
}
