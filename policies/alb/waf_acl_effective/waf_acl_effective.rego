# METADATA
# scope: package
# title: Give the web ACL managed protections that actually block, and log its decisions
# description: |
#   A web ACL without rules, or with rules that only count, looks like protection and blocks nothing. The managed
#   groups of AWS stop what is widely exploited; the log tells what they stopped.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/waf-controls.html#waf-10
# custom:
#   id: ALB-006
#   slug: waf-acl-effective
#   family: ALB
#   severity: medium
#   score: 6.2
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::WAFv2::LoggingConfiguration
#     - AWS::WAFv2::RuleGroup
#     - AWS::WAFv2::WebACL
#     - aws_wafv2_rule_group
#     - aws_wafv2_web_acl
#     - aws_wafv2_web_acl_logging_configuration
#   subjects:
#     - AWS::WAFv2::WebACL
#     - aws_wafv2_web_acl
#   params:
#     - name: required_groups
#       type: list
#       description: The managed rule groups of AWS that every web ACL must use.
#       default: [AWSManagedRulesCommonRuleSet, AWSManagedRulesKnownBadInputsRuleSet]
#       presets: {}
#       stricter: longer
#     - name: require_rate_limit
#       type: boolean
#       description: Demand a rule that blocks who sends too many requests.
#       default: false
#       presets: {reference-architecture: false, strict: true}
#       stricter: "true"
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["WAF.10", "WAF.11"]
#       nist_800_53_r5: ["AU-2b", "SI-7(8)", "AC-4(26)"]
#       pci_dss_4.0: ["6.4.2", "10.2.1", "10.2.1.1", "10.2.1.2", "10.2.1.3", "10.2.1.4", "10.2.1.5"]
#       soc2: ["A1.2", "PI1.2"]
#       hipaa: ["164.312(b)"]
#       iso_27001_2022: ["A.8.15"]
#     judged:
#       iso_27001_2022: ["A.8.26"]
#   cwe: [693, 778]
#   remediation:
#     cloudformation: "Add managed rule groups with OverrideAction: {None: {}} and AWS::WAFv2::LoggingConfiguration."
#     terraform-plan: "override_action { none {} } and aws_wafv2_web_acl_logging_configuration."
#   peers:
#     checkov: [CKV_AWS_175, CKV_AWS_192, CKV2_AWS_31, CKV2_AWS_76, CKV2_AWS_47]
#     guard: [wafv2_logging_enabled]
#     cdk_nag: [NIST.800.53.R5-WAFv2LoggingEnabled]
#     prowler: [wafv2_webacl_with_rules, wafv2_webacl_logging_enabled]
package policies.alb.waf_acl_effective

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.network_joins
import data.policies.lib.value

_params := data.params["ALB-006"]

_types := {
	"AWS::WAFv2::WebACL": {
		"rules": ["Properties", "Rules"],
		"group": ["Statement", "ManagedRuleGroupStatement"],
		"vendor": "VendorName",
		"name": "Name",
		"overrides": "RuleActionOverrides",
		"override_name": "Name",
		"action": "ActionToUse",
		"harmless": ["Count", "Allow"],
		"excluded": "ExcludedRules",
		"count": ["OverrideAction", "Count"],
		"override": ["OverrideAction"],
		"rate": ["Statement", "RateBasedStatement"],
		"block": ["Action", "Block"],
		"reference": ["Statement", "RuleGroupReferenceStatement"],
	},
	"aws_wafv2_web_acl": {
		"rules": ["rule"],
		"group": ["statement", 0, "managed_rule_group_statement", 0],
		"vendor": "vendor_name",
		"name": "name",
		"overrides": "rule_action_override",
		"override_name": "name",
		"action": "action_to_use",
		"harmless": ["count", "allow"],
		"excluded": "excluded_rule",
		"count": ["override_action", 0, "count", 0],
		"override": ["override_action"],
		"rate": ["statement", 0, "rate_based_statement", 0],
		"block": ["action", 0, "block", 0],
		"reference": ["statement", 0, "rule_group_reference_statement", 0],
		"json": ["rule_json"],
	},
}

