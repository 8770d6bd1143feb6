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
#     terraform-plan: "condition { test = \"StringEquals\" variable = \"token.actions.githubusercontent.com:sub\" … }."
#     github-workflow: "Give the job the same environment name."
#   peers:
#     checkov: [CKV_AWS_358, CKV_AWS_393]
package policies.iam.github_oidc_trust_scoped
