# METADATA
# scope: package
# title: Reach ECR, Secrets Manager, Logs, KMS and S3 through VPC endpoints
# description: |
#   Without endpoints in the VPC, tasks in private subnets fetch images, secrets and keys over NAT and the public
#   addresses of AWS, which needs a way out for everything. Endpoints keep that traffic inside and let the way out be
#   closed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-55
# custom:
#   id: NET-014
#   slug: vpc-endpoints-for-private-workloads
#   family: NET
#   severity: low
#   score: 3.5
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::EC2::InternetGateway
#     - AWS::EC2::PrefixList
#     - AWS::EC2::Route
#     - AWS::EC2::RouteTable
#     - AWS::EC2::Subnet
#     - AWS::EC2::SubnetRouteTableAssociation
#     - AWS::EC2::VPC
#     - AWS::EC2::VPCBlockPublicAccessExclusion
#     - AWS::EC2::VPCBlockPublicAccessOptions
#     - AWS::EC2::VPCEndpoint
#     - AWS::EC2::VPNGateway
#     - AWS::ECS::Service
#     - aws_default_route_table
#     - aws_ec2_managed_prefix_list
#     - aws_ec2_managed_prefix_list_entry
#     - aws_ecs_service
#     - aws_internet_gateway
#     - aws_main_route_table_association
#     - aws_route
#     - aws_route_table
#     - aws_route_table_association
#     - aws_subnet
#     - aws_vpc
#     - aws_vpc_block_public_access_exclusion
#     - aws_vpc_block_public_access_options
#     - aws_vpc_endpoint
#     - aws_vpc_endpoint_private_dns
#     - aws_vpc_endpoint_route_table_association
#     - aws_vpn_gateway
#     - data.aws_ec2_managed_prefix_list
#     - data.aws_internet_gateway
#     - data.aws_prefix_list
#     - data.aws_vpn_gateway
#   subjects:
#     - AWS::EC2::VPC
#     - AWS::EC2::VPCEndpoint
#     - AWS::ECS::Service
#     - aws_ecs_service
#     - aws_vpc
#     - aws_vpc_endpoint
#     - aws_vpc_endpoint_private_dns
#   params:
#     - name: required_services
#       type: list
#       description: The services that every VPC with private ECS services must have endpoints for.
#       default: [ecr.api, ecr.dkr, s3, secretsmanager, logs, kms, sts]
#       presets: {}
#       stricter: longer
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["EC2.55", "EC2.56"]
#     judged:
#       nist_800_53_r5: ["AC-4(21)", "SC-7b"]
#       iso_27001_2022: ["A.8.22"]
#   cwe: [923]
#   remediation:
#     cloudformation: "Add AWS::EC2::VPCEndpoint for each service with PrivateDnsEnabled: true."
#     terraform-plan: "Add aws_vpc_endpoint with private_dns_enabled = true."
package policies.net.vpc_endpoints_for_private_workloads

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.network
import data.policies.lib.network_joins
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["NET-014"]

_vpc_types := ["AWS::EC2::VPC", "aws_vpc"]

_subnet_types := ["AWS::EC2::Subnet", "aws_subnet"]

_table_types := ["AWS::EC2::RouteTable", "aws_route_table", "aws_default_route_table"]

_service_paths := {
	"AWS::ECS::Service": ["Properties", "NetworkConfiguration", "AwsvpcConfiguration", "Subnets"],
	"aws_ecs_service": ["network_configuration", 0, "subnets"],
}

_subnet_paths := {"AWS::EC2::Subnet": ["Properties", "VpcId"], "aws_subnet": ["vpc_id"]}

_association_paths := {
	"AWS::EC2::SubnetRouteTableAssociation": {
		"subnet": ["Properties", "SubnetId"],
		"table": ["Properties", "RouteTableId"],
	},
	"aws_route_table_association": {"subnet": ["subnet_id"], "table": ["route_table_id"]},
}

_endpoint_paths := {
	"AWS::EC2::VPCEndpoint": {
		"vpc": ["Properties", "VpcId"],
		"service": ["Properties", "ServiceName"],
		"type": ["Properties", "VpcEndpointType"],
		"dns": ["Properties", "PrivateDnsEnabled"],
		"tables": ["Properties", "RouteTableIds"],
	},
	"aws_vpc_endpoint": {
		"vpc": ["vpc_id"],
		"service": ["service_name"],
		"type": ["vpc_endpoint_type"],
		"dns": ["private_dns_enabled"],
		"tables": ["route_table_ids"],
	},
}

# The subnets that services name, each as policies.lib.network shows it.
_placements := [{"service": service, "exposure": exposure} |
	some service in graph.of_types(object.keys(_service_paths))
	some exposure in network.exposures(service, _service_paths[service.type])
]

