# METADATA
# scope: package
# title: Scope GitHub OIDC trust to one repository and ref or environment
# description: |
#   Every workflow on GitHub can get a token of the same issuer. What tells them apart is the subject: a role that does
#   not fix the repository and the branch or environment lets other repositories, or any branch, deploy.
# related_resources:
#   - ref: https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
# custom:
#   id: IAM-010
#   slug: github-oidc-trust-scoped
#   family: IAM
#   severity: critical
#   score: 9.2
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::IAM::Role
#     - AWS::IAM::OIDCProvider
#     - AWS::IAM::Policy
#     - AWS::IAM::ManagedPolicy
#     - AWS::IAM::User
#     - AWS::IAM::Group
#     - AWS::IAM::RolePolicy
#     - AWS::IAM::UserPolicy
#     - AWS::IAM::GroupPolicy
#     - aws_iam_openid_connect_provider
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
#     - AWS::IAM::Role
#     - aws_iam_role
#     - data.aws_iam_policy_document
#   params: []
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["AC-3", "AC-6", "IA-5"]
#       pci_dss_4.0: ["7.2.1", "8.6.1"]
#       soc2: ["CC6.1"]
#       iso_27001_2022: ["A.5.17", "A.8.2"]
#   cwe: [284, 863]
#   remediation:
#     cloudformation: "StringEquals token.actions.githubusercontent.com:sub: repo:org/repo:environment:production."
#     terraform-plan: "Add to the trust policy a condition with test = \"StringEquals\", variable =
#       \"token.actions.githubusercontent.com:sub\" …."
#   peers:
#     checkov: [CKV_AWS_358, CKV_AWS_393]
package policies.iam.github_oidc_trust_scoped

import data.policies.lib.github_subjects
import data.policies.lib.identity_statements
import data.policies.lib.oidc_trust
import data.policies.lib.policy_documents
import data.policies.lib.role_grants
import data.policies.lib.value

# Trust policies, and data sources that could be one, with the statements that let GitHub workflows in.
_trusts := [trust |
	some document in policy_documents.rules
	some statement in document.statements
	count(statement.principals) > 0
	oidc_trust.lets_github_in(statement)
	trust := {"document": document, "statement": statement, "verdict": _verdict(document, statement)}
]

subjects contains trust.document.resource if some trust in _trusts

# The trust policies that were read; those that are unknown as a whole are judged by IAM-008.
examined contains record if {
	some trust in _trusts
	record := identity_statements.record(trust.document)
}

# What decides a statement: the worst that its conditions let through.
_verdict(document, statement) := github_subjects.verdict(
	oidc_trust.conditions(statement),
	_levels(document),
)

# What the role may do; for a data source, what the roles that use it may.
_levels(document) := role_grants.levels(document.resource) if document.type != "data.aws_iam_policy_document"

_levels(document) := role_grants.combined(sort(object.get(_trusting, document.resource, set()))) if {
	document.type == "data.aws_iam_policy_document"
}

# The roles that use each document as their trust policy.
_trusting[""] contains ""

_trusting[edge.address] contains role.address if {
	some role in object.get(input.by_type, "aws_iam_role", [])
	some edge in object.get(role, "references", [])
	edge.path == ["assume_role_policy"]
}

deny contains violation if {
	some trust in _trusts
	identity_statements.allows(trust.statement)
	severity := github_subjects.severities[trust.verdict.grade]
	severity != "none"
	violation := {
		"resource": trust.document.resource,
		"path": _place(trust),
		"defect": sprintf("sub/%s", [trust.verdict.shown]),
		"severity": severity,
		"message": sprintf("The trust policy of '%s' %s.", [trust.document.resource, trust.verdict.message]),
	}
}

deny contains violation if {
	some trust in _trusts
	identity_statements.allows(trust.statement)
	oidc_trust.audience(trust.statement) == "absent"
	violation := {
		"resource": trust.document.resource,
		"path": trust.statement.path,
		"defect": sprintf("aud/%s", [trust.verdict.shown]),
		"severity": "medium",
		"message": sprintf(
			"The trust policy of '%s' does not fix the audience: only the provider's list of clients limits it.",
			[trust.document.resource],
		),
	}
}

_place(trust) := trust.verdict.path if trust.verdict.path != null

_place(trust) := trust.statement.path if trust.verdict.path == null

undecided contains violation if {
	some trust in _trusts
	trust.verdict.grade in {"undecided", "pull-request-undecided"}
	violation := {
		"resource": trust.document.resource,
		"path": _place(trust),
		"defect": sprintf("sub/%s", [trust.verdict.shown]),
		"message": sprintf("The trust policy of '%s' %s.", [trust.document.resource, trust.verdict.message]),
	}
}

undecided contains violation if {
	some trust in _trusts
	oidc_trust.audience(trust.statement) == "undecided"
	violation := {
		"resource": trust.document.resource,
		"path": trust.statement.path,
		"defect": sprintf("aud/%s", [trust.verdict.shown]),
		"message": sprintf("The trust policy of '%s' may not fix the audience: its value is not known.", [
			trust.document.resource,
		]),
	}
}

# A statement with an effect that is not known could let workflows in.
undecided contains violation if {
	some trust in _trusts
	effect := trust.statement.effect
	value.opaque(effect)
	trust.verdict.grade != "scoped"
	violation := {
		"resource": trust.document.resource,
		"path": trust.statement.path,
		"defect": "effect",
		"message": sprintf("The trust policy of '%s' may let other repositories in: %s.", [
			trust.document.resource,
			value.reason(effect),
		]),
	}
}
