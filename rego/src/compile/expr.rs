//! Expressions.

use regorus::Value;
use regorus::unstable::{ArithOp, Expr as Ast, Query, Ref, Span, numbers};
use regorus::value::Set;

use super::scope::Scope;
use crate::builtin::Function;
use crate::error::LoadError;
use crate::ir::{BuiltinCall, Call, Comprehension, Expr, Infix, Kind, Member, ObjectComprehension};
use crate::pattern::{Literal, Search};

impl Scope<'_> {
    /// Compiles an expression; its variables are bound.
    pub(crate) fn expr(&mut self, expr: &Ref<Ast>) -> Result<Expr, LoadError> {
        match expr.as_ref() {
            Ast::String { value, .. }
            | Ast::RawString { value, .. }
            | Ast::Number { value, .. }
            | Ast::Bool { value, .. }
            | Ast::Null { value, .. } => Ok(Expr::Const(value.clone())),
            Ast::Var { span, .. } => self.variable(span),
            Ast::RefDot { refr, field, .. } => {
                let base = self.expr(refr)?;
                Ok(self.field(base, field.1.clone()))
            }
            Ast::RefBrack { refr, index, .. } => {
                let base = self.expr(refr)?;
                Ok(match self.expr(index)? {
                    Expr::Const(key) => self.field(base, key),
                    index => Expr::Index(Box::new(base), Box::new(index)),
                })
            }
            Ast::Array { items, .. } => Ok(constant_array(self.all(items)?)),
            Ast::Set { items, .. } => Ok(constant_set(self.all(items)?)),
            Ast::Object { fields, .. } => self.object(fields),
            Ast::ArrayCompr { term, query, .. } => {
                self.comprehension(term, query).map(Expr::ArrayOf)
            }
            Ast::SetCompr { term, query, .. } => self.comprehension(term, query).map(Expr::SetOf),
            Ast::ObjectCompr {
                span,
                key,
                value,
                query,
                ..
            } => self.object_comprehension(span, key, value, query),
            Ast::Call {
                span, fcn, params, ..
            } => self.call(span, fcn, params),
            Ast::UnaryExpr { span, expr, .. } => negative(span, expr),
            Ast::BinExpr {
                span, op, lhs, rhs, ..
            } => Ok(Expr::Combine(op.clone(), self.infix(span, lhs, rhs)?)),
            Ast::ArithExpr {
                span, op, lhs, rhs, ..
            } => Ok(Expr::Arith(op.clone(), self.infix(span, lhs, rhs)?)),
            Ast::BoolExpr { op, lhs, rhs, .. } => Ok(Expr::Compare(
                op.clone(),
                Box::new((self.expr(lhs)?, self.expr(rhs)?)),
            )),
            Ast::AssignExpr { span, .. } => Err(unsupported(span, "an assignment here")),
            Ast::Membership {
                key,
                value,
                collection,
                ..
            } => self.membership(key.as_ref(), value, collection),
        }
    }

    fn membership(
        &mut self,
        key: Option<&Ref<Ast>>,
        value: &Ref<Ast>,
        collection: &Ref<Ast>,
    ) -> Result<Expr, LoadError> {
        let key = key.map(|key| self.expr(key)).transpose()?;
        Ok(Expr::Member(Box::new(Member {
            key,
            value: self.expr(value)?,
            collection: self.expr(collection)?,
        })))
    }

    fn all(&mut self, items: &[Ref<Ast>]) -> Result<Vec<Expr>, LoadError> {
        items.iter().map(|item| self.expr(item)).collect()
    }

    fn variable(&mut self, span: &Span) -> Result<Expr, LoadError> {
        let name = span.text();
        if let Some(slot) = self.local(name) {
            return Ok(Expr::Local(slot));
        }
        if name == "input" {
            return Ok(Expr::Input);
        }
        let Some(id) = self.around.names.get(name).copied() else {
            return Err(unsupported(span, "a variable without a value"));
        };
        if let Some(Kind::Function(_)) = self.around.kinds.get(id) {
            return Err(unsupported(span, "a function as a value"));
        }
        self.reads.insert(id);
        Ok(Expr::Rule(id))
    }

    /// Reads a literal key: at once, where the value is known.
    fn field(&mut self, base: Expr, key: Value) -> Expr {
        match base {
            Expr::Const(value) => Expr::Const(value[&key].clone()),
            Expr::Input if self.around.known[&key] != Value::Undefined => {
                Expr::Const(self.around.known[&key].clone())
            }
            base => {
                self.reads_input |= matches!(base, Expr::Input);
                Expr::Field(Box::new(base), key)
            }
        }
    }

    fn object(&mut self, fields: &[(Span, Ref<Ast>, Ref<Ast>)]) -> Result<Expr, LoadError> {
        let mut compiled = Vec::new();
        for (_, key, value) in fields {
            compiled.push((self.expr(key)?, self.expr(value)?));
        }
        Ok(Expr::Object(compiled))
    }

    fn comprehension(
        &mut self,
        term: &Ref<Ast>,
        query: &Query,
    ) -> Result<Box<Comprehension>, LoadError> {
        self.open();
        let body = self.body(query)?;
        let term = self.expr(term)?;
        self.close();
        Ok(Box::new(Comprehension { term, body }))
    }

    fn object_comprehension(
        &mut self,
        span: &Span,
        key: &Ref<Ast>,
        value: &Ref<Ast>,
        query: &Query,
    ) -> Result<Expr, LoadError> {
        self.open();
        let body = self.body(query)?;
        let key = self.expr(key)?;
        let value = self.expr(value)?;
        self.close();
        Ok(Expr::ObjectOf(Box::new(ObjectComprehension {
            key,
            value,
            body,
            span: span.clone(),
        })))
    }

    fn infix(
        &mut self,
        span: &Span,
        left: &Ref<Ast>,
        right: &Ref<Ast>,
    ) -> Result<Box<Infix>, LoadError> {
        Ok(Box::new(Infix {
            left: self.expr(left)?,
            right: self.expr(right)?,
            written: (left.clone(), right.clone()),
            span: span.clone(),
        }))
    }

    fn call(&mut self, span: &Span, name: &Ast, params: &[Ref<Ast>]) -> Result<Expr, LoadError> {
        let dotted = dotted(name).ok_or_else(|| unsupported(span, "a call of this form"))?;
        let args = self.all(params)?;
        if let Some(id) = self.around.names.get(dotted.as_str()).copied() {
            if self.around.kinds.get(id) != Some(&Kind::Function(args.len())) {
                return Err(unsupported(span, "a call with other arguments"));
            }
            self.reads.insert(id);
            return Ok(Expr::Call(Box::new(Call {
                function: id,
                args,
                span: span.clone(),
            })));
        }
        let function =
            Function::find(&dotted).ok_or_else(|| unsupported(span, "a call of this builtin"))?;
        let call = Box::new(BuiltinCall {
            function,
            args,
            written: params.to_vec(),
            span: span.clone(),
        });
        Ok(match (dotted.as_str(), call.args.as_slice()) {
            ("object.get", [_, _, _]) => Expr::Get(call),
            ("count", [_]) => Expr::Count(call),
            ("regex.match", [Expr::Const(Value::String(pattern)), _]) => {
                Expr::Matches(Literal::new(pattern), call)
            }
            (name, args) => match Search::find(name, args.len()) {
                Some(search) => Expr::Search(search, literal(args, search), call),
                None => Expr::Builtin(call),
            },
        })
    }
}