# The subnets of services that have no way from the internet.
_inside := [{"service": placement.service, "subnet": row.address} |
	some placement in _placements
	some row in placement.exposure.rows
	row.class in {"private", "isolated"}
]

_vpc(subnet) := network_joins.join(input.resources[subnet], _subnet_paths[input.resources[subnet].type], _vpc_types)

_vpcs := {vpc | some one in _inside; found := _vpc(one.subnet); network_joins.exact(found); some vpc in found.to}

# The route tables of the subnets of services, by VPC. Keeps the indexes here without entries defined under regorus.
_vpcs_of[""] contains null

_vpcs_of[one.subnet] contains vpc if {
	some one in _inside
	some vpc in _vpc(one.subnet).to
}

_tables_in[""] contains null

_tables_in[vpc] contains table if {
	some type, paths in _association_paths
	some association in graph.of_types([type])
	some subnet in network_joins.join(association, paths.subnet, _subnet_types).to
	some vpc in object.get(_vpcs_of, subnet, set())
	some table in network_joins.join(association, paths.table, _table_types).to
}

_tables_in[vpc] contains table.address if {
	some table in graph.of_types(["aws_default_route_table"])
	some vpc in network_joins.join(table, ["default_route_table_id"], _vpc_types).to
}

_tables(vpc) := object.get(_tables_in, vpc, set())

_endpoints := [{"resource": endpoint, "paths": paths, "vpc": vpc, "service": service} |
	some type, paths in _endpoint_paths
	some endpoint in graph.of_types([type])
	vpc := network_joins.join(endpoint, paths.vpc, _vpc_types)
	service := _suffix(object.get(endpoint.node, paths.service, null))
]

# What follows the Region in the name of a service: "ecr.api"; null where that is not known.
_suffix(written) := regex.replace(written, `^(cn\.)?com\.amazonaws\.[a-z0-9-]+\.`, "") if is_string(written)

_suffix(written) := trim_prefix(last, ".") if {
	value.partial(written)
	last := written["$partial"][count(written["$partial"]) - 1]
	is_string(last)
	startswith(last, ".")
}

_suffix(written) := null if {
	value.partial(written)
	last := written["$partial"][count(written["$partial"]) - 1]
	not _dotted(last)
}

_suffix(written) := null if {
	not is_string(written)
	not value.partial(written)
}

_dotted(last) if {
	is_string(last)
	startswith(last, ".")
}

# The endpoints that may serve a VPC: its own, and those whose VPC is not known.
_numbers_by_vpc[""] contains null

_numbers_by_vpc[vpc] contains number if {
	some number, endpoint in _endpoints
	some vpc in endpoint.vpc.to
}

_astray := [endpoint | some endpoint in _endpoints; count(endpoint.vpc.to) == 0]

_of_vpc(vpc) := [_endpoints[number] | some number in sort(object.get(_numbers_by_vpc, vpc, set()))]

_here(vpc, service) := [endpoint | some endpoint in _of_vpc(vpc); endpoint.service == service]

# Endpoints that may be the wanted one: of an undecided service, or of an undecided VPC.
_perhaps_here(vpc, service) := array.concat(
	[endpoint | some endpoint in _of_vpc(vpc); endpoint.service == null],
	[endpoint | some endpoint in _astray; endpoint.service in {service, null}],
)

_of_services := [row |
	some vpc in _vpcs
	some service in _params.required_services
	row := _of_service(vpc, service, _here(vpc, service))
]

_of_service(vpc, service, []) := {
	"state": state,
	"resource": vpc,
	"path": [],
	"defect": sprintf("endpoint/%s", [service]),
	"message": sprintf("VPC '%s' hosts ECS services in private subnets, but %s no endpoint for '%s'.", [
		vpc,
		{"fail": "has", "open": "has perhaps"}[state],
		service,
	]),
} if {
	state := {true: "fail", false: "open"}[count(_perhaps_here(vpc, service)) == 0]
}

# One endpoint that serves is enough.
_of_service(vpc, service, endpoints) := object.union(best[0], {"defect": sprintf("endpoint/%s", [service])}) if {
	count(endpoints) > 0
	judged := [row | some endpoint in endpoints; row := _of_endpoint(vpc, service, endpoint)]
	best := [row | some state in ["pass", "open", "fail"]; some row in judged; row.state == state]
}

_type(endpoint) := settings.text(value.get(endpoint.resource, endpoint.paths.type), "gateway")

_of_endpoint(vpc, service, endpoint) := {
	"state": _routed(endpoint, _tables(vpc)),
	"resource": endpoint.resource.address,
	"path": endpoint.paths.tables,
	"message": sprintf("Gateway endpoint '%s' for '%s' is tied to no route table of the subnets of the services.", [
		endpoint.resource.address,
		service,
	]),
} if {
	_type(endpoint) == "gateway"
}

