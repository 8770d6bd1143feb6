//! The time: of reports that must name one, and of the day on which suppressions expire.

use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

use ordinance_engine::suppress::Date;

/// The seconds of a day.
const DAY: u64 = 24 * 60 * 60;

/// Returns today in UTC.
pub(crate) fn today() -> Date {
    Date::of_epoch_days(seconds() / DAY)
}

/// Returns the time for a report as RFC 3339 in UTC: that of `SOURCE_DATE_EPOCH`
/// (<https://reproducible-builds.org/specs/source-date-epoch/>) where it is set, so that reports are reproducible.
pub(crate) fn now() -> String {
    let given = env::var_os("SOURCE_DATE_EPOCH").and_then(|text| text.to_str()?.parse().ok());
    written(given.unwrap_or_else(seconds))
}

fn written(seconds: u64) -> String {
    let date = Date::of_epoch_days(seconds / DAY);
    let rest = seconds % DAY;
    let (hours, minutes) = (rest / 3600, rest / 60 % 60);
    format!("{date}T{hours:02}:{minutes:02}:{:02}Z", rest % 60)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the command line alone asks the clock, and --today replaces it"
)]
fn seconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn a_time_is_written_as_rfc_3339() {
        assert_eq!(written(0), "1970-01-01T00:00:00Z");
        assert_eq!(written(1_764_288_061), "2025-11-28T00:01:01Z");
    }
}
