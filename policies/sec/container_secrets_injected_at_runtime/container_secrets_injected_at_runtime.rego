# METADATA
# scope: package
# title: Inject container secrets from Secrets Manager or SSM, never as plain environment
# description: |
#   Whoever may describe a task definition reads its environment, and every old revision keeps it. A secret that the
#   agent fetches when the task starts stands nowhere but in its store, and rotates there.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8
# custom:
#   id: SEC-002
#   slug: container-secrets-injected-at-runtime
#   family: SEC
#   severity: critical
#   score: 9.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ECS::TaskDefinition
#     - AWS::DocDB::DBCluster
#     - AWS::IAM::ManagedPolicy
#     - AWS::IAM::Policy
#     - AWS::IAM::Role
#     - AWS::IAM::RolePolicy
#     - AWS::RDS::DBCluster
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBProxy
#     - aws_ecs_task_definition
#     - aws_db_instance
#     - aws_db_proxy
#     - aws_docdb_cluster
#     - aws_iam_policy
#     - aws_iam_policy_attachment
#     - aws_iam_role
#     - aws_iam_role_policy
#     - aws_iam_role_policy_attachment
#     - aws_iam_role_policy_attachments_exclusive
#     - aws_rds_cluster
#     - data.aws_iam_policy_document
#   subjects:
#     - AWS::ECS::TaskDefinition
#     - aws_ecs_task_definition
#   params:
#     - name: require_database_credentials
#       type: boolean
#       description: "Whether a task that is told where a database is must get a secret, or a role that may read one."
#       default: false
#       presets: {reference-architecture: true}
#       stricter: "true"
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ECS.8"]
#       pci_dss_4.0: ["3.5.1", "8.2.2", "8.3.2"]
#     judged:
#       nist_800_53_r5: ["IA-5(1)(c)", "SC-28(1)"]
#       pci_dss_4.0: ["8.6.2"]
#       soc2: ["CC6.1"]
#       iso_27001_2022: ["A.5.17"]
#   cwe: [526, 522]
#   remediation:
#     cloudformation: "Take the entry out of Environment and write Secrets: [{Name: DB_PASSWORD, ValueFrom: !Ref
#       DatabaseSecret}]; allow the execution role secretsmanager:GetSecretValue on it."
#     terraform-plan: "Take the entry out of environment and write secrets = [{ name = \"DB_PASSWORD\", valueFrom =
#       aws_secretsmanager_secret.database.arn }]; allow the execution role secretsmanager:GetSecretValue on it."
#   peers:
#     trivy: [AWS-0036]
#     prowler: [ecs_task_definitions_no_environment_secrets]
package policies.sec.container_secrets_injected_at_runtime

import data.policies.lib.assessments
import data.policies.lib.containers
import data.policies.lib.credentials
import data.policies.lib.role_grants
import data.policies.lib.secret_names
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["SEC-002"]

subjects contains task.address if some _, task in containers.tasks

# Keys of AWS are none for a container at all: the role of the task gives them.
_keys := {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}

# The variables of the containers: {"container", "path", "name", "named", "written"}.
_variables := [variable |
	some container in containers.all
	record := containers.given(container, ["Environment"])
	is_array(record.value)
	some index, _ in record.value
	at := ["Environment", index]
	variable := {
		"container": container,
		"path": containers.path(container, array.concat(at, ["Value"])),
		"name": _name(containers.field(container, array.concat(at, ["Name"])).value),
		"written": containers.field(container, array.concat(at, ["Value"])).value,
	}
]

_name(name) := name if is_string(name)

_name(name) := "" if not is_string(name)

_named(variable) if secret_names.is_secret(variable.name)

_named(variable) if upper(variable.name) in _keys

# What is wrong with a variable, the gravest first, and what of its text must not be shown.
_judgements(variable) := [judgement |
	some judge in [
		_by_literal(variable),
		_by_form(variable),
		_by_url(variable),
		_by_source(variable),
		_by_doubt(variable),
	]
	some judgement in judge
]

_by_literal(variable) := [{"state": "fail", "what": "holds a secret as plain text", "conceals": [written]} |
	_named(variable)
	written := _text(variable.written)
	credentials.could_be_secret(written)
]

# Numbers are written as such, too.
_text(written) := written if is_string(written)

_text(written) := sprintf("%v", [written]) if is_number(written)

