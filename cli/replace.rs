//! Files written whole or not at all: a reader never sees half a report, and a full disk costs no old one.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Writes a file: into one beside it that takes its place when everything is written. What is no ordinary file, such as
/// a pipe, is written directly.
///
/// # Errors
/// What the system says, or `write`; then the old file is as it was.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    if path.exists() && !path.is_file() {
        return write(&mut fs::OpenOptions::new().write(true).open(path)?);
    }
    // A link stays a link: what it leads to is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let beside = beside(&target);
    let written = File::create(&beside).and_then(|mut file| {
        write(&mut file)?;
        file.flush()
    });
    written
        .and_then(|()| fs::rename(&beside, &target))
        .inspect_err(|_| {
            // What is wrong is said already; a file that is left behind is no second failure.
            let _ = fs::remove_file(&beside);
        })
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.partial", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("ordinance-replace-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn what_fails_leaves_the_old_file_and_nothing_else() {
        let folder = folder("fails");
        let path = folder.join("report");
        fs::write(&path, "old").unwrap();
        let failed = replace(&path, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        replace(&path, |file| file.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_ordinary_file_is_written_directly() {
        replace(Path::new("/dev/null"), |file| file.write_all(b"x")).unwrap();
        assert!(!Path::new("/dev/null").is_file());
    }
}
