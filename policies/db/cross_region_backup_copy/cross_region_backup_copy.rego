# METADATA
# scope: package
# title: Copy database backups to another region
# description: |
#   Backups in the region of the database share its fate: a regional outage or a compromised account region takes
#   both. A copy elsewhere is what a recovery of last resort starts from.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html
# custom:
#   id: DB-005
#   slug: cross-region-backup-copy
#   family: DB
#   severity: medium
#   score: 5.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::GlobalCluster
#     - AWS::RDS::DBCluster
#     - AWS::Backup::BackupPlan
#     - AWS::Backup::BackupSelection
#     - aws_db_instance_automated_backups_replication
#     - aws_db_instance
#     - aws_rds_global_cluster
#     - aws_rds_cluster
#     - aws_backup_plan
#     - aws_backup_selection
#     - AWS::DocDB::DBCluster
#     - AWS::DocDB::DBInstance
#     - AWS::Neptune::DBCluster
#     - AWS::Neptune::DBInstance
#     - aws_rds_cluster_instance
#     - aws_docdb_cluster
#     - aws_docdb_cluster_instance
#     - aws_neptune_cluster
#     - aws_neptune_cluster_instance
#     - AWS::Backup::BackupVault
#     - aws_backup_vault
#   subjects:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - aws_db_instance
#     - aws_rds_cluster
#   params: []
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CP-6(1)", "CP-9a", "CP-10"]
#       soc2: ["A1.2"]
#       iso_27001_2022: ["A.8.13", "A.8.14"]
#   cwe: [693]
#   remediation:
#     cloudformation: "Set AutomaticBackupReplicationRegion on the instance (not on Aurora), or give the backup
#       plan that covers the database CopyActions to a vault in another region, or make the cluster part of a
#       global cluster."
#     terraform-plan: "Add aws_db_instance_automated_backups_replication with the provider of another region, or a
#       copy_action to a vault there, or make the cluster part of a global cluster."
package policies.db.cross_region_backup_copy

import data.policies.lib.assessments
import data.policies.lib.backups
import data.policies.lib.databases
import data.policies.lib.graph
import data.policies.lib.joins
import data.policies.lib.value

# Copies of what is only tried or tested are not asked for.
_judged := [row |
	some role in ["instance", "cluster"]
	some row in databases.of("rds", role)
	not row.class in {"dev", "staging"}
]

subjects contains row.address if some row in _judged

_assessed := [row |
	some database in _judged
	ways := _ways(database)
	row := {
		"state": assessments.hedged(_best(ways), {database.certain, database.class != "unknown"} == {true}),
		"resource": database.address,
		"path": _path(database, ways),
		"defect": "cross-region",
		"message": sprintf("No backup of %s leaves its region: %s.", [
			_lowered(databases.called(database)),
			_says(ways),
		]),
		"related": [place |
			some way in ways
			way.address != database.address
			place := {"address": way.address, "path": way.path, "message": "This is where copies could be sent."}
		],
	}
]

_lowered(called) := regex.replace(called, `^(RDS|Aurora) `, "the $1 ")

# A way is {"state", "address", "path", "says"}: "pass" leads to another region, "fail" stays in this one.
_ways(row) := array.concat(
	array.concat(_replicated(row), _replicas(row)),
	array.concat(_global(row), _copied(row)),
)

_best(ways) := "pass" if "pass" in _states(ways)

_best(ways) := "open" if {
	not "pass" in _states(ways)
	"open" in _states(ways)
}

_best(ways) := "fail" if count(_states(ways) & {"pass", "open"}) == 0

_states(ways) := {way.state | some way in ways}

_path(row, ways) := [way.path | some way in ways; way.address == row.address][0] if {
	count([way | some way in ways; way.address == row.address]) > 0
}

_path(row, ways) := [] if count([way | some way in ways; way.address == row.address]) == 0

_says(ways) := "it is not replicated, and no backup plan of this file copies it" if count(ways) == 0

_says(ways) := concat("; ", sort({way.says | some way in ways})) if count(ways) > 0

