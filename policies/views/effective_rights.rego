# METADATA
# title: What principals are effectively allowed
# description: |
#   The rows of `policy_holders`, each with `rights`, the Allow statements that Deny statements leave something of, and
#   `holds`, what of the sensitive actions (data.tables.sensitive_actions) remains: Allow, minus unconditional Deny,
#   within the permissions boundary, with the limits that conditions set. `complete` says whether all that is attached
#   is shown. What could take a right away and is not known stands in its `gaps`. The order is that of
#   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
package policies.views.effective_rights

import data.policies.lib.arn_forms
import data.policies.lib.iam_actions
import data.policies.lib.identity_statements
import data.policies.lib.limiting_conditions
import data.policies.lib.policy_documents
import data.policies.lib.policy_holders
import data.policies.lib.value

_forms := data.tables.sensitive_actions.forms

_managed := data.tables.managed_policies

_documents := policy_documents.rules

rows := [row |
	some holder in policy_holders.rules
	row := _row(holder)
]

_row(holder) := object.union(holder, {
	"complete": _is_complete(holder),
	"rights": [right | some one in _allowing(holder); some right in _left_of(one, denies)],
	"holds": [hold | some grant in _granted(holder); some hold in _kept(grant, denies, holder)],
}) if {
	denies := _denies_of(holder)
}

_is_complete(holder) := true if _shows_all(holder)

_is_complete(holder) := false if not _shows_all(holder)

_shows_all(holder) if {
	count(holder.hidden) == 0
	count([1 | some attachment in holder.managed; not _managed[attachment.managed]]) == 0
	not _has_hidden_boundary(holder)
}

_has_hidden_boundary(holder) if {
	holder.boundary != null
	not _shows_boundary(holder.boundary)
}

_shows_boundary(boundary) if {
	count(boundary.documents) > 0
	count([1 | some index in boundary.documents; _has_gap[index]]) == 0
}

_shows_boundary(boundary) if _managed[boundary.managed]

# Documents that are not known in full.
_has_gap := {index: true |
	some index, document in _documents
	document.kind in {"identity", "boundary"}
	count(_parts_open(document)) > 0
}

_parts_open(document) := array.concat(
	[1 | document.unknown != null],
	[1 |
		some statement in document.statements
		_is_open(statement)
	],
)

_is_open(statement) if statement.unknown != null

_is_open(statement) if value.opaque(statement.effect)

_is_open(statement) if {
	some action in array.concat(statement.actions, statement.not_actions)
	action.pattern == null
}

# The sensitive actions that each distinct action pattern of the unit matches.
_matches := {pattern: actions |
	some pattern in _patterns
	actions := _matched(pattern)
}

_patterns := {element.pattern |
	some document in _documents
	document.kind in {"identity", "boundary"}
	some statement in document.statements
	some element in array.concat(statement.actions, statement.not_actions)
	element.pattern != null
} | {pattern |
	some _, statements in _managed
	some statement in statements
	some pattern in array.concat(object.get(statement, "actions", []), object.get(statement, "not_actions", []))
}

_matched(pattern) := {pattern | _forms[pattern]} if not iam_actions.has_wildcard(pattern)

_matched(pattern) := {action |
	expression := iam_actions.expression(pattern)
	some action, _ in _forms
	regex.match(expression, action)
} if {
	iam_actions.has_wildcard(pattern)
}

_all_actions := object.keys(_forms)

# What a statement says of the sensitive actions: {"names", "written", "path", "open"}.
_said(statement) := said if {
	count(statement.not_actions) == 0
	said := [{"names": names, "written": action.written, "path": action.path, "pattern": action.pattern} |
		some action in statement.actions
		names := object.get(_matches, action.pattern, set())
		count(names) > 0
	]
}

_said(statement) := [{
	"names": _all_actions - excluded,
	"written": "NotAction",
	"path": array.concat(statement.path, ["NotAction"]),
	"pattern": "*",
}] if {
	count(statement.not_actions) > 0
	excluded := {name |
		some element in statement.not_actions
		element.pattern != null
		some name in object.get(_matches, element.pattern, set())
	}
}

