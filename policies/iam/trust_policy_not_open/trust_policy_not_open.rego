# METADATA
# scope: package
# title: Keep role trust policies closed
# description: |
#   The trust policy says who may become the role. One that is open to every account, or to everybody whom an identity
#   provider knows, hands the rights of the role to strangers.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html
# custom:
#   id: IAM-008
#   slug: trust-policy-not-open
#   family: IAM
#   severity: critical
#   score: 9.5
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::IAM::Role
#     - AWS::IAM::User
#     - AWS::IAM::OIDCProvider
#     - AWS::IAM::SAMLProvider
#     - aws_iam_role
#     - aws_iam_user
#     - aws_iam_openid_connect_provider
#     - aws_iam_saml_provider
#     - data.aws_iam_openid_connect_provider
#     - data.aws_iam_saml_provider
#     - data.aws_iam_policy_document
#     - data.aws_iam_role
#     - data.aws_iam_user
#     - data.aws_caller_identity
#     - data.aws_iam_session_context
#   subjects:
#     - AWS::IAM::Role
#     - aws_iam_role
#     - data.aws_iam_policy_document
#   params:
#     - name: own_accounts
#       type: list
#       description: "Ids of the accounts that are yours, besides those that a plan shows to be."
#       default: []
#       stricter: shorter
#     - name: judge_own_root
#       type: boolean
#       description: "Whether trust in the whole own account counts: it leaves the choice to the account's policies."
#       default: false
#       presets: {baseline: false, reference-architecture: false, strict: true}
#       stricter: "true"
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["AC-3", "AC-6"]
#       pci_dss_4.0: ["7.2.1"]
#       soc2: ["CC6.1"]
#       iso_27001_2022: ["A.5.15", "A.8.2"]
#   cwe: [284, 863]
#   remediation:
#     cloudformation: "Name who assumes the role: `Principal: {Service: ecs-tasks.amazonaws.com}` or
#       `Principal: {AWS: !GetAtt Caller.Arn}`. For another company's account add `Condition: {StringEquals:
#       {sts:ExternalId: !Ref ExternalId}}`, for your organisation `{StringEquals: {aws:PrincipalOrgID: o-…}}`; for an
#       identity provider fix its `sub` and `aud`."
#     terraform-plan: "Name who assumes the role in `principals`. For another company's account add `condition with
#       test = \"StringEquals\", variable = \"sts:ExternalId\", values = [var.external_id]`, for your organisation one
#       on aws:PrincipalOrgID; for an identity provider conditions on its `sub` and `aud`."
#   peers:
#     checkov: [CKV_AWS_60, CKV_AWS_61]
#     cfn_nag: [F2, F6]
#     guard: [iam_role_no_full_access_on_trust_policy, iam_role_no_allow_plus_not_principal]
#     prowler: [iam_no_custom_policy_permissive_role_assumption]
#     kics: [e835bd0d-65da-49f7-b6d1-b646da8727e6]
package policies.iam.trust_policy_not_open

import data.policies.lib.accounts
import data.policies.lib.federated_trust
import data.policies.lib.iam_actions
import data.policies.lib.identity_statements
import data.policies.lib.policy_documents
import data.policies.lib.policy_patterns
import data.policies.lib.principals
import data.policies.lib.value

_params := data.params["IAM-008"]

_documents := [document |
	some document in policy_documents.rules
	document.kind == "trust"
]

subjects contains document.resource if some document in _documents

examined contains record if {
	some document in _documents
	record := identity_statements.record(document)
}

examined contains record if some record in accounts.evidence

# Statements that let somebody in, or may.
_allowing := [{"document": document, "statement": statement} |
	some document in _documents
	some statement in document.statements
	identity_statements.may_allow(statement)
]

# What makes a principal that stands for everybody stand for somebody.
_identity_keys := {
	"aws:principalorgid",
	"aws:principalorgpaths",
	"aws:principalaccount",
	"aws:principalarn",
}

# What makes the whole of another account somebody of it, or one customer of it.
_account_keys := {
	"aws:principalorgid",
	"aws:principalorgpaths",
	"aws:principalarn",
	"sts:externalid",
}

