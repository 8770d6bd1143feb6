package policies.kms.ml_analytics_desktops_encrypted_test

import data.policies.kms.ml_analytics_desktops_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	params := {"KMS-019": {"kms_level": level}}
	result := ml_analytics_desktops_encrypted with input as unit with data.params as params
}

_made(type, properties, level) := _result(units.template({"A": {"type": type, "properties": properties}}), level)

_outcome(type, properties, level) := units.outcome(_made(type, properties, level), "A")

_planned(type, values, level) := units.outcome(_result(units.plan({"a": {"type": type, "values": values}}), level), "a")

_defects(type, properties, level) := {violation.defect | some violation in _made(type, properties, level).deny}

# SageMaker

test_notebooks_and_endpoints_have_some_key_of_aws if {
	types := ["AWS::SageMaker::NotebookInstance", "AWS::SageMaker::EndpointConfig"]
	{_outcome(type, {}, "any") | some type in types} == {"pass"}
	{_outcome(type, {}, "aws-managed") | some type in types} == {"unknown"}
	{_outcome(type, {}, "cmk") | some type in types} == {"fail"}
	{_outcome(type, {"KmsKeyId": "mrk-1"}, "cmk") | some type in types} == {"pass"}
}

test_a_domain_has_a_key_that_aws_manages if {
	_outcome("AWS::SageMaker::Domain", {}, "aws-managed") == "pass"
	_outcome("AWS::SageMaker::Domain", {}, "cmk") == "fail"
	_outcome("AWS::SageMaker::Domain", {"KmsKeyId": units.unknown("parameter", "Key")}, "cmk") == "pass"
}

test_an_opaque_key_proves_no_key_of_ones_own if {
	opaque := {"KmsKeyId": units.unknown("dynamic-reference", "/key")}
	_outcome("AWS::SageMaker::NotebookInstance", opaque, "any") == "pass"
	_outcome("AWS::SageMaker::NotebookInstance", opaque, "cmk") == "unknown"
}

test_planned_notebooks_endpoints_and_domains_are_judged_alike if {
	_planned("aws_sagemaker_notebook_instance", {"kms_key_id": null}, "cmk") == "fail"
	_planned("aws_sagemaker_notebook_instance", {"kms_key_id": "mrk-1"}, "cmk") == "pass"
	_planned("aws_sagemaker_endpoint_configuration", {"kms_key_arn": "mrk-1"}, "cmk") == "pass"
	_planned("aws_sagemaker_endpoint_configuration", {}, "any") == "pass"
	_planned("aws_sagemaker_domain", {}, "cmk") == "fail"
}

# Athena

_workgroup(configuration, level) := outcome if {
	outcome := _outcome("AWS::Athena::WorkGroup", {"WorkGroupConfiguration": configuration}, level)
}

_results(option, key) := {"ResultConfiguration": {"EncryptionConfiguration": object.union(
	{"EncryptionOption": option},
	key,
)}}

test_a_workgroup_without_encryption_of_its_own_fails if {
	_workgroup({"ResultConfiguration": {"OutputLocation": "s3://results/"}}, "any") == "fail"
	_outcome("AWS::Athena::WorkGroup", {"Name": "w"}, "any") == "fail"
}

test_the_options_of_a_workgroup_have_levels if {
	_workgroup(_results("SSE_S3", {}), "any") == "pass"
	_workgroup(_results("SSE_S3", {}), "aws-managed") == "fail"
	_workgroup(_results("SSE_KMS", {"KmsKey": "mrk-1"}), "cmk") == "pass"
	_workgroup(_results("CSE_KMS", {"KmsKey": "mrk-1"}), "cmk") == "pass"
	_workgroup(_results("SSE_KMS", {"KmsKey": "alias/aws/s3"}), "cmk") == "fail"
}

test_a_workgroup_that_clients_override_fails if {
	loose := object.union(_results("SSE_KMS", {"KmsKey": "mrk-1"}), {"EnforceWorkGroupConfiguration": false})
	_defects("AWS::Athena::WorkGroup", {"WorkGroupConfiguration": loose}, "cmk") == {"enforcement"}
}

