//! Suppressions: comments of every format, `Metadata`, the exceptions file, the baseline, those of other tools.

use std::sync::Arc;

use ordinance_engine::document;
use ordinance_engine::finding::Location;
use ordinance_engine::format::{Options, cloudformation};
use ordinance_engine::suppress::{Baseline, foreign_marks, marks_of, read_exceptions};

use super::inside;
use super::plan;

/// Text in any place where a suppression may stand is read, and each that is found has a place and is right or wrong.
pub fn check(bytes: &[u8]) {
    let Some(given) = inside::artifact("given.yaml", bytes) else {
        return;
    };
    let text = given.text();
    let comments: Vec<String> = text.lines().map(|line| format!("    # {line}\n")).collect();
    let comments = comments.concat();
    let template = include_str!("../seeds/template.yaml").replace("    # COMMENTS\n", &comments);
    let artifact = inside::file("template.yaml", template);
    let (tree, errors) = document::parse(artifact.text());
    if errors.is_empty() {
        let options = Options::default();
        let unit = cloudformation::normalise(&tree, Arc::clone(&artifact), &options);
        for mark in marks_of(&unit) {
            place(&artifact, &mark.location);
        }
    }
    for foreign in foreign_marks(&artifact) {
        place(&artifact, &foreign.location);
    }
    foreign_marks(&given);
    match read_exceptions(&given) {
        Ok(marks) => marks.iter().for_each(|mark| place(&given, &mark.location)),
        Err(errors) => errors.iter().for_each(|error| {
            assert!(error.to_string().contains("given.yaml:"), "{error}");
        }),
    }
    if let Ok(baseline) = Baseline::read(text) {
        let written = baseline.write().unwrap_or_else(|error| panic!("{error}"));
        let read = Baseline::read(&written).unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!(read.write().ok(), Some(written));
    }
    let source = include_str!("../seeds/main.tf");
    let commented: Vec<String> = text.lines().map(|line| format!("# {line}\n")).collect();
    let commented = commented.concat();
    let beside = inside::file("plan.json", include_str!("../seeds/plan.json"));
    if let Some(unit) = plan::judge(&beside, &format!("{commented}{source}/*{text}*/\n")) {
        marks_of(&unit);
    }
}

fn place(artifact: &ordinance_engine::artifact::Artifact, location: &Location) {
    if let Some(region) = location.region {
        inside::region(artifact, region);
    }
}
