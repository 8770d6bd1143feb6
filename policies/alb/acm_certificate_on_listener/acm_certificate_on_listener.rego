# METADATA
# scope: package
# title: Terminate TLS with an ACM certificate
# description: |
#   A certificate that ACM issues is renewed by itself and its key never leaves AWS. One that was uploaded, or that is
#   validated by email, expires on a day when nobody is looking.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-2
# custom:
#   id: ALB-004
#   slug: acm-certificate-on-listener
#   family: ALB
#   severity: medium
#   score: 5.5
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::CertificateManager::Certificate
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::ListenerCertificate
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::IAM::ServerCertificate
#     - aws_acm_certificate
#     - aws_acm_certificate_validation
#     - aws_elb
#     - aws_iam_server_certificate
#     - aws_lb
#     - aws_lb_listener
#     - aws_lb_listener_certificate
#   subjects:
#     - AWS::CertificateManager::Certificate
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::ListenerCertificate
#     - aws_acm_certificate
#     - aws_elb
#     - aws_lb_listener
#     - aws_lb_listener_certificate
#   params:
#     - name: strict_arn
#       type: boolean
#       description: Demand proof that a certificate which is handed in is one of ACM.
#       default: false
#       presets: {strict: true}
#       stricter: "true"
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ACM.2", "ELB.2"]
#       nist_800_53_r5: ["SC-8(1)", "SC-23(5)"]
#       pci_dss_4.0: ["4.2.1.1", "1.2.5", "1.2.8", "1.3.1", "1.3.2", "1.4.2", "1.5.1"]
#       hipaa: ["164.312(a)(2)(iv)", "164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"]
#     judged:
#       iso_27001_2022: ["A.8.24"]
#   cwe: [298, 324]
#   remediation:
#     cloudformation: "Certificates: [{CertificateArn: !Ref Certificate}] with ValidationMethod: DNS."
#     terraform-plan: "certificate_arn = aws_acm_certificate_validation.this.certificate_arn."
#   peers:
#     checkov: [CKV_AWS_127, CKV_AWS_234]
#     guard: [elbv2_acm_certificate_required, elb_acm_certificate_required]
#     cdk_nag: [NIST.800.53.R5-ELBv2ACMCertificateRequired, NIST.800.53.R5-ELBACMCertificateRequired]
#     prowler:
#       [elb_ssl_listeners_use_acm_certificate, acm_certificates_with_secure_key_algorithms,
#        acm_certificates_transparency_logs_enabled]
package policies.alb.acm_certificate_on_listener

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.load_balancers
import data.policies.lib.network_joins
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["ALB-004"]

_acm_types := ["AWS::CertificateManager::Certificate", "aws_acm_certificate", "aws_acm_certificate_validation"]

_iam_types := ["AWS::IAM::ServerCertificate", "aws_iam_server_certificate"]

_list_paths := {
	"AWS::ElasticLoadBalancingV2::Listener": ["Properties", "Certificates"],
	"aws_lb_listener": ["certificate_arn"],
}

_classic := {
	"AWS::ElasticLoadBalancing::LoadBalancer": {
		"listeners": ["Properties", "Listeners"],
		"protocol": "Protocol",
		"certificate": "SSLCertificateId",
	},
	"aws_elb": {"listeners": ["listener"], "protocol": "lb_protocol", "certificate": "ssl_certificate_id"},
}

_secure_listeners := [listener |
	some listener in load_balancers.listeners
	listener.protocol in {"HTTPS", "TLS", "unknown"}
]

# Each place that must hold the certificate of a listener: {"resource", "path", "certain", "what"}.
_places := array.concat(_default_places, array.concat(_extra_places, _classic_places))

_default_places := [place |
	some listener in _secure_listeners
	resource := graph.at(listener.address)
	place := {
		"resource": resource,
		"path": _certificate_path(resource),
		"certain": listener.protocol != "unknown",
		"what": sprintf("Listener '%s'", [listener.address]),
	}
]

# A list of certificates is judged by its first, which is the default.
_certificate_path(resource) := array.concat(_list_paths[resource.type], [0, "CertificateArn"]) if {
	written := object.get(resource.node, _list_paths[resource.type], null)
	is_array(written)
	count(written) > 0
}

