# One claim a policy: what AWS's policy evaluation logic makes of it, by hand, and the view must say. Only a few of the
# sensitive actions are asked for, so that wide policies stay readable.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
package policies.views.effective_rights_table_test

import data.policies.lib.effective_rights
import data.policies.lib.network_units_test as units

_probes := {
	"iam:passrole",
	"iam:putrolepolicy",
	"iam:createpolicyversion",
	"ec2:runinstances",
	"lambda:updatefunctioncode",
	"s3:getobject",
	"secretsmanager:getsecretvalue",
	"kms:decrypt",
}

_allow(action, resource) := {"Effect": "Allow", "Action": action, "Resource": resource}

_deny(action, resource) := {"Effect": "Deny", "Action": action, "Resource": resource}

_if(statement, condition) := object.union(statement, {"Condition": condition})

_inline(statements) := {"Policies": [{"PolicyName": "inline", "PolicyDocument": {"Statement": statements}}]}

_role(properties) := units.cfn("Role", "AWS::IAM::Role", properties)

_managed(name) := concat("", ["arn:aws:iam::aws:policy/", name])

_row(resources, principal) := row if {
	rows := effective_rights.rules with input as units.unit(resources)
	row := [found | some found in rows; found.principal == principal][0]
}

# Each right on a probe as a line: "action: what it reaches, for which services, under which limits".
_lines(row) := {line |
	some hold in row.holds
	hold.action in _probes
	reached := concat(",", sort({tail | some element in hold.elements; tail := _tail(element)}))
	line := concat("", [hold.action, ": ", reached, _limits(hold), _barred(hold), _doubt(hold)])
}

_tail(element) := element.tail if element.tail != null

_tail(element) := "unknown" if element.tail == null

_limits(hold) := concat("", [sprintf(" %s=%s", [limit.kind, concat(",", limit.values)]) | some limit in hold.limits])

_barred(hold) := "" if count(hold.barred) == 0

_barred(hold) := concat("", [" not ", concat(",", hold.barred)]) if count(hold.barred) > 0

_doubt(hold) := "" if count(hold.gaps) == 0

_doubt(hold) := " open" if count(hold.gaps) > 0

_of(statements) := _lines(_row([_role(_inline(statements))], "Role"))

_everything := {concat("", [probe, ": *"]) | some probe in _probes}

_but(actions) := {line | some line in _everything; not split(line, ": ")[0] in actions}

_iam := {"iam:passrole", "iam:putrolepolicy", "iam:createpolicyversion"}

_of_iam := {line | some line in _everything; startswith(line, "iam:")}

test_01_administrator_access if {
	row := _row([_role({"ManagedPolicyArns": [_managed("AdministratorAccess")]})], "Role")
	_lines(row) == _everything
	row.complete
}

test_02_power_user_access if {
	_lines(_row([_role({"ManagedPolicyArns": [_managed("PowerUserAccess")]})], "Role")) == _but(_iam)
}

test_03_iam_full_access if {
	_lines(_row([_role({"ManagedPolicyArns": [_managed("IAMFullAccess")]})], "Role")) == _of_iam
}

test_04_a_policy_of_aws_that_is_known_by_name_only if {
	row := _row([_role({"ManagedPolicyArns": [_managed("ReadOnlyAccess")]})], "Role")
	_lines(row) == set()
	not row.complete
}

test_05_every_action_on_everything if _of([_allow("*", "*")]) == _everything

test_06_every_action_as_two_wildcards if _of([_allow("*:*", "arn:*:*:*:*:*")]) == _everything

test_07_all_but_iam if _of([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]) == _but(_iam)

test_08_all_but_one_action if {
	_of([{"Effect": "Allow", "NotAction": ["iam:P*"], "Resource": "*"}]) == _but({"iam:passrole", "iam:putrolepolicy"})
}

test_09_all_resources_but_roles if {
	lines := _of([{"Effect": "Allow", "Action": "iam:*", "NotResource": "arn:aws:iam::*:role/*"}])
	lines == {"iam:createpolicyversion: *"}
}

