//! What contexts hold at a place of a workflow: environment variables, inputs, the matrix.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::expression::{Domain, Expr, Lookup, Piece, Rest, evaluate, parse, pieces, text_of};
use crate::resource::{Fragment, Node, Unknown, UnknownKind, Value};

/// The combinations of a job's matrix.
#[derive(Debug, Default)]
pub(super) enum Matrix {
    /// The job has none.
    #[default]
    Absent,
    /// It is known only when the workflow runs, for this reason.
    Open(&'static str),
    /// These.
    Rows(Vec<Row>),
}

/// One combination of a matrix: what each key can be.
pub(super) type Row = Vec<(String, Domain)>;

/// What contexts hold at a place.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// Environment variables by lower-case name.
    pub(super) env: BTreeMap<String, Domain>,
    /// Inputs by lower-case name.
    pub(super) inputs: Rc<BTreeMap<String, Domain>>,
    /// The values of `github.event.inputs`, by lower-case name.
    pub(super) event_inputs: Rc<BTreeMap<String, Domain>>,
    /// The matrix of the job.
    pub(super) matrix: Rc<Matrix>,
    /// In a composite action, what the step that uses it passes, by lower-case name.
    pub(super) passed: Rc<BTreeMap<String, Passed>>,
}

/// The contexts of what is passed to an input.
#[derive(Debug, Default)]
pub(super) struct Passed {
    pub(super) contexts: Vec<String>,
    pub(super) flows: Vec<String>,
}

/// A scope in one combination of its matrix.
struct View<'a> {
    scope: &'a Scope,
    row: Option<&'a Row>,
}

impl Lookup for View<'_> {
    fn context(&self, keys: &[&str]) -> Domain {
        let (root, rest) = match keys {
            [root, rest @ ..] => (*root, rest),
            [] => return Domain::open("is empty"),
        };
        match (root, rest) {
            ("env", [name]) => self
                .scope
                .env
                .get(&name.to_lowercase())
                .cloned()
                .unwrap_or_else(|| Domain::open("is not set by the workflow")),
            ("inputs", [name]) => Self::input(&self.scope.inputs, name),
            ("github", [event, inputs, name])
                if event.eq_ignore_ascii_case("event") && inputs.eq_ignore_ascii_case("inputs") =>
            {
                Self::input(&self.scope.event_inputs, name)
            }
            ("matrix", [name, deeper @ ..]) => self.matrix(name, deeper),
            _ => Domain::open(why(root)),
        }
    }
}

impl View<'_> {
    fn input(inputs: &BTreeMap<String, Domain>, name: &str) -> Domain {
        inputs
            .get(&name.to_lowercase())
            .cloned()
            .unwrap_or_else(|| Domain::open(why("inputs")))
    }

    fn matrix(&self, name: &str, deeper: &[&str]) -> Domain {
        let row = match (&*self.scope.matrix, self.row) {
            (Matrix::Open(why), _) => return Domain::open(why),
            (Matrix::Absent, _) | (_, None) => return Domain::fixed(Value::Null),
            (Matrix::Rows(_), Some(row)) => row,
        };
        let found = row.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        let Some((_, domain)) = found else {
            return Domain::fixed(Value::Null);
        };
        deeper
            .iter()
            .fold(domain.clone(), |domain, key| domain.child(key))
    }
}

/// Says why a context is open, as the end of a sentence.
fn why(root: &str) -> &'static str {
    match root {
        "vars" => "is a configuration variable of the repository",
        "secrets" => "is a secret",
        "steps" => "is the output of a step",
        "needs" => "is the result of another job",
        "inputs" => "is given when the workflow is started",
        _ => "is known only when the workflow runs",
    }
}

impl Scope {
    /// Returns contexts with the inputs of a composite action as the contexts of what is passed to them.
    pub(super) fn named(&self, contexts: Vec<String>) -> Vec<String> {
        self.replaced(contexts, |passed| &passed.contexts)
    }

    /// As [`Self::named`], of contexts whose text becomes part of a result.
    pub(super) fn flowing(&self, contexts: Vec<String>) -> Vec<String> {
        self.replaced(contexts, |passed| &passed.flows)
    }

    fn replaced(&self, contexts: Vec<String>, of: impl Fn(&Passed) -> &[String]) -> Vec<String> {
        if self.passed.is_empty() {
            return contexts;
        }
        let mut found: Vec<String> = Vec::new();
        for context in contexts {
            let passed = context.strip_prefix("inputs.");
            let replaced = match passed.and_then(|name| self.passed.get(name)) {
                Some(passed) => of(passed).to_vec(),
                None => vec![context],
            };
            for name in replaced {
                if !found.contains(&name) {
                    found.push(name);
                }
            }
        }
        found
    }

    /// Opens the variables that a script sets for the steps behind it, through the file `GITHUB_ENV`.
    pub(super) fn forget_rewritten(&mut self, scripts: &[&str]) {
        let writers = scripts
            .iter()
            .filter(|script| script.contains("GITHUB_ENV"));
        let writers: Vec<String> = writers.map(|script| script.to_lowercase()).collect();
        for (name, domain) in &mut self.env {
            let (line, block) = (format!("{name}="), format!("{name}<<"));
            let sets = |script: &String| script.contains(&line) || script.contains(&block);
            if writers.iter().any(sets) {
                *domain = Domain::open("is set again by a step");
            }
        }
    }

