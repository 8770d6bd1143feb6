# METADATA
# title: What principals are effectively allowed
# description: |
#   The rows of the view of the same name, and what policies ask of them.
package policies.lib.effective_rights

import data.policies.lib.arn_forms

rules := input.views.effective_rights if input.views.effective_rights

rules := data.policies.views.effective_rights.rows if not input.views.effective_rights

# The row of each principal.
of_principal[row.principal] := row if some row in rules

# Tells whether an element of a right names no thing.
wide(element) if {
	element.tail != null
	arn_forms.open(element.tail)
}

# Tells whether nothing is known of an element.
unknown(element) if element.tail == null
