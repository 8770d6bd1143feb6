//! The texts that a plan marks as sensitive, wherever they stand: in resources, whether policies read them or not, and
//! in the variables of the root module.

use super::configuration::Configuration;
use super::plan::{Change, Plan};
use crate::document::SyntaxError;
use crate::document::raw::{self, Json};
use crate::resource::Secrets;

/// The words of a policy document that are no secret, although the document is.
const WORDS: [&str; 5] = ["Allow", "Deny", "Statement", "2012-10-17", "2008-10-17"];
/// Shorter parts of a document are none either.
const SHORTEST: usize = 4;

/// Collects what a change marks.
pub(super) fn of_change(
    plan: &Plan<'_>,
    change: &Change<'_>,
    secrets: &Secrets,
) -> Result<(), SyntaxError> {
    // Most marks are empty, and need not be parsed.
    if !change.sensitive.contains("true") {
        return Ok(());
    }
    let mark = plan.parse(change.sensitive)?;
    let value = plan.parse(change.after)?;
    marked(&mark, &value, secrets);
    Ok(())
}

/// Collects the sensitive variables of the root module.
pub(super) fn of_variables(
    plan: &Plan<'_>,
    configuration: &Configuration,
    secrets: &Secrets,
) -> Result<(), SyntaxError> {
    let Some(slice) = plan.member("variables") else {
        return Ok(());
    };
    let variables = plan.parse(slice)?;
    for name in &configuration.sensitive_variables {
        let value = variables
            .get(name)
            .and_then(|variable| variable.get("value"));
        if let Some(value) = value {
            leaves(value, secrets);
        }
    }
    Ok(())
}

fn marked(mark: &Json<'_>, value: &Json<'_>, secrets: &Secrets) {
    if mark.is_true() {
        leaves(value, secrets);
    }
    for (name, mark) in mark.members() {
        if let Some(value) = value.get(name) {
            marked(mark, value, secrets);
        }
    }
    for (mark, value) in mark.items().iter().zip(value.items()) {
        marked(mark, value, secrets);
    }
}

fn leaves(value: &Json<'_>, secrets: &Secrets) {
    match value {
        Json::String(text) => {
            secrets.add(text);
            // Policies judge what stands in a document, and name it.
            if text.trim_start().starts_with(['{', '['])
                && let Ok(document) = raw::parse(text)
            {
                parts(&document, secrets);
            }
        }
        Json::Number(text) => secrets.add(text),
        Json::Array(items) => items.iter().for_each(|item| leaves(item, secrets)),
        Json::Object(members) => members.iter().for_each(|(_, value)| leaves(value, secrets)),
        Json::Null | Json::Bool(_) => {}
    }
}

fn parts(document: &Json<'_>, secrets: &Secrets) {
    match document {
        Json::String(text) if text.len() >= SHORTEST && !WORDS.contains(&&**text) => {
            secrets.add(text);
        }
        Json::Array(items) => items.iter().for_each(|item| parts(item, secrets)),
        Json::Object(members) => members.iter().for_each(|(_, value)| parts(value, secrets)),
        _ => {}
    }
}
