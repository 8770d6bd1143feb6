# METADATA
# title: Entries of network ACLs in the order in which they apply
# description: |
#   `entries` is policies/views/network_acl_entries.rego. Entries apply from the lowest number; the first that
#   matches decides.
package policies.lib.network_acls

import data.policies.lib.value

entries := input.views.network_acl_entries if input.views.network_acl_entries

entries := data.policies.views.network_acl_entries.rows if not input.views.network_acl_entries

# Tells whether the ports of an entry hold `port`; undecided ports hold every one.
holds(row, port) if {
	row.from <= port
	port <= row.to
}

# Whether a lower-numbered entry of the same ACL denies the whole of the row's block the port: "yes", "maybe" or "no".
shadowed(row, port) := "yes" if count(_denials(row, port, "yes")) > 0

shadowed(row, port) := "maybe" if {
	count(_denials(row, port, "yes")) == 0
	count(_denials(row, port, "maybe")) > 0
}

shadowed(row, port) := "no" if {
	count(_denials(row, port, "yes")) == 0
	count(_denials(row, port, "maybe")) == 0
}

_denials(row, port, certainty) := [other |
	some other in entries
	other.action in {"deny", "unknown"}
	_same_acl(row, other)
	_covers_block(row, other)
	other.protocol in {"all", "unknown", _service_protocol(row.protocol)}
	holds(other, port)
	_certainty(row, other) == certainty
]

_same_acl(row, other) if {
	some acl in row.acls
	acl in other.acls
}

# An administration service listens on TCP; a denial of that answers an entry for all protocols.
_service_protocol(protocol) := "tcp" if protocol in {"all", "unknown"}

_service_protocol(protocol) := protocol if not protocol in {"all", "unknown"}

_covers_block(row, other) if other.block == row.block

_covers_block(row, other) if {
	other.reach == "world"
	regex.match(`/0+$`, other.block)
	_family(other.block) == _family(row.block)
}

_covers_block(_, other) if other.reach == "unknown"

_family(block) := 6 if {
	is_string(block)
	contains(block, ":")
}

_family(block) := 4 if {
	is_string(block)
	not contains(block, ":")
}

_family(block) := 0 if not is_string(block)

_certainty(row, other) := "yes" if {
	_lower(row, other)
	_decided(other)
}

_certainty(row, other) := "maybe" if {
	_perhaps_lower(row, other)
	not _decided(other)
}

_certainty(row, other) := "maybe" if {
	_perhaps_lower(row, other)
	not _lower(row, other)
	_decided(other)
}

_decided(other) if {
	other.action == "deny"
	other.decided
	other.protocol != "unknown"
	other.reach == "world"
}

_lower(row, other) if value.number(other.number) < value.number(row.number)

_perhaps_lower(row, other) if _lower(row, other)

_perhaps_lower(row, _) if not value.known(row.number)

_perhaps_lower(_, other) if not value.known(other.number)

# What a report says an undecided entry waits for.
waits(row) := row.waits if row.waits != ""

waits(row) := "a lower-numbered entry may deny it" if row.waits == ""
