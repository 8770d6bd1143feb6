//! The architecture as a Mermaid flowchart, as GitHub draws it in Markdown.
//!
//! <https://mermaid.js.org/syntax/flowchart.html>: labels stand in quotes, and what could end or change one is written
//! as an entity (`#quot;`).

use std::fmt::Write as _;
use std::io::{self, Write};

use ordinance_engine::evaluate::{Component, Exposure, Kind};
use ordinance_engine::scan::{Scan, Understood};

use super::{End, TIERS, encrypted, exposed, flows, gaps, gates, joined, of_kind, title};
use crate::text::neutral;

/// Writes one flowchart over all files.
pub fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    let units = &scan.architecture.units;
    let all: Vec<_> = units.iter().map(flows).collect();
    if all.iter().flatten().any(|flow| flow.from == End::Internet) {
        writeln!(out, "  internet((\"Internet\"))")?;
    }
    for (number, unit) in units.iter().enumerate() {
        Chart { unit, number }.nodes(out)?;
    }
    for (number, flows) in all.iter().enumerate() {
        for flow in flows {
            let id = |end| match end {
                End::Internet => "internet".to_owned(),
                End::Component(position) => format!("u{number}n{position}"),
            };
            let arrow = if flow.certain { "-->" } else { "-.->" };
            let label = if flow.how.is_empty() {
                String::new()
            } else {
                format!("|\"{}\"|", escape(&flow.how))
            };
            writeln!(out, "  {} {arrow}{label} {}", id(flow.from), id(flow.to))?;
        }
    }
    writeln!(out, "  classDef open stroke-dasharray: 5 5")?;
    writeln!(out, "  classDef exposed stroke-width: 3px")
}

struct Chart<'a> {
    unit: &'a Understood,
    number: usize,
}

impl Chart<'_> {
    fn nodes(&self, out: &mut dyn Write) -> io::Result<()> {
        let number = self.number;
        writeln!(
            out,
            "  subgraph u{number}[\"{}\"]",
            escape(&title(self.unit))
        )?;
        self.group(
            "entries",
            "Entry points",
            |one| one.kind == Kind::Entry,
            out,
        )?;
        for (exposure, heading) in TIERS {
            let id = format!("{exposure:?}").to_lowercase();
            let subnets: Vec<&str> = of_kind(self.unit, Kind::Subnet)
                .filter(|subnet| subnet.exposure == exposure)
                .map(|subnet| subnet.address.as_str())
                .collect();
            let heading = joined([heading.to_owned(), subnets.join(", ")], ": ");
            let here = |one: &Component| {
                one.exposure == exposure && matches!(one.kind, Kind::Service | Kind::Store)
            };
            self.group(&id, &heading, here, out)?;
        }
        self.group("jobs", "Jobs that deploy", |one| one.kind == Kind::Job, out)?;
        writeln!(out, "  end")
    }

    fn group(
        &self,
        id: &str,
        heading: &str,
        here: impl Fn(&Component) -> bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let components = self.unit.components.iter().enumerate();
        let mut components = components.filter(|(_, one)| here(one)).peekable();
        if components.peek().is_none() {
            return Ok(());
        }
        writeln!(
            out,
            "    subgraph u{}{id}[\"{}\"]",
            self.number,
            escape(heading)
        )?;
        for (position, component) in components {
            writeln!(out, "      {}", self.node(position, component))?;
        }
        writeln!(out, "    end")
    }

    fn node(&self, position: usize, component: &Component) -> String {
        let (open, close) = match component.kind {
            Kind::Store => ("[(", ")]"),
            Kind::Entry => ("([", "])"),
            Kind::Job => ("[[", "]]"),
            Kind::Service | Kind::Subnet => ("[", "]"),
        };
        let class = if !gaps(component).is_empty() {
            ":::open"
        } else if matches!(component.exposure, Exposure::Internet | Exposure::Public) {
            ":::exposed"
        } else {
            ""
        };
        let label = escaped_lines(component);
        format!("u{}n{position}{open}\"{label}\"{close}{class}", self.number)
    }
}

fn escaped_lines(component: &Component) -> String {
    let mut lines = vec![component.address.clone(), component.noun.clone()];
    match &component.deployment {
        Some(deployment) => {
            lines.pop();
            lines.extend(gates(deployment));
        }
        None if component.kind == Kind::Entry => lines.push(exposed(component).to_owned()),
        None => {}
    }
    lines.extend(component.encryption.iter().map(encrypted));
    let lines = lines.iter().filter(|line| !line.is_empty());
    lines
        .map(|line| escape(line))
        .collect::<Vec<_>>()
        .join("<br/>")
}

/// Makes text of others safe inside a quoted label.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in neutral(text, true).chars() {
        if matches!(
            character,
            '"' | '#' | '&' | ';' | '<' | '>' | '`' | '\\' | '%'
        ) {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "#{};", u32::from(character));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn no_text_ends_its_label() {
        assert_eq!(
            escape("a\"] --> b<script>\n%%{init}"),
            "a#34;] --#62; b#60;script#62;␊#37;#37;{init}"
        );
    }
}