_certificate_path(resource) := _list_paths[resource.type] if {
	written := object.get(resource.node, _list_paths[resource.type], null)
	not is_array(written)
}

_certificate_path(resource) := _list_paths[resource.type] if {
	object.get(resource.node, _list_paths[resource.type], null) == []
}

# Certificates that are added by a resource of their own.
_extra_places := array.concat(
	[{"resource": extra, "path": path, "certain": true, "what": sprintf("'%s'", [extra.address])} |
		some extra in graph.of_types(["AWS::ElasticLoadBalancingV2::ListenerCertificate"])
		some index, _ in value.list(object.get(extra.node, ["Properties", "Certificates"], null))
		path := ["Properties", "Certificates", index, "CertificateArn"]
	],
	[{"resource": extra, "path": ["certificate_arn"], "certain": true, "what": sprintf("'%s'", [extra.address])} |
		some extra in graph.of_types(["aws_lb_listener_certificate"])
	],
)

_classic_places := [place |
	some type, fields in _classic
	some balancer in graph.of_types([type])
	some index, _ in value.list(object.get(balancer.node, fields.listeners, null))
	protocol := settings.text(value.get(balancer, array.concat(fields.listeners, [index, fields.protocol])), "")
	protocol in {"https", "ssl", null}
	place := {
		"resource": balancer,
		"path": array.concat(fields.listeners, [index, fields.certificate]),
		"certain": protocol != null,
		"what": sprintf("A listener of load balancer '%s'", [balancer.address]),
	}
]

_of_places := [row |
	some place in _places
	found := _certificate(place)
	row := {
		"state": assessments.hedged(found.state, place.certain),
		"resource": place.resource.address,
		"path": place.path,
		"defect": sprintf("certificate/%s", [_shown(place)]),
		"message": sprintf("%s %s%s.", [
			place.what,
			found.message,
			{true: "", false: "; whether it serves TLS is not known"}[place.certain],
		]),
	}
]

_shown(place) := value.shown(object.get(place.resource.node, place.path, "none"))

_record(place) := value.present(place.resource, place.path)

_certificate(place) := {"state": "fail", "message": "serves TLS without a certificate"} if {
	_bare(place)
}

_certificate(place) := found if {
	not _bare(place)
	_named_iam(place)
	found := {"state": "fail", "message": "uses a server certificate of IAM, which nothing renews"}
}

_certificate(place) := found if {
	not _bare(place)
	not _named_iam(place)
	found := _arn(place, _record(place))
}

_bare(place) if value.is_absent(_record(place))

# A list of which nothing is left.
_bare(place) if _record(place).value == []

_named_iam(place) if count(network_joins.join(place.resource, place.path, _iam_types).to) > 0

_named_iam(place) if regex.match(`^arn:aws[^:]*:iam::.*:server-certificate/`, _text(_record(place).value))

# A text, or the written parts of one that is put together: every partition is called "aws" or begins so.
_text(written) := written if is_string(written)

_text(written) := concat("", [_fragment(part) | some part in written["$partial"]]) if value.partial(written)

_text(written) := "" if {
	not is_string(written)
	not value.partial(written)
}

# Always defined.
_fragment(part) := part if is_string(part)

_fragment(part) := "aws" if {
	not is_string(part)
	value.shown(part) == "AWS::Partition"
}

_fragment(part) := "?" if {
	not is_string(part)
	value.shown(part) != "AWS::Partition"
}

_arn(place, record) := {"state": "pass", "message": "uses a certificate of ACM"} if _is_acm(place, record)

_arn(place, record) := found if {
	not _is_acm(place, record)
	is_string(record.value)
	found := {"state": "fail", "message": sprintf("uses '%s', which is no certificate of ACM", [record.value])}
}

# The shape of an ARN that is handed in cannot be verified.
_arn(place, record) := {"state": "pass", "message": "uses a certificate that is handed in"} if {
	not _is_acm(place, record)
	not is_string(record.value)
	not _params.strict_arn
}

_arn(place, record) := found if {
	not _is_acm(place, record)
	not is_string(record.value)
	_params.strict_arn
	found := {
		"state": {true: "open", false: "pass"}[_unverified(record.value)],
		"message": sprintf("uses a certificate that may not be one of ACM: %s", [value.reason(record.value)]),
	}
}

