//! Covering arrays: few rows of picks in which any two columns show all their combinations.

use std::collections::BTreeSet;

/// A pick of one column and a pick of a later one.
type Pair = ((usize, usize), (usize, usize));

/// Returns rows with a pick below `sizes[i]` in each column `i`, such that all combinations of any two columns occur.
/// `None` where that takes more than `most` rows.
///
/// Greedy: each row takes, column after column, the pick that shows most combinations that are still to be shown.
/// About `log2` of the number of columns more rows than the product of the two largest sizes.
pub(super) fn rows(sizes: &[usize], most: usize) -> Option<Vec<Vec<usize>>> {
    let mut open = pairs(sizes);
    let mut rows = Vec::new();
    while !open.is_empty() || rows.is_empty() {
        if rows.len() == most {
            return None;
        }
        let row = row(sizes, &open, rows.len());
        for (column, pick) in row.iter().enumerate() {
            for (earlier, other) in row.iter().enumerate().take(column) {
                open.remove(&((earlier, *other), (column, *pick)));
            }
        }
        rows.push(row);
    }
    Some(rows)
}

fn pairs(sizes: &[usize]) -> BTreeSet<Pair> {
    let mut pairs = BTreeSet::new();
    for (column, size) in sizes.iter().enumerate() {
        for (earlier, other) in sizes.iter().enumerate().take(column) {
            for first in 0..*other {
                pairs.extend((0..*size).map(|second| ((earlier, first), (column, second))));
            }
        }
    }
    pairs
}

fn row(sizes: &[usize], open: &BTreeSet<Pair>, number: usize) -> Vec<usize> {
    let mut row: Vec<usize> = Vec::with_capacity(sizes.len());
    for (column, size) in sizes.iter().enumerate() {
        let shown = |pick: usize| {
            let before = row.iter().enumerate();
            before
                .filter(|(earlier, other)| open.contains(&((*earlier, **other), (column, pick))))
                .count()
        };
        // Equal picks take turns, so that rows differ.
        let turns = (0..*size).map(|step| (number + step) % size);
        let best = turns.rev().max_by_key(|pick| shown(*pick));
        row.push(best.unwrap_or_default());
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(sizes: &[usize], rows: &[Vec<usize>]) -> bool {
        let mut open = pairs(sizes);
        for row in rows {
            open.retain(|((a, x), (b, y))| row[*a] != *x || row[*b] != *y);
        }
        open.is_empty()
    }

    #[test]
    fn any_two_columns_show_all_their_combinations() {
        for sizes in [
            vec![2, 2],
            vec![2, 3, 4],
            vec![2; 40],
            vec![3; 12],
            vec![5, 2, 2, 2],
        ] {
            let rows = rows(&sizes, 100).unwrap();
            assert!(covers(&sizes, &rows), "{sizes:?}");
        }
    }

    #[test]
    fn forty_conditions_need_few_rows() {
        assert!(rows(&[2; 40], 100).unwrap().len() <= 14);
    }

    #[test]
    fn too_many_rows_are_none() {
        assert_eq!(rows(&[8, 8], 63), None);
        assert!(rows(&[8, 8], 64).is_some());
    }
}
