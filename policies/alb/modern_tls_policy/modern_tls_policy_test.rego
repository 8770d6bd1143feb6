package policies.alb.modern_tls_policy_test

import data.policies.alb.modern_tls_policy as policy
import data.policies.lib.network_units_test as units

_verdict(properties, level) := {"deny": deny, "undecided": undecided, "subjects": subjects, "proven": proven} if {
	unit := units.unit([units.cfn("Listener", "AWS::ElasticLoadBalancingV2::Listener", properties)])
	params := {"ALB-003": {"level": level}}
	deny := policy.deny with input as unit with data.params as params
	undecided := policy.undecided with input as unit with data.params as params
	subjects := policy.subjects with input as unit with data.params as params
	proven := policy.proven with input as unit with data.params as params
}

_passes(name, level) if {
	verdict := _verdict({"Protocol": "HTTPS", "SslPolicy": name}, level)
	verdict.deny == set()
	verdict.proven == {"Listener"}
}

_fails(name, level) if {
	count(_verdict({"Protocol": "HTTPS", "SslPolicy": name}, level).deny) == 1
}

test_policies_from_tls_1_2_pass if {
	every name in [
		"ELBSecurityPolicy-TLS13-1-2-2021-06",
		"ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06",
		"ELBSecurityPolicy-TLS13-1-3-2021-06",
		"ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
		"ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
		"ELBSecurityPolicy-TLS-1-2-Ext-2018-06",
		"ELBSecurityPolicy-FS-1-2-Res-2020-10",
	] {
		_passes(name, "tls12")
	}
}

test_policies_that_allow_less_fail if {
	every name in [
		"ELBSecurityPolicy-2016-08",
		"ELBSecurityPolicy-2015-05",
		"ELBSecurityPolicy-TLS-1-1-2017-01",
		"ELBSecurityPolicy-FS-2018-06",
		"ELBSecurityPolicy-FS-1-1-2019-08",
		"ELBSecurityPolicy-TLS13-1-0-2021-06",
		"ELBSecurityPolicy-TLS13-1-1-2021-06",
	] {
		_fails(name, "tls12")
	}
}

test_only_recommended_policies_pass_at_that_level if {
	_passes("ELBSecurityPolicy-TLS13-1-2-2021-06", "recommended")
	_passes("ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "recommended")
	_passes("ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04", "recommended")
	_passes("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "recommended")
	_fails("ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", "recommended")
	_fails("ELBSecurityPolicy-TLS-1-2-2017-01", "recommended")
}

test_no_policy_fails_on_https_and_tls if {
	every protocol in ["HTTPS", "TLS"] {
		verdict := _verdict({"Protocol": protocol}, "tls12")
		some violation in verdict.deny
		violation.path == ["Properties", "SslPolicy"]
	}
}

test_other_protocols_are_not_judged if {
	every protocol in ["HTTP", "TCP", "UDP", "TCP_UDP"] {
		_verdict({"Protocol": protocol}, "tls12").subjects == set()
	}
}

test_an_undecided_policy_or_protocol_is_not_judged_as_bad if {
	verdict := _verdict({"Protocol": "HTTPS", "SslPolicy": units.parameter("Policy")}, "tls12")
	verdict.deny == set()
	verdict.proven == set()
	protocol := _verdict({"Protocol": units.parameter("Protocol")}, "tls12")
	protocol.deny == set()
	count(protocol.undecided) == 1
}

test_a_plan_listener_with_a_certificate_needs_a_policy if {
	listener := units.tf(
		"aws_lb_listener.a",
		"aws_lb_listener",
		{"port": 443, "certificate_arn": "arn:aws:acm:eu-west-1:111122223333:certificate/1"},
	)
	denied := policy.deny with input as units.unit([listener]) with data.params as {"ALB-003": {"level": "tls12"}}
	[violation.path | some violation in denied] == [["ssl_policy"]]
}
