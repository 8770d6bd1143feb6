# METADATA
# scope: package
# title: Do not pipe remote scripts or unpinned tools into the pipeline
# description: |
#   A script that is run as it comes from the network is whatever its server sends at that moment, to this pipeline
#   and its secrets. Text sent without encryption is whatever anybody on the way makes of it.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/security/secure-use
# custom:
#   id: PIPE-009
#   slug: no-unverified-remote-code
#   family: PIPE
#   severity: medium
#   score: 6.2
#   formats: [github-workflow, github-action]
#   scope: unit
#   resources:
#     - job
#     - action
#   params:
#     - name: judge_versions
#       type: boolean
#       description: Whether tools that jobs install to build and deploy need a version.
#       default: false
#       presets: {strict: true}
#       stricter: true
#   packs: [baseline, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SR-3", "SI-7(1)", "SA-12"]
#       soc2: ["CC6.8", "CC8.1"]
#       iso_27001_2022: ["A.5.21", "A.8.30"]
#   cwe: [494, 829]
#   remediation:
#     github-workflow: >-
#       Download the file over https, compare its sha256 with one that stands in the repository, and only then run
#       it.
#     github-action: >-
#       Download the file over https, compare its sha256 with one that stands in the repository, and only then run
#       it.
#   peers:
#     checkov: [CKV_GHA_4]
#     zizmor: [unpinned-tools, adhoc-packages, insecure-url-scheme]
package policies.pipe.no_unverified_remote_code

import data.policies.lib.deploy_commands
import data.policies.lib.deploy_jobs
import data.policies.lib.graph
import data.policies.lib.kinds_of_steps
import data.policies.lib.own_steps

_params := data.params["PIPE-009"]

_owners := graph.of_types(["job", "action"])

_commands := [entry |
	some owner in _owners
	some step in own_steps.of(owner)
	some command in step.commands
	entry := {"owner": owner, "step": step, "command": command}
]

subjects contains owner.address if {
	some owner in _owners
	some step in own_steps.of(owner)
	step.kind != "none"
}

examined contains record if {
	some owner in _owners
	some step in own_steps.of(owner)
	step.kind == "run"
	record := {"resource": owner.address, "path": array.concat(step.path, ["run"]), "state": "known", "value": "run"}
}

_fetchers := {"curl", "wget", "iwr", "irm", "invoke-webrequest", "invoke-restmethod"}

_interpreters := {
	"sh", "bash", "zsh", "dash", "ksh", "python", "python2", "python3", "node", "ruby", "perl", "php", "pwsh",
	"powershell", "iex", "invoke-expression",
}

_shells := {"sh", "bash", "zsh", "dash", "ksh"}

# The commands that a command's output goes through, up to four of them.
_pipe(step, command) := array.concat(_next(step, command), [later |
	some second in _next(step, command)
	some third in _next(step, second)
	some later in array.concat([third], _next(step, third))
])

_next(step, command) := [following |
	command.operator == "|"
	command.next != null
	following := step.commands[command.next]
]

# Options by which an interpreter takes its program from elsewhere.
_elsewhere := `^-(c|m|e|n|p|ne|pe|pi|lane|ane|E|r)$`

_reads_program(command) if {
	_interpreters[command.program]
	others := [word |
		some word in array.slice(command.words, 1, count(command.words))
		_gives_program(word)
	]
	count(others) == 0
}

# Behind `-s` stand the arguments of the script that is read.
_reads_program(command) if {
	_shells[command.program]
	"-s" in command.words
}

_gives_program(word) if regex.match(_elsewhere, word)

_gives_program(word) if not regex.match(`^(-|/dev/stdin|pipefail$)`, word)

# Remote code that runs as it comes: {"entry", "certain", "by"}.
_running := array.concat(_piped, _substituted)

_piped := [found |
	some entry in _commands
	_fetchers[entry.command.program]
	some following in _pipe(entry.step, entry.command)
	some certain in _certainty(entry, following)
	found := {"entry": entry, "certain": certain, "by": following.program}
]

_certainty(entry, following) := [_literal_source(entry.command.text)] if _reads_program(following)

_certainty(_, following) := [false] if startswith(following.program, "${{")

