# METADATA
# scope: package
# title: Block public access on every bucket with all four settings
# description: |
#   One ACL or one careless bucket policy makes a bucket public. The public access block stands above both: with all
#   four flags on, neither old nor new grants reach the public.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8
# custom:
#   id: S3-001
#   slug: bucket-public-access-block
#   family: S3
#   severity: high
#   score: 8.3
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::S3::Bucket
#     - AWS::S3::AccessPoint
#     - AWS::S3::MultiRegionAccessPoint
#     - aws_s3_bucket
#     - aws_s3_account_public_access_block
#     - aws_s3_access_point
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
#   subjects:
#     - AWS::S3::Bucket
#     - AWS::S3::AccessPoint
#     - AWS::S3::MultiRegionAccessPoint
#     - aws_s3_bucket
#     - aws_s3_account_public_access_block
#     - aws_s3_access_point
#     - aws_s3_bucket_public_access_block
#   params:
#     - name: accept_service_default
#       type: boolean
#       description: A bucket that says nothing passes, because S3 blocks access to buckets made since April 2023.
#       default: false
#       presets: {}
#       stricter: false
#   packs: [baseline, reference-architecture, cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["S3.1", "S3.8", "S3.19"]
#       cis_aws_3.0: ["2.1.4"]
#       cis_aws_5.0: ["2.1.4"]
#       nist_800_53_r5: ["AC-3", "AC-6", "SC-7", "SC-7(3)"]
#       pci_dss_4.0: ["1.2.8", "1.3.1", "1.3.2", "1.4.2", "1.5.1", "10.3.2"]
#       hipaa:
#         ["164.308(a)(1)(ii)(B)", "164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)",
#          "164.312(a)(1)", "164.312(e)(1)"]
#     judged:
#       pci_dss_4.0: ["1.4.4"]
#       soc2: ["CC6.1"]
#       iso_27001_2022: ["A.8.3", "A.8.20"]
#   cwe: [284, 732]
#   remediation:
#     cloudformation: "Set the four flags of PublicAccessBlockConfiguration to true."
#     terraform-plan: "Add an aws_s3_bucket_public_access_block for the bucket with the four flags set to true."
#   peers:
#     checkov: [CKV_AWS_53, CKV_AWS_54, CKV_AWS_55, CKV_AWS_56, CKV2_AWS_6, CKV_AWS_392]
#     trivy: [AWS-0086, AWS-0087, AWS-0091, AWS-0093, AWS-0094]
#     guard:
#       [s3_bucket_level_public_access_prohibited, s3_bucket_public_read_prohibited,
#        s3_bucket_public_write_prohibited]
#     cdk_nag:
#       [AwsSolutions-S2, NIST.800.53.R5-S3BucketLevelPublicAccessProhibited,
#        NIST.800.53.R5-S3BucketPublicReadProhibited, NIST.800.53.R5-S3BucketPublicWriteProhibited]
#     prowler:
#       [s3_bucket_level_public_access_block, s3_account_level_public_access_blocks,
#        s3_access_point_public_access_block, s3_multi_region_access_point_public_access_block]
package policies.s3.bucket_public_access_block

import data.policies.lib.buckets
import data.policies.lib.graph
import data.policies.lib.value

_params := data.params["S3-001"]

_native_flags := ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]

_plan_flags := ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]

_block_type := "aws_s3_bucket_public_access_block"

_template_buckets := graph.of_types(["AWS::S3::Bucket"])

_template_points := graph.of_types(["AWS::S3::AccessPoint", "AWS::S3::MultiRegionAccessPoint"])

_plan_buckets := graph.of_types(["aws_s3_bucket"])

_plan_points := graph.of_types(["aws_s3_access_point"])

subjects contains resource.address if {
	some group in [_template_buckets, _template_points, _plan_buckets, _plan_points]
	some resource in group
}

examined contains record if {
	some resource in array.concat(_template_buckets, _template_points)
	some record in array.concat([_configuration(resource)], _template_records(resource))
}

examined contains record if {
	some point in _plan_points
	some record in _point_records(point)
}

# Templates: the block is a property, and a flag that a written block leaves out is false.
_block_paths := {
	"AWS::S3::Bucket": ["Properties", "PublicAccessBlockConfiguration"],
	"AWS::S3::AccessPoint": ["Properties", "PublicAccessBlockConfiguration"],
	"AWS::S3::MultiRegionAccessPoint": ["Properties", "PublicAccessBlockConfiguration"],
}

_configuration(resource) := value.get(resource, _block_paths[resource.type])

_template_records(resource) := [record |
	some flag in _native_flags
	path := _block_paths[resource.type]
	record := value.get(resource, array.concat(path, [flag]))
]

deny contains violation if {
	some resource in array.concat(_template_buckets, _template_points)
	value.is_known(_configuration(resource))
	missing := _missing(_template_records(resource))
	count(missing) > 0
	violation := {
		"resource": resource.address,
		"path": _place(missing, _configuration(resource).path),
		"message": _partial_message(_noun(resource), resource.address, missing),
	}
}

deny contains violation if {
	some bucket in _template_buckets
	not _params.accept_service_default
	value.is_absent(_configuration(bucket))
	violation := {
		"resource": bucket.address,
		"path": _configuration(bucket).path,
		"message": sprintf("Bucket '%s' has no public access block.", [bucket.address]),
	}
}

# The records of flags that are known not to be true.
_missing(records) := [record |
	some record in records
	not value.is_unknown(record)
	not value.truthy(record.value)
]

