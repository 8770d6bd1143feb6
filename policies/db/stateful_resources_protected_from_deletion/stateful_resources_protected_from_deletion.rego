# METADATA
# scope: package
# title: Protect databases from deletion and keep a final snapshot
# description: |
#   A deleted stack, a renamed resource or a slip in the console removes a database with its automated backups.
#   Deletion protection refuses, and a final snapshot keeps what was in it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-8
# custom:
#   id: DB-006
#   slug: stateful-resources-protected-from-deletion
#   family: DB
#   severity: medium
#   score: 5.7
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - AWS::DynamoDB::Table
#     - AWS::DocDB::DBCluster
#     - AWS::Neptune::DBCluster
#     - aws_db_instance
#     - aws_rds_cluster
#     - aws_dynamodb_table
#     - aws_docdb_cluster
#     - aws_neptune_cluster
#     - AWS::DocDB::DBInstance
#     - AWS::Neptune::DBInstance
#     - aws_rds_cluster_instance
#     - aws_docdb_cluster_instance
#     - aws_neptune_cluster_instance
#   subjects:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - AWS::DynamoDB::Table
#     - AWS::DocDB::DBCluster
#     - AWS::Neptune::DBCluster
#     - aws_db_instance
#     - aws_rds_cluster
#     - aws_dynamodb_table
#     - aws_docdb_cluster
#     - aws_neptune_cluster
#   params:
#     - name: require_update_replace_policy
#       type: boolean
#       description: "Whether a replacement by CloudFormation must keep the data, too."
#       default: false
#       presets: {baseline: false, reference-architecture: true, strict: true}
#       stricter: "true"
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["RDS.7", "RDS.8", "DynamoDB.6", "DocumentDB.5", "Neptune.4"]
#       nist_800_53_r5: ["CP-2(5)", "SI-13(5)", "SC-5(2)"]
#       soc2: ["C1.1"]
#       hipaa: ["164.308(a)(7)(i)", "164.308(a)(7)(ii)(C)"]
#     judged:
#       soc2: ["A1.2"]
#       iso_27001_2022: ["A.8.13"]
#   cwe: [693]
#   remediation:
#     cloudformation: "Set DeletionProtection: true (DeletionProtectionEnabled for DynamoDB), and DeletionPolicy
#       and UpdateReplacePolicy: Snapshot."
#     terraform-plan: "Set deletion_protection = true (deletion_protection_enabled for DynamoDB) and
#       skip_final_snapshot = false with a final_snapshot_identifier."
#   peers:
#     checkov: [CKV_AWS_293, CKV_AWS_139, CKV2_AWS_58]
#     trivy: [AWS-0177, AWS-0343]
#     cfn_nag: [F80]
#     guard: [rds_instance_deletion_protection_enabled]
#     cdk_nag: [AwsSolutions-RDS10, NIST.800.53.R5-RDSInstanceDeletionProtectionEnabled]
#     prowler:
#       [rds_instance_deletion_protection, rds_cluster_deletion_protection,
#        dynamodb_table_deletion_protection_enabled, documentdb_cluster_deletion_protection,
#        neptune_cluster_deletion_protection]
package policies.db.stateful_resources_protected_from_deletion

import data.policies.lib.assessments
import data.policies.lib.databases
import data.policies.lib.graph
import data.policies.lib.resource_classes
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["DB-006"]

_databases := array.concat(databases.of_role("instance"), databases.of_role("cluster"))

_table_flags := {
	"AWS::DynamoDB::Table": ["Properties", "DeletionProtectionEnabled"],
	"aws_dynamodb_table": ["deletion_protection_enabled"],
}

_tables := graph.of_types(object.keys(_table_flags))

_table_names := [["Properties", "TableName"], ["name"]]

subjects contains row.address if some row in _databases

subjects contains table.address if some table in _tables

