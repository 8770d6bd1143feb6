# METADATA
# scope: package
# title: Deny S3 requests that do not use TLS
# description: |
#   S3 answers plain HTTP as well as HTTPS. Only a Deny statement in the bucket policy turns away clients whose requests
#   anybody on the way can read.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-5
# custom:
#   id: S3-003
#   slug: bucket-denies-plaintext-transport
#   family: S3
#   severity: medium
#   score: 5.9
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::S3::Bucket
#     - AWS::S3::BucketPolicy
#     - aws_s3_bucket
#     - aws_s3_bucket_policy
#     - data.aws_iam_policy_document
#     - data.aws_s3_bucket
#   subjects:
#     - AWS::S3::Bucket
#     - AWS::S3::BucketPolicy
#     - aws_s3_bucket
#     - aws_s3_bucket_policy
#   params: []
#   packs: [baseline, reference-architecture, cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["S3.5"]
#       cis_aws_3.0: ["2.1.1"]
#       cis_aws_5.0: ["2.1.1"]
#       nist_800_53_r5: ["AC-17(2)", "SC-8", "SC-8(1)"]
#       pci_dss_4.0: ["4.2.1", "1.2.5", "2.2.5", "2.2.7", "4.2.1.1", "8.3.2"]
#       hipaa:
#         ["164.308(a)(1)(ii)(B)", "164.312(a)(2)(iv)", "164.312(c)(1)", "164.312(c)(2)", "164.312(e)(1)",
#          "164.312(e)(2)(i)", "164.312(e)(2)(ii)"]
#     judged:
#       iso_27001_2022: ["A.8.24"]
#   cwe: [319, 311]
#   remediation:
#     cloudformation: "Add to the bucket policy: {Sid: DenyPlaintext, Effect: Deny, Principal: \"*\", Action:
#       \"s3:*\", Resource: [!GetAtt Bucket.Arn, !Sub \"${Bucket.Arn}/*\"], Condition: {Bool: {\"aws:SecureTransport\":
#       \"false\"}}}."
#     terraform-plan: "Add to the policy document: a statement with effect = \"Deny\", actions = [\"s3:*\"],
#       resources = [aws_s3_bucket.b.arn, \"${aws_s3_bucket.b.arn}/*\"], principals with type = \"*\", identifiers =
#       [\"*\"], condition with test = \"Bool\", variable = \"aws:SecureTransport\", values = [\"false\"]. Attach it
#       with aws_s3_bucket_policy."
#   peers:
#     guard: [s3_bucket_ssl_requests_only]
#     cdk_nag: [AwsSolutions-S10, NIST.800.53.R5-S3BucketSSLRequestsOnly]
#     prowler: [s3_bucket_secure_transport_policy]
#     kics: [38c64e76-c71e-4d92-a337-60174d1de1c9]
package policies.s3.bucket_denies_plaintext_transport

import data.policies.lib.assessments
import data.policies.lib.buckets
import data.policies.lib.graph
import data.policies.lib.resource_policies
import data.policies.lib.value

# Bucket policies, and where each names its bucket. The older attribute of the bucket itself names none.
_policies := {
	"AWS::S3::BucketPolicy": ["Properties", "Bucket"],
	"aws_s3_bucket_policy": ["bucket"],
}

_buckets := graph.of_types(["AWS::S3::Bucket", "aws_s3_bucket"])

# Once it is applied, a plan shows the policy as an attribute of the bucket too, and as it was before the plan.
_holders(bucket) := _parts(bucket) if count(_parts(bucket)) > 0

_holders(bucket) := [bucket | count(resource_policies.documents_of(bucket.address)) > 0] if count(_parts(bucket)) == 0

_parts(bucket) := [policy | some type, _ in _policies; some policy in buckets.parts(bucket.address, type)]

