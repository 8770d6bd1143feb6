# METADATA
# title: What is reported of encryption at rest
# description: Turns the assessments of data.policies.lib.encryption into what a policy answers with.
package policies.lib.encryption_findings

import data.policies.lib.encryption
import data.policies.lib.value

# The subjects that have a store.
subjects(assessments) := {assessment.store.address | some assessment in assessments}

# What was read to judge.
examined(assessments) := {record |
	some assessment in assessments
	some record in _records(assessment)
}

_records(assessment) := array.concat(
	[record |
		some what in ["flag", "key"]
		object.get(assessment.store.row, what, null) != null
		record := assessment[what]
	],
	encryption.inherited(assessment.store, assessment.store.row),
)

# The subjects whose every store has enough, whatever the undecided values are.
proven(assessments) := enough - lacking if {
	enough := {assessment.store.address | some assessment in assessments; assessment.state == "pass"}
	lacking := {assessment.store.address | some assessment in assessments; assessment.state != "pass"}
}

# The violations: stores whose level cannot be enough.
violations(assessments) := {violation |
	some assessment in assessments
	assessment.state == "fail"
	not _scope_undecided(assessment.store)
	place := _place(assessment)
	violation := object.union(place, _severity(assessment))
}

# The undecided stores, with what decides them.
open(assessments) := {row |
	some assessment in assessments
	_is_open(assessment)
	record := _open_record(assessment)
	row := _located(assessment, record, _open_message(assessment, record))
}

_is_open(assessment) if assessment.state == "undecided"

_is_open(assessment) if {
	assessment.state == "fail"
	_scope_undecided(assessment.store)
}

_scope_undecided(store) if object.get(store, "doubt", "") != ""

_scope_undecided(store) if {
	some condition in object.get(store.row, "when", [])
	encryption.condition_open(store.resource, condition)
}

_place(assessment) := _located(assessment, record, message) if {
	record := _failing_record(assessment)
	message := _failing_message(assessment, record)
}

# A store that is configured by a resource of its own is reported at the store, and the other one is related.
_located(assessment, record, message) := row if {
	assessment.store.resource.address == assessment.store.address
	row := {
		"resource": assessment.store.address,
		"path": record.path,
		"defect": assessment.store.defect,
		"message": message,
		"related": _related(assessment.store),
	}
}

_located(assessment, record, message) := row if {
	assessment.store.resource.address != assessment.store.address
	related := {"address": record.resource, "path": record.path, "message": "The encryption is set here."}
	row := {
		"resource": assessment.store.address,
		"path": [],
		"defect": assessment.store.defect,
		"message": message,
		"related": array.concat([related], _related(assessment.store)),
	}
}

# What the policy relates, and the stores that hand the encryption on.
_related(store) := array.concat(object.get(store, "related", []), [related |
	some origin in encryption.origins(store, store.row)
	path := store.row.flag
	value.is_absent(value.get(store.resource, array.concat(store.at, path)))
	related := {"address": origin.address, "path": path, "message": "Its encryption is taken over."}
])

_severity(assessment) := {"severity": severity} if {
	severity := object.get(assessment.store.row, "severity", null)
	severity != null
}

_severity(assessment) := {"severity": severity} if {
	object.get(assessment.store.row, "severity", null) == null
	severity := _absent_severity(assessment)
	severity != null
}

_severity(assessment) := {} if {
	object.get(assessment.store.row, "severity", null) == null
	_absent_severity(assessment) == null
}

# Only where the service itself encrypts what the file left out.
_absent_severity(assessment) := severity if {
	value.is_absent(assessment.flag)
	assessment.bounds[1] > 0
	given := {severity |
		some row in encryption.possible_rows(assessment.store)
		severity := object.get(row, "absent_severity", null)
	}
	severity := _only(given)
}

_only(given) := one if {
	count(given) == 1
	some one in given
}

_only(given) := null if count(given) != 1

_absent_severity(assessment) := null if not value.is_absent(assessment.flag)

_absent_severity(assessment) := null if {
	value.is_absent(assessment.flag)
	assessment.bounds[1] == 0
}

# The switch decides while it does not mean KMS, then the key.
_failing_record(assessment) := assessment.flag if _flag_decides(assessment)

_failing_record(assessment) := assessment.key if not _flag_decides(assessment)

_flag_decides(assessment) if not assessment.store.row.key

_flag_decides(assessment) if {
	assessment.store.row.flag
	assessment.bounds[1] < 2
	not _key_governs(assessment)
}

_flag_decides(assessment) if {
	assessment.store.row.flag
	value.is_known(assessment.flag)
	_key_governs(assessment)
	value.is_absent(assessment.key)
}

_key_governs(assessment) if assessment.store.row.governs == "key"

