//! The identity of the run: what was scanned, with what, at which revision.

use std::io::{self, Write};

use ordinance_engine::scan::{Disposition, Scan};

use super::{escape, section};
use crate::Context;

pub(super) fn write(scan: &Scan, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    section("run", out)?;
    writeln!(out, "<dl>")?;
    for (term, text) in facts(scan, context) {
        writeln!(out, "<dt>{term}</dt><dd>{}</dd>", escape(&text))?;
    }
    writeln!(out, "</dl>")?;
    files(scan, out)
}

fn facts(scan: &Scan, context: &Context<'_>) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Program", format!("Ordinance {}", context.version)),
        ("Packs", context.packs.join(", ")),
        ("Exit code", context.exit_code.to_string()),
        (
            "Complete",
            if scan.complete { "yes" } else { "no" }.to_owned(),
        ),
    ];
    if let Some(provenance) = context.provenance {
        facts.push(("Repository", provenance.repository_uri.to_owned()));
        facts.extend(provenance.revision.map(|one| ("Commit", one.to_owned())));
        facts.extend(provenance.branch.map(|one| ("Branch", one.to_owned())));
    }
    facts.extend(context.category.map(|one| ("Category", one.to_owned())));
    facts.extend(context.command_line.map(|one| ("Command", one.to_owned())));
    if let Some((start, end)) = context.times {
        facts.push(("Started", start.to_owned()));
        facts.push(("Ended", end.to_owned()));
    }
    facts.retain(|(_, text)| !text.is_empty());
    facts
}

/// The files that were read, so that the population can be checked.
fn files(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Files\"><table><caption>Files that were \
         judged, or could not be</caption><thead><tr><th scope=\"col\">File</th><th scope=\"col\">Format</th>\
         <th scope=\"col\" class=\"n\">Resources</th><th scope=\"col\" class=\"n\">Bytes</th>\
         <th scope=\"col\">SHA-256</th></tr></thead><tbody>"
    )?;
    for artifact in &scan.artifacts {
        let (format, resources) = match artifact.disposition {
            Disposition::Judged {
                format, resources, ..
            } => (format, resources.to_string()),
            Disposition::Unreadable => ("could not be read", String::new()),
            Disposition::NotOurs => continue,
        };
        writeln!(
            out,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{format}</td><td class=\"n\">{resources}</td>\
             <td class=\"n\">{}</td><td><code>{}</code></td></tr>",
            escape(&artifact.uri),
            artifact.length,
            escape(&artifact.sha256)
        )?;
    }
    writeln!(out, "</tbody></table></div>")
}
