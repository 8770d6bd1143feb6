//! Parts of references: which instances they choose, and what more can be taken from them.

use super::address::{self, Key};
use crate::document::hcl::{Part, Traversal};

/// Chooses the instances that a reference means.
pub(super) fn select<'k>(
    keys: impl Iterator<Item = &'k Option<Key>> + Clone,
    index: Option<&Part>,
    keyed: bool,
    own: Option<&Key>,
) -> Vec<&'k Option<Key>> {
    let literal = index.and_then(address::key);
    let computed = match index {
        Some(Part::Computed(inner)) => inner.iter().any(|traversal| is_own_key(&traversal.0)),
        Some(_) => false,
        None => keyed,
    };
    let wanted = if computed {
        own.cloned()
    } else {
        literal.clone()
    };
    let exact: Vec<_> = keys
        .clone()
        .filter(|key| wanted.is_some() && **key == wanted)
        .collect();
    if literal.is_some() || !exact.is_empty() {
        exact
    } else {
        keys.collect()
    }
}

/// Splits the index from what follows a resource or a module.
pub(super) fn split_index(rest: &[Part]) -> (Option<&Part>, &[Part]) {
    match rest {
        [
            index @ (Part::Key(_) | Part::Number(_) | Part::Splat | Part::Computed(_)),
            rest @ ..,
        ] => (Some(index), rest),
        _ => (None, rest),
    }
}

/// Tells whether a reference is to the key of the instance that refers.
pub(super) fn is_own_key(parts: &[Part]) -> bool {
    matches!(parts, [Part::Name(root), Part::Name(name), ..]
        if root == "each" && name == "key" || root == "count" && name == "index")
}

/// Tells whether a reference is to no value of the configuration.
pub(super) fn is_meta(reference: &Traversal) -> bool {
    match reference.0.as_slice() {
        [Part::Name(root), Part::Name(name), ..] if root == "each" => name == "key",
        [Part::Name(root), ..] => matches!(root.as_str(), "count" | "path" | "terraform" | "self"),
        _ => true,
    }
}

/// Tells whether a reference is to a value that another expression makes.
pub(super) fn is_passed_on(parts: &[Part]) -> bool {
    matches!(parts.first(), Some(Part::Name(root)) if matches!(root.as_str(), "var" | "local" | "module" | "each"))
}

/// Tells whether a reference names a thing and nothing of it, so that more can be taken from it.
pub(super) fn is_bare(parts: &[Part]) -> bool {
    let own = match parts {
        [Part::Name(first), Part::Name(_), rest @ ..]
            if matches!(first.as_str(), "var" | "local" | "each") =>
        {
            return rest.iter().all(|part| !matches!(part, Part::Splat));
        }
        [Part::Name(first), _, _, rest @ ..] if first == "data" || first == "module" => rest,
        [_, _, rest @ ..] => rest,
        _ => return false,
    };
    own.is_empty() || matches!(own, [Part::Key(_) | Part::Number(_)])
}

/// Puts the key of the instance in place of `each.key` and `count.index`.
pub(super) fn with_own_key(parts: &[Part], key: Option<&Key>) -> Vec<Part> {
    let literal = |part: &Part| match (part, key) {
        (Part::Computed(inner), Some(key)) if matches!(inner.as_slice(), [only] if is_own_key(&only.0)) => {
            match key {
                Key::Name(name) => Part::Key(name.clone()),
                Key::Number(number) => Part::Number(*number),
            }
        }
        _ => part.clone(),
    };
    parts.iter().map(literal).collect()
}
