package policies.obs.front_end_access_logging_test

import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units
import data.policies.obs.front_end_access_logging

_all := ["alb", "nlb", "clb", "cloudfront", "apigateway", "s3"]

_judge(resources, kinds) := result if {
	result := front_end_access_logging with input as scan.unit(resources)
		with data.params as {"OBS-002": {"kinds": kinds}}
}

_outcome(resources) := units.outcome(_judge(resources, _all), resources[0].address)

_balancer(properties) := scan.cfn("L", "AWS::ElasticLoadBalancingV2::LoadBalancer", properties)

_attribute(text) := {"LoadBalancerAttributes": [{"Key": "access_logs.s3.enabled", "Value": text}]}

test_a_load_balancer_logs_only_when_told if {
	_outcome([_balancer({})]) == "fail"
	_outcome([_balancer(_attribute("true"))]) == "pass"
	_outcome([_balancer(_attribute("false"))]) == "fail"
	_outcome([_balancer(_attribute(scan.parameter("Logs")))]) == "unknown"
	_outcome([_balancer({"LoadBalancerAttributes": scan.parameter("Attributes")})]) == "unknown"
}

test_the_block_of_a_planned_load_balancer_is_off_by_itself if {
	_outcome([scan.tf("aws_lb.l", "aws_lb", {"access_logs": [{"bucket": "logs"}]})]) == "fail"
	_outcome([scan.tf("aws_lb.l", "aws_lb", {"access_logs": [{"bucket": "logs", "enabled": true}]})]) == "pass"
}

test_the_block_of_a_planned_classic_one_is_on_by_itself if {
	_outcome([scan.tf("aws_elb.l", "aws_elb", {"access_logs": [{"bucket": "logs"}]})]) == "pass"
	_outcome([scan.tf("aws_elb.l", "aws_elb", {"access_logs": [{"bucket": "logs", "enabled": false}]})]) == "fail"
	_outcome([scan.tf("aws_elb.l", "aws_elb", {})]) == "fail"
	_outcome([scan.cfn("L", "AWS::ElasticLoadBalancing::LoadBalancer", {"AccessLoggingPolicy": {}})]) == "fail"
}

_listener(protocol) := scan.cfn("N", "AWS::ElasticLoadBalancingV2::Listener", {
	"LoadBalancerArn": scan.ref("L"),
	"Protocol": protocol,
})

test_network_load_balancers_log_only_tls if {
	_outcome([_balancer({"Type": "network"}), _listener("TCP")]) == ""
	_outcome([_balancer({"Type": "network"}), _listener("TLS")]) == "fail"
	_outcome([_balancer({"Type": "gateway"})]) == ""
}

_distribution(configuration) := scan.cfn("D", "AWS::CloudFront::Distribution", {"DistributionConfig": configuration})

_source(of) := scan.cfn("S", "AWS::Logs::DeliverySource", {"ResourceArn": of, "LogType": "ACCESS_LOGS"})

test_a_distribution_logs_itself_or_by_a_delivery if {
	_outcome([_distribution({})]) == "fail"
	_outcome([_distribution({"Logging": {"Bucket": scan.ref("B")}})]) == "pass"
	arn := {"$partial": ["arn:aws:cloudfront::", scan.parameter("Account"), ":distribution/", scan.ref("D")]}
	_outcome([_distribution({}), _source(arn)]) == "pass"
	_outcome([_distribution({}), _source(scan.parameter("Arn"))]) == "unknown"
}

test_a_delivery_of_other_logs_does_not_count if {
	other := scan.cfn("S", "AWS::Logs::DeliverySource", {"ResourceArn": scan.ref("D"), "LogType": "WAF_LOGS"})
	_outcome([_distribution({}), other]) == "fail"
}

test_stages_need_a_destination if {
	_outcome([scan.cfn("S", "AWS::ApiGateway::Stage", {})]) == "fail"
	given := {"AccessLogSetting": {"DestinationArn": scan.parameter("Arn")}}
	_outcome([scan.cfn("S", "AWS::ApiGateway::Stage", given)]) == "pass"
	second := {"AccessLogSettings": {"DestinationArn": scan.ref("G")}}
	_outcome([scan.cfn("S", "AWS::ApiGatewayV2::Stage", second)]) == "pass"
	_outcome([scan.tf("aws_apigatewayv2_stage.s", "aws_apigatewayv2_stage", {})]) == "fail"
}

test_a_deployment_counts_when_it_makes_a_stage if {
	_outcome([scan.cfn("D", "AWS::ApiGateway::Deployment", {})]) == ""
	_outcome([scan.cfn("D", "AWS::ApiGateway::Deployment", {"StageName": "prod"})]) == "fail"
	described := {"StageName": "prod", "StageDescription": {"AccessLogSetting": {"DestinationArn": "arn"}}}
	_outcome([scan.cfn("D", "AWS::ApiGateway::Deployment", described)]) == "pass"
}

_bucket := scan.cfn("B", "AWS::S3::Bucket", {})

test_buckets_count_only_where_asked if {
	_outcome([_bucket]) == "fail"
	_judge([_bucket], ["alb"]).subjects == set()
	_outcome([scan.cfn("B", "AWS::S3::Bucket", {"LoggingConfiguration": {"DestinationBucketName": "logs"}})]) == "pass"
}

test_buckets_that_take_logs_are_not_judged if {
	_outcome([_bucket, _distribution({"Logging": {"Bucket": scan.ref("B")}})]) == ""
	_outcome([_bucket, scan.cfn("T", "AWS::CloudTrail::Trail", {"S3BucketName": scan.ref("B")})]) == ""
}

test_the_logging_of_a_planned_bucket_is_a_resource if {
	bucket := scan.tf("aws_s3_bucket.b", "aws_s3_bucket", {"bucket": "b"})
	own := scan.tf("aws_s3_bucket_logging.b", "aws_s3_bucket_logging", {
		"bucket": scan.ref("aws_s3_bucket.b"),
		"target_bucket": "logs",
	})
	_outcome([bucket, own]) == "pass"
	_outcome([bucket]) == "fail"
}
