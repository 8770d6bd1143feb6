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

# How wide a resource pattern is: "*" for every service, the one whose things it matches all, or null.
breadth(pattern) := null if pattern == null

breadth(pattern) := found[0] if {
	pattern != null
	found := array.concat(
		["*" | iam_actions.every_resource(pattern)],
		array.concat([wide | service := service_wide(pattern); wide := _any_as_star(service)], [null]),
	)
}

_any_as_star(service) := "*" if iam_actions.any_text(service)

_any_as_star(service) := service if not iam_actions.any_text(service)

# Tells whether a resource element is wide for a service: matches every ARN, or all things of one type.
wide_for(element, prefix) if element.wide in {"*", prefix}

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
