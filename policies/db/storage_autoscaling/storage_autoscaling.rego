# METADATA
# scope: package
# title: Enable storage autoscaling
# description: |
#   A database whose disk is full stops. With a ceiling above its size RDS enlarges the storage by itself, before
#   that happens.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
# custom:
#   id: DB-003
#   slug: storage-autoscaling
#   family: DB
#   severity: low
#   score: 2.8
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
#       nist_800_53_r5: ["SC-6", "CP-2(6)"]
#       iso_27001_2022: ["A.8.6"]
#   cwe: [400]
#   remediation:
#     cloudformation: "Set MaxAllocatedStorage to at least a tenth more than AllocatedStorage."
#     terraform-plan: "Set max_allocated_storage to at least a tenth more than allocated_storage."
package policies.db.storage_autoscaling

import data.policies.lib.assessments
import data.policies.lib.databases
import data.policies.lib.settings
import data.policies.lib.value

_judged := databases.of("rds", "instance")

subjects contains row.address if some row in _judged

_ceiling(row) := databases.record(row, "most_allocated")

_size(row) := databases.record(row, "allocated")

_assessed := [row |
	some database in _judged
	ceiling := settings.number(_ceiling(database), 0)
	row := {
		"state": assessments.hedged(_state(ceiling, settings.number(_size(database), null)), database.certain),
		"resource": database.address,
		"path": _ceiling(database).path,
		"defect": "ceiling",
		"message": sprintf("The storage of %s does not grow by itself: %s.", [
			databases.called(database),
			_says(database, ceiling),
		]),
	}
]

_state(ceiling, _) := "open" if ceiling == null

_state(ceiling, size) := "fail" if {
	ceiling != null
	_too_low(ceiling, size)
}

_state(ceiling, size) := "pass" if {
	ceiling != null
	not _too_low(ceiling, size)
}

# RDS asks for a tenth more than there is.
_too_low(ceiling, _) if ceiling <= 0

_too_low(ceiling, size) if {
	size != null
	ceiling * 10 < size * 11
}

_says(row, ceiling) := settings.fact(_ceiling(row)) if not _is_stated(ceiling)

_says(row, ceiling) := sprintf(
	"%s, less than a tenth above the %s GiB that it has",
	[settings.fact(_ceiling(row)), value.shown(_size(row).value)],
) if {
	_is_stated(ceiling)
}

_is_stated(ceiling) if {
	ceiling != null
	ceiling > 0
}

examined contains record if {
	some row in _judged
	some record in array.concat([_ceiling(row), _size(row)], databases.evidence(row))
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
