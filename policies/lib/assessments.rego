# METADATA
# title: What three-valued judgements come to
# description: |
#   A policy with several defects a subject judges each of them to a row {"state", "resource", "path", "defect",
#   "message", "severity"?, "related"?}, the state being "fail", "open" or "pass". These functions turn the rows into
#   what a policy answers with, so that an undecided value counts only where it decides.
package policies.lib.assessments

# The violations among the rows.
violations(rows) := {violation |
	some row in rows
	row.state == "fail"
	violation := object.remove(row, ["state"])
}

# The undecided rows. What they say is not known to hold, and the message says so.
questions(rows) := {question |
	some row in rows
	row.state == "open"
	question := object.union(object.remove(row, ["state", "severity"]), {"message": _doubted(row.message)})
}

_doubted(message) := message if startswith(message, "Whether ")

_doubted(message) := sprintf("It cannot be decided whether this holds: %s", [message]) if {
	not startswith(message, "Whether ")
}

# The subjects that nothing leaves undecided.
settled(subjects, rows) := subjects - {row.resource | some row in rows; row.state == "open"}

# The state where a subject may not be one, or be exempt: what fails is then undecided.
hedged(state, _) := state if state != "fail"

hedged(state, certain) := "fail" if {
	state == "fail"
	certain
}

hedged(state, certain) := "open" if {
	state == "fail"
	not certain
}
