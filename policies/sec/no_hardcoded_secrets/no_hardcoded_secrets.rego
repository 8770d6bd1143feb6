# METADATA
# scope: package
# title: Keep secret values out of templates, plans and parameters
# description: |
#   Whoever can read the file, the plan or the history of the repository has what is written into them, and a secret
#   that was once committed must be taken for known. Secrets belong into a store that hands them out at run time.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
# custom:
#   id: SEC-001
#   slug: no-hardcoded-secrets
#   family: SEC
#   severity: critical
#   score: 9.1
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::AmazonMQ::Broker
#     - AWS::Amplify::App
#     - AWS::AppStream::DirectoryConfig
#     - AWS::AutoScaling::AutoScalingGroup
#     - AWS::AutoScaling::LaunchConfiguration
#     - AWS::CodeBuild::Project
#     - AWS::CodePipeline::Webhook
#     - AWS::Cognito::UserPoolIdentityProvider
#     - AWS::DMS::Endpoint
#     - AWS::DirectoryService::MicrosoftAD
#     - AWS::DirectoryService::SimpleAD
#     - AWS::DocDB::DBCluster
#     - AWS::DocDBElastic::Cluster
#     - AWS::EC2::Instance
#     - AWS::EC2::LaunchTemplate
#     - AWS::EMR::Cluster
#     - AWS::ElastiCache::ReplicationGroup
#     - AWS::Events::Connection
#     - AWS::FSx::FileSystem
#     - AWS::IAM::User
#     - AWS::KinesisFirehose::DeliveryStream
#     - AWS::Lambda::Function
#     - AWS::OpsWorks::App
#     - AWS::OpsWorks::Stack
#     - AWS::RDS::DBCluster
#     - AWS::RDS::DBInstance
#     - AWS::Redshift::Cluster
#     - AWS::RedshiftServerless::Namespace
#     - AWS::SSM::Parameter
#     - AWS::SecretsManager::Secret
#     - aws_amplify_app
#     - aws_codebuild_project
#     - aws_codepipeline_webhook
#     - aws_db_instance
#     - aws_directory_service_directory
#     - aws_dms_endpoint
#     - aws_docdb_cluster
#     - aws_elasticache_replication_group
#     - aws_instance
#     - aws_kinesis_firehose_delivery_stream
#     - aws_lambda_function
#     - aws_launch_configuration
#     - aws_launch_template
#     - aws_mq_broker
#     - aws_rds_cluster
#     - aws_redshift_cluster
#     - aws_redshiftserverless_namespace
#     - aws_secretsmanager_secret_version
#     - aws_ssm_parameter
#     - provider
#     - template
#   reads_unnamed: true
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["CodeBuild.2"]
#       pci_dss_4.0: ["8.3.2", "3.5.1", "7.2.1", "7.2.2", "7.2.3", "8.2.2"]
#     judged:
#       nist_800_53_r5: ["IA-5(1)(c)", "SC-28(1)"]
#       pci_dss_4.0: ["8.6.2"]
#       soc2: ["CC6.1"]
#       hipaa: ["164.308(a)(5)(ii)(D)"]
#       iso_27001_2022: ["A.5.17", "A.8.4"]
#   cwe: [798, 312]
#   remediation:
#     cloudformation: "Take the value out of the file and replace the secret. For databases write
#       ManageMasterUserPassword: true, elsewhere '{{resolve:secretsmanager:NAME:SecretString:password}}' or
#       GenerateSecretString. Parameters that take secrets need NoEcho: true and no Default."
#     terraform-plan: "Take the value out of the file and replace the secret. Write manage_master_user_password = true,
#       or password_wo with an ephemeral random_password; variables for secrets need sensitive = true and no default."
#   peers:
#     checkov: [CKV_AWS_41, CKV_AWS_45, CKV_AWS_46, CKV_AWS_384]
#     trivy: [AWS-0029, AWS-0129, AWS-0122]
#     cfn_nag: [F23, F31, F34, F35, F36, F37, F41, F44, F51, F52, F58, F66, F69, F70, W1]
#     guard: [rds_master_user_password_no_plaintext_password,
#       rds_cluster_master_user_password_no_plaintext_password,
#       redshift_cluster_master_user_password_no_plaintext_password, amazon_mq_broker_users_no_plaintext_password,
#       codebuild_project_envvar_awscred_check, cfn_authentication_rule, iam_user_login_profile_no_plaintext_password,
#       kinesis_firehose_redshift_destination_configuration_no_plaintext_password]
#     prowler: [awslambda_function_no_secrets_in_variables, ec2_instance_secrets_user_data,
#       codebuild_project_no_secrets_in_variables, ec2_launch_template_no_secrets,
#       cloudformation_stack_outputs_find_secrets]
#     kics: [9ecb6b21-18bc-4aa7-bd07-db20f1c746db, 568cc372-ca64-420d-9015-ee347d00d288]
package policies.sec.no_hardcoded_secrets

