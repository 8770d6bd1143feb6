# METADATA
# title: Limits on the coverage of tests
# description: |
#   Finds the steps of a job that fail below some coverage, and tells of tests without such a limit whether a file may
#   hold one. A row is {"job", "path", "what", "state", "limit"}: the state is "limit" (the limit is a number of
#   percent), "open" (a file or a run decides) or "none".
package policies.lib.coverage_gates

import data.policies.lib.deploy_commands
import data.policies.lib.kinds_of_steps
import data.policies.lib.scanners
import data.policies.lib.value

# The rows of a job: those of its unit tests, and of other steps that limit coverage or may do so.
of_job(job) := array.concat(
	[row | some kind in kinds_of_steps.of_job(job); some row in _of_tests(job, kind)],
	array.concat(_of_reports(job), array.concat(_of_actions(job), array.concat(_of_scripts(job), _of_sonar(job)))),
)

# The tools that read no file in which a limit can stand.
_bare := {
	"bats", "bazel", "bazelisk", "cargo", "ctest", "dart", "deno", "flutter", "go", "gotestsum", "nextest", "opa",
	"phpunit", "prove", "pest", "regal", "swift", "terraform", "tofu", "unittest", "xcodebuild",
}

_of_tests(job, kind) := [_row(job, kind.path, kind.what, verdict)] if {
	_is_unit(kind)
	kind.position >= 0
	command := job.steps[kind.step].commands[kind.position]
	verdict := _first(array.concat(_limits(command), [_unlimited(command)]))
}

_of_tests(_, kind) := [] if not _is_unit(kind)

_of_tests(job, kind) := [_row(job, kind.path, kind.what, {"state": "open", "limit": null})] if {
	_is_unit(kind)
	kind.position < 0
}

_is_unit(kind) if {
	kind.state == "tool"
	"unit" in kind.kinds
}

_first(verdicts) := verdicts[0]

_unlimited(command) := {"state": "none", "limit": null} if deploy_commands.normalised(command).program in _bare

_unlimited(command) := {"state": "open", "limit": null} if not deploy_commands.normalised(command).program in _bare

_row(job, path, what, verdict) := {
	"job": job.address,
	"path": path,
	"what": what,
	"state": verdict.state,
	"limit": verdict.limit,
}

# Options that hold a limit, whichever program they are passed on to.
_options := concat("", [
	`(?i)(?:--cov-fail-under|--fail-under(?:-lines)?|--coverage\.thresholds\.lines|/p:threshold|-p:threshold`,
	`|--threshold|--min|--minimum-coverage)[= ]["']?([^"' ]+)`,
])

_limits(command) := array.concat(
	[_limit(found[1]) |
		_limits_by_option(command)
		some found in regex.find_all_string_submatch_n(_options, command.text, 1)
	],
	array.concat(_of_jest(command), _of_istanbul(command)),
)

# `--min` and `--threshold` limit coverage in these programs alone.
_limits_by_option(command) if not regex.match(`\s(--threshold|--min)[= ]`, command.text)

_limits_by_option(command) if deploy_commands.normalised(command).program in {"pest", "opa", "php", "artisan"}

# What a text says as a limit. Always defined.
_limit(text) := {"state": "limit", "limit": to_number(text)} if regex.match(`^\d+(\.\d+)?$`, text)

_limit(text) := {"state": "open", "limit": null} if not regex.match(`^\d+(\.\d+)?$`, text)

# `--coverageThreshold='{"global": {"lines": 80}}'`: lines decide, else the least of all.
_of_jest(command) := [_limit(_lines(command.text))] if regex.match(`(?i)--coverageThreshold`, command.text)

_of_jest(command) := [] if not regex.match(`(?i)--coverageThreshold`, command.text)

_lines(text) := found[0][1] if {
	found := regex.find_all_string_submatch_n(`lines["'\\]*\s*[:=]\s*(\d+)`, text, 1)
	count(found) > 0
}

