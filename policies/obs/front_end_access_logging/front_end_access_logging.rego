# METADATA
# scope: package
# title: Log requests at ALB, CloudFront, API Gateway and S3 front ends
# description: |
#   The log of a front end is what shows who asked for what: the scans before an attack, the requests of it, and
#   whether data left. It cannot be had afterwards.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-5
# custom:
#   id: OBS-002
#   slug: front-end-access-logging
#   family: OBS
#   severity: medium
#   score: 5.3
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::CloudFront::Distribution
#     - AWS::Logs::DeliverySource
#     - AWS::ApiGateway::Stage
#     - AWS::ApiGateway::Deployment
#     - AWS::ApiGatewayV2::Stage
#     - AWS::S3::Bucket
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - aws_lb
#     - aws_cloudfront_distribution
#     - aws_cloudwatch_log_delivery_source
#     - aws_api_gateway_stage
#     - aws_apigatewayv2_stage
#     - aws_s3_bucket_logging
#     - aws_elb
#     - AWS::ElasticLoadBalancingV2::Listener
#     - aws_lb_listener
#     - AWS::CloudTrail::Trail
#     - aws_cloudtrail
#     - AWS::EC2::FlowLog
#     - aws_flow_log
#     - aws_s3_bucket
#     - AWS::S3::BucketPolicy
#     - aws_s3_bucket_policy
#   subjects:
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::CloudFront::Distribution
#     - AWS::ApiGateway::Stage
#     - AWS::ApiGateway::Deployment
#     - AWS::ApiGatewayV2::Stage
#     - AWS::S3::Bucket
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - aws_lb
#     - aws_cloudfront_distribution
#     - aws_api_gateway_stage
#     - aws_apigatewayv2_stage
#     - aws_s3_bucket
#     - aws_elb
#   params:
#     - name: kinds
#       type: list
#       description: "The front ends that must log: alb, nlb (if it ends TLS), clb, cloudfront, apigateway, s3."
#       default: [alb, nlb, clb, cloudfront, apigateway]
#       presets: {strict: [alb, nlb, clb, cloudfront, apigateway, s3]}
#       stricter: longer
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ELB.5", "CloudFront.5", "APIGateway.1", "APIGateway.9", "S3.9"]
#       nist_800_53_r5: ["AU-2b", "AU-12a"]
#       pci_dss_4.0: ["10.2.1", "10.2.1.1", "10.2.1.2", "10.2.1.3", "10.2.1.4", "10.2.1.5", "10.2.1.6"]
#       soc2: ["CC7.2", "A1.2", "CC7.3", "PI1.2"]
#       hipaa: ["164.308(a)(1)(ii)(D)", "164.308(a)(3)(ii)(A)", "164.308(a)(6)(ii)", "164.312(b)", "164.312(e)(2)(i)"]
#       iso_27001_2022: ["A.8.15"]
#   cwe: [778]
#   remediation:
#     cloudformation: "Set the attributes access_logs.s3.enabled: \"true\" and access_logs.s3.bucket; Logging or a
#       delivery source for CloudFront; AccessLogSetting for API Gateway; LoggingConfiguration for buckets."
#     terraform-plan: "Add access_logs { enabled = true bucket = … }; logging_config or a delivery source for
#       CloudFront; access_log_settings for API Gateway; aws_s3_bucket_logging for buckets."
#   peers:
#     checkov: [CKV_AWS_91, CKV_AWS_92, CKV_AWS_86, CKV_AWS_76, CKV_AWS_95, CKV_AWS_18]
#     trivy: [AWS-0010, AWS-0001, AWS-0089]
#     cfn_nag: [W52, W26, W10, W35, W45, W46, W69]
#     guard:
#       [elbv2_access_logging_rule, elb_logging_enabled, cloudfront_accesslogs_enabled,
#        s3_bucket_logging_enabled, api_gw_stage_access_logging_rule, api_gwv2_access_logs_enabled]
#     cdk_nag:
#       [AwsSolutions-ELB2, AwsSolutions-CFR3, AwsSolutions-APIG1, AwsSolutions-S1,
#        NIST.800.53.R5-ELBLoggingEnabled, NIST.800.53.R5-S3BucketLoggingEnabled]
#     prowler:
#       [elbv2_logging_enabled, elb_logging_enabled, cloudfront_distributions_logging_enabled,
#        apigateway_restapi_logging_enabled, apigatewayv2_api_access_logging_enabled,
#        s3_bucket_server_access_logging_enabled]
package policies.obs.front_end_access_logging

