# METADATA
# scope: package
# title: Publish hashed assets with long caching and invalidate the CDN after deployment
# description: |
#   CloudFront serves the old page until its copy runs out, and a page that mixes old and new files is broken. Without
#   caching headers a browser asks for every file again, or keeps the start page when it must not.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation.html
# custom:
#   id: PIPE-011
#   slug: ui-release-invalidates-cdn
#   family: PIPE
#   severity: low
#   score: 2.4
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   packs: [reference-architecture]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3"]
#       iso_27001_2022: ["A.8.32"]
#   cwe: [524]
#   remediation:
#     github-workflow: >-
#       Upload the files with a hash in their names with `--cache-control "public,max-age=31536000,immutable"` and
#       index.html with `--cache-control no-cache`, then run `aws cloudfront create-invalidation --distribution-id
#       "$DISTRIBUTION" --paths "/index.html"`.
package policies.pipe.ui_release_invalidates_cdn

import data.policies.lib.assessments
import data.policies.lib.before_deployment
import data.policies.lib.deploy_commands
import data.policies.lib.deploy_jobs
import data.policies.lib.environments
import data.policies.lib.gates
import data.policies.lib.graph
import data.policies.lib.kinds_of_steps

_jobs := graph.of_types(["job"])

# Where the workflow empties the cache of CloudFront: {"job", "step", "position"}.
_invalidations := [invalidation |
	some job in _jobs
	some step in job.steps
	some position in _invalidating(step)
	invalidation := {"job": job.address, "step": step.index, "position": position}
]

_invalidating(step) := [-1] if {
	step.kind == "uses"
	some token in environments.tokens(object.get(step.uses, "name", ""))
	token in {"invalidate", "invalidation"}
}

_invalidating(step) := [position |
	some position, command in step.commands
	"create-invalidation" in command.words
	deploy_commands.normalised(command).program == "aws"
] if {
	step.kind != "uses"
}

# The uploads of built sites by job: {address: [{"step", "position", "path", "what", "source", "cache"}]}.
_uploads := {address: found |
	count(_invalidations) > 0
	some address in {job.address | some job in _jobs}
	found := array.concat(_commands_of(address), _actions_of(input.resources[address]))
	count(found) > 0
}

_commands_of(address) := [upload |
	some row in deploy_jobs.rules
	row.job == address
	row.role == "deploy"
	some step in row.steps
	startswith(step.what, "aws s3 ")
	command := input.resources[address].steps[step.step].commands[step.position]
	upload := {
		"step": step.step,
		"position": step.position,
		"path": step.path,
		"what": step.what,
		"source": concat("", array.slice(deploy_commands.normalised(command).words, 2, 3)),
		"text": command.text,
		"cache": _option(command.words, "--cache-control"),
	}
]

# A known action that copies a folder to a bucket.
_actions_of(job) := [upload |
	some step in job.steps
	step.uses != null
	object.get(step.uses, "name", "") == "jakejarvis/s3-sync-action"
	inputs := _inputs(step)
	upload := {
		"step": step.index,
		"position": -1,
		"path": array.concat(step.path, ["uses"]),
		"what": step.uses.raw,
		"source": "",
		"text": "",
		"cache": _option(regex.split(`\s+`, sprintf("%v", [object.get(inputs, "args", "")])), "--cache-control"),
	}
]

_inputs(step) := step["with"] if is_object(step["with"])

_inputs(step) := {} if not is_object(step["with"])

# The value of an option among words: none or one.
_option(words, option) := array.slice(array.concat(
	[substring(word, count(option) + 1, -1) |
		some word in words
		startswith(word, sprintf("%s=", [option]))
	],
	[words[position + 1] |
		some position, word in words
		word == option
		position + 1 < count(words)
	],
), 0, 1)

_last(uploads) := [upload |
	some upload in uploads
	[upload.step, upload.position] == max([[other.step, other.position] | some other in uploads])
][0]

# Tells whether a place in a job comes after an upload of another or of the same.
_follows(place, address, upload) if {
	place.job == address
	[place.step, place.position] > [upload.step, upload.position]
}

_follows(place, address, _) if place.job in {other.address | some other in gates.dependents(input.resources[address])}

_is_invalidated(address) if {
	last := _last(_uploads[address])
	some invalidation in _invalidations
	_follows(invalidation, address, last)
}

