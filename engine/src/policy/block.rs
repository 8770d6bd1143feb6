//! METADATA blocks: the comment lines above a package, as YAML text that remembers its places.
//!
//! The grammar is OPA's (policy language, "Annotations"): a line `# METADATA`, then comment lines that hold YAML.

use super::error::Place;

/// The YAML of a METADATA block.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Block {
    /// The comment lines without their `# `.
    pub(super) yaml: String,
    /// For each line of the YAML: its offset in the YAML and how many bytes were taken from its front.
    lines: Vec<(usize, u32)>,
    /// The line of the file that the first line of YAML stands on.
    first_line: u32,
}

impl Block {
    /// Returns the place in the file of an offset of the YAML.
    pub(super) fn place(&self, offset: usize) -> Place {
        let index = self
            .lines
            .partition_point(|(start, _)| *start <= offset)
            .saturating_sub(1);
        let (start, removed) = self.lines.get(index).copied().unwrap_or_default();
        let before = self.yaml.get(start..offset).unwrap_or_default();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Place {
            line: self.first_line.saturating_add(count(index)),
            column: count(before.chars().count())
                .saturating_add(removed)
                .saturating_add(1),
        }
    }

    /// Returns the place of the block's first line of YAML.
    pub(super) fn start(&self) -> Place {
        Place {
            line: self.first_line,
            column: 1,
        }
    }
}

/// Finds the METADATA block above the package clause, whose line starts at `package_start`.
pub(super) fn find(text: &str, package_start: usize) -> Option<Block> {
    let head = text.get(..package_start)?;
    let mut marker = None;
    let mut offset = 0;
    for (index, line) in head.split_inclusive('\n').enumerate() {
        offset += line.len();
        if line.strip_prefix('#').map(str::trim) == Some("METADATA") {
            marker = Some((index, offset));
        }
    }
    let (index, start) = marker?;
    let mut block = Block {
        first_line: u32::try_from(index + 2).unwrap_or(u32::MAX),
        ..Block::default()
    };
    for line in head.get(start..)?.lines() {
        let Some(comment) = line.strip_prefix('#') else {
            break;
        };
        let content = comment.strip_prefix(' ').unwrap_or(comment);
        let removed = u32::try_from(line.len() - content.len()).unwrap_or_default();
        block.lines.push((block.yaml.len(), removed));
        block.yaml.push_str(content);
        block.yaml.push('\n');
    }
    Some(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_above_the_package_becomes_yaml() {
        let text = "# METADATA\n# title: A\n# custom:\n#   id: X-001\n#\n# end: 1\npackage a\n";
        let block = find(text, text.find("package").unwrap()).unwrap();
        assert_eq!(block.yaml, "title: A\ncustom:\n  id: X-001\n\nend: 1\n");
        let id = block.yaml.find("X-001").unwrap();
        assert_eq!(block.place(id), Place { line: 4, column: 9 });
        assert_eq!(block.place(0), Place { line: 2, column: 3 });
    }

    #[test]
    fn a_comment_without_the_marker_is_no_block() {
        let text = "# title: A\npackage a\n";
        assert_eq!(find(text, text.find("package").unwrap()), None);
    }

    #[test]
    fn the_block_ends_with_the_comment() {
        let text = "# METADATA\n# title: A\n\n# not: metadata\npackage a\n";
        let block = find(text, text.find("package").unwrap()).unwrap();
        assert_eq!(block.yaml, "title: A\n");
    }
}
