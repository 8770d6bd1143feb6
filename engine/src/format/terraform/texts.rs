//! Texts that a plan repeats, kept once: the keys of its values, the names of its modules.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

/// The texts so far.
#[derive(Debug, Default)]
pub(super) struct Texts {
    known: RefCell<HashSet<Arc<str>>>,
}

impl Texts {
    /// Returns the one text that reads like this.
    pub(super) fn shared(&self, text: &str) -> Arc<str> {
        let mut known = self.known.borrow_mut();
        if let Some(known) = known.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        known.insert(Arc::clone(&new));
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one() {
        let texts = Texts::default();
        assert!(Arc::ptr_eq(&texts.shared("tags"), &texts.shared("tags")));
        assert_eq!(&*texts.shared("name"), "name");
    }
}
