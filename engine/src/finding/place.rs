//! Paths to places: the nearest existing ancestor, small regions, source excerpts.

use std::sync::Arc;

use super::{Excerpt, Location};
use crate::artifact::{Artifact, Span};
use crate::resource::{Node, Path, Resource, Segment, Spot, Unit, Value};

/// Lines longer than this are shown nowhere: minified files have a line, but nobody reads it.
const LONGEST_SHOWN_LINE: usize = 500;

/// A place before it is counted in lines.
#[derive(Debug, Clone)]
pub(super) struct Place {
    artifact: Arc<Artifact>,
    span: Option<Span>,
    exact: bool,
}

impl Place {
    /// Finds the place of `path` of `resource`: in the sources behind the unit where it has some, else in the unit's
    /// own text, else the unit's file as a whole.
    pub(super) fn of(unit: &Unit, resource: &Resource, path: &Path) -> Self {
        if let Some(spot) = unit
            .sources
            .as_ref()
            .and_then(|sources| sources.locate(resource, path))
        {
            return Self {
                exact: spot.depth == path.0.len(),
                ..Self::at(&spot)
            };
        }
        let sources = unit.sources.as_ref();
        let file = sources.and_then(|sources| sources.artifact(resource, path));
        let artifact = file.unwrap_or(&unit.artifact);
        let (span, exact) = within(artifact, resource, path);
        Self {
            artifact: Arc::clone(artifact),
            span,
            // What has no line is exact nowhere.
            exact: exact && span.is_some(),
        }
    }

    /// Makes the place that sources behind a unit show.
    pub(super) fn at(spot: &Spot) -> Self {
        Self {
            artifact: Arc::clone(&spot.artifact),
            span: Some(spot.span),
            exact: true,
        }
    }

    /// Returns the place as lines and columns, with the text around it.
    pub(super) fn location(&self) -> Location {
        let span = self.span.map(|span| first_line(&self.artifact, span));
        Location {
            uri: Arc::clone(self.artifact.uri()),
            region: span.map(|span| self.artifact.region(span)),
            excerpt: span.and_then(|span| excerpt(&self.artifact, span)),
            exact: self.exact,
        }
    }

    /// Returns the artifact that the place lies in.
    pub(super) fn artifact(&self) -> &Artifact {
        &self.artifact
    }
}

/// Returns the location of a span of an artifact, as a notice shows it.
pub(super) fn of_span(artifact: &Arc<Artifact>, span: Option<Span>) -> Location {
    Place {
        artifact: Arc::clone(artifact),
        span,
        exact: span.is_some(),
    }
    .location()
}

/// Walks the resource's node down the path. Gives the span of the value where it is a scalar, else of its key; for what
/// does not exist, the key of the nearest ancestor that does, at the latest the resource itself (catalogue L1, L2). A key
/// whose value is `AWS::NoValue` is written, and is shown.
fn within(artifact: &Artifact, resource: &Resource, path: &Path) -> (Option<Span>, bool) {
    let mut walk = Walk {
        node: &resource.node,
        best: resource.span,
    };
    for (depth, segment) in path.0.iter().enumerate() {
        if walk.step(segment) {
            continue;
        }
        if let Some(document) = document_at(resource, &path.0[..depth]) {
            walk.node = document;
            if walk.step(segment) {
                continue;
            }
        }
        let mut left_out = resource.left_out.iter();
        if let Some((_, key)) = left_out.find(|(one, _)| one.0 == path.0[..=depth]) {
            return (Some(*key), false);
        }
        let inside = text_inside(artifact, walk.node, segment);
        return match inside {
            Some(span) => (Some(span), depth + 1 == path.0.len()),
            None => (walk.best, false),
        };
    }
    (walk.best, true)
}

struct Walk<'a> {
    node: &'a Node,
    best: Option<Span>,
}

impl Walk<'_> {
    /// Goes one segment down; false when there is no such child.
    fn step(&mut self, segment: &Segment) -> bool {
        let key_span = match segment {
            Segment::Key(key) => self.node.entry(key).and_then(|entry| entry.key_span),
            Segment::Index(_) => None,
        };
        let Some(child) = self.node.child(segment) else {
            return false;
        };
        let is_container = matches!(child.value, Value::Array(_) | Value::Object(_));
        let span = if is_container {
            key_span.or(child.span)
        } else {
            child.span.or(key_span)
        };
        self.best = span.or(self.best);
        self.node = child;
        true
    }
}

/// Returns the parsed document of the string at `path`, from the resource's `documents` fact.
fn document_at<'a>(resource: &'a Resource, path: &[Segment]) -> Option<&'a Node> {
    let (_, documents) = resource
        .facts
        .iter()
        .find(|(name, _)| *name == "documents")?;
    let Value::Array(documents) = &documents.value else {
        return None;
    };
    documents
        .iter()
        .find(|document| document.get("path").is_some_and(|node| is_path(node, path)))?
        .get("value")
}

fn is_path(node: &Node, path: &[Segment]) -> bool {
    let Value::Array(steps) = &node.value else {
        return false;
    };
    steps.len() == path.len()
        && steps
            .iter()
            .zip(path)
            .all(|(step, segment)| match (&step.value, segment) {
                (Value::String(step), Segment::Key(key)) => step == key,
                (Value::Number(step), Segment::Index(index)) => **step == *index.to_string(),
                _ => false,
            })
}

