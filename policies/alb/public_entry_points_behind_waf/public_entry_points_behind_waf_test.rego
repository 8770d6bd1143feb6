package policies.alb.public_entry_points_behind_waf_test

import data.policies.alb.public_entry_points_behind_waf as policy
import data.policies.lib.network_units_test as units

_params := {"ALB-005": {"accept_cloudfront_waf": false, "extra_entry_points": false}}

_strict := {"ALB-005": {"accept_cloudfront_waf": false, "extra_entry_points": true}}

_trusting := {"ALB-005": {"accept_cloudfront_waf": true, "extra_entry_points": false}}

_verdict(resources, params) := {"deny": deny, "undecided": undecided, "subjects": subjects} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit with data.params as params
	undecided := policy.undecided with input as unit with data.params as params
	subjects := policy.subjects with input as unit with data.params as params
}

_failing(resources) := {violation.resource | some violation in _verdict(resources, _params).deny}

_balancer(properties) := units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", properties)

_association(resource, list) := units.cfn("Association", "AWS::WAFv2::WebACLAssociation", {
	"ResourceArn": resource,
	"WebACLArn": list,
})

test_a_public_load_balancer_needs_an_association if {
	_failing([_balancer({})]) == {"Lb"}
	_failing([_balancer({}), _association(units.ref("Lb"), units.parameter("Acl"))]) == set()
}

test_internal_and_network_load_balancers_and_http_apis_are_not_judged if {
	_verdict([
		_balancer({"Scheme": "internal"}),
		units.cfn("Nlb", "AWS::ElasticLoadBalancingV2::LoadBalancer", {"Type": "network"}),
		units.cfn("HttpApi", "AWS::ApiGatewayV2::Api", {"ProtocolType": "HTTP"}),
	], _params).subjects == set()
}

test_an_association_with_what_is_handed_in_may_be_for_any if {
	verdict := _verdict([_balancer({}), _association(units.parameter("LoadBalancerArn"), "x")], _params)
	verdict.deny == set()
	{question.resource | some question in verdict.undecided} == {"Lb"}
}

test_distributions_name_their_list if {
	_failing([_distribution({"Enabled": true})]) == {"Edge"}
	_failing([_distribution({"Enabled": true, "WebACLId": ""})]) == {"Edge"}
	_failing([_distribution({"Enabled": true, "WebACLId": units.parameter("Acl")})]) == set()
	_failing([_distribution({"Enabled": true, "WebACLId": "arn:aws:wafv2:us-east-1:1:global/webacl/a/b"})]) == set()
	_verdict([_distribution({"Enabled": false})], _params).subjects == set()
}

_distribution(config) := units.cfn("Edge", "AWS::CloudFront::Distribution", {"DistributionConfig": config})

test_waf_classic_fails_by_id_and_by_reference if {
	_failing([_distribution({"Enabled": true, "WebACLId": "473e64fd-f30b-4765-81a0-62ad96dd167a"})]) == {"Edge"}
	old := units.cfn("Old", "AWS::WAF::WebACL", {})
	_failing([_distribution({"Enabled": true, "WebACLId": units.ref("Old")}), old]) == {"Edge"}
	regional := units.tf("aws_wafregional_web_acl_association.a", "aws_wafregional_web_acl_association", {
		"resource_arn": units.ref("aws_lb.l"),
	})
	_failing([units.tf("aws_lb.l", "aws_lb", {}), regional]) == {"aws_lb.l"}
}

_api(kinds) := units.cfn("Api", "AWS::ApiGateway::RestApi", {"EndpointConfiguration": {"Types": kinds}})

_stage(name) := units.cfn(name, "AWS::ApiGateway::Stage", {"RestApiId": units.ref("Api"), "StageName": lower(name)})

test_a_stage_is_named_by_its_api_inside_the_arn if {
	arn := {"$partial": ["arn:aws:apigateway:eu-west-1::/restapis/", units.ref("Api"), "/stages/prod"]}
	verdict := _failing([_api(["REGIONAL"]), _stage("Prod"), _stage("Test"), _association(arn, units.ref("Acl"))])
	verdict == {"Test"}
}

test_stages_of_private_apis_are_not_judged if {
	_verdict([_api(["PRIVATE"]), _stage("Prod")], _params).subjects == set()
}

test_graph_apis_and_user_pools_are_judged_on_demand if {
	extras := [units.cfn("Graph", "AWS::AppSync::GraphQLApi", {}), units.cfn("Users", "AWS::Cognito::UserPool", {})]
	_verdict(extras, _params).subjects == set()
	{violation.resource | some violation in _verdict(extras, _strict).deny} == {"Graph", "Users"}
}

test_a_distribution_stands_in_only_where_nothing_goes_around_it if {
	edge := _distribution({
		"Enabled": true,
		"WebACLId": "arn:aws:wafv2:us-east-1:1:global/webacl/a/b",
		"Origins": [{"DomainName": {"$reference": {"address": "Lb", "attribute": "DNSName"}}}],
	})
	group := units.cfn("Group", "AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [{
		"IpProtocol": "tcp",
		"FromPort": 443,
		"ToPort": 443,
		"SourcePrefixListId": "pl-3b927c52",
	}]})
	resources := [edge, group, _balancer({"SecurityGroups": [units.ref("Group")]})]
	_failing(resources) == {"Lb"}
	_verdict(resources, _trusting).deny == set()
}

_acl(scope) := units.cfn("Acl", "AWS::WAFv2::WebACL", {"Scope": scope})

test_a_list_for_distributions_protects_no_load_balancer if {
	own := _association(units.ref("Lb"), units.ref("Acl"))
	_failing([_balancer({}), own, _acl("CLOUDFRONT")]) == {"Lb"}
	_failing([_balancer({}), own, _acl("REGIONAL")]) == set()
	some violation in _verdict([_balancer({}), own, _acl("CLOUDFRONT")], _params).deny
	contains(violation.message, "'CLOUDFRONT'")
}

test_an_association_under_a_condition_of_its_own_is_unknown if {
	own := units.conditional(_association(units.ref("Lb"), units.ref("Acl")), "WithWaf")
	verdict := _verdict([_balancer({}), own, _acl("REGIONAL")], _params)
	verdict.deny == set()
	{question.resource | some question in verdict.undecided} == {"Lb"}
	together := units.conditional(_balancer({}), "WithWaf")
	_verdict([together, own, _acl("REGIONAL")], _params).undecided == set()
}
