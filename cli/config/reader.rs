//! Reading TOML with places: every mistake is kept, with its line and column.

use ordinance_engine::artifact::{LineIndex, Span};
use ordinance_engine::policy::hint;
use serde_json::{Map, Number, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads a document and remembers what is wrong with it.
pub(super) struct Reader<'t> {
    text: &'t str,
    mistakes: Vec<(usize, String)>,
}

/// A table of the document.
pub(super) struct Table<'t>(DeTable<'t>);

/// A value and its place.
pub(super) struct Item<'t>(Spanned<DeValue<'t>>);

impl<'t> Table<'t> {
    /// Returns the keys and values, by key.
    pub(super) fn entries(&self) -> Vec<(String, Item<'t>)> {
        let entries = self.0.iter();
        entries
            .map(|(key, value)| (key.get_ref().to_string(), Item(value.clone())))
            .collect()
    }

    /// Tells whether the table has a key.
    pub(super) fn holds(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    fn get(&self, key: &str) -> Option<Item<'t>> {
        self.0.get(key).cloned().map(Item)
    }
}

impl<'t> Reader<'t> {
    /// Returns a reader of a text.
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            mistakes: Vec::new(),
        }
    }

    /// Returns the document; `None` when it is no TOML.
    pub(super) fn root(&mut self) -> Option<Table<'t>> {
        match DeTable::parse(self.text) {
            Ok(table) => Some(Table(table.into_inner())),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                self.mistakes.push((at, error.message().to_owned()));
                None
            }
        }
    }

    /// Returns what is wrong, in the order of the text: `LINE:COLUMN: message`.
    pub(super) fn finish(mut self) -> Vec<String> {
        self.mistakes.sort();
        let lines = LineIndex::new(self.text);
        self.mistakes
            .into_iter()
            .map(|(at, message)| {
                let at = u32::try_from(at).unwrap_or(u32::MAX);
                let region = lines.region(self.text, Span::new(at, at));
                format!("{}:{}: {message}", region.start_line, region.start_column)
            })
            .collect()
    }

    /// Says that something is wrong with a value.
    pub(super) fn wrong(&mut self, item: &Item<'_>, message: String) {
        self.mistakes.push((item.0.span().start, message));
    }

    /// Says that something is wrong with the value of a key.
    pub(super) fn wrong_value(&mut self, table: &Table<'_>, key: &str, message: String) {
        let at = table.0.get(key).map_or(0, |value| value.span().start);
        self.mistakes.push((at, message));
    }

    /// Checks that a table has these keys only.
    pub(super) fn keys(&mut self, table: &Table<'_>, known: &[&str], what: &str) {
        for key in table.0.keys() {
            let name = key.get_ref();
            if !known.contains(&&**name) {
                let hint = hint(name, known.iter().copied());
                let message = format!("{what} has no key '{name}'{hint}");
                self.mistakes.push((key.span().start, message));
            }
        }
    }

    /// Returns a text; `None` where the key is absent or holds something else.
    pub(super) fn text(&mut self, table: &Table<'_>, key: &str) -> Option<String> {
        let item = table.get(key)?;
        self.item_text(&item, key)
    }

    fn item_text(&mut self, item: &Item<'_>, key: &str) -> Option<String> {
        if let DeValue::String(text) = item.0.get_ref() {
            return Some(text.to_string());
        }
        self.wrong(item, format!("'{key}' must be a text"));
        None
    }

    /// Returns a list of texts; one text stands for a list of one.
    pub(super) fn texts(&mut self, table: &Table<'_>, key: &str) -> Vec<String> {
        let Some(item) = table.get(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = item.0.get_ref() else {
            return self.item_text(&item, key).into_iter().collect();
        };
        let items = items.iter().cloned().map(Item);
        items
            .filter_map(|item| self.item_text(&item, key))
            .collect()
    }

    /// Returns a number without sign; `None` where the key is absent or holds something else.
    pub(super) fn number(&mut self, table: &Table<'_>, key: &str) -> Option<u32> {
        let item = table.get(key)?;
        if let DeValue::Integer(number) = item.0.get_ref()
            && let Ok(number) =
                u32::from_str_radix(&number.as_str().replace('_', ""), number.radix())
        {
            return Some(number);
        }
        self.wrong(&item, format!("'{key}' must be a whole number"));
        None
    }

    /// Returns a boolean, false where the key is absent.
    pub(super) fn boolean(&mut self, table: &Table<'_>, key: &str) -> bool {
        let Some(item) = table.get(key) else {
            return false;
        };
        if let DeValue::Boolean(value) = item.0.get_ref() {
            return *value;
        }
        self.wrong(&item, format!("'{key}' must be true or false"));
        false
    }

    /// Returns a table below a key.
    pub(super) fn table<'v>(&mut self, table: &Table<'v>, key: &str) -> Option<Table<'v>> {
        let item = table.get(key)?;
        self.item_table(&item)
    }

    /// Returns the tables of a list below a key.
    pub(super) fn items<'v>(&mut self, table: &Table<'v>, key: &str) -> Vec<Item<'v>> {
        let Some(item) = table.get(key) else {
            return Vec::new();
        };
        if let DeValue::Array(items) = item.0.get_ref() {
            return items.iter().cloned().map(Item).collect();
        }
        self.wrong(
            &item,
            format!("'{key}' must be a list of tables: [[{key}]]"),
        );
        Vec::new()
    }

    /// Returns a value that must be a table.
    pub(super) fn item_table<'v>(&mut self, item: &Item<'v>) -> Option<Table<'v>> {
        if let DeValue::Table(table) = item.0.get_ref() {
            return Some(Table(table.clone()));
        }
        self.wrong(item, "a table is expected here".to_owned());
        None
    }

    /// Returns a value as JSON.
    pub(super) fn json(&mut self, item: &Item<'_>) -> Value {
        match item.0.get_ref() {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Boolean(value) => Value::Bool(*value),
            DeValue::Integer(number) => {
                let parsed = i64::from_str_radix(&number.as_str().replace('_', ""), number.radix());
                parsed.map_or_else(|_| self.odd(item, "the number is too large"), Value::from)
            }
            DeValue::Float(number) => {
                let parsed = number.as_str().replace('_', "").parse().ok();
                let number = parsed.and_then(Number::from_f64);
                number.map_or_else(|| self.odd(item, "the number is not finite"), Value::Number)
            }
            DeValue::Datetime(date) => Value::String(date.to_string()),
            DeValue::Array(items) => {
                let items: Vec<Item<'_>> = items.iter().cloned().map(Item).collect();
                Value::Array(items.iter().map(|item| self.json(item)).collect())
            }
            DeValue::Table(table) => {
                let entries = Table(table.clone()).entries();
                let mut object = Map::new();
                for (key, item) in entries {
                    object.insert(key, self.json(&item));
                }
                Value::Object(object)
            }
        }
    }

    fn odd(&mut self, item: &Item<'_>, message: &str) -> Value {
        self.wrong(item, message.to_owned());
        Value::Null
    }
}
