# METADATA
# scope: package
# title: Avoid service-wide action wildcards
# description: |
#   A wildcard grants every action that the service has, and every one that it will ever get: deleting, sharing and
#   changing permissions beside the one call that was needed. What is really used can be listed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21
# custom:
#   id: IAM-002
#   slug: no-service-wide-wildcard-actions
#   family: IAM
#   severity: high
#   score: 7.4
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
#     - AWS::SSO::PermissionSet
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
#     - name: sensitive_services
#       type: list
#       description: Services whose whole set of actions is a high finding on wide resources.
#       default:
#         - iam
#         - sts
#         - kms
#         - secretsmanager
#         - organizations
#         - ec2
#         - s3
#         - rds
#         - ecs
#         - ssm
#         - cloudformation
#         - lambda
#         - dynamodb
#       presets: {}
#       stricter: longer
#     - name: readonly_prefixes
#       type: list
#       description: Beginnings of action names behind which a wildcard only reads.
#       default: [get, list, describe, batchget, view, search, query, scan]
#       presets: {}
#       stricter: shorter
#     - name: exempt_services
#       type: list
#       description: Services that no narrower grant can use, such as the channels of agents.
#       default: [ssmmessages, ec2messages]
#       presets: {}
#       stricter: shorter
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["IAM.21"]
#       nist_800_53_r5: ["AC-6", "AC-6(2)", "AC-6(10)", "AC-3"]
#       pci_dss_4.0: ["7.2.1", "3.5.1.1", "3.5.1.3", "3.6.1", "3.6.1.2", "3.6.1.3", "3.6.1.4"]
#       soc2: ["CC3.3"]
#       hipaa:
#         - "164.308(a)(3)(i)"
#         - "164.308(a)(3)(ii)(A)"
#         - "164.308(a)(3)(ii)(B)"
#         - "164.308(a)(4)(i)"
#         - "164.308(a)(4)(ii)(A)"
#         - "164.308(a)(4)(ii)(B)"
#         - "164.308(a)(4)(ii)(C)"
#         - "164.312(a)(1)"
#     judged:
#       iso_27001_2022: ["A.5.15", "A.8.2"]
#   cwe: [250, 732]
#   remediation:
#     cloudformation: "List the actions that are used in the place of the wildcard: `Action: [sqs:SendMessage,
#       sqs:ReceiveMessage]`. IAM Access Analyzer derives them from what CloudTrail has recorded."
#     terraform-plan: "List the actions that are used in the place of the wildcard: `actions = [\"sqs:SendMessage\",
#       \"sqs:ReceiveMessage\"]`. IAM Access Analyzer derives them from what CloudTrail has recorded."
#   peers:
#     checkov: [CKV_AWS_49, CKV_AWS_63, CKV2_AWS_40]
#     trivy: [AWS-0345]
#     cfn_nag: [F3, F4, F5]
#     guard:
#       - iam_policy_no_statements_with_full_access
#       - iam_managedpolicy_no_statements_with_full_access
#       - iam_role_no_wildcard_actions_on_permissions
#     cdk_nag: [NIST.800.53.R5-IAMPolicyNoStatementsWithFullAccess]
#     prowler:
#       - iam_policy_no_full_access_to_kms
#       - iam_inline_policy_no_full_access_to_kms
#       - iam_policy_no_full_access_to_cloudtrail
package policies.iam.no_service_wide_wildcard_actions

import data.policies.lib.action_grants
import data.policies.lib.iam_actions
import data.policies.lib.iam_resources
import data.policies.lib.identity_statements
import data.policies.lib.policy_documents
import data.policies.lib.policy_patterns
import data.policies.lib.value

_params := data.params["IAM-002"]

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

# How wide each distinct action pattern of the unit is: expanding one costs more than finding it. Without a wildcard
# none is.
_widths := {pattern: width |
	some pattern in identity_statements.action_patterns(_documents)
	iam_actions.has_wildcard(pattern)
	width := action_grants.width(pattern, _params)
	width != "narrow"
}

# The action strings of Allow statements that are too wide. Everything on everything is another control's.
_findings := [finding |
	some document in _documents
	some statement in document.statements
	some action in statement.actions
	width := _widths[action.pattern]
	identity_statements.may_allow(statement)
	not identity_statements.full_access(statement)
	finding := {
		"document": document,
		"statement": statement,
		"action": action,
		"pattern": action.pattern,
		"width": width,
	}
]