# What is judged together: a bucket, the resource at which it is reported (its first policy), and the documents that
# guard it. A policy of
# a bucket outside the unit is judged by the name that it gives.
_guarded := array.concat(
	[row |
		some bucket in _buckets
		holders := _holders(bucket)
		at := array.concat(holders, [bucket])[0]
		row := {"at": at, "called": bucket.address, "names": _names_of(bucket), "holders": holders}
	],
	[row |
		some type, path in _policies
		some policy in graph.of_types([type])
		count(buckets.owners(policy.address)) == 0
		written := object.get(policy.node, path, null)
		row := {"at": policy, "called": value.shown(written), "names": {_text(written)}, "holders": [policy]}
	],
)

subjects contains row.at.address if some row in _guarded

examined contains record if {
	some row in _guarded
	some holder in row.holders
	some document in resource_policies.documents_of(holder.address)
	record := resource_policies.record(document)
}

# How the name of a bucket may be written: by reference, by its text, or within its ARN.
_names_of(bucket) := {sprintf("${%s}", [bucket.address])} | {name |
	some path in [["Properties", "BucketName"], ["bucket"], ["id"], ["arn"]]
	written := object.get(bucket.node, path, null)
	written != null
	name := _without_arn(_text(written))
	name != ""
}

# A value as text in which what is not literal has a name of its own.
_text(written) := written if is_string(written)

_text(written) := concat("", [text | some part in written["$partial"]; text := _fragment(part)]) if {
	value.partial(written)
}

_text(written) := _fragment(written) if {
	not is_string(written)
	not value.partial(written)
}

_fragment(part) := part if is_string(part)

_fragment(part) := _referred(part["$reference"]) if value.reference(part)

_fragment(part) := "aws" if _gap(part) == "AWS::Partition"

_fragment(part) := sprintf("${%s}", [value.shown(part)]) if {
	not is_string(part)
	not value.reference(part)
	_gap(part) != "AWS::Partition"
}

_gap(part) := object.get(part, ["$unknown", "name"], "") if is_object(part)

_gap(part) := "" if not is_object(part)

_referred(to) := sprintf("arn:aws:s3:::${%s}", [to.address]) if lower(to.attribute) == "arn"

_referred(to) := sprintf("${%s}", [to.address]) if lower(to.attribute) in {"", "ref", "id", "bucket"}

_referred(to) := sprintf("${%s.%s}", [to.address, to.attribute]) if {
	not lower(to.attribute) in {"", "ref", "id", "bucket", "arn"}
}

_without_arn(text) := regex.replace(text, `^arn:[^:]*:s3:::`, "")

# What of a bucket a resource of a statement covers: {"sure", "perhaps"}, each of "bucket" and "objects".
_extent(row, resource) := {"sure": sure, "perhaps": perhaps, "within": within} if {
	pattern := _without_arn(_text(resource.value))
	within := count([name | some name in row.names; startswith(pattern, sprintf("%s/", [name]))]) > 0
	sure := {part | some name in row.names; some part in _covered(name, pattern)}
	perhaps := _imagined(resource.value, pattern)
}

_covered(_, "*") := {"bucket", "objects"}

_covered(name, pattern) := {"bucket"} if pattern == name

_covered(name, pattern) := {"objects"} if pattern == sprintf("%s/*", [name])

_covered(name, pattern) := {"bucket", "objects"} if {
	pattern != "*"
	endswith(pattern, "*")
	not contains(trim_suffix(pattern, "*"), "*")
	startswith(name, trim_suffix(pattern, "*"))
}

# What is not known, and no bucket of the unit, may be any.
_imagined(written, pattern) := set() if not _is_open(written, pattern)

_imagined(written, pattern) := {"objects"} if {
	_is_open(written, pattern)
	endswith(pattern, "/*")
}

_imagined(written, pattern) := {"bucket", "objects"} if {
	_is_open(written, pattern)
	not endswith(pattern, "/*")
}

_is_open(written, _) if value.unknown(written)

_is_open(written, _) if {
	value.partial(written)
	some part in written["$partial"]
	value.unknown(part)
	part["$unknown"].kind != "pseudo-parameter"
}

