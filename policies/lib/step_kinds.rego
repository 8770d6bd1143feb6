# METADATA
# title: What steps of workflows do
# description: |
#   The rows of the view of the same name: one for each command and each action that has a kind or is opaque.
package policies.lib.step_kinds

rules := input.views.step_kinds if input.views.step_kinds

rules := data.policies.views.step_kinds.rows if not input.views.step_kinds
