# METADATA
# title: The syntax of policy documents
# description: |
#   Normalises a JSON policy document, or the statement blocks of `data.aws_iam_policy_document`, into rows: lists
#   everywhere, names in lower case where AWS compares them so, the path of every element.
#   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
package policies.lib.policy_syntax

import data.policies.lib.iam_resources
import data.policies.lib.policy_patterns
import data.policies.lib.value

# The row of a document that is unknown as a whole, or is no document.
unknown_document(resource, path, kind, written) := {
	"resource": resource.address,
	"type": resource.type,
	"kind": kind,
	"path": path,
	"unknown": written,
	"statements": [],
}

# The row of a JSON document that stands at `path` of a resource.
from_document(resource, path, kind, document) := {
	"resource": resource.address,
	"type": resource.type,
	"kind": kind,
	"path": path,
	"unknown": null,
	"statements": [statement |
		some item in _items(document, "Statement", array.concat(path, ["Statement"]))
		statement := _statement(item)
	],
}

# The row of the statement blocks of a data source.
from_source(source, kind) := {
	"resource": source.address,
	"type": source.type,
	"kind": kind,
	"path": [],
	"unknown": null,
	"statements": [statement |
		some item in _items(source.node, "statement", ["statement"])
		statement := _block(item)
	],
}

# What stands under a key as a list of {"value", "path"}: absent is empty, one value is a list of one.
_items(container, key, path) := items if {
	held := object.get(container, key, null)
	is_array(held)
	items := [item |
		some index, element in held
		item := {"value": element, "path": array.concat(path, [index])}
	]
}

_items(container, key, path) := [{"value": held, "path": path}] if {
	held := object.get(container, key, null)
	held != null
	not is_array(held)
}

_items(container, key, _) := [] if object.get(container, key, null) == null

# A statement that cannot be decided, or is none.
unknown_statement(item) := {
	"path": item.path,
	"unknown": item.value,
	"effect": null,
	"sid": null,
	"actions": [],
	"not_actions": [],
	"resources": [],
	"not_resources": [],
	"principals": [],
	"not_principals": [],
	"conditions": [],
	"on_wide": false,
}

_statement(item) := unknown_statement(item) if not _is_statement(item.value)

_statement(item) := {
	"path": item.path,
	"unknown": null,
	"effect": object.get(item.value, "Effect", null),
	"sid": object.get(item.value, "Sid", null),
	"actions": _actions(item, "Action"),
	"not_actions": _actions(item, "NotAction"),
	"resources": resources,
	"not_resources": _elements(item, "NotResource"),
	"principals": _principals(item, "Principal"),
	"not_principals": _principals(item, "NotPrincipal"),
	"conditions": _conditions(item),
	"on_wide": _any_wide(resources),
} if {
	_is_statement(item.value)
	resources := _resources(item, "Resource")
}

# What is not known is an object of one key.
_is_statement(written) if {
	is_object(written)
	count(written) != 1
}

_is_statement(written) if {
	is_object(written)
	count(written) == 1
	not value.opaque(written)
}

# The same as `_items`, without a call where nothing stands: most statements have few of the keys.
_elements(item, key) := array.concat(
	[element |
		held := object.get(item.value, key, null)
		is_array(held)
		some index, written in held
		element := {"value": written, "path": array.concat(item.path, [key, index])}
	],
	[{"value": held, "path": array.concat(item.path, [key])} |
		held := object.get(item.value, key, null)
		held != null
		not is_array(held)
	],
)

# {"value", "path", "written", "pattern"}; the pattern is null where nothing is known.
_actions(item, key) := [element |
	some written in _elements(item, key)
	element := _action(written.value, written.path)
]

# Action names compare without case.
_action(written, path) := {"value": lowered, "path": path, "written": written, "pattern": lowered} if {
	is_string(written)
	lowered := lower(written)
}

_action(written, path) := {"value": known, "path": path, "written": _shown(written), "pattern": _pattern(known)} if {
	not is_string(written)
	known := _lower(written)
}

_pattern(written) := patterns[0] if {
	patterns := array.concat([pattern | pattern := policy_patterns.pattern(written)], [null])
}

# {"value", "path", "pattern", "wide"}; `wide` is "*" for every ARN, the service whose things all match, or null.
_resources(item, key) := [element |
	some written in _elements(item, key)
	element := _resource(written.value, written.path)
]

_resource(written, path) := {"value": written, "path": path, "pattern": written, "wide": null} if {
	is_string(written)
	not contains(written, "*")
}

_resource(written, path) := {"value": written, "path": path, "pattern": written, "wide": "*"} if written == "*"

_resource(written, path) := {"value": written, "path": path, "pattern": written, "wide": wide} if {
	is_string(written)
	contains(written, "*")
	written != "*"
	wide := iam_resources.breadth(written)
}

