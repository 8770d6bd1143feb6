//! From the syntax of modules to rules.

mod body;
mod expr;
mod scope;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regorus::Value;
use regorus::unstable::{Expr as Ast, Module, Parser, Ref, Rule as RuleAst, RuleBody, RuleHead};

use crate::error::LoadError;
use crate::ir::{Arm, Clause, Expr, Head, Kind, Pattern, RuleId};
use crate::program::{Rule, Source};
use scope::Scope;

/// Parses a module.
pub(crate) fn parse(source: &Source) -> Result<Module, LoadError> {
    let rejected = |error: &dyn std::fmt::Display| LoadError::Rejected(error.to_string());
    let text = regorus::Source::from_contents(source.path.clone(), source.text.clone())
        .map_err(|error| rejected(&error))?;
    let mut parser = Parser::new(&text).map_err(|error| rejected(&error))?;
    parser.enable_rego_v1().map_err(|error| rejected(&error))?;
    parser.parse().map_err(|error| rejected(&error))
}

/// Compiles the rules of modules, which may name each other's and those that exist.
pub(crate) fn compile(
    names: &BTreeMap<Arc<str>, RuleId>,
    rules: &[Arc<Rule>],
    modules: &[Module],
    known: &Value,
) -> Result<Vec<Rule>, LoadError> {
    let mut drafts = Drafts {
        first: rules.len(),
        names: BTreeMap::new(),
        rules: Vec::new(),
    };
    let written = || modules.iter().flat_map(|module| &module.policy);
    for rule in written() {
        drafts.declare(rule, names)?;
    }
    let kinds: Vec<Kind> = rules
        .iter()
        .map(|rule| rule.kind)
        .chain(drafts.rules.iter().map(|rule| rule.kind))
        .collect();
    let all: BTreeMap<Arc<str>, RuleId> = names
        .iter()
        .chain(&drafts.names)
        .map(|(name, id)| (Arc::clone(name), *id))
        .collect();
    let around = Around {
        names: &all,
        kinds: &kinds,
        known,
    };
    for rule in written() {
        drafts.define(rule, &around)?;
    }
    Ok(drafts.rules)
}

/// What rules may name.
pub(crate) struct Around<'a> {
    pub(crate) names: &'a BTreeMap<Arc<str>, RuleId>,
    pub(crate) kinds: &'a [Kind],
    pub(crate) known: &'a Value,
}

/// Rules on their way.
struct Drafts {
    first: RuleId,
    names: BTreeMap<Arc<str>, RuleId>,
    rules: Vec<Rule>,
}

impl Drafts {
    /// Notes the name and the kind of a rule.
    fn declare(
        &mut self,
        rule: &RuleAst,
        taken: &BTreeMap<Arc<str>, RuleId>,
    ) -> Result<(), LoadError> {
        let (name, kind) = named(rule)?;
        let span = rule.span();
        if taken.contains_key(name) {
            return Err(LoadError::unsupported(span, "the rule was loaded before"));
        }
        if let Some(draft) = self.draft(name) {
            if draft.kind != kind {
                return Err(LoadError::unsupported(span, "definitions differ in kind"));
            }
            return Ok(());
        }
        let name: Arc<str> = name.into();
        let id = self.first + self.rules.len();
        self.names.insert(Arc::clone(&name), id);
        self.rules.push(Rule {
            name,
            kind,
            clauses: Vec::new(),
            default: None,
            reads: BTreeSet::new(),
            reads_input: false,
            only: None,
            fixed: None,
        });
        Ok(())
    }

    fn draft(&mut self, name: &str) -> Option<&mut Rule> {
        let id = *self.names.get(name)?;
        self.rules.get_mut(id - self.first)
    }

    fn define(&mut self, rule: &RuleAst, around: &Around<'_>) -> Result<(), LoadError> {
        let (name, _) = named(rule)?;
        let mut scope = Scope::new(around);
        let clause = match rule {
            RuleAst::Spec { head, bodies, .. } => clause(head, bodies, &mut scope)?,
            RuleAst::Default { value, span, .. } => Clause {
                params: Vec::new(),
                arms: vec![Arm {
                    body: Vec::new(),
                    head: Head::Value(scope.expr(value)?),
                }],
                slots: scope.slots(),
                span: span.clone(),
            },
        };
        let is_default = matches!(rule, RuleAst::Default { .. });
        let Some(draft) = self.draft(name) else {
            return Ok(());
        };
        draft.reads.append(&mut scope.reads);
        draft.reads_input |= scope.reads_input;
        if is_default {
            draft.default = Some(clause);
        } else {
            draft.clauses.push(clause);
        }
        Ok(())
    }
}