test_the_message_says_who_decides if {
	loose := object.union(_results("SSE_S3", {}), {"EnforceWorkGroupConfiguration": "false"})
	result := _made("AWS::Athena::WorkGroup", {"WorkGroupConfiguration": loose}, "any")
	fact := "'WorkGroupConfiguration.EnforceWorkGroupConfiguration' is 'false'"
	{violation.message | some violation in result.deny} == {
		sprintf("Workgroup 'A' lets its clients choose another encryption: %s.", [fact]),
	}
}

test_managed_results_are_not_judged if {
	_workgroup({"ManagedQueryResultsConfiguration": {"Enabled": true}}, "any") == ""
	_workgroup({"ManagedQueryResultsConfiguration": {"Enabled": false}}, "any") == "fail"
	open := {"ManagedQueryResultsConfiguration": {"Enabled": units.unknown("parameter", "Managed")}}
	_workgroup(open, "any") == "unknown"
}

test_an_unknown_option_is_undecided if {
	_workgroup(_results(units.unknown("parameter", "Option"), {}), "any") == "unknown"
}

test_planned_workgroups_and_databases_are_judged_alike if {
	_planned("aws_athena_workgroup", {"configuration": []}, "any") == "fail"
	sealed := [{"result_configuration": [{"encryption_configuration": [{
		"encryption_option": "SSE_KMS",
		"kms_key_arn": "mrk-1",
	}]}]}]
	_planned("aws_athena_workgroup", {"configuration": sealed}, "cmk") == "pass"
	loose := [object.union(sealed[0], {"enforce_workgroup_configuration": false})]
	_planned("aws_athena_workgroup", {"configuration": loose}, "any") == "fail"
	managed := [{"managed_query_results_configuration": [{"enabled": true}]}]
	_planned("aws_athena_workgroup", {"configuration": managed}, "any") == ""
	_planned("aws_athena_database", {"encryption_configuration": []}, "any") == "fail"
	_planned("aws_athena_database", {"encryption_configuration": [{"encryption_option": "SSE_S3"}]}, "any") == "pass"
	_planned("aws_athena_database", {"encryption_configuration": [{"encryption_option": "SSE_S3"}]}, "cmk") == "fail"
}

# Glue

_catalog(mode, passwords) := {"DataCatalogEncryptionSettings": {
	"EncryptionAtRest": {"CatalogEncryptionMode": mode},
	"ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": passwords},
}}

test_a_catalog_needs_both_switches if {
	type := "AWS::Glue::DataCatalogEncryptionSettings"
	_defects(type, _catalog("DISABLED", true), "any") == {""}
	_defects(type, _catalog("SSE-KMS", false), "any") == {"connection-passwords"}
	_defects(type, {"DataCatalogEncryptionSettings": {}}, "any") == {"", "connection-passwords"}
	_outcome(type, _catalog("SSE-KMS-WITH-SERVICE-ROLE", "true"), "aws-managed") == "pass"
	_outcome(type, _catalog("SSE-KMS", true), "cmk") == "fail"
}

test_a_planned_catalog_is_judged_alike if {
	settings := [{
		"encryption_at_rest": [{"catalog_encryption_mode": "SSE-KMS", "sse_aws_kms_key_id": "mrk-1"}],
		"connection_password_encryption": [{
			"return_connection_password_encrypted": true,
			"aws_kms_key_id": "mrk-1",
		}],
	}]
	values := {"data_catalog_encryption_settings": settings}
	_planned("aws_glue_data_catalog_encryption_settings", values, "cmk") == "pass"
	_planned("aws_glue_data_catalog_encryption_settings", {}, "any") == "fail"
}

_configured(parts) := {"EncryptionConfiguration": parts}

