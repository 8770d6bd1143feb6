//! The plan file: its top level, and its resource changes one at a time.
//!
//! Facts of the shape: Terraform's "JSON Output Format", plan and state representation; format versions 0.1 to 1.2.
//! Everything stays a slice of the text until a resource is judged.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use super::configuration::Configuration;
use super::state;
use crate::artifact::Span;
use crate::document::SyntaxError;
use crate::document::raw::{self, Json, Member};

/// How deep tools wrap a plan: `{"input": {"plan": …}}`.
const WRAPPERS: usize = 2;

/// A plan, split into slices.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    text: &'a str,
    members: Vec<Member<'a>>,
}

/// One resource that is there when the plan has been applied.
#[derive(Debug)]
pub(super) struct Change<'a> {
    /// Its address.
    pub(super) address: Arc<str>,
    /// The provider that has it.
    pub(super) provider: Cow<'a, str>,
    /// `managed` or `data`.
    pub(super) mode: Cow<'a, str>,
    /// Whether the plan deletes what was there before.
    pub(super) is_replaced: bool,
    /// What is known of it after the change, as written.
    pub(super) after: &'a str,
    /// Where a value is known after apply only, as written.
    pub(super) unknown: &'a str,
    /// Where a value must not be shown, as written.
    pub(super) sensitive: &'a str,
}

impl<'a> Plan<'a> {
    /// Splits the text of a plan or a state, or of an object that a tool wrapped around one: Terraform Cloud and
    /// conftest put it under `plan`, OPA under `input`.
    pub(super) fn split(text: &'a str) -> Result<Self, SyntaxError> {
        let mut members = raw::members(text).map_err(of_several)?;
        for _ in 0..WRAPPERS {
            let wrapped = find(&members, "plan").or_else(|| find(&members, "input"));
            let Some(inner) = wrapped.filter(|_| find(&members, "format_version").is_none()) else {
                break;
            };
            members = raw::members(inner).map_err(|error| shifted(error, text, inner))?;
        }
        let plan = Self { text, members };
        plan.check_version()?;
        Ok(plan)
    }

    fn check_version(&self) -> Result<(), SyntaxError> {
        let version = self.scalar("format_version");
        let start = self.place(self.member("format_version").unwrap_or(self.text));
        match version
            .as_deref()
            .and_then(|version| version.split('.').next())
        {
            Some("0" | "1") => Ok(()),
            Some(_) => Err(SyntaxError {
                message: format!(
                    "it has format version {}, and versions 0.1 to 1.x are read",
                    version.unwrap_or_default()
                ),
                span: start,
            }),
            None => Err(SyntaxError {
                message: "it is no plan: the member `format_version` is missing".to_owned(),
                span: Span::new(0, 0),
            }),
        }
    }

    fn place(&self, slice: &str) -> Span {
        let start = (slice.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let clamp = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Span::new(clamp(start), clamp(start + slice.len()))
    }

    /// Returns a member as written.
    pub(super) fn member(&self, name: &str) -> Option<&'a str> {
        find(&self.members, name)
    }

    /// Returns the text of a scalar member.
    pub(super) fn scalar(&self, name: &str) -> Option<String> {
        match raw::parse(self.member(name)?).ok()? {
            Json::String(text) | Json::Number(text) => Some(text.into_owned()),
            Json::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// Parses a slice of the plan.
    pub(super) fn parse(&self, slice: &'a str) -> Result<Json<'a>, SyntaxError> {
        raw::parse(slice).map_err(|error| shifted(error, self.text, slice))
    }

    /// Reads the configuration, when the plan has one.
    pub(super) fn configuration(&self) -> Result<Option<Configuration>, SyntaxError> {
        let Some(slice) = self.member("configuration") else {
            return Ok(None);
        };
        self.at(slice, Configuration::read(slice))
    }

    /// Lists the resources that are there after the plan, in the order of the plan, then data sources that were read
    /// before it. An address counts once.
    pub(super) fn changes(&self) -> Result<Vec<Change<'a>>, SyntaxError> {
        let mut changes = Vec::new();
        let mut seen = HashSet::new();
        let mut add = |change: Change<'a>| {
            if seen.insert(Arc::clone(&change.address)) {
                changes.push(change);
            }
        };
        for item in self.items("resource_changes")? {
            if let Some(change) = self.at(item, planned(item))? {
                add(change);
            }
        }
        // The planned values repeat the changes; they count where a plan has none.
        let has_changes = self.member("resource_changes").is_some();
        let states = [
            ("planned_values", false),
            ("prior_state", true),
            ("values", false),
        ];
        for (name, data_only) in states {
            let is_repeated = name == "planned_values" && has_changes;
            if let Some(state) = self.member(name).filter(|_| !is_repeated) {
                self.at(state, state::resources(state, data_only, &mut add))?;
            }
        }
        Ok(changes)
    }

    /// Lists the addresses of what somebody changed outside of Terraform since the last apply.
    pub(super) fn drifted(&self) -> Result<Vec<String>, SyntaxError> {
        let mut drifted = Vec::new();
        for item in self.items("resource_drift")? {
            let members = self.at(item, raw::members(item))?;
            drifted.extend(text(&members, "address").map(Cow::into_owned));
        }
        Ok(drifted)
    }

    fn items(&self, name: &str) -> Result<Vec<&'a str>, SyntaxError> {
        match self.member(name) {
            None | Some("null") => Ok(Vec::new()),
            Some(slice) => self.at(slice, raw::items(slice)),
        }
    }

