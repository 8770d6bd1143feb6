# METADATA
# scope: package
# title: Force TLS on caches, search, streaming, warehouse, DMS and file mounts
# description: |
#   What travels between a service and its caches, search domains, streams and file systems is the data itself, often
#   with the password. Many of these stores speak plain text unless they are told not to.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/elasticache-controls.html#elasticache-5
# custom:
#   id: KMS-023
#   slug: data-stores-encrypted-in-transit
#   family: KMS
#   severity: high
#   score: 7.1
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ElastiCache::ReplicationGroup
#     - AWS::MemoryDB::Cluster
#     - AWS::OpenSearchService::Domain
#     - AWS::Elasticsearch::Domain
#     - AWS::MSK::Cluster
#     - AWS::Redshift::ClusterParameterGroup
#     - AWS::DocDB::DBClusterParameterGroup
#     - AWS::ECS::TaskDefinition
#     - AWS::DAX::Cluster
#     - AWS::DMS::Endpoint
#     - AWS::EMR::SecurityConfiguration
#     - AWS::ApiGateway::DomainName
#     - AWS::ApiGatewayV2::DomainName
#     - AWS::DocDB::DBCluster
#     - AWS::Redshift::Cluster
#     - aws_docdb_cluster
#     - aws_redshift_cluster
#     - aws_elasticache_replication_group
#     - aws_memorydb_cluster
#     - aws_opensearch_domain
#     - aws_elasticsearch_domain
#     - aws_msk_cluster
#     - aws_redshift_parameter_group
#     - aws_docdb_cluster_parameter_group
#     - aws_ecs_task_definition
#     - aws_dax_cluster
#     - aws_dms_endpoint
#     - aws_emr_security_configuration
#     - aws_api_gateway_domain_name
#     - aws_apigatewayv2_domain_name
#   subjects:
#     - AWS::ElastiCache::ReplicationGroup
#     - AWS::MemoryDB::Cluster
#     - AWS::OpenSearchService::Domain
#     - AWS::Elasticsearch::Domain
#     - AWS::MSK::Cluster
#     - AWS::Redshift::ClusterParameterGroup
#     - AWS::DocDB::DBClusterParameterGroup
#     - AWS::ECS::TaskDefinition
#     - AWS::DAX::Cluster
#     - AWS::DMS::Endpoint
#     - AWS::EMR::SecurityConfiguration
#     - AWS::ApiGateway::DomainName
#     - AWS::ApiGatewayV2::DomainName
#     - AWS::DocDB::DBCluster
#     - AWS::Redshift::Cluster
#     - aws_docdb_cluster
#     - aws_redshift_cluster
#     - aws_elasticache_replication_group
#     - aws_memorydb_cluster
#     - aws_opensearch_domain
#     - aws_elasticsearch_domain
#     - aws_msk_cluster
#     - aws_redshift_parameter_group
#     - aws_docdb_cluster_parameter_group
#     - aws_ecs_task_definition
#     - aws_dax_cluster
#     - aws_dms_endpoint
#     - aws_emr_security_configuration
#     - aws_api_gateway_domain_name
#     - aws_apigatewayv2_domain_name
#   params: []
#   packs: [baseline, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ElastiCache.5", "OpenSearch.3", "OpenSearch.8", "MSK.1", "Redshift.2", "DynamoDB.7", "DMS.9"]
#       nist_800_53_r5: ["SC-8", "SC-8(1)"]
#       pci_dss_4.0: ["4.2.1", "1.2.5", "2.2.5", "2.2.7", "4.2.1.1", "8.3.2"]
#       soc2: ["CC6.7"]
#       hipaa: ["164.312(e)(1)", "164.308(a)(4)(ii)(A)", "164.312(a)(2)(iv)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"]
#       iso_27001_2022: ["A.8.24"]
#   cwe: [319, 311]
#   remediation:
#     cloudformation: "Turn on the TLS property of the store: TransitEncryptionEnabled: true (ElastiCache),
#       DomainEndpointOptions: {EnforceHTTPS: true, TLSSecurityPolicy: Policy-Min-TLS-1-2-PFS-2023-10} and
#       NodeToNodeEncryptionOptions: {Enabled: true} (OpenSearch), ClientBroker: TLS (MSK), require_ssl: \"true\"
#       (Redshift), TransitEncryption: ENABLED (EFS volumes), ClusterEndpointEncryptionType: TLS (DAX), SslMode: require
#       (DMS), SecurityPolicy: TLS_1_2 (API Gateway)."
#     terraform-plan: "Turn on the TLS argument of the store: transit_encryption_enabled = true (ElastiCache),
#       domain_endpoint_options with enforce_https = true, tls_security_policy = \"Policy-Min-TLS-1-2-PFS-2023-10\"
#       and node_to_node_encryption { enabled = true } (OpenSearch), client_broker = \"TLS\" (MSK), require_ssl =
#       \"true\" (Redshift), transit_encryption = \"ENABLED\" (EFS volumes), cluster_endpoint_encryption_type =
#       \"TLS\" (DAX), ssl_mode = \"require\" (DMS), security_policy = \"TLS_1_2\" (API Gateway)."
#   peers:
#     checkov: [CKV_AWS_30, CKV_AWS_202, CKV_AWS_83, CKV_AWS_6, CKV_AWS_228, CKV_AWS_105, CKV_AWS_90, CKV_AWS_97,
#       CKV_AWS_239, CKV2_AWS_49, CKV_AWS_206, CKV_AWS_351]
#     trivy: [AWS-0138, AWS-0051, AWS-0046, AWS-0043, AWS-0126, AWS-0073, AWS-0035, AWS-0005]
#     cfn_nag: [F33, W85, W62]
#     guard: [elasticache_replication_group_transit_encryption, opensearch_https_required,
#       opensearch_node_to_node_encryption_check, elasticsearch_https_required,
#       elasticsearch_node_to_node_encryption_check, api_gw_domain_deny_non_tls_traffic]
#     cdk_nag: [AwsSolutions-AEC3, AwsSolutions-OS2, AwsSolutions-MSK2, AwsSolutions-MSK3, AwsSolutions-RS1,
#       NIST.800.53.R5-OpenSearchNodeToNodeEncryption, NIST.800.53.R5-RedshiftRequireTlsSSL]
#     prowler: [elasticache_redis_cluster_in_transit_encryption_enabled,
#       opensearch_service_domains_https_communications_enforced,
#       opensearch_service_domains_node_to_node_encryption_enabled, kafka_cluster_in_transit_encryption_enabled,
#       redshift_cluster_in_transit_encryption_enabled, dms_endpoint_ssl_enabled,
#       dynamodb_accelerator_cluster_in_transit_encryption_enabled]
package policies.kms.data_stores_encrypted_in_transit

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.joins
import data.policies.lib.settings
import data.policies.lib.value

