//! The places of what other files bring into a workflow: jobs of called workflows, steps of composite actions.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::artifact::Artifact;
use crate::resource::{Call, Locate, Path, Resource, Segment, Spot};

/// A file, and the calls that lead to it, the innermost first.
pub(super) type Place = (Arc<Artifact>, Vec<Call>);

/// The places of inlined jobs by address, and of inlined steps by the address of their job and their index.
#[derive(Debug, Default)]
pub(super) struct CalledFiles {
    pub(super) jobs: BTreeMap<Arc<str>, Place>,
    pub(super) steps: BTreeMap<Arc<str>, BTreeMap<usize, Place>>,
}

impl CalledFiles {
    pub(super) fn is_empty(&self) -> bool {
        self.jobs.is_empty() && self.steps.is_empty()
    }

    fn place(&self, resource: &Resource, path: &Path) -> Option<&Place> {
        let step = match path.0.as_slice() {
            [Segment::Key(key), Segment::Index(index), ..] if &**key == "steps" => {
                let steps = self.steps.get(&resource.address);
                steps.and_then(|steps| steps.get(index))
            }
            _ => None,
        };
        step.or_else(|| self.jobs.get(&resource.address))
    }
}

impl Locate for CalledFiles {
    fn locate(&self, _: &Resource, _: &Path) -> Option<Spot> {
        None
    }

    fn artifact(&self, resource: &Resource, path: &Path) -> Option<&Arc<Artifact>> {
        self.place(resource, path).map(|(artifact, _)| artifact)
    }

    fn calls(&self, resource: &Resource, path: &Path) -> &[Call] {
        let found = self.place(resource, path);
        found.map_or(&[], |(_, calls)| calls)
    }
}
