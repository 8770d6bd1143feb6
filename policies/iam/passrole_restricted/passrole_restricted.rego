# METADATA
# scope: package
# title: Restrict iam:PassRole to named roles and services
# description: |
#   Who may pass any role to a service can start something that runs with the strongest role of the account, and so has
#   the rights of an administrator. Passing is needed for a few roles and one service each.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
# custom:
#   id: IAM-006
#   slug: passrole-restricted
#   family: IAM
#   severity: high
#   score: 8.1
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::IAM::Policy
#     - AWS::IAM::ManagedPolicy
#     - AWS::IAM::Role
#     - AWS::IAM::User
#     - AWS::IAM::Group
#     - AWS::IAM::RolePolicy
#     - AWS::IAM::UserPolicy
#     - AWS::IAM::GroupPolicy
#     - aws_iam_policy
#     - aws_iam_role_policy
#     - aws_iam_user_policy
#     - aws_iam_group_policy
#     - aws_iam_role
#     - data.aws_iam_policy_document
#     - aws_ssoadmin_permission_set_inline_policy
#     - aws_iam_user
#     - aws_iam_role_policy_attachment
#     - aws_iam_user_policy_attachment
#     - aws_iam_group_policy_attachment
#     - aws_iam_policy_attachment
#     - aws_iam_role_policy_attachments_exclusive
#     - aws_iam_user_policy_attachments_exclusive
#     - aws_iam_group_policy_attachments_exclusive
#     - aws_organizations_policy
#     - aws_vpc_endpoint
#     - aws_vpc_endpoint_policy
#     - aws_transfer_user
#     - aws_iot_policy
#     - AWS::SSO::PermissionSet
#     - AWS::IAM::UserToGroupAddition
#     - AWS::IAM::OIDCProvider
#     - aws_iam_group
#     - aws_iam_user_group_membership
#     - aws_iam_group_membership
#     - aws_ssoadmin_permission_set
#     - aws_ssoadmin_managed_policy_attachment
#     - aws_iam_openid_connect_provider
#     - data.aws_iam_policy
#   subjects:
#     - AWS::IAM::Policy
#     - AWS::IAM::ManagedPolicy
#     - AWS::IAM::Role
#     - AWS::IAM::User
#     - AWS::IAM::Group
#     - AWS::IAM::RolePolicy
#     - AWS::IAM::UserPolicy
#     - AWS::IAM::GroupPolicy
#     - AWS::SSO::PermissionSet
#     - aws_iam_policy
#     - aws_iam_role_policy
#     - aws_iam_user_policy
#     - aws_iam_group_policy
#     - aws_iam_role
#     - data.aws_iam_policy_document
#     - aws_ssoadmin_permission_set_inline_policy
#   params:
#     - name: require_named
#       type: boolean
#       description: Whether only whole ARNs of roles, each with a condition on the service, may be passed.
#       default: false
#       presets: {strict: true}
#       stricter: true
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["AC-6", "AC-6(10)"]
#       pci_dss_4.0: ["7.2.1"]
#       iso_27001_2022: ["A.8.2"]
#   cwe: [266, 269]
#   remediation:
#     cloudformation: "Name the role and the service: {Effect: Allow, Action: iam:PassRole, Resource: !GetAtt
#       TaskRole.Arn, Condition: {StringEquals: {iam:PassedToService: ecs-tasks.amazonaws.com}}}."
#     terraform-plan: "Name the role and the service: a statement with actions = [\"iam:PassRole\"], resources =
#       [aws_iam_role.task.arn], condition with test = \"StringEquals\", variable = \"iam:PassedToService\", values =
#       [\"ecs-tasks.amazonaws.com\"]."
#   peers:
#     cfn_nag: [F38, F39, F40]
#     guard: [iam_policy_no_wildcard_resource_on_passrole, iam_role_no_wildcard_resource_on_passrole]
package policies.iam.passrole_restricted

import data.policies.lib.action_grants
import data.policies.lib.effective_rights
import data.policies.lib.escalation
import data.policies.lib.identity_statements
import data.policies.lib.limiting_conditions
import data.policies.lib.policy_documents
import data.policies.lib.value

_params := data.params["IAM-006"]

_documents := [document |
	some document in policy_documents.rules
	document.kind == "identity"
]

subjects contains document.resource if some document in _documents

# A document that is unknown as a whole is read as unknown, any other as known.
examined contains record if {
	some document in _documents
	record := identity_statements.record(document)
}

# Rights to pass roles, by principal. Wildcards that hide the action are findings of IAM-002 already, and what NotAction
# and policies of AWS allow belongs to other controls too.
_passes := [pass |
	some row in effective_rights.rules
	some hold in row.holds
	hold.action == "iam:passrole"
	hold.document >= 0
	hold.written != "NotAction"
	action_grants.width(hold.pattern, {"readonly_prefixes": [], "exempt_services": []}) == "narrow"
	not escalation.passing_keys[escalation.key(hold)]
	some element in hold.elements
	pass := {"hold": hold, "element": element, "defect": _defect(hold, element)}
]

