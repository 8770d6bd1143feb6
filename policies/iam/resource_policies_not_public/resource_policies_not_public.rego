# METADATA
# scope: package
# title: Keep queue, topic, repository, function and secret policies private
# description: |
#   A queue, topic, repository, function or secret whose policy lets everybody in can be read, filled or called by any
#   AWS account, or by anybody on the internet.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
# custom:
#   id: IAM-015
#   slug: resource-policies-not-public
#   family: IAM
#   severity: high
#   score: 8.7
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::SQS::QueuePolicy
#     - AWS::SNS::TopicPolicy
#     - AWS::ECR::Repository
#     - AWS::SecretsManager::ResourcePolicy
#     - AWS::Lambda::Permission
#     - AWS::Lambda::LayerVersionPermission
#     - AWS::Lambda::Url
#     - AWS::SNS::TopicInlinePolicy
#     - AWS::SQS::QueueInlinePolicy
#     - AWS::OpenSearchService::Domain
#     - AWS::Elasticsearch::Domain
#     - AWS::EFS::FileSystem
#     - AWS::Events::EventBusPolicy
#     - AWS::Backup::BackupVault
#     - AWS::ApiGateway::RestApi
#     - aws_sqs_queue_policy
#     - aws_sqs_queue
#     - aws_sns_topic_policy
#     - aws_sns_topic
#     - aws_ecr_repository_policy
#     - aws_ecr_registry_policy
#     - aws_secretsmanager_secret_policy
#     - aws_lambda_permission
#     - aws_lambda_layer_version_permission
#     - aws_lambda_function_url
#     - aws_opensearch_domain_policy
#     - aws_opensearch_domain
#     - aws_elasticsearch_domain
#     - aws_elasticsearch_domain_policy
#     - aws_api_gateway_rest_api_policy
#     - aws_api_gateway_rest_api
#     - aws_efs_file_system_policy
#     - aws_cloudwatch_event_bus_policy
#     - aws_backup_vault_policy
#     - aws_iam_role
#     - data.aws_caller_identity
#     - data.aws_iam_policy_document
#   subjects:
#     - AWS::SQS::QueuePolicy
#     - AWS::SNS::TopicPolicy
#     - AWS::ECR::Repository
#     - AWS::SecretsManager::ResourcePolicy
#     - AWS::Lambda::Permission
#     - AWS::Lambda::LayerVersionPermission
#     - AWS::Lambda::Url
#     - AWS::SNS::TopicInlinePolicy
#     - AWS::SQS::QueueInlinePolicy
#     - AWS::OpenSearchService::Domain
#     - AWS::Elasticsearch::Domain
#     - AWS::EFS::FileSystem
#     - AWS::Events::EventBusPolicy
#     - AWS::Backup::BackupVault
#     - AWS::ApiGateway::RestApi
#     - aws_sqs_queue_policy
#     - aws_sqs_queue
#     - aws_sns_topic_policy
#     - aws_sns_topic
#     - aws_ecr_repository_policy
#     - aws_ecr_registry_policy
#     - aws_secretsmanager_secret_policy
#     - aws_lambda_permission
#     - aws_lambda_layer_version_permission
#     - aws_lambda_function_url
#     - aws_opensearch_domain_policy
#     - aws_opensearch_domain
#     - aws_elasticsearch_domain
#     - aws_elasticsearch_domain_policy
#     - aws_api_gateway_rest_api_policy
#     - aws_api_gateway_rest_api
#     - aws_efs_file_system_policy
#     - aws_cloudwatch_event_bus_policy
#     - aws_backup_vault_policy
#   params: []
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["SNS.4", "SQS.3", "Lambda.1"]
#       nist_800_53_r5: ["AC-3", "AC-6", "SC-7"]
#       pci_dss_4.0: ["1.2.8", "1.3.1", "1.3.2", "1.4.2", "1.5.1"]
#       hipaa: ["164.308(a)(1)(ii)(B)", "164.308(a)(3)(i)", "164.312(a)(1)", "164.312(e)(1)"]
#     judged:
#       pci_dss_4.0: ["1.4.4", "7.2.1"]
#       iso_27001_2022: ["A.8.3"]
#   cwe: [284, 732]
#   remediation:
#     cloudformation: "Replace `Principal: \"*\"` by who needs access: `{AWS: !GetAtt Consumer.Arn}` or `{Service:
#       sns.amazonaws.com}`; or add `Condition: {StringEquals: {aws:PrincipalOrgID: o-…}}`. Give a Lambda permission a
#       SourceArn or PrincipalOrgID, and a function URL `AuthType: AWS_IAM`."
#     terraform-plan: "Replace `identifiers = [\"*\"]` by who needs access, or add a `condition` on aws:PrincipalOrgID
#       or aws:SourceArn. Give an aws_lambda_permission a source_arn or principal_org_id, and a function URL
#       `authorization_type = \"AWS_IAM\"`."
#   peers:
#     checkov: [CKV_AWS_32, CKV_AWS_168, CKV_AWS_169, CKV_AWS_72, CKV_AWS_258, CKV_AWS_301, CKV_AWS_387]
#     trivy: [AWS-0032, AWS-0097]
#     cfn_nag: [F7, F8, F13, F18, F20, F21]
#     guard: [sqs_queuepolicy_no_wildcard_principal, sns_topicpolicy_no_wildcard_principal,
#       sqs_queuepolicy_no_wildcard_action, sqs_queuepolicy_no_allow_plus_notprincipal,
#       sns_topicpolicy_no_allow_plus_notprincipal, lambda_no_wildcard_principal,
#       lambda_function_public_access_prohibited]
#     cdk_nag: [AwsSolutions-ECR1, AwsSolutions-EVB1, AwsSolutions-OS5]
#     prowler: [awslambda_function_not_publicly_accessible, sqs_queues_not_publicly_accessible,
#       sns_topics_not_publicly_accessible, ecr_repositories_not_publicly_accessible, awslambda_function_url_public,
#       secretsmanager_not_publicly_accessible]
#     kics: [9b6a3f5b-5fd6-40ee-9bc0-ed604911212d]
package policies.iam.resource_policies_not_public

