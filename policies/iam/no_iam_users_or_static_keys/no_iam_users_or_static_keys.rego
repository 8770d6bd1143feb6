# METADATA
# scope: package
# title: Grant permissions through roles, not users or access keys
# description: |
#   A user's access key or password works from anywhere and until somebody thinks of replacing it, and it leaks through
#   state files, outputs and laptops. A role hands out credentials that end by themselves.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-2
# custom:
#   id: IAM-014
#   slug: no-iam-users-or-static-keys
#   family: IAM
#   severity: high
#   score: 7.2
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::IAM::User
#     - AWS::IAM::AccessKey
#     - AWS::IAM::Policy
#     - AWS::IAM::ManagedPolicy
#     - AWS::IAM::UserPolicy
#     - AWS::IAM::UserToGroupAddition
#     - aws_iam_user
#     - aws_iam_access_key
#     - aws_iam_user_policy
#     - aws_iam_user_policy_attachment
#     - aws_iam_policy_attachment
#     - aws_iam_user_login_profile
#     - aws_iam_user_group_membership
#     - aws_iam_group_membership
#   subjects:
#     - AWS::IAM::User
#     - AWS::IAM::AccessKey
#     - AWS::IAM::Policy
#     - AWS::IAM::ManagedPolicy
#     - AWS::IAM::UserPolicy
#     - aws_iam_user
#     - aws_iam_access_key
#     - aws_iam_user_policy
#     - aws_iam_user_policy_attachment
#     - aws_iam_policy_attachment
#     - aws_iam_user_login_profile
#   params: []
#   packs: [baseline, reference-architecture, cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["IAM.2"]
#       cis_aws_3.0: ["1.15"]
#       cis_aws_5.0: ["1.14"]
#       nist_800_53_r5: ["AC-2(1)", "AC-6"]
#       pci_dss_4.0: ["7.2.1", "7.2.2", "7.2.5", "7.3.1", "7.3.2", "7.3.3"]
#       soc2: ["CC1.3"]
#       hipaa:
#         ["164.308(a)(3)(i)", "164.308(a)(3)(ii)(A)", "164.308(a)(3)(ii)(B)", "164.308(a)(4)(i)",
#          "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"]
#     judged:
#       nist_800_53_r5: ["IA-5"]
#       pci_dss_4.0: ["8.6.1"]
#       iso_27001_2022: ["A.5.16", "A.5.18"]
#   cwe: [522, 324]
#   remediation:
#     cloudformation: "Replace the user and its AWS::IAM::AccessKey by an AWS::IAM::Role that the workload assumes, or
#       by an IAM Identity Center permission set for people. Attach policies with `Roles:` or `Groups:` in place of
#       `Users:`, and list a group in `Groups:` of each user that stays."
#     terraform-plan: "Replace aws_iam_user and aws_iam_access_key by an aws_iam_role that the workload assumes, or by
#       an aws_ssoadmin_permission_set for people. Use aws_iam_role_policy_attachment or
#       aws_iam_group_policy_attachment in place of the user's, and an aws_iam_user_group_membership for each user that
#       stays."
#   peers:
#     checkov: [CKV_AWS_40, CKV2_AWS_21, CKV2_AWS_22]
#     trivy: [AWS-0143]
#     cfn_nag: [F10, F11, F12, F2000]
#     guard: [iam_no_policy_on_user, iam_user_no_policies_check, iam_user_missing_group_rule]
#     cdk_nag: [NIST.800.53.R5-IAMUserNoPolicies, NIST.800.53.R5-IAMUserGroupMembership]
#     prowler: [iam_policy_attached_only_to_group_or_roles]
package policies.iam.no_iam_users_or_static_keys

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.settings
import data.policies.lib.value

_users := graph.of_types(["AWS::IAM::User", "aws_iam_user"])

# Access keys. An output that shows the secret hands it to everybody who may read the stack.
_status_paths := {
	"AWS::IAM::AccessKey": ["Properties", "Status"],
	"aws_iam_access_key": ["status"],
}

