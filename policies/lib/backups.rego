# METADATA
# title: Backup plans and what they cover
# description: |
#   Joins databases to the selections and plans of AWS Backup that cover them. A selection covers by a reference, by an
#   ARN with wildcards, or by a tag; where it narrows what it names (tags beside resources, conditions, exclusions), or
#   where its list is not known, it may cover. Facts: AWS Backup Developer Guide, BackupSelection and BackupRule.
package policies.lib.backups

import data.policies.lib.graph
import data.policies.lib.joins
import data.policies.lib.settings
import data.policies.lib.value

_selection_paths := {
	"AWS::Backup::BackupSelection": {
		"plan": ["Properties", "BackupPlanId"],
		"resources": ["Properties", "BackupSelection", "Resources"],
		"tags": ["Properties", "BackupSelection", "ListOfTags"],
		"narrowing": [
			["Properties", "BackupSelection", "NotResources"],
			["Properties", "BackupSelection", "Conditions"],
		],
		"tag_fields": ["ConditionKey", "ConditionValue"],
	},
	"aws_backup_selection": {
		"plan": ["plan_id"],
		"resources": ["resources"],
		"tags": ["selection_tag"],
		"narrowing": [["not_resources"], ["condition"]],
		"tag_fields": ["key", "value"],
	},
}

_rule_paths := {
	"AWS::Backup::BackupPlan": {
		"rules": ["Properties", "BackupPlan", "BackupPlanRule"],
		"schedule": "ScheduleExpression",
		"continuous": "EnableContinuousBackup",
		"copies": "CopyActions",
		"vault": "DestinationBackupVaultArn",
	},
	"aws_backup_plan": {
		"rules": ["rule"],
		"schedule": "schedule",
		"continuous": "enable_continuous_backup",
		"copies": "copy_action",
		"vault": "destination_vault_arn",
	},
}

# Every selection of the unit.
selections := graph.of_types(object.keys(_selection_paths))

# What covers a resource: [{"selection", "plans", "certain"}]; `kinds` are the ends of an ARN with a wildcard that mean
# its kind, as in "db:*".
covering(resource, kinds) := [found |
	some selection in selections
	paths := _selection_paths[selection.type]
	covers := _covers(selection, paths, resource, kinds)
	covers != "no"
	plans := joins.join(selection, paths.plan, _plan_names)
	found := {
		"selection": selection.address,
		"plans": plans.to,
		"certain": {covers == "yes", count(plans.to) == 1} == {true},
	}
]

_plan_names := {"AWS::Backup::BackupPlan": ["Id"], "aws_backup_plan": ["id"]}

_covers(selection, paths, resource, kinds) := "yes" if {
	_certainly(selection, paths, resource, kinds)
	not _narrowed(selection, paths)
}

_covers(selection, paths, resource, kinds) := "open" if {
	_certainly(selection, paths, resource, kinds)
	_narrowed(selection, paths)
}

_covers(selection, paths, resource, kinds) := "open" if {
	not _certainly(selection, paths, resource, kinds)
	_perhaps(selection, paths, resource)
}

_covers(selection, paths, resource, kinds) := "no" if {
	not _certainly(selection, paths, resource, kinds)
	not _perhaps(selection, paths, resource)
}

_certainly(selection, paths, resource, kinds) if _named(selection, paths, resource, kinds)

_certainly(selection, paths, resource, _) if {
	some tag in value.list(object.get(selection.node, paths.tags, null))
	_has_tag(resource, object.get(tag, paths.tag_fields[0], null), object.get(tag, paths.tag_fields[1], null))
}

_named(selection, paths, resource, _) if resource.address in graph.referenced(selection, paths.resources)

_named(selection, paths, _, kinds) if {
	some written in value.list(object.get(selection.node, paths.resources, null))
	text := _text(written)
	some kind in kinds
	regex.match(kind, text)
}

# What is not known of a text stands as a wildcard.
_text(written) := written if is_string(written)

_text(written) := concat("", [part |
	some fragment in written["$partial"]
	part := _fragment(fragment)
]) if {
	value.partial(written)
}

_text(written) := "" if {
	not is_string(written)
	not value.partial(written)
}

_fragment(fragment) := fragment if is_string(fragment)

