# What the compiler and the machine must answer as OPA does: each rule `case_…` is evaluated by both.
package ordinance

# Functions and undefined values.

partial(x) := x if x > 1

double(x) := 2 * x

named("a") := 1

named("b") := 2

sized([first, _]) := first

sized([first]) := first

keyed({"k": value}) := value

fallback(x) := "small" if x < 10
else := "big" if x < 100

default standing := "default"

standing := "input" if input.missing

default graded(_) := "none"

graded(x) := "some" if x > 5

case_undefined_call_ends_a_body if {
	y := partial(1)
	y != null
}

case_undefined_reference_ends_a_body if {
	x := input.missing
	not x
}

case_array_comprehension_skips_undefined := [y | some x in [1, 2, 3]; y := partial(x)]

case_array_comprehension_skips_an_undefined_term := [partial(x) | some x in [1, 2, 3]]

case_set_skips_undefined_members contains partial(x) if some x in [1, 2, 3]

case_object_skips_undefined_values[x] := partial(x) if some x in [1, 2, 3]

case_not_of_a_call_with_an_undefined_operand if not partial(input.missing)

case_not_of_an_undefined_call if not partial(1)

case_not_of_a_nested_undefined_call if not double(partial(1))

case_not_of_a_missing_reference if not input.missing

case_not_of_equality_with_a_missing_reference if not input.missing == true

case_not_of_inequality_with_a_missing_reference if not input.missing != true

case_not_of_membership_of_a_missing_reference if not input.missing in [1]

case_not_of_equality_with_an_undefined_call if not partial(1) == 1

case_some_in_null if some _ in input.nothing

case_every_in_null if every x in input.nothing { x == 1 }

case_every_of_nothing if every x in input.empty { x == 1 }

case_every_of_a_missing_reference if every x in input.missing { x == 1 }

case_every_with_keys if every k, v in {"a": "a", "b": "b"} { k == v }

case_every_fails if every x in input.numbers { x == 1 }

case_literal_patterns_of_parameters := [named("a"), named("b")]

case_no_pattern_of_a_parameter := named("c")

case_array_patterns_of_parameters := [sized([1, 2]), sized([3])]

case_object_patterns_of_parameters := keyed({"k": 7})

case_object_pattern_with_another_key := keyed(input.two_keys)

case_else := [fallback(1), fallback(50)]

case_no_else := fallback(500)

case_else_after_a_loop := {"v": v} if {
	v := looped([1, 3])
}

looped(xs) := "found" if {
	some x in xs
	x > 5
} else := "else"

case_default := standing

case_default_of_a_function := [graded(1), graded(6)]

# Loops, patterns and scopes.

case_some_with_keys := [[k, v] | some k, v in {"b": 2, "a": 1}]

case_some_with_indices := [[k, v] | some k, v in ["x", "y"]]

case_some_in_a_set_is_sorted := [v | some v in {3, 1, 2}]

case_some_with_a_pattern := [a | some [a, "x"] in [[1, "x"], [2, "y"], [3, "x"]]]

case_some_with_an_object_pattern := [a | some {"k": a} in [{"k": 1}, {"k": 2, "l": 3}, {"k": 4}]]

case_products := [z | some x in [1, 2]; some y in [10, 20]; z := x * y]

case_inner_variables_shadow := [[x | some x in [1, 2]], x] if x := 3

case_destructuring := [a, c] if {
	[a, [_, c]] := [1, [2, 3]]
}

case_destructuring_fails := a if {
	xs := input.empty
	[a, _] := xs
}

case_unification_of_a_new_variable := x if x = 4

case_unification_of_known_values if {
	x := [1, 2]
	x = [1, 2]
}

# Values.

case_comparisons := [1 < 2, "b" > "a", [1] == [1], {1, 2} == {2, 1}, null != false, 1 == 1.0, {"a": 1} < {"a": 2}]

case_comparison_of_kinds := [null < false, true < 0, 9 < "a", "z" < [], [9] < {}, {"a": 1} < {1}]

case_arithmetic := [1 + 2, 7 - 10, 3 * 4, 9 / 3, 7 % 4, -5 + 1, 1 / 4]

case_sets := [{1, 2} | {3}, {1, 2} & {2, 3}, {1, 2} - {2}]

case_membership := [
	1 in [1], 1 in {2}, 1 in {"a": 1}, 1 in {1}, "a", 2 in {"a": 2},
	1 in "1",
]

case_key_membership := [x |
	some pair in [["a", 1], ["a", 2], ["b", 1]]
	x := pair[0], pair[1] in {"a": 1}
]

case_indexing := [
	[10, 20][1], {"a": {"b": 3}}.a.b, {"a": [1, {"c": 5}]}["a"][1].c, {"x", "y"}["y"],
]

case_index_out_of_range := input.numbers[5]

case_negative_index := input.numbers[x] if x := -1