# A reference to what is no bucket of the unit.
_is_open(_, pattern) if {
	found := regex.find_all_string_submatch_n(`\$\{([^}]*)\}`, pattern, 1)
	some match in found
	resource := graph.at(match[1])
	resource != null
	startswith(resource.type, "data.")
}

# Whether a statement turns away whoever comes without TLS: "yes", "maybe" or "no".
_denial(statement) := "maybe" if statement.unknown != null

_denial(statement) := _weakest({answer | some answer in _answers(statement)}) if statement.unknown == null

_answers(statement) := {
	"effect": _effect(statement.effect),
	"principal": _principal(statement),
	"action": _action(statement),
	"condition": _condition(statement),
}

_weakest(answers) := "no" if "no" in answers

_weakest(answers) := "maybe" if {
	not "no" in answers
	"maybe" in answers
}

_weakest(answers) := "yes" if answers == {"yes"}

_effect(effect) := "yes" if effect == "Deny"

_effect(effect) := "maybe" if value.opaque(effect)

_effect(effect) := "no" if {
	effect != "Deny"
	not value.opaque(effect)
}

_principal(statement) := _best(count(statement.not_principals) == 0, [answer |
	some principal in statement.principals
	answer := _everybody(principal)
])

_everybody(principal) := "yes" if {
	principal.type in {"*", "AWS"}
	principal.value == "*"
}

_everybody(principal) := "maybe" if value.unknown(principal.value)

_everybody(principal) := "no" if {
	not value.unknown(principal.value)
	not [principal.type in {"*", "AWS"}, principal.value] == [true, "*"]
}

_action(statement) := _best(count(statement.not_actions) == 0, [answer |
	some action in statement.actions
	answer := _everything(action.pattern)
])

_everything(pattern) := "maybe" if pattern == null

_everything(pattern) := "yes" if pattern in {"*", "s3:*", "*:*"}

_everything(pattern) := "no" if {
	pattern != null
	not pattern in {"*", "s3:*", "*:*"}
}

# The best of several answers, if it may count at all.
_best(false, _) := "no"

_best(true, answers) := "yes" if "yes" in answers

_best(true, answers) := "maybe" if {
	not "yes" in answers
	"maybe" in answers
}

_best(true, answers) := "no" if {
	not "yes" in answers
	not "maybe" in answers
}

# The one condition is that TLS is not used; a further one would let others through.
_condition(statement) := "no" if count(statement.conditions) != 1

_condition(statement) := "maybe" if {
	count(statement.conditions) == 1
	statement.conditions[0].key == ""
}

_condition(statement) := _best(_is_of_transport(condition), [answer |
	some given in condition.values
	answer := _off(given)
]) if {
	count(statement.conditions) == 1
	condition := statement.conditions[0]
	condition.key != ""
}

_is_of_transport(condition) := [condition.operator, condition.key] == ["bool", "aws:securetransport"]

_off(given) := "yes" if value.falsy(given)

_off(given) := "maybe" if value.opaque(given)

_off(given) := "no" if {
	not value.falsy(given)
	not value.opaque(given)
}

_both := {"bucket", "objects"}

# What the policies of a bucket guard, surely and perhaps.
_judgement(row) := {"sure": sure, "possible": sure | perhaps, "statements": statements} if {
	statements := [one |
		some holder in row.holders
		some judged in resource_policies.statements_of(holder.address)
		denial := _denial(judged.statement)
		one := {"judged": judged, "denial": denial, "extent": _reach(row, judged.statement)}
	]
	sure := {part | some one in statements; one.denial == "yes"; some part in one.extent.sure}
	perhaps := {part |
		some one in statements
		one.denial != "no"
		some part in one.extent.sure | one.extent.perhaps
	} | {part | some part in _both; _is_unread(row)}
}

_reach(row, statement) := {
	"sure": {part | some extent in extents; some part in extent.sure},
	"perhaps": {part | some extent in extents; some part in extent.perhaps} | _unread_extent(statement),
	"within": true in {extent.within | some extent in extents},
} if {
	extents := [extent | some resource in statement.resources; extent := _extent(row, resource)]
}

