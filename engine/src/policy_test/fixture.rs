//! Fixtures: whole small inputs in the folder `fixtures/` beside a policy, with what is expected of them at the line.
//!
//! A comment `# expect: ID fail` (or `unknown`) names what is expected on its line, several apart by commas. JSON has no
//! comments: a file `<name>.expect` beside it holds a line `LINE ID outcome` for each. `# pack: NAME` in the first line (of
//! the `.expect` file, for JSON) chooses another pack than baseline. The first word of a fixture's name says what comes of
//! it: `fail_`, `pass_`, `unknown_`, or `na_` where nothing is judged.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Options;
use crate::artifact::{Artifact, DiscoveryOptions, decode, discover};
use crate::evaluate::{Evaluator, Outcome, Problem, Reached, reach};
use crate::format;
use crate::policy::{Module, PolicySet, Request, Selection};
use crate::resource::Unit;
use crate::scan::{Account, Scan, ScanOptions, read_unit, recognise, scan};

/// A fixture of a policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Case {
    /// The file or folder.
    pub path: PathBuf,
    /// The id of the policy.
    pub rule: String,
}

impl Case {
    /// Returns how filters and reports name it.
    pub fn name(&self) -> String {
        self.path.to_string_lossy().replace('\\', "/")
    }

    fn file_name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Returns the file beside a fixture that holds what is expected of it.
    fn expect_file(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".expect");
        name.into()
    }
}

/// What came of a fixture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixtureResult {
    /// The fixture.
    pub case: Case,
    /// What is not as it says; nothing where it passes.
    pub complaints: Vec<Complaint>,
}

/// Something of a fixture that is not as it says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// The file and line, where it has a place.
    pub place: Option<(String, u32)>,
    /// What is wrong.
    pub message: String,
}

/// One outcome at one place: (file below the fixture, line, outcome).
type Expectation = (String, u32, &'static str);

/// Tells whether a module lies in one of these folders, or is one of these files.
pub(super) fn lies_in(module: &Module, tested: &[PathBuf]) -> bool {
    let path = Path::new(&*module.source.path);
    !module.source.builtin && tested.iter().any(|folder| path.starts_with(folder))
}

/// Returns the fixtures of the policies that lie in these folders or files, in name order.
pub fn cases(set: &PolicySet, tested: &[PathBuf]) -> Vec<Case> {
    let mut cases = Vec::new();
    for policy in set.policies() {
        let Some(module) = set.module(policy.module) else {
            continue;
        };
        let folder = Path::new(&*module.source.path).parent();
        let Some(folder) = folder.filter(|_| lies_in(module, tested)) else {
            continue;
        };
        for path in children(&folder.join("fixtures")) {
            if path.extension().is_none_or(|end| end != "expect") {
                cases.push(Case {
                    path,
                    rule: policy.metadata.id.clone(),
                });
            }
        }
    }
    cases.sort();
    cases
}

/// The entries of a folder in name order; none where there is no such folder.
fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Every file of a fixture: itself, or what its folder holds.
fn files(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let children = children(path);
    children.iter().flat_map(|child| files(child)).collect()
}

/// Runs a fixture through a scan with its policy, and those that the policy yields to.
pub(super) fn run(
    set: &Arc<PolicySet>,
    case: &Case,
    options: &Options,
) -> (FixtureResult, Reached) {
    let mut complaints = Vec::new();
    let mut reached = Reached::new();
    match selection(set, case) {
        Err(message) => complaints.push(Complaint {
            place: None,
            message,
        }),
        Ok(selection) => {
            if options.coverage {
                match cover(set, case, &selection, options) {
                    Ok(found) => reached = found,
                    Err(problem) => complaints.push(Complaint {
                        place: None,
                        message: format!("its coverage cannot be told: {problem}"),
                    }),
                }
            }
            complaints.extend(judge(set, case, selection, options));
        }
    }
    let result = FixtureResult {
        case: case.clone(),
        complaints,
    };
    (result, reached)
}

fn selection(set: &PolicySet, case: &Case) -> Result<Selection, String> {
    let mut rules = vec![case.rule.clone()];
    if let Some(policy) = set.policy(&case.rule) {
        let yielded = policy.metadata.yields_to.iter();
        rules.extend(yielded.filter(|id| set.policy(id).is_some()).cloned());
    }
    let request = Request {
        packs: vec![pack(case)],
        rules,
        ..Request::default()
    };
    set.select(&request).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        errors.join("; ")
    })
}

