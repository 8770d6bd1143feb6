//! Verdicts into findings.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::place::{self, Place};
use super::{Construct, Evidence, Finding, Location, PlacedNotice, Related, identity};
use crate::artifact::{Artifact, Span, line_fingerprint};
use crate::evaluate::{Examined, Outcome, RelatedPath, Verdict};
use crate::resource::{Format, Notice, Path, Resource, Unit};

/// Places the verdicts of one unit.
#[derive(Debug)]
pub struct Placer<'a> {
    unit: &'a Unit,
    resources: BTreeMap<&'a str, &'a Resource>,
    evidence: bool,
}

impl<'a> Placer<'a> {
    /// Prepares to place verdicts of `unit`. With `evidence`, findings keep every examined value.
    pub fn new(unit: &'a Unit, evidence: bool) -> Self {
        let resources = unit
            .resources
            .iter()
            .map(|resource| (&*resource.address, resource))
            .collect();
        Self {
            unit,
            resources,
            evidence,
        }
    }

    /// Returns the finding of a verdict.
    pub fn place(&self, verdict: Verdict) -> Finding {
        let secrets = &self.unit.secrets;
        let place = self.find(&verdict.address, &verdict.path);
        let location = place.as_ref().map_or_else(
            || place::of_span(&self.unit.artifact, None),
            |place| self.location(place),
        );
        let path = verdict.path.to_string();
        let identity = identity(
            &verdict.rule,
            &location.uri,
            &verdict.address,
            &verdict.defect,
            &path,
        );
        let line_fingerprint =
            content_fingerprint(place.as_ref(), &location).unwrap_or_else(|| identity.clone());
        Finding {
            location,
            resource_type: self.type_of(&verdict.address),
            construct: self.construct_of(&verdict.address),
            unit_uri: Arc::clone(self.unit.artifact.uri()),
            format: self.unit.format.id(),
            related: self.related(&verdict.related),
            evidence: self.evidence_of(verdict.outcome, verdict.examined),
            rule: verdict.rule,
            address: verdict.address,
            defect: secrets.hide(verdict.defect),
            outcome: verdict.outcome,
            severity: verdict.severity,
            path,
            message: secrets.hide(verdict.message),
            identity,
            line_fingerprint,
        }
    }

    fn find(&self, address: &str, path: &Path) -> Option<Place> {
        let resource = self.resources.get(address)?;
        Some(Place::of(self.unit, resource, path))
    }

    /// Returns the place of something, its excerpt without what must not be shown.
    fn location(&self, place: &Place) -> Location {
        let mut location = place.location();
        if let Some(excerpt) = &mut location.excerpt {
            let text = std::mem::take(&mut excerpt.text);
            excerpt.text = self.unit.secrets.hide_in_place(text);
        }
        location
    }

    fn type_of(&self, address: &str) -> Arc<str> {
        self.resources
            .get(address)
            .map_or_else(|| "".into(), |resource| Arc::clone(&resource.type_name))
    }

    /// Returns the construct that the resource's metadata names.
    fn construct_of(&self, address: &str) -> Option<Construct> {
        if self.unit.format != Format::CloudFormation {
            return None;
        }
        let metadata = self.resources.get(address)?.node.get("Metadata")?;
        let path = metadata.get("aws:cdk:path")?.as_str()?;
        Some(Construct {
            path: path.into(),
            source: None,
        })
    }

    fn related(&self, paths: &[RelatedPath]) -> Vec<Related> {
        paths
            .iter()
            .filter_map(|related| {
                let place = self.find(&related.address, &related.path)?;
                Some(Related {
                    location: self.location(&place),
                    address: Arc::clone(&related.address),
                    message: self.unit.secrets.hide(related.message.clone()),
                })
            })
            .collect()
    }

    fn evidence_of(&self, outcome: Outcome, examined: Vec<Examined>) -> Vec<Evidence> {
        if !self.evidence && outcome != Outcome::Unknown {
            return Vec::new();
        }
        examined
            .into_iter()
            .map(|examined| Evidence {
                address: examined.address,
                path: examined.path.to_string(),
                state: examined.state,
                value: examined.value,
            })
            .collect()
    }
}

fn content_fingerprint(place: Option<&Place>, location: &Location) -> Option<String> {
    let region = location.region?;
    Some(line_fingerprint(place?.artifact(), region.start_line))
}

/// Returns the place of a span of an artifact, or of the whole.
pub fn location_of(artifact: &Arc<Artifact>, span: Option<Span>) -> Location {
    place::of_span(artifact, span)
}

/// Returns a notice of reading `artifact` with its place.
pub fn placed_notice(artifact: &Arc<Artifact>, notice: Notice) -> PlacedNotice {
    PlacedNotice {
        location: Some(place::of_span(artifact, notice.span)),
        kind: notice.kind,
        level: notice.level,
        rule: None,
        message: notice.message,
    }
}