# What each document allows: one grant an action string and sensitive action.
_grants := {index: grants |
	some index, document in _documents
	document.kind in {"identity", "boundary"}
	grants := [grant |
		some position, statement in document.statements
		identity_statements.may_allow(statement)
		some said in _said(statement)
		some name in said.names
		elements := _elements(statement, name)
		count(elements) > 0
		grant := {
			"action": name,
			"written": said.written,
			"pattern": said.pattern,
			"action_path": said.path,
			"document": index,
			"statement": position,
			"managed": null,
			"resource": document.resource,
			"path": statement.path,
			"elements": elements,
			"limits": limiting_conditions.of_allow(statement, name),
			"gaps": _gaps_of(statement),
		}
	]
	count(grants) > 0
}

# What could keep a statement from granting: an effect, conditions or exceptions that are not known.
_gaps_of(statement) := array.concat(
	[{"path": statement.path, "value": statement.effect} | value.opaque(statement.effect)],
	array.concat(
		limiting_conditions.gaps(statement),
		[{"path": element.path, "value": element.value} |
			some element in statement.not_actions
			element.pattern == null
		],
	),
)

# What resources of a statement reach of the things that an action acts on: {"path", "value", "tail", "text"}. Where
# nothing is known of one the tail is null.
_elements(statement, name) := [element |
	some resource in statement.resources
	some reach in _reaches(resource, name)
	element := object.union({"path": resource.path, "value": resource.value}, reach)
] if {
	count(statement.not_resources) == 0
}

_elements(statement, name) := [element |
	some reach in _reaches({"pattern": "*"}, name)
	count([1 | some excluded in statement.not_resources; _excludes(excluded, reach, name)]) == 0
	element := object.union({"path": array.concat(statement.path, ["NotResource"]), "value": "NotResource"}, reach)
] if {
	count(statement.not_resources) > 0
}

_excludes(excluded, reach, name) if {
	is_string(excluded.value)
	some other in _reaches({"pattern": excluded.value}, name)
	arn_forms.covers(other.text, reach.text)
}

_reaches(resource, name) := [{"tail": null, "text": ""}] if resource.pattern == null

_reaches(resource, name) := [reach |
	some form in _forms_of(name)
	reach := arn_forms.reach(resource.pattern, form)
] if {
	resource.pattern != null
}

_forms_of(name) := _forms[name] if count(_forms[name]) > 0

_forms_of(name) := [""] if count(_forms[name]) == 0

# What policies of AWS grant that are attached.
_managed_grants(attachment) := [grant |
	some statement in object.get(_managed, attachment.managed, [])
	some name in _managed_names(statement)
	grant := {
		"action": name,
		"written": attachment.managed,
		"pattern": "*",
		"action_path": attachment.path,
		"document": -1,
		"statement": -1,
		"managed": attachment.managed,
		"resource": attachment.resource,
		"path": attachment.path,
		"elements": [object.union({"path": attachment.path, "value": "*"}, reach) |
			some reach in _reaches({"pattern": "*"}, name)
		],
		"limits": [],
		"gaps": [],
	}
]

_managed_names(statement) := {name |
	some pattern in object.get(statement, "actions", [])
	some name in _matches[pattern]
} if {
	not statement.not_actions
}

_managed_names(statement) := _all_actions - excluded if {
	statement.not_actions
	excluded := {name | some pattern in statement.not_actions; some name in _matches[pattern]}
}

_granted(holder) := array.concat(
	[grant | some index in holder.documents; some grant in object.get(_grants, index, [])],
	[grant | some attachment in holder.managed; some grant in _managed_grants(attachment)],
)

# The Deny statements of each document, with the sensitive actions that they deny.
_denials := {index: denials |
	some index, document in _documents
	document.kind in {"identity", "boundary"}
	denials := [object.union(statement, {"names": names}) |
		some statement in document.statements
		statement.effect == "Deny"
		names := {name | some said in _said(statement); some name in said.names}
	]
	count(denials) > 0
}

_denies_of(holder) := [deny |
	some index in array.concat(holder.documents, _boundary_documents(holder))
	some deny in object.get(_denials, index, [])
]

_boundary_documents(holder) := [] if holder.boundary == null

_boundary_documents(holder) := holder.boundary.documents if holder.boundary != null

