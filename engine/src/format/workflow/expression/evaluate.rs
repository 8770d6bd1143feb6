//! What an expression can be, as far as the file decides it.
//!
//! The result is a [`Domain`]: the values it can take, and whether it can also be something else. A comparison of
//! what only a run knows is `{true, false}`, so `cond && 'a' || 'b'` gives both names.

use std::cmp::Ordering;

use super::value::{compare, truthy};
use super::{Comparison, Expr, Index, Literal, functions};
use crate::resource::{Node, Value};

/// How many values a domain may hold before it counts as open.
pub(super) const MAX_VALUES: usize = 64;

/// What a value can be.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Domain {
    /// The values that are known to be possible, each once.
    pub(in super::super) values: Vec<Value>,
    /// What else it can be.
    pub(in super::super) rest: Rest,
}

/// What a value can be besides the known ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Rest {
    /// Nothing else.
    Nothing,
    /// Something that counts as false; why it is open.
    Falsy(&'static str),
    /// Anything; why it is open, as the end of a sentence.
    Anything(&'static str),
}

/// Gives what contexts hold.
pub(in super::super) trait Lookup {
    /// Returns what the context of these keys (the first lower-cased, the others as written) can be.
    fn context(&self, keys: &[&str]) -> Domain;
}

impl Domain {
    /// One value.
    pub(in super::super) fn fixed(value: Value) -> Self {
        Self::of(vec![value])
    }

    /// A text.
    pub(in super::super) fn text(text: &str) -> Self {
        Self::fixed(Value::String(text.into()))
    }

    /// One of these values.
    pub(in super::super) fn of(values: Vec<Value>) -> Self {
        let mut domain = Self {
            values: Vec::new(),
            rest: Rest::Nothing,
        };
        for value in values {
            domain.add(value);
        }
        domain
    }

    /// Anything, for this reason.
    pub(in super::super) const fn open(why: &'static str) -> Self {
        Self {
            values: Vec::new(),
            rest: Rest::Anything(why),
        }
    }

    /// True or false.
    pub(super) fn boolean() -> Self {
        Self::of(vec![Value::Bool(true), Value::Bool(false)])
    }

    fn add(&mut self, value: Value) {
        if self.values.iter().any(|known| same(known, &value)) {
            return;
        }
        if self.values.len() < MAX_VALUES {
            self.values.push(value);
        } else {
            self.rest = Rest::Anything("takes too many values");
        }
    }

    fn widen(&mut self, rest: Rest) {
        match (&self.rest, &rest) {
            (Rest::Nothing | Rest::Falsy(_), Rest::Anything(_))
            | (Rest::Nothing, Rest::Falsy(_)) => self.rest = rest,
            _ => {}
        }
    }

    /// Adds what another domain can be.
    pub(in super::super) fn join(&mut self, other: Self) {
        other.values.into_iter().for_each(|value| self.add(value));
        self.widen(other.rest);
    }

    /// Returns the only value it can be.
    pub(in super::super) fn single(&self) -> Option<&Value> {
        match (self.values.as_slice(), &self.rest) {
            ([value], Rest::Nothing) => Some(value),
            _ => None,
        }
    }

    /// Returns all values it can be, when they are known.
    pub(in super::super) fn all(&self) -> Option<&[Value]> {
        (self.rest == Rest::Nothing).then_some(self.values.as_slice())
    }

    fn can_be(&self, truth: bool) -> bool {
        let known = self.values.iter().any(|value| truthy(value) == truth);
        known
            || matches!(
                (&self.rest, truth),
                (Rest::Anything(_), _) | (Rest::Falsy(_), false)
            )
    }

    /// `self && other`
    fn and(self, other: Self) -> Self {
        let mut result = Self::of(Vec::new());
        match self.rest {
            Rest::Falsy(why) | Rest::Anything(why) => result.widen(Rest::Falsy(why)),
            Rest::Nothing => {}
        }
        let passes = self.can_be(true);
        self.values
            .into_iter()
            .filter(|value| !truthy(value))
            .for_each(|value| result.add(value));
        if passes {
            result.join(other);
        }
        result
    }

    /// `self || other`
    fn or(self, other: Self) -> Self {
        let mut result = Self::of(Vec::new());
        let passes = self.can_be(false);
        if let Rest::Anything(why) = self.rest {
            result.widen(Rest::Anything(why));
        }
        self.values
            .into_iter()
            .filter(truthy)
            .for_each(|value| result.add(value));
        if passes {
            result.join(other);
        }
        result
    }

    /// Returns what stands under a key.
    pub(in super::super) fn child(self, key: &str) -> Self {
        self.map(|value| Self::fixed(child(value, key)))
    }

    /// Returns the text of this followed by the text of another.
    pub(in super::super) fn append(&self, other: &Self) -> Self {
        if let Rest::Anything(why) | Rest::Falsy(why) = self.rest {
            return Self::open(why);
        }
        other.clone().map(|end| {
            let joined = self.values.iter().map(|start| {
                let text = super::text_of(start) + &super::text_of(end);
                Value::String(text.into())
            });
            Self::of(joined.collect())
        })
    }

    fn map(self, change: impl Fn(&Value) -> Self) -> Self {
        if let Rest::Anything(why) | Rest::Falsy(why) = self.rest {
            return Self::open(why);
        }
        let mut result = Self::of(Vec::new());
        self.values
            .iter()
            .for_each(|value| result.join(change(value)));
        result
    }
}

/// Compares for identity: numbers by value, everything else exactly.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(_), Value::Number(_)) => compare(left, right) == Some(Ordering::Equal),
        _ => left == right,
    }
}

