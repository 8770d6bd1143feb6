# METADATA
# scope: package
# title: Run tests, lint and security scans on every pull request
# description: |
#   A mistake that no check of the pull request shows is found after the merge, by those who wait for the deployment or
#   by users. Tests, a linter and a security scan show most of them to the one who wrote the change.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
# custom:
#   id: PIPE-012
#   slug: pull-requests-tested
#   family: PIPE
#   severity: medium
#   score: 5.2
#   formats: [github-workflow]
#   scope: scan
#   resources:
#     - workflow
#     - job
#   unit_views: [pull_request_checks]
#   params:
#     - name: accept_push
#       type: boolean
#       description: Whether a workflow that every push to any branch runs counts as one for pull requests.
#       default: true
#       presets:
#         strict: false
#       stricter: false
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3(2)", "SA-10(1)"]
#       pci_dss_4.0: ["6.2.3"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.25", "A.8.29"]
#   cwe: [693]
#   remediation:
#     github-workflow: >-
#       Start a workflow with `on: pull_request` and give it a job that tests (`npm test`), one that lints
#       (`npx eslint .`) and one that scans (`npm audit`), none of them with `continue-on-error`.
package policies.pipe.pull_requests_tested

_params := data.params["PIPE-012"]

_wanted := {
	"test": {"unit", "integration", "e2e"},
	"lint": {"lint"},
	"scan": {"sast", "sca", "iac-scan", "secret-scan", "image-scan"},
}

_words := {
	"test": "runs tests (for example `npm test`)",
	"lint": "runs a linter (for example `npx eslint .`)",
	"scan": "runs a security scan (for example `npm audit` or CodeQL)",
}

_accepted := {"pull_request", "merge_group", "push"} if _params.accept_push

_accepted := {"pull_request", "merge_group"} if not _params.accept_push

# What the workflows of each repository say: {root: [{"unit", "row"}]}.
_repositories := {root: rows |
	some root in {_root(unit.uri) | some unit in input.units; count(_rows(unit)) > 0}
	rows := [{"unit": unit.unit, "row": row} |
		some unit in input.units
		_root(unit.uri) == root
		some row in _rows(unit)
	]
}

_rows(unit) := object.get(unit.views, "pull_request_checks", [])

# The repository of a file: what stands before the folder of workflows.
_root(uri) := split(uri, ".github/workflows/")[0]

# Repositories that deploy, or test what is pushed: {"root", "rows", "covering", "place", "certain"}.
_judged := [repository |
	some root, rows in _repositories
	count(_reasons(rows)) > 0
	covering := [one | some one in rows; count(one.row.triggers & _accepted) > 0]
	repository := {
		"root": root,
		"covering": covering,
		"place": _place(rows, covering),
		"certain": count([1 | some reason in _reasons(rows); reason.certain]) > 0,
	}
]

_reasons(rows) := array.concat(
	[{"certain": deploy.certainty == "definite"} | some one in rows; some deploy in one.row.deploys],
	[{"certain": true} | some one in rows; one.row.tests],
)

# The workflow for pull requests that checks most; else the job that deploys to production, else any that deploys, else
# the workflow that tests what is pushed.
_place(_, covering) := {"unit": main.unit, "resource": "workflow", "path": ["on"]} if {
	count(covering) > 0
	most := max([_weight(one) | some one in covering])
	main := [one | some one in covering; _weight(one) == most][0]
}

_place(rows, covering) := places[0] if {
	count(covering) == 0
	places := array.concat(
		[{"unit": one.unit, "resource": deploy.job, "path": []} |
			some production in [true, false]
			some one in rows
			some deploy in one.row.deploys
			deploy.production == production
		],
		[{"unit": one.unit, "resource": "workflow", "path": ["on"]} | some one in rows; one.row.tests],
	)
}

_weight(one) := (1000 * count(one.row.triggers & {"pull_request"})) + count(one.row.checks)

# Repositories of which no workflow runs for pull requests lack one thing, not three.
_without := [repository | some repository in _judged; count(repository.covering) == 0]

_with := [repository | some repository in _judged; count(repository.covering) > 0]

# The checks of a kind that pull requests run: {"unit", "check"}.
_checks(repository, wanted) := [{"unit": one.unit, "check": check} |
	some one in repository.covering
	some check in one.row.checks
	count(check.events & _accepted) > 0
	some kind in check.kinds
	_wanted[wanted][kind]
]

