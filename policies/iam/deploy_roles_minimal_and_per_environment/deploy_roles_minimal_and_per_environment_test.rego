package policies.iam.deploy_roles_minimal_and_per_environment_test

import data.policies.iam.deploy_roles_minimal_and_per_environment as policy
import data.policies.lib.network_units_test as units
import data.policies.views.oidc_trusts

_statement(subjects) := {
	"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
	"Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
	"Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": subjects}},
}

# A template with one role that lets in environments of one repository.
_template(environments) := {"unit": "roles.yaml", "views": {"oidc_trusts": rows}} if {
	role := units.cfn("Deploy", "AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Statement": _statement([
		concat("", ["repo:acme/shop:", environment]) | some environment in environments
	])}})
	rows := oidc_trusts.rows with input as units.unit([role])
}

_workflow(jobs) := {
	"unit": "deploy.yml",
	"views": {
		"deploy_jobs": [{"job": job.job, "certainty": job.certainty, "classes": job.classes} | some job in jobs],
		"assumed_roles": [{
			"job": job.job, "path": ["steps", 0, "with", "role-to-assume"], "text": job.text,
			"environments": job.environments, "environment_open": false,
		} |
			some job in jobs
		],
	},
}

_job(name, class, text, environments) := {
	"job": concat("", ["jobs.", name]), "certainty": "definite", "classes": [{"class": class}],
	"text": text, "environments": environments,
}

_denied(scan) := {[violation.resource, violation.path] | some violation in denials} if {
	denials := policy.deny with input as {"units": scan}
}

_undecided(scan) := {entry.message | some entry in entries} if {
	entries := policy.undecided with input as {"units": scan}
}

_subjects(scan) := {subject.resource | some subject in found} if {
	found := policy.subjects with input as {"units": scan}
}

_condition_path := [
	"Properties", "AssumeRolePolicyDocument", "Statement",
	"Condition", "StringLike", "token.actions.githubusercontent.com:sub",
]

test_a_role_of_staging_and_production_fails if {
	scan := [_template(["environment:production", "environment:staging"])]
	_denied(scan) == {["Deploy", array.concat(_condition_path, [1])]}
}

test_a_wildcard_over_production_and_others_fails if {
	count(_denied([_template(["environment:*"])])) == 1
	count(_denied([_template(["environment:prod*"])])) == 0
}

test_environments_of_one_class_may_share if {
	scan := [_template(["environment:dev", "environment:sandbox"])]
	_denied(scan) == set()
	_undecided(scan) == set()
	_subjects(scan) == {"Deploy"}
}

test_a_branch_names_no_environment if {
	scan := [_template(["ref:refs/heads/main", "environment:production"])]
	_denied(scan) == set()
	_undecided(scan) == set()
}

test_an_environment_of_no_class_beside_production_is_undecided if {
	_undecided([_template(["environment:production", "environment:blue"])]) == {concat("", [
		"The role 'Deploy' may be shared with production: ",
		"what kind of environment 'blue' is cannot be told.",
	])}
	_undecided([_template(["environment:blue"])]) == set()
}

_arn := "arn:aws:iam::111122223333:role/deploy"

test_jobs_of_two_classes_with_one_role_fail if {
	scan := [_workflow([
		_job("staging", "staging", _arn, ["staging"]),
		_job("production", "production", _arn, ["production"]),
	])]
	_denied(scan) == {["jobs.staging", ["steps", 0, "with", "role-to-assume"]]}
	_subjects(scan) == {"jobs.staging", "jobs.production"}
}

test_jobs_of_two_workflows_with_one_role_fail if {
	one := _workflow([_job("a", "dev", _arn, [])])
	other := object.union(_workflow([_job("b", "production", _arn, ["production"])]), {"unit": "production.yml"})
	count(_denied([one, other])) == 1
}

test_different_roles_pass if {
	scan := [_workflow([
		_job("staging", "staging", "arn:aws:iam::111122223333:role/staging", []),
		_job("production", "production", _arn, []),
	])]
	_denied(scan) == set()
	_undecided(scan) == set()
}

test_one_role_in_two_accounts_is_two if {
	scan := [_workflow([
		_job("staging", "staging", "arn:aws:iam::444455556666:role/deploy", []),
		_job("production", "production", _arn, []),
	])]
	_denied(scan) == set()
}

test_variables_of_different_environments_pass if {
	scan := [_workflow([
		_job("staging", "staging", "${{ vars.ROLE }}", ["staging"]),
		_job("production", "production", "${{ vars.ROLE }}", ["production"]),
	])]
	_denied(scan) == set()
	_undecided(scan) == set()
}

test_a_variable_without_an_environment_is_undecided if {
	scan := [_workflow([
		_job("staging", "staging", "${{ secrets.ROLE }}", []),
		_job("production", "production", "${{ secrets.ROLE }}", ["production"]),
	])]
	_denied(scan) == set()
	_undecided(scan) == {concat("", [
		"The job 'staging' may assume '${{ secrets.role }}', the role that 'production' deploys to production with: ",
		"the expression is the same, and no environment of its own gives it another value.",
	])}
}

test_different_variables_pass if {
	_undecided([_workflow([
		_job("staging", "staging", "${{ secrets.STAGING_ROLE }}", []),
		_job("production", "production", "${{ secrets.PRODUCTION_ROLE }}", []),
	])]) == set()
}

test_two_jobs_of_dev_may_share if {
	scan := [_workflow([_job("a", "dev", _arn, ["dev"]), _job("b", "dev", _arn, ["sandbox"])])]
	_denied(scan) == set()
	_undecided(scan) == set()
}

test_a_job_that_does_not_deploy_does_not_count if {
	builder := {
		"unit": "build.yml",
		"views": {"deploy_jobs": [], "assumed_roles": [{"job": "jobs.build", "text": _arn}]},
	}
	scan := [builder, _workflow([_job("production", "production", _arn, ["production"])])]
	_denied(scan) == set()
	_subjects(scan) == {"jobs.production"}
}

test_a_job_that_probably_deploys_is_undecided if {
	probable := object.union(_job("staging", "staging", _arn, ["staging"]), {"certainty": "probable"})
	scan := [_workflow([probable, _job("production", "production", _arn, ["production"])])]
	_denied(scan) == set()
	count(_undecided(scan)) == 1
}

test_a_matrix_over_environments_with_one_role_fails if {
	both := object.union(
		_job("deploy", "staging", _arn, ["staging", "production"]),
		{"classes": [{"class": "staging"}, {"class": "production"}]},
	)
	count(_denied([_workflow([both])])) == 1
	count(_denied([_workflow([object.union(both, {"text": "${{ vars.ROLE }}"})])])) == 0
	count(_undecided([_workflow([object.union(both, {"text": "${{ vars.ROLE }}"})])])) == 0
}

test_a_class_that_is_not_known_is_undecided if {
	count(_undecided([_workflow([
		_job("a", "unknown", _arn, []),
		_job("production", "production", _arn, ["production"]),
	])])) == 1
}

test_a_subject_that_is_not_known_may_be_another_environment if {
	open := {"$unknown": {"kind": "parameter", "name": "Subject", "why": "has no default"}}
	role := units.cfn("Deploy", "AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Statement": _statement([
		"repo:acme/shop:environment:dev",
		open,
	])}})
	rows := oidc_trusts.rows with input as units.unit([role])
	scan := [{"unit": "roles.yaml", "views": {"oidc_trusts": rows}}]
	_denied(scan) == set()
	some message in _undecided(scan)
	contains(message, "may be shared by environments")
}
