# METADATA
# title: The environments of jobs that deploy to production
# description: |
#   For policies over the whole scan, of one workflow: {"job", "id", "what", "path", "names", "open"}, one row for each
#   job that deploys to production, rolls it back or tears it down and has an environment. names are the literal names
#   that are production or say nothing, open whether there may be others.
package policies.views.production_environments

import data.policies.lib.deploy_jobs
import data.policies.lib.environments
import data.policies.lib.gates
import data.policies.lib.value

rows := [found |
	some row in deploy_jobs.rules
	not row.attached
	job := input.resources[row.job]
	job.environment != null
	count(gates.reasons(row, job, {each.class | some each in row.classes}, true)) > 0
	names := [name |
		some name in _names(job.environment.name)
		name != ""
		environments.class(name, []) in {"production", null}
	]
	found := {
		"job": job.address,
		"id": job.id,
		"what": gates.what(row),
		"path": job.environment.path,
		"raw": job.environment.raw,
		"names": names,
		"open": _is_open(job.environment.name),
	}
]

_names(written) := [written] if is_string(written)

_names(written) := [name |
	some name in object.get(written["$unknown"], "values", [])
	is_string(name)
] if {
	value.unknown(written)
}

_names(written) := [] if {
	not is_string(written)
	not value.unknown(written)
}

_is_open(written) := true if {
	value.opaque(written)
	count(_names(written)) == 0
}

_is_open(written) := false if not value.opaque(written)

_is_open(written) := false if count(_names(written)) > 0
