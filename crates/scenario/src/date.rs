//! Dates of facts, as far as they are known.

use std::fmt;

use chrono::NaiveDate;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A real date of which at least the year is known: `2016`, `2016-10` or `2016-10-12`. An unquoted year may stand as a number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PartialDate(String);

impl PartialDate {
    /// The date as ISO 8601 writes it, as long as it is known.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this day, month or year lies wholly before another.
    pub fn is_before(&self, other: &PartialDate) -> bool {
        let known = self.0.len().min(other.0.len());
        self.0.get(..known) < other.0.get(..known)
    }

    fn parse(text: &str) -> Option<PartialDate> {
        let shaped = text.bytes().enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
        let whole = match text.len() {
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            10 => text.to_owned(),
            _ => return None,
        };
        let real = NaiveDate::parse_from_str(&whole, "%Y-%m-%d").is_ok();
        (shaped && real).then(|| PartialDate(text.to_owned()))
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<PartialDate, D::Error> {
        struct Dates;
        impl Visitor<'_> for Dates {
            type Value = PartialDate;
            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("a year, a year and month, or a date such as 2016-10-12")
            }
            fn visit_u64<E: Error>(self, year: u64) -> Result<PartialDate, E> {
                self.visit_str(&year.to_string())
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<PartialDate, E> {
                PartialDate::parse(text).ok_or_else(|| E::custom(format!("`{text}` is no real date; write 2016, 2016-10 or 2016-10-12")))
            }
        }
        from.deserialize_any(Dates)
    }
}

/// A day of every year, `12-24`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MonthDay(String);

impl MonthDay {
    /// Month and day with a hyphen.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for MonthDay {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<MonthDay, D::Error> {
        let text = String::deserialize(from)?;
        // A leap year, so that 29 February is a day.
        let real = text.len() == 5 && NaiveDate::parse_from_str(&format!("2024-{text}"), "%Y-%m-%d").is_ok();
        if real { Ok(MonthDay(text)) } else { Err(D::Error::custom(format!("`{text}` is no day of the year; write month and day, such as 12-24"))) }
    }
}
