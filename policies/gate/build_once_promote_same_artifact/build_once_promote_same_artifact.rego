# METADATA
# scope: package
# title: Build once and deploy the same artifact to every environment
# description: |
#   A second build is another artifact: a dependency that moved, another runner or a variable of the environment make
#   production run what staging never tested.
# related_resources:
#   - ref: https://docs.github.com/en/actions/tutorials/store-and-share-data
# custom:
#   id: GATE-013
#   slug: build-once-promote-same-artifact
#   family: GATE
#   severity: medium
#   score: 5.6
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SI-7(1)", "SA-10(1)", "CM-2a"]
#       pci_dss_4.0: ["6.5.3"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.32"]
#   cwe: [353]
#   remediation:
#     github-workflow: >-
#       Build in one job with `outputs: {digest: "${{ steps.push.outputs.digest }}"}`, let both deploy jobs need it, and
#       deploy `shop@${{ needs.build.outputs.digest }}` in both; hand files over with upload-artifact and
#       download-artifact.
package policies.gate.build_once_promote_same_artifact

import data.policies.lib.artifact_references
import data.policies.lib.deploy_commands
import data.policies.lib.deploy_jobs
import data.policies.lib.deploy_reach
import data.policies.lib.environments
import data.policies.lib.gates
import data.policies.lib.graph
import data.policies.lib.step_kinds

# The jobs that deploy to a class of places: {"row", "job"}.
_deploying(class) := [{"row": row, "job": input.resources[row.job]} |
	some row in deploy_jobs.rules
	row.role == "deploy"
	some found in row.classes
	found.class == class
]

_stagings := _deploying("staging")

_productions := _deploying("production")

# One judgement a pair of deployments to staging and production.
_pairs := [{"staging": staging, "production": production} |
	some production in _productions
	some staging in _partners(production)
]

# What goes to both in one job belongs together; else production belongs to what it waits for, else to all of staging.
_partners(production) := [production] if _goes_to_both(production)

_partners(production) := awaited if {
	not _goes_to_both(production)
	awaited := _awaited(production)
	count(awaited) > 0
}

_partners(production) := [staging | some staging in _stagings; not _goes_to_both(staging)] if {
	not _goes_to_both(production)
	count(_awaited(production)) == 0
}

_awaited(production) := [staging |
	some staging in _stagings
	_before(production)[staging.job.address]
	not _goes_to_both(staging)
]

_goes_to_both(entry) if {
	classes := {found.class | some found in entry.row.classes}
	count({"staging", "production"} - classes) == 0
}

# The builds by job: {address: [{"job", "step", "position", "path", "what", "sort"}]}.
_builds := {address: found |
	count(_stagings) > 0
	some job in graph.of_types(["job"])
	address := job.address
	found := array.concat(
		[object.union(_place_of(row), {"sort": _sort(row.what)}) |
			some row in step_kinds.rules
			row.job == address
			row.state == "tool"
			"build" in row.kinds
			not _rehearses(row.what)
		],
		_other_builds(job),
	)
	count(found) > 0
}

_place_of(row) := {
	"job": row.job,
	"step": row.step,
	"position": row.position,
	"path": row.path,
	"what": row.what,
}

_rehearses(text) if regex.match(`\s(--help|--version|--print|--check|--dry-run)\b`, text)

# What buildx does beside building.
_rehearses(text) if regex.match(`\bbuildx\s+(create|du|imagetools|inspect|ls|prune|rm|stop|use|version)\b`, text)

_sort(text) := "image" if regex.match(`(?i)\b(docker|podman|buildx|buildah)\b`, text)

_sort(text) := "code" if not regex.match(`(?i)\b(docker|podman|buildx|buildah)\b`, text)

# Builders that the table of step kinds does not know as such.
_builders := {
	"sam": "build",
	"vite": "build",
	"next": "build",
	"ng": "build",
	"nuxt": "build",
	"react-scripts": "build",
	"vue-cli-service": "build",
	"gatsby": "build",
	"astro": "build",
	"hugo": "",
}

_other_builds(job) := [build |
	some step in job.steps
	some position, command in step.commands
	verb := object.get(_builders, command.program, null)
	verb != null
	_has_verb(command, verb)
	build := {
		"job": job.address,
		"step": step.index,
		"position": position,
		"path": array.concat(command.path, [command.text]),
		"what": command.text,
		"sort": "code",
	}
]

_has_verb(_, verb) if verb == ""

_has_verb(command, verb) if verb in array.slice(command.words, 1, 3)

_of(address) := object.get(_builds, address, [])

# Builds of a deploy job itself, before it has deployed.
_own(entry) := [build |
	some build in _of(entry.job.address)
	[build.step, build.position] < gates.last_place(entry.row)
]

# The addresses of the jobs that each job waits for.
_closures := {job.address: gates.closure(job) |
	count(_stagings) > 0
	some job in graph.of_types(["job"])
}

_before(entry) := _closures[entry.job.address]

# The jobs that stand between the two of a pair.
_middle(pair) := [address |
	some address in _before(pair.production)
	address != pair.staging.job.address
	_closures[address][pair.staging.job.address]
]

