# METADATA
# scope: package
# title: Accept database traffic only from the proxy or application security groups on the engine port
# description: |
#   A database that admits address ranges admits every machine that ever gets such an address. Admitting only the
#   security groups of the proxy or the application, on its one port, ties access to what was deployed for it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
# custom:
#   id: NET-012
#   slug: database-ingress-only-from-application
#   family: NET
#   severity: high
#   score: 8.4
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::EC2::PrefixList
#     - AWS::EC2::SecurityGroup
#     - AWS::EC2::SecurityGroupEgress
#     - AWS::EC2::SecurityGroupIngress
#     - AWS::EC2::Subnet
#     - AWS::EC2::VPC
#     - AWS::ECS::Service
#     - AWS::ElastiCache::ReplicationGroup
#     - AWS::Lambda::Function
#     - AWS::RDS::DBCluster
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBProxy
#     - AWS::RDS::DBProxyTargetGroup
#     - AWS::SecretsManager::RotationSchedule
#     - aws_db_instance
#     - aws_db_proxy
#     - aws_db_proxy_target
#     - aws_default_security_group
#     - aws_ec2_managed_prefix_list
#     - aws_ec2_managed_prefix_list_entry
#     - aws_ecs_service
#     - aws_elasticache_replication_group
#     - aws_lambda_function
#     - aws_rds_cluster
#     - aws_secretsmanager_secret_rotation
#     - aws_security_group
#     - aws_security_group_rule
#     - aws_subnet
#     - aws_vpc
#     - aws_vpc_security_group_egress_rule
#     - aws_vpc_security_group_ingress_rule
#     - data.aws_ec2_managed_prefix_list
#     - data.aws_prefix_list
#   subjects:
#     - AWS::EC2::SecurityGroup
#     - AWS::EC2::SecurityGroupIngress
#     - AWS::ElastiCache::ReplicationGroup
#     - AWS::RDS::DBCluster
#     - AWS::RDS::DBInstance
#     - aws_db_instance
#     - aws_default_security_group
#     - aws_elasticache_replication_group
#     - aws_rds_cluster
#     - aws_security_group
#     - aws_security_group_rule
#     - aws_vpc_security_group_ingress_rule
#   params:
#     - name: allow_cidr_sources
#       type: boolean
#       description: Accept private address ranges of 24 bits or longer as sources.
#       default: false
#       presets: {}
#       stricter: "false"
#   packs: [reference-architecture, strict]
#   yields_to: [NET-008, NET-009]
#   frameworks:
#     judged:
#       nist_800_53_r5: ["AC-4", "SC-7(5)", "AC-6"]
#       pci_dss_4.0: ["1.4.4"]
#       iso_27001_2022: ["A.8.22"]
#   cwe: [284, 1327]
#   remediation:
#     cloudformation: "Allow 5432 from the proxy security group only."
#     terraform-plan: "aws_vpc_security_group_ingress_rule with referenced_security_group_id of the proxy."
package policies.net.database_ingress_only_from_application

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.group_sources
import data.policies.lib.network_joins
import data.policies.lib.security_groups
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["NET-012"]

_types := data.tables.database_ingress

# Members of a cluster have the groups of their cluster; a replica may name groups of its own.
_databases := [database |
	some database in graph.of_types(object.keys(_types.databases))
	not _inherits(database)
]

_inherits(database) if {
	some path in _types.databases[database.type].parents
	not value.is_absent(value.present(database, path))
}

_inherits(database) if {
	some path in _types.databases[database.type].sources
	not value.is_absent(value.present(database, path))
	not _groups(database).written
}

_groups(resource) := group_sources.named(resource, _group_path(resource.type))

_group_path(type) := _types.databases[type].groups if type in object.keys(_types.databases)

_group_path(type) := _types.others[type] if type in object.keys(_types.others)

_record(database, what) := value.get(database, _types.databases[database.type][what])

# The port that the database listens on, or null; a replica that does not say has that of its source.
_port(database) := _own_port_of(_speaker(database))

_speaker(database) := array.concat([input.resources[address] |
	value.is_absent(_record(database, "port"))
	value.is_absent(_record(database, "engine"))
	some path in _types.databases[database.type].sources
	some address in graph.referenced(database, path)
	input.resources[address].type in object.keys(_types.databases)
], [database])[0]

