# METADATA
# scope: package
# title: Protect keys from accidental deletion
# description: |
#   Data whose key is gone is gone as well, with every backup of it. The waiting period is the time in which somebody
#   can still notice; a disabled key locks the data out at once.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-3
# custom:
#   id: KMS-022
#   slug: kms-keys-protected-from-deletion
#   family: KMS
#   severity: medium
#   score: 4.6
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::Backup::BackupVault
#     - AWS::DocDB::DBCluster
#     - AWS::DynamoDB::GlobalTable
#     - AWS::DynamoDB::Table
#     - AWS::EC2::Volume
#     - AWS::EFS::FileSystem
#     - AWS::Elasticsearch::Domain
#     - AWS::KMS::Alias
#     - AWS::KMS::Key
#     - AWS::Neptune::DBCluster
#     - AWS::OpenSearchService::Domain
#     - AWS::RDS::DBCluster
#     - AWS::RDS::DBInstance
#     - AWS::Redshift::Cluster
#     - AWS::RedshiftServerless::Namespace
#     - AWS::S3::Bucket
#     - AWS::SecretsManager::Secret
#     - aws_backup_vault
#     - aws_cloudwatch_log_group
#     - aws_db_instance
#     - aws_docdb_cluster
#     - aws_dynamodb_table
#     - aws_ebs_volume
#     - aws_ecr_repository
#     - aws_efs_file_system
#     - aws_elasticache_replication_group
#     - aws_elasticsearch_domain
#     - aws_fsx_lustre_file_system
#     - aws_kinesis_stream
#     - aws_kms_alias
#     - aws_kms_key
#     - aws_lambda_function
#     - aws_neptune_cluster
#     - aws_opensearch_domain
#     - aws_rds_cluster
#     - aws_redshift_cluster
#     - aws_redshiftserverless_namespace
#     - aws_s3_bucket
#     - aws_s3_bucket_server_side_encryption_configuration
#     - aws_secretsmanager_secret
#     - aws_sns_topic
#     - aws_sqs_queue
#     - aws_ssm_parameter
#     - deleted.aws_kms_key
#   subjects:
#     - AWS::KMS::Key
#     - aws_kms_key
#     - deleted.aws_kms_key
#   params:
#     - name: min_window
#       type: integer
#       description: The least number of days that a key waits before it is deleted.
#       default: 30
#       presets: {}
#       stricter: higher
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["KMS.3"]
#       pci_dss_4.0: ["3.5.1.1", "3.5.1.3", "3.6.1", "3.6.1.2", "3.6.1.3", "3.6.1.4", "3.7.1"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       nist_800_53_r5: ["SC-12", "SC-12(2)"]
#   cwe: [693, 284]
#   remediation:
#     cloudformation: "Set PendingWindowInDays: 30 and Enabled: true, and beside Properties DeletionPolicy: Retain and
#       UpdateReplacePolicy: Retain, so that removing the key from the stack leaves it in place."
#     terraform-plan: "Set deletion_window_in_days = 30 and is_enabled = true, and lifecycle { prevent_destroy = true
#       } on the key."
#   peers:
#     checkov: [CKV_AWS_227]
#     prowler: [kms_cmk_not_deleted_unintentionally]
package policies.kms.kms_keys_protected_from_deletion

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.settings
import data.policies.lib.value

_min_window := data.params["KMS-022"].min_window

_paths := {
	"AWS::KMS::Key": {"window": ["Properties", "PendingWindowInDays"], "enabled": ["Properties", "Enabled"]},
	"aws_kms_key": {"window": ["deletion_window_in_days"], "enabled": ["is_enabled"]},
}

