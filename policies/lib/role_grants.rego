# METADATA
# title: What a role is known to be allowed
# description: |
#   Sums up the effective rights of a role to one word. A policy that the unit does not show is known by its name only.
package policies.lib.role_grants

import data.policies.lib.effective_rights
import data.policies.lib.iam_actions
import data.policies.lib.policy_patterns

# "write" if the role may change something, "read" if everything that it may is known and only reads, else "undecided".
levels(role) := "write" if _writes(role)

levels(role) := "read" if {
	not _writes(role)
	_only_reads(role)
}

levels(role) := "undecided" if {
	not _writes(role)
	not _only_reads(role)
}

# The same of several roles: the worst of them, "undecided" without any.
combined(roles) := "write" if "write" in _levels_of(roles)

combined(roles) := "read" if _levels_of(roles) == {"read"}

combined(roles) := "undecided" if {
	found := _levels_of(roles)
	not "write" in found
	found != {"read"}
}

_levels_of(roles) := {level | some role in roles; level := levels(role)}

_row(role) := effective_rights.of_principal[role]

_writes(role) if {
	some right in _row(role).rights
	some pattern in right.actions
	_action_writes(pattern)
}

_writes(role) if {
	some name in _names(role)
	regex.match(`(^|/)(AdministratorAccess|PowerUserAccess|[A-Za-z0-9_]*FullAccess)$`, name)
}

# Names of attached policies of which only the name is known.
_names(role) := array.concat(
	[attachment.managed | some attachment in _row(role).managed],
	[written |
		some part in _row(role).hidden
		written := policy_patterns.pattern(part.value)
		startswith(written, "arn:")
	],
)

_action_writes(pattern) if iam_actions.every_action(pattern)

_action_writes(pattern) if count(iam_actions.matching(pattern, ["write", "permissions"])) > 0

_only_reads(role) if {
	row := _row(role)
	names := _names(role)
	count(row.rights) + count(names) > 0
	count(names) == count(row.managed) + count(row.hidden)
	every name in names {
		regex.match(`(^|/)(job-function/)?[A-Za-z0-9]*(ReadOnlyAccess|ViewOnlyAccess)$`, name)
	}
	every right in row.rights {
		every pattern in right.actions {
			count(iam_actions.matching(pattern, ["read", "list"])) > 0
			count(iam_actions.matching(pattern, ["write", "permissions", "tagging"])) == 0
		}
	}
}

# Whether one of several roles is allowed one of several actions (in lower case), whatever the resources: "yes", "no"
# where everything that they may is known and none of it is, else "open".
may(roles, actions) := "yes" if _may(roles, actions)

may(roles, actions) := "no" if {
	not _may(roles, actions)
	every role in roles {
		_row(role).complete
	}
}

may(roles, actions) := "open" if {
	not _may(roles, actions)
	count([role | some role in roles; _row(role).complete]) < count(roles)
}

_may(roles, actions) if {
	some role in roles
	some right in _row(role).rights
	some pattern in right.actions
	some wanted in actions
	_fits(pattern, wanted)
	count([1 | some other in right.but_actions; _fits(other, wanted)]) == 0
}

_may(roles, actions) if {
	some role in roles
	some name in _names(role)
	regex.match(`(^|/)(AdministratorAccess|PowerUserAccess|SecretsManagerReadWrite|AmazonSSM(ReadOnly|Full)Access)$`, name)
}

_fits(pattern, wanted) if pattern == wanted

_fits(pattern, wanted) if {
	iam_actions.has_wildcard(pattern)
	regex.match(iam_actions.expression(pattern), wanted)
}
