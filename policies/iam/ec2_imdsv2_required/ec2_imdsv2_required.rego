# METADATA
# scope: package
# title: Require IMDSv2 on EC2 instances
# description: |
#   Version 1 of the metadata service answers any request from the machine, so one forged request through a web
#   application hands out the credentials of the instance's role. Version 2 asks for a session token first.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-8
# custom:
#   id: IAM-016
#   slug: ec2-imdsv2-required
#   family: IAM
#   severity: high
#   score: 7.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::EC2::Instance
#     - AWS::EC2::LaunchTemplate
#     - AWS::AutoScaling::LaunchConfiguration
#     - aws_instance
#     - aws_launch_template
#     - aws_launch_configuration
#     - aws_ec2_instance_metadata_defaults
#     - data.aws_ami
#     - data.aws_ssm_parameter
#   subjects:
#     - AWS::EC2::Instance
#     - AWS::EC2::LaunchTemplate
#     - AWS::AutoScaling::LaunchConfiguration
#     - aws_instance
#     - aws_launch_template
#     - aws_launch_configuration
#   params: []
#   packs: [baseline, cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["EC2.8", "EC2.170", "AutoScaling.3"]
#       cis_aws_3.0: ["5.6"]
#       cis_aws_5.0: ["5.7"]
#       nist_800_53_r5: ["AC-3", "AC-6"]
#       pci_dss_4.0: ["8.2.8"]
#       soc2: ["CC7.2"]
#       hipaa: ["164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"]
#     judged:
#       iso_27001_2022: ["A.8.5"]
#   cwe: [918, 522]
#   remediation:
#     cloudformation: "Add `MetadataOptions: {HttpTokens: required, HttpEndpoint: enabled}` to the properties of the
#       instance or launch configuration, or to LaunchTemplateData of the launch template."
#     terraform-plan: "Add `metadata_options { http_tokens = \"required\" }` to the instance, launch template or launch
#       configuration; or set it for the whole account and region with an `aws_ec2_instance_metadata_defaults` resource
#       whose http_tokens is \"required\"."
#   peers:
#     checkov: [CKV_AWS_79]
#     trivy: [AWS-0028, AWS-0130]
#     cdk_nag: [NIST.800.53.R5-EC2IMDSv2Enabled]
#     prowler: [ec2_instance_imdsv2_enabled, ec2_launch_template_imdsv2_required]
package policies.iam.ec2_imdsv2_required

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.network_joins
import data.policies.lib.settings
import data.policies.lib.value

# Where each kind says how its metadata service answers, and which image it starts.
_paths := {
	"AWS::EC2::Instance": {
		"kind": "EC2 instance",
		"tokens": ["Properties", "MetadataOptions", "HttpTokens"],
		"endpoint": ["Properties", "MetadataOptions", "HttpEndpoint"],
		"image": ["Properties", "ImageId"],
	},
	"AWS::EC2::LaunchTemplate": {
		"kind": "Launch template",
		"tokens": ["Properties", "LaunchTemplateData", "MetadataOptions", "HttpTokens"],
		"endpoint": ["Properties", "LaunchTemplateData", "MetadataOptions", "HttpEndpoint"],
		"image": ["Properties", "LaunchTemplateData", "ImageId"],
	},
	"AWS::AutoScaling::LaunchConfiguration": {
		"kind": "Launch configuration",
		"tokens": ["Properties", "MetadataOptions", "HttpTokens"],
		"endpoint": ["Properties", "MetadataOptions", "HttpEndpoint"],
		"image": ["Properties", "ImageId"],
	},
	"aws_instance": {
		"kind": "EC2 instance",
		"tokens": ["metadata_options", 0, "http_tokens"],
		"endpoint": ["metadata_options", 0, "http_endpoint"],
		"image": ["ami"],
	},
	"aws_launch_template": {
		"kind": "Launch template",
		"tokens": ["metadata_options", 0, "http_tokens"],
		"endpoint": ["metadata_options", 0, "http_endpoint"],
		"image": ["image_id"],
	},
	"aws_launch_configuration": {
		"kind": "Launch configuration",
		"tokens": ["metadata_options", 0, "http_tokens"],
		"endpoint": ["metadata_options", 0, "http_endpoint"],
		"image": ["image_id"],
	},
}

# Where an instance names its launch template.
_link_paths := {
	"AWS::EC2::Instance": {
		"whole": ["Properties", "LaunchTemplate"],
		"names": [
			["Properties", "LaunchTemplate", "LaunchTemplateId"],
			["Properties", "LaunchTemplate", "LaunchTemplateName"],
		],
	},
	"aws_instance": {
		"whole": ["launch_template"],
		"names": [["launch_template", 0, "id"], ["launch_template", 0, "name"]],
	},
}

_template_names := {
	"AWS::EC2::LaunchTemplate": ["Properties", "LaunchTemplateName"],
	"aws_launch_template": ["name"],
}

