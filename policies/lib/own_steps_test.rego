package policies.lib.own_steps_test

import data.policies.lib.own_steps
import data.policies.lib.workflow_units_test as units

_call := units.step(0, {"kind": "call"})

_inner := object.union(units.run(1, ["pytest"]), {"within": 0})

_job := units.job("test", [_call, _inner, units.run(2, ["make"])], {})

test_steps_of_actions_are_not_of_the_job_itself if [step.index | some step in own_steps.of(_job)] == [0, 2]

test_paths_lead_into_them if {
	own_steps.leads_away(_job, ["steps", 1, "run"])
	not own_steps.leads_away(_job, ["steps", 2, "run"])
	not own_steps.leads_away(_job, ["env", "NAME"])
	not own_steps.leads_away(_job, ["steps"])
}
