# METADATA
# scope: package
# title: Put a manual approval before production stages in CodePipeline
# description: |
#   A pipeline that runs through to production brings every commit there on the decision of whoever pushed it. A
#   manual approval stops it until somebody who may has looked.
# related_resources:
#   - ref: https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html
# custom:
#   id: GATE-015
#   slug: codepipeline-manual-approval
#   family: GATE
#   severity: high
#   score: 7.5
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::CodePipeline::Pipeline
#     - aws_codepipeline
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3", "CM-3(2)", "CM-5"]
#       pci_dss_4.0: ["6.5.1"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.32"]
#   cwe: [284]
#   remediation:
#     cloudformation: "Add an Approval action with RunOrder 1 and give the deploy action RunOrder 2."
#     terraform-plan: "Add to the stage an `action` with `category = \"Approval\"`, `owner = \"AWS\"`, `provider =
#       \"Manual\"`, `version = \"1\"` and `run_order = 1`, and give the deploy action `run_order = 2`."
package policies.gate.codepipeline_manual_approval

import data.policies.lib.environments
import data.policies.lib.graph
import data.policies.lib.value

_types := ["AWS::CodePipeline::Pipeline", "aws_codepipeline"]

# Where the two formats write the same things.
_keys := {
	"AWS::CodePipeline::Pipeline": {
		"root": ["Properties"],
		"stages": "Stages",
		"name": "Name",
		"actions": "Actions",
		"category": ["ActionTypeId", "Category"],
		"provider": ["ActionTypeId", "Provider"],
		"order": "RunOrder",
	},
	"aws_codepipeline": {
		"root": [],
		"stages": "stage",
		"name": "name",
		"actions": "action",
		"category": ["category"],
		"provider": ["provider"],
		"order": "run_order",
	},
}

_pipelines := [pipeline |
	some resource in graph.of_types(_types)
	keys := _keys[resource.type]
	path := array.concat(keys.root, [keys.stages])
	record := value.get(resource, path)
	pipeline := {"resource": resource, "keys": keys, "path": path, "record": record}
]

# The stages of a pipeline, in order: {"index", "path", "name", "actions"}.
_stages(pipeline) := [stage |
	some index, written in value.list(pipeline.record.value)
	is_object(written)
	actions := _actions(pipeline, written, index)
	stage := {
		"index": index,
		"path": array.concat(pipeline.path, [index]),
		"name": _text(object.get(written, pipeline.keys.name, null)),
		"actions": actions,
	}
] if {
	not value.opaque(pipeline.record.value)
}

_stages(pipeline) := [] if value.opaque(pipeline.record.value)

_actions(pipeline, stage, index) := [action |
	written := object.get(stage, pipeline.keys.actions, null)
	not value.opaque(written)
	some position, one in value.list(written)
	is_object(one)
	action := {
		"path": array.concat(pipeline.path, [index, pipeline.keys.actions, position]),
		"name": _text(object.get(one, pipeline.keys.name, null)),
		"category": object.get(one, pipeline.keys.category, null),
		"provider": object.get(one, pipeline.keys.provider, null),
		"order": _order(object.get(one, pipeline.keys.order, null)),
	}
]

_text(written) := written if is_string(written)

_text(written) := concat("", [part | some part in written["$partial"]; is_string(part)]) if value.partial(written)

_text(written) := "" if {
	not is_string(written)
	not value.partial(written)
}

# Without an order an action is the first. A number that only a deployment knows is null.
_order(written) := 1 if written == null

_order(written) := value.number(written) if _is_number(written)

_order(written) := null if {
	written != null
	not _is_number(written)
}

_is_number(written) if is_number(written)

_is_number(written) if {
	is_string(written)
	regex.match(`^[0-9]+$`, written)
}

_deploys(action) if action.category == "Deploy"

_deploys(action) if {
	action.category in {"Invoke", "Build"}
	some token in environments.tokens(action.name)
	data.tables.deploy_programs.deploy_tokens[token]
}

_deploying(stage) := [action | some action in stage.actions; _deploys(action)]

# The class that the names of a stage and of its deploying actions say, or null.
_class(stage) := classes[0] if {
	classes := _classes(stage)
	count(classes) > 0
}

