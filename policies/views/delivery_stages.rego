# METADATA
# title: Which stages of a delivery a workflow links
# description: |
#   Says of each job that deploys which stages stand before and behind it, in jobs that it needs or that need it or by
#   the order of its own steps: {"job", "certainty", "built", "tested", "verified"}, the last three being booleans.
#   Built means that a container image is built. A policy over the whole scan names this view in its `unit_views`.
package policies.views.delivery_stages

import data.policies.lib.deploy_jobs
import data.policies.lib.step_kinds

_tests := {"unit", "integration", "e2e"}

_checks := {"health-check", "smoke"}

rows := [row |
	some deploying in deploy_jobs.rules
	deploying.role == "deploy"
	job := input.resources[deploying.job]
	before := [kind | some kind in step_kinds.rules; _precedes(kind, deploying, job)]
	behind := [kind | some kind in step_kinds.rules; _follows(kind, deploying, job)]
	row := {
		"job": deploying.job,
		"certainty": deploying.certainty,
		"built": count([kind | some kind in before; _builds_image(kind)]) > 0,
		"tested": count([kind | some kind in before; _is_of(kind, _tests)]) > 0,
		"verified": count([kind | some kind in behind; _is_of(kind, _checks)]) > 0,
	}
]

_is_of(kind, wanted) if {
	some one in kind.kinds
	wanted[one]
}

# Building anything else makes no image.
_builds_image(kind) if {
	"build" in kind.kinds
	regex.match(`(?i)docker|buildx|podman|kaniko|buildah|build-push`, kind.what)
}

_precedes(kind, _, job) if {
	some needed in job.needs_closure
	kind.job == sprintf("jobs.%s", [needed])
}

_precedes(kind, deploying, _) if {
	kind.job == deploying.job
	some step in deploying.steps
	[kind.step, kind.position] < [step.step, step.position]
}

_follows(kind, _, job) if {
	other := input.resources[kind.job]
	job.id in other.needs_closure
}

_follows(kind, deploying, _) if {
	kind.job == deploying.job
	some step in deploying.steps
	[kind.step, kind.position] > [step.step, step.position]
}
