//! The plan file: its top level, and its resource changes one at a time.
//!
//! Facts of the shape: Terraform's "JSON Output Format", plan representation; format versions 0.1 to 1.2.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::NOTHING;
use super::configuration::Configuration;
use crate::artifact::Span;
use crate::document::SyntaxError;
use crate::document::raw::{self, Json, Member};

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
    body: Body<'a>,
}

#[derive(Debug)]
enum Body<'a> {
    /// A change of the plan: a slice of `change`.
    Planned(&'a str, &'a str),
    /// Values of a state.
    Known(Json<'a>, Json<'a>),
}

/// The values of a resource after the change.
#[derive(Debug)]
pub(super) struct Values<'a> {
    /// What is known.
    pub(super) after: Json<'a>,
    /// Where a value is known after apply only.
    pub(super) unknown: Json<'a>,
    /// Where a value must not be shown.
    pub(super) sensitive: Json<'a>,
}

impl<'a> Plan<'a> {
    /// Splits the text of a plan, or of an object whose `plan` member is one.
    pub(super) fn split(text: &'a str) -> Result<Self, SyntaxError> {
        let mut members = raw::members(text)?;
        if find(&members, "format_version").is_none()
            && let Some(inner) = find(&members, "plan")
        {
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
                    "the plan has format version {}, and versions 0.1 to 1.x are read",
                    version.unwrap_or_default()
                ),
                span: start,
            }),
            None => Err(SyntaxError {
                message: "is no plan: the member `format_version` is missing".to_owned(),
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

    fn parse(&self, name: &str) -> Result<Option<Json<'a>>, SyntaxError> {
        let Some(slice) = self.member(name) else {
            return Ok(None);
        };
        raw::parse(slice)
            .map(Some)
            .map_err(|error| shifted(error, self.text, slice))
    }

    /// Reads the configuration, when the plan has one.
    pub(super) fn configuration(&self) -> Result<Option<Configuration>, SyntaxError> {
        let json = self.parse("configuration")?;
        Ok(json
            .filter(|json| json.get("root_module").is_some())
            .as_ref()
            .map(Configuration::read))
    }

    /// Lists the resources that are there after the plan, in the order of the plan, then data sources that were read
    /// before it. An address counts once.
    pub(super) fn changes(&self) -> Result<Vec<Change<'a>>, SyntaxError> {
        let mut changes = Vec::new();
        let mut seen = BTreeSet::new();
        let mut add = |change: Change<'a>| {
            if seen.insert(Arc::clone(&change.address)) {
                changes.push(change);
            }
        };
        if let Some(slice) = self.member("resource_changes") {
            let items = raw::items(slice).map_err(|error| shifted(error, self.text, slice))?;
            for item in items {
                let members =
                    raw::members(item).map_err(|error| shifted(error, self.text, item))?;
                if let Some(change) = planned(&members)? {
                    add(change);
                }
            }
        }
        for (name, data_only) in [
            ("planned_values", false),
            ("prior_state", true),
            ("values", false),
        ] {
            // The planned values repeat the changes; they count where a plan has none.
            if name == "planned_values" && self.member("resource_changes").is_some() {
                continue;
            }
            if let Some(state) = self.parse(name)? {
                for change in of_state(state, data_only) {
                    add(change);
                }
            }
        }
        Ok(changes)
    }
}

fn find<'a>(members: &[Member<'a>], name: &str) -> Option<&'a str> {
    members
        .iter()
        .rev()
        .find(|(key, _)| key == name)
        .map(|(_, slice)| *slice)
}

/// Moves an error of a slice to where the slice lies in the text.
fn shifted(error: SyntaxError, text: &str, slice: &str) -> SyntaxError {
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

fn text<'a>(members: &[Member<'a>], name: &str) -> Option<Cow<'a, str>> {
    match raw::parse(find(members, name)?).ok()? {
        Json::String(text) => Some(text),
        _ => None,
    }
}