_class(stage) := null if count(_classes(stage)) == 0

_classes(stage) := [class |
	some text in array.concat([stage.name], [action.name | some action in _deploying(stage)])
	class := environments.class(text, [])
	class != null
]

_deploy_stages(pipeline) := [stage | some stage in _stages(pipeline); count(_deploying(stage)) > 0]

# Production is what is called so, or the last stage that deploys where no name says anything.
_production(pipeline) := named if {
	named := [stage | some stage in _deploy_stages(pipeline); _class(stage) == "production"]
	count(named) > 0
}

_production(pipeline) := array.slice(stages, count(stages) - 1, count(stages)) if {
	stages := _deploy_stages(pipeline)
	count(stages) > 0
	count([stage | some stage in stages; _class(stage) != null]) == 0
}

_judged := [{"pipeline": pipeline, "stage": stage} |
	some pipeline in _pipelines
	some stage in _production(pipeline)
]

subjects contains entry.pipeline.resource.address if some entry in _judged

# A pipeline whose stages are not known may deploy to production.
subjects contains pipeline.resource.address if {
	some pipeline in _pipelines
	value.is_unknown(pipeline.record)
}

examined contains record if {
	some pipeline in _pipelines
	record := pipeline.record
}

_approves(action) if {
	action.category == "Approval"
	action.provider == "Manual"
}

# Approvals that hold the stage: in it, before every deploying action, or in a stage behind the last other deployment.
_held(entry) if {
	first := min([action.order | some action in _deploying(entry.stage); action.order != null])
	some action in entry.stage.actions
	_approves(action)
	action.order != null
	action.order < first
	not _open_order(entry)
}

_held(entry) if {
	before := [stage.index | some stage in _deploy_stages(entry.pipeline); stage.index < entry.stage.index]
	some stage in _stages(entry.pipeline)
	stage.index < entry.stage.index
	stage.index > max(array.concat([-1], before))
	some action in stage.actions
	_approves(action)
}

# In the stage of an earlier deployment an approval must come behind it.
_held(entry) if {
	some stage in _deploy_stages(entry.pipeline)
	stage.index < entry.stage.index
	later := [other |
		some other in _deploy_stages(entry.pipeline)
		other.index > stage.index
		other.index < entry.stage.index
	]
	count(later) == 0
	_class(stage) != "production"
	last := max([action.order | some action in _deploying(stage); action.order != null])
	some action in stage.actions
	_approves(action)
	action.order != null
	action.order > last
}

_open_order(entry) if {
	some action in _deploying(entry.stage)
	action.order == null
}

_undecidable(entry) if _open_order(entry)

_undecidable(entry) if {
	some stage in _stages(entry.pipeline)
	stage.index <= entry.stage.index
	some action in stage.actions
	some part in [action.category, action.provider, action.order]
	value.opaque(part)
}

_undecidable(entry) if {
	some action in entry.stage.actions
	_approves(action)
	action.order == null
}

_violation(entry, message) := {
	"resource": entry.pipeline.resource.address,
	"path": entry.stage.path,
	"defect": sprintf("stage/%s", [entry.stage.name]),
	"message": message,
	"related": [{
		"address": entry.pipeline.resource.address,
		"path": _deploying(entry.stage)[0].path,
		"message": "this deploys",
	}],
}

_beside(entry) := "its approval runs beside the deployment, not before it" if {
	some action in entry.stage.actions
	_approves(action)
}

_beside(entry) := "nobody has to approve it" if {
	count([action | some action in entry.stage.actions; _approves(action)]) == 0
}

deny contains violation if {
	some entry in _judged
	not _held(entry)
	not _undecidable(entry)
	violation := _violation(entry, sprintf("Stage '%s' deploys to production and %s.", [
		entry.stage.name,
		_beside(entry),
	]))
}

undecided contains violation if {
	some entry in _judged
	not _held(entry)
	_undecidable(entry)
	violation := _violation(entry, sprintf(
		"Whether an approval holds stage '%s' depends on a value that only the deployment knows.",
		[entry.stage.name],
	))
}
