# METADATA
# scope: package
# title: Scan container images in the registry
# description: |
#   Images collect known holes while they lie in a registry. Scanning on push finds those that are known that day,
#   before the image runs.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html#ecr-1
# custom:
#   id: ECS-010
#   slug: ecr-scan-on-push
#   family: ECS
#   severity: medium
#   score: 6.4
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ECR::Repository
#     - AWS::ECR::RegistryScanningConfiguration
#     - aws_ecr_repository
#     - aws_ecr_registry_scanning_configuration
#     - aws_inspector2_enabler
#   subjects:
#     - AWS::ECR::Repository
#     - aws_ecr_repository
#   params: []
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ECR.1"]
#       pci_dss_4.0: ["11.3.1", "11.3.1.2", "11.3.1.3"]
#     judged:
#       nist_800_53_r5: ["SI-2c"]
#       pci_dss_4.0: ["6.3.1"]
#       iso_27001_2022: ["A.8.8"]
#   cwe: [1104]
#   remediation:
#     cloudformation: "Set ImageScanningConfiguration: {ScanOnPush: true}, or add
#       AWS::ECR::RegistryScanningConfiguration with a rule that matches the repository."
#     terraform-plan: "Set image_scanning_configuration { scan_on_push = true }, or add
#       aws_ecr_registry_scanning_configuration with a rule that matches the repository."
#   peers:
#     checkov: [CKV_AWS_163]
#     trivy: [AWS-0030]
#     cfn_nag: [W79]
#     guard: [ecr_repo_scan_on_push_rule]
#     prowler: [ecr_repositories_scan_images_on_push_enabled, ecr_registry_scan_images_on_push_enabled]
package policies.ecs.ecr_scan_on_push

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.settings
import data.policies.lib.value

_paths := {
	"AWS::ECR::Repository": {
		"flag": ["Properties", "ImageScanningConfiguration", "ScanOnPush"],
		"name": ["Properties", "RepositoryName"],
	},
	"aws_ecr_repository": {"flag": ["image_scanning_configuration", 0, "scan_on_push"], "name": ["name"]},
}

_registry_paths := {
	"AWS::ECR::RegistryScanningConfiguration": {
		"type": ["Properties", "ScanType"],
		"rules": ["Properties", "Rules"],
		"frequency": "ScanFrequency",
		"filters": "RepositoryFilters",
		"filter": "Filter",
	},
	"aws_ecr_registry_scanning_configuration": {
		"type": ["scan_type"],
		"rules": ["rule"],
		"frequency": "scan_frequency",
		"filters": "repository_filter",
		"filter": "filter",
	},
}

_repositories := graph.of_types(object.keys(_paths))

subjects contains repository.address if some repository in _repositories

_flag(repository) := value.get(repository, _paths[repository.type].flag)

_name(repository) := value.get(repository, _paths[repository.type].name)

# Enhanced scanning is Amazon Inspector's, and covers every repository.
_enhanced := {state |
	some type, paths in _registry_paths
	some registry in graph.of_types([type])
	state := _is_enhanced(settings.text(value.get(registry, paths.type), "basic"))
} | {state |
	some enabler in graph.of_types(["aws_inspector2_enabler"])
	state := _has_ecr(value.get(enabler, ["resource_types"]))
}

_is_enhanced(type) := "open" if type == null

_is_enhanced(type) := "pass" if type == "enhanced"

_is_enhanced(type) := "fail" if {
	type != null
	type != "enhanced"
}

_has_ecr(record) := "open" if value.is_unknown(record)

_has_ecr(record) := _verdict["ECR" in value.list(record.value)] if not value.is_unknown(record)

_verdict := {true: "pass", false: "fail"}

# Rules of the registries, each once however many registries have it.
_rules := {{"frequency": frequency, "filter": filter} |
	some type, paths in _registry_paths
	some registry in graph.of_types([type])
	some index, rule in value.list(object.get(registry.node, paths.rules, null))
	is_object(rule)
	at := array.concat(paths.rules, [index])
	frequency := settings.text(value.get(registry, array.concat(at, [paths.frequency])), "")
	some number, _ in value.list(object.get(rule, paths.filters, null))
	record := value.get(registry, array.concat(at, [paths.filters, number, paths.filter]))
	filter := object.remove(record, ["resource", "path"])
}

_by_rules(repository) := {state |
	name := _name(repository)
	some rule in _rules
	state := _ruled(rule, name)
}

_ruled(rule, _) := "fail" if rule.frequency == "manual"

_ruled(rule, _) := "open" if {
	rule.frequency != "manual"
	value.is_unknown(rule.filter)
}

_ruled(rule, name) := _matched(sprintf("%v", [rule.filter.value]), name) if {
	rule.frequency != "manual"
	not value.is_unknown(rule.filter)
}

# A filter without an asterisk matches names that contain it. Source: Amazon ECR User Guide, Filters to choose which
# repositories are scanned.
_matched(filter, _) := "pass" if filter == "*"

_matched(filter, name) := "open" if {
	filter != "*"
	not is_string(name.value)
}

_matched(filter, name) := _verdict[regex.match(_pattern(filter), name.value)] if {
	filter != "*"
	is_string(name.value)
}

_pattern(filter) := regex.replace(filter, `[.]`, `\.`) if not contains(filter, "*")

_pattern(filter) := sprintf("^%s$", [replace(regex.replace(filter, `[.]`, `\.`), "*", ".*")]) if contains(filter, "*")

_open_rules if {
	some type, paths in _registry_paths
	some registry in graph.of_types([type])
	value.is_unknown(value.get(registry, paths.rules))
}

_states(repository) := {settings.must_be_on(_flag(repository), "off")} | _by_rules(repository) | _enhanced | _open

_open := {"open"} if _open_rules

_open := set() if not _open_rules

_best(states) := "pass" if "pass" in states

_best(states) := "open" if {
	not "pass" in states
	"open" in states
}

_best(states) := "fail" if states == {"fail"}

_assessed := [row |
	some repository in _repositories
	record := _flag(repository)
	row := {
		"state": _best(_states(repository)),
		"resource": repository.address,
		"path": record.path,
		"defect": "scan-on-push",
		"message": sprintf("Images of repository '%s' are not scanned: %s, and no rule of a registry here matches. %s", [
			repository.address,
			settings.fact(record),
			"Where the registry is configured elsewhere, waive this.",
		]),
	}
]

examined contains record if {
	some repository in _repositories
	some record in [_flag(repository), value.present(repository, _paths[repository.type].name)]
}

examined contains record if {
	some type, paths in _registry_paths
	some registry in graph.of_types([type])
	some path in [paths.type, paths.rules]
	record := value.present(registry, path)
}

examined contains record if {
	some enabler in graph.of_types(["aws_inspector2_enabler"])
	record := value.get(enabler, ["resource_types"])
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