_whole := {
	"S3Encryptions": [{"S3EncryptionMode": "SSE-KMS", "KmsKeyArn": "mrk-1"}],
	"CloudWatchEncryption": {"CloudWatchEncryptionMode": "SSE-KMS", "KmsKeyArn": "mrk-1"},
	"JobBookmarksEncryption": {"JobBookmarksEncryptionMode": "CSE-KMS", "KmsKeyArn": "mrk-1"},
}

test_a_security_configuration_needs_all_three_parts if {
	type := "AWS::Glue::SecurityConfiguration"
	_outcome(type, _configured(_whole), "cmk") == "pass"
	_defects(type, _configured({}), "any") == {"s3", "cloudwatch", "job-bookmarks"}
	_defects(type, _configured(object.remove(_whole, ["S3Encryptions"])), "any") == {"s3"}
	off := {"CloudWatchEncryption": {"CloudWatchEncryptionMode": "DISABLED"}}
	logs_off := _configured(object.union(object.remove(_whole, ["CloudWatchEncryption"]), off))
	_defects(type, logs_off, "any") == {"cloudwatch"}
}

test_every_encryption_of_output_counts if {
	mixed := {"S3Encryptions": [{"S3EncryptionMode": "SSE-KMS"}, {"S3EncryptionMode": "DISABLED"}]}
	whole := object.union(object.remove(_whole, ["S3Encryptions"]), mixed)
	result := _made("AWS::Glue::SecurityConfiguration", _configured(whole), "any")
	{violation.path | some violation in result.deny} == {
		["Properties", "EncryptionConfiguration", "S3Encryptions", 1, "S3EncryptionMode"],
	}
}

test_unknown_encryptions_of_output_are_undecided if {
	open := object.union(object.remove(_whole, ["S3Encryptions"]), {"S3Encryptions": units.unknown("parameter", "S")})
	_outcome("AWS::Glue::SecurityConfiguration", _configured(open), "any") == "unknown"
}

test_output_with_the_key_of_the_service_is_encrypted if {
	owned := {"S3Encryptions": [{"S3EncryptionMode": "SSE-S3"}]}
	whole := _configured(object.union(object.remove(_whole, ["S3Encryptions"]), owned))
	_outcome("AWS::Glue::SecurityConfiguration", whole, "any") == "pass"
	_outcome("AWS::Glue::SecurityConfiguration", whole, "aws-managed") == "fail"
}

test_a_planned_security_configuration_is_judged_alike if {
	parts := [{
		"cloudwatch_encryption": [{"cloudwatch_encryption_mode": "SSE-KMS", "kms_key_arn": "mrk-1"}],
		"job_bookmarks_encryption": [{"job_bookmarks_encryption_mode": "CSE-KMS", "kms_key_arn": "mrk-1"}],
		"s3_encryption": [{"s3_encryption_mode": "SSE-KMS", "kms_key_arn": "mrk-1"}],
	}]
	_planned("aws_glue_security_configuration", {"encryption_configuration": parts}, "cmk") == "pass"
	off := [object.union(object.remove(parts[0], ["s3_encryption"]), {"s3_encryption": [{}]})]
	_planned("aws_glue_security_configuration", {"encryption_configuration": off}, "any") == "fail"
}

_users := {
	"AWS::Glue::Job": "SecurityConfiguration",
	"AWS::Glue::Crawler": "CrawlerSecurityConfiguration",
	"AWS::Glue::DevEndpoint": "SecurityConfiguration",
}

test_who_works_without_a_security_configuration_fails_in_strict_only if {
	{_outcome(type, {}, "any") | some type, _ in _users} == {""}
	{_outcome(type, {}, "cmk") | some type, _ in _users} == {"fail"}
	{_outcome(type, {name: "etl"}, "cmk") | some type, name in _users} == {"pass"}
	{_outcome(type, {name: units.reference("S", "")}, "cmk") | some type, name in _users} == {"pass"}
	{_outcome(type, {name: units.unknown("parameter", "S")}, "cmk") | some type, name in _users} == {"unknown"}
}

