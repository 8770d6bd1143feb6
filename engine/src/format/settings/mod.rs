//! Exported settings of GitHub repositories: what `gh api` prints, as facts for policies over the whole scan.
//!
//! A file holds an object keyed by the path that was asked (`repos/OWNER/REPO/environments`), or one response, or an
//! array of responses, as far as each says by its `url` what it is. An array under a path is its pages, as
//! `gh api --paginate --slurp` prints them. Anything else is an error: a fact that is not understood is not left out.
//!
//! Resources, whose nodes are the responses:
//!
//! ```text
//! repository          repos/O/R
//! environment_list    repos/O/R/environments; its environments stand beside it
//! environment         repos/O/R/environments/NAME
//! deployment_branch_policies   repos/O/R/environments/NAME/deployment-branch-policies
//! branch_protection   repos/O/R/branches/NAME/protection
//! branch_rules        repos/O/R/rules/branches/NAME
//! ruleset_list        repos/O/R/rulesets, orgs/O/rulesets
//! ruleset             repos/O/R/rulesets/ID, orgs/O/rulesets/ID
//! ```
//!
//! The address is the path; facts: `repository` ("o/r", lower-cased; of an organization "o"), `name` (of the environment
//! or branch, decoded), `complete` (whether a list holds all of its `total_count`), `missing` (whether the answer was
//! that there is no such thing).

mod paths;

use std::sync::Arc;

use super::workflow;
use crate::artifact::{Artifact, Span};
use crate::document::{self, SyntaxError};
use crate::resource::{Entry, Format, Node, Resource, Unit, Value};
use paths::{Asked, asked};

/// Reads a file of exported settings.
///
/// # Errors
/// What is no JSON or no response that is known, with the places.
pub fn read(artifact: Arc<Artifact>) -> Result<Unit, Vec<SyntaxError>> {
    let (document, errors) = document::parse(artifact.text());
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut reading = Reading::default();
    match workflow::plain(&document) {
        Some(root) => reading.file(&root),
        None => reading.wrong(None, "the file is empty".to_owned()),
    }
    reading.check_unique();
    if !reading.errors.is_empty() {
        return Err(reading.errors);
    }
    Ok(Unit {
        format: Format::GithubSettings,
        artifact,
        resources: reading.resources,
        outputs: Vec::new(),
        facts: Vec::new(),
        assumptions: Vec::new(),
        choices: Vec::new(),
        notices: Vec::new(),
        secrets: crate::resource::Secrets::default(),
        sources: None,
    })
}

#[derive(Default)]
struct Reading {
    resources: Vec<Resource>,
    errors: Vec<SyntaxError>,
}

impl Reading {
    fn wrong(&mut self, span: Option<Span>, message: String) {
        let span = span.unwrap_or_else(|| Span::new(0, 0));
        self.errors.push(SyntaxError { message, span });
    }