# Builds in jobs that stand between staging and production.
_between(pair) := [build | some address in _middle(pair); some build in _of(address)]

# Builds that only one of the two waits for.
_alone(one, other) := [build |
	some address in _before(one) - _before(other)
	address != other.job.address
	some build in _of(address)
]

# The builds that another one repeats, with the first one of them: {"build", "first", "why"}.
_repeated(pair) := array.concat(
	array.concat(_in_production(pair), _in_staging(pair)),
	array.concat(_in_between(pair), _apart(pair)),
)

_in_production(pair) := [repeated |
	some build in array.slice(_own(pair.production), 0, 1)
	repeated := {"build": build, "first": _firsts(pair, build), "why": "in the job that deploys to production"}
]

# A build in the job that deploys to staging is the only one, or a second one after a common one.
_in_staging(pair) := [{"build": build, "first": [common[0]], "why": "in the job that deploys to staging"} |
	pair.staging.job.address != pair.production.job.address
	count(_own(pair.production)) == 0
	some build in array.slice(_own(pair.staging), 0, 1)
	common := [one |
		some address in _before(pair.staging) & _before(pair.production)
		some one in _of(address)
		one.sort == build.sort
	]
	count(common) > 0
]

_in_between(pair) := [{"build": build, "first": _firsts(pair, build), "why": "after staging and before production"} |
	some build in array.slice(_between(pair), 0, 1)
]

_apart(pair) := [{"build": build, "first": [firsts[0]], "why": "for production alone"} |
	some build in array.slice(_alone(pair.production, pair.staging), 0, 1)
	not build in _between(pair)
	firsts := [one |
		some one in array.concat(_alone(pair.staging, pair.production), _own(pair.staging))
		one.sort == build.sort
	]
	count(firsts) > 0
]

_firsts(pair, build) := array.slice(found, 0, 1) if {
	awaited := [one | some address in _before(pair.staging); some one in _of(address)]
	found := [first |
		some first in array.concat(awaited, _own(pair.staging))
		first.sort == build.sort
		[first.job, first.step, first.position] != [build.job, build.step, build.position]
	]
}

# The compilation of the program that describes the infrastructure is no build of the artifact.
_doubtful(pair, build) if {
	build.sort == "code"
	some entry in [pair.staging, pair.production]
	entry.job.address == build.job
	every step in entry.row.steps { _describes_infrastructure(step.what) }
}

_describes_infrastructure(what) if regex.match(`^(cdk|cdktf|pulumi|terraform|tofu|terragrunt)`, what)

# Commands that build what they deploy, unless they are given something built.
_building_deployments := {
	"flyctl": ["--image", "-i"],
	"fly": ["--image", "-i"],
	"vercel": ["--prebuilt"],
	"copilot": [],
}

_builds_itself(entry) := [step |
	some step in entry.row.steps
	given := object.get(_building_deployments, step.program, null)
	given != null
	step.position >= 0
	command := entry.job.steps[step.step].commands[step.position]
	not deploy_commands.has_option(command, given)
]

# What may build or choose the artifact without saying so.
_opaque(pair) := array.concat(
	[{"address": row.job, "path": row.path, "what": row.what} |
		some entry in [pair.staging, pair.production]
		some row in object.get(_opaque_rows, entry.job.address, [])
		[row.step, row.position] <= gates.last_place(entry.row)
	],
	[{"address": row.job, "path": row.path, "what": row.what} |
		some address in _middle(pair)
		some row in object.get(_opaque_rows, address, [])
	],
)

_opaque_rows := {address: rows |
	count(_stagings) > 0
	opaque := [row | some row in step_kinds.rules; row.opaque; not _is_test(row)]
	some address in {row.job | some row in opaque}
	rows := [row | some row in opaque; row.job == address]
}

_is_test(row) if {
	some token in environments.tokens(row.target)
	token in {"test", "tests", "smoke", "check", "wait", "verify", "health", "migrate", "notify", "lint"}
}

# The references of each deployment.
_named := {entry.job.address: artifact_references.of_deployment(entry.row, entry.job) |
	count(_stagings) > 0
	some entry in array.concat(_stagings, _productions)
}

# How the references of the two compare: "same", "none", "open" or "other", with both texts.
_references(pair) := artifact_references.compare(
	_named[pair.staging.job.address],
	_named[pair.production.job.address],
)

_latest(entry) := [reference | some reference in _named[entry.job.address]; reference.tag == "latest"]

subjects contains entry.job.address if {
	some pair in _pairs
	entry := pair.production
}

examined contains record if {
	some pair in _pairs
	entry := pair.production
	record := {
		"resource": entry.job.address,
		"path": ["steps"],
		"state": "known",
		"value": gates.what(entry.row),
	}
}

# What a call passes to the job decides too.
examined contains record if {
	some pair in _pairs
	references := _named[pair.production.job.address]
	record := {
		"resource": pair.production.job.address,
		"path": ["with"],
		"state": "known",
		"value": concat(", ", [reference.text | some reference in references]),
	}
}

_certain(pair) if {
	pair.staging.row.certainty == "definite"
	pair.production.row.certainty == "definite"
}

