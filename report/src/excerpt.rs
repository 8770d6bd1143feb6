//! Regions within the source lines that a finding carries.

use ordinance_engine::artifact::Region;
use ordinance_engine::finding::Excerpt;

/// Returns the byte of a line at which a UTF-16 column begins; the column after the end is the line's length.
pub(crate) fn byte_of_column(line: &str, column: u32) -> Option<usize> {
    let wanted = usize::try_from(column).ok()?.checked_sub(1)?;
    let mut units = 0;
    for (byte, character) in line.char_indices() {
        if units >= wanted {
            return (units == wanted).then_some(byte);
        }
        units += character.len_utf16();
    }
    (units == wanted).then_some(line.len())
}

/// Returns the text of a region, or `None` where the excerpt does not hold it.
pub(crate) fn region_text<'a>(excerpt: &'a Excerpt, region: &Region) -> Option<&'a str> {
    let start = byte_of(excerpt, region.start_line, region.start_column)?;
    let end = byte_of(excerpt, region.end_line, region.end_column)?;
    excerpt.text.get(start..end)
}

/// Returns the region that the excerpt covers.
pub(crate) fn whole(excerpt: &Excerpt) -> Region {
    let lines = u32::try_from(excerpt.text.matches('\n').count()).unwrap_or(u32::MAX);
    let last = excerpt.text.rsplit('\n').next().unwrap_or_default();
    let units = u32::try_from(last.encode_utf16().count()).unwrap_or(u32::MAX);
    Region {
        start_line: excerpt.first_line,
        start_column: 1,
        end_line: excerpt.first_line.saturating_add(lines),
        end_column: units.saturating_add(1),
    }
}

/// Tells whether `outer` covers `inner` and something more.
pub(crate) fn is_strict_superset(outer: &Region, inner: &Region) -> bool {
    let start = |region: &Region| (region.start_line, region.start_column);
    let end = |region: &Region| (region.end_line, region.end_column);
    start(outer) <= start(inner) && end(inner) <= end(outer) && outer != inner
}

fn byte_of(excerpt: &Excerpt, line: u32, column: u32) -> Option<usize> {
    let mut rest = line.checked_sub(excerpt.first_line)?;
    let mut start = 0;
    for text in excerpt.text.split('\n') {
        if rest == 0 {
            return byte_of_column(text, column).map(|byte| start + byte);
        }
        rest -= 1;
        start += text.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use ordinance_engine::artifact::Region;
    use ordinance_engine::finding::Excerpt;

    use super::{byte_of_column, is_strict_superset, region_text, whole};

    fn region(start_line: u32, start_column: u32, end_line: u32, end_column: u32) -> Region {
        Region {
            start_line,
            start_column,
            end_line,
            end_column,
        }
    }

    #[test]
    fn columns_count_utf16_code_units() {
        assert_eq!(byte_of_column("ï🚀x", 1), Some(0));
        assert_eq!(byte_of_column("ï🚀x", 2), Some(2));
        assert_eq!(byte_of_column("ï🚀x", 3), None, "inside a surrogate pair");
        assert_eq!(byte_of_column("ï🚀x", 4), Some(6));
        assert_eq!(byte_of_column("ï🚀x", 5), Some(7));
        assert_eq!(byte_of_column("ï🚀x", 6), None);
        assert_eq!(byte_of_column("x", 0), None);
    }

    #[test]
    fn a_region_is_cut_out_of_its_lines() {
        let excerpt = Excerpt {
            first_line: 7,
            text: "a: b\nc: dé\ne: f".to_owned(),
        };
        assert_eq!(region_text(&excerpt, &region(8, 4, 8, 6)), Some("dé"));
        assert_eq!(
            region_text(&excerpt, &region(7, 4, 9, 2)),
            Some("b\nc: dé\ne")
        );
        assert_eq!(region_text(&excerpt, &region(6, 1, 8, 2)), None);
        assert_eq!(region_text(&excerpt, &region(9, 1, 10, 2)), None);
        assert_eq!(whole(&excerpt), region(7, 1, 9, 5));
    }

    #[test]
    fn a_region_is_no_strict_superset_of_itself() {
        let line = region(1, 1, 1, 9);
        assert!(!is_strict_superset(&line, &line));
        assert!(is_strict_superset(&line, &region(1, 1, 1, 8)));
        assert!(!is_strict_superset(&line, &region(1, 4, 2, 1)));
    }
}
