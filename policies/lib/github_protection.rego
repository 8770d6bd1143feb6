# METADATA
# title: What protects environments and branches of GitHub repositories
# description: |
#   The rows of the view of the same name, over the whole scan, by what they are asked for.
package policies.lib.github_protection

rules := input.views.github_protection if input.views.github_protection

rules := data.policies.views.github_protection.rows if not input.views.github_protection

# The rows of an environment, compared without case.
environment(name) := [row |
	some row in rules
	row.kind == "environment"
	row.name == lower(name)
]

# Lists of all environments of a repository in which a name is not: without a first deployment it does not exist, and
# then it is made without protection.
lists_without(name) := [row |
	some row in rules
	row.kind == "environments"
	row.complete
	not lower(name) in row.names
]

# What decides where neither settings nor a plan are in the scan.
question := "run 'gh api repos/OWNER/REPO/environments > environments.json' and scan with --facts environments.json"