# Automated backups that are replicated: a property in templates, a resource of the other region in plans.
_replicated(row) := array.concat(
	[way |
		row.type == "AWS::RDS::DBInstance"
		record := value.present(databases.resource(row), ["Properties", "AutomaticBackupReplicationRegion"])
		not value.is_absent(record)
		way := {
			"state": _named_region(record.value),
			"address": row.address,
			"path": record.path,
			"says": "the region that it names for its backups is its own",
		}
	],
	[way |
		some copy in object.get(_copies, row.address, set())
		way := _elsewhere(input.resources[copy], row, "the replication of its backups is in its own region")
	],
)

# Keeps the indexes here without entries defined under regorus; no address is empty.
_copies[""] contains null

_copies[database] contains copy.address if {
	some copy in graph.of_types(["aws_db_instance_automated_backups_replication"])
	some database in joins.join(copy, ["source_db_instance_arn"], {"aws_db_instance": ["identifier"]}).to
}

# What CloudFormation calls the region of the stack is the same one; whatever else is named counts.
_named_region(region) := "fail" if _is_own(region)

_named_region(region) := "pass" if not _is_own(region)

_is_own(region) if {
	value.unknown(region)
	region["$unknown"].name == "AWS::Region"
}

# Replicas in other regions, of instances and of clusters.
_replicas(row) := [way |
	some replica in object.get(_replicas_of, row.address, set())
	way := _elsewhere(input.resources[replica], row, "its replica is in its own region")
]

_replicas_of[""] contains null

_replicas_of[database] contains replica.address if {
	some replica in databases.of("rds", "replica")
	some database in _sources(replica)
}

_sources(replica) := {address |
	some path in [
		["Properties", "SourceDBInstanceIdentifier"],
		["Properties", "SourceDBClusterIdentifier"],
		["Properties", "ReplicationSourceIdentifier"],
		["replicate_source_db"],
		["replication_source_identifier"],
	]
	some address in graph.referenced(databases.resource(replica), path)
}

# Resources of one template are in one region, those of a plan in that of their provider or argument.
_elsewhere(other, row, says) := {"state": state, "address": other.address, "path": [], "says": says} if {
	state := _apart(_place(other), _place(databases.resource(row)))
}

_place(resource) := [object.get(resource, "provider", ""), object.get(resource.node, "region", "")]

_apart(one, other) := "pass" if one != other

_apart(one, other) := "fail" if one == other

# Clusters of a global cluster are kept in each of its regions.
_global(row) := array.concat(
	[way |
		databases.has(row, "global_cluster")
		record := value.present(databases.resource(row), _global_paths[row.type])
		not value.is_absent(record)
		way := {"state": "pass", "address": row.address, "path": record.path, "says": ""}
	],
	[way |
		some cluster in object.get(_globals, row.address, set())
		path := _global_sources[input.resources[cluster].type]
		way := {"state": "pass", "address": cluster, "path": path, "says": ""}
	],
)

_global_sources := {
	"AWS::RDS::GlobalCluster": ["Properties", "SourceDBClusterIdentifier"],
	"aws_rds_global_cluster": ["source_db_cluster_identifier"],
}

_globals[""] contains null

_globals[database] contains cluster.address if {
	some type, path in _global_sources
	some cluster in graph.of_types([type])
	some database in joins.join(cluster, path, _cluster_names).to
}

_global_paths := {
	"AWS::RDS::DBCluster": ["Properties", "GlobalClusterIdentifier"],
	"aws_rds_cluster": ["global_cluster_identifier"],
}

_cluster_names := {
	"AWS::RDS::DBCluster": ["Properties", "DBClusterIdentifier"],
	"aws_rds_cluster": ["cluster_identifier"],
}

# Plans of AWS Backup that copy to a vault elsewhere.
_kinds := {
	"instance": [`^\*$`, `^arn:[^:]*:rds:[^:]*:[^:]*:(db:)?\*$`],
	"cluster": [`^\*$`, `^arn:[^:]*:rds:[^:]*:[^:]*:(cluster:)?\*$`],
}

_copied(row) := array.concat(
	[way |
		some found in backups.covering(databases.resource(row), _kinds[row.kind])
		some plan in found.plans
		some rule in backups.rules_of(plan)
		some copy in rule.copies
		way := {
			"state": _sure(_vault_region(copy, row), found.certain),
			"address": plan,
			"path": copy.path,
			"says": "the vault that its backups are copied to is in its own region or not known",
		}
	],
	[way |
		some found in backups.covering(databases.resource(row), _kinds[row.kind])
		count(found.plans) == 0
		way := {
			"state": "open",
			"address": found.selection,
			"path": [],
			"says": "the backup plan that selects it is not in this file",
		}
	],
)

