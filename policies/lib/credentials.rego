# METADATA
# title: Credentials in texts
# description: |
#   Recognises credentials by the form that their issuers give them. What is found is called by its kind; the text
#   itself is never handed on. The key of AWS's documentation is none.
package policies.lib.credentials

_forms := {
	"an AWS access key": `\b(AKIA|ASIA)[0-9A-Z]{16}\b`,
	"a GitHub token": `\b(gh[opsur]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})\b`,
	"a Slack token": `\bxox[abpsr]-[0-9A-Za-z-]{10,}`,
	"a private key": `-----BEGIN ([A-Z]+ )*PRIVATE KEY-----[^-]*`,
	"an Azure storage key": `\bAccountKey=[A-Za-z0-9+/]{40,}`,
	"a signed JWT": `\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}`,
}

# What all forms contain, which is cheaper to look for than the forms themselves.
hint := `AKIA|ASIA|gh[opsur]_|github_pat_|xox[abpsr]-|-----BEGIN|AccountKey=|eyJ`

# The kinds of credentials in a text.
kinds(text) := {found.kind | some found in found_in(text)}

# The credentials in a text, to be concealed in reports: {"kind", "text"}. Of a private key the lines are the secret.
found_in(text) := {{"kind": kind, "text": found} |
	is_string(text)
	regex.match(hint, text)
	some kind, form in _forms
	some found in regex.find_n(form, text, -1)
	not endswith(found, "EXAMPLE")
}

_url := `://[^/\s:@?#]*:[^/\s@]+@`

# Passwords in the URLs of a text. Variables and references in their place are none.
url_passwords(text) := {password |
	is_string(text)
	contains(text, "://")
	some found in regex.find_n(_url, text, -1)
	parts := split(trim_suffix(found, "@"), ":")
	password := concat(":", array.slice(parts, 2, count(parts)))
	not regex.match(`^([$<{%*]|x+$)`, password)
}

# How a secret is told from another one without showing it.
outline(text) := sprintf("%d characters", [count(text)])

# Whether a literal under the name of a secret could be one: switches, ARNs and nothing are none.
could_be_secret(text) if {
	not lower(trim_space(text)) in {"", "true", "false"}
	not regex.match(`^arn:aws[a-z-]*:`, text)
}
