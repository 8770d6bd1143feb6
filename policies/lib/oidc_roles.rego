# METADATA
# title: Roles of the scan that jobs of the scan assume
# description: |
#   The rows of the view of the same name, and what a trust policy admits beyond the environments of a job.
package policies.lib.oidc_roles

rules := input.views.oidc_roles if input.views.oidc_roles

rules := data.policies.views.oidc_roles.rows if not input.views.oidc_roles

# The subjects that let in more than the environments of the job which assumes the role. Where the job's environment is
# not known nothing is certain.
beyond(row) := [subject |
	not row.environment_open
	some subject in row.trust.subjects
	subject.form != "undecided"
	not _is_own(row, subject)
]

_is_own(row, subject) if {
	subject.environment != null
	subject.environment in row.environments
}