# What cannot be read again without its key.
_stateful := {
	"AWS::Backup::BackupVault",
	"AWS::DocDB::DBCluster",
	"AWS::DynamoDB::GlobalTable",
	"AWS::DynamoDB::Table",
	"AWS::EC2::Volume",
	"AWS::EFS::FileSystem",
	"AWS::Elasticsearch::Domain",
	"AWS::Neptune::DBCluster",
	"AWS::OpenSearchService::Domain",
	"AWS::RDS::DBCluster",
	"AWS::RDS::DBInstance",
	"AWS::Redshift::Cluster",
	"AWS::RedshiftServerless::Namespace",
	"AWS::S3::Bucket",
	"AWS::SecretsManager::Secret",
}

_keys := graph.of_types(object.keys(_paths))

_read(key, what) := value.get(key, _paths[key.type][what])

_deletion(key) := value.get(key, ["DeletionPolicy"])

subjects contains key.address if some key in _keys

# A partial object without entries is undefined to one of the engines: each index has an empty one.
_aliased[""] contains ""

_aliased[alias.address] contains address if {
	some alias in graph.of_types(["AWS::KMS::Alias"])
	some address in graph.referenced(alias, ["Properties", "TargetKeyId"])
}

_alias_names[""] contains ""

_alias_names[name] contains alias.address if {
	some alias in graph.of_types(["AWS::KMS::Alias"])
	name := object.get(alias.node, ["Properties", "AliasName"], null)
	is_string(name)
}

# The resources with data that each key guards, through an alias or not.
_guarded[""] contains ""

_guarded[key] contains store.address if {
	some store in graph.of_types(_stateful)
	some edge in object.get(store, "references", [])
	some key in {edge.address} | object.get(_aliased, edge.address, set())
}

_guarded[key] contains store.address if {
	some store in graph.of_types(_stateful)
	some path in _key_paths
	some alias in object.get(_alias_names, object.get(store.node, path, null), set())
	some key in object.get(_aliased, alias, set())
}

# Where the stores name a key by its alias.
_key_paths := [
	["Properties", "KmsKeyId"],
	["Properties", "EncryptionKeyArn"],
	["Properties", "SSESpecification", "KMSMasterKeyId"],
	["Properties", "EncryptionAtRestOptions", "KmsKeyId"],
	[
		"Properties", "BucketEncryption", "ServerSideEncryptionConfiguration", 0,
		"ServerSideEncryptionByDefault", "KMSMasterKeyID",
	],
]

# The keys of templates that data depends on.
_depended := [key |
	some key in graph.of_types(["AWS::KMS::Key"])
	count(object.get(_guarded, key.address, set())) > 0
]

examined contains record if {
	some key in _keys
	some what in ["window", "enabled"]
	record := _read(key, what)
}

examined contains record if {
	some key in _depended
	record := _deletion(key)
}

examined contains record if {
	some key in graph.of_types(["deleted.aws_kms_key"])
	some part in ["arn", "id", "key_id"]
	record := value.get(key, [part])
	value.is_known(record)
}

examined contains record if {
	some user in graph.of_types(object.keys(_users))
	some path in _users[user.type]
	record := value.present(user, path)
	value.is_known(record)
}

_of_windows := [row |
	some key in _keys
	record := _read(key, "window")
	row := {
		"state": settings.at_least(record, _min_window, 30),
		"resource": key.address,
		"path": record.path,
		"defect": "window",
		"message": sprintf("Key '%s' is gone too soon after somebody deletes it: %s, less than %d days.", [
			key.address,
			settings.fact(record),
			_min_window,
		]),
	}
]

_of_switches := [row |
	some key in _keys
	record := _read(key, "enabled")
	row := {
		"state": settings.must_be_on(record, "on"),
		"resource": key.address,
		"path": record.path,
		"defect": "enabled",
		"message": sprintf("Key '%s' is disabled, so that nothing it encrypts can be read: %s.", [
			key.address,
			settings.fact(record),
		]),
	}
]