/// Returns what an expression can be.
pub(in super::super) fn evaluate(expression: &Expr, lookup: &dyn Lookup) -> Domain {
    match expression {
        Expr::Literal(Literal::Number(number)) if !number.is_finite() => {
            Domain::open("is no finite number")
        }
        Expr::Literal(literal) => Domain::fixed(literal_value(literal)),
        Expr::Name(_) | Expr::Access(..) => access(expression, lookup),
        Expr::Call(name, items) => {
            let items = items.iter().map(|item| evaluate(item, lookup)).collect();
            functions::call(name, items)
        }
        Expr::Not(inner) => {
            let inner = evaluate(inner, lookup);
            let mut result = Domain::of(Vec::new());
            if inner.can_be(false) {
                result.add(Value::Bool(true));
            }
            if inner.can_be(true) {
                result.add(Value::Bool(false));
            }
            result
        }
        Expr::And(items) => fold(items, lookup, Domain::and),
        Expr::Or(items) => fold(items, lookup, Domain::or),
        Expr::Compare(sign, left, right) => {
            comparison(*sign, &evaluate(left, lookup), &evaluate(right, lookup))
        }
    }
}

fn fold(items: &[Expr], lookup: &dyn Lookup, join: impl Fn(Domain, Domain) -> Domain) -> Domain {
    items
        .iter()
        .map(|item| evaluate(item, lookup))
        .reduce(join)
        .unwrap_or_else(|| Domain::open("is empty"))
}

fn literal_value(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(flag) => Value::Bool(*flag),
        Literal::Number(number) => Value::Number(super::value::number_text(*number).into()),
        Literal::String(text) => Value::String(text.as_str().into()),
    }
}

fn access(expression: &Expr, lookup: &dyn Lookup) -> Domain {
    if let Some(keys) = expression.chain() {
        return lookup.context(&keys);
    }
    let Expr::Access(base, index) = expression else {
        return Domain::open("is no value");
    };
    let base = evaluate(base, lookup);
    match index {
        Index::Property(key) => base.map(|value| Domain::fixed(child(value, key))),
        Index::Star => Domain::open("is a list that is filtered"),
        Index::Dynamic(index) => {
            let index = evaluate(index, lookup);
            base.map(|value| {
                index
                    .clone()
                    .map(|key| Domain::fixed(child(value, &super::text_of(key))))
            })
        }
    }
}

