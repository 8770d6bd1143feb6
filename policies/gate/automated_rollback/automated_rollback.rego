# METADATA
# scope: package
# title: Roll back automatically when a deployment or its verification fails
# description: |
#   A deployment that fails half way, or whose check fails, leaves users with what does not work until somebody wakes
#   up. A pipeline that goes back to the last good version by itself takes minutes.
# related_resources:
#   - ref: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html
# custom:
#   id: GATE-009
#   slug: automated-rollback
#   family: GATE
#   severity: medium
#   score: 6.1
#   formats: [github-workflow]
#   scope: scan
#   resources:
#     - workflow
#     - job
#     - AWS::ECS::Service
#     - AWS::CodeDeploy::DeploymentGroup
#     - AWS::ECS::TaskDefinition
#     - AWS::ECS::Cluster
#     - AWS::ApplicationAutoScaling::ScalableTarget
#     - AWS::ApplicationAutoScaling::ScalingPolicy
#     - AWS::ElasticLoadBalancingV2::TargetGroup
#     - aws_ecs_service
#     - aws_codedeploy_deployment_group
#     - aws_ecs_task_definition
#     - aws_ecs_cluster
#     - aws_appautoscaling_target
#     - aws_appautoscaling_policy
#     - aws_lb_target_group
#   subjects:
#     - workflow
#     - job
#   unit_views: [rollbacks, service_rollbacks]
#   params:
#     - name: manual_rollback
#       type: boolean
#       description: Whether a workflow must exist by which somebody can go back by hand.
#       default: false
#       presets: {reference-architecture: true}
#       stricter: true
#     - name: require_alarm
#       type: boolean
#       description: Whether a deployment group of CodeDeploy must go back on an alarm too.
#       default: false
#       presets: {reference-architecture: true}
#       stricter: true
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CP-10", "CM-3(2)"]
#       soc2: ["CC8.1", "A1.2"]
#       iso_27001_2022: ["A.8.32"]
#   cwe: [755]
#   remediation:
#     github-workflow: >-
#       Add a rollback job: `needs: [deploy, verify]` and `if: failure() && (needs.deploy.result == 'failure' ||
#       needs.verify.result == 'failure')`, which deploys the version before (`kubectl rollout undo`, `helm rollback`,
#       `aws ecs update-service --task-definition …`).
package policies.gate.automated_rollback

_params := data.params["GATE-009"]

_rows(kind) := [{"unit": unit, "row": row} |
	some unit in input.units
	some row in object.get(unit.views, "rollbacks", [])
	row.kind == kind
]

_deployments := _rows("deployment")

# The ECS services of the templates and plans of the scan.
_services := [row |
	some unit in input.units
	some row in object.get(unit.views, "service_rollbacks", [])
]

_service_state(row) := row.alarmed if _params.require_alarm

_service_state(row) := row.state if not _params.require_alarm

# The service of a name: the one that is called so, or the only one of the scan.
_named(name) := [row | some row in _services; row.name == name] if count(_called(name)) > 0

_named(name) := _services if {
	count(_called(name)) == 0
	count(_services) == 1
}

_named(name) := [] if {
	count(_called(name)) == 0
	count(_services) != 1
}

_called(name) := [row | some row in _services; is_string(name); row.name == name]

# How ECS takes back what a job deploys: "pass", "fail", "open"; "none" where it deploys elsewhere.
_infrastructure(row) := "none" if count(row.services) == 0

_infrastructure(row) := "pass" if {
	count(row.services) > 0
	_states(row) == {"pass"}
}

_infrastructure(row) := "fail" if {
	count(row.services) > 0
	"fail" in _states(row)
}

_infrastructure(row) := "open" if {
	count(row.services) > 0
	not "fail" in _states(row)
	_states(row) != {"pass"}
}

_states(row) := {state |
	some name in row.services
	some state in _states_of(_named(name))
}

_states_of(services) := {"open"} if count(services) == 0

