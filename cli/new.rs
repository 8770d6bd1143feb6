//! `ordinance new`: a policy that works, to be made one's own.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::args::NewArguments;
use crate::exit::{CommandError, Exit};
use crate::scaffold::{self, Description, Files, Name};
use crate::{config, pack};

/// Writes the folder of a new policy.
///
/// # Errors
/// When the name does not do, or a file of it exists.
pub(crate) fn run(arguments: &NewArguments) -> Result<Exit, CommandError> {
    let config = config::of(&arguments.source, Path::new("."))?;
    let first = || {
        let mut folders = config.policies.iter().filter(|path| path.is_dir());
        folders.next().cloned()
    };
    let root = arguments.dir.clone().or_else(first);
    let root = root.unwrap_or_else(|| PathBuf::from("policies"));
    let mut known = config.policies.clone();
    if root.is_dir() && !known.contains(&root) {
        known.push(root.clone());
    }
    let set = pack::load_tested(&known, &[])?;
    let name = Name::new(&arguments.name, arguments.id.as_deref(), &set)?;
    let folder = name.folder(&root);
    let files = files(&name, &arguments.resource, &arguments.property)?;
    scaffold::write(&folder, &files)?;
    let mut text = format!("Policy {} in {}:\n", name.id, folder.display());
    for (file, _) in &files {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {file}");
    }
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "\nordinance test {}\nordinance scan --policy {} --rule {}\n",
        root.display(),
        root.display(),
        name.id
    );
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .map_err(|source| CommandError::Write {
            what: "what was written".into(),
            source,
        })?;
    Ok(Exit::Clean)
}

/// Returns the files of a policy that demands a property of a resource type.
fn files(name: &Name, resource: &str, property: &str) -> Result<Files, CommandError> {
    let segments: Vec<&str> = property.split('.').collect();
    let is_name =
        |one: &&str| !one.is_empty() && one.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !segments.iter().all(is_name) {
        return Err(CommandError::usage(format!(
            "'{property}' is no property: write names with dots between them"
        )));
    }
    let form = Form::of(resource).ok_or_else(|| {
        CommandError::usage(format!(
            "'{resource}' is no resource type: write it as AWS::S3::Bucket, or as aws_s3_bucket of Terraform"
        ))
    })?;
    let snake = name.snake();
    let mut files = vec![
        (
            format!("{snake}.rego"),
            form.policy(name, resource, &segments),
        ),
        (
            format!("{snake}_test.rego"),
            form.test(name, resource, &segments),
        ),
    ];
    files.extend(form.fixtures(name, resource, &segments));
    Ok(files)
}

/// The formats that a policy can begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    CloudFormation,
    Terraform,
}

impl Form {
    fn of(resource: &str) -> Option<Self> {
        let parts: Vec<&str> = resource.split("::").collect();
        let is_name =
            |one: &&str| !one.is_empty() && one.chars().all(|c| c.is_ascii_alphanumeric());
        if parts.len() == 3 && parts.iter().all(is_name) {
            return Some(Self::CloudFormation);
        }
        let is_type = resource.contains('_')
            && resource
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        is_type.then_some(Self::Terraform)
    }

