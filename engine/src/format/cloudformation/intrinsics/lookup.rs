//! `Fn::FindInMap`.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Call;
use crate::document::{Kind, NodeRef};
use crate::format::cloudformation::compose::{derive, describe, scalar_text};
use crate::format::cloudformation::conditions::{depends_on, equal, is_input, name_inputs};
use crate::format::cloudformation::mapping::{pairs, place};
use crate::format::cloudformation::resolver::{Resolver, placed};
use crate::resource::{Node, Unknown, UnknownKind, Value};

/// More possible values than this tell nobody more.
pub(super) const MAX_VALUES: usize = 64;

/// The keys of a lookup, resolved: `None` where a key is not known.
struct Keys {
    values: [Value; 3],
    default: Option<Value>,
}

impl Keys {
    fn text(&self, position: usize) -> Option<Arc<str>> {
        self.values.get(position).and_then(scalar_text)
    }

    /// Returns the first key that is not known.
    fn open(&self) -> Option<&Value> {
        self.values
            .iter()
            .find(|value| scalar_text(value).is_none())
    }
}

impl<'a> Resolver<'a> {
    /// `Fn::FindInMap`, with the default value of the language extensions.
    pub(super) fn find_in_map(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Value {
        let arguments = call.arguments().unwrap_or_default();
        let ([map, top, second] | [map, top, second, _]) = arguments.as_slice() else {
            let message = "'Fn::FindInMap' needs a map and two keys.";
            return self.malformed(node, "Fn::FindInMap", message);
        };
        let default = arguments
            .get(3)
            .and_then(|options| options.get("DefaultValue"));
        if default.is_some() {
            self.needs_extensions(node, "'Fn::FindInMap' with a default");
        }
        let keys = Keys {
            values: [self.value(*map), self.value(*top), self.value(*second)],
            default: default.map(|default| self.value(default)),
        };
        let Some(map_name) = keys.text(0) else {
            let open = keys.open().and_then(|key| derive(key, "the mapping"));
            return open.unwrap_or_else(|| self.no_such_key(&keys, node));
        };
        let Some(map) = self.template.mappings.get(&map_name) else {
            return self.no_such_key(&keys, node);
        };
        self.note_keys(map.value, &keys);
        let (mut found, complete) = self.candidates(map.value, &keys);
        if keys.open().is_some() {
            return undecided_lookup(complete.then_some(found), &keys, node);
        }
        match found.pop() {
            Some(value) => placed(&value.value, Some(place(node))),
            None => self.no_such_key(&keys, node),
        }
    }

    /// Remembers which keys an input can be.
    fn note_keys(&mut self, map: NodeRef<'a>, keys: &Keys) {
        let asked = match (keys.text(1), keys.text(2)) {
            (None, _) => keys.values.get(1).map(|key| (key, Some(map))),
            (Some(top), None) => keys.values.get(2).map(|key| (key, map.get(&top))),
            _ => None,
        };
        if let Some((Value::Unknown(input), Some(level))) = asked
            && is_input(input)
        {
            let pairs = pairs(level, &mut self.budget);
            let names = pairs.into_iter().map(|pair| Arc::from(pair.key));
            let known = self.lookups.entry(Arc::clone(&input.name)).or_default();
            known.extend(names);
        }
    }

    /// Returns the values that the known keys leave possible, and whether these are all.
    fn candidates(&mut self, map: NodeRef<'a>, keys: &Keys) -> (Vec<Node>, bool) {
        let tops = self.entries_of(map, keys.text(1).as_deref());
        let mut found = Vec::new();
        for top in tops {
            for value in self.entries_of(top, keys.text(2).as_deref()) {
                if found.len() == MAX_VALUES {
                    return (found, false);
                }
                found.push(self.mapped(value));
            }
        }
        (found, true)
    }

    fn entries_of(&mut self, map: NodeRef<'a>, key: Option<&str>) -> Vec<NodeRef<'a>> {
        let Some(key) = key else {
            let pairs = pairs(map, &mut self.budget);
            return pairs.into_iter().map(|pair| pair.value).collect();
        };
        if let Some(value) = map.get(key) {
            return vec![value];
        }
        let pairs = pairs(map, &mut self.budget);
        let merged = pairs.into_iter().filter(|pair| pair.key == key);
        merged.map(|pair| pair.value).collect()
    }

    /// Resolves a value of a mapping: text or a list of texts; functions are not allowed there.
    fn mapped(&mut self, node: NodeRef<'a>) -> Node {
        let value = match (super::recognise(node), node.kind()) {
            (super::Recognised::Literal, Kind::Scalar(_) | Kind::Sequence)
                if node.items().all(|item| item.text().is_some()) && self.budget.nodes(1) =>
            {
                self.literal(node)
            }
            (super::Recognised::Foreign(tag), _) => Value::unknown(
                UnknownKind::Transform,
                tag,
                "is a tag that another tool replaces",
            ),
            _ => self.malformed(
                node,
                "a mapping",
                "A mapping holds what is no text or list.",
            ),
        };
        Node {
            value,
            span: Some(node.span()),
        }
    }

    fn no_such_key(&mut self, keys: &Keys, node: NodeRef<'a>) -> Value {
        if let Some(default) = &keys.default {
            return placed(default, Some(place(node)));
        }
        let [map, top, second] = &keys.values;
        let name = describe(map);
        let (top, second) = (describe(top), describe(second));
        if let Some(maker) = self.template.mappings.maker() {
            let why = self.template.made_by(maker);
            return Value::unknown(UnknownKind::Transform, &name, &why);
        }
        if let Some(section) = self.template.odd_section(&["Mappings"]) {
            let why = format!("is not declared where it can be read: '{section}' is not a map");
            return Value::unknown(UnknownKind::Malformed, &name, &why);
        }
        let why = format!("has no value for '{top}' and '{second}'");
        if self.template.generator.is_none() {
            let message = format!("Mapping '{name}' {why}.");
            self.notices.odd(Some(place(node)), message);
        }
        Value::unknown(UnknownKind::Mapping, &name, &why)
    }
}

/// Returns what a lookup with an undecided key can give: the value when all candidates agree. No candidates are given
/// where there are more than are looked at.
fn undecided_lookup(candidates: Option<Vec<Node>>, keys: &Keys, node: NodeRef<'_>) -> Value {
    let default = keys.default.as_ref().map(|default| Node {
        value: default.clone(),
        span: Some(place(node)),
    });
    let all = candidates.map(|known| known.into_iter().chain(default));
    let mut distinct: Vec<Node> = Vec::new();
    for value in all.into_iter().flatten() {
        if !distinct
            .iter()
            .any(|seen| equal(&seen.value, &value.value) == Some(true))
        {
            distinct.push(value);
        }
    }
    if let [only] = distinct.as_slice()
        && derive(&only.value, "it").is_none()
    {
        return placed(&only.value, Some(place(node)));
    }
    let mut inputs = BTreeSet::new();
    for key in &keys.values {
        name_inputs(key, &mut inputs);
    }
    Value::Unknown(Box::new(Unknown {
        kind: UnknownKind::Mapping,
        name: describe(keys.values.first().unwrap_or(&Value::Null)).into(),
        why: depends_on(&inputs).into(),
        values: distinct,
        references: Vec::new(),
    }))
}
