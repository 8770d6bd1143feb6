//! A whole scan of arbitrary bytes, and every report of it.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use ordinance_engine::artifact::{Artifact, DiscoveryOptions, decode};
use ordinance_engine::evaluate::{Evaluator, Limits};
use ordinance_engine::policy::{PolicySet, Request, Source};
use ordinance_engine::scan::{Disposition, Scan, ScanOptions, scan};
use ordinance_report::terminal::{self, Style};
use ordinance_report::{
    Context, annotations, csv, gitlab, html, in_toto, json, junit, markdown, sarif,
};
use serde_json::Value;

use super::inside;

/// The names that the bytes can have, by the first of them.
const NAMES: [&str; 6] = [
    "template.yaml",
    "template.json",
    "plan.json",
    ".github/workflows/build.yml",
    "action.yml",
    "notes.txt",
];

/// The text ends in exactly one account; findings and notices have places in it; all reports can be written, and those
/// for machines read.
pub fn check(bytes: &[u8]) {
    let Some((&first, rest)) = bytes.split_first() else {
        return;
    };
    let Ok((text, encoding)) = decode(rest.to_vec()) else {
        return;
    };
    let name = NAMES[first as usize % NAMES.len()];
    let scanned = once(Artifact::new(name, text.clone(), encoding));
    let artifact = Artifact::new(name, text, encoding);
    accounted(&artifact, &scanned);
    let bytes = reports(&scanned);
    let artifact = Artifact::new(name, artifact.text().to_owned(), encoding);
    assert!(
        bytes == reports(&once(artifact)),
        "two scans give two reports"
    );
}

fn once(artifact: Artifact) -> Scan {
    let options = ScanOptions {
        discovery: DiscoveryOptions {
            // A file that is there and left out: no path at all would be the current folder.
            paths: vec![concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into()],
            exclude: vec!["**".to_owned()],
            ..DiscoveryOptions::default()
        },
        texts: vec![artifact],
        evidence: true,
        threads: Some(1),
        ..ScanOptions::default()
    };
    scan(options, evaluator(), &|_| {}).unwrap_or_else(|error| panic!("{error}"))
}

/// The built-in pack, loaded once.
fn evaluator() -> &'static Evaluator {
    static EVALUATOR: OnceLock<Evaluator> = OnceLock::new();
    EVALUATOR.get_or_init(|| {
        let sources = ordinance_policies::SOURCES;
        let sources = sources
            .iter()
            .map(|(path, text)| Source::builtin(*path, text));
        let tables = ordinance_policies::TABLES;
        let tables = tables
            .iter()
            .map(|(name, json)| ((*name).to_owned(), Cow::Borrowed(*json)));
        let (set, errors) = PolicySet::new(sources, tables);
        assert!(errors.is_empty(), "{errors:?}");
        let set = Arc::new(set);
        let request = Request {
            packs: vec!["strict".to_owned()],
            ..Request::default()
        };
        let selection = set.select(&request);
        let selection = selection.unwrap_or_else(|error| panic!("{error:?}"));
        Evaluator::new(set, selection, Limits::default())
    })
}

fn accounted(artifact: &Artifact, scanned: &Scan) {
    let [summary] = &scanned.artifacts[..] else {
        panic!("one file, {} accounts", scanned.artifacts.len());
    };
    let unreadable = matches!(summary.disposition, Disposition::Unreadable);
    assert!(
        !unreadable || !scanned.complete,
        "what is unreadable is not complete"
    );
    for finding in &scanned.findings {
        assert!(finding.message.ends_with('.'), "{:?}", finding.message);
        if let Some(region) = finding.location.region {
            inside::region(artifact, region);
        }
    }
    for notice in &scanned.notices {
        let region = notice
            .location
            .as_ref()
            .and_then(|location| location.region);
        if let Some(region) = region {
            inside::region(artifact, region);
        }
        // No policy of the pack fails, whatever it is given.
        assert!(notice.rule.is_none(), "{}", notice.message);
    }
}

/// Every report, one after the other.
pub fn reports(scanned: &Scan) -> Vec<u8> {
    let context = Context {
        version: "0.0.0",
        policies_sha256: "00",
        ..Context::default()
    };
    let mut all = Vec::new();
    for profile in [sarif::Profile::CodeScanning, sarif::Profile::Audit] {
        let mut log = Vec::new();
        let written = sarif::write(scanned, &context, profile, &mut log);
        let written = written.unwrap_or_else(|error| panic!("{error}"));
        shaped(&parsed(&log), written.results);
        all.extend(log);
    }
    let mut write = |name: &str, machine: bool, out: Vec<u8>, result: std::io::Result<()>| {
        result.unwrap_or_else(|error| panic!("{name}: {error}"));
        if machine {
            parsed(&out);
        }
        quiet(name, &out);
        all.extend(out);
    };
    let mut out = Vec::new();
    let result = json::write(scanned, &context, &mut out);
    write("json", true, std::mem::take(&mut out), result);
    let result = gitlab::write(scanned, &mut out);
    write("gitlab", true, std::mem::take(&mut out), result);
    let result = in_toto::write(scanned, &context, &mut out);
    write("in-toto", true, std::mem::take(&mut out), result);
    let result = html::write(scanned, &context, &mut out);
    write("html", false, std::mem::take(&mut out), result);
    let result = junit::write(scanned, &mut out);
    write("junit", false, std::mem::take(&mut out), result);
    let result = csv::write(scanned, &mut out);
    write("csv", false, std::mem::take(&mut out), result);
    let result = markdown::write(scanned, &context, &mut out);
    write("markdown", false, std::mem::take(&mut out), result);
    let result = annotations::write(scanned, &mut out);
    write("annotations", false, std::mem::take(&mut out), result);
    let style = Style {
        color: false,
        links: false,
        unicode: true,
        width: 80,
    };
    let result = terminal::write(scanned, &context, style, &mut out);
    write("terminal", false, std::mem::take(&mut out), result);
    all
}

fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{error}"))
}

/// No report holds what moves a cursor or hides text.
fn quiet(name: &str, bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    let bad = text
        .chars()
        .find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    assert_eq!(bad, None, "in {name}");
}

/// The parts of SARIF that consumers rely on.
fn shaped(log: &Value, results: usize) {
    assert_eq!(log["version"], "2.1.0");
    let runs = log["runs"].as_array().map_or(&[][..], Vec::as_slice);
    let [run] = runs else {
        panic!("{} runs", runs.len());
    };
    let count = |value: &Value| value.as_array().map_or(0, Vec::len);
    assert_eq!(count(&run["results"]), results);
    let rules = count(&run["tool"]["driver"]["rules"]);
    for result in run["results"].as_array().into_iter().flatten() {
        assert!(result["message"]["text"].is_string());
        let index = result["ruleIndex"].as_u64();
        assert!(index.is_some_and(|index| index < rules as u64), "{result}");
        for location in result["locations"].as_array().into_iter().flatten() {
            let place = &location["physicalLocation"];
            assert!(place["artifactLocation"]["uri"].is_string(), "{result}");
            let line = &place["region"]["startLine"];
            assert!(
                place["region"].is_null() || line.as_u64() >= Some(1),
                "{result}"
            );
        }
    }
}