import data.policies.lib.accounts
import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.iam_actions
import data.policies.lib.joins
import data.policies.lib.lambda_permissions
import data.policies.lib.policy_syntax
import data.policies.lib.principals
import data.policies.lib.resource_policies
import data.policies.lib.settings
import data.policies.lib.value

# What the policies are called.
_documented := {
	"AWS::SQS::QueuePolicy": "Queue policy",
	"AWS::SQS::QueueInlinePolicy": "Queue policy",
	"AWS::SNS::TopicPolicy": "Topic policy",
	"AWS::SNS::TopicInlinePolicy": "Topic policy",
	"AWS::ECR::Repository": "The policy of repository",
	"AWS::SecretsManager::ResourcePolicy": "Secret policy",
	"AWS::OpenSearchService::Domain": "The access policy of search domain",
	"AWS::Elasticsearch::Domain": "The access policy of search domain",
	"AWS::EFS::FileSystem": "The policy of file system",
	"AWS::Backup::BackupVault": "The policy of backup vault",
	"AWS::ApiGateway::RestApi": "The policy of private API",
	"aws_sqs_queue": "The policy of queue",
	"aws_sqs_queue_policy": "Queue policy",
	"aws_sns_topic": "The policy of topic",
	"aws_sns_topic_policy": "Topic policy",
	"aws_ecr_repository_policy": "Repository policy",
	"aws_ecr_registry_policy": "Registry policy",
	"aws_secretsmanager_secret_policy": "Secret policy",
	"aws_opensearch_domain": "The access policy of search domain",
	"aws_opensearch_domain_policy": "Access policy",
	"aws_elasticsearch_domain": "The access policy of search domain",
	"aws_elasticsearch_domain_policy": "Access policy",
	"aws_efs_file_system_policy": "File system policy",
	"aws_cloudwatch_event_bus_policy": "Event bus policy",
	"aws_backup_vault_policy": "Backup vault policy",
	"aws_api_gateway_rest_api": "The policy of private API",
	"aws_api_gateway_rest_api_policy": "The policy of private API",
}

