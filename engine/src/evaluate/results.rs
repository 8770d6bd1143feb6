//! What a policy returned, taken apart. Entries of the wrong shape are named; the others stand.

use std::collections::BTreeSet;
use std::sync::Arc;

use regorus::Value as Rego;

use super::verdict::{RelatedPath, State};
use crate::policy::Severity;
use crate::resource::{Path, Segment};

/// A value that the policy read.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) address: Arc<str>,
    pub(super) path: Path,
    pub(super) state: State,
    pub(super) value: Rego,
}

/// An entry of `deny` or `undecided`.
#[derive(Debug, Clone)]
pub(super) struct Violation {
    pub(super) address: Arc<str>,
    pub(super) path: Path,
    pub(super) message: String,
    pub(super) defect: String,
    pub(super) severity: Option<Severity>,
    pub(super) related: Vec<RelatedPath>,
    pub(super) origin: Option<Rego>,
}

/// The sets of one policy for one unit.
#[derive(Debug, Default)]
pub(super) struct Results {
    pub(super) subjects: BTreeSet<Arc<str>>,
    pub(super) proven: BTreeSet<Arc<str>>,
    pub(super) examined: Vec<Record>,
    pub(super) deny: Vec<Violation>,
    pub(super) undecided: Vec<Violation>,
    /// What is wrong with entries that were left out.
    pub(super) wrong: Vec<String>,
}

/// Takes the entry object of a policy apart. `known` tells whether the unit has a resource of an address.
pub(super) fn read(entry: &Rego, known: &dyn Fn(&str) -> bool) -> Results {
    let mut results = Results::default();
    let mut wrong = Vec::new();
    let Ok(_) = entry.as_object() else {
        results
            .wrong
            .push("a rule of the policy is no set of entries".to_owned());
        return results;
    };
    results.subjects = addresses(entry, "subjects", known, &mut wrong);
    results.proven = addresses(entry, "proven", known, &mut wrong);
    results.examined = entries(entry, "examined", &mut wrong, |value| record(value, known));
    results.deny = entries(entry, "deny", &mut wrong, |value| violation(value, known));
    results.undecided = entries(entry, "undecided", &mut wrong, |value| {
        violation(value, known)
    });
    results.wrong = wrong;
    results
}

fn entries<T>(
    entry: &Rego,
    rule: &str,
    wrong: &mut Vec<String>,
    mut read: impl FnMut(&Rego) -> Result<T, String>,
) -> Vec<T> {
    let values: Vec<&Rego> = match &entry[rule] {
        Rego::Undefined => Vec::new(),
        Rego::Set(items) => items.iter_sorted().collect(),
        Rego::Array(items) => items.iter().collect(),
        _ => {
            wrong.push(format!("'{rule}' is no set"));
            Vec::new()
        }
    };
    let mut read_all = Vec::with_capacity(values.len());
    for value in values {
        match read(value) {
            Ok(value) => read_all.push(value),
            Err(message) => wrong.push(format!("'{rule}' holds {message}")),
        }
    }
    read_all
}

fn addresses(
    entry: &Rego,
    rule: &str,
    known: &dyn Fn(&str) -> bool,
    wrong: &mut Vec<String>,
) -> BTreeSet<Arc<str>> {
    entries(entry, rule, wrong, |value| match value.as_string() {
        Ok(address) if known(address) => Ok(Arc::clone(address)),
        Ok(address) => Err(format!("'{address}', which is no resource of the unit")),
        Err(_) => Err("an entry that is no text".to_owned()),
    })
    .into_iter()
    .collect()
}

fn resource(value: &Rego, known: &dyn Fn(&str) -> bool) -> Result<Arc<str>, String> {
    match value["resource"].as_string() {
        Ok(address) if known(address) => Ok(Arc::clone(address)),
        Ok(address) => Err(format!(
            "an entry about '{address}', which is no resource of the unit"
        )),
        Err(_) => Err("an entry without 'resource'".to_owned()),
    }
}

fn record(value: &Rego, known: &dyn Fn(&str) -> bool) -> Result<Record, String> {
    let address = resource(value, known)?;
    let state = match value["state"].as_string().map(AsRef::as_ref) {
        Ok("known") => State::Known,
        Ok("absent") => State::Absent,
        Ok("unknown") => State::Unknown,
        _ => return Err(format!("an entry about '{address}' without 'state'")),
    };
    Ok(Record {
        path: path(&value["path"])
            .ok_or_else(|| format!("an entry about '{address}' without 'path'"))?,
        value: value["value"].clone(),
        state,
        address,
    })
}

fn violation(value: &Rego, known: &dyn Fn(&str) -> bool) -> Result<Violation, String> {
    let address = resource(value, known)?;
    let without = |key: &str| format!("an entry about '{address}' without '{key}'");
    let message = match value["message"].as_string() {
        Ok(message) if !message.is_empty() => message.to_string(),
        _ => return Err(without("message")),
    };
    let severity = match &value["severity"] {
        Rego::Undefined => None,
        written => Some(
            written
                .as_string()
                .ok()
                .and_then(|name| Severity::from_name(name))
                .ok_or_else(|| format!("an entry about '{address}' with an unknown 'severity'"))?,
        ),
    };
    let defect = match &value["defect"] {
        Rego::Undefined => String::new(),
        Rego::String(text) => text.to_string(),
        _ => {
            return Err(format!(
                "an entry about '{address}' whose 'defect' is no text"
            ));
        }
    };
    let origin = &value["origin"];
    Ok(Violation {
        path: path(&value["path"]).ok_or_else(|| without("path"))?,
        related: related(&value["related"], known)
            .ok_or_else(|| format!("an entry about '{address}' whose 'related' is malformed"))?,
        origin: (*origin != Rego::Undefined).then(|| origin.clone()),
        address,
        message,
        defect,
        severity,
    })
}

/// Reads places elsewhere. A place that is no resource of the unit is left out: it helps nobody.
fn related(value: &Rego, known: &dyn Fn(&str) -> bool) -> Option<Vec<RelatedPath>> {
    if *value == Rego::Undefined {
        return Some(Vec::new());
    }
    let mut places = Vec::new();
    for item in value.as_array().ok()? {
        let address = item["address"].as_string().ok()?;
        if known(address) {
            places.push(RelatedPath {
                address: Arc::clone(address),
                path: path(&item["path"])?,
                message: item["message"].as_string().ok()?.to_string(),
            });
        }
    }
    Some(places)
}

/// Reads a path: an array of keys and indices.
pub(super) fn path(value: &Rego) -> Option<Path> {
    let steps = value.as_array().ok()?;
    steps
        .iter()
        .map(|step| match step {
            Rego::String(key) => Some(Segment::Key(Arc::clone(key))),
            Rego::Number(number) => number
                .as_u64()
                .and_then(|index| usize::try_from(index).ok())
                .map(Segment::Index),
            _ => None,
        })
        .collect::<Option<Vec<_>>>()
        .map(Path)
}
