//! Bodies and their statements.

use regorus::unstable::{AssignOp, BoolOp, Expr as Ast, Literal, LiteralStmt, Query, Ref};

use super::scope::Scope;
use crate::error::LoadError;
use crate::ir::{Body, Expr, Pattern, Stmt};

impl Scope<'_> {
    /// Compiles the statements of a body in their order.
    pub(crate) fn body(&mut self, query: &Query) -> Result<Body, LoadError> {
        query.stmts.iter().map(|stmt| self.stmt(stmt)).collect()
    }

    fn stmt(&mut self, stmt: &LiteralStmt) -> Result<Stmt, LoadError> {
        if !stmt.with_mods.is_empty() {
            return Err(LoadError::unsupported(&stmt.span, "'with'"));
        }
        match &stmt.literal {
            Literal::Expr { expr, .. } => self.holds(expr),
            Literal::NotExpr { expr, .. } => Ok(Stmt::Fails(self.expr(expr)?)),
            Literal::SomeIn {
                key,
                value,
                collection,
                ..
            } => {
                let collection = self.expr(collection)?;
                let key = match key {
                    Some(key) => self.pattern(key)?,
                    None => Pattern::Any,
                };
                let value = self.pattern(value)?;
                Ok(Stmt::Each {
                    key,
                    value,
                    collection,
                })
            }
            Literal::Every {
                key,
                value,
                domain,
                query,
                ..
            } => {
                let domain = self.expr(domain)?;
                self.open();
                let mut bound = |span: &regorus::unstable::Span| match span.text() {
                    "_" => Ok(Pattern::Any),
                    _ => self.bind(span).map(Pattern::Slot),
                };
                let key = key.as_ref().map_or(Ok(Pattern::Any), &mut bound)?;
                let value = bound(value)?;
                let body = self.body(query)?;
                self.close();
                Ok(Stmt::Every {
                    key,
                    value,
                    domain,
                    body,
                })
            }
            Literal::SomeVars { span, .. } => {
                Err(LoadError::unsupported(span, "variables without a value"))
            }
        }
    }

    fn holds(&mut self, expr: &Ref<Ast>) -> Result<Stmt, LoadError> {
        let Ast::AssignExpr { op, lhs, rhs, .. } = expr.as_ref() else {
            return Ok(Stmt::Holds(self.expr(expr)?));
        };
        if *op == AssignOp::ColEq {
            let value = self.expr(rhs)?;
            let pattern = self.pattern(lhs)?;
            return Ok(Stmt::Bind { pattern, value });
        }
        match (self.unbound(lhs), self.unbound(rhs)) {
            (true, false) => {
                let value = self.expr(rhs)?;
                let pattern = self.pattern(lhs)?;
                Ok(Stmt::Bind { pattern, value })
            }
            (false, true) => {
                let value = self.expr(lhs)?;
                let pattern = self.pattern(rhs)?;
                Ok(Stmt::Bind { pattern, value })
            }
            _ => {
                let pair = (self.expr(lhs)?, self.expr(rhs)?);
                Ok(Stmt::Holds(Expr::Compare(BoolOp::Eq, Box::new(pair))))
            }
        }
    }

    /// Tells whether an expression is a variable without a value.
    fn unbound(&self, expr: &Ast) -> bool {
        let Ast::Var { span, .. } = expr else {
            return false;
        };
        let name = span.text();
        name != "input" && self.local(name).is_none() && !self.around.names.contains_key(name)
    }

    /// Compiles what a value is matched with; its variables are new.
    pub(crate) fn pattern(&mut self, expr: &Ref<Ast>) -> Result<Pattern, LoadError> {
        match expr.as_ref() {
            Ast::Var { span, .. } if span.text() == "_" => Ok(Pattern::Any),
            Ast::Var { span, .. } => self.bind(span).map(Pattern::Slot),
            Ast::Array { items, .. } => {
                let items: Result<Vec<_>, _> =
                    items.iter().map(|item| self.pattern(item)).collect();
                Ok(Pattern::Array(items?))
            }
            Ast::Object { fields, .. } => {
                let mut patterns = Vec::new();
                for (_, key, value) in fields {
                    let Expr::Const(key) = self.expr(key)? else {
                        return Err(LoadError::unsupported(key.span(), "a computed key here"));
                    };
                    patterns.push((key, self.pattern(value)?));
                }
                Ok(Pattern::Object(patterns))
            }
            other => match self.expr(expr)? {
                Expr::Const(value) => Ok(Pattern::Equal(value)),
                _ => Err(LoadError::unsupported(other.span(), "this pattern")),
            },
        }
    }
}
