# METADATA
# scope: package
# title: Drop invalid headers and use defensive desync mitigation
# description: |
#   Servers that read a malformed request differently from the load balancer in front of them can be made to see
#   another one: request smuggling. Dropping invalid headers and ambiguous requests takes away the means.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-4
# custom:
#   id: ALB-007
#   slug: alb-header-hygiene
#   family: ALB
#   severity: medium
#   score: 5.6
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - aws_lb
#   subjects:
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - aws_lb
#   params: []
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ELB.4", "ELB.12"]
#     judged:
#       nist_800_53_r5: ["SC-8(2)", "SC-7(4)"]
#       iso_27001_2022: ["A.8.26"]
#   cwe: [444]
#   remediation:
#     cloudformation: "Add Key routing.http.drop_invalid_header_fields.enabled, Value \"true\"."
#     terraform-plan: "drop_invalid_header_fields = true."
#   peers:
#     checkov: [CKV_AWS_131, CKV_AWS_328]
#     trivy: [AWS-0052]
#     guard: [alb_http_drop_invalid_header_enabled]
#     prowler: [elbv2_alb_drop_invalid_header_fields_enabled, elbv2_desync_mitigation_mode]
package policies.alb.alb_header_hygiene

import data.policies.lib.assessments
import data.policies.lib.balancer_attributes
import data.policies.lib.graph
import data.policies.lib.load_balancers
import data.policies.lib.settings
import data.policies.lib.value

_attributes := ["Properties", "LoadBalancerAttributes"]

_plan_paths := {
	"drop": ["drop_invalid_header_fields"],
	"desync": ["desync_mitigation_mode"],
	"type": ["load_balancer_type"],
}

_keys := {
	"drop": "routing.http.drop_invalid_header_fields.enabled",
	"desync": "routing.http.desync_mitigation_mode",
}

_balancers := [balancer |
	some balancer in graph.of_types(["AWS::ElasticLoadBalancingV2::LoadBalancer", "aws_lb"])
	load_balancers.balancers[balancer.address].kind in {"application", "unknown"}
]

_record(balancer, what) := balancer_attributes.get(balancer, _attributes, _keys[what]) if balancer.type != "aws_lb"

_record(balancer, what) := value.get(balancer, _plan_paths[what]) if balancer.type == "aws_lb"

_certain(balancer) if load_balancers.balancers[balancer.address].kind == "application"

_certain(balancer) := false if load_balancers.balancers[balancer.address].kind != "application"

_of_headers := [row |
	some balancer in _balancers
	record := _record(balancer, "drop")
	row := {
		"state": assessments.hedged(settings.must_be_on(record, "off"), _certain(balancer)),
		"resource": balancer.address,
		"path": record.path,
		"defect": "drop-invalid",
		"message": sprintf("Load balancer '%s' passes invalid headers on: '%s' is %s.", [
			balancer.address,
			_keys.drop,
			_shown(record),
		]),
	}
]

_shown(record) := "not set" if value.is_absent(record)

_shown(record) := sprintf("'%s'", [value.shown(record.value)]) if value.is_known(record)

_shown(record) := sprintf("not known: %s", [value.reason(record.value)]) if value.is_unknown(record)

_of_desync := [row |
	some balancer in _balancers
	record := _record(balancer, "desync")
	mode := settings.text(record, "defensive")
	row := {
		"state": assessments.hedged(_mitigation(mode), _certain(balancer)),
		"resource": balancer.address,
		"path": record.path,
		"defect": "desync",
		"message": sprintf("Load balancer '%s' lets ambiguous requests through: '%s' is %s.", [
			balancer.address,
			_keys.desync,
			_shown(record),
		]),
	}
]

_mitigation(mode) := "open" if mode == null

_mitigation(mode) := {true: "pass", false: "fail"}[mode in {"defensive", "strictest"}] if mode != null

_assessed := array.concat(_of_headers, _of_desync)

subjects contains balancer.address if some balancer in _balancers

examined contains record if {
	some balancer in _balancers
	some what in ["drop", "desync"]
	record := _record(balancer, what)
}

examined contains record if {
	some balancer in _balancers
	some path in [_plan_paths.type, ["Properties", "Type"]]
	record := value.present(balancer, path)
	value.is_known(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
