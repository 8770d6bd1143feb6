# METADATA
# scope: package
# title: Run databases across Availability Zones
# description: |
#   A database in one Availability Zone stops with that zone, and comes back only by a restore. A standby or a
#   second instance elsewhere takes over within a minute or two, without loss.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-5
# custom:
#   id: DB-001
#   slug: database-multi-az
#   family: DB
#   severity: medium
#   score: 6.4
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - AWS::DocDB::DBInstance
#     - AWS::Neptune::DBInstance
#     - AWS::ElastiCache::ReplicationGroup
#     - aws_db_instance
#     - aws_rds_cluster
#     - aws_rds_cluster_instance
#     - aws_docdb_cluster_instance
#     - aws_neptune_cluster_instance
#     - aws_elasticache_replication_group
#     - AWS::DocDB::DBCluster
#     - AWS::Neptune::DBCluster
#     - aws_docdb_cluster
#     - aws_neptune_cluster
#     - AWS::RDS::OptionGroup
#     - aws_db_option_group
#   subjects:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - AWS::DocDB::DBCluster
#     - AWS::Neptune::DBCluster
#     - AWS::ElastiCache::ReplicationGroup
#     - aws_db_instance
#     - aws_rds_cluster
#     - aws_docdb_cluster
#     - aws_neptune_cluster
#     - aws_elasticache_replication_group
#   params: []
#   packs: [reference-architecture, cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["RDS.5", "RDS.15"]
#       cis_aws_5.0: ["2.2.4"]
#       nist_800_53_r5: ["CP-10", "SC-36", "SI-13(5)"]
#       hipaa:
#         ["164.308(a)(7)(i)", "164.308(a)(1)(ii)(B)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)",
#          "164.308(a)(7)(ii)(C)"]
#       iso_27001_2022: ["A.8.14"]
#     judged:
#       soc2: ["A1.2"]
#   cwe: [693]
#   remediation:
#     cloudformation: "Set MultiAZ: true on the instance. Give an Aurora, DocumentDB or Neptune cluster a second
#       instance, in another zone or in none that is named. Set MultiAZEnabled and AutomaticFailoverEnabled on a
#       replication group."
#     terraform-plan: "Set multi_az = true, or count = 2 on the cluster instances. Set multi_az_enabled and
#       automatic_failover_enabled on a replication group."
#   peers:
#     checkov: [CKV_AWS_157, CKV2_AWS_50]
#     guard: [rds_multi_az_support]
#     cdk_nag: [AwsSolutions-RDS3, NIST.800.53.R5-RDSMultiAZSupport, AwsSolutions-AEC4, AwsSolutions-N1]
#     prowler: [rds_instance_multi_az, rds_cluster_multi_az, elasticache_redis_cluster_multi_az_enabled]
package policies.db.database_multi_az

import data.policies.lib.assessments
import data.policies.lib.databases
import data.policies.lib.graph
import data.policies.lib.joins
import data.policies.lib.resource_classes
import data.policies.lib.settings
import data.policies.lib.value

# Databases of development, and copies restored for staging, may stop with their zone.
_instances := [row |
	some row in databases.of("rds", "instance")
	row.class != "dev"
	not _staging_copy(row)
	_mirroring(row) != "yes"
]

_staging_copy(row) if {
	row.class == "staging"
	not value.is_absent(value.present(databases.resource(row), _snapshot_paths[row.type]))
}

_snapshot_paths := {
	"AWS::RDS::DBInstance": ["Properties", "DBSnapshotIdentifier"],
	"aws_db_instance": ["snapshot_identifier"],
}

# SQL Server may be mirrored by an option group instead.
_mirroring(row) := "no" if row.family != "sqlserver"

_mirroring(row) := "no" if {
	row.family == "sqlserver"
	value.is_absent(_options(row))
}

_mirroring(row) := "open" if {
	row.family == "sqlserver"
	not value.is_absent(_options(row))
	count(_option_groups(row)) == 0
}

_mirroring(row) := _mirrored if {
	row.family == "sqlserver"
	not value.is_absent(_options(row))
	names := {name | some group in _option_groups(row); some name in _option_names(group)}
	count(_option_groups(row)) > 0
	_mirrored := _answer[count({name | some name in names; contains(lower(name), "mirroring")}) > 0]
}

_answer := {true: "yes", false: "no"}

_options(row) := value.present(databases.resource(row), _option_paths[row.type])

_option_paths := {"AWS::RDS::DBInstance": ["Properties", "OptionGroupName"], "aws_db_instance": ["option_group_name"]}

_option_groups(row) := joins.join(databases.resource(row), _option_paths[row.type], {
	"AWS::RDS::OptionGroup": ["Properties", "OptionGroupName"],
	"aws_db_option_group": ["name"],
}).to

_option_names(group) := {name |
	some path, key in {["Properties", "OptionConfigurations"]: "OptionName", ["option"]: "option_name"}
	some option in value.list(object.get(input.resources[group].node, path, null))
	name := object.get(option, key, null)
	is_string(name)
}

_clusters := [row |
	some row in databases.of_role("cluster")
	row.class != "dev"
]

_caches := [group |
	some group in graph.of_types(object.keys(_cache_flags))
	_cache_class(group) != "dev"
]

_cache_class(group) := resource_classes.class(group, _cache_names)

_cache_names := [["Properties", "ReplicationGroupId"], ["replication_group_id"]]

