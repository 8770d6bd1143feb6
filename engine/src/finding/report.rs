//! Verdicts into findings.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::place::{self, Place};
use super::{
    Construct, Evidence, Finding, Location, PlacedNotice, Related, identity, identity_within,
};
use crate::artifact::{Artifact, Span, line_fingerprint};
use crate::evaluate::{Examined, Outcome, RelatedPath, Verdict};
use crate::resource::{Format, Notice, Origin, Path, Resource, Unit};

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
        self.place_among(verdict, &|_| Some(self))
    }

    /// Returns the finding of a verdict over the whole scan. `others` gives the placer of a unit by its key.
    pub fn place_among<'o>(
        &self,
        verdict: Verdict,
        others: &dyn Fn(&str) -> Option<&'o Placer<'o>>,
    ) -> Finding {
        let secrets = &self.unit.secrets;
        let place = self.find(&verdict.address, &verdict.path);
        let location = place.as_ref().map_or_else(
            || place::of_span(&self.unit.artifact, None),
            |place| self.location(place),
        );
        let path = verdict.path.to_string();
        let message = self.sentence(&verdict, &location);
        let identity = identity(
            &verdict.rule,
            &location.uri,
            &self.declaration(&verdict.address),
            &verdict.defect,
            &path,
        );
        let line_fingerprint =
            content_fingerprint(place.as_ref(), &location).unwrap_or_else(|| identity.clone());
        let calls = self.calls(&verdict.address, &verdict.path);
        let mut finding = Finding {
            location,
            resource_type: self.type_of(&verdict.address),
            construct: self.construct_of(&verdict.address),
            unit_uri: Arc::clone(self.unit.artifact.uri()),
            format: self.unit.format.id(),
            related: self.related(&verdict, others),
            instances: Vec::new(),
            also_in: Vec::new(),
            evidence: self.evidence_of(verdict.outcome, verdict.examined),
            rule: verdict.rule,
            address: verdict.address,
            defect: secrets.hide(verdict.defect),
            outcome: verdict.outcome,
            severity: verdict.severity,
            path,
            message: secrets.hide(message),
            identity,
            line_fingerprint,
        };
        if !calls.is_empty() {
            mark(&mut finding, self.unit.artifact.uri(), &calls);
        }
        finding
    }

    /// Returns the calls that bring what stands at a path in from another file.
    fn calls(&self, address: &str, path: &Path) -> Vec<Related> {
        let (Some(sources), Some(resource)) = (&self.unit.sources, self.resources.get(address))
        else {
            return Vec::new();
        };
        let calls = sources.calls(resource, path).iter();
        calls
            .map(|call| Related {
                location: place::of_span(&call.artifact, call.span),
                address: Arc::clone(&call.address),
                message: call.message.clone(),
            })
            .collect()
    }

    /// Returns the message, which names the resource where the place does not: in a plan without sources.
    fn sentence(&self, verdict: &Verdict, location: &Location) -> String {
        let is_placed = self.unit.format != Format::TerraformPlan || location.region.is_some();
        if is_placed || verdict.message.contains(&*verdict.address) {
            return verdict.message.clone();
        }
        format!(
            "{} The resource is '{}'.",
            verdict.message.trim_end(),
            verdict.address
        )
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

    /// Returns the places that the policy names, then those that give the deciding value.
    fn related<'o>(
        &self,
        verdict: &Verdict,
        others: &dyn Fn(&str) -> Option<&'o Placer<'o>>,
    ) -> Vec<Related> {
        let mut all = related(&verdict.related, others);
        for origin in self.origins(verdict) {
            let is_new = |location: &Location| all.iter().all(|old| old.location != *location);
            let location = self.location(&Place::at(&origin.spot));
            if is_new(&location) {
                all.push(Related {
                    location,
                    address: origin.address,
                    message: self.unit.secrets.hide(origin.message),
                });
            }
        }
        all
    }

    fn origins(&self, verdict: &Verdict) -> Vec<Origin> {
        let sources = self.unit.sources.as_ref();
        let resource = self.resources.get(&*verdict.address);
        match (sources, resource) {
            (Some(sources), Some(resource)) if verdict.outcome != Outcome::Pass => {
                sources.origins(resource, &verdict.path)
            }
            _ => Vec::new(),
        }
    }

    /// Returns the address that counts for identity: that of what is written once for all instances.
    fn declaration(&self, address: &Arc<str>) -> Arc<str> {
        let sources = self.unit.sources.as_ref();
        sources
            .and_then(|sources| sources.declaration(address))
            .unwrap_or_else(|| Arc::clone(address))
    }

    /// Says why the sources behind the unit do not show a resource; `None` when they do, or there are none to ask.
    pub fn gap(&self, address: &str) -> Option<String> {
        let resource = self.resources.get(address)?;
        self.unit.sources.as_ref()?.gap(resource)
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
                value: self.unit.secrets.hide_cut(examined.value),
            })
            .collect()
    }
}

/// Names the calls in a finding that leads into a called file: in its identity, with what tells them from other calls,
/// and as related places.
pub fn mark(finding: &mut Finding, key: &str, calls: &[Related]) {
    let identity = identity_within(&finding.identity, key);
    if finding.line_fingerprint == finding.identity {
        finding.line_fingerprint.clone_from(&identity);
    }
    finding.identity = identity;
    finding.related.extend(calls.iter().cloned());
}

fn related<'o>(
    paths: &[RelatedPath],
    others: &dyn Fn(&str) -> Option<&'o Placer<'o>>,
) -> Vec<Related> {
    let found = paths.iter().filter_map(|related| {
        let placer = others(&related.unit)?;
        let place = placer.find(&related.address, &related.path)?;
        Some(Related {
            location: placer.location(&place),
            address: Arc::clone(&related.address),
            message: placer.unit.secrets.hide(related.message.clone()),
        })
    });
    found.collect()
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
