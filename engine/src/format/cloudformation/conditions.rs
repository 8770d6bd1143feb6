//! Conditions in three-valued logic: true, false, or undecided with the inputs that would decide.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::compose::{describe, holes, scalar_text, target_name};
use super::intrinsics::{Function, Recognised, recognise_condition};
use super::mapping::place;
use super::parameters::{AT_DEPLOYMENT, NO_DEFAULT, NOT_GIVEN};
use super::resolver::{Memo, Resolver};
use super::scenarios::Question;
use super::stacks::is_passed;
use crate::document::{Kind, NodeRef};
use crate::resource::{Fragment, Unknown, UnknownKind, Value};

/// What is known of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Truth {
    /// The parameters decide it.
    Known(bool),
    /// Something else would decide it.
    Undecided(Open),
}

/// What would decide a condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Open {
    /// The inputs.
    pub(super) inputs: BTreeSet<Arc<str>>,
    /// What is asked about them; nothing where no answer would decide the condition.
    pub(super) questions: BTreeSet<Question>,
}

impl Truth {
    fn undecided(input: &str) -> Self {
        Self::Undecided(Open {
            inputs: BTreeSet::from([input.into()]),
            questions: BTreeSet::new(),
        })
    }

    fn negated(self) -> Self {
        match self {
            Self::Known(truth) => Self::Known(!truth),
            undecided @ Self::Undecided(_) => undecided,
        }
    }

    /// Combines truths of which one that equals `deciding` decides all.
    fn combine(truths: impl IntoIterator<Item = Self>, deciding: bool) -> Self {
        let mut open: Option<Open> = None;
        for truth in truths {
            match truth {
                Self::Known(truth) if truth == deciding => return Self::Known(deciding),
                Self::Known(_) => {}
                Self::Undecided(other) => {
                    let open = open.get_or_insert_default();
                    open.inputs.extend(other.inputs);
                    open.questions.extend(other.questions);
                }
            }
        }
        open.map_or(Self::Known(!deciding), Self::Undecided)
    }
}

/// Returns the unknown of something that an undecided condition decides.
pub(super) fn undecided(name: &str, inputs: &BTreeSet<Arc<str>>) -> Unknown {
    Unknown {
        kind: UnknownKind::Condition,
        name: name.into(),
        why: depends_on(inputs).into(),
        values: Vec::new(),
        references: Vec::new(),
    }
}

/// Says which inputs would decide something.
pub(super) fn depends_on(inputs: &BTreeSet<Arc<str>>) -> String {
    let list: Vec<_> = inputs.iter().map(|input| format!("'{input}'")).collect();
    format!("depends on {}", list.join(" and "))
}

impl<'a> Resolver<'a> {
    /// Returns what is known of the condition that a node names.
    pub(super) fn named_condition(&mut self, node: NodeRef<'a>) -> (&'a str, Truth) {
        if let (Kind::Scalar(_), Some(name)) = (node.kind(), node.text()) {
            return (name, self.condition(name, node));
        }
        let message = "A condition is named by something else than its name.";
        self.notices.odd(Some(place(node)), message);
        let name = "a condition without a name";
        (name, Truth::undecided(name))
    }

    fn condition(&mut self, name: &'a str, asked: NodeRef<'a>) -> Truth {
        if let Some(settled) = self.options.assignment.conditions.get(name) {
            return Truth::Known(*settled);
        }
        match self.conditions.get(name) {
            Some(Memo::Done(truth)) => return truth.clone(),
            Some(Memo::Open) => {
                let message = format!("Condition '{name}' depends on itself.");
                self.notices.odd(Some(place(asked)), message);
                return self.undecidable(name, name);
            }
            None => {}
        }
        if self.template.conditions.get(name).is_none() {
            let truth = self.undeclared_condition(name, asked);
            self.conditions.insert(name, Memo::Done(truth.clone()));
            return truth;
        }
        self.declared_condition(name)
    }

    fn undeclared_condition(&mut self, name: &str, asked: NodeRef<'a>) -> Truth {
        if let Some(maker) = self.template.conditions.maker() {
            return self.undecidable(name, self.template.input_of(maker));
        }
        if self.template.odd_section(&["Conditions"]).is_none() {
            let message = format!("Condition '{name}' is not declared.");
            self.notices.odd(Some(place(asked)), message);
        }
        self.undecidable(name, name)
    }

