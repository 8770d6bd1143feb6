package policies.views.deploy_jobs_test

import data.policies.lib.workflow_units_test as units
import data.policies.views.deploy_jobs

_rows(jobs) := rows if rows := deploy_jobs.rows with input as units.unit(jobs, [])

_one(id, steps, given) := [[row.certainty, row.role] | some row in _rows([units.job(id, steps, given)])]

_roles(line) := [step.role |
	some row in _rows([units.job("a", [units.run(0, [line])], {})])
	some step in row.steps
]

test_commands_that_deploy if {
	every line in [
		"aws --region x ecs update-service --cluster c",
		"terraform -chdir=d apply",
		"terragrunt run-all apply",
		"kubectl -n web apply -f x",
		"yarn cdk deploy",
		"helm upgrade --install web ./chart",
		"gcloud beta run deploy web",
		"az deployment group create -g x",
		"vercel --prod",
		"ansible-playbook site.yml",
	] {
		_roles(line) == ["deploy"]
	}
}

test_commands_that_only_look if {
	every line in [
		"terraform plan",
		"kubectl apply --dry-run=client -f x",
		"helm diff upgrade web",
		"cdk synth",
		"aws cloudformation deploy --no-execute-changeset",
		"ansible-playbook site.yml --check",
		"aws cloudformation create-change-set",
		"aws deploy push",
		"vercel build --prod",
		"vercel deploy",
		"npm publish",
		"docker push web",
		"echo terraform apply",
	] {
		_roles(line) == []
	}
}

test_a_dry_run_of_none_deploys if _roles("kubectl apply --dry-run=none -f x") == ["deploy"]

test_roles if {
	_roles("terraform destroy") == ["teardown"]
	_roles("terraform apply -destroy") == ["teardown"]
	_roles("kubectl rollout undo deployment/web") == ["rollback"]
	_one("undo-release", [units.run(0, ["kubectl apply -f x"])], {}) == [["definite", "rollback"]]
}

test_actions_deploy_by_their_inputs if {
	ecs := "aws-actions/amazon-ecs-deploy-task-definition"
	_one("a", [units.use(0, ecs, {"service": "web"})], {}) == [["definite", "deploy"]]
	_one("a", [units.use(0, ecs, {})], {}) == []
	_one("a", [units.use(0, "pulumi/actions", {"command": "preview"})], {}) == []
	_one("a", [units.use(0, "pulumi/actions", {"command": "up"})], {}) == [["definite", "deploy"]]
	_one("a", [units.use(0, "azure/static-web-apps-deploy", {"action": "close"})], {}) == []
	_one("a", [units.use(0, "aws-actions/aws-cloudformation-github-deploy", {"no-execute-changeset": "1"})], {}) == []
}

test_a_copy_of_a_site_deploys_and_one_of_a_report_does_not if {
	_roles("aws s3 sync ./dist s3://site") == ["deploy"]
	_roles("aws s3 cp report.xml s3://reports") == []
	_roles("aws s3 cp s3://site dist") == []
	emptied := [units.run(0, ["aws s3 sync web s3://site", "aws cloudfront create-invalidation --paths x"])]
	_one("a", emptied, {}) == [["definite", "deploy"]]
	report := [units.run(0, ["aws s3 cp x s3://b"])]
	_one("a", report, {"environment": units.environment("production")}) == [["definite", "deploy"]]
}

test_a_test_environment_is_no_deployment_unless_it_is_production if {
	kind := [units.use(0, "helm/kind-action", {}), units.run(1, ["helm install web ./chart"])]
	_one("a", kind, {}) == []
	_one("prod", kind, {}) == [["definite", "deploy"]]
	_one("a", [units.run(0, ["terraform apply", "terraform destroy"])], {}) == []
	_one("a", [units.run(0, ["aws --endpoint-url http://localhost:4566 cloudformation deploy"])], {}) == []
}

_login := units.use(0, "aws-actions/configure-aws-credentials", {})

test_an_opaque_script_with_a_word_and_a_login_is_probable if {
	_one("deploy", [_login, units.run(1, ["./run.sh"])], {}) == [["probable", "deploy"]]
	_one("a", [_login, units.run(1, ["make deploy"])], {}) == [["probable", "deploy"]]
	_one("deploy", [units.run(1, ["./run.sh"])], {}) == []
	_one("deploy", [units.run(1, ["./run.sh"])], {"secrets": ["s3_key"]}) == [["probable", "deploy"]]
	_one("deploy", [_login, units.run(1, ["npm ci"])], {}) == []
}

test_an_environment_with_a_class_and_an_opaque_step_is_probable if {
	script := [units.run(0, ["./run.sh"])]
	_one("a", script, {"environment": units.environment("staging")}) == [["probable", "deploy"]]
	_one("a", script, {"environment": units.environment("pypi")}) == []
	_one("a", [], {"environment": units.environment("staging")}) == []
	recordless := object.union(units.environment("staging"), {"deployment_false": true})
	_one("a", script, {"environment": recordless}) == []
}

_call(raw) := {"call": {"kind": "remote", "raw": raw}}

