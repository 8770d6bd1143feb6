# METADATA
# scope: package
# title: Grant no public access through bucket policies or ACLs
# description: |
#   A statement that lets everybody in, or an ACL with a public grant, hands the objects of the bucket to the internet,
#   and often also lets strangers write to it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-2
# custom:
#   id: S3-002
#   slug: bucket-not-public
#   family: S3
#   severity: critical
#   score: 9.3
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::S3::Bucket
#     - aws_s3_bucket
#     - aws_s3_object
#     - AWS::S3::BucketPolicy
#     - aws_s3_bucket_server_side_encryption_configuration
#     - aws_s3_bucket_acl
#     - aws_s3_bucket_logging
#     - aws_s3_bucket_ownership_controls
#     - aws_s3_bucket_policy
#     - aws_s3_bucket_public_access_block
#     - aws_s3_bucket_replication_configuration
#     - aws_s3_bucket_versioning
#     - data.aws_s3_bucket
#     - data.aws_iam_policy_document
#   subjects:
#     - AWS::S3::Bucket
#     - aws_s3_bucket
#     - aws_s3_object
#     - AWS::S3::BucketPolicy
#     - aws_s3_bucket_acl
#     - aws_s3_bucket_policy
#     - data.aws_iam_policy_document
#   params: []
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["S3.2", "S3.3"]
#       nist_800_53_r5: ["AC-3", "AC-6", "SC-7(3)"]
#       pci_dss_4.0: ["1.2.8", "1.3.1", "1.3.2", "1.4.2", "1.5.1"]
#       soc2: ["CC6.1"]
#       hipaa: ["164.308(a)(1)(ii)(B)", "164.308(a)(3)(i)", "164.312(a)(1)", "164.312(a)(2)(i)"]
#     judged:
#       pci_dss_4.0: ["1.4.4", "7.2.1"]
#       iso_27001_2022: ["A.8.3", "A.8.12"]
#   cwe: [284, 732]
#   remediation:
#     cloudformation: "Name the service or account as principal and add a condition on aws:SourceArn or
#       aws:SourceAccount; use AccessControl: Private or none."
#     terraform-plan: "Name the service or account as principal and add a condition on aws:SourceArn or
#       aws:SourceAccount in the policy document; use acl = \"private\" or none."
#   peers:
#     checkov: [CKV_AWS_20, CKV_AWS_57, CKV_AWS_70, CKV2_AWS_43, CKV_AWS_375]
#     trivy: [AWS-0092]
#     cfn_nag: [F14, F16, F9, W31]
#     guard:
#       [s3_bucket_policy_no_wildcard_principal, s3_bucket_public_rw_acl, s3_bucket_public_read_acl,
#        s3_bucketpolicy_no_allow_plus_notprincipal]
#     prowler:
#       [s3_bucket_public_access, s3_bucket_policy_public_write_access, s3_bucket_public_list_acl,
#        s3_bucket_public_write_acl]
#     kics:
#       [4ae8af91-5108-42cb-9471-3bdbe596eac9, 7772bb8c-c0f3-42d4-8e4e-f1b8939ad085,
#        219f4c95-aa50-44e0-97de-cf71f4641170]
package policies.s3.bucket_not_public

import data.policies.lib.buckets
import data.policies.lib.graph
import data.policies.lib.principals
import data.policies.lib.resource_policies
import data.policies.lib.value

_policy_types := {"AWS::S3::BucketPolicy", "aws_s3_bucket_policy", "aws_s3_bucket"}

_acl_paths := {
	"AWS::S3::Bucket": ["Properties", "AccessControl"],
	"aws_s3_bucket": ["acl"],
	"aws_s3_bucket_acl": ["acl"],
	"aws_s3_object": ["acl"],
}

_acl_resources := graph.of_types(object.keys(_acl_paths))

subjects contains document.subject if some document in _documents

subjects contains resource.address if {
	some resource in _acl_resources
	resource.type != "aws_s3_object"
}

subjects contains resource.address if {
	some resource in graph.of_types(["aws_s3_object"])
	not value.is_absent(value.get(resource, _acl_paths[resource.type]))
}

examined contains record if {
	some resource in _acl_resources
	record := value.get(resource, _acl_paths[resource.type])
}

examined contains record if {
	some grant in _grants
	record := grant.record
}

examined contains record if {
	some document in _documents
	record := resource_policies.record(document)
}

_documents := [document |
	some document in resource_policies.documents
	graph.at(document.subject).type in _policy_types
]

_statements := [judged |
	some one in resource_policies.statements
	graph.at(one.document.subject).type in _policy_types
	exposure := principals.exposure(one.statement, principals.limiting_keys)
	exposure != "closed"
	judged := object.union(one, {"exposure": exposure})
]