    /// Returns what is known of a condition that cannot be evaluated: it holds or it does not.
    pub(super) fn undecidable(&self, name: &str, input: &str) -> Truth {
        let question = Question::Comparison(format!("condition {name}").into());
        if let Some(truth) = self.trial.answer(&question) {
            return Truth::Known(truth);
        }
        Truth::Undecided(Open {
            inputs: BTreeSet::from([input.into()]),
            questions: BTreeSet::from([question]),
        })
    }

    /// Evaluates a condition that the template declares.
    pub(super) fn declared_condition(&mut self, name: &'a str) -> Truth {
        let Some(pair) = self.template.conditions.get(name) else {
            return Truth::undecided(name);
        };
        self.conditions.insert(name, Memo::Open);
        // What a condition refers to is no reference of the resource that asks for it.
        let scope = std::mem::take(&mut self.scope);
        let truth = self.expression(name, pair.value);
        self.scope = scope;
        self.conditions.insert(name, Memo::Done(truth.clone()));
        truth
    }

    /// Evaluates a condition expression.
    fn expression(&mut self, name: &'a str, node: NodeRef<'a>) -> Truth {
        if !self.budget.nodes(1) || !self.budget.enter() {
            return Truth::undecided(name);
        }
        let truth = self.operation(name, node);
        self.budget.leave();
        truth
    }

    fn operation(&mut self, name: &'a str, node: NodeRef<'a>) -> Truth {
        let Recognised::Call(call) = recognise_condition(node) else {
            return self.odd_condition(name, node);
        };
        let argument = call.argument;
        let operands: Vec<_> = argument.items().collect();
        match (call.function, operands.as_slice()) {
            (Function::Condition, _) => self.named_condition(argument).1,
            (Function::Not, [operand]) => self.expression(name, *operand).negated(),
            (Function::And, [_, _, ..]) => self.combined(name, &operands, false),
            (Function::Or, [_, _, ..]) => self.combined(name, &operands, true),
            (Function::Equals, [left, right]) => self.equals(*left, *right),
            _ => self.odd_condition(name, node),
        }
    }

    fn odd_condition(&mut self, name: &str, node: NodeRef<'a>) -> Truth {
        let message = format!("Condition '{name}' is no valid condition.");
        self.notices.odd(Some(place(node)), message);
        self.undecidable(name, name)
    }

    fn combined(&mut self, name: &'a str, operands: &[NodeRef<'a>], deciding: bool) -> Truth {
        let truths: Vec<_> = operands
            .iter()
            .map(|operand| self.expression(name, *operand))
            .collect();
        Truth::combine(truths, deciding)
    }

    /// Evaluates an assertion of a rule, as far as it is one that conditions know too.
    pub(super) fn rule_expression(&mut self, node: NodeRef<'a>) -> Truth {
        match recognise_condition(node) {
            Recognised::Call(_) => self.expression("a rule", node),
            _ => Truth::undecided("a rule"),
        }
    }

    pub(super) fn equals(&mut self, left: NodeRef<'a>, right: NodeRef<'a>) -> Truth {
        let left = self.operand(left);
        let right = self.operand(right);
        if let Some(truth) = equal(&left, &right) {
            return Truth::Known(truth);
        }
        let question = question(&left, &right);
        if let Some(truth) = self.trial.answer(&question) {
            return Truth::Known(truth);
        }
        let mut open = Open::default();
        name_inputs(&left, &mut open.inputs);
        name_inputs(&right, &mut open.inputs);
        open.questions.insert(question);
        Truth::Undecided(open)
    }

    /// Resolves what is compared. Conditions may read what is not to be shown.
    fn operand(&mut self, node: NodeRef<'a>) -> Value {
        if let Recognised::Call(call) = recognise_condition(node)
            && call.function == Function::Ref
            && let Some(name) = call.argument.text()
            && let Some(parameter) = self.parameter(name)
        {
            return parameter.actual.clone();
        }
        self.value(node)
    }
}

/// Returns what would decide whether two values are equal.
fn question(left: &Value, right: &Value) -> Question {
    match (left, right) {
        (Value::Unknown(input), literal) | (literal, Value::Unknown(input)) if is_input(input) => {
            if let Some(literal) = scalar_text(literal) {
                let name = Arc::clone(&input.name);
                return Question::Input { name, literal };
            }
        }
        _ => {}
    }
    let mut sides = [written(left), written(right)];
    sides.sort();
    Question::Comparison(sides.join(" = ").into())
}