_computers := graph.of_types(object.keys(_paths))

_instances := graph.of_types(object.keys(_link_paths))

_record(computer, what) := value.get(computer, _paths[computer.type][what])

# What a machine says itself: "pass", "fail", "open", or "absent" where it leaves the version to others.
_stated(computer) := _said(
	settings.text(_record(computer, "tokens"), ""),
	settings.text(_record(computer, "endpoint"), ""),
)

_said(tokens, endpoint) := "pass" if "yes" in {_is(tokens, "required"), _is(endpoint, "disabled")}

_said(tokens, endpoint) := "open" if {
	not "yes" in {_is(tokens, "required"), _is(endpoint, "disabled")}
	"open" in {_is(tokens, "required"), _is(endpoint, "disabled")}
}

_said(tokens, endpoint) := "fail" if {
	{_is(tokens, "required"), _is(endpoint, "disabled")} == {"no"}
	tokens != ""
}

# A plan writes an empty text for what the author left out.
_said(tokens, endpoint) := "absent" if {
	tokens == ""
	_is(endpoint, "disabled") == "no"
}

_is(text, _) := "open" if text == null

_is(text, wanted) := "yes" if text == wanted

_is(text, wanted) := "no" if {
	text != null
	text != wanted
}

# The launch template of each instance: {"to": addresses, "state": "none", "known" or "open"}.
_links := {instance.address: link |
	some instance in _instances
	link := _linked(instance, _link_paths[instance.type])
}

_link(instance) := _links[instance.address]

_linked(instance, paths) := {"to": to, "state": _link_state(found, to, whole)} if {
	whole := value.present(instance, paths.whole)
	found := [join | some path in paths.names; join := network_joins.join(instance, path, object.keys(_template_names))]
	to := {address | some join in found; some address in join.to} | {address |
		some path in paths.names
		name := object.get(instance.node, path, "")
		some address in object.get(_by_name, name, set())
		address != ""
	}
}

# Without an entry the index would be undefined to one of the engines; no template has an empty name.
_by_name[""] contains ""

_by_name[name] contains template.address if {
	some template in graph.of_types(object.keys(_template_names))
	name := object.get(template.node, _template_names[template.type], null)
	is_string(name)
	name != ""
}

_link_state(_, to, _) := "known" if count(to) > 0

_link_state(found, to, whole) := "open" if {
	count(to) == 0
	_links_somewhere(found, whole)
}

_link_state(found, to, whole) := "none" if {
	count(to) == 0
	not _links_somewhere(found, whole)
}

_links_somewhere(_, whole) if value.is_unknown(whole)

_links_somewhere(found, _) if {
	some join in found
	join.written
}

# From each launch template to the instances that start with it.
_started_with[""] contains ""

_started_with[address] contains instance.address if {
	some instance in _instances
	some address in _link(instance).to
}

# Images of Amazon Linux 2023 ask for version 2 where nothing else is said.
_image_words := `al2023|amazon-linux-2023`

# Whether the image of a machine is known to be such a one.
_asks_by_image(computer) if {
	texts := _image_texts(computer)
	count(texts) > 0
	every text in texts { regex.match(_image_words, lower(text)) }
}

# A launch template without an image starts those of its instances.
_asks_by_image(computer) if {
	value.is_absent(value.present(computer, _paths[computer.type].image))
	users := object.get(_started_with, computer.address, set())
	count(users) > 0
	every user in users {
		texts := _image_texts(input.resources[user])
		count(texts) > 0
		every text in texts { regex.match(_image_words, lower(text)) }
	}
}

# Every text that names the image: a literal, the name of a parameter, the filters of a data source.
_image_texts(computer) := array.concat(
	[text |
		written := object.get(computer.node, _paths[computer.type].image, null)
		count(_image_sources(computer)) == 0
		text := _image_text(written)
	],
	[text |
		some address in _image_sources(computer)
		text := _source_text(graph.at(address))
	],
)

_image_sources(computer) := {address |
	some address in graph.referenced(computer, _paths[computer.type].image)
	graph.at(address) != null
}

_image_text(written) := written if is_string(written)

_image_text(written) := concat("*", [part | some part in written["$partial"]; is_string(part)]) if {
	value.partial(written)
}

# A parameter of Parameter Store: its name stands in the template, as the default of the parameter or by itself.
_image_text(written) := object.get(input, ["unit", "parameters", name, "default"], name) if {
	value.unknown(written)
	name := written["$unknown"].name
	is_string(object.get(input, ["unit", "parameters", name, "default"], name))
}

_source_text(source) := concat(" ", sort(_names_of(source)))

_names_of(source) := {name | name := object.get(source.node, "name", null); is_string(name)} if {
	source.type == "data.aws_ssm_parameter"
}

_names_of(source) := names if {
	source.type == "data.aws_ami"
	filtered := {name |
		some block in value.list(object.get(source.node, "filter", null))
		object.get(block, "name", null) == "name"
		some name in value.list(object.get(block, "values", null))
		is_string(name)
	}
	matched := {name | name := object.get(source.node, "name_regex", null); is_string(name)}
	names := filtered | matched
}

