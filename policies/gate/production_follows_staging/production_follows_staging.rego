# METADATA
# scope: package
# title: Promote to production only after staging deployment and integration tests
# description: |
#   A change that reaches production without having run anywhere like it is tried out on customers. A deployment to
#   staging, with tests against it, finds what no test of the code alone can find.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
# custom:
#   id: GATE-003
#   slug: production-follows-staging
#   family: GATE
#   severity: high
#   score: 7.0
#   formats: [github-workflow]
#   scope: scan
#   resources:
#     - workflow
#     - job
#   unit_views: [promotions]
#   params:
#     - name: trust_release_flow
#       type: boolean
#       description: Whether a job that only releases and tags start counts as tried before, where they are made.
#       default: false
#       stricter: false
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3(2)", "CM-2a"]
#       pci_dss_4.0: ["6.5.3"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.31", "A.8.29"]
#   cwe: [693]
#   remediation:
#     github-workflow: >-
#       Make the job for production wait for staging and its tests: `needs: [deploy-staging, integration-tests]`, where
#       integration-tests has `needs: [deploy-staging]`.
package policies.gate.production_follows_staging

_params := data.params["GATE-003"]

_rows := [{"unit": unit, "row": row} |
	some unit in input.units
	some row in object.get(unit.views, "promotions", [])
]

_productions := [found | some found in _rows; found.row.kind == "production"]

# The workflows of the scan by their repository's root and their name, or their file where they have none.
_upstreams := {key: found |
	some found in _rows
	found.row.kind == "workflow"
	some key in _keys(found)
}

_keys(found) := [[_root(found.unit), found.row.name]] if is_string(found.row.name)

_keys(found) := [[_root(found.unit), substring(found.unit.uri, count(_root(found.unit)), -1)]] if {
	not is_string(found.row.name)
}

_root(unit) := split(unit.uri, ".github/workflows/")[0]

# How each event that deploys stands: {"production", "state": "yes" | "no" | "open", "reason"}.
_judged := [judged |
	some production in _productions
	some event in production.row.events
	judged := object.union({"production": production}, _judge(production, event))
]

_judge(production, _) := {"state": "yes", "reason": ""} if production.row.staged == "yes"

_judge(production, event) := {"state": "no", "reason": production.row.reason} if {
	production.row.staged == "no"
	_starts_here(event)
}

_judge(production, event) := {"state": "open", "reason": production.row.reason} if {
	production.row.staged == "open"
	not _is_release(event)
	event.event != "workflow_run"
}

# A release, a tag or a person may follow staging, where the scan does not see it.
_judge(production, event) := {
	"state": "open",
	"reason": sprintf("whether staging was tried before %s is not seen from here", [_named(event)]),
} if {
	production.row.staged == "no"
	not _starts_here(event)
	not _is_release(event)
	event.event != "workflow_run"
}

_judge(production, event) := {
	"state": _released,
	"reason": sprintf("whether staging was tried before %s is not seen from here", [_named(event)]),
} if {
	production.row.staged != "yes"
	_is_release(event)
}

_judge(production, event) := judged if {
	production.row.staged != "yes"
	event.event == "workflow_run"
	judged := _through(production, event)
}

_released := "yes" if _params.trust_release_flow

_released := "open" if not _params.trust_release_flow

_is_release(event) if event.event == "release"

_is_release(event) if {
	event.event == "push"
	event.ref == "tag"
}

_unseen := {"workflow_dispatch", "repository_dispatch", "workflow_call", "deployment", "deployment_status"}

_starts_here(event) if {
	not _unseen[event.event]
	not _is_release(event)
	event.event != "workflow_run"
}

_named(event) := "the tag" if event.event == "push"

_named(event) := sprintf("'%s'", [event.event]) if event.event != "push"

# A workflow that another one starts goes on from there, if it asks for its success.
_through(_, event) := {
	"state": "no",
	"reason": "it also runs when the workflow before it failed: nothing asks for its conclusion",
} if {
	not event.succeeded
}

_through(production, event) := {"state": _joined(production, links), "reason": _why(links)} if {
	event.succeeded
	links := [link | some name in event.workflows; link := _link(production, name)]
}

_link(production, name) := {"state": "open", "reason": sprintf("workflow '%s' is not in the scan", [name])} if {
	not _upstreams[[_root(production.unit), name]]
}

_link(production, name) := {"state": _of_upstream(found.row), "reason": sprintf("in workflow '%s' %s", [
	name,
	_said(found.row),
])} if {
	found := _upstreams[[_root(production.unit), name]]
}

_said(row) := "no deployment to staging is tested" if row.staged == "no"

_said(row) := row.reason if row.staged != "no"

_of_upstream(row) := row.staged if row.staged != "no"

_of_upstream(row) := "no" if {
	row.staged == "no"
	every event in row.events { _starts_here({"event": event.event, "ref": ""}) }
}

_of_upstream(row) := "open" if {
	row.staged == "no"
	elsewhere := [event | some event in row.events; not _starts_here({"event": event.event, "ref": ""})]
	count(elsewhere) > 0
}

_joined(production, links) := "no" if {
	production.row.staged == "no"
	_worst(links) == "no"
}

_joined(production, links) := "open" if {
	production.row.staged == "open"
	_worst(links) == "no"
}

_joined(_, links) := _worst(links) if _worst(links) != "no"

_worst(links) := "no" if {
	some link in links
	link.state == "no"
}

_worst(links) := "yes" if {
	count(links) > 0
	every link in links { link.state == "yes" }
}

_worst(links) := "open" if {
	count([link | some link in links; link.state == "no"]) == 0
	count([link | some link in links; link.state == "yes"]) < max([1, count(links)])
}

# The reason that decides: that of a bad link before that of an open one.
_why(links) := reasons[0] if {
	reasons := [link.reason | some state in ["no", "open", "yes"]; some link in links; link.state == state]
	count(reasons) > 0
}

_why(links) := "no workflow is named that starts it" if count(links) == 0

subjects contains {"unit": found.unit.unit, "resource": found.row.job} if some found in _productions

examined contains record if {
	some found in _productions
	record := {
		"unit": found.unit.unit,
		"resource": found.row.job,
		"path": found.row.path,
		"state": "known",
		"value": [event.event | some event in found.row.events],
	}
}

_violation(production, reason) := {
	"unit": production.unit.unit,
	"resource": production.row.job,
	"path": production.row.path,
	"message": sprintf("Job '%s' %s, and %s.", [production.row.id, production.row.what, reason]),
	"related": array.concat(production.row.related, production.row.beside),
}

# One event that goes past staging is enough.
_failing := [found |
	some production in _productions
	bad := [judged | some judged in _judged; _is(judged, production); judged.state == "no"]
	count(bad) > 0
	found := {"production": production, "reason": bad[0].reason}
]

_is(judged, production) if {
	judged.production.unit.unit == production.unit.unit
	judged.production.row.job == production.row.job
}

deny contains violation if {
	some found in _failing
	found.production.row.certain
	violation := _violation(found.production, found.reason)
}

undecided contains violation if {
	some found in _failing
	not found.production.row.certain
	violation := _violation(
		found.production,
		sprintf("%s; whether it deploys to production is not known", [found.reason]),
	)
}

undecided contains violation if {
	some production in _productions
	judged := [one | some one in _judged; _is(one, production)]
	count([one | some one in judged; one.state == "no"]) == 0
	open := [one | some one in judged; one.state == "open"]
	count(open) > 0
	violation := _violation(production, open[0].reason)
}
