//! What begins with a colon.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use ordinance_engine::evaluate::{Evaluator, Limits, Outcome, Verdict};
use ordinance_engine::finding::location_at;
use ordinance_engine::policy::hint;
use ordinance_engine::policy_test;
use ordinance_engine::resource::{Path, Unit};
use ordinance_report::harmless;
use ordinance_report::terminal::Style;
use serde_json::Value;

use super::session::Session;
use super::{After, failed, places, save, show};
use crate::exit::CommandError;

/// The commands: names, arguments, what they do.
pub(super) const COMMANDS: [(&str, &str, &str); 17] = [
    ("help", "", "list the commands"),
    (
        "input",
        "[PATH]",
        "show the input, or a part: :input resources.Bucket",
    ),
    ("files", "", "list the files that are looked at"),
    ("use", "NUMBER", "make another of them the input"),
    ("resources", "[TYPE]", "list the resources of the input"),
    ("view", "NAME", "show the rows of a view"),
    ("rule", "ID", "judge the input by one control"),
    (
        "why",
        "ADDRESS RULE",
        "show where each body of a rule stops for a resource; RULE is an id, ID.rule, or a rule typed here",
    ),
    (
        "where",
        "EXPR",
        "show where a value stands: input.resources.Bucket.properties.Tags",
    ),
    ("set", "ID.PARAM=VALUE", "set a parameter of a control"),
    (
        "scenario",
        "[NAME=VALUE…]",
        "settle conditions and parameters of the template; without arguments list them, '-' forgets them",
    ),
    ("rules", "", "show what was typed"),
    ("forget", "NAME", "remove a rule that was typed"),
    (
        "load",
        "FILE",
        "look at a file, or add policies (.rego, folders)",
    ),
    ("reload", "", "read files and policies again"),
    ("test", "[TEXT]", "run the tests of the loaded policies"),
    (
        "save",
        "FAMILY/SLUG ID [DIR]",
        "write what was typed as a policy with a test",
    ),
];

/// Runs a command.
///
/// # Errors
/// What is wrong with it, or when nothing can be written.
pub(super) fn run(
    session: &mut Session,
    command: &str,
    style: Style,
    out: &mut dyn Write,
) -> Result<After, CommandError> {
    let (name, rest) = command
        .split_once(char::is_whitespace)
        .unwrap_or((command, ""));
    let rest = rest.trim();
    match name {
        "quit" | "q" | "exit" => return Ok(After::Quit),
        "help" | "h" => help(out)?,
        "input" | "i" => input(session, rest, style, out)?,
        "files" => files(session, out)?,
        "use" => use_file(session, rest)?,
        "resources" | "r" => resources(session, rest, out)?,
        "view" => view(session, rest, style, out)?,
        "rule" => rule(session, rest, out)?,
        "why" => why(session, rest, style, out)?,
        "where" | "w" => places::run(session, rest, out)?,
        "set" => set(session, rest)?,
        "scenario" => scenario(session, rest, out)?,
        "rules" => writeln!(out, "{}", session.typed.text().trim()).map_err(failed)?,
        "forget" => forget(session, rest)?,
        "load" => load(session, rest)?,
        "reload" => session.reload()?,
        "test" => test(session, rest, style, out)?,
        "save" => save::run(session, rest, out)?,
        other => {
            let hint = hint(other, COMMANDS.iter().map(|(name, _, _)| *name));
            return Err(CommandError::usage(format!(
                "there is no command ':{other}'{hint}"
            )));
        }
    }
    Ok(After::Next)
}

fn help(out: &mut dyn Write) -> Result<(), CommandError> {
    let text = "Rego that is typed is answered; rules and imports stay. `input` is the file that is looked at.\n";
    writeln!(out, "{text}").map_err(failed)?;
    for (name, arguments, what) in COMMANDS {
        let usage = format!(":{name} {arguments}");
        writeln!(out, "  {usage:<26} {what}").map_err(failed)?;
    }
    writeln!(out, "  {:<26} end", ":quit").map_err(failed)
}

pub(super) fn unit(session: &Session) -> Result<Arc<Unit>, CommandError> {
    let unit = session.current().and_then(|looked| looked.unit());
    unit.cloned().ok_or_else(|| {
        CommandError::usage("no template, plan or workflow is looked at; ':load FILE' loads one")
    })
}

fn input(
    session: &mut Session,
    path: &str,
    style: Style,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let query = match path {
        "" => "input".to_owned(),
        path if path.starts_with("input") => path.to_owned(),
        path if path.starts_with('[') => format!("input{path}"),
        path => format!("input.{path}"),
    };
    let rows = session.workbench.query(&query);
    let rows = rows.map_err(|problem| show::problem(&problem))?;
    show::rows(&rows, &[], style, out).map_err(failed)
}