_documents := [document |
	some document in resource_policies.documents
	_documented[graph.at(document.subject).type]
	not resource_policies.replaced[document.subject]
	_api_kind(graph.at(document.subject)) != "public"
]

subjects contains document.subject if some document in _documents

examined contains record if {
	some document in _documents
	record := resource_policies.record(document)
}

# Statements that stand by themselves, put into the form of the others.
_lone := array.concat(_of_permissions, _of_buses)

_granting := lambda_permissions.all

_of_permissions := [lone |
	some permission in _granting
	not _is_of_open_url(permission)
	lone := {
		"subject": permission.address,
		"statement": lambda_permissions.statement(permission),
		"path": lambda_permissions.paths[permission.type].principal,
		"called": lambda_permissions.called(permission),
		"allows": "",
	}
]

# What lets callers of a function URL in is reported once, at the URL.
_is_of_open_url(permission) if {
	count(_open_urls) > 0
	_by_url(permission, lambda_permissions.paths[permission.type])
}

_by_url(permission, paths) if settings.text(value.get(permission, paths.auth), "") == "none"

_by_url(permission, paths) if value.truthy(value.get(permission, paths.by_url).value)

_url_paths := {
	"AWS::Lambda::Url": ["Properties", "AuthType"],
	"aws_lambda_function_url": ["authorization_type"],
}

_urls := graph.of_types(object.keys(_url_paths))

_open_urls := [url |
	some url in _urls
	settings.text(value.get(url, _url_paths[url.type]), "") == "none"
]

# The policy of an event bus holds one statement, or says the same in properties of its own.
_of_buses := [lone |
	some policy in graph.of_types(["AWS::Events::EventBusPolicy"])
	document := policy_syntax.from_document(policy, ["Properties"], "resource", {"Statement": _bus_statement(policy)})
	some statement in document.statements
	lone := {
		"subject": policy.address,
		"statement": statement,
		"path": statement.path,
		"called": sprintf("Event bus policy '%s'", [policy.address]),
		"allows": resource_policies.actions(statement),
	}
]

_bus_statement(policy) := written if {
	written := object.get(policy.node, ["Properties", "Statement"], null)
	written != null
}

_bus_statement(policy) := {
	"Effect": "Allow",
	"Principal": _bus_principal(object.get(policy.node, ["Properties", "Principal"], "")),
	"Action": object.get(policy.node, ["Properties", "Action"], "events:PutEvents"),
	"Condition": _bus_condition(object.get(policy.node, ["Properties", "Condition"], {})),
} if {
	object.get(policy.node, ["Properties", "Statement"], null) == null
}

_bus_principal(written) := written if not is_string(written)

_bus_principal(written) := {"AWS": written} if is_string(written)

_bus_condition(written) := {written.Type: {written.Key: written.Value}} if {
	is_string(written.Type)
	is_string(written.Key)
}

_bus_condition(written) := {} if not is_string(object.get(written, "Key", null))

subjects contains permission.address if {
	some permission in _granting
	not _is_of_open_url(permission)
}

subjects contains policy.address if some policy in graph.of_types(["AWS::Events::EventBusPolicy"])

subjects contains url.address if some url in _urls

# Every statement that is judged: {"subject", "statement", "path", "called", "allows", "related"}.
_judged := array.concat(
	[object.union(lone, {"related": []}) | some lone in _lone],
	[judged |
		some one in resource_policies.statements
		subject := one.document.subject
		_documented_subjects[subject]
		judged := {
			"subject": subject,
			"statement": one.statement,
			"path": resource_policies.place(one),
			"called": sprintf("%s '%s'", [_documented[graph.at(subject).type], subject]),
			"allows": resource_policies.actions(one.statement),
			"related": resource_policies.related(one),
		}
	],
)

_documented_subjects := {document.subject | some document in _documents}

# Topics name their owner by a key of their own.
_limiting_keys := principals.limiting_keys | {"aws:sourceowner", "aws:sourceorgpaths"}

