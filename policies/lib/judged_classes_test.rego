package policies.lib.judged_classes_test

import data.policies.lib.judged_classes

test_an_unknown_class_may_be_judged_and_is_not_certain if {
	judged_classes.in_scope({"unknown"}, ["production"])
	not judged_classes.certain("definite", {"unknown"}, ["production"])
}

test_a_class_is_judged_where_it_is_named if {
	judged_classes.in_scope({"production", "dev"}, ["production"])
	not judged_classes.in_scope({"dev"}, ["production"])
	judged_classes.certain("definite", {"production"}, ["production"])
	not judged_classes.certain("probable", {"production"}, ["production"])
}

test_where_all_classes_are_judged_an_unknown_one_is_too if {
	judged_classes.certain("definite", {"unknown"}, ["production", "dev"])
}
