//! `Fn::ForEach`.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Expander, Made};
use crate::document::scalar::{Dialect, Scalar};
use crate::document::{Kind, NodeRef, Style};
use crate::format::cloudformation::compose::{derive, scalar_text};
use crate::resource::{Node, NoticeLevel, Unknown, UnknownKind, Value};

/// What the key of a loop starts with.
pub(super) const PREFIX: &str = "Fn::ForEach";

/// The sections in which loops may stand.
const SECTIONS: [&str; 3] = ["Conditions", "Resources", "Outputs"];

/// An item of a collection, under the name that the loop's body calls it by.
#[derive(Debug)]
pub(super) struct Binding {
    identifier: String,
    text: Arc<str>,
    is_number: bool,
}

/// The three parts of a loop.
struct Loop<'n> {
    identifier: &'n str,
    collection: NodeRef<'n>,
    body: NodeRef<'n>,
}

/// Tells whether a key is that of a loop.
pub(super) fn is_loop(key: &str) -> bool {
    key.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

impl Expander<'_> {
    /// Copies a template, the loops of its sections unrolled.
    pub(super) fn unroll_root(&mut self, root: NodeRef<'_>) {
        let place = self.place_of(root);
        self.out.open(Kind::Mapping, place, root.tag());
        let mut made = Made::default();
        for (key, value) in root.entries() {
            self.allowed = key.text().is_some_and(|name| SECTIONS.contains(&name));
            self.entry(key, value, &mut made);
        }
        self.out.close();
    }

    /// Unrolls a loop into the mapping being copied.
    pub(super) fn unroll(&mut self, key: NodeRef<'_>, value: NodeRef<'_>, made: &mut Made) {
        let name = self.substitute(key.text().unwrap_or_default()).into_owned();
        self.check_name(&name, key);
        let Some(parts) = parts(value) else {
            let message = format!("'{name}' needs an identifier, a collection and a map.");
            let why = "is a loop that needs an identifier, a collection and a map";
            self.notices.odd(Some(self.place_of(key)), message);
            let unknown = malformed(&name, why);
            self.leave_loop(name, key, unknown);
            return;
        };
        self.check_identifier(parts.identifier, value);
        match self.collection(&name, parts.collection) {
            Ok(items) => self.repeat(&name, &parts, items, made),
            Err(unknown) if unknown.kind == UnknownKind::Malformed && *unknown.name == *name => {
                let message = format!("The collection of '{name}' is no list of texts.");
                self.notices.odd(Some(self.place_of(key)), message);
                self.leave_loop(name, key, unknown);
            }
            Err(unknown) => {
                self.note_open(&name, &unknown, key);
                self.leave_loop(name, key, unknown);
            }
        }
    }

    /// Says what a loop waits for, and whether scenarios settle it.
    fn note_open(&mut self, name: &str, unknown: &Unknown, key: NodeRef<'_>) {
        let (input, why) = (&unknown.name, &unknown.why);
        let parameter = self.declared.parameters.get(input).map(|pair| pair.value);
        let is_listed = parameter.is_some_and(|node| node.get("AllowedValues").is_some());
        let is_looked_up = unknown.kind == UnknownKind::Mapping && !self.left.lookups.is_empty();
        let (level, state) = if is_listed || is_looked_up {
            (NoticeLevel::Note, "unrolled in scenarios only")
        } else {
            (NoticeLevel::Warning, "not unrolled")
        };
        let message = format!("'{name}' is {state}, because '{input}' {why}.");
        let place = Some(self.place_of(key));
        self.notices.outside(level, place, message);
    }

    fn repeat(&mut self, name: &str, parts: &Loop<'_>, items: Vec<Item>, made: &mut Made) {
        let outer = made.maker.replace(name.to_owned());
        for (text, is_number) in items {
            if self.budget.is_exhausted() {
                break;
            }
            self.bound.push(Binding {
                identifier: parts.identifier.to_owned(),
                text,
                is_number,
            });
            self.entries(parts.body, made);
            self.bound.pop();
        }
        made.maker = outer;
    }

    /// Keeps the key of a loop that is not unrolled, so that its place is known to be open.
    fn leave_loop(&mut self, name: String, key: NodeRef<'_>, unknown: Unknown) {
        self.scalar(key);
        self.out.absent(self.place_of(key), None);
        self.left.loops.entry(name).or_insert(unknown);
    }

    fn check_name(&mut self, name: &str, key: NodeRef<'_>) {
        let place = self.place_of(key);
        if !self.declared.has_extensions {
            self.notices.missing_extensions(place, "'Fn::ForEach'");
        }
        if name.len() <= "Fn::ForEach::".len() {
            let message = "A loop has no name: 'Fn::ForEach::NAME'.";
            self.notices.odd(Some(place), message);
            return;
        }
        let first = *self.loops.entry(name.to_owned()).or_insert(place);
        if first != place {
            let message = format!("The loop name '{name}' is taken by another loop.");
            self.notices.odd(Some(place), message);
        }
    }

    fn check_identifier(&mut self, identifier: &str, node: NodeRef<'_>) {
        let is_outer = self
            .bound
            .iter()
            .any(|outer| outer.identifier == identifier);
        if is_outer || self.declared.parameters.get(identifier).is_some() {
            let message = format!(
                "The loop's identifier '{identifier}' has another meaning here: the innermost holds."
            );
            self.notices.odd(Some(self.place_of(node)), message);
        }
    }

    /// Returns the texts of a collection, or what it waits for.
    fn collection(&mut self, name: &str, node: NodeRef<'_>) -> Result<Vec<Item>, Unknown> {
        let value = self.evaluate(node);
        if let Value::Array(items) = &value {
            let items: Option<Vec<_>> = items.iter().map(item).collect();
            if let Some(items) = items {
                return Ok(items);
            }
        }
        Err(match derive(&value, "the collection") {
            Some(Value::Unknown(unknown)) => *unknown,
            _ => malformed(name, "is a loop whose collection is no list of texts"),
        })
    }

    /// Copies what a reference to the identifier of a loop stands for.
    pub(super) fn bound_reference(&mut self, node: NodeRef<'_>) -> bool {
        if self.bound.is_empty() {
            return false;
        }
        let Some(binding) = referred(node).and_then(|name| find(&self.bound, name)) else {
            return false;
        };
        let style = if binding.is_number {
            Style::Plain
        } else {
            Style::Quoted
        };
        let text = Arc::clone(&binding.text);
        let place = self.place_of(node);
        if self.budget.copied(text.len()) {
            self.out.scalar(style, place, &text, None);
        }
        true
    }
}