_exposed := [object.union(judged, {"exposure": exposure}) |
	some judged in _judged
	exposure := principals.exposure(judged.statement, _limiting_keys)
	exposure != "closed"
	not _reaches_mount_targets_only(judged.statement)
	not _denies_others[judged.subject]
]

# The default policy of a file system: whoever reaches a mount target, through its security group.
_reaches_mount_targets_only(statement) if {
	some condition in statement.conditions
	condition.key == "elasticfilesystem:accessedviamounttarget"
	condition.operator == "bool"
	not condition.if_exists
	every written in condition.values { value.truthy(written) }
}

# The usual policy of a private API lets everybody in, and denies all that does not come through its endpoint.
_denies_others contains judged.subject if {
	some judged in _judged
	_api_kind(graph.at(judged.subject)) in {"private", "open"}
	judged.statement.effect == "Deny"
	some principal in judged.statement.principals
	principal.value == "*"
	some condition in judged.statement.conditions
	condition.operator in {"stringnotequals", "stringnotlike", "notipaddress", "arnnotequals", "arnnotlike"}
	condition.key in principals.limiting_keys
	count(condition.values) > 0
}

# Private APIs need a policy that names everybody or their endpoints; the policies of others are not judged.
_api_types := {
	"AWS::ApiGateway::RestApi": ["Properties", "EndpointConfiguration", "Types"],
	"aws_api_gateway_rest_api": ["endpoint_configuration", 0, "types"],
}

_api_kind(resource) := "none" if {
	not _api_types[resource.type]
	resource.type != "aws_api_gateway_rest_api_policy"
}

_api_kind(resource) := _kind_of_types(value.get(resource, _api_types[resource.type])) if _api_types[resource.type]

_api_kind(resource) := "open" if {
	resource.type == "aws_api_gateway_rest_api_policy"
	count(_apis(resource)) != 1
}

_api_kind(resource) := kind if {
	resource.type == "aws_api_gateway_rest_api_policy"
	count(_apis(resource)) == 1
	some address in _apis(resource)
	kind := _kind_of_types(value.get(graph.at(address), _api_types[graph.at(address).type]))
}

_apis(policy) := joins.join(policy, ["rest_api_id"], {"aws_api_gateway_rest_api": ["id"]}).to

_kind_of_types(record) := "public" if value.is_absent(record)

_kind_of_types(record) := "open" if value.is_unknown(record)

_kind_of_types(record) := "private" if {
	value.is_known(record)
	"PRIVATE" in value.list(record.value)
}

_kind_of_types(record) := "open" if {
	value.is_known(record)
	not "PRIVATE" in value.list(record.value)
	count([type | some type in value.list(record.value); value.opaque(type)]) > 0
}

_kind_of_types(record) := "public" if {
	value.is_known(record)
	not "PRIVATE" in value.list(record.value)
	count([type | some type in value.list(record.value); value.opaque(type)]) == 0
}

_public := [row |
	some judged in _exposed
	row := {
		"state": _exposed_state(judged),
		"resource": judged.subject,
		"path": judged.path,
		"defect": sprintf("public/%s", [resource_policies.name(judged.statement)]),
		"severity": _severity(graph.at(judged.subject)),
		"message": _message(judged),
		"related": judged.related,
	}
]

_exposed_state(judged) := "open" if judged.exposure == "undecided"

_exposed_state(judged) := assessments.hedged("fail", _api_kind(graph.at(judged.subject)) != "open") if {
	judged.exposure == "public"
}

_message(judged) := sprintf("%s lets everybody in%s: %s.", [judged.called, _what(judged), _advice]) if {
	judged.exposure == "public"
	count(judged.statement.not_principals) == 0
}

_message(judged) := sprintf("%s lets everybody in but those whom 'NotPrincipal' names%s: name who needs access.", [
	judged.called,
	_what(judged),
]) if {
	judged.exposure == "public"
	count(judged.statement.not_principals) > 0
}

