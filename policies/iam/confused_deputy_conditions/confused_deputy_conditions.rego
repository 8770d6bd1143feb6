# METADATA
# scope: package
# title: Bind service access to a source account or ARN
# description: |
#   A service like S3 or SNS works for every customer. A policy that lets the service in, and does not say for whose
#   bucket or topic, lets any other customer reach the function or queue through the service.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
# custom:
#   id: IAM-009
#   slug: confused-deputy-conditions
#   family: IAM
#   severity: medium
#   score: 5.9
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::Lambda::Permission
#     - AWS::SNS::TopicPolicy
#     - AWS::SNS::TopicInlinePolicy
#     - AWS::SQS::QueuePolicy
#     - AWS::SQS::QueueInlinePolicy
#     - AWS::S3::BucketPolicy
#     - AWS::IAM::Role
#     - aws_lambda_permission
#     - aws_sns_topic
#     - aws_sns_topic_policy
#     - aws_sqs_queue
#     - aws_sqs_queue_policy
#     - aws_s3_bucket_policy
#     - aws_iam_role
#     - data.aws_iam_policy_document
#   subjects:
#     - AWS::Lambda::Permission
#     - AWS::SNS::TopicPolicy
#     - AWS::SNS::TopicInlinePolicy
#     - AWS::SQS::QueuePolicy
#     - AWS::SQS::QueueInlinePolicy
#     - AWS::S3::BucketPolicy
#     - AWS::IAM::Role
#     - aws_lambda_permission
#     - aws_sns_topic
#     - aws_sns_topic_policy
#     - aws_sqs_queue
#     - aws_sqs_queue_policy
#     - aws_s3_bucket_policy
#     - aws_iam_role
#     - data.aws_iam_policy_document
#   params:
#     - name: judge_trust_policies
#       type: boolean
#       description: "Whether the trust policies of roles count too that services assume which act for other accounts."
#       default: false
#       presets: {baseline: false, strict: true}
#       stricter: "true"
#     - name: s3_needs_account
#       type: boolean
#       description: "Whether S3 must be bound to an account: a bucket's ARN names none, and a name can change hands."
#       default: false
#       presets: {baseline: false, strict: true}
#       stricter: "true"
#   packs: [baseline, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["Lambda.1"]
#     judged:
#       nist_800_53_r5: ["AC-3", "AC-6", "SC-7"]
#       iso_27001_2022: ["A.5.15"]
#   cwe: [441, 284]
#   remediation:
#     cloudformation: "Add `SourceArn: !GetAtt Bucket.Arn` and `SourceAccount: !Ref AWS::AccountId` to the Lambda
#       permission; in a policy document `Condition: {ArnLike: {aws:SourceArn: …}, StringEquals: {aws:SourceAccount:
#       !Ref AWS::AccountId}}`."
#     terraform-plan: "Add `source_arn` and `source_account = data.aws_caller_identity.current.account_id` to the
#       aws_lambda_permission; in a policy document a `condition` on aws:SourceArn or aws:SourceAccount."
#   peers:
#     checkov: [CKV_AWS_364]
#     trivy: [AWS-0067]
#     guard: [lambda_function_public_access_prohibited]
#     prowler: [iam_role_cross_service_confused_deputy_prevention]
package policies.iam.confused_deputy_conditions

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.identity_statements
import data.policies.lib.lambda_permissions
import data.policies.lib.policy_documents
import data.policies.lib.policy_patterns
import data.policies.lib.principals
import data.policies.lib.resource_policies
import data.policies.lib.value

_params := data.params["IAM-009"]

# Services that send to queues, topics and buckets for whoever asks them to.
_senders := {
	"s3",
	"sns",
	"events",
	"cloudtrail",
	"config",
	"delivery.logs",
	"logs",
	"logging.s3",
	"ses",
	"budgets",
	"iot",
	"cloudwatch",
	"backup",
}

# Services that assume a role for whoever names it to them.
_assumers := {
	"cloudtrail",
	"config",
	"scheduler",
	"ses",
	"apigateway",
	"backup",
	"bedrock",
	"sagemaker",
	"transfer",
	"vpc-flow-logs",
}

