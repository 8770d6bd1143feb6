//! Property bags (§3.8): ordered, so that the same run gives the same bytes.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::Text;

/// A value of a property bag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Property<'a> {
    /// A string.
    Text(Text<'a>),
    /// Strings; `tags` is one (§3.8.2).
    Texts(Vec<Text<'a>>),
    /// A whole number.
    Number(u64),
    /// A truth value.
    Truth(bool),
    /// A bag in the bag.
    Bag(PropertyBag<'a>),
    /// Bags in the bag.
    Bags(Vec<PropertyBag<'a>>),
}

/// Properties that the standard does not name (§3.8), in the order given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PropertyBag<'a>(Vec<(Text<'a>, Property<'a>)>);

impl<'a> PropertyBag<'a> {
    /// Tells whether nothing is in the bag.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, key: impl Into<Text<'a>>, value: Property<'a>) -> Self {
        self.0.push((key.into(), value));
        self
    }

    /// Adds a string.
    #[must_use]
    pub fn with_text(self, key: impl Into<Text<'a>>, value: impl Into<Text<'a>>) -> Self {
        self.with(key, Property::Text(value.into()))
    }
}

impl Serialize for PropertyBag<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::{Property, PropertyBag};

    #[test]
    fn a_bag_keeps_the_order_of_its_keys() {
        let inner = PropertyBag::default().with("n", Property::Number(2));
        let bag = PropertyBag::default()
            .with_text("b", "x")
            .with("a", Property::Bags(vec![inner]));
        assert_eq!(
            serde_json::to_string(&bag).unwrap(),
            r#"{"b":"x","a":[{"n":2}]}"#
        );
    }
}