_of_endpoint(_, service, endpoint) := {
	"state": settings.must_be_on(record, "off"),
	"resource": endpoint.resource.address,
	"path": record.path,
	"message": sprintf("Endpoint '%s' for '%s' has no private DNS, so that workloads pass it by: %s.", [
		endpoint.resource.address,
		service,
		settings.fact(record),
	]),
} if {
	_type(endpoint) == "interface"
	record := _dns(endpoint)
}

_of_endpoint(_, service, endpoint) := {
	"state": "open",
	"resource": endpoint.resource.address,
	"path": endpoint.paths.type,
	"message": sprintf("Whether endpoint '%s' serves '%s' cannot be decided.", [endpoint.resource.address, service]),
} if {
	not _type(endpoint) in {"gateway", "interface"}
}

# Terraform can switch private DNS on by a resource of its own.
_switches_of[""] contains null

_switches_of[endpoint] contains switch if {
	some switch in graph.of_types(["aws_vpc_endpoint_private_dns"])
	some endpoint in network_joins.join(switch, ["vpc_endpoint_id"], ["aws_vpc_endpoint"]).to
}

_switches(endpoint) := sort([switch | some switch in object.get(_switches_of, endpoint.resource.address, set())])

_dns(endpoint) := value.get(endpoint.resource, endpoint.paths.dns) if count(_switches(endpoint)) == 0

_dns(endpoint) := value.get(_switches(endpoint)[0], ["private_dns_enabled"]) if count(_switches(endpoint)) > 0

_tied(endpoint) := array.concat(
	network_joins.joins(endpoint.resource, endpoint.paths.tables, _table_types),
	sort([found | some found in object.get(_ties, endpoint.resource.address, set())]),
)

_ties[""] contains null

_ties[endpoint] contains found if {
	some association in graph.of_types(["aws_vpc_endpoint_route_table_association"])
	some endpoint in network_joins.join(association, ["vpc_endpoint_id"], ["aws_vpc_endpoint"]).to
	found := network_joins.join(association, ["route_table_id"], _table_types)
}

_tied_tables(endpoint) := {table | some found in _tied(endpoint); some table in found.to}

_routed(endpoint, tables) := "pass" if count(_tied_tables(endpoint) & tables) > 0

_routed(endpoint, tables) := "open" if {
	count(_tied_tables(endpoint) & tables) == 0
	_tie_open(endpoint, tables)
}

_routed(endpoint, tables) := "fail" if {
	count(_tied_tables(endpoint) & tables) == 0
	not _tie_open(endpoint, tables)
}

_tie_open(endpoint, _) if count([found | some found in _tied(endpoint); found.open]) > 0

# The main table of a VPC has no address of its own.
_tie_open(_, tables) if count(tables) == 0

# Services in private subnets of a VPC that is not declared here.
_of_strangers := [row |
	some one in _inside
	not network_joins.exact(_vpc(one.subnet))
	row := {
		"state": "open",
		"resource": one.service.address,
		"path": _service_paths[one.service.type],
		"defect": "vpc",
		"message": sprintf("Whether the VPC of '%s' has endpoints cannot be decided: it is not declared here.", [
			one.service.address,
		]),
	}
]

# Services of which no subnet is known to be private, and some may be. A VPC with one that is private is judged already.
_of_unplaced := [row |
	settled := {one.service.address | some one in _inside}
	some placement in _placements
	placement.exposure.class == "unknown"
	not placement.service.address in settled
	row := {
		"state": "open",
		"resource": placement.service.address,
		"path": placement.exposure.path,
		"defect": "vpc",
		"message": sprintf("Whether '%s' is in private subnets of a VPC that has endpoints cannot be decided: %s.", [
			placement.service.address,
			placement.exposure.why,
		]),
	}
]

_assessed := array.concat(_of_services, array.concat(_of_strangers, _of_unplaced))

subjects contains row.resource if some row in _assessed

subjects contains vpc if some vpc in _vpcs

examined contains record if {
	some service in graph.of_types(object.keys(_service_paths))
	service.address in subjects
	record := value.present(service, _service_paths[service.type])
}

examined contains record if {
	some endpoint in _endpoints
	some name in ["vpc", "service", "type", "dns", "tables"]
	record := value.present(endpoint.resource, endpoint.paths[name])
	endpoint.resource.address in subjects
}

examined contains record if {
	some one in _inside
	record := value.present(input.resources[one.subnet], _subnet_paths[input.resources[one.subnet].type])
	value.is_known(record)
}

examined contains record if {
	some switch in graph.of_types(["aws_vpc_endpoint_private_dns", "aws_vpc_endpoint_route_table_association"])
	some name in ["private_dns_enabled", "vpc_endpoint_id", "route_table_id"]
	record := value.present(switch, [name])
	value.is_known(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
