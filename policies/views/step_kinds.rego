# METADATA
# title: What steps of workflows do
# description: |
#   The rows of policies.lib.kinds_of_steps of all jobs, in workflows that deploy. Where no job deploys there are none:
#   nobody asks what runs before a deployment that there is not.
package policies.views.step_kinds

import data.policies.lib.deploy_jobs
import data.policies.lib.graph
import data.policies.lib.kinds_of_steps

rows := [row |
	some role in {entry.role | some entry in deploy_jobs.rules}
	role == "deploy"
	some job in graph.of_types(["job"])
	some row in kinds_of_steps.of_job(job)
]
