package policies.views.security_group_attachments_test

import data.policies.lib.network_units_test as units
import data.policies.views.security_group_attachments as view

_group := units.cfn("Web", "AWS::EC2::SecurityGroup", {})

_row(resources) := row if {
	rows := view.rows with input as units.unit(array.concat([_group], resources))
	row := rows.Web
}

test_a_load_balancer_that_lists_the_group_is_attached if {
	row := _row([units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", {"SecurityGroups": [units.ref("Web")]})])
	[place.address | some place in row.attached] == ["Lb"]
	row.attached[0].path == ["Properties", "SecurityGroups", 0]
}

test_interfaces_count if {
	row := _row([units.cfn("Host", "AWS::EC2::Instance", {"NetworkInterfaces": [{"GroupSet": [units.ref("Web")]}]})])
	[place.address | some place in row.attached] == ["Host"]
}

test_a_source_of_another_group_is_no_attachment if {
	rule := {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "SourceSecurityGroupId": units.ref("Web")}
	row := _row([units.cfn("App", "AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [rule]})])
	row == {"attached": [], "passed": [], "exported": false}
}

test_a_nested_stack_passes_the_group_on if {
	row := _row(
		[units.cfn("Nested", "AWS::CloudFormation::Stack", {"Parameters": {"SecurityGroup": units.ref("Web")}})],
	)
	row.attached == []
	[place.address | some place in row.passed] == ["Nested"]
}

test_an_output_exports_the_group if {
	outputs := [{"name": "Group", "references": [{"address": "Web", "attribute": ""}]}]
	unit := object.union(units.unit([_group]), {"outputs": outputs})
	rows := view.rows with input as unit
	rows.Web.exported == true
}
