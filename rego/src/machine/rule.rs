//! Rules and functions.

use std::sync::OnceLock;

use regorus::Value;
use regorus::unstable::Span;
use regorus::value::{Object, Set};

use super::expr::add;
use super::memo::Found;
use super::{Answer, Flow, Machine};
use crate::error::Error;
use crate::ir::{Arm, Call, Clause, Head, Kind, RuleId};
use crate::program::Rule;

impl<'p> Machine<'p> {
    /// Returns what a rule gives; it is evaluated at the first call.
    pub(super) fn rule_value(&mut self, id: RuleId) -> Result<Value, Error> {
        let Some(rule) = self.program.rules.get(id) else {
            return Ok(Value::Undefined);
        };
        match self.answers.get(id) {
            Some(Answer::Known(value)) => return Ok(value.clone()),
            Some(Answer::Failed(error)) => return Err(error.clone()),
            Some(Answer::Running) => {
                let message = format!("the rule '{}' reads itself", rule.name);
                return Err(Error(message));
            }
            _ => {}
        }
        let fixed = rule.fixed.as_ref().and_then(OnceLock::get).cloned().map(Ok);
        let answer = fixed.unwrap_or_else(|| {
            self.answers.set(id, Answer::Running);
            // Whoever comes first evaluates what is fixed: that must not count.
            let steps = self.steps;
            let answer = self.evaluate(rule);
            if let Some(cell) = &rule.fixed {
                self.steps = steps;
                if let Ok(value) = &answer {
                    let _ = cell.set(value.clone());
                }
            }
            answer
        });
        self.answers.set(
            id,
            match &answer {
                Ok(value) => Answer::Known(value.clone()),
                Err(error) => Answer::Failed(error.clone()),
            },
        );
        answer
    }

    fn evaluate(&mut self, rule: &'p Rule) -> Result<Value, Error> {
        match rule.kind {
            Kind::Complete => {
                let mut answer = Value::Undefined;
                for clause in &rule.clauses {
                    self.framed(clause, &mut |machine| {
                        machine.complete(clause, rule.only.is_some(), &mut answer)
                    })?;
                    if rule.only.is_some() && answer != Value::Undefined {
                        break;
                    }
                }
                self.or_default(rule, answer)
            }
            Kind::Set => {
                let mut members = Set::new();
                self.all_of(rule, &mut |_, head| {
                    if let Given::Member(member) = head {
                        members.insert(member);
                    }
                    Ok(())
                })?;
                Ok(Value::from(members))
            }
            Kind::Object | Kind::Sets => {
                let mut object = Object::new();
                self.all_of(rule, &mut |span, given| {
                    let placed = match given {
                        Given::Entry(keys, value) => place(&mut object, &keys, value),
                        Given::EntryMember(keys, member) => {
                            place_member(&mut object, &keys, member)
                        }
                        Given::Member(_) => Some(()),
                    };
                    placed.ok_or_else(|| Error::at(span, "object keys must be unique"))
                })?;
                Ok(Value::from(object))
            }
            Kind::Function(_) => Ok(Value::Undefined),
        }
    }

    fn or_default(&mut self, rule: &'p Rule, answer: Value) -> Result<Value, Error> {
        let mut answer = answer;
        if answer == Value::Undefined
            && let Some(default) = &rule.default
        {
            self.framed(default, &mut |machine| {
                machine.complete(default, false, &mut answer)
            })?;
        }
        Ok(answer)
    }

    /// Runs something in a new frame.
    fn framed(
        &mut self,
        clause: &'p Clause,
        run: &mut dyn FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let start = self.stack.len();
        let before = self.enter(start, clause.slots, &clause.span)?;
        let answer = run(self);
        self.leave(before);
        answer
    }

    /// Finds the one value of the first arm that has one.
    fn complete(
        &mut self,
        clause: &'p Clause,
        first_is_enough: bool,
        answer: &mut Value,
    ) -> Result<(), Error> {
        for arm in &clause.arms {
            let mut held = false;
            self.body(&arm.body, &mut |machine| {
                let Head::Value(value) = &arm.head else {
                    return Ok(Flow::Enough);
                };
                let value = machine.eval(value)?;
                if value == Value::Undefined {
                    return Ok(Flow::More);
                }
                held = true;
                if *answer != Value::Undefined && *answer != value {
                    let message = "definitions must not give different values";
                    return Err(Error::at(&clause.span, message));
                }
                *answer = value;
                Ok(if first_is_enough {
                    Flow::Enough
                } else {
                    Flow::More
                })
            })?;
            if held {
                break;
            }
        }
        Ok(())
    }

