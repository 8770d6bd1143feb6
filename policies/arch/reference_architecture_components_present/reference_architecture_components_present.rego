# METADATA
# scope: package
# title: Declare every component of the reference architecture
# description: |
#   The reference architecture protects as a whole: where its web ACL, its second region or its tested delivery is
#   missing altogether, no control of a single resource has anything to say. What is scanned together is looked at
#   together.
# related_resources:
#   - ref: https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/welcome.html
# custom:
#   id: ARCH-001
#   slug: reference-architecture-components-present
#   family: ARCH
#   severity: medium
#   score: 4.0
#   formats: [cloudformation, terraform-plan, github-workflow]
#   scope: scan
#   resources:
#     - AWS::Backup::BackupPlan
#     - AWS::CloudFormation::Stack
#     - AWS::CloudFront::Distribution
#     - AWS::CloudWatch::Alarm
#     - AWS::ECR::Repository
#     - AWS::ECS::Cluster
#     - AWS::ECS::Service
#     - AWS::ElasticLoadBalancingV2::ListenerRule
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::KMS::Key
#     - AWS::RDS::DBCluster
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBProxy
#     - AWS::RDS::GlobalCluster
#     - AWS::Route53::RecordSet
#     - AWS::S3::Bucket
#     - AWS::SecretsManager::Secret
#     - AWS::WAFv2::WebACL
#     - aws_backup_plan
#     - aws_cloudfront_distribution
#     - aws_cloudwatch_metric_alarm
#     - aws_db_instance
#     - aws_db_instance_automated_backups_replication
#     - aws_db_proxy
#     - aws_ecr_repository
#     - aws_ecs_cluster
#     - aws_ecs_service
#     - aws_kms_key
#     - aws_lb
#     - aws_lb_listener_rule
#     - aws_rds_cluster
#     - aws_rds_cluster_instance
#     - aws_rds_global_cluster
#     - aws_route53_record
#     - aws_s3_bucket
#     - aws_secretsmanager_secret
#     - aws_wafv2_web_acl
#     - job
#     - workflow
#   unit_views: [delivery_stages]
#   params:
#     - name: assertions
#       type: list
#       description: "Which components must be there: A1 to A17, as the messages name them."
#       default: [A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17]
#       stricter: longer
#   packs: [reference-architecture]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-2a", "SA-8"]
#       iso_27001_2022: ["A.8.27"]
#   cwe: [1059]
#   remediation:
#     cloudformation: "Add the resource that the message names, or scan the template that declares it in the same run.
#       What you do not need, take out of the parameter 'assertions'."
#     terraform-plan: "Add the resource that the message names, or scan the plan that declares it in the same run. What
#       you do not need, take out of the parameter 'assertions'."
#     github-workflow: "Give one workflow jobs that build the image, test it, deploy it and verify the deployment, each
#       with needs on the one before."
package policies.arch.reference_architecture_components_present

import data.policies.lib.value

_params := data.params["ARCH-001"]

# Every resource of the scan, by its type: {"unit", "resource"}.
_of(types) := [{"unit": unit, "resource": resource} |
	some unit in input.units
	some type in types
	some resource in object.get(unit.by_type, type, [])
]

_get(one, path) := object.get(one.resource.node, path, null)

# The first path of several at which something stands.
_at(one, paths) := [written | some path in paths; written := _get(one, path); written != null][0]

# What a value refers to, in the unit of the resource.
_referenced_types(one, path) := {type |
	some edge in object.get(one.resource, "references", [])
	array.slice(edge.path, 0, count(path)) == path
	type := object.get(one.unit.resources, [edge.address, "type"], "")
}

_is_certain(one) if object.get(one.resource, "conditional", null) == null

_lower(written) := lower(written) if is_string(written)

_lower(written) := "" if not is_string(written)

_distributions := _of(["AWS::CloudFront::Distribution", "aws_cloudfront_distribution"])

