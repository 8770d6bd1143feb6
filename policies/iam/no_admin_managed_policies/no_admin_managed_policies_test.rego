package policies.iam.no_admin_managed_policies_test

import data.policies.iam.no_admin_managed_policies
import data.policies.lib.network_units_test as units

_baseline := {"IAM-005": {
	"denied_critical": ["AdministratorAccess", "IAMFullAccess", "PowerUserAccess"],
	"denied_high": ["SystemAdministrator", "SecretsManagerReadWrite"],
	"denied_medium": [],
	"deny_full_access": false,
}}

_strict := {"IAM-005": object.union(_baseline["IAM-005"], {
	"denied_medium": ["AWSCloudShellFullAccess"],
	"deny_full_access": true,
})}

_cis := {"IAM-005": object.union(_baseline["IAM-005"], {
	"denied_high": [],
	"denied_medium": ["AWSCloudShellFullAccess"],
})}

_denied(resources, params) := found if {
	denials := no_admin_managed_policies.deny with input as units.unit(resources) with data.params as params
	found := {[violation.resource, violation.defect, violation.severity] | some violation in denials}
}

_undecided(resources) := found if {
	entries := no_admin_managed_policies.undecided with input as units.unit(resources) with data.params as _baseline
	found := {entry.message | some entry in entries}
}

_aws(name) := concat("", ["arn:aws:iam::aws:policy/", name])

_role(arns) := units.cfn("Role", "AWS::IAM::Role", {"ManagedPolicyArns": arns})

_deny_role(arn) := _denied([_role([arn])], _baseline)

test_an_administrator_is_critical if {
	_deny_role(_aws("AdministratorAccess")) == {["Role", "AdministratorAccess", "critical"]}
}

test_any_partition_counts if {
	denied := {["Role", "AdministratorAccess", "critical"]}
	_deny_role("arn:aws-cn:iam::aws:policy/AdministratorAccess") == denied
	_deny_role("arn:aws-us-gov:iam::aws:policy/AdministratorAccess") == denied
	partition := {"$unknown": {"kind": "pseudo-parameter", "name": "AWS::Partition", "why": "x"}}
	_deny_role({"$partial": ["arn:", partition, ":iam::aws:policy/AdministratorAccess"]}) == denied
}

test_a_path_before_the_name_does_not_matter if {
	_deny_role(_aws("job-function/SystemAdministrator")) == {["Role", "SystemAdministrator", "high"]}
}

test_only_exact_names_count if {
	_deny_role(_aws("AdministratorAccess-Amplify")) == set()
	_deny_role(_aws("AdministratorAccess-AWSElasticBeanstalk")) == set()
	_deny_role(_aws("service-role/AmazonECSTaskExecutionRolePolicy")) == set()
}

test_an_own_policy_of_the_same_name_is_another if {
	_deny_role("arn:aws:iam::111122223333:policy/AdministratorAccess") == set()
	_undecided([_role(["arn:aws:iam::111122223333:policy/AdministratorAccess"])]) == set()
}

test_full_access_to_one_service_is_for_strict_only if {
	role := _role([_aws("AmazonS3FullAccess")])
	_denied([role], _baseline) == set()
	_denied([role], _strict) == {["Role", "AmazonS3FullAccess", "medium"]}
}

test_the_shell_is_for_cis_and_strict if {
	role := _role([_aws("AWSCloudShellFullAccess"), _aws("SecretsManagerReadWrite")])
	_denied([role], _baseline) == {["Role", "SecretsManagerReadWrite", "high"]}
	_denied([role], _cis) == {["Role", "AWSCloudShellFullAccess", "medium"]}
}

test_the_finding_stands_at_the_element if {
	role := _role([_aws("ReadOnlyAccess"), _aws("IAMFullAccess")])
	denials := no_admin_managed_policies.deny with input as units.unit([role]) with data.params as _baseline
	[violation.path | some violation in denials] == [["Properties", "ManagedPolicyArns", 1]]
}

test_permission_sets_users_and_groups_are_judged if {
	set_arns := {"ManagedPolicies": [_aws("PowerUserAccess")]}
	_denied([
		units.cfn("Set", "AWS::SSO::PermissionSet", set_arns),
		units.cfn("User", "AWS::IAM::User", {"ManagedPolicyArns": [_aws("IAMFullAccess")]}),
		units.cfn("Group", "AWS::IAM::Group", {"ManagedPolicyArns": [_aws("AdministratorAccess")]}),
	], _baseline) == {
		["Set", "PowerUserAccess", "critical"],
		["User", "IAMFullAccess", "critical"],
		["Group", "AdministratorAccess", "critical"],
	}
}

test_attachments_of_terraform_are_judged if {
	type := "aws_iam_user_policy_attachment"
	attachment := units.tf("aws_iam_user_policy_attachment.a", type, {"user": "u", "policy_arn": _aws("PowerUserAccess")})
	_denied([attachment], _baseline) == {["aws_iam_user_policy_attachment.a", "PowerUserAccess", "critical"]}
}

test_a_data_source_gives_its_arn if {
	found := units.tf("data.aws_iam_policy.admin", "data.aws_iam_policy", {"arn": _aws("AdministratorAccess")})
	attachment := units.tf("aws_iam_role_policy_attachment.a", "aws_iam_role_policy_attachment", {
		"role": "r", "policy_arn": units.ref("data.aws_iam_policy.admin"),
	})
	_denied([found, attachment], _baseline) == {["aws_iam_role_policy_attachment.a", "AdministratorAccess", "critical"]}
}

test_a_role_of_deployments_is_worse if {
	trust := {"Statement": {
		"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole",
	}}
	role := units.cfn("Role", "AWS::IAM::Role", {
		"ManagedPolicyArns": [_aws("SecretsManagerReadWrite")], "AssumeRolePolicyDocument": trust,
	})
	_denied([role], _baseline) == {["Role", "SecretsManagerReadWrite", "critical"]}
}

test_an_unknown_policy_is_undecided if {
	_undecided([_role([units.parameter("Policy")])]) == {
		"'Role' attaches a policy that may be an administrator's: parameter 'Policy' has no default.",
	}
	_undecided([_role([{"$partial": ["arn:aws:iam::aws:policy/", units.parameter("Policy")]}])]) == {
		concat("", [
			"'Role' attaches a policy that may be an administrator's: ",
			"the text is known in part only: parameter 'Policy' has no default.",
		]),
	}
}

test_a_policy_of_the_unit_is_decided if {
	_undecided([_role([units.ref("Own")]), units.cfn("Own", "AWS::IAM::ManagedPolicy", {})]) == set()
}

test_a_role_of_terraform_without_a_list_is_no_subject if {
	unit := units.unit([units.tf("aws_iam_role.r", "aws_iam_role", {"name": "r"})])
	found := no_admin_managed_policies.subjects with input as unit
	found == set()
}
