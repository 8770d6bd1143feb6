package policies.lib.artifact_references_test

import data.policies.lib.artifact_references
import data.policies.lib.workflow_units_test as units

_row(line) := {"job": "jobs.deploy", "steps": [
	{"step": 0, "position": 0, "path": ["steps", 0, "run", line], "what": line},
]}

_of_command(line, given) := artifact_references.of_deployment(
	_row(line),
	units.job("deploy", [units.run(0, [line])], given),
)

_texts(references) := [reference.text | some reference in references]

test_images_and_tags_of_a_deploying_command_are_references if {
	_texts(_of_command("kubectl set image deployment/web web=acme/web:1.2", {})) == ["acme/web:1.2"]
	_texts(_of_command("helm upgrade web ./chart --set image.tag=1.2", {})) == ["1.2"]
	_texts(_of_command("fly deploy --image acme/web:1.2 --region ams", {})) == ["acme/web:1.2"]
	_texts(_of_command("kubectl apply -f web.yaml --namespace=web", {})) == []
}

test_variables_are_what_they_hold if {
	line := "helm upgrade web ./chart --set image.tag=${VERSION}"
	_texts(_of_command(line, {"env": {"VERSION": "1.2"}})) == ["1.2"]
	sha := {"$unknown": {"kind": "expression", "name": "github.sha", "why": "only a run knows it"}}
	[[one.text, one.state] | some one in _of_command(line, {"env": {"VERSION": sha}})] == [
		["${{ github.sha }}", "steady"],
	]
	[one.state | some one in _of_command(line, {})] == ["open"]
}

test_a_variable_is_not_taken_for_one_whose_name_it_begins if {
	given := {"env": {"REPO": "acme", "REPO_NAME": "web", "VERSION": "1.2"}}
	line := "kubectl set image deployment/web web=$REPO/$REPO_NAME:$VERSION"
	_texts(_of_command(line, given)) == ["acme/web:1.2"]
}

_called(caller_with) := _texts(references) if {
	line := "helm upgrade web ./chart --set image.tag=${{inputs.Tag}}"
	caller := {"address": "jobs.call", "node": {"with": caller_with}}
	job := units.job("call/deploy", [units.run(0, [line])], {"called_by": ["call"]})
	references := artifact_references.of_deployment(_row(line), job) with input as {"resources": {"jobs.call": caller}}
}

test_inputs_of_a_called_job_are_what_the_call_passes if {
	_called({"tag": "1.2"}) == ["1.2"]
	_called({"tag": "${{ github.sha }}"}) == ["${{ github.sha }}"]
	_called({}) == ["${{inputs.Tag}}"]
}

test_what_is_the_same_in_every_job_of_a_run_is_steady if {
	every tag in ["$GITHUB_SHA", "${{ github.run_id }}", "${{ needs.build.outputs.digest }}", "v-${{ inputs.tag }}"] {
		[one.state | some one in _of_command("fly deploy --image", {"env": {"IMAGE": tag}})] == ["steady"]
	}
	every tag in ["${{ vars.TAG }}", "${{ steps.x.outputs.y }}", "$(date)"] {
		[one.state | some one in _of_command("fly deploy --image", {"env": {"IMAGE": tag}})] == ["open"]
	}
}

test_inputs_of_actions_and_downloads_are_references if {
	steps := [
		units.use(0, "azure/k8s-deploy", {"images": "acme/web:1.2", "manifests": "web.yaml"}),
		units.use(1, "actions/download-artifact", {"name": "site"}),
		units.use(2, "actions/setup-node", {"image": "other"}),
	]
	deploying := {"step": 0, "position": -1, "path": ["steps", 0], "what": "azure/k8s-deploy"}
	row := {"job": "jobs.deploy", "steps": [deploying]}
	references := artifact_references.of_deployment(row, units.job("deploy", steps, {}))
	[[one.text, one.artifact] | some one in references] == [["acme/web:1.2", false], ["site", true]]
}

_compared(staging, production) := artifact_references.compare(
	_of_command(sprintf("kubectl set image deployment/web web=%s", [staging]), {}),
	_of_command(sprintf("kubectl set image deployment/web web=%s", [production]), {}),
).state

test_references_compare if {
	_compared("acme/web:$GITHUB_SHA", "acme/web:$GITHUB_SHA") == "same"
	_compared("acme/web:staging", "acme/web:prod") == "other"
	_compared("acme/web:1", "acme/api:2") == "open"
	_compared("acme/web:$TAG", "acme/web:$TAG") == "open"
	_compared("acme/web:$GITHUB_SHA", "acme/web:${{ needs.b.outputs.t }}") == "open"
	artifact_references.compare([], []).state == "none"
	artifact_references.compare([], _of_command("fly deploy --image x:1", {})).state == "none"
}

_artifact(name) := artifact_references.of_deployment(
	{"job": "jobs.deploy", "steps": []},
	units.job("deploy", [units.use(0, "actions/download-artifact", {"name": name})], {}),
)

test_artifacts_named_after_their_places_differ if {
	artifact_references.compare(_artifact("site-staging"), _artifact("site-prod")).state == "other"
	artifact_references.compare(_artifact("site"), _artifact("site")).state == "same"
	artifact_references.compare(_artifact("site"), _artifact("pages")).state == "open"
}