_failing_message(assessment, record) := sprintf("%s %s: %s.%s", [subject, says, fact, note]) if {
	assessment.bounds[1] == 0
	says := object.get(assessment.store.row, "says", "is not encrypted")
	subject := _subject(assessment.store)
	fact := _fact(record)
	note := _note(assessment)
}

_failing_message(assessment, record) := sprintf(
	"%s is encrypted with %s, but must be with %s: %s.%s",
	[subject, _with[assessment.bounds[1]], _demanded[assessment.asked], fact, note],
) if {
	assessment.bounds[1] > 0
	not _is_partly(assessment.store)
	subject := _subject(assessment.store)
	fact := _fact(record)
	note := _note(assessment)
}

_failing_message(assessment, record) := sprintf(
	"Where %s%s encrypts, it is with %s, but must be with %s: %s.%s",
	[lower(substring(subject, 0, 1)), substring(subject, 1, -1), given, _demanded[assessment.asked], fact, note],
) if {
	assessment.bounds[1] > 0
	_is_partly(assessment.store)
	subject := _subject(assessment.store)
	given := _with[assessment.bounds[1]]
	fact := _fact(record)
	note := _note(assessment)
}

_is_partly(store) if object.get(store, "partly", false)

# By rank: with what a store is encrypted, and with what it must be.
_with := ["nothing", "a key that AWS owns", "an AWS managed key", "a customer managed key"]

_demanded := ["anything", "any key", "an AWS managed key or a key of your own", "a customer managed key"]

# What the policy or the row says besides.
_note(assessment) := concat("", [sprintf(" %s", [note]) | some note in notes; note != ""]) if {
	advice := {note |
		some row in encryption.possible_rows(assessment.store)
		note := object.get(row, "note", "")
	}
	notes := array.concat([object.get(assessment.store, "note", "")], [note | some note in sort(advice)])
}

_subject(store) := sprintf("%s '%s'", [store.row.noun, store.address]) if store.name == ""

_subject(store) := sprintf("%s '%s' of '%s'", [store.row.noun, store.name, store.address]) if store.name != ""

_fact(record) := sprintf("'%s' is '%s'", [_property(record.path), value.shown(record.value)]) if {
	not value.is_absent(record)
}

_fact(record) := sprintf("'%s' is not set", [_property(record.path)]) if value.is_absent(record)

_property(path) := concat(".", [text |
	some index, element in path
	is_string(element)
	index >= count(path) - 2
	text := element
	text != "Properties"
])

# What leaves a store undecided: what it inherits from, an unknown switch, an unknown key, an unknown condition.
_open_record(assessment) := candidates[0] if {
	rows := encryption.possible_rows(assessment.store)
	unknowns := [record |
		some what in ["flag", "key"]
		record := assessment[what]
		value.is_unknown(record)
	]
	sources := [record |
		value.is_absent(assessment.flag)
		some row in rows
		some record in encryption.inherited(assessment.store, row)
	]
	conditions := [record |
		some name in ["when", "variants"]
		some condition in object.get(assessment.store.row, name, [])
		encryption.condition_open(assessment.store.resource, condition)
		record := value.get(assessment.store.resource, condition.path)
	]
	found := array.concat(array.concat(sources, unknowns), conditions)
	candidates := array.concat(found, [_failing_record(assessment)])
}

_open_message(assessment, record) := sprintf(
	"%s may %s: it takes over the encryption of its '%s', which this file does not show.",
	[_subject(assessment.store), _risk(assessment), _property(record.path)],
) if {
	_is_source(assessment, record)
}

_open_message(assessment, record) := sprintf(
	"%s may %s: '%s' is not known (%s).",
	[_subject(assessment.store), _risk(assessment), _property(record.path), _witness(record.value)],
) if {
	not _is_source(assessment, record)
	value.is_unknown(record)
}

_open_message(assessment, record) := sprintf(
	"%s may %s: %s, and %s.",
	[
		_subject(assessment.store),
		_risk(assessment),
		_fact(record),
		_reason(assessment.store),
	],
) if {
	not _is_source(assessment, record)
	not value.is_unknown(record)
}

_reason(store) := store.doubt if object.get(store, "doubt", "") != ""

_reason(store) := object.get(store.row, "reason", "the service decides what that means") if {
	object.get(store, "doubt", "") == ""
}

_risk(assessment) := "be stored without encryption" if assessment.asked == 1

_risk(assessment) := sprintf("not be encrypted with %s", [_demanded[assessment.asked]]) if assessment.asked > 1

_witness(undecided) := sprintf("%s '%s' %s", [about.kind, about.name, about.why]) if {
	value.unknown(undecided)
	about := object.union({"kind": "value", "name": "", "why": ""}, undecided["$unknown"])
}

_witness(undecided) := value.shown(undecided) if not value.unknown(undecided)

_is_source(assessment, record) if {
	value.is_absent(assessment.flag)
	some row in encryption.possible_rows(assessment.store)
	some source in encryption.inherited(assessment.store, row)
	source.path == record.path
}
