//! Names that were probably meant.

/// Returns `, did you mean 'name'?` for the nearest known name, or nothing where none is near.
pub fn hint<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let limit = (written.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| {
            (
                distance(&written.to_lowercase(), &name.to_lowercase()),
                name,
            )
        })
        .filter(|(edits, _)| *edits <= limit)
        .min()
        .map(|(_, name)| format!(", did you mean '{name}'?"))
        .unwrap_or_default()
}

/// Counts the insertions, deletions and substitutions between two texts (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, a) in from.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(&to) {
            let substituted = diagonal + usize::from(a != *b);
            diagonal = *cell;
            left = substituted.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }

    #[test]
    fn the_nearest_name_is_suggested() {
        assert_eq!(
            hint("NET-01", ["NET-001", "KMS-020"]),
            ", did you mean 'NET-001'?"
        );
        assert_eq!(hint("quite-different", ["NET-001"]), "");
    }
}
