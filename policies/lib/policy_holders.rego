# METADATA
# title: Who holds which policies
# description: The rows of the view of the same name, from the host's second stage or computed in place.
package policies.lib.policy_holders

rules := input.views.policy_holders if input.views.policy_holders

rules := data.policies.views.policy_holders.rows if not input.views.policy_holders