import data.policies.lib.assessments
import data.policies.lib.buckets
import data.policies.lib.graph
import data.policies.lib.load_balancers
import data.policies.lib.log_buckets
import data.policies.lib.settings
import data.policies.lib.value

_kinds := data.params["OBS-002"].kinds

# Load balancers: application ones, and network ones that end TLS; the others write no access logs.
_balancers := [balancer |
	some balancer in graph.of_types(["AWS::ElasticLoadBalancingV2::LoadBalancer", "aws_lb"])
	_logged_kind(balancer) in _kinds
]

_logged_kind(balancer) := "alb" if _kind(balancer) in {"application", "unknown"}

_logged_kind(balancer) := "nlb" if {
	_kind(balancer) == "network"
	_has_tls(balancer)
}

_logged_kind(balancer) := "none" if {
	not _kind(balancer) in {"application", "unknown"}
	not _ends_tls(balancer)
}

_ends_tls(balancer) if {
	_kind(balancer) == "network"
	_has_tls(balancer)
}

_kind(balancer) := load_balancers.balancers[balancer.address].kind

# Keeps the index without entries defined under regorus; no address is empty.
_protocols[""] contains null

_protocols[address] contains listener.protocol if {
	some listener in load_balancers.listeners
	address := listener.balancer
	is_string(address)
}

_has_tls(balancer) if count(object.get(_protocols, balancer.address, set()) & {"TLS", "unknown"}) > 0

_certain_kind(balancer) := count(object.get(_protocols, balancer.address, set()) & {"TLS"}) > 0 if {
	_kind(balancer) == "network"
}

_certain_kind(balancer) := _kind(balancer) == "application" if _kind(balancer) != "network"

_attributes := ["Properties", "LoadBalancerAttributes"]

# The switch of a load balancer: an attribute in templates, a block in plans.
_switch(balancer) := value.get(balancer, ["access_logs", 0, "enabled"]) if balancer.type == "aws_lb"

_switch(balancer) := record if {
	balancer.type != "aws_lb"
	found := [index |
		some index, attribute in value.list(object.get(balancer.node, _attributes, null))
		object.get(attribute, "Key", "") == "access_logs.s3.enabled"
	]
	record := _attribute(balancer, found)
}

_attribute(balancer, found) := value.get(balancer, array.concat(_attributes, [found[0], "Value"])) if count(found) > 0

_attribute(balancer, found) := {
	"resource": balancer.address,
	"path": _attributes,
	"state": "unknown",
	"value": open[0],
} if {
	count(found) == 0
	open := _open_attributes(balancer)
	count(open) > 0
}

_attribute(balancer, found) := {
	"resource": balancer.address,
	"path": _attributes,
	"state": "absent",
	"value": null,
} if {
	count(found) == 0
	count(_open_attributes(balancer)) == 0
}

# An undecided list, or an undecided entry of it, may hold the switch.
_open_attributes(balancer) := [written |
	some written in array.concat([object.get(balancer.node, _attributes, null)], _entries(balancer))
	value.opaque(written)
]

_entries(balancer) := array.concat(entries, keys) if {
	entries := value.list(object.get(balancer.node, _attributes, null))
	keys := [key | some entry in entries; is_object(entry); key := object.get(entry, "Key", "")]
}

_of_balancers := [row |
	some balancer in _balancers
	record := _switch(balancer)
	row := {
		"state": assessments.hedged(settings.must_be_on(record, "off"), _certain_kind(balancer)),
		"resource": balancer.address,
		"path": record.path,
		"defect": "access-logs",
		"message": sprintf("Load balancer '%s' writes no access logs: %s.", [balancer.address, _balancer_fact(record)]),
	}
]

_balancer_fact(record) := "'access_logs.s3.enabled' is not set" if {
	value.is_absent(record)
	record.path == _attributes
}

_balancer_fact(record) := settings.fact(record) if not _is_attribute(record)

