package policies.lib.distributions_test

import data.policies.lib.distributions
import data.policies.lib.units_test as units

_kind(origin, edges) := kind if {
	unit := units.template({
		"D": {
			"type": "AWS::CloudFront::Distribution",
			"properties": {"DistributionConfig": {"Origins": [origin]}},
			"edges": [edge |
				some attribute in edges
				edge := [["DistributionConfig", "Origins", 0, "DomainName"], "B", attribute]
			],
		},
		"B": {"type": "AWS::S3::Bucket", "properties": {}},
	})
	some row in distributions.origins with input as unit
	kind := {"kind": row.kind, "certain": row.certain}
}

_of_host(domain) := _kind({"DomainName": domain, "CustomOriginConfig": {}}, [])

_region := units.unknown("pseudo-parameter", "AWS::Region")

_suffix := units.unknown("pseudo-parameter", "AWS::URLSuffix")

test_hosts_of_buckets if {
	every host in [
		"shop.s3.amazonaws.com",
		"shop.s3.eu-west-1.amazonaws.com",
		"shop.s3-eu-west-1.amazonaws.com",
		"shop.s3.dualstack.eu-west-1.amazonaws.com",
		"my.shop.s3.cn-north-1.amazonaws.com.cn",
	] {
		_of_host(host) == {"kind": "s3", "certain": true}
	}
}

test_hosts_of_websites if {
	every host in ["shop.s3-website-us-east-1.amazonaws.com", "shop.s3-website.eu-central-1.amazonaws.com"] {
		_of_host(host).kind == "website"
	}
}

test_other_hosts if {
	every host in [
		"a.example.com",
		"a1.execute-api.eu-west-1.amazonaws.com",
		"a.lambda-url.eu-west-1.on.aws",
		"m.accesspoint.s3-global.amazonaws.com",
		"o-111122223333.s3-object-lambda.eu-west-1.amazonaws.com",
		"o--ol-s3.s3.eu-west-1.amazonaws.com",
		"s3.example.com",
	] {
		_of_host(host) == {"kind": "custom", "certain": true}
	}
}

test_hosts_with_holes if {
	bucket := units.reference("B", "")
	_of_host({"$partial": [bucket, ".s3.", _region, ".", _suffix]}).kind == "s3"
	_of_host({"$partial": [bucket, ".s3.amazonaws.com"]}).kind == "s3"
	_of_host({"$partial": [bucket, ".s3-website-", _region, ".amazonaws.com"]}).kind == "website"
	api := units.reference("Api", "")
	_of_host({"$partial": [api, ".execute-api.", _region, ".amazonaws.com"]}) == {"kind": "custom", "certain": true}
	hole := units.unknown("parameter", "Host")
	_of_host({"$partial": ["www.", hole]}) == {"kind": "custom", "certain": false}
	_of_host({"$partial": ["www.", hole, ".amazonaws.com"]}).certain == false
}

test_attributes_of_buckets_say_what_the_host_is if {
	every attribute, kind in {"DomainName": "s3", "RegionalDomainName": "s3", "WebsiteURL": "website"} {
		origin := {"DomainName": units.reference("B", attribute), "CustomOriginConfig": {}}
		_kind(origin, [attribute]).kind == kind
	}
}

test_the_configuration_says_what_a_host_leaves_open if {
	host := units.unknown("parameter", "Host")
	_kind({"DomainName": host, "S3OriginConfig": {}}, []) == {"kind": "s3", "certain": false}
	_kind({"DomainName": host}, []) == {"kind": "s3", "certain": false}
	_kind({"DomainName": host, "VpcOriginConfig": {"VpcOriginId": "v"}}, []) == {"kind": "vpc", "certain": true}
	_kind({"DomainName": "o--ol-s3.s3.eu-west-1.amazonaws.com", "S3OriginConfig": {}}, []).kind == "other"
}
