# METADATA
# scope: package
# title: Name every queue
# description: A queue without a name of its own cannot be found in a bill.
# custom:
#   id: OWN-001
#   slug: queues-named
#   family: OWN
#   severity: low
#   score: 1.0
#   formats: [cloudformation]
#   scope: unit
#   resources: [AWS::SQS::Queue]
#   params: []
#   packs: [baseline]
#   yields_to: []
#   frameworks: {}
#   cwe: []
#   remediation:
#     cloudformation: Set QueueName.
package own.queues_named

subjects contains queue.address if {
	some queue in input.by_type["AWS::SQS::Queue"]
}

examined contains record if {
	some queue in input.by_type["AWS::SQS::Queue"]
	record := {
		"resource": queue.address,
		"path": ["Properties", "QueueName"],
		"state": "absent",
		"value": null,
	}
}

deny contains violation if {
	some queue in input.by_type["AWS::SQS::Queue"]
	object.get(queue.properties, "QueueName", null) == null
	violation := {
		"resource": queue.address,
		"path": ["Properties", "QueueName"],
		"message": sprintf("Queue '%s' has no name.", [queue.address]),
	}
}
