# METADATA
# title: Rules and attachments of security groups
# description: |
#   `rules` and `attachments` are the rows of policies/views/security_group_rules.rego and
#   policies/views/security_group_attachments.rego.
package policies.lib.security_groups

rules := input.views.security_group_rules if input.views.security_group_rules

rules := data.policies.views.security_group_rules.rows if not input.views.security_group_rules

attachments := input.views.security_group_attachments if input.views.security_group_attachments

attachments := data.policies.views.security_group_attachments.rows if not input.views.security_group_attachments

# Whether the ports of a row hold `port`: "yes", "no" or "unknown".
holds(row, port) := "yes" if {
	row.ports != "unknown"
	row.from <= port
	port <= row.to
}

holds(row, port) := "no" if {
	row.ports != "unknown"
	not _between(row, port)
}

holds(row, _) := "unknown" if row.ports == "unknown"

_between(row, port) if {
	row.from <= port
	port <= row.to
}

# How a report calls the ports of a row.
ports_shown(row) := "every port" if row.ports == "all"

ports_shown(row) := sprintf("port '%d'", [row.from]) if {
	row.ports == "range"
	row.from == row.to
}

ports_shown(row) := sprintf("ports '%d-%d'", [row.from, row.to]) if {
	row.ports == "range"
	row.from != row.to
}

ports_shown(row) := "an undecided port" if row.ports == "unknown"

# How a report calls the group, or the rule whose group is not declared here.
group_shown(row) := sprintf("Security group '%s'", [row.groups[0]]) if {
	count(row.groups) == 1
}

group_shown(row) := sprintf("Rule '%s'", [row.origin]) if count(row.groups) != 1

# How a report calls a rule in the middle of a sentence.
rule_shown(row) := sprintf("a rule of security group '%s'", [row.origin]) if row.origin in row.groups

rule_shown(row) := sprintf("rule '%s'", [row.origin]) if not row.origin in row.groups

# The groups that a rule resource belongs to, as related places.
owners(row) := [place |
	some group in row.groups
	group != row.origin
	place := {"address": group, "path": [], "message": "This is the security group of the rule."}
]

# How a report calls the protocol of a row.
protocol_shown(row) := "all protocols" if row.protocol == "all"

protocol_shown(row) := row.protocol if row.protocol != "all"
