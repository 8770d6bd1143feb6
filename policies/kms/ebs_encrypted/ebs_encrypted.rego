# METADATA
# scope: package
# title: Encrypt EBS volumes
# description: |
#   A volume without encryption leaves plaintext on shared hardware and in every snapshot made of it, and a snapshot is
#   shared or copied with one call. Encrypting costs nothing and changes nothing for the machine.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-3
# custom:
#   id: KMS-002
#   slug: ebs-encrypted
#   family: KMS
#   severity: high
#   score: 7.2
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::EC2::Volume
#     - AWS::EC2::Instance
#     - AWS::EC2::LaunchTemplate
#     - AWS::AutoScaling::LaunchConfiguration
#     - aws_ebs_volume
#     - aws_instance
#     - aws_launch_template
#     - aws_launch_configuration
#     - aws_ebs_encryption_by_default
#     - aws_ebs_default_kms_key
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
#     - AWS::EC2::Volume
#     - AWS::EC2::Instance
#     - AWS::EC2::LaunchTemplate
#     - AWS::AutoScaling::LaunchConfiguration
#     - aws_ebs_volume
#     - aws_instance
#     - aws_launch_template
#     - aws_launch_configuration
#     - aws_ebs_encryption_by_default
#     - aws_ebs_default_kms_key
#   params:
#     - name: kms_level
#       type: string
#       description: "The least that passes: any encryption, a key that AWS manages, or a customer managed key."
#       default: any
#       presets: {baseline: any, strict: cmk}
#       stricter: [any, aws-managed, cmk]
#   packs: [baseline, cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["EC2.3", "EC2.7", "EC2.181"]
#       cis_aws_3.0: ["2.2.1"]
#       cis_aws_5.0: ["5.1.1"]
#       nist_800_53_r5: ["SC-28(1)", "SC-13"]
#       pci_dss_4.0: ["3.5.1", "8.3.2"]
#       soc2: ["PI1.5"]
#       hipaa:
#         ["164.312(a)(2)(iv)", "164.308(a)(1)(ii)(B)", "164.308(a)(4)(ii)(A)", "164.312(c)(1)", "164.312(c)(2)",
#          "164.312(e)(2)(ii)"]
#       iso_27001_2022: ["A.8.24"]
#     judged:
#       soc2: ["CC6.1"]
#   cwe: [311, 312]
#   remediation:
#     cloudformation: "Set Encrypted: true on the volume and on every Ebs block of the device mappings, with
#       KmsKeyId for a key of your own."
#     terraform-plan: "Set encrypted = true and kms_key_id on volumes and block devices, or manage
#       aws_ebs_encryption_by_default in every region."
#   peers:
#     checkov: [CKV_AWS_3, CKV_AWS_8, CKV_AWS_106, CKV_AWS_189, CKV2_AWS_2]
#     trivy: [AWS-0026, AWS-0027, AWS-0131, AWS-0008]
#     cfn_nag: [F1, W37]
#     guard: [encrypted_volumes, ebs_volume_encryption_key_rule]
#     cdk_nag: [AwsSolutions-EC26]
#     prowler: [ec2_ebs_volume_encryption, ec2_ebs_default_encryption]
package policies.kms.ebs_encrypted

import data.policies.lib.encryption
import data.policies.lib.encryption_findings
import data.policies.lib.graph
import data.policies.lib.keys
import data.policies.lib.value

_kms_level := data.params["KMS-002"].kms_level

_switch := "aws_ebs_encryption_by_default"

_assessments := encryption.judge(_stores, _kms_level)

_stores := [floored |
	some store in encryption.stores(data.tables.encryption["KMS-002"])
	floored := _floored(store)
]

# The default of an account and region holds for what the same provider makes there.
_floored(store) := object.union(store, {"floor": _floor(store.resource)}) if store.resource.type != _switch

_floored(store) := store if store.resource.type == _switch

_floor(resource) := object.get(_floors, _scope(resource), [0, 0])

_scope(resource) := sprintf("%s %s", [object.get(resource, "provider", ""), region]) if {
	region := object.get(resource.node, "region", "")
	is_string(region)
}

_scope(resource) := object.get(resource, "provider", "") if not is_string(object.get(resource.node, "region", ""))

# Instances of a module may share a provider and make one switch each: what is certain of all of them holds.
_floors := {scope: floor |
	some scope in {scope | some switch in _switches; scope := _scope(switch)}
	floor := _span([level |
		some switch in _switches
		_scope(switch) == scope
		level := _default_level(switch)
	])
}

