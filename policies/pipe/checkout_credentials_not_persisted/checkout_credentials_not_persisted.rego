# METADATA
# scope: package
# title: Do not persist checkout credentials or leak them through artifacts
# description: |
#   actions/checkout leaves a token of the repository where every later step, and everybody who downloads an upload
#   of the whole workspace, can read it.
# related_resources:
#   - ref: https://github.com/actions/checkout
# custom:
#   id: PIPE-008
#   slug: checkout-credentials-not-persisted
#   family: PIPE
#   severity: medium
#   score: 5.0
#   formats: [github-workflow, github-action]
#   scope: unit
#   resources:
#     - job
#     - action
#   params:
#     - name: judge_third_parties
#       type: boolean
#       description: Whether a token must not stay where actions of others run, when nothing needs it.
#       default: false
#       presets: {strict: true}
#       stricter: true
#   packs: [baseline, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["IA-5", "AC-6"]
#       soc2: ["CC6.1"]
#       iso_27001_2022: ["A.5.17"]
#   cwe: [522, 200]
#   remediation:
#     github-workflow: "Give actions/checkout `with: {persist-credentials: false}`, and upload folders by name."
#     github-action: "Give actions/checkout `with: {persist-credentials: false}`."
#   peers:
#     zizmor: [artipacked]
package policies.pipe.checkout_credentials_not_persisted

import data.policies.lib.deploy_commands
import data.policies.lib.graph
import data.policies.lib.own_steps
import data.policies.lib.value

_params := data.params["PIPE-008"]

# Every checkout, with the token that it leaves: "left", "explicit" (left, and told to) or "open".
_checkouts := [entry |
	some owner in graph.of_types(["job", "action"])
	some step in own_steps.of(owner)
	step.kind == "uses"
	object.get(step.uses, "name", "") == "actions/checkout"
	entry := {"owner": owner, "step": step, "token": _token(step["with"]), "place": _place(step.uses)}
]

_token(inputs) := "left" if inputs == null

_token(inputs) := _left(object.get(inputs, "persist-credentials", null)) if {
	is_object(inputs)
	not value.opaque(inputs)
}

_token(inputs) := "open" if {
	inputs != null
	not is_object(inputs)
}

_token(inputs) := "open" if value.opaque(inputs)

_left(written) := "left" if written == null

_left(written) := "none" if value.falsy(written)

_left(written) := "explicit" if value.truthy(written)

_left(written) := "open" if {
	written != null
	not value.falsy(written)
	not value.truthy(written)
}

# Where the token is kept: in the folder .git up to version 5, in the runner's own folder since.
_place(uses) := "git" if {
	uses.version != null
	uses.version[0] < 6
}

_place(uses) := "temp" if {
	uses.version != null
	uses.version[0] >= 6
}

_place(uses) := "open" if uses.version == null

# The uploads after a checkout that take its token along: {"step", "path", "certain"}.
_leaks(entry) := [leak |
	some step in entry.owner.steps
	step.index > entry.step.index
	step.kind == "uses"
	object.get(step.uses, "name", "") == "actions/upload-artifact"
	leak := {"step": step, "certain": _certainty(entry, step)}
	leak.certain != "no"
]

_certainty(entry, step) := "no" if _harmless(entry, step)

_certainty(entry, step) := "open" if {
	not _harmless(entry, step)
	_in_doubt(entry, step)
}

_certainty(entry, step) := "yes" if {
	not _harmless(entry, step)
	not _in_doubt(entry, step)
}

# The lines of the path that is uploaded.
_paths(step) := [line |
	is_object(step["with"])
	written := object.get(step["with"], "path", null)
	is_string(written)
	some part in split(written, "\n")
	line := trim_space(part)
]

_whole := `^(\.|\./|\.\.|\.\./|\*\*|\./\*\*|\$\{\{\s*github\.workspace\s*\}\}(/|/\*\*)?)$`

_takes_git(step) if {
	some line in _paths(step)
	regex.match(_whole, line)
}

_takes_git(step) if {
	some line in _paths(step)
	regex.match(`(^|/)\.git(/|$)`, line)
	not startswith(line, "!")
}

_takes_temp(step) if {
	some line in _paths(step)
	regex.match(`\$\{\{\s*runner\.temp\s*\}\}`, line)
}

_open_path(step) if {
	some line in _paths(step)
	regex.match(`^\$\{\{`, line)
	not regex.match(`^\$\{\{\s*(github\.workspace|runner\.temp)\s*\}\}`, line)
}

_reaches(entry, step) if {
	entry.place != "temp"
	_takes_git(step)
}

_reaches(entry, step) if {
	entry.place != "git"
	_takes_temp(step)
}

