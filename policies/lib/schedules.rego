# METADATA
# title: How far apart the runs of a schedule are
# description: |
#   Reads rate and cron expressions of AWS and gives the longest time between two runs in days, as if they were at the
#   same hour: `cron(0 8 1 * ? *)` waits up to 31 days. Fields of cron: minutes, hours, day of the month, month, day of
#   the week (1 is Sunday), year:
#   https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
package policies.lib.schedules

# The longest time between two runs, in days; null where it cannot be told.
longest_gap(expression) := days if {
	days := _rate(expression)
}

longest_gap(expression) := days if {
	not _rate(expression)
	days := _cron(expression)
}

longest_gap(expression) := null if {
	not _rate(expression)
	not _cron(expression)
}

_hours := {"hour": 1, "hours": 1, "day": 24, "days": 24}

_rate(expression) := days if {
	parts := split(trim_suffix(trim_prefix(expression, "rate("), ")"), " ")
	startswith(expression, "rate(")
	count(parts) == 2
	regex.match(`^[1-9][0-9]{0,4}$`, parts[0])
	days := (to_number(parts[0]) * _hours[parts[1]]) / 24
}

_cron(expression) := days if {
	fields := _fields(expression)
	_daily(fields[4])
	runs := [gap |
		some february in [28, 29]
		gap := _gap_of_days(fields[2], fields[3], february)
	]
	count(runs) == 2
	days := max(runs)
}

_cron(expression) := days if {
	fields := _fields(expression)
	not _daily(fields[4])
	_daily(fields[2])
	_every_month(fields[3])
	days := _gap_of_weekdays(fields[4])
}

_fields(expression) := fields if {
	startswith(expression, "cron(")
	fields := regex.split(`\s+`, trim_space(trim_suffix(trim_prefix(upper(expression), "CRON("), ")")))
	count(fields) == 6
	_daily(fields[5])
}

_daily(field) if field in {"*", "?"}

_every_month(field) if count(_numbers(field, 1, 12)) == 12

_names := {
	"JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6, "JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11,
	"DEC": 12, "SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7,
}

# The numbers that a field means; undefined where a part of it is not known.
_numbers(field, low, high) := numbers if {
	parts := split(field, ",")
	read := [found | some part in parts; found := _part(part, low, high)]
	count(read) == count(parts)
	numbers := {number | some found in read; some number in found}
}

_part(part, low, high) := {number | some number in numbers.range(low, high)} if _daily(part)

_part(part, low, high) := {number} if {
	number := _number(part)
	number >= low
	number <= high
}

_part(part, low, high) := {number | some number in numbers.range(from, to); number <= high} if {
	ends := split(part, "-")
	count(ends) == 2
	from := _number(ends[0])
	to := _number(ends[1])
	from <= to
	from >= low
}

_part(part, low, high) := {number |
	some number in numbers.range(from, high)
	(number - from) % step == 0
} if {
	ends := split(part, "/")
	count(ends) == 2
	step := _number(ends[1])
	step > 0
	from := _start(ends[0], low)
	from <= high
}

_start(text, low) := low if _daily(text)

_start(text, _) := number if number := _number(text)

_number(text) := number if number := _names[text]

_number(text) := number if {
	regex.match(`^[0-9]{1,2}$`, text)
	number := to_number(text)
}

# Days of the month: the days of the year on which it runs, and the widest gap between them.
_gap_of_days(days, months, february) := gap if {
	chosen := _numbers(months, 1, 12)
	runs := sort({day |
		some month in chosen
		some number in _days(days, _length(month, february))
		day := _start_of(month, february) + number
	})
	count(runs) > 0
	within := _steps(runs)
	around := (_start_of(13, february) + runs[0]) - runs[count(runs) - 1]
	gap := max(array.concat(within, [around]))
}

# From each number to the next one.
_steps(numbers) := [step |
	some index, number in numbers
	index + 1 < count(numbers)
	step := numbers[index + 1] - number
]

_days(field, length) := {length} if field == "L"

_days(field, length) := {number | some number in _numbers(field, 1, 31); number <= length} if field != "L"

_lengths := [31, 0, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

_length(2, february) := february

_length(month, _) := _lengths[month - 1] if month != 2

_start_of(month, february) := sum([length |
	some earlier in numbers.range(1, 12)
	earlier < month
	length := _length(earlier, february)
])

# Days of the week. The n-th of a month, and its last one, are up to five weeks apart.
_gap_of_weekdays(field) := 35 if regex.match(`^([1-7]|[A-Z]{3})(#[1-4]|L)$`, field)

_gap_of_weekdays(field) := gap if {
	days := sort(_numbers(field, 1, 7))
	gap := max(array.concat(_steps(days), [(7 + days[0]) - days[count(days) - 1]]))
}