test_10_one_service_on_one_bucket if {
	_of([_allow("s3:*", ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"])]) == {"s3:getobject: reports,reports/*"}
}

test_11_a_wildcard_in_the_service_name if _of([_allow("s?:*", "*")]) == {"s3:getobject: *"}

test_12_a_wildcard_before_a_suffix if {
	_of([_allow("iam:*Policy", "arn:aws:iam::111122223333:role/*")]) == {"iam:putrolepolicy: *"}
}

test_13_passing_a_prefix_of_roles_to_one_service if {
	condition := {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
	lines := _of([_if(_allow("iam:Pass*", "arn:aws:iam::*:role/app-*"), condition)])
	lines == {"iam:passrole: app-* service=ecs-tasks.amazonaws.com"}
}

test_14_passing_one_role if {
	_of([_allow("iam:PassRole", "arn:aws:iam::111122223333:role/app/task")]) == {"iam:passrole: app/task"}
}

test_15_if_exists_on_the_service_still_limits if {
	condition := {"StringEqualsIfExists": {"iam:PassedToService": "glue.amazonaws.com"}}
	_of([_if(_allow("iam:PassRole", "*"), condition)]) == {"iam:passrole: * service=glue.amazonaws.com"}
}

test_16_for_all_values_holds_where_the_key_is_missing if {
	condition := {"ForAllValues:StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}}
	_of([_if(_allow("iam:PassRole", "*"), condition)]) == {"iam:passrole: *"}
}

test_17_mfa_limits_no_resource if {
	condition := {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
	_of([_if(_allow("iam:PutRolePolicy", "*"), condition)]) == {"iam:putrolepolicy: *"}
}

test_18_an_explicit_deny_wins if {
	_of([_allow("*", "*"), _deny("iam:PassRole", "*")]) == _but({"iam:passrole"})
}

test_19_a_deny_on_every_role_denies_passing if {
	_of([_allow("iam:PassRole", "*"), _deny("iam:*", "arn:aws:iam::*:role/*")]) == set()
}

test_20_a_deny_on_one_role_leaves_the_others if {
	lines := _of([_allow("iam:PassRole", "*"), _deny("iam:PassRole", "arn:aws:iam::*:role/admin")])
	lines == {"iam:passrole: *"}
}

test_21_a_deny_of_all_other_services_demands_this_one if {
	condition := {"StringNotEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
	statements := [_allow("iam:PassRole", "*"), _if(_deny("iam:PassRole", "*"), condition)]
	_of(statements) == {"iam:passrole: * service=lambda.amazonaws.com"}
}

test_22_a_deny_of_one_service_bars_it if {
	condition := {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
	statements := [_allow("iam:PassRole", "*"), _if(_deny("iam:PassRole", "*"), condition)]
	_of(statements) == {"iam:passrole: * not ec2.amazonaws.com"}
}

test_23_a_deny_of_all_other_resources_narrows if {
	deny := {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::reports/*"}
	_of([_allow("s3:GetObject", "*"), deny]) == {"s3:getobject: reports/*"}
}

test_24_a_deny_of_all_other_actions_leaves_these if {
	deny := {"Effect": "Deny", "NotAction": ["s3:*", "kms:*"], "Resource": "*"}
	_of([_allow("*", "*"), deny]) == {"s3:getobject: *", "kms:decrypt: *"}
}

test_25_a_misspelt_effect_allows_nothing if {
	_of([{"Effect": "allow", "Action": "*", "Resource": "*"}]) == set()
}

test_26_names_of_actions_have_no_case if _of([_allow("IAM:passROLE", "*")]) == {"iam:passrole: *"}

_bounded(allowed, boundary) := _lines(_row([
	_role(object.union(_inline(allowed), {"PermissionsBoundary": units.ref("Boundary")})),
	units.cfn("Boundary", "AWS::IAM::ManagedPolicy", {"PolicyDocument": {"Statement": boundary}}),
], "Role"))

test_27_a_boundary_is_the_most_that_is_left if {
	boundary := [_allow("s3:*", "arn:aws:s3:::reports/*"), _allow("kms:*", "*")]
	_bounded([_allow("*", "*")], boundary) == {"s3:getobject: reports/*", "kms:decrypt: *"}
}

test_28_a_boundary_grants_nothing_by_itself if {
	_bounded([_allow("s3:Get*", "*")], [_allow("*", "*")]) == {"s3:getobject: *"}
}

test_29_a_deny_in_the_boundary_wins if {
	lines := _bounded([_allow("iam:*", "*")], [_allow("*", "*"), _deny("iam:PassRole", "*")])
	lines == {"iam:putrolepolicy: *", "iam:createpolicyversion: *"}
}

test_30_a_boundary_of_aws_is_known_by_its_name if {
	properties := object.union(_inline([_allow("iam:*", "*")]), {"PermissionsBoundary": _managed("PowerUserAccess")})
	_lines(_row([_role(properties)], "Role")) == set()
}

test_31_a_boundary_that_is_not_shown_leaves_it_open if {
	boundary := {"PermissionsBoundary": "arn:aws:iam::111122223333:policy/boundary"}
	row := _row([_role(object.union(_inline([_allow("iam:PassRole", "*")]), boundary))], "Role")
	_lines(row) == {"iam:passrole: * open"}
	not row.complete
}

test_32_passing_split_over_an_inline_and_an_attached_policy if {
	row := _row([
		_role(object.union(
			_inline([_allow("iam:PassRole", "arn:aws:iam::*:role/*")]),
			{"ManagedPolicyArns": [units.ref("Starting")]},
		)),
		units.cfn("Starting", "AWS::IAM::ManagedPolicy", {"PolicyDocument": {"Statement": _allow("ec2:Run*", "*")}}),
	], "Role")
	_lines(row) == {"iam:passrole: *", "ec2:runinstances: *"}
	row.complete
}

_member(group_statements, own) := _lines(_row([
	units.cfn("User", "AWS::IAM::User", object.union(_inline(own), {"Groups": [units.ref("Group")]})),
	units.cfn("Group", "AWS::IAM::Group", _inline(group_statements)),
], "User"))

test_33_a_user_has_the_rights_of_the_group if {
	lines := _member([_allow("iam:PassRole", "*")], [_allow("ec2:RunInstances", "*")])
	lines == {"iam:passrole: *", "ec2:runinstances: *"}
}

test_34_a_deny_of_the_group_binds_the_user if {
	_member([_deny("iam:*", "*")], [_allow("iam:PassRole", "*"), _allow("kms:Decrypt", "*")]) == {"kms:decrypt: *"}
}

test_35_the_own_user_only if {
	row := _row([_role(_inline([_allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}")]))], "Role")
	[element.tail | some hold in row.holds; some element in hold.elements] == ["${aws:username}"]
}

test_36_a_resource_of_another_kind_grants_nothing if {
	_of([_allow("iam:PassRole", "arn:aws:iam::*:user/*"), _allow("s3:GetObject", "arn:aws:sqs:*:*:*")]) == set()
}

test_37_a_policy_that_nothing_holds_is_its_own_principal if {
	policy := units.cfn("P", "AWS::IAM::ManagedPolicy", {"PolicyDocument": {"Statement": _allow("iam:PassRole", "*")}})
	_lines(_row([policy], "P")) == {"iam:passrole: *"}
}

test_38_a_tag_of_the_resource_limits if {
	condition := {"StringEquals": {"aws:ResourceTag/team": "web"}}
	lines := _of([_if(_allow("secretsmanager:GetSecretValue", "*"), condition)])
	lines == {"secretsmanager:getsecretvalue: * resource=web"}
}

test_39_the_account_of_the_resource_limits_nothing_in_it if {
	condition := {"StringEquals": {"aws:ResourceAccount": "111122223333"}}
	lines := _of([_if(_allow("secretsmanager:GetSecretValue", "*"), condition)])
	lines == {"secretsmanager:getsecretvalue: *"}
}

test_40_a_calling_service_limits_decrypting if {
	condition := {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
	_of([_if(_allow("kms:Decrypt", "*"), condition)]) == {"kms:decrypt: * resource=s3.eu-west-1.amazonaws.com"}
}

test_41_what_a_template_leaves_unknown_is_open if {
	_of([_allow("iam:PassRole", units.parameter("Role"))]) == {"iam:passrole: unknown"}
	row := _row([_role(_inline(units.parameter("Statements")))], "Role")
	not row.complete
}

test_42_documents_of_data_sources_come_together if {
	block := {"effect": "Allow", "actions": ["iam:PassRole"], "resources": ["*"]}
	json := {"$unknown": {"kind": "computed", "name": "json", "why": "is known after apply", "references": []}}
	source := "data.aws_iam_policy_document.pass"
	row := _row([
		units.tf("aws_iam_role.r", "aws_iam_role", {"name": "r"}),
		units.tf("aws_iam_policy.p", "aws_iam_policy", {"policy": units.computed([source])}),
		units.tf("aws_iam_role_policy_attachment.a", "aws_iam_role_policy_attachment", {
			"role": units.ref("aws_iam_role.r"), "policy_arn": units.ref("aws_iam_policy.p"),
		}),
		units.tf(source, "data.aws_iam_policy_document", {"statement": [block], "json": json}),
	], "aws_iam_role.r")
	_lines(row) == {"iam:passrole: *"}
	row.complete
}

test_43_a_permission_set_of_identity_center if {
	row := _row([
		units.tf("aws_ssoadmin_permission_set.ops", "aws_ssoadmin_permission_set", {"name": "ops"}),
		units.tf("aws_ssoadmin_managed_policy_attachment.a", "aws_ssoadmin_managed_policy_attachment", {
			"permission_set_arn": units.ref("aws_ssoadmin_permission_set.ops"),
			"managed_policy_arn": _managed("IAMFullAccess"),
		}),
	], "aws_ssoadmin_permission_set.ops")
	_lines(row) == _of_iam
}

test_44_a_policy_that_names_its_role_by_name if {
	row := _row([
		_role({"RoleName": "app"}),
		units.cfn("P", "AWS::IAM::Policy", {
			"Roles": ["app"], "PolicyDocument": {"Statement": _allow("s3:GetObject", "arn:aws:s3:::b/*")},
		}),
	], "Role")
	_lines(row) == {"s3:getobject: b/*"}
}

test_45_rights_name_what_denies_leave if {
	row := _row([_role(_inline([_allow(["iam:*", "s3:Put*"], "*"), _deny(["iam:PassRole", "s3:*"], "*")]))], "Role")
	[[right.actions, right.but_actions] | some right in row.rights] == [[["iam:*"], ["iam:passrole"]]]
}