# What is wrong with passing what an element names: "every", "part", "any-service" or "" for nothing.
_defect(_, element) := "every" if escalation.breadth(element) in {"open", "unknown"}

_defect(hold, element) := "part" if {
	escalation.breadth(element) == "part"
	_may_not_pass_in_part(hold, element)
}

_defect(hold, element) := "any-service" if {
	escalation.breadth(element) == "named"
	_params.require_named
	not limiting_conditions.has(hold.limits, "service")
}

_defect(hold, element) := "" if {
	escalation.breadth(element) == "part"
	not _may_not_pass_in_part(hold, element)
}

_defect(hold, element) := "" if {
	escalation.breadth(element) == "named"
	not _lacks_service(hold)
}

_lacks_service(hold) if {
	_params.require_named
	not limiting_conditions.has(hold.limits, "service")
}

_may_not_pass_in_part(hold, element) if escalation.passes_widely(hold, element)

_may_not_pass_in_part(_, _) if _params.require_named

_is_decided(pass) if {
	escalation.breadth(pass.element) != "unknown"
	count(pass.hold.gaps) == 0
}

deny contains violation if {
	some pass in _passes
	pass.defect != ""
	_is_decided(pass)
	violation := object.union(_violation(pass), {
		"severity": _severity(pass.hold),
		"message": _message(pass),
	})
}

undecided contains violation if {
	some pass in _passes
	pass.defect != ""
	not _is_decided(pass)
	violation := object.union(_violation(pass), {"message": sprintf("%s may let its holder pass any role: %s.", [
		_name(pass),
		value.reason(_gap(pass)),
	])})
}

_gap(pass) := pass.element.value if escalation.breadth(pass.element) == "unknown"

_gap(pass) := pass.hold.gaps[0].value if escalation.breadth(pass.element) != "unknown"

_violation(pass) := {
	"resource": pass.hold.resource,
	"path": pass.element.path,
	"defect": sprintf("%s/%s", [
		identity_statements.key(_document(pass), _statement(pass)),
		value.shown(pass.element.value),
	]),
}

_document(pass) := policy_documents.rules[pass.hold.document]

_statement(pass) := _document(pass).statements[pass.hold.statement]

_name(pass) := sprintf("Statement %s of '%s'", [
	identity_statements.name(_document(pass), _statement(pass)),
	pass.hold.resource,
])

# A condition on the service or on what the role is for leaves something to be limited.
_severity(hold) := "medium" if _is_limited(hold)

_severity(hold) := "high" if not _is_limited(hold)

_is_limited(hold) if limiting_conditions.has(hold.limits, "service")

_is_limited(hold) if limiting_conditions.has(hold.limits, "associated")

_message(pass) := sprintf("%s lets its holder pass %s to %s: %s.", [
	_name(pass),
	_roles(pass),
	_services(pass.hold),
	_advice(pass),
])

_roles(pass) := sprintf("every role ('%s')", [_shown(pass.element)]) if pass.defect == "every"

_roles(pass) := sprintf("every role named like '%s'", [pass.element.tail]) if pass.defect == "part"

_roles(pass) := sprintf("the role '%s'", [_shown(pass.element)]) if pass.defect == "any-service"

_shown(element) := value.shown(element.value) if not value.partial(element.value)

_shown(element) := value.source_text(element.value) if value.partial(element.value)

_services(hold) := "any service" if not limiting_conditions.has(hold.limits, "service")

_services(hold) := sprintf("'%s'", [concat("', '", services)]) if {
	limiting_conditions.has(hold.limits, "service")
	services := [service | some limit in hold.limits; limit.kind == "service"; some service in limit.values]
}

_advice(pass) := "name the roles that are passed, and the service in a condition on 'iam:PassedToService'" if {
	pass.defect != "any-service"
	not limiting_conditions.has(pass.hold.limits, "service")
}

_advice(pass) := "name the roles that are passed" if {
	pass.defect != "any-service"
	limiting_conditions.has(pass.hold.limits, "service")
}

_advice(pass) := "name the service in a condition on 'iam:PassedToService'" if pass.defect == "any-service"

# A statement that is not known.
undecided contains violation if {
	some document in _documents
	some statement in document.statements
	statement.unknown != null
	violation := {
		"resource": document.resource,
		"path": statement.path,
		"defect": identity_statements.key(document, statement),
		"message": sprintf("Statement %s of '%s' may let its holder pass any role: %s.", [
			identity_statements.name(document, statement),
			document.resource,
			value.reason(statement.unknown),
		]),
	}
}