_own_port_of(database) := settings.number(_record(database, "port"), _default_port(database)) if {
	not value.is_unknown(_record(database, "port"))
}

_own_port_of(database) := null if value.is_unknown(_record(database, "port"))

_default_port(database) := array.concat([row.port |
	engine := settings.text(_record(database, "engine"), _types.databases[database.type].absent_engine)
	is_string(engine)
	some row in _types.ports
	regex.match(row.pattern, engine)
], [null])[0]

# The proxies of the unit that lead to a database.
_proxies(database) := object.get(_proxies_of, database.address, set())

# Keeps the index without entries defined under regorus; no address is empty.
_proxies_of[""] contains null

_proxies_of[address] contains proxy if {
	some target in graph.of_types(object.keys(_types.targets))
	fields := _types.targets[target.type]
	some path in fields.databases
	some address in graph.referenced(target, path)
	some proxy in graph.referenced(target, fields.proxy)
	input.resources[proxy].type in {"AWS::RDS::DBProxy", "aws_db_proxy"}
}

_proxy_groups(database) := {group |
	some proxy in _proxies(database)
	some group in _groups(input.resources[proxy]).to
}

# Functions that rotate passwords need the database as well.
_rotation_groups := {group |
	some rotation in graph.of_types(object.keys(_types.rotations))
	fields := _types.rotations[rotation.type]
	some group in graph.referenced(rotation, fields.groups)
} | {group |
	some rotation in graph.of_types(object.keys(_types.rotations))
	some function in graph.referenced(rotation, _types.rotations[rotation.type].function)
	input.resources[function].type in object.keys(_types.others)
	some group in _groups(input.resources[function]).to
}

_task_groups := {group |
	some service in graph.of_types(["AWS::ECS::Service", "aws_ecs_service"])
	some group in _groups(service).to
}

_rules := [{"row": row, "database": database} |
	some database in _databases
	some row in group_sources.rules_of(_groups(database).to)
]

_of_rules := [assessed |
	some rule in _rules
	judged := _judged(rule.row, rule.database)
	assessed := object.union(judged, {
		"resource": rule.row.origin,
		"path": rule.row.path,
		"defect": sprintf("database/%s", [rule.row.key]),
		"message": sprintf("%s admits '%s' on %s to database '%s'%s.", [
			security_groups.group_shown(rule.row),
			rule.row.shown,
			security_groups.ports_shown(rule.row),
			rule.database.address,
			judged.tail,
		]),
		"related": [{
			"address": rule.database.address,
			"path": _types.databases[rule.database.type].groups,
			"message": "This database has the security group.",
		}],
	})
]

# What is wrong with a rule: the source first, then the port.
_judged(row, database) := found[0] if {
	found := [one |
		some one in [_of_source(row, database), _port_verdict(row, database)]
		one.state == "fail"
	]
	count(found) > 0
}

_judged(row, database) := found[0] if {
	both := [_of_source(row, database), _port_verdict(row, database)]
	count([one | some one in both; one.state == "fail"]) == 0
	found := array.concat([one | some one in both; one.state == "open"], [{"state": "pass", "tail": ""}])
}

_of_source(row, database) := _through_proxy(row, database) if row.kind in {"group", "self"}

_of_source(row, _) := {"state": "pass", "tail": ""} if _small_block(row)

_of_source(row, _) := {"state": "fail", "tail": ", but only security groups may be sources"} if {
	not row.kind in {"group", "self"}
	not _small_block(row)
	group_sources.from(row, set()) == "no"
}

_of_source(row, _) := {"state": "open", "tail": sprintf("; it cannot be decided: %s", [row.waits])} if {
	not row.kind in {"group", "self"}
	group_sources.from(row, set()) == "open"
}

_small_block(row) if {
	_params.allow_cidr_sources
	row.kind == "cidr"
	is_string(row.source)
	regex.match(`^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.)[0-9.]+/(2[4-9]|3[0-2])$`, row.source)
}

_through_proxy(row, database) := {"state": "pass", "tail": ""} if {
	count(_proxies(database)) == 0
	_named_source(row)
}

_through_proxy(row, database) := {"state": "open", "tail": "; the source is not declared here"} if {
	count(_proxies(database)) == 0
	not _named_source(row)
}