/// Returns the pack that a fixture asks for in its first line.
fn pack(case: &Case) -> String {
    let beside = case.expect_file();
    let first = if case.path.is_dir() {
        let is_source = |path: &PathBuf| {
            let end = path.extension().unwrap_or_default();
            ["tf", "yml", "yaml"].iter().any(|one| end == *one)
        };
        files(&case.path).into_iter().find(is_source)
    } else if beside.exists() {
        Some(beside)
    } else {
        Some(case.path.clone())
    };
    let text = first.and_then(|file| fs::read_to_string(file).ok());
    let line = text.as_deref().and_then(|text| text.lines().next());
    let named = line.and_then(|line| line.strip_prefix("# pack: "));
    named.unwrap_or("baseline").trim().to_owned()
}

/// Returns what is not as the fixture says.
fn judge(
    set: &Arc<PolicySet>,
    case: &Case,
    selection: Selection,
    options: &Options,
) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let expected = expected(case, &mut complaints);
    let evaluator = Evaluator::new(Arc::clone(set), selection, options.limits);
    let scan_options = ScanOptions {
        discovery: DiscoveryOptions {
            paths: vec![case.path.clone()],
            ..DiscoveryOptions::default()
        },
        threads: Some(1),
        ..ScanOptions::default()
    };
    let scan = match scan(scan_options, &evaluator, &|_| {}) {
        Ok(scan) => scan,
        Err(error) => {
            return vec![Complaint {
                place: None,
                message: error.to_string(),
            }];
        }
    };
    let found = found(case, &scan);
    let complain = |(file, line, outcome): &Expectation, what: &str| Complaint {
        place: Some((file.clone(), *line)),
        message: format!("{outcome} {what}"),
    };
    let missing = expected.difference(&found);
    complaints.extend(missing.map(|one| complain(one, "is expected and was not found")));
    let surplus = found.difference(&expected);
    complaints.extend(surplus.map(|one| complain(one, "was found and is not expected")));
    complaints.extend(scan.notices.iter().map(|notice| Complaint {
        place: None,
        message: format!("notice: {}", notice.message),
    }));
    complaints.extend(misnamed(case, &scan));
    complaints
}

/// Says so where the name of a fixture promises something else than came of it.
fn misnamed(case: &Case, scan: &Scan) -> Option<Complaint> {
    let summary = scan
        .rules
        .iter()
        .find(|rule| rule.metadata.id == case.rule)
        .map(|rule| rule.account)
        .unwrap_or_default();
    let Account {
        pass,
        fail,
        unknown,
        ..
    } = summary;
    let name = case.file_name();
    let keeps = match name.split('_').next().unwrap_or_default() {
        "fail" => fail > 0,
        "unknown" => unknown > 0,
        "pass" => pass > 0 && fail + unknown == 0,
        "na" => pass + fail + unknown == 0,
        _ => {
            return Some(Complaint {
                place: None,
                message: "its name must begin with 'fail_', 'pass_', 'unknown_' or 'na_'".into(),
            });
        }
    };
    (!keeps).then(|| Complaint {
        place: None,
        message: format!("its name does not fit: {pass} pass, {fail} fail, {unknown} unknown"),
    })
}

