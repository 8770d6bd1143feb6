# METADATA
# scope: package
# title: Scope secret, parameter and decrypt permissions to named ARNs
# description: |
#   Who may read every secret, parameter or table of an account reads those of all other applications too, production
#   among them. One leaked credential then leaks all of them.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-1
# custom:
#   id: IAM-013
#   slug: secret-and-key-access-scoped
#   family: IAM
#   severity: high
#   score: 7.8
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
#     - AWS::ECS::TaskDefinition
#     - aws_ecs_task_definition
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
#     - name: actions
#       type: list
#       description: Which of these actions must name what they read.
#       default:
#         - secretsmanager:GetSecretValue
#         - ssm:GetParameter
#         - ssm:GetParameters
#         - ssm:GetParametersByPath
#         - ssm:GetParameterHistory
#         - kms:Decrypt
#         - kms:ReEncryptFrom
#         - rds-db:connect
#         - s3:GetObject
#         - dynamodb:Scan
#         - dynamodb:Query
#         - dynamodb:GetItem
#       presets: {}
#       stricter: longer
#     - name: readonly_prefixes
#       type: list
#       description: Beginnings of action names behind which a wildcard only reads, as in IAM-002.
#       default: [get, list, describe, batchget, view, search, query, scan]
#       presets: {}
#       stricter: shorter
#     - name: require_names
#       type: boolean
#       description: Whether prefixes of secrets and conditions on tags are too wide as well.
#       default: false
#       presets: {strict: true}
#       stricter: true
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["KMS.1", "KMS.2"]
#     judged:
#       nist_800_53_r5: ["AC-6", "AC-3", "SC-12"]
#       pci_dss_4.0: ["7.2.1", "3.6.1"]
#       iso_27001_2022: ["A.8.3", "A.8.24"]
#   cwe: [732, 522]
#   remediation:
#     cloudformation: "Name what is read: Resource: !Ref DbSecret, or !Sub
#       \"arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:shop/db-??????\"; for keys !GetAtt DataKey.Arn;
#       for parameters the path: !Sub \"arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/shop/*\"."
#     terraform-plan: "Name what is read: resources = [aws_secretsmanager_secret.db.arn]; for keys
#       [aws_kms_key.data.arn]; for objects [\"${aws_s3_bucket.uploads.arn}/*\"]."
#   peers:
#     checkov: [CKV_AWS_108, CKV_AWS_288]
#     trivy: [AWS-0346]
package policies.iam.secret_and_key_access_scoped

import data.policies.lib.action_grants
import data.policies.lib.effective_rights
import data.policies.lib.escalation
import data.policies.lib.graph
import data.policies.lib.identity_statements
import data.policies.lib.policy_documents
import data.policies.lib.policy_patterns
import data.policies.lib.value

_params := data.params["IAM-013"]

_widths := {"readonly_prefixes": _params.readonly_prefixes, "exempt_services": []}

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

_actions := {lower(action) | some action in _params.actions}

_serious := {action | some action in data.tables.sensitive_actions.serious}

# Rights to read that are too wide, or may be: one a principal, action and resource element. Whole services and
# exceptions are findings of other controls.
_reads := [read |
	some row in effective_rights.rules
	some hold in row.holds
	_actions[hold.action]
	hold.document >= 0
	hold.written != "NotAction"
	_is_narrow[hold.pattern]
	some element in hold.elements
	_may_be_wide(hold, element)
	read := {"row": row, "hold": hold, "element": element}
]

_is_narrow := {pattern: true |
	some pattern in {hold.pattern |
		some row in effective_rights.rules
		some hold in row.holds
		_actions[hold.action]
	}
	action_grants.width(pattern, _widths) == "narrow"
}

_may_be_wide(hold, element) if {
	escalation.breadth(element) == "unknown"
	not _is_limited(hold)
}

_may_be_wide(hold, element) if {
	escalation.breadth(element) == "open"
	not _is_limited(hold)
}

_may_be_wide(hold, element) if {
	escalation.breadth(element) == "part"
	_is_wide_part(hold, element)
	not _is_limited(hold)
}

# Conditions that say which resources are meant; those on tags say it for baseline only.
_is_limited(hold) if {
	some limit in hold.limits
	limit.kind == "resource"
	not contains(limit.key, "resourcetag/")
}

_is_limited(hold) if {
	some limit in hold.limits
	limit.kind == "resource"
	not _params.require_names
}

# Aliases are no names of keys in policies of identities, wildcards of them less so.
_is_wide_part(_, element) if {
	pattern := policy_patterns.pattern(element.value)
	regex.match(`:kms:[^:]*:[^:]*:alias/`, pattern)
}

_is_wide_part(hold, element) if {
	_params.require_names
	hold.action == "secretsmanager:getsecretvalue"
	name := regex.replace(element.tail, `-([*]|[?]{6})$`, "")
	regex.match(`[*?]`, name)
}

