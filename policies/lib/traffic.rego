# METADATA
# title: Target groups and services behind load balancers
# description: The `groups` and `services` are the rows of policies/views/traffic.rego, by address.
package policies.lib.traffic

groups := input.views.traffic.groups if input.views.traffic

groups := data.policies.views.traffic.rows.groups if not input.views.traffic

services := input.views.traffic.services if input.views.traffic

services := data.policies.views.traffic.rows.services if not input.views.traffic

listeners := input.views.traffic.listeners if input.views.traffic

listeners := data.policies.views.traffic.rows.listeners if not input.views.traffic
