# METADATA
# scope: package
# title: Block action sets that let a principal raise its own privileges
# description: |
#   Some actions, alone or together, let their holder become an administrator: change a policy, take over a role, or
#   start something that runs with a stronger one. Split over several policies they are easily overlooked.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
# custom:
#   id: IAM-007
#   slug: no-privilege-escalation-paths
#   family: IAM
#   severity: high
#   score: 8.8
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
#     - AWS::IAM::UserToGroupAddition
#     - aws_iam_policy
#     - aws_iam_role_policy
#     - aws_iam_user_policy
#     - aws_iam_group_policy
#     - aws_iam_role
#     - data.aws_iam_policy_document
#     - aws_ssoadmin_permission_set_inline_policy
#     - aws_iam_role_policy_attachment
#     - aws_iam_user
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
#     - AWS::IAM::UserToGroupAddition
#     - aws_iam_policy
#     - aws_iam_role_policy
#     - aws_iam_user_policy
#     - aws_iam_group_policy
#     - aws_iam_role
#     - data.aws_iam_policy_document
#     - aws_ssoadmin_permission_set_inline_policy
#     - aws_iam_role_policy_attachment
#   params:
#     - name: report_incomplete
#       type: boolean
#       description: Whether a principal with policies that the scan does not show is reported as undecided.
#       default: false
#       presets: {strict: true}
#       stricter: true
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       soc2: ["CC3.3"]
#     judged:
#       nist_800_53_r5: ["AC-6", "AC-6(10)"]
#       pci_dss_4.0: ["7.2.1"]
#       soc2: ["CC6.3"]
#       iso_27001_2022: ["A.8.2"]
#   cwe: [250, 269]
#   remediation:
#     cloudformation: "Name what is changed or passed: Resource: !GetAtt TaskRole.Arn. Where roles must be created,
#       demand a boundary: Condition: {StringEquals: {iam:PermissionsBoundary: !Ref Boundary}}."
#     terraform-plan: "Name what is changed or passed: resources = [aws_iam_role.task.arn]. Where roles must be
#       created, demand a boundary: condition with test = \"StringEquals\", variable = \"iam:PermissionsBoundary\",
#       values = [aws_iam_policy.boundary.arn]."
#   peers:
#     checkov: [CKV_AWS_110, CKV_AWS_286]
#     prowler: [iam_policy_allows_privilege_escalation, iam_inline_policy_allows_privilege_escalation]
package policies.iam.no_privilege_escalation_paths

import data.policies.lib.escalation
import data.policies.lib.identity_statements
import data.policies.lib.policy_documents
import data.policies.lib.policy_holders
import data.policies.lib.policy_patterns
import data.policies.lib.value

_params := data.params["IAM-007"]

_documents := [document |
	some document in policy_documents.rules
	document.kind == "identity"
]

subjects contains document.resource if some document in _documents

# Principals are subjects where something is attached that is not shown.
subjects contains row.principal if some row in _incomplete

# A document that is unknown as a whole is read as unknown, any other as known.
examined contains record if {
	some document in _documents
	record := identity_statements.record(document)
}

# What was found, by the statement that it stands in: {kind/document/statement: [finding, …]}.
_found := {key: findings |
	some key, indices in _indices
	key != ""
	kind := split(key, "/")[0]
	findings := [_lists[kind][index] | some index in sort(indices)]
	count(findings) > 0
}

_indices[""] contains 0

_indices[key] contains index if {
	some kind, list in _lists
	some index, finding in list
	key := concat("/", [kind, escalation.key(finding.hold)])
}

_lists := {"alone": escalation.alone, "passing": escalation.passing, "strong": escalation.strong}

_failing(findings) := [finding | some finding in findings; finding.state == "fail"]

deny contains violation if {
	some key, findings in _found
	failing := _failing(findings)
	count(failing) > 0
	kind := split(key, "/")[0]
	violation := object.union(_violation(kind, failing[0]), {
		"severity": _severity(failing),
		"message": sprintf("%s%s.", [_subject(failing), _message(kind, failing)]),
		"related": _related(failing),
	})
}

undecided contains violation if {
	some key, findings in _found
	count(_failing(findings)) == 0
	kind := split(key, "/")[0]
	violation := object.union(_violation(kind, findings[0]), {"message": sprintf("%s may raise privileges: %s.", [
		_name(findings[0].hold),
		value.reason(_gap(findings[0])),
	])})
}

_gap(finding) := finding.element.value if finding.element.tail == null

_gap(finding) := gaps[0] if {
	finding.element.tail != null
	gaps := [gap.value | some hold in array.concat([finding.hold], _others(finding)); some gap in hold.gaps]
}

_others(finding) := [hold | some use in object.get(finding, "uses", []); some hold in use.holds]

_violation(kind, finding) := {
	"resource": finding.hold.resource,
	"path": finding.hold.path,
	"defect": sprintf("%s/%s", [kind, identity_statements.key(_document(finding.hold), _statement(finding.hold))]),
}

