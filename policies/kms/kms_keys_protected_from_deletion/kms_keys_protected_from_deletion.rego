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
#     - aws_kms_key
#   subjects:
#     - AWS::KMS::Key
#     - aws_kms_key
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

_assessed := array.concat(_of_windows, array.concat(_of_switches, _of_deletion))

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
