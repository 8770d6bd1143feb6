# METADATA
# scope: package
# title: Route application connections through RDS Proxy
# description: |
#   Tasks that scale open a connection each, and a failover breaks them all. RDS Proxy pools the connections, keeps
#   them through a failover, and is the one place that decides who reaches the database.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html
# custom:
#   id: DB-008
#   slug: rds-proxy-fronts-database
#   family: DB
#   severity: medium
#   score: 4.5
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::RDS::DBProxy
#     - AWS::RDS::DBProxyTargetGroup
#     - AWS::RDS::DBCluster
#     - AWS::RDS::DBInstance
#     - aws_db_proxy
#     - aws_db_proxy_target
#     - aws_db_proxy_default_target_group
#     - AWS::DocDB::DBCluster
#     - AWS::DocDB::DBInstance
#     - AWS::Neptune::DBCluster
#     - AWS::Neptune::DBInstance
#     - aws_db_instance
#     - aws_rds_cluster
#     - aws_rds_cluster_instance
#     - aws_docdb_cluster
#     - aws_docdb_cluster_instance
#     - aws_neptune_cluster
#     - aws_neptune_cluster_instance
#     - AWS::ECS::Service
#     - AWS::ECS::TaskDefinition
#     - AWS::Lambda::Function
#     - aws_ecs_service
#     - aws_ecs_task_definition
#     - aws_lambda_function
#   subjects:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - aws_db_instance
#     - aws_rds_cluster
#   params: []
#   packs: [reference-architecture]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SC-7", "SC-6"]
#       iso_27001_2022: ["A.8.22"]
#   cwe: [400]
#   remediation:
#     cloudformation: "Add AWS::RDS::DBProxy and AWS::RDS::DBProxyTargetGroup (TargetGroupName: default) for the
#       database, and hand the tasks the Endpoint of the proxy."
#     terraform-plan: "Add aws_db_proxy, aws_db_proxy_default_target_group and aws_db_proxy_target for the
#       database, and hand the tasks the endpoint of the proxy."
package policies.db.rds_proxy_fronts_database

import data.policies.lib.assessments
import data.policies.lib.databases
import data.policies.lib.graph
import data.policies.lib.joins
import data.policies.lib.settings
import data.policies.lib.value

_task_types := ["AWS::ECS::TaskDefinition", "aws_ecs_task_definition"]

_workload_types := ["AWS::ECS::Service", "AWS::Lambda::Function", "aws_ecs_service", "aws_lambda_function"]

_has_workload if count(graph.of_types(_workload_types)) > 0

# The names of the engines that RDS Proxy serves, as the proxy calls them.
_proxied_as := {
	"postgres": "POSTGRESQL",
	"mysql": "MYSQL",
	"mariadb": "MYSQL",
	"sqlserver": "SQLSERVER",
}

_databases := [row |
	_has_workload
	some role in ["instance", "cluster"]
	some row in databases.of("rds", role)
	not row.serverless
	row.family in {"postgres", "mysql", "mariadb", "sqlserver", "unknown"}
]

subjects contains row.address if some row in _databases

subjects contains task.address if some task in _direct_tasks

# Targets of proxies: groups in templates, single targets in plans.
_targets := array.concat(
	[{"resource": group, "proxy": proxy, "named": named} |
		some group in graph.of_types(["AWS::RDS::DBProxyTargetGroup"])
		proxy := joins.join(group, ["Properties", "DBProxyName"], {"AWS::RDS::DBProxy": ["Properties", "DBProxyName"]})
		named := [found |
			some list in [["Properties", "DBClusterIdentifiers"], ["Properties", "DBInstanceIdentifiers"]]
			some found in _listed(group, list)
		]
	],
	[{"resource": target, "proxy": proxy, "named": named} |
		some target in graph.of_types(["aws_db_proxy_target"])
		proxy := joins.join(target, ["db_proxy_name"], {"aws_db_proxy": ["name"]})
		named := [found |
			some path in [["db_cluster_identifier"], ["db_instance_identifier"]]
			found := joins.join(target, path, _names)
			found.written
		]
	],
)

_names := {
	"AWS::RDS::DBCluster": ["Properties", "DBClusterIdentifier"],
	"AWS::RDS::DBInstance": ["Properties", "DBInstanceIdentifier"],
	"aws_rds_cluster": ["cluster_identifier"],
	"aws_db_instance": ["identifier"],
}

_listed(group, list) := [joins.join(group, list, _names)] if value.opaque(object.get(group.node, list, null))

_listed(group, list) := [found |
	some index, _ in value.list(object.get(group.node, list, null))
	found := joins.join(group, array.concat(list, [index]), _names)
] if {
	not value.opaque(object.get(group.node, list, null))
}

