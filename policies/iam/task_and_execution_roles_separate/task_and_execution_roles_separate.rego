# METADATA
# scope: package
# title: Use separate ECS task and execution roles
# description: |
#   ECS pulls images and reads secrets with the execution role, the application calls AWS with the task role. One role
#   for both gives the application the secrets of the agent, and the agent the data of the application.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html
# custom:
#   id: IAM-012
#   slug: task-and-execution-roles-separate
#   family: IAM
#   severity: medium
#   score: 5.1
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ECS::TaskDefinition
#     - aws_ecs_task_definition
#     - AWS::IAM::Role
#     - AWS::IAM::User
#     - AWS::IAM::Group
#     - AWS::IAM::Policy
#     - AWS::IAM::ManagedPolicy
#     - AWS::IAM::RolePolicy
#     - aws_iam_role
#     - aws_iam_role_policy
#     - aws_iam_policy
#     - aws_iam_role_policy_attachment
#     - aws_iam_policy_attachment
#     - aws_iam_role_policy_attachments_exclusive
#     - data.aws_iam_policy_document
#     - data.aws_iam_policy
#     - data.aws_iam_role
#   subjects:
#     - AWS::ECS::TaskDefinition
#     - aws_ecs_task_definition
#   params:
#     - name: judge_execution_role
#       type: boolean
#       description: "Whether an execution role is judged that reads or writes the data of applications."
#       default: false
#       presets: {baseline: false, reference-architecture: true, strict: true}
#       stricter: "true"
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["AC-5b", "AC-6"]
#       iso_27001_2022: ["A.5.3", "A.8.2"]
#   cwe: [250, 653]
#   remediation:
#     cloudformation: "Declare two AWS::IAM::Role resources that ecs-tasks.amazonaws.com may assume: `ExecutionRoleArn:
#       !GetAtt ExecutionRole.Arn` with the managed policy AmazonECSTaskExecutionRolePolicy, and `TaskRoleArn: !GetAtt
#       TaskRole.Arn` with what the application needs and nothing else."
#     terraform-plan: "Declare two aws_iam_role resources: `execution_role_arn = aws_iam_role.execution.arn` with an
#       aws_iam_role_policy_attachment of AmazonECSTaskExecutionRolePolicy, and `task_role_arn = aws_iam_role.task.arn`
#       with what the application needs and nothing else."
#   peers:
#     checkov: [CKV_AWS_249]
package policies.iam.task_and_execution_roles_separate

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.iam_actions
import data.policies.lib.identity_statements
import data.policies.lib.network_joins
import data.policies.lib.policy_documents
import data.policies.lib.policy_holders
import data.policies.lib.value

_params := data.params["IAM-012"]

_paths := {
	"AWS::ECS::TaskDefinition": {
		"task": ["Properties", "TaskRoleArn"],
		"execution": ["Properties", "ExecutionRoleArn"],
	},
	"aws_ecs_task_definition": {"task": ["task_role_arn"], "execution": ["execution_role_arn"]},
}

_role_names := {
	"AWS::IAM::Role": ["Properties", "RoleName"],
	"aws_iam_role": ["name"],
	"data.aws_iam_role": ["name"],
}

_tasks := graph.of_types(object.keys(_paths))

subjects contains task.address if some task in _tasks

_record(task, which) := value.present(task, _paths[task.type][which])

# The roles of each task.
_roles := {task.address: roles |
	some task in _tasks
	roles := {"task": _role(task, "task"), "execution": _role(task, "execution")}
}

# Which role a task names: {"kind", "id"}. The kind is "absent", "declared", "named", "parameter" or "open".
_role(task, which) := {"kind": "absent", "id": ""} if _leaves_out(task, which)

_role(task, which) := _found(_record(task, which).value, _declared(task, which)) if not _leaves_out(task, which)

_found(_, declared) := {"kind": "declared", "id": address} if {
	count(declared) == 1
	some address in declared
}

_found(written, declared) := _by_text(written) if count(declared) != 1

# A plan writes an empty text for what the author left out.
_leaves_out(task, which) if value.is_absent(_record(task, which))

_leaves_out(task, which) if _record(task, which).value == ""

# The roles of the unit that a task refers to, or names by what stands behind the last slash.
_declared(task, which) := found if {
	found := network_joins.join(task, _paths[task.type][which], object.keys(_role_names)).to
	count(found) > 0
}