_policies := {
	"AWS::SNS::TopicPolicy": "Topic policy",
	"AWS::SNS::TopicInlinePolicy": "Topic policy",
	"AWS::SQS::QueuePolicy": "Queue policy",
	"AWS::SQS::QueueInlinePolicy": "Queue policy",
	"AWS::S3::BucketPolicy": "Bucket policy",
	"aws_sns_topic": "The policy of topic",
	"aws_sns_topic_policy": "Topic policy",
	"aws_sqs_queue": "The policy of queue",
	"aws_sqs_queue_policy": "Queue policy",
	"aws_s3_bucket_policy": "Bucket policy",
}

# Every grant to a service: {"subject", "statement", "service", "path", "related", "called", "does", "kind"}.
_grants := array.concat(array.concat(_of_permissions, _of_policies), _of_roles)

_of_permissions := [grant |
	some permission in lambda_permissions.all
	permission.type in {"AWS::Lambda::Permission", "aws_lambda_permission"}
	statement := lambda_permissions.statement(permission)
	some service in _services(statement)
	grant := {
		"subject": permission.address,
		"statement": statement,
		"service": service,
		"path": [],
		"related": [],
		"called": lambda_permissions.called(permission),
		"does": "call the function",
		"kind": "permission",
	}
]

_of_policies := [grant |
	some judged in resource_policies.statements
	subject := judged.document.subject
	called := _policies[graph.at(subject).type]
	not resource_policies.replaced[subject]
	identity_statements.may_allow(judged.statement)
	some service in _services(judged.statement)
	_may_be(service, _senders)
	grant := {
		"subject": subject,
		"statement": judged.statement,
		"service": service,
		"path": resource_policies.place(judged),
		"related": resource_policies.related(judged),
		"called": sprintf("%s '%s'", [called, subject]),
		"does": sprintf("use '%s'", [resource_policies.actions(judged.statement)]),
		"kind": "policy",
	}
]

_of_roles := [grant |
	_params.judge_trust_policies
	some document in policy_documents.rules
	document.kind == "trust"
	some statement in document.statements
	identity_statements.may_allow(statement)
	some service in _services(statement)
	service.name in _assumers
	grant := {
		"subject": document.resource,
		"statement": statement,
		"service": service,
		"path": statement.path,
		"related": [],
		"called": sprintf("The trust policy of '%s'", [document.resource]),
		"does": "assume the role",
		"kind": "trust",
	}
]

# The services among the principals of a statement: {"name", "shown", "known"}.
_services(statement) := [service |
	some principal in statement.principals
	some service in _of_principal(principal)
]

_of_principal(principal) := [{"name": name, "shown": pattern, "known": true}] if {
	principal.type == "Service"
	pattern := policy_patterns.pattern(principal.value)
	regex.match(`\.amazonaws\.com(\.cn)?$`, pattern)
	bare := regex.replace(pattern, `\.amazonaws\.com(\.cn)?$`, "")
	name := regex.replace(bare, `\.(region|name|[a-z]{2}(-[a-z]+)+-[0-9]+)$`, "")
}

# The principal of a permission may be a service where it is not known.
_of_principal(principal) := [{"name": "", "shown": value.shown(principal.value), "known": false}] if {
	principal.type in {"Service", "*"}
	policy_patterns.anything(principal.value)
}

_of_principal(principal) := [] if not _is_service(principal)

_is_service(principal) if {
	principal.type == "Service"
	regex.match(`\.amazonaws\.com(\.cn)?$`, policy_patterns.pattern(principal.value))
}

_is_service(principal) if {
	principal.type in {"Service", "*"}
	policy_patterns.anything(principal.value)
}

_may_be(service, _) if not service.known

_may_be(service, names) if service.name in names

# Whether a grant is bound to an account, an organisation or the ARN of a source: "yes", "maybe" or "no".
_account_keys := {
	"permission": {"aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:principalorgid"},
	"policy": {"aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"},
	"trust": {"aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"},
}

_bound(grant) := _best({by_account, by_arn}) if {
	by_account := principals.limited(grant.statement, _account_keys[grant.kind])
	by_arn := _by_arn(grant)
}

_best(answers) := "yes" if "yes" in answers

_best(answers) := "maybe" if {
	not "yes" in answers
	"maybe" in answers
}

_best(answers) := "no" if answers == {"no"}

_by_arn(grant) := "no" if _is_nameless(grant.service)

_by_arn(grant) := _best({"no"} | {answer |
	some condition in grant.statement.conditions
	answer := _arn_answer(condition)
}) if {
	not _is_nameless(grant.service)
}

# The ARN of a bucket says nothing of an account.
_is_nameless(service) if {
	_params.s3_needs_account
	service.name == "s3"
}

