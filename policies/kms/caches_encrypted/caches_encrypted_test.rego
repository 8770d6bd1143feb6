package policies.kms.caches_encrypted_test

import data.policies.kms.caches_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := caches_encrypted with input as unit with data.params as {"KMS-012": {"kms_level": level}}
}

_template(type, properties, level) := result if {
	result := _result(units.template({"S": {"type": type, "properties": properties}}), level)
}

_of(type, properties, level) := units.outcome(_template(type, properties, level), "S")

_planned(type, values, level) := outcome if {
	unit := units.plan({"p": {"type": type, "values": values}})
	outcome := units.outcome(_result(unit, level), "p")
}

_group(properties, level) := _of("AWS::ElastiCache::ReplicationGroup", properties, level)

test_redis_does_not_encrypt_by_itself if {
	_group({"Engine": "redis"}, "any") == "fail"
	_group({}, "any") == "fail"
	_group({"Engine": "redis", "AtRestEncryptionEnabled": "true"}, "any") == "pass"
}

test_valkey_encrypts_by_itself if {
	_group({"Engine": "valkey"}, "any") == "pass"
	_group({"Engine": "Valkey"}, "any") == "pass"
	_group({"Engine": "valkey"}, "aws-managed") == "fail"
}

test_valkey_that_is_told_not_to_does_not if {
	_group({"Engine": "valkey", "AtRestEncryptionEnabled": false}, "any") == "fail"
}

test_an_engine_that_is_not_known_is_undecided if {
	open := units.unknown("parameter", "Engine")
	_group({"Engine": open}, "any") == "unknown"
	_group({"Engine": open, "AtRestEncryptionEnabled": true}, "any") == "pass"
}

test_an_unknown_switch_is_undecided if {
	_group({"AtRestEncryptionEnabled": units.unknown("parameter", "On")}, "any") == "unknown"
}

test_the_switch_alone_means_a_key_that_aws_owns if {
	_group({"AtRestEncryptionEnabled": true}, "aws-managed") == "fail"
	_group({"AtRestEncryptionEnabled": true}, "cmk") == "fail"
}

test_a_key_of_ones_own_satisfies_every_level if {
	_group({"AtRestEncryptionEnabled": true, "KmsKeyId": "alias/cache"}, "cmk") == "pass"
	_group({"Engine": "valkey", "KmsKeyId": "alias/cache"}, "cmk") == "pass"
}

test_a_key_does_not_encrypt_redis_by_itself if {
	_group({"Engine": "redis", "KmsKeyId": "alias/cache"}, "any") == "fail"
	_group({"AtRestEncryptionEnabled": false, "KmsKeyId": "alias/cache"}, "any") == "fail"
}

test_an_opaque_key_is_undecided_only_where_it_must_be_ones_own if {
	opaque := {"AtRestEncryptionEnabled": true, "KmsKeyId": units.unknown("dynamic-reference", "/key")}
	_group(opaque, "aws-managed") == "pass"
	_group(opaque, "cmk") == "unknown"
}

_datastore(primary, member) := units.template({
	"P": {"type": "AWS::ElastiCache::ReplicationGroup", "properties": primary},
	"G": {
		"type": "AWS::ElastiCache::GlobalReplicationGroup",
		"properties": {"Members": [{"ReplicationGroupId": units.reference("P", ""), "Role": "PRIMARY"}]},
		"edges": [[["Members", 0, "ReplicationGroupId"], "P", ""]],
	},
	"S": {
		"type": "AWS::ElastiCache::ReplicationGroup",
		"properties": object.union({"GlobalReplicationGroupId": units.reference("G", "")}, member),
		"edges": [[["GlobalReplicationGroupId"], "G", ""]],
	},
})

_member(primary, member, level) := units.outcome(_result(_datastore(primary, member), level), "S")

test_a_member_of_a_datastore_is_encrypted_as_its_primary_is if {
	_member({"AtRestEncryptionEnabled": true}, {}, "any") == "pass"
	_member({"Engine": "valkey"}, {}, "any") == "pass"
	_member({"Engine": "redis"}, {}, "any") == "fail"
	_member({"AtRestEncryptionEnabled": units.unknown("parameter", "On")}, {}, "any") == "unknown"
}

test_a_member_of_a_datastore_has_a_key_of_its_own if {
	_member({"AtRestEncryptionEnabled": true, "KmsKeyId": "alias/cache"}, {}, "cmk") == "fail"
	_member({"AtRestEncryptionEnabled": true}, {"KmsKeyId": "alias/cache"}, "cmk") == "pass"
}

test_a_member_of_a_datastore_elsewhere_is_undecided if {
	_group({"GlobalReplicationGroupId": "sgaui-carts"}, "any") == "unknown"
	some row in _template("AWS::ElastiCache::ReplicationGroup", {"GlobalReplicationGroupId": "carts"}, "any").undecided
	row.message == concat(" ", [
		"Replication group 'S' may be stored without encryption: it takes over the encryption of its",
		"'GlobalReplicationGroupId', which this file does not show.",
	])
}

test_serverless_caches_and_memorydb_encrypt_by_themselves if {
	every type in ["AWS::ElastiCache::ServerlessCache", "AWS::MemoryDB::Cluster"] {
		_of(type, {}, "any") == "pass"
		_of(type, {}, "aws-managed") == "fail"
		_of(type, {"KmsKeyId": "alias/cache"}, "cmk") == "pass"
	}
}

test_a_planned_group_is_judged_alike if {
	type := "aws_elasticache_replication_group"
	_planned(type, {"engine": "redis"}, "any") == "fail"
	_planned(type, {"engine": "valkey"}, "any") == "pass"
	_planned(type, {"engine": "redis", "at_rest_encryption_enabled": "true"}, "any") == "pass"
	_planned(type, {"global_replication_group_id": "carts"}, "any") == "unknown"
}

test_planned_serverless_caches_and_memorydb_need_a_key_of_ones_own if {
	own := "arn:aws:kms:eu-central-1:123456789012:key/mrk-1"
	_planned("aws_elasticache_serverless_cache", {}, "cmk") == "fail"
	_planned("aws_elasticache_serverless_cache", {"kms_key_id": own}, "cmk") == "pass"
	_planned("aws_memorydb_cluster", {}, "cmk") == "fail"
	_planned("aws_memorydb_cluster", {"kms_key_arn": own}, "cmk") == "pass"
}

test_memcached_cannot_be_encrypted_and_is_not_judged if {
	count(_template("AWS::ElastiCache::CacheCluster", {"Engine": "memcached"}, "any").subjects) == 0
}
