# METADATA
# title: What uses each security group of the unit
# description: |
#   One row a group that something uses: {"attached": places, "passed": places, "exported": whether an output gives it
#   away}. A place is {"address", "type", "path"}. Attached is what lists the group among its own; passed is any other
#   mention, from which it may reach an attachment outside the unit (a nested stack, a parameter, a variable).
package policies.views.security_group_attachments

import data.policies.lib.graph

_group_types := ["AWS::EC2::SecurityGroup", "aws_security_group", "aws_default_security_group"]

# A mention here is no attachment: the group is a source or owner of rules.
_rule_types := {
	"AWS::EC2::SecurityGroup",
	"AWS::EC2::SecurityGroupIngress",
	"AWS::EC2::SecurityGroupEgress",
	"aws_security_group",
	"aws_default_security_group",
	"aws_security_group_rule",
	"aws_vpc_security_group_ingress_rule",
	"aws_vpc_security_group_egress_rule",
}

_passing_types := {"AWS::CloudFormation::Stack", "AWS::SSM::Parameter", "aws_ssm_parameter", "aws_cloudformation_stack"}

rows := {group.address: row |
	some group in graph.of_types(_group_types)
	row := {
		"attached": sort([each | some each in _places("attached", group.address)]),
		"passed": sort([each | some each in _places("passed", group.address)]),
		"exported": group.address in _exported,
	}
}

_places(use, group) := object.get(_used, sprintf("%s %s", [use, group]), set())

_exported contains edge.address if {
	some output in object.get(input, "outputs", [])
	some edge in object.get(output, "references", [])
}

# Keeps the index without entries defined under regorus; no use is empty.
_used[""] contains null

_used[key] contains mention.place if {
	some mention in _mentions
	key := sprintf("%s %s", [mention.use, mention.group])
}

_groups := {group.address | some group in graph.of_types(_group_types)}

_mentions := [{"group": edge.address, "use": _use(resource, edge.path), "place": place} |
	count(_groups) > 0
	some address, resource in input.resources
	not resource.type in _rule_types
	some edge in object.get(resource, "references", [])
	edge.address in _groups
	not edge.path[0] in {"DependsOn", "depends_on"}
	place := {"address": address, "type": resource.type, "path": edge.path}
]

_use(resource, path) := "attached" if _attaches(resource, path)

_use(resource, path) := "passed" if not _attaches(resource, path)

_attaches(resource, path) if {
	not resource.type in _passing_types
	not startswith(resource.type, "Custom::")
	not startswith(resource.type, "data.")
	some key in path
	is_string(key)
	regex.match(`(?i)security_?group|^group_?set$|^groups$`, key)
	not regex.match(`(?i)source`, key)
}