_is_wide_part(hold, element) if {
	_params.require_names
	hold.action == "rds-db:connect"
	regex.match(`[*?].*/`, element.tail)
}

_is_decided(read) if {
	escalation.breadth(read.element) != "unknown"
	count(read.hold.gaps) == 0
}

# What was found, by the element that it stands at.
_places := {place |
	some read in _reads
	place := {"resource": read.hold.resource, "path": read.element.path}
}

_at[""] contains 0

_at[key] contains index if {
	some index, read in _reads
	key := _place_key(read.hold.resource, read.element.path)
}

_place_key(address, path) := sprintf("%s %v", [address, path])

_reads_at(place) := [_reads[index] | some index in sort(_at[_place_key(place.resource, place.path)])]

deny contains violation if {
	some place in _places
	decided := [read | some read in _reads_at(place); _is_decided(read)]
	count(decided) > 0
	violation := object.union(_violation(place, decided[0]), {
		"severity": _severity(decided),
		"message": sprintf("%s %s with %s on '%s'%s: name %s.", [
			_name(decided[0]),
			_who(decided),
			_listed({read.hold.written | some read in decided}),
			_shown(decided[0].element),
			_scope(decided[0]),
			_advice(decided),
		]),
	})
}

undecided contains violation if {
	some place in _places
	reads := _reads_at(place)
	count([read | some read in reads; _is_decided(read)]) == 0
	violation := object.union(_violation(place, reads[0]), {"message": sprintf("%s may allow %s on everything: %s.", [
		_name(reads[0]),
		_listed({read.hold.written | some read in reads}),
		value.reason(_gap(reads[0])),
	])})
}

_gap(read) := read.element.value if escalation.breadth(read.element) == "unknown"

_gap(read) := read.hold.gaps[0].value if escalation.breadth(read.element) != "unknown"

_violation(place, read) := object.union(place, {"defect": sprintf("%s/%s", [
	identity_statements.key(_document(read), _statement(read)),
	value.shown(read.element.value),
])})

_document(read) := policy_documents.rules[read.hold.document]

_statement(read) := _document(read).statements[read.hold.statement]

_name(read) := sprintf("Statement %s of '%s'", [
	identity_statements.name(_document(read), _statement(read)),
	read.hold.resource,
])

_severity(reads) := "high" if count([1 | some read in reads; _serious[read.hold.action]]) > 0

_severity(reads) := "medium" if count([1 | some read in reads; _serious[read.hold.action]]) == 0

# Whom a statement lets read: tasks and what starts them are worth their own words.
_who(reads) := sprintf("lets the containers that run with the task role '%s' read too much", [found[0]]) if {
	found := _used_as(reads, "task")
	count(found) > 0
}

_who(reads) := sprintf("lets the execution role '%s' read more than its tasks are started with", [found[0]]) if {
	count(_used_as(reads, "task")) == 0
	found := _used_as(reads, "execution")
	count(found) > 0
}

_who(reads) := "lets its holder read too much" if {
	count(_used_as(reads, "task")) + count(_used_as(reads, "execution")) == 0
}

_used_as(reads, use) := sort({read.row.principal |
	some read in reads
	_task_roles[read.row.principal][use]
})

# The roles of task definitions: {address: {"task", "execution"}}.
_task_roles[""] contains ""

_task_roles[edge.address] contains use if {
	some task in graph.of_types(["AWS::ECS::TaskDefinition", "aws_ecs_task_definition"])
	some edge in object.get(task, "references", [])
	some attribute in edge.path
	use := _role_uses[attribute]
}

_role_uses := {
	"TaskRoleArn": "task",
	"task_role_arn": "task",
	"ExecutionRoleArn": "execution",
	"execution_role_arn": "execution",
}

_listed(names) := sprintf("'%s'", [concat("', '", sort(names))])

_shown(element) := value.shown(element.value) if not value.partial(element.value)

_shown(element) := value.source_text(element.value) if value.partial(element.value)

_scope(read) := "" if count(read.hold.limits) == 0

_scope(read) := ", limited by tags only" if count(read.hold.limits) > 0

_advices := {
	"secretsmanager": "the secrets that are read",
	"ssm": "the parameters that are read, or their path",
	"kms": "the keys (or the service in a condition on 'kms:ViaService')",
	"rds-db": "the database by its resource id, and the user",
	"s3": "the bucket",
	"dynamodb": "the table",
}

_advice(reads) := concat(" and ", sort({advice |
	some read in reads
	advice := object.get(_advices, split(read.hold.action, ":")[0], "what is read")
}))

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
	"message": sprintf("Statement %s of '%s' may let its holder read every secret: %s.", [
		identity_statements.name(document, statement),
		document.resource,
		value.reason(gap.value),
	]),
}