_sure(state, certain) := state if certain

_sure("fail", certain) := "fail" if not certain

_sure(state, certain) := "open" if {
	state != "fail"
	not certain
}

_vault_region(copy, _) := "open" if _imported(copy.value)

_vault_region(copy, row) := _of_arn(copy.value, databases.resource(row)) if is_string(copy.value)

_vault_region(copy, _) := _named_fragments(copy.value["$partial"]) if value.partial(copy.value)

_vault_region(copy, row) := state if {
	value.reference(copy.value)
	vault := graph.at(copy.value["$reference"].address)
	state := _of_vault(vault, databases.resource(row))
}

_vault_region(copy, _) := "pass" if {
	value.unknown(copy.value)
	not _imported(copy.value)
	not value.is_absent(copy)
}

_vault_region(copy, _) := "fail" if value.is_absent(copy)

_imported(held) if {
	value.unknown(held)
	held["$unknown"].kind in {"import", "attribute", "computed"}
}

_of_vault(vault, _) := "open" if vault == null

_of_vault(vault, resource) := _apart(_place(vault), _place(resource)) if vault != null

# A plan that was applied shows the region of a database in its ARN.
_of_arn(text, resource) := _apart(_region(text), own) if {
	own := _region(object.get(resource.node, "arn", ""))
	own != ""
}

_of_arn(text, resource) := "pass" if {
	_region(object.get(resource.node, "arn", "")) == ""
	_region(text) != ""
}

_of_arn(text, resource) := "open" if {
	_region(object.get(resource.node, "arn", "")) == ""
	_region(text) == ""
}

_region(text) := split(text, ":")[3] if {
	is_string(text)
	count(split(text, ":")) > 3
}

_region(text) := "" if not is_string(text)

_region(text) := "" if {
	is_string(text)
	count(split(text, ":")) <= 3
}

# arn:aws:backup:${AWS::Region}:…: the text up to the first gap says whether the gap is the region.
_named_fragments(fragments) := "fail" if {
	regex.match(`^arn:[^:]*:backup:$`, _start(fragments))
	_is_own(fragments[1])
}

_named_fragments(fragments) := "fail" if {
	regex.match(`^arn:$`, _start(fragments))
	count([fragment | some fragment in fragments; _is_own(fragment)]) > 0
}

_named_fragments(fragments) := "pass" if count([fragment | some fragment in fragments; _is_own(fragment)]) == 0

_named_fragments(fragments) := "open" if {
	not regex.match(`^arn:([^:]*:backup:)?$`, _start(fragments))
	count([fragment | some fragment in fragments; _is_own(fragment)]) > 0
}

_start(fragments) := fragments[0] if is_string(fragments[0])

_start(fragments) := "" if not is_string(fragments[0])

examined contains record if {
	some row in _judged
	some what in ["backup_region", "global_cluster"]
	databases.has(row, what)
	record := value.present(databases.resource(row), _examined_paths[what][row.type])
}

_examined_paths := {
	"backup_region": {"AWS::RDS::DBInstance": ["Properties", "AutomaticBackupReplicationRegion"]},
	"global_cluster": _global_paths,
}

examined contains record if {
	some row in _judged
	some record in databases.evidence(row)
}

# What tells the region of a database, and the tags by which plans select.
examined contains record if {
	some row in _judged
	some path in [["region"], ["arn"], ["Properties", "Tags"], ["tags_all"], ["tags"]]
	record := value.present(databases.resource(row), path)
	value.is_known(record)
}

examined contains record if {
	some replica in databases.of("rds", "replica")
	replica.address in subjects
	some path in [
		["Properties", "SourceDBInstanceIdentifier"],
		["Properties", "SourceDBClusterIdentifier"],
		["Properties", "ReplicationSourceIdentifier"],
		["replicate_source_db"],
		["replication_source_identifier"],
		["source_db_instance_arn"],
		["source_db_cluster_identifier"],
	]
	record := value.present(databases.resource(replica), path)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
