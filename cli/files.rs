//! Files that the command line or a configuration names: read whole, but never without end.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The most bytes of a configuration, an exceptions file, a baseline, a policy, facts or parameters.
const LIMIT: u64 = 64 << 20;

/// Reads a file; one that is larger than the limit is an error, and so is a device that never ends.
///
/// # Errors
/// What the system says.
pub(crate) fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        let message = format!("it has more than {} MiB", LIMIT >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// Reads a file of UTF-8.
///
/// # Errors
/// As [`bytes`], and when it is not UTF-8.
pub(crate) fn text(path: &Path) -> io::Result<String> {
    String::from_utf8(bytes(path)?).map_err(|_| {
        let message = "stream did not contain valid UTF-8";
        io::Error::new(io::ErrorKind::InvalidData, message)
    })
}