_lines(text) := _least([to_number(one[1]) | some one in numbers_written]) if {
	numbers_written := regex.find_all_string_submatch_n(`[:=]\s*(\d+)`, text, -1)
	count(regex.find_all_string_submatch_n(`lines["'\\]*\s*[:=]\s*(\d+)`, text, 1)) == 0
}

_least(numbers) := sprintf("%v", [min(numbers)]) if count(numbers) > 0

_least(numbers) := "" if count(numbers) == 0

# nyc and c8 ask for 90 percent of the lines where no number stands.
_of_istanbul(command) := [_limit(_istanbul_lines(command))] if {
	_istanbul(command)
	regex.match(`--check-coverage\b|\s--100\b|\scheck-coverage\b`, command.text)
}

_of_istanbul(command) := [] if not regex.match(`--check-coverage\b|\s--100\b|\scheck-coverage\b`, command.text)

_of_istanbul(command) := [] if not _istanbul(command)

_istanbul(command) if {
	some word in command.words
	word in {"nyc", "c8"}
}

_istanbul_lines(command) := "100" if regex.match(`\s--100\b`, command.text)

_istanbul_lines(command) := found[0][1] if {
	not regex.match(`\s--100\b`, command.text)
	found := regex.find_all_string_submatch_n(`--lines[= ](\S+)`, command.text, 1)
	count(found) > 0
}

_istanbul_lines(command) := "90" if {
	not regex.match(`\s--100\b`, command.text)
	count(regex.find_all_string_submatch_n(`--lines[= ](\S+)`, command.text, 1)) == 0
}

# Commands that are no tests, and report or check coverage: `coverage report`, `nyc report`, `cargo tarpaulin`.
_of_reports(job) := [row |
	some step in job.steps
	not _never(step)
	some command in step.commands
	command.function == null
	_reports(command)
	verdict := _first(array.concat(_limits(command), [_of_file]))
	row := _row(job, array.concat(command.path, [command.text]), command.text, verdict)
]

_never(step) if {
	step.condition != null
	step.condition.value == false
}

_reports(command) if {
	command.program in {"coverage", "coverage3"}
	some verb in {"report", "xml", "html", "json"}
	verb in array.slice(command.words, 1, 3)
}

_reports(command) if {
	command.program in {"nyc", "c8"}
	some verb in {"report", "check-coverage"}
	verb in array.slice(command.words, 1, 3)
}

# Options between them and the program of the tests hide that there are tests.
_reports(command) if {
	command.program in {"nyc", "c8"}
	deploy_commands.has_option(command, ["--check-coverage", "--100"])
	deploy_commands.normalised(command).program == command.program
}

_reports(command) if command.program == "cargo-tarpaulin"

_reports(command) if {
	command.program == "cargo"
	"tarpaulin" in command.words
}

_reports(command) if command.program in {"diff-cover", "codecovcli", "codecov", "go-test-coverage"}

# `coverage report` reads .coveragerc and pyproject.toml, nyc and c8 their own files, tarpaulin tarpaulin.toml.
_of_file := {"state": "open", "limit": null}

# Actions that report coverage: the input that limits it, and the one that must be true for it to fail.
_actions := {
	"irongut/codecoveragesummary": {"limit": "thresholds", "switch": "fail_below_min"},
	"5monkeys/cobertura-action": {"limit": "minimum_coverage", "switch": "fail_below_threshold"},
	"orgoro/coverage": {"limit": "thresholdAll"},
	"insightsengineering/coverage-action": {"limit": "threshold", "switch": "fail"},
	"zgosalvez/github-actions-report-lcov": {"limit": "minimum-coverage"},
	"madrapps/jacoco-report": {"limit": "min-coverage-overall"},
	"cicirello/jacoco-badge-generator": {"limit": "fail-if-coverage-less-than"},
	"py-cov-action/python-coverage-comment-action": {"open": true},
	"codecov/codecov-action": {"open": true},
	"coverallsapp/github-action": {"open": true},
	"vladopajic/go-test-coverage": {"limit": "threshold-total"},
	"codacy/codacy-coverage-reporter-action": {"open": true},
	"qltysh/qlty-action/coverage": {"open": true},
}

