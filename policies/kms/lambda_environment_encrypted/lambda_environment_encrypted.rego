# METADATA
# scope: package
# title: Encrypt Lambda environment variables with a customer managed key
# description: |
#   Environment variables are encrypted with a key of AWS, so whoever may read the configuration of a function reads
#   them. With a key of one's own that needs leave to decrypt too.
# related_resources:
#   - ref: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
# custom:
#   id: KMS-017
#   slug: lambda-environment-encrypted
#   family: KMS
#   severity: low
#   score: 3.4
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::Lambda::Function
#     - aws_lambda_function
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
#     - AWS::Lambda::Function
#     - aws_lambda_function
#   params:
#     - name: kms_level
#       type: string
#       description: "The least that passes: any encryption, a key that AWS manages, or a customer managed key."
#       default: any
#       presets: {strict: cmk}
#       stricter: [any, aws-managed, cmk]
#   packs: [strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       pci_dss_4.0: ["3.5.1"]
#       soc2: ["CC6.1"]
#       hipaa: ["164.312(a)(2)(iv)"]
#       iso_27001_2022: ["A.8.24"]
#   cwe: [311]
#   remediation:
#     cloudformation: "Set KmsKeyArn: !GetAtt EnvironmentKey.Arn, and let the role of the function use kms:Decrypt on
#       that key."
#     terraform-plan: "Set kms_key_arn = aws_kms_key.environment.arn, and let the role of the function use kms:Decrypt
#       on that key."
#   peers:
#     checkov: [CKV_AWS_173]
#     prowler: [awslambda_function_env_vars_not_encrypted_with_cmk]
package policies.kms.lambda_environment_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings

_assessments := encryption.judge(
	[store | some store in encryption.stores(data.tables.encryption["KMS-017"]); not _is_empty(store.resource)],
	data.params["KMS-017"].kms_level,
)

# An environment without a variable holds nothing.
_is_empty(function) if {
	some path in [["Properties", "Environment", "Variables"], ["environment", 0, "variables"]]
	object.get(function.node, path, null) == {}
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
