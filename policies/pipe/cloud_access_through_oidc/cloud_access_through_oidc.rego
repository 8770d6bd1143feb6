# METADATA
# scope: package
# title: Use OIDC instead of long-lived AWS keys
# description: |
#   A long-lived key in a repository's secrets opens the account from anywhere until somebody revokes it. With OIDC
#   a job gets credentials that end with the job and that name the repository and branch they were made for.
# related_resources:
#   - ref: https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
# custom:
#   id: PIPE-005
#   slug: cloud-access-through-oidc
#   family: PIPE
#   severity: high
#   score: 8.0
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["IA-5", "AC-2(1)"]
#       pci_dss_4.0: ["8.6.1", "8.6.3"]
#       soc2: ["CC6.1"]
#       iso_27001_2022: ["A.5.17"]
#   cwe: [522, 798]
#   remediation:
#     github-workflow: >-
#       Give aws-actions/configure-aws-credentials a role-to-assume, grant the job `id-token: write`, and delete the
#       keys.
package policies.pipe.cloud_access_through_oidc

import data.policies.lib.deploy_commands
import data.policies.lib.graph
import data.policies.lib.spelling
import data.policies.lib.kinds_of_steps

_jobs := graph.of_types(["job"])

_configure := "aws-actions/configure-aws-credentials"

_key_names := {"aws_access_key_id", "aws_secret_access_key"}

_is_key(name) if _key_names[replace(lower(name), "-", "_")]

# Every place of a job where a key is set: {"resource", "path", "name", "from", "literal"}; `from` holds the contexts
# that the value is made of.
_settings := array.concat(_job_env, array.concat(_step_entries, _in_commands))

_job_env := [entry |
	some resource in graph.of_types(["workflow", "job"])
	env := object.get(resource.node, "env", null)
	is_object(env)
	some name, written in env
	_is_key(name)
	_counts(resource)
	entry := _entry(resource, ["env", name], name, written)
]

_counts(resource) if resource.type == "job"

# The environment of a workflow matters where a job of it speaks with AWS.
_counts(resource) if {
	resource.type == "workflow"
	some job in _jobs
	_speaks_aws(job)
}

_speaks_aws(job) if {
	some step in job.steps
	step.kind == "uses"
	is_string(step.uses.name)
	startswith(step.uses.name, "aws-actions/")
}

_aws_programs := {
	"aws", "sam", "cdk", "cdktf", "terraform", "tofu", "terragrunt", "pulumi", "serverless", "copilot", "eb", "ecspresso",
	"ecs-cli", "eksctl", "packer", "zappa", "chalice", "amplify",
}

_speaks_aws(job) if {
	some step in job.steps
	some command in step.commands
	normal := deploy_commands.normalised(command)
	_aws_programs[normal.program]
}

_step_entries := [entry |
	some job in _jobs
	some step in job.steps
	some key in ["env", "with"]
	values := _written_in(step, key)
	some name, written in values
	_is_key(name)
	entry := _entry(job, array.concat(step.path, [key, name]), name, written)
]

_written_in(step, "with") := step["with"] if is_object(step["with"])

_written_in(step, "with") := {} if not is_object(step["with"])

_written_in(step, "env") := step.env if is_object(step.env)

_written_in(step, "env") := {} if not is_object(step.env)

_entry(owner, path, name, written) := {
	"resource": owner.address,
	"path": path,
	"name": name,
	"from": {text |
		some expression in owner.expressions
		expression.path == path
		some flow in expression.flows
		text := spelling.context(expression, flow)
	},
	"literal": _literal(written),
}

_literal(written) := written if is_string(written)

_literal(written) := "" if not is_string(written)

# `aws configure set aws_access_key_id …`, `export AWS_ACCESS_KEY_ID=…`, `docker build --build-arg AWS_…=…`.
_in_commands := [entry |
	some job in _jobs
	some step in job.steps
	some command in step.commands
	some given in _given(command)
	entry := {
		"resource": job.address,
		"path": array.concat(command.path, [command.text]),
		"name": given.name,
		"from": _named_in(job, step, command, given.text),
		"literal": given.text,
	}
]

