# METADATA
# title: Switches, numbers and texts that may be undecided
# description: Judges a record of data.policies.lib.value in three values, and says in words what it holds.
package policies.lib.settings

import data.policies.lib.value

# A switch is "on", "off" or "open"; `absent` is what it means to leave it out.
switch(record, absent) := absent if value.is_absent(record)

switch(record, _) := "open" if value.is_unknown(record)

switch(record, _) := "on" if {
	value.is_known(record)
	value.truthy(record.value)
}

switch(record, _) := "off" if {
	value.is_known(record)
	not value.truthy(record.value)
}

# The state of a switch that must be on.
must_be_on(record, absent) := _demand[switch(record, absent)]

# The state of a switch that must be off.
must_be_off(record, absent) := _refusal[switch(record, absent)]

_demand := {"on": "pass", "off": "fail", "open": "open"}

_refusal := {"on": "fail", "off": "pass", "open": "open"}

# The state of a number that must not lie below a bound; `absent` is the number that it means to leave it out.
at_least(record, bound, absent) := _verdict(number(record, absent) >= bound) if _is_number(record, absent)

at_least(record, _, absent) := "open" if not _is_number(record, absent)

# The state of a number that must not lie above a bound.
at_most(record, bound, absent) := _verdict(number(record, absent) <= bound) if _is_number(record, absent)

at_most(record, _, absent) := "open" if not _is_number(record, absent)

_verdict(holds) := "pass" if holds

_verdict(holds) := "fail" if not holds

_is_number(record, absent) if is_number(number(record, absent))

# The number of a record, or null where it is undecided or no number.
number(record, absent) := absent if value.is_absent(record)

number(record, _) := null if value.is_unknown(record)

number(record, _) := found if {
	value.is_known(record)
	found := _written(record.value)
}

_written(written) := written if is_number(written)

_written(written) := to_number(written) if {
	is_string(written)
	regex.match(`^-?[0-9]+(\.[0-9]+)?$`, written)
}

_written(written) := null if {
	is_string(written)
	not regex.match(`^-?[0-9]+(\.[0-9]+)?$`, written)
}

_written(written) := null if {
	not is_string(written)
	not is_number(written)
}

# The text of a record in lower case: `absent` where it is left out, null where it is undecided or no scalar.
text(record, absent) := absent if value.is_absent(record)

text(record, _) := null if value.is_unknown(record)

text(record, _) := lower(record.value) if {
	value.is_known(record)
	is_string(record.value)
}

text(record, _) := sprintf("%v", [record.value]) if {
	value.is_known(record)
	not is_string(record.value)
}

# What a record holds, as a clause: "'MultiAZ' is 'false'".
fact(record) := sprintf("'%s' is not set", [name(record.path)]) if value.is_absent(record)

fact(record) := sprintf("'%s' is '%s'", [name(record.path), value.shown(record.value)]) if value.is_known(record)

fact(record) := sprintf("'%s' is not known: %s", [name(record.path), value.reason(record.value)]) if {
	value.is_unknown(record)
}

# How the property at a path is called: its last name, and the one above it, for "Enabled" alone says nothing.
name(path) := concat(".", array.slice(names, count(names) - 2, count(names))) if {
	names := [element | some element in path; is_string(element); element != "Properties"]
	count(names) > 1
}

name(path) := concat(".", [element | some element in path; is_string(element); element != "Properties"]) if {
	count([element | some element in path; is_string(element); element != "Properties"]) < 2
}
