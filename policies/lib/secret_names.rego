# METADATA
# title: Names that say secret
# description: |
#   Tells by its name whether a variable, key or parameter holds a secret: its words say so, and its last word does not
#   say that it holds only something about one (its ARN, name, age or length).
package policies.lib.secret_names

_secret := concat("", [
	`(^|_)(password|passwd|pwd|passphrase|secret|token|credentials?|apikey`,
	`|(api|private|access|auth)_key)(_|$)`,
])

# The last words of names of what is no secret itself.
_about := {
	"age", "algorithm", "arn", "arns", "audience", "count", "days", "enabled", "endpoint", "expiration", "expiry",
	"file", "header", "hours", "id", "ids", "interval", "issuer", "length", "lifetime", "minutes", "ms", "name", "names",
	"path", "policy", "prefix", "ref", "required", "rotation", "seconds", "size", "timeout", "ttl", "type", "uri",
	"url", "version",
}

# Most names hold none of these letters, and need not be taken apart.
_hint := `(?i)pass|pwd|secret|token|credential|key`

# Whether a name is that of a secret.
is_secret(name) if {
	is_string(name)
	regex.match(_hint, name)
	spelt := _spelt(name)
	regex.match(_secret, spelt)
	not regex.match(`(^|_)(kms|public|encryption)_key$`, spelt)
	parts := split(spelt, "_")
	not parts[count(parts) - 1] in _about
}

# The words of a name, in lower case and joined by underscores: names change case, or have signs or digits in between.
_spelt(name) := trim(regex.replace(lower(apart), `[^a-z]+`, "_"), "_") if {
	lowered := regex.replace(name, `([a-z0-9])([A-Z])`, "${1}_${2}")
	apart := regex.replace(lowered, `([A-Z])([A-Z][a-z])`, "${1}_${2}")
}

# Whether one of some words, in lower case, stands in a name.
says(name, words) if {
	some word in split(_spelt(name), "_")
	word in words
}
