//! Dynamic references: `{{resolve:SERVICE:NAME}}`, which CloudFormation replaces at deployment.

use super::compose::describe;
use crate::resource::{Fragment, UnknownKind, Value};

const OPEN: &str = "{{resolve:";
const CLOSE: &str = "}}";

/// Tells whether a text holds what may be a dynamic reference.
pub(super) fn occurs_in(text: &str) -> bool {
    text.contains(OPEN)
}

/// Replaces the dynamic references among fragments, also those that are put together from several fragments.
pub(super) fn fold(fragments: Vec<Fragment>) -> Vec<Fragment> {
    let opens = fragments
        .iter()
        .any(|fragment| matches!(fragment, Fragment::Text(text) if occurs_in(text)));
    if !opens {
        return fragments;
    }
    let mut folder = Folder::default();
    for fragment in fragments {
        match fragment {
            Fragment::Text(text) => folder.text(&text),
            Fragment::Hole(hole) => folder.hole(*hole),
        }
    }
    folder.finish()
}

#[derive(Default)]
struct Folder {
    done: Vec<Fragment>,
    open: Option<Open>,
}

/// A reference whose end was not seen yet.
struct Open {
    written: String,
    fragments: Vec<Fragment>,
}

impl Folder {
    fn text(&mut self, mut text: &str) {
        while !text.is_empty() {
            text = match self.open.take() {
                Some(open) => self.close(open, text),
                None => self.begin(text),
            };
        }
    }

    /// Looks for the start of a reference and returns the text from there on.
    fn begin<'t>(&mut self, text: &'t str) -> &'t str {
        let Some(start) = text.find(OPEN) else {
            push_text(&mut self.done, text);
            return "";
        };
        let (before, rest) = text.split_at(start);
        push_text(&mut self.done, before);
        self.open = Some(Open {
            written: String::new(),
            fragments: Vec::new(),
        });
        rest
    }

    /// Looks for the end of a reference and returns the text behind it.
    fn close<'t>(&mut self, mut open: Open, text: &'t str) -> &'t str {
        let Some(end) = text.find(CLOSE) else {
            open.written.push_str(text);
            push_text(&mut open.fragments, text);
            self.open = Some(open);
            return "";
        };
        let (inside, rest) = text.split_at(end + CLOSE.len());
        open.written.push_str(inside);
        self.done
            .push(Fragment::Hole(Box::new(resolve(&open.written))));
        rest
    }

    fn hole(&mut self, hole: Value) {
        match &mut self.open {
            Some(open) => {
                open.written.push_str(&describe(&hole));
                open.fragments.push(Fragment::Hole(Box::new(hole)));
            }
            None => self.done.push(Fragment::Hole(Box::new(hole))),
        }
    }

    fn finish(mut self) -> Vec<Fragment> {
        for fragment in self.open.into_iter().flat_map(|open| open.fragments) {
            match fragment {
                Fragment::Text(text) => push_text(&mut self.done, &text),
                hole @ Fragment::Hole(_) => self.done.push(hole),
            }
        }
        self.done
    }
}

fn push_text(fragments: &mut Vec<Fragment>, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(Fragment::Text(last)) = fragments.last_mut() {
        *last = format!("{last}{text}").into();
    } else {
        fragments.push(Fragment::Text(text.into()));
    }
}

/// Returns what a whole reference stands for.
fn resolve(written: &str) -> Value {
    let inside = written
        .strip_prefix(OPEN)
        .and_then(|rest| rest.strip_suffix(CLOSE))
        .unwrap_or(written);
    let service = inside.split(':').next().unwrap_or(inside);
    match service {
        "secretsmanager" | "ssm-secure" => Value::Secret(written.into()),
        _ => Value::unknown(
            UnknownKind::DynamicReference,
            inside,
            "is resolved at deployment",
        ),
    }
}
