//! What took how long: for people who wonder where the time of a scan goes. No policy and no report sees it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What time was spent on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spent {
    /// Finding the files.
    Discovering,
    /// Reading files: parsing, and what their format means.
    Reading,
    /// Parsing and linking policies.
    Loading,
    /// A view, by its name.
    View(String),
    /// A policy, by its package.
    Policy(String),
}

/// A sum of times and how many there were.
pub type Sum = (Duration, usize);

/// Times, summed over all threads.
#[derive(Debug, Default)]
pub struct Timings(Mutex<BTreeMap<Spent, Sum>>);

impl Timings {
    /// Does something and adds the time that it took.
    pub fn of<T>(&self, what: impl FnOnce() -> Spent, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.add(what(), start.elapsed());
        result
    }

    fn add(&self, what: Spent, time: Duration) {
        let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sum = sums.entry(what).or_default();
        sum.0 += time;
        sum.1 += 1;
    }

    /// Returns the sums, the longest first.
    pub fn sums(&self) -> Vec<(Spent, Sum)> {
        let sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sums: Vec<_> = sums
            .iter()
            .map(|(what, sum)| (what.clone(), *sum))
            .collect();
        sums.sort_by(|(a_what, a), (b_what, b)| b.0.cmp(&a.0).then_with(|| a_what.cmp(b_what)));
        sums
    }
}

/// Does something, and adds its time where times are wanted.
pub(crate) fn timed<T>(
    timings: Option<&Timings>,
    what: impl FnOnce() -> Spent,
    work: impl FnOnce() -> T,
) -> T {
    match timings {
        Some(timings) => timings.of(what, work),
        None => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_one_thing_are_summed_and_the_longest_comes_first() {
        let timings = Timings::default();
        timings.add(Spent::Reading, Duration::from_millis(1));
        timings.add(Spent::View("a".to_owned()), Duration::from_millis(3));
        timings.add(Spent::Reading, Duration::from_millis(1));
        let sums = timings.sums();
        assert_eq!(
            sums[0],
            (Spent::View("a".to_owned()), (Duration::from_millis(3), 1))
        );
        assert_eq!(sums[1], (Spent::Reading, (Duration::from_millis(2), 2)));
        assert_eq!(timings.of(|| Spent::Loading, || 7), 7);
    }
}