import data.policies.lib.assessments
import data.policies.lib.credentials
import data.policies.lib.graph
import data.policies.lib.secret_names
import data.policies.lib.secret_sources
import data.policies.lib.settings
import data.policies.lib.value

_types := data.tables.secrets.types

_resources := [resource |
	some type, _ in _types
	some resource in graph.of_types([type])
]

subjects contains resource.address if some resource in _resources

subjects contains resource.address if some resource in graph.of_types(["template", "provider"])

# Where secrets stand: {"resource", "path", "what", "written"}; "*" in a path of the table is any element.
_passwords := [place |
	some type, facts in _types
	some pattern in object.get(facts, "passwords", [])
	some resource in graph.of_types([type])
	some path in _expanded(resource, pattern)
	place := {"resource": resource, "path": path, "written": value.present(resource, path).value}
]

_expanded(_, pattern) := [pattern] if not "*" in pattern

_expanded(resource, pattern) := paths if {
	some at, step in pattern
	step == "*"
	list := array.slice(pattern, 0, at)
	paths := _elements(list, object.get(resource.node, list, null), array.slice(pattern, at + 1, count(pattern)))
}

_elements(list, written, rest) := [path |
	some index, _ in written
	path := array.concat(array.concat(list, [index]), rest)
] if {
	is_array(written)
}

_elements(list, written, _) := [list] if not is_array(written)

# Parameters of the template.
_declared := object.get(input.unit, "parameters", {})

# The parameters that the text of a place refers to, as it is written.
_parameters_at(resource, path) := {use.name |
	at := array.concat(["Resources", resource.address], path)
	some use in object.get(_uses, resource.address, set())
	array.slice(use.path, 0, count(at)) == at
}

# An index without entries is undefined under regorus; no address is empty.
_uses[""] contains {"name": "", "path": []}

_uses[use.path[1]] contains use if some use in _all_uses

_all_uses := [use |
	some template in graph.of_types(["template"])
	some use in template.parameters
	use.path[0] == "Resources"
	object.get(_declared, use.name, null) != null
]

_feeding contains name if {
	some place in _passwords
	some name in _parameters_at(place.resource, place.path)
}

# What a parameter that takes a secret does wrong: {"state", "path", "defect", "message"}.
_of_parameters := [row |
	some template in graph.of_types(["template"])
	some name, facts in _declared
	_takes_secret(name, facts)
	some problem in _problems(name, facts)
	row := object.union(problem, {"state": "fail", "resource": template.address})
]

_takes_secret(name, _) if name in _feeding

_takes_secret(name, facts) if {
	secret_names.is_secret(name)
	facts.type in {"String", "CommaDelimitedList"}
	not _is_switch(facts)
	not regex.match(`^(arn:|\{\{resolve:(secretsmanager|ssm-secure):)`, object.get(facts, "default", ""))
}

_is_switch(facts) if {
	allowed := {lower(text) | some text in object.get(facts, "allowed", [])}
	count(allowed) > 0
	count(allowed - {"true", "false", "yes", "no", ""}) == 0
}

_problems(name, facts) := [{
	"path": ["Parameters", name],
	"defect": sprintf("parameter/%s/echo", [name]),
	"message": sprintf(
		"Parameter '%s' takes a secret without NoEcho: whoever may describe the stack reads it. Write NoEcho: true.",
		[name],
	),
	"conceals": array.concat([object.get(facts, "default", "")], _passed(name)),
}] if {
	not facts.no_echo
}

_problems(name, facts) := [{
	"path": ["Parameters", name, "Default"],
	"defect": sprintf("parameter/%s/default", [name]),
	"message": sprintf("The default of parameter '%s' is a secret that stands in the template. Leave it out.", [name]),
}] if {
	facts.no_echo
	facts.has_default
	object.get(facts, "default", "-") != ""
}

_problems(_, facts) := [] if {
	facts.no_echo
	not facts.has_default
}

_problems(_, facts) := [] if {
	facts.no_echo
	object.get(facts, "default", "-") == ""
}

