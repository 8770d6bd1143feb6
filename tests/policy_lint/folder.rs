//! Lints over the folder of a policy, and over the two packages of a view.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ordinance_engine::policy::{Module, Policy, PolicySet};
use ordinance_engine::resource::Format;

/// Returns what is missing around a policy.
pub(crate) fn lint_policy(root: &Path, set: &PolicySet, policy: &Policy) -> Vec<String> {
    let mut found = named(set, policy);
    let slug = policy.package.rsplit('.').next().unwrap_or_default();
    let family = policy.package.split('.').nth(1).unwrap_or_default();
    let folder = root.join(family).join(slug);
    let wanted_test = format!("{family}/{slug}/{slug}_test.rego");
    if !set
        .tests()
        .iter()
        .any(|test| *test.source.path == *wanted_test)
    {
        found.push(format!("{}: {wanted_test} is missing", policy.metadata.id));
    }
    let cases = cases(&folder.join("fixtures"));
    for format in &policy.metadata.formats {
        for outcome in ["fail", "pass"] {
            if !cases.contains(&(outcome.to_owned(), *format)) {
                let id = &policy.metadata.id;
                found.push(format!("{id}: no fixture {outcome}_* for {format}"));
            }
        }
    }
    found
}

/// Package, path, slug, family and resource types fit together.
fn named(set: &PolicySet, policy: &Policy) -> Vec<String> {
    let metadata = &policy.metadata;
    let id = &metadata.id;
    let mut found = Vec::new();
    let family = metadata.family.to_lowercase();
    let slug = metadata.slug.replace('-', "_");
    let package = format!("policies.{family}.{slug}");
    if *policy.package != *package {
        found.push(format!(
            "{id}: package '{}' must be '{package}'",
            policy.package
        ));
    }
    let path = format!("{family}/{slug}/{slug}.rego");
    let module = set.module(policy.module);
    if module.is_none_or(|module| *module.source.path != *path) {
        found.push(format!("{id}: the file must be {path}"));
    }
    if !id.starts_with(&format!("{}-", metadata.family)) {
        found.push(format!(
            "{id}: the id must begin with the family '{}'",
            metadata.family
        ));
    }
    for format in &metadata.formats {
        if !metadata.resources.iter().any(|name| belongs(name, *format)) {
            found.push(format!("{id}: 'resources' names no type of {format}"));
        }
    }
    for text in [&metadata.title, &metadata.description] {
        if text.contains("TODO") {
            found.push(format!("{id}: METADATA still says TODO"));
        }
    }
    if metadata.title.ends_with('.') {
        found.push(format!("{id}: the title ends in a period"));
    }
    if !metadata.description.ends_with('.') {
        found.push(format!("{id}: the description does not end in a period"));
    }
    found
}

fn belongs(type_name: &str, format: Format) -> bool {
    match format {
        Format::CloudFormation => type_name.contains("::"),
        Format::TerraformPlan => !type_name.contains("::") && type_name.contains('_'),
        Format::GithubWorkflow => ["workflow", "job"].contains(&type_name),
        Format::GithubAction => type_name == "action",
        Format::GithubSettings => false,
    }
}

/// Lists the fixtures: what they should come to, and their format.
fn cases(folder: &Path) -> BTreeSet<(String, Format)> {
    let mut cases = BTreeSet::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some((outcome, _)) = name.split_once('_') else {
            continue;
        };
        for format in formats(&entry.path(), &name) {
            cases.insert((outcome.to_owned(), format));
        }
    }
    cases
}

fn formats(path: &Path, name: &str) -> Vec<Format> {
    let template = [".yaml", ".yml", ".json", ".template"];
    if path.is_file() {
        return template
            .iter()
            .any(|end| name.ends_with(end))
            .then_some(Format::CloudFormation)
            .into_iter()
            .collect();
    }
    let mut formats = Vec::new();
    let files = all_names(path);
    let any = |wanted: &dyn Fn(&str) -> bool| files.iter().any(|file| wanted(file));
    let is_plan = |file: &str| ["plan.json", "plan.noop.json"].contains(&file);
    if any(&is_plan) {
        formats.push(Format::TerraformPlan);
    }
    if path.join(".github/workflows").is_dir() {
        formats.push(Format::GithubWorkflow);
    }
    if any(&|file| file == "action.yml" || file == "action.yaml") {
        formats.push(Format::GithubAction);
    }
    if formats.is_empty() && any(&|file| template.iter().any(|end| file.ends_with(end))) {
        formats.push(Format::CloudFormation);
    }
    formats
}