_unread_extent(statement) := _both if statement.unknown != null

_unread_extent(statement) := set() if statement.unknown == null

_is_unread(row) if {
	some holder in row.holders
	some document in resource_policies.documents_of(holder.address)
	document.row.unknown != null
}

# A policy of which it is not known whose it is may be that of a bucket without one.
_is_unread(row) if {
	count(row.holders) == 0
	count(_astray(row)) > 0
}

_astray(row) := [address |
	some type, _ in _policies
	some address in buckets.unresolved(type)
	graph.at(address).format == row.at.format
]

_state(judgement) := "pass" if judgement.sure == _both

_state(judgement) := "fail" if judgement.possible != _both

_state(judgement) := "open" if {
	judgement.sure != _both
	judgement.possible == _both
}

_assessed := [assessed |
	some row in _guarded
	judgement := _judgement(row)
	near := _near(row, judgement)
	assessed := {
		"state": _state(judgement),
		"resource": row.at.address,
		"path": near.path,
		"defect": "plaintext",
		"message": sprintf("Bucket '%s' answers requests without TLS: %s.", [row.called, near.text]),
		"related": near.related,
	}
]

_unguarded := "it has no bucket policy that denies them by 'aws:SecureTransport'"

# What comes nearest: the reason, and the statement that falls short.
_near(row, _) := {"path": [], "text": _unguarded, "related": []} if count(row.holders) == 0

_near(row, judgement) := near if {
	count(row.holders) > 0
	misses := [one | some one in judgement.statements; _means_it(one)]
	near := _nearest(row, misses)
}

_nearest(row, []) := {"path": [], "text": sprintf(text, [row.holders[0].address]), "related": []} if {
	text := _none[_is_unread_in(row)]
}

_none := {
	true: "the text of '%s', which may deny them, is not known",
	false: "no statement of '%s' denies them by 'aws:SecureTransport'",
}

_is_unread_in(row) if _is_unread(row)

_is_unread_in(row) := false if not _is_unread(row)

_nearest(row, misses) := {
	"path": _place(row, misses[0].judged),
	"text": concat("; ", [text | some one in misses; text := _shortfall(one)]),
	"related": resource_policies.related(misses[0].judged),
} if {
	count(misses) > 0
}

_place(row, judged) := resource_policies.place(judged) if judged.document.subject == row.at.address

_place(row, judged) := [] if judged.document.subject != row.at.address

# A statement that denies, or may deny, by aws:SecureTransport.
_means_it(one) if {
	one.judged.statement.effect != "Allow"
	some condition in one.judged.statement.conditions
	condition.key in {"aws:securetransport", ""}
}

_shortfall(one) := sprintf("statement '%s' %s", [resource_policies.name(one.judged.statement), text]) if {
	answers := _answers(one.judged.statement)
	text := _shortfall_of(one, answers)
}

_reasons := {
	"principal": "is not for every principal",
	"action": "is not for every action",
	"condition": "has another condition than that TLS is not used",
}

_shortfall_of(one, answers) := reasons[0] if {
	one.denial == "no"
	reasons := array.concat([reason | some part, reason in _reasons; answers[part] == "no"], ["does not deny"])
}

_shortfall_of(one, _) := "is not known in every part" if one.denial == "maybe"

_shortfall_of(one, _) := _uncovered(one.extent.sure, one.extent.within) if one.denial == "yes"

_uncovered({"objects"}, _) := "covers only the objects, not the bucket"

_uncovered({"bucket"}, false) := "covers only the bucket, not its objects"

_uncovered({"bucket"}, true) := "covers the bucket and a part of its objects"

_uncovered(sure, false) := "is for other resources" if sure == set()

_uncovered(sure, true) := "covers only a part of the objects" if sure == set()

_uncovered(sure, _) := "covers the bucket and its objects" if sure == _both

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
