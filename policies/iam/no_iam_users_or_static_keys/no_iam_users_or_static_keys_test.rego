package policies.iam.no_iam_users_or_static_keys_test

import data.policies.iam.no_iam_users_or_static_keys as users
import data.policies.lib.units_test as units

_result(unit) := result if {
	result := users with input as unit with data.params as {"IAM-014": {}}
}

_severities(result) := {violation.defect: severity |
	some violation in result.deny
	severity := object.get(violation, "severity", "high")
}

_key(properties, outputs) := _severities(_result(object.union(
	units.template({"K": {"type": "AWS::IAM::AccessKey", "properties": properties}}),
	{"outputs": outputs},
)))

test_an_access_key_is_high if _key({"UserName": "ses"}, []) == {"access-key": "high"}

test_an_inactive_key_is_medium if _key({"UserName": "ses", "Status": "Inactive"}, []) == {"access-key": "medium"}

test_a_key_of_undecided_status_is_high if {
	_key({"Status": units.unknown("parameter", "Status")}, []) == {"access-key": "high"}
}

test_an_output_of_the_secret_is_critical if {
	secret := [{"name": "Secret", "references": [{"address": "K", "attribute": "SecretAccessKey"}]}]
	_key({"UserName": "ses"}, secret) == {"access-key": "critical"}
	_key({"UserName": "ses", "Status": "Inactive"}, secret) == {"access-key": "critical"}
}

test_an_output_of_the_id_alone_is_high if {
	_key({"UserName": "ses"}, [{"name": "Id", "references": [{"address": "K", "attribute": ""}]}]) == {
		"access-key": "high",
	}
}

_user(properties) := _result(units.template({"U": {"type": "AWS::IAM::User", "properties": properties}}))

test_policies_of_a_user_are_medium if {
	given := {"Groups": ["g"], "Policies": [{}], "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}
	_severities(_user(given)) == {"inline-policies": "medium", "attached-policies": "medium"}
}

test_empty_lists_of_policies_pass if {
	units.outcome(_user({"Groups": ["g"], "Policies": [], "ManagedPolicyArns": []}), "U") == "pass"
}

test_undecided_policies_are_unknown if {
	units.outcome(_user({"Groups": ["g"], "Policies": units.unknown("parameter", "P")}), "U") == "unknown"
	units.outcome(_user({"Groups": ["g"], "ManagedPolicyArns": units.unknown("parameter", "P")}), "U") == "unknown"
}

test_a_password_is_medium if {
	_severities(_user({"Groups": ["g"], "LoginProfile": {"Password": "x"}})) == {"login-profile": "medium"}
}

test_a_permissions_boundary_is_no_policy_of_the_user if {
	units.outcome(_user({"Groups": ["g"], "PermissionsBoundary": "arn:aws:iam::aws:policy/X"}), "U") == "pass"
}

test_a_user_in_no_group_is_low if {
	_severities(_user({})) == {"no-group": "low"}
	_severities(_user({"Groups": []})) == {"no-group": "low"}
}

test_an_imported_list_of_groups_is_unknown if {
	units.outcome(_user({"Groups": units.unknown("import", "Groups")}), "U") == "unknown"
}

test_an_imported_group_is_a_group if {
	units.outcome(_user({"Groups": [units.unknown("import", "Operators")]}), "U") == "pass"
}

_added(written, edges) := units.outcome(
	_result(units.template({
		"U": {"type": "AWS::IAM::User", "properties": {"UserName": "anna"}},
		"A": {
			"type": "AWS::IAM::UserToGroupAddition",
			"properties": {"GroupName": "operators", "Users": written},
			"edges": edges,
		},
	})),
	"U",
)

test_an_addition_makes_a_member if {
	_added([units.reference("U", "")], [[["Users", 0], "U", ""]]) == "pass"
	_added(["Anna"], []) == "pass"
	_added(["bela"], []) == "fail"
}

test_undecided_additions_may_name_the_user if {
	_added(units.unknown("parameter", "Users"), []) == "unknown"
	_added(["bela", units.unknown("parameter", "User")], []) == "unknown"
}

_policy(type, properties) := _result(units.template({"P": {"type": type, "properties": properties}}))

test_policies_attached_to_users_are_medium if {
	_severities(_policy("AWS::IAM::Policy", {"Users": ["anna"]})) == {"users": "medium"}
	_severities(_policy("AWS::IAM::ManagedPolicy", {"Users": ["anna"]})) == {"users": "medium"}
	_severities(_policy("AWS::IAM::UserPolicy", {"UserName": units.unknown("parameter", "U")})) == {"users": "medium"}
}

test_policies_of_roles_are_not_judged if {
	units.outcome(_policy("AWS::IAM::Policy", {"Roles": ["r"]}), "P") == ""
	units.outcome(_policy("AWS::IAM::ManagedPolicy", {"Users": []}), "P") == ""
}

test_an_undecided_list_of_users_is_unknown if {
	units.outcome(_policy("AWS::IAM::Policy", {"Users": units.unknown("parameter", "Users")}), "P") == "unknown"
}

_planned(type, values, edges) := _severities(_result(units.plan({
	"aws_iam_user.u": {"type": "aws_iam_user", "values": {"name": "anna"}},
	"x": {"type": type, "values": values, "edges": edges},
})))

test_the_resources_of_plans_are_judged_alike if {
	lonely := {"no-group": "low"}
	_planned("aws_iam_access_key", {"user": "anna"}, []) == object.union(lonely, {"access-key": "high"})
	_planned("aws_iam_access_key", {"status": "Inactive"}, []) == object.union(lonely, {"access-key": "medium"})
	_planned("aws_iam_user_policy", {"user": "anna"}, []) == object.union(lonely, {"users": "medium"})
	_planned("aws_iam_user_policy_attachment", {"user": "anna"}, []) == object.union(lonely, {"users": "medium"})
	_planned("aws_iam_policy_attachment", {"users": ["anna"]}, []) == object.union(lonely, {"users": "medium"})
	_planned("aws_iam_policy_attachment", {"roles": ["anna"]}, []) == lonely
	_planned("aws_iam_policy_attachment", {"users": [""]}, []) == lonely
	_planned("aws_iam_user_login_profile", {"user": "anna"}, []) == object.union(lonely, {"login-profile": "medium"})
}

test_memberships_of_plans_make_members if {
	_planned("aws_iam_user_group_membership", {"user": "anna", "groups": ["g"]}, []) == {}
	_planned("aws_iam_user_group_membership", {"user": "anna", "groups": []}, []) == {"no-group": "low"}
	_planned("aws_iam_group_membership", {"group": "g", "users": ["anna"]}, []) == {}
	_planned(
		"aws_iam_group_membership",
		{"group": "g", "users": units.unknown("computed", "users")},
		[[["users"], "aws_iam_user.u", "name"]],
	) == {}
}