# Where each store says that it wants TLS, what it must say and what it means to say nothing.
_types := data.tables.transit.types

# DMS knows no SSL mode for these, as Amazon's API or its own authentication carries the connection.
_without_mode := {
	"azuredb",
	"dynamodb",
	"elasticsearch",
	"kafka",
	"kinesis",
	"neptune",
	"opensearch",
	"redshift-serverless",
	"s3",
	"timestream",
}

_engine_paths := {"AWS::DMS::Endpoint": ["Properties", "EngineName"], "aws_dms_endpoint": ["engine_name"]}

_engine(resource) := value.get(resource, _engine_paths[resource.type])

# The checks of the stores of the table, each with its record and state.
_checked := [{"resource": resource, "noun": about.noun, "defect": defect, "checks": checks} |
	some type, about in _types
	some resource in graph.of_types([type])
	not _has_no_mode(resource)
	some defect in {check.defect | some check in about.checks}
	checks := [one |
		some check in about.checks
		check.defect == defect
		record := value.get(resource, check.path)
		one := {"check": check, "record": record, "state": _hedged(resource, _state(resource, check, record))}
	]
]

# One row for the checks of one defect: the worst of them, and what is as bad.
_plain := [row |
	some checked in _checked
	state := [worst | some worst in ["fail", "open", "pass"]; worst in {one.state | some one in checked.checks}][0]
	worst := [one | some one in checked.checks; one.state == state]
	row := {
		"resource": checked.resource,
		"noun": checked.noun,
		"defect": checked.defect,
		"record": worst[0].record,
		"state": state,
		"text": concat("; it ", [text | some one in worst; text := _text(one.check.says, one.record)]),
	}
]

