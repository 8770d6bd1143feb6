package policies.views.deployed_stacks_test

import data.policies.views.deployed_stacks

_command(words) := {
	"program": words[0], "words": words, "path": ["steps", 0, "run"], "text": concat(" ", words), "assignments": {},
	"wrappers": [], "function": null,
}

_of(words, folder) := rows if {
	step := {"index": 0, "kind": "run", "path": ["steps", 0], "working_directory": folder, "commands": [_command(words)]}
	rows := deployed_stacks.rows with input as {"by_type": {"job": [{"address": "jobs.a", "steps": [step]}]}}
}

_short(rows) := [[row.tool, row.file, row.folder] | some row in rows]

test_a_template_of_a_command if {
	words := ["aws", "--region", "x", "cloudformation", "deploy", "--stack-name", "s", "--template-file", "./a/t.yaml"]
	_short(_of(words, null)) == [["cloudformation", "a/t.yaml", ""]]
}

test_a_template_beside_the_working_directory if {
	_short(_of(["sam", "deploy", "--template-file=t.yaml"], "./api/")) == [["sam", "api/t.yaml", "api"]]
}

test_terraform_runs_in_its_folder if {
	rows := _of(["terraform", "-chdir=live/prod", "apply", "-auto-approve"], "infra")
	_short(rows) == [["terraform", null, "infra/live/prod"]]
}

test_a_folder_of_an_expression_is_not_known if {
	_short(_of(["cdk", "deploy"], "${{ matrix.app }}")) == [["cdk", null, null]]
}

test_a_plan_deploys_nothing if count(_of(["terraform", "plan"], null)) == 0

test_an_action_names_its_template if {
	step := {
		"index": 0, "kind": "uses", "path": ["steps", 0], "commands": [],
		"uses": {"name": "aws-actions/aws-cloudformation-github-deploy"},
		"with": {"name": "s", "template": "./infra/t.yaml"},
	}
	rows := deployed_stacks.rows with input as {"by_type": {"job": [{"address": "jobs.a", "steps": [step]}]}}
	_short(rows) == [["cloudformation", "infra/t.yaml", ""]]
}