_given(command) := array.concat(
	[{"name": command.words[3], "text": command.words[4]} |
		array.slice(command.words, 0, 3) == ["aws", "configure", "set"]
		count(command.words) > 4
		_is_key(command.words[3])
	],
	array.concat(
		[{"name": name, "text": text} | some name, text in command.assignments; _is_key(name)],
		[{"name": parts[0], "text": concat("=", array.slice(parts, 1, count(parts)))} |
			some word in command.words
			contains(word, "=")
			parts := split(word, "=")
			_is_key(parts[0])
		],
	),
)

_named_in(job, step, command, text) := {name |
	some expression in job.expressions
	_reaches(expression, step, command, text)
	some flow in expression.flows
	name := spelling.context(expression, flow)
}

_reaches(expression, _, command, text) if {
	expression.path == command.path
	contains(text, expression.raw)
}

_reaches(expression, step, _, text) if {
	path := array.concat(step.path, ["env"])
	array.slice(expression.path, 0, count(path)) == path
	count(expression.path) == count(path) + 1
	regex.match(sprintf(`^\$\{?%s\b`, [expression.path[count(path)]]), text)
}

# The uses of the action that signs in.
_logins := [{"job": job, "step": step} |
	some job in _jobs
	some step in job.steps
	step.kind == "uses"
	object.get(step.uses, "name", "") == _configure
]

subjects contains entry.resource if some entry in _settings

subjects contains entry.job.address if some entry in _logins

examined contains record if {
	some entry in _settings
	record := {"resource": entry.resource, "path": entry.path, "state": "known", "value": entry.name}
}

# The environment is read by jobs, and by the whole where it stands at the top.
examined contains record if {
	some resource in graph.of_types(["workflow", "job"])
	object.get(resource.node, "env", null) != null
	record := {"resource": resource.address, "path": ["env"], "state": "known", "value": "env"}
}

_lasting(entry) := found[0] if {
	found := [flow | some flow in entry.from; regex.match(`(?i)^(secrets|vars)\.`, flow)]
	count(found) > 0
}

_lasting(entry) := "a literal access key" if {
	count([flow | some flow in entry.from; regex.match(`(?i)^(secrets|vars)\.`, flow)]) == 0
	regex.match(`AKIA[0-9A-Z]{16}`, entry.literal)
}

deny contains violation if {
	some entry in _settings
	source := _lasting(entry)
	violation := {
		"resource": entry.resource,
		"path": entry.path,
		"defect": entry.name,
		"message": sprintf(
			"'%s' is a long-lived AWS key (%s); assume a role through OIDC instead (role-to-assume).",
			[entry.name, source],
		),
	}
}

# Keys that an earlier step of the job made end with it.
_open(entry) := found[0] if {
	found := [flow |
		some flow in entry.from
		not regex.match(`(?i)^(secrets|vars)\.`, flow)
		not regex.match(`(?i)^steps\..+\.outputs\.`, flow)
	]
	count(found) > 0
}

undecided contains violation if {
	some entry in _settings
	flow := _open(entry)
	violation := {
		"resource": entry.resource,
		"path": entry.path,
		"defect": entry.name,
		"message": sprintf("Whether '%s' is a long-lived AWS key depends on '%s', which only a run knows.", [
			entry.name,
			flow,
		]),
	}
}

undecided contains violation if {
	some entry in _logins
	inputs := {replace(lower(key), "_", "-") | some key, _ in _written_in(entry.step, "with")}
	not inputs["role-to-assume"]
	not inputs["aws-access-key-id"]
	violation := {
		"resource": entry.job.address,
		"path": array.concat(entry.step.path, ["uses"]),
		"defect": "login",
		"message": "This step names neither a role nor keys; which credentials it finds in the job only a run knows.",
	}
}

# A workflow whose keys only scripts could use.
undecided contains violation if {
	some workflow in graph.of_types(["workflow"])
	env := object.get(workflow.node, "env", null)
	is_object(env)
	some name, _ in env
	_is_key(name)
	count([job | some job in _jobs; _speaks_aws(job)]) == 0
	some job in _jobs
	some row in kinds_of_steps.of_job(job)
	row.opaque
	violation := {
		"resource": workflow.address,
		"path": ["env", name],
		"defect": name,
		"message": sprintf("Every job gets '%s'; whether '%s' uses it is not known.", [name, row.what]),
	}
}

subjects contains workflow.address if {
	some workflow in graph.of_types(["workflow"])
	env := object.get(workflow.node, "env", null)
	is_object(env)
	some name, _ in env
	_is_key(name)
}
