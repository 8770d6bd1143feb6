# METADATA
# title: Versions of engines
# description: Reads the numbers of a version, as far as it starts or ends with some.
package policies.lib.versions

# The numbers that a text starts with: "8.0.mysql_aurora.3.05.2" gives [8, 0].
leading(text) := numbers if {
	is_string(text)
	numbers := _numbers(regex.find_n(`^[0-9]+(\.[0-9]+)*`, text, 1))
}

leading(text) := [] if not is_string(text)

# The numbers that a text ends with: "aurora-postgresql17" gives [17].
trailing(text) := numbers if {
	is_string(text)
	numbers := _numbers(regex.find_n(`[0-9]+(\.[0-9]+)*$`, text, 1))
}

trailing(text) := [] if not is_string(text)

_numbers(found) := [number |
	some part in split(concat("", found), ".")
	part != ""
	number := to_number(regex.replace(part, `^0+([0-9])`, "$1"))
]
