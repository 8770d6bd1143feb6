//! The difference of two texts, line by line.

/// The most lines of one side that are compared; longer values are cut.
const MOST: usize = 400;

/// Unchanged lines that are shown around a change.
const AROUND: usize = 3;

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// `-` only in the first, `+` only in the second, a blank in both.
    pub(super) sign: char,
    /// The line.
    pub(super) text: String,
}

/// Returns the difference of two texts: changed lines, and a few around them.
pub(super) fn lines(first: &str, second: &str) -> Vec<Line> {
    let old: Vec<&str> = first.lines().take(MOST).collect();
    let new: Vec<&str> = second.lines().take(MOST).collect();
    let common = lengths(&old, &new);
    let (mut i, mut j) = (0, 0);
    let mut all = Vec::new();
    let length = |i: usize, j: usize| common.get(i).and_then(|row| row.get(j)).copied();
    while i < old.len() || j < new.len() {
        let (sign, text) = match (old.get(i), new.get(j)) {
            (Some(one), Some(other)) if one == other => {
                i += 1;
                j += 1;
                (' ', one)
            }
            (Some(one), other) if other.is_none() || length(i + 1, j) >= length(i, j + 1) => {
                i += 1;
                ('-', one)
            }
            (_, Some(other)) => {
                j += 1;
                ('+', other)
            }
            _ => break,
        };
        all.push(Line {
            sign,
            text: (*text).to_owned(),
        });
    }
    near_changes(all)
}

/// Returns how long the longest common part of each pair of ends is.
fn lengths(old: &[&str], new: &[&str]) -> Vec<Vec<usize>> {
    let mut rows = vec![vec![0; new.len() + 1]];
    for one in old.iter().rev() {
        let below = rows.last().cloned().unwrap_or_default();
        let mut row = vec![0; new.len() + 1];
        for (at, other) in new.iter().enumerate().rev() {
            let next = |row: &[usize], at: usize| row.get(at).copied().unwrap_or_default();
            let best = if one == other {
                next(&below, at + 1) + 1
            } else {
                next(&below, at).max(next(&row, at + 1))
            };
            if let Some(cell) = row.get_mut(at) {
                *cell = best;
            }
        }
        rows.push(row);
    }
    rows.reverse();
    rows
}

fn near_changes(all: Vec<Line>) -> Vec<Line> {
    let changed: Vec<usize> = (0..all.len())
        .filter(|at| all.get(*at).is_some_and(|line| line.sign != ' '))
        .collect();
    let mut kept = Vec::new();
    let mut left_out = false;
    for (at, line) in all.into_iter().enumerate() {
        if changed.iter().any(|change| change.abs_diff(at) <= AROUND) {
            if left_out && !kept.is_empty() {
                kept.push(Line {
                    sign: ' ',
                    text: "…".to_owned(),
                });
            }
            left_out = false;
            kept.push(line);
        } else {
            left_out = true;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::lines;

    fn shown(first: &str, second: &str) -> Vec<String> {
        let all = lines(first, second).into_iter();
        all.map(|line| format!("{}{}", line.sign, line.text))
            .collect()
    }

    #[test]
    fn changed_lines_stand_with_a_few_around_them() {
        let first = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj";
        let second = "a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nk";
        assert_eq!(
            shown(first, second),
            [
                " a", "-b", "+B", " c", " d", " e", " …", " h", " i", " j", "+k"
            ]
        );
        assert!(shown(first, first).is_empty());
        assert_eq!(shown("", "a"), ["+a"]);
    }
}
