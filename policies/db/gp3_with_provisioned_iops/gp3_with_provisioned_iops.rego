# METADATA
# scope: package
# title: Use gp3 storage with provisioned IOPS for RDS instances
# description: |
#   Storage of the older types couples its speed to its size, or costs more for the same. With gp3 the operations
#   per second are bought as needed, and a small disk is not a slow one.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
# custom:
#   id: DB-002
#   slug: gp3-with-provisioned-iops
#   family: DB
#   severity: low
#   score: 2.5
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::RDS::DBInstance
#     - aws_db_instance
#     - AWS::RDS::DBCluster
#     - AWS::DocDB::DBCluster
#     - AWS::DocDB::DBInstance
#     - AWS::Neptune::DBCluster
#     - AWS::Neptune::DBInstance
#     - aws_rds_cluster
#     - aws_rds_cluster_instance
#     - aws_docdb_cluster
#     - aws_docdb_cluster_instance
#     - aws_neptune_cluster
#     - aws_neptune_cluster_instance
#   subjects:
#     - AWS::RDS::DBInstance
#     - aws_db_instance
#   params: []
#   packs: [reference-architecture]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SC-6"]
#       iso_27001_2022: ["A.8.6"]
#   cwe: [400]
#   remediation:
#     cloudformation: "Set StorageType: gp3, and Iops: 12000 or more where the storage is large enough to take a
#       value (400 GiB; Oracle 200 GiB)."
#     terraform-plan: "Set storage_type = \"gp3\", and iops = 12000 or more where the storage is large enough to
#       take a value."
package policies.db.gp3_with_provisioned_iops

import data.policies.lib.assessments
import data.policies.lib.databases
import data.policies.lib.settings
import data.policies.lib.value

# Replicas inherit the storage of their source, restores that of their snapshot, unless they say another one.
_judged := [row |
	some row in array.concat(databases.of("rds", "instance"), databases.of("rds", "replica"))
	row.kind == "instance"
	not _inherits(row)
]

_inherits(row) if {
	value.is_absent(_storage(row))
	_from_elsewhere(row)
}

_from_elsewhere(row) if row.role == "replica"

_from_elsewhere(row) if not value.is_absent(databases.record(row, "snapshot"))

_storage(row) := databases.record(row, "storage_type")

_iops(row) := databases.record(row, "iops")

_size(row) := databases.record(row, "allocated")

subjects contains row.address if some row in _judged

# From this size (GiB) on gp3 takes a value of its own; below it 3000 are given, and a value is refused. Source: Amazon
# RDS User Guide, Amazon RDS DB instance storage, gp3.
_takes_iops_from := {"postgres": 400, "mysql": 400, "mariadb": 400, "db2": 400, "oracle": 200, "sqlserver": 0}

_assessed := [row |
	some database in _judged
	found := _verdict(database)
	row := {
		"state": assessments.hedged(found.state, database.certain),
		"resource": database.address,
		"path": found.path,
		"defect": "storage",
		"message": sprintf("%s does not run on gp3 storage with provisioned IOPS: %s.", [
			databases.called(database),
			found.says,
		]),
	}
]

_verdict(row) := {"state": "open", "path": record.path, "says": settings.fact(record)} if {
	record := _storage(row)
	value.is_unknown(record)
}

_verdict(row) := {"state": "fail", "path": record.path, "says": settings.fact(record)} if {
	record := _storage(row)
	not value.is_unknown(record)
	settings.text(record, "") != "gp3"
}

_verdict(row) := {"state": state, "path": record.path, "says": says} if {
	settings.text(_storage(row), "") == "gp3"
	record := _iops(row)
	not value.is_absent(record)
	state := settings.at_least(record, 3000, 0)
	says := sprintf("%s, less than 3000", [settings.fact(record)])
}

_verdict(row) := {"state": state, "path": _iops(row).path, "says": says} if {
	settings.text(_storage(row), "") == "gp3"
	value.is_absent(_iops(row))
	size := settings.number(_size(row), null)
	state := _without_iops(size, object.get(_takes_iops_from, row.family, null))
	says := sprintf("%s, and storage of %s GiB takes a value", [settings.fact(_iops(row)), value.shown(_size(row).value)])
}

_without_iops(size, _) := "pass" if size == null

_without_iops(size, bound) := "open" if {
	size != null
	bound == null
}

_without_iops(size, bound) := "pass" if {
	size != null
	bound != null
	size < bound
}

_without_iops(size, bound) := "fail" if {
	size != null
	bound != null
	size >= bound
}

examined contains record if {
	some row in _judged
	some what in ["storage_type", "iops", "allocated", "snapshot"]
	record := databases.record(row, what)
}

examined contains record if {
	some row in _judged
	some record in databases.evidence(row)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