_is_attribute(record) if {
	value.is_absent(record)
	record.path == _attributes
}

# Classic load balancers: in plans the block alone switches it on.
_classic_paths := {
	"AWS::ElasticLoadBalancing::LoadBalancer": ["Properties", "AccessLoggingPolicy", "Enabled"],
	"aws_elb": ["access_logs", 0, "enabled"],
}

_classics := [balancer | "clb" in _kinds; some balancer in graph.of_types(object.keys(_classic_paths))]

_classic_default(balancer) := "on" if {
	balancer.type == "aws_elb"
	count(value.list(object.get(balancer.node, ["access_logs"], null))) > 0
}

_classic_default(balancer) := "off" if not _has_block(balancer)

_has_block(balancer) if {
	balancer.type == "aws_elb"
	count(value.list(object.get(balancer.node, ["access_logs"], null))) > 0
}

_of_classics := [row |
	some balancer in _classics
	record := value.get(balancer, _classic_paths[balancer.type])
	row := {
		"state": settings.must_be_on(record, _classic_default(balancer)),
		"resource": balancer.address,
		"path": record.path,
		"defect": "access-logs",
		"message": sprintf("Load balancer '%s' writes no access logs: %s.", [balancer.address, settings.fact(record)]),
	}
]

# What is enough to be given: a destination.
_destinations := {
	"AWS::CloudFront::Distribution": {
		"kind": "cloudfront",
		"noun": "Distribution",
		"path": ["Properties", "DistributionConfig", "Logging", "Bucket"],
	},
	"aws_cloudfront_distribution": {
		"kind": "cloudfront",
		"noun": "Distribution",
		"path": ["logging_config", 0, "bucket"],
	},
	"AWS::ApiGateway::Stage": {
		"kind": "apigateway",
		"noun": "Stage",
		"path": ["Properties", "AccessLogSetting", "DestinationArn"],
	},
	"AWS::ApiGatewayV2::Stage": {
		"kind": "apigateway",
		"noun": "Stage",
		"path": ["Properties", "AccessLogSettings", "DestinationArn"],
	},
	"AWS::ApiGateway::Deployment": {"kind": "apigateway", "noun": "The stage of deployment", "path": _described},
	"aws_api_gateway_stage": {
		"kind": "apigateway",
		"noun": "Stage",
		"path": ["access_log_settings", 0, "destination_arn"],
	},
}

_further := {"aws_apigatewayv2_stage": {
	"kind": "apigateway",
	"noun": "Stage",
	"path": ["access_log_settings", 0, "destination_arn"],
}}

_described := ["Properties", "StageDescription", "AccessLogSetting", "DestinationArn"]

_all_destinations := object.union(_destinations, _further)

_fronts := [front |
	some type, facts in _all_destinations
	facts.kind in _kinds
	some front in graph.of_types([type])
	_serves(front)
]

# A deployment serves only when it makes a stage of its own.
_serves(front) if front.type != "AWS::ApiGateway::Deployment"

_serves(front) if {
	front.type == "AWS::ApiGateway::Deployment"
	not value.is_absent(value.present(front, ["Properties", "StageName"]))
}

_of_fronts := [row |
	some front in _fronts
	facts := _all_destinations[front.type]
	record := value.present(front, facts.path)
	row := {
		"state": _with_deliveries(_given(record), front, facts.kind),
		"resource": front.address,
		"path": record.path,
		"defect": "access-logs",
		"message": sprintf("%s '%s' writes no access logs: %s.", [facts.noun, front.address, settings.fact(record)]),
	}
]

_given(record) := "fail" if value.is_absent(record)

_given(record) := "pass" if value.is_known(record)

# A parameter is there, whatever it is; a condition may leave it out.
_given(record) := _by_kind(object.get(record.value, ["$unknown", "kind"], "")) if value.is_unknown(record)

_by_kind(kind) := "open" if kind == "condition"

_by_kind(kind) := "pass" if kind != "condition"

# Newer distributions are the source of a delivery, and say nothing themselves.
_with_deliveries(state, _, kind) := state if kind != "cloudfront"

_with_deliveries(state, _, "cloudfront") := state if state == "pass"

_with_deliveries(state, front, "cloudfront") := "pass" if {
	state != "pass"
	_delivered(front)
}

