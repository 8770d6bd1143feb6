package policies.kms.opensearch_encrypted_test

import data.policies.kms.opensearch_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := opensearch_encrypted with input as unit with data.params as {"KMS-013": {"kms_level": level}}
}

_domain(options, level) := outcome if {
	unit := units.template({"D": {
		"type": "AWS::OpenSearchService::Domain",
		"properties": {"EncryptionAtRestOptions": options},
	}})
	outcome := units.outcome(_result(unit, level), "D")
}

test_a_domain_without_settings_is_plaintext if {
	unit := units.template({"D": {"type": "AWS::OpenSearchService::Domain", "properties": {}}})
	messages := {violation.message | some violation in _result(unit, "any").deny}
	messages == {"Search domain 'D' is not encrypted: 'EncryptionAtRestOptions.Enabled' is not set."}
}

test_a_domain_that_says_no_is_plaintext if _domain({"Enabled": "false"}, "any") == "fail"

test_a_key_without_the_switch_encrypts_nothing if _domain({"KmsKeyId": "mrk-1"}, "any") == "fail"

test_the_switch_alone_takes_a_key_that_aws_manages if {
	_domain({"Enabled": true}, "aws-managed") == "pass"
	_domain({"Enabled": true}, "cmk") == "fail"
}

test_the_switch_with_a_key_is_a_key_of_ones_own if _domain({"Enabled": "true", "KmsKeyId": "mrk-1"}, "cmk") == "pass"

test_the_alias_of_aws_is_no_key_of_ones_own if _domain({"Enabled": true, "KmsKeyId": "alias/aws/es"}, "cmk") == "fail"

test_an_unknown_switch_is_undecided if _domain({"Enabled": units.unknown("parameter", "Encrypt")}, "any") == "unknown"

test_an_opaque_key_proves_encryption_only if {
	options := {"Enabled": true, "KmsKeyId": units.unknown("dynamic-reference", "/keys/search")}
	_domain(options, "aws-managed") == "pass"
	_domain(options, "cmk") == "unknown"
}

test_a_parameter_is_a_key_of_ones_own if {
	_domain({"Enabled": true, "KmsKeyId": units.unknown("parameter", "Key")}, "cmk") == "pass"
}

test_an_old_domain_is_judged_alike if {
	unit := units.template({
		"Plain": {"type": "AWS::Elasticsearch::Domain", "properties": {}},
		"Sealed": {
			"type": "AWS::Elasticsearch::Domain",
			"properties": {"EncryptionAtRestOptions": {"Enabled": true}},
		},
	})
	units.outcome(_result(unit, "any"), "Plain") == "fail"
	units.outcome(_result(unit, "any"), "Sealed") == "pass"
}

test_a_plan_without_the_block_is_plaintext if {
	unit := units.plan({
		"aws_opensearch_domain.a": {"type": "aws_opensearch_domain", "values": {"domain_name": "a"}},
		"aws_elasticsearch_domain.b": {"type": "aws_elasticsearch_domain", "values": {"encrypt_at_rest": []}},
	})
	units.outcome(_result(unit, "any"), "aws_opensearch_domain.a") == "fail"
	units.outcome(_result(unit, "any"), "aws_elasticsearch_domain.b") == "fail"
}

test_a_plan_with_block_and_key_passes if {
	unit := units.plan({"aws_opensearch_domain.a": {
		"type": "aws_opensearch_domain",
		"values": {"encrypt_at_rest": [{"enabled": true, "kms_key_id": "arn:aws:kms:eu-west-1:1:key/2"}]},
	}})
	units.outcome(_result(unit, "cmk"), "aws_opensearch_domain.a") == "pass"
}

_policy(text, level) := outcome if {
	unit := units.template({
		"K": {"type": "AWS::KMS::Key", "properties": {}},
		"P": {
			"type": "AWS::OpenSearchServerless::SecurityPolicy",
			"properties": {"Type": "encryption", "Name": "articles", "Policy": text},
		},
	})
	outcome := units.outcome(_result(unit, level), "P")
}

test_the_key_of_aws_of_a_collection_is_its_own if {
	_policy(`{"Rules": [], "AWSOwnedKey": true}`, "any") == "pass"
	_policy(`{"Rules": [], "AWSOwnedKey": true}`, "aws-managed") == "fail"
}

test_a_collection_with_a_key_passes if {
	_policy(`{"Rules": [], "AWSOwnedKey": false, "KmsARN": "arn:aws:kms:eu-west-1:1:key/2"}`, "cmk") == "pass"
	_policy(`{"Rules": [], "KmsARN": "arn:aws:kms:eu-west-1:1:key/2"}`, "cmk") == "pass"
}

test_a_key_of_the_template_in_the_text_is_known if {
	_policy({"$partial": [`{"KmsARN": "`, units.reference("K", "Arn"), `"}`]}, "cmk") == "pass"
}

test_a_policy_that_is_handed_in_is_undecided if {
	_policy(units.unknown("parameter", "Policy"), "any") == "pass"
	_policy(units.unknown("parameter", "Policy"), "cmk") == "unknown"
}

test_only_policies_of_encryption_are_judged if {
	unit := units.template({"P": {
		"type": "AWS::OpenSearchServerless::SecurityPolicy",
		"properties": {"Type": "network", "Policy": `[{"AllowFromPublic": true}]`},
	}})
	_result(unit, "cmk").subjects == set()
}

_planned(references, level) := outcome if {
	policy := {"$unknown": {
		"kind": "computed",
		"name": "policy",
		"why": "is known after apply",
		"references": [{"address": address} | some address in references],
	}}
	unit := units.plan({
		"aws_kms_key.k": {"type": "aws_kms_key", "values": {}},
		"aws_cloudformation_stack.s": {"type": "aws_cloudformation_stack", "values": {}},
		"aws_opensearchserverless_security_policy.p": {
			"type": "aws_opensearchserverless_security_policy",
			"values": {"type": "encryption", "policy": policy},
		},
	})
	outcome := units.outcome(_result(unit, level), "aws_opensearchserverless_security_policy.p")
}

test_a_planned_policy_that_waits_for_a_key_names_it if {
	_planned(["aws_kms_key.k"], "cmk") == "pass"
	_planned(["aws_cloudformation_stack.s"], "cmk") == "unknown"
	_planned(["aws_cloudformation_stack.s"], "any") == "pass"
}