test_planned_workers_are_judged_alike if {
	types := ["aws_glue_job", "aws_glue_crawler", "aws_glue_dev_endpoint"]
	{_planned(type, {"security_configuration": null}, "any") | some type in types} == {""}
	{_planned(type, {"security_configuration": null}, "cmk") | some type in types} == {"fail"}
	{_planned(type, {"security_configuration": "etl"}, "cmk") | some type in types} == {"pass"}
}

# EMR

_emr(encryption) := {"SecurityConfiguration": {"EncryptionConfiguration": encryption}}

_at_rest(s3, disk) := _emr({"EnableAtRestEncryption": true, "AtRestEncryptionConfiguration": {
	"S3EncryptionConfiguration": s3,
	"LocalDiskEncryptionConfiguration": disk,
}})

test_a_cluster_configuration_needs_bucket_and_disk if {
	type := "AWS::EMR::SecurityConfiguration"
	_defects(type, _emr({"EnableAtRestEncryption": false}), "any") == {""}
	_defects(type, _emr({}), "any") == {""}
	_defects(type, _emr({"EnableAtRestEncryption": true}), "any") == {"s3", "local-disk"}
}

test_modes_of_a_cluster_configuration_have_levels if {
	type := "AWS::EMR::SecurityConfiguration"
	owned := _at_rest({"EncryptionMode": "SSE-S3"}, {"EncryptionKeyProviderType": "AwsKms", "AwsKmsKey": "mrk-1"})
	_outcome(type, owned, "any") == "pass"
	_defects(type, owned, "cmk") == {"s3"}
	own := _at_rest(
		{"EncryptionMode": "CSE-KMS", "AwsKmsKey": units.unknown("parameter", "Key")},
		{"EncryptionKeyProviderType": "Custom"},
	)
	_outcome(type, own, "cmk") == "pass"
}

test_a_cluster_configuration_is_read_from_its_text if {
	text := json.marshal(_at_rest({"EncryptionMode": "SSE-S3"}, {"EncryptionKeyProviderType": "AwsKms"}))
	values := {"configuration": json.marshal(json.unmarshal(text).SecurityConfiguration)}
	_planned("aws_emr_security_configuration", values, "any") == "pass"
	_planned("aws_emr_security_configuration", values, "cmk") == "fail"
	_planned("aws_emr_security_configuration", {"configuration": "{}"}, "any") == "fail"
}

test_a_text_that_is_not_known_is_undecided if {
	open := {"configuration": units.unknown("computed", "configuration")}
	_planned("aws_emr_security_configuration", open, "any") == "unknown"
}

# WorkSpaces

test_both_volumes_of_a_workspace_are_judged if {
	type := "AWS::WorkSpaces::Workspace"
	_defects(type, {}, "any") == {"root-volume", "user-volume"}
	_defects(type, {"RootVolumeEncryptionEnabled": true}, "any") == {"user-volume"}
	both := {"RootVolumeEncryptionEnabled": true, "UserVolumeEncryptionEnabled": "true"}
	_outcome(type, both, "aws-managed") == "pass"
	_outcome(type, both, "cmk") == "fail"
	_outcome(type, object.union(both, {"VolumeEncryptionKey": "mrk-1"}), "cmk") == "pass"
}

test_an_unknown_volume_is_undecided if {
	open := {
		"RootVolumeEncryptionEnabled": true,
		"UserVolumeEncryptionEnabled": units.unknown("parameter", "Encrypt"),
	}
	_outcome("AWS::WorkSpaces::Workspace", open, "any") == "unknown"
}

test_a_planned_workspace_is_judged_alike if {
	half := {"root_volume_encryption_enabled": true, "user_volume_encryption_enabled": false}
	_planned("aws_workspaces_workspace", half, "any") == "fail"
	both := {
		"root_volume_encryption_enabled": true,
		"user_volume_encryption_enabled": true,
		"volume_encryption_key": "mrk-1",
	}
	_planned("aws_workspaces_workspace", both, "cmk") == "pass"
}
