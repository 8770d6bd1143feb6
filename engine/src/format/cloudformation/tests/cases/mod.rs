//! What small templates become: one row a case, one table a subject.
//!
//! A row is a name, a template and what is expected of it, a line each: `Id {properties}` for a resource (its type
//! in front where the properties are empty), `Name -> targets` for an output, `! message` for a notice. Parameters are
//! given by a first line `# given: NAME=VALUE; …`. Files beside the template are those of [`FILES`].

mod functions;
mod includes;
mod loops;
mod odd;

use super::*;
use crate::format::sources::MemorySources;

/// A name, a template, and the lines expected.
type Case = (&'static str, &'static str, &'static [&'static str]);

/// The files that templates may include.
const FILES: [(&str, &str); 7] = [
    (
        "encryption.yaml",
        "BucketEncryption: {Rules: [!Ref Env]}\nName: mine\n",
    ),
    (
        "bucket.json",
        r#"{"Logs": {"Type": "AWS::S3::Bucket", "Properties": {"Name": {"Ref": "Env"}}}}"#,
    ),
    (
        "tops.yaml",
        "Resources: {Made: {Type: T, Properties: {A: 1}}}\nMappings: {M: {a: {b: [x, y]}}}\n",
    ),
    ("list.yaml", "[1, 2]"),
    ("broken.yaml", "a: [1"),
    (
        "parts/outer.yaml",
        "Fn::Transform: {Name: AWS::Include, Parameters: {Location: inner.yaml}}\nB: 2\n",
    ),
    ("parts/inner.yaml", "A: 1\n"),
];

/// Compares a table with what its templates become and names every case that differs.
fn check(cases: &[Case]) {
    let mut wrong = String::new();
    for (name, template, expected) in cases {
        let lines = outcome(template);
        if lines != *expected {
            let lines = lines.join("\n  ");
            let expected = expected.join("\n  ");
            writeln!(wrong, "{name}:\n  {lines}\n expected:\n  {expected}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn outcome(template: &str) -> Vec<String> {
    let unit = unit_beside(template);
    let resources = unit.resources.iter().map(describe_resource);
    let outputs = unit.outputs.iter().map(|output| {
        let targets: Vec<_> = output.references.iter().map(target).collect();
        format!("{} -> {}", output.name, targets.join(" "))
    });
    let notices = notices(&unit).into_iter().map(|text| format!("! {text}"));
    resources.chain(outputs).chain(notices).collect()
}

fn unit_beside(template: &str) -> Unit {
    let given = template
        .lines()
        .find_map(|line| line.strip_prefix("# given: "));
    let pairs = given.unwrap_or_default().split("; ");
    let pairs: Vec<_> = pairs.filter_map(|pair| pair.split_once('=')).collect();
    let artifact = Artifact::new("stacks/template.yaml", template.to_owned(), Encoding::Utf8);
    let (document, errors) = document::parse(artifact.text());
    assert_eq!(errors, [], "the template of the case is valid YAML");
    let files = FILES.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let files = MemorySources(files.into());
    super::super::normalise_beside(&document, Arc::new(artifact), &super::given(&pairs), &files)
}

fn describe_resource(resource: &Resource) -> String {
    let id = &resource.address;
    let shown = match resource.node.get("Properties") {
        Some(properties) => show(properties),
        None => resource.type_name.to_string(),
    };
    let conditional = resource
        .facts
        .iter()
        .find(|(name, _)| *name == "conditional");
    let conditional = conditional.map_or(String::new(), |(_, node)| format!(" if {}", show(node)));
    format!("{id} {shown}{conditional}")
}