_document(hold) := policy_documents.rules[hold.document]

_statement(hold) := _document(hold).statements[hold.statement]

_name(hold) := sprintf("Statement %s of '%s'", [
	identity_statements.name(_document(hold), _statement(hold)),
	hold.resource,
])

_severity(findings) := "high" if count([1 | some finding in findings; _grade(finding) == "high"]) > 0

_severity(findings) := "medium" if count([1 | some finding in findings; _grade(finding) == "high"]) == 0

_grade(finding) := object.get(finding, "severity", "high")

# Whose privileges: "Statement 1 of 'Policy' lets 'Role'".
_subject(findings) := sprintf("%s lets %s raise its own privileges", [_name(findings[0].hold), _holders(findings)])

_holders(findings) := "its holder" if findings[0].kind == "policy"

_holders(findings) := sprintf("the %s '%s'%s", [findings[0].kind, findings[0].principal, _more(findings)]) if {
	findings[0].kind != "policy"
}

_more(findings) := "" if count({finding.principal | some finding in findings}) == 1

_more(findings) := sprintf(" (and %d more)", [count(principals) - 1]) if {
	principals := {finding.principal | some finding in findings}
	count(principals) > 1
}

_message(kind, findings) := sprintf(" with %s on '%s': name what it may act on", [
	_listed({_cased(finding.hold) | some finding in findings}),
	_shown(findings[0].element),
]) if {
	kind == "alone"
}

_message(kind, findings) := sprintf(": it may pass any role ('%s') to what %s starts; name the roles that it passes", [
	_shown(findings[0].element),
	_ways(findings),
]) if {
	kind == "passing"
}

_message(kind, findings) := sprintf(": it may pass '%s', which %s, to what %s starts; pass a weaker role", [
	findings[0].role,
	findings[0].why,
	_ways(findings),
]) if {
	kind == "strong"
}

_shown(element) := value.shown(element.value) if not value.partial(element.value)

_shown(element) := value.source_text(element.value) if value.partial(element.value)

# An action as it is written, or the one that a wildcard matches. Always defined.
_cased(hold) := hold.written if lower(hold.written) == hold.action

_cased(hold) := hold.action if lower(hold.written) != hold.action

_listed(names) := sprintf("'%s'", [concat("', '", sort(names))]) if count(names) <= 4

_listed(names) := sprintf("'%s' and %d more", [concat("', '", array.slice(sort(names), 0, 3)), count(names) - 3]) if {
	count(names) > 4
}

_ways(findings) := shown if {
	ways := [concat(" + ", use.names) | some use in findings[0].uses]
	shown := _listed({way | some way in ways})
}

# The other statements that contribute.
_related(findings) := [related |
	some place in {place |
		some finding in findings
		some hold in _others(finding)
		place := {"resource": hold.resource, "path": hold.path}
	} - {{"resource": findings[0].hold.resource, "path": findings[0].hold.path}}
	related := {"address": place.resource, "path": place.path, "message": "contributes to it"}
]

# A statement that is not known, and an action that is not known on wide resources.
undecided contains violation if {
	some document in _documents
	some statement in document.statements
	statement.unknown != null
	violation := _open(document, statement, {"path": statement.path, "value": statement.unknown})
}

undecided contains violation if {
	some document in _documents
	some statement in document.statements
	statement.on_wide
	identity_statements.may_allow(statement)
	some action in statement.actions
	action.pattern == null
	policy_patterns.anything(action.value)
	not identity_statements.full_access(statement)
	violation := _open(document, statement, action)
}

_open(document, statement, gap) := {
	"resource": document.resource,
	"path": gap.path,
	"defect": identity_statements.key(document, statement),
	"message": sprintf("Statement %s of '%s' may let its holder raise its own privileges: %s.", [
		identity_statements.name(document, statement),
		document.resource,
		value.reason(gap.value),
	]),
}

# Principals with attached policies that the scan does not show, where the parameter asks for them.
_incomplete := [row |
	_params.report_incomplete
	some row in policy_holders.rules
	count(_unshown(row)) > 0
]

_unshown(row) := [part | some part in row.hidden; part.what == "attached"]

undecided contains violation if {
	some row in _incomplete
	part := _unshown(row)[0]
	violation := {
		"resource": row.principal,
		"path": _place(row, part),
		"defect": "attached",
		"message": sprintf("The %s '%s' may raise its own privileges: what '%s' attaches is not part of the scan (%s).", [
			row.kind,
			row.principal,
			part.resource,
			_attached(part.value),
		]),
	}
}

_attached(written) := value.reason(written) if value.opaque(written)

_attached(written) := sprintf("'%s'", [value.shown(written)]) if not value.opaque(written)

_place(row, part) := part.path if part.resource == row.principal

_place(row, part) := [] if part.resource != row.principal