_origins := [{"of": one, "path": path, "origin": origin} |
	some one in _distributions
	some base in [["Properties", "DistributionConfig", "Origins"], ["origin"]]
	some index, origin in _list(_get(one, base))
	is_object(origin)
	path := array.concat(base, [index])
]

_list(written) := written if is_array(written)

_list(written) := [] if not is_array(written)

# Hosted zone of all distributions: Amazon Route 53 API Reference, AliasTarget.
_cloudfront_zone := "Z2FDTNDATAQYW2"

# What each assertion looks for: "what" is missing, and "found" is [[resource, "yes" or "open"]].
_found("A1") := [[one, state] |
	some one in _of(["AWS::Route53::RecordSet", "aws_route53_record"])
	_at(one, [["Properties", "Type"], ["type"]]) in {"A", "AAAA"}
	state := _alias(one)
]

_found("A2") := [[origin.of, _s3(origin)] | some origin in _origins; _s3(origin) != "no"]

_found("A3") := array.concat(
	[[origin.of, _custom[_s3(origin)]] | some origin in _origins; _custom[_s3(origin)]],
	_applications,
)

_found("A4") := _applications

_applications := [[one, state] |
	some one in _of(["AWS::ElasticLoadBalancingV2::LoadBalancer", "aws_lb"])
	state := _facing(one)
]

_found("A5") := [[one, "yes"] |
	some one in _of(["AWS::ElasticLoadBalancingV2::ListenerRule", "aws_lb_listener_rule"])
	_by_path(one)
]

_found("A6") := [[one, state] |
	count(_of(["AWS::ECS::Cluster", "aws_ecs_cluster"])) > 0
	some one in _of(["AWS::ECS::Service", "aws_ecs_service"])
	balancers := _at(one, [["Properties", "LoadBalancers"], ["load_balancer"]])
	state := _filled(balancers)
]

_found("A7") := [[one, "yes"] | some one in _of(["AWS::ECR::Repository", "aws_ecr_repository"])]

_found("A8") := [[one, state] |
	some one in _databases
	state := _postgres(one)
]

_found("A9") := [[one, "yes"] | some one in _of(["AWS::RDS::DBProxy", "aws_db_proxy"])]

_found("A10") := array.concat(_replicas, _readers)

_found("A11") := _copies

_found("A12") := [[one, "yes"] | some one in _of(["AWS::SecretsManager::Secret", "aws_secretsmanager_secret"])]

_found("A13") := [[one, "yes"] | some one in _of(["AWS::KMS::Key", "aws_kms_key"])]

_found("A14") := [[one, "yes"] | some one in _of(["AWS::WAFv2::WebACL", "aws_wafv2_web_acl"])]

_found("A15") := [[one, "yes"] | some one in _of(["AWS::CloudWatch::Alarm", "aws_cloudwatch_metric_alarm"])]

_found("A16") := [[one, state] |
	some one in _of(["aws_db_instance"])
	state := _blue_green(one)
]

_found("A17") := [[{"unit": unit, "resource": object.get(unit.resources, row.job, {})}, state] |
	some unit in input.units
	some row in object.get(unit.views, "delivery_stages", [])
	state := _delivers(row)
]

_alias(one) := "yes" if _to_cloudfront(one)

_alias(one) := "open" if {
	not _to_cloudfront(one)
	value.unknown(_alias_name(one))
}

_alias_name(one) := _at(one, [["Properties", "AliasTarget", "DNSName"], ["alias", 0, "name"]])

_to_cloudfront(one) if {
	_at(one, [["Properties", "AliasTarget", "HostedZoneId"], ["alias", 0, "zone_id"]]) == _cloudfront_zone
}

_to_cloudfront(one) if contains(_lower(_alias_name(one)), "cloudfront.net")

_to_cloudfront(one) if {
	some path in [["Properties", "AliasTarget"], ["alias"]]
	some type in _referenced_types(one, path)
	type in {"AWS::CloudFront::Distribution", "aws_cloudfront_distribution"}
}

