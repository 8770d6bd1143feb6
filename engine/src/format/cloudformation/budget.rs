//! What one template may cost: aliases, references and substitutions can multiply a small text without end.

/// Nodes that one template may become. The largest template that CloudFormation accepts has 1 MB.
const MAX_NODES: usize = 500_000;

/// Bytes of text that the substitutions and joins of one template may compose together.
const MAX_COMPOSED: usize = 32 << 20;

/// The longest text that one substitution or join may compose.
pub(super) const MAX_TEXT: usize = 64 << 10;

/// How deep values may be nested.
const MAX_DEPTH: usize = 100;

/// What is left to spend.
#[derive(Debug)]
pub(super) struct Budget {
    nodes: usize,
    composed: usize,
    depth: usize,
    exhausted: bool,
}

impl Budget {
    /// Makes the budget of one template.
    pub(super) const fn new() -> Self {
        Self {
            nodes: MAX_NODES,
            composed: MAX_COMPOSED,
            depth: MAX_DEPTH,
            exhausted: false,
        }
    }

    /// Spends `count` nodes and tells whether they were there.
    pub(super) fn nodes(&mut self, count: usize) -> bool {
        take(&mut self.nodes, count) || self.fail()
    }

    /// Spends bytes of composed text and tells whether they were there.
    pub(super) fn text(&mut self, bytes: usize) -> bool {
        (bytes <= MAX_TEXT && take(&mut self.composed, bytes)) || self.fail()
    }

    /// Spends bytes of text that is copied and tells whether they were there.
    pub(super) fn copied(&mut self, bytes: usize) -> bool {
        take(&mut self.composed, bytes) || self.fail()
    }

    /// Goes one level down and tells whether that is allowed. Every success needs its [`leave`](Self::leave).
    pub(super) fn enter(&mut self) -> bool {
        take(&mut self.depth, 1) || self.fail()
    }

    /// Comes back from one level down.
    pub(super) const fn leave(&mut self) {
        self.depth += 1;
    }

    /// Tells whether anything was refused so far.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    const fn fail(&mut self) -> bool {
        self.exhausted = true;
        false
    }
}

fn take(left: &mut usize, count: usize) -> bool {
    let enough = *left >= count;
    *left = left.saturating_sub(count);
    enough
}
