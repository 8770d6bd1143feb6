# METADATA
# scope: package
# title: Enable deletion protection on production load balancers
# description: |
#   A load balancer that is deleted by mistake takes its address and every alias to it along, and comes back with
#   another. Deletion protection makes that two deliberate steps.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-6
# custom:
#   id: ALB-008
#   slug: load-balancer-deletion-protection
#   family: ALB
#   severity: low
#   score: 3.3
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - aws_lb
#   subjects:
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - aws_lb
#   params: []
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ELB.6"]
#       nist_800_53_r5: ["CP-2(5)", "SC-5(2)"]
#       hipaa: ["164.308(a)(1)(ii)(B)", "164.308(a)(7)(i)", "164.308(a)(7)(ii)(C)"]
#     judged:
#       iso_27001_2022: ["A.8.14"]
#   cwe: [1188]
#   remediation:
#     cloudformation: "Key deletion_protection.enabled, Value \"true\"."
#     terraform-plan: "enable_deletion_protection = true."
#   peers:
#     checkov: [CKV_AWS_150]
#     guard: [elb_deletion_protection_enabled]
#     cdk_nag: [NIST.800.53.R5-ELBDeletionProtectionEnabled]
#     prowler: [elbv2_deletion_protection]
package policies.alb.load_balancer_deletion_protection

import data.policies.lib.assessments
import data.policies.lib.balancer_attributes
import data.policies.lib.graph
import data.policies.lib.resource_classes
import data.policies.lib.settings
import data.policies.lib.value

_types := {
	"AWS::ElasticLoadBalancingV2::LoadBalancer": {
		"attributes": ["Properties", "LoadBalancerAttributes"],
		"name": ["Properties", "Name"],
		"tags": ["Properties", "Tags"],
	},
	"aws_lb": {"attributes": ["enable_deletion_protection"], "name": ["name"], "tags": ["tags"]},
}

_class(balancer) := resource_classes.class(balancer, [_types[balancer.type].name])

# What lives for a preview only may go.
_balancers := [balancer |
	some balancer in graph.of_types(object.keys(_types))
	_class(balancer) != "dev"
]

_record(balancer) := record if {
	balancer.type != "aws_lb"
	record := balancer_attributes.get(balancer, _types[balancer.type].attributes, "deletion_protection.enabled")
}

_record(balancer) := value.get(balancer, _types[balancer.type].attributes) if balancer.type == "aws_lb"

_assessed := [row |
	some balancer in _balancers
	record := _record(balancer)
	row := {
		"state": assessments.hedged(settings.must_be_on(record, "off"), _class(balancer) != "unknown"),
		"resource": balancer.address,
		"path": record.path,
		"defect": "deletion-protection",
		"message": sprintf("Load balancer '%s' can be deleted by a single call: deletion protection is %s.", [
			balancer.address,
			_shown(record),
		]),
	}
]

_shown(record) := "not set" if value.is_absent(record)

_shown(record) := sprintf("'%s'", [value.shown(record.value)]) if value.is_known(record)

_shown(record) := sprintf("not known: %s", [value.reason(record.value)]) if value.is_unknown(record)

subjects contains balancer.address if some balancer in _balancers

examined contains record if {
	some balancer in _balancers
	record := _record(balancer)
}

examined contains record if {
	some balancer in _balancers
	some path in [_types[balancer.type].name, _types[balancer.type].tags]
	record := value.present(balancer, path)
	value.is_known(record)
}

examined contains record if {
	some balancer in _balancers
	some record in resource_classes.records(balancer, [_types[balancer.type].name])
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
