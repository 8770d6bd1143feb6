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
#     - name: tolerated_star
#       type: list
#       description: Write actions that are commonly granted on every resource because naming one gains nothing.
#       default:
#         - ecs:registertaskdefinition
#         - ecs:createcluster
#         - ec2:createnetworkinterface
#         - ec2:deletenetworkinterface
#         - ec2:assignprivateipaddresses
#         - ec2:unassignprivateipaddresses
#         - logs:createloggroup
#         - ssm:updateinstanceinformation
#         - cloudformation:validatetemplate
#       presets: {}
#       stricter: shorter
#     - name: data_read
#       type: list
#       description: Actions that read stored data, as patterns.
#       default:
#         - "s3:getobject*"
#         - "dynamodb:*get*"
#         - "dynamodb:query"
#         - "dynamodb:scan"
#         - "dynamodb:partiqlselect"
#         - "sqs:receivemessage"
#         - "kinesis:getrecords"
#         - "logs:getlogevents"
#         - "logs:filterlogevents"
#         - "logs:startquery"
#         - "ecr:getdownloadurlforlayer"
#         - "ecr:batchgetimage"
#         - "athena:getqueryresults"
#         - "codecommit:gitpull"
#         - "lambda:getfunction"
#       presets: {}
#       stricter: longer
#     - name: readonly_prefixes
#       type: list
#       description: Beginnings of action names behind which a wildcard only reads, as in IAM-002.
#       default: [get, list, describe, batchget, view, search, query, scan]
#       presets: {}
#       stricter: shorter
#     - name: exempt_services
#       type: list
#       description: Services that no narrower grant can use, as in IAM-002.
#       default: [ssmmessages, ec2messages]
#       presets: {}
#       stricter: shorter
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
#     cloudformation: "Name what is used: `Resource: !GetAtt Orders.Arn`, for the objects of a bucket `!Sub
#       ${Bucket.Arn}/*`. What only works on everything, give a statement of its own."
#     terraform-plan: "Name what is used: `resources = [aws_sqs_queue.orders.arn]`, for the objects of a bucket
#       `\"${aws_s3_bucket.b.arn}/*\"`. What only works on everything, give a statement of its own."
#   peers:
#     checkov: [CKV_AWS_355, CKV_AWS_356, CKV_AWS_111, CKV_AWS_290, CKV_AWS_109, CKV_AWS_289]
package policies.iam.no_wildcard_resource_for_restrictable_actions

import data.policies.lib.action_grants
import data.policies.lib.iam_actions
import data.policies.lib.identity_statements
import data.policies.lib.policy_documents
import data.policies.lib.policy_patterns
import data.policies.lib.scoping_conditions
import data.policies.lib.value

_params := data.params["IAM-003"]

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

# Judged elsewhere: passing roles (IAM-006), raising privileges (IAM-007), secrets and keys (IAM-013).
_owned_elsewhere := {
	"dynamodb:getitem",
	"dynamodb:query",
	"dynamodb:scan",
	"iam:passrole",
	"kms:decrypt",
	"kms:reencryptfrom",
	"rds-db:connect",
	"s3:getobject",
	"secretsmanager:getsecretvalue",
	"ssm:getparameter",
	"ssm:getparameterhistory",
	"ssm:getparameters",
	"ssm:getparametersbypath",
}

# Statements that allow, or could, and whose resources are wide for some service or not known: most are left out here.
_on_wide := [{"document": document, "statement": statement} |
	some document in _documents
	some statement in document.statements
	statement.on_wide
	identity_statements.may_allow(statement)
]

# Those that are not full administrators, with the actions that could name resources: one row a statement.
_candidates := [candidate |
	some found in _on_wide
	actions := [action |
		some action in found.statement.actions
		_restrictable[action.pattern]
		not _is_scoped(found.statement, action)
	]
	count(actions) > 0
	not identity_statements.full_access(found.statement)
	candidate := {"document": found.document, "statement": found.statement, "actions": actions}
]

_patterns := {action.pattern |
	some found in _on_wide
	some action in found.statement.actions
	action.pattern != null
}

_wildcards := {pattern | some pattern in _patterns; iam_actions.has_wildcard(pattern)}

# What fails IAM-002 is not judged again.
_too_wide := {pattern | some pattern in _wildcards; action_grants.width(pattern, _params) != "narrow"}

# Wildcards that read count for the data that they read only.
_reading := {pattern | some pattern in _wildcards; action_grants.reads_only(pattern, _params)}

# The distinct action patterns that should name resources.
_restrictable := {pattern |
	some pattern in _patterns - _too_wide
	count(_changes(pattern) | _stored_data(pattern)) > 0
}

# The actions of a pattern that change something.
_changes(pattern) := {full |
	not _reading[pattern]
	some full in _judged(pattern, ["write", "permissions", "tagging"])
	not full in _params.tolerated_star
}

# The actions of a pattern that read stored data.
_stored_data(pattern) := {full |
	expressions := _data_expressions[iam_actions.service(pattern)]
	some full in _judged(pattern, ["read", "list"])
	some expression in expressions
	regex.match(expression, full)
}

