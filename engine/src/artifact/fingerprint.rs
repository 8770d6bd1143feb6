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
        let mut roller = Roller::default();
        if marked {
            roller.character(BYTE_ORDER_MARK);
        }
        for unit in text.encode_utf16() {
            roller.character(unit);
        }
        roller.character(END_OF_TEXT);
        for _ in 0..WINDOW {
            roller.push(0);
        }
        Self {
            lines: roller.lines,
        }
    }

    /// Returns the fingerprint of a line (from 1), or of the first when there is no such line.
    pub(super) fn of(&self, line: u32) -> String {
        let index = (line as usize).saturating_sub(1);
        let hash = self.lines.get(index).or(self.lines.first());
        hash.map_or_else(String::new, |(hash, count)| format!("{hash:x}:{count}"))
    }
}

/// The rolling hash over the characters that are not blank.
struct Roller {
    window: [u16; WINDOW],
    /// Whether a line starts at this slot of the window.
    starts: [bool; WINDOW],
    at: usize,
    hash: u64,
    at_line_start: bool,
    after_return: bool,
    seen: HashMap<u64, u32>,
    lines: Vec<(u64, u32)>,
}

impl Default for Roller {
    fn default() -> Self {
        Self {
            window: [0; WINDOW],
            starts: [false; WINDOW],
            at: 0,
            hash: 0,
            at_line_start: true,
            after_return: false,
            seen: HashMap::new(),
            lines: Vec::new(),
        }
    }
}

impl Roller {
    /// Takes a character of the text: drops blanks, makes every line end a line feed.
    fn character(&mut self, unit: u16) {
        let second_half = self.after_return && unit == LINE_FEED;
        self.after_return = unit == CARRIAGE_RETURN;
        if second_half || unit == u16::from(b' ') || unit == u16::from(b'\t') {
            return;
        }
        let unit = if unit == CARRIAGE_RETURN {
            LINE_FEED
        } else {
            unit
        };
        self.finish_line();
        if self.at_line_start
            && let Some(start) = self.starts.get_mut(self.at)
        {
            *start = true;
        }
        self.at_line_start = unit == LINE_FEED;
        self.update(unit);
    }

    /// Takes a character behind the end of the text.
    fn push(&mut self, unit: u16) {
        self.finish_line();
        self.update(unit);
    }

    /// Records the hash of the line that started a whole window ago.
    fn finish_line(&mut self) {
        let Some(start) = self.starts.get_mut(self.at) else {
            return;
        };
        if std::mem::take(start) {
            let count = self.seen.entry(self.hash).or_default();
            *count += 1;
            self.lines.push((self.hash, *count));
        }
    }

    fn update(&mut self, unit: u16) {
        let Some(slot) = self.window.get_mut(self.at) else {
            return;
        };
        let leaving = u64::from(std::mem::replace(slot, unit));
        self.hash = self
            .hash
            .wrapping_mul(FACTOR)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(LEAVING.wrapping_mul(leaving));
        self.at = (self.at + 1) % WINDOW;
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
