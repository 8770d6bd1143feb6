//! Names of variables and their slots.

use std::collections::BTreeSet;

use regorus::unstable::Span;

use super::Around;
use crate::error::LoadError;
use crate::ir::{RuleId, Slot};

/// The variables that a definition can name at a point of its text.
pub(crate) struct Scope<'a> {
    pub(crate) around: &'a Around<'a>,
    /// Blocks, the innermost last.
    blocks: Vec<Vec<(String, Slot)>>,
    slots: usize,
    /// The rules that the definition reads.
    pub(crate) reads: BTreeSet<RuleId>,
    /// Whether the definition names `input`.
    pub(crate) reads_input: bool,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(around: &'a Around<'a>) -> Self {
        Self {
            around,
            blocks: vec![Vec::new()],
            slots: 0,
            reads: BTreeSet::new(),
            reads_input: false,
        }
    }

    /// Returns how many slots a frame needs.
    pub(crate) const fn slots(&self) -> usize {
        self.slots
    }

    /// Returns a slot that nothing else uses.
    pub(crate) const fn slot(&mut self) -> Slot {
        let slot = self.slots;
        self.slots += 1;
        slot
    }

    /// Begins a block, whose variables end with it.
    pub(crate) fn open(&mut self) {
        self.blocks.push(Vec::new());
    }

    /// Ends a block.
    pub(crate) fn close(&mut self) {
        self.blocks.pop();
    }

    /// Names a slot in the innermost block.
    pub(crate) fn name(&mut self, span: &Span, slot: Slot) -> Result<(), LoadError> {
        let Some(block) = self.blocks.last_mut() else {
            return Ok(());
        };
        let name = span.text();
        if block.iter().any(|(known, _)| known == name) {
            return Err(LoadError::unsupported(span, "a variable bound twice"));
        }
        block.push((name.to_owned(), slot));
        Ok(())
    }

    /// Binds a new variable.
    pub(crate) fn bind(&mut self, span: &Span) -> Result<Slot, LoadError> {
        let slot = self.slot();
        self.name(span, slot)?;
        Ok(slot)
    }

    /// Returns the slot of a variable.
    pub(crate) fn local(&self, name: &str) -> Option<Slot> {
        self.blocks.iter().rev().find_map(|block| {
            let (_, slot) = block.iter().find(|(known, _)| known == name)?;
            Some(*slot)
        })
    }
}