# What a template that nests this one passes in the place of a password.
_passed(name) := [text |
	some place in _passwords
	name in _parameters_at(place.resource, place.path)
	text := _text(place.written)
]

_reported := {name |
	some name, facts in _declared
	_takes_secret(name, facts)
	count(_problems(name, facts)) > 0
}

_text(written) := written if is_string(written)

_text(written) := sprintf("%v", [written]) if is_number(written)

_makers := secret_sources.generators | secret_sources.stores

# A literal of the files: not given from outside, not made by another resource, not taken from a parameter that is
# reported itself.
_is_written_here(place) if {
	text := _text(place.written)
	text != ""
	count(secret_sources.of(place.resource, place.path)) == 0
	not secret_sources.given(text)
	count(_parameters_at(place.resource, place.path) & _reported) == 0
}

_called(resource) := sprintf("%s '%s'", [resource.type, resource.address])

_name_at(path) := concat(".", [step | some step in path; is_string(step); step != "Properties"])

_key(path) := concat(".", [sprintf("%v", [step]) | some step in path])

_row(state, place, message, conceals) := {
	"state": state,
	"resource": place.resource.address,
	"path": place.path,
	"defect": _key(place.path),
	"message": message,
	"conceals": conceals,
}

_of_passwords := [row |
	some place in _passwords
	some row in _password_rows(place)
]

_password_rows(place) := [_row("fail", place, message, [text])] if {
	text := _text(place.written)
	_is_written_here(place)
	message := sprintf("'%s' of %s is a secret written into the file (%s). Take it from Secrets Manager.", [
		_name_at(place.path),
		_called(place.resource),
		credentials.outline(text),
	])
}

_password_rows(place) := [_row("fail", place, message, [])] if {
	value.unknown(place.written)
	gap := place.written["$unknown"]
	gap.kind == "dynamic-reference"
	startswith(gap.name, "ssm:")
	message := sprintf("'%s' of %s comes from a plain SSM parameter, which is no secret. %s", [
		_name_at(place.path),
		_called(place.resource),
		"Use {{resolve:secretsmanager:…}} or {{resolve:ssm-secure:…}}.",
	])
}

_password_rows(place) := [_row("open", place, message, [])] if {
	_is_open(place)
	message := sprintf("Whether '%s' of %s is a secret written into the files cannot be decided: %s.", [
		_name_at(place.path),
		_called(place.resource),
		value.reason(place.written),
	])
}

_is_open(place) if {
	value.unknown(place.written)
	gap := place.written["$unknown"]
	not startswith(gap.name, "ssm:")
	not _declared[gap.name]
	not secret_sources.any_of(secret_sources.of_value(place.written), _makers)
}

_is_open(place) if {
	value.partial(place.written)
	holes := [piece | some piece in place.written["$partial"]; not is_string(piece)]
	count([hole | some hole in holes; _is_kept(hole)]) == 0
}

# What stands in the place of a secret that is kept elsewhere.
_is_kept(hole) if value.secret(hole)

_is_kept(hole) if value.reference(hole)

_is_kept(hole) if {
	value.unknown(hole)
	object.get(_declared, [hole["$unknown"].name, "no_echo"], false)
}

# Named values: variables of functions and builds, parameters of SSM.
_named := [place |
	some place in array.concat(_variables, array.concat(_listed, _parameters))
	secret_names.is_secret(place.name)
	place.plain
]

_variables := [place |
	some type, facts in _types
	some at in object.get(facts, "variables", [])
	some resource in graph.of_types([type])
	variables := object.get(resource.node, at, null)
	is_object(variables)
	not value.opaque(variables)
	some name, written in variables
	place := {
		"resource": resource,
		"path": array.concat(at, [name]),
		"name": name,
		"written": written,
		"plain": true,
		"noun": "variable",
	}
]

_listed := [place |
	some type, facts in _types
	keys := facts.listed
	some resource in graph.of_types([type])
	list := object.get(resource.node, keys.at, null)
	is_array(list)
	some index, entry in list
	is_object(entry)
	place := {
		"resource": resource,
		"path": array.concat(keys.at, [index, keys.value]),
		"name": object.get(entry, keys.name, ""),
		"written": object.get(entry, keys.value, null),
		"plain": object.get(entry, keys.type, "PLAINTEXT") in {"PLAINTEXT", null},
		"noun": "variable",
	}
]

_parameters := [place |
	some type, facts in _types
	keys := facts.named
	some resource in graph.of_types([type])
	some path in keys.values
	written := object.get(resource.node, path, null)
	written != null
	place := {
		"resource": resource,
		"path": path,
		"name": object.get(resource.node, keys.name, ""),
		"written": written,
		"plain": true,
		"noun": "parameter",
	}
]

