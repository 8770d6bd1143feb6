//! Applies edits to copies of the fixture, scans them, and compares what fails with what must.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use ordinance_engine::artifact::{Artifact, DiscoveryOptions, decode, read};
use ordinance_engine::evaluate::{Evaluator, Outcome};
use ordinance_engine::format::settings;
use ordinance_engine::policy::Request;
use ordinance_engine::resource::{NoticeLevel, Unit};
use ordinance_engine::scan::{MAX_FILE_SIZE, ScanOptions, scan};
use serde_json::Value;

use crate::cases::{self, Expected, Layer, Mutant};
use crate::support;

/// How a copy is scanned: edits that share it share the evaluator and the clean scan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Setup {
    packs: Vec<String>,
    facts: Option<String>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            packs: vec!["reference-architecture".to_owned()],
            facts: None,
        }
    }
}

/// Where something was found: the control, the file and the text of the line.
type Place = (String, String, String);

/// What a scan gave.
#[derive(Debug, Default)]
struct Found {
    /// The lines of each place: texts may stand in several.
    fail: BTreeMap<Place, Vec<u32>>,
    unknown: BTreeMap<Place, Vec<u32>>,
    notices: BTreeSet<String>,
}

/// Runs all edits, two scans at a time on two cores; returns what is wrong with them.
pub(crate) fn all(mutants: &[Mutant]) -> Vec<String> {
    let scratch = support::scratch("mutants");
    let setups: BTreeSet<(Layer, Setup)> = mutants.iter().map(setup).collect();
    let bases: BTreeMap<(Layer, Setup), (Evaluator, Found)> = setups
        .into_iter()
        .enumerate()
        .map(|(number, (layer, setup))| {
            let folder = scratch.join(format!("clean-{number}"));
            copy(layer, &folder);
            let evaluator = evaluator(&setup);
            let found = scanned(&folder, &setup, &evaluator);
            ((layer, setup), (evaluator, found))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(BTreeMap::new());
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(mutant) = mutants.get(number) else {
                break;
            };
            let (evaluator, clean) = &bases[&setup(mutant)];
            let folder = scratch.join(number.to_string());
            if let Err(complaint) = judge(mutant, &folder, evaluator, clean) {
                let head = format!("{} ({}, {})", mutant.control, mutant.edit, mutant.file);
                let complaint = format!("{head}:\n{complaint}");
                complaints.lock().unwrap().insert(number, complaint);
            }
            let _ = fs::remove_dir_all(&folder);
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    complaints.into_inner().unwrap().into_values().collect()
}

/// Scans the infrastructure together with the workflows; returns what fails, and what the scan could not read.
pub(crate) fn whole(infrastructure: Layer, setup: &Setup) -> Vec<String> {
    let folder = support::scratch(&format!("whole-{}", infrastructure.folder()));
    copy(infrastructure, &folder);
    copy(Layer::Workflows, &folder);
    let found = scanned(&folder, setup, &evaluator(setup));
    let shown = found.fail.iter().map(|(place, lines)| show(place, lines));
    shown.chain(found.notices).collect()
}

fn setup(mutant: &Mutant) -> (Layer, Setup) {
    let setup = Setup {
        packs: mutant.packs.clone(),
        facts: mutant.facts.clone(),
    };
    (mutant.layer, setup)
}

fn evaluator(setup: &Setup) -> Evaluator {
    support::evaluator(&Request {
        packs: setup.packs.clone(),
        ..Request::default()
    })
}

/// Copies what a layer's scan reads: one folder, or for workflows all that is no infrastructure.
fn copy(layer: Layer, to: &Path) {
    let root = cases::root();
    match layer {
        Layer::CloudFormation | Layer::Terraform => {
            copy_all(&root.join(layer.folder()), &to.join(layer.folder()));
        }
        Layer::Workflows => {
            for path in support::children(&root) {
                let name = path.file_name().unwrap();
                let name = name.to_str().unwrap();
                if !["cloudformation", "terraform", "mutants"].contains(&name) {
                    copy_all(&path, &to.join(name));
                }
            }
        }
    }
}

fn copy_all(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for path in support::children(from) {
            copy_all(&path, &to.join(path.file_name().unwrap()));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

fn scanned(folder: &Path, setup: &Setup, evaluator: &Evaluator) -> Found {
    let options = ScanOptions {
        discovery: DiscoveryOptions {
            paths: vec![folder.to_owned()],
            ..DiscoveryOptions::default()
        },
        facts: setup.facts.iter().map(|name| facts(name)).collect(),
        threads: Some(1),
        ..ScanOptions::default()
    };
    let scan = scan(options, evaluator, &|_| {}).unwrap();
    let base = format!("{}/", support::uri(folder));
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut found = Found::default();
    for finding in &scan.findings {
        let into = match finding.outcome {
            Outcome::Fail => &mut found.fail,
            Outcome::Unknown => &mut found.unknown,
            Outcome::Pass => continue,
        };
        let uri = finding
            .location
            .uri
            .strip_prefix(&base)
            .unwrap_or(&finding.location.uri);
        let line = finding
            .location
            .region
            .map_or(1, |region| region.start_line);
        let lines = texts.entry(uri.to_owned()).or_insert_with(|| {
            let text = fs::read_to_string(folder.join(uri)).unwrap();
            text.lines().map(|line| line.trim().to_owned()).collect()
        });
        let text = lines[line as usize - 1].clone();
        let place = (finding.rule.to_string(), uri.to_owned(), text);
        into.entry(place).or_default().push(line);
    }
    let grave = scan
        .notices
        .iter()
        .filter(|one| one.level != NoticeLevel::Note);
    found.notices = grave
        .map(|notice| format!("notice: {}", notice.message.replace(&base, "")))
        .collect();
    found
}

fn facts(name: &str) -> Unit {
    let bytes = read(&cases::root().join(name), MAX_FILE_SIZE).unwrap();
    let (text, encoding) = decode(bytes).unwrap();
    settings::read(Arc::new(Artifact::new(name, text, encoding))).unwrap()
}

/// Applies an edit in a fresh copy and compares.
fn judge(
    mutant: &Mutant,
    folder: &Path,
    evaluator: &Evaluator,
    clean: &Found,
) -> Result<(), String> {
    copy(mutant.layer, folder);
    apply(mutant, folder)?;
    let found = scanned(folder, &setup(mutant).1, evaluator);
    let mut complaints = Vec::new();
    let expected = expected(mutant, folder)?;
    let unknown_of_it = |(rule, _, _): &Place| *rule == mutant.control;
    let appeared: BTreeMap<_, _> = grown(&clean.fail, &found.fail)
        .map(|place| ((Expected::Fail, place), &found.fail[place]))
        .chain(
            grown(&clean.unknown, &found.unknown)
                .filter(|place| mutant.outcome == Expected::Unknown && unknown_of_it(place))
                .map(|place| ((Expected::Unknown, place), &found.unknown[place])),
        )
        .collect();
    for (outcome, place) in &expected {
        if !appeared.contains_key(&(*outcome, place)) {
            complaints.push(format!(
                "  expected, not found: {} {}",
                word(*outcome),
                show(place, &[])
            ));
        }
    }
    for ((outcome, place), lines) in &appeared {
        if !expected.contains(&(*outcome, (*place).clone())) {
            complaints.push(format!(
                "  not expected: {} {}",
                word(*outcome),
                show(place, lines)
            ));
        }
    }
    for place in grown(&found.fail, &clean.fail) {
        complaints.push(format!(
            "  no longer found: {}",
            show(place, &clean.fail[place])
        ));
    }
    for notice in found.notices.difference(&clean.notices) {
        complaints.push(format!("  {notice}"));
    }
    if !complaints.is_empty() && mutant.outcome == Expected::Fail {
        let unknowns = grown(&clean.unknown, &found.unknown).filter(|place| unknown_of_it(place));
        complaints.extend(
            unknowns.map(|place| format!("  undecided: {}", show(place, &found.unknown[place]))),
        );
    }
    if complaints.is_empty() {
        Ok(())
    } else {
        Err(complaints.join("\n"))
    }
}

/// The places that the second has more often than the first.
fn grown<'a>(
    before: &'a BTreeMap<Place, Vec<u32>>,
    after: &'a BTreeMap<Place, Vec<u32>>,
) -> impl Iterator<Item = &'a Place> {
    let count = |place| before.get(place).map_or(0, Vec::len);
    after
        .iter()
        .filter(move |(place, lines)| lines.len() > count(*place))
        .map(|(place, _)| place)
}

const fn word(outcome: Expected) -> &'static str {
    match outcome {
        Expected::Fail => "fail",
        Expected::Unknown => "unknown",
    }
}

fn show((rule, uri, text): &Place, lines: &[u32]) -> String {
    let numbers: Vec<String> = lines.iter().map(|line| format!(":{line}")).collect();
    format!("{rule} {uri}{} {text}", numbers.concat())
}

fn apply(mutant: &Mutant, folder: &Path) -> Result<(), String> {
    let file = folder.join(&mutant.file);
    let text = fs::read_to_string(&file).map_err(|error| format!("  {}: {error}", mutant.file))?;
    let times = text.matches(&mutant.search).count();
    if times != 1 {
        return Err(format!(
            "  `search` stands {times} times in {}",
            mutant.file
        ));
    }
    fs::write(&file, text.replacen(&mutant.search, &mutant.replace, 1)).unwrap();
    match &mutant.patch {
        Some(patch) => apply_patch(patch, &folder.join("terraform/plan.json")),
        None => Ok(()),
    }
}

fn expected(mutant: &Mutant, folder: &Path) -> Result<BTreeSet<(Expected, Place)>, String> {
    let own = (mutant.outcome, &mutant.control, &mutant.within, &mutant.at);
    let implied = mutant.implies.iter().map(|one| {
        let within = one.within.as_ref().unwrap_or(&mutant.file);
        (Expected::Fail, &one.control, within, &one.at)
    });
    std::iter::once(own)
        .chain(implied)
        .map(|(outcome, control, uri, at)| {
            let text = fs::read_to_string(folder.join(uri))
                .map_err(|error| format!("  {uri}: {error}"))?;
            let times = text.lines().filter(|line| line.trim() == at).count();
            if times == 1 {
                Ok((outcome, (control.clone(), uri.clone(), at.clone())))
            } else {
                Err(format!(
                    "  {control}: the line `{at}` stands {times} times in {uri}"
                ))
            }
        })
        .collect()
}

/// Applies a JSON Patch of `add`, `replace` and `remove`.
fn apply_patch(patch: &Path, plan: &Path) -> Result<(), String> {
    let read = |path: &Path| -> Value {
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    let mut document = read(plan);
    for step in read(patch).as_array().unwrap() {
        let path = step["path"].as_str().unwrap();
        change(
            &mut document,
            step["op"].as_str().unwrap(),
            path,
            &step["value"],
        )
        .ok_or_else(|| format!("  the patch does not fit the plan at {path}"))?;
    }
    fs::write(plan, serde_json::to_string(&document).unwrap()).unwrap();
    Ok(())
}

fn change(document: &mut Value, verb: &str, path: &str, value: &Value) -> Option<()> {
    let (parent, last) = path.rsplit_once('/')?;
    let last = last.replace("~1", "/").replace("~0", "~");
    match (document.pointer_mut(parent)?, verb) {
        (Value::Object(members), "add") => {
            members.insert(last, value.clone());
        }
        (Value::Object(members), "replace") => *members.get_mut(&last)? = value.clone(),
        (Value::Object(members), "remove") => {
            members.remove(&last)?;
        }
        (Value::Array(items), "add") if last == "-" => items.push(value.clone()),
        (Value::Array(items), "add") => {
            let at = last.parse().ok().filter(|at| *at <= items.len())?;
            items.insert(at, value.clone());
        }
        (Value::Array(items), "replace") => {
            *items.get_mut(last.parse::<usize>().ok()?)? = value.clone()
        }
        (Value::Array(items), "remove") => {
            let at = last.parse().ok().filter(|at| *at < items.len())?;
            items.remove(at);
        }
        _ => return None,
    }
    Some(())
}
