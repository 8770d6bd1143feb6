# METADATA
# scope: package
# title: Encrypt backup vaults with a customer managed key
# description: |
#   Recovery points in a vault without a key of one's own are encrypted with the key of AWS Backup, whose permissions
#   nobody can change. Copies to another account cannot be read there, and the vault cannot be locked away by its key.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/backup-controls.html#backup-1
# custom:
#   id: KMS-015
#   slug: backup-vault-encrypted
#   family: KMS
#   severity: medium
#   score: 5.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::Backup::BackupVault
#     - aws_backup_vault
#     - aws_backup_vault_policy
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
#   subjects:
#     - AWS::Backup::BackupVault
#     - aws_backup_vault
#   params:
#     - name: kms_level
#       type: string
#       description: "The least that passes: any encryption, a key that AWS manages, or a customer managed key."
#       default: any
#       presets: {reference-architecture: aws-managed, strict: cmk}
#       stricter: [any, aws-managed, cmk]
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["Backup.1"]
#       soc2: ["PI1.5"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       pci_dss_4.0: ["3.5.1"]
#       soc2: ["CC6.1"]
#       hipaa: ["164.312(a)(2)(iv)"]
#   cwe: [311]
#   remediation:
#     cloudformation: "Set EncryptionKeyArn: !GetAtt BackupKey.Arn, a key whose policy lets the accounts use it that
#       copy from or to the vault. The change replaces the vault; an old one must be empty before it can be deleted."
#     terraform-plan: "Set kms_key_arn = aws_kms_key.backup.arn, a key whose policy lets the accounts use it that copy
#       from or to the vault. The change replaces the vault; an old one must be empty before it can be deleted."
#   peers:
#     checkov: [CKV_AWS_166]
#     prowler: [backup_vaults_encrypted]
package policies.kms.backup_vault_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings
import data.policies.lib.graph
import data.policies.lib.policy_syntax
import data.policies.lib.value

_stores := encryption.stores(data.tables.encryption["KMS-015"])

_assessments := array.concat(
	encryption.judge([store | some store in _stores; not _senders[store.address]], data.params["KMS-015"].kms_level),
	[hedged |
		some assessment in encryption.judge([noted | some store in _stores; noted := _noted(store)], "cmk")
		hedged := _hedged(assessment)
	],
)

# A copy from another account needs a key that can be shared, so a vault that lets one in is judged by that.
_noted(store) := object.union(store, {
	"note": "Other accounts may copy into it, for which it needs a customer managed key that they may use.",
	"row": object.union(store.row, {"reason": "accounts that need a key of its own may copy into it"}),
}) if {
	_senders[store.address]
}

# Whether an account that is named is another one is not known.
_hedged(assessment) := object.union(assessment, {"state": "undecided"}) if {
	assessment.state == "fail"
	not "everybody" in _senders[assessment.store.address]
}

_hedged(assessment) := assessment if {
	assessment.state == "fail"
	"everybody" in _senders[assessment.store.address]
}

_hedged(assessment) := assessment if assessment.state != "fail"

# By vault, who may copy into it: "everybody", or "account" for one that is named.
_senders[address] contains sender if {
	some policy in _policies
	some statement in policy.statements
	statement.effect == "Allow"
	some action in statement.actions
	action.value in {"backup:copyintobackupvault", "backup:copyinto*", "backup:copy*", "backup:*", "*"}
	some principal in statement.principals
	sender := _sender(principal)
	some address in policy.vaults
}

_sender(principal) := "everybody" if {
	principal.type in {"*", "AWS"}
	principal.value == "*"
}

_sender(principal) := "account" if {
	principal.type in {"*", "AWS"}
	principal.value != "*"
	not _is_own(principal.value)
}

# Something of the unit, or of the account that it is deployed to.
_is_own(written) if value.reference(written)

_is_own(written) if _names_own_account(written)

_is_own(written) if {
	value.partial(written)
	some part in written["$partial"]
	_is_own_part(part)
}

_is_own_part(part) if value.reference(part)

_is_own_part(part) if _names_own_account(part)

_names_own_account(written) if {
	value.unknown(written)
	written["$unknown"].kind == "pseudo-parameter"
	written["$unknown"].name == "AWS::AccountId"
}

_policies := array.concat(
	[policy |
		some vault in graph.of_types(["AWS::Backup::BackupVault"])
		path := ["Properties", "AccessPolicy"]
		document := object.get(vault.node, path, null)
		is_object(document)
		statements := policy_syntax.from_document(vault, path, "resource", document).statements
		policy := {"vaults": [vault.address], "statements": statements}
	],
	[policy |
		some held in graph.of_types(["aws_backup_vault_policy"])
		some document in object.get(held, "documents", [])
		document.path == ["policy"]
		statements := policy_syntax.from_document(held, ["policy"], "resource", document.value).statements
		policy := {"vaults": graph.referenced(held, ["backup_vault_name"]), "statements": statements}
	],
)

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
