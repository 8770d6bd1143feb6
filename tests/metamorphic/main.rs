//! What makes no difference to CloudFormation makes none to a verdict: JSON or YAML, long or short intrinsics, the names of
//! resources, their order, whether independent resources lie in one file, whether another template nests this one.
//!
//! Every CloudFormation fixture of the policies is judged by the whole pack, as it is and rewritten; `tree` reads it and
//! writes it in other forms, `change` changes it.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod change;
#[path = "../support/mod.rs"]
mod support;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use ordinance_engine::artifact::{Artifact, DiscoveryOptions, Encoding};
use ordinance_engine::document;
use ordinance_engine::policy::{Request, Scope};
use ordinance_engine::scan::{Scan, ScanOptions, scan};
use tree::Tree;

/// A fixture: its name, and the template.
struct Template {
    uri: String,
    tree: Tree,
}

/// A verdict: the file, the control, the resource, the outcome, the defect.
type Verdict = (String, String, String, String, String);

/// The templates among the fixtures that stand alone: without loops, includes and other stacks, which are rewritten as a
/// whole before anything else is read, or mean something else beside other files.
fn templates() -> &'static [Template] {
    static TEMPLATES: OnceLock<Vec<Template>> = OnceLock::new();
    TEMPLATES.get_or_init(|| {
        let folders = support::policy_folders();
        let paths = folders
            .iter()
            .flat_map(|folder| support::children(&folder.join("fixtures")));
        let ours = paths.filter(|path| {
            let end = path
                .extension()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            path.is_file() && (end == "yaml" || end == "json")
        });
        // Every second one: each policy has several, and the whole pack judges each of them seven times here.
        ours.step_by(2).filter_map(|path| template(&path)).collect()
    })
}

fn template(path: &Path) -> Option<Template> {
    let text = fs::read_to_string(path).unwrap();
    let special = [
        "Fn::ForEach",
        "AWS::Include",
        "Transform",
        "<<:",
        "ordinance:",
        "AWS::CloudFormation::",
    ];
    if special.iter().any(|word| text.contains(word)) {
        return None;
    }
    let (document, errors) = document::parse(&text);
    assert!(errors.is_empty(), "{}", path.display());
    let tree = Tree::of(document.root()?);
    tree.get("Resources")?;
    Some(Template {
        uri: support::uri(path),
        tree,
    })
}

/// Judges texts, each for itself, by the strict pack.
fn judged(texts: impl IntoIterator<Item = (String, String)>) -> Scan {
    let texts = texts.into_iter();
    let texts = texts.map(|(uri, text)| Artifact::new(uri, text, Encoding::Utf8));
    let options = ScanOptions {
        // A file that is left out: no path at all would be the current folder.
        discovery: DiscoveryOptions {
            paths: vec![support::root().join("Cargo.toml")],
            exclude: vec!["**".to_owned()],
            ..DiscoveryOptions::default()
        },
        texts: texts.collect(),
        ..ScanOptions::default()
    };
    scan(options, &support::evaluator(&strict()), &|_| {}).unwrap()
}

/// The controls of the strict pack that look at one file at a time.
fn strict() -> Request {
    let pack = support::pack();
    let over_all = pack.policies().iter().map(|policy| &policy.metadata);
    let over_all = over_all.filter(|one| one.scope == Scope::Scan);
    Request {
        packs: vec!["strict".to_owned()],
        skip: over_all.map(|one| one.id.clone()).collect(),
        ..Request::default()
    }
}

fn verdicts(scan: &Scan) -> BTreeSet<Verdict> {
    let verdict = |one: &ordinance_engine::finding::Finding| {
        (
            one.unit_uri.to_string(),
            one.rule.to_string(),
            one.address.to_string(),
            format!("{:?}", one.outcome),
            one.defect.clone(),
        )
    };
    scan.findings.iter().map(verdict).collect()
}

fn passes(scan: &Scan) -> BTreeMap<&str, usize> {
    let rules = scan.rules.iter();
    rules
        .map(|rule| (rule.metadata.id.as_str(), rule.account.pass))
        .collect()
}

/// The fixtures as they are.
fn original() -> &'static Scan {
    static ORIGINAL: OnceLock<Scan> = OnceLock::new();
    ORIGINAL.get_or_init(|| {
        let read = |one: &Template| fs::read_to_string(support::root().join(&one.uri)).unwrap();
        judged(templates().iter().map(|one| (one.uri.clone(), read(one))))
    })
}

/// The rewritten templates have the verdicts of the original ones, and as many passes.
fn holds(rewrite: impl Fn(&Template) -> String) {
    let changed = judged(
        templates()
            .iter()
            .map(|one| (one.uri.clone(), rewrite(one))),
    );
    same(&verdicts(original()), &verdicts(&changed));
    assert_eq!(passes(original()), passes(&changed));
}

