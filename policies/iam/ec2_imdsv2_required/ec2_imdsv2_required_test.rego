package policies.iam.ec2_imdsv2_required_test

import data.policies.iam.ec2_imdsv2_required
import data.policies.lib.units_test as units

_result(unit) := result if {
	result := ec2_imdsv2_required with input as unit with data.params as {"IAM-016": {}}
}

_instance(properties) := _result(units.template({"I": {"type": "AWS::EC2::Instance", "properties": properties}}))

_options(options) := units.outcome(_instance({"ImageId": "ami-1", "MetadataOptions": options}), "I")

test_required_passes if _options({"HttpTokens": "required"}) == "pass"

test_a_closed_endpoint_passes if {
	_options({"HttpEndpoint": "disabled"}) == "pass"
	_options({"HttpEndpoint": "disabled", "HttpTokens": "optional"}) == "pass"
}

test_optional_fails_at_the_value if {
	result := _instance({"ImageId": "ami-1", "MetadataOptions": {"HttpTokens": "optional"}})
	paths := [violation.path | some violation in result.deny]
	paths == [["Properties", "MetadataOptions", "HttpTokens"]]
}

test_nothing_said_fails if {
	_options({"HttpPutResponseHopLimit": 1}) == "fail"
	units.outcome(_instance({"ImageId": "ami-1"}), "I") == "fail"
}

test_an_undecided_setting_is_unknown if {
	_options({"HttpTokens": units.unknown("parameter", "Tokens")}) == "unknown"
	_options(units.unknown("condition", "Options")) == "unknown"
	_options({"HttpTokens": "optional", "HttpEndpoint": units.unknown("parameter", "Endpoint")}) == "unknown"
}

test_an_undecided_endpoint_does_not_matter_where_tokens_are_required if {
	_options({"HttpTokens": "required", "HttpEndpoint": units.unknown("parameter", "Endpoint")}) == "pass"
}

_al2023 := units.unknown("dynamic-reference", "{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-x}}")

test_an_image_of_amazon_linux_2023_passes if {
	units.outcome(_instance({"ImageId": _al2023}), "I") == "pass"
	ecs := units.unknown("dynamic-reference", "{{resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/x}}")
	units.outcome(_instance({"ImageId": ecs}), "I") == "pass"
}

test_optional_fails_whatever_the_image if {
	units.outcome(_instance({"ImageId": _al2023, "MetadataOptions": {"HttpTokens": "optional"}}), "I") == "fail"
}

test_the_default_of_a_parameter_names_the_image if {
	unit := units.template({"I": {
		"type": "AWS::EC2::Instance",
		"properties": {"ImageId": units.unknown("dynamic-reference", "Ami")},
	}})
	outcomes := [units.outcome(_result(object.union(unit, {"unit": {"parameters": {"Ami": {"default": path}}}})), "I") |
		some path in [
			"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
			"/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2",
		]
	]
	outcomes == ["pass", "fail"]
}

_pair(data, properties) := _result(units.template({
	"T": {"type": "AWS::EC2::LaunchTemplate", "properties": {"LaunchTemplateData": data}},
	"I": {
		"type": "AWS::EC2::Instance",
		"properties": object.union(properties, {"LaunchTemplate": {"LaunchTemplateId": units.reference("T", "")}}),
		"edges": [[["LaunchTemplate", "LaunchTemplateId"], "T", ""]],
	},
}))

test_a_missing_setting_is_reported_once_at_the_template if {
	result := _pair({"ImageId": "ami-1"}, {})
	units.outcome(result, "T") == "fail"
	units.outcome(result, "I") == ""
}

test_an_instance_takes_over_what_its_template_says if {
	result := _pair({"ImageId": "ami-1", "MetadataOptions": {"HttpTokens": "required"}}, {})
	units.outcome(result, "T") == "pass"
	units.outcome(result, "I") == "pass"
}

test_an_instance_that_overrides_its_template_fails_itself if {
	required := {"MetadataOptions": {"HttpTokens": "required"}}
	result := _pair(required, {"MetadataOptions": {"HttpTokens": "optional"}})
	units.outcome(result, "T") == "pass"
	units.outcome(result, "I") == "fail"
}