_resource(written, path) := {"value": written, "path": path, "pattern": pattern, "wide": wide} if {
	not is_string(written)
	pattern := _pattern(written)
	wide := iam_resources.breadth(pattern)
}

# Tells whether a resource is wide for some service, or not known.
_any_wide(resources) := count(open) > 0 if {
	open := array.concat(
		[1 | some resource in resources; resource.wide != null],
		[1 | some resource in resources; resource.pattern == null],
	)
}

_lower(action) := action if not value.reference(action)

# What another resource gives as an action could be any.
_lower(action) := {"$unknown": {
	"kind": "value",
	"name": value.shown(action),
	"why": "is known only after deployment",
	"references": [action["$reference"]],
}} if {
	value.reference(action)
}

_shown(action) := value.shown(action) if not value.partial(action)

_shown(action) := value.source_text(action) if value.partial(action)

# {"type", "value", "path"}: a bare "*" has type "*", as has anything that is no map of types.
_principals(item, key) := principals if {
	held := object.get(item.value, key, null)
	held != null
	_is_statement(held)
	principals := [principal |
		some type, _ in held
		some element in _items(held, type, array.concat(item.path, [key, type]))
		principal := {"type": type, "value": element.value, "path": element.path}
	]
}

_principals(item, key) := [{"type": "*", "value": held, "path": array.concat(item.path, [key])}] if {
	held := object.get(item.value, key, null)
	held != null
	not _is_statement(held)
}

_principals(item, key) := [] if object.get(item.value, key, null) == null

# {"operator", "qualifier", "if_exists", "key", "values", "path"}, names in lower case.
_conditions(item) := [] if object.get(item.value, "Condition", null) == null

_conditions(item) := array.concat(
	[condition |
		held := object.get(item.value, "Condition", null)
		_is_statement(held)
		some operator, tests in held
		_is_statement(tests)
		some key, _ in tests
		path := array.concat(item.path, ["Condition", operator, key])
		condition := _condition(operator, key, _items(tests, key, path), path)
	],
	[condition |
		held := object.get(item.value, "Condition", null)
		some part in array.concat([held], [tests | is_object(held); some tests in held])
		value.opaque(part)
		condition := _condition("", "", [{"value": part, "path": []}], array.concat(item.path, ["Condition"]))
	],
) if {
	object.get(item.value, "Condition", null) != null
}

_condition(operator, key, elements, path) := {
	"operator": _operator(lowered),
	"qualifier": _qualifier(lowered),
	"if_exists": endswith(lowered, "ifexists"),
	"key": lower(key),
	"values": [element.value | some element in elements],
	"path": path,
} if {
	lowered := lower(operator)
}

_operator(lowered) := trim_suffix(parts[count(parts) - 1], "ifexists") if parts := split(lowered, ":")

_qualifier(lowered) := split(lowered, ":")[0] if contains(lowered, ":")

_qualifier(lowered) := "" if not contains(lowered, ":")

# A statement block of a data source. Its effect is Allow unless it says otherwise.
_block(item) := {
	"path": item.path,
	"unknown": null,
	"effect": _block_effect(item.value),
	"sid": object.get(item.value, "sid", null),
	"actions": _actions(item, "actions"),
	"not_actions": _actions(item, "not_actions"),
	"resources": resources,
	"not_resources": _elements(item, "not_resources"),
	"principals": _block_principals(item, "principals"),
	"not_principals": _block_principals(item, "not_principals"),
	"conditions": array.concat(_block_conditions(item), _opaque_blocks(item)),
	"on_wide": _any_wide(resources),
} if {
	_is_statement(item.value)
	resources := _resources(item, "resources")
}

_block(item) := _statement(item) if not _is_statement(item.value)

_block_effect(block) := "Allow" if object.get(block, "effect", null) == null

_block_effect(block) := object.get(block, "effect", null) if object.get(block, "effect", null) != null

_block_principals(item, key) := [principal |
	some group in _elements(item, key)
	_is_statement(group.value)
	some element in _items(group.value, "identifiers", array.concat(group.path, ["identifiers"]))
	principal := {"type": object.get(group.value, "type", "AWS"), "value": element.value, "path": element.path}
]

_block_conditions(item) := [condition |
	some group in _elements(item, "condition")
	_is_statement(group.value)
	test := object.get(group.value, "test", null)
	variable := object.get(group.value, "variable", null)
	is_string(test)
	is_string(variable)
	elements := _items(group.value, "values", array.concat(group.path, ["values"]))
	condition := _condition(test, variable, elements, group.path)
]

# What of a condition block is not known: the block, or its operator or key.
_opaque_blocks(item) := [condition |
	some group in _elements(item, "condition")
	some part in [group.value, value.child(group.value, "test"), value.child(group.value, "variable")]
	value.opaque(part)
	condition := _condition("", "", [{"value": part, "path": []}], group.path)
]
