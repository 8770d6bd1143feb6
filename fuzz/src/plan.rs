//! Terraform plans and states, with sources beside them.

use std::sync::Arc;

use ordinance_engine::artifact::Artifact;
use ordinance_engine::format::Options;
use ordinance_engine::format::terraform::{self, MemorySources};
use ordinance_engine::resource::Unit;

use super::inside;

/// The sources that lie beside the plan.
const SOURCES: &str = include_str!("../seeds/main.tf");

/// A plan is read, or rejected at a place; places of its resources lie in the sources.
pub fn check(bytes: &[u8]) {
    if let Some(artifact) = inside::artifact("plan.json", bytes) {
        judge(&artifact, SOURCES);
    }
}

/// Reads a plan beside a source file and looks at every place.
pub fn judge(artifact: &Arc<Artifact>, source: &str) -> Option<Unit> {
    let mut files = MemorySources::default();
    files.0.insert("main.tf".to_owned(), source.to_owned());
    files.0.insert("net/net.tf".to_owned(), source.to_owned());
    match terraform::read(Arc::clone(artifact), &Options::default(), Arc::new(files)) {
        Ok(unit) => {
            inside::unit(&unit);
            Some(unit)
        }
        Err(error) => {
            inside::spot(artifact, error.span);
            None
        }
    }
}