# Rule groups of one's own hold rules in the form of those of a web ACL.
_groups := {
	"AWS::WAFv2::RuleGroup": _types["AWS::WAFv2::WebACL"],
	"aws_wafv2_rule_group": object.union(_types.aws_wafv2_web_acl, {"json": ["rules_json"]}),
}

_fields := object.union(_types, _groups)

_logging_paths := {
	"AWS::WAFv2::LoggingConfiguration": ["Properties", "ResourceArn"],
	"aws_wafv2_web_acl_logging_configuration": ["resource_arn"],
}

_lists := graph.of_types(object.keys(_types))

_record(list, what) := value.present(list, _fields[list.type][what])

# The rules of a web ACL: {"path", "body"}.
_rules(list) := [rule |
	record := _record(list, "rules")
	value.is_known(record)
	some index, body in value.list(record.value)
	rule := {"path": array.concat(record.path, [index]), "body": body}
]

# Rules that are not read here may hold anything.
_unread(list) if value.is_unknown(_record(list, "rules"))

_unread(list) if {
	some record in _json(list)
	not value.is_absent(record)
}

# The rules as a document of their own, which only the provider takes.
_json(list) := [record |
	_fields[list.type].json
	record := _record(list, "json")
]

_unread(list) if count([rule | some rule in _rules(list); value.opaque(rule.body)]) > 0

_none(list) if {
	count(_rules(list)) == 0
	not _unread(list)
}

_at(list, body, what) := object.get(body, _fields[list.type][what], null)

_of_rules := [row |
	some list in _lists
	_none(list)
	row := {
		"state": "fail",
		"resource": list.address,
		"path": _types[list.type].rules,
		"defect": "rules",
		"message": sprintf("Web ACL '%s' has no rules, so that it blocks nothing.", [list.address]),
	}
]

_of_groups := [row |
	some list in _lists
	not _none(list)
	some name in _params.required_groups
	found := _group(list, name)
	row := {
		"state": found.state,
		"resource": list.address,
		"path": found.path,
		"defect": sprintf("group:%s", [name]),
		"message": sprintf("Web ACL '%s' %s.", [list.address, found.message]),
	}
]

# The rules that use a managed group of AWS.
_users(list, name) := [rule |
	some rule in _rules(list)
	group := _at(list, rule.body, "group")
	is_object(group)
	object.get(group, _types[list.type].name, null) == name
	object.get(group, _types[list.type].vendor, null) == "AWS"
]

_group(list, name) := {
	"state": state,
	"path": _types[list.type].rules,
	"message": sprintf("%s the managed rules '%s'", [{"fail": "lacks", "open": "may lack"}[state], name]),
} if {
	count(_users(list, name)) == 0
	state := _missing(list)
}

# One use that blocks is enough.
_group(list, name) := best[0] if {
	count(_users(list, name)) > 0
	judged := [found | some rule in _users(list, name); found := _use(list, name, rule)]
	best := [found | some state in ["pass", "open", "fail"]; some found in judged; found.state == state]
}

_missing(list) := "open" if _may_hold(list)

_missing(list) := "fail" if not _may_hold(list)

_may_hold(list) if _unread(list)

_may_hold(list) if count(_foreign_groups(list)) > 0

_may_hold(list) if count(_unnamed(list)) > 0

# Rules of a group that the unit does not declare.
_foreign_groups(list) := [rule |
	some rule in _rules(list)
	_at(list, rule.body, "reference") != null
	count(_declared(list, rule)) == 0
]

_declared(list, rule) := network_joins.join(list, path, object.keys(_groups)).to if {
	path := array.concat(rule.path, _types[list.type].reference)
}

_unnamed(list) := [rule |
	some rule in _rules(list)
	group := value.get({"address": list.address, "node": rule.body}, _types[list.type].group).value
	_open_name(list, group)
]

_open_name(_, group) if value.opaque(group)

_open_name(list, group) if {
	is_object(group)
	_may_be(object.get(group, _types[list.type].vendor, null), "AWS")
	_may_be_required(object.get(group, _types[list.type].name, null))
	count([field | some field in ["vendor", "name"]; value.opaque(object.get(group, _types[list.type][field], null))]) > 0
}

