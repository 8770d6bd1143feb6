# METADATA
# title: Accounts that principals name
# description: |
#   Reads the account out of the principal of a statement, also where it is put together: the account of the template or
#   of the provider is called "own", what is not known "?". Fact: IAM User Guide, "AWS JSON policy elements: Principal".
package policies.lib.accounts

import data.policies.lib.graph
import data.policies.lib.value

# A principal as text in which the own account is called "own" and what is not known "?".
text(written) := written if is_string(written)

text(written) := concat("", [piece | some part in written["$partial"]; piece := _fragment(part)]) if {
	value.partial(written)
}

text(written) := _fragment(written) if {
	not is_string(written)
	not value.partial(written)
}

_fragment(part) := part if is_string(part)

_fragment(part) := object.get(_pseudo_parameters, part["$unknown"].name, "?") if value.unknown(part)

_fragment(part) := _referred(part["$reference"]) if value.reference(part)

_fragment(part) := "?" if {
	not is_string(part)
	not value.unknown(part)
	not value.reference(part)
}

_pseudo_parameters := {"AWS::AccountId": "own", "AWS::Partition": "aws"}

_referred(to) := object.get(_looked_up, [object.get(input.resources, [to.address, "type"], ""), to.attribute], "?")

_looked_up := {
	"data.aws_caller_identity": {"account_id": "own", "id": "own", "arn": "arn:aws:iam::own:caller"},
	"data.aws_partition": {"partition": "aws", "id": "aws"},
}

# The account whose root a principal is, "" for anything else.
root(principal) := principal if regex.match(`^([0-9]{12}|own)$`, principal)

root(principal) := split(principal, ":")[4] if regex.match(`^arn:[^:]*:iam::[^:]*:root$`, principal)

root(principal) := "" if {
	not regex.match(`^([0-9]{12}|own)$`, principal)
	not regex.match(`^arn:[^:]*:iam::[^:]*:root$`, principal)
}

# The account that a principal belongs to, "" where it names none.
account(principal) := root(principal) if not startswith(principal, "arn:")

account(principal) := split(principal, ":")[4] if regex.match(`^arn:[^:]*:[^:]*:[^:]*:[^:]*:`, principal)

account(principal) := "" if {
	startswith(principal, "arn:")
	not regex.match(`^arn:[^:]*:[^:]*:[^:]*:[^:]*:`, principal)
}

# Where plans show the own account: a lookup of it, and keys that were applied.
_shown_at := {
	"data.aws_caller_identity": ["account_id"],
	"aws_kms_key": ["arn"],
	"aws_kms_replica_key": ["arn"],
}

# The ids of the own account, as far as a plan shows them.
own := {id |
	some type, path in _shown_at
	some resource in graph.of_types([type])
	written := object.get(resource.node, path, null)
	is_string(written)
	some id in regex.find_n(`[0-9]{12}`, written, 1)
}