    /// Calls `each` once a combination of the matrix, once without one, and joins what it gives.
    fn over_matrix(&self, each: impl Fn(&View<'_>) -> Domain) -> Domain {
        let Matrix::Rows(rows) = &*self.matrix else {
            return each(&View {
                scope: self,
                row: None,
            });
        };
        let mut result = Domain::of(Vec::new());
        for row in rows {
            result.join(each(&View {
                scope: self,
                row: Some(row),
            }));
        }
        if rows.is_empty() {
            return Domain::open("is used in a matrix without combinations");
        }
        result
    }

    /// Returns what an expression can be.
    pub(super) fn evaluate(&self, expression: &Expr) -> Domain {
        let uses_matrix = expression
            .contexts()
            .iter()
            .any(|context| context.name.starts_with("matrix"));
        if uses_matrix {
            self.over_matrix(|view| evaluate(expression, view))
        } else {
            evaluate(
                expression,
                &View {
                    scope: self,
                    row: None,
                },
            )
        }
    }

    /// Returns what a text with expressions in it can be.
    pub(super) fn text(&self, text: &str) -> Domain {
        let parts: Vec<Part<'_>> = pieces(text).into_iter().map(Part::of).collect();
        match parts.as_slice() {
            [] => Domain::text(""),
            [Part::Text(text)] => Domain::text(text),
            [Part::Open(why)] => Domain::open(why),
            [Part::Parsed(expression)] => self.evaluate(expression),
            _ => self.over_matrix(|view| concatenate(&parts, view)),
        }
    }

    /// Returns a scalar resolved: itself, what its expressions give, or an unknown that says why.
    pub(super) fn resolve(&self, node: &Node) -> Node {
        let resolved = match &node.value {
            Value::String(text) if text.contains("${{") => {
                let domain = self.text(text);
                to_value(&domain, &names(text))
            }
            other => other.clone(),
        };
        Node {
            value: resolved,
            span: node.span,
        }
    }

    /// As [`Self::resolve`], but a string known in part keeps its literal parts.
    pub(super) fn resolve_partly(&self, node: &Node) -> Node {
        let resolved = self.resolve(node);
        let (Value::Unknown(unknown), Value::String(text)) = (&resolved.value, &node.value) else {
            return resolved;
        };
        let parts = pieces(text);
        if unknown.kind != UnknownKind::Expression || parts.len() < 2 {
            return resolved;
        }
        let mut fragments: Vec<Fragment> = Vec::new();
        for part in parts {
            let fragment = match part {
                Piece::Text(text) => Fragment::Text(text.into()),
                Piece::Unclosed(raw) => Fragment::Text(raw.into()),
                Piece::Expression { raw, .. } => {
                    let domain = self.text(raw);
                    match domain.single() {
                        Some(value) => Fragment::Text(text_of(value).into()),
                        None => Fragment::Hole(Box::new(to_value(&domain, &names(raw)))),
                    }
                }
            };
            fragments.push(fragment);
        }
        Node {
            value: Value::Partial(fragments),
            span: node.span,
        }
    }
}

enum Part<'a> {
    Text(&'a str),
    Parsed(Expr),
    Open(&'static str),
}

impl<'a> Part<'a> {
    fn of(piece: Piece<'a>) -> Self {
        const MALFORMED: &str = "is no valid expression";
        match piece {
            Piece::Text(text) => Self::Text(text),
            Piece::Unclosed(_) => Self::Open(MALFORMED),
            Piece::Expression { text, .. } => {
                parse(text).map_or(Self::Open(MALFORMED), Self::Parsed)
            }
        }
    }
}

fn concatenate(parts: &[Part<'_>], view: &View<'_>) -> Domain {
    let mut result = Domain::text("");
    for part in parts {
        let next = match part {
            Part::Text(text) => Domain::text(text),
            Part::Open(why) => Domain::open(why),
            Part::Parsed(expression) => evaluate(expression, view),
        };
        result = result.append(&next);
    }
    result
}

/// Returns the contexts that the expressions of a text name, or the text itself where there is none.
pub(super) fn names(text: &str) -> String {
    let mut found: Vec<String> = Vec::new();
    for piece in pieces(text) {
        if let Piece::Expression { text, .. } = piece {
            let contexts = parse(text)
                .map(|parsed| parsed.contexts())
                .unwrap_or_default();
            for context in contexts {
                if !found.contains(&context.name) {
                    found.push(context.name);
                }
            }
        }
    }
    if found.is_empty() {
        return text.to_owned();
    }
    found.join(", ")
}

/// Returns a domain as a value: known, one of several, or open.
pub(super) fn to_value(domain: &Domain, name: &str) -> Value {
    if let Some(value) = domain.single() {
        return value.clone();
    }
    match (&domain.rest, domain.values.is_empty()) {
        (Rest::Nothing, false) => Value::Unknown(Box::new(Unknown {
            kind: UnknownKind::Alternatives,
            name: name.into(),
            why: "takes several values".into(),
            values: domain.values.iter().cloned().map(Node::unplaced).collect(),
            references: Vec::new(),
        })),
        (Rest::Nothing, true) => Value::unknown(UnknownKind::Expression, name, "has no value"),
        (Rest::Falsy(why) | Rest::Anything(why), _) => {
            Value::unknown(UnknownKind::Expression, name, why)
        }
    }
}