_of_keys := [row |
	some key in graph.of_types(object.keys(_status_paths))
	row := object.union(
		{"state": "fail", "resource": key.address, "path": [], "defect": "access-key"},
		_key_case(key),
	)
]

_key_case(key) := {
	"severity": "critical",
	"message": sprintf("Access key '%s' never expires, and output '%s' shows its secret to all who read the stack: %s.", [
		key.address,
		shown[0],
		_instead,
	]),
} if {
	shown := _outputs_with(key.address)
	count(shown) > 0
}

_key_case(key) := {
	"severity": "medium",
	"message": sprintf("Access key '%s' never expires; it is inactive now, and one call makes it work again: %s.", [
		key.address,
		"delete it",
	]),
} if {
	count(_outputs_with(key.address)) == 0
	_inactive(key)
}

_key_case(key) := {
	"message": sprintf("Access key '%s' never expires, and %s: %s.", [key.address, _kept[key.type], _instead]),
} if {
	count(_outputs_with(key.address)) == 0
	not _inactive(key)
}

_instead := "let the workload assume a role instead"

_kept := {
	"AWS::IAM::AccessKey": "its secret goes wherever the stack hands it",
	"aws_iam_access_key": "its secret stands in the Terraform state",
}

_inactive(key) if settings.text(value.get(key, _status_paths[key.type]), "active") == "inactive"

_outputs_with(address) := sort([output.name |
	some output in object.get(input, "outputs", [])
	some reference in output.references
	reference.address == address
	reference.attribute == "SecretAccessKey"
])

# What a user says about itself.
_own := {
	"Policies": {
		"defect": "inline-policies",
		"message": "User '%s' has policies of its own: put them on a role or a group",
	},
	"ManagedPolicyArns": {
		"defect": "attached-policies",
		"message": "User '%s' has policies attached to it: attach them to a role or a group",
	},
	"LoginProfile": {
		"defect": "login-profile",
		"message": "User '%s' can sign in with a password: let people sign in through IAM Identity Center",
	},
}

_of_own := [row |
	some user in graph.of_types(["AWS::IAM::User"])
	some property, it in _own
	record := value.get(user, ["Properties", property])
	row := {
		"state": _empty(record),
		"resource": user.address,
		"path": record.path,
		"defect": it.defect,
		"severity": "medium",
		"message": sprintf("%s.", [sprintf(it.message, [user.address])]),
	}
]

# The state of what must not hold anything.
_empty(record) := "pass" if value.is_absent(record)

_empty(record) := "open" if value.is_unknown(record)

_empty(record) := "pass" if {
	value.is_known(record)
	not _holds(record.value)
}

_empty(record) := "fail" if {
	value.is_known(record)
	_holds(record.value)
}

# A list of empty names names nobody.
_holds(written) if {
	is_array(written)
	some element in written
	element != ""
}

_holds(written) if {
	not is_array(written)
	count(written) > 0
}

# Resources that give something to users, and where they name them. Those of one user always do.
_grants := {
	"AWS::IAM::Policy": {"path": ["Properties", "Users"], "what": "Policy '%s' is attached to a user"},
	"AWS::IAM::ManagedPolicy": {"path": ["Properties", "Users"], "what": "Policy '%s' is attached to a user"},
	"AWS::IAM::UserPolicy": {"path": ["Properties", "UserName"], "what": "Policy '%s' belongs to a user"},
	"aws_iam_user_policy": {"path": ["user"], "what": "Policy '%s' belongs to a user"},
	"aws_iam_user_policy_attachment": {"path": ["user"], "what": "'%s' attaches a policy to a user"},
	"aws_iam_policy_attachment": {"path": ["users"], "what": "'%s' attaches a policy to users"},
}

_lists := {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "aws_iam_policy_attachment"}

