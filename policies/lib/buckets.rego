# METADATA
# title: Buckets and what configures them
# description: |
#   The view `buckets`, indexed: which resources of a type belong to a bucket, and whether one of that type belongs to a
#   bucket that cannot be told.
package policies.lib.buckets

rules := input.views.buckets if input.views.buckets

rules := data.policies.views.buckets.rows if not input.views.buckets

# A partial object without entries is undefined to one of the engines: each index has an empty one.
_index[""][""] contains ""

_index[type][bucket] contains row.address if {
	some row in rules
	row.bucket != null
	type := row.type
	bucket := row.bucket
}

_unresolved[""] contains ""

_unresolved[type] contains row.address if {
	some row in rules
	row.bucket == null
	not row.resolved
	type := row.type
}

_owner[""] contains ""

_owner[row.address] contains row.bucket if {
	some row in rules
	row.bucket != null
}

# The resources of a type that configure a bucket, in order of their addresses.
parts(bucket, type) := [input.resources[address] |
	some address in sort(object.get(_index, [type, bucket], set()))
]

# The addresses of the resources of a type whose bucket cannot be told, in order.
unresolved(type) := sort(object.get(_unresolved, type, set()))

# The addresses of the buckets that a part configures, in order.
owners(address) := sort(object.get(_owner, address, set()))
