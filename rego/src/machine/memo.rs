//! What functions gave for the same arguments.
//!
//! Functions of Rego depend on their arguments and the input alone, and policies over one unit ask the same again and
//! again: what a job does, which resources are of a type. Arguments are the same when they are one value in memory, or
//! short texts, numbers and the like that are equal: comparing large values would cost more than the call.
//!
//! Whether it pays is found out for each function, by its first calls and again and again. That is counted, not timed,
//! so that the steps of an evaluation are the same on any machine.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use regorus::Value;

use crate::ir::RuleId;

/// After so many calls it is decided whether a function's answers are kept.
const TRIAL: u64 = 48;

/// After each so many calls it is decided anew.
const TERM: u64 = 1024;

/// The steps that a call must take on average, lest looking for its answer cost as much.
const WORTH: u64 = 3;

/// Texts up to this length are compared by what they say.
const SHORT: usize = 96;

/// The most answers that are kept: those of a plan with ten thousands of resources would take more memory than it does.
const MOST: usize = 1 << 14;

/// The answers of all functions.
#[derive(Debug, Default)]
pub(super) struct Memo {
    functions: HashMap<RuleId, Function, BuildHasherDefault<Mixed>>,
    kept: usize,
}

/// The answers of one function.
#[derive(Debug, Default)]
struct Function {
    answers: HashMap<u64, Answer, BuildHasherDefault<Mixed>>,
    asked: u64,
    found: u64,
    steps: u64,
    refused: bool,
}

#[derive(Debug)]
struct Answer {
    args: Box<[Value]>,
    value: Value,
}

/// What was found for a call.
pub(super) enum Found {
    Answer(Value),
    /// Nothing: the answer is to be kept under this number.
    Nothing(u64),
    /// Answers of this function are not kept.
    Refused,
}

impl Memo {
    /// Looks for the answer of a call.
    pub(super) fn find(&mut self, function: RuleId, args: &[Value]) -> Found {
        let known = self.functions.entry(function).or_default();
        if known.refused {
            return Found::Refused;
        }
        let is_time = known.asked == TRIAL || known.asked > 0 && known.asked.is_multiple_of(TERM);
        if is_time && !known.pays() {
            self.kept -= known.answers.len();
            known.answers = HashMap::default();
            known.refused = true;
            return Found::Refused;
        }
        known.asked += 1;
        let number = number(args);
        match known.answers.get(&number) {
            Some(answer) if are_same(&answer.args, args) => {
                known.found += 1;
                Found::Answer(answer.value.clone())
            }
            _ => Found::Nothing(number),
        }
    }

    /// Keeps the answer of a call, which took so many steps.
    pub(super) fn keep(
        &mut self,
        function: RuleId,
        number: u64,
        args: Box<[Value]>,
        value: &Value,
        steps: u64,
    ) {
        let known = self.functions.entry(function).or_default();
        known.steps = known.steps.saturating_add(steps);
        if self.kept < MOST && !known.refused {
            let value = value.clone();
            let before = known.answers.insert(number, Answer { args, value });
            self.kept += usize::from(before.is_none());
        }
    }
}

impl Function {
    /// Tells whether one in four answers was there before, and finding one saves something.
    const fn pays(&self) -> bool {
        let computed = self.asked - self.found;
        self.found * 4 >= self.asked && self.steps >= computed * WORTH
    }
}

/// Tells whether arguments are the same.
fn are_same(left: &[Value], right: &[Value]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|(one, other)| is_same(one, other))
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => {
            Arc::ptr_eq(one, other) || one.len() <= SHORT && one == other
        }
        (Value::Array(one), Value::Array(other)) => {
            Arc::ptr_eq(one, other) || one.is_empty() && other.is_empty()
        }
        (Value::Set(one), Value::Set(other)) => {
            Arc::ptr_eq(one, other) || one.is_empty() && other.is_empty()
        }
        (Value::Object(one), Value::Object(other)) => {
            Arc::ptr_eq(one, other) || one.is_empty() && other.is_empty()
        }
        (Value::Array(_) | Value::Set(_) | Value::Object(_) | Value::String(_), _) => false,
        _ => one == other,
    }
}

