# METADATA
# title: Names of IAM actions and resources, and what their wildcards match
# description: |
#   Reads the table of actions (access level, resource-level support) and expands patterns over it. Action names are in
#   lower case throughout. `*` stands for any text, `?` for one character:
#   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
package policies.lib.iam_actions

# Tells whether a pattern matches every text.
any_text(pattern) if {
	contains(pattern, "*")
	trim(pattern, "*?") == ""
}

# Most texts have no wildcard: a cheap test stands before each expression.

# Tells whether an action pattern matches every action of every service.
every_action(action) if {
	contains(action, "*")
	trim(action, "*?:") == ""
	regex.match(`^[*?]*\*[*?]*(:[*?]*\*[*?]*)?$`, action)
}

# Tells whether an action pattern matches every action of one service (`s3:*`), or of all.
every_action_of_service(action) if {
	contains(action, "*")
	regex.match(`^[^:]+:[*?]*\*[*?]*$`, action)
}

# Tells whether a resource pattern matches every ARN.
every_resource(resource) if {
	contains(resource, "*")
	trim(resource, "*?:") == ""
	regex.match(`^[*?]*\*[*?]*(:[*?]*\*[*?]*)*$`, resource)
}

every_resource(resource) if {
	startswith(resource, "arn:")
	contains(resource, "*")
	count(split(trim_right(resource, "*?:"), ":")) <= 2
	regex.match(`^arn(:(aws[a-z-]*|[*?]*\*[*?]*))?(:[*?]*\*[*?]*)+$`, resource)
}

# Tells whether a pattern has a wildcard.
has_wildcard(pattern) if replace(replace(pattern, "*", ""), "?", "") != pattern

# The service prefix of an action.
service(action) := split(action, ":")[0]

# The name pattern of an action, without its service.
name(action) := split(action, ":")[1] if contains(action, ":")

name(action) := action if not contains(action, ":")

# Tells whether the table knows a service.
known_service(prefix) if {
	services := data.tables.iam_actions.services
	object.get(services, prefix, null) != null
}

# The names of a service's actions that an action pattern matches, of the given access levels: "read", "list",
# "write", "tagging", "permissions", or "no_resource" for those that support no resource type. The names of a level are
# one text, searched at once: a service has up to seven hundred.
matching(action, levels) := {candidate |
	row := object.get(data.tables.iam_actions.services, service(action), {})
	word := _word(name(action))
	some level in levels
	some candidate in regex.find_n(word, object.get(row, level, ""), -1)
} if {
	has_wildcard(action)
}

matching(action, levels) := {candidate |
	parts := split(action, ":")
	row := object.get(data.tables.iam_actions.services, parts[0], {})
	candidate := parts[min([1, count(parts) - 1])]
	some level in levels
	contains(sprintf(" %s ", [object.get(row, level, "")]), sprintf(" %s ", [candidate]))
} if {
	not has_wildcard(action)
}

# A wildcard pattern as an expression that finds whole words of letters and digits.
_word(pattern) := sprintf(`\b%s\b`, [dots]) if {
	quoted := regex.replace(pattern, `[^a-zA-Z0-9*?]`, `[$0]`)
	stars := replace(quoted, "*", "[a-z0-9]*")
	dots := replace(stars, "?", "[a-z0-9]")
}

# A wildcard pattern as an anchored regular expression.
expression(pattern) := sprintf("^%s$", [dots]) if {
	quoted := regex.replace(pattern, `[^a-zA-Z0-9*?]`, `[$0]`)
	stars := replace(quoted, "*", ".*")
	dots := replace(stars, "?", ".")
}