_message(judged) := sprintf(
	"Whether %s lets everybody in%s is not known: its principal or a condition is given elsewhere.",
	[_lower(judged.called), _what(judged)],
) if {
	judged.exposure == "undecided"
}

_lower(text) := concat("", [lower(substring(text, 0, 1)), substring(text, 1, -1)])

_what(judged) := sprintf(", to '%s'", [judged.allows]) if judged.allows != ""

_what(judged) := "" if judged.allows == ""

_advice := "name who needs access, or add a condition on the source or the organisation"

# The network, or users of its own, still stand before a search domain.
_severity(resource) := "medium" if _is_guarded(resource)

_severity(resource) := "high" if not _is_guarded(resource)

_domain_types := {
	"AWS::OpenSearchService::Domain": {
		"network": ["Properties", "VPCOptions", "SubnetIds"],
		"users": ["Properties", "AdvancedSecurityOptions", "Enabled"],
	},
	"AWS::Elasticsearch::Domain": {
		"network": ["Properties", "VPCOptions", "SubnetIds"],
		"users": ["Properties", "AdvancedSecurityOptions", "Enabled"],
	},
	"aws_opensearch_domain": {
		"network": ["vpc_options", 0, "subnet_ids"],
		"users": ["advanced_security_options", 0, "enabled"],
	},
	"aws_elasticsearch_domain": {
		"network": ["vpc_options", 0, "subnet_ids"],
		"users": ["advanced_security_options", 0, "enabled"],
	},
}

_is_guarded(resource) if {
	some domain in _domains(resource)
	not value.is_absent(value.present(domain, _domain_types[domain.type].network))
}

_is_guarded(resource) if {
	some domain in _domains(resource)
	value.truthy(value.get(domain, _domain_types[domain.type].users).value)
}

_domains(resource) := [resource] if resource.type in object.keys(_domain_types)

_domains(resource) := [graph.at(address) | some address in joins.join(resource, ["domain_name"], _domain_names).to] if {
	not resource.type in object.keys(_domain_types)
}

_domain_names := {"aws_opensearch_domain": ["domain_name"], "aws_elasticsearch_domain": ["domain_name"]}

# Queues and topics: all that can be done to them is for their own account.
_message_types := {
	"AWS::SQS::QueuePolicy",
	"AWS::SQS::QueueInlinePolicy",
	"AWS::SNS::TopicPolicy",
	"AWS::SNS::TopicInlinePolicy",
	"aws_sqs_queue",
	"aws_sqs_queue_policy",
	"aws_sns_topic",
	"aws_sns_topic_policy",
}

_too_much := [row |
	some judged in _judged
	graph.at(judged.subject).type in _message_types
	statement := judged.statement
	statement.unknown == null
	principals.exposure(statement, _limiting_keys) == "closed"
	wide := [action | some action in statement.actions; _is_wide(action)]
	count(wide) > 0
	state := _given_to(statement)
	state != "pass"
	row := {
		"state": state,
		"resource": judged.subject,
		"path": _place(judged, wide[0]),
		"defect": sprintf("action/%s", [resource_policies.name(statement)]),
		"severity": "medium",
		"message": sprintf("%s allows '%s' to others than its own account: list the actions that they need.", [
			judged.called,
			wide[0].written,
		]),
		"related": judged.related,
	}
]

_place(judged, action) := action.path if count(judged.related) == 0

_place(judged, _) := judged.path if count(judged.related) > 0

_is_wide(action) if {
	action.pattern != null
	iam_actions.every_action(action.pattern)
}

_is_wide(action) if {
	action.pattern != null
	iam_actions.every_action_of_service(action.pattern)
}

_given_to(statement) := "pass" if not _may_allow(statement.effect)

_given_to(statement) := assessments.hedged(_worst(states), statement.effect == "Allow") if {
	_may_allow(statement.effect)
	states := {state | some principal in statement.principals; state := _holder(statement, principal)}
}

_may_allow(effect) if effect == "Allow"

_may_allow(effect) if value.opaque(effect)

_worst(states) := "fail" if "fail" in states

