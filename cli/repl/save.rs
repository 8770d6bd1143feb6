//! `:save`: what was typed becomes a policy, with the file that is looked at as its fixture.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

use ordinance_engine::evaluate::Workbench;
use ordinance_engine::finding::location_at;
use ordinance_engine::policy::token::{TokenKind, tokens};
use ordinance_engine::resource::{Format, Segment, Unit};
use serde_json::{Value, json};

use super::failed;
use super::session::Session;
use crate::exit::CommandError;
use crate::scaffold::{self, Description, Files, Name};

/// Writes the policy, and adds its folder to the policies of the session.
///
/// # Errors
/// When there is nothing to save, the name does not do, or a file exists.
pub(super) fn run(
    session: &mut Session,
    rest: &str,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let (name, id, root) = match words[..] {
        [name] => (name, None, None),
        [name, id] => (name, Some(id), None),
        [name, id, root] => (name, Some(id), Some(root)),
        _ => {
            return Err(CommandError::usage(
                "':save FAMILY/SLUG ID [DIR]' writes a policy",
            ));
        }
    };
    if !session.typed.names().contains("deny") {
        return Err(CommandError::usage(
            "a policy needs a rule 'deny': type 'deny contains violation if { … }' first",
        ));
    }
    let looked = session.current().and_then(|looked| looked.unit()).cloned();
    let unit = looked.ok_or_else(|| {
        CommandError::usage("a policy needs an input for its fixture: ':load FILE' first")
    })?;
    let name = Name::new(name, id, session.set_of_policies())?;
    let root = PathBuf::from(root.unwrap_or("policies"));
    let denied = denied(&mut session.workbench)?;
    let files = files(session, &name, &unit, &denied)?;
    let folder = name.folder(&root);
    scaffold::write(&folder, &files)?;
    for (file, _) in &files {
        writeln!(out, "{}", folder.join(file).display()).map_err(failed)?;
    }
    if !session.policies.contains(&root) {
        session.policies.push(root);
    }
    session.reload()
}

/// Returns what the typed `deny` gives of the input: resources and paths.
fn denied(workbench: &mut Workbench) -> Result<Vec<(String, Vec<Value>)>, CommandError> {
    let rows = workbench
        .query("deny")
        .map_err(|problem| super::show::problem(&problem))?;
    let value = rows
        .into_iter()
        .next()
        .and_then(|row| row.expressions.into_iter().next());
    let entries = value
        .and_then(|(_, value)| value.as_array().cloned())
        .unwrap_or_default();
    let mut found = Vec::new();
    for entry in entries {
        let resource = entry.get("resource").and_then(Value::as_str);
        let path = entry.get("path").and_then(Value::as_array);
        let message = entry.get("message").and_then(Value::as_str);
        match (resource, path, message) {
            (Some(resource), Some(path), Some(_)) => {
                found.push((resource.to_owned(), path.clone()));
            }
            _ => {
                return Err(CommandError::usage(format!(
                    "'deny' must give objects of \"resource\", \"path\" and \"message\"; it gives {entry}"
                )));
            }
        }
    }
    Ok(found)
}

fn files(
    session: &mut Session,
    name: &Name,
    unit: &Unit,
    denied: &[(String, Vec<Value>)],
) -> Result<Files, CommandError> {
    let snake = name.snake();
    let types = types(session, unit);
    let format = unit.format.id();
    let head = scaffold::head(
        name,
        &Description {
            title: &format!("Say what {} demands", name.id),
            why: "Say here what goes wrong without it: the reader of a finding sees this.",
            severity: "medium",
            score: "5.0",
            format,
            types: &types,
            remediation: "Say here how it is mended.",
        },
    );
    let mut imports = session.typed.imports();
    let rules = session.typed.rules();
    let names = session.typed.names();
    if !names.contains("examined") && !imports.contains(VALUE) {
        imports = format!("{VALUE}\n{imports}");
    }
    let mut policy = format!("{head}\n{imports}\n{rules}\n");
    if !names.contains("subjects") {
        let listed: Vec<String> = types
            .iter()
            .map(|one| Value::from(one.as_str()).to_string())
            .collect();
        // Writing to a String cannot fail.
        let _ = write!(
            policy,
            "\nsubjects contains r.address if {{\n\tsome type in [{}]\n\tsome r in object.get(input.by_type, type, [])\n}}\n",
            listed.join(", ")
        );
    }
    if !names.contains("examined") {
        policy += &examined(&types, denied);
    }
    let test = unit_test(session, name, &types, denied)?;
    let mut files = vec![
        (format!("{snake}.rego"), policy),
        (format!("{snake}_test.rego"), test),
    ];
    files.extend(fixture(name, unit, denied));
    Ok(files)
}

/// The library that reads values which may be unknown.
const VALUE: &str = "import data.policies.lib.value";

/// Returns what the policy examines: the values that it denies. What cannot be known of them is unknown, never a pass.
fn examined(types: &[String], denied: &[(String, Vec<Value>)]) -> String {
    let paths: BTreeSet<String> = denied
        .iter()
        .map(|(_, path)| Value::from(path.clone()).to_string())
        .collect();
    let types: Vec<Value> = types.iter().map(|one| one.as_str().into()).collect();
    let rules = paths.iter().map(|path| {
        format!(
            "\nexamined contains record if {{\n\tsome type in {}\n\tsome r in object.get(input.by_type, type, [])\n\trecord := value.present(r, {path})\n}}\n",
            Value::from(types.clone())
        )
    });
    rules.collect()
}

