package policies.lib.encryption_stores_test

import data.policies.lib.encryption_stores
import data.policies.lib.units_test as units

_opened(text) := encryption_stores.opened(
	{"address": "A", "node": {"Properties": {"Text": text}}},
	["Properties", "Text"],
)

test_an_object_in_a_text_is_opened if {
	_opened(`{"a": {"b": 1}}`).node.Properties.Text.a.b == 1
}

test_what_is_no_object_stays if {
	_opened(`[1]`).node.Properties.Text == `[1]`
	_opened(`{"a"`).node.Properties.Text == `{"a"`
	_opened({"a": 1}).node.Properties.Text == {"a": 1}
}

test_a_text_cannot_pass_for_an_undecided_value if {
	_opened(`{"a": {"$unknown": {}}}`).node.Properties.Text == `{"a": {"$unknown": {}}}`
	_opened(`{"a": {"\u0024unknown": {}}}`).node.Properties.Text == `{"a": {"\u0024unknown": {}}}`
}

test_holes_are_put_back if {
	key := units.reference("K", "Arn")
	_opened({"$partial": [`{"a": "`, key, `", "b": true}`]}).node.Properties.Text == {"a": key, "b": true}
}

test_a_hole_that_is_no_value_leaves_the_text if {
	text := {"$partial": ["{", units.unknown("parameter", "Body"), "}"]}
	_opened(text).node.Properties.Text == text
}

_rows := [{"type": "T", "noun": "Thing", "flag": ["config"], "written": "cmk"}]

_floor(values) := floor if {
	unit := units.plan({"T.a": {"type": "T", "values": values}})
	floor := encryption_stores.stores(_rows)[0].floor with input as unit
}

test_a_written_name_is_enough if {
	_floor({"config": "sealed"}) == [3, 3]
	_floor({"config": units.reference("S", "")}) == [3, 3]
}

test_an_absent_name_is_nothing if {
	_floor({}) == [0, 0]
	_floor({"config": ""}) == [0, 0]
}

test_an_unknown_name_may_be_enough if _floor({"config": units.unknown("parameter", "Name")}) == [0, 3]

test_a_document_that_is_unknown_has_its_main_store_only if {
	rows := [
		{"type": "T", "noun": "Thing", "document": ["text"], "flag": ["text", "on"]},
		{"type": "T", "noun": "Part", "part": "part", "document": ["text"], "flag": ["text", "part"]},
	]
	open := units.plan({"T.a": {"type": "T", "values": {"text": units.unknown("parameter", "Text")}}})
	known := units.plan({"T.a": {"type": "T", "values": {"text": `{"on": true}`}}})
	found_open := encryption_stores.stores(rows) with input as open
	found_known := encryption_stores.stores(rows) with input as known
	[count(found_open), count(found_known)] == [1, 2]
}
