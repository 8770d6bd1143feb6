//! The architecture as text for a terminal.

use std::io::{self, Write};

use ordinance_engine::evaluate::{Component, Kind};
use ordinance_engine::scan::{Scan, Understood};

use super::{KINDS, TIERS, encrypted, exposed, gaps, gates, joined, of_kind, reached_by, title};
use crate::terminal::{Ink, Paint, Style, columns, labelled};
use crate::text::count;

/// Names that are longer than this have a line for themselves.
const LONGEST_NAME: usize = 34;

/// How deep components are indented.
const INDENT: &str = "    ";

/// Writes what was understood of every file.
pub fn write(scan: &Scan, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(style);
    let mut first = true;
    for unit in &scan.architecture.units {
        if !first {
            writeln!(out)?;
        }
        first = false;
        Writer { unit, paint }.write(out)?;
    }
    without(scan, first, out)
}

/// Names the files in which nothing of a system was found.
fn without(scan: &Scan, alone: bool, out: &mut dyn Write) -> io::Result<()> {
    let judged: usize = scan.coverage.judged.values().sum();
    let units = scan.architecture.units.iter();
    let mut with: Vec<_> = units.map(|unit| &unit.uri).collect();
    with.dedup();
    let rest = judged.saturating_sub(with.len());
    if rest == 0 {
        return Ok(());
    }
    if !alone {
        writeln!(out)?;
    }
    writeln!(
        out,
        "{} without entry points, services, data stores, subnets and jobs that deploy.",
        count(rest, "file", "files")
    )
}

struct Writer<'a> {
    unit: &'a Understood,
    paint: Paint,
}

impl Writer<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let name = self.paint.clean(&title(self.unit));
        writeln!(out, "{}", self.paint.ink(Ink::Bold, &name))?;
        for (kind, heading) in KINDS {
            let components: Vec<_> = of_kind(self.unit, kind).collect();
            if components.is_empty() {
                continue;
            }
            writeln!(out, "\n  {}", self.paint.ink(Ink::Bold, heading))?;
            if kind == Kind::Subnet {
                self.subnets(&components, out)?;
                continue;
            }
            let width = components.iter().map(|one| self.name(one));
            let width = width
                .map(|name| columns(&name))
                .filter(|width| *width <= LONGEST_NAME);
            let width = width.max().unwrap_or(LONGEST_NAME);
            for component in components {
                self.component(component, width, out)?;
            }
        }
        self.open(out)
    }

    fn name(&self, component: &Component) -> String {
        self.paint.clean(&component.address)
    }

    fn component(
        &self,
        component: &Component,
        width: usize,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let name = self.name(component);
        let mut lines = self.lines(component).into_iter();
        let rest = " ".repeat(INDENT.len() + width + 2);
        if columns(&name) > width {
            writeln!(out, "{INDENT}{}", self.paint.ink(Ink::Cyan, &name))?;
        } else {
            let space = " ".repeat(width - columns(&name) + 2);
            let shown = format!("{INDENT}{}{space}", self.paint.ink(Ink::Cyan, &name));
            let line = lines.next().unwrap_or_default();
            writeln!(
                out,
                "{}",
                labelled(&rest, &shown, &line, self.paint.width())
            )?;
        }
        for line in lines {
            writeln!(out, "{}", labelled(&rest, &rest, &line, self.paint.width()))?;
        }
        Ok(())
    }

    /// What is said of a component, a line each.
    fn lines(&self, component: &Component) -> Vec<String> {
        let (separator, arrow, back) = if self.paint.unicode() {
            (" · ", "→", "←")
        } else {
            ("; ", "->", "<-")
        };
        let mut said = vec![component.noun.clone(), exposed(component).to_owned()];
        if let Some(deployment) = &component.deployment {
            said = gates(deployment);
        }
        said.extend(component.encryption.iter().map(encrypted));
        said.extend(component.details.iter().cloned());
        let mut lines = vec![joined(said, separator)];
        if let Some(deployment) = &component.deployment {
            lines.push(deployment.does.clone());
            lines.extend(listed("needs", &deployment.needs));
        }
        lines.extend(listed(arrow, &component.to));
        lines.extend(listed(back, &reached_by(component)));
        lines
            .into_iter()
            .map(|line| self.paint.clean(&line))
            .collect()
    }

    fn subnets(&self, components: &[&Component], out: &mut dyn Write) -> io::Result<()> {
        for (exposure, heading) in TIERS {
            let here = components.iter().filter(|one| one.exposure == exposure);
            let names: Vec<String> = here.map(|one| subnet(one)).collect();
            if names.is_empty() {
                continue;
            }
            let word = heading.split(' ').next().unwrap_or_default().to_lowercase();
            let word = if word == "subnets" {
                "not known"
            } else {
                &word
            };
            let label = format!("{INDENT}{word:<9}  ");
            let text = self.paint.clean(&names.join(", "));
            writeln!(
                out,
                "{}",
                labelled(&label, &label, &text, self.paint.width())
            )?;
        }
        Ok(())
    }

    /// Lists what is missing.
    fn open(&self, out: &mut dyn Write) -> io::Result<()> {
        let components = self.unit.components.iter();
        let open: Vec<_> = components
            .map(|component| (component, gaps(component)))
            .filter(|(_, gaps)| !gaps.is_empty())
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n  {}", self.paint.ink(Ink::Yellow, "Not known"))?;
        for (component, gaps) in open {
            let name = self.name(component);
            let text = self.paint.clean(&gaps.join("; "));
            let shown = format!("{INDENT}{}: ", self.paint.ink(Ink::Cyan, &name));
            let label = " ".repeat(INDENT.len() + 2);
            let shown_columns = INDENT.len() + columns(&name) + 2;
            let lines =
                crate::terminal::wrap_after(shown_columns, label.len(), &text, self.paint.width());
            writeln!(out, "{shown}{}", lines.join(&format!("\n{label}")))?;
        }
        Ok(())
    }
}

fn listed(label: &str, names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| format!("{label} {}", names.join(", ")))
}

fn subnet(component: &Component) -> String {
    if component.details.is_empty() {
        component.address.clone()
    } else {
        format!("{} ({})", component.address, component.details.join(", "))
    }
}
