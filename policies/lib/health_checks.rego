# METADATA
# title: Commands that ask what was deployed how it is
# description: |
#   Tells which commands of a script fail where what they ask is not well. `curl` alone succeeds whatever a server
#   answers (https://curl.se/docs/manpage.html#-f); wget fails by itself.
package policies.lib.health_checks

# Whether a command of a step is a health check of its own. Waiting commands (`kubectl rollout status`) stand in the
# table of kinds.
asks(step, command) if {
	_fetches(command)
	command.program == "curl"
	_fails_on_status(command)
	not _takes_along(step, command)
}

asks(step, command) if {
	_fetches(command)
	command.program == "curl"
	_is_tested(step, command)
	not _takes_along(step, command)
}

asks(step, command) if {
	_fetches(command)
	command.program == "wget"
	not _takes_along(step, command)
}

# Whether a command asks a server, but succeeds whatever the answer is.
asks_in_vain(step, command) if {
	_fetches(command)
	command.program == "curl"
	not _fails_on_status(command)
	not _is_tested(step, command)
	not _takes_along(step, command)
}

_fetches(command) if {
	command.program in {"curl", "wget"}
	not _calls_hook(command)
}

# A message to a chat is no check.
_calls_hook(command) if {
	some word in command.words
	regex.match(`(?i)(hooks?[./_-]|webhook|slack|discord|telegram|pagerduty|opsgenie)`, word)
}

_fails_on_status(command) if {
	some word in command.words
	word in {"--fail", "--fail-with-body"}
}

# Short options may stand together: -fsSL.
_fails_on_status(command) if {
	some word in command.words
	regex.match(`^-[a-zA-Z#]*f[a-zA-Z#]*$`, word)
}

# The status code, or the answer, is asked for and compared.
_is_tested(step, command) if {
	some word in command.words
	contains(word, "http_code")
	some other in step.commands
	other.index != command.index
	_compares(other)
}

_is_tested(step, command) if {
	command.operator == "|"
	command.next != null
	step.commands[command.next].program in {"grep", "egrep", "rg"}
}

_is_tested(step, command) if {
	command.operator == "|"
	command.next != null
	after := step.commands[command.next]
	after.program == "jq"
	some word in after.words
	regex.match(`^(-[a-zA-Z]*e[a-zA-Z]*|--exit-status)$`, word)
}

_compares(command) if command.program in {"[", "[[", "test", "grep", "egrep"}

# An archive or an installer is downloaded to be used.
_takes_along(_, command) if {
	some word in command.words
	regex.match(`^(https?:|\$).*\.(tar|tar\.[a-z0-9]+|tgz|zip|gz|deb|rpm|sh|bin|jar|whl)$`, word)
}

_takes_along(step, command) if {
	command.operator == "|"
	command.next != null
	_unpacking[step.commands[command.next].program]
}

_takes_along(_, command) if {
	some word in command.words
	word in {"-O", "--remote-name", "-LO", "-sLO", "-fsSLO", "-sSLO", "-fLO"}
	command.program == "curl"
}

_unpacking := {"sh", "bash", "zsh", "tar", "gunzip", "sudo", "python", "python3", "apt-key", "gpg"}