test_a_call_with_a_word_is_probable_and_one_that_publishes_is_not if {
	_one("deploy", [], _call("o/r/.github/workflows/x.yml@v1")) == [["probable", "deploy"]]
	_one("a", [], _call("o/r/.github/workflows/rollout.yml@v1")) == [["probable", "deploy"]]
	_one("deploy-docs", [], _call("o/r/.github/workflows/x.yml@v1")) == []
	_one("a", [], _call("o/r/.github/workflows/test.yml@v1")) == []
}

test_a_rollback_of_a_failed_deployment_is_attached if {
	condition := {"value": null, "status": ["failure"], "text": "failure()", "ast": null}
	jobs := [
		units.job("deploy", [units.run(0, ["sam deploy"])], {}),
		units.job("back", [units.run(0, ["helm rollback web"])], {"needs_closure": ["deploy"], "condition": condition}),
		units.job("alone", [units.run(0, ["helm rollback web"])], {}),
	]
	[row.attached | some row in _rows(jobs)] == [false, true, false]
}

_classes(job) := [class.class | some row in _rows([job]); some class in row.classes]

test_the_class_comes_from_the_nearest_name if {
	_classes(units.job("a", [units.run(0, ["sam deploy --stack-name shop-prod"])], {})) == ["production"]
	_classes(units.job("staging", [units.run(0, ["sam deploy --stack-name shop-prod"])], {})) == ["staging"]
	_classes(units.job("a", [units.run(0, ["sam deploy"])], {"env": {"CLUSTER": "dev-1"}})) == ["dev"]
	_classes(units.job("build-and-test", [units.run(0, ["sam deploy"])], {})) == ["unclassified"]
	named := {"environment": units.environment("production")}
	_classes(units.job("staging", [units.run(0, ["sam deploy"])], named)) == ["production"]
}

test_a_step_that_never_runs_deploys_nothing if {
	never := {"condition": {"value": false, "text": "false", "status": [], "ast": null}}
	_one("a", [object.union(units.run(0, ["sam deploy"]), never)], {}) == []
	_one("a", [units.run(0, ["sam deploy"])], never) == []
}

test_an_input_may_name_several_environments if {
	octopus := units.use(0, "octopusdeploy/deploy-release-action", {"environments": "Production"})
	_classes(units.job("a", [octopus], {})) == ["production"]
}

_on_failure := {
	"needs": ["deploy"], "needs_closure": ["deploy"],
	"condition": units.condition(["if"], "failure()", {"call": "failure", "args": []}, ["failure"]),
}

test_what_sets_a_version_after_a_failure_goes_back if {
	deploy := units.job("deploy", [units.run(0, ["sam deploy"])], {})
	command := "aws ecs update-service --service web --task-definition web:1"
	recover := units.job("recover", [units.run(0, [command])], _on_failure)
	found := [[row.role, row.attached] | some row in _rows([deploy, recover]); row.job == "jobs.recover"]
	found == [["rollback", true]]
	again := units.job("recover", [units.run(0, [command])], {"needs": ["deploy"], "needs_closure": ["deploy"]})
	other := [[row.role, row.attached] | some row in _rows([deploy, again]); row.job == "jobs.recover"]
	other == [["deploy", false]]
}

# Only an action of another repository has a name.
test_an_action_of_the_repository_itself_is_looked_past if {
	own := units.own(0, "./.github/actions/setup")
	_one("a", [own, units.run(1, ["sam deploy"])], {}) == [["definite", "deploy"]]
	_one("deploy", [own, units.run(1, ["./release.sh"])], {"secrets": ["aws_key"]}) == [["probable", "deploy"]]
	_one("deploy", [own, units.run(1, ["./release.sh"])], {}) == []
}

_sync(given) := _one("a", [object.union(units.use(0, "jakejarvis/s3-sync-action", {}), given)], {})

test_the_action_that_copies_to_a_bucket_deploys_a_site if {
	_sync({"env": {"SOURCE_DIR": "dist"}}) == [["definite", "deploy"]]
	_sync({"env": {"SOURCE_DIR": "reports"}}) == []
	_sync({}) == []
	_sync({"env": {"SOURCE_DIR": "dist"}, "with": {"args": "--dryrun"}}) == []
	bound := {"environment": units.environment("production")}
	_one("a", [units.use(0, "jakejarvis/s3-sync-action", {})], bound) == [["definite", "deploy"]]
}

_called(id, given) := [found.class |
	caller := units.job("ship-staging", [], {"call": {"kind": "local", "raw": "./x.yml", "inlined": true}})
	job := units.job(sprintf("ship-staging/%s", [id]), [units.run(0, ["sam deploy"])], object.union(
		{"called_by": ["ship-staging"]},
		given,
	))
	some row in _rows([caller, job])
	row.job == job.address
	some found in row.classes
]

test_the_names_of_a_called_job_come_before_those_of_its_callers if {
	_called("prod", {}) == ["production"]
	_called("publish", {}) == ["staging"]
	_called("publish", {"workflow": {"name": "Production", "uri": ".github/workflows/x.yml"}}) == ["production"]
	_called("publish", {"workflow": {"name": null, "uri": ".github/workflows/dev.yml"}}) == ["dev"]
}
