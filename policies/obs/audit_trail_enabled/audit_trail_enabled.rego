# METADATA
# scope: package
# title: Record API activity with a validated multi-region trail
# description: |
#   When something was changed or stolen, the trail says who did it and when. One that is switched off, covers one
#   region or can be altered unnoticed says it about everything except the intrusion.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html#cloudtrail-1
# custom:
#   id: OBS-001
#   slug: audit-trail-enabled
#   family: OBS
#   severity: high
#   score: 7.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::CloudTrail::Trail
#     - aws_cloudtrail
#     - AWS::CloudTrail::EventDataStore
#     - aws_cloudtrail_event_data_store
#   subjects:
#     - AWS::CloudTrail::Trail
#     - aws_cloudtrail
#   params:
#     - name: require_trail_in_scan
#       type: boolean
#       description: "Whether a declared trail or event data store must record what is done in all regions."
#       default: false
#       presets: {baseline: false, cis: true}
#       stricter: "true"
#     - name: require_key_and_logs
#       type: boolean
#       description: "Whether a trail must have a KMS key and send its events to CloudWatch Logs, too."
#       default: false
#       presets: {baseline: false, reference-architecture: false, cis: true, strict: true}
#       stricter: "true"
#   packs: [baseline, reference-architecture, cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["CloudTrail.1", "CloudTrail.2", "CloudTrail.4", "CloudTrail.5"]
#       cis_aws_3.0: ["3.1", "3.2", "3.5"]
#       cis_aws_5.0: ["3.1", "3.2", "3.5"]
#       nist_800_53_r5: ["AU-2b", "AU-10", "AU-12a", "SI-7(1)"]
#       pci_dss_4.0: ["10.2.1", "10.3.4", "10.2.1.1", "10.2.1.2", "10.2.1.3", "10.2.1.4", "10.2.1.5"]
#       soc2: ["CC7.2", "A1.2", "CC2.1", "CC7.3", "PI1.3"]
#       hipaa:
#         ["164.312(b)", "164.308(a)(1)(ii)(B)", "164.308(a)(1)(ii)(D)", "164.308(a)(3)(ii)(A)",
#          "164.308(a)(4)(ii)(A)", "164.308(a)(6)(ii)", "164.312(a)(2)(iv)", "164.312(c)(1)"]
#       iso_27001_2022: ["A.8.15"]
#   cwe: [778]
#   remediation:
#     cloudformation: "Set IsLogging and IsMultiRegionTrail, EnableLogFileValidation: true, KMSKeyId and
#       CloudWatchLogsLogGroupArn."
#     terraform-plan: "Set is_multi_region_trail and enable_log_file_validation = true, kms_key_id and
#       cloud_watch_logs_group_arn; leave enable_logging and include_global_service_events at true."
#   peers:
#     checkov: [CKV_AWS_35, CKV_AWS_36, CKV_AWS_67, CKV2_AWS_10, CKV_AWS_251]
#     trivy: [AWS-0014, AWS-0015, AWS-0016, AWS-0162]
#     guard:
#       [cloud_trail_enabled, cloud_trail_encryption_enabled, cloud_trail_log_file_validation_enabled,
#        multi_region_cloud_trail_enabled, cloud_trail_cloud_watch_logs_enabled]
#     cdk_nag:
#       [NIST.800.53.R5-CloudTrailEncryptionEnabled, NIST.800.53.R5-CloudTrailLogFileValidationEnabled,
#        NIST.800.53.R5-CloudTrailCloudWatchLogsEnabled]
#     prowler:
#       [cloudtrail_multi_region_enabled, cloudtrail_log_file_validation_enabled,
#        cloudtrail_kms_encryption_enabled, cloudtrail_cloudwatch_logging_enabled]
package policies.obs.audit_trail_enabled

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["OBS-001"]

_paths := {
	"AWS::CloudTrail::Trail": {
		"logging": ["Properties", "IsLogging"],
		"regions": ["Properties", "IsMultiRegionTrail"],
		"validation": ["Properties", "EnableLogFileValidation"],
		"global": ["Properties", "IncludeGlobalServiceEvents"],
		"key": ["Properties", "KMSKeyId"],
		"group": ["Properties", "CloudWatchLogsLogGroupArn"],
		"selectors": ["Properties", "EventSelectors"],
		"advanced": ["Properties", "AdvancedEventSelectors"],
	},
	"aws_cloudtrail": {
		"logging": ["enable_logging"],
		"regions": ["is_multi_region_trail"],
		"validation": ["enable_log_file_validation"],
		"global": ["include_global_service_events"],
		"key": ["kms_key_id"],
		"group": ["cloud_watch_logs_group_arn"],
		"selectors": ["event_selector"],
		"advanced": ["advanced_event_selector"],
	},
}

_trails := graph.of_types(object.keys(_paths))

subjects contains trail.address if some trail in _trails

_record(trail, what) := value.get(trail, _paths[trail.type][what])

