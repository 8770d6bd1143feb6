# METADATA
# title: What principals are effectively allowed
# description: |
#   The rows of the view of the same name, and the row of each principal.
package policies.lib.effective_rights

rules := input.views.effective_rights if input.views.effective_rights

rules := data.policies.views.effective_rights.rows if not input.views.effective_rights

# The row of each principal.
of_principal[row.principal] := row if some row in rules
