# METADATA
# title: Scanners before deployments
# description: |
#   Says of each deployment of a workflow which scanners stand before it and what they do with what they find, and of
#   each workflow which scanners it holds. A row is {"type": "deployment", "job", "id", "what", "related", "certainty",
#   "classes", "scans", "candidates", "image", "elsewhere", "upstreams"} or {"type": "workflow", "name", "events",
#   "scans"}. The scans are rows of policies.lib.scanners; candidates may scan without saying so; image tells whether
#   a container image is built or deployed.
package policies.views.security_scans

import data.policies.lib.before_deployment
import data.policies.lib.gates
import data.policies.lib.graph
import data.policies.lib.kinds_of_steps
import data.policies.lib.scanners

rows := array.concat(_deployments, _workflows)

# All scans of the workflow, in jobs that may run.
_scans := [scan |
	some job in graph.of_types(["job"])
	some scan in scanners.of_rows(job, kinds_of_steps.of_job(job))
]

_workflows := [row |
	count(_scans) > 0
	some workflow in graph.of_types(["workflow"])
	row := {
		"type": "workflow",
		"name": before_deployment.called(workflow),
		"events": {trigger.event | some trigger in workflow.triggers},
		"scans": _scans,
	}
]

_deployments := [row |
	some deployment in before_deployment.all
	before := gates.before(deployment.row, deployment.job)
	row := {
		"type": "deployment",
		"job": deployment.job.address,
		"id": deployment.job.id,
		"what": gates.what(deployment.row),
		"related": gates.deploying_place(deployment.row),
		"certainty": deployment.row.certainty,
		"classes": deployment.classes,
		"scans": _before(deployment, before),
		"candidates": before_deployment.candidates(deployment, before, _telling),
		"image": _has_image(deployment, before),
		"elsewhere": _elsewhere(deployment),
		"upstreams": before_deployment.upstreams(deployment),
	}
]

_elsewhere(deployment) := true if before_deployment.started_elsewhere(deployment)

_elsewhere(deployment) := false if not before_deployment.started_elsewhere(deployment)

_before(deployment, before) := [scan |
	closure := gates.closure(deployment.job)
	builds := [row | some row in before; _builds_image(row)]
	some scan in _scans
	_precedes(scan, deployment.row, closure)
	_runs(deployment, scan)
	not _scans_before_build(scan, builds)
]

_precedes(scan, _, closure) if closure[scan.job]

_precedes(scan, row, _) if {
	scan.job == row.job
	[scan.step, scan.position] < gates.first_place(row)
}

_runs(deployment, scan) if {
	not _compares_pull_requests(scan)
	before_deployment.can_run(deployment, scan)
}

# The review of dependencies compares the two sides of a pull request, and does not work without one.
_runs(deployment, scan) if {
	_compares_pull_requests(scan)
	before_deployment.can_run(deployment, scan)
	some case in deployment.cases
	startswith(case.event, "pull_request")
}

_compares_pull_requests(scan) if startswith(lower(scan.what), "actions/dependency-review-action")

# A scan of an image before it is built scans another image.
_scans_before_build(scan, builds) if {
	"image-scan" in scan.kinds
	count(builds) > 0
	every build in builds { _is_before(scan, build) }
}

_is_before(scan, build) if {
	scan.job == build.job
	[scan.step, scan.position] < [build.step, build.position]
}

_is_before(scan, build) if {
	scan.job != build.job
	gates.closure(input.resources[build.job])[scan.job]
}

_builds_image(row) if {
	"build" in row.kinds
	row.state == "tool"
	regex.match(`(?i)^docker/build-push-action|\b(docker|podman|buildx|buildah)\b`, row.what)
}

_has_image(deployment, before) := true if _image(deployment, before)

_has_image(deployment, before) := false if not _image(deployment, before)

_image(_, before) if {
	some row in before
	_builds_image(row)
}

_image(deployment, _) if {
	some row in kinds_of_steps.of_job(deployment.job)
	_builds_image(row)
}

_image(deployment, _) if {
	some step in deployment.row.steps
	regex.match(_container_deployments, step.what)
}

_container_deployments := concat("", [
	`^(aws ecs|aws apprunner|aws-actions/amazon-ecs-|copilot|ecspresso|kubectl|oc |helm|docker stack|gcloud run`,
	`|az containerapp|azure/(k8s-deploy|container-apps|aci-deploy)|google-github-actions/deploy-cloudrun`,
	`|heroku container:release)`,
])

# Words that name a call of another workflow which may scan.
_telling := {
	"scan", "scans", "scanning", "security", "sast", "sca", "dast", "codeql", "trivy", "snyk", "semgrep", "ci", "check",
	"checks", "test", "tests", "quality", "audit", "vulnerability", "vulnerabilities",
}
