# METADATA
# title: Roles of the scan that jobs of the scan assume
# description: |
#   Joins what jobs assume with the trust policies of templates and plans, by the role's name: {"unit", "job", "path",
#   "name", "environments", "environment_open", "trust": {"unit", …}}, trust a row of `oidc_trusts` and its unit. A view
#   over the whole scan: the policy keeps `assumed_roles` and `oidc_trusts` of each unit.
package policies.views.oidc_roles

rows := [row |
	some workflow in input.units
	some assumed in object.get(workflow.views, "assumed_roles", [])
	assumed.name != null
	object.get(assumed, "use", "session") == "session"
	some declaring in input.units
	some trust in object.get(declaring.views, "oidc_trusts", [])
	trust.name == assumed.name
	row := {
		"unit": workflow.unit,
		"job": assumed.job,
		"path": assumed.path,
		"name": assumed.name,
		"environments": assumed.environments,
		"environment_open": assumed.environment_open,
		"trust": object.union({"unit": declaring.unit}, trust),
	}
]
