package policies.lib.resource_classes_test

import data.policies.lib.network_units_test as units
import data.policies.lib.resource_classes

_paths := [["Properties", "DBInstanceIdentifier"], ["identifier"]]

_class(resource) := class if {
	class := resource_classes.class(resource, _paths) with input as units.unit([resource])
}

_database(properties) := units.cfn("D", "AWS::RDS::DBInstance", properties)

_tagged(key, text) := _database({"Tags": [{"Key": key, "Value": text}]})

test_the_tag_decides_first if {
	_class(_tagged("Environment", "dev")) == "dev"
	_class(_tagged("stage", "pre-prod")) == "staging"
	_class(_database({"DBInstanceIdentifier": "dev-db", "Tags": [{"Key": "env", "Value": "live"}]})) == "production"
}

test_other_tags_say_nothing if _class(_tagged("Project", "sandbox")) == "unclassified"

test_tags_of_plans_are_maps if {
	_class(units.tf("aws_db_instance.d", "aws_db_instance", {"tags_all": {"Environment": "testing"}})) == "dev"
}

test_an_undecided_tag_leaves_the_class_unknown if _class(_tagged("Environment", units.parameter("Env"))) == "unknown"

test_a_name_decides_where_no_tag_does if {
	_class(_database({"DBInstanceIdentifier": "orders-staging"})) == "staging"
	_class(_database({"DBInstanceIdentifier": {"$partial": ["dev-", units.parameter("Name")]}})) == "dev"
	_class(_database({"DBInstanceIdentifier": "products"})) == "unclassified"
}

test_the_default_of_a_parameter_decides_last if {
	unit := object.union(units.unit([_database({})]), {"unit": {"parameters": {"EnvironmentName": {"default": "prod"}}}})
	class := resource_classes.class(_database({}), _paths) with input as unit
	class == "production"
}