fn all_names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            names.extend(all_names(&entry.path()));
        } else {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names
}

/// A view is `policies.views.X` with `rows` (a package beside it without `rows` is a part of one); whoever reads its
/// rows goes through a library that takes the joined rows where
/// they are and computes them where they are not.
pub(crate) fn lint_view(module: &Module) -> Vec<String> {
    let mut found = Vec::new();
    let path = &module.source.path;
    if let Some(view) = module.view()
        && **path != *format!("views/{view}.rego")
    {
        found.push(format!(
            "{path}: the view '{view}' must lie in views/{view}.rego"
        ));
    }
    if module
        .metadata_json()
        .is_none_or(|metadata| metadata.get("title").is_none())
    {
        found.push(format!(
            "{path}: METADATA with a title is missing or no YAML"
        ));
    }
    let joined = names(&module.reading().input, &["views"], None);
    let computed = names(&module.reading().data, &["policies", "views"], Some("rows"));
    if joined != computed {
        found.push(format!(
            "{path}: reads the views {joined:?} of input, but {computed:?} of data: both, or neither"
        ));
    }
    if !computed.is_empty() && !module.package.starts_with("policies.lib.") {
        found.push(format!("{path}: only a library reads a view directly"));
    }
    found
}

fn names<'m>(
    references: &'m [ordinance_engine::policy::Reference],
    below: &[&str],
    after: Option<&str>,
) -> BTreeSet<&'m str> {
    references
        .iter()
        .filter(|one| one.keys.iter().zip(below).all(|(key, name)| key == name))
        .filter(|one| {
            after.is_none_or(|rule| one.keys.get(below.len() + 1).is_some_and(|key| key == rule))
        })
        .filter_map(|one| one.keys.get(below.len()))
        .map(String::as_str)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    fn views(path: &str, text: &str) -> Vec<String> {
        lint_view(&made_up(&[(path, text)]).modules()[0])
    }

    #[test]
    fn a_view_away_from_its_file_is_caught() {
        assert_eq!(
            views(
                "views/w.rego",
                "# METADATA\n# title: A\npackage policies.views.v\n\nrows := 1\n"
            ),
            ["views/w.rego: the view 'v' must lie in views/v.rego"]
        );
    }

    #[test]
    fn a_library_that_reads_only_the_joined_rows_is_caught() {
        assert_eq!(
            views(
                "lib/l.rego",
                "# METADATA\n# title: A\npackage policies.lib.l\n\nrules := input.views.v\n"
            ),
            ["lib/l.rego: reads the views {\"v\"} of input, but {} of data: both, or neither"]
        );
        let both = "# METADATA\n# title: A\npackage policies.lib.l\n\nrules := input.views.v if input.views.v\n\nrules := data.policies.views.v.rows if not input.views.v\n";
        assert!(views("lib/l.rego", both).is_empty());
    }

    #[test]
    fn a_policy_away_from_its_folder_or_without_tests_is_caught() {
        let text = "# METADATA\n# title: A.\n# description: B.\n# custom:\n#   id: S3-001\n#   slug: a-b\n#   family: S3\n#   severity: low\n#   score: 1.0\n#   formats: [cloudformation]\n#   resources: [aws_s3_bucket]\n#   packs: [strict]\n#   remediation: {cloudformation: C.}\npackage policies.s3.b\n";
        let set = made_up(&[("s3/b/b.rego", text)]);
        assert_eq!(
            lint_policy(Path::new("/nowhere"), &set, &set.policies()[0]),
            [
                "S3-001: package 'policies.s3.b' must be 'policies.s3.a_b'",
                "S3-001: the file must be s3/a_b/a_b.rego",
                "S3-001: 'resources' names no type of cloudformation",
                "S3-001: the title ends in a period",
                "S3-001: s3/b/b_test.rego is missing",
                "S3-001: no fixture fail_* for cloudformation",
                "S3-001: no fixture pass_* for cloudformation",
            ]
        );
    }
}
