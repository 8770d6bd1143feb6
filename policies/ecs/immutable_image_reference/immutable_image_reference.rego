# METADATA
# scope: package
# title: Reference images by digest or immutable version tag from an approved registry
# description: |
#   A tag that can move brings other code with the next task that starts, tested by nobody. A digest names exactly
#   one image; a version in an immutable repository nearly so.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
# custom:
#   id: ECS-009
#   slug: immutable-image-reference
#   family: ECS
#   severity: medium
#   score: 6.6
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ECS::TaskDefinition
#     - AWS::Lambda::Function
#     - aws_ecs_task_definition
#     - aws_lambda_function
#     - AWS::ECR::Repository
#     - aws_ecr_repository
#   subjects:
#     - AWS::ECS::TaskDefinition
#     - aws_ecs_task_definition
#     - AWS::Lambda::Function
#     - aws_lambda_function
#   params:
#     - name: level
#       type: string
#       description: "What an image must be named by: any tag but latest, a tag that does not move, or a digest."
#       default: no-latest
#       presets: {baseline: no-latest, reference-architecture: immutable-tag, strict: digest}
#       stricter: [no-latest, immutable-tag, digest]
#     - name: approved_registries
#       type: list
#       description: "Regular expressions, one of which the name of an image must match; none approves all."
#       default: []
#       stricter: shorter
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-2a", "SI-7(1)", "SA-10(1)"]
#       pci_dss_4.0: ["6.3.2"]
#       iso_27001_2022: ["A.8.9", "A.8.32"]
#   cwe: [829, 494]
#   remediation:
#     cloudformation: "Name the image by its digest: Image: !Sub \"${Repo.RepositoryUri}@${ImageDigest}\"."
#     terraform-plan: "Name the image by its digest: image =
#       \"${aws_ecr_repository.app.repository_url}@${var.digest}\"."
package policies.ecs.immutable_image_reference

import data.policies.lib.assessments
import data.policies.lib.containers
import data.policies.lib.graph
import data.policies.lib.images
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["ECS-009"]

_function_paths := {
	"AWS::Lambda::Function": {
		"image": ["Properties", "Code", "ImageUri"],
		"package": ["Properties", "PackageType"],
	},
	"aws_lambda_function": {"image": ["image_uri"], "package": ["package_type"]},
}

_repository_paths := {
	"AWS::ECR::Repository": ["Properties", "ImageTagMutability"],
	"aws_ecr_repository": ["image_tag_mutability"],
}

# Every image: {"record", "of", "defect"}.
_images := array.concat(
	[image |
		some container in containers.all
		record := containers.given(container, ["Image"])
		image := {
			"resource": input.resources[container.task],
			"record": record,
			"of": containers.called(container),
			"name": container.name,
		}
	],
	[image |
		some type, paths in _function_paths
		some function in graph.of_types([type])
		record := value.present(function, paths.image)
		_is_image(record, settings.text(value.get(function, paths.package), "zip"))
		image := {
			"resource": function,
			"record": record,
			"of": sprintf("Function '%s'", [function.address]),
			"name": "function",
		}
	],
)

# Code that is not known is an archive, unless the function says that it is packed as an image.
_is_image(record, _) if value.is_known(record)

_is_image(record, packed) if {
	value.is_unknown(record)
	packed != "zip"
}

subjects contains image.resource.address if some image in _images

subjects contains task.address if some task in containers.undecided

_of_images := [row |
	some image in _images
	parsed := images.parse(image.record.value)
	judged := _judged(image, parsed)
	row := {
		"state": judged.state,
		"resource": image.resource.address,
		"path": image.record.path,
		"defect": sprintf("reference/%s", [image.name]),
		"message": sprintf("%s does not name its image by %s: %s.", [image.of, _asked[_params.level], judged.says]),
		"related": judged.related,
	}
]

_asked := {
	"no-latest": "a version",
	"immutable-tag": "a version that does not move",
	"digest": "a digest",
}

_judged(_, parsed) := {"state": "pass", "says": "", "related": []} if parsed.kind == "digest"

_judged(image, parsed) := {"state": state, "says": settings.fact(image.record), "related": []} if {
	parsed.kind == "open"
	state := _open_state(image.record.value)
}

_judged(_, parsed) := {"state": "fail", "says": sprintf("'%s' has no tag", [parsed.text]), "related": []} if {
	parsed.kind == "none"
}

_judged(image, parsed) := {"state": state, "says": _says(parsed, repositories, state), "related": related} if {
	parsed.kind in {"tag", "open-tag"}
	repositories := _mutable(image)
	state := _tagged(parsed, repositories)
	related := [{"address": address, "path": path, "message": "Tags of this repository can be moved."} |
		_params.level == "immutable-tag"
		some address, state_of in repositories
		state_of != "pass"
		path := _repository_paths[input.resources[address].type]
	]
}

# A parameter whose name says that it names an image is trusted to name a version, where no more is asked.
_open_state(written) := "pass" if {
	_params.level == "no-latest"
	_names_an_image(written)
}

_open_state(_) := "open" if _params.level != "no-latest"

