package policies.lib.scanners_test

import data.policies.lib.kinds_of_steps
import data.policies.lib.scanners
import data.policies.lib.workflow_units_test as units

# The states of the scans of a job with these steps.
_states(steps, given) := [scan.state |
	job := units.job("scan", steps, given)
	some scan in scanners.of_rows(job, kinds_of_steps.of_job(job))
]

_of_command(line) := _states([units.run(0, [line])], {})

_of_action(name, inputs) := _states([units.use(0, name, inputs)], {})

test_trivy_blocks_only_when_told if {
	_of_command("trivy image web") == ["ignored"]
	_of_command("trivy image --exit-code 0 web") == ["ignored"]
	_of_command("trivy image --exit-code=1 web") == ["blocks"]
	_of_command("trivy config --exit-code 1 infra") == ["blocks"]
	_of_command("trivy fs --config trivy.yaml .") == ["open"]
	_of_command("trivy fs --exit-code ${{ vars.CODE }} .") == ["open"]
	_of_action("aquasecurity/trivy-action", {"image-ref": "web"}) == ["ignored"]
	_of_action("aquasecurity/trivy-action", {"image-ref": "web", "exit-code": 1}) == ["blocks"]
	_of_action("aquasecurity/trivy-action", {"trivy-config": "trivy.yaml"}) == ["open"]
}

test_trivy_is_told_by_variables_too if {
	_states([units.run(0, ["trivy image web"])], {"env": {"TRIVY_EXIT_CODE": "1"}}) == ["blocks"]
	secret := {"TRIVY_EXIT_CODE": {"$unknown": {"kind": "expression", "name": "vars.X", "why": "only a run knows it"}}}
	_states([units.run(0, ["trivy image web"])], {"env": secret}) == ["open"]
}

test_a_severity_list_needs_critical if {
	_of_command("trivy image --exit-code 1 --severity MEDIUM,HIGH web") == ["ignored"]
	_of_command("trivy image --exit-code 1 --severity CRITICAL web") == ["limited"]
	_of_command("trivy image --exit-code 1 --severity UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL web") == ["blocks"]
	_of_command("trivy image --exit-code 1 --severity $LEVEL web") == ["open"]
}

test_the_action_ignores_severities_in_a_sarif_report if {
	told := {"exit-code": "1", "format": "sarif", "severity": "HIGH"}
	_of_action("aquasecurity/trivy-action", told) == ["blocks"]
	limited := object.union(told, {"limit-severities-for-sarif": true})
	_of_action("aquasecurity/trivy-action", limited) == ["ignored"]
}

test_most_scanners_block_by_default if {
	every line in [
		"bandit -r src", "gosec ./...", "brakeman", "checkov -d .", "tfsec .", "snyk test", "npm audit", "yarn audit",
		"pnpm audit", "pip-audit", "safety check", "cargo audit", "cargo deny check", "govulncheck ./...",
		"osv-scanner -r .", "gitleaks detect", "semgrep ci", "ordinance scan .",
	] {
		_of_command(line) == ["blocks"]
	}
	_of_action("actions/dependency-review-action", {}) == ["blocks"]
	_of_action("bridgecrewio/checkov-action", {}) == ["blocks"]
	_of_action("github/codeql-action/analyze", {}) == ["blocks"]
}

test_a_switch_makes_them_report_only if {
	every line in [
		"bandit -r src --exit-zero", "checkov -d . --soft-fail", "tfsec . --soft-fail", "gosec -no-fail ./...",
		"gitleaks detect --exit-code 0", "govulncheck -json ./...", "ordinance scan . --exit-zero",
	] {
		_of_command(line) == ["ignored"]
	}
	_of_action("anchore/scan-action", {"image": "web", "fail-build": false}) == ["ignored"]
	_of_action("bridgecrewio/checkov-action", {"soft_fail": "true"}) == ["ignored"]
	_of_action("actions/dependency-review-action", {"warn-only": true}) == ["ignored"]
	_of_action("bridgecrewio/checkov-action", {"soft_fail": "${{ inputs.soft }}"}) == ["open"]
}