_arn_answer(condition) := "maybe" if condition.key == ""

_arn_answer(condition) := _worst({answer | some written in condition.values; answer := _value(written)}) if {
	condition.key == "aws:sourcearn"
	condition.operator in {"arnequals", "arnlike", "stringequals", "stringlike", "stringequalsignorecase"}
	condition.qualifier != "forallvalues"
	not condition.if_exists
	count(condition.values) > 0
}

_worst(answers) := "no" if "no" in answers

_worst(answers) := "maybe" if {
	not "no" in answers
	"maybe" in answers
}

_worst(answers) := "yes" if answers == {"yes"}

# What is still to be made has an ARN of its own; of a value from elsewhere it is not known whether it names an account.
_value(written) := "yes" if _is_made_here(written)

_value(written) := "maybe" if {
	not _is_made_here(written)
	policy_patterns.anything(written)
}

_value(written) := _of_arn(split(policy_patterns.pattern(written), ":")) if {
	not _is_made_here(written)
	not policy_patterns.anything(written)
}

_is_made_here(written) if value.reference(written)

_is_made_here(written) if {
	value.unknown(written)
	count(object.get(written["$unknown"], "references", [])) > 0
}

# An account, or where the ARNs of a service have none the name.
_of_arn(parts) := "no" if count(parts) < 6

_of_arn(parts) := _answer[regex.match(`[A-Za-z0-9]`, parts[4])] if {
	count(parts) >= 6
	parts[4] != ""
}

_of_arn(parts) := _answer[regex.match(`[A-Za-z0-9]`, parts[5])] if {
	count(parts) >= 6
	parts[4] == ""
}

_answer := {true: "yes", false: "no"}

_assessed := [row |
	some grant in _grants
	row := {
		"state": _state(grant),
		"resource": grant.subject,
		"path": grant.path,
		"defect": sprintf("service/%s/%s", [grant.service.shown, resource_policies.name(grant.statement)]),
		"message": _message(grant),
		"related": grant.related,
	}
]

_state(grant) := "pass" if _bound(grant) == "yes"

_state(grant) := "open" if _bound(grant) == "maybe"

_state(grant) := assessments.hedged("fail", _is_certain(grant)) if _bound(grant) == "no"

_is_certain(grant) := true if {
	grant.service.known
	grant.statement.effect == "Allow"
}

_is_certain(grant) := false if not grant.service.known

_is_certain(grant) := false if value.opaque(grant.statement.effect)

_message(grant) := sprintf("%s lets %s %s for any AWS account%s: add %s.", [
	grant.called,
	grant.service.shown,
	grant.does,
	_reason(grant),
	_advice(grant),
]) if {
	grant.service.known
}

_message(grant) := sprintf("Whether %s lets a service %s for any AWS account is not known: '%s' is given elsewhere.", [
	grant.called,
	grant.does,
	grant.service.shown,
]) if {
	not grant.service.known
}

_reason(grant) := "" if not _names_source(grant)

_reason(grant) := " that makes a bucket of the same name" if {
	_names_source(grant)
	_is_nameless(grant.service)
}

_reason(grant) := ", as the account in its source ARN is a wildcard" if {
	_names_source(grant)
	not _is_nameless(grant.service)
	_by_arn(grant) == "no"
}

_reason(grant) := ", unless its source ARN names one" if {
	_names_source(grant)
	not _is_nameless(grant.service)
	_by_arn(grant) != "no"
}

_names_source(grant) if {
	some condition in grant.statement.conditions
	condition.key == "aws:sourcearn"
}

# A target group and the permission for it would need each other's ARN.
_advice(grant) := "the source account" if grant.service.name in {"s3", "elasticloadbalancing"}

_advice(grant) := "the source ARN or the source account" if {
	not grant.service.name in {"s3", "elasticloadbalancing"}
}

subjects contains row.resource if some row in _assessed

examined contains record if {
	some document in resource_policies.documents
	document.subject in subjects
	record := resource_policies.record(document)
}

examined contains record if {
	some document in policy_documents.rules
	document.kind == "trust"
	document.resource in subjects
	record := identity_statements.record(document)
}

examined contains record if {
	some permission in lambda_permissions.all
	permission.address in subjects
	some what in ["principal", "organisation", "arn", "account"]
	record := value.get(permission, lambda_permissions.paths[permission.type][what])
	value.is_known(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)