_of_actions(job) := [row |
	some step in job.steps
	not _never(step)
	step.uses != null
	rule := object.get(_actions, object.get(step.uses, "name", ""), null)
	rule != null
	verdict := _of_action(rule, step)
	row := _row(job, array.concat(step.path, ["uses"]), step.uses.raw, verdict)
]

_of_action(rule, _) := {"state": "open", "limit": null} if rule.open

_of_action(rule, step) := {"state": "none", "limit": null} if {
	not rule.open
	_is_off(rule, step)
}

_of_action(rule, step) := _percent(sprintf("%v", [written])) if {
	not rule.open
	not _is_off(rule, step)
	written := object.get(_inputs(step), rule.limit, "")
}

_is_off(rule, step) if {
	switch := object.get(_inputs(step), rule.switch, false)
	not value.truthy(switch)
	not contains(sprintf("%v", [switch]), "${{")
}

_is_off(rule, step) if {
	object.get(_inputs(step), rule.limit, null) == null
	object.get(_inputs(step), "config", null) == null
}

_inputs(step) := step["with"] if is_object(step["with"])

_inputs(step) := {} if not is_object(step["with"])

# `60 80` is the least and the wished for; 0.8 is 80 percent.
_percent(text) := {"state": "limit", "limit": _hundredfold(to_number(first))} if {
	first := split(trim_space(text), " ")[0]
	regex.match(`^\d+(\.\d+)?$`, first)
}

_percent(text) := {"state": "open", "limit": null} if not regex.match(`^\d+(\.\d+)?$`, split(trim_space(text), " ")[0])

_hundredfold(number) := number if number > 1

_hundredfold(number) := number * 100 if number <= 1

# A script that compares a total of coverage with a number, and fails.
_of_scripts(job) := [row |
	some step in job.steps
	not _never(step)
	is_string(step.run)
	regex.match(`(?i)cover`, step.run)
	regex.match(`\bexit\s+[1-9]|\bfalse\b|\breturn\s+1`, step.run)
	some compared in _compared(job, step)
	row := _row(job, array.concat(step.path, ["run"]), "a comparison in a script", _limit(compared))
]

_compared(job, step) := [number |
	some found in regex.find_all_string_submatch_n(
		`(?:<=?|-lt|-le)\s*["']?(\d+(?:\.\d+)?|\$\{?[A-Za-z_]\w*\}?)`,
		step.run, -1,
	)
	number := _number(job, step, found[1])
]

_number(_, _, text) := text if not startswith(text, "$")

_number(job, step, text) := _held(job, step, trim(text, "${}")) if startswith(text, "$")

# What a variable holds: set in the script, or in the environment of the step or the job.
_held(_, step, name) := found[0][1] if {
	found := _assigned(step, name)
	count(found) > 0
}

_held(job, step, name) := _shown(object.get(object.union(_known(job.env), _known(step.env)), name, "$")) if {
	count(_assigned(step, name)) == 0
}

_assigned(step, name) := regex.find_all_string_submatch_n(
	sprintf(`(?m)(?:^|\s|;)%s=["']?(\d+(?:\.\d+)?)["']?\s*(?:$|;)`, [name]),
	step.run, 1,
)

_known(env) := env if value.known(env)

_known(env) := {} if not value.known(env)

_shown(written) := sprintf("%v", [written]) if not value.opaque(written)

_shown(written) := "$" if value.opaque(written)

# The quality gate of Sonar asks for 80 percent of what is new, where nobody changed it.
_of_sonar(job) := [row |
	some scan in scanners.of_rows(job, kinds_of_steps.of_job(job))
	regex.match(`(?i)sonar`, scan.what)
	verdict := _by_gate(scan.state)
	row := _row(job, scan.path, scan.what, verdict)
]

_by_gate(state) := {"state": "limit", "limit": 80} if state == "blocks"

_by_gate(state) := {"state": "open", "limit": null} if state == "open"

_by_gate(state) := {"state": "none", "limit": null} if not state in {"blocks", "open"}
