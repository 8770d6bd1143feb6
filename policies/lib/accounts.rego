# METADATA
# title: Which account a principal of a policy is
# description: |
#   Reads an AWS principal of a statement: an account (its root, or its id), somebody in particular, or not known. An
#   account is "own" where the unit says so itself, `AWS::AccountId` and `data.aws_caller_identity`; a literal id is
#   compared with those that the plan knows as its own.
#   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
package policies.lib.accounts

import data.policies.lib.graph
import data.policies.lib.value

# What says which accounts the unit manages: the id of the caller, and the ARNs of roles that exist.
evidence := [record |
	some type, key in {"data.aws_caller_identity": "account_id", "aws_iam_role": "arn"}
	some resource in graph.of_types([type])
	record := value.get(resource, [key])
	value.is_known(record)
]

# The ids of these principals.
own_ids := {id |
	some record in evidence
	is_string(record.value)
	some id in regex.find_n(`[0-9]{12}`, record.value, 1)
}

# What a principal is: {"form": "account", "account": an id, "own" or "open"}, {"form": "named"} or {"form": "open"}.
of_principal(written) := {"form": "open"} if _text(written) == ""

of_principal(written) := {"form": "account", "account": _account(ids[0])} if {
	ids := _root_ids(_text(written))
	count(ids) > 0
}

of_principal(written) := {"form": "named"} if {
	text := _text(written)
	text != ""
	count(_root_ids(text)) == 0
}

# The id of an account that stands alone or in the ARN of its root.
_root_ids(text) := [id |
	some found in regex.find_all_string_submatch_n(`^(?:arn:[^:]*:iam::)?([0-9]{12}|own|open)(:root)?$`, text, 1)
	id := found[1]
]

_account(id) := "own" if id == "own"

_account(id) := "own" if own_ids[id]

_account(id) := id if {
	id != "own"
	not own_ids[id]
}

# The principal as text, with a word for what is not literal; empty where nothing is known.
_text(written) := written if is_string(written)

_text(written) := concat("", texts) if {
	value.partial(written)
	texts := [text | some fragment in written["$partial"]; text := _fragment(fragment)]
}

_text(written) := _whole(written) if {
	not is_string(written)
	not value.partial(written)
}

_whole(written) := "own" if _is_own_id(written)

_whole(written) := "named" if {
	not _is_own_id(written)
	_is_somebody(written)
}

_whole(written) := "" if {
	not _is_own_id(written)
	not _is_somebody(written)
}

_fragment(fragment) := fragment if is_string(fragment)

_fragment(fragment) := "own" if _is_own_id(fragment)

_fragment(fragment) := "aws" if _is_pseudo(fragment, "AWS::Partition")

_fragment(fragment) := "open" if {
	not is_string(fragment)
	not _is_own_id(fragment)
	not _is_pseudo(fragment, "AWS::Partition")
}

_is_own_id(written) if _is_pseudo(written, "AWS::AccountId")

_is_own_id(written) if {
	some target in _targets(written)
	contains(target.address, "data.aws_caller_identity.")
	target.attribute in {"account_id", "id"}
}

_is_pseudo(written, name) if {
	value.unknown(written)
	written["$unknown"].kind == "pseudo-parameter"
	written["$unknown"].name == name
}

# What another resource gives is that resource's principal; what it gives as a mere id may be anybody's.
_is_somebody(written) if {
	some target in _targets(written)
	_named_types[object.get(object.get(input.resources, target.address, {}), "type", "")]
}

_named_types := {
	"AWS::IAM::Role",
	"AWS::IAM::User",
	"aws_iam_role",
	"aws_iam_user",
	"data.aws_iam_role",
	"data.aws_iam_user",
	"data.aws_caller_identity",
	"data.aws_iam_session_context",
	"AWS::CloudFront::CloudFrontOriginAccessIdentity",
	"aws_cloudfront_origin_access_identity",
}

_targets(written) := [written["$reference"]] if value.reference(written)

_targets(written) := object.get(written["$unknown"], "references", []) if value.unknown(written)

_targets(written) := [] if {
	not value.reference(written)
	not value.unknown(written)
}

# A principal as text in which the own account is called "own" and what is not known "?".
text(written) := written if is_string(written)

text(written) := concat("", [piece | some part in written["$partial"]; piece := _piece(part)]) if {
	value.partial(written)
}

text(written) := _piece(written) if {
	not is_string(written)
	not value.partial(written)
}

_piece(part) := part if is_string(part)

_piece(part) := object.get(_pseudo_parameters, part["$unknown"].name, "?") if value.unknown(part)

_piece(part) := _referred(part["$reference"]) if value.reference(part)

_piece(part) := "?" if {
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
