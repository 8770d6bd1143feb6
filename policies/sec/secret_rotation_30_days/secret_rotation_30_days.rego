# METADATA
# scope: package
# title: Rotate database credentials automatically every 30 days
# description: |
#   A password that leaked unnoticed is of use until it changes. Rotation bounds that time without anybody having to
#   know of the leak.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html#secretsmanager-1
# custom:
#   id: SEC-003
#   slug: secret-rotation-30-days
#   family: SEC
#   severity: medium
#   score: 6.3
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::SecretsManager::RotationSchedule
#     - AWS::SecretsManager::Secret
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - aws_secretsmanager_secret_rotation
#     - aws_secretsmanager_secret
#     - aws_db_instance
#     - aws_rds_cluster
#     - AWS::DocDB::DBCluster
#     - AWS::RDS::DBProxy
#     - AWS::Redshift::Cluster
#     - AWS::SecretsManager::SecretTargetAttachment
#     - aws_db_proxy
#     - aws_docdb_cluster
#     - aws_redshift_cluster
#     - aws_secretsmanager_secret_version
#   subjects:
#     - AWS::SecretsManager::RotationSchedule
#     - AWS::SecretsManager::Secret
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - aws_secretsmanager_secret_rotation
#     - aws_secretsmanager_secret
#     - aws_db_instance
#     - aws_rds_cluster
#   params:
#     - name: max_days
#       type: integer
#       description: "How many days may lie between two rotations at most."
#       default: 90
#       presets: {baseline: 90, reference-architecture: 30, strict: 30}
#       stricter: lower
#     - name: all_secrets
#       type: boolean
#       description: "Whether secrets must rotate that are not known to be those of databases."
#       default: false
#       presets: {strict: true}
#       stricter: "true"
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["SecretsManager.1", "SecretsManager.4"]
#       nist_800_53_r5: ["AC-2(1)"]
#       pci_dss_4.0: ["8.6.3", "3.5.1", "8.2.2", "8.3.10.1", "8.3.2", "8.3.5", "8.3.7"]
#       hipaa: ["164.308(a)(4)(ii)(B)"]
#     judged:
#       nist_800_53_r5: ["IA-5"]
#       iso_27001_2022: ["A.5.17"]
#   cwe: [262, 263]
#   remediation:
#     cloudformation: "Add an AWS::SecretsManager::RotationSchedule with SecretId: !Ref Secret, HostedRotationLambda or
#       RotationLambdaARN, and RotationRules: {AutomaticallyAfterDays: 30}. Or let RDS own the secret
#       (ManageMasterUserPassword: true)."
#     terraform-plan: "Add an aws_secretsmanager_secret_rotation with secret_id, rotation_lambda_arn and
#       rotation_rules { automatically_after_days = 30 }. Or let RDS own the secret
#       (manage_master_user_password = true)."
#   peers:
#     checkov: [CKV2_AWS_57, CKV_AWS_304]
#     guard: [secretsmanager_rotation_enabled_check]
#     cdk_nag: [AwsSolutions-SMG4, NIST.800.53.R5-SecretsManagerRotationEnabled]
#     prowler: [secretsmanager_automatic_rotation_enabled, secretsmanager_secret_rotated_periodically]
package policies.sec.secret_rotation_30_days

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.joins
import data.policies.lib.schedules
import data.policies.lib.secret_names
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["SEC-003"]

_schedule_types := {
	"AWS::SecretsManager::RotationSchedule": {
		"secret": ["Properties", "SecretId"],
		"rules": ["Properties", "RotationRules"],
		"days": ["Properties", "RotationRules", "AutomaticallyAfterDays"],
		"expression": ["Properties", "RotationRules", "ScheduleExpression"],
		"workers": [["Properties", "RotationLambdaARN"], ["Properties", "HostedRotationLambda"]],
	},
	"aws_secretsmanager_secret_rotation": {
		"secret": ["secret_id"],
		"rules": ["rotation_rules"],
		"days": ["rotation_rules", 0, "automatically_after_days"],
		"expression": ["rotation_rules", 0, "schedule_expression"],
		"workers": [["rotation_lambda_arn"]],
	},
}

_secret_types := {
	"AWS::SecretsManager::Secret": {"names": [["Properties", "Name"]], "content": ["Properties", "SecretString"]},
	"aws_secretsmanager_secret": {"names": [["name"], ["name_prefix"]], "content": []},
}

# Where what stands between a secret and those who use it names the secret.
_links := {
	"AWS::SecretsManager::SecretTargetAttachment": ["Properties", "SecretId"],
	"aws_secretsmanager_secret_version": ["secret_id"],
}

