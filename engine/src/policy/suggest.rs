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

/// Counts the insertions, deletions, substitutions and swaps of neighbours between two texts (Damerau and Levenshtein, no
/// letter edited twice).
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, a) in from.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, b) in to.iter().enumerate() {
            let substituted = last[column] + usize::from(a != b);
            let mut edits = substituted.min(last[column + 1] + 1).min(next[column] + 1);
            let swapped = row > 0 && column > 0 && from[row - 1] == *b && to[column - 1] == *a;
            if swapped {
                edits = edits.min(before[column - 1] + 1);
            }
            next.push(edits);
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
        assert_eq!(distance("pakcs", "packs"), 1);
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
