# METADATA
# title: Policy documents of the unit
# description: The rows of the view `policy_documents`, from the host's second stage or computed in place.
package policies.lib.policy_documents

rules := input.views.policy_documents if input.views.policy_documents

rules := data.policies.views.policy_documents.rows if not input.views.policy_documents
