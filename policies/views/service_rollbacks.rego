# METADATA
# title: Which ECS services take failed deployments back
# description: |
#   {"service", "name", "state", "alarmed"}: name is its literal name or null, state what
#   policies.lib.service_rollback says of it ("pass", "fail", "open"), alarmed the same where alarms are asked for. A
#   policy over the whole scan names this view in its `unit_views`.
package policies.views.service_rollbacks

import data.policies.lib.ecs_services
import data.policies.lib.service_rollback
import data.policies.lib.value

rows := [row |
	some service in ecs_services.scaled
	row := {
		"service": service.address,
		"name": _name(value.get(input.resources[service.address], data.tables.ecs.services[service.type].name)),
		"state": service_rollback.judged(service, false).state,
		"alarmed": service_rollback.judged(service, true).state,
	}
]

_name(record) := record.value if {
	value.is_known(record)
	is_string(record.value)
}

_name(record) := null if not value.is_known(record)