    fn file(&mut self, root: &Node) {
        match &root.value {
            Value::Object(entries) if entries.iter().any(|entry| is_path(&entry.key)) => {
                for entry in entries {
                    self.keyed(entry);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                for item in items {
                    self.bare(item);
                }
            }
            Value::Object(_) => self.bare(root),
            _ => self.wrong(root.span, "no response of the API".to_owned()),
        }
    }

    fn keyed(&mut self, entry: &Entry) {
        let span = entry.key_span;
        let Some(asked) = asked(&entry.key) else {
            let message = format!("'{}' is no path of the API that is read", entry.key);
            return self.wrong(span, message);
        };
        if let (Value::Array(pages), true) = (&entry.node.value, asked.kind.is_paged()) {
            for page in pages {
                self.response(&asked, page, span);
            }
            return;
        }
        self.response(&asked, &entry.node, span);
    }

    /// Reads a response that has no path beside it: by its own address.
    fn bare(&mut self, node: &Node) {
        if let Some(Value::Array(environments)) = node.get("environments").map(|list| &list.value) {
            let first = environments.first().and_then(address_of);
            let list = first.and_then(|path| Some(path.rsplit_once('/')?.0.to_owned()));
            if let Some(asked) = list.and_then(|path| asked(&path)) {
                return self.response(&asked, node, node.span);
            }
        }
        match address_of(node).and_then(|path| asked(&path)) {
            Some(asked) => self.response(&asked, node, node.span),
            None => self.wrong(
                node.span,
                "a response that does not say what it is: write it under the path that was asked, {\"repos/OWNER/REPO/…\": …}"
                    .to_owned(),
            ),
        }
    }

    fn response(&mut self, asked: &Asked, node: &Node, span: Option<Span>) {
        let missing = node.get("message").is_some() && node.get("status").is_some();
        if missing && !is_not_found(node) {
            let message = format!("'{}' is an error of the API, no setting", asked.path);
            return self.wrong(span, message);
        }
        if !missing && let Some(message) = asked.kind.complaint(node) {
            return self.wrong(span, format!("'{}' {message}", asked.path));
        }
        if asked.kind == paths::Kind::EnvironmentList {
            self.environments(asked, node);
        }
        self.resources.push(resource(asked, node, span, missing));
    }

    fn environments(&mut self, list: &Asked, node: &Node) {
        let Some(Value::Array(items)) = node.get("environments").map(|list| &list.value) else {
            return;
        };
        for item in items {
            let Some(name) = item.get("name").and_then(Node::as_str) else {
                self.wrong(item.span, "an environment without 'name'".to_owned());
                continue;
            };
            let asked = list.environment(name);
            let span = item.get("name").and_then(|name| name.span);
            self.resources.push(resource(&asked, item, span, false));
        }
    }

    /// An environment may stand in the list and on its own: the first answer counts. A list may have several pages.
    fn check_unique(&mut self) {
        self.resources.sort_by(|a, b| a.address.cmp(&b.address));
        let mut previous: Option<(Arc<str>, Node)> = None;
        let mut number = 0;
        let mut wrong = Vec::new();
        self.resources.retain_mut(|one| {
            let address = Arc::clone(&one.address);
            let repeated = previous.as_ref().filter(|(known, _)| *known == address);
            let Some((_, node)) = repeated else {
                number = 1;
                previous = Some((address, one.node.clone()));
                return true;
            };
            if one.type_name.ends_with("_list") {
                number += 1;
                one.address = format!("{address}?page={number}").into();
                return true;
            }
            if !alike(node, &one.node) {
                wrong.push((
                    one.span,
                    format!("'{address}' is answered twice, differently"),
                ));
            }
            false
        });
        for (span, message) in wrong {
            self.wrong(span, message);
        }
    }
}

/// Tells whether two responses say the same, wherever they stand.
fn alike(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| one.key == other.key && alike(&one.node, &other.node))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (one, other) => one == other,
    }
}

fn is_path(key: &str) -> bool {
    let key = key.trim_start_matches('/');
    key.starts_with("repos/") || key.starts_with("orgs/")
}

fn is_not_found(node: &Node) -> bool {
    let status = node.get("status").map(|status| &status.value);
    matches!(status, Some(Value::String(status) | Value::Number(status)) if &**status == "404")
}

/// Returns the path that a response names as its own.
fn address_of(node: &Node) -> Option<String> {
    let own = node.get("_links").and_then(|links| links.get("self"));
    let url = node
        .get("url")
        .or_else(|| own.and_then(|own| own.get("href")));
    let url = url?.as_str()?;
    let at = url.find("/repos/").or_else(|| url.find("/orgs/"))?;
    Some(url.get(at + 1..)?.to_owned())
}

fn resource(asked: &Asked, node: &Node, span: Option<Span>, missing: bool) -> Resource {
    let text = |text: &str| Node::unplaced(Value::String(text.into()));
    let flag = |flag: bool| Node::unplaced(Value::Bool(flag));
    Resource {
        address: asked.path.as_str().into(),
        type_name: asked.kind.type_name().into(),
        node: node.clone(),
        properties_key: None,
        references: Vec::new(),
        facts: vec![
            ("repository", text(&asked.repository)),
            ("name", text(&asked.name)),
            ("complete", flag(is_complete(node))),
            ("missing", flag(missing)),
        ],
        left_out: Vec::new(),
        span,
    }
}

/// Tells whether a list holds all that it counts.
fn is_complete(node: &Node) -> bool {
    let Some(Value::Number(total)) = node.get("total_count").map(|total| &total.value) else {
        return true;
    };
    let lists = ["environments", "branch_policies"].iter();
    let held = lists.filter_map(|key| match node.get(key).map(|list| &list.value) {
        Some(Value::Array(items)) => Some(items.len()),
        _ => None,
    });
    total.parse::<usize>().ok() == Some(held.sum())
}

#[cfg(test)]
mod tests;
