# METADATA
# title: Encryption at rest, from tables
# description: |
#   Judges what stores data by rows of data.tables.encryption[CONTROL]. A row says where the switch and the key of a
#   type are and what each value means; a new service is a new row. Fields of a row:
#     type       the resource type                       noun      what messages call it
#     flag       path of the switch                      levels    its values' levels (true: aws-managed, false: none)
#     key        path of the key                         absent    level without a switch, or [lowest, highest]
#     governs    "key": the key alone decides when written; "on": the key counts unless the switch is off; else the
#                switch must mean KMS for the key to count
#     each       path of a list; every element is a store of its own, with `inside`, `flag` and `key` below the element
#     inside     path that an element must have to be a store         name   path of an element's name
#     part       defect key of a store that is not the main one
#     inherits   paths that hand the encryption on from elsewhere while the switch is absent
#     through    {type: path}: a resource that `inherits` leads to, and where it names the store that decides
#     when       [condition]: not a store unless all hold             variants  [condition + row]: overrides of the row
#     condition  {path, matches: regex}, {path, absent: true} or {path, written: true}
#     says       what a plaintext store does, in messages             note   a sentence of advice for messages
#     least      the kms_level from which the store is judged         most   the highest kms_level it is judged at
#     severity   severity of its results                 absent_severity   the same where the switch is absent
#     reason     why `absent` is undecided, as a clause               source   the page that says what the row says
#   A store that a policy hands on may have, over its row: `floor` [lowest, highest], `need` (a kms_level that it must
#   reach whatever is asked), `doubt` (why it may not have to, as a clause), `note`, `related` and `partly` (true where
#   other stores of the same resource are not encrypted at all).
#   What is known of a level is an interval: it fails when its highest rank is too low, passes when its lowest is
#   enough, and is undecided between.
package policies.lib.encryption

import data.policies.lib.graph
import data.policies.lib.keys
import data.policies.lib.value

# Every store that the rows find in the unit.
stores(rows) := [store |
	some row in rows
	some resource in graph.of_types([row.type])
	some place in _places(resource, row)
	store := object.union(place, {"address": resource.address, "resource": resource, "row": row})
]

# A place is where flag and key are looked for, the name of the element and the defect key.
_places(_, row) := [{"at": [], "name": "", "defect": object.get(row, "part", "")}] if not row.each

_places(resource, row) := [{"at": at, "name": part, "defect": part}] if {
	row.each
	value.opaque(object.get(resource.node, row.each, null))
	part := object.get(row, "part", "")
	at := array.concat(row.each, object.get(row, "inside", []))
}

_places(resource, row) := [place |
	some index, element in value.list(object.get(resource.node, row.each, null))
	at := array.concat(array.concat(row.each, [index]), object.get(row, "inside", []))
	_is_store(value.get(resource, at))
	name := _element_name(element, row)
	place := {"at": at, "name": name, "defect": name}
] if {
	row.each
	not value.opaque(object.get(resource.node, row.each, null))
}

_is_store(record) if not value.is_absent(record)

_element_name(element, row) := name if {
	is_object(element)
	name := object.get(element, object.get(row, "name", []), null)
	is_string(name)
}

_element_name(element, row) := object.get(row, "part", "") if not _has_name(element, row)

_has_name(element, row) if {
	is_object(element)
	is_string(object.get(element, object.get(row, "name", []), null))
}

# What is known of every store that counts at the asked level: its interval, its state and what was read.
judge(found, kms_level) := [assessment |
	some store in found
	keys.required[kms_level] >= keys.required[object.get(store.row, "least", "any")]
	not _out_of_scope(store)
	assessment := _assess(store, kms_level)
]

_out_of_scope(store) if {
	some condition in object.get(store.row, "when", [])
	_decided_against(store.resource, condition)
}

_assess(store, kms_level) := assessment if {
	most := keys.required[object.get(store.row, "most", "cmk")]
	need := keys.required[object.get(store, "need", "any")]
	asked := max([need, min([keys.required[kms_level], most])])
	flag := _flag(store)
	key := _key(store)
	bounds := bounds_of(store)
	assessment := {
		"store": store,
		"asked": asked,
		"flag": flag,
		"key": key,
		"bounds": bounds,
		"state": _state(store, bounds, asked),
	}
}

_state(_, bounds, asked) := "fail" if {
	bounds[1] < asked
}

_state(_, bounds, asked) := "pass" if {
	bounds[0] >= asked
}

_state(_, bounds, asked) := "undecided" if {
	bounds[0] < asked
	bounds[1] >= asked
}

# The interval of a store's level: over every variant of its row that may hold, and not below its floor.
bounds_of(store) := [max([min(lowest), floor[0]]), max([max(highest), floor[1]])] if {
	floor := object.get(store, "floor", [0, 0])
	found := [bounds | some row in possible_rows(store); bounds := _row_bounds(store, row)]
	lowest := [bounds[0] | some bounds in found]
	highest := [bounds[1] | some bounds in found]
}

