package policies.lib.environments_test

import data.policies.lib.environments

test_words_end_at_signs_and_changes_of_case if {
	environments.tokens("deploy-ProdEU_2.web1") == ["deploy", "prod", "eu", "web"]
	environments.tokens("AWSProd") == ["aws", "prod"]
}

test_names_of_production if {
	some name in ["prod", "Production", "eu-prd-1", "shopProd2", "live"]
	environments.class(name, []) == "production"
}

test_only_whole_words_count if {
	every name in ["product", "deliver", "latest", "device", "reproduction"] { environments.class(name, []) == null }
}

test_what_only_sounds_like_production_is_staging if {
	every name in ["preprod", "pre-prod", "non_production", "nonprod2", "pre-production-eu"] {
		environments.class(name, []) == "staging"
	}
}

test_production_wins_over_other_words if environments.class("prod-test", []) == "production"

test_words_of_work_do_not_count_in_names_of_jobs if {
	environments.weak_class("Build, test and deploy", []) == null
	environments.class("Build, test and deploy", []) == "dev"
	environments.weak_class("deploy-staging", []) == "staging"
}

test_words_of_the_user_mean_production if environments.class("blue", ["Blue"]) == "production"

_source(texts, open) := {"source": "a", "texts": texts, "weak": false, "open": open}

_found(sources) := [row.class | some row in environments.classes(sources, [])]

test_the_first_source_with_a_class_decides if {
	_found([_source(["aws"], false), _source(["dev"], false), _source(["prod"], false)]) == ["dev"]
	_found([_source([], false)]) == ["unclassified"]
	_found([_source([], true), _source(["prod"], false)]) == ["unknown"]
}

test_each_alternative_has_its_class if _found([_source(["production", "dev"], false)]) == ["dev", "production"]
