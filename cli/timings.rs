//! `--verbose`: where the time of a scan went, on standard error.

use std::time::Duration;

use ordinance_engine::evaluate::{Spent, Sum, Timings};

use crate::streams;

/// The views and policies that are listed.
const LISTED: usize = 15;

/// Shows the phases, then the costliest views and policies. Times are sums over the threads.
pub(crate) fn show(timings: &Timings, whole: Duration) {
    let sums = timings.sums();
    let total = |is_meant: fn(&Spent) -> bool| -> Duration {
        let meant = sums.iter().filter(|(what, _)| is_meant(what));
        meant.map(|(_, (time, _))| *time).sum()
    };
    let phases = [
        ("discovering", total(|what| *what == Spent::Discovering)),
        ("reading", total(|what| *what == Spent::Reading)),
        ("loading policies", total(|what| *what == Spent::Loading)),
        ("views", total(|what| matches!(what, Spent::View(_)))),
        ("policies", total(|what| matches!(what, Spent::Policy(_)))),
    ];
    let mut lines = vec![format!(
        "Times, summed over threads (the scan took {} ms):",
        milliseconds(whole)
    )];
    lines.extend(
        phases
            .iter()
            .map(|(phase, time)| format!("  {:>9} ms  {phase}", milliseconds(*time))),
    );
    let evaluated: Duration = phases[3].1 + phases[4].1;
    let costly = sums
        .iter()
        .filter_map(|(what, sum)| Some((name(what)?, *sum)));
    lines.push("The costliest views and policies:".to_owned());
    lines.extend(
        costly
            .take(LISTED)
            .map(|(name, sum)| line(&name, sum, evaluated)),
    );
    streams::complain(&lines.join("\n"));
}

fn name(what: &Spent) -> Option<String> {
    match what {
        Spent::View(name) => Some(format!("view {name}")),
        Spent::Policy(package) => Some(
            package
                .strip_prefix("policies.")
                .unwrap_or(package)
                .to_owned(),
        ),
        Spent::Discovering | Spent::Reading | Spent::Loading => None,
    }
}

fn line(name: &str, (time, number): Sum, evaluated: Duration) -> String {
    let share = time.as_secs_f64() / evaluated.as_secs_f64().max(f64::MIN_POSITIVE) * 100.0;
    let times = if number == 1 {
        "1 time".to_owned()
    } else {
        format!("{number} times")
    };
    format!(
        "  {:>9} ms  {share:>4.1} %  {name}, {times}",
        milliseconds(time)
    )
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1000.0)
}