# The rows that may hold for a store: the decided variant and those that an unknown value may select.
possible_rows(store) := array.concat(open, settled) if {
	variants := object.get(store.row, "variants", [])
	first := min(array.concat(
		[index | some index, variant in variants; _decided_for(store.resource, variant)],
		[count(variants)],
	))
	settled := [row | row := object.union(store.row, _override(variants, first))]
	open := [row |
		some index, variant in variants
		index < first
		not _decided_against(store.resource, variant)
		row := object.union(store.row, variant.row)
	]
}

_override(variants, index) := variants[index].row if index < count(variants)

_override(variants, index) := {} if index >= count(variants)

# A condition asks for a text or for absence; for absence it is enough that something is written.
_decided_for(resource, condition) if {
	condition.matches
	record := _comparable(value.get(resource, condition.path))
	not value.is_unknown(record)
	regex.match(condition.matches, _text(record))
}

_decided_for(resource, condition) if {
	condition.absent
	value.is_absent(_not_empty(value.get(resource, condition.path)))
}

_decided_for(resource, condition) if {
	condition.written
	record := _not_empty(value.get(resource, condition.path))
	not value.is_absent(record)
	not _maybe_absent(record)
}

_decided_against(resource, condition) if {
	condition.written
	value.is_absent(_not_empty(value.get(resource, condition.path)))
}

_decided_against(resource, condition) if {
	condition.matches
	record := _comparable(value.get(resource, condition.path))
	not value.is_unknown(record)
	not regex.match(condition.matches, _text(record))
}

_decided_against(resource, condition) if {
	condition.absent
	record := _not_empty(value.get(resource, condition.path))
	not value.is_absent(record)
	not _maybe_absent(record)
}

# Tells whether an unknown value leaves a condition undecided.
condition_open(resource, condition) if {
	not _decided_for(resource, condition)
	not _decided_against(resource, condition)
}

# A string that is known at its start is compared by its start.
_comparable(record) := object.union(record, {"state": "known", "value": sprintf("%s*", [start])}) if {
	value.partial(record.value)
	start := record.value["$partial"][0]
	is_string(start)
}

_comparable(record) := record if not _starts(record.value)

_starts(undecided) if {
	value.partial(undecided)
	is_string(undecided["$partial"][0])
}

# The text of a record for comparison: booleans and their spellings in lower case, absence empty, containers "set".
_text(record) := "" if record.value == null

_text(record) := lower(record.value) if {
	is_string(record.value)
	lower(record.value) in {"true", "false"}
}

_text(record) := record.value if {
	is_string(record.value)
	not lower(record.value) in {"true", "false"}
}

_text(record) := sprintf("%v", [record.value]) if is_boolean(record.value)

_text(record) := sprintf("%v", [record.value]) if is_number(record.value)

_text(record) := "set" if is_object(record.value)

_text(record) := "set" if is_array(record.value)

# Records of the switch and of the key; an empty text is no value.
_flag(store) := _read(store, "flag")

_key(store) := _read(store, "key")

_read(store, what) := record if {
	path := object.get(store.row, what, null)
	path != null
	record := _not_empty(value.get(store.resource, array.concat(store.at, path)))
}

_read(store, what) := record if {
	object.get(store.row, what, null) == null
	record := {"resource": store.resource.address, "path": store.at, "state": "absent", "value": null}
}

_not_empty(record) := object.union(record, {"state": "absent"}) if {
	record.value == ""
	record.state == "known"
}

_not_empty(record) := record if record.value != ""

_row_bounds(store, row) := bounds if {
	switched := _switched(store, row)
	bounds := _with_key(store, switched, object.get(row, "governs", "flag"))
}

# The interval that the switch alone gives: as it is written, or as it is handed on while it is absent.
_switched(store, row) := _written_switch(store, row) if not _is_handed_on(store, row)

_switched(store, row) := _span_of(ranks) if {
	_is_handed_on(store, row)
	ranks := [rank | some origin in origins(store, row); some rank in _passed_on(origin, row)]
}

_is_handed_on(store, row) if {
	value.is_absent(_flag(store))
	count(inherited(store, row)) > 0
}

# Without an origin in the unit anything may be handed on.
_span_of(ranks) := [0, 3] if count(ranks) == 0

_span_of(ranks) := [min(ranks), max(ranks)] if count(ranks) > 0

# The stores of the unit, of the same row, that decide what is handed on.
origins(store, row) := [origin |
	some path in object.get(row, "inherits", [])
	some address in graph.referenced(store.resource, array.concat(store.at, path))
	some decisive in _behind(address, object.get(row, "through", {}))
	resource := graph.at(decisive)
	resource != null
	resource.type == row.type
	decisive != store.resource.address
	origin := {"address": decisive, "resource": resource, "at": [], "row": store.row}
]