_may_be(written, _) if value.opaque(written)

_may_be(written, expected) if written == expected

_may_be_required(written) if value.opaque(written)

_may_be_required(written) if written in _params.required_groups

_use(list, name, rule) := {"state": "fail", "path": path, "message": message} if {
	_counts(list, rule) == "yes"
	path := array.concat(rule.path, _types[list.type].count)
	message := sprintf("only counts what the managed rules '%s' match", [name])
}

_use(list, name, rule) := {"state": "open", "path": path, "message": message} if {
	_counts(list, rule) == "open"
	path := array.concat(rule.path, _types[list.type].override)
	message := sprintf("may only count what the managed rules '%s' match", [name])
}

_use(list, name, rule) := found if {
	_counts(list, rule) == "no"
	found := _exceptions(list, name, rule)
}

# Whether a rule only counts: "yes", "no" or "open".
_counts(list, rule) := _counting[record.state] if {
	record := value.get({"address": list.address, "node": rule.body}, _types[list.type].count)
}

_counting := {"known": "yes", "absent": "no", "unknown": "open"}

# The rule against Log4j is what the known bad inputs are for: the exceptions that switch it off, or may do.
_weakened(list, rule) := [{"path": at, "state": state} |
	fields := _types[list.type]
	some key in [fields.excluded, fields.overrides]
	path := array.concat(rule.path, array.concat(fields.group, [key]))
	some index, entry in value.list(object.get(list.node, path, null))
	at := _entry_path(list, path, index)
	state := _weaker({_on_log4j(fields, entry), _lets_through(fields, key, entry)})
]

_entry_path(list, path, index) := array.concat(path, [index]) if is_array(object.get(list.node, path, null))

_entry_path(list, path, _) := path if not is_array(object.get(list.node, path, null))

# An exception weakens where it is on the rule and lets through; what is undecided of either may do.
_weaker(answers) := "pass" if "no" in answers

_weaker(answers) := "fail" if answers == {"yes"}

_weaker(answers) := "open" if {
	not "no" in answers
	"open" in answers
}

_on_log4j(_, entry) := "open" if value.opaque(entry)

_on_log4j(fields, entry) := answer if {
	not value.opaque(entry)
	name := object.get(entry, fields.override_name, "")
	answer := _is_log4j(name)
}

_is_log4j(name) := "open" if value.opaque(name)

_is_log4j(name) := {true: "yes", false: "no"}[regex.match(`^Log4JRCE(_|$)`, value.shown(name))] if {
	not value.opaque(name)
}

_lets_through(fields, key, _) := "yes" if key == fields.excluded

_lets_through(fields, key, entry) := "open" if {
	key == fields.overrides
	value.opaque(entry)
}

_lets_through(fields, key, entry) := _harmless(fields, object.get(entry, fields.action, null)) if {
	key == fields.overrides
	not value.opaque(entry)
}

_harmless(_, to_use) := "open" if value.opaque(to_use)

_harmless(fields, to_use) := "yes" if {
	not value.opaque(to_use)
	_chosen(fields, to_use)
}

_harmless(fields, to_use) := "no" if {
	not value.opaque(to_use)
	not _chosen(fields, to_use)
}

_chosen(fields, to_use) if {
	some block in value.list(to_use)
	some action in fields.harmless
	not object.get(block, action, null) in {null, []}
}

_exceptions(list, name, rule) := {"state": "pass", "path": rule.path, "message": sprintf("uses '%s'", [name])} if {
	count(_worst(list, name, rule)) == 0
}

_exceptions(list, name, rule) := {"state": worst[0].state, "path": worst[0].path, "message": message} if {
	worst := _worst(list, name, rule)
	count(worst) > 0
	message := sprintf("%s Log4j attacks through: '%s' %s its rule against them switched off", [
		{"fail": "lets", "open": "may let"}[worst[0].state],
		name,
		{"fail": "has", "open": "may have"}[worst[0].state],
	])
}

