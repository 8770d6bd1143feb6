# METADATA
# title: Texts of policies that are known in part, as patterns
# description: |
#   A parameter or reference inside a text stands for a name: what is written around it decides how wide the text is.
#   Only a text of which nothing is known could be a wildcard.
package policies.lib.policy_patterns

import data.policies.lib.value

# The pattern that a value writes, with a plain name for what is not known; undefined where nothing is known.
pattern(written) := written if is_string(written)

pattern(written) := concat("", [_fragment(fragment) | some fragment in written["$partial"]]) if {
	value.partial(written)
	not _nothing_known(written)
}

pattern(written) := "reference" if value.reference(written)

pattern(written) := "secret" if value.secret(written)

pattern(written) := _pseudo(written) if _is_pseudo(written)

# Tells whether a value could be any text.
anything(written) if {
	value.unknown(written)
	not _is_pseudo(written)
}

anything(written) if {
	value.partial(written)
	_nothing_known(written)
}

# Such a text has no literal part, and a part of it could be anything.
_nothing_known(written) if {
	literals := [fragment | some fragment in written["$partial"]; is_string(fragment); fragment != ""]
	count(literals) == 0
	some fragment in written["$partial"]
	anything_within(fragment)
}

# Tells whether a fragment could be any text.
anything_within(fragment) if {
	value.unknown(fragment)
	not _is_pseudo(fragment)
}

# A plain name for what is not literal. Always defined.
_fragment(fragment) := fragment if is_string(fragment)

_fragment(fragment) := _pseudo(fragment) if _is_pseudo(fragment)

_fragment(fragment) := "name" if {
	not is_string(fragment)
	not _is_pseudo(fragment)
}

_is_pseudo(written) if {
	value.unknown(written)
	object.get(written["$unknown"], "kind", "") == "pseudo-parameter"
}

_pseudo(written) := object.get(_pseudo_values, object.get(written["$unknown"], "name", ""), "name")

# Stand-ins of the right form.
_pseudo_values := {
	"AWS::AccountId": "000000000000",
	"AWS::Partition": "aws",
	"AWS::Region": "region",
	"AWS::URLSuffix": "amazonaws.com",
}