_database_types := [
	"AWS::DocDB::DBCluster", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::RDS::DBProxy",
	"AWS::Redshift::Cluster", "aws_db_instance", "aws_db_proxy", "aws_docdb_cluster", "aws_rds_cluster",
	"aws_redshift_cluster",
]

_managed := {
	"AWS::RDS::DBCluster": ["Properties", "ManageMasterUserPassword"],
	"AWS::RDS::DBInstance": ["Properties", "ManageMasterUserPassword"],
	"aws_db_instance": ["manage_master_user_password"],
	"aws_rds_cluster": ["manage_master_user_password"],
}

_schedules := [schedule |
	some type, keys in _schedule_types
	some resource in graph.of_types([type])
	schedule := {"resource": resource, "keys": keys, "join": _join(resource, keys.secret)}
]

_targets := object.union(
	{"AWS::SecretsManager::Secret": ["Properties", "Name"], "aws_secretsmanager_secret": ["name"]},
	object.union(_links, {type: path | some type, path in _managed}),
)

# The secrets that a value names, also by their attachments and versions: {"to", "open"}; databases stand for the
# secrets that they own.
_join(resource, path) := {"to": secrets, "open": found.open} if {
	found := joins.join(resource, path, _targets)
	secrets := {secret | some address in found.to; some secret in _behind(address)}
}

_behind(address) := {address} if not _links[graph.at(address).type]

_behind(address) := secrets if {
	link := _links[graph.at(address).type]
	secrets := graph.referenced(graph.at(address), link)
}

_secrets := [secret |
	some type, facts in _secret_types
	some resource in graph.of_types([type])
	secret := {"resource": resource, "facts": facts}
]

# The addresses of secrets that databases use, or that are made for them.
_used contains secret if {
	some type in _database_types
	some resource in graph.of_types([type])
	some edge in object.get(resource, "references", [])
	some secret in _behind(edge.address)
}

_used contains secret if {
	some attachment in graph.of_types(["AWS::SecretsManager::SecretTargetAttachment"])
	some secret in graph.referenced(attachment, ["Properties", "SecretId"])
}

# Versions that hold what a database holds too, or where it is.
_used contains secret if {
	some version in graph.of_types(["aws_secretsmanager_secret_version"])
	some address in graph.referenced(version, ["secret_string"])
	address in _of_databases
	some secret in graph.referenced(version, ["secret_id"])
}

_used contains secret.resource.address if {
	some secret in _secrets
	count(secret.facts.content) > 0
	some address in graph.referenced(secret.resource, secret.facts.content)
	address in _of_databases
}

# Databases, and the random passwords that they have.
_of_databases contains resource.address if some resource in graph.of_types(_database_types)

_of_databases contains edge.address if {
	some resource in graph.of_types(_database_types)
	some edge in object.get(resource, "references", [])
	edge.path[count(edge.path) - 1] in {"password", "master_password"}
}

# References to a secret by its written name.
_named contains text if {
	some resource in graph.of_types(_database_types)
	some path in [["Properties", "MasterUserPassword"]]
	written := object.get(resource.node, path, null)
	value.secret(written)
	text := written["$secret"]
}

_is_for_database(secret) if secret.resource.address in _used

_is_for_database(secret) if {
	some name in _names(secret)
	secret_names.says(name, {"db", "database", "rds", "aurora"})
}

_is_for_database(secret) if {
	some path in secret.facts.names
	name := object.get(secret.resource.node, path, null)
	is_string(name)
	some text in _named
	startswith(text, sprintf("{{resolve:secretsmanager:%s", [name]))
}

_names(secret) := array.concat([_last(secret.resource.address)], [name |
	some path in secret.facts.names
	name := object.get(secret.resource.node, path, null)
	is_string(name)
])

# Always defined.
_last(address) := parts[count(parts) - 1] if parts := split(regex.replace(address, `\[[^\]]*\]$`, ""), ".")

_in_scope(_) if _params.all_secrets

_in_scope(secret) if _is_for_database(secret)

_scheduled := {secret | some schedule in _schedules; some secret in schedule.join.to}

_stray := [schedule | some schedule in _schedules; count(schedule.join.to) == 0]

# Secrets without a schedule.
_of_secrets := [row |
	some secret in _secrets
	_in_scope(secret)
	row := {
		"state": _state(secret),
		"resource": secret.resource.address,
		"path": [],
		"defect": "no-schedule",
		"message": sprintf("Secret '%s'%s is never rotated: it has no rotation schedule. Add one of at most %d days.", [
			secret.resource.address,
			_purpose(secret),
			_params.max_days,
		]),
	}
]

_purpose(secret) := " of a database" if _is_for_database(secret)

_purpose(secret) := "" if not _is_for_database(secret)