    const fn id(self) -> &'static str {
        match self {
            Self::CloudFormation => "cloudformation",
            Self::Terraform => "terraform-plan",
        }
    }

    /// Returns the path from the resource node.
    fn path(self, segments: &[&str]) -> String {
        let keys = segments.iter().map(|key| format!("\"{key}\""));
        let keys: Vec<String> = keys.collect();
        match self {
            Self::CloudFormation => format!("[\"Properties\", {}]", keys.join(", ")),
            // Nested blocks are lists in plans.
            Self::Terraform => format!("[{}]", keys.join(", 0, ")),
        }
    }

    fn policy(self, name: &Name, resource: &str, segments: &[&str]) -> String {
        let property = segments.join(".");
        let title = format!("Set {property} of every {resource}");
        let head = scaffold::head(
            name,
            &Description {
                title: &title,
                why: "Say here what goes wrong without it: the reader of a finding sees this.",
                severity: "medium",
                score: "5.0",
                format: self.id(),
                types: &[resource.to_owned()],
                remediation: &format!("Set {property}."),
            },
        );
        format!(
            "{head}\nimport data.policies.lib.value\n\n_path := {path}\n\n_judged := object.get(input.by_type, \"{resource}\", [])\n\n\
             subjects contains r.address if some r in _judged\n\n\
             examined contains record if {{\n\tsome r in _judged\n\trecord := value.present(r, _path)\n}}\n\n\
             deny contains violation if {{\n\tsome r in _judged\n\tvalue.is_absent(value.present(r, _path))\n\t\
             violation := {{\n\t\t\"resource\": r.address,\n\t\t\"path\": _path,\n\t\t\
             \"message\": sprintf(\"'%s' does not set {property}.\", [r.address]),\n\t}}\n}}\n",
            path = self.path(segments),
        )
    }

    fn test(self, name: &Name, resource: &str, segments: &[&str]) -> String {
        let node = |value: &str| {
            let mut value = value.to_owned();
            for (depth, key) in segments.iter().enumerate().rev() {
                value = format!("{{\"{key}\": {value}}}");
                if depth > 0 && self == Self::Terraform {
                    value = format!("[{value}]");
                }
            }
            if self == Self::CloudFormation {
                value = format!("{{\"Properties\": {value}}}");
            }
            value
        };
        let slug = name.snake();
        format!(
            "package {package}_test\n\nimport data.{package}\n\n\
             _input(node) := {{\"by_type\": {{\"{resource}\": [{{\"address\": \"Subject\", \"node\": node}}]}}}}\n\n\
             _unknown := {{\"$unknown\": {{\"kind\": \"parameter\", \"name\": \"P\", \"why\": \"has no default\"}}}}\n\n\
             test_the_property_is_demanded if {{\n\tsome violation in {slug}.deny with input as _input({{}})\n\tviolation.resource == \"Subject\"\n}}\n\n\
             test_a_resource_with_the_property_passes if {{\n\tgiven := _input({given})\n\t{slug}.subjects == {{\"Subject\"}} with input as given\n\t\
             count({slug}.deny) == 0 with input as given\n}}\n\n\
             test_what_cannot_be_known_is_not_denied if {{\n\tgiven := _input({unknown})\n\tcount({slug}.deny) == 0 with input as given\n\t\
             some record in {slug}.examined with input as given\n\trecord.state == \"unknown\"\n}}\n",
            package = name.package(),
            given = node("\"given\""),
            unknown = node("_unknown"),
        )
    }

    fn fixtures(self, name: &Name, resource: &str, segments: &[&str]) -> Files {
        match self {
            Self::CloudFormation => vec![
                (
                    "fixtures/fail_missing.yaml".into(),
                    template(name, resource, &[], true),
                ),
                (
                    "fixtures/pass_given.yaml".into(),
                    template(name, resource, segments, false),
                ),
            ],
            Self::Terraform => {
                let missing = sources(name, resource, &[]);
                let given = sources(name, resource, segments);
                vec![
                    ("fixtures/fail_missing/main.tf".into(), missing),
                    (
                        "fixtures/fail_missing/plan.json".into(),
                        plan(resource, &[]),
                    ),
                    ("fixtures/pass_given/main.tf".into(), given),
                    (
                        "fixtures/pass_given/plan.json".into(),
                        plan(resource, segments),
                    ),
                ]
            }
        }
    }
}

/// Returns the configuration that the plan was made of.
fn sources(name: &Name, resource: &str, segments: &[&str]) -> String {
    let Some((last, blocks)) = segments.split_last() else {
        let id = &name.id;
        return format!("resource \"{resource}\" \"subject\" {{ # expect: {id} fail\n}}\n");
    };
    let mut text = format!("resource \"{resource}\" \"subject\" {{\n");
    for (depth, block) in blocks.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}{block} {{", "  ".repeat(depth + 1));
    }
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{}{last} = \"given\"", "  ".repeat(segments.len()));
    for depth in (0..blocks.len()).rev() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}}}", "  ".repeat(depth + 1));
    }
    text + "}\n"
}

fn template(name: &Name, resource: &str, segments: &[&str], fails: bool) -> String {
    let expect = if fails {
        format!(" # expect: {} fail", name.id)
    } else {
        String::new()
    };
    let mut text = format!(
        "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  Subject:{expect}\n    Type: {resource}\n"
    );
    for (depth, key) in segments.iter().enumerate() {
        if depth == 0 {
            text += "    Properties:\n";
        }
        let indent = " ".repeat(6 + 2 * depth);
        let value = if depth + 1 == segments.len() {
            " given"
        } else {
            ""
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{indent}{key}:{value}");
    }
    text
}

/// Returns a plan of one resource. A real one (`terraform show -json tfplan`) in its place is better.
fn plan(resource: &str, segments: &[&str]) -> String {
    // Nested blocks are lists in plans.
    let mut value = serde_json::json!("given");
    for (depth, key) in segments.iter().enumerate().rev() {
        let mut object = serde_json::Map::new();
        object.insert((*key).to_owned(), value);
        value = object.into();
        if depth > 0 {
            value = serde_json::json!([value]);
        }
    }
    if segments.is_empty() {
        value = serde_json::json!({});
    }
    let address = format!("{resource}.subject");
    let plan = serde_json::json!({
        "format_version": "1.2",
        "terraform_version": "1.11.0",
        "planned_values": {"root_module": {"resources": [{
            "address": address, "mode": "managed", "type": resource, "name": "subject",
            "provider_name": "registry.terraform.io/hashicorp/aws", "values": value,
        }]}},
        "resource_changes": [{
            "address": address, "mode": "managed", "type": resource, "name": "subject",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": ["create"], "before": null, "after": value, "after_unknown": {}},
        }],
        "configuration": {"root_module": {"resources": [{
            "address": address, "mode": "managed", "type": resource, "name": "subject",
            "provider_config_key": "aws", "expressions": {},
        }]}},
    });
    format!("{plan}\n")
}
