//! The pages about the controls in `docs/rules` are those that METADATA and fixtures give.
//!
//! `UPDATE_DOCS=1 cargo test --test rule_pages` writes them.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod excerpt;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ordinance_engine::policy::Metadata;
use ordinance_engine::resource::Format;
use ordinance_report::pages::{Example, index, page};

/// What the families are about, in the order of the index.
const FAMILIES: [(&str, &str); 13] = [
    ("NET", "private subnets and network exposure"),
    ("ALB", "HTTPS-only load balancing and edge protection"),
    ("CDN", "CloudFront and the delivery of the UI"),
    ("S3", "object storage"),
    ("KMS", "encryption at rest and the keys"),
    ("IAM", "least privilege"),
    ("SEC", "secrets"),
    ("DB", "availability, backup and access of databases"),
    ("ECS", "Fargate, scaling, images and rollout"),
    ("OBS", "audit trail and observability"),
    ("GATE", "approval and quality gates"),
    ("PIPE", "integrity of the pipeline"),
    ("ARCH", "completeness of the reference architecture"),
];

fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let children = support::children(path);
    children.iter().flat_map(|child| files(child)).collect()
}

/// What a source is written in, and which input it stands for; `None` for what no page shows.
fn language(path: &Path) -> Option<(Format, &'static str)> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let extension = path.extension()?.to_string_lossy().into_owned();
    let inside = |folder: &str| path.components().any(|part| part.as_os_str() == folder);
    match extension.as_str() {
        "tf" => Some((Format::TerraformPlan, "hcl")),
        "yml" | "yaml" if name.starts_with("action.") => Some((Format::GithubAction, "yaml")),
        "yml" | "yaml" if inside("workflows") => Some((Format::GithubWorkflow, "yaml")),
        "yml" | "yaml" => Some((Format::CloudFormation, "yaml")),
        _ => None,
    }
}

/// The sources of the fixtures of one kind, by format.
fn sources(folder: &Path, kind: &str) -> BTreeMap<Format, Vec<(&'static str, String)>> {
    let mut found: BTreeMap<Format, Vec<_>> = BTreeMap::new();
    for fixture in support::children(&folder.join("fixtures")) {
        let name = fixture.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with(kind) {
            continue;
        }
        for file in files(&fixture) {
            if let Some((format, language)) = language(&file) {
                let text = fs::read_to_string(&file).unwrap();
                found.entry(format).or_default().push((language, text));
            }
        }
    }
    found
}

/// One example a format: what a comment `# example` chooses, else the shortest block that fails, and of its kind in what passes the one most like it.
fn examples(rule: &str, folder: &Path) -> Vec<Example> {
    let (fail, pass) = (sources(folder, "fail_"), sources(folder, "pass_"));
    fail.into_iter()
        .filter_map(|(format, texts)| {
            let failing = texts.iter().flat_map(|(language, text)| {
                let blocks = excerpt::failing(language, text, rule);
                blocks.into_iter().map(move |block| (*language, block))
            });
            let (language, bad) =
                failing.min_by_key(|(_, block)| (!excerpt::is_chosen(block), block.len()))?;
            let passing = pass.get(&format).into_iter().flatten();
            let good = passing
                .flat_map(|(language, text)| excerpt::alike(language, text, &bad))
                .min_by_key(|block| {
                    let difference = excerpt::difference(block, &bad);
                    (!excerpt::is_chosen(block), difference, block.len())
                });
            Some(Example {
                format,
                language,
                bad: Some(excerpt::clean(&bad)),
                good: good.map(|block| excerpt::clean(&block)),
            })
        })
        .collect()
}

/// All pages, by file name.
fn pages() -> BTreeMap<String, String> {
    let pack = support::pack();
    let rules: Vec<&Metadata> = pack.policies().iter().map(|one| &*one.metadata).collect();
    let folders = support::policy_folders();
    let mut pages: BTreeMap<String, String> = folders
        .iter()
        .map(|folder| {
            let id = support::rule_id(folder);
            let metadata = &pack.policy(&id).unwrap().metadata;
            (format!("{id}.md"), page(metadata, &examples(&id, folder)))
        })
        .collect();
    pages.insert("README.md".to_owned(), index(&rules, &FAMILIES));
    pages
}

#[test]
fn every_page_is_fresh() {
    let folder = support::root().join("docs/rules");
    let pages = pages();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &pages {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let written: BTreeMap<String, String> = support::children(&folder)
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    let names = |all: &BTreeMap<String, String>| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        names(&written),
        names(&pages),
        "UPDATE_DOCS=1 writes the pages"
    );
    for (name, text) in &pages {
        assert_eq!(
            &written[name], text,
            "{name}: UPDATE_DOCS=1 writes the pages"
        );
    }
}

#[test]
fn every_family_is_in_the_index() {
    let known: Vec<&str> = FAMILIES.iter().map(|(family, _)| *family).collect();
    for policy in support::pack().policies() {
        let family = policy.metadata.family.as_str();
        assert!(
            known.contains(&family),
            "{family} of {}",
            policy.metadata.id
        );
    }
}