_sound(repository, wanted) := [found | some found in _checks(repository, wanted); found.check.tolerated == ""]

_lacking := [{"repository": repository, "wanted": wanted} |
	some repository in _with
	some wanted, _ in _wanted
	count(_sound(repository, wanted)) == 0
]

# What may check all the same: opaque steps, calls, and what only a run lets fail.
_doubts(lack) := array.concat(
	[sprintf("whether '%s' does is not known", [candidate.what]) |
		some one in lack.repository.covering
		some candidate in one.row.candidates
		count(candidate.events & _accepted) > 0
		_may_be(candidate, lack.wanted)
	],
	[sprintf("whether '%s' may fail without stopping it only a run knows", [found.check.what]) |
		some found in _checks(lack.repository, lack.wanted)
		found.check.tolerated == null
	],
)

_may_be(candidate, _) if count(candidate.kinds) == 0

_may_be(candidate, wanted) if {
	some kind in candidate.kinds
	_wanted[wanted][kind]
}

# Filters of paths are wrong only where no other workflow tests without them.
_filtered := [{"repository": repository, "filter": filter} |
	some repository in _judged
	testing := [one |
		some one in repository.covering
		some found in _sound(repository, "test")
		found.unit == one.unit
	]
	count(testing) > 0
	every one in testing { count(one.row.filters) > 0 }
	some one in testing
	some filter in one.row.filters
]

subjects contains {"unit": repository.place.unit, "resource": repository.place.resource} if {
	some repository in _judged
}

examined contains record if {
	some repository in _judged
	some wanted, _ in _wanted
	record := {
		"unit": repository.place.unit,
		"resource": repository.place.resource,
		"path": repository.place.path,
		"state": "known",
		"value": sprintf("%s: %s", [wanted, concat(", ", [found.check.what |
			some found in array.slice(_sound(repository, wanted), 0, 3)
		])]),
	}
}

_finding(repository, defect, message) := object.union(repository.place, {"defect": defect, "message": message})

deny contains violation if {
	some lack in _lacking
	lack.repository.certain
	count(_doubts(lack)) == 0
	violation := object.union(
		_finding(lack.repository, lack.wanted, _message(lack)),
		{"related": [{
			"unit": found.unit,
			"address": found.check.job,
			"path": found.check.path,
			"message": found.check.tolerated,
		} |
			some found in _checks(lack.repository, lack.wanted)
			is_string(found.check.tolerated)
		]},
	)
}

_message(lack) := sprintf("No workflow for pull requests %s, so mistakes are found after the merge.", [
	_words[lack.wanted],
]) if {
	count(_checks(lack.repository, lack.wanted)) == 0
}

_message(lack) := sprintf("For pull requests '%s' runs, but cannot fail them: %s.", [first.what, first.tolerated]) if {
	first := _checks(lack.repository, lack.wanted)[0].check
}

_nothing := "No workflow runs for pull requests to the main branch: nothing tests or scans a change before the merge."

deny contains violation if {
	some repository in _without
	repository.certain
	violation := _finding(repository, "workflow", _nothing)
}

undecided contains found if {
	some repository in _without
	not repository.certain
	found := _finding(repository, "workflow", sprintf("%s Whether this repository deploys is not known.", [_nothing]))
}

deny contains violation if {
	some found in _filtered
	found.repository.certain
	violation := _finding(found.repository, sprintf("filter %s", [found.filter]), sprintf(
		"Pull requests that change the code run no tests: the filter '%s' leaves it out.",
		[found.filter],
	))
}

undecided contains found if {
	some lack in _lacking
	doubts := _doubts(lack)
	count(doubts) > 0
	found := _finding(lack.repository, lack.wanted, sprintf("No step for pull requests %s by a known tool, and %s.", [
		_words[lack.wanted],
		doubts[0],
	]))
}

undecided contains found if {
	some lack in _lacking
	count(_doubts(lack)) == 0
	not lack.repository.certain
	found := _finding(lack.repository, lack.wanted, sprintf(
		"No step for pull requests %s; whether this repository deploys is not known.",
		[_words[lack.wanted]],
	))
}

undecided contains question if {
	some found in _filtered
	not found.repository.certain
	question := _finding(found.repository, sprintf("filter %s", [found.filter]), sprintf(
		"The filter '%s' leaves the code out; whether this repository deploys is not known.",
		[found.filter],
	))
}
