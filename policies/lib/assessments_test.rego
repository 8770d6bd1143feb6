package policies.lib.assessments_test

import data.policies.lib.assessments

_rows := [
	{"state": "fail", "resource": "A", "defect": "x", "severity": "low"},
	{"state": "open", "resource": "B", "defect": "x", "severity": "low", "message": "B is open."},
	{"state": "pass", "resource": "C", "defect": "x"},
]

test_only_failures_are_violations if {
	assessments.violations(_rows) == {{"resource": "A", "defect": "x", "severity": "low"}}
}

test_a_question_has_no_severity_and_says_that_it_is_one if {
	assessments.questions(_rows) == {{
		"resource": "B",
		"defect": "x",
		"message": "It cannot be decided whether this holds: B is open.",
	}}
}

test_a_message_that_asks_stays if {
	asking := [{"state": "open", "resource": "B", "message": "Whether B is open cannot be decided."}]
	{question.message | some question in assessments.questions(asking)} == {"Whether B is open cannot be decided."}
}

test_what_is_open_is_not_settled if assessments.settled({"A", "B", "C"}, _rows) == {"A", "C"}

test_a_failure_of_an_uncertain_subject_is_open if {
	assessments.hedged("fail", false) == "open"
	assessments.hedged("fail", true) == "fail"
	assessments.hedged("pass", false) == "pass"
	assessments.hedged("open", true) == "open"
}
