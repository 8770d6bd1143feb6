# METADATA
# scope: package
# title: Let Secrets Manager own database master credentials
# description: |
#   A master password that people or pipelines hand in is known to them, kept somewhere else as well, and never
#   rotated. One that Secrets Manager makes is known to nobody and changes every week.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
# custom:
#   id: SEC-004
#   slug: database-credentials-managed
#   family: SEC
#   severity: medium
#   score: 6.1
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - AWS::DocDB::DBCluster
#     - aws_db_instance
#     - aws_rds_cluster
#     - aws_docdb_cluster
#     - AWS::DocDB::DBInstance
#     - AWS::Neptune::DBCluster
#     - AWS::Neptune::DBInstance
#     - AWS::SecretsManager::Secret
#     - aws_docdb_cluster_instance
#     - aws_neptune_cluster
#     - aws_neptune_cluster_instance
#     - aws_rds_cluster_instance
#     - aws_secretsmanager_secret
#     - aws_secretsmanager_secret_version
#   subjects:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - AWS::DocDB::DBCluster
#     - aws_db_instance
#     - aws_rds_cluster
#     - aws_docdb_cluster
#   params:
#     - name: refuse_random_password
#       type: boolean
#       description: "Whether a password that Terraform makes fails: it stands in the state in clear."
#       default: false
#       presets: {strict: true}
#       stricter: "true"
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["IA-5(1)(c)"]
#       pci_dss_4.0: ["8.6.2", "8.3.2"]
#       iso_27001_2022: ["A.5.17"]
#   cwe: [522, 262]
#   remediation:
#     cloudformation: "Set ManageMasterUserPassword: true, and leave out MasterUserPassword and its parameter."
#     terraform-plan: "Set manage_master_user_password = true, and leave out password and its variable."
#   peers:
#     cdk_nag: [AwsSolutions-DOC3]
package policies.sec.database_credentials_managed

import data.policies.lib.assessments
import data.policies.lib.databases
import data.policies.lib.secret_sources
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["SEC-004"]

# Where each type says who owns the password.
_keys := {
	"AWS::RDS::DBInstance": {
		"managed": ["Properties", "ManageMasterUserPassword"],
		"password": ["Properties", "MasterUserPassword"],
		"write_only": [],
	},
	"AWS::RDS::DBCluster": {
		"managed": ["Properties", "ManageMasterUserPassword"],
		"password": ["Properties", "MasterUserPassword"],
		"write_only": [],
	},
	"AWS::DocDB::DBCluster": {
		"managed": ["Properties", "ManageMasterUserPassword"],
		"password": ["Properties", "MasterUserPassword"],
		"write_only": [],
	},
	"aws_db_instance": {
		"managed": ["manage_master_user_password"],
		"password": ["password"],
		"write_only": ["password_wo_version"],
	},
	"aws_rds_cluster": {
		"managed": ["manage_master_user_password"],
		"password": ["master_password"],
		"write_only": ["master_password_wo_version"],
	},
	"aws_docdb_cluster": {
		"managed": ["manage_master_user_password"],
		"password": ["master_password"],
		"write_only": ["master_password_wo_version"],
	},
}

# Databases that have a master user of their own, with what they say of its password.
_all := [database |
	some role in ["cluster", "instance"]
	some row in databases.of_role(role)
	keys := _keys[row.type]
	not _restored(row)
	resource := databases.resource(row)
	database := {
		"row": row,
		"resource": resource,
		"managed": value.get(resource, keys.managed),
		"password": value.present(resource, keys.password),
		"write_only": _write_only(resource, keys.write_only),
	}
]

_write_only(resource, path) := true if {
	count(path) > 0
	not value.is_absent(value.present(resource, path))
}

_write_only(_, path) := false if count(path) == 0

_write_only(resource, path) := false if {
	count(path) > 0
	value.is_absent(value.present(resource, path))
}

# What is restored, and what follows another region, has the password of its source.
_restored(row) if {
	some what in ["snapshot", "global_cluster"]
	databases.has(row, what)
	not value.is_absent(databases.record(row, what))
	_says_nothing(row)
}

_restored(row) if {
	row.kind == "cluster"
	databases.has(row, "snapshot")
	not value.is_absent(databases.record(row, "snapshot"))
}

_says_nothing(row) if {
	keys := _keys[row.type]
	value.is_absent(value.present(databases.resource(row), keys.managed))
	value.is_absent(value.present(databases.resource(row), keys.password))
}

# How a database comes to its password: {"state", "message"}; none where SEC-001 judges it, or nothing is said.
_judgements(database) := [{"state": "pass", "message": ""}] if settings.switch(database.managed, "off") == "on"