fn files(session: &Session, out: &mut dyn Write) -> Result<(), CommandError> {
    let current = session.current().map(|looked| &looked.path);
    for (number, looked) in (1..).zip(&session.inputs) {
        let mark = if Some(&looked.path) == current {
            '*'
        } else {
            ' '
        };
        let what = looked.unit().map_or("data", |unit| unit.format.noun());
        writeln!(out, "{mark} {number} {} ({what})", harmless(&looked.name)).map_err(failed)?;
    }
    Ok(())
}

fn use_file(session: &mut Session, number: &str) -> Result<(), CommandError> {
    let index = number
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    match index.filter(|index| *index < session.inputs.len()) {
        Some(index) => {
            session.show(index);
            Ok(())
        }
        None => Err(CommandError::usage(
            "':use NUMBER' takes a number of ':files'",
        )),
    }
}

fn resources(session: &Session, wanted: &str, out: &mut dyn Write) -> Result<(), CommandError> {
    let unit = unit(session)?;
    let all = unit.resources.iter();
    let shown = all.filter(|one| wanted.is_empty() || one.type_name.contains(wanted));
    for resource in shown {
        let place = location_at(&unit, resource, &Path::default());
        let line = place.region.map(|region| format!(":{}", region.start_line));
        writeln!(
            out,
            "{}  {}  {}{}",
            harmless(&resource.address),
            harmless(&resource.type_name),
            harmless(&place.uri),
            line.unwrap_or_default()
        )
        .map_err(failed)?;
    }
    Ok(())
}

fn view(
    session: &mut Session,
    name: &str,
    style: Style,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let modules = session.set_of_policies().modules().iter();
    let views: BTreeSet<String> = modules
        .filter_map(|module| module.view().map(str::to_owned))
        .collect();
    if !views.contains(name) {
        let hint = hint(name, views.iter().map(String::as_str));
        let all: Vec<&str> = views.iter().map(String::as_str).collect();
        let list = if hint.is_empty() {
            format!("; there are {}", all.join(", "))
        } else {
            hint
        };
        return Err(CommandError::usage(format!(
            "there is no view '{name}'{list}"
        )));
    }
    let rows = session
        .workbench
        .query(&format!("data.policies.views.{name}.rows"));
    let rows = rows.map_err(|problem| show::problem(&problem))?;
    show::rows(&rows, &[], style, out).map_err(failed)
}

fn rule(session: &Session, id: &str, out: &mut dyn Write) -> Result<(), CommandError> {
    let unit = unit(session)?;
    let selection = session.select(id)?;
    let mut chosen = selection.policies.iter().map(|one| &one.policy.metadata);
    let metadata = chosen.next().map(Arc::clone);
    let set = Arc::clone(session.set_of_policies());
    let evaluator = Evaluator::new(set, selection, Limits::default());
    let rules = metadata.iter().map(|one| one.id.as_str().into()).collect();
    let evaluation = evaluator.evaluate_only(&unit, &rules);
    if let Some(failure) = evaluation.failures.first() {
        return Err(CommandError::usage(failure.message.clone()));
    }
    if evaluation.verdicts.is_empty() {
        writeln!(out, "not applicable: it judges nothing here").map_err(failed)?;
    }
    for verdict in &evaluation.verdicts {
        one_verdict(&unit, verdict, out).map_err(failed)?;
    }
    Ok(())
}

fn one_verdict(unit: &Unit, verdict: &Verdict, out: &mut dyn Write) -> std::io::Result<()> {
    let outcome = match verdict.outcome {
        Outcome::Fail => "fail",
        Outcome::Unknown => "unknown",
        Outcome::Pass => "pass",
    };
    let mut resources = unit.resources.iter();
    let resource = resources.find(|one| one.address == verdict.address);
    let place = resource.map(|resource| places::shown(unit, resource, &verdict.path));
    let message = unit.secrets.hide(verdict.message.clone());
    writeln!(
        out,
        "{outcome}  {}  {}  {}",
        harmless(&verdict.address),
        place.unwrap_or_default(),
        harmless(&message)
    )
}

