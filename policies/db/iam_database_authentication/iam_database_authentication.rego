# METADATA
# scope: package
# title: Enable IAM database authentication
# description: |
#   Passwords of databases are shared, stored and seldom changed. With IAM authentication a role gets a token that
#   lives for fifteen minutes, and who may log in is decided where all other access is.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-10
# custom:
#   id: DB-007
#   slug: iam-database-authentication
#   family: DB
#   severity: medium
#   score: 5.2
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - AWS::Neptune::DBCluster
#     - aws_db_instance
#     - aws_rds_cluster
#     - aws_neptune_cluster
#     - AWS::DocDB::DBCluster
#     - AWS::DocDB::DBInstance
#     - AWS::Neptune::DBInstance
#     - aws_rds_cluster_instance
#     - aws_docdb_cluster
#     - aws_docdb_cluster_instance
#     - aws_neptune_cluster_instance
#   subjects:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - AWS::Neptune::DBCluster
#     - aws_db_instance
#     - aws_rds_cluster
#     - aws_neptune_cluster
#   params: []
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["RDS.10", "RDS.12", "Neptune.7"]
#       pci_dss_4.0: ["7.2.1", "7.2.2", "7.2.5", "7.3.1", "7.3.2", "7.3.3"]
#     judged:
#       nist_800_53_r5: ["AC-3", "AC-6", "IA-5"]
#       pci_dss_4.0: ["8.3.2"]
#       iso_27001_2022: ["A.8.5"]
#   cwe: [287, 522]
#   remediation:
#     cloudformation: "Set EnableIAMDatabaseAuthentication: true (IamAuthEnabled for Neptune)."
#     terraform-plan: "Set iam_database_authentication_enabled = true."
#   peers:
#     checkov: [CKV_AWS_161, CKV_AWS_162, CKV_AWS_359]
#     trivy: [AWS-0176]
#     cdk_nag: [AwsSolutions-RDS6, AwsSolutions-N5]
#     prowler:
#       [rds_instance_iam_authentication_enabled, rds_cluster_iam_authentication_enabled,
#        neptune_cluster_iam_authentication_enabled]
package policies.db.iam_database_authentication

import data.policies.lib.assessments
import data.policies.lib.databases
import data.policies.lib.settings
import data.policies.lib.value

# Replicas have what their source has, unless they say otherwise; the first Aurora Serverless has no such logins.
_judged := [row |
	some row in array.concat(databases.of_role("instance"), array.concat(databases.of_role("cluster"), _outspoken))
	databases.has(row, "iam")
	row.serverless == false
	not row.family in {"oracle", "sqlserver", "db2", "docdb"}
	not _old_mariadb(row)
]

_outspoken := [row |
	some row in databases.of_role("replica")
	databases.has(row, "iam")
	not value.is_absent(_flag(row))
]

# RDS for MariaDB has it from version 10.6 on; no version is the newest.
_old_mariadb(row) if {
	row.family == "mariadb"
	count(row.major) > 1
	row.major[0] * 100 + row.major[1] < 1006
}

_flag(row) := databases.record(row, "iam")

subjects contains row.address if some row in _judged

_assessed := [row |
	some database in _judged
	record := _flag(database)
	row := {
		"state": assessments.hedged(settings.must_be_on(record, "off"), _certain(database)),
		"resource": database.address,
		"path": record.path,
		"defect": "iam-authentication",
		"message": sprintf("%s accepts passwords only%s: %s.", [
			databases.called(database),
			_doubt(database),
			settings.fact(record),
		]),
	}
]

# An unknown engine may be one that has no IAM authentication, and so may an old MariaDB.
_certain(row) if {
	row.certain
	row.family != "unknown"
	not _perhaps_old(row)
}

_certain(row) := false if not row.certain

_certain(row) := false if row.family == "unknown"

_certain(row) := false if _perhaps_old(row)

_perhaps_old(row) if {
	row.family == "mariadb"
	count(row.major) < 2
	value.is_unknown(databases.record(row, "version"))
}

_doubt(row) := "" if _certain(row)

_doubt(row) := ", unless its engine knows no others, which cannot be told here" if not _certain(row)

examined contains record if {
	some row in _judged
	some record in array.concat([_flag(row)], databases.evidence(row))
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