_of_grants := [row |
	some grant in graph.of_types(object.keys(_grants))
	it := _grants[grant.type]
	record := value.present(grant, it.path)
	state := _granted(grant, record)
	state != "none"
	row := {
		"state": state,
		"resource": grant.address,
		"path": record.path,
		"defect": "users",
		"severity": "medium",
		"message": sprintf("%s: attach it to a role or a group.", [sprintf(it.what, [grant.address])]),
	}
]

_granted(grant, _) := "fail" if not grant.type in _lists

_granted(grant, record) := _to_users[_empty(record)] if grant.type in _lists

_to_users := {"fail": "fail", "open": "open", "pass": "none"}

_of_logins := [row |
	some login in graph.of_types(["aws_iam_user_login_profile"])
	row := {
		"state": "fail",
		"resource": login.address,
		"path": ["user"],
		"defect": "login-profile",
		"severity": "medium",
		"message": sprintf("'%s' gives a user a password: let people sign in through IAM Identity Center.", [
			login.address,
		]),
	}
]

# Groups. A user names them itself, or something that makes members names the user.
_memberships := {
	"AWS::IAM::UserToGroupAddition": {
		"users": ["Properties", "Users"],
		"groups": ["Properties", "GroupName"],
	},
	"aws_iam_user_group_membership": {"users": ["user"], "groups": ["groups"]},
	"aws_iam_group_membership": {"users": ["users"], "groups": ["group"]},
}

_name_paths := {"AWS::IAM::User": ["Properties", "UserName"], "aws_iam_user": ["name"]}

# Names of users compare without case. The empty name keeps an index without entries defined.
_named[""] contains ""

_named[name] contains user.address if {
	some user in _users
	written := object.get(user.node, _name_paths[user.type], null)
	is_string(written)
	name := lower(written)
}

_members contains address if {
	some membership in graph.of_types(object.keys(_memberships))
	paths := _memberships[membership.type]
	some written in value.list(object.get(membership.node, paths.users, null))
	is_string(written)
	some address in object.get(_named, lower(written), set())
	_has_groups(membership, paths)
}

_members contains address if {
	some membership in graph.of_types(object.keys(_memberships))
	paths := _memberships[membership.type]
	some address in graph.referenced(membership, paths.users)
	_has_groups(membership, paths)
}

_has_groups(membership, paths) if {
	groups := value.present(membership, paths.groups)
	_empty(groups) != "pass"
}

# Members that are not known may be any user.
_strangers := [address |
	some membership in graph.of_types(object.keys(_memberships))
	some written in value.list(object.get(membership.node, _memberships[membership.type].users, null))
	value.opaque(written)
	count(graph.referenced(membership, _memberships[membership.type].users)) == 0
	address := membership.address
]

_groups(user) := value.get(user, ["Properties", "Groups"])

_grouped(user) := "pass" if user.address in _members

_grouped(user) := state if {
	not user.address in _members
	state := _grouped_itself[_empty(_groups(user))]
}

_grouped_itself := {"fail": "pass", "open": "open", "pass": _by_strangers[count(_strangers) > 0]}

_by_strangers := {true: "open", false: "fail"}

_of_users := [row |
	some user in _users
	row := {
		"state": _grouped(user),
		"resource": user.address,
		"path": [],
		"defect": "no-group",
		"severity": "low",
		"message": sprintf("User '%s' is in no group, so its rights can only be managed one by one.", [user.address]),
	}
]

_assessed := array.concat(
	array.concat(array.concat(_of_keys, _of_own), array.concat(_of_grants, _of_logins)),
	_of_users,
)

subjects contains row.resource if some row in _assessed

examined contains record if {
	some key in graph.of_types(object.keys(_status_paths))
	record := value.get(key, _status_paths[key.type])
}

examined contains record if {
	some user in graph.of_types(["AWS::IAM::User"])
	some property in ["Policies", "ManagedPolicyArns", "LoginProfile", "Groups"]
	record := value.get(user, ["Properties", property])
}

examined contains record if {
	some grant in graph.of_types(object.keys(_grants))
	record := value.present(grant, _grants[grant.type].path)
	not value.is_absent(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