/// An item of a collection and whether it is a number.
type Item = (Arc<str>, bool);

fn item(node: &Node) -> Option<Item> {
    let is_number = matches!(node.value, Value::Number(_));
    Some((scalar_text(&node.value)?, is_number))
}

fn malformed(name: &str, why: &str) -> Unknown {
    Unknown {
        kind: UnknownKind::Malformed,
        name: name.into(),
        why: why.into(),
        values: Vec::new(),
        references: Vec::new(),
    }
}

fn parts(node: NodeRef<'_>) -> Option<Loop<'_>> {
    let mut items = node.items();
    let (identifier, collection, body) = (items.next()?, items.next()?, items.next()?);
    if items.next().is_some() || body.kind() != Kind::Mapping || body.tag().is_some() {
        return None;
    }
    let is_text = matches!(
        identifier.scalar(Dialect::CloudFormation)?,
        Scalar::String(text) if !text.is_empty()
    );
    Some(Loop {
        identifier: identifier.text().filter(|_| is_text)?,
        collection,
        body,
    })
}

/// Returns the name that a `Ref` names.
fn referred(node: NodeRef<'_>) -> Option<&str> {
    if node.tag() == Some("!Ref") {
        return node.text();
    }
    let mut entries = node.entries();
    let (key, argument) = entries.next()?;
    let is_ref = key.text() == Some("Ref") && entries.next().is_none();
    argument.text().filter(|_| is_ref)
}

fn find<'b>(bound: &'b [Binding], name: &str) -> Option<&'b Binding> {
    let mut inner_first = bound.iter().rev();
    inner_first.find(|binding| binding.identifier == name)
}

/// Puts items in the place of `${Identifier}`, and of `&{Identifier}` what is alphanumeric of them.
pub(super) fn substitute<'t>(text: &'t str, bound: &[Binding]) -> Cow<'t, str> {
    if bound.is_empty() || !text.contains('{') {
        return Cow::Borrowed(text);
    }
    let mut done = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        let inside = from.get(1..).and_then(|from| from.split_once('}'));
        let found = inside.and_then(|(name, after)| Some((find(bound, name)?, after)));
        if let (Some((binding, after)), Some(mark @ (b'$' | b'&'))) =
            (found, before.as_bytes().last())
        {
            done.push_str(before.get(..open - 1).unwrap_or_default());
            let strip = *mark == b'&';
            let kept = |c: &char| !strip || c.is_ascii_alphanumeric();
            done.extend(binding.text.chars().filter(kept));
            rest = after;
        } else {
            done.push_str(before);
            done.push('{');
            rest = from.get(1..).unwrap_or_default();
        }
    }
    if done.is_empty() && rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    done.push_str(rest);
    Cow::Owned(done)
}
