# METADATA
# title: Values that may be unknown
# description: |
#   Reads values of a resource so that what cannot be decided is never taken for absent or false. Every policy
#   reads what it judges through `get` (a literal is needed) or `present` (being set is enough), and lists the
#   records in `examined`.
package policies.lib.value

# The record of what stands at `path`, where a literal is needed: a reference, a string known in part, a secret
# and an unknown are all undecided. An explicit null counts as absent. Always defined.
get(resource, path) := record if {
	written := object.get(resource.node, path, null)
	state := _literal_state(resource.node, path, written)
	record := {"resource": resource.address, "path": path, "state": state.name, "value": state.value}
}

# The record of what stands at `path`, where being set is enough: a reference to another resource, a string known in
# part and a secret reference are known to be there. Always defined.
present(resource, path) := record if {
	written := object.get(resource.node, path, null)
	state := _presence(resource.node, path, written)
	record := {"resource": resource.address, "path": path, "state": state.name, "value": state.value}
}

# The guards of the commonest case stand first: most values are texts, numbers and booleans.
_literal_state(_, _, written) := {"name": "known", "value": written} if {
	not is_object(written)
	written != null
}

_literal_state(_, _, written) := {"name": "known", "value": written} if {
	is_object(written)
	not opaque(written)
}

_literal_state(_, _, written) := {"name": "unknown", "value": written} if {
	is_object(written)
	opaque(written)
}

_literal_state(node, path, written) := state if {
	written == null
	state := _without_value(node, path)
}

_presence(_, _, written) := {"name": "known", "value": written} if {
	written != null
	not unknown(written)
}

_presence(_, _, written) := {"name": "unknown", "value": written} if unknown(written)

_presence(node, path, written) := state if {
	written == null
	state := _without_value(node, path)
}

# Absent, unless an ancestor is undecided: an unknown parent is not an absent child. Where the parent is there, no
# ancestor of it is undecided.
_without_value(node, path) := {"name": "absent", "value": null} if {
	parent := object.get(node, array.slice(path, 0, count(path) - 1), null)
	parent != null
	not opaque(parent)
}

_without_value(node, path) := {"name": "unknown", "value": parent} if {
	parent := object.get(node, array.slice(path, 0, count(path) - 1), null)
	opaque(parent)
}

_without_value(node, path) := state if {
	object.get(node, array.slice(path, 0, count(path) - 1), null) == null
	undecided := _opaque_ancestors(node, path)
	state := _of_ancestors(undecided)
}

_of_ancestors(undecided) := {"name": "absent", "value": null} if count(undecided) == 0

_of_ancestors(undecided) := {"name": "unknown", "value": undecided[0]} if count(undecided) > 0

_opaque_ancestors(node, path) := [ancestor |
	some end in numbers.range(0, count(path) - 1)
	ancestor := object.get(node, array.slice(path, 0, end), null)
	opaque(ancestor)
]

# Tells whether a value is undecided.
unknown(value) if {
	is_object(value)
	object.get(value, "$unknown", null) != null
}

# Tells whether a value is set to what another resource of the unit gives.
reference(value) if {
	is_object(value)
	object.get(value, "$reference", null) != null
}

# Tells whether a value is a string known in part.
partial(value) if {
	is_object(value)
	object.get(value, "$partial", null) != null
}

# Tells whether a value is a dynamic reference to a secret store.
secret(value) if {
	is_object(value)
	object.get(value, "$secret", null) != null
}

# Tells whether a value is no literal: unknown, a reference, known in part, or a secret. Each form is an object of one
# key that starts with a dollar sign; a key of the source that does is escaped by a second one.
opaque(value) if {
	is_object(value)
	count(value) == 1
	some key, _ in value
	startswith(key, "$")
	not startswith(key, "$$")
}

# Tells whether a value is decided.
known(value) if {
	value != null
	not opaque(value)
}

# Tells whether a record was read and decided.
is_known(record) if record.state == "known"

# Tells whether a record was read and found not to be written.
is_absent(record) if record.state == "absent"

# Tells whether a record was read and found undecided.
is_unknown(record) if record.state == "unknown"

# Tells whether a value is true, as a boolean or as the text that templates and plans write for it.
truthy(value) if value == true

truthy(value) if {
	is_string(value)
	lower(value) == "true"
}

# Tells whether a value is false, as a boolean or as the text that templates and plans write for it.
falsy(value) if value == false

falsy(value) if {
	is_string(value)
	lower(value) == "false"
}

# The number that a value writes, as a number or as text. Undefined for anything else.
number(value) := value if is_number(value)

number(value) := to_number(value) if {
	is_string(value)
	regex.match(`^-?[0-9]+$`, value)
}

# The value as a list: a list is itself, absence is empty, anything else is a list of one.
list(value) := value if is_array(value)

list(value) := [] if value == null

list(value) := [value] if {
	value != null
	not is_array(value)
}

# The child of a value under a key or index, or null.
child(value, key) := object.get(value, key, null) if is_object(value)

child(value, key) := value[key] if {
	is_array(value)
	is_number(key)
	key < count(value)
}

child(value, _) := null if {
	not is_object(value)
	not is_array(value)
}

# What a report says of a value: the text of a literal, or how an undecided value is called.
shown(value) := value if is_string(value)

shown(value) := sprintf("%v", [value]) if {
	not is_string(value)
	not opaque(value)
}

shown(value) := sprintf("%s.%s", [value["$reference"].address, value["$reference"].attribute]) if {
	reference(value)
	object.get(value["$reference"], "attribute", "") != ""
}

shown(value) := value["$reference"].address if {
	reference(value)
	object.get(value["$reference"], "attribute", "") == ""
}

shown(value) := value["$unknown"].name if unknown(value)

# What is known in part is shown as its author would write it: two such texts are not the same.
shown(value) := source_text(value) if partial(value)

shown(value) := "a secret" if secret(value)

# A text known in part as an author would write it: "repo:${Org}/app:*".
source_text(text) := concat("", [_written(fragment) | some fragment in text["$partial"]])

# Always defined.
_written(fragment) := fragment if is_string(fragment)

_written(fragment) := sprintf("${%s}", [trim_suffix(_gap(fragment), ".")]) if not is_string(fragment)

_gap(fragment) := fragment["$unknown"].name if unknown(fragment)

_gap(fragment) := concat(".", [to.address, object.get(to, "attribute", "")]) if {
	reference(fragment)
	to := fragment["$reference"]
}

_gap(fragment) := "…" if {
	not unknown(fragment)
	not reference(fragment)
}

# Why a value is undecided, as a clause: "parameter 'Subnets' has no default".
reason(value) := _gap_reason(value) if not partial(value)

# A text names what is missing in it, the first where it is several.
reason(value) := sprintf("the text is known in part only: %s", [gaps[0]]) if {
	partial(value)
	gaps := _gaps_in(value)
	count(gaps) > 0
}

reason(value) := "the text is known in part only" if {
	partial(value)
	count(_gaps_in(value)) == 0
}

_gaps_in(value) := [gap |
	some fragment in value["$partial"]
	is_object(fragment)
	gap := _gap_reason(fragment)
]

_gap_reason(value) := sprintf("%s '%s' %s", [kind, gap.name, gap.why]) if {
	unknown(value)
	gap := value["$unknown"]
	kind := replace(object.get(gap, "kind", "value"), "-", " ")
}

_gap_reason(value) := sprintf("'%s' is known only after deployment", [shown(value)]) if reference(value)

_gap_reason(value) := "the value is a secret" if secret(value)
