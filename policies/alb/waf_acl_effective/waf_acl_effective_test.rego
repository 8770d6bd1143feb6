package policies.alb.waf_acl_effective_test

import data.policies.alb.waf_acl_effective as policy
import data.policies.lib.network_units_test as units

_params := {"ALB-006": {
	"required_groups": ["AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"],
	"require_rate_limit": false,
}}

_strict := {"ALB-006": object.union(_params["ALB-006"], {"require_rate_limit": true})}

_verdict(resources, params) := {"deny": deny, "undecided": undecided} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit with data.params as params
	undecided := policy.undecided with input as unit with data.params as params
}

_managed(name, more) := {
	"Name": name,
	"OverrideAction": {"None": {}},
	"Statement": {"ManagedRuleGroupStatement": object.union({"VendorName": "AWS", "Name": name}, more)},
}

_common := _managed("AWSManagedRulesCommonRuleSet", {})

_inputs := _managed("AWSManagedRulesKnownBadInputsRuleSet", {})

_list(rules) := units.cfn("Acl", "AWS::WAFv2::WebACL", {"DefaultAction": {"Allow": {}}, "Rules": rules})

_logging := units.cfn("Logs", "AWS::WAFv2::LoggingConfiguration", {"ResourceArn": units.ref("Acl")})

_defects(resources, params) := {violation.defect | some violation in _verdict(resources, params).deny}

test_managed_groups_and_a_log_pass_whatever_the_default_action if {
	_verdict([_list([_common, _inputs]), _logging], _params) == {"deny": set(), "undecided": set()}
}

test_no_rules_report_only_rules if _defects([_list([])], _strict) == {"rules"}

test_missing_groups_and_logs_are_defects_of_their_own if {
	_defects([_list([_common])], _params) == {"group:AWSManagedRulesKnownBadInputsRuleSet", "logging"}
}

test_a_group_that_only_counts_fails_at_its_override if {
	counting := object.union(object.remove(_common, ["OverrideAction"]), {"OverrideAction": {"Count": {}}})
	some violation in _verdict([_list([_inputs, counting]), _logging], _params).deny
	violation.path == ["Properties", "Rules", 1, "OverrideAction", "Count"]
}

test_a_group_of_another_vendor_is_none if {
	foreign := {"Name": "x", "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement": {
		"VendorName": "Fortinet",
		"Name": "AWSManagedRulesCommonRuleSet",
	}}}
	_defects([_list([foreign, _inputs]), _logging], _params) == {"group:AWSManagedRulesCommonRuleSet"}
}

test_log4j_must_not_be_excluded_or_counted if {
	excluded := _managed("AWSManagedRulesKnownBadInputsRuleSet", {"ExcludedRules": [{"Name": "Log4JRCE"}]})
	_defects([_list([_common, excluded]), _logging], _params) == {"group:AWSManagedRulesKnownBadInputsRuleSet"}
	counted := _managed("AWSManagedRulesKnownBadInputsRuleSet", {"RuleActionOverrides": [
		{"Name": "Log4JRCE_HEADER", "ActionToUse": {"Count": {}}},
	]})
	_defects([_list([_common, counted]), _logging], _params) == {"group:AWSManagedRulesKnownBadInputsRuleSet"}
	harmless := _managed("AWSManagedRulesKnownBadInputsRuleSet", {"RuleActionOverrides": [
		{"Name": "Host_localhost_HEADER", "ActionToUse": {"Count": {}}},
		{"Name": "Log4JRCE_BODY", "ActionToUse": {"Block": {}}},
	]})
	_defects([_list([_common, harmless]), _logging], _params) == set()
}

_open(rules, params) := {question.defect | some question in verdict.undecided} if {
	verdict := _verdict([_list(rules), _logging], params)
	verdict.deny == set()
}

test_an_exception_that_may_be_for_log4j_is_unknown if {
	every more in [
		{"ExcludedRules": [{"Name": units.parameter("Rule")}]},
		{"ExcludedRules": units.parameter("Rules")},
		{"RuleActionOverrides": [{"Name": units.parameter("Rule"), "ActionToUse": {"Count": {}}}]},
		{"RuleActionOverrides": [{"Name": "Log4JRCE_BODY", "ActionToUse": units.parameter("Action")}]},
		{"RuleActionOverrides": [units.parameter("Override")]},
	] {
		rules := [_common, _managed("AWSManagedRulesKnownBadInputsRuleSet", more)]
		_open(rules, _params) == {"group:AWSManagedRulesKnownBadInputsRuleSet"}
	}
}

test_an_exception_that_blocks_or_is_for_another_group_passes_whatever_its_name if {
	blocks := {"RuleActionOverrides": [{"Name": units.parameter("Rule"), "ActionToUse": {"Block": {}}}]}
	_open([_common, _managed("AWSManagedRulesKnownBadInputsRuleSet", blocks)], _params) == set()
	excluded := {"ExcludedRules": [{"Name": units.parameter("Rule")}]}
	_open([_managed("AWSManagedRulesCommonRuleSet", excluded), _inputs], _params) == set()
}

test_an_undecided_vendor_statement_or_override_is_unknown if {
	vendor := {"Statement": {"ManagedRuleGroupStatement": {
		"VendorName": units.parameter("Vendor"),
		"Name": "AWSManagedRulesCommonRuleSet",
	}}}
	every rule in [
		vendor,
		{"Statement": units.parameter("Statement")},
		object.union(object.remove(_common, ["OverrideAction"]), {"OverrideAction": {"Count": units.parameter("Count")}}),
	] {
		_open([rule, _inputs], _params) == {"group:AWSManagedRulesCommonRuleSet"}
	}
}

