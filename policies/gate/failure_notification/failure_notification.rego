# METADATA
# scope: package
# title: Notify on pipeline failure
# description: |
#   A deployment that fails at night leaves production half changed until somebody happens to look at the run.
#   GitHub's own mail reaches the one who started it, and nobody else.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
# custom:
#   id: GATE-012
#   slug: failure-notification
#   family: GATE
#   severity: low
#   score: 3.0
#   formats: [cloudformation, terraform-plan, github-workflow]
#   scope: scan
#   resources:
#     - workflow
#     - job
#     - AWS::CodeStarNotifications::NotificationRule
#     - AWS::CodeDeploy::DeploymentGroup
#     - aws_codestarnotifications_notification_rule
#     - aws_codedeploy_deployment_group
#   subjects:
#     - job
#     - AWS::CodeDeploy::DeploymentGroup
#     - aws_codedeploy_deployment_group
#   unit_views: [failure_notices]
#   packs: [reference-architecture]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SI-5(1)", "AU-6(1)"]
#       soc2: ["CC7.3"]
#       iso_27001_2022: ["A.8.16", "A.5.26"]
#   cwe: [778]
#   remediation:
#     github-workflow: >-
#       Add a last job with `needs: [deploy]`, `if: failure()` and a step that tells the team, for example
#       slackapi/slack-github-action or `aws sns publish`.
#     cloudformation: >-
#       Where CodeDeploy or CodePipeline deploys: an AWS::CodeStarNotifications::NotificationRule with
#       `codedeploy-application-deployment-failed` (`codepipeline-pipeline-pipeline-execution-failed`) and a topic.
#     terraform-plan: >-
#       Where CodeDeploy or CodePipeline deploys: an aws_codestarnotifications_notification_rule with
#       `codedeploy-application-deployment-failed` (`codepipeline-pipeline-pipeline-execution-failed`) and a topic.
package policies.gate.failure_notification

# Deployments that go to production, or may: {"unit", "root", "row", "certain"}.
_judged := [entry |
	some unit in input.units
	some row in _rows(unit)
	row.type == "deployment"
	entry := {"unit": unit.unit, "root": _root(unit.uri), "row": row, "certain": _certain(row)}
]

_rows(unit) := object.get(unit.views, "failure_notices", [])

# The repository of a file: what stands before the folder of workflows.
_root(uri) := split(uri, ".github/workflows/")[0]

_certain(row) := true if _is_certain(row)

_certain(row) := false if not _is_certain(row)

_is_certain(row) if {
	row.certainty == "definite"
	"production" in row.classes
}

# The workflows that others run behind, by name.
_awaited := {name |
	some unit in input.units
	some row in _rows(unit)
	row.type == "behind"
	some name in row.workflows
}

# Workflows behind others, by the name of these.
_behind := {name: found |
	some name in _awaited
	found := [{"unit": unit.unit, "root": _root(unit.uri), "row": row} |
		some unit in input.units
		some row in _rows(unit)
		row.type == "behind"
		name in row.workflows
	]
}

_behind_of(entry) := [one |
	some name in entry.row.workflow
	some one in object.get(_behind, name, [])
	one.root == entry.root
]

# What templates and plans announce, by service: {service: {state}}.
_announced := {service: states |
	some service in ["codedeploy", "codepipeline"]
	states := {row.state |
		some unit in input.units
		some row in _rows(unit)
		row.type in {"rule", "group"}
		row.service == service
	}
}

_announces(entry) if object.get(_announced, entry.row.service, set()).yes

_may_announce(entry) if object.get(_announced, entry.row.service, set()).open

_notices(entry) := array.concat(
	[object.union(notice, {"unit": entry.unit}) | some notice in entry.row.notices],
	[object.union(notice, {"unit": one.unit}) | some one in _behind_of(entry); some notice in one.row.notices],
)

_candidates(entry) := array.concat(
	[object.union(candidate, {"unit": entry.unit}) | some candidate in entry.row.candidates],
	[object.union(candidate, {"unit": one.unit}) | some one in _behind_of(entry); some candidate in one.row.candidates],
)

