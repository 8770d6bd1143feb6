//! Suppressions that are not needed, taken out of the text that holds them.

use std::sync::Arc;

use super::grammar::NAME;
use super::mark::Origin;
use crate::artifact::{Region, Span};
use crate::document::{self, Kind, NodeRef};

/// A suppression that is not needed, or not for all the controls that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// Its file.
    pub uri: Arc<str>,
    /// Where it stands.
    pub region: Option<Region>,
    /// What it stands in.
    pub origin: Origin,
    /// The controls that it is needed for.
    pub needed: Vec<String>,
    pub(super) span: Option<Span>,
}

/// Returns the text without these suppressions, and which of them were taken out. A comment goes with its line, an entry
/// of a block list of YAML with its lines; an entry that is the only one of its list stays, and so does JSON.
pub fn removed(text: &str, unused: &[&Unused]) -> (String, Vec<bool>) {
    let mut order: Vec<usize> = (0..unused.len()).collect();
    order.sort_by_key(|at| {
        unused
            .get(*at)
            .and_then(|one| one.span)
            .map(|span| span.start)
    });
    let mut next = text.to_owned();
    let mut done = vec![false; unused.len()];
    // From the end, so that the places before stay.
    for at in order.into_iter().rev() {
        let Some(one) = unused.get(at) else { continue };
        let edit = one.span.and_then(|span| match one.origin {
            Origin::Comment => comment(&next, span, &one.needed),
            Origin::Metadata | Origin::Central => {
                let whole = one.needed.is_empty();
                whole.then(|| entry(&next, span)).flatten()
            }
        });
        if let Some((start, end, new)) = edit {
            next.replace_range(start..end, &new);
            if let Some(done) = done.get_mut(at) {
                *done = true;
            }
        }
    }
    (next, done)
}

/// What stands from a byte to another, and what is to stand there.
type Edit = (usize, usize, String);

fn comment(text: &str, span: Span, needed: &[String]) -> Option<Edit> {
    let (start, end) = (span.start as usize, span.end as usize);
    let written = text.get(start..end)?;
    let name = written.find(NAME)?;
    if !needed.is_empty() {
        let open = start + name + written.get(name..)?.find('[')?;
        let close = open + text.get(open..end)?.find(']')?;
        return Some((open + 1, close, needed.join(", ")));
    }
    let rest = text.get(end..)?;
    // What follows a comment between two marks stays as it is.
    if !(rest.is_empty() || rest.starts_with(['\n', '\r'])) {
        return None;
    }
    let line = line_start(text, start);
    let before = text.get(line..start)?;
    if before.trim().is_empty() {
        return Some((line, line_end(text, end), String::new()));
    }
    Some((line + before.trim_end().len(), end, String::new()))
}

/// Finds the item of a list whose first key stands at a place.
fn entry(text: &str, span: Span) -> Option<Edit> {
    let (document, errors) = document::parse(text);
    if !errors.is_empty() {
        return None;
    }
    let (item, count) = item_at(document.root()?, span.start)?;
    let line = line_start(text, item.start as usize);
    let before = text.get(line..item.start as usize)?;
    if before.trim() != "-" || count < 2 {
        return None;
    }
    let last = text.get(..item.end as usize)?.trim_end().len();
    Some((line, line_end(text, last), String::new()))
}

/// Returns the innermost item of a list that begins at a byte, and how many the list has.
fn item_at(node: NodeRef<'_>, at: u32) -> Option<(Span, usize)> {
    let mut open = vec![node];
    let mut found = None;
    while let Some(node) = open.pop() {
        match node.kind() {
            Kind::Sequence => {
                let count = node.items().count();
                for item in node.items() {
                    if item.span().start == at {
                        found = Some((item.span(), count));
                    }
                    open.push(item);
                }
            }
            Kind::Mapping => open.extend(node.entries().map(|(_, value)| value)),
            Kind::Scalar(_) => {}
        }
    }
    found
}

fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |end| end + 1)
}

/// Returns where the line after a byte begins.
fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |end| at + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, what: &str, origin: Origin, needed: &[&str]) -> (String, bool) {
        let start = u32::try_from(text.find(what).unwrap()).unwrap();
        let line = text[start as usize..].lines().next().unwrap();
        let length = match origin {
            Origin::Comment => line.len(),
            _ => what.len(),
        };
        let unused = Unused {
            uri: "a.yaml".into(),
            region: None,
            origin,
            needed: needed.iter().map(ToString::to_string).collect(),
            span: Some(Span::new(start, start + u32::try_from(length).unwrap())),
        };
        let (text, done) = removed(text, &[&unused]);
        (text, done[0])
    }

    #[test]
    fn a_comment_goes_with_its_line_or_from_behind_it() {
        let text = "a:\n  # ordinance:ignore[S3-001] reason=\"x\"\n  b: 1\n";
        let comment = |text, needed| without(text, "# ord", Origin::Comment, needed);
        assert_eq!(comment(text, &[]), ("a:\n  b: 1\n".into(), true));
        let text = "a: 1   # ordinance:ignore[S3-001,S3-002] reason=\"x\"\nb: 2\n";
        assert_eq!(comment(text, &[]), ("a: 1\nb: 2\n".into(), true));
        let kept = "a: 1   # ordinance:ignore[S3-002] reason=\"x\"\nb: 2\n";
        assert_eq!(comment(text, &["S3-002"]), (kept.into(), true));
    }

    #[test]
    fn an_entry_goes_with_its_lines_unless_it_is_the_only_one() {
        let text = "exceptions:\n  - rule: A\n    reason: x\n  - rule: B\n    reason: y\n";
        let entry = |text, what| without(text, what, Origin::Central, &[]);
        assert_eq!(
            entry(text, "rule: A"),
            ("exceptions:\n  - rule: B\n    reason: y\n".into(), true)
        );
        assert_eq!(
            entry(text, "rule: B"),
            ("exceptions:\n  - rule: A\n    reason: x\n".into(), true)
        );
        let one = "exceptions:\n  - rule: A\n";
        assert_eq!(entry(one, "rule: A"), (one.into(), false));
        let flow = "exceptions: [{rule: A}, {rule: B}]\n";
        assert_eq!(entry(flow, "rule: A"), (flow.into(), false));
    }
}
