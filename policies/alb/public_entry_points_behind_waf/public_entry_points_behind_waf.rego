# METADATA
# scope: package
# title: Associate a WAF web ACL with every public entry point
# description: |
#   What is public is attacked within minutes: injections, known exploits, floods. A web ACL in front stops most of it
#   before it reaches the application, and shows who tried.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-16
# custom:
#   id: ALB-005
#   slug: public-entry-points-behind-waf
#   family: ALB
#   severity: medium
#   score: 6.5
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ApiGateway::RestApi
#     - AWS::ApiGateway::Stage
#     - AWS::AppSync::GraphQLApi
#     - AWS::CloudFront::Distribution
#     - AWS::CloudFront::VpcOrigin
#     - AWS::Cognito::UserPool
#     - AWS::EC2::PrefixList
#     - AWS::EC2::SecurityGroup
#     - AWS::EC2::SecurityGroupEgress
#     - AWS::EC2::SecurityGroupIngress
#     - AWS::EC2::Subnet
#     - AWS::EC2::VPC
#     - AWS::ECS::Service
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::ListenerRule
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::TargetGroup
#     - AWS::WAF::WebACL
#     - AWS::WAFRegional::WebACL
#     - AWS::WAFRegional::WebACLAssociation
#     - AWS::WAFv2::WebACL
#     - AWS::WAFv2::WebACLAssociation
#     - aws_api_gateway_rest_api
#     - aws_api_gateway_stage
#     - aws_appsync_graphql_api
#     - aws_cloudfront_distribution
#     - aws_cloudfront_vpc_origin
#     - aws_cognito_user_pool
#     - aws_default_security_group
#     - aws_ec2_managed_prefix_list
#     - aws_ec2_managed_prefix_list_entry
#     - aws_ecs_service
#     - aws_elb
#     - aws_lb
#     - aws_lb_listener
#     - aws_lb_listener_rule
#     - aws_lb_target_group
#     - aws_security_group
#     - aws_security_group_rule
#     - aws_subnet
#     - aws_vpc
#     - aws_vpc_security_group_egress_rule
#     - aws_vpc_security_group_ingress_rule
#     - aws_waf_web_acl
#     - aws_wafregional_web_acl
#     - aws_wafregional_web_acl_association
#     - aws_wafv2_web_acl
#     - aws_wafv2_web_acl_association
#     - data.aws_ec2_managed_prefix_list
#     - data.aws_prefix_list
#   subjects:
#     - AWS::ApiGateway::Stage
#     - AWS::AppSync::GraphQLApi
#     - AWS::CloudFront::Distribution
#     - AWS::Cognito::UserPool
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - aws_api_gateway_stage
#     - aws_appsync_graphql_api
#     - aws_cloudfront_distribution
#     - aws_cognito_user_pool
#     - aws_lb
#   params:
#     - name: accept_cloudfront_waf
#       type: boolean
#       description: Accept the web ACL of a distribution for a load balancer that only it can reach.
#       default: false
#       presets: {}
#       stricter: "false"
#     - name: extra_entry_points
#       type: boolean
#       description: Judge GraphQL APIs and user pools too.
#       default: false
#       presets: {strict: true}
#       stricter: "true"
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ELB.16", "CloudFront.6", "APIGateway.4"]
#       nist_800_53_r5: ["AC-4(21)"]
#       pci_dss_4.0: ["6.4.2", "1.2.8", "1.3.1", "1.3.2", "1.4.1", "1.4.2", "1.4.4"]
#     judged:
#       nist_800_53_r5: ["SC-7"]
#       soc2: ["CC6.6"]
#       iso_27001_2022: ["A.8.20", "A.8.26"]
#   cwe: [693]
#   remediation:
#     cloudformation: "Add AWS::WAFv2::WebACLAssociation with ResourceArn: !Ref LoadBalancer."
#     terraform-plan: "Add aws_wafv2_web_acl_association."
#   peers:
#     checkov: [CKV2_AWS_28, CKV_AWS_68, CKV2_AWS_29, CKV2_AWS_33]
#     trivy: [AWS-0011]
#     guard: [alb_waf_enabled, cloudfront_associated_with_waf]
#     cdk_nag:
#       [NIST.800.53.R5-ALBWAFEnabled, NIST.800.53.R5-APIGWAssociatedWithWAF, AwsSolutions-CFR2,
#        AwsSolutions-APIG3]
#     prowler:
#       [elbv2_waf_acl_attached, cloudfront_distributions_using_waf, apigateway_restapi_waf_acl_attached,
#        cognito_user_pool_waf_acl_attached]
package policies.alb.public_entry_points_behind_waf

