package policies.alb.acm_certificate_on_listener_test

import data.policies.alb.acm_certificate_on_listener as policy
import data.policies.lib.network_units_test as units

_params := {"ALB-004": {"strict_arn": false}}

_strict := {"ALB-004": {"strict_arn": true}}

_verdict(resources, params) := {"deny": deny, "undecided": undecided} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit with data.params as params
	undecided := policy.undecided with input as unit with data.params as params
}

_listener(arn) := units.cfn("Listener", "AWS::ElasticLoadBalancingV2::Listener", {
	"Protocol": "HTTPS",
	"Certificates": [{"CertificateArn": arn}],
})

_certificate(properties) := units.cfn("Certificate", "AWS::CertificateManager::Certificate", properties)

_defects(resources) := {violation.defect | some violation in _verdict(resources, _params).deny}

test_declared_certificates_and_arns_of_acm_pass if {
	_defects([_listener(units.ref("Certificate")), _certificate({"ValidationMethod": "DNS"})]) == set()
	_defects([_listener("arn:aws-cn:acm:cn-north-1:111122223333:certificate/1")]) == set()
}

test_server_certificates_of_iam_fail_by_arn_and_by_reference if {
	count(_defects([_listener("arn:aws:iam::111122223333:server-certificate/web")])) == 1
	plan := [
		units.tf("aws_lb_listener.l", "aws_lb_listener", {
			"protocol": "TLS",
			"certificate_arn": units.ref("aws_iam_server_certificate.c"),
		}),
		units.tf("aws_iam_server_certificate.c", "aws_iam_server_certificate", {"name": "web"}),
	]
	some violation in _verdict(plan, _params).deny
	violation.path == ["certificate_arn"]
}

test_no_certificate_fails_at_the_listener if {
	bare := units.cfn("Listener", "AWS::ElasticLoadBalancingV2::Listener", {"Protocol": "HTTPS"})
	some violation in _verdict([bare], _params).deny
	violation.path == ["Properties", "Certificates"]
	plain := units.cfn("Listener", "AWS::ElasticLoadBalancingV2::Listener", {"Protocol": "HTTP"})
	_defects([plain]) == set()
}

test_an_empty_list_is_no_certificate if {
	empty := units.cfn("Listener", "AWS::ElasticLoadBalancingV2::Listener", {"Protocol": "HTTPS", "Certificates": []})
	some violation in _verdict([empty], _strict).deny
	violation.path == ["Properties", "Certificates"]
}

test_a_validated_certificate_of_a_plan_passes if {
	plan := [
		units.tf("aws_lb_listener.l", "aws_lb_listener", {
			"protocol": "HTTPS",
			"certificate_arn": units.ref("aws_acm_certificate_validation.v"),
		}),
		units.tf("aws_acm_certificate_validation.v", "aws_acm_certificate_validation", {
			"certificate_arn": units.ref("aws_acm_certificate.c"),
		}),
		units.tf("aws_acm_certificate.c", "aws_acm_certificate", {"validation_method": "DNS"}),
	]
	_verdict(plan, _strict) == {"deny": set(), "undecided": set()}
}

test_a_parameter_passes_unless_the_arn_must_be_proven if {
	listener := _listener(units.parameter("CertificateArn"))
	_verdict([listener], _params) == {"deny": set(), "undecided": set()}
	strict := _verdict([listener], _strict)
	strict.deny == set()
	some question in strict.undecided
	contains(question.message, "'CertificateArn' has no default")
}

test_an_arn_that_is_put_together_is_judged_by_its_written_parts if {
	partition := {"$unknown": {"kind": "pseudo-parameter", "name": "AWS::Partition", "why": "is known only at deployment"}}
	acm := {"$partial": ["arn:", partition, ":acm:eu-west-1:111122223333:certificate/", units.parameter("Identifier")]}
	_verdict([_listener(acm)], _strict) == {"deny": set(), "undecided": set()}
	iam := {"$partial": ["arn:", partition, ":iam::111122223333:server-certificate/", units.parameter("Name")]}
	count(_verdict([_listener(iam)], _params).deny) == 1
	other := {"$partial": ["arn:aws:", units.parameter("Service"), ":eu-west-1:111122223333:certificate/1"]}
	count(_verdict([_listener(other)], _strict).undecided) == 1
}

test_absent_validation_is_email_in_templates_and_unknown_in_plans if {
	_defects([_certificate({})]) == {"validation"}
	plan := _verdict([units.tf("aws_acm_certificate.c", "aws_acm_certificate", {})], _params)
	plan.deny == set()
	{question.defect | some question in plan.undecided} == {"validation"}
}

test_private_authorities_have_no_validation_and_no_log if {
	_defects([_certificate({
		"CertificateAuthorityArn": "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1",
		"CertificateTransparencyLoggingPreference": "DISABLED",
	})]) == set()
}

test_imported_certificates_have_no_validation if {
	imported := units.tf("aws_acm_certificate.c", "aws_acm_certificate", {"private_key": "given"})
	_verdict([imported], _params) == {"deny": set(), "undecided": set()}
}

test_weak_keys_and_silent_logs_fail if {
	_defects([_certificate({"ValidationMethod": "DNS", "KeyAlgorithm": "RSA_1024"})]) == {"key"}
	_defects([_certificate({
		"ValidationMethod": "DNS",
		"CertificateTransparencyLoggingPreference": "DISABLED",
	})]) == {"transparency"}
	_defects([_certificate({"ValidationMethod": "DNS", "KeyAlgorithm": "EC_prime256v1"})]) == set()
}

test_classic_and_added_certificates_are_judged if {
	classic := units.cfn("Classic", "AWS::ElasticLoadBalancing::LoadBalancer", {"Listeners": [
		{"Protocol": "HTTP", "LoadBalancerPort": "80"},
		{"Protocol": "ssl", "SSLCertificateId": "arn:aws:iam::111122223333:server-certificate/web"},
	]})
	some violation in _verdict([classic], _params).deny
	violation.path == ["Properties", "Listeners", 1, "SSLCertificateId"]
	added := units.tf("aws_lb_listener_certificate.a", "aws_lb_listener_certificate", {
		"certificate_arn": "arn:aws:iam::111122223333:server-certificate/web",
	})
	count(_verdict([added], _params).deny) == 1
}
