//! What AWS does before it reads a template: files are included, loops unrolled.
//!
//! The result is a template of its own, so that nothing else has to know of either. Its nodes keep the places where
//! a person wrote them: what a loop makes stands in the loop's body, what is included at the `Location` that names the
//! file. Included first, unrolled then: the collection of a loop may look into a mapping that was included. What cannot
//! be expanded stays as it is written, and [`Leftovers`] says why.
//! Reference: the pages on `Fn::ForEach`, `AWS::LanguageExtensions` and `AWS::Include` of the template reference.

mod include;
mod loops;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::budget::Budget;
use super::mapping::place;
use super::notices::Notices;
use super::resolver::{Resolver, exhausted};
use super::template::Template;
use crate::artifact::{Artifact, Span};
use crate::document::assemble::Assembler;
use crate::document::{Document, Kind, NodeRef};
use crate::format::Options;
use crate::format::sources::SourceAccess;
use crate::resource::{Assumption, Unknown, Value};
use loops::Binding;

/// What an expansion needs besides the template.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inputs<'i> {
    /// The template's text and name.
    pub(super) artifact: &'i Artifact,
    /// The given parameters.
    pub(super) options: &'i Options,
    /// The files beside the template.
    pub(super) files: &'i dyn SourceAccess,
}

/// What became of a template.
#[derive(Debug, Default)]
pub(super) struct Expansion {
    /// The template with its files included and its loops unrolled; `None` when it is as it was written.
    pub(super) document: Option<Document>,
    /// What was left, and why.
    pub(super) left: Leftovers,
    /// The defaults that decided collections and locations.
    pub(super) assumptions: Vec<Assumption>,
}

/// The loops and includes that could not be expanded, with what they wait for.
#[derive(Debug, Default)]
pub(super) struct Leftovers {
    loops: BTreeMap<String, Unknown>,
    includes: BTreeMap<Span, Unknown>,
    /// The inputs that collections and locations look up in mappings, and the keys that these have.
    pub(super) lookups: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// Why nothing was expanded at all.
    everything: Option<Unknown>,
}

impl Leftovers {
    /// Returns what the loop of a key waits for.
    pub(super) fn of_loop(&self, key: &str) -> Option<&Unknown> {
        self.loops.get(key).or(self.everything.as_ref())
    }

    /// Returns what the include at a place waits for.
    pub(super) fn of_include(&self, place: Span) -> Option<&Unknown> {
        self.includes.get(&place).or(self.everything.as_ref())
    }

    /// Returns the inputs that loops and includes wait for.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &Arc<str>> {
        let left = self.loops.values().chain(self.includes.values());
        left.map(|unknown| &unknown.name).chain(self.lookups.keys())
    }

    /// Returns what the first loop or include of this key waits for.
    pub(super) fn of_maker(&self, key: &str) -> Option<&Unknown> {
        if key.starts_with(loops::PREFIX) {
            return self.of_loop(key);
        }
        let first = self.includes.values().next();
        first.filter(|_| key == include::KEY || key == include::NAME)
    }
}

/// Which of the two steps runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Include,
    Unroll,
}

/// Expands a template. One that has neither loops nor includes is not copied.
pub(super) fn expand(document: &Document, inputs: &Inputs<'_>, notices: &mut Notices) -> Expansion {
    let text = inputs.artifact.text();
    let includes = text.contains(include::NAME);
    if !includes && !text.contains(loops::PREFIX) {
        return Expansion::default();
    }
    let mut expansion = Expansion::default();
    let passes: &[Pass] = if includes {
        &[Pass::Include, Pass::Unroll]
    } else {
        &[Pass::Unroll]
    };
    for pass in passes {
        let source = expansion.document.take();
        let source = source.as_ref().unwrap_or(document);
        let Some(root) = source.root().filter(|root| root.kind() == Kind::Mapping) else {
            return Expansion::default();
        };
        let none = Leftovers::default();
        let mut budget = Budget::new();
        let declared = Template::read(source, &none, &mut Notices::default(), &mut budget);
        let mut expander = Expander::new(*pass, inputs, &declared, notices, &mut expansion);
        expander.root(root);
        if expander.budget.is_exhausted() {
            return too_large(notices);
        }
        expansion.document = Some(expander.out.finish());
    }
    expansion
}

fn too_large(notices: &mut Notices) -> Expansion {
    let message =
        "Loops and includes make the template larger than the scan reads: none of them is judged.";
    notices.limit(None, message);
    let mut expansion = Expansion::default();
    if let Value::Unknown(unknown) = exhausted() {
        expansion.left.everything = Some(*unknown);
    }
    expansion
}

/// Copies a template, expanding on the way.
struct Expander<'e> {
    pass: Pass,
    inputs: &'e Inputs<'e>,
    /// The template before the step: its parameters, mappings and conditions decide collections and locations.
    declared: &'e Template<'e>,
    notices: &'e mut Notices,
    left: &'e mut Leftovers,
    assumptions: &'e mut Vec<Assumption>,
    budget: Budget,
    out: Assembler,
    /// The loops around the node being copied, outermost first.
    bound: Vec<Binding>,
    /// Where loops have their names.
    loops: BTreeMap<String, Span>,
    /// Whether loops may stand here.
    allowed: bool,
    /// The folders of the included files around the node being copied, outermost first.
    folders: Vec<String>,
    /// How many files were included.
    included: usize,
    /// The place that everything copied has, inside of an included file.
    place: Option<Span>,
}