_of_deletion := [row |
	some key in _depended
	record := _deletion(key)
	stores := sort(object.get(_guarded, key.address, set()))
	row := {
		"state": _kept(settings.text(record, "delete")),
		"resource": key.address,
		"path": record.path,
		"defect": "deletion-policy",
		"message": sprintf("Key '%s' is deleted when it leaves the stack, and '%s' cannot be read without it: %s.", [
			key.address,
			stores[0],
			settings.fact(record),
		]),
		"related": [{"address": store, "path": [], "message": "Its data is encrypted with the key."} |
			some store in stores
		],
	}
]

_kept(policy) := "open" if policy == null

_kept(policy) := "pass" if policy in {"retain", "retainexceptoncreate"}

_kept(policy) := "fail" if {
	policy != null
	not policy in {"retain", "retainexceptoncreate"}
}

# What a plan keeps and that names a key may do so in any of these properties.
_users := {
	"aws_backup_vault": [["kms_key_arn"]],
	"aws_cloudwatch_log_group": [["kms_key_id"]],
	"aws_db_instance": [["kms_key_id"], ["performance_insights_kms_key_id"]],
	"aws_docdb_cluster": [["kms_key_id"]],
	"aws_dynamodb_table": [["server_side_encryption", 0, "kms_key_arn"]],
	"aws_ebs_volume": [["kms_key_id"]],
	"aws_ecr_repository": [["encryption_configuration", 0, "kms_key"]],
	"aws_efs_file_system": [["kms_key_id"]],
	"aws_elasticache_replication_group": [["kms_key_id"]],
	"aws_elasticsearch_domain": [["encrypt_at_rest", 0, "kms_key_id"]],
	"aws_fsx_lustre_file_system": [["kms_key_id"]],
	"aws_kinesis_stream": [["kms_key_id"]],
	"aws_kms_alias": [["target_key_id"], ["target_key_arn"]],
	"aws_lambda_function": [["kms_key_arn"]],
	"aws_neptune_cluster": [["kms_key_arn"]],
	"aws_opensearch_domain": [["encrypt_at_rest", 0, "kms_key_id"]],
	"aws_rds_cluster": [["kms_key_id"]],
	"aws_redshift_cluster": [["kms_key_id"]],
	"aws_redshiftserverless_namespace": [["kms_key_id"]],
	"aws_s3_bucket": [[
		"server_side_encryption_configuration", 0, "rule", 0,
		"apply_server_side_encryption_by_default", 0, "kms_master_key_id",
	]],
	"aws_s3_bucket_server_side_encryption_configuration": [[
		"rule", 0, "apply_server_side_encryption_by_default", 0, "kms_master_key_id",
	]],
	"aws_secretsmanager_secret": [["kms_key_id"]],
	"aws_sns_topic": [["kms_master_key_id"]],
	"aws_sqs_queue": [["kms_master_key_id"]],
	"aws_ssm_parameter": [["key_id"]],
}

_named_by := {address: names |
	some user in graph.of_types(object.keys(_users))
	address := user.address
	names := {name | some path in _users[user.type]; name := object.get(user.node, path, null); is_string(name)}
}

# The keys that a plan deletes, with what goes on to name them by id or ARN: the configuration shows neither any more.
_of_deleted_keys := [row |
	some key in graph.of_types(["deleted.aws_kms_key"])
	own := {name | some part in ["arn", "id", "key_id"]; name := object.get(key.node, part, null); is_string(name)}
	users := sort([address | some address, names in _named_by; count(names & own) > 0])
	row := {
		"state": {true: "fail", false: "pass"}[count(users) > 0],
		"resource": key.address,
		"path": [],
		"defect": "deleted",
		"message": sprintf("The plan deletes key '%s', and '%s' cannot be read without it.", [
			key.address,
			concat("', '", array.slice(users, 0, 3)),
		]),
		"related": [{"address": user, "path": [], "message": "It goes on to name the key."} | some user in users],
	}
]

subjects contains row.resource if some row in _of_deleted_keys

_assessed := array.concat(
	array.concat(_of_windows, _of_switches),
	array.concat(_of_deletion, _of_deleted_keys),
)

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
