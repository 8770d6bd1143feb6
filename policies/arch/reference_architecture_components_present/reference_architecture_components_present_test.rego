package policies.arch.reference_architecture_components_present_test

import data.policies.arch.reference_architecture_components_present as policy
import data.policies.lib.network_units_test as scan

_unit(name, resources, stages) := object.union(scan.unit(resources), {
	"unit": name,
	"uri": name,
	"unit_facts": {},
	"views": {"delivery_stages": stages},
})

# What is said of one assertion: "pass", "fail" or "unknown".
_outcome(id, units) := "fail" if id in _defects(_result(id, units).deny)

_outcome(id, units) := "unknown" if id in _defects(_result(id, units).undecided)

_outcome(id, units) := "pass" if {
	result := _result(id, units)
	count(result.deny) + count(result.undecided) == 0
	count(result.subjects) == 1
}

_result(id, units) := result if {
	result := policy with input as {"format": "scan", "units": units}
		with data.params as {"ARCH-001": {"assertions": [id]}}
}

_defects(rows) := {row.defect | some row in rows}

_key := scan.cfn("Key", "AWS::KMS::Key", {})

_with(id, resources) := _outcome(id, [_unit("a.yaml", array.concat([_key], resources), [])])

_cfn(id, type, properties) := _with(id, [scan.cfn("R", type, properties)])

_tf(id, type, node) := _with(id, [scan.tf("r.r", type, node)])

test_every_component_that_is_missing_fails_by_itself if {
	every id in {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "A11", "A12", "A14", "A15", "A17"} {
		_with(id, []) == "fail"
	}
	_with("A13", []) == "pass"
}

test_components_of_other_files_count if {
	repository := scan.tf("r.r", "aws_ecr_repository", {})
	_outcome("A7", [_unit("a.yaml", [_key], []), _unit("plan.json", [repository], [])]) == "pass"
}

test_what_other_controls_read_does_not_move_the_place if {
	role := scan.cfn("A", "AWS::IAM::Role", {})
	result := _result("A7", [_unit("a.yaml", [role], []), _unit("b.yaml", [role, _key], [])])
	result.subjects == {{"unit": "b.yaml", "resource": "Key"}}
	without := _result("A7", [_unit("a.yaml", [role], [])])
	without.subjects == {{"unit": "a.yaml", "resource": "A"}}
}

test_without_any_component_there_is_no_subject if {
	result := _result("A7", [])
	result.subjects == set()
	result.deny == set()
}

test_an_alias_must_lead_to_the_distribution if {
	_cfn("A1", "AWS::Route53::RecordSet", {"Type": "A", "AliasTarget": {"HostedZoneId": "Z2FDTNDATAQYW2"}}) == "pass"
	_cfn("A1", "AWS::Route53::RecordSet", {"Type": "A", "AliasTarget": {"DNSName": scan.parameter("Name")}}) == "unknown"
	_cfn("A1", "AWS::Route53::RecordSet", {"Type": "CNAME", "ResourceRecords": ["a.cloudfront.net"]}) == "fail"
	_tf("A1", "aws_route53_record", {"type": "AAAA", "alias": [{"name": "d111.cloudfront.net"}]}) == "pass"
	_tf("A1", "aws_route53_record", {"type": "A", "alias": [{"name": "web.eu-central-1.elb.amazonaws.com"}]}) == "fail"
}

_distribution(origin) := {"DistributionConfig": {"Origins": [origin]}}

test_origins_are_buckets_or_others if {
	bucket := {"DomainName": "ui.s3.amazonaws.com", "S3OriginConfig": {}}
	balancer := {"DomainName": "web.example.com", "CustomOriginConfig": {}}
	_cfn("A2", "AWS::CloudFront::Distribution", _distribution(bucket)) == "pass"
	_cfn("A2", "AWS::CloudFront::Distribution", _distribution(balancer)) == "fail"
	_cfn("A2", "AWS::CloudFront::Distribution", _distribution({"DomainName": scan.parameter("X")})) == "unknown"
	_cfn("A3", "AWS::CloudFront::Distribution", _distribution(balancer)) == "pass"
	_cfn("A3", "AWS::CloudFront::Distribution", _distribution(bucket)) == "fail"
}

test_a_load_balancer_must_face_the_internet if {
	_cfn("A4", "AWS::ElasticLoadBalancingV2::LoadBalancer", {}) == "pass"
	_cfn("A4", "AWS::ElasticLoadBalancingV2::LoadBalancer", {"Scheme": "internal"}) == "fail"
	_cfn("A4", "AWS::ElasticLoadBalancingV2::LoadBalancer", {"Type": "network"}) == "fail"
	_cfn("A4", "AWS::ElasticLoadBalancingV2::LoadBalancer", {"Scheme": scan.parameter("S")}) == "unknown"
	_tf("A4", "aws_lb", {"internal": false, "load_balancer_type": "application"}) == "pass"
	_tf("A4", "aws_lb", {"internal": true, "load_balancer_type": "application"}) == "fail"
}

test_rules_route_by_path if {
	path := {"Field": "path-pattern", "Values": ["/api/*"]}
	_cfn("A5", "AWS::ElasticLoadBalancingV2::ListenerRule", {"Conditions": [path]}) == "pass"
	_cfn("A5", "AWS::ElasticLoadBalancingV2::ListenerRule", {"Conditions": [{"Field": "host-header"}]}) == "fail"
	_tf("A5", "aws_lb_listener_rule", {"condition": [{"path_pattern": [{"values": ["/api/*"]}]}]}) == "pass"
}

