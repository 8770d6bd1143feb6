# METADATA
# scope: package
# title: Scan code, dependencies and images before deployment and fail on findings
# description: |
#   Known holes in code, dependencies and images reach users where nothing looks for them before the deployment. A scan
#   that only reports what it finds holds nothing back.
# related_resources:
#   - ref: https://docs.github.com/en/code-security/code-scanning/introduction-to-code-scanning/about-code-scanning
# custom:
#   id: GATE-005
#   slug: security-scan-gates-deployment
#   family: GATE
#   severity: high
#   score: 7.4
#   formats: [github-workflow]
#   scope: scan
#   resources:
#     - workflow
#     - job
#   unit_views: [security_scans]
#   params:
#     - name: judged_classes
#       type: list
#       description: The classes of places whose deployments must wait for scans.
#       default: [production, staging, unclassified]
#       presets:
#         baseline: [production, staging, unclassified]
#         reference-architecture: [production, staging, unclassified, dev]
#         strict: [production, staging, unclassified, dev]
#       stricter: longer
#     - name: required_kinds
#       type: list
#       description: |
#         The kinds of scans that a deployment needs, of sast, sca, image-scan, iac-scan, secret-scan and dast; any one
#         is enough where the list is empty. An image-scan is needed only where there is an image.
#       default: []
#       presets:
#         baseline: []
#         reference-architecture: [sast, image-scan]
#         strict: [sast, image-scan, dast]
#       stricter: longer
#     - name: fail_severity
#       type: string
#       description: "The findings that must stop a deployment: CRITICAL ones at least, or any."
#       default: CRITICAL
#       presets:
#         strict: any
#       stricter: [CRITICAL, any]
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SI-2c", "CM-3(2)"]
#       pci_dss_4.0: ["6.2.3", "6.3.1", "11.3.1"]
#       soc2: ["CC7.1", "CC8.1"]
#       iso_27001_2022: ["A.8.8", "A.8.29"]
#   cwe: [1395, 693]
#   remediation:
#     github-workflow: >-
#       Add a job `scan` with aquasecurity/trivy-action and `exit-code: "1"`, `severity: CRITICAL,HIGH`, and let the
#       deploy job wait for it: `needs: [scan]`.
package policies.gate.security_scan_gates_deployment

import data.policies.lib.gates

_params := data.params["GATE-005"]

_words := {
	"any": "a scan of code, dependencies or images",
	"sast": "a scan of its code (CodeQL, semgrep)",
	"sca": "a scan of its dependencies (npm audit, osv-scanner)",
	"image-scan": "a scan of its image (trivy image, grype)",
	"iac-scan": "a scan of its infrastructure code (checkov, ordinance)",
	"secret-scan": "a scan for secrets (gitleaks)",
	"dast": "a scan of the running application (ZAP)",
}

# Jobs that deploy to a judged place: {"unit", "root", "row", "classes"}.
_judged := [entry |
	some unit in input.units
	some row in object.get(unit.views, "security_scans", [])
	row.type == "deployment"
	classes := {class | some class in row.classes}
	gates.in_scope(classes, _params.judged_classes)
	entry := {"unit": unit.unit, "root": _root(unit.uri), "row": row, "classes": classes}
]

_certain(entry) if gates.certain(entry.row, entry.classes, _params.judged_classes)

# The repository of a file: what stands before the folder of workflows.
_root(uri) := split(uri, ".github/workflows/")[0]

# The scanners of the workflows of each repository: {root: [{"unit", "name", "events", "scans"}]}.
_workflows := {root: found |
	some root in {_root(unit.uri) | some unit in input.units}
	found := [{"unit": unit.unit, "name": row.name, "events": row.events, "scans": row.scans} |
		some unit in input.units
		_root(unit.uri) == root
		some row in object.get(unit.views, "security_scans", [])
		row.type == "workflow"
	]
}

# The kinds that a deployment lacks or has: "any" stands for one of all.
_wanted(_) := ["any"] if count(_params.required_kinds) == 0

