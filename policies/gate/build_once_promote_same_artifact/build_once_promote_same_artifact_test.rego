package policies.gate.build_once_promote_same_artifact_test

import data.policies.gate.build_once_promote_same_artifact as policy
import data.policies.lib.workflow_units_test as units

_trigger(event) := {"event": event, "filters": {}, "path": ["on", event]}

_on(jobs, triggers) := {
	"fail": {[found.resource, split(found.defect, " ")[0]] | some found in denied},
	"unknown": {[found.resource, split(found.defect, " ")[0]] | some found in undecided},
	"subjects": subjects,
} if {
	unit := units.unit(jobs, triggers)
	denied := policy.deny with input as unit
	undecided := policy.undecided with input as unit
	subjects := policy.subjects with input as unit
}

_judged(jobs) := _on(jobs, [_trigger("push")])

_passes(judged) if {
	judged.fail == set()
	judged.unknown == set()
	judged.subjects == {"jobs.production"}
}

_job(id, lines, needs) := units.job(id, [units.run(0, lines)], {"needs": needs, "needs_closure": needs})

_at(id, lines, needs) := object.union(_job(id, lines, needs), {"environment": units.environment(id)})

_build := _job("build", ["docker build -t acme/web:$GITHUB_SHA ."], [])

_set := "kubectl set image deployment/web web=acme/web:$GITHUB_SHA"

test_one_build_for_both_passes if {
	jobs := [_build, _at("staging", [_set], ["build"]), _at("production", [_set], ["staging", "build"])]
	_passes(_judged(jobs))
}

test_one_place_alone_is_not_judged if {
	_judged([_build, _at("production", [_set], ["build"])]).subjects == set()
	_judged([_at("staging", [_set], []), _at("dev", [_set], [])]).subjects == set()
}

test_a_build_in_the_production_job_fails if {
	built := ["docker build -t acme/web:$GITHUB_SHA .", _set]
	jobs := [_at("staging", built, []), _at("production", built, ["staging"])]
	_judged(jobs).fail == {["jobs.production", "build"]}
	site := ["npm run build", "aws s3 sync dist s3://shop"]
	_judged([_at("staging", site, []), _at("production", site, ["staging"])]).fail == {["jobs.production", "build"]}
}

test_a_build_behind_the_deployment_is_none_of_it if {
	production := _at("production", [_set, "npm run build"], ["build", "staging"])
	_passes(_judged([_build, _at("staging", [_set], ["build"]), production]))
}

test_a_build_between_the_two_fails if {
	jobs := [
		_build,
		_at("staging", [_set], ["build"]),
		_job("again", ["docker build -t acme/web ."], ["staging", "build"]),
		_at("production", [_set], ["again", "staging", "build"]),
	]
	_judged(jobs).fail == {["jobs.again", "build"]}
}

test_a_build_for_each_place_fails if {
	jobs := [
		_job("build-staging", ["docker build -t acme/web ."], []),
		_job("build-production", ["docker build -t acme/web ."], []),
		_at("staging", [_set], ["build-staging"]),
		_at("production", [_set], ["build-production"]),
	]
	_judged(jobs).fail == {["jobs.build-production", "build"]}
}

test_a_second_build_in_the_staging_job_fails_and_the_only_one_does_not if {
	built := ["docker build -t acme/web .", _set]
	again := [_build, _at("staging", built, ["build"]), _at("production", [_set], ["staging", "build"])]
	_judged(again).fail == {["jobs.staging", "build"]}
	_passes(_judged([_at("staging", built, []), _at("production", [_set], ["staging"])]))
}

test_a_matrix_of_places_builds_once_each if {
	values := ["staging", "production"]
	places := {"$unknown": {"kind": "alternatives", "name": "matrix.place", "why": "", "values": values}}
	job := object.union(
		_job("production", ["docker build -t acme/web .", _set], []),
		{"environment": units.environment(places)},
	)
	_judged([job]).fail == {["jobs.production", "build"]}
}

