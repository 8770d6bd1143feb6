# METADATA
# scope: package
# title: Health-check targets at /health every 30 s with two healthy counts, without stickiness
# description: |
#   A health check that asks for the start page, seldom or with five tries finds broken tasks late and new ones later
#   still. Stickiness ties clients to a task that may be gone.
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
# custom:
#   id: ALB-009
#   slug: target-group-health-contract
#   family: ALB
#   severity: medium
#   score: 4.8
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ECS::Service
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::ListenerRule
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::TargetGroup
#     - aws_ecs_service
#     - aws_elb
#     - aws_lb
#     - aws_lb_listener
#     - aws_lb_listener_rule
#     - aws_lb_target_group
#   subjects:
#     - AWS::ElasticLoadBalancingV2::TargetGroup
#     - aws_lb_target_group
#   params:
#     - name: path_regex
#       type: string
#       description: What the path of a health check must match.
#       default: "^/health(z|/.*)?$"
#       presets: {}
#       stricter: ["^/health(z|/.*)?$"]
#     - name: max_interval
#       type: integer
#       description: The most seconds between two health checks.
#       default: 30
#       presets: {}
#       stricter: lower
#     - name: healthy_threshold
#       type: integer
#       description: After how many good checks a target must be healthy.
#       default: 2
#       presets: {}
#       stricter: lower
#     - name: forbid_stickiness
#       type: boolean
#       description: Demand that no target group ties clients to a target.
#       default: true
#       presets: {}
#       stricter: "true"
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SC-6", "SI-13(5)"]
#       iso_27001_2022: ["A.8.14", "A.8.16"]
#   cwe: [754]
#   remediation:
#     cloudformation: "HealthCheckPath: /health, HealthCheckIntervalSeconds: 30, HealthyThresholdCount: 2."
#     terraform-plan: "Write a health_check with path = \"/health\", interval = 30, healthy_threshold = 2."
#   peers:
#     checkov: [CKV_AWS_261]
package policies.alb.target_group_health_contract

import data.policies.lib.assessments
import data.policies.lib.balancer_attributes
import data.policies.lib.graph
import data.policies.lib.settings
import data.policies.lib.traffic
import data.policies.lib.value

_params := data.params["ALB-009"]

# Where a target group says it, and what the service or the provider puts in the place of what is not said.
_types := {
	"AWS::ElasticLoadBalancingV2::TargetGroup": {
		"enabled": ["Properties", "HealthCheckEnabled"],
		"path": ["Properties", "HealthCheckPath"],
		"interval": ["Properties", "HealthCheckIntervalSeconds"],
		"threshold": ["Properties", "HealthyThresholdCount"],
		"stickiness": ["Properties", "TargetGroupAttributes"],
		"target": ["Properties", "TargetType"],
		"protocol": ["Properties", "Protocol"],
		"absent_threshold": 5,
	},
	"aws_lb_target_group": {
		"enabled": ["health_check", 0, "enabled"],
		"path": ["health_check", 0, "path"],
		"interval": ["health_check", 0, "interval"],
		"threshold": ["health_check", 0, "healthy_threshold"],
		"stickiness": ["stickiness", 0, "enabled"],
		"target": ["target_type"],
		"protocol": ["protocol"],
		"absent_threshold": 3,
	},
}

_record(group, what) := value.get(group, _types[group.type][what])

_stickiness(group) := balancer_attributes.get(group, _types[group.type].stickiness, "stickiness.enabled") if {
	group.type != "aws_lb_target_group"
}

_stickiness(group) := _record(group, "stickiness") if group.type == "aws_lb_target_group"

# Only what serves: a group that nothing in the scan uses is judged nowhere.
_groups := [group |
	some group in graph.of_types(object.keys(_types))
	row := traffic.groups[group.address]
	count(row.listeners) + count(row.rules) + count(row.services) > 0
	not _of_another_kind(group)
]

