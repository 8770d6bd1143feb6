//! Applies edits to copies of the fixture, scans them, and compares what fails with what must.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::cases::{self, Expected, Layer, Mutant};
use crate::{edit, support};
use ordinance_engine::artifact::{Artifact, DiscoveryOptions, decode, read};
use ordinance_engine::evaluate::{Evaluator, Outcome};
use ordinance_engine::format::settings;
use ordinance_engine::policy::Request;
use ordinance_engine::resource::{NoticeLevel, Unit};
use ordinance_engine::scan::{MAX_FILE_SIZE, ScanOptions, scan};

/// How a copy is scanned: edits that share it share the evaluator and the clean scan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Setup {
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

/// Where something was found: the control, the file and the line.
type Place = (String, String, u32);

/// What a scan gave.
#[derive(Debug, Default)]
struct Found {
    /// The places by what was found: control, file, resource and defect last when lines move.
    fail: BTreeMap<String, Place>,
    unknown: BTreeMap<String, Place>,
    notices: BTreeSet<String>,
    /// What each finding says, for complaints.
    messages: BTreeMap<Place, String>,
}

impl Found {
    fn show(&self, place: &Place) -> String {
        let (rule, uri, line) = place;
        let message = self.messages.get(place).map_or("", String::as_str);
        format!("{rule} {uri}:{line}  {message}")
    }
}

/// What stands in the first and not in the second.
fn only<'a>(
    first: &'a BTreeMap<String, Place>,
    second: &BTreeMap<String, Place>,
) -> impl Iterator<Item = &'a Place> {
    let only = first
        .iter()
        .filter(|(identity, _)| !second.contains_key(*identity));
    only.map(|(_, place)| place)
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

/// Scans the infrastructure together with the workflows; returns what fails or could not be read, and what is undecided.
pub(crate) fn whole(infrastructure: Layer, facts: Option<&str>) -> (Vec<String>, Vec<String>) {
    let setup = Setup {
        facts: facts.map(str::to_owned),
        ..Setup::default()
    };
    let folder = support::scratch(&format!("whole-{}", infrastructure.folder()));
    copy(infrastructure, &folder);
    copy(Layer::Workflows, &folder);
    let found = scanned(&folder, &setup, &evaluator(&setup));
    let shown = |places: &BTreeMap<String, Place>| -> Vec<String> {
        places.values().map(|place| found.show(place)).collect()
    };
    let mut failures = shown(&found.fail);
    failures.extend(found.notices.iter().cloned());
    (failures, shown(&found.unknown))
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

/// Copies what a layer's scan reads: its folders, or for workflows all that is no infrastructure.
fn copy(layer: Layer, to: &Path) {
    for path in support::children(&cases::root()) {
        let name = path.file_name().unwrap();
        let name = name.to_str().unwrap();
        let of = match name {
            "mutants" => None,
            "cloudformation" => Some(Layer::CloudFormation),
            "terraform" | "terraform-github" => Some(Layer::Terraform),
            _ => Some(Layer::Workflows),
        };
        if of == Some(layer) {
            copy_all(&path, &to.join(name));
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
    let facts = setup.facts.iter().map(|name| facts(folder, name));
    let options = ScanOptions {
        discovery: DiscoveryOptions {
            paths: vec![folder.to_owned()],
            ..DiscoveryOptions::default()
        },
        facts: facts.collect(),
        threads: Some(1),
        ..ScanOptions::default()
    };
    let scan = scan(options, evaluator, &|_| {}).unwrap();
    let base = format!("{}/", support::uri(folder));
    let mut found = Found::default();
    for finding in &scan.findings {
        let into = match finding.outcome {
            Outcome::Fail => &mut found.fail,
            Outcome::Unknown => &mut found.unknown,
            Outcome::Pass => continue,
        };
        let uri = finding.location.uri.replace(&base, "");
        let line = finding
            .location
            .region
            .map_or(1, |region| region.start_line);
        let (rule, address) = (finding.rule.to_string(), &finding.address);
        let what = [&finding.defect, &finding.path].map(String::as_str);
        let defect = what.into_iter().find(|one| !one.is_empty());
        let identity = format!("{rule} {uri} {address} {}", defect.unwrap_or_default());
        let place = (rule, uri, line);
        into.insert(identity, place.clone());
        found.messages.insert(place, finding.message.clone());
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

fn facts(folder: &Path, name: &str) -> Unit {
    let bytes = read(&folder.join(name), MAX_FILE_SIZE).unwrap();
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
    edit::apply(mutant, folder)?;
    let expected = expected(mutant, folder)?;
    let found = scanned(folder, &setup(mutant).1, evaluator);
    let own = |place: &&Place| place.0 == mutant.control;
    let undecided: Vec<&Place> = only(&found.unknown, &clean.unknown).filter(own).collect();
    let failed = only(&found.fail, &clean.fail).map(|place| (Expected::Fail, place));
    let appeared: BTreeSet<(Expected, &Place)> = match mutant.outcome {
        Expected::Fail => failed.collect(),
        Expected::Unknown => failed
            .chain(undecided.iter().map(|place| (Expected::Unknown, *place)))
            .collect(),
    };
    let expected: BTreeSet<(Expected, &Place)> = expected
        .iter()
        .map(|(outcome, place)| (*outcome, place))
        .collect();
    let mut complaints: Vec<String> = expected
        .difference(&appeared)
        .map(|(outcome, place)| format!("  expected, not found: {outcome:?} {}", found.show(place)))
        .collect();
    let not_expected = appeared.difference(&expected);
    complaints.extend(
        not_expected
            .map(|(outcome, place)| format!("  not expected: {outcome:?} {}", found.show(place))),
    );
    let vanished = only(&clean.fail, &found.fail);
    complaints.extend(vanished.map(|place| format!("  no longer found: {}", clean.show(place))));
    complaints.extend(
        found
            .notices
            .difference(&clean.notices)
            .map(|notice| format!("  {notice}")),
    );
    if complaints.is_empty() {
        return Ok(());
    }
    if mutant.outcome == Expected::Fail {
        complaints.extend(
            undecided
                .iter()
                .map(|place| format!("  undecided: {}", found.show(place))),
        );
    }
    Err(complaints.join("\n"))
}

/// What an entry names, with the lines where that stands.
fn expected(mutant: &Mutant, folder: &Path) -> Result<BTreeSet<(Expected, Place)>, String> {
    let line = edit::line_of(folder, &mutant.within, &mutant.at, mutant.after.as_deref())?;
    let own = (mutant.control.clone(), mutant.within.clone(), line);
    let mut expected = BTreeSet::from([(mutant.outcome, own)]);
    for one in &mutant.implies {
        let uri = one.within.as_ref().unwrap_or(&mutant.file);
        let line = edit::line_of(folder, uri, &one.at, one.after.as_deref())?;
        expected.insert((Expected::Fail, (one.control.clone(), uri.clone(), line)));
    }
    Ok(expected)
}
