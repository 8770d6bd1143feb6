package policies.lib.schedules_test

import data.policies.lib.schedules

_gap(expression) := schedules.longest_gap(expression)

test_rates_are_days_and_hours if {
	_gap("rate(10 days)") == 10
	_gap("rate(1 day)") == 1
	_gap("rate(12 hours)") == 0.5
}

test_the_longest_month_counts if {
	_gap("cron(0 8 1 * ? *)") == 31
	_gap("cron(0 8 L * ? *)") == 31
	_gap("cron(0 8 ? * * *)") == 1
}

test_days_that_not_every_month_has_leave_longer_gaps if _gap("cron(0 8 31 * ? *)") == 61

test_lists_ranges_and_steps_of_days if {
	_gap("cron(0 8 1,15 * ? *)") == 17
	_gap("cron(0 8 1/10 * ? *)") == 10
	_gap("cron(0 8 1-20 * ? *)") == 12
}

test_months_that_are_left_out_count if {
	_gap("cron(0 8 1 1/3 ? *)") == 92
	_gap("cron(0 8 1 JAN ? *)") == 366
	_gap("cron(0 8 * 1-6 ? *)") == 185
}

test_days_of_the_week if {
	_gap("cron(0 8 ? * SUN *)") == 7
	_gap("cron(0 8 ? * MON,THU *)") == 4
	_gap("cron(0 8 ? * MON-FRI *)") == 3
	_gap("cron(0 8 ? * 2#1 *)") == 35
	_gap("cron(0 8 ? * 6L *)") == 35
}

test_what_is_not_understood_is_null if {
	_gap("cron(0 8 15W * ? *)") == null
	_gap("cron(0 8 ? 1-6 SUN *)") == null
	_gap("cron(0 8 1 * ? 2026)") == null
	_gap("rate(soon)") == null
	_gap("every month") == null
}