# Whether an origin is a bucket: "yes", "no" or "open".
_s3(entry) := "yes" if _is_s3(entry)

_s3(entry) := "no" if {
	not _is_s3(entry)
	_is_custom(entry)
}

_s3(entry) := "open" if {
	not _is_s3(entry)
	not _is_custom(entry)
}

_custom := {"no": "yes", "open": "open"}

_is_s3(entry) if {
	some key in ["S3OriginConfig", "OriginAccessControlId", "origin_access_control_id", "s3_origin_config"]
	written := object.get(entry.origin, key, null)
	not written in {null, ""}
	written != []
}

_is_s3(entry) if {
	some type in _referenced_types(entry.of, entry.path)
	type in {"AWS::S3::Bucket", "aws_s3_bucket"}
}

_is_custom(entry) if {
	some key in ["CustomOriginConfig", "custom_origin_config"]
	written := object.get(entry.origin, key, null)
	written != null
	written != []
}

_facing(one) := "yes" if {
	_is_application(one)
	_scheme(one) == "public"
}

_facing(one) := "open" if {
	_is_application(one)
	_scheme(one) == "open"
}

_is_application(one) if {
	type := object.get(one.resource.node, ["Properties", "Type"], _type_in_plan(one))
	type in {"application", ""}
}

_type_in_plan(one) := object.get(one.resource.node, ["load_balancer_type"], "application")

_scheme(one) := "public" if object.get(one.resource.node, ["Properties", "Scheme"], _scheme_in_plan(one)) in {
	"internet-facing", null,
}

_scheme(one) := "open" if value.opaque(object.get(one.resource.node, ["Properties", "Scheme"], _scheme_in_plan(one)))

_scheme_in_plan(one) := "internal" if _get(one, ["internal"]) == true

_scheme_in_plan(one) := "internet-facing" if _get(one, ["internal"]) in {false, null}

_scheme_in_plan(one) := written if {
	written := _get(one, ["internal"])
	value.opaque(written)
}

_by_path(one) if {
	some condition in _list(_get(one, ["Properties", "Conditions"]))
	_path_condition(condition)
}

_by_path(one) if {
	some condition in _list(_get(one, ["condition"]))
	count(_list(object.get(condition, "path_pattern", null))) > 0
}

_path_condition(condition) if condition.Field == "path-pattern"

_path_condition(condition) if condition.PathPatternConfig

_filled(written) := "yes" if {
	is_array(written)
	count(written) > 0
}

_filled(written) := "open" if value.unknown(written)