_worst(states) := "open" if {
	not "fail" in states
	"open" in states
}

_worst(states) := "pass" if count(states & {"fail", "open"}) == 0

# Everybody, as far as the account goes, is the account.
_holder(statement, principal) := "pass" if {
	principal.value == "*"
	principals.limited(statement, {"aws:sourceowner", "aws:principalaccount"}) == "yes"
}

_holder(statement, principal) := "fail" if {
	principal.value == "*"
	principals.limited(statement, {"aws:sourceowner", "aws:principalaccount"}) != "yes"
}

_holder(_, principal) := "fail" if {
	principal.value != "*"
	principal.type != "AWS"
}

_holder(statement, principal) := _of_account(statement, accounts.of_principal(principal.value)) if {
	principal.value != "*"
	principal.type == "AWS"
}

_of_account(_, found) := "fail" if found.form == "named"

_of_account(_, found) := "open" if found.form == "open"

_of_account(_, found) := "pass" if object.get(found, "account", "") == "own"

_of_account(_, found) := "open" if object.get(found, "account", "") == "open"

_of_account(statement, found) := _literal_account(statement, found.account) if {
	not object.get(found, "account", "") in {"", "own", "open"}
}

# The account in the ARN of the queue or topic is its own. Without any to compare with, it may be this one.
_literal_account(statement, account) := "pass" if account in _accounts_named(statement)

_literal_account(statement, account) := _stranger[
	count(_accounts_named(statement) | accounts.own_ids) > 0
] if {
	not account in _accounts_named(statement)
}

_stranger := {true: "fail", false: "open"}

_accounts_named(statement) := {id |
	some resource in statement.resources
	is_string(resource.pattern)
	id := split(resource.pattern, ":")[4]
	regex.match(`^[0-9]{12}$`, id)
	id != "000000000000"
}

_of_urls := [row |
	some url in _open_urls
	row := {
		"state": "fail",
		"resource": url.address,
		"path": _url_paths[url.type],
		"defect": "auth-type",
		"message": sprintf(
			"Function URL '%s' can be called by anybody on the internet: set its authorization type to AWS_IAM.",
			[url.address],
		),
	}
]

_block_paths := {
	"AWS::SecretsManager::ResourcePolicy": ["Properties", "BlockPublicPolicy"],
	"aws_secretsmanager_secret_policy": ["block_public_policy"],
}

_of_blocks := [row |
	some policy in graph.of_types(object.keys(_block_paths))
	record := value.get(policy, _block_paths[policy.type])
	value.is_known(record)
	value.falsy(record.value)
	row := {
		"state": "fail",
		"resource": policy.address,
		"path": record.path,
		"defect": "block-public-policy",
		"severity": "medium",
		"message": sprintf(
			"Secret policy '%s' switches off the check that keeps public policies out: remove %s.",
			[policy.address, settings.name(record.path)],
		),
	}
]

_assessed := array.concat(array.concat(_public, _too_much), array.concat(_of_urls, _of_blocks))

examined contains record if {
	some url in _urls
	record := value.get(url, _url_paths[url.type])
}

examined contains record if {
	some policy in graph.of_types(object.keys(_block_paths))
	record := value.get(policy, _block_paths[policy.type])
}

examined contains record if {
	some permission in _granting
	some what in ["principal", "organisation", "arn", "account", "auth", "by_url"]
	record := value.get(permission, lambda_permissions.paths[permission.type][what])
	value.is_known(record)
}

examined contains record if {
	some policy in graph.of_types(["AWS::Events::EventBusPolicy"])
	some name in ["Statement", "Principal", "Action", "Condition"]
	record := value.get(policy, ["Properties", name])
	value.is_known(record)
}

examined contains record if {
	some domain in graph.of_types(object.keys(_domain_types))
	some _, path in _domain_types[domain.type]
	record := value.present(domain, path)
	value.is_known(record)
}

examined contains record if {
	some api in graph.of_types(object.keys(_api_types))
	record := value.get(api, _api_types[api.type])
	value.is_known(record)
}

examined contains record if some record in accounts.evidence

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)
