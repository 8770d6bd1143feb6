# METADATA
# scope: package
# title: Store sensitive SSM parameters as SecureString
# description: |
#   A parameter of type String shows its value to everyone who may read parameters, in the console and in the
#   history. A SecureString is encrypted, and reading it takes permission to use its key.
# related_resources:
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
# custom:
#   id: KMS-009
#   slug: ssm-parameters-secure
#   family: KMS
#   severity: medium
#   score: 6.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::SSM::Parameter
#     - aws_ssm_parameter
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
#     - AWS::SecretsManager::Secret
#     - aws_secretsmanager_secret
#     - data.aws_secretsmanager_secret
#   subjects:
#     - AWS::SSM::Parameter
#     - aws_ssm_parameter
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
#     judged:
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       pci_dss_4.0: ["3.5.1"]
#       soc2: ["CC6.1"]
#       hipaa: ["164.312(a)(2)(iv)"]
#       iso_27001_2022: ["A.8.24"]
#   cwe: [312, 522]
#   remediation:
#     cloudformation: "CloudFormation cannot create a SecureString. Keep the value in AWS::SecretsManager::Secret with
#       KmsKeyId and read it as {{resolve:secretsmanager:NAME}}, or create the parameter outside the template."
#     terraform-plan: "type = \"SecureString\" with key_id = aws_kms_key.secrets.arn, and value_wo instead of value,
#       which keeps it out of the state."
#   peers:
#     checkov: [CKV_AWS_337]
package policies.kms.ssm_parameters_secure

import data.policies.lib.encryption
import data.policies.lib.encryption_findings
import data.policies.lib.secret_names
import data.policies.lib.value

_assessments := encryption.judge(_stores, data.params["KMS-009"].kms_level)

_stores := [store |
	some found in encryption.stores(data.tables.encryption["KMS-009"])
	not _is_public(found.resource)
	store := object.union(object.remove(found, ["row"]), {"row": _row(found)})
]

_row(found) := found.row if {
	_is_secret(found.resource)
	not _is_pointer(found.resource)
}

# What only points to a secret is as safe as that is.
_row(found) := object.union(found.row, {"absent": "cmk", "levels": _safe}) if {
	_is_secret(found.resource)
	_is_pointer(found.resource)
}

# A parameter that is no secret by its name is judged where it is a SecureString, or may be.
_row(found) := object.union(object.remove(found.row, ["levels"]), row) if {
	not _is_secret(found.resource)
	row := {
		"levels": {"SecureString": "aws-managed"},
		"absent": "aws-managed",
		"when": [{"path": found.row.flag, "matches": "^SecureString$"}],
	}
}

_safe := {"String": "cmk", "StringList": "cmk", "SecureString": "cmk"}

# Where a parameter has its name and its value.
_places := {
	"AWS::SSM::Parameter": {"name": ["Properties", "Name"], "value": ["Properties", "Value"]},
	"aws_ssm_parameter": {"name": ["name"], "value": ["value"]},
}

_is_public(resource) if startswith(_name(resource), "/aws/service/")

_is_secret(resource) if {
	not _tells_about_secret(_name(resource))
	some name in [_name(resource), _label(resource.address)]
	secret_names.is_secret(name)
}

# The name as far as it is literal: what is put in is a word of its own.
_name(resource) := _text(object.get(resource.node, _places[resource.type].name, null))

_text(written) := written if is_string(written)

_text(written) := concat("", [text | some fragment in written["$partial"]; text := _fragment(fragment)]) if {
	value.partial(written)
}

_text(written) := "" if {
	not is_string(written)
	not value.partial(written)
}

_fragment(fragment) := fragment if is_string(fragment)

_fragment(fragment) := "-x-" if not is_string(fragment)

# The logical id or label, without the word for the resource itself and the hash that generators append.
_label(address) := regex.replace(unhashed, `(?i)_?(ssm)?_?param(eter)?$`, "") if {
	label := regex.replace(address, `^.*aws_ssm_parameter\.([^\[.]*).*$`, "$1")
	unhashed := regex.replace(label, `[0-9A-F]{8}$`, "")
}

# A name whose last word says that it is only the ARN, the id or the age of a secret, whatever the label is.
_tells_about_secret(name) if {
	not secret_names.is_secret(name)
	secret_names.is_secret(regex.replace(name, `[^A-Za-z]*([A-Z]?[a-z]+|[A-Z]+)[^A-Za-z]*$`, ""))
}

# Tells whether the value is the ARN of a secret, or of anything else.
_is_pointer(resource) if {
	written := object.get(resource.node, _places[resource.type].value, null)
	is_string(written)
	startswith(written, "arn:")
}

_is_pointer(resource) if {
	written := object.get(resource.node, _places[resource.type].value, null)
	value.reference(written)
	target := object.get(input.resources, written["$reference"].address, {})
	target.type in {"AWS::SecretsManager::Secret", "aws_secretsmanager_secret", "data.aws_secretsmanager_secret"}
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