# What may empty the cache behind the upload without saying so: scripts, calls, and stacks that do it on their own.
_candidates(address) := array.concat(
	[{"job": row.job, "path": row.path, "what": row.what} |
		last := _last(_uploads[address])
		some job in array.concat([input.resources[address]], gates.dependents(input.resources[address]))
		some row in kinds_of_steps.of_job(job)
		row.opaque
		before_deployment.may_do_more(row)
		_follows(row, address, last)
	],
	array.concat(
		[{"job": job.address, "path": ["uses"], "what": job.call.raw} |
			some job in gates.dependents(input.resources[address])
			job.call != null
			not object.get(job.call, "inlined", false)
		],
		[{"job": row.job, "path": step.path, "what": step.what} |
			last := _last(_uploads[address])
			some row in deploy_jobs.rules
			some step in row.steps
			regex.match(`^(cdk|cdktf) deploy`, step.what)
			_follows({"job": row.job, "step": step.step, "position": step.position}, address, last)
		],
	),
)

# How long a header lets files be kept: "long", "short", "open" or "other". Always defined.
_kept(header) := "short" if regex.match(`(?i)no-cache|no-store|max-age=0\b`, header)

_kept(header) := "long" if {
	not regex.match(`(?i)no-cache|no-store|max-age=0\b`, header)
	regex.match(`(?i)max-age=\d|immutable`, header)
}

_kept(header) := "open" if {
	not regex.match(`(?i)no-cache|no-store|max-age=0\b|max-age=\d|immutable`, header)
	contains(header, "$")
}

_kept(header) := "other" if {
	not regex.match(`(?i)no-cache|no-store|max-age=0\b|max-age=\d|immutable`, header)
	not contains(header, "$")
}

# The uploads of the start page alone, whose header decides for it.
_pages(address) := [upload |
	some upload in _uploads[address]
	_is_page(upload)
]

_is_page(upload) if regex.match(`(^|/)index\.html$`, upload.source)

_is_page(upload) if regex.match(`--include[= ]["']?\*?\*?/?index\.html`, upload.text)

_headers(address) := {_kept(header) | some upload in _uploads[address]; some header in upload.cache}

# One row a defect: {"resource", "state", "defect", "path", "message"}.
_rows := array.concat(_uncached, array.concat(_stale, _long_pages))

_stale := [row |
	some address, uploads in _uploads
	not _is_invalidated(address)
	last := _last(uploads)
	candidates := _candidates(address)
	row := {
		"resource": address,
		"path": last.path,
		"defect": "invalidation",
		"state": _state(count(candidates)),
		"message": _of_stale(last, candidates),
	}
]

_state(doubts) := "fail" if doubts == 0

_state(doubts) := "open" if doubts > 0

_of_stale(last, candidates) := sprintf("'%s' is not followed by `%s`: CloudFront goes on serving the old page.", [
	last.what,
	"aws cloudfront create-invalidation",
]) if {
	count(candidates) == 0
}

_of_stale(last, candidates) := sprintf("Whether CloudFront's cache is emptied after '%s' is not known: '%s' may.", [
	last.what,
	candidates[0].what,
]) if {
	count(candidates) > 0
}

# No upload says how long its files may be kept.
_uncached := [row |
	some address, uploads in _uploads
	headers := _headers(address)
	not headers.long
	row := {
		"resource": address,
		"path": _with_header(uploads).path,
		"defect": "cache-control",
		"state": _state(count({"open"} & headers)),
		"message": _of_headers(headers),
	}
]

_with_header(uploads) := array.concat([upload | some upload in uploads; count(upload.cache) > 0], uploads)[0]

_of_headers(headers) := sprintf("Whether this upload lets browsers keep files with a hash is not known: %s.", [
	"what '--cache-control' is only a run knows",
]) if {
	headers.open
}

_of_headers(headers) := sprintf("No upload of this job sets `%s` for files with a hash in their names: %s.", [
	`--cache-control "max-age=31536000,immutable"`,
	"browsers load them again and again",
]) if {
	not headers.open
}

_long_pages := [row |
	some address, uploads in _uploads
	_headers(address).long
	some page in _pages(address)
	count(uploads) > 1
	some state in _page_state(page)
	row := {
		"resource": address,
		"path": page.path,
		"defect": "index.html",
		"state": state,
		"message": "Caches may keep index.html, which names the files: upload it with `--cache-control no-cache`.",
	}
]

_page_state(page) := ["fail"] if count(page.cache) == 0

_page_state(page) := ["fail" | _kept(page.cache[0]) in {"long", "other"}] if {
	count(page.cache) > 0
	_kept(page.cache[0]) != "open"
}

_page_state(page) := ["open"] if {
	count(page.cache) > 0
	_kept(page.cache[0]) == "open"
}

subjects contains address if some address, _ in _uploads

examined contains record if {
	some address, uploads in _uploads
	some upload in uploads
	record := {"resource": address, "path": upload.path, "state": "known", "value": upload.what}
}

deny contains violation if some violation in assessments.violations(_rows)

undecided contains question if some question in assessments.questions(_rows)