/// Returns what stands under a key or index; null where nothing does. Keys compare without case.
fn child(value: &Value, key: &str) -> Value {
    let found: Option<&Node> = match value {
        Value::Object(entries) => entries
            .iter()
            .find(|entry| entry.key.eq_ignore_ascii_case(key))
            .map(|entry| &entry.node),
        Value::Array(items) => key.parse::<usize>().ok().and_then(|index| items.get(index)),
        _ => None,
    };
    found.map_or(Value::Null, |node| node.value.clone())
}

fn comparison(sign: Comparison, left: &Domain, right: &Domain) -> Domain {
    let (Some(left), Some(right)) = (left.all(), right.all()) else {
        return Domain::boolean();
    };
    let mut result = Domain::of(Vec::new());
    for left in left {
        for right in right {
            result.add(Value::Bool(holds(sign, compare(left, right))));
        }
    }
    result
}

fn holds(sign: Comparison, ordering: Option<Ordering>) -> bool {
    match sign {
        Comparison::Equal => ordering == Some(Ordering::Equal),
        Comparison::NotEqual => ordering != Some(Ordering::Equal),
        Comparison::Less => ordering == Some(Ordering::Less),
        Comparison::LessOrEqual => ordering.is_some_and(Ordering::is_le),
        Comparison::Greater => ordering == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => ordering.is_some_and(Ordering::is_ge),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    struct Nothing;

    impl Lookup for Nothing {
        fn context(&self, keys: &[&str]) -> Domain {
            match keys {
                ["matrix", "env"] => Domain::of(vec![
                    Value::String("dev".into()),
                    Value::String("prod".into()),
                ]),
                _ => Domain::open("is known only when the workflow runs"),
            }
        }
    }

    fn texts(expression: &str) -> Option<Vec<String>> {
        let domain = evaluate(&parse(expression).unwrap(), &Nothing);
        Some(domain.all()?.iter().map(super::super::text_of).collect())
    }

    #[test]
    fn a_ternary_gives_both_branches() {
        let expected = Some(vec!["production".to_owned(), "staging".to_owned()]);
        assert_eq!(
            texts("github.ref == 'refs/heads/main' && 'production' || 'staging'"),
            expected
        );
        assert_eq!(
            texts("github.event.a && 'production' || 'staging'"),
            expected
        );
    }

    #[test]
    fn an_open_alternative_stays_open() {
        assert_eq!(texts("inputs.x || 'production'"), None);
        assert_eq!(texts("github.x && inputs.y || 'production'"), None);
    }

    #[test]
    fn literals_are_decided() {
        assert_eq!(
            texts("'A' == 'a' && 'yes' || 'no'"),
            Some(vec!["yes".to_owned()])
        );
        assert_eq!(
            texts("format('{0}-{1}', 'a', 2)"),
            Some(vec!["a-2".to_owned()])
        );
        assert_eq!(texts("!''"), Some(vec!["true".to_owned()]));
        assert_eq!(texts("1 < 2 && null == 0"), Some(vec!["true".to_owned()]));
    }

    #[test]
    fn known_alternatives_are_carried_through() {
        assert_eq!(
            texts("format('aws-{0}', matrix.env)"),
            Some(vec!["aws-dev".to_owned(), "aws-prod".to_owned()])
        );
        assert_eq!(texts("matrix.env == 'prod'").map(|v| v.len()), Some(2));
    }

    #[test]
    fn literal_json_is_read() {
        assert_eq!(
            texts("fromJSON('[\"a\",\"b\"]')[1]"),
            Some(vec!["b".to_owned()])
        );
        assert_eq!(
            texts("fromJSON('{\"main\":\"production\"}')['MAIN']"),
            Some(vec!["production".to_owned()])
        );
    }
}
