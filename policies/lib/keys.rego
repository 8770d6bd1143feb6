# METADATA
# title: Key levels
# description: |
#   Predicate P6: how much control the owner of the data has over the key that encrypts it. A level is a rank; what is
#   known of one is an interval [lowest, highest] of ranks, so that an opaque key still proves that KMS encrypts.
package policies.lib.keys

import data.policies.lib.graph
import data.policies.lib.value

# The rank of a level.
ranks := {"none": 0, "aws-owned": 1, "aws-managed": 2, "cmk": 3}

# The name of a rank.
names := ["none", "aws-owned", "aws-managed", "cmk"]

# The rank that a value of the parameter kms_level asks for.
required := {"any": 1, "aws-managed": 2, "cmk": 3}

_key_types := {
	"AWS::KMS::Key",
	"AWS::KMS::Alias",
	"AWS::KMS::ReplicaKey",
	"aws_kms_key",
	"aws_kms_alias",
	"aws_kms_replica_key",
	"aws_kms_external_key",
	"aws_kms_replica_external_key",
}

# The interval of a key property that is written: a literal, a reference or something undecided.
level(key) := _named(key) if is_string(key)

level(key) := _referred(key["$reference"].address) if value.reference(key)

level(key) := _undecided(key["$unknown"]) if value.unknown(key)

level(key) := _fragments(key["$partial"]) if value.partial(key)

level(key) := [2, 3] if value.secret(key)

level(key) := [2, 3] if {
	not is_string(key)
	not value.opaque(key)
}

# Keys that AWS made for a service carry an alias below alias/aws/.
_managed(name) if regex.match(`(^|:)alias/aws/`, name)

_named(name) := [2, 2] if _managed(name)

_named(name) := [1, 1] if _owned(name)

_named(name) := [3, 3] if {
	not _managed(name)
	not _owned(name)
}

# What Redshift Serverless calls the key of AWS (CreateNamespace, kmsKeyId).
_owned(name) if name == "AWS_OWNED_KMS_KEY"

_referred(address) := [3, 3] if _type(address) in _key_types

_referred(address) := _looked_up(graph.at(address)) if _type(address) in {"data.aws_kms_alias", "data.aws_kms_key"}

_referred(address) := [2, 3] if {
	not _type(address) in _key_types
	not _type(address) in {"data.aws_kms_alias", "data.aws_kms_key"}
}

_type(address) := object.get(object.get(input.resources, address, {}), "type", "")

# A data source says which alias or key it looked up, and, once read, who manages the key.
_looked_up(source) := [2, 2] if _source_is_managed(source)

_looked_up(source) := [3, 3] if {
	not _source_is_managed(source)
	_source_is_named(source)
}

_looked_up(source) := [2, 3] if {
	not _source_is_managed(source)
	not _source_is_named(source)
}

_source_is_managed(source) if object.get(source.node, "key_manager", "") == "AWS"

_source_is_managed(source) if {
	some attribute in ["name", "key_id"]
	name := object.get(source.node, attribute, null)
	is_string(name)
	_managed(name)
}

_source_is_named(source) if object.get(source.node, "key_manager", "") == "CUSTOMER"

_source_is_named(source) if {
	some attribute in ["name", "key_id"]
	name := object.get(source.node, attribute, null)
	is_string(name)
	name != ""
}

# Who hands a key in by a parameter or an import hands in a key of their own.
_undecided(unknown) := [3, 3] if {
	_is_handed_in(unknown)
	count(_choices(unknown)) == 0
}

_undecided(unknown) := [min(lowest), max(highest)] if {
	_is_handed_in(unknown)
	choices := _choices(unknown)
	count(choices) > 0
	lowest := [_named(choice)[0] | some choice in choices]
	highest := [_named(choice)[1] | some choice in choices]
}

_undecided(unknown) := [3, 3] if {
	not _is_handed_in(unknown)
	_only_keys(unknown)
}

_undecided(unknown) := [2, 3] if {
	not _is_handed_in(unknown)
	not _only_keys(unknown)
}

_is_handed_in(unknown) if unknown.kind in {"parameter", "import"}

# A parameter of a type AWS::SSM::Parameter::Value has its own name; a dynamic reference begins with its service.
_is_handed_in(unknown) if {
	unknown.kind == "dynamic-reference"
	regex.match(`^[A-Za-z0-9]+$`, unknown.name)
}

_choices(unknown) := [choice |
	some choice in object.get(unknown, "values", [])
	is_string(choice)
	choice != ""
]

_only_keys(unknown) if {
	unknown.kind == "computed"
	addresses := {edge.address | some edge in object.get(unknown, "references", [])}
	count(addresses) > 0
	keys := {address | some address in addresses; _type(address) in _key_types}
	keys == addresses
}

_fragments(fragments) := [2, 2] if _managed(_text(fragments))

_fragments(fragments) := [3, 3] if {
	not _managed(_text(fragments))
	_own_key(fragments)
}

_fragments(fragments) := [2, 3] if {
	not _managed(_text(fragments))
	not _own_key(fragments)
}

_own_key(fragments) if regex.match(`(^|:)(key/|alias/)|(^|/)mrk-`, _text(fragments))

_own_key(fragments) if {
	some fragment in fragments
	value.reference(fragment)
	_type(fragment["$reference"].address) in _key_types
}

_own_key(fragments) if {
	some fragment in fragments
	value.unknown(fragment)
	_is_handed_in(fragment["$unknown"])
	_text(fragments) == "*"
}

_text(fragments) := concat("", [text | some fragment in fragments; text := _fragment(fragment)])

_fragment(fragment) := fragment if is_string(fragment)

_fragment(fragment) := "*" if not is_string(fragment)