/// Finds a text inside a string scalar: an expression, a command.
fn text_inside(artifact: &Artifact, node: &Node, segment: &Segment) -> Option<Span> {
    let (Value::String(_), Segment::Key(text), Some(span)) = (&node.value, segment, node.span)
    else {
        return None;
    };
    let source = artifact
        .text()
        .get(span.start as usize..span.end as usize)?;
    let offset = u32::try_from(source.find(&**text)?).ok()?;
    let length = u32::try_from(text.len()).ok()?;
    let start = span.start + offset;
    Some(Span::new(start, start + length))
}

/// Cuts a span at the end of its first line: a finding points at a line, never at a whole block.
fn first_line(artifact: &Artifact, span: Span) -> Span {
    let text = artifact
        .text()
        .get(span.start as usize..span.end as usize)
        .unwrap_or_default();
    let line = text.split(['\n', '\r']).next().unwrap_or_default();
    let length = u32::try_from(line.trim_end().len()).unwrap_or_default();
    Span::new(span.start, span.start + length)
}

fn excerpt(artifact: &Artifact, span: Span) -> Option<Excerpt> {
    let region = artifact.region(span);
    let first_line = region.start_line.saturating_sub(1).max(1);
    let mut lines = Vec::new();
    for number in first_line..=region.end_line.saturating_add(1) {
        let Some(line) = artifact.lines().line(artifact.text(), number) else {
            break;
        };
        let text = artifact
            .text()
            .get(line.start as usize..line.end as usize)?;
        if text.len() > LONGEST_SHOWN_LINE {
            return None;
        }
        lines.push(text);
    }
    Some(Excerpt {
        first_line,
        text: lines.join("\n"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::{Encoding, Region};
    use crate::document;
    use crate::format::{Options, cloudformation};

    const TEMPLATE: &str = r#"Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: PublicRead
      Tags:
        - Key: team
          Value: naïve 🚀
      BucketEncryption:
        ServerSideEncryptionConfiguration: []
      LoggingConfiguration:
        LogFilePrefix: !Ref AWS::NoValue
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: |
        {"Statement": [
          {"Effect": "Allow", "Action": "*", "Resource": "*"}
        ]}
"#;

    fn place(address: &str, path: &Path) -> (String, bool) {
        let artifact = Arc::new(Artifact::new("a.yaml", TEMPLATE.to_owned(), Encoding::Utf8));
        let (document, _) = document::parse(artifact.text());
        let unit = cloudformation::normalise(&document, artifact, &Options::default());
        let resource = unit
            .resources
            .iter()
            .find(|resource| &*resource.address == address)
            .unwrap();
        let location = Place::of(&unit, resource, path).location();
        let Region {
            start_line,
            start_column,
            end_line,
            end_column,
        } = location.region.unwrap();
        assert_eq!(start_line, end_line);
        (
            format!("{start_line}:{start_column}-{end_column}"),
            location.exact,
        )
    }

    fn path(steps: &[&str]) -> Path {
        let segments = steps.iter().map(|step| match step.parse::<usize>() {
            Ok(index) => index.into(),
            Err(_) => (*step).into(),
        });
        Path(segments.collect())
    }

    #[test]
    fn a_scalar_is_placed_at_its_value() {
        let place = place("Logs", &path(&["Properties", "AccessControl"]));
        assert_eq!(place, ("5:22-32".into(), true));
    }

    #[test]
    fn columns_count_utf_16_units() {
        let place = place("Logs", &path(&["Properties", "Tags", "0", "Value"]));
        assert_eq!(place, ("8:18-26".into(), true));
    }

    #[test]
    fn a_container_is_placed_at_its_key() {
        let place = place("Logs", &path(&["Properties", "BucketEncryption"]));
        assert_eq!(place, ("9:7-23".into(), true));
    }

    #[test]
    fn what_is_absent_is_placed_at_the_nearest_ancestor() {
        let missing = path(&["Properties", "BucketEncryption", "X", "Y"]);
        assert_eq!(place("Logs", &missing), ("9:7-23".into(), false));
        let missing = path(&["DeletionPolicy"]);
        assert_eq!(place("Logs", &missing), ("2:3-7".into(), false));
    }

    #[test]
    fn what_no_value_leaves_out_is_placed_at_its_key() {
        let prefix = ["Properties", "LoggingConfiguration", "LogFilePrefix"];
        assert_eq!(place("Logs", &path(&prefix)), ("12:9-22".into(), false));
        let bucket = [
            "Properties",
            "LoggingConfiguration",
            "DestinationBucketName",
        ];
        assert_eq!(place("Logs", &path(&bucket)), ("11:7-27".into(), false));
    }

    #[test]
    fn a_path_leads_into_a_policy_in_a_string() {
        let action = path(&["Properties", "PolicyDocument", "Statement", "0", "Action"]);
        assert_eq!(place("Policy", &action), ("18:41-44".into(), true));
    }

    #[test]
    fn a_text_is_found_inside_a_string() {
        let inside = path(&["Properties", "AccessControl", "Read"]);
        assert_eq!(place("Logs", &inside), ("5:28-32".into(), true));
    }
}
