# METADATA
# scope: package
# title: Encrypt Secrets Manager secrets with a customer managed key
# description: |
#   Everyone of the account who may read secrets may use the key aws/secretsmanager; a key of your own has a policy
#   that you write, and can be taken away. Readers in other accounts cannot decrypt without one.
# related_resources:
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
# custom:
#   id: KMS-008
#   slug: secrets-encrypted-with-kms
#   family: KMS
#   severity: medium
#   score: 5.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::SecretsManager::Secret
#     - aws_secretsmanager_secret
#     - AWS::KMS::Key
#     - AWS::KMS::Alias
#     - AWS::KMS::ReplicaKey
#     - aws_kms_key
#     - aws_kms_alias
#     - aws_kms_replica_key
#     - aws_kms_external_key
#     - aws_kms_replica_external_key
#     - data.aws_kms_alias
#     - data.aws_kms_key
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - aws_db_instance
#     - aws_rds_cluster
#     - AWS::SecretsManager::ResourcePolicy
#     - aws_secretsmanager_secret_policy
#     - data.aws_iam_policy_document
#     - data.aws_caller_identity
#     - aws_iam_role
#   subjects:
#     - AWS::SecretsManager::Secret
#     - aws_secretsmanager_secret
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - aws_db_instance
#     - aws_rds_cluster
#   params:
#     - name: kms_level
#       type: string
#       description: "The least that passes: any encryption, a key that AWS manages, or a customer managed key."
#       default: any
#       presets: {baseline: any, reference-architecture: aws-managed, strict: cmk}
#       stricter: [any, aws-managed, cmk]
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       hipaa: ["164.312(a)(2)(iv)", "164.312(e)(2)(ii)"]
#     judged:
#       pci_dss_4.0: ["3.5.1"]
#       soc2: ["CC6.1"]
#       iso_27001_2022: ["A.8.24"]
#   cwe: [1394]
#   remediation:
#     cloudformation: "KmsKeyId: !GetAtt SecretsKey.Arn on the secret, and KmsKeyId of a key in its region on each of
#       ReplicaRegions. Let readers of other accounts use the key in its KeyPolicy (kms:Decrypt)."
#     terraform-plan: "kms_key_id = aws_kms_key.secrets.arn on aws_secretsmanager_secret, and kms_key_id of a key in
#       its region in each replica block. Let readers of other accounts use the key in its policy (kms:Decrypt)."
#   peers:
#     checkov: [CKV_AWS_149]
#     trivy: [AWS-0098]
#     cfn_nag: [W77]
#     guard: [secretsmanager_using_cmk]
#     cdk_nag: [NIST.800.53.R5-SecretsManagerUsingKMSKey]
package policies.kms.secrets_encrypted_with_kms

import data.policies.lib.accounts
import data.policies.lib.encryption
import data.policies.lib.encryption_findings
import data.policies.lib.graph
import data.policies.lib.policy_documents
import data.policies.lib.value

_assessments := encryption.judge(_stores, data.params["KMS-008"].kms_level)

_stores := [store |
	some found in encryption.stores(data.tables.encryption["KMS-008"])
	store := object.union(found, _read_from_abroad(found))
]

# Who reads a secret from another account cannot use the key of Secrets Manager.
_read_from_abroad(store) := {"need": "cmk", "note": _abroad, "related": related} if {
	related := _readers(store, "yes")
	count(related) > 0
}

_read_from_abroad(store) := {"need": "cmk", "doubt": _doubt, "related": related} if {
	count(_readers(store, "yes")) == 0
	related := _readers(store, "maybe")
	count(related) > 0
}

_read_from_abroad(store) := {} if {
	count(_readers(store, "yes")) == 0
	count(_readers(store, "maybe")) == 0
}

_abroad := "Other accounts read it, and they cannot use the key of Secrets Manager."

_doubt := "its policy may let other accounts read it, which cannot use the key of Secrets Manager"

_readers(store, foreign) := [related |
	object.get(store.row, "part", "") == ""
	some reader in object.get(_readers_of, store.address, set())
	reader.foreign == foreign
	related := {"address": reader.resource, "path": reader.path, "message": _said[foreign]}
]

_said := {"yes": "Lets another account in.", "maybe": "May let another account in."}

_secrets := ["AWS::SecretsManager::Secret", "aws_secretsmanager_secret"]

_policies := {
	"AWS::SecretsManager::ResourcePolicy": {
		"secret": ["Properties", "SecretId"],
		"text": ["Properties", "ResourcePolicy"],
	},
	"aws_secretsmanager_secret_policy": {"secret": ["secret_arn"], "text": ["policy"]},
}

# The secrets that a policy refers to, or gives the name or ARN of.
_meant(policy, path) := graph.referenced(policy, path) | object.get(_called, written, set()) if {
	written := object.get(policy.node, path, "")
	is_string(written)
}

_meant(policy, path) := graph.referenced(policy, path) if not is_string(object.get(policy.node, path, ""))

