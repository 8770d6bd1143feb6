# METADATA
# title: How wide the resources of a statement are
# description: |
#   A resource is wide when it names no thing: `*`, or an ARN whose resource part is only wildcards behind the type
#   (`arn:aws:iam::*:role/*`). Types without a word of their own in ARNs need every part to be a wildcard.
#   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
package policies.lib.iam_resources

import data.policies.lib.iam_actions
import data.policies.lib.policy_patterns

# Services whose ARNs have no type: what follows the account is a name.
_without_types := {"s3", "sns", "sqs", "execute-api", "codecommit", "codepipeline"}

# Tells whether a resource element is wide for a service: matches every ARN, or all things of one type.
wide_for(element, _) if {
	pattern := policy_patterns.pattern(element.value)
	iam_actions.every_resource(pattern)
}

wide_for(element, prefix) if {
	pattern := policy_patterns.pattern(element.value)
	service := service_wide(pattern)
	_same_service(service, prefix)
}

_same_service(service, prefix) if service == prefix

_same_service(service, _) if iam_actions.any_text(service)

# The service of an ARN pattern that names no thing; undefined for every other text.
service_wide(pattern) := parts[2] if {
	startswith(pattern, "arn:")
	parts := split(pattern, ":")
	count(parts) >= 6
	_without_types[parts[2]]
	regex.match(`^[*?]*\*[*?]*([/:][*?]*\*[*?]*)*$`, concat(":", array.slice(parts, 5, count(parts))))
}

service_wide(pattern) := parts[2] if {
	startswith(pattern, "arn:")
	parts := split(pattern, ":")
	count(parts) >= 6
	not _without_types[parts[2]]
	regex.match(
		`^/?([A-Za-z0-9_-]+[/:]((app|net|gwy)/)?)?[*?]*\*[*?]*([/:]([A-Za-z0-9_-]+[/:])?[*?]*\*[*?]*)*$`,
		concat(":", array.slice(parts, 5, count(parts))),
	)
}

# An ARN that a wildcard cuts short (`arn:aws:sqs:*`).
service_wide(pattern) := parts[2] if {
	startswith(pattern, "arn:")
	parts := split(pattern, ":")
	count(parts) >= 4
	count(parts) < 6
	iam_actions.any_text(parts[count(parts) - 1])
}

# Tells whether a resource element could be wide, for all that is known.
may_be_wide(element) if policy_patterns.anything(element.value)