/// The keys of a mapping so far: whether a loop or an include made them.
#[derive(Debug, Default)]
struct Made {
    keys: BTreeMap<String, bool>,
    /// What makes the next keys.
    maker: Option<String>,
}

impl<'e> Expander<'e> {
    fn new(
        pass: Pass,
        inputs: &'e Inputs<'e>,
        declared: &'e Template<'e>,
        notices: &'e mut Notices,
        expansion: &'e mut Expansion,
    ) -> Self {
        Self {
            pass,
            inputs,
            declared,
            notices,
            left: &mut expansion.left,
            assumptions: &mut expansion.assumptions,
            budget: Budget::new(),
            out: Assembler::default(),
            bound: Vec::new(),
            loops: BTreeMap::new(),
            allowed: false,
            folders: Vec::new(),
            included: 0,
            place: None,
        }
    }

    fn root(&mut self, root: NodeRef<'_>) {
        match self.pass {
            Pass::Include => self.include_root(root),
            Pass::Unroll => self.unroll_root(root),
        }
    }

    /// Returns the place that the copy of a node has.
    fn place_of(&self, node: NodeRef<'_>) -> Span {
        self.place.unwrap_or_else(|| place(node))
    }

    fn copy(&mut self, node: NodeRef<'_>) {
        if !self.budget.nodes(1) || !self.budget.enter() {
            self.out.absent(self.place_of(node), None);
            return;
        }
        if !self.bound_reference(node) {
            match node.kind() {
                Kind::Scalar(_) => self.scalar(node),
                Kind::Mapping => self.mapping(node),
                Kind::Sequence => {
                    let place = self.place_of(node);
                    self.out.open(Kind::Sequence, place, node.tag());
                    node.items().for_each(|item| self.copy(item));
                    self.out.close();
                }
            }
        }
        self.budget.leave();
    }

    fn scalar(&mut self, node: NodeRef<'_>) {
        let place = self.place_of(node);
        let (Kind::Scalar(style), Some(text), false) = (node.kind(), node.text(), node.is_absent())
        else {
            self.out.absent(place, node.tag());
            return;
        };
        let text = self.substitute(text);
        if self.budget.copied(text.len()) {
            self.out.scalar(style, place, &text, node.tag());
        }
    }

    fn substitute<'t>(&self, text: &'t str) -> Cow<'t, str> {
        loops::substitute(text, &self.bound)
    }

    fn mapping(&mut self, node: NodeRef<'_>) {
        if self.pass == Pass::Include && self.sole_include(node) {
            return;
        }
        let place = self.place_of(node);
        self.out.open(Kind::Mapping, place, node.tag());
        self.entries(node, &mut Made::default());
        self.out.close();
    }

    fn entries(&mut self, node: NodeRef<'_>, made: &mut Made) {
        for (key, value) in node.entries() {
            match (self.pass, key.text()) {
                (Pass::Unroll, Some(text)) if self.allowed && loops::is_loop(text) => {
                    self.unroll(key, value, made);
                }
                (Pass::Include, Some(include::KEY)) if include::occurs_in(value) => {
                    self.include(key, value, made);
                }
                _ => self.entry(key, value, made),
            }
        }
    }

    fn entry(&mut self, key: NodeRef<'_>, value: NodeRef<'_>, made: &mut Made) {
        if let Some(text) = key.text() {
            let text = self.substitute(text).into_owned();
            self.note_key(&text, key, made);
        }
        self.scalar_or_copy(key);
        self.copy(value);
    }

    fn scalar_or_copy(&mut self, key: NodeRef<'_>) {
        match key.kind() {
            Kind::Scalar(_) => self.scalar(key),
            Kind::Mapping | Kind::Sequence => self.copy(key),
        }
    }

    /// Says that a loop or an include makes what is there already.
    fn note_key(&mut self, text: &str, key: NodeRef<'_>, made: &mut Made) {
        let by = made.maker.is_some();
        let earlier = made.keys.insert(text.to_owned(), by);
        if earlier.is_some_and(|earlier| earlier || by) {
            let maker = made.maker.as_deref();
            let message = maker.map_or_else(
                || format!("'{text}' is made by a loop or include too: the value here replaces that one."),
                |maker| format!("'{maker}' makes '{text}' again: the later value replaces the earlier one."),
            );
            self.notices.odd(Some(self.place_of(key)), message);
        }
    }

    /// Resolves a node by what the template declares, the loops around it applied.
    fn evaluate(&mut self, node: NodeRef<'_>) -> Value {
        let outer = std::mem::take(&mut self.out);
        self.copy(node);
        let scratch = std::mem::replace(&mut self.out, outer).finish();
        let Some(root) = scratch.root() else {
            return Value::Null;
        };
        let budget = std::mem::replace(&mut self.budget, Budget::new());
        let notices = std::mem::take(self.notices);
        let text = self.inputs.artifact.text();
        let options = self.inputs.options;
        let mut resolver = Resolver::new(self.declared, options, text, notices, budget);
        let value = resolver.value(root);
        *self.notices = resolver.notices;
        self.budget = resolver.budget;
        self.assumptions.extend(resolver.assumptions);
        for (input, keys) in resolver.lookups {
            self.left.lookups.entry(input).or_default().extend(keys);
        }
        value
    }
}