_fronting(row) := [target |
	some target in _targets
	some found in target.named
	row.address in found.to
]

_stray := [target |
	some target in _targets
	some found in target.named
	count(found.to) == 0
	found.open
]

_of_databases := [row |
	some database in _databases
	judged := _judged(database)
	row := {
		"state": assessments.hedged(judged.state, _certain(database)),
		"resource": database.address,
		"path": [],
		"defect": judged.defect,
		"message": judged.message,
		"related": judged.related,
	}
]

_certain(row) if {
	row.certain
	row.family != "unknown"
}

_certain(row) := false if not row.certain

_certain(row) := false if row.family == "unknown"

_judged(row) := {
	"state": state,
	"defect": "no-proxy",
	"message": sprintf("%s is reached without RDS Proxy: no proxy of this file has it as a target.", [
		databases.called(row),
	]),
	"related": [],
} if {
	count(_fronting(row)) == 0
	state := assessments.hedged("fail", count(_stray) == 0)
}

_judged(row) := {
	"state": _family_state(families, row.family),
	"defect": "engine-family",
	"message": sprintf("The proxy of %s speaks another engine's protocol: its EngineFamily is '%s'.", [
		databases.called(row),
		concat("', '", sort([shown | some family in families; shown := value.shown(family.value)])),
	]),
	"related": [{"address": family.resource, "path": family.path, "message": "This is the proxy."} |
		some family in families
	],
} if {
	count(_fronting(row)) > 0
	families := [record |
		some target in _fronting(row)
		some address in target.proxy.to
		proxy := input.resources[address]
		record := value.get(proxy, _family_paths[proxy.type])
	]
}

_family_paths := {"AWS::RDS::DBProxy": ["Properties", "EngineFamily"], "aws_db_proxy": ["engine_family"]}

# A proxy that is not in this file may be of any family.
_family_state(families, _) := "pass" if count(families) == 0

_family_state(families, family) := "pass" if {
	count(families) > 0
	count([record | some record in families; settings.text(record, "") == _wanted(family)]) > 0
}

_family_state(families, family) := "open" if {
	count(families) > 0
	count([record | some record in families; settings.text(record, "") == _wanted(family)]) == 0
	_open_family(families, family)
}

_family_state(families, family) := "fail" if {
	count(families) > 0
	count([record | some record in families; settings.text(record, "") == _wanted(family)]) == 0
	not _open_family(families, family)
}

_wanted(family) := lower(object.get(_proxied_as, family, ""))

_open_family(_, family) if family == "unknown"

_open_family(families, _) if {
	some record in families
	value.is_unknown(record)
}

# Tasks that are handed the endpoint of a database itself.
_direct := [edge |
	some task in graph.of_types(_task_types)
	some reference in object.get(task, "references", [])
	reference.path[0] in {"Properties", "container_definitions"}
	_is_endpoint(reference.attribute)
	row := object.get(databases.rows, reference.address, null)
	row != null
	row.service == "rds"
	row.family in object.keys(_proxied_as)
	not row.serverless
	edge := {"task": task, "path": reference.path, "database": row}
]

_is_endpoint(attribute) if {
	some name in ["endpoint", "readendpoint", "reader_endpoint", "address"]
	lower(split(attribute, ".")[0]) == name
}

_direct_tasks := [edge.task | some edge in _direct]

_of_tasks := [row |
	some edge in _direct
	row := {
		"state": "fail",
		"resource": edge.task.address,
		"path": edge.path,
		"defect": sprintf("direct/%s", [edge.database.address]),
		"message": sprintf("'%s' hands its containers the endpoint of %s itself, not that of a proxy.", [
			edge.task.address,
			databases.called(edge.database),
		]),
		"related": [{"address": edge.database.address, "path": [], "message": "This is the database."}],
	}
]

_assessed := array.concat(_of_databases, _of_tasks)

examined contains record if {
	some row in _databases
	some record in databases.evidence(row)
}

examined contains record if {
	some row in _databases
	some target in _fronting(row)
	some path in [
		["Properties", "DBClusterIdentifiers"],
		["Properties", "DBInstanceIdentifiers"],
		["Properties", "DBProxyName"],
		["db_cluster_identifier"],
		["db_instance_identifier"],
		["db_proxy_name"],
	]
	record := value.present(target.resource, path)
	not value.is_absent(record)
}

examined contains record if {
	some row in _databases
	some target in _fronting(row)
	some address in target.proxy.to
	proxy := input.resources[address]
	some path in [_family_paths[proxy.type], ["name"]]
	record := value.present(proxy, path)
	not value.is_absent(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
