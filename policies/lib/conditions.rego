# METADATA
# title: What the condition of a job or step implies
# description: |
#   Reads the syntax tree of an `if`: which comparisons must hold for it to be true. Names and texts compare without
#   case, as GitHub compares them:
#   https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#operators
package policies.lib.conditions

# The comparisons that must all hold: the condition itself, or the parts of a conjunction, two levels deep.
conjuncts(condition) := [] if condition == null

conjuncts(condition) := [] if {
	condition != null
	object.get(condition, "ast", null) == null
}

conjuncts(condition) := parts if {
	condition != null
	object.get(condition, "ast", null) != null
	parts := [part |
		some outer in _both(condition.ast)
		some part in _both(outer)
	]
}

_both(tree) := tree.args if object.get(tree, "op", "") == "&&"

_both(tree) := [tree] if object.get(tree, "op", "") != "&&"

# Tells whether a tree is a comparison of a context with a literal text, by an operator.
compares(tree, operator, name, text) if {
	object.get(tree, "op", "") == operator
	some left, right in {0: 1, 1: 0}
	object.get(tree.args[left], "context", "") == name
	literal := object.get(tree.args[right], "literal", null)
	is_string(literal)
	lower(literal) == lower(text)
}

# The literal texts that a tree compares a context with, by an operator.
compared(tree, operator, name) := {lower(literal) |
	object.get(tree, "op", "") == operator
	some left, right in {0: 1, 1: 0}
	object.get(tree.args[left], "context", "") == name
	literal := object.get(tree.args[right], "literal", null)
	is_string(literal)
}

# Tells whether a tree says that two contexts are equal.
equal_contexts(tree, one, other) if {
	object.get(tree, "op", "") == "=="
	names := {object.get(argument, "context", "") | some argument in tree.args}
	names == {one, other}
}

# Tells whether a tree says that a context is false.
is_false(tree, name) if {
	object.get(tree, "op", "") == "!"
	object.get(tree.args[0], "context", "") == name
}

is_false(tree, name) if {
	object.get(tree, "op", "") == "=="
	some left, right in {0: 1, 1: 0}
	object.get(tree.args[left], "context", "") == name
	object.get(tree.args[right], "literal", null) == false
}

# The comparisons in the upper levels of a condition, joined by `&&` or `||`; what is negated is none of them.
comparisons(condition) := [] if condition == null

comparisons(condition) := [] if {
	condition != null
	object.get(condition, "ast", null) == null
}

comparisons(condition) := parts if {
	condition != null
	object.get(condition, "ast", null) != null
	parts := [part |
		some outer in _any(condition.ast)
		some middle in _any(outer)
		some part in _any(middle)
	]
}

_joining := {"&&", "||"}

_any(tree) := tree.args if _joining[object.get(tree, "op", "")]

_any(tree) := [tree] if not _joining[object.get(tree, "op", "")]
