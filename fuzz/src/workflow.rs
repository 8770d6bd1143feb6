//! Workflows and actions of GitHub.

use std::sync::Arc;

use ordinance_engine::artifact::Artifact;
use ordinance_engine::document;
use ordinance_engine::format::{Options, settings, workflow};
use ordinance_engine::resource::{Format, Unit};

use super::inside;
use super::rewrite;

/// Every place lies in the file, read as a workflow, as an action and as settings; another layout has the same values.
pub fn check(bytes: &[u8]) {
    let Some(artifact) = inside::artifact(".github/workflows/a.yml", bytes) else {
        return;
    };
    match settings::read(Arc::clone(&artifact)) {
        Ok(unit) => inside::unit(&unit),
        Err(errors) => errors
            .iter()
            .for_each(|error| inside::spot(&artifact, error.span)),
    }
    let (document, errors) = document::parse(artifact.text());
    if !errors.is_empty() {
        return;
    }
    let again = rewrite::flow(&document)
        .filter(|_| document.roots().count() == 1 && document.duplicate_keys().is_empty());
    let again = again.map(|text| inside::file(".github/workflows/a.yml", text));
    for format in [Format::GithubWorkflow, Format::GithubAction] {
        let unit = read(&artifact, format);
        inside::unit(&unit);
        if let Some(again) = &again {
            assert_eq!(
                values(&unit),
                values(&read(again, format)),
                "{}",
                again.text()
            );
        }
    }
}

/// Reads a file without syntax errors.
pub fn read(artifact: &Arc<Artifact>, format: Format) -> Unit {
    let (document, _) = document::parse(artifact.text());
    workflow::normalise(&document, Arc::clone(artifact), format, &Options::default())
}

fn values(unit: &Unit) -> Vec<String> {
    let resources = unit.resources.iter();
    resources
        .map(|resource| {
            format!(
                "{} {}",
                resource.address,
                inside::bare(&resource.node.value)
            )
        })
        .collect()
}
