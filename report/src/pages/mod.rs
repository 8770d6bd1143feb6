//! The pages of the book about controls, as Markdown: one a control, and the indexes.

mod index;
mod markdown;

use std::fmt::Write as _;

use ordinance_engine::policy::{Mapping, Metadata, Parameter};
use ordinance_engine::resource::Format;

pub use index::index;

use crate::text::sentence;
use crate::{framework, words};
use markdown::{cell, code, fenced, table};

/// A piece of an input that a control judges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The format of the input.
    pub format: Format,
    /// What the piece is written in, as code fences name it (`yaml`, `hcl`).
    pub language: &'static str,
    /// A piece that fails.
    pub bad: Option<String>,
    /// A piece that passes.
    pub good: Option<String>,
}

/// Returns the page of a control.
pub fn page(metadata: &Metadata, examples: &[Example]) -> String {
    let mut page = opening(metadata);
    parameters(metadata, &mut page);
    if !examples.is_empty() {
        page.push_str("\n## Examples\n");
        for one in examples {
            example(one, &mut page);
        }
    }
    page.push_str("\n## How to fix\n");
    for (format, fix) in &metadata.remediation.0 {
        let _ = write!(
            page,
            "\n**{}.** {}\n",
            words::format(*format),
            sentence(fix)
        );
    }
    frameworks(metadata, &mut page);
    weaknesses(metadata, &mut page);
    peers(metadata, &mut page);
    leaving_out(metadata, &mut page);
    page.push_str("\n## References\n\n");
    for reference in &metadata.references {
        let _ = writeln!(page, "- <{reference}>");
    }
    page
}

fn opening(metadata: &Metadata) -> String {
    let formats: Vec<&str> = metadata
        .formats
        .iter()
        .map(|one| words::format(*one))
        .collect();
    let packs: Vec<&str> = metadata.packs.iter().map(String::as_str).collect();
    let mut page = format!("# {} {}\n\n", metadata.id, metadata.title);
    let facts = [
        ("Name", code(&metadata.slug)),
        (
            "Severity",
            format!("{} ({:.1})", metadata.severity.name(), metadata.score),
        ),
        ("Judges", formats.join(", ")),
        ("Packs", packs.join(", ")),
    ];
    let rows = facts
        .into_iter()
        .map(|(name, value)| vec![name.to_owned(), value]);
    page.push_str(&table(&["", ""], rows));
    let _ = write!(page, "\n{}\n", metadata.description.trim());
    if !metadata.yields_to.is_empty() {
        let others: Vec<String> = metadata
            .yields_to
            .iter()
            .map(|id| format!("[{id}]({id}.md)"))
            .collect();
        let _ = write!(
            page,
            "\nWhat {} report is not reported again here.\n",
            others.join(", ")
        );
    }
    page
}

fn parameters(metadata: &Metadata, page: &mut String) {
    if metadata.params.is_empty() {
        return;
    }
    page.push_str("\n## Parameters\n\n");
    let rows = metadata.params.iter().map(|one| {
        vec![
            code(&one.name),
            one.kind.clone(),
            code(&one.default.to_string()),
            presets(one),
            cell(&sentence(&one.description)),
        ]
    });
    page.push_str(&table(
        &["name", "type", "default", "packs", "meaning"],
        rows,
    ));
    let example = metadata.params.first().map(|one| {
        let settings = format!("[params.{}]\n{} = {}", metadata.id, one.name, one.default);
        fenced("toml", &settings)
    });
    let _ = write!(
        page,
        "\nSet in `ordinance.toml`, where a value beats those of the packs:\n\n{}",
        example.unwrap_or_default()
    );
}

fn presets(parameter: &Parameter) -> String {
    let presets = parameter.presets.iter();
    let presets: Vec<String> = presets
        .map(|(pack, value)| format!("{pack}: {}", code(&value.to_string())))
        .collect();
    presets.join("; ")
}

fn example(example: &Example, page: &mut String) {
    let _ = write!(page, "\n### {}\n", words::format(example.format));
    for (says, text) in [("Fails", &example.bad), ("Passes", &example.good)] {
        if let Some(text) = text {
            let _ = write!(page, "\n{says}:\n\n{}", fenced(example.language, text));
        }
    }
}

fn frameworks(metadata: &Metadata, page: &mut String) {
    if metadata.frameworks.is_empty() {
        return;
    }
    page.push_str("\n## Frameworks\n\n");
    let rows = [(true, "published"), (false, "assigned by judgement")];
    let rows = rows.into_iter().flat_map(|(verified, mapping)| {
        let mine = move |one: &&Mapping| one.verified == verified;
        let grouped = framework::grouped(metadata.frameworks.iter().filter(mine));
        grouped.into_iter().map(move |(key, ids)| {
            vec![
                framework::title(key).to_owned(),
                ids.join(", "),
                mapping.to_owned(),
            ]
        })
    });
    page.push_str(&table(&["framework", "requirements", "mapping"], rows));
}

fn weaknesses(metadata: &Metadata, page: &mut String) {
    if metadata.cwe.is_empty() {
        return;
    }
    page.push_str("\n## Weaknesses\n\n");
    for number in &metadata.cwe {
        let _ = writeln!(
            page,
            "- [CWE-{number}](https://cwe.mitre.org/data/definitions/{number}.html)"
        );
    }
}

fn peers(metadata: &Metadata, page: &mut String) {
    if metadata.peers.is_empty() {
        return;
    }
    page.push_str("\n## Similar rules of other tools\n\n");
    let rows = metadata
        .peers
        .iter()
        .map(|(tool, rules)| vec![tool.clone(), rules.join(", ")]);
    page.push_str(&table(&["tool", "rules"], rows));
}

fn leaving_out(metadata: &Metadata, page: &mut String) {
    let command = format!("ordinance scan --skip-rule {}", metadata.id);
    let settings = format!("skip_rules = [\"{}\"]", metadata.id);
    let _ = write!(
        page,
        "\n## How to leave it out\n\nFor one scan:\n\n{}\nFor a repository, in `ordinance.toml`:\n\n{}",
        fenced("sh", &command),
        fenced("toml", &settings)
    );
}
