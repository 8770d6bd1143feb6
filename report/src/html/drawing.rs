//! The architecture, drawn as SVG with the findings on it, and the same as a table for those who do not see it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ordinance_engine::evaluate::{Component, Kind, Outcome};
use ordinance_engine::scan::{Scan, Understood};

use super::layout::{BOX_HEIGHT, BOX_WIDTH, Layout, Spot, WIDTH, layout};
use super::{escape, section};
use crate::architecture::{
    End, Flow, encrypted, exposed, flows, gaps, gates, joined, reached_by, title,
};
use crate::text::{count, shorten};

const HALF: usize = BOX_WIDTH / 2;
/// Where the box of the internet ends.
const INTERNET_BOTTOM: usize = 32;
/// A box that is no farther below is in the next row.
const NEXT_ROW: usize = 84;
/// Longer names are cut in a box; they stand whole in the table.
const NAME_LENGTH: usize = 27;
/// The room that is left beside the number of findings.
const NAME_LENGTH_WITH_BADGE: usize = 22;
const FACT_LENGTH: usize = 34;

/// The failures of each resource, by file and address.
type Failures<'a> = BTreeMap<(&'a str, &'a str), usize>;

pub(super) fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    section("architecture", out)?;
    if scan.architecture.units.is_empty() {
        return writeln!(
            out,
            "<p>No entry points, services, data stores, subnets or jobs that deploy were found.</p>"
        );
    }
    writeln!(
        out,
        "<p class=\"soft\">What the scan understood. A dashed box has something that is not known, a thick one has \
         findings; their number stands in its corner.</p>"
    )?;
    let failures = failures(scan);
    for (number, unit) in scan.architecture.units.iter().enumerate() {
        writeln!(out, "<h3><code>{}</code></h3>", escape(&title(unit)))?;
        let flows = flows(unit);
        let drawing = Drawing {
            unit,
            layout: layout(unit, flows.iter().any(|flow| flow.from == End::Internet)),
            flows,
            failures: &failures,
            number,
        };
        drawing.svg(out)?;
        drawing.table(out)?;
    }
    Ok(())
}

fn failures(scan: &Scan) -> Failures<'_> {
    let mut failures = Failures::new();
    let failed = scan.findings.iter();
    for finding in failed.filter(|one| one.outcome == Outcome::Fail) {
        let one = [finding.address.as_ref()];
        let addresses = finding.instances.iter().map(AsRef::as_ref);
        let addresses: Vec<&str> = if finding.instances.is_empty() {
            one.to_vec()
        } else {
            addresses.collect()
        };
        for address in addresses {
            *failures.entry((&finding.unit_uri, address)).or_default() += 1;
        }
    }
    failures
}

struct Drawing<'a> {
    unit: &'a Understood,
    layout: Layout,
    flows: Vec<Flow>,
    failures: &'a Failures<'a>,
    number: usize,
}

