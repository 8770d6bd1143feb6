# METADATA
# scope: package
# title: Write conditions that cannot be always true
# description: |
#   An `if` that holds text beside its expression is a text, and a text that is not empty is true: the step that it
#   guards always runs. A condition that means less than it says opens the gate it was written to close.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
# custom:
#   id: PIPE-014
#   slug: conditions-mean-what-they-say
#   family: PIPE
#   severity: high
#   score: 7.1
#   formats: [github-workflow, github-action]
#   scope: unit
#   resources:
#     - job
#     - action
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3", "SI-10"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.28", "A.8.32"]
#   cwe: [571, 697]
#   remediation:
#     github-workflow: >-
#       Write the condition as one expression without a fence, `if: a && b`, or with one fence around all of it;
#       test membership with contains(fromJSON('[…]'), x).
#     github-action: >-
#       Write the condition of the step as one expression, without a fence or with one fence around all of it.
#   peers:
#     zizmor: [unsound-condition, unsound-contains, unsound-ternary]
package policies.pipe.conditions_mean_what_they_say

import data.policies.lib.graph
import data.policies.lib.own_steps
import data.policies.lib.untrusted

_owners := graph.of_types(["job", "action"])

# Every condition of a job and of its steps, with the address that it belongs to.
_conditions := [entry |
	some owner in _owners
	some guarded in array.concat([owner], own_steps.of(owner))
	condition := object.get(guarded, "condition", null)
	condition != null
	entry := {"owner": owner, "condition": condition}
]

# Every expression that chooses between two values (`a && b || c`).
_choices := [entry |
	some owner in _owners
	some expression in owner.expressions
	contains(expression.text, "&&")
	contains(expression.text, "||")
	not own_steps.leads_away(owner, expression.path)
	entry := {"owner": owner, "expression": expression}
]

subjects contains entry.owner.address if some entry in _conditions

subjects contains entry.owner.address if some entry in _choices

examined contains record if {
	some entry in _conditions
	record := {
		"resource": entry.owner.address,
		"path": entry.condition.path,
		"state": "known",
		"value": entry.condition.raw,
	}
}

# (a) Text or white space around the fence: the whole is a text, which is true.
deny contains violation if {
	some entry in _conditions
	_fenced_in_part(entry.condition.raw)
	violation := {
		"resource": entry.owner.address,
		"path": entry.condition.path,
		"defect": sprintf("text/%s", [trim_space(entry.condition.raw)]),
		"message": sprintf("'%s' has %s around its expression, so it is a text and always true.", [
			trim_space(entry.condition.raw),
			_around(entry.condition.raw),
		]),
	}
}

_fenced_in_part(raw) if {
	contains(raw, "${{")
	not regex.match(`(?s)^\$\{\{.*\}\}$`, raw)
}

_fenced_in_part(raw) if count(split(raw, "${{")) > 2

_around(raw) := "a line break or blank" if regex.match(`(?s)^\s*\$\{\{[^$]*\}\}\s*$`, raw)

_around(raw) := "text" if not regex.match(`(?s)^\s*\$\{\{[^$]*\}\}\s*$`, raw)

# (b) A text as haystack: any piece of it is found, "fs/he" too.
deny contains violation if {
	some entry in _conditions
	entry.condition.ast != null
	some tree in _trees(entry.condition.ast)
	object.get(tree, "call", "") == "contains"
	count(tree.args) == 2
	haystack := object.get(tree.args[0], "literal", null)
	is_string(haystack)
	needle := object.get(tree.args[1], "context", "")
	_chosen(needle)
	violation := {
		"resource": entry.owner.address,
		"path": entry.condition.path,
		"defect": sprintf("contains/%s", [needle]),
		"message": sprintf(
			"contains('%s', %s) looks for a piece of a text, not for a member of a list: any part of it passes.",
			[haystack, needle],
		),
	}
}

_values := {
	"github.ref", "github.ref_name", "github.head_ref", "github.base_ref", "github.actor", "github.triggering_actor",
}

_chosen(name) if _values[name]

_chosen(name) if untrusted.context(name)

_chosen(name) if regex.match(`^(env|inputs|github\.event\.inputs)\.`, name)

_chosen(name) if regex.match(`^github\.event\..*\.(author_association|ref|login)$`, name)

# A tree and what is below it, four levels deep.
_trees(tree) := [found |
	some first in _with_parts(tree)
	some second in _with_parts(first)
	some third in _with_parts(second)
	some found in _with_parts(third)
]

_with_parts(tree) := array.concat([tree], [part | some part in object.get(tree, "args", []); is_object(part)])

# (c) A falsy middle of `a && b || c` is never chosen.
_falsy_middle := `&&\s*(''|0|false|null)\s*\|\|`

deny contains violation if {
	some entry in _choices
	middles := regex.find_all_string_submatch_n(_falsy_middle, entry.expression.text, 1)
	count(middles) > 0
	violation := {
		"resource": entry.owner.address,
		"path": _place(entry.expression),
		"defect": sprintf("choice/%s", [entry.expression.text]),
		"message": sprintf("'%s' can never give %s: that is false, so what follows '||' is taken instead.", [
			entry.expression.text,
			middles[0][1],
		]),
	}
}

_place(expression) := expression.path if expression.condition

_place(expression) := array.concat(expression.path, [expression.raw]) if not expression.condition

# (d) A text in quotes is true whatever it says.
deny contains violation if {
	some entry in _conditions
	entry.condition.ast != null
	written := object.get(entry.condition.ast, "literal", null)
	is_string(written)
	written != ""
	violation := {
		"resource": entry.owner.address,
		"path": entry.condition.path,
		"defect": sprintf("literal/%s", [written]),
		"message": sprintf("'%s' is a text in quotes, and a text that is not empty is always true.", [
			trim_space(entry.condition.raw),
		]),
	}
}
