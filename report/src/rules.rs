//! What the controls are: the list of all, and the page of one.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use ordinance_engine::policy::{Mapping, Metadata, Parameter};
use ordinance_engine::resource::Format;
use serde::Serialize;

use crate::terminal::{Ink, Paint, Style, columns, ink_of, labelled, wrap};
use crate::text::{one_line, sentence};
use crate::{framework, rule_page, words};

/// Writes a table of controls: id, severity, formats, packs and title, and what the short forms mean.
pub fn list<'a>(
    rules: impl IntoIterator<Item = &'a Metadata>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paint = Paint::new(style);
    let rules: Vec<&Metadata> = rules.into_iter().collect();
    let packs: BTreeSet<&str> = rules
        .iter()
        .flat_map(|rule| &rule.packs)
        .map(String::as_str)
        .collect();
    let heading = format!(
        "{:<9} {:<8} {:<9} {:<pack$} {}",
        "id",
        "severity",
        "formats",
        "packs",
        "title",
        pack = pack_width(&packs)
    );
    writeln!(out, "{}", paint.ink(Ink::Bold, &heading))?;
    for rule in &rules {
        row(rule, &packs, paint, out)?;
    }
    let legend: Vec<String> = packs
        .iter()
        .map(|pack| format!("{} {pack}", initial(pack)))
        .collect();
    writeln!(
        out,
        "\n{} controls. Packs: {}.",
        rules.len(),
        legend.join(", ")
    )?;
    writeln!(
        out,
        "Formats: cfn CloudFormation, tf Terraform plan, gha GitHub workflow or action."
    )
}

fn pack_width(packs: &BTreeSet<&str>) -> usize {
    packs.len().max("packs".len())
}

fn row(
    rule: &Metadata,
    packs: &BTreeSet<&str>,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let formats: BTreeSet<&str> = rule.formats.iter().map(|format| short(*format)).collect();
    let formats = formats.into_iter().collect::<Vec<_>>().join(",");
    let marks: String = packs
        .iter()
        .map(|pack| {
            if rule.packs.contains(*pack) {
                initial(pack)
            } else {
                '.'
            }
        })
        .collect();
    let severity = paint.ink(
        ink_of(rule.severity),
        &format!("{:<8}", rule.severity.name()),
    );
    let head = format!("{:<9} ", paint.clean(&rule.id));
    let tail = format!(" {formats:<9} {marks:<width$} ", width = pack_width(packs));
    let indent = " ".repeat(columns(&head) + 8 + columns(&tail));
    let title = labelled(&indent, "", &paint.clean(&rule.title), paint.width());
    writeln!(out, "{head}{severity}{tail}{title}")
}

fn initial(pack: &str) -> char {
    pack.chars().next().unwrap_or('?')
}

const fn short(format: Format) -> &'static str {
    match format {
        Format::CloudFormation => "cfn",
        Format::TerraformPlan => "tf",
        Format::GithubWorkflow | Format::GithubAction | Format::GithubSettings => "gha",
    }
}

/// Writes all there is to say about a control.
pub fn explain(metadata: &Metadata, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(style);
    opening(metadata, paint, out)?;
    for (heading, items) in sections(metadata) {
        section(heading, items, paint, out)?;
    }
    Ok(())
}