_harmless(entry, step) if {
	not _reaches(entry, step)
	not _open_path(step)
}

# Hidden files stay out since version 4.4; the token in the runner's folder is none.
_harmless(entry, step) if {
	not _takes_temp(step)
	entry.place != "temp"
	_leaves_hidden_out(step)
}

_leaves_hidden_out(step) if {
	step.uses.version != null
	step.uses.version[0] >= 4
	not _includes_hidden(step)
}

_includes_hidden(step) if {
	is_object(step["with"])
	value.truthy(object.get(step["with"], "include-hidden-files", null))
}

_includes_hidden(step) if {
	is_object(step["with"])
	contains(sprintf("%v", [object.get(step["with"], "include-hidden-files", "")]), "${{")
}

_in_doubt(entry, _) if entry.place == "open"

_in_doubt(entry, _) if entry.token == "open"

_in_doubt(_, step) if {
	step.uses.version == null
	not _includes_hidden(step)
}

_in_doubt(_, step) if _open_path(step)

_in_doubt(_, step) if contains(sprintf("%v", [object.get(step["with"], "include-hidden-files", "")]), "${{")

subjects contains entry.owner.address if some entry in _checkouts

examined contains record if {
	some entry in _checkouts
	record := {
		"resource": entry.owner.address,
		"path": array.concat(entry.step.path, ["with"]),
		"state": "known",
		"value": entry.token,
	}
}

_finding(entry, defect, message, related) := {
	"resource": entry.owner.address,
	"path": array.concat(entry.step.path, ["uses"]),
	"defect": sprintf("%s/%s", [defect, _name(entry.step)]),
	"message": message,
	"related": related,
}

_name(step) := step.id if is_string(step.id)

_name(step) := step.uses.raw if not is_string(step.id)

_related(entry, leak) := [{
	"address": entry.owner.address,
	"path": array.concat(leak.step.path, ["with", "path"]),
	"message": "this uploads it",
}]

_leaking := {"left", "explicit", "open"}

deny contains violation if {
	some entry in _checkouts
	_leaking[entry.token]
	some leak in _leaks(entry)
	leak.certain == "yes"
	violation := _finding(
		entry, "artifact",
		"This checkout keeps its token on disk, and a later step uploads it as part of an artifact.",
		_related(entry, leak),
	)
}

undecided contains violation if {
	some entry in _checkouts
	_leaking[entry.token]
	some leak in _leaks(entry)
	leak.certain == "open"
	violation := _finding(
		entry, "artifact",
		"Whether a later upload takes the token of this checkout along depends on what is not known here.",
		_related(entry, leak),
	)
}

_own := {"actions", "github", "aws-actions", "docker"}

_strangers(entry) := [step |
	some step in entry.owner.steps
	step.index > entry.step.index
	step.kind == "uses"
	step.uses.kind == "remote"
	not _own[step.uses.owner]
]

_pushing := {"push", "fetch", "pull", "submodule"}

# Something after the checkout needs the token in its place.
_needed(entry) if {
	some step in entry.owner.steps
	step.index > entry.step.index
	some command in step.commands
	command.program == "git"
	normal := deploy_commands.normalised(command)
	some word in normal.words
	_pushing[word]
}

_needed(entry) if {
	some step in entry.owner.steps
	step.index > entry.step.index
	step.kind == "uses"
	regex.match(
		`create-pull-request|auto-commit|semantic-release|changesets|gh-pages|github-pages-deploy|add-and-commit|github-push`,
		lower(step.uses.raw),
	)
}

_stays := {"left", "open"}

_unneeded := [{"entry": entry, "stranger": _strangers(entry)[0]} |
	_params.judge_third_parties
	some entry in _checkouts
	_stays[entry.token]
	entry.place != "temp"
	count(_strangers(entry)) > 0
	not _needed(entry)
]

_beside(found) := [{
	"address": found.entry.owner.address,
	"path": array.concat(found.stranger.path, ["uses"]),
	"message": "this can read it",
}]

_certain(entry) if {
	entry.place == "git"
	entry.token == "left"
}

deny contains violation if {
	some found in _unneeded
	_certain(found.entry)
	violation := _finding(
		found.entry, "third-party",
		sprintf("This checkout keeps its token where '%s' can read it; set persist-credentials: false.", [
			found.stranger.uses.raw,
		]),
		_beside(found),
	)
}

undecided contains violation if {
	some found in _unneeded
	not _certain(found.entry)
	violation := _finding(
		found.entry, "third-party",
		sprintf("Whether '%s' can read the token of this checkout depends on what is not known here.", [
			found.stranger.uses.raw,
		]),
		_beside(found),
	)
}
