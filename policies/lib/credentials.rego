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
	"a private key": `-----BEGIN ([A-Z]+ )*PRIVATE KEY-----`,
	"an Azure storage key": `\bAccountKey=[A-Za-z0-9+/]{40,}`,
	"a signed JWT": `\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}`,
}

# What all forms contain, which is cheaper to look for.
_hints := {"AKIA", "ASIA", "gh", "xox", "-----BEGIN", "AccountKey=", "eyJ"}

# The kinds of credentials in a text.
kinds(text) := {kind |
	is_string(text)
	_hinted(text)
	some kind, form in _forms
	some found in regex.find_n(form, text, -1)
	not endswith(found, "EXAMPLE")
}

_hinted(text) if {
	some hint in _hints
	contains(text, hint)
}