# The exceptions that count, the proven ones first.
_worst(list, name, rule) := [found |
	name == "AWSManagedRulesKnownBadInputsRuleSet"
	some state in ["fail", "open"]
	some found in _weakened(list, rule)
	found.state == state
]

_of_rates := [row |
	_params.require_rate_limit
	some list in _lists
	not _none(list)
	row := {
		"state": _rate(list),
		"resource": list.address,
		"path": _types[list.type].rules,
		"defect": "rate",
		"message": sprintf("Web ACL '%s' has no rule that blocks who sends too many requests.", [list.address]),
	}
]

_limits(list) := [rule |
	some rule in _rules(list)
	_limit_states(list, rule) == {"known"}
]

# The groups of the unit that a web ACL uses, each with whether it limits there. A use that only counts blocks nobody.
_group_uses(list) := [{"group": group, "state": state} |
	some rule in _rules(list)
	_at(list, rule.body, "reference") != null
	_counts(list, rule) != "yes"
	some group in _declared(list, rule)
	state := _limiting(graph.at(group), _counts(list, rule))
]

_limiting(group, "no") := "pass" if count(_limits(group)) > 0

_limiting(group, "open") := "open" if count(_limits(group)) > 0

_limiting(group, _) := "open" if {
	count(_limits(group)) == 0
	_own_rate_open(group)
}

_limiting(group, _) := "fail" if {
	count(_limits(group)) == 0
	not _own_rate_open(group)
}

_own_rate_open(list) if _unread(list)

_own_rate_open(list) if count([rule | some rule in _rules(list); _may_limit(list, rule)]) > 0

_limited(list) if count(_limits(list)) > 0

_limited(list) if count([use | some use in _group_uses(list); use.state == "pass"]) > 0

_rate(list) := "pass" if _limited(list)

_rate(list) := "open" if {
	not _limited(list)
	_rate_elsewhere(list)
}

_rate(list) := "fail" if {
	not _limited(list)
	not _rate_elsewhere(list)
}

_rate_elsewhere(list) if _own_rate_open(list)

_rate_elsewhere(list) if count(_foreign_groups(list)) > 0

_rate_elsewhere(list) if count([use | some use in _group_uses(list); use.state == "open"]) > 0

# A statement that is not known, or an action of which nobody knows whether it blocks.
_may_limit(list, rule) if {
	states := _limit_states(list, rule)
	"unknown" in states
	not "absent" in states
}

# Whether a rule has a rate and blocks.
_limit_states(list, rule) := {record.state |
	some what in ["rate", "block"]
	record := value.get({"address": list.address, "node": rule.body}, _fields[list.type][what])
}

_logs := [found |
	some type, path in _logging_paths
	some configuration in graph.of_types([type])
	found := network_joins.join(configuration, path, object.keys(_types))
]

_of_logging := [row |
	some list in _lists
	not _none(list)
	row := {
		"state": _logged(list),
		"resource": list.address,
		"path": [],
		"defect": "logging",
		"message": sprintf("Web ACL '%s' has no logging configuration, so that nobody sees what it blocks.", [list.address]),
	}
]

_named_in_logs := {address | some found in _logs; some address in found.to}

_stray_logs := [found | some found in _logs; count(found.to) == 0]

_logged(list) := "pass" if list.address in _named_in_logs

_logged(list) := "open" if {
	not list.address in _named_in_logs
	count(_stray_logs) > 0
}

_logged(list) := "fail" if {
	not list.address in _named_in_logs
	count(_stray_logs) == 0
}

_assessed := array.concat(array.concat(_of_rules, _of_groups), array.concat(_of_rates, _of_logging))

subjects contains list.address if some list in _lists

examined contains record if {
	some list in _lists
	some record in array.concat([_record(list, "rules")], _json(list))
}

examined contains record if {
	some group in graph.of_types(object.keys(_groups))
	some record in array.concat([_record(group, "rules")], _json(group))
	value.is_known(record)
}

examined contains record if {
	some type, path in _logging_paths
	some configuration in graph.of_types([type])
	record := value.present(configuration, path)
	value.is_known(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
