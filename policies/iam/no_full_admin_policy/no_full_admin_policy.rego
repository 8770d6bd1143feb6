# METADATA
# scope: package
# title: Never grant Action * on Resource *
# description: |
#   Whoever holds such a policy owns the account: one leaked session, one confused service or one mistaken command
#   reaches everything in it. No workload needs every action on every resource.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1
# custom:
#   id: IAM-001
#   slug: no-full-admin-policy
#   family: IAM
#   severity: critical
#   score: 9.6
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
#   params: []
#   packs: [baseline, reference-architecture, cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["IAM.1"]
#       cis_aws_3.0: ["1.16"]
#       cis_aws_5.0: ["1.15"]
#       nist_800_53_r5: ["AC-2(1)", "AC-3", "AC-6", "AC-6(2)", "AC-6(10)"]
#       soc2: ["CC6.3", "CC1.3"]
#       hipaa:
#         - "164.312(a)(1)"
#         - "164.308(a)(1)(ii)(B)"
#         - "164.308(a)(3)(i)"
#         - "164.308(a)(3)(ii)(A)"
#         - "164.308(a)(3)(ii)(B)"
#         - "164.308(a)(4)(i)"
#         - "164.308(a)(4)(ii)(A)"
#         - "164.308(a)(4)(ii)(B)"
#       iso_27001_2022: ["A.8.2"]
#     judged:
#       pci_dss_4.0: ["7.2.1", "7.2.2"]
#       iso_27001_2022: ["A.5.15"]
#   cwe: [250, 269]
#   remediation:
#     cloudformation: "List the actions and the resources that are needed: `Action: [s3:GetObject]` with `Resource: !Sub
#       ${Bucket.Arn}/*`."
#     terraform-plan: "List the actions and the resources that are needed: `actions = [\"s3:GetObject\"]` with
#       `resources = [\"${aws_s3_bucket.b.arn}/*\"]`."
#   peers:
#     checkov: [CKV_AWS_1, CKV_AWS_62, CKV_AWS_49, CKV_AWS_63, CKV2_AWS_40]
#     cfn_nag: [F3, F4, F5]
#     guard:
#       - iam_policy_no_statements_with_admin_access
#       - iam_policy_no_statements_with_full_access
#       - iam_managedpolicy_no_statements_with_full_access
#     cdk_nag: [NIST.800.53.R5-IAMPolicyNoStatementsWithAdminAccess]
#     prowler:
#       - iam_customer_attached_policy_no_administrative_privileges
#       - iam_inline_policy_no_administrative_privileges
#     kics: [953b3cdb-ce13-428a-aa12-318726506661]
package policies.iam.no_full_admin_policy

import data.policies.lib.identity_statements
import data.policies.lib.policy_documents
import data.policies.lib.value

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

deny contains violation if {
	some document in _documents
	some statement in document.statements
	statement.on_wide
	identity_statements.full_access(statement)
	violation := {
		"resource": document.resource,
		"path": statement.path,
		"defect": identity_statements.key(document, statement),
		"severity": _severity(statement),
		"message": sprintf(
			"Statement %s of '%s' allows every action on every resource%s.",
			[identity_statements.name(document, statement), document.resource, _restriction(statement)],
		),
	}
}

# Conditions that leave an administrator an administrator.
_weak_keys := {"aws:requestedregion", "aws:multifactorauthpresent", "aws:securetransport"}

_limiting(statement) := [condition.key |
	some condition in statement.conditions
	not _weak_keys[condition.key]
]

_severity(statement) := "critical" if count(_limiting(statement)) == 0

_severity(statement) := "high" if count(_limiting(statement)) > 0

_restriction(statement) := "" if count(statement.conditions) == 0

_restriction(statement) := sprintf(" (a condition on '%s' does not make that least privilege)", [keys]) if {
	count(statement.conditions) > 0
	keys := concat("', '", [condition.key | some condition in statement.conditions])
}

# What could be full access is not known, or has resources that are wide or not known.
_suspects := array.concat(
	[{"document": document, "statement": statement} |
		some document in _documents
		some statement in document.statements
		statement.unknown != null
	],
	[{"document": document, "statement": statement} |
		some document in _documents
		some statement in document.statements
		statement.on_wide
		not identity_statements.full_access(statement)
	],
)

undecided contains violation if {
	some suspect in _suspects
	document := suspect.document
	statement := suspect.statement
	some witness in identity_statements.could_be_full_access(statement)
	violation := {
		"resource": document.resource,
		"path": witness.path,
		"defect": identity_statements.key(document, statement),
		"message": sprintf(
			"Statement %s of '%s' may allow every action on every resource: %s.",
			[identity_statements.name(document, statement), document.resource, value.reason(witness.value)],
		),
	}
}
