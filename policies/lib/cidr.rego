# METADATA
# title: Address ranges that reach the whole internet
# description: |
#   Tells whether a CIDR block opens something to the world: every prefix so short that no owner but the internet
#   has it. IPv4 up to /8 outside 10.0.0.0/8 (the other private ranges of RFC 1918 and 100.64.0.0/10 are longer than
#   /8), IPv6 up to /16 outside the unique local addresses of RFC 4193. Written forms are not normalised by the
#   formats, so '0.0.0.0/00' and '0::0/0' count as well.
package policies.lib.cidr

import data.policies.lib.value

# What a source reaches: "world", "other", or "unknown" when neither is proven.
reach(source) := found if {
	is_string(source)
	found := _reach_of_written(trim_space(lower(source)))
}

reach(source) := _reach_of_tail(_tail(source["$partial"])) if value.partial(source)

reach(source) := "other" if {
	value.reference(source)
	_own_range(object.get(input.resources, source["$reference"].address, {}))
}

reach(source) := "unknown" if {
	value.reference(source)
	declared := object.get(input.resources, source["$reference"].address, {})
	not _own_range(declared)
}

reach(source) := _agreed(reaches) if {
	value.unknown(source)
	reaches := {found | some choice in _choices(source); found := _reach_of_text(choice)}
}

reach(source) := "unknown" if value.secret(source)

reach(source) := "unknown" if {
	not is_string(source)
	not value.opaque(source)
}

# What nearly every open rule says is told without taking the text apart.
_everything := {"0.0.0.0/0", "::/0"}

_reach_of_written(text) := "world" if text in _everything

_reach_of_written(text) := found if {
	not text in _everything
	found := _reach_of_block(text)
}

_reach_of_block(text) := "world" if _world(text)

_reach_of_block(text) := "other" if {
	_block(text)
	not _world(text)
}

_reach_of_block(text) := "unknown" if not _block(text)

_block(text) if {
	not contains(text, ":")
	regex.match(`^([0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,3}$`, text)
}

_block(text) if {
	contains(text, ":")
	regex.match(`^[0-9a-f:]*:[0-9a-f:.]*/[0-9]{1,3}$`, text)
}

_world(text) if {
	not contains(text, ":")
	regex.match(`^([0-9]{1,3}\.){3}[0-9]{1,3}/0*[0-8]$`, text)
	not regex.match(`^0*10\.([0-9]{1,3}\.){2}[0-9]{1,3}/0*8$`, text)
}

_world(text) if {
	contains(text, ":")
	regex.match(`^[0-9a-f:]*:[0-9a-f:.]*/0*([0-9]|1[0-6])$`, text)
	not regex.match(`^f[cd][0-9a-f]{2}:[0-9a-f:.]*/0*([7-9]|1[0-6])$`, text)
}

# The last fragment of a string known in part, where that is text: its prefix length often decides alone.
_tail(fragments) := fragments[count(fragments) - 1] if {
	count(fragments) > 0
	is_string(fragments[count(fragments) - 1])
}

_tail(fragments) := "" if {
	count(fragments) > 0
	not is_string(fragments[count(fragments) - 1])
}

_tail(fragments) := "" if count(fragments) == 0

_reach_of_tail(tail) := "world" if regex.match(`/0+$`, tail)

_reach_of_tail(tail) := "other" if regex.match(`/0*(1[7-9]|[2-9][0-9]|1[0-2][0-9])$`, tail)

_reach_of_tail(tail) := "unknown" if {
	not regex.match(`/0+$`, tail)
	not regex.match(`/0*(1[7-9]|[2-9][0-9]|1[0-2][0-9])$`, tail)
}

# The range of a network of the unit's own: AWS accepts no VPC larger than /16 and no subnet larger than its VPC.
_own_range(declared) if {
	object.get(declared, "type", "") in {"AWS::EC2::VPC", "AWS::EC2::Subnet", "aws_vpc", "aws_subnet"}
}

# The values of an unknown that lists all it can be: a parameter with allowed values.
_choices(source) := object.get(source["$unknown"], "values", []) if {
	object.get(source["$unknown"], "kind", "") in {"parameter", "alternatives"}
}

_choices(source) := [] if not object.get(source["$unknown"], "kind", "") in {"parameter", "alternatives"}

_reach_of_text(text) := "world" if {
	is_string(text)
	_world(trim_space(lower(text)))
}

_reach_of_text(text) := "other" if {
	is_string(text)
	_block(trim_space(lower(text)))
	not _world(trim_space(lower(text)))
}

_reach_of_text(text) := "unknown" if not is_string(text)

_reach_of_text(text) := "unknown" if {
	is_string(text)
	not _block(trim_space(lower(text)))
}

_agreed(reaches) := "world" if reaches == {"world"}

_agreed(reaches) := "other" if reaches == {"other"}

_agreed(reaches) := "unknown" if {
	reaches != {"world"}
	reaches != {"other"}
}

# Tells whether IPv4 blocks, each too small to count alone, hold every address together. Blocks nest or are disjoint,
# so those inside another are left out and the rest must add up to the whole space.
covers(texts) if {
	blocks := {block | some text in texts; is_string(text); block := _span(trim_space(text))}
	count(blocks) > 0
	sum([block.size | some block in blocks]) >= 4294967296
	outer := {block | some block in blocks; not _inside_another(block, blocks)}
	sum([block.size | some block in outer]) >= 4294967296
}

_inside_another(block, blocks) if {
	some other in blocks
	other.size > block.size
	other.first <= block.first
	block.first < other.first + other.size
}

# The first address and the size of an IPv4 block.
_span(text) := {"first": address - (address % size), "size": size} if {
	regex.match(`^((0|[1-9][0-9]{0,2})\.){3}(0|[1-9][0-9]{0,2})/(0|[1-9][0-9]?)$`, text)
	parts := split(text, "/")
	prefix := to_number(parts[1])
	prefix <= 32
	octets := [to_number(octet) | some octet in split(parts[0], ".")]
	address := (((octets[0] * 16777216) + (octets[1] * 65536)) + (octets[2] * 256)) + octets[3]
	size := bits.lsh(1, 32 - prefix)
}
