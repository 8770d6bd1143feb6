//! GitHub's expression language: `${{ … }}`, its syntax tree and what can be said of it without running it.
//!
//! [`find`] locates expressions in text, [`parse()`] reads one, [`evaluate()`] decides what is decidable. Contexts and
//! functions compare without case, so the tree holds them in lower case. Source: GitHub Docs, "Evaluate expressions
//! in workflows and actions", and the grammar of the open-source runner.

mod evaluate;
mod find;
mod functions;
mod lexer;
mod parse;
mod value;

pub(super) use evaluate::{Domain, Lookup, Rest, evaluate};
pub(super) use find::{Piece, length, pieces};
pub(super) use parse::parse;
pub(super) use value::text_of;

/// A syntax tree.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    /// A literal.
    Literal(Literal),
    /// The root of a context, lower-cased (`github`).
    Name(String),
    /// What stands under a key or index of something.
    Access(Box<Self>, Index),
    /// A call, its name lower-cased.
    Call(String, Vec<Self>),
    /// `!x`
    Not(Box<Self>),
    /// `a && b && …`
    And(Vec<Self>),
    /// `a || b || …`
    Or(Vec<Self>),
    /// A comparison.
    Compare(Comparison, Box<Self>, Box<Self>),
}

/// A literal of the language.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string.
    String(String),
}

/// How something is indexed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Index {
    /// `.name` or `['name']`, as written.
    Property(String),
    /// `.*` or `[*]`
    Star,
    /// `[expression]`
    Dynamic(Box<Expr>),
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// Returns the operator as written.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// What an expression refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Context {
    /// Its dotted lower-case name; ends in `[…]` where an index is computed.
    pub(super) name: String,
    /// Whether an index is computed.
    pub(super) dynamic: bool,
}

/// The functions whose result is a boolean.
const BOOLEAN: [&str; 7] = [
    "contains",
    "startswith",
    "endswith",
    "success",
    "failure",
    "always",
    "cancelled",
];

/// The functions that look at the status of what ran before.
const STATUS: [&str; 4] = ["success", "failure", "always", "cancelled"];

impl Expr {
    /// Returns the keys of a context reference whose every key is written out (`github.event.issue.title`).
    pub(super) fn chain(&self) -> Option<Vec<&str>> {
        match self {
            Self::Name(name) => Some(vec![name]),
            Self::Access(base, Index::Property(key)) => {
                let mut keys = base.chain()?;
                keys.push(key);
                Some(keys)
            }
            _ => None,
        }
    }

    /// Returns the context this is, when it is one.
    pub(super) fn context(&self) -> Option<Context> {
        match self {
            Self::Name(name) => Some(Context {
                name: name.clone(),
                dynamic: false,
            }),
            Self::Access(base, index) => {
                let mut context = base.context()?;
                match index {
                    _ if context.dynamic => {}
                    Index::Property(key) => {
                        context.name.push('.');
                        context.name.push_str(&key.to_lowercase());
                    }
                    Index::Star => context.name.push_str(".*"),
                    Index::Dynamic(_) => {
                        context.name.push_str("[…]");
                        context.dynamic = true;
                    }
                }
                Some(context)
            }
            _ => None,
        }
    }

    /// Returns every context that is named, in source order, each once.
    pub(super) fn contexts(&self) -> Vec<Context> {
        let mut found = Vec::new();
        self.collect_contexts(&mut found);
        found
    }

    fn collect_contexts(&self, found: &mut Vec<Context>) {
        if let Some(context) = self.context() {
            push_once(found, context);
        }
        match self {
            Self::Literal(_) | Self::Name(_) => {}
            Self::Access(base, _) => {
                if self.context().is_none() {
                    base.collect_contexts(found);
                }
                self.each_index(&mut |inner| inner.collect_contexts(found));
            }
            Self::Not(inner) => inner.collect_contexts(found),
            Self::Call(_, items) | Self::And(items) | Self::Or(items) => {
                for item in items {
                    item.collect_contexts(found);
                }
            }
            Self::Compare(_, left, right) => {
                left.collect_contexts(found);
                right.collect_contexts(found);
            }
        }
    }

    /// Visits the computed indices of an access chain, outermost base first.
    fn each_index(&self, visit: &mut impl FnMut(&Self)) {
        if let Self::Access(base, index) = self {
            if self.context().is_some() {
                base.each_index(visit);
            }
            if let Index::Dynamic(inner) = index {
                visit(inner);
            }
        }
    }

    /// Returns the contexts whose text can become part of the result: not those that are only compared or tested.
    pub(super) fn flows(&self) -> Vec<Context> {
        let mut found = Vec::new();
        self.collect_flows(&mut found);
        found
    }