_certainty(_, following) := [] if {
	not _reads_program(following)
	not startswith(following.program, "${{")
}

# Where the address is an expression, it may be one of the runner itself.
_literal_source(text) := false if regex.match(`(curl|wget|iwr|irm)\b[^|]*\s["']?\$\{\{`, text)

_literal_source(text) := true if not regex.match(`(curl|wget|iwr|irm)\b[^|]*\s["']?\$\{\{`, text)

_sourcing := {"eval", "source", "."}

_fetching := "(curl|wget)\\s"

_substituted := [found |
	some entry in _commands
	_runs_substitution(entry.command)
	found := {"entry": entry, "certain": _literal_source(entry.command.text), "by": entry.command.program}
]

_runs_substitution(command) if {
	_sourcing[command.program]
	some word in array.slice(command.words, 1, 2)
	regex.match(sprintf("^([$<]\\(|`)\\s*%s", [_fetching]), word)
}

_runs_substitution(command) if {
	_shells[command.program]
	words := [word | some word in array.slice(command.words, 1, count(command.words)); not startswith(word, "-")]
	some word in array.slice(words, 0, 1)
	regex.match(sprintf("^<\\(\\s*%s", [_fetching]), word)
}

_runs_substitution(command) if {
	_interpreters[command.program]
	some position, word in command.words
	regex.match(`^-[a-z]*c$`, word)
	position + 1 < count(command.words)
	regex.match(sprintf("^([$]\\(|`)\\s*%s", [_fetching]), command.words[position + 1])
}

# PowerShell: `irm … | iex`, `iex ((New-Object Net.WebClient).DownloadString(…))`.
_runs_substitution(command) if {
	regex.match(`(?i)\b(irm|iwr|invoke-webrequest|invoke-restmethod)\b.*\|\s*(iex|invoke-expression)\b`, command.text)
}

_runs_substitution(command) if {
	regex.match(
		`(?i)^\s*(iex|invoke-expression)\b.*(downloadstring|\birm\b|\biwr\b|invoke-(webrequest|restmethod))`,
		command.text,
	)
}

_place(entry) := array.concat(entry.command.path, [entry.command.text])

deny contains violation if {
	some found in _running
	found.certain
	violation := {
		"resource": found.entry.owner.address,
		"path": _place(found.entry),
		"defect": sprintf("remote/%s", [found.entry.command.text]),
		"message": sprintf("'%s' runs what a server sends, unseen; download it, compare its checksum, then run it.", [
			found.by,
		]),
	}
}

undecided contains violation if {
	some found in _running
	not found.certain
	violation := {
		"resource": found.entry.owner.address,
		"path": _place(found.entry),
		"defect": sprintf("remote/%s", [found.entry.command.text]),
		"message": "Whether this runs code from elsewhere depends on an expression that only a run knows.",
	}
}

# Addresses without encryption, but for those of the machine and of private networks.
_plain_address(word) if {
	regex.match(`(^|=)["']?http://`, word)
	not regex.match(_near, word)
}

_near := concat("", [
	`(?i)http://(localhost|127\.|0\.0\.0\.0|\[::1\]|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2[0-9]|3[01])\.`,
	`|[a-z0-9_-]+(:[0-9]+)?(/|["']?$)|[^/:"']*\.(local|internal|localhost|test|svc)([:/"']|$)|[$"']?[({$])`,
])

_downloads(command) if _fetchers[command.program]

_downloads(command) if {
	command.program == "git"
	some verb in ["clone", "remote", "fetch", "pull", "submodule"]
	verb in command.words
}

_downloads(command) if command.program in {"pip", "pip3", "npm", "yarn", "pnpm", "gem", "nuget", "dotnet", "helm", "uv"}

deny contains violation if {
	some entry in _commands
	_downloads(entry.command)
	some word in entry.command.words
	_plain_address(word)
	violation := {
		"resource": entry.owner.address,
		"path": _place(entry),
		"defect": sprintf("plain/%s", [word]),
		"message": sprintf("'%s' is fetched without encryption: whoever is on the way can change it. Use https.", [
			word,
		]),
	}
}

