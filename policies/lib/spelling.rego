# METADATA
# title: Names as they are written
# description: |
#   The engine gives the contexts of expressions in lower case, for GitHub compares them without case. What a person
#   searches for is the name as it stands in the file.
package policies.lib.spelling

# A context as an expression writes it; in lower case where it does not stand there (`secrets['KEY']`, an input of an
# action that carries it).
context(expression, name) := found[0] if {
	found := _found(expression, name)
	count(found) > 0
}

context(expression, name) := name if count(_found(expression, name)) == 0

_found(expression, name) := [text |
	regex.match(`^[a-z0-9_.-]+$`, name)
	some text in regex.find_n(sprintf(`(?i)\b%s\b`, [replace(name, ".", `\.`)]), expression.text, 1)
]

# The name of a secret, given in lower case, as some expression of a job writes it.
secret(job, name) := found[0] if {
	found := _secrets(job, name)
	count(found) > 0
}

secret(job, name) := name if count(_secrets(job, name)) == 0

_secrets(job, name) := [trim_prefix(text, "secrets.") |
	full := sprintf("secrets.%s", [name])
	some expression in job.expressions
	full in expression.contexts
	text := context(expression, full)
	startswith(text, "secrets.")
]