_fragment(fragment) := "*" if not is_string(fragment)

_tag_paths := [["Properties", "Tags"], ["tags_all"], ["tags"]]

_has_tag(resource, key, wanted) if {
	is_string(key)
	is_string(wanted)
	some found in _tags(resource)
	found.key == key
	found.value == wanted
}

_tags(resource) := array.concat(
	[{"key": key, "value": text} |
		some tag in value.list(object.get(resource.node, ["Properties", "Tags"], null))
		key := object.get(tag, "Key", null)
		text := object.get(tag, "Value", null)
	],
	[{"key": key, "value": text} |
		some path in _tag_paths
		tags := object.get(resource.node, path, null)
		is_object(tags)
		some key, text in tags
	],
)

_narrowed(selection, paths) if {
	some path in paths.narrowing
	count(value.list(object.get(selection.node, path, null))) > 0
}

_narrowed(selection, paths) if {
	count(value.list(object.get(selection.node, paths.resources, null))) > 0
	count(value.list(object.get(selection.node, paths.tags, null))) > 0
}

# An undecided list, or a tag whose value here or there is undecided.
_perhaps(selection, paths, _) if {
	some what in ["resources", "tags"]
	value.unknown(object.get(selection.node, paths[what], null))
}

_perhaps(selection, paths, _) if {
	some written in value.list(object.get(selection.node, paths.resources, null))
	value.unknown(written)
}

_perhaps(selection, paths, resource) if {
	count(value.list(object.get(selection.node, paths.tags, null))) > 0
	some path in _tag_paths
	value.opaque(object.get(resource.node, path, null))
}

_perhaps(selection, paths, resource) if {
	some tag in value.list(object.get(selection.node, paths.tags, null))
	wanted := object.get(tag, paths.tag_fields[1], null)
	some found in _tags(resource)
	found.key == object.get(tag, paths.tag_fields[0], null)
	_undecided_pair(wanted, found.value)
}

_undecided_pair(wanted, _) if value.opaque(wanted)

_undecided_pair(_, held) if value.opaque(held)

# The rules of a plan: {"schedule", "continuous": records, "copies": records of vaults}.
rules_of(address) := [rule |
	plan := input.resources[address]
	paths := _rule_paths[plan.type]
	some index, _ in value.list(object.get(plan.node, paths.rules, null))
	at := array.concat(paths.rules, [index])
	rule := {
		"plan": plan,
		"schedule": value.get(plan, array.concat(at, [paths.schedule])),
		"continuous": value.get(plan, array.concat(at, [paths.continuous])),
		"copies": [copy |
			places := array.concat(at, [paths.copies])
			some number, _ in value.list(object.get(plan.node, places, null))
			copy := value.present(plan, array.concat(places, [number, paths.vault]))
		],
	}
]

# Whether a rule runs at least daily and keeps a continuous backup: "yes", "no" or "open". A rule without a schedule
# runs every day at five.
continuous_daily(rule) := "no" if settings.switch(rule.continuous, "off") == "off"

continuous_daily(rule) := "open" if settings.switch(rule.continuous, "off") == "open"

continuous_daily(rule) := "yes" if {
	settings.switch(rule.continuous, "off") == "on"
	_is_daily(settings.text(rule.schedule, "rate(1 day)"))
}

continuous_daily(rule) := "open" if {
	settings.switch(rule.continuous, "off") == "on"
	settings.text(rule.schedule, "rate(1 day)") == null
}

continuous_daily(rule) := "no" if {
	settings.switch(rule.continuous, "off") == "on"
	schedule := settings.text(rule.schedule, "rate(1 day)")
	schedule != null
	not _is_daily(schedule)
}

# Every month, and no days named: cron(minute hour day month weekday year).
_is_daily(schedule) if {
	is_string(schedule)
	regex.match(`^cron\(\s*\S+\s+\S+\s+([*?]|1/1|\*/1)\s+\*\s+([*?])\s+\*\s*\)$`, schedule)
}

_is_daily(schedule) if {
	is_string(schedule)
	regex.match(`^rate\(\s*(1\s+days?|([1-9]|1[0-9]|2[0-4])\s+hours?|[0-9]+\s+minutes?)\s*\)$`, schedule)
}