_data_expressions[service] contains expression if {
	some pattern in _params.data_read
	service := iam_actions.service(pattern)
	expression := iam_actions.expression(pattern)
}

# The actions of a pattern that support resources and that no other control judges.
_judged(pattern, levels) := {full |
	service := iam_actions.service(pattern)
	some name in iam_actions.matching(pattern, levels) - iam_actions.matching(pattern, ["no_resource"])
	full := concat(":", [service, name])
	not _owned_elsewhere[full]
	not action_grants.escalating[full]
}

_is_scoped(statement, action) if {
	some condition in statement.conditions
	scoping_conditions.scopes(condition, action.pattern)
}

# The resource elements of a candidate that are wide for an action of it, and the actions concerned.
_wide(candidate) := [element |
	some element in candidate.statement.resources
	count(_actions_on(candidate, element)) > 0
]

_actions_on(candidate, element) := [action |
	some action in candidate.actions
	element.wide in {"*", iam_actions.service(action.pattern)}
]

deny contains violation if {
	some candidate in _candidates
	_is_decided(candidate.statement)
	wide := _wide(candidate)
	count(wide) > 0
	violation := {
		"resource": candidate.document.resource,
		"path": wide[0].path,
		"defect": identity_statements.key(candidate.document, candidate.statement),
		"message": _message(candidate, wide),
	}
}

_message(candidate, wide) := sprintf("Statement %s of '%s' allows %s on '%s', although %s can name resources.", [
	identity_statements.name(candidate.document, candidate.statement),
	candidate.document.resource,
	concat(", ", [sprintf("'%s'", [action.written]) | some action in actions]),
	_shown(wide[0].value),
	_pronoun(actions),
]) if {
	actions := [action |
		some action in candidate.actions
		some element in wide
		action in _actions_on(candidate, element)
	]
}

_pronoun(actions) := "this action" if count(actions) == 1

_pronoun(actions) := "these actions" if count(actions) > 1

_shown(resource) := value.shown(resource) if not value.partial(resource)

_shown(resource) := value.source_text(resource) if value.partial(resource)

_is_decided(statement) if {
	identity_statements.allows(statement)
	count(_undecided_conditions(statement)) == 0
}

_undecided_conditions(statement) := [condition |
	some condition in statement.conditions
	scoping_conditions.undecided(condition)
]

# A statement that would fail if its effect, conditions or resources, which are not known, are what they could be.
undecided contains violation if {
	some candidate in _candidates
	count(_denied_already(candidate)) == 0
	some gap in _gaps(candidate)
	violation := _open(candidate.document, candidate.statement, gap)
}

_denied_already(candidate) := [element |
	_is_decided(candidate.statement)
	some element in _wide(candidate)
]

_gaps(candidate) := array.concat(
	[{"path": element.path, "value": element.value} |
		some element in candidate.statement.resources
		element.pattern == null
		policy_patterns.anything(element.value)
	],
	array.concat(
		[{"path": condition.path, "value": condition.values[0]} |
			count(_wide(candidate)) > 0
			some condition in _undecided_conditions(candidate.statement)
		],
		[{"path": candidate.statement.path, "value": candidate.statement.effect} |
			count(_wide(candidate)) > 0
			value.opaque(candidate.statement.effect)
		],
	),
)

# A statement or action that is not known, where the resources are wide.
undecided contains violation if {
	some document in _documents
	some statement in document.statements
	statement.unknown != null
	violation := _open(document, statement, {"path": statement.path, "value": statement.unknown})
}

undecided contains violation if {
	some found in _on_wide
	some action in found.statement.actions
	action.pattern == null
	policy_patterns.anything(action.value)
	some element in found.statement.resources
	element.wide in {"*", ""}
	violation := _open(found.document, found.statement, {"path": action.path, "value": action.value})
}

_open(document, statement, gap) := {
	"resource": document.resource,
	"path": gap.path,
	"defect": identity_statements.key(document, statement),
	"message": sprintf("Statement %s of '%s' may allow on every resource what can be allowed on named ones: %s.", [
		identity_statements.name(document, statement),
		document.resource,
		value.reason(gap.value),
	]),
}

# An action that the table does not know, where the parameter asks for it.
undecided contains violation if {
	_params.report_unlisted
	some found in _on_wide
	document := found.document
	statement := found.statement
	identity_statements.allows(statement)
	some action in statement.actions
	_is_unlisted(action)
	some element in statement.resources
	element.wide in {"*", iam_actions.service(action.value)}
	violation := {
		"resource": document.resource,
		"path": action.path,
		"defect": sprintf("%s/%s", [identity_statements.key(document, statement), action.written]),
		"message": sprintf("Statement %s of '%s' allows '%s' on '%s': the table of actions does not list it.", [
			identity_statements.name(document, statement),
			document.resource,
			action.written,
			_shown(element.value),
		]),
	}
}

_all_levels := ["read", "list", "write", "tagging", "permissions"]

_is_unlisted(action) if {
	is_string(action.value)
	not iam_actions.has_wildcard(action.value)
	count(iam_actions.matching(action.value, _all_levels)) == 0
}