_of_another_kind(group) if settings.text(_record(group, "target"), "instance") in {"lambda", "alb"}

_of_another_kind(group) if {
	settings.text(_record(group, "protocol"), "") in {"tcp", "udp", "tcp_udp", "tls", "quic", "tcp_quic", "geneve"}
}

_certain(group) if {
	settings.text(_record(group, "target"), "instance") != null
	settings.text(_record(group, "protocol"), "") != null
}

# Each clause of the contract: {"state", "path", "message"}.
_clauses(group) := [
	_enabled(_record(group, "enabled")),
	_health_path(_record(group, "path")),
	_interval(_record(group, "interval")),
	_threshold(_record(group, "threshold"), _types[group.type].absent_threshold),
	_sticky(_stickiness(group)),
]

_enabled(record) := {
	"state": settings.must_be_on(record, "on"),
	"path": record.path,
	"message": "its health check is switched off",
}

_health_path(record) := {"state": state, "path": record.path, "message": message} if {
	text := _text(record)
	state := _matches(text)
	message := sprintf("its health check asks for %s, and the path must match '%s'", [
		_shown_path(text),
		_params.path_regex,
	])
}

# A path keeps its case.
_text(record) := "/" if value.is_absent(record)

_text(record) := null if value.is_unknown(record)

_text(record) := sprintf("%v", [record.value]) if value.is_known(record)

_matches(text) := "open" if text == null

_matches(text) := {true: "pass", false: "fail"}[regex.match(_params.path_regex, text)] if text != null

_shown_path(text) := "a path that is not known" if text == null

_shown_path(text) := sprintf("'%s'", [text]) if text != null

_shown_number(number) := "a number that is not known of" if number == null

_shown_number(number) := sprintf("%v", [number]) if number != null

_interval(record) := {
	"state": settings.at_most(record, _params.max_interval, 30),
	"path": record.path,
	"message": sprintf("it is checked every %s seconds, and at most %v are allowed", [
		_shown_number(settings.number(record, 30)),
		_params.max_interval,
	]),
}

_threshold(record, absent) := {"state": state, "path": record.path, "message": message} if {
	number := settings.number(record, absent)
	state := _equals(number)
	message := sprintf("a target is healthy after %s checks, and must be after %v", [
		_shown_number(number),
		_params.healthy_threshold,
	])
}

_equals(number) := "open" if number == null

_equals(number) := {true: "pass", false: "fail"}[number == _params.healthy_threshold] if number != null

_sticky(record) := {"state": "pass", "path": record.path, "message": ""} if not _params.forbid_stickiness

_sticky(record) := {
	"state": settings.must_be_off(record, "off"),
	"path": record.path,
	"message": "it keeps clients on one target",
} if {
	_params.forbid_stickiness
}

_assessed := [row |
	some group in _groups
	clauses := _clauses(group)
	state := _sum({clause.state | some clause in clauses})
	telling := [clause | some clause in clauses; clause.state == state]
	row := {
		"state": _hedged(group, state),
		"resource": group.address,
		"path": telling[0].path,
		"defect": "health-contract",
		"message": sprintf("Target group '%s' breaks the health contract%s: %s.", [
			group.address,
			{"fail": "", "open": ", perhaps", "pass": " not"}[_hedged(group, state)],
			concat("; ", [clause.message | some clause in telling]),
		]),
	}
]

_hedged(group, state) := state if _certain(group)

_hedged(group, state) := assessments.hedged(state, false) if not _certain(group)

_sum(states) := "fail" if "fail" in states

_sum(states) := "open" if {
	not "fail" in states
	"open" in states
}

_sum(states) := "pass" if states == {"pass"}

subjects contains group.address if some group in _groups

examined contains record if {
	some group in _groups
	some what in ["enabled", "path", "interval", "threshold", "target", "protocol"]
	record := _record(group, what)
}

examined contains record if {
	some group in _groups
	record := _stickiness(group)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
