//! What `uses` names: an action, a reusable workflow or an image.

use super::fact;
use super::tree::Notices;
use crate::artifact::Span;
use crate::resource::Node;

/// Where workflows lie in a repository.
pub(super) const FOLDER: &str = ".github/workflows/";

/// Returns the root of the repository of a workflow, as a prefix of the URIs of its files.
pub(super) fn root_of(uri: &str) -> Option<&str> {
    uri.get(..uri.rfind(FOLDER)?)
}

/// Returns the fact of a `uses` text.
pub(super) fn fact(raw: &str, span: Option<Span>, notices: &mut Notices) -> Node {
    let raw = raw.trim();
    if raw.contains("${{") {
        let message = format!("'uses' takes no expression, but is '{raw}'.");
        notices.error(message, span);
        return shape(raw, "invalid", &Parts::default());
    }
    if raw.starts_with("./") || raw.starts_with("../") || raw.starts_with(".\\") {
        let parts = Parts {
            path: Some(raw.to_owned()),
            ..Parts::default()
        };
        return shape(raw, "local", &parts);
    }
    if let Some(image) = raw.strip_prefix("docker://") {
        let parts = Parts {
            image: Some(image.to_owned()),
            ..Parts::default()
        };
        return shape(raw, "docker", &parts);
    }
    let mut parts = remote(raw);
    parts.version = version(parts.reference.as_deref(), notices.comment_behind(span));
    shape(raw, "remote", &parts)
}

/// The version that a tag says, or the comment behind a commit id.
fn version(reference: Option<&str>, comment: Option<&str>) -> Option<Vec<usize>> {
    let reference = reference?;
    if !is_sha(reference) {
        return numbers(reference);
    }
    comment?
        .split(|sign: char| sign.is_whitespace() || matches!(sign, '@' | '=' | ':'))
        .find_map(numbers)
}

/// `v4.1.0`, `4.1`
fn numbers(text: &str) -> Option<Vec<usize>> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    text.split('.').map(|part| part.parse().ok()).collect()
}

#[derive(Default)]
struct Parts {
    owner: Option<String>,
    repository: Option<String>,
    path: Option<String>,
    reference: Option<String>,
    image: Option<String>,
    version: Option<Vec<usize>>,
}

/// `owner/repo/path@ref`
fn remote(raw: &str) -> Parts {
    let (name, reference) = match raw.split_once('@') {
        Some((name, reference)) => (name, Some(reference.to_owned())),
        None => (raw, None),
    };
    let mut segments = name.splitn(3, '/');
    let lower = |segment: &str| segment.to_lowercase();
    Parts {
        owner: segments.next().map(lower),
        repository: segments.next().map(lower),
        path: segments
            .next()
            .map(|path| path.trim_end_matches('/').to_owned()),
        reference,
        image: None,
        version: None,
    }
}

fn shape(raw: &str, kind: &str, parts: &Parts) -> Node {
    let name = match (&parts.owner, &parts.repository, &parts.path) {
        (Some(owner), Some(repository), Some(path)) => {
            Some(format!("{owner}/{repository}/{}", path.to_lowercase()))
        }
        (Some(owner), Some(repository), None) => Some(format!("{owner}/{repository}")),
        _ => None,
    };
    let sha = parts.reference.as_deref().is_some_and(is_sha);
    fact::object([
        ("raw", fact::text(raw)),
        ("kind", fact::text(kind)),
        ("name", fact::optional(name.as_deref())),
        ("owner", fact::optional(parts.owner.as_deref())),
        ("repo", fact::optional(parts.repository.as_deref())),
        ("path", fact::optional(parts.path.as_deref())),
        ("ref", fact::optional(parts.reference.as_deref())),
        ("image", fact::optional(parts.image.as_deref())),
        ("sha", fact::flag(sha)),
        (
            "version",
            parts.version.as_deref().map_or_else(fact::null, numbered),
        ),
    ])
}

fn numbered(parts: &[usize]) -> Node {
    fact::list(parts.iter().map(|part| fact::number(*part)))
}

/// A full commit id: SHA-1 or SHA-256.
fn is_sha(reference: &str) -> bool {
    matches!(reference.len(), 40 | 64) && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
}
