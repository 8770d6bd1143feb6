//! Action files: `action.yml`.

use super::environment::Defaults;
use super::expressions::Collector;
use super::fact;
use super::scope::Scope;
use super::step::{self, Frame};
use super::tree::Notices;
use crate::resource::{Node, Path, Resource};

/// Reads an action.
pub(super) fn read(root: Node, notices: &mut Notices) -> Resource {
    let runs = root.get("runs");
    if runs.is_none() {
        notices.error("This action has no 'runs'.".to_owned(), root.span);
    }
    let scope = Scope::default();
    let place = Path::default().child("runs");
    let mut found = Collector::of_file(notices);
    for (key, value) in fact::entries(Some(&root)) {
        if !matches!(key, "runs" | "description") {
            found.walk(value, &Path::default().child(key), &scope);
        }
    }
    for (key, value) in fact::entries(runs).filter(|(key, _)| *key != "steps") {
        found.walk(value, &place.child(key), &scope);
    }
    let frame = Frame {
        scope: &scope,
        defaults: &Defaults::default(),
        windows: false,
        inlined: None,
    };
    let steps = runs.and_then(|runs| runs.get("steps"));
    let steps = step::read(steps, &place.child("steps"), &frame, &mut found);
    let (expressions, secrets, _) = found.finish();
    let text = |node: Option<&Node>| fact::optional(node.and_then(fact::written).as_deref());
    let facts = vec![
        ("name", text(root.get("name"))),
        ("using", text(runs.and_then(|runs| runs.get("using")))),
        (
            "inputs",
            root.get("inputs")
                .cloned()
                .unwrap_or_else(|| fact::object::<&str>([])),
        ),
        ("steps", steps),
        ("expressions", expressions),
        ("images", images(runs, &place, &scope)),
        ("secrets", secrets),
    ];
    let span = root
        .entry("runs")
        .and_then(|entry| entry.key_span)
        .or(root.span);
    super::resource("action".to_owned(), "action", root, facts, Vec::new(), span)
}

/// The image of a container action; a Dockerfile of its own is none.
fn images(runs: Option<&Node>, place: &Path, scope: &Scope) -> Node {
    let image = runs.and_then(|runs| runs.get("image"));
    let Some((node, name)) =
        image.and_then(|node| Some((node, node.as_str()?.strip_prefix("docker://")?)))
    else {
        return fact::list([]);
    };
    let stripped = Node {
        value: crate::resource::Value::String(name.into()),
        span: node.span,
    };
    fact::list([fact::object([
        ("path", fact::path(&place.child("image"))),
        ("kind", fact::text("action")),
        ("name", fact::null()),
        ("image", scope.resolve_partly(&stripped)),
    ])])
}
