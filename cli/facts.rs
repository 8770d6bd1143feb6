//! Exported settings of GitHub repositories, from files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ordinance_engine::artifact::{Artifact, decode};
use ordinance_engine::format::settings;
use ordinance_engine::resource::Unit;

use crate::exit::CommandError;
use crate::files;

/// Reads every file once, in the order of their names.
///
/// # Errors
/// When a file cannot be read, is no JSON or holds something else than responses of the API; says where.
pub(crate) fn read_all(paths: &[PathBuf]) -> Result<Vec<Unit>, CommandError> {
    let mut paths = paths.to_vec();
    paths.sort();
    paths.dedup();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<Unit, CommandError> {
    let shown = path.display().to_string().replace('\\', "/");
    let bytes = files::bytes(path)
        .map_err(|error| CommandError::usage(format!("cannot read facts {shown}: {error}")))?;
    let (text, encoding) =
        decode(bytes).map_err(|error| CommandError::usage(format!("facts {shown} {error}")))?;
    let artifact = Arc::new(Artifact::new(shown.as_str(), text, encoding));
    settings::read(Arc::clone(&artifact)).map_err(|errors| {
        let first = errors.first();
        let place = first.map_or_else(String::new, |error| {
            let region = artifact.region(error.span);
            format!(":{}:{}", region.start_line, region.start_column)
        });
        let message = first.map_or("nothing is understood", |error| error.message.as_str());
        CommandError::Usage {
            message: format!("cannot read facts {shown}{place}: {message}"),
            help: Some("docs/facts.md lists the commands whose output is read".into()),
        }
    })
}