_states_of(services) := {state | some service in services; state := _service_state(service)} if count(services) > 0

# How each deployment stands: "good", "bad" or "open", with what is said of it.
_judged := [object.union(found, judged) |
	some found in _deployments
	judged := _judge(found.row)
]

_judge(row) := {"verdict": "bad", "says": "its own rollback is switched off"} if row.native == "off"

_judge(row) := {"verdict": "good", "says": ""} if {
	row.native != "off"
	_is_good(row)
}

_judge(row) := {"verdict": "open", "says": sprintf("whether '%s' takes a failure back is not known", [
	split(row.opaque[0], "\n")[0],
])} if {
	row.native != "off"
	not _is_good(row)
	row.own == "open"
}

_judge(row) := {
	"verdict": "open",
	"says": "whether its ECS service rolls back is not known: the service is not in the scan",
} if {
	row.native != "off"
	not _is_good(row)
	row.own == "no"
	_infrastructure(row) == "open"
}

_judge(row) := {"verdict": "bad", "says": _missing(row)} if {
	row.native != "off"
	not _is_good(row)
	row.own == "no"
	_infrastructure(row) in {"none", "fail"}
}

_missing(row) := "nothing takes it back when it fails" if _infrastructure(row) == "none"

_missing(row) := "neither the workflow nor the ECS service takes it back when it fails" if {
	_infrastructure(row) == "fail"
}

_is_good(row) if row.native == "yes"

_is_good(row) if row.own == "yes"

_is_good(row) if _infrastructure(row) == "pass"

subjects contains {"unit": found.unit.unit, "resource": found.row.job} if some found in _deployments

examined contains record if {
	some found in _deployments
	record := {
		"unit": found.unit.unit,
		"resource": found.row.job,
		"path": found.row.path,
		"state": "known",
		"value": found.row.own,
	}
}

_violation(judged, defect, message) := {
	"unit": judged.unit.unit,
	"resource": judged.row.job,
	"path": judged.row.path,
	"defect": defect,
	"message": message,
	"related": [],
}

_message(judged) := sprintf("Job '%s' %s, and %s.", [judged.row.id, judged.row.what, judged.says])

deny contains violation if {
	some judged in _judged
	judged.verdict == "bad"
	judged.row.certain
	violation := _violation(judged, "automatic", _message(judged))
}

undecided contains violation if {
	some judged in _judged
	judged.verdict == "open"
	violation := _violation(judged, "automatic", _message(judged))
}

undecided contains violation if {
	some judged in _judged
	judged.verdict == "bad"
	not judged.row.certain
	violation := _violation(judged, "automatic", sprintf("%s Whether it deploys to production is not known.", [
		_message(judged),
	]))
}

# In the reference architecture somebody can go back by hand as well.
_root(unit) := split(unit.uri, ".github/workflows/")[0]

_by_hand(unit) := {found.row.state |
	some found in _rows("manual")
	_root(found.unit) == _root(unit)
}

_without_hand := [found |
	_params.manual_rollback
	some found in _deployments
	found.row.production
	not "yes" in _by_hand(found.unit)
]

_hand_message(found) := sprintf(
	"Job '%s' %s, and no workflow lets somebody go back by hand (workflow_dispatch with the version).",
	[found.row.id, found.row.what],
)

deny contains violation if {
	some found in _without_hand
	count(_by_hand(found.unit)) == 0
	found.row.certain
	violation := _violation(found, "manual", _hand_message(found))
}

undecided contains violation if {
	some found in _without_hand
	count(_by_hand(found.unit)) > 0
	violation := _violation(found, "manual", sprintf(
		"Job '%s' %s; whether a workflow lets somebody go back by hand is not known.",
		[found.row.id, found.row.what],
	))
}

undecided contains violation if {
	some found in _without_hand
	count(_by_hand(found.unit)) == 0
	not found.row.certain
	violation := _violation(found, "manual", _hand_message(found))
}
