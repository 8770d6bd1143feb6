//! Moving what was read from a part of a text to where the part stands.

use super::{Body, Expression, Form, Piece};
use crate::artifact::Span;

impl Body {
    /// Moves everything so many bytes down.
    pub(super) fn shift(&mut self, bytes: usize) {
        if bytes == 0 {
            return;
        }
        let by = u32::try_from(bytes).unwrap_or(u32::MAX);
        let moved =
            |span: Span| Span::new(span.start.saturating_add(by), span.end.saturating_add(by));
        self.replace_spans(&moved);
    }

    /// Puts another span in place of each.
    pub(super) fn replace_spans(&mut self, new: &dyn Fn(Span) -> Span) {
        for attribute in &mut self.attributes {
            attribute.name_span = new(attribute.name_span);
            attribute.value.replace_spans(new);
        }
        for block in &mut self.blocks {
            block.header = new(block.header);
            if let Some(body) = &mut block.body {
                body.replace_spans(new);
            }
        }
    }
}

impl Expression {
    /// Puts another span in place of each.
    pub(super) fn replace_spans(&mut self, new: &dyn Fn(Span) -> Span) {
        self.span = new(self.span);
        match &mut self.form {
            Form::Array(items) | Form::Call(_, items) => {
                for item in items {
                    item.replace_spans(new);
                }
            }
            Form::Object(items) => {
                for (_, item) in items {
                    item.replace_spans(new);
                }
            }
            Form::Template(pieces) => {
                for piece in pieces {
                    if let Piece::Hole(hole) = piece {
                        hole.replace_spans(new);
                    }
                }
            }
            Form::Null
            | Form::Literal(_)
            | Form::Bool(_)
            | Form::Number(_)
            | Form::Traversal(_)
            | Form::Other(_) => {}
        }
    }
}