/// Returns the name of a rule and its kind.
fn named(rule: &RuleAst) -> Result<(&str, Kind), LoadError> {
    let (refr, flat, keyed) = match rule {
        RuleAst::Default { refr, args, .. } if args.is_empty() => (refr, Kind::Complete, None),
        RuleAst::Default { refr, args, .. } => (refr, Kind::Function(args.len()), None),
        RuleAst::Spec { head, .. } => match head {
            RuleHead::Compr { refr, .. } => (refr, Kind::Complete, Some(Kind::Object)),
            RuleHead::Set { refr, .. } => (refr, Kind::Set, Some(Kind::Sets)),
            RuleHead::Func { refr, args, .. } => (refr, Kind::Function(args.len()), None),
        },
    };
    let mut root = refr.as_ref();
    while let Ast::RefBrack { refr, .. } | Ast::RefDot { refr, .. } = root {
        root = refr;
    }
    let is_plain = matches!(refr.as_ref(), Ast::Var { .. });
    match (root, keyed.filter(|_| !is_plain)) {
        (Ast::Var { span, .. }, Some(kind)) => Ok((span.text(), kind)),
        (Ast::Var { span, .. }, None) if is_plain => Ok((span.text(), flat)),
        (other, _) => Err(LoadError::unsupported(other.span(), "a rule of this form")),
    }
}

/// Compiles a definition.
fn clause(
    head: &RuleHead,
    bodies: &[RuleBody],
    scope: &mut Scope<'_>,
) -> Result<Clause, LoadError> {
    let (span, params) = match head {
        RuleHead::Func { span, args, .. } => (span, params(args, scope)?),
        RuleHead::Compr { span, .. } | RuleHead::Set { span, .. } => (span, Vec::new()),
    };
    let mut arms = Vec::new();
    if bodies.is_empty() {
        let head = scope.head(head, None)?;
        let body = Vec::new();
        arms.push(Arm { body, head });
    }
    for (at, body) in bodies.iter().enumerate() {
        if at > 0 && !body.is_else {
            return Err(LoadError::unsupported(&body.span, "bodies without 'else'"));
        }
        scope.open();
        let compiled = scope.body(&body.query)?;
        let head = scope.head(head, (at > 0).then_some(body))?;
        scope.close();
        arms.push(Arm {
            body: compiled,
            head,
        });
    }
    Ok(Clause {
        params,
        arms,
        slots: scope.slots(),
        span: span.clone(),
    })
}

/// Gives each argument its slot, in order, and returns what else must match.
fn params(args: &[Ref<Ast>], scope: &mut Scope<'_>) -> Result<Vec<Pattern>, LoadError> {
    let slots: Vec<usize> = args.iter().map(|_| scope.slot()).collect();
    let mut patterns = Vec::new();
    for (arg, slot) in args.iter().zip(slots) {
        patterns.push(match arg.as_ref() {
            Ast::Var { span, .. } if span.text() == "_" => Pattern::Any,
            Ast::Var { span, .. } => {
                scope.name(span, slot)?;
                Pattern::Any
            }
            _ => scope.pattern(arg)?,
        });
    }
    Ok(patterns)
}

impl Scope<'_> {
    /// Compiles what an arm gives; `otherwise` is the body of an `else`.
    fn head(&mut self, head: &RuleHead, otherwise: Option<&RuleBody>) -> Result<Head, LoadError> {
        let truth = Expr::Const(Value::Bool(true));
        if let Some(body) = otherwise {
            let value = body.assign.as_ref().map(|assign| self.expr(&assign.value));
            return match head {
                RuleHead::Compr { refr, .. } | RuleHead::Func { refr, .. }
                    if matches!(refr.as_ref(), Ast::Var { .. }) =>
                {
                    Ok(Head::Value(value.transpose()?.unwrap_or(truth)))
                }
                _ => Err(LoadError::unsupported(
                    &body.span,
                    "'else' of a partial rule",
                )),
            };
        }
        match head {
            RuleHead::Compr { refr, assign, .. } | RuleHead::Func { refr, assign, .. } => {
                let value = assign.as_ref().map(|assign| self.expr(&assign.value));
                let value = value.transpose()?.unwrap_or(truth);
                let keys = self.keys(refr)?;
                Ok(if keys.is_empty() {
                    Head::Value(value)
                } else {
                    Head::Entry(keys, value)
                })
            }
            RuleHead::Set { refr, key, span } => {
                let Some(member) = key else {
                    return Err(LoadError::unsupported(span, "a set without 'contains'"));
                };
                let member = self.expr(member)?;
                let keys = self.keys(refr)?;
                Ok(if keys.is_empty() {
                    Head::Member(member)
                } else {
                    Head::EntryMember(keys, member)
                })
            }
        }
    }

    /// Compiles the keys of `p[key].key`.
    fn keys(&mut self, refr: &Ast) -> Result<Vec<Expr>, LoadError> {
        let (mut keys, key) = match refr {
            Ast::RefBrack { refr, index, .. } => (self.keys(refr)?, self.expr(index)?),
            Ast::RefDot { refr, field, .. } => (self.keys(refr)?, Expr::Const(field.1.clone())),
            _ => return Ok(Vec::new()),
        };
        keys.push(key);
        Ok(keys)
    }
}