_text(says, record) := sprintf("%s: %s", [says, settings.fact(record)])

_has_no_mode(resource) if {
	resource.type in object.keys(_engine_paths)
	engine := settings.text(_engine(resource), "")
	engine in _without_mode
}

# An engine that is not known may have no mode.
_hedged(resource, state) := state if not resource.type in object.keys(_engine_paths)

_hedged(resource, state) := assessments.hedged(state, settings.text(_engine(resource), "") != null) if {
	resource.type in object.keys(_engine_paths)
}

_state(_, _, record) := "open" if value.is_unknown(record)

_state(_, check, record) := _matches(regex.match(check.accept, settings.text(record, ""))) if value.is_known(record)

_state(_, check, record) := check.absent if {
	value.is_absent(record)
	check.absent in {"pass", "fail"}
}

# The provider turns HTTPS on where the block is written.
_state(resource, check, record) := _matches(value.is_known(block)) if {
	value.is_absent(record)
	check.absent == "block"
	block := value.present(resource, array.slice(check.path, 0, count(check.path) - 1))
}

# Valkey encrypts unless it is told not to, Redis does not.
_state(resource, check, record) := _of_engines(settings.text(engine, "redis")) if {
	value.is_absent(record)
	check.absent == "engine"
	not _is_member(resource)
	engine := value.get(resource, _types[resource.type].engine)
}

# A member of a global store takes after the first one, which is elsewhere.
_state(resource, check, record) := "open" if {
	value.is_absent(record)
	check.absent == "engine"
	_is_member(resource)
}

_is_member(resource) if {
	record := value.present(resource, _types[resource.type]["global"])
	not value.is_absent(record)
}

_of_engines(engine) := "open" if engine == null

_of_engines(engine) := "pass" if engine == "valkey"

_of_engines(engine) := "fail" if {
	engine != null
	engine != "valkey"
}

_matches(holds) := "pass" if holds

_matches(holds) := "fail" if not holds

# The configuration of EMR in a plan is a text.
_of_texts := [row |
	some resource in graph.of_types(["aws_emr_security_configuration"])
	record := value.get(resource, ["configuration"])
	row := {
		"resource": resource,
		"noun": "EMR security configuration",
		"defect": "transit",
		"text": "leaves the traffic of clusters in plain text: 'EnableInTransitEncryption' is not 'true'",
		"record": record,
		"state": _text_state(record),
	}
]

_text_state(record) := "open" if value.is_unknown(record)

_text_state(record) := _matches(regex.match(`"EnableInTransitEncryption"\s*:\s*"?true`, settings.text(record, ""))) if {
	value.is_absent(record)
}

_text_state(record) := _matches(regex.match(`"EnableInTransitEncryption"\s*:\s*"?true`, record.value)) if {
	value.is_known(record)
	is_string(record.value)
}

# Volumes of tasks, and the configurations of HTTP domains, are several.
_lists := {
	"AWS::ECS::TaskDefinition": {
		"noun": "EFS volume of task definition",
		"list": ["Properties", "Volumes"],
		"within": ["EFSVolumeConfiguration"],
		"setting": ["TransitEncryption"],
		"name": ["Name"],
		"accept": "^enabled$",
		"absent": "fail",
		"says": "is mounted without TLS",
	},
	"aws_ecs_task_definition": {
		"noun": "EFS volume of task definition",
		"list": ["volume"],
		"within": ["efs_volume_configuration", 0],
		"setting": ["transit_encryption"],
		"name": ["name"],
		"accept": "^enabled$",
		"absent": "fail",
		"says": "is mounted without TLS",
	},
	"AWS::ApiGatewayV2::DomainName": {
		"noun": "API domain",
		"list": ["Properties", "DomainNameConfigurations"],
		"within": [],
		"setting": ["SecurityPolicy"],
		"name": ["EndpointType"],
		"accept": "^(tls_1_2|securitypolicy_.*)$",
		"absent": "pass",
		"says": "accepts TLS older than 1.2",
	},
	"aws_apigatewayv2_domain_name": {
		"noun": "API domain",
		"list": ["domain_name_configuration"],
		"within": [],
		"setting": ["security_policy"],
		"name": ["endpoint_type"],
		"accept": "^(tls_1_2|securitypolicy_.*)$",
		"absent": "pass",
		"says": "accepts TLS older than 1.2",
	},
}

