//! Where the boxes of a drawing stand: bands from the outside in, boxes in rows inside them.

use ordinance_engine::evaluate::{Component, Exposure, Kind};
use ordinance_engine::scan::Understood;

use crate::architecture::{TIERS, of_kind};
use crate::text::shorten;

/// The width of a drawing, in its own units.
pub(super) const WIDTH: usize = 1060;
pub(super) const BOX_WIDTH: usize = 232;
pub(super) const BOX_HEIGHT: usize = 66;
const LEFT: usize = 18;
const GAP: usize = 24;
const PER_ROW: usize = 4;
const HEADING: usize = 30;
/// The internet stands above the first band.
const BELOW_INTERNET: usize = 46;
const BETWEEN: usize = 34;
/// Components beyond these are in the table only.
const MOST_BOXES: usize = 80;
const HEADING_LENGTH: usize = 118;

/// A component's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    /// Its position in the unit.
    pub(super) component: usize,
    pub(super) x: usize,
    pub(super) y: usize,
}

/// A row of boxes under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Band {
    pub(super) heading: String,
    pub(super) y: usize,
    pub(super) height: usize,
}

/// The places of everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) bands: Vec<Band>,
    pub(super) spots: Vec<Spot>,
    pub(super) height: usize,
    /// How many components have no box.
    pub(super) left_out: usize,
}

/// Places the components of a unit. Subnets are named in the heading of their band.
pub(super) fn layout(unit: &Understood, below_internet: bool) -> Layout {
    let mut layout = Layout {
        height: if below_internet { BELOW_INTERNET } else { 4 },
        ..Layout::default()
    };
    layout.band("Entry points".to_owned(), unit, &|one| {
        one.kind == Kind::Entry
    });
    for (exposure, heading) in TIERS {
        let here = |one: &Component| {
            one.exposure == exposure && matches!(one.kind, Kind::Service | Kind::Store)
        };
        layout.band(tier_heading(unit, exposure, heading), unit, &here);
    }
    layout.band("Jobs that deploy".to_owned(), unit, &|one| {
        one.kind == Kind::Job
    });
    layout
}

fn tier_heading(unit: &Understood, exposure: Exposure, heading: &str) -> String {
    let subnets = of_kind(unit, Kind::Subnet).filter(|subnet| subnet.exposure == exposure);
    let names: Vec<&str> = subnets.map(|subnet| subnet.address.as_str()).collect();
    if names.is_empty() {
        return heading.to_owned();
    }
    shorten(&format!("{heading}: {}", names.join(", ")), HEADING_LENGTH)
}

impl Layout {
    fn band(&mut self, heading: String, unit: &Understood, here: &dyn Fn(&Component) -> bool) {
        let components = unit.components.iter().enumerate();
        let mut positions: Vec<usize> = components
            .filter(|(_, component)| here(component))
            .map(|(position, _)| position)
            .collect();
        let room = MOST_BOXES.saturating_sub(self.spots.len());
        self.left_out += positions.len().saturating_sub(room);
        positions.truncate(room);
        if positions.is_empty() {
            return;
        }
        let y = self.height;
        for (number, component) in positions.iter().enumerate() {
            self.spots.push(Spot {
                component: *component,
                x: LEFT + (number % PER_ROW) * (BOX_WIDTH + GAP),
                y: y + HEADING + (number / PER_ROW) * (BOX_HEIGHT + GAP),
            });
        }
        let rows = positions.len().div_ceil(PER_ROW);
        let height = HEADING + rows * (BOX_HEIGHT + GAP) - GAP + 14;
        self.bands.push(Band { heading, y, height });
        self.height = y + height + BETWEEN;
    }

    /// Returns the place of a component, where it has one.
    pub(super) fn spot(&self, component: usize) -> Option<Spot> {
        let mut spots = self.spots.iter();
        spots.find(|spot| spot.component == component).copied()
    }
}