_with_deliveries(state, front, "cloudfront") := "open" if {
	state != "pass"
	not _delivered(front)
	count(_stray_deliveries) > 0
}

_with_deliveries(state, front, "cloudfront") := state if {
	state != "pass"
	not _delivered(front)
	count(_stray_deliveries) == 0
}

_delivery_paths := {
	"AWS::Logs::DeliverySource": {"of": ["Properties", "ResourceArn"], "type": ["Properties", "LogType"]},
	"aws_cloudwatch_log_delivery_source": {"of": ["resource_arn"], "type": ["log_type"]},
}

_deliveries := [source |
	some source in graph.of_types(object.keys(_delivery_paths))
	settings.text(value.get(source, _delivery_paths[source.type].type), "access_logs") == "access_logs"
]

_delivered(front) if {
	some source in _deliveries
	front.address in graph.referenced(source, _delivery_paths[source.type].of)
}

# A source that refers to no resource of this file may be of any distribution.
_stray_deliveries := [source |
	some source in _deliveries
	path := _delivery_paths[source.type].of
	value.opaque(object.get(source.node, path, null))
	count(graph.referenced(source, path)) == 0
]

# Buckets, except those that take logs.
_bucket_paths := {
	"AWS::S3::Bucket": ["Properties", "LoggingConfiguration"],
	"aws_s3_bucket": ["logging"],
}

_targets := log_buckets.targets | {address |
	some type, paths in {
		"AWS::CloudFront::Distribution": [["Properties", "DistributionConfig", "Logging", "Bucket"]],
		"aws_cloudfront_distribution": [["logging_config"]],
		"AWS::CloudTrail::Trail": [["Properties", "S3BucketName"]],
		"aws_cloudtrail": [["s3_bucket_name"]],
		"AWS::EC2::FlowLog": [["Properties", "LogDestination"]],
		"aws_flow_log": [["log_destination"]],
	}
	some source in graph.of_types([type])
	some path in paths
	some address in graph.referenced(source, path)
}

_buckets := [bucket |
	"s3" in _kinds
	some bucket in graph.of_types(object.keys(_bucket_paths))
	not bucket.address in _targets
]

_part := "aws_s3_bucket_logging"

_of_buckets := [row |
	some bucket in _buckets
	record := value.present(bucket, _bucket_paths[bucket.type])
	row := {
		"state": _with_parts(_given(record), bucket),
		"resource": bucket.address,
		"path": record.path,
		"defect": "access-logs",
		"message": sprintf("Requests to bucket '%s' are not logged.", [bucket.address]),
	}
]

_with_parts(state, _) := state if state != "fail"

_with_parts(state, bucket) := "pass" if {
	state == "fail"
	count(buckets.parts(bucket.address, _part)) > 0
}

_with_parts(state, bucket) := assessments.hedged("fail", count(buckets.unresolved(_part)) == 0) if {
	state == "fail"
	count(buckets.parts(bucket.address, _part)) == 0
}

_assessed := array.concat(array.concat(_of_balancers, _of_classics), array.concat(_of_fronts, _of_buckets))

subjects contains row.resource if some row in _assessed

examined contains record if {
	some balancer in _balancers
	record := _switch(balancer)
}

examined contains record if {
	some balancer in _classics
	some path in [_classic_paths[balancer.type], ["access_logs"]]
	record := value.get(balancer, path)
	not _is_foreign(balancer, path)
}

_is_foreign(balancer, path) if {
	balancer.type != "aws_elb"
	path == ["access_logs"]
}

examined contains record if {
	some front in _fronts
	record := value.present(front, _all_destinations[front.type].path)
}

examined contains record if {
	some front in _fronts
	front.type == "AWS::ApiGateway::Deployment"
	record := value.present(front, ["Properties", "StageName"])
}

examined contains record if {
	some front in _fronts
	some source in _deliveries
	front.address in graph.referenced(source, _delivery_paths[source.type].of)
	some what in ["of", "type"]
	found := value.present(source, _delivery_paths[source.type][what])
	record := object.union(found, {"resource": front.address})
}

examined contains record if {
	some bucket in _buckets
	record := value.present(bucket, _bucket_paths[bucket.type])
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
