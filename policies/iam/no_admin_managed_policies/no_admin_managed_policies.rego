# METADATA
# scope: package
# title: Do not attach administrator or power-user managed policies
# description: |
#   These policies of AWS open whole accounts, and AWS adds to them without asking. One stolen session of a role that
#   holds one, or one mistake in what runs with it, reaches everything.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1
# custom:
#   id: IAM-005
#   slug: no-admin-managed-policies
#   family: IAM
#   severity: critical
#   score: 9.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::IAM::Role
#     - AWS::IAM::User
#     - AWS::IAM::Group
#     - AWS::SSO::PermissionSet
#     - aws_iam_role_policy_attachment
#     - aws_iam_user_policy_attachment
#     - aws_iam_group_policy_attachment
#     - aws_iam_policy_attachment
#     - aws_iam_role
#     - aws_iam_role_policy_attachments_exclusive
#     - aws_ssoadmin_managed_policy_attachment
#     - data.aws_iam_policy
#     - aws_iam_policy
#     - aws_iam_openid_connect_provider
#     - data.aws_iam_policy_document
#     - AWS::IAM::ManagedPolicy
#     - AWS::IAM::OIDCProvider
#   subjects:
#     - AWS::IAM::Role
#     - AWS::IAM::User
#     - AWS::IAM::Group
#     - AWS::SSO::PermissionSet
#     - aws_iam_role_policy_attachment
#     - aws_iam_user_policy_attachment
#     - aws_iam_group_policy_attachment
#     - aws_iam_policy_attachment
#     - aws_iam_role
#     - aws_iam_role_policy_attachments_exclusive
#     - aws_ssoadmin_managed_policy_attachment
#   params:
#     - name: denied_critical
#       type: list
#       description: Names of policies of AWS that make an administrator.
#       default: [AdministratorAccess, IAMFullAccess, PowerUserAccess]
#       presets: {}
#       stricter: longer
#     - name: denied_high
#       type: list
#       description: Names of policies of AWS that reach every secret, key or account.
#       default:
#         - SystemAdministrator
#         - AWSOrganizationsFullAccess
#         - SecretsManagerReadWrite
#         - AWSKeyManagementServicePowerUser
#       presets: {cis: []}
#       stricter: longer
#     - name: denied_medium
#       type: list
#       description: Names of further policies of AWS that are not to be attached.
#       default: []
#       presets: {cis: [AWSCloudShellFullAccess], strict: [AWSCloudShellFullAccess]}
#       stricter: longer
#     - name: deny_full_access
#       type: boolean
#       description: Whether every other policy of AWS whose name ends in FullAccess is reported.
#       default: false
#       presets: {strict: true}
#       stricter: true
#   packs: [baseline, reference-architecture, cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["IAM.1"]
#       cis_aws_3.0: ["1.16"]
#       cis_aws_5.0: ["1.15", "1.21"]
#       nist_800_53_r5: ["AC-6", "AC-6(2)", "AC-6(10)"]
#       pci_dss_4.0: ["7.2.2", "7.2.1", "7.2.3", "7.2.5", "7.3.1", "7.3.2", "7.3.3"]
#       soc2: ["CC1.3", "CC6.3"]
#       hipaa:
#         - "164.308(a)(1)(ii)(B)"
#         - "164.308(a)(3)(i)"
#         - "164.308(a)(3)(ii)(B)"
#         - "164.308(a)(4)(i)"
#         - "164.308(a)(4)(ii)(B)"
#         - "164.312(a)(1)"
#       iso_27001_2022: ["A.8.2"]
#     judged:
#       aws_fsbp: ["IAM.27"]
#   cwe: [250, 269]
#   remediation:
#     cloudformation: "Take the ARN out of ManagedPolicyArns and grant what is used: Policies: [{PolicyName: deploy,
#       PolicyDocument: {Version: \"2012-10-17\", Statement: [{Effect: Allow, Action: [ecs:UpdateService], Resource:
#       !Ref Service}]}}]. Roles of the CDK: cdk bootstrap --cloudformation-execution-policies <ARN of your policy>."
#     terraform-plan: "Drop the attachment and grant what is used: aws_iam_role_policy.deploy with role =
#       aws_iam_role.deploy.id, policy = data.aws_iam_policy_document.deploy.json."
#   peers:
#     checkov: [CKV_AWS_274, CKV_AWS_275, CKV2_AWS_56]
#     cfn_nag: [W43, W44]
#     guard: [iam_role_administrator_access_policy_rule, iam_role_elevated_managed_policy_rule]
#     prowler: [iam_aws_attached_policy_no_administrative_privileges, iam_role_administratoraccess_policy,
#       iam_user_administrator_access_policy, iam_group_administrator_access_policy,
#       iam_policy_cloudshell_admin_not_attached]
package policies.iam.no_admin_managed_policies