test_an_instance_with_an_image_other_than_its_silent_template_fails_itself if {
	result := _pair({"ImageId": _al2023}, {"ImageId": "ami-1"})
	units.outcome(result, "T") == "pass"
	units.outcome(result, "I") == "fail"
}

test_a_template_without_an_image_starts_those_of_its_instances if {
	units.outcome(_pair({"InstanceType": "t3.micro"}, {"ImageId": _al2023}), "T") == "pass"
	units.outcome(_pair({"InstanceType": "t3.micro"}, {"ImageId": "ami-1"}), "T") == "fail"
}

test_a_template_is_found_by_its_name if {
	result := _result(units.template({
		"T": {"type": "AWS::EC2::LaunchTemplate", "properties": {
			"LaunchTemplateName": "workers",
			"LaunchTemplateData": {"MetadataOptions": {"HttpTokens": "required"}},
		}},
		"I": {"type": "AWS::EC2::Instance", "properties": {"LaunchTemplate": {"LaunchTemplateName": "workers"}}},
	}))
	units.outcome(result, "I") == "pass"
}

test_an_external_template_is_unknown if {
	given := {"LaunchTemplate": {"LaunchTemplateId": "lt-1"}}
	units.outcome(_instance(given), "I") == "unknown"
	units.outcome(_instance({"LaunchTemplate": units.unknown("condition", "Template")}), "I") == "unknown"
	units.outcome(_instance(object.union(given, {"MetadataOptions": {"HttpTokens": "required"}})), "I") == "pass"
}

test_a_launch_configuration_is_judged if {
	result := _result(units.template({"C": {
		"type": "AWS::AutoScaling::LaunchConfiguration",
		"properties": {"ImageId": "ami-1"},
	}}))
	units.outcome(result, "C") == "fail"
}

_planned(defaults, provider) := units.outcome(
	_result(units.plan({
		"aws_instance.i": {"type": "aws_instance", "values": {"ami": "ami-1"}, "provider": provider},
		"aws_ec2_instance_metadata_defaults.d": {
			"type": "aws_ec2_instance_metadata_defaults",
			"values": defaults,
		},
	})),
	"aws_instance.i",
)

test_the_default_of_the_account_decides_for_its_provider if {
	_planned({"http_tokens": "required"}, "aws") == "pass"
	_planned({"http_tokens": "no-preference"}, "aws") == "fail"
	_planned({"http_tokens": "required"}, "aws.west") == "fail"
}

test_the_provider_of_a_module_may_be_the_one_of_the_defaults if {
	_planned({"http_tokens": "required"}, "module.hosts:aws") == "unknown"
	_planned({"http_tokens": "optional"}, "module.hosts:aws") == "fail"
}

test_an_undecided_default_of_the_account_is_unknown if {
	_planned({"http_tokens": units.unknown("variable", "tokens")}, "aws") == "unknown"
}

test_an_empty_text_is_nothing_said if {
	result := _result(units.plan({"aws_launch_template.t": {
		"type": "aws_launch_template",
		"values": {"image_id": "ami-1", "metadata_options": [{"http_tokens": "", "http_endpoint": ""}]},
	}}))
	units.outcome(result, "aws_launch_template.t") == "fail"
}

_of_source(source) := units.outcome(
	_result(units.plan({
		"aws_instance.i": {
			"type": "aws_instance",
			"values": {"ami": units.unknown("computed", "ami")},
			"edges": [[["ami"], "data.x.y", "id"]],
		},
		"data.x.y": source,
	})),
	"aws_instance.i",
)

_filtered(names) := _of_source({
	"type": "data.aws_ami",
	"values": {"owners": ["amazon"], "filter": [{"name": "name", "values": names}]},
})

test_a_data_source_names_the_image if {
	_filtered(["al2023-ami-*-x86_64"]) == "pass"
	_filtered(["amzn2-ami-hvm-*"]) == "fail"
	_of_source({"type": "data.aws_ssm_parameter", "values": {"name": "/aws/service/x/al2023-ami-y"}}) == "pass"
}
