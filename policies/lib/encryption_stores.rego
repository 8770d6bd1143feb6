# METADATA
# title: Stores that a table of paths does not find alone
# description: |
#   The stores of data.policies.lib.encryption, with two more fields of a row:
#     document   path of a JSON text; flag, key and conditions may lie below it
#     written    the level that it means to set the switch to anything, where it names what encrypts
package policies.lib.encryption_stores

import data.policies.lib.encryption
import data.policies.lib.keys
import data.policies.lib.value

# Every store that the rows find in the unit.
stores(rows) := [store |
	some found in encryption.stores(rows)
	opened_store := _opened(found)
	not _is_part_of_unknown(opened_store)
	store := _named(opened_store)
]

# A document that is unknown as a whole is asked about once, by its main store.
_is_part_of_unknown(store) if {
	store.row.document
	store.row.part
	value.opaque(object.get(store.resource.node, store.row.document, null))
}

_opened(store) := store if not store.row.document

_opened(store) := _with(store, "resource", opened(store.resource, store.row.document)) if store.row.document

# The resource with the JSON object that the text at `path` holds in place of the text. What is not known of the text is
# not known of the object; a text that could pass for an undecided value is not opened.
opened(resource, path) := _with(resource, "node", node) if {
	held := _object(object.get(resource.node, path, null))
	node := _replaced(resource.node, path, held)
}

opened(resource, path) := resource if not _object(object.get(resource.node, path, null))

_replaced(node, path, held) := _with(node, path[0], held) if count(path) == 1

_replaced(node, path, held) := _with(node, path[0], _with(node[path[0]], path[1], held)) if count(path) == 2

# A union would mix what stands there with what shall.
_with(whole, key, held) := object.union(object.remove(whole, [key]), {key: held})

_object(text) := read if {
	is_string(text)
	read := _read(text)
}

_object(text) := read if {
	value.partial(text)
	fragments := text["$partial"]
	marked := [piece | some index, fragment in fragments; piece := _marked(index, fragment)]
	with_marks := _read(concat("", marked))
	read := {key: held | some key, found in with_marks; held := _restored(found, fragments)}
}

_read(text) := read if {
	not regex.match(`"(\$|\\u0024)`, text)
	json.is_valid(text)
	read := json.unmarshal(text)
	is_object(read)
}

# A hole in a text known in part is marked by its number, and what it stands for is put back.
_marked(_, fragment) := fragment if is_string(fragment)

_marked(index, fragment) := sprintf("@@%d@@", [index]) if not is_string(fragment)

_restored(found, fragments) := fragments[to_number(trim(found, "@"))] if _is_mark(found)

_restored(found, _) := found if not _is_mark(found)

_is_mark(found) if {
	is_string(found)
	regex.match(`^@@[0-9]+@@$`, found)
}

_named(store) := store if not store.row.written

_named(store) := object.union(store, {"floor": floor}) if {
	store.row.written
	floor := _floor(store.row.written, value.present(store.resource, array.concat(store.at, store.row.flag)))
}

_floor(_, record) := [0, 0] if value.is_absent(record)

_floor(_, record) := [0, 0] if record.value == ""

_floor(level, record) := [0, keys.ranks[level]] if value.is_unknown(record)

_floor(level, record) := [keys.ranks[level], keys.ranks[level]] if {
	value.is_known(record)
	record.value != ""
}