_state(secret) := "pass" if secret.resource.address in _scheduled

_state(secret) := "open" if {
	not secret.resource.address in _scheduled
	count(_stray) > 0
}

_state(secret) := "fail" if {
	not secret.resource.address in _scheduled
	count(_stray) == 0
}

# The intervals of schedules.
_of_schedules := [row |
	some schedule in _schedules
	some judgement in array.concat([_interval(schedule)], _worker(schedule))
	row := object.union(judgement, {
		"resource": schedule.resource.address,
		"path": schedule.keys.rules,
	})
]

_days(schedule) := value.get(schedule.resource, schedule.keys.days)

_expression(schedule) := value.get(schedule.resource, schedule.keys.expression)

_has_expression(schedule) if {
	record := _expression(schedule)
	not value.is_absent(record)
	record.value != ""
}

_has_days(schedule) if {
	record := _days(schedule)
	not value.is_absent(record)
	not record.value in {0, "0", ""}
}

_interval(schedule) := judgement if {
	_has_expression(schedule)
	judgement := _by_expression(schedule, _expression(schedule))
}

_interval(schedule) := judgement if {
	not _has_expression(schedule)
	_has_days(schedule)
	judgement := _by_days(schedule, settings.number(_days(schedule), null), _days(schedule))
}

_interval(schedule) := {
	"state": "fail",
	"defect": "interval",
	"message": sprintf("'%s' says no interval, so that the secret is not rotated. Set %s to at most %d.", [
		schedule.resource.address,
		schedule.keys.days[count(schedule.keys.days) - 1],
		_params.max_days,
	]),
} if {
	not _has_expression(schedule)
	not _has_days(schedule)
}

_by_expression(schedule, record) := judgement if {
	is_string(record.value)
	judgement := _by_days(schedule, schedules.longest_gap(record.value), record)
}

_by_expression(schedule, record) := judgement if {
	not is_string(record.value)
	judgement := _by_days(schedule, null, record)
}

_by_days(schedule, days, record) := {
	"state": "open",
	"defect": "interval",
	"message": sprintf("Whether '%s' rotates its secret every %d days is not decided: %s.", [
		schedule.resource.address,
		_params.max_days,
		settings.fact(record),
	]),
} if {
	days == null
}

_by_days(schedule, days, record) := {
	"state": _verdicts[days <= _params.max_days],
	"defect": "interval",
	"message": sprintf("'%s' rotates its secret only every %v days: %s. At most %d are allowed.", [
		schedule.resource.address,
		days,
		settings.fact(record),
		_params.max_days,
	]),
} if {
	days != null
}

_verdicts := {true: "pass", false: "fail"}

# A schedule without a function does nothing, unless the service that owns the secret rotates it.
_worker(schedule) := [{
	"state": _idle(schedule),
	"defect": "rotation-function",
	"message": sprintf("'%s' names no function that rotates the secret, so that nothing happens. Add %s.", [
		schedule.resource.address,
		_worker_name[schedule.resource.type],
	]),
}] if {
	count([path |
		some path in schedule.keys.workers
		not value.is_absent(value.present(schedule.resource, path))
	]) == 0
}

_worker(schedule) := [] if {
	some path in schedule.keys.workers
	not value.is_absent(value.present(schedule.resource, path))
}

_worker_name := {
	"AWS::SecretsManager::RotationSchedule": "HostedRotationLambda or RotationLambdaARN",
	"aws_secretsmanager_secret_rotation": "rotation_lambda_arn",
}

_idle(schedule) := "open" if count(schedule.join.to) == 0

_idle(schedule) := "pass" if _owned(schedule)

_idle(schedule) := "fail" if {
	count(schedule.join.to) > 0
	not _owned(schedule)
}

_owned(schedule) if {
	some address in schedule.join.to
	_managed[graph.at(address).type]
}

# Databases whose secret RDS makes: it changes every week.
_managing := [resource |
	some type, path in _managed
	some resource in graph.of_types([type])
	settings.switch(value.get(resource, path), "off") == "on"
]

_of_managed := [row |
	some resource in _managing
	row := {"state": "pass", "resource": resource.address, "path": _managed[resource.type], "message": ""}
]

_assessed := array.concat(_of_secrets, array.concat(_of_schedules, _of_managed))

subjects contains row.resource if some row in _assessed

examined contains record if {
	some schedule in _schedules
	some path in array.concat([schedule.keys.days, schedule.keys.expression], schedule.keys.workers)
	record := value.present(schedule.resource, path)
}

examined contains record if {
	some resource in _managing
	record := value.get(resource, _managed[resource.type])
}

examined contains record if {
	some secret in _secrets
	some path in secret.facts.names
	record := value.present(secret.resource, path)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