_by_form(variable) := [judgement |
	some piece in _pieces(variable.written)
	some found in credentials.found_in(piece)
	what := sprintf("holds %s as plain text", [found.kind])
	judgement := {"state": "fail", "what": what, "conceals": [found.text]}
]

_by_url(variable) := [{"state": "fail", "what": "holds a URL with a password in it", "conceals": [password]} |
	some text in _wholes(variable.written)
	some password in credentials.url_passwords(text)
]

_wholes(written) := [written] if is_string(written)

_wholes(written) := [_outline(written)] if value.partial(written)

_wholes(written) := [] if {
	not is_string(written)
	not value.partial(written)
}

# The literal pieces of a value.
_pieces(written) := [written] if is_string(written)

_pieces(written) := [piece | some piece in written["$partial"]; is_string(piece)] if value.partial(written)

_pieces(written) := [] if {
	not is_string(written)
	not value.partial(written)
}

# A text known in part, with a sign for each piece that is not known.
_outline(written) := concat("", [shown | some piece in written["$partial"]; shown := _sign(piece)])

_sign(piece) := piece if is_string(piece)

_sign(piece) := "${}" if not is_string(piece)

# The undecided pieces of a value, itself if it is one.
_holes(written) := [written] if {
	value.opaque(written)
	not value.partial(written)
}

_holes(written) := [piece | some piece in written["$partial"]; not is_string(piece)] if value.partial(written)

_holes(written) := [] if not value.opaque(written)

_by_source(variable) := [{"state": "fail", "what": what} |
	some hole in _holes(variable.written)
	what := _gives_away(hole)
]

_gives_away(hole) := "takes a secret by a dynamic reference, which is plain text once it is deployed" if {
	value.secret(hole)
}

_gives_away(hole) := sprintf("takes the parameter '%s', which is NoEcho, and yet plain text in the task definition", [
	hole["$unknown"].name,
]) if {
	_no_echo(hole)
}

_gives_away(hole) := sprintf("takes the secret '%s' itself", [value.shown(hole)]) if _secret_attribute(hole)

_no_echo(hole) if {
	value.unknown(hole)
	hole["$unknown"].kind == "parameter"
	object.get(input.unit, ["parameters", hole["$unknown"].name, "no_echo"], false)
}

# Attributes of resources that are secrets, not names of them.
_secret_attributes := {
	"AWS::IAM::AccessKey": {"SecretAccessKey"},
	"aws_db_instance": {"password"},
	"aws_elasticache_replication_group": {"auth_token"},
	"aws_iam_access_key": {"secret", "ses_smtp_password_v4"},
	"aws_rds_cluster": {"master_password"},
	"aws_secretsmanager_secret_version": {"secret_string"},
	"aws_ssm_parameter": {"value", "insecure_value"},
	"data.aws_secretsmanager_secret_version": {"secret_string"},
	"data.aws_ssm_parameter": {"value"},
	"random_password": {"result", "bcrypt_hash"},
}

_secret_attribute(hole) if {
	value.reference(hole)
	target := hole["$reference"]
	type := object.get(input.resources, [target.address, "type"], "")
	target.attribute in object.get(_secret_attributes, type, set())
}

# A variable of that name whose value is not known; what another resource gives is its name or ARN.
_by_doubt(variable) := [{"state": "open", "what": sprintf("holds a secret as plain text: %s", [value.reason(hole)])} |
	_named(variable)
	not _names_an_arn(variable.written)
	some hole in _holes(variable.written)
	not value.reference(hole)
	not _gives_away(hole)
]

_names_an_arn(written) if {
	value.partial(written)
	regex.match(`^arn:`, _outline(written))
}

_of_variables := [row |
	some variable in _variables
	some judgement in _judgements(variable)
	row := {
		"state": judgement.state,
		"resource": variable.container.task,
		"path": variable.path,
		"defect": sprintf("environment/%s/%s", [variable.container.name, variable.name]),
		"message": _message(variable, judgement),
		"conceals": object.get(judgement, "conceals", []),
	}
]

_message(variable, judgement) := sprintf("%s: the variable '%s' %s%s. %s", [
	containers.called(variable.container),
	variable.name,
	judgement.what,
	_size(judgement),
	_remedy(variable),
]) if {
	judgement.state == "fail"
}

