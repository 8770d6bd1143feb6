# METADATA
# scope: package
# title: Do not combine Allow with NotAction or NotResource
# description: |
#   Allow with NotAction or NotResource grants everything that its author did not think of, and everything that AWS adds
#   later: new services and new actions are allowed on the day they appear. A list of what is needed grows only when
#   somebody extends it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
# custom:
#   id: IAM-004
#   slug: no-notaction-notresource-allow
#   family: IAM
#   severity: high
#   score: 7.3
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
#     - AWS::SQS::QueuePolicy
#     - AWS::SNS::TopicPolicy
#     - aws_iam_policy
#     - aws_iam_role_policy
#     - aws_iam_user_policy
#     - aws_iam_group_policy
#     - aws_iam_role
#     - data.aws_iam_policy_document
#     - aws_ssoadmin_permission_set_inline_policy
#     - aws_sqs_queue
#     - aws_sqs_queue_policy
#     - aws_sns_topic
#     - aws_sns_topic_policy
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
#     - AWS::SQS::QueuePolicy
#     - AWS::SNS::TopicPolicy
#     - aws_iam_policy
#     - aws_iam_role_policy
#     - aws_iam_user_policy
#     - aws_iam_group_policy
#     - aws_iam_role
#     - data.aws_iam_policy_document
#     - aws_ssoadmin_permission_set_inline_policy
#     - aws_sqs_queue
#     - aws_sqs_queue_policy
#     - aws_sns_topic
#     - aws_sns_topic_policy
#   params: []
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["AC-6", "AC-3"]
#       pci_dss_4.0: ["7.2.1"]
#       iso_27001_2022: ["A.5.15"]
#   cwe: [250, 732]
#   remediation:
#     cloudformation: "List the actions and resource ARNs that the principal needs in Action and Resource."
#     terraform-plan: "List what is needed in actions and resources instead of not_actions and not_resources."
#   peers:
#     cfn_nag: [W14, W15, W16, W17, W18, W19, W21, W22, W23]
#     guard:
#       [iam_role_or_policy_no_allow_plus_not_action, iam_role_or_policy_no_allow_plus_not_resource,
#        iam_role_no_allow_plus_not_action_on_trust_policy, sqs_queuepolicy_no_allow_plus_not_action,
#        sns_topicpolicy_no_allow_plus_not_action]
package policies.iam.no_notaction_notresource_allow

import data.policies.lib.iam_actions
import data.policies.lib.identity_statements
import data.policies.lib.policy_documents
import data.policies.lib.value

# Policies of identities, trust policies, and those of queues and topics: of other resource policies, buckets and keys
# have controls of their own.
_documents := [document |
	some document in policy_documents.rules
	_is_judged(document)
]

_queues_and_topics := {
	"AWS::SQS::QueuePolicy",
	"AWS::SNS::TopicPolicy",
	"aws_sqs_queue",
	"aws_sqs_queue_policy",
	"aws_sns_topic",
	"aws_sns_topic_policy",
}

_is_judged(document) if document.kind in {"identity", "trust"}

_is_judged(document) if {
	document.kind == "resource"
	_queues_and_topics[document.type]
}

# A data source is that of a queue or topic when one takes it.
_is_judged(document) if {
	document.kind == "resource"
	document.resource in _sources_of_queues_and_topics
}

_sources_of_queues_and_topics := {edge.address |
	some type in _queues_and_topics
	some resource in object.get(input.by_type, type, [])
	some edge in object.get(resource, "references", [])
}

subjects contains document.resource if some document in _documents

# A document that is unknown as a whole is read as unknown, any other as known.
examined contains record if {
	some document in _documents
	record := identity_statements.record(document)
}

# The inverted elements of statements that allow, or could.
_findings := array.concat(
	[finding |
		some document in _documents
		some statement in document.statements
		count(statement.not_actions) > 0
		identity_statements.may_allow(statement)
		finding := {
			"document": document,
			"statement": statement,
			"element": "NotAction",
			"severity": _severity(statement),
			"path": _parent(statement.not_actions),
			"written": [action.written | some action in statement.not_actions],
		}
	],
	[finding |
		some document in _documents
		some statement in document.statements
		count(statement.not_resources) > 0
		identity_statements.may_allow(statement)
		finding := {
			"document": document,
			"statement": statement,
			"element": "NotResource",
			"severity": "high",
			"path": _parent(statement.not_resources),
			"written": [value.shown(resource.value) | some resource in statement.not_resources],
		}
	],
)

# The place of the whole element: that of its list, where it is one.
_parent(elements) := path if {
	path := elements[0].path
	not is_number(path[count(path) - 1])
}

_parent(elements) := array.slice(path, 0, count(path) - 1) if {
	path := elements[0].path
	is_number(path[count(path) - 1])
}

# Whoever keeps IAM or STS on everything can give itself the rest.
_severity(statement) := "critical" if _keeps_privileges(statement)

_severity(statement) := "high" if not _keeps_privileges(statement)

_keeps_privileges(statement) if {
	identity_statements.on_everything(statement)
	some service in ["iam", "sts"]
	count(_excluding(statement, service)) == 0
}

# The patterns that exclude a service as a whole. One that is not known may.
_excluding(statement, service) := [action |
	some action in statement.not_actions
	_may_exclude(action, service)
]

_may_exclude(action, _) if action.pattern == null

_may_exclude(action, _) if {
	action.pattern != null
	iam_actions.every_action(action.pattern)
}

_may_exclude(action, service) if {
	action.pattern != null
	iam_actions.every_action_of_service(action.pattern)
	regex.match(iam_actions.expression(iam_actions.service(action.pattern)), service)
}

deny contains violation if {
	some finding in _findings
	identity_statements.allows(finding.statement)
	violation := object.union(_violation(finding, _message(finding)), {"severity": finding.severity})
}

# An effect that is not known could be Allow.
undecided contains violation if {
	some finding in _findings
	effect := finding.statement.effect
	value.opaque(effect)
	message := sprintf("%s It is not decided that the statement allows: %s.", [_message(finding), value.reason(effect)])
	violation := _violation(finding, message)
}

undecided contains violation if {
	some document in _documents
	some statement in document.statements
	statement.unknown != null
	violation := {
		"resource": document.resource,
		"path": statement.path,
		"defect": identity_statements.key(document, statement),
		"message": sprintf("Statement %s of '%s' may allow all but a list: %s.", [
			identity_statements.name(document, statement),
			document.resource,
			value.reason(statement.unknown),
		]),
	}
}

_violation(finding, message) := {
	"resource": finding.document.resource,
	"path": finding.path,
	"defect": sprintf("%s/%s/%s", [
		identity_statements.key(finding.document, finding.statement),
		finding.element,
		concat(",", finding.written),
	]),
	"message": message,
}

_message(finding) := sprintf("Statement %s of '%s' allows every %s but '%s'%s.", [
	identity_statements.name(finding.document, finding.statement),
	finding.document.resource,
	_things[finding.element],
	concat("', '", finding.written),
	_consequence(finding),
])

_things := {"NotAction": "action", "NotResource": "resource"}

_consequence(finding) := ", so that it can give itself any right through IAM or STS" if finding.severity == "critical"

_consequence(finding) := ", those that AWS adds later included" if {
	finding.severity != "critical"
	finding.element == "NotAction"
}

_consequence(finding) := ", those that are created later included" if finding.element == "NotResource"