# What remains of a grant: itself with fewer elements and more limits, or nothing.
_kept(grant, denies, holder) := [] if count(_remaining(grant, denies, holder)) == 0

_kept(grant, denies, holder) := [object.union(grant, {
	"elements": remaining,
	"limits": array.concat(grant.limits, array.concat(_demands(grant, denies, remaining), _bound_limits(grant, holder))),
	"barred": [service |
		some deny in denies
		deny.names[grant.action]
		_covers_all(deny, remaining, grant.action)
		some service in sort(limiting_conditions.barred(deny))
	],
	"gaps": array.concat(grant.gaps, _boundary_gaps(grant, holder)),
})] if {
	remaining := _remaining(grant, denies, holder)
	count(remaining) > 0
}

# What Deny statements with a condition demand of what is left.
_demands(grant, denies, remaining) := [limit |
	some deny in denies
	count(deny.conditions) > 0
	deny.names[grant.action]
	_covers_all(deny, remaining, grant.action)
	some limit in limiting_conditions.of_deny(deny, grant.action)
]

# The conditions of the one statement of a boundary that leaves an action.
_bound_limits(grant, holder) := [limit |
	holder.boundary != null
	bounding := [bound |
		some index in holder.boundary.documents
		some bound in object.get(_grants, index, [])
		bound.action == grant.action
	]
	count(bounding) == 1
	some limit in bounding[0].limits
]

# A boundary that is not shown could take the right away, as could a statement of it that is not decided.
_boundary_gaps(_, holder) := [] if not _has_hidden_boundary(holder)

_boundary_gaps(_, holder) := [{"path": holder.boundary.path, "value": holder.boundary.value}] if {
	_has_hidden_boundary(holder)
}

_remaining(grant, denies, holder) := _within_boundary(_undenied(grant, denies), grant.action, holder)

_undenied(grant, denies) := grant.elements if count(denies) == 0

_undenied(grant, denies) := [left |
	some element in grant.elements
	some left in _after(element, grant.action, [deny |
		some deny in denies
		count(deny.conditions) == 0
		deny.names[grant.action]
	])
] if {
	count(denies) > 0
}

_after(element, _, denies) := [element] if count(denies) == 0

_after(element, name, denies) := lefts if {
	count(denies) > 0
	covering := [deny | some deny in denies; count(deny.not_resources) == 0; _covers_element(deny, element, name)]
	narrowing := [deny | some deny in denies; count(deny.not_resources) > 0]
	lefts := [left |
		count(covering) == 0
		some left in _narrowed(element, name, narrowing)
	]
}

_covers_element(deny, element, name) if {
	some resource in deny.resources
	_is_fixed(resource, element)
	some reach in _reaches(resource, name)
	reach.tail != null
	arn_forms.covers(reach.text, element.text)
}

# Two texts that are known in part are alike only if they are written alike.
_is_fixed(resource, _) if is_string(resource.value)

_is_fixed(resource, element) if resource.value == element.value

_covers_all(deny, elements, name) if {
	count(deny.not_resources) == 0
	count([1 | some element in elements; not _covers_element(deny, element, name)]) == 0
}

# A Deny with NotResource leaves of an element what it names.
_narrowed(element, _, denies) := [element] if count(denies) == 0

_narrowed(element, name, denies) := [left |
	some deny in array.slice(denies, 0, 1)
	some excluded in deny.not_resources
	some reach in _reaches({"pattern": _text_of(excluded.value)}, name)
	some left in _meet(element, reach)
] if {
	count(denies) > 0
}

_text_of(written) := written if is_string(written)

_text_of(written) := null if not is_string(written)

# What two patterns have in common, as far as it can be told.
_meet(element, reach) := [element] if arn_forms.covers(reach.text, element.text)

_meet(element, reach) := [object.union(element, {"tail": reach.tail, "text": reach.text})] if {
	not arn_forms.covers(reach.text, element.text)
	arn_forms.covers(element.text, reach.text)
}

_meet(element, reach) := [element] if {
	not arn_forms.covers(reach.text, element.text)
	not arn_forms.covers(element.text, reach.text)
	arn_forms.overlap(element.text, reach.text)
}