# Everybody.
_open_to_all := [row |
	some trust in _allowing
	trust.statement.unknown == null
	exposure := principals.exposure(trust.statement, _identity_keys)
	exposure != "closed"
	row := {
		"state": _exposed[exposure],
		"trust": trust,
		"path": _principal_path(trust.statement),
		"defect": _open_defect(trust.statement),
		"severity": "critical",
		"says": _open_words(trust.statement, exposure),
	}
]

_exposed := {"public": "fail", "undecided": "open"}

_open_defect(statement) := "not-principal" if count(statement.not_principals) > 0

_open_defect(statement) := "principal/*" if count(statement.not_principals) == 0

_principal_path(statement) := statement.not_principals[0].path if count(statement.not_principals) > 0

_principal_path(statement) := paths[0] if {
	count(statement.not_principals) == 0
	paths := array.concat(
		[principal.path |
			some principal in statement.principals
			principal.type in {"*", "AWS"}
			_may_be_all(principal.value)
		],
		[statement.path],
	)
}

_may_be_all(written) if written == "*"

_may_be_all(written) if value.unknown(written)

_open_words(statement, exposure) := words if {
	count(statement.not_principals) > 0
	exposure == "public"
	words := "lets everybody in but those whom 'NotPrincipal' names: name who may assume the role instead"
}

_open_words(statement, exposure) := words if {
	count(statement.not_principals) == 0
	exposure == "public"
	not _has_external_id(statement)
	words := "lets every AWS account in, as its principal is '*': name the account, role or service"
}

_open_words(statement, exposure) := words if {
	count(statement.not_principals) == 0
	exposure == "public"
	_has_external_id(statement)
	words := "lets every AWS account in that knows the external id, as its principal is '*': name the account or role"
}

_open_words(statement, exposure) := sprintf("may let everybody in: %s", [_open_reason(statement)]) if {
	exposure == "undecided"
}

_open_reason(statement) := value.reason(_unknown_principals(statement)[0]) if count(_unknown_principals(statement)) > 0

_open_reason(statement) := "what its effect or its conditions are is not known" if {
	count(_unknown_principals(statement)) == 0
}

_unknown_principals(statement) := [principal.value |
	some principal in statement.principals
	principal.type in {"*", "AWS"}
	value.unknown(principal.value)
	not principal.value["$unknown"].kind in {"pseudo-parameter", "computed"}
]

_has_external_id(statement) if {
	some condition in statement.conditions
	condition.key == "sts:externalid"
}

# Whole accounts.
_accounts := [row |
	some trust in _allowing
	trust.statement.unknown == null
	some principal in trust.statement.principals
	principal.type == "AWS"
	account := _account(principal.value)
	state := _account_state(_owner(account), _narrowed(trust.statement))
	state != "pass"
	row := {
		"state": state,
		"trust": trust,
		"path": principal.path,
		"defect": sprintf("account/%s", [account]),
		"severity": _account_severity(_owner(account)),
		"says": _account_words(_owner(account), account),
	}
]

_account(written) := account if {
	found := accounts.of_principal(written)
	found.form == "account"
	account := found.account
}

# What another resource gives may be an account; a parameter may be everybody, which is judged above.
_account(written) := "open" if {
	found := accounts.of_principal(written)
	found.form == "open"
	value.unknown(written)
	written["$unknown"].kind == "computed"
}

_owner(account) := "own" if account == "own"

_owner(account) := "own" if account in _own_accounts

_owner(account) := "open" if account == "open"

_owner(account) := "foreign" if {
	not account in {"own", "open"}
	not account in _own_accounts
}

# Ids in a configuration may be written as numbers.
_own_accounts := {sprintf("%v", [id]) | some id in _params.own_accounts}

_account_state(owner, narrowed) := _own_state(narrowed, _params.judge_own_root) if owner == "own"

_account_state(owner, narrowed) := _foreign_state[narrowed] if owner == "foreign"

_account_state(owner, narrowed) := _open_state[narrowed] if owner == "open"

_foreign_state := {"yes": "pass", "maybe": "open", "no": "fail"}

_open_state := {"yes": "pass", "maybe": "open", "no": "open"}

_own_state(_, judged) := "pass" if not judged