    /// Moves an error of a slice to where the slice lies in the plan.
    fn at<T>(&self, slice: &str, read: Result<T, SyntaxError>) -> Result<T, SyntaxError> {
        read.map_err(|error| shifted(error, self.text, slice))
    }
}

/// Returns the last member of a name, as written.
pub(super) fn find<'a>(members: &[Member<'a>], name: &str) -> Option<&'a str> {
    members
        .iter()
        .rev()
        .find(|(key, _)| key == name)
        .map(|(_, slice)| *slice)
}

/// Returns the text of a member.
pub(super) fn text<'a>(members: &[Member<'a>], name: &str) -> Option<Cow<'a, str>> {
    match raw::parse(find(members, name)?).ok()? {
        Json::String(text) => Some(text),
        _ => None,
    }
}

/// Moves an error of a slice to where the slice lies in the text.
pub(super) fn shifted(error: SyntaxError, text: &str, slice: &str) -> SyntaxError {
    let start = (slice.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let start = u32::try_from(start).unwrap_or(u32::MAX);
    SyntaxError {
        message: error.message,
        span: Span::new(
            error.span.start.saturating_add(start),
            error.span.end.saturating_add(start),
        ),
    }
}

/// Explains the output of a run over several units, which is one plan after the other.
fn of_several(error: SyntaxError) -> SyntaxError {
    let message = if error.message == "trailing characters" {
        "it holds more than one JSON document: write each plan to a file of its own".to_owned()
    } else {
        error.message
    };
    SyntaxError { message, ..error }
}

/// Reads the head of a resource change; `None` when nothing is there after it.
fn planned(item: &str) -> Result<Option<Change<'_>>, SyntaxError> {
    let members = raw::members(item)?;
    let Some(address) = text(&members, "address") else {
        return Ok(None);
    };
    let is_deposed = find(&members, "deposed").is_some_and(|deposed| deposed != "null");
    let Some(change) = find(&members, "change").filter(|_| !is_deposed) else {
        return Ok(None);
    };
    let parts = raw::members(change).map_err(|error| shifted(error, item, change))?;
    let part = |name| find(&parts, name).unwrap_or("null");
    let after = part("after");
    if is_gone(part("actions"), after) {
        return Ok(None);
    }
    Ok(Some(Change {
        address: (&*address).into(),
        provider: text(&members, "provider_name").unwrap_or_default(),
        mode: text(&members, "mode").unwrap_or(Cow::Borrowed("managed")),
        is_replaced: has_delete(part("actions")),
        after,
        unknown: part("after_unknown"),
        sensitive: part("after_sensitive"),
    }))
}

/// Tells whether nothing is there after a change: it deletes, or Terraform forgets the resource.
fn is_gone(actions: &str, after: &str) -> bool {
    let actions = raw::parse(actions).unwrap_or(Json::Null);
    match actions.items() {
        [] => after == "null",
        [Json::String(only)] => only == "delete" || only == "forget",
        _ => false,
    }
}

/// Tells whether what was there before is deleted, whatever is made in its place.
fn has_delete(actions: &str) -> bool {
    let is_delete = |action: &Json<'_>| matches!(action, Json::String(name) if name == "delete");
    let actions = raw::parse(actions).unwrap_or(Json::Null);
    actions.items().iter().any(is_delete)
}