fn opening(metadata: &Metadata, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let heading = format!("{} {}", metadata.id, metadata.title);
    for line in wrap(&paint.clean(&heading), paint.width()) {
        writeln!(out, "{}", paint.ink(Ink::Bold, &line))?;
    }
    let severity = format!("{} ({:.1})", metadata.severity.name(), metadata.score);
    let severity = paint.ink(ink_of(metadata.severity), &severity);
    let formats: Vec<&str> = metadata
        .formats
        .iter()
        .map(|format| words::format(*format))
        .collect();
    writeln!(
        out,
        "{severity}  {}  {}",
        paint.clean(&metadata.slug),
        formats.join(", ")
    )?;
    for paragraph in metadata.description.split("\n\n") {
        writeln!(out)?;
        for line in wrap(&paint.clean(&one_line(paragraph)), paint.width()) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn sections(metadata: &Metadata) -> [(&'static str, Vec<String>); 9] {
    let mut references = metadata.references.clone();
    references.push(rule_page(&metadata.id));
    [
        ("How to fix", fixes(metadata)),
        (
            "Parameters",
            metadata.params.iter().map(parameter).collect(),
        ),
        ("Packs", joined(metadata.packs.iter())),
        ("Frameworks", frameworks(metadata, true)),
        (
            "Frameworks, assigned by judgement",
            frameworks(metadata, false),
        ),
        (
            "Weaknesses",
            metadata
                .cwe
                .iter()
                .map(|number| format!("CWE-{number}"))
                .collect(),
        ),
        ("Similar rules of other tools", peers(metadata)),
        ("Gives way to", joined(metadata.yields_to.iter())),
        ("References", references),
    ]
}

fn fixes(metadata: &Metadata) -> Vec<String> {
    let fixes = metadata.remediation.0.iter();
    fixes
        .map(|(format, fix)| format!("{}: {}", words::format(*format), sentence(fix)))
        .collect()
}

fn section(heading: &str, items: Vec<String>, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", paint.ink(Ink::Bold, heading))?;
    for item in items {
        writeln!(
            out,
            "{}",
            labelled("    ", "  ", &paint.clean(&one_line(&item)), paint.width())
        )?;
    }
    Ok(())
}

fn joined<'a>(items: impl Iterator<Item = &'a String>) -> Vec<String> {
    let items: Vec<&str> = items.map(String::as_str).collect();
    if items.is_empty() {
        Vec::new()
    } else {
        vec![items.join(", ")]
    }
}

fn parameter(parameter: &Parameter) -> String {
    let presets: Vec<String> = parameter
        .presets
        .iter()
        .map(|(pack, value)| format!("{value} in {pack}"))
        .collect();
    let presets = if presets.is_empty() {
        String::new()
    } else {
        format!("; {}", presets.join(", "))
    };
    format!(
        "{} ({}, default {}{presets}): {}",
        parameter.name,
        parameter.kind,
        parameter.default,
        sentence(&parameter.description)
    )
}

fn frameworks(metadata: &Metadata, verified: bool) -> Vec<String> {
    framework::lines(
        metadata
            .frameworks
            .iter()
            .filter(|mapping| mapping.verified == verified),
    )
}

fn peers(metadata: &Metadata) -> Vec<String> {
    metadata
        .peers
        .iter()
        .map(|(tool, rules)| format!("{tool}: {}", rules.join(", ")))
        .collect()
}

/// Writes controls as a JSON array of the objects that [`explain_json`] writes, and a line end.
pub fn list_json<'a>(
    rules: impl IntoIterator<Item = &'a Metadata>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rules: Vec<RuleView<'_>> = rules.into_iter().map(view).collect();
    serde_json::to_writer_pretty(&mut *out, &rules)?;
    out.write_all(b"\n")
}

/// Writes a control as a JSON object, and a line end. Keys are those of the METADATA, `url` is our page about it.
pub fn explain_json(metadata: &Metadata, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &view(metadata))?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct RuleView<'a> {
    id: &'a str,
    slug: &'a str,
    title: &'a str,
    description: &'a str,
    family: &'a str,
    severity: &'static str,
    score: f64,
    formats: Vec<&'static str>,
    resources: &'a BTreeSet<String>,
    params: Vec<ParameterView<'a>>,
    packs: &'a BTreeSet<String>,
    frameworks: Vec<MappingView<'a>>,
    cwe: &'a [u32],
    remediation: BTreeMap<&'static str, &'a str>,
    peers: &'a BTreeMap<String, Vec<String>>,
    yields_to: &'a [String],
    references: &'a [String],
    url: String,
}

#[derive(Serialize)]
struct ParameterView<'a> {
    name: &'a str,
    r#type: &'a str,
    description: &'a str,
    default: &'a serde_json::Value,
    presets: &'a BTreeMap<String, serde_json::Value>,
    stricter: &'a serde_json::Value,
}

#[derive(Serialize)]
struct MappingView<'a> {
    framework: &'a str,
    id: &'a str,
    verified: bool,
}

fn view(metadata: &Metadata) -> RuleView<'_> {
    RuleView {
        id: &metadata.id,
        slug: &metadata.slug,
        title: &metadata.title,
        description: &metadata.description,
        family: &metadata.family,
        severity: metadata.severity.name(),
        score: metadata.score,
        formats: metadata.formats.iter().map(|format| format.id()).collect(),
        resources: &metadata.resources,
        params: metadata.params.iter().map(parameter_view).collect(),
        packs: &metadata.packs,
        frameworks: metadata.frameworks.iter().map(mapping_view).collect(),
        cwe: &metadata.cwe,
        remediation: metadata
            .remediation
            .0
            .iter()
            .map(|(format, fix)| (format.id(), fix.as_str()))
            .collect(),
        peers: &metadata.peers,
        yields_to: &metadata.yields_to,
        references: &metadata.references,
        url: rule_page(&metadata.id),
    }
}

fn parameter_view(parameter: &Parameter) -> ParameterView<'_> {
    ParameterView {
        name: &parameter.name,
        r#type: &parameter.kind,
        description: &parameter.description,
        default: &parameter.default,
        presets: &parameter.presets,
        stricter: &parameter.stricter,
    }
}

fn mapping_view(mapping: &Mapping) -> MappingView<'_> {
    MappingView {
        framework: &mapping.framework,
        id: &mapping.id,
        verified: mapping.verified,
    }
}
