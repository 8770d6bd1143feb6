//! Statements, and all the ways in which they hold.

use regorus::Value;
use regorus::unstable::BoolOp;

use super::{Flow, Machine};
use crate::error::Error;
use crate::ir::{Expr, Pattern, Stmt};

/// What happens each time a body holds.
pub(super) type Emit<'e, 'p> = &'e mut dyn FnMut(&mut Machine<'p>) -> Result<Flow, Error>;

impl<'p> Machine<'p> {
    /// Runs statements, and `emit` for each way in which all of them hold.
    pub(super) fn body(&mut self, stmts: &'p [Stmt], emit: Emit<'_, 'p>) -> Result<Flow, Error> {
        for (at, stmt) in stmts.iter().enumerate() {
            let holds = match stmt {
                Stmt::Holds(expr) => self.holds(expr)?,
                Stmt::Fails(expr) => self.fails(expr)?,
                Stmt::Bind { pattern, value } => {
                    let value = self.eval(value)?;
                    value != Value::Undefined && self.matches(pattern, &value)
                }
                Stmt::Each {
                    key,
                    value,
                    collection,
                } => {
                    let rest = stmts.get(at + 1..).unwrap_or_default();
                    return self.each((key, value), collection, rest, emit);
                }
                Stmt::Every {
                    key,
                    value,
                    domain,
                    body,
                } => self.every((key, value), domain, body)?,
            };
            if !holds {
                return Ok(Flow::More);
            }
        }
        emit(self)
    }

    /// Tells whether an expression is neither undefined nor false.
    fn holds(&mut self, expr: &'p Expr) -> Result<bool, Error> {
        let value = self.eval(expr)?;
        Ok(!matches!(value, Value::Undefined | Value::Bool(false)))
    }

    /// Tells whether an expression is undefined or false.
    ///
    /// OPA evaluates the operands of a negated call before it negates: where one has no value, neither has the
    /// negation. Only the references in `a == b` are part of what is negated.
    fn fails(&mut self, expr: &'p Expr) -> Result<bool, Error> {
        match self.eval(expr)? {
            // Only operands that have a value give one.
            Value::Bool(false) => return Ok(true),
            Value::Undefined => {}
            _ => return Ok(false),
        }
        let references_too = !matches!(expr, Expr::Compare(BoolOp::Eq, _));
        for operand in operands(expr) {
            let first = match operand {
                Expr::Const(_) | Expr::Local(_) => false,
                other => references_too || other.is_call(),
            };
            if first && self.eval(operand)? == Value::Undefined {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Matches a value with a pattern and keeps what its variables stand for.
    pub(super) fn matches(&mut self, pattern: &Pattern, value: &Value) -> bool {
        match (pattern, value) {
            (Pattern::Any, _) => true,
            (Pattern::Slot(slot), _) => {
                self.set_local(*slot, value.clone());
                true
            }
            (Pattern::Equal(wanted), _) => wanted == value,
            (Pattern::Array(patterns), Value::Array(items)) => {
                patterns.len() == items.len()
                    && patterns
                        .iter()
                        .zip(items.iter())
                        .all(|(pattern, item)| self.matches(pattern, item))
            }
            (Pattern::Object(patterns), Value::Object(fields)) => {
                patterns.len() == fields.len()
                    && patterns.iter().all(|(key, pattern)| {
                        let field = fields.get(key);
                        field.is_some_and(|field| self.matches(pattern, field))
                    })
            }
            (Pattern::Array(_) | Pattern::Object(_), _) => false,
        }
    }

    fn each(
        &mut self,
        names: (&'p Pattern, &'p Pattern),
        collection: &'p Expr,
        rest: &'p [Stmt],
        emit: Emit<'_, 'p>,
    ) -> Result<Flow, Error> {
        let collection = self.eval(collection)?;
        self.over(&collection, names, &mut |machine| machine.body(rest, emit))
    }

    fn every(
        &mut self,
        names: (&'p Pattern, &'p Pattern),
        domain: &'p Expr,
        body: &'p [Stmt],
    ) -> Result<bool, Error> {
        let domain = self.eval(domain)?;
        if !matches!(domain, Value::Array(_) | Value::Set(_) | Value::Object(_)) {
            return Ok(false);
        }
        let flow = self.over(&domain, names, &mut |machine| {
            let held = machine.body(body, &mut |_| Ok(Flow::Enough))?;
            // One that does not hold is enough.
            Ok(match held {
                Flow::Enough => Flow::More,
                Flow::More => Flow::Enough,
            })
        })?;
        Ok(flow == Flow::More)
    }

    /// Runs `then` for each key and value of a collection that match; other values have none.
    fn over(
        &mut self,
        collection: &Value,
        (key, value): (&Pattern, &Pattern),
        then: Emit<'_, 'p>,
    ) -> Result<Flow, Error> {
        let mut one = |machine: &mut Self, at: Option<&Value>, item: &Value| {
            machine.step(None)?;
            let named = at.is_none_or(|at| machine.matches(key, at));
            if named && machine.matches(value, item) {
                then(machine)
            } else {
                Ok(Flow::More)
            }
        };
        let counted = !matches!(key, Pattern::Any);
        match collection {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let index = counted.then(|| Value::from(index));
                    if one(self, index.as_ref(), item)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
            }
            Value::Set(members) => {
                for member in members.iter_sorted() {
                    if one(self, Some(member), member)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
            }
            Value::Object(fields) => {
                for (key, field) in fields.iter_sorted() {
                    if one(self, Some(key), field)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
            }
            _ => {}
        }
        Ok(Flow::More)
    }
}

/// Returns the operands of a call.
fn operands(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Call(call) => call.args.iter().collect(),
        Expr::Builtin(call)
        | Expr::Get(call)
        | Expr::Count(call)
        | Expr::Matches(_, call)
        | Expr::Search(_, _, call) => call.args.iter().collect(),
        Expr::Compare(_, pair) => vec![&pair.0, &pair.1],
        Expr::Arith(_, infix) | Expr::Combine(_, infix) => vec![&infix.left, &infix.right],
        Expr::Member(member) => {
            let key = member.key.iter();
            key.chain([&member.value, &member.collection]).collect()
        }
        _ => Vec::new(),
    }
}
