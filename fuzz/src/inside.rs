//! Places: every span and region lies inside its text, and cuts no character.

use std::sync::Arc;

use ordinance_engine::artifact::{Artifact, Encoding, Region, Span, decode};
use ordinance_engine::resource::{Fragment, Node, Path, Resource, Segment, Unit, Value};

/// The most nodes of one unit that are looked at: an alias may stand for many.
const NODES: usize = 20_000;

/// Returns the bytes as the text of a file of this name; `None` where they are no text.
pub fn artifact(uri: &str, bytes: &[u8]) -> Option<Arc<Artifact>> {
    let (text, encoding) = decode(bytes.to_vec()).ok()?;
    Some(Arc::new(Artifact::new(uri, text, encoding)))
}

/// Returns a text as a file of this name.
pub fn file(uri: &str, text: impl Into<String>) -> Arc<Artifact> {
    Arc::new(Artifact::new(uri, text.into(), Encoding::Utf8))
}

/// A span lies in a text, on boundaries of characters.
pub fn span(text: &str, span: Span) {
    assert!(
        text.get(span.start as usize..span.end as usize).is_some(),
        "{span:?} of a text of {} bytes",
        text.len()
    );
}

/// A region lies in a text: its lines exist, its columns are on them, and it does not end before it starts.
pub fn region(artifact: &Artifact, region: Region) {
    let start = (region.start_line, region.start_column);
    let end = (region.end_line, region.end_column);
    assert!(start <= end, "{region:?} ends before it starts");
    for (line, column) in [start, end] {
        let text = artifact
            .line(line)
            .unwrap_or_else(|| panic!("there is no line {line}: {region:?}"));
        let units = text.encode_utf16().count();
        assert!(
            (1..=units + 1).contains(&(column as usize)),
            "{region:?} of a line of {units} units"
        );
    }
}

/// Every place of a unit lies in its text, and what it says about its resources holds together.
pub fn unit(unit: &Unit) {
    let text = unit.artifact.text();
    let mut left = NODES;
    let mut addresses: Vec<&str> = Vec::new();
    for resource in &unit.resources {
        let called = |path: &Path| {
            let sources = unit.sources.as_ref();
            sources.and_then(|sources| sources.artifact(resource, path).cloned())
        };
        addresses.push(&resource.address);
        for place in resource
            .span
            .iter()
            .chain(resource.left_out.iter().map(|(_, span)| span))
        {
            spot(&unit.artifact, *place);
        }
        node(
            &resource.node,
            &Path::default(),
            &mut left,
            &mut |path, place| match called(path) {
                Some(artifact) => spot(&artifact, place),
                None => span(text, place),
            },
        );
        assert!(
            resource.references.is_sorted_by_key(|edge| &edge.path),
            "the references of {} are not sorted",
            resource.address
        );
        sources(unit, resource);
    }
    let count = addresses.len();
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!(addresses.len(), count, "addresses are unique");
    for notice in &unit.notices {
        assert!(notice.message.ends_with('.'), "{:?}", notice.message);
        if let Some(place) = notice.span {
            spot(&unit.artifact, place);
        }
    }
}

/// Where the sources behind a unit say that something of a resource lies.
fn sources(unit: &Unit, resource: &Resource) {
    let Some(sources) = &unit.sources else {
        return;
    };
    for path in paths(&resource.node) {
        let origins = sources.origins(resource, &path);
        let origins = origins.iter().map(|origin| &origin.spot);
        let located = sources.locate(resource, &path);
        for found in located.iter().chain(origins) {
            spot(&found.artifact, found.span);
        }
        if let Some(found) = located {
            assert!(found.depth <= path.0.len(), "{path} at {}", found.depth);
        }
        for call in sources.calls(resource, &path) {
            call.span
                .iter()
                .for_each(|place| spot(&call.artifact, *place));
        }
    }
    sources.gap(resource);
    sources.declaration(&resource.address);
}

/// A span of an artifact, and the region that it is shown as.
pub fn spot(artifact: &Artifact, place: Span) {
    span(artifact.text(), place);
    region(artifact, artifact.region(place));
}

/// Some paths from the node of a resource: to each entry of the first levels, and to one that does not exist.
fn paths(node: &Node) -> Vec<Path> {
    let mut found = vec![Path::default()];
    let mut at = 0;
    while at < found.len() && found.len() < 60 {
        let path = found[at].clone();
        at += 1;
        let below = path.0.iter().try_fold(node, |node, step| node.child(step));
        match below.map(|below| &below.value) {
            Some(Value::Object(entries)) => found.extend(
                entries
                    .iter()
                    .take(12)
                    .map(|entry| path.child(Segment::Key(Arc::clone(&entry.key)))),
            ),
            Some(Value::Array(items)) => {
                found.extend((0..items.len().min(3)).map(|index| path.child(index)));
            }
            _ => {}
        }
    }
    found.push(Path::default().child("no such").child(7).child("thing"));
    found
}

/// Gives each place of a value to `look`, with the path to it.
fn node(node_: &Node, path: &Path, left: &mut usize, look: &mut dyn FnMut(&Path, Span)) {
    if *left == 0 {
        return;
    }
    *left -= 1;
    if let Some(place) = node_.span {
        look(path, place);
    }
    match &node_.value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                node(item, &path.child(index), left, look);
            }
        }
        Value::Object(entries) => {
            for entry in entries {
                let below = path.child(Segment::Key(Arc::clone(&entry.key)));
                if let Some(place) = entry.key_span {
                    look(&below, place);
                }
                node(&entry.node, &below, left, look);
            }
        }
        Value::Unknown(unknown) => {
            for value in &unknown.values {
                node(value, path, left, look);
            }
        }
        _ => {}
    }
}

/// Returns what a value is, without any place: the same for two that differ in where they are written.
pub fn bare(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    use std::fmt::Write as _;
    if out.len() > 1 << 20 {
        return;
    }
    let result = match value {
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write(&item.value, out);
                out.push(',');
            }
            write!(out, "]")
        }
        Value::Object(entries) => {
            out.push('{');
            for entry in entries {
                let _ = write!(out, "{:?}:", entry.key);
                write(&entry.node.value, out);
                out.push(',');
            }
            write!(out, "}}")
        }
        Value::Partial(fragments) => {
            for fragment in fragments {
                match fragment {
                    Fragment::Text(text) => drop(write!(out, "{text:?}+")),
                    Fragment::Hole(hole) => write(hole, out),
                }
            }
            Ok(())
        }
        Value::Unknown(unknown) => {
            let _ = write!(
                out,
                "?{:?} {:?} {:?}",
                unknown.kind, unknown.name, unknown.why
            );
            for one in &unknown.values {
                write(&one.value, out);
            }
            write!(out, " {:?}", unknown.references)
        }
        other => write!(out, "{other:?}"),
    };
    // Writing to a string does not fail.
    let _ = result;
}