/// Reads what a fixture expects of its policy.
fn expected(case: &Case, complaints: &mut Vec<Complaint>) -> BTreeSet<Expectation> {
    let mut expected = BTreeSet::new();
    for file in files(&case.path) {
        let below = below(case, &file);
        let Ok(text) = fs::read_to_string(&file) else {
            continue;
        };
        for (number, line) in (1u32..).zip(text.lines()) {
            let Some((_, comment)) = line.split_once("# expect: ") else {
                continue;
            };
            for part in comment.split(',') {
                let mut words = part.split_whitespace();
                if words.next() == Some(&case.rule) {
                    let word = words.next().unwrap_or_default();
                    expect(&below, number, word, &mut expected, complaints);
                }
            }
        }
    }
    let beside = fs::read_to_string(case.expect_file()).unwrap_or_default();
    let below = below(case, &case.path);
    for line in beside.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [number, rule, word] = words[..] else {
            continue;
        };
        if rule == case.rule {
            let number = number.parse().unwrap_or_default();
            expect(&below, number, word, &mut expected, complaints);
        }
    }
    expected
}

fn expect(
    file: &str,
    line: u32,
    word: &str,
    expected: &mut BTreeSet<Expectation>,
    complaints: &mut Vec<Complaint>,
) {
    match word {
        "fail" => drop(expected.insert((file.to_owned(), line, "fail"))),
        "unknown" => drop(expected.insert((file.to_owned(), line, "unknown"))),
        other => complaints.push(Complaint {
            place: Some((file.to_owned(), line)),
            message: format!("'{other}' is no outcome: expect 'fail' or 'unknown'"),
        }),
    }
}

/// Returns how expectations name a file of a fixture.
fn below(case: &Case, file: &Path) -> String {
    let below = file.strip_prefix(&case.path).ok();
    let below = below.filter(|below| !below.as_os_str().is_empty());
    let name = below.map(|below| below.to_string_lossy().replace('\\', "/"));
    name.unwrap_or_else(|| case.file_name())
}

/// Returns what the scan gave for the policy, at the lines it gave.
fn found(case: &Case, scan: &Scan) -> BTreeSet<Expectation> {
    let names: Vec<String> = files(&case.path)
        .iter()
        .map(|file| below(case, file))
        .collect();
    let of_rule = scan
        .findings
        .iter()
        .filter(|finding| *finding.rule == *case.rule);
    of_rule
        .filter_map(|finding| {
            let outcome = match finding.outcome {
                Outcome::Fail => "fail",
                Outcome::Unknown => "unknown",
                Outcome::Pass => return None,
            };
            let uri = &finding.location.uri;
            let fits = names.iter().filter(|name| {
                let before = uri.strip_suffix(name.as_str());
                before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
            });
            let name = fits.max_by_key(|name| name.len());
            let name = name.cloned().unwrap_or_else(|| uri.to_string());
            let region = finding.location.region;
            Some((name, region.map_or(1, |region| region.start_line), outcome))
        })
        .collect()
}

/// Returns the lines that a policy reaches over the files of a fixture, each as it stands.
fn cover(
    set: &PolicySet,
    case: &Case,
    selection: &Selection,
    options: &Options,
) -> Result<Reached, Problem> {
    let mut reached = Reached::new();
    let own = |id: &str| id == case.rule;
    let chosen = selection.policies.iter();
    let Some(chosen) = chosen
        .into_iter()
        .find(|chosen| own(&chosen.policy.metadata.id))
    else {
        return Ok(reached);
    };
    let wanted = chosen.policy.metadata.resources.clone();
    let format = format::Options {
        wanted: format::Wanted::Types(Arc::new(wanted)),
        ..format::Options::default()
    };
    let units = units(&case.path, &format);
    let found = reach(
        set,
        &chosen.policy,
        &chosen.parameters,
        &units,
        options.limits,
    )?;
    reached.extend(found);
    Ok(reached)
}

/// Reads the units of a fixture. What cannot be read is the scan's to complain about.
fn units(path: &Path, options: &format::Options) -> Vec<Unit> {
    let found = discover(&DiscoveryOptions {
        paths: vec![path.to_owned()],
        ..DiscoveryOptions::default()
    });
    let read = found.candidates.into_iter().filter_map(|candidate| {
        let (text, encoding) = decode(fs::read(&candidate.path).ok()?).ok()?;
        let artifact = Arc::new(Artifact::new(candidate.uri.as_str(), text, encoding));
        let format = recognise(&artifact, candidate.named)?;
        read_unit(&artifact, format, Some(&candidate.path), options).ok()
    });
    read.collect()
}
