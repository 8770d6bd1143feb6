//! Places: regions with their text, and the construct they belong to.

use ordinance_engine::artifact::Region as Span;
use ordinance_engine::finding::{Excerpt, Finding, Location as Place, Related};
use ordinance_sarif::{
    ArtifactContent, Location, LogicalLocation, Message, MultiformatMessageString,
    PhysicalLocation, Region, plain_text,
};

use super::files::Files;
use crate::excerpt::{is_strict_superset, region_text, whole};
use crate::text::sentence;

/// Where the whole file is meant: GitHub demands a region (line 1), the standard accepts an insertion point.
const FILE_START: Span = Span {
    start_line: 1,
    start_column: 1,
    end_line: 1,
    end_column: 1,
};

/// Instances that are logical locations of a result; the property `instances` lists all.
const INSTANCE_LIMIT: usize = 100;

/// Returns the place of a finding with the resources it is about.
pub(super) fn finding<'a>(finding: &'a Finding, files: &Files<'a>) -> Location<'a> {
    let mut logical_locations = vec![logical(&finding.address, Some(&finding.resource_type))];
    let others = finding
        .instances
        .iter()
        .filter(|one| **one != finding.address)
        .take(INSTANCE_LIMIT);
    logical_locations.extend(others.map(|one| logical(one, Some(&finding.resource_type))));
    let construct = finding.construct.as_ref();
    logical_locations.extend(construct.map(|construct| LogicalLocation {
        name: construct.path.rsplit_once('/').map(|(_, name)| name.into()),
        fully_qualified_name: (&*construct.path).into(),
        decorated_name: None,
        kind: Some("construct".into()),
    }));
    Location {
        physical_location: Some(physical(&finding.location, files)),
        logical_locations,
        ..Location::default()
    }
}

/// Returns a related place; `id` is what links in the message call it.
pub(super) fn related<'a>(related: &'a Related, id: u32, files: &Files<'a>) -> Location<'a> {
    let logical_locations = if related.address.is_empty() {
        Vec::new()
    } else {
        vec![logical(&related.address, None)]
    };
    Location {
        id: Some(id),
        message: Some(Message::new(
            plain_text(&sentence(&related.message)).into_owned(),
        )),
        physical_location: Some(physical(&related.location, files)),
        logical_locations,
    }
}

/// Returns a place in a file, without a construct.
pub(super) fn bare<'a>(place: &'a Place, files: &Files<'a>) -> Location<'a> {
    Location {
        physical_location: Some(physical(place, files)),
        ..Location::default()
    }
}

/// Returns the beginning of a file.
pub(super) fn file<'a>(uri: &'a str, files: &Files<'a>) -> Location<'a> {
    Location {
        physical_location: Some(whole_file(uri, files)),
        ..Location::default()
    }
}

fn physical<'a>(place: &'a Place, files: &Files<'a>) -> PhysicalLocation<'a> {
    let Some(span) = &place.region else {
        return whole_file(&place.uri, files);
    };
    let excerpt = place.excerpt.as_ref();
    PhysicalLocation {
        artifact_location: files.location(&place.uri),
        region: Some(region(
            span,
            excerpt.and_then(|excerpt| region_text(excerpt, span)),
        )),
        context_region: excerpt.and_then(|excerpt| context(excerpt, span)),
    }
}

/// Returns the beginning of a file for the file: the text of that empty region is empty, and the context says what is
/// meant.
fn whole_file<'a>(uri: &'a str, files: &Files<'a>) -> PhysicalLocation<'a> {
    let rendered = MultiformatMessageString::plain("The file as a whole.");
    let context = Region {
        start_line: 1,
        snippet: Some(ArtifactContent {
            text: None,
            rendered: Some(rendered),
        }),
        ..Region::default()
    };
    PhysicalLocation {
        artifact_location: files.location(uri),
        region: Some(region(&FILE_START, Some(""))),
        context_region: Some(context),
    }
}

fn region<'a>(span: &Span, text: Option<&'a str>) -> Region<'a> {
    Region {
        start_line: span.start_line,
        start_column: Some(span.start_column),
        end_line: Some(span.end_line),
        end_column: Some(span.end_column),
        snippet: text.map(|text| ArtifactContent {
            text: Some(text.into()),
            ..ArtifactContent::default()
        }),
    }
}

/// Returns the lines around a region, unless they are no more than the region itself (§3.29.5 wants a superset).
fn context<'a>(excerpt: &'a Excerpt, span: &Span) -> Option<Region<'a>> {
    let lines = whole(excerpt);
    is_strict_superset(&lines, span).then(|| region(&lines, Some(&excerpt.text)))
}

fn logical<'a>(address: &'a str, resource_type: Option<&'a str>) -> LogicalLocation<'a> {
    let name = last_name(address);
    LogicalLocation {
        name: (name != address).then(|| name.into()),
        fully_qualified_name: address.into(),
        decorated_name: resource_type
            .filter(|name| !name.is_empty())
            .map(Into::into),
        kind: Some("resource".into()),
    }
}

/// Returns what follows the last dot of an address that is not inside the brackets of an instance key.
fn last_name(address: &str) -> &str {
    let mut depth = 0_u32;
    let mut start = 0;
    for (byte, character) in address.char_indices() {
        match character {
            '[' => depth = depth.saturating_add(1),
            ']' => depth = depth.saturating_sub(1),
            '.' if depth == 0 => start = byte + 1,
            _ => {}
        }
    }
    address.get(start..).unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::last_name;

    #[test]
    fn the_last_name_keeps_its_instance_key() {
        assert_eq!(last_name("LogBucket"), "LogBucket");
        assert_eq!(last_name("module.a.aws_lb.main"), "main");
        assert_eq!(
            last_name(r#"aws_subnet.private["eu.west"]"#),
            r#"private["eu.west"]"#
        );
    }
}