# A single flag is named where it stands, several by their block.
_place(missing, _) := missing[0].path if count(missing) == 1

_place(missing, block) := block if count(missing) > 1

_noun(resource) := "Bucket" if resource.type in {"AWS::S3::Bucket", "aws_s3_bucket"}

_noun(resource) := "Access point" if resource.type in {"AWS::S3::AccessPoint", "aws_s3_access_point"}

_noun(resource) := "Multi-Region Access Point" if resource.type == "AWS::S3::MultiRegionAccessPoint"

_partial_message(noun, address, missing) := sprintf(
	"%s '%s' leaves public access open: %s.",
	[noun, address, concat(", ", [fact | some record in missing; fact := _fact(record)])],
)

_fact(record) := sprintf("'%s' is not set", [_flag(record)]) if value.is_absent(record)

_fact(record) := sprintf("'%s' is '%s'", [_flag(record), value.shown(record.value)]) if value.is_known(record)

_flag(record) := record.path[count(record.path) - 1]

# Plans: the block is a resource of its own, its flags are false by default, and one of the account may stand in.
_bucket_flags(bucket) := [records |
	some flag in _plan_flags
	records := [record |
		some block in buckets.parts(bucket.address, _block_type)
		record := value.get(block, [flag])
	]
]

# A flag is on, open or off; several blocks of one bucket add up.
_state(records) := "on" if _some_true(records)

_state(records) := "open" if {
	not _some_true(records)
	_some_unknown(records)
}

_state(records) := "off" if {
	not _some_true(records)
	not _some_unknown(records)
}

_some_true(records) if {
	some record in records
	value.truthy(record.value)
}

_some_unknown(records) if {
	some record in records
	value.is_unknown(record)
}

_account_blocks_of_plan := graph.of_types(["aws_s3_account_public_access_block"])

# Instances of a module may share a provider and make one block each, of different accounts: all of them count.
_account_records := {key: records |
	some key in {_account_key(block) | some block in _account_blocks_of_plan}
	records := [record |
		some block in _account_blocks_of_plan
		_account_key(block) == key
		some flag in _plan_flags
		record := value.get(block, [flag])
	]
}

_account_key(resource) := object.get(resource, "provider", "")

_states_by_account := {key: states |
	some key, records in _account_records
	states := {state | some record in records; state := _state([record])}
}

_account_states(bucket) := object.get(_states_by_account, _account_key(bucket), set())

_account_blocks(bucket) if _account_states(bucket) == {"on"}

_account_may_block(bucket) if _account_states(bucket) == {"on", "open"}

_account_may_block(bucket) if _account_states(bucket) == {"open"}

_bucket_states(bucket) := {state | some records in _bucket_flags(bucket); state := _state(records)}

_has_block(bucket) if count(buckets.parts(bucket.address, _block_type)) > 0

deny contains violation if {
	some bucket in _plan_buckets
	not _account_blocks(bucket)
	not _account_may_block(bucket)
	_has_block(bucket)
	"off" in _bucket_states(bucket)
	missing := [records[0] | some records in _bucket_flags(bucket); _state(records) == "off"]
	violation := {
		"resource": bucket.address,
		"path": [],
		"message": _partial_message("Bucket", bucket.address, missing),
		"related": [{"address": record.resource, "path": record.path, "message": "The flag of the public access block."} |
			some record in missing
		],
	}
}

deny contains violation if {
	some bucket in _unblocked
	count(buckets.unresolved(_block_type)) == 0
	not _account_may_block(bucket)
	violation := {
		"resource": bucket.address,
		"path": [],
		"message": sprintf("Bucket '%s' has no public access block.", [bucket.address]),
	}
}

_unblocked := [bucket |
	some bucket in _plan_buckets
	not _params.accept_service_default
	not _has_block(bucket)
	not _account_blocks(bucket)
]

undecided contains row if {
	some bucket in _unblocked
	astray := buckets.unresolved(_block_type)
	count(astray) > 0
	block := input.resources[astray[0]]
	row := {
		"resource": bucket.address,
		"path": [],
		"message": sprintf(
			"Bucket '%s' has no public access block, unless '%s' is its: which bucket that guards is not known.",
			[bucket.address, block.address],
		),
		"related": [{"address": block.address, "path": ["bucket"], "message": "The bucket is not known here."}],
	}
}

undecided contains row if {
	some bucket in _plan_buckets
	not _account_blocks(bucket)
	_open(bucket)
	row := {
		"resource": bucket.address,
		"path": [],
		"message": sprintf(
			"Bucket '%s' may leave public access open: a flag of its public access block is not known.",
			[bucket.address],
		),
	}
}

_open(bucket) if {
	"open" in _bucket_states(bucket)
	not "off" in _bucket_states(bucket)
}

_open(bucket) if {
	_account_may_block(bucket)
	_has_block(bucket)
	_bucket_states(bucket) != {"on"}
}

_open(bucket) if {
	_account_may_block(bucket)
	not _has_block(bucket)
	not _params.accept_service_default
}

# Access points block by default, in plans also with single flags left out.
_point_records(point) := [record |
	some flag in _plan_flags
	record := value.get(point, ["public_access_block_configuration", 0, flag])
]

deny contains violation if {
	some point in _plan_points
	missing := [record |
		some record in _point_records(point)
		value.is_known(record)
		value.falsy(record.value)
	]
	count(missing) > 0
	violation := {
		"resource": point.address,
		"path": _place(missing, ["public_access_block_configuration"]),
		"message": _partial_message("Access point", point.address, missing),
	}
}
