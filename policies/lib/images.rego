# METADATA
# title: References to container images
# description: |
#   Takes a reference apart: NAME[:TAG][@DIGEST], the tag standing behind the last slash, for a registry may have a
#   port. What is not known stands as a gap in the text.
package policies.lib.images

import data.policies.lib.value

_gap := "\u0001"

# A reference: {"kind", "tag", "name", "text"}. The kind is "digest", "tag", "open-tag" (a tag that is known in part or
# not), "none" (no tag), or "open" (it cannot be told). `name` is what stands before the tag, or null where it has gaps.
parse(reference) := {
	"kind": _kind(text),
	"tag": _tag(text),
	"name": _name(text),
	"text": _shown(reference, text),
} if {
	text := _text(reference)
}

_text(reference) := reference if is_string(reference)

_text(reference) := concat("", [part |
	some fragment in reference["$partial"]
	part := _part(fragment)
]) if {
	value.partial(reference)
}

# The address of a repository has no tag; that of anything else may.
_text(reference) := _part(reference) if value.reference(reference)

_text(reference) := _gap if not _has_text(reference)

_has_text(reference) if is_string(reference)

_has_text(reference) if value.partial(reference)

_has_text(reference) if value.reference(reference)

_part(fragment) := fragment if is_string(fragment)

_part(fragment) := "repository" if _is_repository(fragment)

_part(fragment) := _gap if {
	not is_string(fragment)
	not _is_repository(fragment)
}

_is_repository(fragment) if {
	value.reference(fragment)
	type := object.get(input, ["resources", fragment["$reference"].address, "type"], "")
	type in {"AWS::ECR::Repository", "aws_ecr_repository", "data.aws_ecr_repository", "AWS::ECR::PublicRepository"}
}

_shown(reference, text) := replace(text, _gap, "…") if {
	_has_text(reference)
	not value.reference(reference)
}

_shown(reference, _) := value.shown(reference) if value.reference(reference)

_shown(reference, _) := value.shown(reference) if not _has_text(reference)

_last(text) := parts[count(parts) - 1] if parts := split(text, "/")

_kind(text) := "digest" if contains(_last(text), "@")

_kind(text) := "none" if {
	not contains(_last(text), "@")
	not contains(_last(text), ":")
	not contains(_last(text), _gap)
}

_kind(text) := "open" if {
	not contains(_last(text), "@")
	not contains(_last(text), ":")
	contains(_last(text), _gap)
}

_kind(text) := "tag" if {
	not contains(_last(text), "@")
	contains(_last(text), ":")
	not contains(_after(text), _gap)
}

_kind(text) := "open-tag" if {
	not contains(_last(text), "@")
	contains(_last(text), ":")
	contains(_after(text), _gap)
}

_after(text) := parts[count(parts) - 1] if parts := split(_last(text), ":")

_tag(text) := _after(text) if contains(_last(text), ":")

_tag(text) := "" if not contains(_last(text), ":")

_name(text) := name if {
	name := regex.replace(regex.replace(text, `@.*$`, ""), `:[^/:]*$`, "")
	not contains(name, _gap)
	not startswith(name, "repository")
}

_name(text) := null if contains(regex.replace(regex.replace(text, `@.*$`, ""), `:[^/:]*$`, ""), _gap)

_name(text) := null if {
	startswith(text, "repository")
	not contains(regex.replace(regex.replace(text, `@.*$`, ""), `:[^/:]*$`, ""), _gap)
}
