//! Content fingerprints of lines.
//!
//! The algorithm is the one that GitHub's code scanning computes for `partialFingerprints.primaryLocationLineHash`
//! (github/codeql-action, `src/fingerprints.ts`), to the bit: alerts keep their identity when lines move.

use std::collections::HashMap;

/// How many characters a line's hash covers.
const WINDOW: usize = 100;
const FACTOR: u64 = 37;
/// What the factor has grown to when a character leaves the window.
const LEAVING: u64 = power(FACTOR, WINDOW);
const END_OF_TEXT: u16 = 0xFFFF;
const BYTE_ORDER_MARK: u16 = 0xFEFF;
const SPACE: u16 = b' ' as u16;
const TAB: u16 = b'\t' as u16;
const LINE_FEED: u16 = 0x0A;
const CARRIAGE_RETURN: u16 = 0x0D;

const fn power(base: u64, exponent: usize) -> u64 {
    let mut product: u64 = 1;
    let mut step = 0;
    while step < exponent {
        product = product.wrapping_mul(base);
        step += 1;
    }
    product
}

/// The fingerprints of all lines of a text.
#[derive(Debug, Default)]
pub(super) struct LineHashes {
    /// The hash of each line, and how many lines up to it have the same.
    lines: Vec<(u64, u32)>,
}

impl LineHashes {
    /// Hashes every line. `marked` tells that the file starts with a byte order mark, which is part of the hash.
    pub(super) fn new(text: &str, marked: bool) -> Self {
        let units = Units::of(text, marked);
        let mut seen: HashMap<u64, u32> = HashMap::with_capacity(units.starts.len());
        let mut lines = Vec::with_capacity(units.starts.len());
        for hash in units.hashes() {
            let count = seen.entry(hash).or_default();
            *count += 1;
            lines.push((hash, *count));
        }
        Self { lines }
    }

    /// Returns the fingerprint of a line (from 1), or of the first when there is no such line.
    pub(super) fn of(&self, line: u32) -> String {
        let index = (line as usize).saturating_sub(1);
        let hash = self.lines.get(index).or(self.lines.first());
        hash.map_or_else(String::new, |(hash, count)| format!("{hash:x}:{count}"))
    }
}

/// The characters of a text that are hashed, and where its lines start among them.
struct Units {
    /// Without blanks, every line end one line feed, a window of zeros behind the end.
    all: Vec<u16>,
    starts: Vec<usize>,
}

impl Units {
    fn of(text: &str, marked: bool) -> Self {
        let mut all = Vec::with_capacity(text.len() + WINDOW + 2);
        let mut starts = Vec::new();
        let mut at_line_start = true;
        let mut after_return = false;
        let mark = marked.then_some(BYTE_ORDER_MARK);
        for unit in mark
            .into_iter()
            .chain(text.encode_utf16())
            .chain([END_OF_TEXT])
        {
            let second_half = after_return && unit == LINE_FEED;
            after_return = unit == CARRIAGE_RETURN;
            if second_half || unit == SPACE || unit == TAB {
                continue;
            }
            if at_line_start {
                starts.push(all.len());
            }
            at_line_start = unit == LINE_FEED || unit == CARRIAGE_RETURN;
            all.push(if unit == CARRIAGE_RETURN {
                LINE_FEED
            } else {
                unit
            });
        }
        all.resize(all.len() + WINDOW, 0);
        Self { all, starts }
    }

    /// Returns the hash of the window that starts with each line, rolling from one character to the next.
    fn hashes(&self) -> impl Iterator<Item = u64> {
        let entering =
            |hash: u64, unit: u16| hash.wrapping_mul(FACTOR).wrapping_add(u64::from(unit));
        let (first, rest) = self.all.split_at(WINDOW.min(self.all.len()));
        let mut hash = first.iter().fold(0, |hash, unit| entering(hash, *unit));
        let mut steps = self.all.iter().zip(rest);
        let mut at = 0;
        self.starts.iter().map(move |start| {
            for (leaving, unit) in steps.by_ref().take(start - at) {
                let gone = LEAVING.wrapping_mul(u64::from(*leaving));
                hash = entering(hash, *unit).wrapping_sub(gone);
            }
            at = *start;
            hash
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str) -> Vec<String> {
        let hashes = LineHashes::new(text, false);
        (1..=u32::try_from(hashes.lines.len()).unwrap())
            .map(|line| hashes.of(line))
            .collect()
    }

    // The first three texts are those of codeql-action's own tests.
    #[test]
    fn the_hashes_are_those_of_code_scanning() {
        assert_eq!(hashes(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            hashes(" a\nb\n  \t\tc\n d"),
            [
                "271789c17abda88f:1",
                "54703d4cd895b18:1",
                "180aee12dab6264:1",
                "a23a3dc5e078b07b:1"
            ]
        );
        assert_eq!(
            hashes(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End"),
            [
                "8b7cf3e952e7aeb2:1",
                "b1ae1287ec4718d9:1",
                "bff680108adb0fcc:1",
                "c6805c5e1288b612:1",
                "b86d3392aea1be30:1",
                "e6ceba753e1a442:1"
            ]
        );
    }

    #[test]
    fn every_line_end_hashes_as_a_line_feed() {
        assert_eq!(hashes("a\r\nb\rc\n\r\r\nd"), hashes("a\nb\nc\n\n\nd"));
        assert_eq!(hashes("a\r \nb").len(), 3);
    }

    #[test]
    fn characters_are_utf16_units() {
        let text = format!("{}\nk: v\n", "# naïve 🚀 ".repeat(20));
        assert_eq!(
            hashes(&text),
            [
                "634b48820a5b3325:1",
                "5f40ac6fc0f560f4:1",
                "c129715d7a2bc9a3:1"
            ]
        );
    }

    #[test]
    fn a_byte_order_mark_counts() {
        let hashes = LineHashes::new("a: 1\n", true);
        assert_eq!(hashes.of(1), "b0d247ce31758248:1");
    }

    #[test]
    fn equal_lines_are_counted() {
        let block = format!("{}\n", "x".repeat(100));
        let hashes = hashes(&block.repeat(3));
        let numbers: Vec<_> = hashes
            .iter()
            .filter_map(|hash| hash.split_once(':'))
            .collect();
        assert_eq!(numbers[0].0, numbers[1].0);
        assert_eq!((numbers[0].1, numbers[1].1, numbers[2].1), ("1", "2", "3"));
    }

    #[test]
    fn a_line_that_is_not_there_gives_the_first() {
        let hashes = LineHashes::new("a\nb", false);
        assert_eq!(hashes.of(0), hashes.of(1));
        assert_eq!(hashes.of(9), hashes.of(1));
    }
}