impl Drawing<'_> {
    fn failed(&self, component: &Component) -> usize {
        let key = (&*self.unit.uri, component.address.as_str());
        self.failures.get(&key).copied().unwrap_or_default()
    }

    fn svg(&self, out: &mut dyn Write) -> io::Result<()> {
        let (number, height) = (self.number, self.layout.height);
        if self.layout.spots.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Drawing {number}\">\
             <svg class=\"drawing\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" role=\"img\" aria-labelledby=\"d{number}\">\
             <title id=\"d{number}\">The architecture of {}; the table below says the same</title>\
             <defs><marker id=\"a{number}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" \
             markerHeight=\"8\" orient=\"auto\"><path class=\"head\" d=\"M0 0L8 4L0 8z\"/></marker></defs>",
            escape(&title(self.unit))
        )?;
        for band in &self.layout.bands {
            writeln!(
                out,
                "<rect class=\"band\" x=\"4\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\"/>\
                 <text class=\"t\" x=\"18\" y=\"{}\">{}</text>",
                band.y,
                WIDTH - 8,
                band.height,
                band.y + 20,
                escape(&band.heading)
            )?;
        }
        if self.flows.iter().any(|flow| flow.from == End::Internet) {
            writeln!(
                out,
                "<rect class=\"box\" x=\"{}\" y=\"6\" width=\"120\" height=\"26\" rx=\"13\"/>\
                 <text class=\"t\" x=\"{}\" y=\"24\" text-anchor=\"middle\">Internet</text>",
                WIDTH / 2 - 60,
                WIDTH / 2
            )?;
        }
        for (number, flow) in self.flows.iter().enumerate() {
            self.flow(number, flow, out)?;
        }
        for spot in &self.layout.spots {
            self.component(*spot, out)?;
        }
        writeln!(out, "</svg></div>")
    }

    /// A line from below one box to above another. Where boxes may stand between them it runs beside their columns.
    fn flow(&self, number: usize, flow: &Flow, out: &mut dyn Write) -> io::Result<()> {
        let End::Component(to) = flow.to else {
            return Ok(());
        };
        let Some(to) = self.layout.spot(to) else {
            return Ok(());
        };
        let path = match flow.from {
            End::Internet => downwards((WIDTH / 2, INTERNET_BOTTOM), to, number),
            End::Component(from) => match self.layout.spot(from) {
                None => return Ok(()),
                Some(from) if from.y < to.y => {
                    downwards((from.x + HALF, from.y + BOX_HEIGHT), to, number)
                }
                Some(from) if from.y == to.y => beside(from, to),
                Some(from) => upwards(from, to, number),
            },
        };
        let class = if flow.certain { "flow" } else { "flow open" };
        writeln!(
            out,
            "<path class=\"{class}\" marker-end=\"url(#a{})\" d=\"{path}\"><title>{}</title></path>",
            self.number,
            escape(&flow.how)
        )
    }

    fn component(&self, spot: Spot, out: &mut dyn Write) -> io::Result<()> {
        let Some(component) = self.unit.components.get(spot.component) else {
            return Ok(());
        };
        let failed = self.failed(component);
        let open = if gaps(component).is_empty() {
            ""
        } else {
            " open"
        };
        let bad = if failed > 0 { " bad" } else { "" };
        let radius = if component.kind == Kind::Store { 16 } else { 4 };
        writeln!(
            out,
            "<g><title>{}</title><rect class=\"box{open}{bad}\" x=\"{}\" y=\"{}\" width=\"{BOX_WIDTH}\" \
             height=\"{BOX_HEIGHT}\" rx=\"{radius}\"/>",
            escape(&component.address),
            spot.x,
            spot.y
        )?;
        let room = if failed > 0 {
            NAME_LENGTH_WITH_BADGE
        } else {
            NAME_LENGTH
        };
        let (first, second) = facts(component);
        let lines = [
            ("t", shorten(&component.address, room)),
            ("f", shorten(&first, FACT_LENGTH)),
            ("f", shorten(&second, FACT_LENGTH)),
        ];
        for ((class, text), y) in lines.iter().zip([20, 38, 55]) {
            writeln!(
                out,
                "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
                spot.x + 10,
                spot.y + y,
                escape(text)
            )?;
        }
        if failed > 0 {
            let (x, y) = (spot.x + BOX_WIDTH - 16, spot.y + 15);
            writeln!(
                out,
                "<rect class=\"badge\" x=\"{}\" y=\"{}\" width=\"32\" height=\"19\" rx=\"9\"/>\
                 <text class=\"count\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">✕ {failed}</text>",
                x - 16,
                y - 14
            )?;
        }
        writeln!(out, "</g>")
    }

    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let number = self.number;
        if self.layout.left_out > 0 {
            writeln!(
                out,
                "<p>{} only in the table.</p>",
                count(self.layout.left_out, "component is", "components are")
            )?;
        }
        writeln!(
            out,
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Components {number}\"><table><caption>\
             Components of {}</caption><thead><tr><th scope=\"col\">Component</th><th scope=\"col\">What it is</th>\
             <th scope=\"col\">Reached by</th><th scope=\"col\">Leads to</th><th scope=\"col\">Not known</th>\
             <th scope=\"col\" class=\"n\">Failures</th></tr></thead><tbody>",
            escape(&title(self.unit))
        )?;
        for component in &self.unit.components {
            self.row(component, out)?;
        }
        writeln!(out, "</tbody></table></div>")
    }

    fn row(&self, component: &Component, out: &mut dyn Write) -> io::Result<()> {
        let (first, second) = facts(component);
        let mut from = reached_by(component);
        let needs = component.deployment.iter().flat_map(|one| one.needs.iter());
        from.extend(needs.map(|job| format!("after {job}")));
        let what = joined([first, second, component.details.join(", ")], "; ");
        writeln!(
            out,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
             <td class=\"n\">{}</td></tr>",
            escape(&component.address),
            escape(&what),
            escape(&from.join(", ")),
            escape(&component.to.join(", ")),
            escape(&gaps(component).join("; ")),
            self.failed(component)
        )
    }
}

/// The two lines below the name.
fn facts(component: &Component) -> (String, String) {
    if let Some(deployment) = &component.deployment {
        let mut gates = gates(deployment).into_iter();
        let first = gates.next().unwrap_or_default();
        return (first, joined(gates, ", "));
    }
    let encryption = component.encryption.as_ref().map(encrypted);
    let where_ = exposed(component);
    match encryption {
        Some(encryption) => (format!("{}, {where_}", component.noun), encryption),
        None => (component.noun.clone(), where_.to_owned()),
    }
}

/// Runs down to a box: straight where it is in the next row, else through the gutter on its left.
fn downwards((x, y): (usize, usize), to: Spot, number: usize) -> String {
    let (to_x, to_y) = (to.x + HALF, to.y);
    if to_y - y <= NEXT_ROW {
        let middle = usize::midpoint(y, to_y);
        return format!("M{x} {y}C{x} {middle} {to_x} {middle} {to_x} {to_y}");
    }
    let gutter = gutter(to, number);
    let (leave, arrive) = (y + 10, to_y - 10);
    format!("M{x} {y}V{leave}H{gutter}V{arrive}H{to_x}V{to_y}")
}

fn upwards(from: Spot, to: Spot, number: usize) -> String {
    let gutter = gutter(to, number);
    let (leave, arrive) = (from.y - 10, to.y + BOX_HEIGHT + 10);
    let (x, to_x) = (from.x + HALF, to.x + HALF);
    format!(
        "M{x} {}V{leave}H{gutter}V{arrive}H{to_x}V{}",
        from.y,
        to.y + BOX_HEIGHT
    )
}

/// The free space on the left of a column; lines in it keep a little apart.
const fn gutter(to: Spot, number: usize) -> usize {
    to.x - 6 - (number % 3) * 3
}

/// Runs from one box to another of its row: straight to a neighbour, above the others.
fn beside(from: Spot, to: Spot) -> String {
    let middle = from.y + BOX_HEIGHT / 2;
    let (x, to_x) = if from.x < to.x {
        (from.x + BOX_WIDTH, to.x)
    } else {
        (from.x, to.x + BOX_WIDTH)
    };
    if x.abs_diff(to_x) < BOX_WIDTH {
        return format!("M{x} {middle}H{to_x}");
    }
    let (x, to_x) = (from.x + HALF, to.x + HALF);
    format!("M{x} {}V{}H{to_x}V{}", from.y, from.y - 10, from.y)
}