import data.policies.lib.assessments
import data.policies.lib.entry_points
import data.policies.lib.graph
import data.policies.lib.network_joins
import data.policies.lib.value

_params := data.params["ALB-005"]

_association_paths := {
	"AWS::WAFv2::WebACLAssociation": {"resource": ["Properties", "ResourceArn"], "list": ["Properties", "WebACLArn"]},
	"aws_wafv2_web_acl_association": {"resource": ["resource_arn"], "list": ["web_acl_arn"]},
	"AWS::WAFRegional::WebACLAssociation": {"resource": ["Properties", "ResourceArn"], "list": ["Properties", "WebACLId"]},
	"aws_wafregional_web_acl_association": {"resource": ["resource_arn"], "list": ["web_acl_id"]},
}

_distribution_paths := {
	"AWS::CloudFront::Distribution": ["Properties", "DistributionConfig", "WebACLId"],
	"aws_cloudfront_distribution": ["web_acl_id"],
}

_scope_paths := {"AWS::WAFv2::WebACL": ["Properties", "Scope"], "aws_wafv2_web_acl": ["scope"]}

_classic_types := ["AWS::WAF::WebACL", "AWS::WAFRegional::WebACL", "aws_waf_web_acl", "aws_wafregional_web_acl"]

_associations := [{"resource": association, "paths": paths} |
	some type, paths in _association_paths
	some association in graph.of_types([type])
]

_points := entry_points.public(_params.extra_entry_points)

# Associations that name an entry point: by any reference in the ARN that they put together, or by the ARN itself.
_own(point) := [_associations[index] | some index in _own_indices[point.address]]

_own_indices := {point.address: indices |
	some point in _points
	indices := {index |
		some index in _candidates(point)
		_names(_associations[index], point)
	}
}

_candidates(point) := {index |
	some address in entry_points.spoken_for(point)
	some index in object.get(_by_reference, address, set())
} | object.get(_by_text, object.get(point.resource.node, "arn", ""), set())

# Keeps an index without entries defined under regorus; no address is empty.
_by_reference[""] contains null

_by_reference[address] contains index if {
	some index, association in _associations
	some address in graph.referenced(association.resource, association.paths.resource)
}

# Keeps the index without entries defined under regorus; an ARN never is this.
_by_text["-"] contains null

_by_text[text] contains index if {
	some index, association in _associations
	text := object.get(association.resource.node, association.paths.resource, null)
	is_string(text)
}

_names(association, point) if entry_points.named_by(point, association.resource, association.paths.resource)

_names(association, point) if {
	text := object.get(association.resource.node, association.paths.resource, null)
	is_string(text)
	text == object.get(point.resource.node, "arn", "")
}

# Associations with what the unit does not declare may be with any entry point.
_stray := [association |
	some index, association in _associations
	value.unknown(object.get(association.resource.node, association.paths.resource, null))
	not index in _named
	not _elsewhere(association)
]

_named := {index | some indices in _own_indices; some index in indices}

# What names a resource of the unit that is no public entry point is decided.
_elsewhere(association) if {
	some address in graph.referenced(association.resource, association.paths.resource)
	type := object.get(input.resources, [address, "type"], "")
	type in entry_points.types
}

_of_associated := [row |
	some point in _points
	not point.distribution
	row := _row(point, _judged(point, _own(point)), [])
]

_judged(point, []) := {"state": "fail", "message": "is public, and no web ACL is associated with it"} if {
	count(_stray) == 0
	not _behind_distribution(point)
}

_judged(_, []) := {"state": "open", "message": message} if {
	count(_stray) > 0
	message := sprintf("is public; whether '%s' gives it a web ACL cannot be decided", [_stray[0].resource.address])
}

_judged(point, []) := {"state": "pass", "message": "is behind a distribution with a web ACL"} if {
	count(_stray) == 0
	_behind_distribution(point)
}

_judged(point, own) := _best(judged) if {
	count(own) > 0
	judged := [found | some one in own; found := _of_association(point, one)]
}

# One association that protects is enough.
_best(judged) := best[0] if {
	best := [found | some state in ["pass", "open", "fail"]; some found in judged; found.state == state]
}

