# METADATA
# title: Policies attached to principals
# description: |
#   Reads what principals and attachments list: policies of AWS, known by their names, and policies of the unit.
package policies.lib.attached_policies

import data.policies.lib.policy_patterns
import data.policies.lib.value

# Where the attached policies stand, by type.
_paths := {
	"AWS::IAM::Role": ["Properties", "ManagedPolicyArns"],
	"AWS::IAM::User": ["Properties", "ManagedPolicyArns"],
	"AWS::IAM::Group": ["Properties", "ManagedPolicyArns"],
	"AWS::SSO::PermissionSet": ["Properties", "ManagedPolicies"],
	"aws_iam_role": ["managed_policy_arns"],
	"aws_iam_role_policy_attachment": ["policy_arn"],
	"aws_iam_user_policy_attachment": ["policy_arn"],
	"aws_iam_group_policy_attachment": ["policy_arn"],
	"aws_iam_policy_attachment": ["policy_arn"],
	"aws_iam_role_policy_attachments_exclusive": ["policy_arns"],
	"aws_iam_user_policy_attachments_exclusive": ["policy_arns"],
	"aws_iam_group_policy_attachments_exclusive": ["policy_arns"],
	"aws_ssoadmin_managed_policy_attachment": ["managed_policy_arn"],
}

_managed_types := {"AWS::IAM::ManagedPolicy": ["Properties", "ManagedPolicyName"], "aws_iam_policy": ["name"]}

# What is attached at an address: {"resource", "path", "value", "managed", "policies"}. `managed` is the name of a
# policy of AWS, `policies` those of the unit. Always defined.
at(address) := object.get(by_resource, address, [])

by_resource := {resource.address: attachments |
	some type, path in _paths
	some resource in object.get(input.by_type, type, [])
	held := object.get(resource.node, path, null)
	held != null
	attachments := [attachment |
		some item in _items(held, path)
		attachment := _attachment(resource, item)
	]
}

_items(held, path) := [item |
	some index, written in held
	item := {"path": array.concat(path, [index]), "value": written}
] if {
	is_array(held)
}

_items(held, path) := [{"path": path, "value": held}] if not is_array(held)

_attachment(resource, item) := {
	"resource": resource.address,
	"path": item.path,
	"value": item.value,
	"managed": managed_name(item.value),
	"policies": policies_at(resource, item),
}

# The name of a policy of AWS, path and all: "job-function/SystemAdministrator". Null for any other.
managed_name(written) := name if {
	_is_managed(written)
	name := regex.replace(_arn(written), `^[^/]*/`, "")
}

managed_name(written) := null if not _is_managed(written)

_is_managed(written) if {
	regex.match(`^arn:[^:]*:iam::aws:policy/`, _arn(written))
	not _has_open_name(written)
}

# The name is not known where a text ends in something that is not.
_has_open_name(written) if {
	value.partial(written)
	fragments := written["$partial"]
	not contains(_text(fragments[count(fragments) - 1]), "/")
}

# Always defined.
_text(fragment) := fragment if is_string(fragment)

_text(fragment) := "" if not is_string(fragment)

# Tells whether it is not known which policy is attached.
undecided(attachment) if {
	attachment.managed == null
	count(attachment.policies) == 0
	not _names_own_policy(attachment.value)
}

_names_own_policy(written) if {
	arn := _arn(written)
	regex.match(`^arn:[^:]*:iam::[^:]+:policy/`, arn)
	not regex.match(`^arn:[^:]*:iam::aws:policy/`, arn)
}

# Always defined.
_arn(written) := arns[0] if {
	arns := array.concat([arn | arn := _known_arn(written)], [""])
}

_known_arn(written) := policy_patterns.pattern(written) if not value.reference(written)

# A data source gives the ARN that it found.
_known_arn(written) := found.node.arn if {
	value.reference(written)
	found := object.get(input.resources, written["$reference"].address, null)
	found.type == "data.aws_iam_policy"
	is_string(found.node.arn)
}

# The policies of the unit that an item refers to or names.
policies_at(resource, item) := {edge.address |
	some edge in object.get(resource, "references", [])
	array.slice(edge.path, 0, count(item.path)) == item.path
	_is_policy[edge.address]
} | _named_policies(item.value)

_named_policies(written) := object.get(_policies_by_name, _last(written), set()) if {
	is_string(written)
	not contains(written, ":iam::aws:policy/")
}

_named_policies(written) := set() if not is_string(written)

_named_policies(written) := set() if {
	is_string(written)
	contains(written, ":iam::aws:policy/")
}

_is_policy := {resource.address |
	some type, _ in _managed_types
	some resource in object.get(input.by_type, type, [])
}

_policies_by_name[""] contains ""

_policies_by_name[name] contains resource.address if {
	some type, path in _managed_types
	some resource in object.get(input.by_type, type, [])
	name := object.get(resource.node, path, null)
	is_string(name)
	name != ""
}

_last(text) := parts[count(parts) - 1] if parts := split(text, "/")