_wanted(entry) := [kind |
	some kind in _params.required_kinds
	_applies(kind, entry.row)
] if {
	count(_params.required_kinds) > 0
}

_applies(kind, _) if kind != "image-scan"

_applies("image-scan", row) if row.image

_is_of(scan, _) if count(_params.required_kinds) == 0

_is_of(scan, kind) if kind in scan.kinds

# The scans of a kind before a deployment, in this workflow or in the one whose success it waits for.
_scans(entry, kind) := array.concat(
	[object.union(scan, {"unit": entry.unit}) | some scan in entry.row.scans; _is_of(scan, kind)],
	[object.union(scan, {"unit": workflow.unit}) |
		some name in entry.row.upstreams
		some workflow in object.get(_workflows, entry.root, [])
		workflow.name == name
		some scan in workflow.scans
		_is_of(scan, kind)
	],
)

_enough := {"blocks"} if _params.fail_severity == "any"

_enough := {"blocks", "limited"} if _params.fail_severity != "any"

# One judgement a deployment and kind: {"entry", "kind", "state", "scan"}; the best scan of the kind decides.
_judgements := [judgement |
	some entry in _judged
	some kind in _wanted(entry)
	scans := _scans(entry, kind)
	best := _best(scans)
	judgement := {"entry": entry, "kind": kind, "state": best.state, "scan": best}
]

_best(scans) := {"state": "missing"} if count(scans) == 0

_best(scans) := [scan |
	some state in ["blocks", "limited", "open", "ignored"]
	some scan in scans
	scan.state == state
][0] if {
	count(scans) > 0
}

_fails(judgement) if {
	judgement.state in {"ignored", "limited"}
	not judgement.state in _enough
}

# What leaves open whether a missing scan is missing: {"reason", "related"}.
_doubts(judgement) := array.concat(
	[{
		"reason": sprintf("whether '%s' scans before is not known", [candidate.what]),
		"related": [_place(judgement.entry.unit, candidate, "this may scan")],
	} |
		some candidate in judgement.entry.row.candidates
	],
	array.concat(_elsewhere(judgement), _default_setup(judgement)),
)

_elsewhere(judgement) := array.concat(
	[{
		"reason": "what starts this workflow, and may scan before, is not looked at from here",
		"related": [],
	} |
		judgement.entry.row.elsewhere
	],
	[{
		"reason": sprintf("'%s' scans elsewhere, but nothing says that it must succeed first", [offer.scan.what]),
		"related": [_place(offer.unit, offer.scan, "this scans")],
	} |
		some offer in _offered(judgement.entry, judgement.kind)
	],
)

_before_merge := {"pull_request", "merge_group", "push"}

# A scan of each workflow that looks at changes before they are merged: {root: {kind: [{"unit", "scan"}]}}.
_offers := {root: kinds |
	some root, workflows in _workflows
	looking := [workflow | some workflow in workflows; count(workflow.events & _before_merge) > 0]
	kinds := {kind: offers |
		some kind in _all_kinds
		offers := [{"unit": workflow.unit, "scan": scans[0]} |
			some workflow in looking
			scans := [scan | some scan in workflow.scans; _is_of(scan, kind); scan.state != "ignored"]
			count(scans) > 0
		]
	}
}

_all_kinds := {"any"} | {kind | some kind in _params.required_kinds}

# Two are enough, for one of them may be the workflow of the deployment.
_offered(entry, kind) := array.concat(
	[offer |
		some offer in array.slice(object.get(_offers, [entry.root, kind], []), 0, 2)
		offer.unit != entry.unit
	],
	[{"unit": entry.unit, "scan": scan} |
		some scan in object.get(_reviews, entry.unit, [])
		_is_of(scan, kind)
	],
)

# In the workflow of the deployment itself a review of dependencies counts, which runs for pull requests alone.
_reviews := {workflow.unit: reviews |
	some _, workflows in _workflows
	some workflow in workflows
	"pull_request" in workflow.events
	reviews := [scan |
		some scan in workflow.scans
		startswith(lower(scan.what), "actions/dependency-review-action")
		scan.state != "ignored"
	]
}

