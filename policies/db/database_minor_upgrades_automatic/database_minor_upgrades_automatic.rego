# METADATA
# scope: package
# title: Apply database minor versions automatically
# description: |
#   Minor versions bring fixes of security holes. Switched off, every database keeps its holes until somebody
#   remembers it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-13
# custom:
#   id: DB-012
#   slug: database-minor-upgrades-automatic
#   family: DB
#   severity: low
#   score: 3.9
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - aws_db_instance
#     - aws_rds_cluster_instance
#     - AWS::DocDB::DBCluster
#     - AWS::DocDB::DBInstance
#     - AWS::Neptune::DBCluster
#     - AWS::Neptune::DBInstance
#     - aws_rds_cluster
#     - aws_docdb_cluster
#     - aws_docdb_cluster_instance
#     - aws_neptune_cluster
#     - aws_neptune_cluster_instance
#   subjects:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - aws_db_instance
#     - aws_rds_cluster_instance
#   params: []
#   packs: [cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["RDS.13", "RDS.35"]
#       cis_aws_3.0: ["2.3.2"]
#       cis_aws_5.0: ["2.2.2"]
#       pci_dss_4.0: ["6.3.3"]
#     judged:
#       nist_800_53_r5: ["SI-2c", "SI-2(2)"]
#       iso_27001_2022: ["A.8.8"]
#   cwe: [1104]
#   remediation:
#     cloudformation: "Remove AutoMinorVersionUpgrade: false; the default is true."
#     terraform-plan: "Set auto_minor_version_upgrade = true, or leave it out."
#   peers:
#     checkov: [CKV_AWS_226]
#     guard: [rds_automatic_minor_version_upgrade_enabled]
#     prowler: [rds_instance_minor_version_upgrade_enabled, rds_cluster_minor_version_upgrade_enabled]
package policies.db.database_minor_upgrades_automatic

import data.policies.lib.assessments
import data.policies.lib.databases
import data.policies.lib.settings

# Of clusters only Multi-AZ ones upgrade as a whole; instances of the others upgrade themselves.
_judged := [row |
	some _, row in databases.rows
	databases.has(row, "minor")
	_upgrades_itself(row)
]

_upgrades_itself(row) if row.kind != "cluster"

_upgrades_itself(row) if row.multi_az

_flag(row) := databases.record(row, "minor")

subjects contains row.address if some row in _judged

_assessed := [row |
	some database in _judged
	record := _flag(database)
	row := {
		"state": settings.must_be_on(record, "on"),
		"resource": database.address,
		"path": record.path,
		"defect": "minor-versions",
		"message": sprintf("%s does not take minor versions by itself: %s.", [
			databases.called(database),
			settings.fact(record),
		]),
	}
]

examined contains record if {
	some row in _judged
	record := _flag(row)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)