# What each switch means when it is left out, and what it means that it is off.
_switches := {
	"logging": {"absent": "on", "says": "does not log"},
	"validation": {"absent": "off", "says": "cannot show that its files were not altered"},
	"global": {"absent": "on", "says": "leaves out the events of global services"},
}

_of_switches := [row |
	some trail in _trails
	some defect, switch in _switches
	record := _record(trail, defect)
	row := {
		"state": settings.must_be_on(record, switch.absent),
		"resource": trail.address,
		"path": record.path,
		"defect": defect,
		"message": sprintf("Trail '%s' %s: %s.", [trail.address, switch.says, settings.fact(record)]),
	}
]

# A trail of data events only may be regional where another one records what is done in all regions.
_of_regions := [row |
	some trail in _trails
	record := _record(trail, "regions")
	row := {
		"state": _regional(settings.must_be_on(record, "off"), trail),
		"resource": trail.address,
		"path": record.path,
		"defect": "regions",
		"message": sprintf("Trail '%s' records one region only: %s.", [trail.address, settings.fact(record)]),
	}
]

_regional(state, _) := state if state != "fail"

_regional(state, trail) := "pass" if {
	state == "fail"
	_data_only(trail)
	count([other | some other in _trails; other.address != trail.address; _is_complete(other)]) > 0
}

_regional(state, trail) := "fail" if {
	state == "fail"
	not _is_accompanied(trail)
}

_is_accompanied(trail) if {
	_data_only(trail)
	count([other | some other in _trails; other.address != trail.address; _is_complete(other)]) > 0
}

# Whether a trail surely records the management events of all regions.
_is_complete(trail) if {
	settings.must_be_on(_record(trail, "logging"), "on") == "pass"
	settings.must_be_on(_record(trail, "regions"), "off") == "pass"
	not _data_only(trail)
}

_data_only(trail) if {
	some path in [["IncludeManagementEvents"], ["include_management_events"]]
	selectors := value.list(object.get(trail.node, _paths[trail.type].selectors, null))
	count(selectors) > 0
	count([selector | some selector in selectors; value.falsy(object.get(selector, path, null))]) == count(selectors)
}

_data_only(trail) if {
	selectors := value.list(object.get(trail.node, _paths[trail.type].advanced, null))
	count(selectors) > 0
	count([selector | some selector in selectors; _of_data(selector)]) == count(selectors)
}

_of_data(selector) if {
	some fields, names in {"FieldSelectors": ["Field", "Equals"], "field_selector": ["field", "equals"]}
	some field in value.list(object.get(selector, fields, null))
	lower(value.shown(object.get(field, names[0], ""))) == "eventcategory"
	value.list(object.get(field, names[1], null)) == ["Data"]
}

_of_destinations := [row |
	_params.require_key_and_logs
	some trail in _trails
	some defect, says in {
		"key": "encrypts its files with no key of its own",
		"group": "sends its events to no log group",
	}
	record := value.present(trail, _paths[trail.type][defect])
	row := {
		"state": _given(record),
		"resource": trail.address,
		"path": record.path,
		"defect": defect,
		"message": sprintf("Trail '%s' %s: %s.", [trail.address, says, settings.fact(record)]),
	}
]

_given(record) := "fail" if value.is_absent(record)

_given(record) := "pass" if value.is_known(record)

# A parameter is there, whatever it is; a condition may leave it out.
_given(record) := _by_kind(object.get(record.value, ["$unknown", "kind"], "")) if value.is_unknown(record)

_by_kind(kind) := "open" if kind == "condition"

_by_kind(kind) := "pass" if kind != "condition"

# Where a trail of all regions is asked for, one of those declared, or an event data store, must be it.
_of_files := [row |
	_params.require_trail_in_scan
	count([trail | some trail in _trails; _is_complete(trail)]) == 0
	count(_stores) == 0
	some trail in [_trails[0]]
	count([other | some other in _trails; settings.must_be_on(_record(other, "regions"), "off") == "open"]) == 0
	row := {
		"state": "fail",
		"resource": trail.address,
		"path": [],
		"defect": "no-complete-trail",
		"message": sprintf("No trail of this file records the management events of all regions, '%s' included.", [
			trail.address,
		]),
	}
]

_stores := [store |
	some type, path in {
		"AWS::CloudTrail::EventDataStore": ["Properties", "MultiRegionEnabled"],
		"aws_cloudtrail_event_data_store": ["multi_region_enabled"],
	}
	some store in graph.of_types([type])
	settings.must_be_on(value.get(store, path), "on") == "pass"
]

_assessed := array.concat(array.concat(_of_switches, _of_regions), array.concat(_of_destinations, _of_files))

examined contains record if {
	some trail in _trails
	some what in ["logging", "regions", "validation", "global"]
	record := _record(trail, what)
}

examined contains record if {
	_params.require_key_and_logs
	some trail in _trails
	some what in ["key", "group"]
	record := value.present(trail, _paths[trail.type][what])
}

examined contains record if {
	some trail in _trails
	some what in ["selectors", "advanced"]
	record := value.present(trail, _paths[trail.type][what])
	not value.is_absent(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
