package policies.views.security_scans_test

import data.policies.lib.workflow_units_test as units
import data.policies.views.security_scans

_push := [{"event": "push", "filters": {}, "path": ["on", "push"]}]

_rows(jobs) := rows if {
	rows := security_scans.rows with input as units.unit(jobs, _push)
}

_deployment(jobs) := [row | some row in _rows(jobs); row.type == "deployment"][0]

_deploy(lines, needs) := units.job("deploy", [units.run(0, lines)], {"needs": needs, "needs_closure": needs})

_before(jobs) := [scan.what | some scan in _deployment(jobs).scans]

test_a_scan_before_counts_and_one_behind_or_beside_does_not if {
	_before([_deploy(["npm audit", "sam deploy"], [])]) == ["npm audit"]
	_before([_deploy(["sam deploy", "npm audit"], [])]) == []
	beside := units.job("scan", [units.run(0, ["npm audit"])], {})
	_before([beside, _deploy(["sam deploy"], [])]) == []
	_before([beside, _deploy(["sam deploy"], ["scan"])]) == ["npm audit"]
}

test_an_image_is_scanned_behind_its_build if {
	_before([_deploy(["docker build -t web .", "trivy image web", "sam deploy"], [])]) == ["trivy image web"]
	_before([_deploy(["trivy image web", "docker build -t web .", "sam deploy"], [])]) == []
	_before([_deploy(["trivy image web", "sam deploy"], [])]) == ["trivy image web"]
}

test_the_review_of_dependencies_never_runs_for_a_push if {
	review := units.job("review", [units.use(0, "actions/dependency-review-action", {})], {})
	_before([review, _deploy(["sam deploy"], ["review"])]) == []
}

test_a_built_or_deployed_container_is_an_image if {
	_deployment([_deploy(["kubectl apply -f web.yaml"], [])]).image
	_deployment([_deploy(["docker build .", "sam deploy"], [])]).image
	not _deployment([_deploy(["sam deploy"], [])]).image
}

test_a_workflow_that_only_scans_has_a_row_and_one_without_scans_has_none if {
	scan := units.job("scan", [units.run(0, ["npm audit"])], {})
	[row.type | some row in _rows([scan])] == ["workflow"]
	_rows([units.job("test", [units.run(0, ["pytest"])], {})]) == []
}

test_opaque_steps_and_calls_may_scan if {
	candidates := _deployment([_deploy(["./verify.sh", "./build.sh", "sam deploy"], [])]).candidates
	[candidate.what | some candidate in candidates] == ["./verify.sh"]
	call := units.job("scan", [], {"call": {"kind": "remote", "raw": "o/r/.github/workflows/x.yml@v1"}})
	called := _deployment([call, _deploy(["sam deploy"], ["scan"])]).candidates
	[candidate.job | some candidate in called] == ["jobs.scan"]
}
