# METADATA
# scope: package
# title: Require TLS and IAM authentication on RDS Proxy
# description: |
#   A proxy that accepts plaintext carries queries and passwords through the network unencrypted, and one that
#   accepts passwords keeps the secret in every client. With TLS and IAM both are gone.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-setup.html
# custom:
#   id: DB-009
#   slug: rds-proxy-requires-tls-and-iam
#   family: DB
#   severity: high
#   score: 7.4
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::RDS::DBProxy
#     - aws_db_proxy
#   params: []
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["RDS.43"]
#     judged:
#       nist_800_53_r5: ["SC-8(1)", "IA-5(1)(c)", "AC-17(2)"]
#       pci_dss_4.0: ["4.2.1", "8.3.2"]
#       iso_27001_2022: ["A.8.24", "A.8.5"]
#   cwe: [319, 522]
#   remediation:
#     cloudformation: "Set RequireTLS: true, and IAMAuth: REQUIRED in each entry of Auth (ENABLED for SQL Server)
#       or DefaultAuthScheme: IAM_AUTH."
#     terraform-plan: "Set require_tls = true, and iam_auth = \"REQUIRED\" in each auth block (\"ENABLED\" for SQL
#       Server)."
package policies.db.rds_proxy_requires_tls_and_iam

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.settings
import data.policies.lib.value

_paths := {
	"AWS::RDS::DBProxy": {
		"tls": ["Properties", "RequireTLS"],
		"scheme": ["Properties", "DefaultAuthScheme"],
		"family": ["Properties", "EngineFamily"],
		"auth": ["Properties", "Auth"],
		"iam": "IAMAuth",
	},
	"aws_db_proxy": {
		"tls": ["require_tls"],
		"scheme": ["default_auth_scheme"],
		"family": ["engine_family"],
		"auth": ["auth"],
		"iam": "iam_auth",
	},
}

_proxies := graph.of_types(object.keys(_paths))

subjects contains proxy.address if some proxy in _proxies

_record(proxy, what) := value.get(proxy, _paths[proxy.type][what])

_tls := [row |
	some proxy in _proxies
	record := _record(proxy, "tls")
	row := {
		"state": settings.must_be_on(record, "off"),
		"resource": proxy.address,
		"path": record.path,
		"defect": "tls",
		"severity": "high",
		"message": sprintf("Proxy '%s' accepts connections without TLS: %s.", [proxy.address, settings.fact(record)]),
	}
]

# Entries of the list, each with what it says of IAM.
_entries(proxy) := [record |
	paths := _paths[proxy.type]
	some index, _ in value.list(object.get(proxy.node, paths.auth, null))
	record := value.get(proxy, array.concat(paths.auth, [index, paths.iam]))
]

# IAM is asked for by REQUIRED; SQL Server knows ENABLED in its place.
_entry_state(proxy, record) := "open" if settings.text(record, "disabled") == null

_entry_state(proxy, record) := "pass" if settings.text(record, "disabled") == "required"

_entry_state(proxy, record) := "fail" if {
	text := settings.text(record, "disabled")
	text != null
	not text in {"required", "enabled"}
}

_entry_state(proxy, record) := _enabled(settings.text(_record(proxy, "family"), "")) if {
	settings.text(record, "disabled") == "enabled"
}

_enabled(family) := "open" if family == null

_enabled(family) := "pass" if family == "sqlserver"

_enabled(family) := "fail" if {
	family != null
	family != "sqlserver"
}

_iam := [row |
	some proxy in _proxies
	scheme := settings.text(_record(proxy, "scheme"), "none")
	scheme != "iam_auth"
	worst := _worst(proxy)
	row := {
		"state": assessments.hedged(worst.state, scheme != null),
		"resource": proxy.address,
		"path": worst.record.path,
		"defect": "iam",
		"severity": "medium",
		"message": sprintf("Proxy '%s' accepts logins without IAM: %s.", [proxy.address, worst.says]),
	}
]

_worst(proxy) := {"state": "fail", "record": record, "says": says} if {
	record := _record(proxy, "auth")
	not value.is_unknown(record)
	count(_entries(proxy)) == 0
	says := "it has no entry in its list of logins, and no default scheme"
}

_worst(proxy) := {"state": "open", "record": record, "says": settings.fact(record)} if {
	record := _record(proxy, "auth")
	value.is_unknown(record)
}

_worst(proxy) := {"state": state, "record": chosen, "says": settings.fact(chosen)} if {
	not value.is_unknown(_record(proxy, "auth"))
	entries := _entries(proxy)
	count(entries) > 0
	state := _strongest({found | some record in entries; found := _entry_state(proxy, record)})
	matching := [record | some record in entries; _entry_state(proxy, record) == state]
	chosen := matching[0]
}

_strongest(states) := "fail" if "fail" in states

_strongest(states) := "open" if {
	not "fail" in states
	"open" in states
}

_strongest(states) := "pass" if states == {"pass"}

_assessed := array.concat(_tls, _iam)

examined contains record if {
	some proxy in _proxies
	some what in ["tls", "scheme", "family"]
	record := _record(proxy, what)
}

examined contains record if {
	some proxy in _proxies
	some record in array.concat([value.present(proxy, _paths[proxy.type].auth)], _entries(proxy))
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