_meet(element, reach) := [] if {
	not arn_forms.covers(reach.text, element.text)
	not arn_forms.covers(element.text, reach.text)
	not arn_forms.overlap(element.text, reach.text)
}

_within_boundary(elements, _, holder) := elements if holder.boundary == null

_within_boundary(elements, _, holder) := elements if _has_hidden_boundary(holder)

_within_boundary(elements, name, holder) := [left |
	some element in elements
	lefts := [left | some bound in _bounds(holder, name); some left in _meet(element, bound)]
	some left in _widest(element, lefts)
] if {
	holder.boundary != null
	_shows_boundary(holder.boundary)
}

# If one statement of the boundary leaves all of an element, the others do not matter.
_widest(element, lefts) := [element] if element in lefts

_widest(element, lefts) := lefts if not element in lefts

_bounds(holder, name) := array.concat(
	[bound |
		some index in holder.boundary.documents
		some grant in object.get(_grants, index, [])
		grant.action == name
		some bound in grant.elements
	],
	[bound |
		some grant in _managed_grants({"managed": holder.boundary.managed, "path": [], "resource": ""})
		grant.action == name
		some bound in grant.elements
	],
)

# The statements that allow, as patterns.
_statements := {index: statements |
	some index, document in _documents
	document.kind == "identity"
	statements := [right |
		some position, statement in document.statements
		identity_statements.allows(statement)
		right := {
			"document": index,
			"statement": position,
			"actions": _action_patterns(statement),
			"but_actions": [element.pattern | some element in statement.not_actions; element.pattern != null],
			"resources": _resource_patterns(statement),
			"but_resources": [shown | some element in statement.not_resources; shown := value.shown(element.value)],
			"conditions": [condition.key | some condition in statement.conditions],
		}
	]
	count(statements) > 0
}

_action_patterns(statement) := [action.pattern | some action in statement.actions; action.pattern != null] if {
	count(statement.not_actions) == 0
}

_action_patterns(statement) := ["*"] if count(statement.not_actions) > 0

_resource_patterns(statement) := [resource.pattern |
	some resource in statement.resources
	resource.pattern != null
] if {
	count(statement.not_resources) == 0
}

_resource_patterns(statement) := ["*"] if count(statement.not_resources) > 0

_allowing(holder) := array.concat(
	[right | some index in holder.documents; some right in object.get(_statements, index, [])],
	[right |
		some attachment in holder.managed
		some statement in object.get(_managed, attachment.managed, [])
		right := {
			"document": -1,
			"statement": -1,
			"actions": object.get(statement, "actions", ["*"]),
			"but_actions": object.get(statement, "not_actions", []),
			"resources": ["*"],
			"but_resources": [],
			"conditions": [],
		}
	],
)

# What unconditional Deny statements on everything leave of a right: fewer actions, more exceptions, or nothing.
_left_of(right, denies) := [right] if count(denies) == 0

_left_of(right, denies) := lefts if {
	count(denies) > 0
	total := [deny | some deny in denies; _denies_everywhere(deny)]
	denied := {action.pattern | some deny in total; some action in deny.actions; action.pattern != null}
	spared := [{pattern | some action in deny.not_actions; pattern := action.pattern; pattern != null} |
		some deny in total
		count(deny.not_actions) > 0
	]
	actions := {left |
		some pattern in right.actions
		count([1 | some other in denied; arn_forms.covers(other, pattern)]) == 0
		some left in _spared(pattern, spared)
	}
	cut := {other | some other in denied; some pattern in actions; arn_forms.covers(pattern, other)}
	changed := {
		"actions": sort(actions),
		"but_actions": sort({other | some other in right.but_actions} | cut),
	}
	lefts := [object.union(right, changed) | count(actions) > 0]
}

_denies_everywhere(deny) if {
	count(deny.conditions) == 0
	identity_statements.on_everything(deny)
}

# A Deny with NotAction leaves what it names.
_spared(pattern, spared) := {pattern} if count(spared) == 0

_spared(pattern, spared) := {left |
	some other in spared[0]
	some left in {pattern, other}
	arn_forms.covers(pattern, left)
	arn_forms.covers(other, left)
} if {
	count(spared) > 0
}
