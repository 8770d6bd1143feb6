//! Evaluating rules over one input.

mod body;
mod expr;
mod memo;
mod rule;

use std::ops::Bound;

use regorus::Value;
use regorus::unstable::Span;

use crate::error::Error;
use crate::ir::RuleId;
use crate::program::Program;
use memo::Memo;

/// How deeply functions and rules may call each other.
const DEEPEST: usize = 256;

/// Rules of a program over one input. What a rule gives is kept.
#[derive(Debug)]
pub struct Machine<'p> {
    program: &'p Program,
    input: Value,
    answers: Answers,
    memo: Memo,
    /// The variables of all open frames.
    stack: Vec<Value>,
    /// Where the innermost frame begins.
    base: usize,
    depth: usize,
    steps: u64,
    limit: u64,
}

/// What is known of a rule.
#[derive(Debug, Clone)]
enum Answer {
    Open,
    Running,
    Known(Value),
    Failed(Error),
}

/// What is known of the rules. Most rules of a program are not asked over one input: those take four bytes.
#[derive(Debug)]
struct Answers {
    /// Where the answer of a rule stands, plus one; zero where it was never asked.
    places: Vec<u32>,
    given: Vec<Answer>,
}

impl Answers {
    fn new(rules: usize) -> Self {
        Self {
            places: vec![0; rules],
            given: Vec::new(),
        }
    }

    fn get(&self, id: RuleId) -> Option<&Answer> {
        let place = usize::try_from(*self.places.get(id)?).ok()?;
        self.given.get(place.checked_sub(1)?)
    }

    fn set(&mut self, id: RuleId, answer: Answer) {
        let Some(place) = self.places.get_mut(id) else {
            return;
        };
        let before = usize::try_from(*place)
            .ok()
            .and_then(|place| place.checked_sub(1));
        if let Some(known) = before.and_then(|at| self.given.get_mut(at)) {
            *known = answer;
            return;
        }
        self.given.push(answer);
        *place = u32::try_from(self.given.len()).unwrap_or_default();
    }

    /// Forgets what is not known.
    fn reopen(&mut self) {
        for answer in &mut self.given {
            if !matches!(answer, Answer::Known(_)) {
                *answer = Answer::Open;
            }
        }
    }
}

/// Whether a body goes on after it held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    More,
    Enough,
}

impl<'p> Machine<'p> {
    /// Returns a machine over an input. `limit` is how many steps each call of [`Self::rule`] may take; steps are counted,
    /// not timed, so that the same input ends the same way on any machine.
    pub fn new(program: &'p Program, input: Value, limit: u64) -> Self {
        Self {
            program,
            input,
            answers: Answers::new(program.rules.len()),
            memo: Memo::default(),
            stack: Vec::new(),
            base: 0,
            depth: 0,
            steps: 0,
            limit,
        }
    }

    /// Replaces the input. What rules gave before is kept: the new input may only add what none of them read.
    pub fn extend_input(&mut self, input: Value) {
        self.input = input;
    }

    /// Forgets what the rules whose names begin like this gave. They are evaluated again where they are asked again.
    pub fn forget(&mut self, prefix: &str) {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        let rules = self.program.names.range::<str, _>(from);
        for (_, id) in rules.take_while(|(name, _)| name.starts_with(prefix)) {
            if self.answers.get(*id).is_some() {
                self.answers.set(*id, Answer::Open);
            }
        }
    }

    /// Evaluates a rule; one without a value is [`Value::Undefined`].
    ///
    /// # Errors
    /// When no such rule exists, a builtin fails, definitions contradict each other, a rule reads itself, or the steps
    /// are used up.
    pub fn rule(&mut self, name: &str) -> Result<Value, Error> {
        let Some(id) = self.program.names.get(name).copied() else {
            return Err(Error(format!("there is no rule '{name}'")));
        };
        self.steps = 0;
        self.stack.clear();
        self.base = 0;
        self.depth = 0;
        let answer = self.rule_value(id);
        if answer.is_err() {
            // What failed may have failed for want of steps: the next call has its own.
            self.answers.reopen();
        }
        answer
    }

    /// Counts a step.
    fn step(&mut self, span: Option<&Span>) -> Result<(), Error> {
        self.steps += 1;
        if self.steps <= self.limit {
            return Ok(());
        }
        let message = format!("it took more than the limit of {} steps", self.limit);
        Err(span.map_or_else(|| Error(message.clone()), |span| Error::at(span, &message)))
    }

    /// Enters a frame whose first slots are already on the stack from `start`, and returns the frame before.
    fn enter(&mut self, start: usize, slots: usize, span: &Span) -> Result<usize, Error> {
        if self.depth == DEEPEST {
            return Err(Error::at(span, "rules and functions are nested too deeply"));
        }
        self.depth += 1;
        self.stack.resize(start + slots, Value::Undefined);
        Ok(std::mem::replace(&mut self.base, start))
    }

    /// Leaves a frame.
    fn leave(&mut self, before: usize) {
        self.stack.truncate(self.base);
        self.base = before;
        self.depth -= 1;
    }

    fn local(&self, slot: usize) -> &Value {
        self.stack
            .get(self.base + slot)
            .unwrap_or(&Value::Undefined)
    }

    fn set_local(&mut self, slot: usize, value: Value) {
        if let Some(place) = self.stack.get_mut(self.base + slot) {
            *place = value;
        }
    }
}