deny contains violation if {
	some finding in _findings
	identity_statements.allows(finding.statement)
	violation := _violation(finding, _severity(finding), _message(finding))
}

# An effect that is not known could be Allow.
undecided contains violation if {
	some finding in _findings
	effect := finding.statement.effect
	value.opaque(effect)
	message := sprintf("%s It is not decided that the statement allows: %s.", [_message(finding), value.reason(effect)])
	violation := _violation(finding, "high", message)
}

_violation(finding, severity, message) := {
	"resource": finding.document.resource,
	"path": finding.action.path,
	"defect": sprintf("%s/%s", [
		identity_statements.key(finding.document, finding.statement),
		finding.action.written,
	]),
	"severity": severity,
	"message": message,
}

_message(finding) := sprintf("Statement %s of '%s' allows '%s'%s.", [
	identity_statements.name(finding.document, finding.statement),
	finding.document.resource,
	finding.action.written,
	_meaning(finding),
])

_meaning(finding) := ", every action of every service" if finding.width == "everything"

_meaning(finding) := sprintf(", every action of the service '%s'", [_service(finding)]) if finding.width == "service"

_meaning(finding) := sprintf(", which changes permissions: it matches '%s:%s'", [
	_service(finding),
	sort(changing)[0],
]) if {
	finding.width == "mixed"
	changing := _matching(finding, ["permissions"])
	count(changing) > 0
}

_meaning(finding) := sprintf(", which both reads ('%s') and writes ('%s')", [
	sort(_matching(finding, ["read", "list"]))[0],
	sort(_matching(finding, ["write"]))[0],
]) if {
	finding.width == "mixed"
	count(_matching(finding, ["permissions"])) == 0
}

_service(finding) := iam_actions.service(finding.pattern)

_matching(finding, levels) := iam_actions.matching(finding.pattern, levels)

# Severity follows from the service and from how wide the resources are.
_severity(finding) := "high" if finding.width == "everything"

_severity(finding) := "critical" if {
	finding.width == "service"
	_service(finding) == "iam"
	identity_statements.on_everything(finding.statement)
}

_severity(finding) := "high" if {
	finding.width == "service"
	_service(finding) in _params.sensitive_services
	_is_wide(finding)
	not _is_iam_on_everything(finding)
}

_severity(finding) := "medium" if {
	finding.width == "service"
	not _is_sensitive_and_wide(finding)
	not _is_logs_of_named_groups(finding)
}

_severity(finding) := "low" if {
	finding.width == "service"
	not _is_wide(finding)
	_is_logs_of_named_groups(finding)
}

_severity(finding) := "high" if {
	finding.width == "mixed"
	_raises_privileges(finding)
}

_severity(finding) := "medium" if {
	finding.width == "mixed"
	not _raises_privileges(finding)
}

_is_iam_on_everything(finding) if {
	_service(finding) == "iam"
	identity_statements.on_everything(finding.statement)
}

_is_sensitive_and_wide(finding) if {
	_service(finding) in _params.sensitive_services
	_is_wide(finding)
}

_is_logs_of_named_groups(finding) if {
	_service(finding) == "logs"
	not _is_wide(finding)
}

_raises_privileges(finding) if {
	_is_wide(finding)
	count(action_grants.raising(finding.pattern)) > 0
}

_is_wide(finding) if {
	some resource in finding.statement.resources
	iam_resources.wide_for(resource, _service(finding))
}

_is_wide(finding) if {
	some resource in finding.statement.resources
	iam_resources.may_be_wide(resource)
}

# A statement that is unknown, and an action that is.
undecided contains violation if {
	some document in _documents
	some statement in document.statements
	statement.unknown != null
	violation := _open(document, statement, {"path": statement.path, "value": statement.unknown})
}

undecided contains violation if {
	some document in _documents
	some statement in document.statements
	some action in statement.actions
	action.pattern == null
	policy_patterns.anything(action.value)
	identity_statements.may_allow(statement)
	not identity_statements.full_access(statement)
	violation := _open(document, statement, action)
}

_open(document, statement, gap) := {
	"resource": document.resource,
	"path": gap.path,
	"defect": identity_statements.key(document, statement),
	"message": sprintf("Statement %s of '%s' may allow a whole service: %s.", [
		identity_statements.name(document, statement),
		document.resource,
		value.reason(gap.value),
	]),
}
