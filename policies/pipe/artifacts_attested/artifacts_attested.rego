# METADATA
# scope: package
# title: Produce an SBOM and signed provenance for released images
# description: |
#   Whoever runs an image cannot see where it came from or what is in it. A signed statement of its origin and a
#   list of its parts let them check both, and find it again when one of the parts turns out bad.
# related_resources:
#   - ref: https://docs.github.com/en/actions/concepts/security/artifact-attestations
# custom:
#   id: PIPE-010
#   slug: artifacts-attested
#   family: PIPE
#   severity: low
#   score: 3.8
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   packs: [strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SI-7(1)", "SR-4", "SA-10(1)"]
#       pci_dss_4.0: ["6.3.2"]
#       iso_27001_2022: ["A.5.21", "A.8.30"]
#   cwe: [353, 1357]
#   remediation:
#     github-workflow: >-
#       Add actions/attest-build-provenance with the digest of the push as subject-digest, and `sbom: true` or
#       actions/attest-sbom.
#   peers:
#     checkov: [CKV_GHA_5, CKV_GHA_6]
package policies.pipe.artifacts_attested

import data.policies.lib.deploy_reach
import data.policies.lib.graph
import data.policies.lib.kinds_of_steps
import data.policies.lib.publishing

_wanted := {"provenance": "signed provenance", "sbom": "an SBOM"}

_jobs := graph.of_types(["job"])

# The jobs that push an image, other than for pull requests alone.
_pushing := [{"job": job, "push": pushes[0]} |
	some job in _jobs
	pushes := [row | some row in publishing.of_job(job); row.kind == "image"]
	count(pushes) > 0
	_runs_elsewhere(job)
]

_runs_elsewhere(job) if {
	some case in deploy_reach.cases
	not case.event in {"pull_request", "pull_request_target"}
	deploy_reach.reached(deploy_reach.conditions_of(job), case)
}

subjects contains entry.job.address if some entry in _pushing

examined contains record if {
	some entry in _pushing
	record := {"resource": entry.job.address, "path": ["steps"], "state": "known", "value": entry.push.what}
}

# The job that pushes and those that wait for it.
_after(entry) := array.concat([entry.job], [job | some job in _jobs; entry.job.id in job.needs_closure])

_attesting := {
	"actions/attest-build-provenance": {"provenance"},
	"actions/attest-sbom": {"sbom"},
	"anchore/sbom-action": {"sbom"},
	"sigstore/gh-action-sigstore-python": {"provenance"},
	"docker/github-builder-experimental": {"provenance", "sbom"},
}

_gives(job, wanted) if {
	some step in job.steps
	step.uses != null
	object.get(_attesting, object.get(step.uses, "name", ""), set())[wanted]
}

# The common action attests what its inputs name: an SBOM, else the origin.
_gives(job, wanted) if {
	some step in job.steps
	step.uses != null
	object.get(step.uses, "name", "") == "actions/attest"
	wanted == _subject_of(step["with"])
}

_subject_of(inputs) := "sbom" if _names_sbom(inputs)

_subject_of(inputs) := "provenance" if not _names_sbom(inputs)

_names_sbom(inputs) if {
	is_object(inputs)
	object.get(inputs, "sbom-path", null) != null
}

_gives(job, wanted) if {
	wanted == "sbom"
	some step in job.steps
	step.uses != null
	object.get(step.uses, "name", "") == "docker/build-push-action"
	is_object(step["with"])
	regex.match(`(?i)^(true|generator=.*)$`, sprintf("%v", [object.get(step["with"], "sbom", "")]))
}

_gives(job, wanted) if {
	wanted == "sbom"
	some step in job.steps
	step.uses != null
	object.get(step.uses, "name", "") == "aquasecurity/trivy-action"
	is_object(step["with"])
	regex.match(`cyclonedx|spdx`, sprintf("%v", [object.get(step["with"], "format", "")]))
}

_gives(job, wanted) if {
	wanted == "provenance"
	job.call != null
	object.get(job.call, "owner", null) == "slsa-framework"
}

_gives(job, wanted) if {
	some step in job.steps
	some command in step.commands
	_command_gives(command, wanted)
}

# Behind xargs too, which is how a list of tags is signed.
_command_gives(command, "provenance") if {
	command.program in {"cosign", "xargs"}
	"cosign" in command.words
	some verb in ["sign", "attest"]
	verb in command.words
}

_command_gives(command, "sbom") if command.program == "syft"

_command_gives(command, "sbom") if {
	command.program == "trivy"
	regex.match(`--format[ =]["']?(cyclonedx|spdx)`, command.text)
}

_command_gives(command, "sbom") if {
	command.program in {"docker", "buildx"}
	some word in command.words
	regex.match(`^--(sbom|attest)(=(true|.*sbom.*))?$`, word)
}

_command_gives(command, "sbom") if array.slice(command.words, 0, 2) == ["docker", "sbom"]

_missing := [{"entry": entry, "wanted": wanted} |
	some entry in _pushing
	some wanted, _ in _wanted
	count([job | some job in _after(entry); _gives(job, wanted)]) == 0
]

# What may attest without saying so: scripts, and workflows that are called.
_opaque(entry) := array.concat(
	[row.what | some job in _after(entry); some row in kinds_of_steps.of_job(job); row.opaque],
	[job.call.raw | some job in _after(entry); job.call != null],
)

_finding(missing, message) := {
	"resource": missing.entry.job.address,
	"path": missing.entry.push.path,
	"defect": missing.wanted,
	"message": message,
}

deny contains violation if {
	some missing in _missing
	count(_opaque(missing.entry)) == 0
	violation := _finding(missing, sprintf("This image is pushed without %s: nothing in or behind job '%s' makes one.", [
		_wanted[missing.wanted],
		missing.entry.job.id,
	]))
}

undecided contains violation if {
	some missing in _missing
	opaque := _opaque(missing.entry)
	count(opaque) > 0
	violation := _finding(missing, sprintf("Whether this image gets %s is not known: '%s' may make one.", [
		_wanted[missing.wanted],
		opaque[0],
	]))
}