/// Returns a number that the same arguments share.
fn number(args: &[Value]) -> u64 {
    let mut mixed = Mixed::default();
    for arg in args {
        match arg {
            Value::Null => mixed.write_u64(1),
            Value::Bool(value) => mixed.write_u64(2 + u64::from(*value)),
            Value::Number(_) => mixed.write_u64(arg.as_i64().map_or(4, i64::cast_unsigned)),
            Value::String(text) if text.len() <= SHORT => mixed.write(text.as_bytes()),
            Value::String(text) => mixed.write_usize(text.as_ptr().addr()),
            Value::Array(items) if items.is_empty() => mixed.write_u64(5),
            Value::Array(items) => mixed.write_usize(Arc::as_ptr(items).addr()),
            Value::Set(members) if members.is_empty() => mixed.write_u64(6),
            Value::Set(members) => mixed.write_usize(Arc::as_ptr(members).addr()),
            Value::Object(fields) if fields.is_empty() => mixed.write_u64(7),
            Value::Object(fields) => mixed.write_usize(Arc::as_ptr(fields).addr()),
            Value::Undefined => mixed.write_u64(8),
        }
    }
    mixed.finish()
}

/// A quick hash of few words; nothing is ever listed in its order.
#[derive(Debug, Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            for (place, byte) in word.iter_mut().zip(chunk) {
                *place = *byte;
            }
            self.write_u64(u64::from_le_bytes(word));
        }
        self.write_usize(bytes.len());
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks a function so often, for one of `many` arguments in turn, each answer having taken `steps`.
    fn ask(memo: &mut Memo, times: i64, many: i64, steps: u64) -> usize {
        let mut found = 0;
        for turn in 0..times {
            let args = [Value::from(turn % many), Value::from("a short text")];
            match memo.find(7, &args) {
                Found::Answer(value) => {
                    assert_eq!(value, Value::from(turn % many));
                    found += 1;
                }
                Found::Nothing(number) => {
                    memo.keep(7, number, args.into(), &Value::from(turn % many), steps);
                }
                Found::Refused => {}
            }
        }
        found
    }

    #[test]
    fn what_was_asked_before_is_found() {
        assert_eq!(ask(&mut Memo::default(), 100, 10, 10), 90);
    }

    #[test]
    fn a_function_that_is_never_asked_the_same_is_given_up() {
        let mut memo = Memo::default();
        assert_eq!(ask(&mut memo, 48, 1000, 10), 0);
        assert_eq!(ask(&mut memo, 48, 10, 10), 0);
    }

    #[test]
    fn a_function_that_is_no_longer_asked_the_same_is_given_up() {
        let mut memo = Memo::default();
        assert_eq!(ask(&mut memo, 48, 10, 10), 38);
        ask(&mut memo, 2000, 2000, 10);
        assert_eq!(memo.kept, 0);
        assert_eq!(ask(&mut memo, 48, 10, 10), 0);
    }

    #[test]
    fn so_many_answers_are_kept_and_no_more() {
        let mut memo = Memo::default();
        for function in 0..1000 {
            for _ in 0..2 {
                for number in 0..20 {
                    let args = [Value::from(number)];
                    if let Found::Nothing(number) = memo.find(function, &args) {
                        memo.keep(function, number, args.into(), &Value::Null, 10);
                    }
                }
            }
        }
        assert_eq!(memo.kept, MOST);
    }

    #[test]
    fn a_function_of_few_steps_is_given_up() {
        assert_eq!(ask(&mut Memo::default(), 100, 10, 2), 38);
    }

    #[test]
    fn large_values_are_the_same_only_as_one_value_in_memory() {
        let large = Value::from(vec![Value::from(1)]);
        let equal = Value::from(vec![Value::from(1)]);
        assert!(is_same(&large, &large.clone()));
        assert!(!is_same(&large, &equal));
        assert!(is_same(&Value::new_object(), &Value::new_object()));
        assert!(!is_same(&Value::new_object(), &Value::new_set()));
    }
}