_default_setup(judgement) := [{
	"reason": "no step scans its code here; GitHub's default setup of CodeQL, which stands in no file, may do so",
	"related": [],
} |
	judgement.kind == "sast"
]

_place(unit, found, message) := {"unit": unit, "address": found.job, "path": found.path, "message": message}

_deploying(judgement) := [object.union(place, {"unit": judgement.entry.unit}) |
	some place in judgement.entry.row.related
]

# A scan that holds nothing back is a finding where the scan stands; its job is then what is judged.
_at_scan(judgement) if _fails(judgement)

subjects contains {"unit": judgement.entry.unit, "resource": judgement.entry.row.job} if {
	some judgement in _judgements
	not _at_scan(judgement)
}

examined contains record if {
	some judgement in _judgements
	not _at_scan(judgement)
	record := {
		"unit": judgement.entry.unit,
		"resource": judgement.entry.row.job,
		"path": ["needs"],
		"state": "known",
		"value": object.get(judgement.scan, "what", "no scan"),
	}
}

deny contains violation if {
	some judgement in _judgements
	judgement.state == "missing"
	_certain(judgement.entry)
	count(_doubts(judgement)) == 0
	row := judgement.entry.row
	violation := {
		"unit": judgement.entry.unit,
		"resource": row.job,
		"path": [],
		"defect": judgement.kind,
		"message": sprintf("Job '%s' %s without %s before it: nothing holds a vulnerable version back.", [
			row.id,
			row.what,
			_words[judgement.kind],
		]),
		"related": _deploying(judgement),
	}
}

deny contains violation if {
	some judgement in _judgements
	_at_scan(judgement)
	_certain(judgement.entry)
	violation := {
		"unit": judgement.scan.unit,
		"resource": judgement.scan.job,
		"path": judgement.scan.path,
		"defect": sprintf("%s %s", [judgement.kind, judgement.scan.what]),
		"message": _of_scan(judgement),
		"related": [{
			"unit": judgement.entry.unit,
			"address": judgement.entry.row.job,
			"path": [],
			"message": "this deploys all the same",
		}],
	}
}

_of_scan(judgement) := sprintf("This scan does not hold job '%s' back when it finds something: %s.", [
	judgement.entry.row.id,
	judgement.scan.why,
]) if {
	judgement.state == "ignored"
}

_of_scan(judgement) := sprintf("This scan holds job '%s' back for some findings only: %s.", [
	judgement.entry.row.id,
	judgement.scan.why,
]) if {
	judgement.state == "limited"
}

undecided contains found if {
	some judgement in _judgements
	judgement.state == "missing"
	doubts := _doubts(judgement)
	count(doubts) > 0
	found := _undecided(judgement, doubts[0])
}

undecided contains found if {
	some judgement in _judgements
	judgement.state == "missing"
	count(_doubts(judgement)) == 0
	not _certain(judgement.entry)
	found := _undecided(judgement, {
		"reason": "nothing scans before it; whether it deploys to a judged place is not known",
		"related": [],
	})
}

undecided contains found if {
	some judgement in _judgements
	judgement.state == "open"
	found := _undecided(judgement, {
		"reason": sprintf("whether '%s' stops it is not known: %s", [judgement.scan.what, judgement.scan.why]),
		"related": [_place(judgement.scan.unit, judgement.scan, "this scans")],
	})
}

undecided contains found if {
	some judgement in _judgements
	_at_scan(judgement)
	not _certain(judgement.entry)
	found := _undecided(judgement, {
		"reason": sprintf("'%s' does not hold it back; whether it deploys to a judged place is not known", [
			judgement.scan.what,
		]),
		"related": [_place(judgement.scan.unit, judgement.scan, "this scans")],
	})
}

_undecided(judgement, doubt) := {
	"unit": judgement.entry.unit,
	"resource": judgement.entry.row.job,
	"path": [],
	"defect": judgement.kind,
	"message": sprintf("Job '%s' %s, and %s.", [judgement.entry.row.id, judgement.entry.row.what, doubt.reason]),
	"related": array.concat(_deploying(judgement), doubt.related),
}