_judgements(database) := [{"state": "open", "message": sprintf("whether Secrets Manager owns it: %s", [reason])}] if {
	settings.switch(database.managed, "off") == "open"
	reason := value.reason(database.managed.value)
}

_judgements(database) := _by_password(database) if {
	settings.switch(database.managed, "off") == "off"
	not value.is_absent(database.password)
}

_judgements(database) := [{"state": "pass", "message": ""} | database.write_only] if {
	settings.switch(database.managed, "off") == "off"
	value.is_absent(database.password)
}

_by_password(database) := found if {
	judged := [
		_from_store(database),
		_from_parameter(database),
		_from_variable(database),
		_from_random(database),
		_from_elsewhere(database),
	]
	found := [judgement | some judgements in judged; some judgement in judgements]
}

_written(database) := database.password.value

# What a plan knows has its sources beside it, what it does not know says them itself.
_sources(database) := written | named if {
	written := secret_sources.of(database.resource, database.password.path)
	named := _of_value(database.password.value)
}

_of_value(written) := secret_sources.of_value(written) if {
	is_object(written)
	not value.partial(written)
	not value.secret(written)
}

_of_value(written) := set() if not is_object(written)

_of_value(written) := set() if value.partial(written)

_of_value(written) := set() if value.secret(written)

_is_from_store(database) if value.secret(_written(database))

_is_from_store(database) if {
	value.partial(_written(database))
	some piece in _written(database)["$partial"]
	value.secret(piece)
}

_is_from_store(database) if secret_sources.any_of(_sources(database), secret_sources.stores)

_from_store(database) := [{"state": "pass", "message": ""} | _is_from_store(database)]

_parameter(database) := name if {
	value.unknown(_written(database))
	gap := _written(database)["$unknown"]
	gap.kind == "parameter"
	name := gap.name
}

_declared := object.get(input.unit, "parameters", {})

# Other parameters are SEC-001's.
_from_parameter(database) := [{"state": "fail", "message": sprintf("comes from the parameter '%s'", [name])} |
	name := _parameter(database)
	_declared[name].no_echo
	not _has_default(_declared[name])
]

_has_default(facts) if {
	facts.has_default
	object.get(facts, "default", "-") != ""
}

_from_variable(database) := [{"state": "fail", "message": "comes from a variable"} |
	written := _written(database)
	is_string(written)
	count(_sources(database)) == 0
	secret_sources.given(written)
]

_from_random(database) := [{"state": _random_state, "message": "is made by Terraform, whose state holds it in clear"} |
	not _is_from_store(database)
	secret_sources.any_of(_sources(database), secret_sources.generators)
]

_random_state := "fail" if _params.refuse_random_password

_random_state := "pass" if not _params.refuse_random_password

_from_elsewhere(database) := [{"state": "open", "message": sprintf("where it comes from: %s", [reason])} |
	written := _written(database)
	value.opaque(written)
	not _is_from_store(database)
	not _parameter(database)
	not secret_sources.any_of(_sources(database), secret_sources.generators)
	reason := value.reason(written)
]

_assessed := [row |
	some database in _all
	some judgement in _judgements(database)
	row := {
		"state": judgement.state,
		"resource": database.row.address,
		"path": _place(database),
		"defect": "master-password",
		"message": _message(database, judgement),
	}
]

_place(database) := database.password.path if not value.is_absent(database.password)

_place(database) := database.managed.path if value.is_absent(database.password)

_message(database, judgement) := sprintf("The master password of %s %s. Let Secrets Manager make it (%s).", [
	databases.called(database.row),
	judgement.message,
	_name(database.managed.path),
]) if {
	judgement.state != "open"
}

_message(database, judgement) := sprintf("Whether Secrets Manager owns the master password of %s is not decided: %s.", [
	databases.called(database.row),
	judgement.message,
]) if {
	judgement.state == "open"
}

_name(path) := path[count(path) - 1]

subjects contains row.resource if some row in _assessed

_judged := [database | some database in _all; count(_judgements(database)) > 0]

examined contains record if {
	some database in _judged
	some record in [database.managed, database.password]
}

examined contains record if {
	some database in _judged
	some record in databases.evidence(database.row)
}

examined contains record if {
	some database in _judged
	some what in ["snapshot", "global_cluster"]
	databases.has(database.row, what)
	record := databases.record(database.row, what)
}

examined contains record if {
	some database in _judged
	path := _keys[database.row.type].write_only
	count(path) > 0
	record := value.present(database.resource, path)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
