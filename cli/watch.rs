//! `ordinance scan --watch`: scans again when something changes that the scan read.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use ordinance_engine::artifact::{DiscoveryOptions, discover};

use crate::accepted::{BASELINE, EXCEPTIONS};
use crate::args::ScanArguments;
use crate::exit::{CommandError, Exit};
use crate::session::root;
use crate::{config, streams};

/// How often files are looked at.
const POLL: Duration = Duration::from_millis(20);

/// When each file was changed, and how long it is.
pub(crate) type Snapshot = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Scans again and again. Mistakes are shown, and mended ones forgotten: only a reader that went away ends it.
///
/// # Errors
/// When the report cannot be written.
pub(crate) fn watch(
    arguments: &ScanArguments,
    scan: impl Fn() -> Result<Exit, CommandError>,
) -> Result<Exit, CommandError> {
    again_and_again(|| snapshot(arguments), scan)
}

/// Runs something again whenever what is looked at changes.
///
/// # Errors
/// When it cannot write.
pub(crate) fn again_and_again(
    look: impl Fn() -> Snapshot,
    run: impl Fn() -> Result<Exit, CommandError>,
) -> Result<Exit, CommandError> {
    loop {
        let before = look();
        clear();
        match run() {
            Err(error @ CommandError::Write { .. }) => return Err(error),
            Err(error) => drop(error.print()),
            Ok(_) => {}
        }
        streams::complain("Watching for changes; Ctrl-C ends.");
        let mut last = look();
        while last == before {
            sleep(POLL);
            last = look();
        }
        // An editor writes in several steps: what still changes is not read yet.
        loop {
            sleep(POLL);
            let next = look();
            if next == last {
                break;
            }
            last = next;
        }
    }
}

/// Clears the screen of a terminal.
fn clear() {
    let mut out = io::stdout();
    if out.is_terminal() {
        // What cannot be cleared is written below.
        let _ = out.write_all(b"\x1b[2J\x1b[H").and_then(|()| out.flush());
    }
}

fn snapshot(arguments: &ScanArguments) -> Snapshot {
    let input = &arguments.judged.input;
    let found = discover(&DiscoveryOptions {
        paths: input.paths.clone(),
        exclude: input.exclude.clone(),
        ..DiscoveryOptions::default()
    });
    let root = root(input);
    let named = [
        &input.parameters,
        &arguments.accepted.exceptions,
        &arguments.accepted.baseline,
    ];
    let beside = [config::NAME, EXCEPTIONS, BASELINE].map(|name| config::nearest(&root, name));
    let files = found
        .candidates
        .into_iter()
        .map(|candidate| candidate.path)
        .chain(named.into_iter().flatten().cloned())
        .chain(arguments.judged.facts.iter().cloned())
        .chain(arguments.judged.choice.source.config.clone())
        .chain(beside.into_iter().flatten());
    let mut snapshot: Snapshot = files.map(|path| look(&path)).collect();
    for policies in &arguments.judged.choice.policy {
        policy_files(policies, &mut snapshot);
    }
    snapshot
}

/// Returns when each file of these files and folders was changed.
pub(crate) fn files_below(paths: &[PathBuf]) -> Snapshot {
    let mut snapshot = Snapshot::new();
    for path in paths {
        policy_files(path, &mut snapshot);
    }
    snapshot
}

fn look(path: &Path) -> (PathBuf, (Option<SystemTime>, u64)) {
    let metadata = fs::metadata(path).ok();
    let changed = metadata
        .as_ref()
        .and_then(|metadata| metadata.modified().ok());
    (
        path.to_path_buf(),
        (changed, metadata.map_or(0, |metadata| metadata.len())),
    )
}

fn policy_files(path: &Path, snapshot: &mut Snapshot) {
    let Ok(entries) = fs::read_dir(path) else {
        snapshot.extend([look(path)]);
        return;
    };
    for entry in entries.flatten() {
        policy_files(&entry.path(), snapshot);
    }
}
