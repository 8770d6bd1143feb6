//! Days of the Gregorian calendar, as ISO 8601 writes them.

use std::fmt;
use std::str::FromStr;

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// The text is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no day written as YYYY-MM-DD")]
pub struct DateError;

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let is_shaped = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !is_shaped {
            return Err(DateError);
        }
        let number = |range| text.get(range).and_then(|part: &str| part.parse().ok());
        let (year, month, day) = (number(0..4), number(5..7), number(8..10));
        let (Some(year), Some(month), Some(day)) = (year, month, day) else {
            return Err(DateError);
        };
        let date = Self {
            year,
            month: u8::try_from(month).map_err(|_| DateError)?,
            day: u8::try_from(day).map_err(|_| DateError)?,
        };
        let exists = (1..=12).contains(&date.month)
            && (1..=days_in(date.year, date.month)).contains(&date.day);
        exists.then_some(date).ok_or(DateError)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Date {
    /// Returns the day that lies so many days after 1970-01-01.
    pub fn of_epoch_days(days: u64) -> Self {
        let mut date = Self {
            year: 1970,
            month: 1,
            day: 1,
        };
        let mut left = days;
        while left >= u64::from(days_of_year(date.year)) && date.year < 9999 {
            left -= u64::from(days_of_year(date.year));
            date.year += 1;
        }
        while left >= u64::from(days_in(date.year, date.month)) && date.month < 12 {
            left -= u64::from(days_in(date.year, date.month));
            date.month += 1;
        }
        date.day = u8::try_from(left + 1).unwrap_or(31).min(31);
        date
    }

    /// Returns how many days lie between this day and a later one; negative where the other is earlier.
    pub fn days_until(self, other: Self) -> i64 {
        other.days() - self.days()
    }

    /// Returns the days since 0000-01-01.
    fn days(self) -> i64 {
        let years: i64 = (0..self.year)
            .map(|year| i64::from(days_of_year(year)))
            .sum();
        let months: i64 = (1..self.month)
            .map(|month| i64::from(days_in(self.year, month)))
            .sum();
        years + months + i64::from(self.day)
    }
}

const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_of_year(year: u16) -> u16 {
    if is_leap(year) { 366 } else { 365 }
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn only_days_of_the_calendar_are_read() {
        assert_eq!(date("2028-02-29").to_string(), "2028-02-29");
        for text in [
            "2027-02-29",
            "2100-02-29",
            "2027-13-01",
            "2027-00-01",
            "2027-01-00",
            "2027-1-1",
            "27-01-01",
            "2027-01-01 ",
            "２027-01-1",
            "",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn days_are_counted_over_years() {
        assert_eq!(date("2026-12-31").days_until(date("2027-01-01")), 1);
        assert_eq!(date("2024-01-01").days_until(date("2025-01-01")), 366);
        assert_eq!(date("2027-01-02").days_until(date("2027-01-01")), -1);
    }

    #[test]
    fn the_days_of_the_epoch_are_dates() {
        assert_eq!(Date::of_epoch_days(0), date("1970-01-01"));
        assert_eq!(Date::of_epoch_days(11_016), date("2000-02-29"));
        assert_eq!(Date::of_epoch_days(20_784), date("2026-11-27"));
    }
}