_through_proxy(row, database) := {"state": _past[answer], "tail": _past_tails[answer]} if {
	count(_proxies(database)) > 0
	answer := _past_proxy(row, database)
}

# A reference to a group of another stack is a group all the same.
_named_source(row) if row.kind == "self"

_named_source(row) if {
	row.kind == "group"
	not value.unknown(row.source)
}

_named_source(row) if {
	row.kind == "group"
	value.unknown(row.source)
	count(group_sources.source_of(row).to) > 0
}

_past_proxy(row, database) := group_sources.from(row, _proxy_groups(database) | _rotation_groups)

_past := {"yes": "pass", "no": "fail", "open": "open"}

_past_tails := {
	"yes": "",
	"no": ", past the proxy in front of it",
	"open": "; whether that is the proxy in front of it cannot be decided",
}

# The port that a database gives out itself is its own.
_port_verdict(row, database) := {"state": "pass", "tail": ""} if _own_port(row, database)

_port_verdict(row, database) := _of_port(row, _port(database)) if not _own_port(row, database)

_own_port(row, database) if {
	row.protocol == "tcp"
	value.reference(row.one_port)
	row.one_port["$reference"].address == database.address
	regex.match(`(?i)port$`, row.one_port["$reference"].attribute)
}

_of_port(row, port) := {"state": "pass", "tail": ""} if {
	port != null
	row.protocol == "tcp"
	row.ports == "range"
	row.from == port
	row.to == port
}

_of_port(row, port) := {"state": "open", "tail": "; its ports are not known"} if _undecided_port(row, port)

_of_port(row, port) := {"state": "fail", "tail": tail} if {
	not _undecided_port(row, port)
	not _exactly(row, port)
	tail := sprintf(", which listens on %s only", [_port_text(port)])
}

_port_text(port) := sprintf("port '%d'", [port]) if port != null

_port_text(null) := "one port"

_exactly(row, port) if {
	row.protocol == "tcp"
	row.ports == "range"
	row.from == port
	row.to == port
}

_undecided_port(row, _) if row.protocol == "unknown"

_undecided_port(row, _) if {
	row.protocol == "tcp"
	row.ports == "unknown"
}

# One port is perhaps that of the engine; several, or all, never are.
_undecided_port(row, null) if {
	row.protocol == "tcp"
	row.ports == "range"
	row.from == row.to
}

# What reaches the proxy: only services.
_of_proxies := [assessed |
	some database in _databases
	some proxy in _proxies(database)
	found := _groups(input.resources[proxy])
	some row in group_sources.rules_of(found.to)
	answer := group_sources.from(row, _task_groups)
	assessed := {
		"state": _past[answer],
		"resource": row.origin,
		"path": row.path,
		"defect": sprintf("proxy/%s", [row.key]),
		"message": sprintf("%s admits '%s' to proxy '%s', which only ECS services may use.", [
			security_groups.group_shown(row),
			row.shown,
			proxy,
		]),
		"related": [{"address": proxy, "path": [], "message": "This proxy has the security group."}],
	}
]

_of_groups := [assessed |
	some database in _databases
	found := _groups(database)
	state := _groups_state(database, found)
	assessed := {
		"state": state.name,
		"resource": database.address,
		"path": _types.databases[database.type].groups,
		"defect": "groups",
		"message": sprintf(state.message, [database.address]),
	}
]

_groups_state(_, found) := {"name": "pass", "message": "'%s' names its security groups."} if {
	found.written
	not found.open
}

_groups_state(_, found) := {"name": "open", "message": message} if {
	found.open
	message := concat("", ["Who reaches database '%s' cannot be decided: ", replace(found.why, "%", "%%"), "."])
}

_groups_state(_, found) := state if {
	not found.written
	state := {
		"name": "fail",
		"message": "Database '%s' names no security group, so that it gets the default one of the VPC.",
	}
}

_assessed := array.concat(array.concat(_of_rules, _of_proxies), _of_groups)

subjects contains row.resource if some row in _assessed

examined contains record if {
	some database in _databases
	some what in ["groups", "port", "engine"]
	record := value.present(database, _types.databases[database.type][what])
}

examined contains record if {
	some database in _databases
	fields := _types.databases[database.type]
	some path in array.concat(fields.parents, fields.sources)
	record := value.present(database, path)
	not value.is_unknown(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