_of_association(_, association) := {
	"state": "fail",
	"message": "is protected by WAF Classic only, now retired",
} if {
	_is_classic(association)
}

# WAF refuses to associate a list of that scope with anything.
_of_association(_, association) := {
	"state": "fail",
	"message": sprintf("is associated with '%s', whose scope is 'CLOUDFRONT': it can protect distributions only", [list]),
} if {
	not _is_classic(association)
	some list in _for_distributions(association)
}

_of_association(point, association) := {"state": "pass", "message": "has a web ACL"} if {
	not _is_classic(association)
	count(_for_distributions(association)) == 0
	network_joins.together(association.resource, point.resource)
}

_of_association(point, association) := {"state": "open", "message": message} if {
	not _is_classic(association)
	count(_for_distributions(association)) == 0
	not network_joins.together(association.resource, point.resource)
	message := sprintf("is public; whether '%s' is made, and gives it a web ACL, cannot be decided", [
		association.resource.address,
	])
}

# The list of an association, where it can protect distributions only.
_for_distributions(association) := {list |
	found := network_joins.join(association.resource, association.paths.list, object.keys(_scope_paths))
	network_joins.exact(found)
	some list in found.to
	scope := value.get(input.resources[list], _scope_paths[input.resources[list].type])
	scope.value == "CLOUDFRONT"
}

_is_classic(association) if association.resource.type in {
	"AWS::WAFRegional::WebACLAssociation",
	"aws_wafregional_web_acl_association",
}

_is_classic(association) if {
	count(network_joins.join(association.resource, association.paths.list, _classic_types).to) > 0
}

# Only an own distribution with a web ACL, and nothing around it, stands in for one.
_behind_distribution(point) if {
	_params.accept_cloudfront_waf
	way := entry_points.behind_cloudfront(point.address)
	way.state == "pass"
	some distribution in way.distributions
	_list_state(input.resources[distribution]).state == "pass"
}

_of_distributions := [row |
	some point in _points
	point.distribution
	row := _row(point, _list_state(point.resource), _distribution_paths[point.resource.type])
]

_list_state(distribution) := found if {
	record := value.present(distribution, _distribution_paths[distribution.type])
	found := _list_of(distribution, record)
}

_list_of(_, record) := {"state": "fail", "message": "is public and names no web ACL"} if _without(record)

_list_of(distribution, record) := {"state": "fail", "message": "names a web ACL of WAF Classic, now retired"} if {
	not _without(record)
	_names_classic(distribution, record)
}

_list_of(distribution, record) := {"state": "pass", "message": "names a web ACL"} if {
	not _without(record)
	not _names_classic(distribution, record)
	not _perhaps_absent(record)
}

_list_of(distribution, record) := {"state": "open", "message": "may name no web ACL"} if {
	not _without(record)
	not _names_classic(distribution, record)
	_perhaps_absent(record)
}

_without(record) if value.is_absent(record)

_without(record) if record.value == ""

# A parameter or an import is taken for a web ACL; what depends on a condition may be nothing at all.
_perhaps_absent(record) if {
	value.is_unknown(record)
	value.unknown(record.value)
	object.get(record.value["$unknown"], "kind", "") == "condition"
}

_names_classic(_, record) if {
	is_string(record.value)
	record.value != ""
	not regex.match(`^arn:aws[^:]*:wafv2:`, record.value)
}

_names_classic(distribution, record) if {
	count(network_joins.join(distribution, record.path, _classic_types).to) > 0
}

_row(point, judged, path) := {
	"state": assessments.hedged(judged.state, point.certain),
	"resource": point.address,
	"path": path,
	"defect": "web-acl",
	"message": sprintf("%s '%s' %s.", [point.noun, point.address, judged.message]),
}

_assessed := array.concat(_of_associated, _of_distributions)

subjects contains row.resource if some row in _assessed

examined contains record if {
	some point in _points
	some path in point.evidence
	record := value.present(point.resource, path)
}

examined contains record if {
	some type, path in _distribution_paths
	some distribution in graph.of_types([type])
	distribution.address in subjects
	record := value.present(distribution, path)
}

examined contains record if {
	some type, path in _scope_paths
	some list in graph.of_types([type])
	record := value.present(list, path)
	value.is_known(record)
}

examined contains record if {
	some association in _associations
	some path in [association.paths.resource, association.paths.list]
	record := value.present(association.resource, path)
	value.is_known(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
