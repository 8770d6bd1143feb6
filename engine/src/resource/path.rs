//! Paths from a resource node down to a value.

use std::fmt;
use std::sync::Arc;

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A key of an object; below a string, a text to find inside it.
    Key(Arc<str>),
    /// A zero-based index of an array.
    Index(usize),
}

impl From<&str> for Segment {
    fn from(key: &str) -> Self {
        Self::Key(key.into())
    }
}

impl From<usize> for Segment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// A path from the resource node down, as policies write it (`["Properties", "BucketEncryption"]`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Path(pub Vec<Segment>);

impl Path {
    /// Returns this path with one more step.
    #[must_use]
    pub fn child(&self, segment: impl Into<Segment>) -> Self {
        let mut steps = self.0.clone();
        steps.push(segment.into());
        Self(steps)
    }

    /// Tells whether `prefix` leads to this path or an ancestor of it.
    pub fn starts_with(&self, prefix: &Self) -> bool {
        self.0.starts_with(&prefix.0)
    }
}

impl fmt::Display for Path {
    /// Writes the path in the notation of the catalogue, `BlockDeviceMappings[0].Ebs.Encrypted`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key) if position == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_in_the_notation_of_the_catalogue() {
        let path = Path::default()
            .child("BlockDeviceMappings")
            .child(0)
            .child("Ebs");
        assert_eq!(path.to_string(), "BlockDeviceMappings[0].Ebs");
    }
}
