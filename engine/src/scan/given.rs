//! Parameter values that are given to some templates only.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::artifact::{Candidate, Globs};
use crate::format::GivenParameters;

/// Values for the templates that globs name.
#[derive(Debug, Clone)]
pub struct TemplateParameters {
    /// The templates.
    pub templates: Globs,
    /// The values by parameter name.
    pub values: BTreeMap<String, String>,
}

/// Returns the values of each template by its URI; of several that name one, the later win.
pub(super) fn by_template(
    given: &[TemplateParameters],
    candidates: &[Candidate],
) -> GivenParameters {
    let mut all = BTreeMap::new();
    if given.is_empty() {
        return all;
    }
    for candidate in candidates {
        let mine = given
            .iter()
            .filter(|one| one.templates.matches(&candidate.path, false));
        let values: BTreeMap<String, String> = mine.flat_map(|one| one.values.clone()).collect();
        if !values.is_empty() {
            all.insert(Arc::from(candidate.uri.as_str()), values);
        }
    }
    all
}