/// Writes a value so that equal values are written alike, and others are not.
fn written(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| written(&item.value)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|entry| format!("{:?}: {}", entry.key, written(&entry.node.value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Unknown(unknown) => {
            format!("{} {}: {}", unknown.kind.name(), unknown.name, unknown.why)
        }
        other => format!("{:?}", describe(other)),
    }
}

/// Tells whether two values are equal, when what is known of them decides that.
pub(super) fn equal(left: &Value, right: &Value) -> Option<bool> {
    if let (Some(left), Some(right)) = (scalar_text(left), scalar_text(right)) {
        return Some(left == right);
    }
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            if left.len() != right.len() {
                return None;
            }
            let pairs = left.iter().zip(right);
            all(pairs.map(|(left, right)| equal(&left.value, &right.value)))
        }
        (Value::Partial(fragments), other) | (other, Value::Partial(fragments))
            if scalar_text(other).is_some() =>
        {
            let possible = can_be(fragments, &scalar_text(other)?);
            if possible { None } else { Some(false) }
        }
        (Value::Unknown(unknown), other) | (other, Value::Unknown(unknown))
            if scalar_text(other).is_some() =>
        {
            among(unknown, other)
        }
        // What a resource gives is not known, but it is not empty.
        (Value::Reference(_), Value::String(text)) | (Value::String(text), Value::Reference(_))
            if text.is_empty() =>
        {
            Some(false)
        }
        (Value::Reference(left), Value::Reference(right)) if left == right => Some(true),
        _ => identical(left, right).then_some(true),
    }
}

fn all(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut decided = Some(true);
    for truth in truths {
        match truth {
            Some(true) => {}
            Some(false) => return Some(false),
            None => decided = None,
        }
    }
    decided
}

/// Tells whether a partial string can become `text`, judged by its ends.
fn can_be(fragments: &[Fragment], text: &str) -> bool {
    let starts = match fragments.first() {
        Some(Fragment::Text(first)) => text.starts_with(&**first),
        _ => true,
    };
    let ends = match fragments.last() {
        Some(Fragment::Text(last)) => text.ends_with(&**last),
        _ => true,
    };
    starts && ends
}

/// Compares a literal with the values that an unknown can take, when those are known.
fn among(unknown: &Unknown, literal: &Value) -> Option<bool> {
    let mut equals = unknown.values.iter().map(|value| match &value.value {
        Value::Null => None,
        other => equal(other, literal),
    });
    let first = equals.next()??;
    equals.all(|next| next == Some(first)).then_some(first)
}

/// Tells whether two values that are not known are the same input.
fn identical(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Unknown(left), Value::Unknown(right)) => {
            is_input(left) && is_input(right) && left.name == right.name && left.why == right.why
        }
        (Value::Partial(left), Value::Partial(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(same_fragment)
        }
        _ => false,
    }
}

fn same_fragment((left, right): (&Fragment, &Fragment)) -> bool {
    match (left, right) {
        (Fragment::Text(left), Fragment::Text(right)) => left == right,
        (Fragment::Hole(left), Fragment::Hole(right)) => identical(left, right),
        _ => false,
    }
}

/// Tells whether an unknown is a whole input, not something derived from one.
pub(super) fn is_input(unknown: &Unknown) -> bool {
    match unknown.kind {
        UnknownKind::Parameter => {
            matches!(&*unknown.why, NO_DEFAULT | NOT_GIVEN) || is_passed(unknown)
        }
        UnknownKind::PseudoParameter => &*unknown.why == AT_DEPLOYMENT,
        _ => false,
    }
}

/// Collects the names of the inputs that a value waits for.
pub(super) fn name_inputs(value: &Value, inputs: &mut BTreeSet<Arc<str>>) {
    match value {
        Value::Unknown(unknown) => {
            inputs.insert(Arc::clone(&unknown.name));
        }
        Value::Reference(target) => {
            inputs.insert(target_name(target).into());
        }
        Value::Secret(text) => {
            inputs.insert(Arc::clone(text));
        }
        Value::Partial(fragments) => holes(fragments).for_each(|hole| name_inputs(hole, inputs)),
        Value::Array(items) => items
            .iter()
            .for_each(|item| name_inputs(&item.value, inputs)),
        Value::Null => {
            inputs.insert("AWS::NoValue".into());
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {}
    }
}