_of_lists := [row |
	some type, about in _lists
	some resource in graph.of_types([type])
	some index, _ in value.list(object.get(resource.node, about.list, null))
	element := array.concat(about.list, [index])
	inner := array.concat(element, about.within)
	not value.is_absent(value.present(resource, inner))
	record := value.get(resource, array.concat(inner, about.setting))
	row := {
		"resource": resource,
		"noun": about.noun,
		"defect": sprintf("transit/%s", [_element_name(resource, element, about.name)]),
		"text": _text(about.says, record),
		"record": record,
		"state": _state(null, about, record),
	}
]

_element_name(resource, element, path) := value.shown(object.get(resource.node, array.concat(element, path), "")) if {
	object.get(resource.node, array.concat(element, path), null) != null
}

_element_name(resource, element, path) := sprintf("%v", [element[count(element) - 1]]) if {
	object.get(resource.node, array.concat(element, path), null) == null
}

# Parameter groups, and the clusters that have them.
_groups := {
	"AWS::DocDB::DBClusterParameterGroup": {"noun": "DocumentDB parameter group", "parameter": "tls"},
	"AWS::Redshift::ClusterParameterGroup": {"noun": "Redshift parameter group", "parameter": "require_ssl"},
	"aws_docdb_cluster_parameter_group": {"noun": "DocumentDB parameter group", "parameter": "tls"},
	"aws_redshift_parameter_group": {"noun": "Redshift parameter group", "parameter": "require_ssl"},
}

_parameter_places := {
	"AWS::Redshift::ClusterParameterGroup": {
		"list": ["Properties", "Parameters"],
		"name": "ParameterName",
		"value": "ParameterValue",
		"family": ["Properties", "ParameterGroupFamily"],
	},
	"aws_docdb_cluster_parameter_group": {"list": ["parameter"], "name": "name", "value": "value", "family": ["family"]},
	"aws_redshift_parameter_group": {"list": ["parameter"], "name": "name", "value": "value", "family": ["family"]},
}

_of_groups := [row |
	some type, about in _groups
	some resource in graph.of_types([type])
	record := _parameter(resource, about.parameter)
	row := {
		"resource": resource,
		"noun": about.noun,
		"defect": "transit",
		"text": sprintf("accepts connections without TLS: %s", [_parameter_fact(about.parameter, record)]),
		"record": record,
		"state": _parameter_state(resource, about.parameter, record),
	}
]

_parameter_fact(name, record) := sprintf("'%s' is not set", [name]) if not value.is_known(record)

_parameter_fact(name, record) := sprintf("'%s' is '%s'", [name, value.shown(record.value)]) if value.is_known(record)

_parameter(group, name) := value.get(group, ["Properties", "Parameters", name]) if {
	group.type == "AWS::DocDB::DBClusterParameterGroup"
}

_parameter(group, name) := records[0] if {
	place := _parameter_places[group.type]
	found := [value.get(group, array.concat(place.list, [index, place.value])) |
		some index, element in value.list(object.get(group.node, place.list, null))
		object.get(element, place.name, "") == name
	]
	open := [value.get(group, array.concat(place.list, [index, place.name])) |
		some index, _ in value.list(object.get(group.node, place.list, null))
		value.is_unknown(value.get(group, array.concat(place.list, [index, place.name])))
	]
	absent := {"resource": group.address, "path": place.list, "state": "absent", "value": null}
	records := array.concat(found, array.concat(open, [absent]))
}