# A parameter is checked by the pattern that it states.
_unverified(written) := true if {
	value.opaque(written)
	not contains(_pattern(written), ":acm:")
}

_unverified(written) := false if contains(_pattern(written), ":acm:")

_pattern(written) := text if {
	value.unknown(written)
	parameter := object.get(input, ["unit", "parameters", written["$unknown"].name], {})
	text := object.get(parameter, "allowed_pattern", "")
}

_pattern(written) := "" if not value.unknown(written)

_is_acm(_, record) if regex.match(`^arn:aws[a-z-]*:acm:`, _text(record.value))

_is_acm(place, _) if network_joins.exact(network_joins.join(place.resource, place.path, _acm_types))

# The certificates that the unit declares.
_fields := {
	"AWS::CertificateManager::Certificate": {
		"validation": ["Properties", "ValidationMethod"],
		"key": ["Properties", "KeyAlgorithm"],
		"transparency": ["Properties", "CertificateTransparencyLoggingPreference"],
		"authority": ["Properties", "CertificateAuthorityArn"],
		"absent": "email",
	},
	"aws_acm_certificate": {
		"validation": ["validation_method"],
		"key": ["key_algorithm"],
		"transparency": ["options", 0, "certificate_transparency_logging_preference"],
		"authority": ["certificate_authority_arn"],
		"absent": null,
	},
}

_certificates := graph.of_types(object.keys(_fields))

_field(certificate, what) := value.get(certificate, _fields[certificate.type][what])

# Where an own authority or a key of its own makes a clause pointless.
_private(certificate) := value.present(certificate, _fields[certificate.type].authority)

_is_private(certificate) if value.is_known(_private(certificate))

_is_imported(certificate) if not value.is_absent(value.present(certificate, ["private_key"]))

_of_validation := [row |
	some certificate in _certificates
	not _is_private(certificate)
	not _is_imported(certificate)
	record := _field(certificate, "validation")
	method := settings.text(record, _fields[certificate.type].absent)
	state := object.get({"dns": "pass", "http": "pass", "email": "fail", "none": "pass"}, method, "open")
	row := {
		"state": assessments.hedged(state, value.is_absent(_private(certificate))),
		"resource": certificate.address,
		"path": record.path,
		"defect": "validation",
		"message": sprintf("Certificate '%s' is validated by email, so that it is not renewed by itself: %s.", [
			certificate.address,
			settings.fact(record),
		]),
	}
]

_of_keys := [row |
	some certificate in _certificates
	record := _field(certificate, "key")
	algorithm := settings.text(record, "rsa_2048")
	row := {
		"state": _strength(algorithm),
		"resource": certificate.address,
		"path": record.path,
		"defect": "key",
		"message": sprintf("Certificate '%s' has a weak key: %s.", [certificate.address, settings.fact(record)]),
	}
]

_strength(algorithm) := "open" if algorithm == null

_strength(algorithm) := {true: "fail", false: "pass"}[algorithm == "rsa_1024"] if algorithm != null

_of_transparency := [row |
	some certificate in _certificates
	not _is_private(certificate)
	record := _field(certificate, "transparency")
	preference := settings.text(record, "enabled")
	row := {
		"state": assessments.hedged(_logging(preference), value.is_absent(_private(certificate))),
		"resource": certificate.address,
		"path": record.path,
		"defect": "transparency",
		"message": sprintf("Certificate '%s' stays out of the transparency log: %s.", [
			certificate.address,
			settings.fact(record),
		]),
	}
]

_logging(preference) := "open" if preference == null

_logging(preference) := {true: "fail", false: "pass"}[preference == "disabled"] if preference != null

_assessed := array.concat(_of_places, array.concat(_of_validation, array.concat(_of_keys, _of_transparency)))

subjects contains row.resource if some row in _assessed

examined contains record if {
	some place in _places
	record := _record(place)
}

examined contains record if {
	some certificate in _certificates
	some what in ["validation", "key", "transparency", "authority"]
	record := _field(certificate, what)
}

examined contains record if {
	some certificate in graph.of_types(["aws_acm_certificate"])
	record := value.present(certificate, ["private_key"])
	value.is_known(record)
}

examined contains record if {
	some type, fields in _classic
	some balancer in graph.of_types([type])
	record := value.present(balancer, fields.listeners)
	value.is_known(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
