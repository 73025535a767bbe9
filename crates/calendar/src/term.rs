//! Terms as they stand in configuration: `30d`, `5w`, `10wd`, `12m`.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Deserializer};

use crate::Calendar;

/// A length of time that ends on a working day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Term {
    /// Calendar days.
    Days(u32),
    /// Weeks of seven days.
    Weeks(u32),
    /// Working days of the bureau's calendar.
    WorkingDays(u32),
    /// Months.
    Months(u32),
}

/// Not a term.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no term: write 30d, 5w, 10wd (working days) or 12m")]
pub struct TermError(String);

impl Term {
    /// The last day of a term that starts on `from`. Ending on Saturday, Sunday or a public holiday, it runs to the next working
    /// day (`workflow.md` section 3; as the Algemene termijnenwet does).
    pub fn end(self, from: NaiveDate, calendar: &Calendar) -> NaiveDate {
        let end = match self {
            Term::Days(days) => from.checked_add_days(Days::new(days.into())),
            Term::Weeks(weeks) => from.checked_add_days(Days::new(u64::from(weeks) * 7)),
            Term::Months(months) => from.checked_add_months(Months::new(months)),
            Term::WorkingDays(days) => return (0..days).fold(from, |day, _| day.succ_opt().map_or(day, |next| calendar.next_working_day(next))),
        };
        calendar.next_working_day(end.unwrap_or(from))
    }
}

impl FromStr for Term {
    type Err = TermError;
    fn from_str(text: &str) -> Result<Self, TermError> {
        let wrong = || TermError(text.to_owned());
        let split = text.find(|sign: char| !sign.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, unit) = text.split_at(split);
        let number: u32 = number.parse().ok().filter(|number| *number <= 10_000).ok_or_else(wrong)?;
        match unit {
            "d" => Ok(Term::Days(number)),
            "w" => Ok(Term::Weeks(number)),
            "wd" => Ok(Term::WorkingDays(number)),
            "m" => Ok(Term::Months(number)),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Term::Days(days) => write!(f, "{days}d"),
            Term::Weeks(weeks) => write!(f, "{weeks}w"),
            Term::WorkingDays(days) => write!(f, "{days}wd"),
            Term::Months(months) => write!(f, "{months}m"),
        }
    }
}

impl<'de> Deserialize<'de> for Term {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}