    fn collect_flows(&self, found: &mut Vec<Context>) {
        match self {
            Self::Literal(_) | Self::Not(_) | Self::Compare(..) => {}
            Self::Name(_) | Self::Access(..) => match (self.context(), self) {
                (Some(context), _) => push_once(found, context),
                (None, Self::Access(base, _)) => base.collect_flows(found),
                (None, _) => {}
            },
            // A left operand that decides `&&` is falsy: it carries no text.
            Self::And(items) => {
                if let Some(last) = items.last() {
                    last.collect_flows(found);
                }
            }
            Self::Or(items) => items.iter().for_each(|item| item.collect_flows(found)),
            Self::Call(name, items) => {
                if BOOLEAN.contains(&name.as_str()) || name == "hashfiles" {
                    return;
                }
                for (position, item) in items.iter().enumerate() {
                    let predicate = name == "case" && position % 2 == 0;
                    if !predicate || position + 1 == items.len() {
                        item.collect_flows(found);
                    }
                }
            }
        }
    }

    /// Returns the functions that are called, lower-cased, each once.
    pub(super) fn functions(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.collect_functions(&mut found);
        found
    }

    fn collect_functions(&self, found: &mut Vec<String>) {
        match self {
            Self::Literal(_) | Self::Name(_) => {}
            Self::Access(base, index) => {
                base.collect_functions(found);
                if let Index::Dynamic(inner) = index {
                    inner.collect_functions(found);
                }
            }
            Self::Not(inner) => inner.collect_functions(found),
            Self::Call(name, items) => {
                push_once(found, name.clone());
                for item in items {
                    item.collect_functions(found);
                }
            }
            Self::And(items) | Self::Or(items) => {
                for item in items {
                    item.collect_functions(found);
                }
            }
            Self::Compare(_, left, right) => {
                left.collect_functions(found);
                right.collect_functions(found);
            }
        }
    }

    /// Returns the status functions that are called.
    pub(super) fn status_functions(&self) -> Vec<String> {
        let mut called = self.functions();
        called.retain(|name| STATUS.contains(&name.as_str()));
        called
    }

    /// Tells whether the result is a boolean whatever the contexts hold.
    pub(super) fn is_boolean(&self) -> bool {
        match self {
            Self::Literal(Literal::Bool(_)) | Self::Not(_) | Self::Compare(..) => true,
            Self::Literal(_) | Self::Name(_) | Self::Access(..) => false,
            Self::Call(name, _) => BOOLEAN.contains(&name.as_str()),
            Self::And(items) | Self::Or(items) => items.iter().all(Self::is_boolean),
        }
    }
}

fn push_once<T: PartialEq>(items: &mut Vec<T>, item: T) {
    if !items.contains(&item) {
        items.push(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(contexts: Vec<Context>) -> Vec<String> {
        contexts.into_iter().map(|context| context.name).collect()
    }

    #[test]
    fn contexts_are_dotted_and_lower_case() {
        let parsed = parse("GitHub.Event['Issue'].Title == matrix.os && commits[0]").unwrap();
        assert_eq!(
            names(parsed.contexts()),
            ["github.event.issue.title", "matrix.os", "commits.0"]
        );
    }

    #[test]
    fn a_computed_index_is_dynamic_and_its_contexts_are_listed() {
        let parsed = parse("github.event[inputs.key].title").unwrap();
        assert_eq!(names(parsed.contexts()), ["github.event[…]", "inputs.key"]);
        assert!(parsed.contexts()[0].dynamic);
    }

    #[test]
    fn a_star_stays() {
        let parsed = parse("contains(needs.*.result, 'failure')").unwrap();
        assert_eq!(names(parsed.contexts()), ["needs.*.result"]);
        assert_eq!(parsed.functions(), ["contains"]);
    }

    #[test]
    fn only_what_reaches_the_result_flows() {
        let flows = |text: &str| names(parse(text).unwrap().flows());
        assert_eq!(
            flows("github.event_name == 'push' && github.ref_name || github.head_ref"),
            ["github.ref_name", "github.head_ref"]
        );
        assert_eq!(flows("contains(github.event.issue.title, 'x')"), [""; 0]);
        assert_eq!(
            flows("format('{0}', toJSON(github.event))"),
            ["github.event"]
        );
        assert_eq!(
            flows("fromJSON(needs.a.outputs.b).c"),
            ["needs.a.outputs.b"]
        );
        assert_eq!(
            flows("case(github.actor == 'x', github.sha, github.ref)"),
            ["github.sha", "github.ref"]
        );
    }

    #[test]
    fn booleans_are_known_by_their_operation() {
        let boolean = |text: &str| parse(text).unwrap().is_boolean();
        assert!(boolean("a == b || !c"));
        assert!(boolean("startsWith(github.ref, 'x')"));
        assert!(!boolean("a == b && 'x' || 'y'"));
        assert!(!boolean("hashFiles('x')"));
    }
}
