# METADATA
# title: Jobs that deploy
# description: |
#   The rows of the view of the same name: one for each job that deploys, rolls back or tears down, or may do so.
package policies.lib.deploy_jobs

rules := input.views.deploy_jobs if input.views.deploy_jobs

rules := data.policies.views.deploy_jobs.rows if not input.views.deploy_jobs