_cache_flags := {
	"AWS::ElastiCache::ReplicationGroup": {
		"multi-az": ["Properties", "MultiAZEnabled"],
		"failover": ["Properties", "AutomaticFailoverEnabled"],
	},
	"aws_elasticache_replication_group": {
		"multi-az": ["multi_az_enabled"],
		"failover": ["automatic_failover_enabled"],
	},
}

subjects contains row.address if some row in array.concat(_instances, _clusters)

subjects contains group.address if some group in _caches

_flag(row) := databases.record(row, "multi_az")

_assessed := array.concat(array.concat(_of_instances, _of_clusters), _of_caches)

_of_instances := [row |
	some database in _instances
	record := _flag(database)
	certain := {database.certain, database.class != "unknown", _mirroring(database) == "no"} == {true}
	row := {
		"state": assessments.hedged(settings.must_be_on(record, "off"), certain),
		"resource": database.address,
		"path": record.path,
		"defect": "multi-az",
		"message": _instance_message(database, record),
	}
]

_instance_message(database, record) := sprintf(
	"%s runs in one Availability Zone: %s.",
	[databases.called(database), settings.fact(record)],
) if {
	database.certain
}

_instance_message(database, record) := sprintf(
	"%s runs in one Availability Zone, unless it belongs to a cluster: %s, and its engine or cluster is not known.",
	[databases.called(database), settings.fact(record)],
) if {
	not database.certain
}

# Clusters: how many instances there are, and whether all of them name the same zone.
_of_clusters := [row |
	some cluster in _clusters
	judged := _judged(cluster)
	row := {
		"state": assessments.hedged(judged.state, cluster.class != "unknown"),
		"resource": cluster.address,
		"path": [],
		"defect": "instances",
		"message": sprintf("%s %s.", [databases.called(cluster), judged.says]),
		"related": [place |
			some member in databases.members(cluster)
			place := {"address": member.address, "path": [], "message": "This is an instance of the cluster."}
		],
	}
]

_judged(cluster) := {"state": "pass", "says": "is a Multi-AZ cluster"} if cluster.multi_az

_judged(cluster) := {"state": "open", "says": "has no instance here: how many it has elsewhere is not known"} if {
	not cluster.multi_az
	count(databases.members(cluster)) == 0
}

_judged(cluster) := {"state": state, "says": says} if {
	not cluster.multi_az
	count(databases.members(cluster)) == 1
	strays := databases.stray_members(cluster.service)
	state := assessments.hedged("fail", count(strays) == 0)
	says := "has only one instance, and fails with its Availability Zone"
}

_judged(cluster) := {"state": state, "says": says} if {
	not cluster.multi_az
	count(databases.members(cluster)) > 1
	state := _spread(_zones(cluster))
	says := "has all its instances in one Availability Zone"
}

_zones(cluster) := [zone |
	some member in databases.members(cluster)
	record := databases.record(member, "zone")
	zone := {"state": record.state, "value": record.value}
]

# An instance that names no zone is put into another one by the service.
_spread(zones) := "pass" if count([zone | some zone in zones; zone.state == "absent"]) > 0

_spread(zones) := "fail" if {
	count([zone | some zone in zones; zone.state == "absent"]) == 0
	count({zone | some zone in zones}) == 1
}

_spread(zones) := "pass" if {
	count([zone | some zone in zones; zone.state == "absent"]) == 0
	count({zone | some zone in zones}) > 1
	count({name | some zone in zones; name := _zone_name(zone.value); name != null}) > 1
}

_spread(zones) := "open" if {
	count([zone | some zone in zones; zone.state == "absent"]) == 0
	count({zone | some zone in zones}) > 1
	count({name | some zone in zones; name := _zone_name(zone.value); name != null}) < 2
}

# The items of Fn::GetAZs are different zones, whichever they are.
_zone_name(zone) := zone if is_string(zone)

_zone_name(zone) := zone["$unknown"].name if _is_item(zone)

_zone_name(zone) := null if {
	not is_string(zone)
	not _is_item(zone)
}

_is_item(zone) if {
	value.unknown(zone)
	startswith(zone["$unknown"].name, "Fn::GetAZs[")
}

_of_caches := [row |
	some group in _caches
	some defect, path in _cache_flags[group.type]
	record := value.get(group, path)
	row := {
		"state": assessments.hedged(settings.must_be_on(record, "off"), _cache_class(group) != "unknown"),
		"resource": group.address,
		"path": record.path,
		"defect": defect,
		"message": sprintf(
			"Replication group '%s' does not survive the loss of an Availability Zone: %s.",
			[group.address, settings.fact(record)],
		),
	}
]

examined contains record if {
	some row in _instances
	some record in array.concat([_flag(row), _options(row)], databases.evidence(row))
}

examined contains record if {
	some cluster in _clusters
	some record in databases.evidence(cluster)
}

examined contains record if {
	some cluster in _clusters
	some member in databases.members(cluster)
	found := databases.record(member, "zone")
	record := object.union(found, {"resource": member.address})
}

examined contains record if {
	some group in _caches
	some _, path in _cache_flags[group.type]
	record := value.get(group, path)
}

examined contains record if {
	some row in _instances
	record := value.present(databases.resource(row), _snapshot_paths[row.type])
}

examined contains record if {
	some group in _caches
	some record in resource_classes.records(group, _cache_names)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