_own_state(narrowed, judged) := _foreign_state[narrowed] if judged

_account_severity(owner) := "low" if owner == "own"

_account_severity(owner) := "medium" if owner != "own"

_account_words(owner, _) := words if {
	owner == "own"
	words := "lets in whomever the policies of this account allow to: name the roles or users"
}

_account_words(owner, account) := sprintf(
	"lets in all of account %s without a condition: name its role, or demand sts:ExternalId or aws:PrincipalOrgID%s",
	[account, "; if the account is yours, list it in own_accounts"],
) if {
	owner == "foreign"
}

_account_words(owner, _) := words if {
	owner == "open"
	words := "lets in all of an account without a condition, and whose account it is depends on a value not known here"
}

# An external id is one value where it must be equal, whatever it is.
_narrowed(statement) := "yes" if _demands_external_id(statement)

_narrowed(statement) := principals.limited(statement, _account_keys) if not _demands_external_id(statement)

_demands_external_id(statement) if {
	some condition in statement.conditions
	condition.key == "sts:externalid"
	condition.operator in {"stringequals", "stringequalsignorecase"}
	condition.qualifier != "forallvalues"
	not condition.if_exists
	every written in condition.values { written != "*" }
}

# Actions that are more than assuming the role.
_actions := [row |
	some trust in _allowing
	some action in trust.statement.actions
	state := _action_state(action)
	state != "pass"
	row := {
		"state": state,
		"trust": trust,
		"path": action.path,
		"defect": sprintf("action/%s", [value.shown(action.written)]),
		"severity": "medium",
		"says": sprintf("allows '%s', more than assuming the role: list sts:AssumeRole, and what else is needed", [
			value.shown(action.written),
		]),
	}
]

_action_state(action) := "open" if {
	action.pattern == null
	policy_patterns.anything(action.value)
}

_action_state(action) := "fail" if {
	action.pattern != null
	_every_sts_action(action.pattern)
}

_action_state(action) := "pass" if {
	action.pattern != null
	not _every_sts_action(action.pattern)
}

_every_sts_action(pattern) if iam_actions.every_action(pattern)

_every_sts_action(pattern) if {
	iam_actions.every_action_of_service(pattern)
	iam_actions.service(pattern) == "sts"
}

# Identity providers.
_federated := [row |
	some trust in _allowing
	trust.statement.unknown == null
	some lack in federated_trust.lacks(trust.statement)
	row := {
		"state": lack.state,
		"trust": trust,
		"path": lack.principal.path,
		"defect": sprintf("federated/%s/%s", [value.shown(lack.principal.value), lack.name]),
		"severity": lack.severity,
		"says": sprintf("has no condition that fixes '%s' of the identity provider, so it lets in %s", [
			lack.name,
			lack.who,
		]),
	}
]

# Statements of which nothing is known.
_unknown_statements := [row |
	some document in _documents
	some statement in document.statements
	statement.unknown != null
	row := {
		"state": "open",
		"trust": {"document": document, "statement": statement},
		"path": statement.path,
		"defect": "statement",
		"severity": "critical",
		"says": sprintf("may let everybody in: %s", [value.reason(statement.unknown)]),
	}
]

_assessed := array.concat(
	array.concat(array.concat(_open_to_all, _accounts), array.concat(_actions, _federated)),
	_unknown_statements,
)

_violation(row) := {
	"resource": row.trust.document.resource,
	"path": row.path,
	"defect": row.defect,
	"message": sprintf("The trust policy of '%s' %s.", [row.trust.document.resource, row.says]),
}

deny contains violation if {
	some row in _assessed
	row.state == "fail"
	identity_statements.allows(row.trust.statement)
	violation := object.union(_violation(row), {"severity": row.severity})
}

undecided contains violation if {
	some row in _assessed
	row.state == "open"
	violation := _violation(row)
}

# A statement whose effect is not known may let in whom it names.
undecided contains violation if {
	some row in _assessed
	row.state == "fail"
	not identity_statements.allows(row.trust.statement)
	violation := object.union(_violation(row), {"message": sprintf("The trust policy of '%s' may let strangers in: %s.", [
		row.trust.document.resource,
		value.reason(row.trust.statement.effect),
	])})
}
