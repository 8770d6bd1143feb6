# METADATA
# scope: package
# title: Pin actions and images to immutable digests
# description: |
#   A tag or branch is whatever its owner makes it point to today. Whoever takes over an action or an image tag runs
#   code in every pipeline that names it, with that pipeline's secrets and its right to deploy.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/security/secure-use
# custom:
#   id: PIPE-001
#   slug: actions-and-images-pinned
#   family: PIPE
#   severity: high
#   score: 7.1
#   formats: [github-workflow, github-action]
#   scope: unit
#   resources:
#     - job
#     - action
#   params:
#     - name: trusted_owners_tag_ok
#       type: list
#       description: Owners whose actions may be named by a version tag.
#       default: [actions, github, aws-actions]
#       presets:
#         baseline: [actions, github, aws-actions]
#         reference-architecture: [actions, github, aws-actions]
#         strict: []
#       stricter: shorter
#     - name: image_pin
#       type: string
#       description: How container images must be named, by any tag but latest or by digest.
#       default: tag
#       presets: {baseline: tag, reference-architecture: digest, strict: digest}
#       stricter: [tag, digest]
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SR-3", "SI-7(1)", "SA-12"]
#       soc2: ["CC6.8", "CC8.1"]
#       iso_27001_2022: ["A.5.21", "A.8.30"]
#   cwe: [829, 494]
#   remediation:
#     github-workflow: "uses: owner/action@<40-hex sha> # v4.2.0."
#   peers:
#     zizmor: [unpinned-uses, unpinned-images]
#     kics: [555ab8f9-2001-455e-a077-f2d0f41e2fb9]
package policies.pipe.actions_and_images_pinned

import data.policies.lib.graph
import data.policies.lib.own_steps
import data.policies.lib.value

_params := data.params["PIPE-001"]

_owners := graph.of_types(["job", "action"])

# Every remote action, called workflow and image that a job or action names: {"resource", "path", "written", "kind"}.
_named := array.concat(_actions, array.concat(_calls, _images))

_actions := [item |
	some owner in _owners
	some step in own_steps.of(owner)
	step.kind == "uses"
	item := {
		"resource": owner.address,
		"path": array.concat(step.path, ["uses"]),
		"written": step.uses.raw,
		"uses": step.uses,
	}
	_judged(step.uses)
]

_calls := [item |
	some owner in graph.of_types(["job"])
	owner.call != null
	_judged(owner.call)
	item := {"resource": owner.address, "path": ["uses"], "written": owner.call.raw, "uses": owner.call}
]

# Local actions are part of the repository; an expression is an input error of its own.
_judged(uses) if {
	some kind in ["remote", "docker"]
	uses.kind == kind
}

_images := [item |
	some owner in _owners
	some image in owner.images
	some name in _image_names(image.image)
	item := {"resource": owner.address, "path": image.path, "written": name, "uses": null}
]

# Every text that an image can be. An empty one means no container.
_image_names(image) := [image] if is_string(image)

_image_names(image) := image["$unknown"].values if _has_values(image)

_image_names(image) := [_joined(image["$partial"])] if value.partial(image)

_image_names(image) := [] if {
	value.unknown(image)
	not _has_values(image)
}

_image_names(image) := [] if image == null

_has_values(image) if {
	value.unknown(image)
	count(object.get(image["$unknown"], "values", [])) > 0
}

# A text known in part is pinned when its literal parts say so.
_joined(fragments) := concat("", [part | some fragment in fragments; part := _fragment(fragment)])

_fragment(fragment) := fragment if is_string(fragment)

_fragment(fragment) := "${{…}}" if not is_string(fragment)

subjects contains item.resource if some item in _named

subjects contains entry.resource if some entry in _open_images

examined contains record if {
	some item in _named
	record := {"resource": item.resource, "path": item.path, "state": "known", "value": item.written}
}

examined contains record if {
	some entry in _open_images
	record := {"resource": entry.resource, "path": entry.path, "state": "unknown", "value": entry.image}
}

_open_images := [entry |
	some owner in _owners
	some image in owner.images
	value.unknown(image.image)
	not _has_values(image.image)
	entry := {"resource": owner.address, "path": image.path, "image": image.image}
]

deny contains violation if {
	some item in _named
	reason := _complaint(item)
	violation := {
		"resource": item.resource,
		"path": item.path,
		"defect": item.written,
		"message": sprintf("'%s' %s.", [item.written, reason]),
	}
}

_complaint(item) := reason if {
	item.uses != null
	item.uses.kind == "remote"
	not item.uses.sha
	not _trusted_tag(item.uses)
	not _slsa_generator(item.uses)
	reason := _movable(item.uses)
}

_movable(uses) := "names no version: the default branch runs, whatever it holds" if uses.ref == null

_movable(uses) := sprintf("is pinned to '%s', which its owner can move; pin the full commit id", [uses.ref]) if {
	uses.ref != null
}

_complaint(item) := reason if {
	item.uses != null
	item.uses.kind == "docker"
	reason := _image_complaint(item.uses.image)
}

_complaint(item) := reason if {
	item.uses == null
	reason := _image_complaint(item.written)
}

_trusted_tag(uses) if {
	uses.ref != null
	some owner in _params.trusted_owners_tag_ok
	lower(owner) == uses.owner
	regex.match(`^v?[0-9]+(\.[0-9]+){0,2}$`, uses.ref)
}

# These workflows verify the tag they were called by, and refuse a commit id:
# https://github.com/slsa-framework/slsa-github-generator#referencing-slsa-builders-and-generators
_slsa_generator(uses) if {
	uses.owner == "slsa-framework"
	uses.repo == "slsa-github-generator"
	uses.ref != null
	regex.match(`^v[0-9]+(\.[0-9]+){2}$`, uses.ref)
}

_image_complaint(image) := "is an image without a tag: latest runs, whatever it is today" if {
	image != ""
	not contains(image, "@sha256:")
	_tag(image) == ""
}

_image_complaint(image) := "is an image by the tag latest, which moves with every release" if {
	not contains(image, "@sha256:")
	_tag(image) == "latest"
}

_image_complaint(image) := sprintf("is an image by the tag '%s', which can be moved; name its digest", [tag]) if {
	not contains(image, "@sha256:")
	tag := _tag(image)
	tag != ""
	tag != "latest"
	_params.image_pin == "digest"
}

# The tag of an image reference; a colon before the last slash belongs to the registry's port.
_tag(image) := tag if {
	parts := split(image, "/")
	last := parts[count(parts) - 1]
	named := split(last, ":")
	count(named) > 1
	tag := named[1]
}

_tag(image) := "" if {
	parts := split(image, "/")
	not contains(parts[count(parts) - 1], ":")
}