_of_named := [row |
	some place in _named
	_is_written_here(place)
	credentials.could_be_secret(_text(place.written))
	message := sprintf("The %s '%s' of %s is a secret written into the file (%s). %s", [
		place.noun,
		place.name,
		_called(place.resource),
		credentials.outline(_text(place.written)),
		"Keep it in Secrets Manager and hand on its name.",
	])
	row := _row("fail", place, message, [_text(place.written)])
]

# Secrets whose content is written out.
_documents := [place |
	some type, facts in _types
	some path in object.get(facts, "documents", [])
	some resource in graph.of_types([type])
	place := {"resource": resource, "path": path, "written": value.present(resource, path).value}
]

_of_documents := [row |
	some place in _documents
	some row in _document_rows(place)
]

_document_rows(place) := rows if {
	is_string(place.written)
	_is_written_here(place)
	fields := _fields(place.written)
	rows := [row |
		some name, found in fields
		secret_names.is_secret(name)
		text := _text(found)
		text != ""
		not secret_sources.given(text)
		row := _document_row(place, name, text)
	]
}

_document_rows(place) := [_row("fail", place, message, [place.written])] if {
	is_string(place.written)
	_is_written_here(place)
	not _fields(place.written)
	message := sprintf("The content of %s is written into the file (%s). Let GenerateSecretString or %s make it.", [
		_called(place.resource),
		credentials.outline(place.written),
		"an ephemeral random_password",
	])
}

_document_rows(place) := rows if {
	value.partial(place.written)
	fields := _fields(_outline(place.written))
	rows := [row |
		some name, found in fields
		secret_names.is_secret(name)
		is_string(found)
		found != ""
		not contains(found, "<>")
		row := _document_row(place, name, found)
	]
}

_document_rows(place) := [_row("open", place, message, [])] if {
	_is_open(place)
	not _is_json(place.written)
	message := sprintf("Whether the content of %s is written into the files cannot be decided: %s.", [
		_called(place.resource),
		value.reason(place.written),
	])
}

_is_json(written) if {
	value.partial(written)
	_fields(_outline(written))
}

# A text known in part, with a sign for each piece that is not known.
_outline(written) := concat("", [shown | some piece in written["$partial"]; shown := _sign(piece)])

_sign(piece) := piece if is_string(piece)

_sign(piece) := "<>" if not is_string(piece)

_fields(text) := fields if {
	json.is_valid(text)
	fields := json.unmarshal(text)
	is_object(fields)
}

_document_row(place, name, text) := row if {
	message := sprintf("'%s' in the content of %s is a secret written into the file (%s). %s", [
		name,
		_called(place.resource),
		credentials.outline(text),
		"Let GenerateSecretString or an ephemeral random_password make it.",
	])
	defect := sprintf("%s/%s", [_key(place.path), name])
	row := object.union(_row("fail", place, message, [text]), {"defect": defect})
}

# Metadata with which cfn-init logs in.
_of_authentications := [row |
	some resource in _resources
	all := object.get(resource.node, ["Metadata", "AWS::CloudFormation::Authentication"], null)
	is_object(all)
	some name, entry in all
	is_object(entry)
	some key in ["password", "accessKeyId", "secretKey"]
	path := ["Metadata", "AWS::CloudFormation::Authentication", name, key]
	place := {"resource": resource, "path": path, "written": object.get(entry, key, null)}
	is_string(place.written)
	_is_written_here(place)
	message := sprintf("'%s' in the metadata of %s is a secret written into the file (%s). %s", [
		key,
		_called(resource),
		credentials.outline(place.written),
		"Let the role of the instance log in (roleName).",
	])
	row := _row("fail", place, message, [place.written])
]

# Providers that log in with keys from the file.
_of_providers := [row |
	some provider in graph.of_types(["provider"])
	some key in ["access_key", "secret_key", "token", "password"]
	written := object.get(provider.node, key, null)
	is_string(written)
	written != ""
	message := sprintf("'%s' of %s is written into the configuration (%s). Take it from the environment or a role.", [
		key,
		replace(provider.address, "provider.", "provider "),
		credentials.outline(written),
	])
	row := _row("fail", {"resource": provider, "path": [key]}, message, [written])
]

# What was reported by its name is not reported by its form again.
_literal_rows := [row |
	some rows in [_of_passwords, _of_named, _of_documents, _of_authentications]
	some row in rows
]

