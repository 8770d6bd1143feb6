# METADATA
# scope: package
# title: Make ECR tags immutable and expire old images
# description: |
#   Whoever can push can move a tag that others deploy. In an immutable repository a tag means one image for ever,
#   and a lifecycle policy removes those that nobody needs.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html#ecr-2
# custom:
#   id: ECS-011
#   slug: ecr-tags-immutable
#   family: ECS
#   severity: medium
#   score: 5.8
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ECR::Repository
#     - aws_ecr_repository
#     - aws_ecr_lifecycle_policy
#   subjects:
#     - AWS::ECR::Repository
#     - aws_ecr_repository
#   params:
#     - name: require_lifecycle_policy
#       type: boolean
#       description: "Whether a repository must expire old images."
#       default: false
#       presets: {baseline: false, reference-architecture: false, strict: true}
#       stricter: "true"
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ECR.2", "ECR.3"]
#       pci_dss_4.0: ["10.5.1", "3.2.1", "3.3.1.1", "3.3.1.3", "3.3.2", "3.3.3"]
#     judged:
#       nist_800_53_r5: ["SI-7(1)", "CM-2a"]
#       iso_27001_2022: ["A.8.9", "A.8.32"]
#   cwe: [494]
#   remediation:
#     cloudformation: "Set ImageTagMutability: IMMUTABLE, and a LifecyclePolicy that expires old images."
#     terraform-plan: "Set image_tag_mutability = \"IMMUTABLE\", and add aws_ecr_lifecycle_policy."
#   peers:
#     checkov: [CKV_AWS_51]
#     trivy: [AWS-0031]
#     prowler: [ecr_repositories_tag_immutability, ecr_repositories_lifecycle_policy_enabled]
package policies.ecs.ecr_tags_immutable

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.joins
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["ECS-011"]

_paths := {
	"AWS::ECR::Repository": {
		"mutability": ["Properties", "ImageTagMutability"],
		"exclusions": ["Properties", "ImageTagMutabilityExclusionFilters"],
		"filter": "ImageTagMutabilityExclusionFilterValue",
		"lifecycle": ["Properties", "LifecyclePolicy"],
	},
	"aws_ecr_repository": {
		"mutability": ["image_tag_mutability"],
		"exclusions": ["image_tag_mutability_exclusion_filter"],
		"filter": "filter",
		"lifecycle": [],
	},
}

_repositories := graph.of_types(object.keys(_paths))

subjects contains repository.address if some repository in _repositories

_record(repository, what) := value.get(repository, _paths[repository.type][what])

_of_tags := [row |
	some repository in _repositories
	judged := _judged(repository, settings.text(_record(repository, "mutability"), "mutable"))
	row := {
		"state": judged.state,
		"resource": repository.address,
		"path": judged.record.path,
		"defect": "mutable-tags",
		"message": sprintf("Tags of repository '%s' can be moved: %s.", [
			repository.address,
			settings.fact(judged.record),
		]),
	}
]

_judged(repository, null) := {"state": "open", "record": _record(repository, "mutability")}

_judged(repository, mode) := {"state": "pass", "record": _record(repository, "mutability")} if mode == "immutable"

_judged(repository, mode) := {"state": "fail", "record": _record(repository, "mutability")} if {
	mode != null
	not mode in {"immutable", "immutable_with_exclusion"}
}

_judged(repository, mode) := {"state": state, "record": deciding[0]} if {
	mode == "immutable_with_exclusion"
	filters := _filters(repository)
	state := _worst({found | some filter in filters; found := _excluded(settings.text(filter, ""))})
	deciding := array.concat(
		[filter | some filter in filters; _excluded(settings.text(filter, "")) == state],
		[_record(repository, "exclusions")],
	)
}

_filters(repository) := [_record(repository, "exclusions")] if value.is_unknown(_record(repository, "exclusions"))

_filters(repository) := [filter |
	record := _record(repository, "exclusions")
	some index, _ in value.list(record.value)
	filter := value.get(repository, array.concat(record.path, [index, _paths[repository.type].filter]))
] if {
	not value.is_unknown(_record(repository, "exclusions"))
}

# Tags that no release has may move.
_excluded(filter) := "open" if filter == null

_excluded(filter) := "pass" if _is_harmless(filter)

_excluded(filter) := "fail" if {
	filter != null
	not _is_harmless(filter)
}

_is_harmless(filter) if filter == "latest"

_is_harmless(filter) if {
	is_string(filter)
	regex.match(`^(cache|pr-)`, filter)
}

_worst(states) := "fail" if "fail" in states

_worst(states) := "open" if {
	not "fail" in states
	"open" in states
}

_worst(states) := "pass" if count(states & {"fail", "open"}) == 0

# Lifecycle: a property in templates, a resource of its own in plans.
_lifecycles := [{"resource": policy, "repository": found} |
	some policy in graph.of_types(["aws_ecr_lifecycle_policy"])
	found := joins.join(policy, ["repository"], {"aws_ecr_repository": ["name"]})
]

_of_lifecycles := [row |
	_params.require_lifecycle_policy
	some repository in _repositories
	record := _lifecycle(repository)
	row := {
		"state": _expiry(repository, record),
		"resource": repository.address,
		"path": record.path,
		"defect": "no-lifecycle",
		"severity": "low",
		"message": sprintf("Old images of repository '%s' never expire: it has no lifecycle policy.", [repository.address]),
	}
]

_lifecycle(repository) := value.present(repository, _paths[repository.type].lifecycle) if {
	count(_paths[repository.type].lifecycle) > 0
}

_lifecycle(repository) := {"resource": repository.address, "path": [], "state": "absent", "value": null} if {
	count(_paths[repository.type].lifecycle) == 0
}

_expiry(_, record) := "pass" if value.is_known(record)

_expiry(_, record) := "open" if value.is_unknown(record)

_expiry(repository, record) := "pass" if {
	value.is_absent(record)
	_has_policy(repository)
}

_expiry(repository, record) := "open" if {
	value.is_absent(record)
	not _has_policy(repository)
	count(_stray(repository)) > 0
}

_expiry(repository, record) := "fail" if {
	value.is_absent(record)
	not _has_policy(repository)
	count(_stray(repository)) == 0
}

_has_policy(repository) if {
	some policy in _lifecycles
	repository.address in policy.repository.to
}

_stray(repository) := [policy |
	repository.type == "aws_ecr_repository"
	some policy in _lifecycles
	count(policy.repository.to) == 0
	value.opaque(object.get(policy.resource.node, ["repository"], null))
]

_assessed := array.concat(_of_tags, _of_lifecycles)

examined contains record if {
	some repository in _repositories
	some what in ["mutability", "exclusions"]
	record := _record(repository, what)
}

examined contains record if {
	_params.require_lifecycle_policy
	some repository in _repositories
	record := _lifecycle(repository)
}

examined contains record if {
	some policy in _lifecycles
	found := value.present(policy.resource, ["repository"])
	some address in policy.repository.to
	record := object.union(found, {"resource": address})
}

examined contains record if {
	some repository in _repositories
	repository.type == "aws_ecr_repository"
	record := value.present(repository, ["name"])
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
