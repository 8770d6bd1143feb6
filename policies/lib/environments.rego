# METADATA
# title: Classes of environments
# description: |
#   Tells from names whether something is production, staging or dev. Only whole words count: "product" is no "prod".
package policies.lib.environments

_table := data.tables.environment_classes

# The words of a text, split at signs and at changes of case, in lower case and without trailing digits.
tokens(text) := [token |
	some part in split(words(text), " ")
	token := regex.replace(part, `[0-9]+$`, "")
	token != ""
]

# The same words with their digits, joined by blanks.
words(text) := joined if {
	apart := regex.replace(regex.replace(text, `([a-z0-9])([A-Z])`, "$1 $2"), `([A-Z])([A-Z][a-z])`, "$1 $2")
	joined := trim(lower(regex.replace(apart, `[^A-Za-z0-9]+`, " ")), " ")
}

# The class of a text, or null; `extra` names further words for production.
class(text, extra) := _first([named |
	found := tokens(text)
	some named in ["staging", "production", "dev"]
	_belongs(found, named, extra)
])

# The class of the name of a job, a workflow or a file, in which words such as "test" say what it does.
weak_class(text, extra) := _first([named |
	found := [token | some token in tokens(text); not token in _table.weak]
	some named in ["staging", "production", "dev"]
	_belongs(found, named, extra)
])

_first(found) := found[0] if count(found) > 0

_first(found) := null if count(found) == 0

# Before production is asked, what only sounds like it.
_belongs(found, wanted, _) if {
	wanted == "staging"
	_not_quite_production(found)
}

_belongs(found, wanted, extra) if {
	wanted == "production"
	not _not_quite_production(found)
	some token in found
	_production(token, extra)
}

_belongs(found, wanted, extra) if {
	wanted == "staging"
	not _any_production(found, extra)
	some token in found
	token in _table.classes.staging
}

_belongs(found, wanted, _) if {
	wanted == "dev"
	some token in found
	token in _table.classes.dev
}

_any_production(found, extra) if {
	some token in found
	_production(token, extra)
}

_production(token, _) if token in _table.classes.production

_production(token, extra) if {
	some word in extra
	lower(word) == token
}

_not_quite_production(found) if {
	some token in found
	object.get(_table.whole, token, null) != null
}

_not_quite_production(found) if {
	some position, token in found
	token in _table.negating
	position + 1 < count(found)
	found[position + 1] in _table.negated
}

# The classes of a job from its sources, the first of which that yields one decides. A source is
# {"source", "texts": [text], "weak": boolean, "open": boolean}; the result has one row for each class,
# {"class", "source", "text"}: "unknown" where the source is open, "unclassified" where none yields a class.
classes(sources, extra) := found if {
	rows := [row | some source in sources; row := _rows(source, extra)]
	yielding := [row | some row in rows; count(row) > 0]
	found := _decided(yielding)
}

_decided(yielding) := yielding[0] if count(yielding) > 0

_decided(yielding) := {{"class": "unclassified", "source": "", "text": ""}} if count(yielding) == 0

_rows(source, extra) := rows if {
	source.weak
	rows := {row |
		some text in source.texts
		found := weak_class(text, extra)
		found != null
		row := {"class": found, "source": source.source, "text": text}
	}
}

_rows(source, extra) := rows if {
	not source.weak
	not source.open
	rows := {row |
		some text in source.texts
		found := class(text, extra)
		found != null
		row := {"class": found, "source": source.source, "text": text}
	}
}

_rows(source, _) := {{"class": "unknown", "source": source.source, "text": ""}} if source.open