test_a_rate_limit_of_an_undecided_action_is_unknown if {
	limit := {"Name": "limit", "Statement": {"RateBasedStatement": {"Limit": 1000, "AggregateKeyType": "IP"}}}
	undecided := object.union(limit, {"Action": units.parameter("Action")})
	_open([_common, _inputs, undecided], _strict) == {"rate"}
}

test_a_rate_limit_must_block if {
	limit := {"Name": "limit", "Statement": {"RateBasedStatement": {"Limit": 1000, "AggregateKeyType": "IP"}}}
	counting := object.union(limit, {"Action": {"Count": {}}})
	blocking := object.union(limit, {"Action": {"Block": {}}})
	_defects([_list([_common, _inputs, counting]), _logging], _strict) == {"rate"}
	_defects([_list([_common, _inputs, blocking]), _logging], _strict) == set()
}

test_rules_that_are_not_read_leave_everything_open if {
	json := units.tf("aws_wafv2_web_acl.a", "aws_wafv2_web_acl", {"rule_json": "[]"})
	log := units.tf("aws_wafv2_web_acl_logging_configuration.l", "aws_wafv2_web_acl_logging_configuration", {
		"resource_arn": units.ref("aws_wafv2_web_acl.a"),
	})
	verdict := _verdict([json, log], _params)
	verdict.deny == set()
	count(verdict.undecided) == 2
	foreign := _list([{"Name": "g", "Statement": {"RuleGroupReferenceStatement": {"Arn": units.parameter("Group")}}}])
	open := _verdict([foreign, _logging], _params)
	open.deny == set()
	count(open.undecided) == 2
}

test_blocks_of_a_plan_are_read if {
	rules := [
		{
			"override_action": [{"none": [{}], "count": []}],
			"statement": [{"managed_rule_group_statement": [{
				"vendor_name": "AWS",
				"name": "AWSManagedRulesCommonRuleSet",
			}]}],
		},
		{
			"override_action": [{"none": [], "count": [{}]}],
			"statement": [{"managed_rule_group_statement": [{
				"vendor_name": "AWS",
				"name": "AWSManagedRulesKnownBadInputsRuleSet",
			}]}],
		},
	]
	some violation in _verdict([units.tf("aws_wafv2_web_acl.a", "aws_wafv2_web_acl", {"rule": rules})], _params).deny
	violation.path == ["rule", 1, "override_action", 0, "count", 0]
}

_group_rule(more) := object.union({"Name": "own", "Statement": {"RuleGroupReferenceStatement": {
	"Arn": units.ref("Own"),
}}}, more)

_own(rules) := units.cfn("Own", "AWS::WAFv2::RuleGroup", {"Capacity": 10, "Scope": "REGIONAL", "Rules": rules})

_with_group(rule, rules) := _verdict([_list([_common, _inputs, rule]), _logging, _own(rules)], _strict)

_limit(action) := {"Name": "limit", "Action": action, "Statement": {"RateBasedStatement": {
	"Limit": 1000,
	"AggregateKeyType": "IP",
}}}

test_a_declared_rule_group_is_read_for_its_rate if {
	uses := _group_rule({"OverrideAction": {"None": {}}})
	_with_group(uses, [_limit({"Block": {}})]) == {"deny": set(), "undecided": set()}
	every rules in [[], [_limit({"Count": {}})]] {
		{violation.defect | some violation in _with_group(uses, rules).deny} == {"rate"}
	}
	open := _with_group(uses, [_limit(units.parameter("Action"))])
	open.deny == set()
	{question.defect | some question in open.undecided} == {"rate"}
}

test_a_declared_rule_group_that_only_counts_limits_nobody if {
	counts := _group_rule({"OverrideAction": {"Count": {}}})
	{violation.defect | some violation in _with_group(counts, [_limit({"Block": {}})]).deny} == {"rate"}
	perhaps := _group_rule({"OverrideAction": units.parameter("Override")})
	open := _with_group(perhaps, [_limit({"Block": {}})])
	open.deny == set()
	{question.defect | some question in open.undecided} == {"rate"}
}

_block(name, override) := {
	"override_action": override,
	"statement": [{"managed_rule_group_statement": [{"vendor_name": "AWS", "name": name}]}],
}

test_an_undecided_override_of_a_plan_is_unknown if {
	open := {"$unknown": {"kind": "computed", "name": "var.override", "why": "is known only after apply"}}
	every override in [open, [open], [{"count": open, "none": open}]] {
		list := units.tf("aws_wafv2_web_acl.a", "aws_wafv2_web_acl", {"rule": [
			_block("AWSManagedRulesCommonRuleSet", override),
			_block("AWSManagedRulesKnownBadInputsRuleSet", [{"none": [{}], "count": []}]),
		]})
		log := units.tf("aws_wafv2_web_acl_logging_configuration.l", "aws_wafv2_web_acl_logging_configuration", {
			"resource_arn": units.ref("aws_wafv2_web_acl.a"),
		})
		verdict := _verdict([list, log], _params)
		verdict.deny == set()
		{question.defect | some question in verdict.undecided} == {"group:AWSManagedRulesCommonRuleSet"}
	}
}