_open_state(written) := "open" if {
	_params.level == "no-latest"
	not _names_an_image(written)
}

_names_an_image(written) if {
	value.unknown(written)
	written["$unknown"].kind == "parameter"
	regex.match(`(?i)(tag|uri|image|version|digest)`, written["$unknown"].name)
}

_tagged(parsed, _) := "fail" if {
	parsed.kind == "tag"
	parsed.tag == "latest"
}

_tagged(parsed, _) := "pass" if {
	_params.level == "no-latest"
	parsed.tag != "latest"
}

_tagged(parsed, repositories) := _with_repositories(repositories) if {
	_params.level == "immutable-tag"
	parsed.tag != "latest"
	_stays(parsed)
}

_tagged(parsed, _) := "fail" if {
	_params.level == "immutable-tag"
	parsed.tag != "latest"
	not _stays(parsed)
}

_tagged(parsed, _) := "fail" if {
	_params.level == "digest"
	parsed.kind == "tag"
	parsed.tag != "latest"
}

_tagged(parsed, _) := "open" if {
	_params.level == "digest"
	parsed.kind == "open-tag"
}

# A whole version, a commit or a hash, or what a parameter gives.
_stays(parsed) if parsed.kind == "open-tag"

_stays(parsed) if regex.match(`^v?[0-9]+\.[0-9]+\.[0-9]+([-+.][0-9A-Za-z.+-]+)?$`, parsed.tag)

_stays(parsed) if regex.match(`^[0-9a-f]{7,64}$`, parsed.tag)

_with_repositories(repositories) := "fail" if "fail" in _states(repositories)

_with_repositories(repositories) := "open" if {
	not "fail" in _states(repositories)
	"open" in _states(repositories)
}

_with_repositories(repositories) := "pass" if count(_states(repositories) & {"fail", "open"}) == 0

_states(repositories) := {state | some _, state in repositories}

# The declared repositories that an image comes from, and whether their tags stay.
_mutable(image) := {address: state |
	some address in graph.referenced(image.resource, image.record.path)
	repository := graph.at(address)
	repository != null
	repository.type in object.keys(_repository_paths)
	state := _immutable(settings.text(value.get(repository, _repository_paths[repository.type]), "mutable"))
}

_immutable(text) := "open" if text == null

_immutable(text) := "pass" if text in {"immutable", "immutable_with_exclusion"}

_immutable(text) := "fail" if {
	text != null
	not text in {"immutable", "immutable_with_exclusion"}
}

_says(parsed, _, _) := sprintf("'%s' is the tag that moves with every push", [parsed.text]) if parsed.tag == "latest"

_says(parsed, repositories, _) := sprintf("the tag of '%s' can be moved, for '%s' is not immutable", [
	parsed.text,
	concat("', '", sort([address | some address, state in repositories; state != "pass"])),
]) if {
	parsed.tag != "latest"
	_params.level == "immutable-tag"
	_stays(parsed)
	count(_states(repositories) & {"fail", "open"}) > 0
}

_says(parsed, repositories, _) := sprintf("the tag of '%s' is one that may move", [parsed.text]) if {
	parsed.tag != "latest"
	not _by_repository(parsed, repositories)
}

_by_repository(parsed, repositories) if {
	_params.level == "immutable-tag"
	_stays(parsed)
	count(_states(repositories) & {"fail", "open"}) > 0
}

# Images of registries that nobody approved.
_of_registries := [row |
	count(_params.approved_registries) > 0
	some image in _images
	parsed := images.parse(image.record.value)
	row := {
		"state": _approved(parsed),
		"resource": image.resource.address,
		"path": image.record.path,
		"defect": sprintf("registry/%s", [image.name]),
		"message": sprintf("%s is from a registry that is not approved: '%s'.", [image.of, parsed.text]),
	}
]

_approved(parsed) := "open" if not is_string(parsed.name)

_approved(parsed) := "pass" if {
	is_string(parsed.name)
	count([pattern | some pattern in _params.approved_registries; regex.match(pattern, parsed.name)]) > 0
}

_approved(parsed) := "fail" if {
	is_string(parsed.name)
	count([pattern | some pattern in _params.approved_registries; regex.match(pattern, parsed.name)]) == 0
}

_of_undecided := [row |
	some task in containers.undecided
	row := {
		"state": "open",
		"resource": task.address,
		"path": task.at,
		"defect": "containers",
		"message": sprintf("How the containers of '%s' name their images cannot be decided: %s.", [
			task.address,
			settings.fact(task.whole),
		]),
	}
]

_assessed := array.concat(_of_images, array.concat(_of_registries, _of_undecided))

examined contains image.record if some image in _images

examined contains record if {
	some image in _images
	paths := object.get(_function_paths, image.resource.type, null)
	paths != null
	record := value.get(image.resource, paths.package)
	value.is_known(record)
}

examined contains record if {
	some image in _images
	some address, _ in _mutable(image)
	repository := input.resources[address]
	found := value.get(repository, _repository_paths[repository.type])
	record := object.union(found, {"resource": image.resource.address})
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
