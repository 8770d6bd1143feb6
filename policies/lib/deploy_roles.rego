# METADATA
# title: Roles that deployments assume
# description: |
#   A role is one of deployments if its trust policy lets in workflows of GitHub, or the services of AWS that deploy:
#   CodeBuild, CodePipeline, CodeDeploy and CloudFormation.
package policies.lib.deploy_roles

import data.policies.lib.oidc_trust
import data.policies.lib.policy_documents
import data.policies.lib.policy_patterns

_services := {
	"codebuild.amazonaws.com",
	"codepipeline.amazonaws.com",
	"codedeploy.amazonaws.com",
	"cloudformation.amazonaws.com",
}

# The address of each such role, with what its trust policy lets in: {address: {"GitHub", "codebuild.amazonaws.com"}}.
trusted[""] contains ""

trusted[role] contains party if {
	some document in policy_documents.rules
	document.kind == "trust"
	some statement in document.statements
	statement.effect == "Allow"
	some party in _parties(statement)
	some role in roles_of(document)
}

_parties(statement) := {"GitHub" | oidc_trust.lets_github_in(statement)} | (services(statement) & _services)

# The services that a statement lets in.
services(statement) := {service |
	some principal in statement.principals
	principal.type == "Service"
	pattern := policy_patterns.pattern(principal.value)
	service := regex.replace(lower(pattern), `\.amazonaws\.com(\.cn)?$`, ".amazonaws.com")
}

# The roles that a trust policy belongs to; of a data source, those that use it.
roles_of(document) := {document.resource} if document.type != "data.aws_iam_policy_document"

roles_of(document) := object.get(_using, document.resource, set()) if {
	document.type == "data.aws_iam_policy_document"
}

_using[""] contains ""

_using[edge.address] contains role.address if {
	some role in object.get(input.by_type, "aws_iam_role", [])
	some edge in object.get(role, "references", [])
	edge.path == ["assume_role_policy"]
}
