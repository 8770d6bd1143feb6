# METADATA
# scope: package
# title: Keep log groups for a defined time
# description: |
#   Intrusions are found after months: logs of a week do not reach back to them. Logs that never expire cost more
#   every month and keep personal data for longer than anybody may.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-16
# custom:
#   id: OBS-004
#   slug: log-retention
#   family: OBS
#   severity: low
#   score: 3.5
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::Logs::LogGroup
#     - aws_cloudwatch_log_group
#   subjects:
#     - AWS::Logs::LogGroup
#     - aws_cloudwatch_log_group
#   params:
#     - name: min_days
#       type: integer
#       description: "For how many days events are kept at least."
#       default: 90
#       presets: {baseline: 90, reference-architecture: 365, strict: 365}
#       stricter: higher
#     - name: allow_never_expire
#       type: boolean
#       description: "Whether events may be kept for ever."
#       default: false
#       stricter: "false"
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       nist_800_53_r5: ["AU-11", "SI-12"]
#       pci_dss_4.0: ["10.5.1", "3.2.1", "3.3.1.1", "3.3.1.3", "3.3.2", "3.3.3", "5.3.4"]
#       soc2: ["C1.2", "CC7.2", "CC7.3"]
#       hipaa: ["164.312(b)"]
#       iso_27001_2022: ["A.8.15"]
#     judged:
#       aws_fsbp: ["CloudWatch.16"]
#       iso_27001_2022: ["A.5.33"]
#   cwe: [778]
#   remediation:
#     cloudformation: "Set RetentionInDays: 365."
#     terraform-plan: "Set retention_in_days = 365."
#   peers:
#     checkov: [CKV_AWS_66, CKV_AWS_338]
#     cfn_nag: [W86]
#     guard: [cw_loggroup_retention_period_check]
#     cdk_nag: [NIST.800.53.R5-CloudWatchLogGroupRetentionPeriod]
#     prowler: [cloudwatch_log_group_retention_policy_specific_days_enabled]
package policies.obs.log_retention

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["OBS-004"]

_paths := {
	"AWS::Logs::LogGroup": {"days": ["Properties", "RetentionInDays"], "class": ["Properties", "LogGroupClass"]},
	"aws_cloudwatch_log_group": {"days": ["retention_in_days"], "class": ["log_group_class"]},
}

# Groups of class DELIVERY keep their events for two days, whatever they say.
_groups := [group |
	some group in graph.of_types(object.keys(_paths))
	_class(group) != "delivery"
]

_class(group) := settings.text(_record(group, "class"), "standard")

_record(group, what) := value.get(group, _paths[group.type][what])

subjects contains group.address if some group in _groups

_assessed := [row |
	some group in _groups
	record := _record(group, "days")
	days := settings.number(record, 0)
	row := {
		"state": assessments.hedged(_state(days), _class(group) != null),
		"resource": group.address,
		"path": record.path,
		"defect": "retention",
		"message": sprintf("Log group '%s' %s: %s.", [group.address, _says(days), settings.fact(record)]),
	}
]

_state(days) := "open" if days == null

_state(0) := "pass" if _params.allow_never_expire

_state(0) := "fail" if not _params.allow_never_expire

_state(days) := _verdict[days >= _params.min_days] if {
	days != null
	days != 0
}

_verdict := {true: "pass", false: "fail"}

_says(0) := "keeps its events for ever"

_says(days) := sprintf("keeps its events for less than the %d days asked for", [_params.min_days]) if days != 0

examined contains record if {
	some group in _groups
	some what in ["days", "class"]
	record := _record(group, what)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