deny contains violation if {
	some judged in _statements
	judged.exposure == "public"
	violation := object.union(_located(judged), _weakened(judged.document.subject, "policy"))
}

undecided contains row if {
	some judged in _statements
	judged.exposure == "undecided"
	row := _located(judged)
}

_located(judged) := {
	"resource": judged.document.subject,
	"path": resource_policies.place(judged),
	"defect": sprintf("statement/%s", [resource_policies.name(judged.statement)]),
	"message": _message(judged),
	"related": resource_policies.related(judged),
}

_message(judged) := sprintf("Bucket policy '%s' allows '%s' to everybody.", [judged.document.subject, actions]) if {
	judged.exposure == "public"
	count(judged.statement.not_principals) == 0
	actions := resource_policies.actions(judged.statement)
}

_message(judged) := sprintf(
	"Bucket policy '%s' allows '%s' to everybody but those whom 'NotPrincipal' names.",
	[judged.document.subject, actions],
) if {
	judged.exposure == "public"
	count(judged.statement.not_principals) > 0
	actions := resource_policies.actions(judged.statement)
}

_message(judged) := sprintf(
	"Bucket policy '%s' may allow '%s' to everybody: who is let in, or under which condition, is not known.",
	[judged.document.subject, resource_policies.actions(judged.statement)],
) if {
	judged.exposure == "undecided"
}

# ACLs. Templates write the canned ones in another spelling than plans.
_public_acls := {"publicread", "publicreadwrite", "authenticatedread"}

_public_groups := {"AllUsers", "AuthenticatedUsers"}

_grants := array.concat(
	[grant |
		some resource in graph.of_types(["aws_s3_bucket_acl"])
		some policy_index, policy in value.list(object.get(resource.node, "access_control_policy", null))
		some index, entry in value.list(object.get(policy, "grant", null))
		path := ["access_control_policy", policy_index, "grant", index, "grantee", 0, "uri"]
		grant := {"resource": resource, "record": value.get(resource, path)}
	],
	[grant |
		some resource in graph.of_types(["aws_s3_bucket"])
		some index, entry in value.list(object.get(resource.node, "grant", null))
		grant := {"resource": resource, "record": value.get(resource, ["grant", index, "uri"])}
	],
)

deny contains violation if {
	some resource in _acl_resources
	record := value.get(resource, _acl_paths[resource.type])
	value.is_known(record)
	replace(lower(record.value), "-", "") in _public_acls
	found := {
		"resource": resource.address,
		"path": record.path,
		"defect": "acl",
		"message": sprintf("ACL '%s' of '%s' grants public access.", [record.value, resource.address]),
		"related": [],
	}
	violation := object.union(found, _weakened(resource.address, "acl"))
}

deny contains violation if {
	some grant in _grants
	value.is_known(grant.record)
	group := regex.replace(grant.record.value, `^.*/`, "")
	group in _public_groups
	found := {
		"resource": grant.resource.address,
		"path": grant.record.path,
		"defect": sprintf("grant/%s", [group]),
		"message": sprintf("The ACL of '%s' grants access to the group '%s'.", [grant.resource.address, group]),
		"related": [],
	}
	violation := object.union(found, _weakened(grant.resource.address, "acl"))
}

# The public access block of the bucket keeps policies and ACLs from taking effect, until somebody removes it.
_weakened(address, kind) := {"severity": "medium", "related": related} if {
	related := _shields(address, kind)
	count(related) > 0
}

_weakened(address, kind) := {} if count(_shields(address, kind)) == 0

_shields(address, kind) := array.concat(
	[shield |
		some bucket in _buckets_of(address)
		path := ["Properties", "PublicAccessBlockConfiguration", _native_flag[kind]]
		value.truthy(value.get(bucket, path).value)
		shield := {"address": bucket.address, "path": path, "message": _shield_message}
	],
	[shield |
		some bucket in _buckets_of(address)
		some block in buckets.parts(bucket.address, "aws_s3_bucket_public_access_block")
		value.truthy(value.get(block, [_plan_flag[kind]]).value)
		shield := {"address": block.address, "path": [_plan_flag[kind]], "message": _shield_message}
	],
)

_native_flag := {"policy": "RestrictPublicBuckets", "acl": "IgnorePublicAcls"}

_plan_flag := {"policy": "restrict_public_buckets", "acl": "ignore_public_acls"}

_shield_message := "The public access block of the bucket keeps this from taking effect."

_buckets_of(address) := [graph.at(address)] if graph.at(address).type in {"AWS::S3::Bucket", "aws_s3_bucket"}

_buckets_of(address) := [bucket | some owner in buckets.owners(address); bucket := graph.at(owner)] if {
	not graph.at(address).type in {"AWS::S3::Bucket", "aws_s3_bucket"}
}
