# METADATA
# title: Classes of environments that resources belong to
# description: |
#   Tells from a tag, a name or a parameter called Environment, Env or Stage whether a resource is "production",
#   "staging" or "dev"; "unclassified" where none says so, "unknown" where the tag or the name is undecided.
package policies.lib.resource_classes

import data.policies.lib.environments
import data.policies.lib.value

_tag_names := {"environment", "env", "stage"}

# What was read to tell the class.
records(resource, name_paths) := array.concat(
	[record | some path in _tag_paths; record := value.present(resource, path); not value.is_absent(record)],
	[record | some path in name_paths; record := value.present(resource, path); not value.is_absent(record)],
)

_tag_paths := [["Properties", "Tags"], ["tags_all"], ["tags"]]

# The class of a resource; `name_paths` say where it may hold its name.
class(resource, name_paths) := _first([found |
	some texts in [_tags(resource), _names(resource, name_paths), _defaults]
	some found in [_of(texts)]
	found != null
])

_first(found) := found[0] if count(found) > 0

_first(found) := "unclassified" if count(found) == 0

# The class of the first text that has one; an undecided text before it leaves the class open.
_of(texts) := classes[0] if {
	classes := [class_of | some text in texts; class_of := _class_of(text); class_of != null]
	count(classes) > 0
}

_of(texts) := null if count([text | some text in texts; _class_of(text) != null]) == 0

_class_of(text) := environments.class(text, []) if is_string(text)

_class_of(text) := "unknown" if value.opaque(text)

_class_of(text) := null if {
	not is_string(text)
	not value.opaque(text)
}

# The values of the tags that name an environment: lists in templates, maps in plans and for some types.
_tags(resource) := array.concat(
	[text |
		some tag in value.list(object.get(resource.node, ["Properties", "Tags"], null))
		is_object(tag)
		lower(value.shown(object.get(tag, "Key", ""))) in _tag_names
		text := object.get(tag, "Value", null)
	],
	[text |
		some path in _tag_paths
		tags := object.get(resource.node, path, null)
		is_object(tags)
		not value.opaque(tags)
		some key, text in tags
		lower(key) in _tag_names
	],
)

# A name that is put together is judged by the words that are written.
_names(resource, name_paths) := [text |
	some path in name_paths
	written := object.get(resource.node, path, null)
	text := _literal(written)
	text != ""
]

_literal(written) := written if is_string(written)

_literal(written) := concat(" ", [part | some part in written["$partial"]; is_string(part)]) if value.partial(written)

_literal(written) := "" if {
	not is_string(written)
	not value.partial(written)
}

# The defaults of the parameters of a template that name an environment.
_defaults := [text |
	some name, parameter in object.get(input, ["unit", "parameters"], {})
	lower(name) in {"environment", "env", "stage", "environmentname", "envname", "stagename"}
	text := object.get(parameter, "default", "")
]