deny contains violation if {
	some owner in _owners
	some step in own_steps.of(owner)
	step.kind == "uses"
	is_object(step["with"])
	some name, written in step["with"]
	is_string(written)
	startswith(written, "http://")
	_plain_address(written)
	violation := {
		"resource": owner.address,
		"path": array.concat(step.path, ["with", name]),
		"defect": sprintf("plain/%s", [written]),
		"message": sprintf("'%s' is an address without encryption: whoever is on the way can change what comes.", [
			written,
		]),
	}
}

_catters := {"nc", "ncat", "netcat"}

deny contains violation if {
	some entry in _commands
	_catters[entry.command.program]
	_suspicious(entry.command)
	violation := {
		"resource": entry.owner.address,
		"path": _place(entry),
		"defect": sprintf("netcat/%s", [entry.command.text]),
		"message": sprintf("'%s' opens a raw connection that others can drive or listen to.", [entry.command.text]),
	}
}

_suspicious(command) if {
	some word in command.words
	regex.match(`^-[a-z]*e$|^--exec$`, word)
}

_suspicious(command) if {
	not "-z" in command.words
	some word in command.words
	regex.match(`^[0-9]{1,3}(\.[0-9]{1,3}){3}$`, word)
	not regex.match(`^(127\.|0\.0\.0\.0$|10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.)`, word)
}

# What is installed without a version, in jobs that build or deploy.
_installing := [entry |
	_params.judge_versions
	some entry in _commands
	_builds(entry.owner)
]

_builds(owner) if owner.type == "action"

_builds(owner) if {
	owner.type == "job"
	some row in kinds_of_steps.of_job(owner)
	"build" in row.kinds
}

_builds(owner) if {
	owner.type == "job"
	some row in deploy_jobs.rules
	row.job == owner.address
}

_adding := {
	"npm": {"install", "i", "add"},
	"yarn": {"add", "global"},
	"pnpm": {"add", "install"},
	"pip": {"install"},
}

_unversioned(command) := [name |
	normal := deploy_commands.normalised(command)
	count(normal.words) > 1
	object.get(_adding, normal.program, set())[normal.words[0]]
	some name in array.slice(normal.words, 1, count(normal.words))
	_is_name(name)
	not _follows_file_option(command, name)
	not _versioned(normal.program, name)
]

_is_name(name) if regex.match(`^@?[A-Za-z][A-Za-z0-9._/-]*(\[[a-z0-9,_-]+\])?([@=<>~!].*)?$`, name)

_with_file := {
	"-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-t", "--target", "--prefix", "-i", "--index-url",
}

_follows_file_option(command, name) if {
	some position, word in command.words
	_with_file[word]
	command.words[position + 1] == name
}

_versioned("pip", name) if contains(name, "==")

_versioned("pip", name) if regex.match(`\.(whl|gz|zip|txt)$|/`, name)

_versioned(program, name) if {
	program != "pip"
	regex.match(`.@[0-9^~]`, name)
}

_versioned(program, name) if {
	program != "pip"
	regex.match(`^[^@].*/|\.tgz$`, name)
}

deny contains violation if {
	some entry in _installing
	names := _unversioned(entry.command)
	count(names) > 0
	violation := {
		"resource": entry.owner.address,
		"path": _place(entry),
		"defect": sprintf("unversioned/%s", [concat(" ", names)]),
		"message": sprintf("'%s' is installed in whatever version is newest today; name one.", [names[0]]),
	}
}

_security_tools := concat("|", [
	`(?i)trivy|grype|syft|snyk|cosign|semgrep|checkov|tfsec`,
	`gitleaks|osv-scanner|terrascan|kics|scorecard`,
])

deny contains violation if {
	_params.judge_versions
	some owner in _owners
	_builds(owner)
	some step in owner.steps
	step.kind == "uses"
	regex.match(_security_tools, step.uses.raw)
	is_object(step["with"])
	some name, written in step["with"]
	regex.match(`(?i)version$|-release$`, name)
	written == "latest"
	violation := {
		"resource": owner.address,
		"path": array.concat(step.path, ["with", name]),
		"defect": sprintf("latest/%s", [step.uses.raw]),
		"message": sprintf("'%s' installs the newest version there is today; name one.", [step.uses.raw]),
	}
}
