# METADATA
# title: How each store of the unit is encrypted
# description: |
#   The interval of levels (predicate P6) of each data store that data.tables.architecture.controls judge, by the rows
#   of data.tables.encryption: {address: {"noun", "least", "most", "why"}}. `why` says what is missing where the levels
#   differ. Buckets of a plan have their configuration in a resource of its own.
package policies.lib.store_levels

import data.policies.lib.buckets
import data.policies.lib.encryption
import data.policies.lib.encryption_stores
import data.policies.lib.graph
import data.policies.lib.keys
import data.policies.lib.value

_configuration := "aws_s3_bucket_server_side_encryption_configuration"

_rows := [row |
	some control in data.tables.architecture.controls
	some row in data.tables.encryption[control]
	not row.part
	not row.each
]

_parts := {type | some type in data.tables.architecture.parts}

_assessments := encryption.judge(encryption_stores.stores(_rows), "any")

# Keeps the index without entries defined under regorus; no address is empty.
_found[""] contains null

_found[address] contains assessment if {
	some assessment in _assessments
	some address in _owners(assessment.store)
}

_owners(store) := buckets.owners(store.address) if store.resource.type == _configuration

_owners(store) := [store.address] if {
	not store.resource.type in _parts
	not _configured(store)
}

_owners(store) := [] if {
	store.resource.type in _parts
	store.resource.type != _configuration
}

_owners(store) := [] if {
	not store.resource.type in _parts
	_configured(store)
}

# What configures the bucket says its level.
_configured(store) if {
	store.resource.type == "aws_s3_bucket"
	count(buckets.parts(store.address, _configuration)) > 0
}

levels := {address: level |
	some address, assessments in _found
	address != ""
	least := min({one.bounds[0] | some one in assessments})
	most := max({one.bounds[1] | some one in assessments})
	stray := _stray(address)
	level := {
		"noun": [one.store.row.noun | some one in assessments][0],
		"least": keys.names[least],
		"most": _most(most, stray),
		"why": _why(assessments, stray),
	}
}

# A configuration that may belong to any bucket may belong to this one.
_stray(address) := found if {
	object.get(input.resources, [address, "type"], "") == "aws_s3_bucket"
	count(buckets.parts(address, _configuration)) == 0
	found := buckets.unresolved(_configuration)
}

_stray(address) := [] if object.get(input.resources, [address, "type"], "") != "aws_s3_bucket"

_stray(address) := [] if count(buckets.parts(address, _configuration)) > 0

_most(most, stray) := keys.names[most] if count(stray) == 0

_most(_, stray) := "cmk" if count(stray) > 0

_why(assessments, stray) := sprintf("'%s' may configure it", [stray[0]]) if {
	count(stray) > 0
	count(assessments) >= 0
}

_why(assessments, stray) := reason if {
	count(stray) == 0
	open := sort([text | some one in assessments; one.bounds[0] != one.bounds[1]; text := _reason(one)])
	reason := concat("; ", array.slice(open, 0, 1))
}

_reason(assessment) := array.concat(_reasons(assessment), [object.get(
	assessment.store.row, "reason",
	"what decides it is known only in part",
)])[0]

_reasons(assessment) := array.concat(
	[value.reason(record.value) |
		some record in [assessment.flag, assessment.key]
		value.opaque(record.value)
		not _key_reference(record)
	],
	array.concat(
		[sprintf("'%s' hands its encryption on", [value.shown(record.value)]) |
			some record in encryption.inherited(assessment.store, assessment.store.row)
		],
		[value.reason(record.value) | some record in [assessment.key]; value.opaque(record.value)],
	),
)

_key_reference(record) if {
	value.reference(record.value)
	graph.at(record.value["$reference"].address) != null
}