_declared(task, which) := object.get(_by_name, _name(_record(task, which).value), set()) if {
	count(network_joins.join(task, _paths[task.type][which], object.keys(_role_names)).to) == 0
}

# Without an entry the index would be undefined to one of the engines.
_by_name["/"] contains ""

_by_name[name] contains role.address if {
	some role in graph.of_types(object.keys(_role_names))
	written := object.get(role.node, _role_names[role.type], null)
	is_string(written)
	name := lower(written)
}

# A role is written as its ARN or its name.
_by_text(written) := {"kind": "named", "id": name} if {
	name := _name(written)
	name != ""
}

_by_text(written) := {"kind": "parameter", "id": value.shown(written)} if {
	_name(written) == ""
	_is_parameter(written)
}

_by_text(written) := {"kind": "open", "id": id} if {
	_name(written) == ""
	not _is_parameter(written)
	id := _shown(written)
}

_is_parameter(written) if {
	value.unknown(written)
	written["$unknown"].kind in {"parameter", "variable"}
}

_shown(written) := value.source_text(written) if value.partial(written)

_shown(written) := value.shown(written) if not value.partial(written)

# What stands behind the last slash, where it is written out.
_name(written) := parts[count(parts) - 1] if {
	is_string(written)
	parts := split(lower(written), "/")
}

_name(written) := _name_at_end(written["$partial"]) if value.partial(written)

_name(written) := "" if {
	not is_string(written)
	not value.partial(written)
}

_name_at_end(fragments) := parts[count(parts) - 1] if {
	last := fragments[count(fragments) - 1]
	is_string(last)
	parts := split(lower(last), "/")
	count(parts) > 1
}

_name_at_end(fragments) := "" if not _ends_in_name(fragments)

_ends_in_name(fragments) if {
	last := fragments[count(fragments) - 1]
	is_string(last)
	contains(last, "/")
}

# Whether both roles are one: "pass" means that they are not.
_compared(one, _) := "pass" if one.kind == "absent"

_compared(one, other) := "pass" if {
	one.kind != "absent"
	other.kind == "absent"
}

_compared(one, other) := "fail" if {
	one.kind != "absent"
	one == other
}

_compared(one, other) := _different(one.kind, other.kind) if {
	one.kind != "absent"
	other.kind != "absent"
	one != other
}

# Two names or two parameters that differ are two roles; a value that is not known may be any of them.
_different(one, other) := "pass" if count({one, other} & {"parameter", "open"}) == 0

_different(one, other) := "pass" if {one, other} == {"parameter"}

_different(one, other) := "open" if {
	count({one, other} & {"parameter", "open"}) > 0
	{one, other} != {"parameter"}
}

_same := [row |
	some task in _tasks
	pair := _roles[task.address]
	row := {
		"state": _compared(pair.task, pair.execution),
		"resource": task.address,
		"path": _paths[task.type].task,
		"defect": "same-role",
		"message": sprintf(
			"Task definition '%s' uses one role, '%s', as task role and as execution role: give each a role of its own.",
			[task.address, pair.task.id],
		),
	}
]

# The roles of the unit that are used by tasks which keep both apart.
_declared_role(task, which) := role.id if {
	role := _roles[task.address][which]
	role.kind == "declared"
	_compared(_roles[task.address].task, _roles[task.address].execution) != "fail"
}

_holders := {holder.principal: holder | some holder in policy_holders.rules; holder.kind == "role"}

_execution_policy := "service-role/AmazonECSTaskExecutionRolePolicy"

_misplaced := [row |
	some task in _tasks
	holder := _holders[_declared_role(task, "task")]
	found := _carries(holder)
	row := {
		"state": found.state,
		"resource": task.address,
		"path": _paths[task.type].task,
		"defect": "execution-policy-on-task-role",
		"message": sprintf(
			"Task role '%s' of '%s' has %s, which belongs to the execution role: %s.",
			[holder.principal, task.address, "AmazonECSTaskExecutionRolePolicy", "attach it there, and not here"],
		),
		"related": [{"address": found.at.resource, "path": found.at.path, "message": "It is attached here."}],
	}
]

_carries(holder) := {"state": "fail", "at": attached[0]} if {
	attached := _execution_policies(holder)
	count(attached) > 0
}