_switches := graph.of_types([_switch])

# From the lowest to the highest of several levels.
_span(levels) := [min([level[0] | some level in levels]), max([level[1] | some level in levels])]

_default_level(switch) := [0, 0] if value.falsy(value.get(switch, ["enabled"]).value)

_default_level(switch) := _default_key(_scope(switch)) if {
	record := value.get(switch, ["enabled"])
	not value.falsy(record.value)
	not value.is_unknown(record)
}

_default_level(switch) := [0, _default_key(_scope(switch))[1]] if value.is_unknown(value.get(switch, ["enabled"]))

_default_key(scope) := object.get(_default_keys, scope, [2, 2])

_default_keys := {scope: level |
	some scope in {scope | some default_key in _written_keys; scope := _scope(default_key)}
	level := _span([bounds |
		some default_key in _written_keys
		_scope(default_key) == scope
		bounds := keys.level(default_key.node.key_arn)
	])
}

_written_keys := [default_key |
	some default_key in graph.of_types(["aws_ebs_default_kms_key"])
	object.get(default_key.node, "key_arn", null) != null
]

# Machines whose devices come from the image.
_machines := {
	"AWS::EC2::Instance": {"noun": "Instance", "path": ["Properties", "BlockDeviceMappings"]},
	"AWS::EC2::LaunchTemplate": {
		"noun": "Launch template",
		"path": ["Properties", "LaunchTemplateData", "BlockDeviceMappings"],
	},
	"AWS::AutoScaling::LaunchConfiguration": {
		"noun": "Launch configuration",
		"path": ["Properties", "BlockDeviceMappings"],
	},
	"aws_instance": {"noun": "Instance", "path": ["root_block_device"]},
	"aws_launch_template": {"noun": "Launch template", "path": ["block_device_mappings"]},
	"aws_launch_configuration": {"noun": "Launch configuration", "path": ["root_block_device"]},
}

_mapped := {store.address | some store in _stores}

# An instance of a launch template of the unit is judged there.
_bare contains machine.address if {
	some machine in graph.of_types(object.keys(_machines))
	not machine.address in _mapped
	not _templated(machine)
}

_templated(machine) if {
	some edge in object.get(machine, "references", [])
	{"LaunchTemplate", "launch_template"} & {key | some key in edge.path} != set()
	found := graph.at(edge.address)
	found != null
	found.type in {"AWS::EC2::LaunchTemplate", "aws_launch_template"}
}

# Machines that map volumes, and none that can be the root volume.
_rootless contains machine.address if {
	some machine in graph.of_types(object.keys(_machines))
	machine.address in _mapped
	not _templated(machine)
	names := [name | some store in _stores; store.address == machine.address; name := _device(store)]
	count([name | some name in names; _may_be_root(name)]) == 0
}

# How the device is called; a root_block_device is one whatever it is called.
_device(store) := "/dev/xvda" if store.defect == "root"

_device(store) := object.get(
	store.resource.node,
	array.concat(_element(store), store.row.name),
	null,
) if store.defect != "root"

# The list's path and the index.
_element(store) := array.slice(store.at, 0, count(store.row.each) + 1)

# AWS Documentation, "Device names for volumes on Amazon EC2 instances": the root device is one of these.
_may_be_root(name) if not is_string(name)

_may_be_root(name) if {
	is_string(name)
	regex.match(`^(/dev/)?(sda1?|xvda1?)$`, name)
}

subjects contains address if some address in _bare

undecided contains row if {
	some address in _rootless
	machine := input.resources[address]
	_floor(machine)[0] < keys.required[_kms_level]
	row := {
		"resource": address,
		"path": _machines[machine.type].path,
		"defect": "root",
		"message": sprintf(
			"%s '%s' maps other volumes only, so its image decides whether the root volume is encrypted.",
			[_machines[machine.type].noun, address],
		),
	}
}

undecided contains row if {
	some address in _bare
	machine := input.resources[address]
	_floor(machine)[0] < keys.required[_kms_level]
	row := {
		"resource": address,
		"path": _machines[machine.type].path,
		"message": sprintf(
			"%s '%s' maps no volume, so its image decides whether the root volume is encrypted.",
			[_machines[machine.type].noun, address],
		),
	}
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