_message(variable, judgement) := sprintf("Whether the variable '%s' of container '%s' %s.", [
	variable.name,
	variable.container.name,
	judgement.what,
]) if {
	judgement.state == "open"
}

_size(judgement) := sprintf(" (%s)", [credentials.outline(judgement.conceals[0])]) if judgement.conceals[0]

_size(judgement) := "" if not judgement.conceals[0]

_remedy(variable) := "Give the task a role instead." if upper(variable.name) in _keys

_remedy(variable) := sprintf("Name the secret in '%s' instead.", [
	_secrets_key[containers.tasks[variable.container.task].type],
]) if {
	not upper(variable.name) in _keys
}

_secrets_key := {"AWS::ECS::TaskDefinition": "Secrets", "aws_ecs_task_definition": "secrets"}

_of_undecided := [row |
	some task in containers.undecided
	row := {
		"state": "open",
		"resource": task.address,
		"path": task.at,
		"defect": "containers",
		"message": sprintf("Whether '%s' holds secrets in its environment cannot be decided: %s.", [
			task.address,
			settings.fact(task.whole),
		]),
	}
]

_of_open_environments := [row |
	some container in containers.all
	record := containers.given(container, ["Environment"])
	value.is_unknown(record)
	row := {
		"state": "open",
		"resource": container.task,
		"path": record.path,
		"defect": sprintf("environment/%s", [container.name]),
		"message": sprintf("Whether container '%s' has secrets in its environment cannot be decided: %s.", [
			container.name,
			settings.fact(record),
		]),
	}
]

# A task that is told where a database is needs its credentials from somewhere.
_databases := {
	"AWS::DocDB::DBCluster", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::RDS::DBProxy", "aws_db_instance",
	"aws_db_proxy", "aws_docdb_cluster", "aws_rds_cluster",
}

_role_at := {"AWS::ECS::TaskDefinition": ["Properties", "TaskRoleArn"], "aws_ecs_task_definition": ["task_role_arn"]}

_of_databases := [row |
	_params.require_database_credentials
	some address, task in containers.tasks
	databases := sort(_databases_of(task))
	count(databases) > 0
	count(_secrets_of(task)) == 0
	state := _access[_access_of(task)]
	row := {
		"state": state,
		"resource": address,
		"path": task.at,
		"defect": "database-credentials",
		"message": sprintf("'%s' is told where database '%s' is, but gets no secret and no role that may read one: %s.", [
			address,
			databases[0],
			"name the secret in the container's secrets",
		]),
	}
]

_access := {"yes": "pass", "no": "fail", "open": "open"}

_databases_of(task) := {edge.address |
	some edge in object.get(input.resources[task.address], "references", [])
	array.slice(edge.path, 0, count(task.at)) == task.at
	object.get(input.resources, [edge.address, "type"], "") in _databases
}

_secrets_of(task) := [record |
	some container in containers.of(task)
	record := containers.given(container, ["Secrets"])
	not value.is_absent(record)
	record.value != []
]

_reading := ["secretsmanager:getsecretvalue", "rds-db:connect", "ssm:getparameter", "ssm:getparameters"]

# Whether the role of the task may read secrets or log in to a database.
_access_of(task) := "no" if value.is_absent(_role(task))

_access_of(task) := answer if {
	not value.is_absent(_role(task))
	roles := _roles(task)
	count(roles) > 0
	answer := role_grants.may(roles, _reading)
}

_access_of(task) := "open" if {
	not value.is_absent(_role(task))
	count(_roles(task)) == 0
}

_role(task) := value.present(input.resources[task.address], _role_at[task.type])

_roles(task) := {edge.address |
	path := _role_at[task.type]
	some edge in object.get(input.resources[task.address], "references", [])
	array.slice(edge.path, 0, count(path)) == path
	object.get(input.resources, [edge.address, "type"], "") in {"AWS::IAM::Role", "aws_iam_role"}
}

_assessed := array.concat(
	array.concat(_of_variables, _of_undecided),
	array.concat(_of_open_environments, _of_databases),
)

examined contains record if {
	some container in containers.all
	some key in ["Environment", "Secrets"]
	record := containers.given(container, [key])
}

examined contains record if {
	some task in containers.undecided
	record := task.whole
}

examined contains record if {
	_params.require_database_credentials
	some _, task in containers.tasks
	record := _role(task)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