_silent := [entry |
	some entry in _judged
	count(_notices(entry)) == 0
	not _announces(entry)
]

subjects contains {"unit": entry.unit, "resource": entry.row.job} if some entry in _judged

examined contains record if {
	some entry in _judged
	record := {
		"unit": entry.unit,
		"resource": entry.row.job,
		"path": [],
		"state": "known",
		"value": concat(", ", [notice.what | some notice in _notices(entry)]),
	}
}

_finding(entry, message) := {
	"unit": entry.unit,
	"resource": entry.row.job,
	"path": [],
	"message": message,
	"related": [object.union(place, {"unit": entry.unit}) | some place in entry.row.related],
}

# Deployment groups of CodeDeploy that may serve production, where no job of the scan that starts them is judged for the
# same: {"unit", "row", "state"}.
_groups := [group |
	count([entry | some entry in _judged; entry.row.service == "codedeploy"]) == 0
	some unit in input.units
	some row in _rows(unit)
	row.type == "group"
	row.production
	group := {"unit": unit.unit, "row": row, "state": _state(row)}
]

_rules contains row.state if {
	some unit in input.units
	some row in _rows(unit)
	row.type == "rule"
	row.service == "codedeploy"
}

_state(row) := "yes" if "yes" in {row.state} | _rules

_state(row) := "open" if {
	not "yes" in {row.state} | _rules
	"open" in {row.state} | _rules
}

_state(row) := "no" if {
	not "yes" in {row.state} | _rules
	not "open" in {row.state} | _rules
}

subjects contains {"unit": group.unit, "resource": group.row.resource} if some group in _groups

examined contains record if {
	some group in _groups
	record := {
		"unit": group.unit,
		"resource": group.row.resource,
		"path": group.row.path,
		"state": "known",
		"value": sprintf("failures are announced: %s", [group.state]),
	}
}

_of_group(group, message) := {
	"unit": group.unit,
	"resource": group.row.resource,
	"path": group.row.path,
	"message": message,
}

deny contains violation if {
	some group in _groups
	group.state == "no"
	violation := _of_group(group, sprintf("Nobody hears when a deployment of this group fails: %s.", [
		"no trigger has 'DeploymentFailure', and no notification rule 'codedeploy-application-deployment-failed'",
	]))
}

undecided contains found if {
	some group in _groups
	group.state == "open"
	found := _of_group(group, sprintf("Whether somebody hears when a deployment of this group fails %s.", [
		"is not known: the events that are announced are not all known",
	]))
}

deny contains violation if {
	some entry in _silent
	entry.certain
	count(_candidates(entry)) == 0
	not _may_announce(entry)
	violation := _finding(entry, sprintf(
		"Job '%s' %s for production, and when it fails no step tells anybody: add one with `if: failure()`.",
		[entry.row.id, entry.row.what],
	))
}

undecided contains found if {
	some entry in _silent
	some candidate in array.slice(_candidates(entry), 0, 1)
	question := _finding(entry, sprintf("Whether somebody hears when job '%s' fails is not known: '%s' may tell.", [
		entry.row.id,
		candidate.what,
	]))
	found := object.union(question, {"related": array.concat(question.related, [{
		"unit": candidate.unit,
		"address": candidate.job,
		"path": candidate.path,
		"message": "this runs after a failure",
	}])})
}

undecided contains found if {
	some entry in _silent
	count(_candidates(entry)) == 0
	_may_announce(entry)
	found := _finding(entry, sprintf(
		"Whether somebody hears when job '%s' fails is not known: the events that are announced are not all known.",
		[entry.row.id],
	))
}

undecided contains found if {
	some entry in _silent
	count(_candidates(entry)) == 0
	not _may_announce(entry)
	not entry.certain
	found := _finding(entry, sprintf(
		"Nobody hears when job '%s' fails; whether it deploys to production is not known.",
		[entry.row.id],
	))
}
