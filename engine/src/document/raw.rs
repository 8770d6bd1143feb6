//! JSON members as slices of the text: the first stage of reading a large plan.
//!
//! A plan is one line of JSON that nobody wrote, up to hundreds of megabytes: it is split into slices, and only the
//! slices that are judged become a [`Json`] tree. No spans are kept below a slice, for its text is no source.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::SyntaxError;
use crate::artifact::Span;

/// A member of an object: its key, and its value as written.
pub type Member<'a> = (Cow<'a, str>, &'a str);

/// A JSON value that borrows what it can from its text. Objects keep their order.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'a> {
    /// Nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, as text.
    Number(Cow<'a, str>),
    /// A string, unescaped.
    String(Cow<'a, str>),
    /// A list.
    Array(Vec<Self>),
    /// A map.
    Object(Vec<(Cow<'a, str>, Self)>),
}

/// Splits an object into its members.
pub fn members(text: &str) -> Result<Vec<Member<'_>>, SyntaxError> {
    serde_json::from_str::<Members<'_>>(text)
        .map(|members| members.0)
        .map_err(|error| syntax_error(text, &error))
}

/// Splits an array into its items.
pub fn items(text: &str) -> Result<Vec<&str>, SyntaxError> {
    serde_json::from_str::<Vec<&RawValue>>(text)
        .map(|items| items.into_iter().map(RawValue::get).collect())
        .map_err(|error| syntax_error(text, &error))
}

/// Parses a slice whole. Nesting deeper than 128 is an error.
pub fn parse(text: &str) -> Result<Json<'_>, SyntaxError> {
    serde_json::from_str(text).map_err(|error| syntax_error(text, &error))
}

impl<'a> Json<'a> {
    /// Returns the last member of this name when this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.members()
            .iter()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// Returns the members of an object; nothing for anything else.
    pub fn members(&self) -> &[(Cow<'a, str>, Self)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// Returns the items of an array; nothing for anything else.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    /// Returns the string when this is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Tells whether this is the boolean `true`.
    pub const fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// Tells whether this is null.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the string member of this name.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Self::as_str)
    }
}

/// Makes a syntax error of serde's, its line and column (in bytes) turned back into an offset.
fn syntax_error(text: &str, error: &serde_json::Error) -> SyntaxError {
    let line_start = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    // The byte that is wrong may lie inside of a character.
    let offset = text.floor_char_boundary(line_start + error.column().saturating_sub(1));
    let message = error.to_string();
    let place = message.rfind(" at line ").unwrap_or(message.len());
    let offset = u32::try_from(offset).unwrap_or(u32::MAX);
    SyntaxError {
        message: message.get(..place).unwrap_or_default().to_owned(),
        span: Span::new(offset, offset),
    }
}

struct Members<'a>(Vec<Member<'a>>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
            members.push((key, value.get()));
        }
        Ok(Members(members))
    }
}

/// A key, borrowed when it has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor).map(Key)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Json::Number(value.to_string().into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Json::Number(value.to_string().into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        // The debug form is one that JSON accepts: `1e30`, `0.5`.
        Ok(Json::Number(format!("{value:?}").into()))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Json::String(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Json::String(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((Key(key), value)) = map.next_entry::<Key<'de>, Json<'de>>()? {
            members.push((key, value));
        }
        Ok(Json::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_splits_into_members_as_written() {
        let members = members(r#"{"a": [1, 2], "b\u0041": {"c": null}}"#).unwrap();
        assert_eq!(
            members,
            [
                (Cow::Borrowed("a"), "[1, 2]"),
                (Cow::Borrowed("bA"), r#"{"c": null}"#)
            ]
        );
    }

    #[test]
    fn a_slice_parses_with_its_order_and_numbers_kept() {
        let json = parse(r#"{"z": 1, "a": [0.5, -2, 1e30, "x\ny", true, null]}"#).unwrap();
        assert_eq!(json.members()[0].0, "z");
        let shown: Vec<_> = json
            .get("a")
            .unwrap()
            .items()
            .iter()
            .map(|item| match item {
                Json::Number(text) | Json::String(text) => text.to_string(),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(shown, ["0.5", "-2", "1e30", "x\ny", "Bool(true)", "Null"]);
    }

    #[test]
    fn the_last_of_two_members_of_one_name_counts() {
        assert_eq!(
            parse(r#"{"a": 1, "a": 2}"#).unwrap().get("a"),
            Some(&Json::Number("2".into()))
        );
    }

    #[test]
    fn a_truncated_text_is_an_error_at_its_end() {
        let error = members("{\n\"a\": [1, 2").unwrap_err();
        assert_eq!(error.message, "EOF while parsing a list");
        assert_eq!(error.span, Span::new(11, 11));
    }

    #[test]
    fn an_error_inside_of_a_character_is_at_its_start() {
        // Found by fuzzing.
        let text = "{\"a\": \"\u{433}\u{0}\"}";
        let error = members(text).unwrap_err();
        assert!(
            text.is_char_boundary(error.span.start as usize),
            "{error:?}"
        );
    }

    #[test]
    fn deep_nesting_is_an_error() {
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
