# METADATA
# title: Permissions of Lambda functions and layers
# description: |
#   A permission is one statement of the function's resource policy, written in attributes. This says where each stands,
#   and puts the permission into the form of the other statements. Facts: AWS Lambda API Reference, AddPermission and
#   AddLayerVersionPermission.
package policies.lib.lambda_permissions

import data.policies.lib.graph
import data.policies.lib.policy_syntax

# Where permissions say what. No attribute has an empty name.
paths := {
	"AWS::Lambda::Permission": {
		"kind": "Lambda permission",
		"principal": ["Properties", "Principal"],
		"organisation": ["Properties", "PrincipalOrgID"],
		"arn": ["Properties", "SourceArn"],
		"account": ["Properties", "SourceAccount"],
		"auth": ["Properties", "FunctionUrlAuthType"],
		"by_url": ["Properties", "InvokedViaFunctionUrl"],
	},
	"aws_lambda_permission": {
		"kind": "Lambda permission",
		"principal": ["principal"],
		"organisation": ["principal_org_id"],
		"arn": ["source_arn"],
		"account": ["source_account"],
		"auth": ["function_url_auth_type"],
		"by_url": ["invoked_via_function_url"],
	},
	"AWS::Lambda::LayerVersionPermission": {
		"kind": "Layer permission",
		"principal": ["Properties", "Principal"],
		"organisation": ["Properties", "OrganizationId"],
		"arn": [""],
		"account": [""],
		"auth": [""],
		"by_url": [""],
	},
	"aws_lambda_layer_version_permission": {
		"kind": "Layer permission",
		"principal": ["principal"],
		"organisation": ["organization_id"],
		"arn": [""],
		"account": [""],
		"auth": [""],
		"by_url": [""],
	},
}

all := graph.of_types(object.keys(paths))

called(permission) := sprintf("%s '%s'", [paths[permission.type].kind, permission.address])

# The permission as a statement.
statement(permission) := document.statements[0] if {
	at := paths[permission.type]
	document := policy_syntax.from_document(permission, [], "resource", {"Statement": {
		"Effect": "Allow",
		"Principal": _principal(object.get(permission.node, at.principal, "")),
		"Action": "lambda:*",
		"Condition": {
			"ArnLike": _test(permission, at, {"arn": "aws:SourceArn"}),
			"StringEquals": _test(permission, at, {
				"account": "aws:SourceAccount",
				"organisation": "aws:PrincipalOrgID",
			}),
		},
	}})
}

_principal(written) := {"Service": written} if {
	is_string(written)
	written != "*"
}

_principal(written) := written if not is_string(written)

_principal(written) := written if written == "*"

# A plan writes an empty text for what the author left out.
_test(permission, at, keys) := {key: given |
	some what, key in keys
	given := object.get(permission.node, at[what], null)
	given != null
	given != ""
}