# A partial object without entries is undefined to one of the engines: the indices have an empty one.
_called[""] contains ""

_called[name] contains secret.address if {
	some secret in graph.of_types(_secrets)
	some path in [["Properties", "Name"], ["name"], ["arn"], ["id"]]
	name := object.get(secret.node, path, null)
	is_string(name)
}

_secrets_of[""] contains ""

_secrets_of[secret.address] contains secret.address if some secret in graph.of_types(_secrets)

_secrets_of[policy.address] contains address if {
	some type, at in _policies
	some policy in graph.of_types([type])
	some address in _meant(policy, at.secret)
}

# Documents that a policy takes from a data source stand there.
_secrets_of[source] contains address if {
	some type, at in _policies
	some policy in graph.of_types([type])
	some source in graph.referenced(policy, at.text)
	some address in _meant(policy, at.secret)
}

_secrets_of[source] contains secret.address if {
	some secret in graph.of_types(["aws_secretsmanager_secret"])
	some source in graph.referenced(secret, ["policy"])
}

_readers_of[""] contains {"resource": "", "path": [], "foreign": "no"}

_readers_of[secret] contains reader if {
	some document in policy_documents.rules
	document.kind == "resource"
	some secret in object.get(_secrets_of, document.resource, set())
	some reader in _let_in(document)
}

# {"resource", "path", "foreign"}: "yes" for another account, "maybe" where that is not known.
_let_in(document) := [{"resource": document.resource, "path": document.path, "foreign": "maybe"}] if {
	document.unknown != null
}

_let_in(document) := array.concat(
	[{"resource": document.resource, "path": statement.path, "foreign": "maybe"} |
		some statement in document.statements
		statement.unknown != null
	],
	[{"resource": document.resource, "path": principal.path, "foreign": foreign} |
		some statement in document.statements
		statement.effect != "Deny"
		some principal in array.concat(statement.principals, statement.not_principals)
		foreign := _least([_foreign(statement, principal), _allows(statement.effect)])
	],
) if {
	document.unknown == null
}

_allows(effect) := "yes" if effect == "Allow"

_allows(effect) := "maybe" if value.opaque(effect)

_allows(effect) := "no" if {
	effect != "Allow"
	not value.opaque(effect)
}

_least(answers) := "no" if "no" in answers

_least(answers) := "maybe" if {
	not "no" in answers
	"maybe" in answers
}

_least(answers) := "yes" if {
	not "no" in answers
	not "maybe" in answers
}

_foreign(_, principal) := "no" if not principal.type in {"*", "AWS"}

_foreign(statement, principal) := _everybody(statement) if {
	principal.type in {"*", "AWS"}
	principal.value == "*"
}

_foreign(_, principal) := _somebody(principal.value, accounts.of_principal(principal.value)) if {
	principal.type in {"*", "AWS"}
	principal.value != "*"
}

# Everybody is cut down to the account, or to what may be of the account, by conditions; an organisation has many.
_everybody(statement) := "yes" if {
	every condition in statement.conditions {
		startswith(condition.key, "aws:principalorg")
	}
}

_everybody(statement) := "maybe" if {
	some condition in statement.conditions
	not startswith(condition.key, "aws:principalorg")
	not _keeps_home(statement)
}

_everybody(statement) := "no" if _keeps_home(statement)

_keeps_home(statement) if {
	some condition in statement.conditions
	condition.operator in {"stringequals", "stringlike", "stringequalsignorecase"}
	condition.key in {"aws:principalaccount", "aws:sourceaccount"}
	not condition.if_exists
	every account in condition.values {
		accounts.of_principal(account).account == "own"
	}
}

_somebody(_, found) := "no" if {
	found.form == "account"
	found.account == "own"
}

_somebody(_, found) := "maybe" if {
	found.form == "account"
	found.account == "open"
}

_somebody(_, found) := "yes" if {
	found.form == "account"
	not found.account in {"own", "open"}
}

_somebody(_, found) := "maybe" if found.form == "open"

# Whoever is named by a literal ARN is of its account.
_somebody(written, found) := _of_account(ids) if {
	found.form == "named"
	ids := _ids(written)
}

_ids(written) := regex.find_n(`[0-9]{12}`, written, 1) if is_string(written)

_ids(written) := [] if not is_string(written)

_of_account(ids) := "no" if count(ids) == 0

_of_account(ids) := "no" if accounts.own_ids[ids[0]]

_of_account(ids) := "maybe" if {
	count(ids) > 0
	count(accounts.own_ids) == 0
}

_of_account(ids) := "yes" if {
	count(ids) > 0
	count(accounts.own_ids) > 0
	not accounts.own_ids[ids[0]]
}

subjects contains address if {
	some address in encryption_findings.subjects(_assessments)
}

examined contains record if {
	some record in encryption_findings.examined(_assessments)
}

deny contains violation if {
	some violation in encryption_findings.violations(_assessments)
}

undecided contains row if {
	some row in encryption_findings.open(_assessments)
}

proven contains address if {
	some address in encryption_findings.proven(_assessments)
}
