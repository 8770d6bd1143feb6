//! The control matrix: every chosen control with its counts.

use std::io::{self, Write};

use ordinance_engine::scan::Scan;

use super::{escape, section, status};
use crate::{framework, rule_page};

pub(super) fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    section("controls", out)?;
    writeln!(
        out,
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Control matrix\"><table><caption>Every \
         chosen control; one that found nothing to judge is not assessed</caption><thead><tr><th scope=\"col\">Control\
         </th><th scope=\"col\">Status</th><th scope=\"col\" class=\"n\">Fail</th><th scope=\"col\" class=\"n\">Unknown\
         </th><th scope=\"col\" class=\"n\">Pass</th><th scope=\"col\" class=\"n\">Exceptions</th>\
         <th scope=\"col\">Severity</th><th scope=\"col\">Demands</th></tr></thead><tbody>"
    )?;
    for rule in &scan.rules {
        let metadata = &rule.metadata;
        writeln!(
            out,
            "<tr><th scope=\"row\"><a href=\"{}\">{}</a></th><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
             <td class=\"n\">{}</td><td class=\"n\">0</td><td>{}</td><td>{}<br><span class=\"soft\">{}</span></td></tr>",
            escape(&rule_page(&metadata.id)),
            escape(&metadata.id),
            status(&rule.account).html(),
            rule.account.fail,
            rule.account.unknown,
            rule.account.pass,
            metadata.severity.name(),
            escape(&metadata.title),
            escape(&framework::lines(&metadata.frameworks).join("; ")),
        )?;
    }
    writeln!(out, "</tbody></table></div>")
}