_protected := array.concat(
	[{"resource": databases.resource(row), "called": databases.called(row), "certain": row.certain, "record": record} |
		some row in _databases
		record := databases.record(row, "protection")
	],
	[{"resource": table, "called": sprintf("Table '%s'", [table.address]), "certain": true, "record": record} |
		some table in _tables
		record := value.get(table, _table_flags[table.type])
	],
)

_of_protection := [row |
	some store in _protected
	row := {
		"state": assessments.hedged(settings.must_be_on(store.record, "off"), store.certain),
		"resource": store.resource.address,
		"path": store.record.path,
		"defect": "deletion-protection",
		"severity": "medium",
		"message": sprintf("%s can be deleted at any time: %s.", [store.called, settings.fact(store.record)]),
	}
]

# CloudFormation takes a last snapshot of databases that are no members, unless it is told to delete.
_of_deletion := [row |
	some database in _databases
	databases.has(database, "delete")
	record := databases.record(database, "delete")
	row := {
		"state": assessments.hedged(_kept(settings.text(record, "snapshot")), database.certain),
		"resource": database.address,
		"path": record.path,
		"defect": "deletion-policy",
		"severity": "medium",
		"message": sprintf("%s is deleted with its data when it leaves the stack: %s.", [
			databases.called(database),
			settings.fact(record),
		]),
	}
]

_of_snapshots := [row |
	some database in _databases
	databases.has(database, "skip")
	record := databases.record(database, "skip")
	row := {
		"state": assessments.hedged(settings.must_be_off(record, "off"), database.certain),
		"resource": database.address,
		"path": record.path,
		"defect": "final-snapshot",
		"severity": "medium",
		"message": sprintf("%s leaves no last snapshot when it is destroyed: %s.", [
			databases.called(database),
			settings.fact(record),
		]),
	}
]

# What a replacement leaves behind is nothing, unless it is told to keep it.
_of_replacement := [row |
	_params.require_update_replace_policy
	some database in _databases
	databases.has(database, "replace")
	record := databases.record(database, "replace")
	row := {
		"state": assessments.hedged(_kept(settings.text(record, "delete")), database.certain),
		"resource": database.address,
		"path": record.path,
		"defect": "update-replace-policy",
		"severity": "low",
		"message": sprintf("%s is deleted with its data when an update replaces it: %s.", [
			databases.called(database),
			settings.fact(record),
		]),
	}
]

_kept(policy) := "open" if policy == null

_kept(policy) := "pass" if policy in {"snapshot", "retain", "retainexceptoncreate"}

_kept(policy) := "fail" if {
	policy != null
	not policy in {"snapshot", "retain", "retainexceptoncreate"}
}

# A plan that deletes what was there: the new database starts empty.
_replaced := array.concat(
	[{"address": row.address, "called": databases.called(row), "class": row.class} |
		some row in _databases
		object.get(databases.resource(row), "replaced", false)
	],
	[{"address": table.address, "called": sprintf("Table '%s'", [table.address]), "class": class} |
		some table in _tables
		object.get(table, "replaced", false)
		class := resource_classes.class(table, _table_names)
	],
)

_of_plans := [row |
	some store in _replaced
	store.class != "dev"
	row := {
		"state": assessments.hedged("fail", store.class != "unknown"),
		"resource": store.address,
		"path": [],
		"defect": "replaced",
		"severity": "high",
		"message": sprintf("This plan deletes %s and makes a new, empty one.", [store.called]),
	}
]

_assessed := array.concat(
	array.concat(_of_protection, _of_deletion),
	array.concat(_of_snapshots, array.concat(_of_replacement, _of_plans)),
)

examined contains record if {
	some row in _databases
	some what in ["protection", "delete", "replace", "skip"]
	databases.has(row, what)
	record := databases.record(row, what)
}

examined contains record if {
	some row in _databases
	some record in databases.evidence(row)
}

examined contains record if {
	some table in _tables
	record := value.get(table, _table_flags[table.type])
}

examined contains record if {
	some table in _tables
	object.get(table, "replaced", false)
	some record in resource_classes.records(table, _table_names)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
