//! What a policy returned, taken apart. Entries of the wrong shape are named; the others stand.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use regorus::Value as Rego;

use super::verdict::{RelatedPath, State};
use crate::policy::Severity;
use crate::resource::{Path, Segment};

/// A resource: of the unit that is judged, or of one of the scan's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Subject {
    /// The key of its unit; empty where one unit is judged on its own.
    pub(super) unit: Arc<str>,
    pub(super) address: Arc<str>,
}

/// What the resources of an evaluation are: those of one unit, or those of every unit of the scan.
pub(super) struct Known<'a> {
    /// Whether entries name the unit beside the resource.
    pub(super) scan: bool,
    /// The addresses by unit.
    pub(super) resources: BTreeMap<&'a str, HashSet<&'a str>>,
}

impl Known<'_> {
    fn holds(&self, subject: &Subject) -> bool {
        let unit = self.resources.get(&*subject.unit);
        unit.is_some_and(|addresses| addresses.contains(&*subject.address))
    }

    /// Reads the unit of an entry; that of the entry around it where it names none.
    fn unit(&self, value: &Rego, around: Option<&Arc<str>>) -> Result<Arc<str>, String> {
        if !self.scan {
            return Ok(Arc::default());
        }
        match (value["unit"].as_string(), around) {
            (Ok(unit), _) => Ok(Arc::clone(unit)),
            (Err(_), Some(unit)) if value["unit"] == Rego::Undefined => Ok(Arc::clone(unit)),
            (Err(_), _) => Err("an entry without 'unit'".to_owned()),
        }
    }

    /// Reads the resource of an entry, which must exist.
    fn subject(&self, value: &Rego) -> Result<Subject, String> {
        let unit = self.unit(value, None)?;
        let Ok(address) = value["resource"].as_string() else {
            return Err("an entry without 'resource'".to_owned());
        };
        let address = Arc::clone(address);
        let subject = Subject { unit, address };
        if self.holds(&subject) {
            return Ok(subject);
        }
        Err(format!(
            "an entry about '{}', {}",
            subject.address,
            self.stranger(&subject)
        ))
    }

    fn stranger(&self, subject: &Subject) -> String {
        if self.scan {
            format!(
                "which is no resource of '{}' that the policy declares",
                subject.unit
            )
        } else {
            "which is no resource of the unit".to_owned()
        }
    }
}

/// A value that the policy read.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) subject: Subject,
    pub(super) path: Path,
    pub(super) state: State,
    pub(super) value: Rego,
}

/// An entry of `deny` or `undecided`.
#[derive(Debug, Clone)]
pub(super) struct Violation {
    pub(super) subject: Subject,
    pub(super) path: Path,
    pub(super) message: String,
    pub(super) defect: String,
    pub(super) severity: Option<Severity>,
    pub(super) related: Vec<RelatedPath>,
    pub(super) origin: Option<Rego>,
    /// Texts that no report may show: secrets that the policy found.
    pub(super) conceals: Vec<Arc<str>>,
}

/// The sets of one policy for one unit.
#[derive(Debug, Default)]
pub(super) struct Results {
    pub(super) subjects: BTreeSet<Subject>,
    pub(super) proven: BTreeSet<Subject>,
    pub(super) examined: Vec<Record>,
    pub(super) deny: Vec<Violation>,
    pub(super) undecided: Vec<Violation>,
    /// What is wrong with entries that were left out.
    pub(super) wrong: Vec<String>,
}

/// Takes the entry object of a policy apart.
pub(super) fn read(entry: &Rego, known: &Known<'_>) -> Results {
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
    known: &Known<'_>,
    wrong: &mut Vec<String>,
) -> BTreeSet<Subject> {
    let read = |value: &Rego| {
        if known.scan {
            return known.subject(value);
        }
        let Ok(address) = value.as_string() else {
            return Err("an entry that is no text".to_owned());
        };
        let subject = Subject {
            unit: "".into(),
            address: Arc::clone(address),
        };
        if known.holds(&subject) {
            return Ok(subject);
        }
        Err(format!("'{address}', {}", known.stranger(&subject)))
    };
    entries(entry, rule, wrong, read).into_iter().collect()
}

fn record(value: &Rego, known: &Known<'_>) -> Result<Record, String> {
    let subject = known.subject(value)?;
    let address = &subject.address;
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
        subject,
    })
}

fn violation(value: &Rego, known: &Known<'_>) -> Result<Violation, String> {
    let subject = known.subject(value)?;
    let address = &subject.address;
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
        related: related(&value["related"], &subject.unit, known)
            .ok_or_else(|| format!("an entry about '{address}' whose 'related' is malformed"))?,
        origin: (*origin != Rego::Undefined).then(|| origin.clone()),
        conceals: conceals(&value["conceals"])
            .ok_or_else(|| format!("an entry about '{address}' whose 'conceals' is no list"))?,
        subject,
        message,
        defect,
        severity,
    })
}

/// Reads the texts that must not be shown.
fn conceals(value: &Rego) -> Option<Vec<Arc<str>>> {
    let texts: Vec<&Rego> = match value {
        Rego::Undefined => Vec::new(),
        Rego::Array(items) => items.iter().collect(),
        Rego::Set(items) => items.iter_sorted().collect(),
        _ => return None,
    };
    let text = |text: &&Rego| Some(Arc::clone(text.as_string().ok()?));
    texts.iter().map(text).collect()
}

/// Reads places elsewhere. A place that is no resource of the unit, or of one of the scan's, is left out: it helps
/// nobody.
fn related(value: &Rego, around: &Arc<str>, known: &Known<'_>) -> Option<Vec<RelatedPath>> {
    if *value == Rego::Undefined {
        return Some(Vec::new());
    }
    let mut places = Vec::new();
    for item in value.as_array().ok()? {
        let subject = Subject {
            unit: known.unit(item, Some(around)).ok()?,
            address: Arc::clone(item["address"].as_string().ok()?),
        };
        if known.holds(&subject) {
            places.push(RelatedPath {
                path: path(&item["path"])?,
                message: item["message"].as_string().ok()?.to_string(),
                unit: subject.unit,
                address: subject.address,
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