_carries(holder) := {"state": "open", "at": attached[0]} if {
	count(_execution_policies(holder)) == 0
	attached := [attachment | some attachment in holder.hidden; _attaches_unknown(attachment)]
	count(attached) > 0
}

_execution_policies(holder) := [attachment |
	some attachment in holder.managed
	attachment.managed == _execution_policy
]

_attaching := {"ManagedPolicyArns", "managed_policy_arns", "policy_arn", "policy_arns"}

_attaches_unknown(attachment) if {
	some step in attachment.path
	_attaching[step]
	value.unknown(attachment.value)
}

# What an agent has no use for; of the first two services, every action.
_data_services := {"dynamodb", "sqs"}

_data_actions := {
	"dynamodb:putitem",
	"sqs:sendmessage",
	"sns:publish",
	"s3:putobject",
	"s3:deleteobject",
	"rds-db:connect",
}

# Policies of AWS that hold such actions.
_data_policies := concat("|", [
	`^(AdministratorAccess|PowerUserAccess)$`,
	`^Amazon(DynamoDB|SQS|SNS|S3)FullAccess(_v2)?$`,
	`^Amazon(DynamoDB|SQS)ReadOnlyAccess$`,
])

# The action strings of a role that reach data: {"written", "resource", "path", "certain"}.
_reaching(holder) := array.concat(
	[reach |
		some index in holder.documents
		document := policy_documents.rules[index]
		some statement in document.statements
		identity_statements.may_allow(statement)
		some action in statement.actions
		_is_wide[action.pattern]
		reach := {
			"written": action.written,
			"resource": document.resource,
			"path": action.path,
			"certain": statement.effect == "Allow",
		}
	],
	[reach |
		some attachment in holder.managed
		regex.match(_data_policies, attachment.managed)
		reach := {
			"written": attachment.managed,
			"resource": attachment.resource,
			"path": attachment.path,
			"certain": true,
		}
	],
)

# The action patterns of the unit that match an action on data.
_is_wide[""] := false

_is_wide[pattern] := true if {
	some document in policy_documents.rules
	document.kind == "identity"
	some statement in document.statements
	some action in statement.actions
	pattern := action.pattern
	pattern != null
	_reaches(pattern)
}

_reaches(pattern) if iam_actions.service(pattern) in _data_services

_reaches(pattern) if _data_actions[pattern]

_reaches(pattern) if {
	iam_actions.has_wildcard(pattern)
	expression := iam_actions.expression(pattern)
	some action in _data_actions
	regex.match(expression, action)
}

_execution_holders := [{"task": task, "holder": holder} |
	_params.judge_execution_role
	some task in _tasks
	holder := _holders[_declared_role(task, "execution")]
]

_overloaded := [row |
	some pair in _execution_holders
	some reach in _reaching(pair.holder)
	row := {
		"state": assessments.hedged("fail", reach.certain),
		"resource": pair.task.address,
		"path": _paths[pair.task.type].execution,
		"defect": sprintf("execution-role/%s", [reach.written]),
		"message": sprintf(
			"Execution role '%s' of '%s' allows '%s', which is for the application: move it to the task role.",
			[pair.holder.principal, pair.task.address, reach.written],
		),
		"related": [{"address": reach.resource, "path": reach.path, "message": "It is allowed here."}],
	}
]

_hidden := [row |
	some pair in _execution_holders
	count(pair.holder.hidden) > 0
	gap := pair.holder.hidden[0]
	row := {
		"state": "open",
		"resource": pair.task.address,
		"path": _paths[pair.task.type].execution,
		"defect": "execution-role",
		"message": sprintf(
			"Whether execution role '%s' of '%s' reaches data of the application is not known: a policy is not shown.",
			[pair.holder.principal, pair.task.address],
		),
		"related": [{"address": gap.resource, "path": gap.path, "message": "This policy is not known."}],
	}
]

_assessed := array.concat(array.concat(_same, _misplaced), array.concat(_overloaded, _hidden))

examined contains record if {
	some task in _tasks
	some which in ["task", "execution"]
	record := _record(task, which)
}

examined contains record if {
	some role in graph.of_types(object.keys(_role_names))
	record := value.present(role, _role_names[role.type])
	value.is_known(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
