package policies.kms.data_stores_encrypted_in_transit_test

import data.policies.kms.data_stores_encrypted_in_transit
import data.policies.lib.units_test as units

_of(unit) := result if {
	result := data_stores_encrypted_in_transit with input as unit
}

_one(type, properties) := _of(units.template({"S": {"type": type, "properties": properties}}))

_outcome(type, properties) := units.outcome(_one(type, properties), "S")

_plan(type, values) := units.outcome(_of(units.plan({"s.s": {"type": type, "values": values}})), "s.s")

_unknown := units.unknown("parameter", "P")

_cache := "AWS::ElastiCache::ReplicationGroup"

test_caches_need_it_switched_on if {
	_outcome(_cache, {"TransitEncryptionEnabled": "true"}) == "pass"
	_outcome(_cache, {"TransitEncryptionEnabled": false}) == "fail"
	_outcome(_cache, {"TransitEncryptionEnabled": _unknown}) == "unknown"
}

test_the_engine_decides_what_a_silent_cache_does if {
	_outcome(_cache, {}) == "fail"
	_outcome(_cache, {"Engine": "redis"}) == "fail"
	_outcome(_cache, {"Engine": "valkey"}) == "pass"
	_outcome(_cache, {"Engine": _unknown}) == "unknown"
	_outcome(_cache, {"GlobalReplicationGroupId": "ldgnf-orders"}) == "unknown"
	_plan("aws_elasticache_replication_group", {"engine": "valkey"}) == "pass"
	_plan("aws_elasticache_replication_group", {}) == "fail"
}

test_a_known_switch_decides_whatever_the_engine_is if {
	_outcome(_cache, {"Engine": _unknown, "TransitEncryptionEnabled": true}) == "pass"
	_outcome(_cache, {"Engine": "valkey", "TransitEncryptionEnabled": false}) == "fail"
}

test_memorydb_uses_tls_by_default if {
	_outcome("AWS::MemoryDB::Cluster", {}) == "pass"
	_outcome("AWS::MemoryDB::Cluster", {"TLSEnabled": false}) == "fail"
	_plan("aws_memorydb_cluster", {"tls_enabled": false}) == "fail"
}

