# METADATA
# scope: package
# title: Keep key policies closed to public and cross-account principals
# description: |
#   Whoever the policy of a key lets in can decrypt what it guards, whatever the policies of the data say. A public
#   principal or the root of a strange account hands that to people whom nobody here chose.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-5
# custom:
#   id: KMS-021
#   slug: kms-key-policy-restricted
#   family: KMS
#   severity: high
#   score: 8.5
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::KMS::Key
#     - AWS::KMS::ReplicaKey
#     - aws_kms_key
#     - aws_kms_key_policy
#     - aws_kms_replica_key
#     - data.aws_caller_identity
#     - data.aws_iam_policy_document
#     - data.aws_partition
#   subjects:
#     - AWS::KMS::Key
#     - AWS::KMS::ReplicaKey
#     - aws_kms_key
#     - aws_kms_key_policy
#     - aws_kms_replica_key
#   params:
#     - name: forbid_wildcard_grants
#       type: boolean
#       description: Let only the root of the own account have every action on a key.
#       default: false
#       presets: {strict: true}
#       stricter: true
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["KMS.5"]
#     judged:
#       nist_800_53_r5: ["AC-3", "AC-6", "SC-12"]
#       pci_dss_4.0: ["3.6.1"]
#       iso_27001_2022: ["A.8.24", "A.5.15"]
#   cwe: [732, 284]
#   remediation:
#     cloudformation: "In KeyPolicy, give kms:* only to !Sub \"arn:${AWS::Partition}:iam::${AWS::AccountId}:root\",
#       name the roles and services that use the key with the actions they need, and where the principal must be \"*\"
#       add Condition: {StringEquals: {kms:CallerAccount: !Ref AWS::AccountId}}."
#     terraform-plan: "In the key policy, give kms:* only to
#       \"arn:aws:iam::${data.aws_caller_identity.current.account_id}:root\", name the roles and services that use the
#       key with the actions they need, and where the principal must be \"*\" add a condition with variable =
#       \"kms:CallerAccount\"."
#   peers:
#     checkov: [CKV_AWS_33]
#     cfn_nag: [F76]
#     guard: [kms_no_wildcard_principal]
#     prowler: [kms_key_not_publicly_accessible]
package policies.kms.kms_key_policy_restricted

import data.policies.lib.accounts
import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.principals
import data.policies.lib.resource_policies

_forbid_wildcard_grants := data.params["KMS-021"].forbid_wildcard_grants

_types := {
	"AWS::KMS::Key",
	"AWS::KMS::ReplicaKey",
	"aws_kms_key",
	"aws_kms_key_policy",
	"aws_kms_replica_key",
}

# What limits a public principal to callers that somebody chose. kms:ViaService does not: any account may call.
_limiting_keys := {
	"kms:calleraccount",
	"aws:principalaccount",
	"aws:principalarn",
	"aws:principalorgid",
	"aws:principalorgpaths",
	"aws:sourceaccount",
	"aws:sourcearn",
	"aws:sourceorgid",
}

# The policies that are written. An applied key shows the policy that a resource beside it gave.
_documents := [document |
	some document in resource_policies.documents
	graph.at(document.subject).type in _types
	not document.subject in _governed
]

_governed := {address |
	some policy in graph.of_types(["aws_kms_key_policy"])
	some address in graph.referenced(policy, ["key_id"])
}

_statements := [judged |
	some judged in resource_policies.statements
	graph.at(judged.document.subject).type in _types
	not judged.document.subject in _governed
]

subjects contains document.subject if some document in _documents

examined contains record if {
	some document in _documents
	record := resource_policies.record(document)
}

# The accounts that the principals of a policy name.
_accounts[""] contains ""

_accounts[judged.document.subject] contains account if {
	some judged in _statements
	some principal in judged.statement.principals
	principal.type == "AWS"
	account := accounts.account(accounts.text(principal.value))
	account != ""
}

# Whose root it is: "own", "foreign" or "open".
_owner(_, "own") := "own"

_owner(_, account) := "open" if contains(account, "?")

_owner(_, account) := _known_owner[account in accounts.own] if {
	regex.match(`^[0-9]{12}$`, account)
	count(accounts.own) > 0
}