/// Returns the pattern of a search where it is literal.
fn literal(args: &[Expr], search: Search) -> Option<Literal> {
    match args.get(search.pattern()) {
        Some(Expr::Const(Value::String(pattern))) => Some(Literal::new(pattern)),
        _ => None,
    }
}

/// An array whose items are all literal is one.
fn constant_array(items: Vec<Expr>) -> Expr {
    match constants(&items) {
        Some(values) => Expr::Const(Value::from(values)),
        None => Expr::Array(items),
    }
}

/// A set whose members are all literal is one.
fn constant_set(items: Vec<Expr>) -> Expr {
    match constants(&items) {
        Some(values) => Expr::Const(Value::from(values.into_iter().collect::<Set>())),
        None => Expr::Set(items),
    }
}

fn constants(items: &[Expr]) -> Option<Vec<Value>> {
    items
        .iter()
        .map(|item| match item {
            Expr::Const(value) if *value != Value::Undefined => Some(value.clone()),
            _ => None,
        })
        .collect()
}

/// A number with a sign is one.
fn negative(span: &Span, expr: &Ref<Ast>) -> Result<Expr, LoadError> {
    let Ast::Number { value, .. } = expr.as_ref() else {
        return Err(unsupported(span, "unary '-'"));
    };
    let (zero, number) = (Value::from(0), value.clone());
    numbers::arithmetic_operation(span, &ArithOp::Sub, expr, expr, zero, number, true)
        .map(Expr::Const)
        .map_err(|_| unsupported(span, "this number"))
}

/// Returns the dotted name of what is called.
fn dotted(expr: &Ast) -> Option<String> {
    match expr {
        Ast::Var { span, .. } => Some(span.text().to_owned()),
        Ast::RefDot { refr, field, .. } => Some(format!("{}.{}", dotted(refr)?, field.0.text())),
        _ => None,
    }
}

fn unsupported(span: &Span, what: &str) -> LoadError {
    LoadError::unsupported(span, what)
}