import data.policies.lib.attached_policies
import data.policies.lib.deploy_roles
import data.policies.lib.graph
import data.policies.lib.policy_holders
import data.policies.lib.value

_params := data.params["IAM-005"]

# Types whose attached policies are judged. A role of Terraform lists them only where it is written so.
_types := [
	"AWS::IAM::Role",
	"AWS::IAM::User",
	"AWS::IAM::Group",
	"AWS::SSO::PermissionSet",
	"aws_iam_role_policy_attachment",
	"aws_iam_user_policy_attachment",
	"aws_iam_group_policy_attachment",
	"aws_iam_policy_attachment",
	"aws_iam_role_policy_attachments_exclusive",
	"aws_ssoadmin_managed_policy_attachment",
]

subjects contains resource.address if some resource in graph.of_types(_types)

subjects contains resource.address if {
	some resource in graph.of_types(["aws_iam_role"])
	count(attached_policies.at(resource.address)) > 0
}

_attachments := [attachment |
	some address in subjects
	some attachment in attached_policies.at(address)
]

examined contains record if {
	some attachment in _attachments
	not attached_policies.undecided(attachment)
	record := {
		"resource": attachment.resource,
		"path": attachment.path,
		"state": "known",
		"value": _shown(attachment),
	}
}

_shown(attachment) := attachment.managed if attachment.managed != null

_shown(attachment) := "a policy of your own" if attachment.managed == null

# The rank of a denied policy, by its name after the last slash.
_rank(name) := "critical" if name in _params.denied_critical

_rank(name) := "high" if {
	name in _params.denied_high
	not name in _params.denied_critical
}

_rank(name) := "medium" if {
	_is_medium(name)
	not name in _params.denied_high
	not name in _params.denied_critical
}

_is_medium(name) if name in _params.denied_medium

_is_medium(name) if {
	_params.deny_full_access
	endswith(name, "FullAccess")
}

deny contains violation if {
	some attachment in _attachments
	attachment.managed != null
	name := _last(attachment.managed)
	rank := _rank(name)
	violation := {
		"resource": attachment.resource,
		"path": attachment.path,
		"defect": name,
		"severity": _severity(rank, attachment),
		"message": sprintf("'%s' attaches '%s', a policy of AWS that %s%s: grant only the actions that are used.", [
			attachment.resource,
			name,
			_meaning(name, rank),
			_addition(attachment),
		]),
	}
}

_last(name) := parts[count(parts) - 1] if parts := split(name, "/")

# What the commonest of these policies allow.
_meanings := {
	"AdministratorAccess": "allows every action on everything in the account",
	"IAMFullAccess": "lets its holder grant itself every right",
	"PowerUserAccess": "allows every action of every service but IAM",
	"SecretsManagerReadWrite": "reads and changes every secret of the account",
	"AWSKeyManagementServicePowerUser": "creates keys and changes their tags and aliases all over the account",
	"AWSOrganizationsFullAccess": "manages every account of the organization",
	"SystemAdministrator": "manages most services of the account",
	"AWSCloudShellFullAccess": "can move data out of the account through the shell's file transfer",
}

_meaning(name, _) := _meanings[name]

_meaning(name, rank) := "allows every action of its service on everything" if {
	not _meanings[name]
	rank == "medium"
}

_meaning(name, rank) := "your parameters do not allow" if {
	not _meanings[name]
	rank != "medium"
}

# A role that deployments assume is reached from outside the account's own code.
_raised := {"critical": "critical", "high": "critical", "medium": "high"}

_severity(rank, attachment) := rank if not _is_of_deployments(attachment)

_severity(rank, attachment) := _raised[rank] if _is_of_deployments(attachment)

_addition(attachment) := "" if not _is_of_deployments(attachment)

_addition(attachment) := sprintf(", to a role that %s can assume", [concat(" and ", sort(parties))]) if {
	_is_of_deployments(attachment)
	parties := {party |
		some role in _roles_of[attachment.resource]
		some party in deploy_roles.trusted[role]
	}
}

_is_of_deployments(attachment) if {
	some role in _roles_of[attachment.resource]
	deploy_roles.trusted[role]
}

# The roles that what is attached at an address belongs to.
_roles_of[""] contains ""

_roles_of[attachment.resource] contains row.principal if {
	some row in policy_holders.rules
	row.kind == "role"
	some attachment in row.managed
}

undecided contains violation if {
	some attachment in _attachments
	attached_policies.undecided(attachment)
	violation := {
		"resource": attachment.resource,
		"path": attachment.path,
		"defect": sprintf("undecided/%s", [value.shown(attachment.value)]),
		"message": sprintf("'%s' attaches a policy that may be an administrator's: %s.", [
			attachment.resource,
			_reason(attachment.value),
		]),
	}
}

_reason(written) := value.reason(written) if value.opaque(written)

_reason(written) := sprintf("'%s' is no ARN of a policy", [value.shown(written)]) if not value.opaque(written)