test_other_tags_and_the_latest_one_fail if {
	staging := _at("staging", ["kubectl set image deployment/web web=acme/web:staging"], ["build"])
	production := _at("production", ["kubectl set image deployment/web web=acme/web:prod"], ["build", "staging"])
	_judged([_build, staging, production]).fail == {["jobs.production", "reference"]}
	latest := ["kubectl set image deployment/web web=acme/web:latest"]
	_judged([_build, _at("staging", latest, ["build"]), _at("production", latest, ["build"])]).fail == {
		["jobs.staging", "latest"], ["jobs.production", "latest"],
	}
}

test_a_second_tag_on_the_same_digest_is_no_build if {
	retag := ["docker buildx imagetools create -t acme/web:stable acme/web:$GITHUB_SHA", _set]
	_passes(_judged([_build, _at("staging", [_set], ["build"]), _at("production", retag, ["build", "staging"])]))
	crane := ["crane tag acme/web:$GITHUB_SHA stable", _set]
	_passes(_judged([_build, _at("staging", [_set], ["build"]), _at("production", crane, ["build", "staging"])]))
}

test_cdk_builds_its_assets_itself if {
	deploy := ["cdk deploy --all"]
	_passes(_judged([_at("staging", deploy, []), _at("production", deploy, ["staging"])]))
	compiled := ["npm run build", "cdk deploy --all"]
	judged := _judged([_at("staging", compiled, []), _at("production", compiled, ["staging"])])
	judged.unknown == {["jobs.production", "build"]}
	judged.fail == set()
}

test_opaque_scripts_and_building_deployments_are_unknown if {
	opaque := _at("production", ["./package.sh", _set], ["build", "staging"])
	_judged([_build, _at("staging", [_set], ["build"]), opaque]).unknown == {["jobs.production", "artifact"]}
	fly := ["fly deploy"]
	_judged([_at("staging", fly, []), _at("production", fly, ["staging"])]).unknown == {["jobs.production", "artifact"]}
	smoke := _at("production", ["./smoke-test.sh", _set], ["build", "staging"])
	_passes(_judged([_build, _at("staging", [_set], ["build"]), smoke]))
}

test_references_that_only_a_run_knows_are_unknown if {
	variable := ["helm upgrade web ./chart --set image.tag=${{ vars.TAG }}"]
	judged := _judged([_at("staging", variable, []), _at("production", variable, ["staging"])])
	judged.unknown == {["jobs.production", "artifact"]}
	one := _judged([_at("staging", ["terraform apply"], []), _at("production", [_set], ["staging"])])
	one.unknown == {["jobs.production", "artifact"]}
}

_only(event) := {"condition": {
	"value": null, "status": [], "text": "x",
	"ast": {"op": "==", "args": [{"context": "github.event_name"}, {"literal": event}]},
}}

test_an_image_of_another_run_is_unknown if {
	staging := object.union(_at("staging", [_set], []), _only("push"))
	production := object.union(_at("production", [_set], []), _only("release"))
	judged := _on([staging, production], [_trigger("push"), _trigger("release")])
	judged.unknown == {["jobs.production", "artifact"]}
}

test_a_probable_deployment_is_unknown_at_worst if {
	production := _at("production", ["docker build .", "./deploy.sh"], ["staging"])
	scripted := object.union(production, {"secrets": ["aws_key"]})
	judged := _judged([_at("staging", [_set], []), scripted])
	judged.fail == set()
	count(judged.unknown) > 0
}

test_parts_of_a_system_are_not_mixed if {
	jobs := [
		_build, _at("staging", [_set], ["build"]), _at("production", [_set], ["staging", "build"]),
		_at("staging-site", ["npm run build", "aws s3 sync dist s3://x"], []),
	]
	_passes(_judged(jobs))
}
