# METADATA
# title: Who holds which policies
# description: |
#   One row a role, user, group and permission set of the unit: the documents that grant it something (inline, attached,
#   of its groups), the policies of AWS that are attached to it, its permissions boundary, and what is attached but not
#   shown. A policy that nothing of the unit holds has a row of its own, of the kind "policy": whoever will hold it has
#   at least its rights. `documents` are positions in the view `policy_documents`.
package policies.views.policy_holders

import data.policies.lib.attached_policies
import data.policies.lib.policy_documents
import data.policies.lib.value

# Types of principals, with the paths of their names and boundaries.
_principals := {
	"AWS::IAM::Role": {
		"kind": "role", "name": ["Properties", "RoleName"],
		"boundary": ["Properties", "PermissionsBoundary"],
	},
	"AWS::IAM::User": {
		"kind": "user", "name": ["Properties", "UserName"],
		"boundary": ["Properties", "PermissionsBoundary"],
	},
	"AWS::IAM::Group": {
		"kind": "group", "name": ["Properties", "GroupName"],
		"boundary": [""],
	},
	"AWS::SSO::PermissionSet": {
		"kind": "permission set", "name": ["Properties", "Name"],
		"boundary": ["Properties", "PermissionsBoundary"],
	},
	"aws_iam_role": {
		"kind": "role", "name": ["name"],
		"boundary": ["permissions_boundary"],
	},
	"aws_iam_user": {"kind": "user", "name": ["name"], "boundary": ["permissions_boundary"]},
	"aws_iam_group": {"kind": "group", "name": ["name"], "boundary": [""]},
	"aws_ssoadmin_permission_set": {"kind": "permission set", "name": ["name"], "boundary": [""]},
}

# Policies and attachments that name principals: the path and the kind of each.
_cfn_lists := [
	{"path": ["Properties", "Roles"], "kind": "role"},
	{"path": ["Properties", "Users"], "kind": "user"},
	{"path": ["Properties", "Groups"], "kind": "group"},
]

_naming := {
	"AWS::IAM::Policy": _cfn_lists,
	"AWS::IAM::ManagedPolicy": _cfn_lists,
	"AWS::IAM::RolePolicy": [{"path": ["Properties", "RoleName"], "kind": "role"}],
	"AWS::IAM::UserPolicy": [{"path": ["Properties", "UserName"], "kind": "user"}],
	"AWS::IAM::GroupPolicy": [{"path": ["Properties", "GroupName"], "kind": "group"}],
	"aws_iam_role_policy": [{"path": ["role"], "kind": "role"}],
	"aws_iam_user_policy": [{"path": ["user"], "kind": "user"}],
	"aws_iam_group_policy": [{"path": ["group"], "kind": "group"}],
	"aws_iam_role_policy_attachment": [{"path": ["role"], "kind": "role"}],
	"aws_iam_user_policy_attachment": [{"path": ["user"], "kind": "user"}],
	"aws_iam_group_policy_attachment": [{"path": ["group"], "kind": "group"}],
	"aws_iam_policy_attachment": [
		{"path": ["roles"], "kind": "role"},
		{"path": ["users"], "kind": "user"},
		{"path": ["groups"], "kind": "group"},
	],
	"aws_iam_role_policy_attachments_exclusive": [{"path": ["role_name"], "kind": "role"}],
	"aws_iam_user_policy_attachments_exclusive": [{"path": ["user_name"], "kind": "user"}],
	"aws_iam_group_policy_attachments_exclusive": [{"path": ["group_name"], "kind": "group"}],
	"aws_ssoadmin_permission_set_inline_policy": [{"path": ["permission_set_arn"], "kind": "permission set"}],
	"aws_ssoadmin_managed_policy_attachment": [{"path": ["permission_set_arn"], "kind": "permission set"}],
}

# Memberships of users: where the user and the groups stand.
_memberships := {
	"AWS::IAM::User": {"users": "", "groups": ["Properties", "Groups"]},
	"AWS::IAM::UserToGroupAddition": {"users": ["Properties", "Users"], "groups": ["Properties", "GroupName"]},
	"aws_iam_user_group_membership": {"users": ["user"], "groups": ["groups"]},
	"aws_iam_group_membership": {"users": ["users"], "groups": ["group"]},
}

rows := array.concat(_of_principals, _of_policies)

_of_principals := [row |
	some type, described in _principals
	some resource in object.get(input.by_type, type, [])
	row := _row(resource, described)
]

_row(resource, described) := {
	"principal": resource.address,
	"kind": described.kind,
	"documents": _documents_of(holders | policies),
	"managed": [attachment | some attachment in attachments; attachment.managed != null],
	"boundary": _boundary(resource, described),
	"hidden": array.concat(hidden, array.concat(_opaque_parts(holders | policies), _unread_parts(resource))),
} if {
	holders := _holders(resource, described.kind)
	attachments := [attachment | some holder in holders; some attachment in attached_policies.at(holder)]
	policies := {policy | some attachment in attachments; some policy in attachment.policies}
	hidden := [object.union(object.remove(attachment, ["managed", "policies"]), {"what": "attached"}) |
		some attachment in attachments
		attachment.managed == null
		count(attachment.policies) == 0
	]
}

# The principal, what names it, its groups and what names them.
_holders(resource, kind) := ({resource.address} | _naming_it(resource.address)) | of_groups if {
	of_groups := {holder |
		kind == "user"
		some group in object.get(_groups_of, resource.address, set())
		some holder in {group} | _naming_it(group)
	}
}

_naming_it(address) := object.get(_named_by, address, set())

_named_by[""] contains ""

_named_by[address] contains resource.address if {
	some type, places in _naming
	some resource in object.get(input.by_type, type, [])
	some place in places
	some address in _targets(resource, place.path, place.kind)
}