# A literal beside the own account is another one; the only account of a policy is the own one.
_owner(subject, account) := _supposed_owner(object.get(_accounts, subject, set()) - {account}) if {
	regex.match(`^[0-9]{12}$`, account)
	count(accounts.own) == 0
}

_known_owner := {true: "own", false: "foreign"}

_supposed_owner(others) := "own" if count(others) == 0

_supposed_owner(others) := "foreign" if "own" in others

_supposed_owner(others) := "open" if {
	count(others) > 0
	not "own" in others
}

# Statements that give every action on the key, and those that may.
_whole(statement) := "yes" if {
	some action in statement.actions
	action.pattern in {"*", "kms:*", "*:*"}
}

_whole(statement) := "maybe" if {
	count([action | some action in statement.actions; action.pattern in {"*", "kms:*", "*:*"}]) == 0
	some action in statement.actions
	action.pattern == null
}

_allows(statement) if {
	statement.unknown == null
	statement.effect == "Allow"
}

# Every principal that has every action, or may have, and is not everybody.
_grants := [{"judged": judged, "principal": principal, "text": text, "whole": whole} |
	some judged in _statements
	_allows(judged.statement)
	whole := _whole(judged.statement)
	some principal in judged.statement.principals
	text := accounts.text(principal.value)
	text != "*"
]

# The state of a grant and the words for it. A root may be given everything only where it is the own one.
_judgement(grant) := {"state": state, "text": text, "defect": "foreign"} if {
	account := accounts.root(grant.text)
	account != ""
	grant.principal.type == "AWS"
	owner := _owner(grant.judged.document.subject, account)
	state := _of_owners[owner]
	text := sprintf("the whole account '%s', which is not this one", [account])
}

_judgement(grant) := {"state": state, "text": sprintf("'%s'", [_shown(grant)]), "defect": "wildcard"} if {
	_forbid_wildcard_grants
	not _is_root(grant)
	state := _of_wildcards[contains(grant.text, "?")]
}

_is_root(grant) if {
	grant.principal.type == "AWS"
	accounts.root(grant.text) != ""
}

_shown(grant) := replace(replace(grant.text, ":own:", ":"), "?", "*")

_of_owners := {"own": "pass", "foreign": "fail", "open": "open"}

# What is known in part is still no root; what is not known at all may be the own one.
_of_wildcards := {true: "open", false: "fail"}

_of_grants := [row |
	some grant in _grants
	judgement := _judgement(grant)
	judged := grant.judged
	row := {
		"state": assessments.hedged(judgement.state, grant.whole == "yes"),
		"resource": judged.document.subject,
		"path": resource_policies.place(judged),
		"defect": sprintf("%s/%s/%s", [judgement.defect, resource_policies.name(judged.statement), grant.text]),
		"message": sprintf("The policy of key '%s' gives %s every action on the key. Name the actions it needs.", [
			judged.document.subject,
			judgement.text,
		]),
		"related": resource_policies.related(judged),
	}
]

_exposure_states := {"public": "fail", "undecided": "open", "closed": "pass"}

_of_statements := [row |
	some judged in _statements
	row := {
		"state": _exposure_states[principals.exposure(judged.statement, _limiting_keys)],
		"resource": judged.document.subject,
		"path": resource_policies.place(judged),
		"defect": sprintf("statement/%s", [resource_policies.name(judged.statement)]),
		"message": sprintf("The policy of key '%s' allows '%s' to %s. %s.", [
			judged.document.subject,
			resource_policies.actions(judged.statement),
			_whom(judged.statement),
			"Name the roles and services, or add a condition on 'kms:CallerAccount'",
		]),
		"related": resource_policies.related(judged),
	}
]

_whom(statement) := "everybody" if count(statement.not_principals) == 0

_whom(statement) := "everybody but those whom 'NotPrincipal' names" if count(statement.not_principals) > 0

_assessed := array.concat(_of_statements, _of_grants)

_unread := {document.subject | some document in _documents; document.row.unknown != null}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

# A policy that cannot be read settles nothing.
proven contains address if {
	some address in assessments.settled(subjects, _assessed)
	not address in _unread
}