    /// Hands on what each definition of a partial rule gives, each time that its body holds.
    fn all_of(
        &mut self,
        rule: &'p Rule,
        take: &mut dyn FnMut(&Span, Given) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for clause in &rule.clauses {
            self.framed(clause, &mut |machine| {
                for arm in &clause.arms {
                    machine.body(&arm.body, &mut |machine| {
                        if let Some(given) = machine.given(arm)? {
                            take(&clause.span, given)?;
                        }
                        Ok(Flow::More)
                    })?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn given(&mut self, arm: &'p Arm) -> Result<Option<Given>, Error> {
        let given = match &arm.head {
            Head::Value(_) => return Ok(None),
            Head::Member(member) => Given::Member(self.eval(member)?),
            Head::Entry(keys, value) => match self.all(keys)? {
                Some(keys) => Given::Entry(keys, self.eval(value)?),
                None => return Ok(None),
            },
            Head::EntryMember(keys, member) => match self.all(keys)? {
                Some(keys) => Given::EntryMember(keys, self.eval(member)?),
                None => return Ok(None),
            },
        };
        Ok(given.is_defined().then_some(given))
    }

    /// Calls a function. Its arguments become the first slots of its frame.
    pub(super) fn call(&mut self, call: &'p Call) -> Result<Value, Error> {
        let program = self.program;
        let Some(rule) = program.rules.get(call.function) else {
            return Ok(Value::Undefined);
        };
        self.step(Some(&call.span))?;
        let start = self.stack.len();
        for arg in &call.args {
            let value = self.eval(arg)?;
            if value == Value::Undefined {
                self.stack.truncate(start);
                return Ok(Value::Undefined);
            }
            self.stack.push(value);
        }
        let args = self.stack.get(start..).unwrap_or_default();
        let number = match self.memo.find(call.function, args) {
            Found::Answer(value) => {
                self.stack.truncate(start);
                return Ok(value);
            }
            Found::Nothing(number) => Some((number, Box::from(args))),
            Found::Refused => None,
        };
        let steps = self.steps;
        let slots = rule.clauses.iter().map(|clause| clause.slots).max();
        let slots = slots.unwrap_or_default().max(call.args.len());
        let before = self.enter(start, slots, &call.span)?;
        let answer = self.applied(rule);
        self.leave(before);
        let answer = answer?;
        let answer = self.or_default(rule, answer)?;
        if let Some((number, args)) = number {
            let steps = self.steps - steps;
            self.memo.keep(call.function, number, args, &answer, steps);
        }
        Ok(answer)
    }

    /// Tries the definitions of a function in its frame.
    fn applied(&mut self, rule: &'p Rule) -> Result<Value, Error> {
        let mut answer = Value::Undefined;
        for clause in &rule.clauses {
            if !self.admits(clause) {
                continue;
            }
            self.complete(clause, rule.only.is_some(), &mut answer)?;
            if rule.only.is_some() && answer != Value::Undefined {
                break;
            }
        }
        Ok(answer)
    }

    fn admits(&mut self, clause: &'p Clause) -> bool {
        clause.params.iter().enumerate().all(|(slot, pattern)| {
            matches!(pattern, crate::ir::Pattern::Any) || {
                let arg = self.local(slot).clone();
                self.matches(pattern, &arg)
            }
        })
    }
}

/// What a partial rule gives once.
enum Given {
    Member(Value),
    Entry(Vec<Value>, Value),
    EntryMember(Vec<Value>, Value),
}

impl Given {
    fn is_defined(&self) -> bool {
        let (Self::Member(value) | Self::Entry(_, value) | Self::EntryMember(_, value)) = self;
        *value != Value::Undefined
    }
}

/// Returns what stands in an object under some keys, and is made where nothing does; `None` where something stands in
/// the way.
fn reach<'o>(object: &'o mut Object, keys: &[Value]) -> Option<&'o mut Object> {
    let mut object = object;
    for key in keys {
        let next = object.get_or_insert_with(key.clone(), Value::new_object);
        object = next.as_object_mut().ok()?;
    }
    Some(object)
}

fn place(object: &mut Object, keys: &[Value], value: Value) -> Option<()> {
    let (last, before) = keys.split_last()?;
    add(reach(object, before)?, last.clone(), value).ok()
}

fn place_member(object: &mut Object, keys: &[Value], member: Value) -> Option<()> {
    let (last, before) = keys.split_last()?;
    let set = reach(object, before)?.get_or_insert_with(last.clone(), Value::new_set);
    set.as_set_mut().ok()?.insert(member);
    Some(())
}