_defects := [defect |
	some pair in _pairs
	some repeated in _repeated(pair)
	defect := {
		"certain": _holds(pair, repeated.build),
		"pair": pair,
		"violation": {
			"resource": repeated.build.job,
			"path": repeated.build.path,
			"defect": sprintf("build %s", [repeated.build.what]),
			"message": sprintf("'%s' builds again %s: what production gets is not what staging tested.", [
				_short(repeated.build.what),
				repeated.why,
			]),
			"related": [{"address": first.job, "path": first.path, "message": "this is the build for staging"} |
				some first in repeated.first
			],
		},
	}
]

_short(text) := text if count(text) <= 60

_short(text) := sprintf("%s…", [substring(text, 0, 60)]) if count(text) > 60

_holds(pair, build) := true if {
	_certain(pair)
	not _doubtful(pair, build)
}

_holds(pair, _) := false if not _certain(pair)

_holds(pair, build) := false if {
	_certain(pair)
	_doubtful(pair, build)
}

deny contains defect.violation if {
	some defect in _defects
	defect.certain
}

undecided contains question if {
	some defect in _defects
	not defect.certain
	question := object.union(defect.violation, {"message": sprintf(
		"Whether this holds is not known: %s",
		[defect.violation.message],
	)})
}

deny contains violation if {
	some pair in _pairs
	_certain(pair)
	some entry in [pair.staging, pair.production]
	some reference in array.slice(_latest(entry), 0, 1)
	violation := {
		"resource": entry.job.address,
		"path": reference.path,
		"defect": "latest",
		"message": sprintf("Job '%s' deploys '%s': the tag 'latest' is another image after the next push. %s", [
			entry.job.id,
			reference.text,
			"Deploy the digest or the tag of the commit.",
		]),
	}
}

deny contains violation if {
	some pair in _pairs
	_certain(pair)
	compared := _references(pair)
	compared.state == "other"
	violation := {
		"resource": pair.production.job.address,
		"path": compared.production.path,
		"defect": "reference",
		"message": sprintf("Production gets '%s', staging '%s': not the same artifact. %s", [
			compared.production.text,
			compared.staging.text,
			"Deploy one digest or the tag of the commit in both.",
		]),
		"related": [{
			"address": pair.staging.job.address,
			"path": compared.staging.path,
			"message": "this is what staging gets",
		}],
	}
}

# Pairs of which something is said already, by their addresses.
_told := {[defect.pair.staging.job.address, defect.pair.production.job.address] | some defect in _defects}

_has_defect(pair) if _told[[pair.staging.job.address, pair.production.job.address]]

_question(pair, path, reason) := {
	"resource": pair.production.job.address,
	"path": path,
	"defect": "artifact",
	"message": sprintf("Whether job '%s' deploys what staging tested is not known: %s.", [
		pair.production.job.id,
		reason,
	]),
}

undecided contains found if {
	some pair in _pairs
	not _has_defect(pair)
	opaque := _opaque(pair)
	count(opaque) > 0
	found := object.union(
		_question(pair, [], sprintf("'%s' may build", [_short(opaque[0].what)])),
		{"related": [{"address": opaque[0].address, "path": opaque[0].path, "message": "this may build"}]},
	)
}

undecided contains found if {
	some pair in _pairs
	not _has_defect(pair)
	count(_opaque(pair)) == 0
	some entry in [pair.staging, pair.production]
	some step in array.slice(_builds_itself(entry), 0, 1)
	found := _question(pair, [], sprintf("'%s' builds what it deploys", [step.what]))
}

undecided contains found if {
	some pair in _pairs
	not _has_defect(pair)
	count(_opaque(pair)) == 0
	compared := _references(pair)
	compared.state == "open"
	found := _question(pair, compared.production.path, sprintf("staging gets '%s', production '%s'", [
		compared.staging.text,
		compared.production.text,
	]))
}

# An image of a release, a tag or an input that no job of this workflow builds.
undecided contains found if {
	some pair in _pairs
	not _has_defect(pair)
	count(_opaque(pair)) == 0
	compared := _references(pair)
	compared.state == "none"
	count(_named[pair.production.job.address]) > 0
	found := _question(pair, [], "the reference of only one of the two stands here")
}

undecided contains found if {
	some pair in _pairs
	_certain(pair)
	not _has_defect(pair)
	_has_artifact(pair)
	not _meet(pair)
	found := _question(pair, [], "no event deploys to both, so that what one run tests another one deploys")
}

_has_artifact(pair) if count(_named[pair.production.job.address]) > 0

_has_artifact(pair) if {
	some address in _before(pair.production)
	count(_of(address)) > 0
}

# The cases in which each deployment happens.
_cases := {entry.job.address: cases |
	count(_stagings) > 0
	some entry in array.concat(_stagings, _productions)
	cases := {case | some case in gates.deploying_cases(entry.row, entry.job)}
}

# Whether one run can deploy to both.
_meet(pair) if {
	count(_cases[pair.staging.job.address] & _cases[pair.production.job.address]) > 0
}

_meet(_) if count(deploy_reach.cases) == 0