case_index_of_a_string := input.text[0]

case_dynamic_index := {"a": 1, "b": 2}[k] if k := "b"

case_missing_field_of_input := input.object.missing

case_field_of_input := input.object.list[1].name

case_object_get := [
	object.get({"a": 1}, "a", 0), object.get({"a": 1}, "b", 0), object.get({"a": {"b": 2}}, ["a", "b"], 0),
	object.get({"a": [{"b": 2}]}, ["a", 0, "b"], 0), object.get({"a": 1}, ["a", "b"], 0), object.get({"a": 1}, [], 0),
	object.get({"a": null}, "a", 0), object.get({"a": false}, ["a"], 0),
]

case_count := [count([1, 2]), count({1}), count({"a": 1, "b": 2}), count("äö")]

case_false_and_null_in_bodies := [x | some x in [false, null, 0, "", [], {}]; x]

case_null_holds if null

case_false_does_not_hold if false

case_object_comprehension := {k: v | some k, v in {"a": 1, "b": 2}; v > 1}

case_object_with_a_computed_key := {concat("", ["a", "b"]): 1}

case_an_undefined_item_ends_an_array := [1, input.missing]

case_an_undefined_value_ends_an_object := {"a": input.missing}

case_strings := [
	sprintf("%s-%d-%v", ["a", 1, [2]]), concat(",", {"b", "a"}), split("a/b", "/"), lower("ÄB"), trim_space(" x "),
	startswith("abc", "ab"), endswith("abc", "bc"), contains("abc", "d"), replace("aXa", "X", "b"), substring("abc", 1, 1),
	indexof("abc", "c"), upper("a"), trim_prefix("abc", "a"), trim_suffix("abc", "c"), trim("xax", "x"),
]

case_regex := [
	regex.match(`^a+$`, "aaa"), regex.match(`b`, "aaa"), regex.replace("a-b", `-`, "+"), regex.split(`,`, "a,b"),
	regex.find_n(`\d`, "a1b2", 1),
]

case_regex_classes_are_those_of_ascii := [
	regex.match(`^\d$`, "7"), regex.match(`^\d$`, "٧"), regex.match(`^[\w-]+$`, "a_b-c"), regex.match(`^[\w-]+$`, "é"),
	regex.match(`\s`, "a\u00a0b"), regex.match(`^\S\D\W$`, "éé!"), regex.replace("a 1é2", `\b\d`, "x"),
	regex.find_all_string_submatch_n(`(\w)=(\d)?`, "a=1 b=", -1),
]

case_regex_classes_of_a_computed_pattern := [regex.match(pattern, text) |
	some letter in ["d", "w", "s"]
	pattern := sprintf(`^\%s$`, [letter])
	some text in ["7", "٧", "é", " "]
]

# More calls than it takes to find out that their answers are worth keeping.
case_same_calls_again := count([1 |
	some number in hundred
	some place in [1, 2]
	object.get(described(number % 5, [], {}), "places", [])[place] == (number % 5) + place
])

hundred := [number | some ten in digits; some one in digits; number := (ten * 10) + one]

digits := [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

described(number, before, extra) := object.union(extra, {"places": places}) if {
	places := array.concat(before, [place | some added in [0, 1, 2]; place := number + added])
}

case_regex_of_a_computed_pattern if {
	pattern := concat("", ["^", "a"])
	regex.match(pattern, "abc")
}

case_aggregates := [sum([1, 2]), max([1, 3, 2]), min({4, 2}), sort([3, 1]), union({{1}, {2}}), intersection({{1, 2}, {2}})]

case_types := [is_string("a"), is_number(1), is_array([]), is_object({}), is_set({1}), is_null(null), is_boolean(true)]

case_types_of_others := [x | some v in [1, "a"]; x := [v, is_string(v)]]

# Rules.

numbers contains x if some x in [3, 1, 2]

numbers contains 9

by_parity[x % 2] contains x if some x in [1, 2, 3]

nested.a.b := 1

nested.a.c := 2

deep[x][y] contains z if {
	some x in ["p"]
	some y in ["q", "r"]
	some z in [1, 2]
}

nothing_of_sets[x] contains x if some x in []

constant_rule := 5

twice := 1 if input.object

twice := 1 if input.nothing == null

case_partial_set := numbers

case_member_of_a_partial_set := numbers[3]

case_no_member_of_a_partial_set := numbers[7]

case_partial_object_of_sets := by_parity

case_key_of_a_partial_object_of_sets := by_parity[1]

case_rules_of_dotted_names := nested

case_rules_of_many_keys := deep

case_no_entries_of_sets := nothing_of_sets

case_constant := constant_rule

case_same_value_twice := twice

case_rule_that_is_true if constant_rule == 5

case_rule_that_is_not_true if constant_rule == 6

case_calls_of_calls := double(double(constant_rule))
