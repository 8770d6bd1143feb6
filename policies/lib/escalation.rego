# METADATA
# title: Ways in which a principal can raise its own privileges
# description: |
#   Reads the effective rights of each principal for single actions that raise privileges on wide resources, and for
#   passing roles together with something that runs with them, whichever policies these stand in.
package policies.lib.escalation

import data.policies.lib.arn_forms
import data.policies.lib.deploy_roles
import data.policies.lib.effective_rights
import data.policies.lib.iam_actions
import data.policies.lib.identity_statements
import data.policies.lib.limiting_conditions
import data.policies.lib.policy_documents
import data.policies.lib.value

_table := data.tables.sensitive_actions

_alone := {action | some action in _table.alone}

# Policies of AWS that make an administrator.
_administrators := {"AdministratorAccess", "IAMFullAccess", "PowerUserAccess"}

# The statements that allow everything on everything, as "document/statement".
_full := {key |
	some index, document in policy_documents.rules
	document.kind == "identity"
	some position, statement in document.statements
	statement.on_wide
	identity_statements.full_access(statement)
	key := _key(index, position)
}

_key(document, statement) := concat("/", [format_int(document, 10), format_int(statement, 10)])

# The key of the statement of a hold.
key(hold) := _key(hold.document, hold.statement)

# Whole administrators, and all of IAM, are findings of other controls.
_counts(hold) if {
	not _full[_key(hold.document, hold.statement)]
	not hold.managed in {"AdministratorAccess", "IAMFullAccess"}
	not _is_all_of_iam(hold.pattern)
}

_is_all_of_iam(pattern) if {
	iam_actions.every_action_of_service(pattern)
	iam_actions.service(pattern) == "iam"
}

# How much an element of a hold names: "open", "part" (a wildcard beside something literal), "named" or "unknown".
breadth(element) := "unknown" if element.tail == null

breadth(element) := "open" if {
	element.tail != null
	arn_forms.open(element.tail)
}

breadth(element) := "part" if {
	element.tail != null
	not arn_forms.open(element.tail)
	iam_actions.has_wildcard(_without_variables(element.tail))
}

breadth(element) := "named" if {
	element.tail != null
	not arn_forms.open(element.tail)
	not iam_actions.has_wildcard(_without_variables(element.tail))
}

# ${*} and ${?} are the characters themselves.
_without_variables(tail) := replace(replace(tail, "${*}", ""), "${?}", "")

# Single actions that raise privileges: {"principal", "kind", "hold", "element", "state", "severity"}.
alone := [finding |
	some row in effective_rights.rules
	some hold in row.holds
	hold.document >= 0
	_alone[hold.action]
	_counts(hold)
	not _is_excused(hold)
	some element in hold.elements
	state := _state(hold, element)
	finding := {
		"principal": row.principal,
		"kind": row.kind,
		"hold": hold,
		"element": element,
		"state": state,
		"severity": _severity(hold.action),
	}
]

_severity(action) := "medium" if action == "sts:assumerole"

_severity(action) := "high" if action != "sts:assumerole"

_state(hold, element) := "fail" if {
	breadth(element) == "open"
	count(hold.gaps) == 0
}

_state(hold, element) := "open" if {
	breadth(element) == "open"
	count(hold.gaps) > 0
}

_state(_, element) := "open" if breadth(element) == "unknown"

_is_excused(hold) if limiting_conditions.has(hold.limits, "resource")

# Delegated administration: whatever is created has a boundary.
_is_excused(hold) if {
	hold.action in {"iam:putrolepolicy", "iam:attachrolepolicy", "iam:putuserpolicy", "iam:attachuserpolicy"}
	limiting_conditions.has(hold.limits, "boundary")
}

# Or only listed policies can be attached.
_is_excused(hold) if {
	startswith(hold.action, "iam:attach")
	some limit in hold.limits
	limit.kind == "policies"
	count([1 | some arn in limit.values; _is_strong(arn)]) == 0
}

_is_strong(arn) if {
	some name in _administrators
	arn_forms.covers(arn, concat("", ["arn:aws:iam::aws:policy/", name]))
}

_is_strong(arn) if {
	parts := split(arn, ":")
	count(parts) < 6
}

_is_strong(arn) if {
	parts := split(arn, ":")
	iam_actions.has_wildcard(parts[4])
}

# Tells whether passing what an element names is too wide: any role, or roles by a part of their names to any service.
passes_widely(hold, element) if {
	hold.action == "iam:passrole"
	breadth(element) == "open"
}

passes_widely(hold, element) if {
	hold.action == "iam:passrole"
	breadth(element) == "part"
	not limiting_conditions.has(hold.limits, "service")
}

# The rows of principals that can pass a role in some way.
_passing := [{"row": row, "pass": hold, "by_action": by_action} |
	some row in effective_rights.rules
	some hold in row.holds
	hold.action == "iam:passrole"
	hold.document >= 0
	_counts(hold)
	by_action := _by_action[row.principal]
]

