//! Expressions.

use std::cmp::Ordering;

use regorus::Value;
use regorus::unstable::{ArithOp, BinOp, BoolOp, numbers, sets};
use regorus::value::{Object, Set};

use super::{Answer, Flow, Machine};
use crate::error::Error;
use crate::ir::{BuiltinCall, Expr, Infix, Member, ObjectComprehension};
use crate::pattern::{self, Literal, Search};

impl<'p> Machine<'p> {
    /// Returns the value of an expression, or [`Value::Undefined`].
    pub(super) fn eval(&mut self, expr: &'p Expr) -> Result<Value, Error> {
        if let Some(value) = self.look(expr) {
            return Ok(value.clone());
        }
        match expr {
            Expr::Const(_) | Expr::Local(_) | Expr::Input => Ok(Value::Undefined),
            Expr::Rule(id) => self.rule_value(*id),
            Expr::Field(base, key) => Ok(self.eval(base)?[key].clone()),
            Expr::Index(base, key) => self.index(base, key),
            Expr::Array(items) => self.array(items),
            Expr::Set(items) => self.set(items),
            Expr::Object(fields) => self.object(fields),
            Expr::ArrayOf(compr) => {
                let mut items = Vec::new();
                self.body(&compr.body, &mut |machine| {
                    let term = machine.eval(&compr.term)?;
                    if term != Value::Undefined {
                        items.push(term);
                    }
                    Ok(Flow::More)
                })?;
                Ok(Value::from(items))
            }
            Expr::SetOf(compr) => {
                let mut members = Set::new();
                self.body(&compr.body, &mut |machine| {
                    let term = machine.eval(&compr.term)?;
                    if term != Value::Undefined {
                        members.insert(term);
                    }
                    Ok(Flow::More)
                })?;
                Ok(Value::from(members))
            }
            Expr::ObjectOf(compr) => self.object_of(compr),
            Expr::Call(call) => self.call(call),
            Expr::Builtin(call) => self.builtin(call),
            Expr::Get(call) => self.get(call),
            Expr::Count(call) => self.count(call),
            Expr::Matches(pattern, call) => self.text_matches(pattern, call),
            Expr::Search(search, pattern, call) => self.search(*search, pattern.as_ref(), call),
            Expr::Compare(op, pair) => self.compare(op, pair),
            Expr::Arith(op, infix) => self.arith(op, infix),
            Expr::Combine(op, infix) => self.combine(op, infix),
            Expr::Member(member) => self.member(member),
        }
    }

    /// Returns a value that is at hand; `None` where it must be computed.
    pub(super) fn look(&self, expr: &'p Expr) -> Option<&Value> {
        match expr {
            Expr::Const(value) => Some(value),
            Expr::Local(slot) => Some(self.local(*slot)),
            Expr::Input => Some(&self.input),
            Expr::Rule(id) => match self.answers.get(*id) {
                Some(Answer::Known(value)) => Some(value),
                _ => None,
            },
            Expr::Field(base, key) => self.look(base).map(|base| &base[key]),
            _ => None,
        }
    }

    fn index(&mut self, base: &'p Expr, key: &'p Expr) -> Result<Value, Error> {
        let key = self.eval(key)?;
        if key == Value::Undefined {
            return Ok(Value::Undefined);
        }
        if let Some(base) = self.look(base) {
            return Ok(base[&key].clone());
        }
        Ok(self.eval(base)?[&key].clone())
    }

