//! Places inside policy documents that are written as a text of many lines.

use crate::artifact::{Artifact, Span};
use crate::document::{self, Kind, NodeRef};
use crate::resource::Segment;

/// Finds the place of a path inside the JSON of a heredoc: the deepest part of the path that stands there, and how
/// many segments lie below it. Interpolations inside of strings leave it JSON.
pub(super) fn within(artifact: &Artifact, span: Span, path: &[Segment]) -> Option<(Span, usize)> {
    let range = span.start as usize..span.end as usize;
    let (start, body) = body(artifact.text().get(range)?)?;
    let (document, errors) = document::json::parse(body);
    if !errors.is_empty() {
        return None;
    }
    let mut node = document.root()?;
    let mut best = None;
    for (depth, segment) in path.iter().enumerate() {
        let Some((key, child)) = child(node, segment) else {
            break;
        };
        let is_container = matches!(child.kind(), Kind::Mapping | Kind::Sequence);
        let found = key.filter(|_| is_container).unwrap_or_else(|| child.span());
        best = Some((found, path.len() - depth - 1));
        node = child;
    }
    let offset = span.start + u32::try_from(start).ok()?;
    let (found, left) = best?;
    Some((Span::new(found.start + offset, found.end + offset), left))
}

/// Returns the text between the marks of a heredoc, and where it starts.
fn body(text: &str) -> Option<(usize, &str)> {
    let opening = text.strip_prefix("<<")?.split_once('\n')?.0;
    let mark = opening.trim_start_matches('-').trim();
    let start = "<<".len() + opening.len() + 1;
    let rest = text.get(start..)?.trim_end();
    let body = rest.strip_suffix(mark).unwrap_or(rest);
    Some((start, body))
}

type Child<'a> = (Option<Span>, NodeRef<'a>);

fn child<'a>(node: NodeRef<'a>, segment: &Segment) -> Option<Child<'a>> {
    match segment {
        Segment::Key(key) => {
            let (key, value) = node.entry(key)?;
            Some((Some(key.span()), value))
        }
        // A single statement or action may stand without a list.
        Segment::Index(0) if node.kind() != Kind::Sequence => Some((None, node)),
        Segment::Index(index) => Some((None, node.items().nth(*index)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::Encoding;

    const POLICY: &str = "p = <<-EOT\n  {\"Statement\": [\n    {\"Action\": \"s3:*\", \"Resource\": \"${aws_s3_bucket.b.arn}/*\"}\n  ]}\n  EOT\n";

    fn text_at(text: &str, path: &[Segment]) -> Option<(String, usize)> {
        let artifact = Artifact::new("main.tf", text.to_owned(), Encoding::Utf8);
        let end = u32::try_from(text.trim_end().len()).unwrap();
        let (span, left) = within(&artifact, Span::new(4, end), path)?;
        let found = &text[span.start as usize..span.end as usize];
        Some((found.to_owned(), left))
    }

    #[test]
    fn a_path_leads_into_the_text() {
        let action = ["Statement".into(), 0.into(), "Action".into()];
        assert_eq!(text_at(POLICY, &action), Some(("\"s3:*\"".into(), 0)));
        let listed = ["Statement".into(), 0.into(), "Action".into(), 0.into()];
        assert_eq!(text_at(POLICY, &listed), Some(("\"s3:*\"".into(), 0)));
        let absent = ["Statement".into(), 1.into(), "Action".into()];
        assert_eq!(text_at(POLICY, &absent), Some(("\"Statement\"".into(), 2)));
    }

    #[test]
    fn what_is_no_json_has_no_places() {
        let broken = POLICY.replace("]}", "]");
        assert_eq!(text_at(&broken, &["Statement".into()]), None);
        assert_eq!(text_at("p = <<E\nE\n", &["Statement".into()]), None);
        assert_eq!(text_at("p = {}", &["Statement".into()]), None);
    }
}