test_others_must_be_told if {
	_of_command("semgrep --config auto") == ["ignored"]
	_of_command("semgrep --config auto --error") == ["blocks"]
	_of_command("grype web") == ["ignored"]
	_of_command("grype web --fail-on critical") == ["limited"]
	_of_command("grype web --fail-on low") == ["blocks"]
	_of_command("grype web -c .grype.yaml") == ["open"]
	_of_command("docker scout cves web") == ["ignored"]
	_of_command("docker scout cves web --exit-code") == ["blocks"]
	_of_command("trufflehog git file://.") == ["ignored"]
	_of_action("zaproxy/action-baseline", {"target": "x"}) == ["ignored"]
	_of_action("zaproxy/action-baseline", {"fail_action": true}) == ["blocks"]
}

test_sonar_waits_for_its_gate_or_another_action_does if {
	_of_action("sonarsource/sonarqube-scan-action", {}) == ["open"]
	_of_action("sonarsource/sonarqube-scan-action", {"args": "-Dsonar.qualitygate.wait=true\n-Dx=y"}) == ["blocks"]
	gate := [
		units.use(0, "sonarsource/sonarqube-scan-action", {}),
		units.use(1, "sonarsource/sonarqube-quality-gate-action", {}),
	]
	_states(gate, {}) == ["blocks"]
}

test_what_only_asks_for_a_version_or_sends_a_snapshot_scans_nothing if {
	_of_command("trivy --version") == []
	_of_command("bandit --help") == []
	_of_command("snyk monitor") == []
	_of_command("grype db update") == []
	_of_action("snyk/actions/node", {"command": "monitor"}) == []
	_of_action("aquasecurity/setup-trivy", {}) == []
}

test_levels_of_audits_limit_them if {
	_of_command("npm audit --audit-level=critical") == ["limited"]
	_of_command("snyk test --severity-threshold=high") == ["limited"]
	_of_action("anchore/scan-action", {"image": "web"}) == ["limited"]
	_of_action("anchore/scan-action", {"image": "web", "severity-cutoff": "low"}) == ["blocks"]
}

_hiding(alternative) := units.script(0, [["npm audit", "||"], [alternative, null]])

test_hidden_failures_stop_nothing if {
	_states([_hiding("true")], {}) == ["ignored"]
	_states([_hiding("exit 0")], {}) == ["ignored"]
	_states([_hiding("exit 1")], {}) == ["blocks"]
	_states([object.union(units.run(0, ["npm audit"]), {"continue_on_error": true})], {}) == ["ignored"]
	_states([units.run(0, ["npm audit"])], {"continue_on_error": true}) == ["ignored"]
	open := {"$unknown": {"kind": "expression", "name": "inputs.x", "why": "only a run knows it"}}
	_states([units.run(0, ["npm audit"])], {"continue_on_error": open}) == ["open"]
}

test_findings_counted_by_the_registry_need_a_test if {
	count := "aws ecr describe-image-scan-findings --repository-name web"
	_of_command(count) == ["ignored"]
	_states([units.run(0, [count, "test $CRITICAL -eq 0"])], {}) == ["blocks"]
}

test_an_output_must_be_asked_for if {
	inspector := "aws-actions/vulnerability-scan-github-action-for-amazon-inspector"
	_of_action(inspector, {"critical_threshold": 1}) == ["ignored"]
	asking := object.union(units.run(1, ["exit 1"]), {"condition": {
		"value": null, "status": [], "ast": null,
		"text": "steps.inspector.outputs.vulnerability_threshold_exceeded == '1'",
	}})
	_states([units.use(0, inspector, {"critical_threshold": 1}), asking], {}) == ["blocks"]
}
