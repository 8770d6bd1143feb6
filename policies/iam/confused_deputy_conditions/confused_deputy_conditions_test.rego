package policies.iam.confused_deputy_conditions_test

import data.policies.iam.confused_deputy_conditions as control
import data.policies.lib.units_test as units

_loose := {"judge_trust_policies": false, "s3_needs_account": false}

_strict := {"judge_trust_policies": true, "s3_needs_account": true}

_judged(unit, params) := result if {
	result := control with input as unit with data.params as {"IAM-009": params}
}

_permission(properties, params) := units.outcome(_judged(unit, params), "P") if {
	unit := units.template({"P": {
		"type": "AWS::Lambda::Permission",
		"properties": object.union({"FunctionName": "f", "Action": "lambda:InvokeFunction"}, properties),
	}})
}

test_a_permission_without_a_source_fails_at_the_resource if {
	_permission({"Principal": "sns.amazonaws.com"}, _loose) == "fail"
	_permission({"Principal": "events.amazonaws.com"}, _loose) == "fail"
	_permission({"Principal": "apigateway.amazonaws.com.cn"}, _loose) == "fail"
	_permission({"Principal": "sns.amazonaws.com", "SourceArn": ""}, _loose) == "fail"
}

test_a_source_or_an_organisation_passes if {
	_permission({"Principal": "sns.amazonaws.com", "SourceArn": units.reference("T", "")}, _loose) == "pass"
	_permission({"Principal": "sns.amazonaws.com", "SourceAccount": "123456789012"}, _loose) == "pass"
	_permission({"Principal": "sns.amazonaws.com", "PrincipalOrgID": "o-abcdefghij"}, _loose) == "pass"
	own := units.unknown("pseudo-parameter", "AWS::AccountId")
	_permission({"Principal": "sns.amazonaws.com", "SourceAccount": own}, _loose) == "pass"
	arn := {"$partial": ["arn:aws:execute-api:eu-west-1:", own, ":", units.reference("Api", ""), "/*"]}
	_permission({"Principal": "apigateway.amazonaws.com", "SourceArn": arn}, _loose) == "pass"
}

test_a_source_of_any_account_fails_unless_the_account_stands_beside_it if {
	any_account := {"Principal": "events.amazonaws.com", "SourceArn": "arn:aws:events:eu-west-1:*:rule/nightly"}
	_permission(any_account, _loose) == "fail"
	_permission(object.union(any_account, {"SourceAccount": "123456789012"}), _loose) == "pass"
}

test_a_bucket_names_no_account if {
	by_bucket := {"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::uploads"}
	_permission(by_bucket, _loose) == "pass"
	_permission(by_bucket, _strict) == "fail"
	_permission(object.union(by_bucket, {"SourceAccount": "123456789012"}), _strict) == "pass"
	_permission({"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::*"}, _loose) == "fail"
}

test_a_load_balancer_is_bound_by_its_account if {
	unit := units.template({"P": {
		"type": "AWS::Lambda::Permission",
		"properties": {"Principal": "elasticloadbalancing.amazonaws.com"},
	}})
	messages := [violation.message | some violation in _judged(unit, _loose).deny]
	count(messages) == 1
	endswith(messages[0], ": add the source account.")
}

test_principals_that_are_no_service_are_not_judged if {
	_permission({"Principal": "*"}, _loose) == ""
	_permission({"Principal": "123456789012"}, _loose) == ""
	_permission({"Principal": units.reference("Role", "Arn")}, _loose) == ""
	_permission({"Principal": "alexa-appkit.amazon.com", "EventSourceToken": "amzn1.ask.skill.x"}, _loose) == ""
}

test_an_undecided_permission_is_unknown if {
	_permission({"Principal": units.unknown("parameter", "Caller")}, _loose) == "unknown"
	arn := units.unknown("parameter", "Source")
	_permission({"Principal": "events.amazonaws.com", "SourceArn": arn}, _loose) == "unknown"
	known := {"Principal": units.unknown("parameter", "Caller"), "SourceAccount": "123456789012"}
	_permission(known, _loose) == "pass"
}

_queue(service, condition) := _queue_with(service, condition, _loose)

_queue_with(service, condition, params) := units.outcome(_judged(unit, params), "P") if {
	unit := units.template({"P": {"type": "AWS::SQS::QueuePolicy", "properties": {"PolicyDocument": {"Statement": [
		object.union(
			{
				"Effect": "Allow",
				"Principal": {"Service": service},
				"Action": "sqs:SendMessage",
				"Resource": "*",
			},
			{key: value | some key, value in {"Condition": condition}; count(value) > 0},
		),
	]}}}})
}

