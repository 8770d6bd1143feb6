# METADATA
# scope: package
# title: Name resources for actions that support resource-level permissions
# description: |
#   An action that could name its resources and is granted on all of them reaches the data of every other application
#   in the account. Naming what the workload uses keeps a mistake or a stolen session inside it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
# custom:
#   id: IAM-003
#   slug: no-wildcard-resource-for-restrictable-actions
#   family: IAM
#   severity: medium
#   score: 6.5
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
#   params:
#     - name: tolerated_star
#       type: list
#       description: Write actions that are commonly granted on every resource because naming one gains nothing.
#       default: [ecs:registertaskdefinition, ecs:createcluster, ec2:createnetworkinterface, ec2:deletenetworkinterface, ec2:assignprivateipaddresses, ec2:unassignprivateipaddresses, logs:createloggroup, ssm:updateinstanceinformation, cloudformation:validatetemplate]
#       presets: {}
#       stricter: shorter
#     - name: data_read
#       type: list
#       description: Actions that read stored data, as patterns.
#       default: ["s3:getobject*", "dynamodb:*get*", "dynamodb:query", "dynamodb:scan", "dynamodb:partiqlselect", "sqs:receivemessage", "kinesis:getrecords", "logs:getlogevents", "logs:filterlogevents", "logs:startquery", "ecr:getdownloadurlforlayer", "ecr:batchgetimage", "athena:getqueryresults", "codecommit:gitpull", "lambda:getfunction"]
#       presets: {}
#       stricter: longer
#     - name: report_unlisted
#       type: boolean
#       description: Whether an action that the table of actions does not know is reported as undecided.
#       default: false
#       presets: {strict: true}
#       stricter: true
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["AC-6", "AC-3"]
#       pci_dss_4.0: ["7.2.1", "7.2.2"]
#       soc2: ["CC6.3"]
#       iso_27001_2022: ["A.5.15", "A.8.3"]
#   cwe: [250, 732]
#   remediation:
#     cloudformation: "Use !GetAtt/!Sub ARNs."
#     terraform-plan: "resources = [aws_x.y.arn]."
#   peers:
#     checkov: [CKV_AWS_355, CKV_AWS_356, CKV_AWS_111, CKV_AWS_290, CKV_AWS_109, CKV_AWS_289]
package policies.iam.no_wildcard_resource_for_restrictable_actions
