package policies.lib.encryption_test

import data.policies.lib.encryption
import data.policies.lib.encryption_findings
import data.policies.lib.units_test as units

# The states of the stores of one resource that rows find, and what is reported of them.
_states(row, properties, level) := [assessment.state | some assessment in _judged(row, properties, level)]

_judged(row, properties, level) := assessments if {
	unit := units.template({"S": {"type": "T", "properties": properties}})
	given := object.union({"type": "T", "noun": "Store"}, row)
	assessments := encryption.judge(encryption.stores([given]), level) with input as unit
}

_by_switch := {
	"flag": ["Properties", "On"],
	"levels": {"true": "aws-owned", "false": "none"},
	"key": ["Properties", "Key"],
}

_key_when_on := object.union(_by_switch, {"governs": "on"})

test_a_key_counts_unless_the_switch_is_off if {
	_states(_key_when_on, {"On": true, "Key": "alias/k"}, "cmk") == ["pass"]
	_states(_key_when_on, {"On": false, "Key": "alias/k"}, "any") == ["fail"]
	_states(_key_when_on, {"On": true}, "aws-managed") == ["fail"]
}

test_a_key_does_not_count_where_the_switch_does_not_mean_kms if {
	_states(_by_switch, {"On": true, "Key": "alias/k"}, "cmk") == ["fail"]
}

test_a_key_that_may_be_absent_counts_only_in_the_best_case if {
	maybe := units.unknown("condition", "HasKey")
	_states(_key_when_on, {"On": true, "Key": maybe}, "any") == ["pass"]
	_states(_key_when_on, {"On": true, "Key": maybe}, "cmk") == ["undecided"]
}

_nested := {"absent": "aws-owned", "key": ["Properties", "Block", "Key"], "governs": "key"}

test_a_key_below_an_unknown_block_is_no_key_of_ones_own if {
	_states(_nested, {"Block": units.unknown("parameter", "Block")}, "any") == ["pass"]
	_states(_nested, {"Block": units.unknown("parameter", "Block")}, "cmk") == ["undecided"]
}

_restorable := {
	"absent": "aws-owned",
	"flag": ["Properties", "On"],
	"variants": [{"path": ["Properties", "From"], "written": true, "row": {"absent": ["aws-owned", "cmk"]}}],
}

test_a_variant_may_ask_that_something_is_written if {
	_states(_restorable, {}, "cmk") == ["fail"]
	_states(_restorable, {"From": ""}, "cmk") == ["fail"]
	_states(_restorable, {"From": "backup"}, "cmk") == ["undecided"]
	_states(_restorable, {"From": units.reference("B", "Arn")}, "cmk") == ["undecided"]
	_states(_restorable, {"From": "backup"}, "any") == ["pass"]
}

test_advice_of_rows_and_variants_ends_the_message if {
	row := {
		"absent": "aws-managed",
		"key": ["Properties", "Key"],
		"governs": "key",
		"variants": [{"path": ["Properties", "Kind"], "matches": "^SCRATCH", "row": {"note": "Use another kind."}}],
	}
	said := {violation.message |
		some violation in encryption_findings.violations(_judged(row, {"Kind": "SCRATCH_2"}, "cmk"))
	}
	said == {concat(" ", [
		"Store 'S' is encrypted with an AWS managed key, but must be with a customer managed key: 'Key' is not set.",
		"Use another kind.",
	])}
}

test_a_store_may_need_more_than_is_asked if {
	unit := units.template({"S": {"type": "T", "properties": {}}})
	row := {"type": "T", "noun": "Store", "absent": "aws-managed", "key": ["Properties", "Key"], "governs": "key"}
	stores := encryption.stores([row]) with input as unit
	needy := [object.union(store, {"need": "cmk"}) | some store in stores]
	assessments := encryption.judge(needy, "any") with input as unit
	[assessment.state | some assessment in assessments] == ["fail"]
}

_members := {
	"type": "T",
	"noun": "Member",
	"flag": ["Properties", "On"],
	"inherits": [["Properties", "Group"]],
	"through": {"G": ["Properties", "Primary"]},
}

_group(primary) := units.template({
	"P": {"type": "T", "properties": primary},
	"G": {
		"type": "G",
		"properties": {"Primary": units.reference("P", "")},
		"edges": [[["Primary"], "P", ""]],
	},
	"S": {
		"type": "T",
		"properties": {"Group": units.reference("G", "")},
		"edges": [[["Group"], "G", ""]],
	},
})

_member_states(primary) := states if {
	assessments := encryption.judge(encryption.stores([_members]), "any") with input as _group(primary)
	states := {assessment.state | some assessment in assessments; assessment.store.address == "S"}
}

test_a_member_takes_over_the_switch_of_its_primary if {
	_member_states({"On": true}) == {"pass"}
	_member_states({"On": false}) == {"fail"}
	_member_states({"On": units.unknown("parameter", "On")}) == {"undecided"}
}

test_the_store_that_hands_encryption_on_is_related if {
	unit := _group({})
	assessments := encryption.judge(encryption.stores([_members]), "any") with input as unit
	related := {store.address |
		some violation in encryption_findings.violations(assessments) with input as unit
		some store in violation.related
	}
	related == {"P"}
}

test_a_group_of_another_file_is_undecided if {
	_states(_members, {"Group": "orders"}, "any") == ["undecided"]
}
