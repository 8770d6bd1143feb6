# METADATA
# title: Where the text of a secret comes from
# description: |
#   Tells literals of the files from what is given from outside and from what other resources make. A plan shows
#   values in clear wherever they come from.
package policies.lib.secret_sources

import data.policies.lib.graph

# What was given to the variables of a plan that have no default: it is no part of the files. Shorter texts are met by
# chance.
_given := {text | some text in object.get(input.unit, "given", []); count(text) > 3}

# Whether a text was given to a variable, or holds what was.
given(text) if text in _given

given(text) if {
	some part in _given
	contains(text, part)
}

# The addresses that a plan says a value comes from.
of(resource, path) := {edge.address |
	resource.format == "terraform-plan"
	some edge in object.get(resource, "references", [])
	array.slice(path, 0, count(edge.path)) == edge.path
}

# The addresses that an undecided value comes from.
of_value(written) := {written["$reference"].address} if is_object(written["$reference"])

of_value(written) := {target.address | some target in object.get(written["$unknown"], "references", [])} if {
	is_object(written["$unknown"])
}

# The type of an address; that of a data source that a plan does not show stands in its address.
type(address) := declared.type if {
	declared := graph.at(address)
	declared != null
}

type(address) := written if {
	graph.at(address) == null
	parts := _local(split(address, "."))
	parts[0] == "data"
	written := concat(".", array.slice(parts, 0, 2))
}

type(address) := parts[0] if {
	graph.at(address) == null
	parts := _local(split(address, "."))
	parts[0] != "data"
}

# Addresses in modules start with pairs of "module" and a name.
_local(parts) := parts if parts[0] != "module"

_local(parts) := array.slice(parts, last + 2, count(parts)) if {
	parts[0] == "module"
	last := max({at | some at, part in parts; part == "module"; at % 2 == 0})
}

# Makers of random texts.
generators := {
	"data.aws_secretsmanager_random_password", "random_bytes", "random_id", "random_password", "random_string",
	"random_uuid",
}

# Stores of secrets.
stores := {
	"AWS::SecretsManager::Secret", "aws_secretsmanager_secret", "aws_secretsmanager_secret_version",
	"data.aws_kms_secrets", "data.aws_secretsmanager_secret_version", "data.aws_ssm_parameter",
}

# Whether one of several addresses is of one of several types.
any_of(addresses, types) if {
	some address in addresses
	type(address) in types
}