/// Returns the types that the rules name, else those of the input.
fn types(session: &Session, unit: &Unit) -> Vec<String> {
    let text = session.typed.rules();
    let named: BTreeSet<&str> = tokens(&text)
        .filter(|token| token.kind == TokenKind::Text)
        .filter_map(|token| token.literal())
        .collect();
    let all: BTreeSet<&str> = unit.resources.iter().map(|one| &*one.type_name).collect();
    let mut chosen: Vec<&str> = all.intersection(&named).copied().collect();
    if chosen.is_empty() {
        chosen = all.into_iter().collect();
    }
    chosen.into_iter().map(str::to_owned).collect()
}

/// Returns an input that holds one resource of the input alone, where `deny` finds it there too.
fn alone(session: &mut Session, address: &str) -> Result<Option<Value>, CommandError> {
    let resources = session.input().get("resources");
    let Some(resource) = resources.and_then(|all| all.get(address)) else {
        return Ok(None);
    };
    let kind = resource.get("type").and_then(Value::as_str);
    let kind = kind.unwrap_or_default();
    let input = json!({"resources": {address: resource}, "by_type": {kind: [resource]}});
    if depth(&input) > DEEPEST {
        return Ok(None);
    }
    session.workbench.look_at_value(&input);
    let found = denied(&mut session.workbench);
    session.show_again();
    let found = found?.iter().any(|(other, _)| other == address);
    Ok(found.then_some(input))
}

/// Literals of tests that are nested deeper are not read.
const DEEPEST: usize = 10;

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

/// Returns unit tests: what is found is found in the resource alone, and nothing where there is nothing.
fn unit_test(
    session: &mut Session,
    name: &Name,
    types: &[String],
    denied: &[(String, Vec<Value>)],
) -> Result<String, CommandError> {
    let listed: Vec<String> = types
        .iter()
        .map(|one| format!("{}: []", Value::from(one.as_str())))
        .collect();
    let slug = name.snake();
    let mut text = format!(
        "package {package}_test\n\nimport data.{package}\n\n",
        package = name.package()
    );
    for (address, _) in denied {
        if let Some(input) = alone(session, address)? {
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "test_it_finds_what_it_was_written_for if {{\n\tsome violation in {slug}.deny with input as {input}\n\tviolation.resource == {}\n}}\n\n",
                Value::from(address.as_str())
            );
            break;
        }
    }
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "test_nothing_is_denied_where_nothing_is_declared if {{\n\tcount({slug}.deny) == 0 with input as {{\"resources\": {{}}, \"by_type\": {{{}}}}}\n}}\n",
        listed.join(", ")
    );
    Ok(text)
}

/// Returns the file that is looked at as a fixture, with what is found marked.
fn fixture(name: &Name, unit: &Unit, denied: &[(String, Vec<Value>)]) -> Files {
    let path = Path::new(&**unit.artifact.uri());
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let safe: String = stem
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    let end = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let kind = if denied.is_empty() { "pass" } else { "fail" };
    let lines: BTreeSet<u32> = denied
        .iter()
        .filter_map(|(address, path)| {
            let mut resources = unit.resources.iter();
            let resource = resources.find(|one| *one.address == **address)?;
            let location = location_at(unit, resource, &steps(path));
            location.region.map(|region| region.start_line)
        })
        .collect();
    let text = unit.artifact.text();
    let is_json = text.trim_start().starts_with(['{', '[']);
    let workflow = matches!(unit.format, Format::GithubWorkflow | Format::GithubAction);
    let file = match workflow {
        true => format!("fixtures/{kind}_{safe}/.github/workflows/{safe}.yml"),
        false if is_json => format!("fixtures/{kind}_{safe}.json"),
        false => format!(
            "fixtures/{kind}_{safe}.{}",
            if end.is_empty() { "yaml" } else { &end }
        ),
    };
    if is_json {
        let expected = lines
            .iter()
            .map(|line| format!("{line} {} fail\n", name.id));
        let beside = format!("{file}.expect");
        let mut files = vec![(file, text.to_owned())];
        if !lines.is_empty() {
            files.push((beside, expected.collect()));
        }
        return files;
    }
    let marked = (1u32..).zip(text.lines()).map(|(number, line)| {
        if lines.contains(&number) {
            format!("{line} # expect: {} fail\n", name.id)
        } else {
            format!("{line}\n")
        }
    });
    vec![(file, marked.collect())]
}

fn steps(path: &[Value]) -> ordinance_engine::resource::Path {
    let segments = path.iter().filter_map(|step| match step {
        Value::String(key) => Some(Segment::Key(key.as_str().into())),
        Value::Number(number) => {
            let index = number
                .as_u64()
                .and_then(|index| usize::try_from(index).ok());
            index.map(Segment::Index)
        }
        _ => None,
    });
    ordinance_engine::resource::Path(segments.collect())
}