_reported_at contains array.concat(["Resources", row.resource], row.path) if {
	some row in _literal_rows
	row.state == "fail"
}

# Credentials of a known form anywhere. One expression over all texts says whether there can be any.
_texts := [entry |
	some template in graph.of_types(["template"])
	regex.match(credentials.hint, json.marshal(template.texts))
	some leaf in template.texts
	regex.match(credentials.hint, leaf.text)
	entry := {"resource": template, "path": leaf.path, "text": leaf.text}
]

_texts_of_plan := [entry |
	input.format == "terraform-plan"
	regex.match(credentials.hint, json.marshal([resource.node | some resource in _resources]))
	some resource in _resources
	regex.match(credentials.hint, json.marshal(resource.node))
	some leaf in _leaves(resource.node)
	entry := {"resource": resource, "path": leaf.path, "text": leaf.text}
]

# The texts of a resource of a plan: of its arguments, and of the blocks in them.
_leaves(node) := [leaf |
	some leaves in [_level(node, []), _below(node), _below_that(node)]
	some leaf in leaves
	is_string(leaf.text)
]

_level(written, at) := [{"path": array.concat(at, [key]), "text": text} | some key, text in written] if {
	_has_parts(written)
}

_level(written, _) := [] if not _has_parts(written)

_has_parts(written) if is_object(written)

_has_parts(written) if is_array(written)

_below(node) := [leaf |
	some name, argument in node
	some leaf in _level(argument, [name])
]

_below_that(node) := [leaf |
	some name, argument in node
	_has_parts(argument)
	some index, block in argument
	some part in _level(block, [name, index])
	some leaf in array.concat([part], _level(part.text, part.path))
]

_of_forms := [row |
	some entry in array.concat(_texts, _texts_of_plan)
	some found in credentials.found_in(entry.text)
	_is_new(entry.resource, entry.path)
	not secret_sources.given(found.text)
	count(secret_sources.of(entry.resource, entry.path)) == 0
	row := _form_row(entry.resource, entry.path, found)
]

_is_new(resource, path) if {
	resource.type == "template"
	not "ContainerDefinitions" in path
	count([end | some end in numbers.range(2, count(path)); array.slice(path, 0, end) in _reported_at]) == 0
}

_is_new(resource, path) if {
	resource.type != "template"
	count([row | some row in _literal_rows; row.resource == resource.address; row.path == path]) == 0
}

_form_row(resource, path, found) := {
	"state": "fail",
	"resource": resource.address,
	"path": path,
	"defect": sprintf("form/%s/%s", [found.kind, _key(path)]),
	"message": sprintf("%s is %s (%s). Revoke it, and take it from a secret store.", [
		_owner(resource, path),
		found.kind,
		credentials.outline(found.text),
	]),
	"conceals": [found.text],
}

_owner(resource, path) := sprintf("A text of resource '%s'", [path[1]]) if {
	resource.type == "template"
	path[0] == "Resources"
}

_owner(resource, path) := sprintf("A text in '%s' of the template", [path[0]]) if {
	resource.type == "template"
	path[0] != "Resources"
}

_owner(resource, _) := sprintf("A text of %s", [_called(resource)]) if resource.type != "template"

# User data that is written in base64.
_of_user_data := [row |
	some type, facts in _types
	some path in object.get(facts, "user_data", [])
	some resource in graph.of_types([type])
	text := object.get(resource.node, path, null)
	is_string(text)
	regex.match(`^[A-Za-z0-9+/\s]{24,}={0,2}\s*$`, text)
	packed := regex.replace(text, `\s`, "")
	base64.is_valid(packed)
	some found in credentials.found_in(base64.decode(packed))
	not secret_sources.given(found.text)
	row := object.union(_form_row(resource, path, found), {
		"message": sprintf("The user data of %s holds %s (%s). Revoke it, and let the role of the instance log in.", [
			_called(resource),
			found.kind,
			credentials.outline(found.text),
		]),
		"conceals": [found.text, text],
	})
]

_assessed := [row |
	some rows in [_literal_rows, _of_parameters, _of_providers, _of_forms, _of_user_data]
	some row in rows
]

examined contains record if {
	some place in array.concat(_passwords, _documents)
	record := value.present(place.resource, place.path)
}

examined contains record if {
	some resource in _resources
	record := value.present(resource, ["Metadata", "AWS::CloudFormation::Authentication"])
	not value.is_absent(record)
}

examined contains record if {
	some place in _named
	record := {"resource": place.resource.address, "path": place.path, "state": "known", "value": place.noun}
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