fn same(before: &BTreeSet<Verdict>, after: &BTreeSet<Verdict>) {
    assert!(before.len() > 200, "{} verdicts", before.len());
    let gone: Vec<_> = before.difference(after).take(5).collect();
    let new: Vec<_> = after.difference(before).take(5).collect();
    assert!(
        gone.is_empty() && new.is_empty(),
        "gone: {gone:#?}\nnew: {new:#?}"
    );
}

/// A defect may name the resource that it is about: here it is one or none.
fn unnamed(defect: &str) -> String {
    if defect.is_empty() { "none" } else { "one" }.to_owned()
}

#[test]
fn json_and_yaml_give_the_same_verdicts() {
    assert!(templates().len() > 150);
    holds(|one| one.tree.json());
}

#[test]
fn long_and_short_intrinsics_give_the_same_verdicts() {
    holds(|one| one.tree.yaml(false));
    holds(|one| one.tree.yaml(true));
}

#[test]
fn the_order_of_resources_and_keys_makes_no_difference() {
    holds(|one| change::reversed(&one.tree).yaml(true));
}

#[test]
fn the_names_of_resources_make_no_difference() {
    let renamed = |one: &Template| change::renamed(&one.tree).yaml(true);
    let changed = judged(
        templates()
            .iter()
            .map(|one| (one.uri.clone(), renamed(one))),
    );
    let before = verdicts(original()).into_iter();
    let before = before.map(|(uri, rule, address, outcome, defect)| {
        let one = templates().iter().find(|one| one.uri == uri).unwrap();
        let is_resource = one.tree.get("Resources").unwrap().get(&address).is_some();
        let address = if is_resource {
            change::name(&address)
        } else {
            address
        };
        (
            uri,
            rule,
            address.trim_end_matches('.').to_owned(),
            outcome,
            unnamed(&defect),
        )
    });
    let after = verdicts(&changed).into_iter();
    let after = after.map(|(uri, rule, address, outcome, defect)| {
        (
            uri,
            rule,
            address.trim_end_matches('.').to_owned(),
            outcome,
            unnamed(&defect),
        )
    });
    same(&before.collect(), &after.collect());
    assert_eq!(passes(original()), passes(&changed));
}

#[test]
fn a_stack_that_another_one_nests_has_the_verdicts_that_it_has_alone() {
    let folder = support::scratch("nested");
    let mut expected = BTreeSet::new();
    let alone = templates()
        .iter()
        .filter(|one| one.tree.get("Parameters").is_none());
    let alone: BTreeMap<&str, &Template> = alone.map(|one| (one.uri.as_str(), one)).collect();
    for (number, one) in alone.values().enumerate() {
        let place = folder.join(number.to_string());
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join("child.yaml"), one.tree.yaml(true)).unwrap();
        let parent = "Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: child.yaml\n";
        fs::write(place.join("parent.yaml"), parent).unwrap();
        let mine = verdicts(original())
            .into_iter()
            .filter(|verdict| verdict.0 == one.uri);
        expected.extend(mine.map(|verdict| {
            (
                number.to_string(),
                verdict.1,
                verdict.2,
                verdict.3,
                verdict.4,
            )
        }));
    }
    let options = ScanOptions {
        discovery: DiscoveryOptions {
            paths: vec![folder],
            ..DiscoveryOptions::default()
        },
        ..ScanOptions::default()
    };
    let scan = scan(options, &support::evaluator(&strict()), &|_| {}).unwrap();
    let number = |uri: &str| uri.rsplit('/').nth(1).unwrap().to_owned();
    let found = verdicts(&scan)
        .into_iter()
        .filter(|verdict| verdict.0.ends_with("child.yaml"));
    let found = found.map(|(uri, rule, address, outcome, defect)| {
        (number(&uri), rule, address, outcome, defect)
    });
    same(&expected, &found.collect());
}

/// Controls that look in the file for what is set for a whole account, or what watches a resource: that it is elsewhere is
/// a difference, and they say so (`unknown`, or a failure that names what is missing).
const LOOK_AROUND: [&str; 8] = [
    "ECS-010", "IAM-014", "KMS-001", "NET-002", "OBS-002", "OBS-003", "OBS-005", "S3-005",
];

#[test]
fn independent_resources_have_the_same_verdicts_in_files_of_their_own() {
    let mut texts = Vec::new();
    for one in templates() {
        for (part, tree) in change::parts(&one.tree).iter().enumerate() {
            texts.push((format!("{}#{part}", one.uri), tree.yaml(true)));
        }
    }
    assert!(
        texts.len() > templates().len() + 100,
        "{} parts",
        texts.len()
    );
    let changed = judged(texts);
    // Parameters are those of each part.
    let counts = |verdict: &Verdict| {
        !LOOK_AROUND.contains(&&*verdict.1) && !verdict.2.starts_with("template")
    };
    let whole = |(uri, rule, address, outcome, defect): Verdict| {
        let uri = uri.split('#').next().unwrap().to_owned();
        (uri, rule, address, outcome, defect)
    };
    let before = verdicts(original()).into_iter().filter(counts);
    let after = verdicts(&changed).into_iter().map(whole).filter(counts);
    same(&before.collect(), &after.collect());
}
