# METADATA
# scope: package
# title: Send container logs to CloudWatch or FireLens
# description: |
#   What a container says is lost with it, unless a log driver sends it elsewhere. Without those logs nobody can
#   tell why a task died, or what an attacker did in it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-9
# custom:
#   id: ECS-006
#   slug: container-logs-configured
#   family: ECS
#   severity: medium
#   score: 5.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ECS::TaskDefinition
#     - aws_ecs_task_definition
#   subjects:
#     - AWS::ECS::TaskDefinition
#     - aws_ecs_task_definition
#   params:
#     - name: include_non_essential
#       type: boolean
#       description: "Whether containers are judged that the task can do without."
#       default: false
#       presets: {baseline: false, reference-architecture: false, strict: true}
#       stricter: "true"
#     - name: routers_log
#       type: boolean
#       description: "Whether the FireLens router must send its own logs somewhere, too."
#       default: false
#       presets: {baseline: false, reference-architecture: true, strict: true}
#       stricter: "true"
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ECS.9"]
#       pci_dss_4.0: ["10.2.1", "10.2.1.1", "10.2.1.2", "10.2.1.3", "10.2.1.4", "10.2.1.5", "10.2.1.6"]
#       soc2: ["A1.2"]
#       iso_27001_2022: ["A.8.15"]
#     judged:
#       nist_800_53_r5: ["AU-2b", "AU-12a"]
#   cwe: [778]
#   remediation:
#     cloudformation: "Give each container a LogConfiguration with LogDriver: awslogs and its Options, or
#       awsfirelens with a router."
#     terraform-plan: "Give each container a logConfiguration with logDriver = \"awslogs\" and its options, or
#       awsfirelens with a router."
#   peers:
#     cdk_nag: [AwsSolutions-ECS7]
#     prowler: [ecs_task_definitions_logging_enabled]
package policies.ecs.container_logs_configured

import data.policies.lib.assessments
import data.policies.lib.containers
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["ECS-006"]

_judged := [container |
	some container in containers.all
	_in_scope(container)
	not _is_excused(container)
]

_in_scope(_) if _params.include_non_essential

_in_scope(container) if container.essential != "no"

# The router of FireLens takes the logs of the others.
_is_excused(container) if {
	not _params.routers_log
	not value.is_absent(containers.given(container, ["FirelensConfiguration"]))
}

_driver(container) := containers.field(container, ["LogConfiguration", "LogDriver"])

subjects contains task.address if some _, task in containers.tasks

_of_containers := [row |
	some container in _judged
	record := _driver(container)
	state := _state(settings.text(record, "none"), containers.tasks[container.task].fargate)
	row := {
		"state": assessments.hedged(state, _certain(container)),
		"resource": container.task,
		"path": record.path,
		"defect": sprintf("logs/%s", [container.name]),
		"message": sprintf("%s does not send its logs anywhere%s: %s.", [
			containers.called(container),
			_on_fargate(settings.text(record, "none")),
			settings.fact(record),
		]),
	}
]

_kept := {"none", "json-file"}

_of_fargate := {"awslogs", "awsfirelens", "splunk"}

_state(driver, _) := "open" if driver == null

_state(driver, _) := "fail" if driver in _kept

_state(driver, _) := "pass" if driver in _of_fargate

_state(driver, fargate) := _others[fargate] if {
	driver != null
	not driver in _kept | _of_fargate
}

_others := {"yes": "fail", "no": "pass", "open": "open"}

_on_fargate(driver) := "" if driver in _kept

_on_fargate(driver) := " that Fargate knows" if not driver in _kept

_certain(_) if _params.include_non_essential

_certain(container) := container.essential == "yes" if not _params.include_non_essential

_of_undecided := [row |
	some task in containers.undecided
	row := {
		"state": "open",
		"resource": task.address,
		"path": task.at,
		"defect": "containers",
		"message": sprintf("Whether the containers of '%s' send their logs anywhere cannot be decided: %s.", [
			task.address,
			settings.fact(task.whole),
		]),
	}
]

_assessed := array.concat(_of_containers, _of_undecided)

examined contains record if {
	some container in _judged
	record := _driver(container)
}

examined contains record if {
	some container in containers.all
	record := containers.given(container, ["FirelensConfiguration"])
	not value.is_absent(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