# The principals of a kind that the value at a path refers to or names.
_targets(resource, path, kind) := {edge.address |
	some edge in object.get(resource, "references", [])
	array.slice(edge.path, 0, count(path)) == path
	_kind_of[edge.address] == kind
} | {address |
	some written in value.list(object.get(resource.node, path, null))
	is_string(written)
	some address in object.get(_by_name, concat(" ", [kind, _last(written)]), set())
}

_last(text) := parts[count(parts) - 1] if parts := split(text, "/")

_kind_of := {resource.address: described.kind |
	some type, described in _principals
	some resource in object.get(input.by_type, type, [])
}

_by_name[""] contains ""

_by_name[key] contains resource.address if {
	some type, described in _principals
	some resource in object.get(input.by_type, type, [])
	name := object.get(resource.node, described.name, null)
	is_string(name)
	key := concat(" ", [described.kind, name])
}

_groups_of[""] contains ""

_groups_of[user] contains group if {
	some type, paths in _memberships
	some resource in object.get(input.by_type, type, [])
	some user in _members(resource, paths.users)
	some group in _targets(resource, paths.groups, "group")
}

_members(resource, path) := {resource.address} if path == ""

_members(resource, path) := _targets(resource, path, "user") if path != ""

# The positions of the documents that stand at some places, or at the data sources that these take them from.
_documents_of(places) := [index |
	some place in sort(places | _sources_of(places))
	some index in sort(object.get(_documents_at, place, set()))
]

_documents_at[""] contains 0

_documents_at[document.resource] contains index if {
	some index, document in policy_documents.rules
	document.kind == "identity"
}

_sources_of(places) := {source |
	direct := {source | some place in places; some source in object.get(_takes, place, set())}
	count(direct) > 0
	some source in graph.reachable(_composition, direct)
}

_takes[""] contains ""

_takes[resource.address] contains edge.address if {
	some type in _document_types
	some resource in object.get(input.by_type, type, [])
	some edge in object.get(resource, "references", [])
	contains(edge.address, "data.aws_iam_policy_document.")
	edge.path[0] in {"policy", "inline_policy", "source_policy_documents", "override_policy_documents"}
}

_document_types := [
	"aws_iam_policy",
	"aws_iam_role_policy",
	"aws_iam_user_policy",
	"aws_iam_group_policy",
	"aws_iam_role",
	"aws_ssoadmin_permission_set_inline_policy",
	"data.aws_iam_policy_document",
]

_composition := {source.address: object.get(_takes, source.address, set()) |
	some source in object.get(input.by_type, "data.aws_iam_policy_document", [])
}

# The policies of the customer that a permission set of a template names are of the accounts that it is given to.
_unread_parts(resource) := [part |
	resource.type == "AWS::SSO::PermissionSet"
	path := ["Properties", "CustomerManagedPolicyReferences"]
	held := object.get(resource.node, path, null)
	held != null
	part := {
		"resource": resource.address,
		"path": path,
		"value": held,
		"what": "unread",
	}
]

# Documents and statements of holders that are not known.
_opaque_parts(places) := [part |
	some index in _documents_of(places)
	some part in object.get(_gaps, index, [])
]

_gaps := {index: parts |
	some index, document in policy_documents.rules
	document.kind == "identity"
	whole := array.concat(
		[_gap(document, document.path, document.unknown) | document.unknown != null],
		[_gap(document, statement.path, statement.unknown) |
			some statement in document.statements
			statement.unknown != null
		],
	)
	actions := [_gap(document, action.path, action.value) |
		some statement in document.statements
		statement.effect != "Deny"
		some action in array.concat(statement.actions, statement.not_actions)
		action.pattern == null
	]
	parts := array.concat(whole, actions)
	count(parts) > 0
}

# Always defined.
_gap(document, path, written) := {
	"resource": document.resource,
	"path": path,
	"value": written,
	"what": "document",
}

# The boundary of a principal: its documents, the policy of AWS that it is, or neither if it is not shown.
_boundary(resource, described) := null if object.get(resource.node, described.boundary, null) == null

_boundary(resource, described) := {
	"path": described.boundary,
	"value": written,
	"managed": attached_policies.managed_name(written),
	"documents": [index |
		some policy in sort(policies | _sources_of(policies))
		some index in sort(object.get(_bounding_at, policy, set()))
	],
} if {
	written := object.get(resource.node, described.boundary, null)
	written != null
	policies := attached_policies.policies_at(resource, {"path": described.boundary, "value": written})
}

_bounding_at[""] contains 0

_bounding_at[document.resource] contains index if {
	some index, document in policy_documents.rules
	document.kind in {"identity", "boundary"}
}

# Policies that nothing of the unit holds, each as a principal of its own.
_held := {index | some row in _of_principals; some index in row.documents}

_of_policies := array.concat(_of_loose_policies, [row |
	some index, document in policy_documents.rules
	document.kind == "identity"
	not _held[index]
	not _held_by_loose[index]
	row := _policy_row(document.resource, [index])
])

_held_by_loose := {index | some row in _of_loose_policies; some index in row.documents}

_of_loose_policies := [row |
	some type in _loose_types
	some resource in object.get(input.by_type, type, [])
	documents := [index | some index in _documents_of({resource.address}); not _held[index]]
	count(documents) > 0
	row := _policy_row(resource.address, documents)
]

_loose_types := {
	"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy",
	"AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy",
	"aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy",
	"aws_ssoadmin_permission_set_inline_policy",
}

_policy_row(address, documents) := {
	"principal": address,
	"kind": "policy",
	"documents": documents,
	"managed": [],
	"boundary": null,
	"hidden": [part | some index in documents; some part in object.get(_gaps, index, [])],
}