test_a_service_needs_a_cluster_and_a_target_group if {
	cluster := scan.cfn("C", "AWS::ECS::Cluster", {})
	service := scan.cfn("S", "AWS::ECS::Service", {"LoadBalancers": [{"TargetGroupArn": "x"}]})
	_with("A6", [cluster, service]) == "pass"
	_with("A6", [service]) == "fail"
	_with("A6", [cluster, scan.cfn("S", "AWS::ECS::Service", {})]) == "fail"
}

test_engines_readers_and_copies_of_databases if {
	_cfn("A8", "AWS::RDS::DBCluster", {"Engine": "aurora-postgresql"}) == "pass"
	_cfn("A8", "AWS::RDS::DBCluster", {"Engine": "aurora-mysql"}) == "fail"
	_cfn("A8", "AWS::RDS::DBInstance", {"Engine": scan.parameter("E")}) == "unknown"
	_cfn("A10", "AWS::RDS::DBInstance", {"SourceDBInstanceIdentifier": "main"}) == "pass"
	_with("A10", [
		scan.cfn("W", "AWS::RDS::DBInstance", {"DBClusterIdentifier": scan.ref("C")}),
		scan.cfn("R", "AWS::RDS::DBInstance", {"DBClusterIdentifier": scan.ref("C")}),
	]) == "pass"
	_with("A10", [scan.cfn("W", "AWS::RDS::DBInstance", {"DBClusterIdentifier": scan.ref("C")})]) == "fail"
	_cfn("A11", "AWS::RDS::DBInstance", {"AutomaticBackupReplicationRegion": "eu-west-1"}) == "pass"
	_tf("A11", "aws_backup_plan", {"rule": [{"copy_action": [{"destination_vault_arn": "x"}]}]}) == "pass"
	_tf("A11", "aws_backup_plan", {"rule": [{"copy_action": []}]}) == "fail"
}

test_blue_green_fails_only_where_it_could_be_said if {
	_tf("A16", "aws_db_instance", {"engine": "postgres", "blue_green_update": [{"enabled": true}]}) == "pass"
	_tf("A16", "aws_db_instance", {"engine": "postgres", "blue_green_update": []}) == "fail"
	_tf("A16", "aws_rds_cluster", {"engine": "aurora-postgresql"}) == "unknown"
	_cfn("A16", "AWS::RDS::DBInstance", {"Engine": "postgres"}) == "unknown"
	_with("A16", []) == "unknown"
}

_stages(certainty, verified) := [{
	"job": "jobs.deploy",
	"certainty": certainty,
	"built": true,
	"tested": true,
	"verified": verified,
}]

_job := {"address": "jobs.deploy", "type": "job", "node": {}}

test_the_delivery_must_be_linked if {
	_outcome("A17", [_unit("a.yml", [_job], _stages("definite", true))]) == "pass"
	_outcome("A17", [_unit("a.yml", [_job], _stages("definite", false))]) == "fail"
	_outcome("A17", [_unit("a.yml", [_job], _stages("probable", true))]) == "unknown"
}

test_what_is_not_scanned_leaves_open if {
	stack := scan.cfn("Data", "AWS::CloudFormation::Stack", {"TemplateURL": "https://example.com/data.yaml"})
	_with("A7", [stack]) == "unknown"
	_with("A17", [stack]) == "fail"
	called := _unit("data.yaml in a.yaml Data", [scan.cfn("K", "AWS::KMS::Key", {})], [])
	_outcome("A7", [_unit("a.yaml", [_key, stack], []), called]) == "fail"
	broken := object.union(_unit("plan.json", [_key], []), {"unit_facts": {"complete": false}})
	_outcome("A7", [broken]) == "unknown"
}

test_a_component_under_an_open_condition_leaves_open if {
	_with("A7", [scan.conditional(scan.cfn("R", "AWS::ECR::Repository", {}), "WithRegistry")]) == "unknown"
}

test_assertions_can_be_left_out if {
	result := policy with input as {"format": "scan", "units": [_unit("a.yaml", [_key], [])]}
		with data.params as {"ARCH-001": {"assertions": ["A13"]}}
	result.deny == set()
}

_stack(url) := scan.cfn("Data", "AWS::CloudFormation::Stack", {"TemplateURL": url})

test_a_stack_is_known_by_the_file_that_its_url_ends_in if {
	beside := object.union(
		_unit("stacks/data.yaml", [scan.cfn("K", "AWS::KMS::Key", {})], []),
		{"format": "cloudformation"},
	)
	place := {"$unknown": {"kind": "parameter", "name": "Bucket", "why": "has no default"}}
	every url in [
		"https://example.com/releases/data.yaml?versionId=1",
		{"$partial": ["https://", place, "/releases/data.yaml"]},
	] {
		_outcome("A7", [_unit("a.yaml", [_key, _stack(url)], []), beside]) == "fail"
	}
	every url in ["https://example.com/other.yaml", {"$partial": ["https://example.com/", place]}, place] {
		_outcome("A7", [_unit("a.yaml", [_key, _stack(url)], []), beside]) == "unknown"
	}
}