/// Reads the head of a resource change; `None` when nothing is there after it.
fn planned<'a>(members: &[Member<'a>]) -> Result<Option<Change<'a>>, SyntaxError> {
    let Some(address) = text(members, "address") else {
        return Ok(None);
    };
    let is_deposed = find(members, "deposed").is_some_and(|deposed| deposed != "null");
    let Some(change) = find(members, "change") else {
        return Ok(None);
    };
    let parts = raw::members(change)?;
    let after = find(&parts, "after").unwrap_or("null");
    let actions = match find(&parts, "actions") {
        Some(actions) => raw::parse(actions)?,
        None => Json::Null,
    };
    let is_gone =
        matches!(actions.items(), [Json::String(only)] if only == "delete" || only == "forget");
    if is_deposed || is_gone || actions.items().is_empty() && after == "null" {
        return Ok(None);
    }
    Ok(Some(Change {
        address: (&*address).into(),
        provider: text(members, "provider_name").unwrap_or_default(),
        mode: text(members, "mode").unwrap_or(Cow::Borrowed("managed")),
        is_replaced: has_delete(&actions),
        body: Body::Planned(change, after),
    }))
}

/// Tells whether what was there before is deleted, whatever is made in its place.
fn has_delete(actions: &Json<'_>) -> bool {
    let is_delete = |action: &Json<'_>| matches!(action, Json::String(name) if name == "delete");
    actions.items().iter().any(is_delete)
}

impl<'a> Change<'a> {
    /// Parses the values.
    pub(super) fn values(&self) -> Result<Values<'a>, SyntaxError> {
        match &self.body {
            Body::Known(values, sensitive) => Ok(Values {
                after: values.clone(),
                unknown: NOTHING,
                sensitive: sensitive.clone(),
            }),
            Body::Planned(change, after) => {
                let parts = raw::members(change)?;
                let part = |name| find(&parts, name).map_or(Ok(NOTHING), raw::parse);
                Ok(Values {
                    after: raw::parse(after)?,
                    unknown: part("after_unknown")?,
                    sensitive: part("after_sensitive")?,
                })
            }
        }
    }
}

/// Lists the resources of a state representation.
fn of_state(state: Json<'_>, data_only: bool) -> Vec<Change<'_>> {
    let mut found = Vec::new();
    for (name, member) in into_members(state) {
        match &*name {
            "values" => found.extend(of_state(member, data_only)),
            "root_module" => of_module(member, data_only, &mut found),
            _ => {}
        }
    }
    found
}

fn of_module<'a>(module: Json<'a>, data_only: bool, found: &mut Vec<Change<'a>>) {
    for (name, member) in into_members(module) {
        let Json::Array(items) = member else {
            continue;
        };
        match &*name {
            "resources" => found.extend(
                items
                    .into_iter()
                    .filter_map(of_resource)
                    .filter(|change| !data_only || change.mode == "data"),
            ),
            "child_modules" => items
                .into_iter()
                .for_each(|child| of_module(child, data_only, found)),
            _ => {}
        }
    }
}

fn of_resource(resource: Json<'_>) -> Option<Change<'_>> {
    let address: Arc<str> = resource.text("address")?.into();
    let mode = resource.text("mode").unwrap_or("managed").to_owned();
    let provider = resource
        .text("provider_name")
        .unwrap_or_default()
        .to_owned();
    let mut values = NOTHING;
    let mut sensitive = NOTHING;
    for (name, member) in into_members(resource) {
        match &*name {
            "values" => values = member,
            "sensitive_values" => sensitive = member,
            _ => {}
        }
    }
    Some(Change {
        address,
        provider: provider.into(),
        mode: mode.into(),
        is_replaced: false,
        body: Body::Known(values, sensitive),
    })
}

fn into_members(json: Json<'_>) -> Vec<(Cow<'_, str>, Json<'_>)> {
    match json {
        Json::Object(members) => members,
        _ => Vec::new(),
    }
}
