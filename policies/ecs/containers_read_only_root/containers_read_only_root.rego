# METADATA
# scope: package
# title: Mount container root filesystems read-only
# description: |
#   Who breaks into a container writes tools into its filesystem and changes what it runs. A read-only root
#   filesystem keeps the container what its image is.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-5
# custom:
#   id: ECS-005
#   slug: containers-read-only-root
#   family: ECS
#   severity: low
#   score: 3.9
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
#       presets: {baseline: false, strict: true}
#       stricter: "true"
#   packs: [baseline, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ECS.5"]
#       pci_dss_4.0: ["10.3.2", "10.6.3", "3.5.1.3", "7.2.1", "7.2.2", "7.2.5", "7.2.6"]
#     judged:
#       nist_800_53_r5: ["AC-6", "CM-2a"]
#       iso_27001_2022: ["A.8.9"]
#   cwe: [732]
#   remediation:
#     cloudformation: "Set ReadonlyRootFilesystem: true on each container, with a volume for what it writes."
#     terraform-plan: "Set readonlyRootFilesystem = true on each container, with a volume for what it writes."
#   peers:
#     checkov: [CKV_AWS_336]
#     prowler: [ecs_task_definitions_containers_readonly_access]
package policies.ecs.containers_read_only_root

import data.policies.lib.assessments
import data.policies.lib.containers
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["ECS-005"]

_tasks := [task | some _, task in containers.tasks; task.windows != "yes"]

# Containers that a task can do without are judged where that is asked.
_judged := [container |
	some container in containers.all
	containers.tasks[container.task].windows != "yes"
	_in_scope(container)
]

_in_scope(_) if _params.include_non_essential

_in_scope(container) if container.essential != "no"

_flag(container) := containers.field(container, ["ReadonlyRootFilesystem"])

subjects contains container.task if some container in _judged

subjects contains task.address if some task in containers.undecided

_of_containers := [row |
	some container in _judged
	record := _flag(container)
	row := {
		"state": assessments.hedged(settings.must_be_on(record, "off"), _certain(container)),
		"resource": container.task,
		"path": record.path,
		"defect": sprintf("root-filesystem/%s", [container.name]),
		"message": sprintf("%s can write to its root filesystem: %s.", [
			containers.called(container),
			settings.fact(record),
		]),
	}
]

_certain(container) := {
	containers.tasks[container.task].windows == "no",
	_essential_enough(container),
} == {true}

_essential_enough(_) if _params.include_non_essential

_essential_enough(container) := container.essential == "yes" if not _params.include_non_essential

_of_undecided := [row |
	some task in containers.undecided
	row := {
		"state": "open",
		"resource": task.address,
		"path": task.at,
		"defect": "containers",
		"message": sprintf("Whether the root filesystems of '%s' are read-only cannot be decided: %s.", [
			task.address,
			settings.fact(task.whole),
		]),
	}
]

_assessed := array.concat(_of_containers, _of_undecided)

examined contains record if {
	some container in _judged
	record := _flag(container)
}

examined contains record if {
	some task in containers.undecided
	record := task.whole
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