_databases := _of(["AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "aws_db_instance", "aws_rds_cluster"])

_engine(one) := _at(one, [["Properties", "Engine"], ["engine"]])

_postgres(one) := "yes" if _lower(_engine(one)) in {"aurora-postgresql", "postgres"}

_postgres(one) := "open" if value.unknown(_engine(one))

# A copy names the database that it follows.
_replicas := [[one, "yes"] |
	some one in _of(["AWS::RDS::DBInstance", "aws_db_instance"])
	_source(one)
]

_source(one) := source if {
	source := _at(one, [["Properties", "SourceDBInstanceIdentifier"], ["replicate_source_db"]])
	source != ""
}

# An Aurora cluster with two instances has a reader, a Multi-AZ cluster has two.
_readers := [[one, "yes"] |
	some one in _members
	cluster := _cluster(one)
	count(_members_of[cluster]) > 1
]

_members := _of(["AWS::RDS::DBInstance", "aws_rds_cluster_instance"])

# The members of each cluster. An index without entries is undefined under regorus; no cluster is called like that.
_members_of["none"] contains "none"

_members_of[cluster] contains one.resource.address if {
	some one in _members
	cluster := _cluster(one)
}

_cluster(one) := cluster if {
	some path in [["Properties", "DBClusterIdentifier"], ["cluster_identifier"]]
	some edge in object.get(one.resource, "references", [])
	edge.path == path
	cluster := sprintf("%s %s", [one.unit.unit, edge.address])
}

_cluster(one) := cluster if {
	some path in [["Properties", "DBClusterIdentifier"], ["cluster_identifier"]]
	written := _get(one, path)
	is_string(written)
	cluster := sprintf("%s %s", [one.unit.unit, written])
	count([edge | some edge in object.get(one.resource, "references", []); edge.path == path]) == 0
}

_copies := array.concat(
	[[one, "yes"] |
		some one in _of([
			"AWS::RDS::GlobalCluster", "aws_db_instance_automated_backups_replication", "aws_rds_global_cluster",
		])
	],
	array.concat(
		[[one, "yes"] |
			some one in _databases
			_copied(one)
		],
		[[one, "yes"] | some one in _of(["AWS::Backup::BackupPlan", "aws_backup_plan"]); _copies_backups(one)],
	),
)

_copied(one) if _get(one, ["Properties", "AutomaticBackupReplicationRegion"]) != null

_copied(one) if startswith(_lower(_source(one)), "arn:")

_copies_backups(one) if {
	some path in [["Properties", "BackupPlan", "BackupPlanRule"], ["rule"]]
	some rule in _list(_get(one, path))
	some key in ["CopyActions", "copy_action"]
	count(_list(object.get(rule, key, null))) > 0
}

_blue_green(one) := "yes" if _get(one, ["blue_green_update", 0, "enabled"]) == true

_blue_green(one) := "open" if value.opaque(_get(one, ["blue_green_update", 0, "enabled"]))

# Without it a PostgreSQL instance of a plan lacks it; for other databases there is nothing to say it with.
_needs_blue_green if {
	count(_databases) > 0
	every one in _databases {
		one.resource.type == "aws_db_instance"
		_lower(_engine(one)) == "postgres"
		not _source(one)
	}
}

_delivers(row) := "yes" if {
	{row.built, row.tested, row.verified} == {true}
	row.certainty == "definite"
}

_delivers(row) := "open" if {
	{row.built, row.tested, row.verified} == {true}
	row.certainty != "definite"
}

_whats := {
	"A1": "an alias record in Route 53 that leads to the CloudFront distribution",
	"A2": "a CloudFront distribution with an S3 bucket as origin",
	"A3": "a CloudFront distribution or public load balancer in front of the API",
	"A4": "an internet-facing application load balancer",
	"A5": "a listener rule that routes by path",
	"A6": "an ECS service behind a target group, in an ECS cluster",
	"A7": "an ECR repository",
	"A8": "a PostgreSQL database (Aurora or RDS)",
	"A9": "an RDS Proxy",
	"A10": "a read replica or Aurora reader",
	"A11": "a copy of the database in another region",
	"A12": "a secret in Secrets Manager",
	"A13": "a customer managed KMS key",
	"A14": "a web ACL (AWS WAF)",
	"A15": "a CloudWatch alarm",
	"A16": "a blue/green update of the database (blue_green_update)",
	"A17": "a workflow that builds the image, tests, deploys and verifies, each waiting for the one before",
}

_sound(id) if {
	some found in _found(id)
	found[1] == "yes"
	_is_certain(found[0])
}

_missing := [id | some id in _params.assertions; _whats[id]; not _sound(id)]

# What may hold the component without showing it.
_doubts(id) := array.concat(
	[sprintf("'%s' may be one", [found[0].resource.address]) | some found in _found(id)],
	[doubt | id != "A17"; some doubt in _unseen],
)

# Stacks whose templates are not in the scan, and plans that are not whole.
_unseen := array.concat(
	[sprintf("the nested stack '%s' of '%s' may declare it, and its template is not known", names) |
		some one in _of(["AWS::CloudFormation::Stack"])
		not _is_scanned(one)
		names := [one.resource.address, one.unit.uri]
	],
	[sprintf("the plan '%s' is not complete", [unit.uri]) |
		some unit in input.units
		object.get(unit, ["unit_facts", "complete"], true) == false
	],
)

_is_scanned(one) if {
	some unit in input.units
	contains(unit.unit, " in ")
	contains(unit.unit, one.resource.address)
	contains(unit.unit, one.unit.uri)
}

# A template that is uploaded before it is deployed is known by the end of its URL; it is judged as a unit of its own.
_is_scanned(one) if {
	name := _file_name(_get(one, ["Properties", "TemplateURL"]))
	some unit in input.units
	unit.format == "cloudformation"
	name == _last(split(unit.uri, "/"))
}

_file_name(written) := _last(split(split(written, "?")[0], "/")) if is_string(written)

_file_name(written) := _last(split(end, "/")) if {
	value.partial(written)
	end := _last(written["$partial"])
	is_string(end)
	contains(end, "/")
}

_last(parts) := parts[count(parts) - 1]

# A place must be a resource: the first one of the first file.
_place := _of_components[0] if count(_of_components) > 0

_place := _of_any[0] if count(_of_components) == 0

_of_components := [{"unit": unit.unit, "resource": sort(addresses)[0]} |
	some unit in input.units
	addresses := {resource.address | some type in _components; some resource in object.get(unit.by_type, type, [])}
	count(addresses) > 0
]

_of_any := [{"unit": unit.unit, "resource": sort(object.keys(unit.resources))[0]} |
	some unit in input.units
	count(unit.resources) > 0
]

# The types of this control: what other controls have read must not move the place.
_components := {
	"AWS::Backup::BackupPlan",
	"AWS::CloudFormation::Stack",
	"AWS::CloudFront::Distribution",
	"AWS::CloudWatch::Alarm",
	"AWS::ECR::Repository",
	"AWS::ECS::Cluster",
	"AWS::ECS::Service",
	"AWS::ElasticLoadBalancingV2::ListenerRule",
	"AWS::ElasticLoadBalancingV2::LoadBalancer",
	"AWS::KMS::Key",
	"AWS::RDS::DBCluster",
	"AWS::RDS::DBInstance",
	"AWS::RDS::DBProxy",
	"AWS::RDS::GlobalCluster",
	"AWS::Route53::RecordSet",
	"AWS::S3::Bucket",
	"AWS::SecretsManager::Secret",
	"AWS::WAFv2::WebACL",
	"aws_backup_plan",
	"aws_cloudfront_distribution",
	"aws_cloudwatch_metric_alarm",
	"aws_db_instance",
	"aws_db_instance_automated_backups_replication",
	"aws_db_proxy",
	"aws_ecr_repository",
	"aws_ecs_cluster",
	"aws_ecs_service",
	"aws_kms_key",
	"aws_lb",
	"aws_lb_listener_rule",
	"aws_rds_cluster",
	"aws_rds_cluster_instance",
	"aws_rds_global_cluster",
	"aws_route53_record",
	"aws_s3_bucket",
	"aws_secretsmanager_secret",
	"aws_wafv2_web_acl",
	"job",
	"workflow",
}

subjects contains _place

examined contains record if {
	count(_missing) == 0
	record := object.union(_place, {"path": [], "state": "known", "value": "every component"})
}

deny contains violation if {
	some id in _missing
	count(_doubts(id)) == 0
	_can_fail(id)
	violation := object.union(_place, {
		"path": [],
		"defect": id,
		"message": sprintf("%s: nothing that was scanned declares %s. Add it, or scan the file that declares it too.", [
			id,
			_whats[id],
		]),
	})
}

undecided contains question if {
	some id in _missing
	some doubt in array.concat(_doubts(id), _silence(id))
	question := object.union(_place, {
		"path": [],
		"defect": id,
		"message": sprintf("%s: it cannot be decided whether there is %s: %s.", [id, _whats[id], doubt]),
	})
}

_can_fail(id) if id != "A16"

_can_fail(id) if {
	id == "A16"
	_needs_blue_green
}

_silence(id) := ["CloudFormation and Aurora clusters cannot say it"] if {
	id == "A16"
	not _needs_blue_green
}

_silence(id) := [] if _can_fail(id)