_domain := {
	"DomainEndpointOptions": {"EnforceHTTPS": true, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"},
	"NodeToNodeEncryptionOptions": {"Enabled": true},
}

test_search_domains_need_three_things if {
	every type in ["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"] {
		_outcome(type, _domain) == "pass"
		{violation.defect | some violation in _one(type, {}).deny} == {"https", "tls-policy", "node-to-node"}
	}
}

test_old_tls_of_search_domains_is_a_defect_of_its_own if {
	old := object.union(_domain, {"DomainEndpointOptions": {"TLSSecurityPolicy": "Policy-Min-TLS-1-0-2019-07"}})
	{violation.defect: violation.path | some violation in _one("AWS::OpenSearchService::Domain", old).deny} == {
		"tls-policy": ["Properties", "DomainEndpointOptions", "TLSSecurityPolicy"],
	}
}

test_the_block_of_a_plan_turns_https_on if {
	silent := {
		"domain_endpoint_options": [{"tls_security_policy": "Policy-Min-TLS-1-2-2019-07"}],
		"node_to_node_encryption": [{"enabled": true}],
	}
	every type in ["aws_opensearch_domain", "aws_elasticsearch_domain"] {
		_plan(type, silent) == "pass"
		_plan(type, object.remove(silent, ["domain_endpoint_options"])) == "fail"
	}
}

_in_transit(settings) := {"EncryptionInfo": {"EncryptionInTransit": settings}}

test_msk_uses_tls_unless_told_otherwise if {
	_outcome("AWS::MSK::Cluster", {}) == "pass"
	_outcome("AWS::MSK::Cluster", _in_transit({"ClientBroker": "TLS", "InCluster": true})) == "pass"
	_outcome("AWS::MSK::Cluster", _in_transit({"ClientBroker": "TLS_PLAINTEXT"})) == "fail"
	_outcome("AWS::MSK::Cluster", _in_transit({"ClientBroker": "PLAINTEXT"})) == "fail"
	_outcome("AWS::MSK::Cluster", _in_transit({"InCluster": false})) == "fail"
	_plan("aws_msk_cluster", {"encryption_info": [{"encryption_in_transit": [{"client_broker": "PLAINTEXT"}]}]}) == "fail"
}

test_one_finding_for_a_cluster_with_two_defects if {
	result := _one("AWS::MSK::Cluster", _in_transit({"ClientBroker": "PLAINTEXT", "InCluster": false}))
	count(result.deny) == 1
	every violation in result.deny { contains(violation.message, "'EncryptionInTransit.InCluster' is 'false'") }
}

_group(family, parameters) := {
	"ParameterGroupFamily": family,
	"Parameters": [parameter |
		some name, value in parameters
		parameter := {"ParameterName": name, "ParameterValue": value}
	],
}

_redshift(family, parameters) := _outcome("AWS::Redshift::ClusterParameterGroup", _group(family, parameters))

test_redshift_groups_must_ask_for_tls if {
	_redshift("redshift-1.0", {"require_ssl": "true"}) == "pass"
	_redshift("redshift-1.0", {"require_ssl": "false"}) == "fail"
	_redshift("redshift-1.0", {}) == "fail"
	_redshift("redshift-1.0", {"require_ssl": _unknown}) == "unknown"
	_redshift("redshift-2.0", {}) == "pass"
	_redshift("redshift-2.0", {"require_ssl": "false"}) == "fail"
	_redshift(_unknown, {}) == "unknown"
	parameter := [{"name": "require_ssl", "value": "true"}]
	_plan("aws_redshift_parameter_group", {"family": "redshift-1.0", "parameter": parameter}) == "pass"
	_plan("aws_redshift_parameter_group", {"family": "redshift-1.0"}) == "fail"
}

test_redshift_clusters_with_groups_from_elsewhere_are_undecided if {
	every name, outcome in {
		"default.redshift-1.0": "fail",
		"default.redshift-2.0": "pass",
		"warehouse": "unknown",
	} {
		_outcome("AWS::Redshift::Cluster", {"ClusterParameterGroupName": name}) == outcome
	}
	_outcome("AWS::Redshift::Cluster", {"ClusterParameterGroupName": units.unknown("import", "Group")}) == "unknown"
	_outcome("AWS::Redshift::Cluster", {}) == "pass"
}

test_a_group_of_the_unit_is_judged_instead_of_its_cluster if {
	unit := units.template({
		"G": {"type": "AWS::Redshift::ClusterParameterGroup", "properties": _group("redshift-1.0", {})},
		"C": {
			"type": "AWS::Redshift::Cluster",
			"properties": {"ClusterParameterGroupName": units.reference("G", "")},
			"edges": [[["ClusterParameterGroupName"], "G", ""]],
		},
	})
	units.outcome(_of(unit), "G") == "fail"
	units.outcome(_of(unit), "C") == "pass"
}

test_documentdb_uses_tls_unless_told_otherwise if {
	type := "AWS::DocDB::DBClusterParameterGroup"
	_outcome(type, {"Parameters": {"tls": "disabled"}}) == "fail"
	_outcome(type, {"Parameters": {"tls": "tls1.2+"}}) == "pass"
	_outcome(type, {"Parameters": {"audit_logs": "enabled"}}) == "pass"
	_outcome(type, {"Parameters": {"tls": _unknown}}) == "unknown"
	_outcome("AWS::DocDB::DBCluster", {"DBClusterParameterGroupName": "documents"}) == "unknown"
	_outcome("AWS::DocDB::DBCluster", {}) == "pass"
	disabled := {"parameter": [{"name": "tls", "value": "disabled"}]}
	_plan("aws_docdb_cluster_parameter_group", disabled) == "fail"
}

_volumes(volumes) := _one("AWS::ECS::TaskDefinition", {"Volumes": volumes})

test_every_efs_volume_is_judged if {
	result := _volumes([
		{"Name": "scratch"},
		{"Name": "a", "EFSVolumeConfiguration": {"FilesystemId": "fs-1"}},
		{"Name": "b", "EFSVolumeConfiguration": {"FilesystemId": "fs-1", "TransitEncryption": "DISABLED"}},
		{"Name": "c", "EFSVolumeConfiguration": {"FilesystemId": "fs-1", "TransitEncryption": "ENABLED"}},
	])
	{violation.defect | some violation in result.deny} == {"transit/a", "transit/b"}
}

test_tasks_without_efs_are_not_judged if {
	units.outcome(_volumes([{"Name": "scratch"}]), "S") == ""
	_outcome("AWS::ECS::TaskDefinition", {}) == ""
	_plan("aws_ecs_task_definition", {"volume": [{"name": "a", "efs_volume_configuration": []}]}) == ""
}

test_dax_has_none_by_default if {
	_outcome("AWS::DAX::Cluster", {}) == "fail"
	_outcome("AWS::DAX::Cluster", {"ClusterEndpointEncryptionType": "TLS"}) == "pass"
	_plan("aws_dax_cluster", {"cluster_endpoint_encryption_type": "NONE"}) == "fail"
}

_endpoint(engine, properties) := _outcome("AWS::DMS::Endpoint", object.union({"EngineName": engine}, properties))

test_endpoints_of_databases_need_a_mode if {
	_endpoint("postgres", {}) == "fail"
	_endpoint("postgres", {"SslMode": "none"}) == "fail"
	_endpoint("postgres", {"SslMode": "verify-full"}) == "pass"
	_endpoint("postgres", {"SslMode": _unknown}) == "unknown"
	_plan("aws_dms_endpoint", {"engine_name": "mysql"}) == "fail"
}

test_endpoints_without_a_mode_are_not_judged if {
	every engine in ["s3", "dynamodb", "kinesis", "kafka", "opensearch", "neptune", "azuredb", "timestream"] {
		_endpoint(engine, {}) == ""
	}
	_endpoint(_unknown, {}) == "unknown"
	_endpoint(_unknown, {"SslMode": "require"}) == "pass"
}

test_emr_must_switch_it_on if {
	type := "AWS::EMR::SecurityConfiguration"
	on := {"SecurityConfiguration": {"EncryptionConfiguration": {"EnableInTransitEncryption": true}}}
	_outcome(type, on) == "pass"
	_outcome(type, {"SecurityConfiguration": {"EncryptionConfiguration": {}}}) == "fail"
	_outcome(type, {"SecurityConfiguration": _unknown}) == "unknown"
	text := `{"EncryptionConfiguration": {"EnableInTransitEncryption": %v}}`
	_plan("aws_emr_security_configuration", {"configuration": sprintf(text, [true])}) == "pass"
	_plan("aws_emr_security_configuration", {"configuration": sprintf(text, [false])}) == "fail"
	_plan("aws_emr_security_configuration", {"configuration": units.unknown("computed", "c")}) == "unknown"
}

test_rest_domains_must_say_their_policy if {
	type := "AWS::ApiGateway::DomainName"
	_outcome(type, {}) == "fail"
	_outcome(type, {"SecurityPolicy": "TLS_1_0"}) == "fail"
	_outcome(type, {"SecurityPolicy": "TLS_1_2"}) == "pass"
	_outcome(type, {"SecurityPolicy": "SecurityPolicy_TLS13_1_3_2025_09"}) == "pass"
	_plan("aws_api_gateway_domain_name", {"security_policy": "TLS_1_2"}) == "pass"
}

test_http_domains_know_one_policy if {
	type := "AWS::ApiGatewayV2::DomainName"
	_outcome(type, {"DomainNameConfigurations": [{"EndpointType": "REGIONAL"}]}) == "pass"
	_outcome(type, {"DomainNameConfigurations": [{"SecurityPolicy": "TLS_1_0"}]}) == "fail"
	_plan("aws_apigatewayv2_domain_name", {"domain_name_configuration": [{"security_policy": "TLS_1_2"}]}) == "pass"
}

test_the_message_names_the_store_and_the_setting if {
	{violation.message | some violation in _one("AWS::DAX::Cluster", {}).deny} == {
		"DAX cluster 'S' accepts connections without TLS: 'ClusterEndpointEncryptionType' is not set.",
	}
}
