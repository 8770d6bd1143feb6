# METADATA
# scope: package
# title: Force TLS in the database parameter group and use a current CA
# description: |
#   A server that accepts plaintext gets plaintext from every client that was not told otherwise. Whether it does
#   depends on a parameter whose default changed between versions; certificates of the old authorities are no longer
#   accepted at all.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
# custom:
#   id: DB-010
#   slug: database-forces-tls
#   family: DB
#   severity: high
#   score: 7.2
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::RDS::DBParameterGroup
#     - AWS::RDS::DBClusterParameterGroup
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - aws_db_parameter_group
#     - aws_rds_cluster_parameter_group
#     - aws_db_instance
#     - aws_rds_cluster_instance
#     - aws_rds_cluster
#     - AWS::DocDB::DBCluster
#     - AWS::DocDB::DBInstance
#     - AWS::Neptune::DBCluster
#     - AWS::Neptune::DBInstance
#     - aws_docdb_cluster
#     - aws_docdb_cluster_instance
#     - aws_neptune_cluster
#     - aws_neptune_cluster_instance
#   subjects:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - aws_db_instance
#     - aws_rds_cluster
#     - aws_rds_cluster_instance
#   params: []
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["RDS.38"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       nist_800_53_r5: ["SC-8(1)", "AC-17(2)"]
#       pci_dss_4.0: ["4.2.1"]
#       hipaa: ["164.312(e)(1)"]
#   cwe: [319, 295]
#   remediation:
#     cloudformation: "Set rds.force_ssl: \"1\" (PostgreSQL, SQL Server) or require_secure_transport: \"ON\"
#       (MySQL, MariaDB) in the parameter group; for clusters in the cluster parameter group. Use
#       CACertificateIdentifier: rds-ca-rsa2048-g1."
#     terraform-plan: "Add parameter { name = \"rds.force_ssl\" value = \"1\" } (PostgreSQL, SQL Server) or
#       require_secure_transport = ON (MySQL, MariaDB) to the parameter group; for clusters to the cluster
#       parameter group. Use ca_cert_identifier = \"rds-ca-rsa2048-g1\"."
#   peers:
#     checkov: [CKV_AWS_211, CKV2_AWS_69]
#     prowler: [rds_instance_transport_encrypted, rds_instance_certificate_expiration]
package policies.db.database_forces_tls

import data.policies.lib.assessments
import data.policies.lib.databases
import data.policies.lib.graph
import data.policies.lib.joins
import data.policies.lib.settings
import data.policies.lib.value
import data.policies.lib.versions

# The parameter that forces TLS, by engine. Sources: Amazon RDS User Guide and Aurora User Guide, the pages on SSL/TLS.
_parameters := {
	"postgres": "rds.force_ssl",
	"sqlserver": "rds.force_ssl",
	"mysql": "require_secure_transport",
	"mariadb": "require_secure_transport",
}

# Members of a cluster have its group, and replicas that of their source unless they name one.
_judged := [row |
	some row in array.concat(databases.of("rds", "instance"), array.concat(
		databases.of("rds", "cluster"),
		_outspoken,
	))
	not row.family in {"oracle", "db2"}
]

_outspoken := [row |
	some row in databases.of("rds", "replica")
	not value.is_absent(_group(row))
]

_certified := [row |
	some _, row in databases.rows
	databases.has(row, "authority")
]

_group(row) := value.present(databases.resource(row), _group_paths[row.type])

_group_paths := {
	"AWS::RDS::DBInstance": ["Properties", "DBParameterGroupName"],
	"AWS::RDS::DBCluster": ["Properties", "DBClusterParameterGroupName"],
	"aws_db_instance": ["parameter_group_name"],
	"aws_rds_cluster": ["db_cluster_parameter_group_name"],
}

_group_names := {
	"AWS::RDS::DBParameterGroup": ["Properties", "DBParameterGroupName"],
	"AWS::RDS::DBClusterParameterGroup": ["Properties", "DBClusterParameterGroupName"],
	"aws_db_parameter_group": ["name"],
	"aws_rds_cluster_parameter_group": ["name"],
}

_joined(row) := joins.join(databases.resource(row), _group_paths[row.type], _group_names)

subjects contains row.address if some row in array.concat(_judged, _certified)

subjects contains address if {
	some row in _judged
	some address in _joined(row).to
}

# A parameter of a group: a map in templates, blocks in plans.
_setting(group, name) := value.get(group, ["Properties", "Parameters", name]) if startswith(group.type, "AWS::")

_setting(group, name) := record if {
	not startswith(group.type, "AWS::")
	found := [index |
		some index, parameter in value.list(object.get(group.node, ["parameter"], null))
		object.get(parameter, "name", "") == name
	]
	record := _block(group, found)
}

_block(group, found) := value.get(group, ["parameter", found[0], "value"]) if count(found) > 0

_block(group, found) := value.get(group, ["parameter"]) if {
	count(found) == 0
	value.is_unknown(value.get(group, ["parameter"]))
}

_block(group, found) := {"resource": group.address, "path": ["parameter"], "state": "absent", "value": null} if {
	count(found) == 0
	not value.is_unknown(value.get(group, ["parameter"]))
}

_family_record(group) := value.get(group, _family_paths[startswith(group.type, "AWS::")])

_family_paths := {true: ["Properties", "Family"], false: ["family"]}

# What a database is by its engine, else by the family of its group: {"family", "aurora", "major"}.
_known(row, group) := {"family": row.family, "aurora": row.aurora, "major": _major(row, group)} if {
	row.family != "unknown"
}

_known(row, group) := {"family": family, "aurora": aurora, "major": _of_family(group)} if {
	row.family == "unknown"
	text := settings.text(_group_family(group), "")
	family := _family_of(text)
	aurora := _answer[startswith(sprintf("%v", [text]), "aurora")]
}

_answer := {true: "yes", false: "no"}

_group_family(group) := {"state": "absent", "value": null, "path": []} if group == null

_group_family(group) := _family_record(group) if group != null

_family_of(text) := "unknown" if text == null

_family_of(text) := found[0] if {
	is_string(text)
	found := array.concat(
		[family |
			some family in ["postgres", "mariadb", "mysql", "sqlserver"]
			contains(text, family)
		],
		["unknown"],
	)
}

_major(row, _) := row.major if count(row.major) > 0

_major(row, group) := _of_family(group) if count(row.major) == 0

# postgres15, aurora-postgresql17, mysql8.0, sqlserver-ee-15.0: the numbers at the end.
_of_family(group) := versions.trailing(settings.text(_group_family(group), ""))

# Whether a version forces TLS when nobody says anything: "pass", "fail" or "open".
_by_default(known) := "open" if known.family == "unknown"

_by_default(known) := "fail" if known.family in {"mysql", "sqlserver"}

_by_default(known) := "open" if {
	known.family in {"postgres", "mariadb"}
	count(known.major) == 0
}

_by_default(known) := "open" if {
	known.family == "postgres"
	known.aurora == "unknown"
}

_by_default(known) := _verdict[known.major[0] >= _postgres_from[known.aurora]] if {
	known.family == "postgres"
	count(known.major) > 0
	known.aurora != "unknown"
}

_by_default(known) := _verdict[_weight(known.major) > 1104] if {
	known.family == "mariadb"
	count(known.major) > 1
}

_by_default(known) := _verdict[known.major[0] > 11] if {
	known.family == "mariadb"
	count(known.major) == 1
}

_postgres_from := {"no": 15, "yes": 17}

_verdict := {true: "pass", false: "fail"}

_weight(major) := (major[0] * 100) + major[1]

_of_transport := [row |
	some database in _judged
	join := _joined(database)
	found := _transport(database, join)
	row := {
		"state": assessments.hedged(found.state, _certain(database, found)),
		"resource": found.record.resource,
		"path": found.record.path,
		"defect": "force-tls",
		"message": found.message,
		"related": _related(database, found.record),
	}
]

# An undecided engine hedges what follows from the engine, not what a parameter says.
_certain(_, found) if found.by == "parameter"

_certain(row, found) := row.certain if found.by != "parameter"

_related(database, record) := [] if record.resource == database.address

_related(database, record) := [{
	"address": database.address,
	"path": [],
	"message": "This database has the parameter group.",
}] if {
	record.resource != database.address
}

_transport(row, join) := {
	"state": _forced(record),
	"by": "parameter",
	"record": record,
	"message": sprintf("%s accepts connections without TLS: '%s' is '%s'.", [
		databases.called(row),
		_parameters[_known(row, group).family],
		_said(record),
	]),
} if {
	count(join.to) == 1
	some address in join.to
	group := input.resources[address]
	record := _wanted(row, group)
	not value.is_absent(record)
}

_transport(row, join) := {
	"state": _by_default(known),
	"by": "version",
	"record": record,
	"message": _default_message(row, known),
} if {
	count(join.to) == 1
	some address in join.to
	group := input.resources[address]
	record := _wanted(row, group)
	value.is_absent(record)
	known := _known(row, group)
}

_transport(row, join) := {
	"state": _by_default(known),
	"by": "version",
	"record": _group(row),
	"message": _default_message(row, known),
} if {
	count(join.to) == 0
	_has_default_group(row)
	known := _known(row, null)
}

_transport(row, join) := {
	"state": "open",
	"by": "version",
	"record": _group(row),
	"message": sprintf("Whether %s forces TLS cannot be decided: its parameter group '%s' is not in this file.", [
		databases.called(row),
		value.shown(_group(row).value),
	]),
} if {
	count(join.to) != 1
	not _has_default_group(row)
}

# No group is the default one, and so is one that says so.
_has_default_group(row) if value.is_absent(_group(row))

_has_default_group(row) if {
	text := _group(row).value
	is_string(text)
	startswith(lower(text), "default.")
}

# The parameter of the engine; where the engine is unknown, that of the group's family.
_wanted(row, group) := _setting(group, _parameters[family]) if {
	family := _known(row, group).family
	family != "unknown"
}

_wanted(row, group) := {"resource": group.address, "path": [], "state": "absent", "value": null} if {
	_known(row, group).family == "unknown"
}

_said(record) := value.shown(record.value) if not value.is_unknown(record)

_said(record) := sprintf("%s, which is not known", [value.shown(record.value)]) if value.is_unknown(record)

_forced(record) := "open" if value.is_unknown(record)

_forced(record) := "pass" if {
	value.is_known(record)
	lower(sprintf("%v", [record.value])) in {"1", "on", "true"}
}

_forced(record) := "fail" if {
	value.is_known(record)
	not lower(sprintf("%v", [record.value])) in {"1", "on", "true"}
}

_default_message(row, known) := sprintf("Whether %s forces TLS cannot be decided: %s.", [
	databases.called(row),
	"no parameter group says it, and the engine or its version is not known",
]) if {
	_by_default(known) == "open"
}

_default_message(row, known) := sprintf("%s accepts connections without TLS: '%s' is not set, and off by default%s.", [
	databases.called(row),
	_parameters[known.family],
	_version(known),
]) if {
	_by_default(known) != "open"
}

_version(known) := sprintf(" in version %s", [concat(".", [text |
	some number in known.major
	text := sprintf("%d", [number])
])]) if {
	count(known.major) > 0
}

_version(known) := "" if count(known.major) == 0

# PostgreSQL from 12 on refuses less than TLS 1.2, unless a parameter allows it.
_of_versions := [row |
	some database in _judged
	database.family == "postgres"
	some address in _joined(database).to
	record := _setting(input.resources[address], "ssl_min_protocol_version")
	settings.text(record, "tlsv1.2") in {"tlsv1", "tlsv1.1"}
	row := {
		"state": "fail",
		"resource": address,
		"path": record.path,
		"defect": "tls-version",
		"message": sprintf("%s accepts TLS below 1.2: 'ssl_min_protocol_version' is '%s'.", [
			databases.called(database),
			value.shown(record.value),
		]),
		"related": _related(database, record),
	}
]

# Certificates of authorities that have expired.
_of_authorities := [row |
	some database in _certified
	record := databases.record(database, "authority")
	row := {
		"state": _current(settings.text(record, "")),
		"resource": database.address,
		"path": record.path,
		"defect": "certificate-authority",
		"message": sprintf("The certificate of %s is from an authority that has expired: %s.", [
			databases.called(database),
			settings.fact(record),
		]),
	}
]

_current(authority) := "open" if authority == null

_current(authority) := "fail" if authority in {"rds-ca-2015", "rds-ca-2019"}

_current(authority) := "pass" if {
	authority != null
	not authority in {"rds-ca-2015", "rds-ca-2019"}
}

_assessed := array.concat(_of_transport, array.concat(_of_versions, _of_authorities))

examined contains record if {
	some row in _judged
	some record in array.concat([_group(row)], databases.evidence(row))
}

examined contains record if {
	some row in _certified
	record := databases.record(row, "authority")
}

examined contains record if {
	some row in _judged
	some address in _joined(row).to
	group := input.resources[address]
	some record in [_family_record(group), _wanted(row, group), _setting(group, "ssl_min_protocol_version")]
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
