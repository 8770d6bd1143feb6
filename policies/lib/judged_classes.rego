# METADATA
# title: Classes of places that a control judges
# description: |
#   Tells from the set of classes of a deployment (policies.lib.environments) whether a control judges it, and whether
#   it can fail. What may be of a judged class is judged, and is undecided at worst.
package policies.lib.judged_classes

# Tells whether a deployment goes to a judged class of places, or perhaps does.
in_scope(classes, judged) if {
	some named in judged
	classes[named]
}

in_scope(classes, _) if classes.unknown

# Tells whether one certainly is a deployment, and to a judged class: only such a one can fail.
certain(certainty, classes, judged) if {
	certainty == "definite"
	some named in judged
	classes[named]
}

certain(certainty, _, judged) if {
	certainty == "definite"
	"dev" in judged
}