fn why(
    session: &mut Session,
    rest: &str,
    style: Style,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let (address, rule) = rest
        .rsplit_once(char::is_whitespace)
        .ok_or_else(|| CommandError::usage("':why ADDRESS RULE' takes a resource and a rule"))?;
    let address = address.trim();
    if let Ok(unit) = unit(session)
        && !unit.resources.iter().any(|one| *one.address == *address)
    {
        let names = unit.resources.iter().map(|one| &*one.address);
        let hint = hint(address, names);
        return Err(CommandError::usage(format!(
            "there is no resource '{address}'{hint}"
        )));
    }
    if session.typed.names().contains(rule) {
        let traces = session
            .workbench
            .explain_typed(&session.typed.text(), rule, Some(address));
        return ordinance_report::policy_test::traces(&traces, style, out).map_err(failed);
    }
    let (id, one) = rule
        .split_once('.')
        .map_or((rule, None), |(id, one)| (id, Some(one)));
    let selection = session.select(id)?;
    let Some(chosen) = selection.policies.first() else {
        return Ok(());
    };
    let package = chosen.policy.package.to_string();
    let rules = one.map_or_else(
        || vec!["subjects", "deny", "undecided", "proven"],
        |one| vec![one],
    );
    for rule in rules {
        let traces = session.workbench.explain(&package, rule, Some(address));
        ordinance_report::policy_test::traces(&traces, style, out).map_err(failed)?;
    }
    Ok(())
}

fn set(session: &mut Session, rest: &str) -> Result<(), CommandError> {
    let usage =
        || CommandError::usage("':set ID.PARAM=VALUE' sets a parameter: :set NET-007.zones=2");
    let (name, value) = rest.split_once('=').ok_or_else(usage)?;
    let (rule, parameter) = name.trim().split_once('.').ok_or_else(usage)?;
    let value = value.trim();
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    session.set(rule, parameter, value)
}

fn scenario(session: &mut Session, rest: &str, out: &mut dyn Write) -> Result<(), CommandError> {
    let unit = unit(session)?;
    let conditions: BTreeSet<Arc<str>> = unit
        .choices
        .iter()
        .flat_map(|choice| &choice.assignments)
        .flat_map(|one| one.conditions.keys().cloned())
        .collect();
    if rest == "-" {
        session.options.assignment = ordinance_engine::resource::Assignment::default();
        session.options.parameters.clear();
        return session.reload();
    }
    if !rest.is_empty() {
        let settled = session.options.assignment.clone();
        for word in rest.split_whitespace() {
            let (name, value) = word.split_once('=').ok_or_else(|| {
                CommandError::usage("':scenario NAME=VALUE' settles a condition or a parameter")
            })?;
            let known = conditions.contains(name) || settled.conditions.contains_key(name);
            match value.parse::<bool>().ok().filter(|_| known) {
                Some(holds) => {
                    let conditions = &mut session.options.assignment.conditions;
                    conditions.insert(name.into(), holds);
                }
                None => {
                    session
                        .options
                        .parameters
                        .insert(name.to_owned(), value.to_owned());
                }
            }
        }
        return session.reload();
    }
    for (name, value) in session.options.assignment.facts() {
        writeln!(out, "settled: {} = {value}", harmless(name)).map_err(failed)?;
    }
    for (name, value) in &session.options.parameters {
        writeln!(out, "given: {} = {}", harmless(name), harmless(value)).map_err(failed)?;
    }
    for choice in &unit.choices {
        let ways = choice.assignments.iter().map(|one| {
            let facts = one.facts().map(|(name, value)| format!("{name} = {value}"));
            facts.collect::<Vec<_>>().join(", ")
        });
        writeln!(
            out,
            "open: {}",
            harmless(&ways.collect::<Vec<_>>().join(" | "))
        )
        .map_err(failed)?;
    }
    Ok(())
}

fn forget(session: &mut Session, name: &str) -> Result<(), CommandError> {
    if !session.typed.names().contains(name) {
        return Err(CommandError::usage(format!("no rule '{name}' was typed")));
    }
    let next = session.typed.without(name);
    session
        .replace_typed(next)
        .map_err(|problem| show::problem(&problem))
}

fn load(session: &mut Session, rest: &str) -> Result<(), CommandError> {
    let path = PathBuf::from(rest);
    if !path.exists() {
        return Err(CommandError::usage(format!(
            "there is no file or folder '{rest}'"
        )));
    }
    if path.is_dir() || path.extension().is_some_and(|end| end == "rego") {
        session.policies.push(path);
        return session
            .reload()
            .inspect_err(|_| drop(session.policies.pop()));
    }
    session.load(&path)
}

fn test(
    session: &Session,
    filter: &str,
    style: Style,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    if session.policies.is_empty() {
        return Err(CommandError::usage(
            "no policies of yours are loaded; ':load DIR' or ':save' first",
        ));
    }
    let options = policy_test::Options {
        filter: (!filter.is_empty()).then(|| filter.to_owned()),
        ..policy_test::Options::default()
    };
    let set = crate::pack::load_tested(&session.policies, &[])?;
    let run = policy_test::run(&Arc::new(set), &session.policies, &options)
        .map_err(|error| CommandError::usage(error.to_string()))?;
    ordinance_report::policy_test::write(&run, true, style, out).map_err(failed)
}