_parameter_state(_, _, record) := "open" if value.is_unknown(record)

_parameter_state(_, "tls", record) := _matches(settings.text(record, "enabled") != "disabled") if {
	not value.is_unknown(record)
}

_parameter_state(_, "require_ssl", record) := _matches(settings.text(record, "") in {"true", "1", "on"}) if {
	value.is_known(record)
}

_parameter_state(group, "require_ssl", record) := _by_family(settings.text(_family(group), "redshift-1.0")) if {
	value.is_absent(record)
}

_family(group) := value.get(group, _parameter_places[group.type].family)

# Groups of redshift-2.0 and later ask for TLS by default.
_by_family(family) := "open" if family == null

_by_family(family) := _matches(not_first) if {
	family != null
	not_first := family != "redshift-1.0"
}

_clusters := {
	"AWS::DocDB::DBCluster": {
		"noun": "DocumentDB cluster",
		"path": ["Properties", "DBClusterParameterGroupName"],
		"groups": {"AWS::DocDB::DBClusterParameterGroup": ["Properties", "Name"]},
	},
	"AWS::Redshift::Cluster": {
		"noun": "Redshift cluster",
		"path": ["Properties", "ClusterParameterGroupName"],
		"groups": {"AWS::Redshift::ClusterParameterGroup": ["Properties", "ParameterGroupName"]},
	},
	"aws_docdb_cluster": {
		"noun": "DocumentDB cluster",
		"path": ["db_cluster_parameter_group_name"],
		"groups": {"aws_docdb_cluster_parameter_group": ["name"]},
	},
	"aws_redshift_cluster": {
		"noun": "Redshift cluster",
		"path": ["cluster_parameter_group_name"],
		"groups": {"aws_redshift_parameter_group": ["name"]},
	},
}

# A group of the unit is judged itself; one from elsewhere leaves it open, unless it is a default one.
_of_clusters := [row |
	some type, about in _clusters
	some resource in graph.of_types([type])
	record := value.present(resource, about.path)
	row := {
		"resource": resource,
		"noun": about.noun,
		"defect": "transit",
		"text": sprintf("accepts connections without TLS: %s", [_group_fact(record)]),
		"record": record,
		"state": _cluster_state(joins.join(resource, about.path, about.groups), record),
	}
]

_group_fact(record) := sprintf("its parameter group '%s' does not require it", [value.shown(record.value)])

_cluster_state(join, _) := "pass" if count(join.to) > 0

_cluster_state(join, record) := _by_group(record) if count(join.to) == 0

_by_group(record) := "pass" if value.is_absent(record)

_by_group(record) := _default_group(lower(record.value)) if is_string(record.value)

_by_group(record) := "open" if {
	not value.is_absent(record)
	not is_string(record.value)
}

_default_group("default.redshift-1.0") := "fail"

_default_group(name) := "pass" if {
	startswith(name, "default.")
	name != "default.redshift-1.0"
}

_default_group(name) := "open" if not startswith(name, "default.")

_judged := array.concat(
	array.concat(_plain, _of_texts),
	array.concat(_of_lists, array.concat(_of_groups, _of_clusters)),
)

subjects contains row.resource.address if some row in _judged

examined contains record if {
	some row in _judged
	record := row.record
}

examined contains record if {
	some checked in _checked
	some one in checked.checks
	record := one.record
}

examined contains record if {
	some type, _ in _engine_paths
	some resource in graph.of_types([type])
	not _has_no_mode(resource)
	record := _engine(resource)
}

examined contains record if {
	some resource in graph.of_types(object.keys(_types))
	some what in ["engine", "global"]
	path := object.get(_types, [resource.type, what], [])
	count(path) > 0
	record := value.get(resource, path)
}

examined contains record if {
	some resource in graph.of_types(object.keys(_parameter_places))
	record := _family(resource)
}

_assessed := [row |
	some judged in _judged
	row := {
		"state": judged.state,
		"resource": judged.resource.address,
		"path": judged.record.path,
		"defect": judged.defect,
		"message": sprintf("%s '%s' %s.", [judged.noun, judged.resource.address, judged.text]),
	}
]

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