    /// Evaluates expressions; `None` where one of them has no value.
    pub(super) fn all(&mut self, items: &'p [Expr]) -> Result<Option<Vec<Value>>, Error> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let value = self.eval(item)?;
            if value == Value::Undefined {
                return Ok(None);
            }
            values.push(value);
        }
        Ok(Some(values))
    }

    fn array(&mut self, items: &'p [Expr]) -> Result<Value, Error> {
        Ok(self.all(items)?.map_or(Value::Undefined, Value::from))
    }

    fn set(&mut self, items: &'p [Expr]) -> Result<Value, Error> {
        Ok(self.all(items)?.map_or(Value::Undefined, |values| {
            Value::from(values.into_iter().collect::<Set>())
        }))
    }

    fn object(&mut self, fields: &'p [(Expr, Expr)]) -> Result<Value, Error> {
        let mut object = Object::new();
        for (key, value) in fields {
            let key = self.eval(key)?;
            let value = self.eval(value)?;
            if key == Value::Undefined || value == Value::Undefined {
                return Ok(Value::Undefined);
            }
            object.insert(key, value);
        }
        Ok(Value::from(object))
    }

    fn object_of(&mut self, compr: &'p ObjectComprehension) -> Result<Value, Error> {
        let mut object = Object::new();
        self.body(&compr.body, &mut |machine| {
            let key = machine.eval(&compr.key)?;
            let value = machine.eval(&compr.value)?;
            if key != Value::Undefined && value != Value::Undefined {
                add(&mut object, key, value)
                    .map_err(|()| Error::at(&compr.span, "object keys must be unique"))?;
            }
            Ok(Flow::More)
        })?;
        Ok(Value::from(object))
    }

    /// `regex.match` with a literal pattern.
    fn text_matches(
        &mut self,
        pattern: &'p Literal,
        call: &'p BuiltinCall,
    ) -> Result<Value, Error> {
        let (Some(text), Some(regex)) = (call.args.get(1), pattern.regex()) else {
            return self.builtin(call);
        };
        if let Some(Value::String(text)) = self.look(text) {
            return Ok(Value::Bool(regex.is_match(text)));
        }
        match self.eval(text)? {
            Value::String(text) => Ok(Value::Bool(regex.is_match(&text))),
            _ => self.builtin(call),
        }
    }

    /// A search with a regular expression.
    fn search(
        &mut self,
        search: Search,
        pattern: Option<&'p Literal>,
        call: &'p BuiltinCall,
    ) -> Result<Value, Error> {
        self.step(Some(&call.span))?;
        let Some(args) = self.all(&call.args)? else {
            return Ok(Value::Undefined);
        };
        let found = match pattern {
            Some(pattern) => pattern.regex().and_then(|regex| search.run(regex, &args)),
            None => pattern::computed(search, &args),
        };
        match found {
            Some(found) => Ok(found),
            // What is wrong with the arguments, regorus says.
            None => call.function.call(&call.span, &call.written, &args),
        }
    }

    fn builtin(&mut self, call: &'p BuiltinCall) -> Result<Value, Error> {
        self.step(Some(&call.span))?;
        match self.all(&call.args)? {
            Some(args) => call.function.call(&call.span, &call.written, &args),
            None => Ok(Value::Undefined),
        }
    }

    /// `object.get` without building its arguments.
    fn get(&mut self, call: &'p BuiltinCall) -> Result<Value, Error> {
        let [object, key, default] = call.args.as_slice() else {
            return self.builtin(call);
        };
        self.step(Some(&call.span))?;
        let key = self.eval(key)?;
        let default = self.eval(default)?;
        if key == Value::Undefined || default == Value::Undefined {
            return Ok(Value::Undefined);
        }
        let computed;
        let from = if let Some(from) = self.look(object) {
            from
        } else {
            computed = self.eval(object)?;
            &computed
        };
        match from {
            Value::Undefined => Ok(Value::Undefined),
            Value::Object(_) => {
                let found = match &key {
                    Value::Array(keys) => keys.iter().fold(from, |value, key| &value[key]),
                    key => &from[key],
                };
                Ok(match found {
                    Value::Undefined => default,
                    found => found.clone(),
                })
            }
            _ => self.builtin(call),
        }
    }

    /// `count` without copying the collection.
    fn count(&mut self, call: &'p BuiltinCall) -> Result<Value, Error> {
        let [collection] = call.args.as_slice() else {
            return self.builtin(call);
        };
        let computed;
        let counted = if let Some(collection) = self.look(collection) {
            collection
        } else {
            computed = self.eval(collection)?;
            &computed
        };
        match counted {
            Value::Undefined => Ok(Value::Undefined),
            Value::Array(items) => Ok(Value::from(items.len())),
            Value::Set(members) => Ok(Value::from(members.len())),
            Value::Object(fields) => Ok(Value::from(fields.len())),
            Value::String(text) => Ok(Value::from(text.chars().count())),
            _ => self.builtin(call),
        }
    }

    fn compare(&mut self, op: &BoolOp, pair: &'p (Expr, Expr)) -> Result<Value, Error> {
        let at_hand = self.look(&pair.0).zip(self.look(&pair.1));
        let ordering = if let Some((left, right)) = at_hand {
            ordering(left, right)
        } else {
            let left = self.eval(&pair.0)?;
            let right = self.eval(&pair.1)?;
            ordering(&left, &right)
        };
        Ok(ordering.map_or(Value::Undefined, |ordering| {
            Value::Bool(match op {
                BoolOp::Lt => ordering.is_lt(),
                BoolOp::Le => ordering.is_le(),
                BoolOp::Eq => ordering.is_eq(),
                BoolOp::Ge => ordering.is_ge(),
                BoolOp::Gt => ordering.is_gt(),
                BoolOp::Ne => ordering.is_ne(),
            })
        }))
    }

    /// Evaluates both sides; `None` where one has no value.
    fn sides(&mut self, infix: &'p Infix) -> Result<Option<(Value, Value)>, Error> {
        let left = self.eval(&infix.left)?;
        let right = self.eval(&infix.right)?;
        let both = left != Value::Undefined && right != Value::Undefined;
        Ok(both.then_some((left, right)))
    }

    fn arith(&mut self, op: &ArithOp, infix: &'p Infix) -> Result<Value, Error> {
        let Some((left, right)) = self.sides(infix)? else {
            return Ok(Value::Undefined);
        };
        let (first, second) = (&infix.written.0, &infix.written.1);
        let answer = match (op, &left) {
            (ArithOp::Sub, Value::Set(_)) => sets::difference(first, second, left, right),
            _ => numbers::arithmetic_operation(&infix.span, op, first, second, left, right, true),
        };
        answer.map_err(Error::of)
    }

    fn combine(&mut self, op: &BinOp, infix: &'p Infix) -> Result<Value, Error> {
        let Some((left, right)) = self.sides(infix)? else {
            return Ok(Value::Undefined);
        };
        let (first, second) = (&infix.written.0, &infix.written.1);
        let answer = match op {
            BinOp::Union => sets::union(first, second, left, right),
            BinOp::Intersection => sets::intersection(first, second, left, right),
        };
        answer.map_err(Error::of)
    }

    fn member(&mut self, member: &'p Member) -> Result<Value, Error> {
        let key = match &member.key {
            Some(key) => Some(self.eval(key)?),
            None => None,
        };
        let value = self.eval(&member.value)?;
        if key == Some(Value::Undefined) || value == Value::Undefined {
            return Ok(Value::Undefined);
        }
        let computed;
        let collection = if let Some(collection) = self.look(&member.collection) {
            collection
        } else {
            computed = self.eval(&member.collection)?;
            &computed
        };
        let contained = match (collection, &key) {
            (Value::Undefined, _) => return Ok(Value::Undefined),
            (Value::Array(_) | Value::Object(_), Some(key)) => collection[key] == value,
            (Value::Set(members), Some(key)) => *key == value && members.contains(key),
            (Value::Array(items), None) => items.contains(&value),
            (Value::Object(fields), None) => fields.values().any(|field| *field == value),
            (Value::Set(members), None) => members.contains(&value),
            _ => false,
        };
        Ok(Value::Bool(contained))
    }
}

/// Compares two values; `None` where one is undefined.
fn ordering(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Undefined, _) | (_, Value::Undefined) => None,
        // regorus has objects after sets.
        (Value::Object(_), Value::Set(_)) => Some(Ordering::Less),
        (Value::Set(_), Value::Object(_)) => Some(Ordering::Greater),
        _ => Some(left.cmp(right)),
    }
}

/// Adds a field to an object that must not have it with another value.
pub(super) fn add(object: &mut Object, key: Value, value: Value) -> Result<(), ()> {
    match object.get(&key) {
        Some(known) if *known != value => Err(()),
        _ => {
            object.insert(key, value);
            Ok(())
        }
    }
}