_behind(address, through) := {decisive |
	between := graph.at(address)
	between != null
	path := object.get(through, between.type, null)
	path != null
	some decisive in graph.referenced(between, path)
}

# Encryption is handed on, the key is not. What an origin takes over itself is not followed.
_passed_on(origin, row) := [rank |
	not _is_handed_on(origin, row)
	some open in possible_rows(origin)
	some written in _written_switch(origin, open)
	rank := _passed(written, row)
]

_passed(0, _) := 0

_passed(rank, row) := keys.ranks[_levels(row)["true"]] if rank > 0

_written_switch(store, row) := [keys.ranks[level], keys.ranks[level]] if {
	flag := _flag(store)
	value.is_known(flag)
	level := object.get(_levels(row), _text(flag), null)
	level != null
}

_written_switch(store, row) := [0, 3] if {
	flag := _flag(store)
	value.is_known(flag)
	object.get(_levels(row), _text(flag), null) == null
}

_written_switch(store, row) := _interval(object.get(row, "absent", "none")) if value.is_absent(_flag(store))

_written_switch(store, row) := [min(ranks), max(ranks)] if {
	flag := _flag(store)
	value.is_unknown(flag)
	choices := _choices(flag.value)
	count(choices) > 0
	ranks := [rank |
		some choice in choices
		level := object.get(_levels(row), _text({"value": choice}), "none")
		rank := keys.ranks[level]
	]
}

_written_switch(store, row) := [min(ranks), max(ranks)] if {
	flag := _flag(store)
	value.is_unknown(flag)
	count(_choices(flag.value)) == 0
	written := [rank | some _, level in _levels(row); rank := keys.ranks[level]]
	ranks := array.concat(written, _interval(object.get(row, "absent", "none")))
}

# The values that a parameter may take; a condition's values leave out the branch that sets none.
_choices(unknown) := [choice |
	value.unknown(unknown)
	unknown["$unknown"].kind == "parameter"
	some choice in object.get(unknown["$unknown"], "values", [])
]

_levels(row) := object.get(row, "levels", {"true": "aws-managed", "false": "none"})

_interval(level) := [keys.ranks[level], keys.ranks[level]] if is_string(level)

_interval(level) := [keys.ranks[level[0]], keys.ranks[level[1]]] if is_array(level)

# The records of what hands encryption on from elsewhere.
inherited(store, row) := [record |
	some path in object.get(row, "inherits", [])
	record := _not_empty(value.present(store.resource, array.concat(store.at, path)))
	not value.is_absent(record)
]

# The key refines a switch that means KMS; where it governs, it decides alone.
_with_key(store, switched, _) := switched if value.is_absent(_key(store))

_with_key(store, switched, "flag") := [_refined(switched[0], level[0]), _refined(switched[1], level[1])] if {
	not value.is_absent(_key(store))
	not _in_the_dark(store)
	level := keys.level(_key(store).value)
}

_with_key(store, switched, "flag") := [switched[0], _refined(switched[1], 3)] if {
	not value.is_absent(_key(store))
	_in_the_dark(store)
}

_with_key(store, switched, "on") := [_counted(switched[0], level[0]), _counted(switched[1], level[1])] if {
	_is_certain(store)
	level := keys.level(_key(store).value)
}

_with_key(store, switched, "on") := [switched[0], _counted(switched[1], level[1])] if {
	_is_uncertain(store)
	level := _possible_level(store)
}

_with_key(store, switched, "key") := [min([switched[0], level[0]]), max([switched[1], level[1]])] if {
	_is_uncertain(store)
	level := _possible_level(store)
}

_with_key(store, _, "key") := level if {
	_is_certain(store)
	level := keys.level(_key(store).value)
}

# Whether a key is surely given, or may be.
_is_certain(store) if {
	not value.is_absent(_key(store))
	not _maybe_absent(_key(store))
	not _in_the_dark(store)
}

_is_uncertain(store) if _in_the_dark(store)

_is_uncertain(store) if {
	not value.is_absent(_key(store))
	_maybe_absent(_key(store))
}

_possible_level(store) := [2, 3] if _in_the_dark(store)

_possible_level(store) := keys.level(_key(store).value) if not _in_the_dark(store)

# What holds the key is unknown as a whole.
_in_the_dark(store) if {
	key := _key(store)
	value.is_unknown(key)
	object.get(store.resource.node, key.path, null) == null
}

_maybe_absent(key) if {
	value.unknown(key.value)
	key.value["$unknown"].kind == "condition"
}

_refined(rank, _) := rank if rank < 2

_refined(rank, by_key) := by_key if rank >= 2

_counted(0, _) := 0

_counted(rank, by_key) := by_key if rank > 0