test_a_service_that_acts_for_others_fails if {
	every service in ["s3", "sns", "events", "cloudtrail", "config", "delivery.logs", "logging.s3", "ses", "budgets"] {
		_queue(concat(".", [service, "amazonaws.com"]), {}) == "fail"
	}
	_queue("logs.eu-west-1.amazonaws.com", {}) == "fail"
	region := units.unknown("pseudo-parameter", "AWS::Region")
	_queue({"$partial": ["logs.", region, ".amazonaws.com"]}, {}) == "fail"
}

test_other_services_are_not_judged_in_policies if {
	_queue("cloudfront.amazonaws.com", {}) == ""
	_queue("logdelivery.elasticloadbalancing.amazonaws.com", {}) == ""
	_queue("lambda.amazonaws.com", {}) == ""
}

test_a_bound_service_passes if {
	_queue("sns.amazonaws.com", {"ArnEquals": {"AWS:SourceArn": units.reference("T", "")}}) == "pass"
	_queue("sns.amazonaws.com", {"StringEquals": {"aws:SourceAccount": "123456789012"}}) == "pass"
	_queue("sns.amazonaws.com", {"StringEquals": {"aws:SourceOrgID": "o-abcdefghij"}}) == "pass"
	_queue("sns.amazonaws.com", {"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-abcdefghij/r-ab12/*"}}) == "pass"
}

test_a_condition_that_binds_nobody_fails if {
	_queue("sns.amazonaws.com", {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}) == "fail"
	_queue("sns.amazonaws.com", {"ArnLikeIfExists": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"}}) == "fail"
	_queue("sns.amazonaws.com", {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}) == "fail"
	_queue("sns.amazonaws.com", {"Bool": {"aws:SecureTransport": "true"}}) == "fail"
}

test_undecided_parts_of_a_policy_are_unknown if {
	_queue(units.unknown("parameter", "Service"), {}) == "unknown"
	_queue("sns.amazonaws.com", {"StringEquals": {"aws:SourceAccount": units.unknown("parameter", "A")}}) == "unknown"
	_queue("sns.amazonaws.com", units.unknown("parameter", "Condition")) == "unknown"
}

test_topics_and_buckets_are_judged_alike if {
	every type in ["AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy", "AWS::SQS::QueueInlinePolicy"] {
		unit := units.template({"P": {"type": type, "properties": {"PolicyDocument": {"Statement": {
			"Effect": "Allow",
			"Principal": {"Service": ["cloudtrail.amazonaws.com", "cloudfront.amazonaws.com"]},
			"Action": "*",
			"Resource": "*",
		}}}}})
		[violation.defect | some violation in _judged(unit, _loose).deny] == ["service/cloudtrail.amazonaws.com/*"]
	}
}

test_a_deny_grants_nothing if {
	unit := units.template({"P": {"type": "AWS::SQS::QueuePolicy", "properties": {"PolicyDocument": {"Statement": {
		"Effect": "Deny",
		"Principal": {"Service": "sns.amazonaws.com"},
		"Action": "*",
		"Resource": "*",
	}}}}})
	_judged(unit, _loose).subjects == set()
}

_role(service, condition, params) := units.outcome(_judged(unit, params), "R") if {
	unit := units.template({"R": {
		"type": "AWS::IAM::Role",
		"properties": {"AssumeRolePolicyDocument": {"Statement": {
			"Effect": "Allow",
			"Principal": {"Service": service},
			"Action": "sts:AssumeRole",
			"Condition": condition,
		}}},
	}})
}

test_trust_policies_are_judged_where_the_pack_says_so if {
	_role("scheduler.amazonaws.com", {}, _strict) == "fail"
	_role("scheduler.amazonaws.com", {}, _loose) == ""
	_role("scheduler.amazonaws.com", {"StringEquals": {"aws:SourceAccount": "123456789012"}}, _strict) == "pass"
}

test_roles_of_compute_services_are_not_judged if {
	every service in ["ecs-tasks", "ec2", "lambda", "codebuild", "events"] {
		_role(concat(".", [service, "amazonaws.com"]), {}, _strict) == ""
	}
}

test_plans_are_judged_alike if {
	unit := units.plan({
		"aws_lambda_permission.p": {
			"type": "aws_lambda_permission",
			"values": {"principal": "sns.amazonaws.com", "source_arn": null},
		},
		"data.aws_iam_policy_document.d": {
			"type": "data.aws_iam_policy_document",
			"values": {"statement": [{
				"actions": ["sns:Publish"],
				"principals": [{"type": "Service", "identifiers": ["events.amazonaws.com"]}],
			}]},
		},
		"aws_sns_topic_policy.t": {
			"type": "aws_sns_topic_policy",
			"values": {"policy": units.unknown("computed", "json")},
			"edges": [[["policy"], "data.aws_iam_policy_document.d", "json"]],
		},
	})
	result := _judged(unit, _loose)
	{violation.resource | some violation in result.deny} == {"aws_lambda_permission.p", "aws_sns_topic_policy.t"}
}
