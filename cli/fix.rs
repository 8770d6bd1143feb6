//! `--fix-suppressions`: suppressions that are not needed, taken out of their files.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use ordinance_engine::scan::Scan;
use ordinance_engine::suppress::{Unused, removed};

use crate::exit::CommandError;
use crate::{files, replace, streams};

/// Takes them out, and tells whether any was. What cannot be taken out stays and is reported.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn suppressions(scan: &Scan) -> Result<bool, CommandError> {
    let mut by_file: BTreeMap<&Arc<str>, Vec<&Unused>> = BTreeMap::new();
    for unused in &scan.unused {
        by_file.entry(&unused.uri).or_default().push(unused);
    }
    let mut any = false;
    for (uri, unused) in by_file {
        let path = Path::new(&**uri);
        // A file that is not where its name says, such as standard input, is left as it is.
        let Ok(text) = files::text(path) else {
            continue;
        };
        let (next, done) = removed(&text, &unused);
        let count = done.iter().filter(|done| **done).count();
        if count == 0 {
            continue;
        }
        let write = |file: &mut std::fs::File| file.write_all(next.as_bytes());
        replace::replace(path, write).map_err(|source| CommandError::Write {
            what: uri.to_string(),
            source,
        })?;
        let shown = ordinance_report::harmless(uri);
        let noun = if count == 1 {
            "suppression"
        } else {
            "suppressions"
        };
        streams::complain(&format!(
            "Took {count} {noun} that nothing needs out of {shown}."
        ));
        any = true;
    }
    Ok(any)
}