_by_action := {row.principal: by_action |
	some row in effective_rights.rules
	by_action := {other.action: held |
		some other in row.holds
		held := [hold | some hold in row.holds; hold.action == other.action; _counts(hold)]
	}
	by_action["iam:passrole"]
}

# Passing roles widely, with what runs with them: {"principal", "kind", "hold", "element", "state", "uses"}.
passing := [finding |
	some entry in _passing
	some element in entry.pass.elements
	_may_pass_widely(entry.pass, element)
	uses := _uses(entry, {service | some row in _table.passing; some service in row.services})
	count(uses) > 0
	finding := {
		"principal": entry.row.principal,
		"kind": entry.row.kind,
		"hold": entry.pass,
		"element": element,
		"state": _passing_state(entry.pass, element, uses),
		"uses": uses,
	}
]

_may_pass_widely(hold, element) if passes_widely(hold, element)

_may_pass_widely(_, element) if breadth(element) == "unknown"

_passing_state(hold, element, uses) := "fail" if {
	passes_widely(hold, element)
	count(hold.gaps) == 0
	count([1 | some use in uses; use.certain]) > 0
}

_passing_state(hold, element, uses) := "open" if not _is_certain(hold, element, uses)

_is_certain(hold, element, uses) if {
	passes_widely(hold, element)
	count(hold.gaps) == 0
	count([1 | some use in uses; use.certain]) > 0
}

# The complete ways to use a role that is passed to some services: {"names", "holds", "certain"}.
_uses(entry, services) := [use |
	some row in _table.passing
	some service in row.services
	services[service]
	_may_reach(entry.pass, service)
	found := [candidates[0] |
		some group in row.all
		candidates := [{"name": name, "hold": hold} |
			some name in group
			some hold in object.get(entry.by_action, lower(name), [])
		]
		count(candidates) > 0
	]
	count(found) == count(row.all)
	use := {
		"names": [one.name | some one in found],
		"holds": [one.hold | some one in found],
		"certain": count([1 | some one in found; count(one.hold.gaps) > 0]) == 0,
	}
]

# Tells whether the conditions leave a service to pass a role to.
_may_reach(pass, service) if {
	count([1 |
		some limit in pass.limits
		limit.kind == "service"
		count([1 | some pattern in limit.values; arn_forms.covers(lower(pattern), service)]) == 0
	]) == 0
	count([1 | some pattern in pass.barred; arn_forms.covers(lower(pattern), service)]) == 0
}

# Roles of the unit that are administrators, or can make themselves one: {address: why}.
_strong_roles[""] := ""

_strong_roles[row.principal] := why if {
	some row in effective_rights.rules
	row.kind == "role"
	why := _strength(row)
}

_strength(row) := "holds a policy that allows everything" if _is_administrator(row)

_strength(row) := "can raise its own privileges" if {
	not _is_administrator(row)
	_raising[row.principal]
}

_is_administrator(row) if {
	some right in row.rights
	_full[_key(right.document, right.statement)]
}

_is_administrator(row) if {
	some attachment in row.managed
	attachment.managed in _administrators
}

_raising := {finding.principal: true | some finding in alone; finding.state == "fail"}

# Passing a named role that is stronger than the principal itself, with what runs with it.
strong := [finding |
	some entry in _passing
	some element in entry.pass.elements
	breadth(element) == "named"
	some role in _roles_named(element)
	role != entry.row.principal
	why := _strong_roles[role]
	uses := _uses(entry, object.get(_services_of, role, set()))
	count(uses) > 0
	finding := {
		"principal": entry.row.principal,
		"kind": entry.row.kind,
		"hold": entry.pass,
		"element": element,
		"role": role,
		"why": why,
		"state": _strong_state(entry.pass, uses),
		"uses": uses,
	}
]

_strong_state(pass, uses) := "fail" if _is_sure(pass, uses)

_strong_state(pass, uses) := "open" if not _is_sure(pass, uses)

_is_sure(pass, uses) if {
	count(pass.gaps) == 0
	count([1 | some use in uses; use.certain]) > 0
}

_roles_named(element) := {element.value["$reference"].address} if value.reference(element.value)

_roles_named(element) := object.get(_roles_by_name, _last(element.tail), set()) if not value.reference(element.value)

_last(text) := parts[count(parts) - 1] if parts := split(text, "/")

_roles_by_name[""] contains ""

_roles_by_name[name] contains role.address if {
	some type, path in {"AWS::IAM::Role": ["Properties", "RoleName"], "aws_iam_role": ["name"]}
	some role in object.get(input.by_type, type, [])
	name := object.get(role.node, path, null)
	is_string(name)
}

# The services that the trust policy of each role lets in.
_services_of[""] contains ""

_services_of[role] contains service if {
	some document in policy_documents.rules
	document.kind == "trust"
	some statement in document.statements
	statement.effect == "Allow"
	some service in deploy_roles.services(statement)
	some role in deploy_roles.roles_of(document)
}

# The statements that pass a role in a way that raises privileges: {"document/statement"}.
passing_keys := {_key(finding.hold.document, finding.hold.statement) |
	some finding in array.concat(passing, strong)
	finding.state == "fail"
}
