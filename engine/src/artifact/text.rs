//! Bytes to text.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use sha2::{Digest as _, Sha256};

use super::fingerprint::LineHashes;
use super::{LineIndex, NOT_ORDINARY, Region, Span};

/// How the bytes of a file were encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8WithMark,
    /// UTF-16, little endian.
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
}

/// A file whose text cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The bytes are not valid in the encoding.
    #[error("is not valid UTF-8 at line {line}, byte {offset}")]
    NotUtf8 {
        /// The byte offset of the first bad byte.
        offset: usize,
        /// The line it stands on, from 1.
        line: u32,
    },
    /// The bytes are not valid UTF-16.
    #[error("is not valid UTF-16 at byte {offset}")]
    NotUtf16 {
        /// The byte offset of the first bad unit.
        offset: usize,
    },
    /// The file is larger than the scan reads.
    #[error("has {size} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Its size.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// The system gave no bytes.
    #[error("cannot be read: {reason}")]
    Unreadable {
        /// What the system said: lower case, no period.
        reason: String,
    },
}

/// A text to scan: its name in reports, its text without a byte order mark, its lines.
#[derive(Debug)]
pub struct Artifact {
    uri: Arc<str>,
    text: String,
    encoding: Encoding,
    lines: OnceLock<LineIndex>,
    hashes: OnceLock<LineHashes>,
}

impl Artifact {
    /// Makes an artifact of decoded text. `uri` is relative to the scan root, with forward slashes, not percent-encoded.
    pub fn new(uri: impl Into<Arc<str>>, text: String, encoding: Encoding) -> Self {
        Self {
            uri: uri.into(),
            text,
            encoding,
            lines: OnceLock::new(),
            hashes: OnceLock::new(),
        }
    }

    /// Returns the name in reports.
    pub fn uri(&self) -> &Arc<str> {
        &self.uri
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns how the bytes were encoded.
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Returns the lines.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Returns the region of a span.
    pub fn region(&self, span: Span) -> Region {
        self.lines().region(&self.text, span)
    }

    /// Returns the text of line `line` (from 1) without its line end.
    pub fn line(&self, line: u32) -> Option<&str> {
        let span = self.lines().line(&self.text, line)?;
        self.text.get(span.start as usize..span.end as usize)
    }

    /// Returns an artifact of the same name and encoding that holds no text.
    #[must_use]
    pub fn without_text(&self) -> Self {
        Self::new(Arc::clone(&self.uri), String::new(), self.encoding)
    }

    fn hashes(&self) -> &LineHashes {
        let marked = self.encoding == Encoding::Utf8WithMark;
        self.hashes
            .get_or_init(|| LineHashes::new(&self.text, marked))
    }
}

/// Reads a file of at most `limit` bytes that was found and not named. What is no ordinary file is an error: a pipe that
/// somebody put in its place could keep a scan waiting for ever.
pub fn read_found(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => Err(ReadError::Unreadable {
            reason: NOT_ORDINARY.to_owned(),
        }),
        _ => read(path, limit),
    }
}

/// Reads a file of at most `limit` bytes.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let unreadable = |error: std::io::Error| ReadError::Unreadable {
        reason: super::reason(&error),
    };
    let file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size > limit {
        return Err(ReadError::TooLarge { size, limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    // A file may grow while it is read, and a pipe has no size.
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let size = bytes.len() as u64;
    if size > limit {
        return Err(ReadError::TooLarge { size, limit });
    }
    Ok(bytes)
}

/// Decodes bytes: UTF-8, or UTF-16 by its byte order mark, which is stripped.
pub fn decode(bytes: Vec<u8>) -> Result<(String, Encoding), ReadError> {
    if let Some(units) = bytes.strip_prefix(b"\xff\xfe") {
        return decode_utf16(units, u16::from_le_bytes).map(|text| (text, Encoding::Utf16Le));
    }
    if let Some(units) = bytes.strip_prefix(b"\xfe\xff") {
        return decode_utf16(units, u16::from_be_bytes).map(|text| (text, Encoding::Utf16Be));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..offset).unwrap_or_default();
        let lines = LineIndex::new(&String::from_utf8_lossy(before)).count();
        ReadError::NotUtf8 {
            offset,
            line: u32::try_from(lines).unwrap_or(u32::MAX),
        }
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => (rest.to_owned(), Encoding::Utf8WithMark),
        None => (text, Encoding::Utf8),
    })
}

/// Decodes what follows the byte order mark.
fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, ReadError> {
    const MARK: usize = 2;
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut offset = MARK;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let Ok(c) = decoded else {
            return Err(ReadError::NotUtf16 { offset });
        };
        offset += 2 * c.len_utf16();
        text.push(c);
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        Err(ReadError::NotUtf16 { offset })
    }
}

/// Returns the content fingerprint of a line (from 1): a rolling hash of the next 100 non-blank characters from its
/// start, and how often that hash was seen before in the text (`39fa2ee980eb94b0:1`).
///
/// A line that the text does not have gives the fingerprint of its first line.
pub fn line_fingerprint(artifact: &Artifact, line: u32) -> String {
    artifact.hashes().of(line)
}

/// Returns the sha256 of bytes in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let mut hex = String::with_capacity(digest.len() * 2);
    for byte in digest {
        // Writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn a_byte_order_mark_is_stripped() {
        assert_eq!(
            decode(b"\xef\xbb\xbfa: 1".to_vec()),
            Ok(("a: 1".to_owned(), Encoding::Utf8WithMark))
        );
        assert_eq!(
            decode(b"a: 1".to_vec()),
            Ok(("a: 1".to_owned(), Encoding::Utf8))
        );
    }

    #[test]
    fn utf16_is_decoded_by_its_mark() {
        let text = "\u{feff}a: ö🚀";
        assert_eq!(
            decode(utf16(text, u16::to_le_bytes)),
            Ok(("a: ö🚀".to_owned(), Encoding::Utf16Le))
        );
        assert_eq!(
            decode(utf16(text, u16::to_be_bytes)),
            Ok(("a: ö🚀".to_owned(), Encoding::Utf16Be))
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_named_with_their_place() {
        assert_eq!(
            decode(b"a: 1\r\nb: \xff".to_vec()),
            Err(ReadError::NotUtf8 { offset: 9, line: 2 })
        );
        assert_eq!(
            decode(b"\xff\xfea\0\x00\xd8b\0".to_vec()),
            Err(ReadError::NotUtf16 { offset: 4 })
        );
        assert_eq!(
            decode(b"\xff\xfea\0b".to_vec()),
            Err(ReadError::NotUtf16 { offset: 4 })
        );
    }

    #[test]
    fn a_file_above_the_limit_is_refused_with_its_size() {
        let path = std::env::temp_dir().join(format!("ordinance-limit-{}", std::process::id()));
        fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5), Ok(b"12345".to_vec()));
        assert_eq!(
            read(&path, 4),
            Err(ReadError::TooLarge { size: 5, limit: 4 })
        );
        fs::remove_file(&path).unwrap();
        let gone = read(&path, 4).unwrap_err().to_string();
        assert!(gone.starts_with("cannot be read: "), "{gone}");
    }

    #[test]
    fn sha256_is_lower_case_hex() {
        assert_eq!(
            sha256_hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_line_is_given_without_its_end() {
        let artifact = Artifact::new("a.yaml", "a\r\nb".to_owned(), Encoding::Utf8);
        assert_eq!(artifact.line(1), Some("a"));
        assert_eq!(artifact.line(2), Some("b"));
        assert_eq!(artifact.line(3), None);
        assert_eq!(artifact.line(0), None);
    }
}