_names_of(source) := set() if not source.type in {"data.aws_ssm_parameter", "data.aws_ami"}

# What the account says for machines that say nothing: "pass", "open" or "none". A provider that a module was handed
# may be the one of the defaults.
_account(computer) := _best({state |
	some defaults in graph.of_types(["aws_ec2_instance_metadata_defaults"])
	_same_region(defaults, computer)
	state := _covered(_default_state(defaults), defaults.provider, computer.provider)
})

_best(states) := "pass" if "pass" in states

_best(states) := "open" if {
	not "pass" in states
	"open" in states
}

_best(states) := "none" if count(states & {"pass", "open"}) == 0

_default_state(defaults) := _said(
	settings.text(value.get(defaults, ["http_tokens"]), ""),
	settings.text(value.get(defaults, ["http_endpoint"]), ""),
)

_covered(state, one, other) := state if one == other

_covered(state, one, other) := "none" if {
	one != other
	_told_apart(state, one, other)
}

_covered(state, one, other) := "open" if {
	one != other
	not _told_apart(state, one, other)
}

_told_apart(state, _, _) if not state in {"pass", "open"}

_told_apart(_, one, other) if {
	not contains(one, ":")
	not contains(other, ":")
}

_same_region(one, other) if count({region |
	some resource in [one, other]
	region := object.get(resource.node, "region", null)
	is_string(region)
}) < 2

# Where nothing is said, the image and the account decide.
_by_default(computer) := "pass" if _asks_by_image(computer)

_by_default(computer) := _defaulted[_account(computer)] if not _asks_by_image(computer)

_defaulted := {"pass": "pass", "open": "open", "none": "fail"}

# Launch templates and configurations.
_state(computer) := stated if {
	not computer.type in object.keys(_link_paths)
	stated := _stated(computer)
	stated != "absent"
}

_state(computer) := _by_default(computer) if {
	not computer.type in object.keys(_link_paths)
	_stated(computer) == "absent"
}

# Instances. What a launch template of the unit leaves out is reported there, and the instance is not judged.
_state(instance) := stated if {
	instance.type in object.keys(_link_paths)
	stated := _stated(instance)
	stated != "absent"
}

_state(instance) := _by_default(instance) if {
	instance.type in object.keys(_link_paths)
	_stated(instance) == "absent"
	_link(instance).state == "none"
}

_state(instance) := "open" if {
	instance.type in object.keys(_link_paths)
	_stated(instance) == "absent"
	_link(instance).state == "open"
}

_state(instance) := state if {
	instance.type in object.keys(_link_paths)
	_stated(instance) == "absent"
	link := _link(instance)
	link.state == "known"
	templates := [graph.at(address) | some address in link.to]
	every template in templates { _state_of[template.address] == "pass" }
	state := _through(instance, templates)
}

_state_of := {computer.address: state |
	some computer in graph.of_types(object.keys(_template_names))
	state := _template_state(computer)
}

_template_state(computer) := _by_default(computer) if _stated(computer) == "absent"

_template_state(computer) := stated if {
	stated := _stated(computer)
	stated != "absent"
}

# An instance may start another image than the one for which its launch template needs to say nothing.
_through(instance, templates) := "pass" if not _replaces_image(instance, templates)

_through(instance, templates) := _by_default(instance) if _replaces_image(instance, templates)

_replaces_image(instance, templates) if {
	not value.is_absent(value.present(instance, _paths[instance.type].image))
	some template in templates
	_stated(template) == "absent"
}

_assessed := [row |
	some computer in _computers
	state := _state(computer)
	record := _record(computer, "tokens")
	row := {
		"state": state,
		"resource": computer.address,
		"path": record.path,
		"defect": "http-tokens",
		"message": sprintf("%s '%s' does not require IMDSv2: %s; set it to 'required'.", [
			_paths[computer.type].kind,
			computer.address,
			_reason(computer, record),
		]),
	}
]

_reason(computer, record) := settings.fact(record) if not _leaves_it_to_template(computer)

_reason(computer, record) := sprintf("%s, and its launch template is not declared here", [settings.fact(record)]) if {
	_leaves_it_to_template(computer)
}

_leaves_it_to_template(computer) if {
	_stated(computer) == "absent"
	_links[computer.address].state == "open"
}

subjects contains row.resource if some row in _assessed

examined contains record if {
	some computer in _computers
	some what in ["tokens", "endpoint"]
	record := _record(computer, what)
	record.resource in subjects
}

examined contains record if {
	some instance in _instances
	record := value.present(instance, _link_paths[instance.type].whole)
	record.resource in subjects
	not value.is_absent(record)
}

examined contains record if {
	some computer in _computers
	record := value.present(computer, _paths[computer.type].image)
	record.resource in subjects
	value.is_known(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
