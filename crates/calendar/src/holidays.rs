//! Public holidays of one calendar: `config/calendars/<id>.toml`.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Deserialize;

/// A calendar of public holidays.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The days off.
    holidays: Vec<Holiday>,
}

/// One day off, by rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Its name by language.
    pub name: BTreeMap<String, String>,
    #[serde(flatten)]
    rule: Rule,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Rule {
    /// The same day each year; `unless_sunday` moves it by that many days when it is a Sunday.
    Fixed { month: u32, day: u32, #[serde(default)] unless_sunday: i64 },
    /// Days after Easter Sunday (Western), negative before.
    Easter(i64),
    /// The nth weekday of a month.
    Weekday { month: u32, nth: u8, weekday: Weekday },
}

/// A calendar file that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// Not to be read: line and field.
    #[error("{0}")]
    Unreadable(#[from] toml::de::Error),
    /// A day that no year has.
    #[error("{0}: there is no such day")]
    NoSuchDay(String),
}

impl Calendar {
    /// Reads a calendar file.
    ///
    /// # Errors
    /// Unknown keys, missing names, days that do not exist.
    pub fn parse(text: &str) -> Result<Calendar, CalendarError> {
        let calendar: Calendar = toml::from_str(text)?;
        for holiday in &calendar.holidays {
            if !holiday.name.contains_key("nl") || !holiday.name.contains_key("en") || holiday.in_year(2028).is_none() {
                return Err(CalendarError::NoSuchDay(holiday.name.values().next().cloned().unwrap_or_default()));
            }
        }
        Ok(calendar)
    }

    /// The public holiday on a day, if it is one.
    pub fn holiday_on(&self, day: NaiveDate) -> Option<&Holiday> {
        self.holidays.iter().find(|holiday| holiday.in_year(day.year()) == Some(day))
    }

    /// Neither Saturday, Sunday nor a public holiday.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && self.holiday_on(day).is_none()
    }

    /// The day itself where it is a working day, else the next one.
    pub fn next_working_day(&self, day: NaiveDate) -> NaiveDate {
        let mut day = day;
        while !self.is_working_day(day) {
            let Some(next) = day.checked_add_days(Days::new(1)) else { return day };
            day = next;
        }
        day
    }
}

impl Holiday {
    fn in_year(&self, year: i32) -> Option<NaiveDate> {
        match self.rule {
            Rule::Fixed { month, day, unless_sunday } => {
                let fixed = NaiveDate::from_ymd_opt(year, month, day)?;
                if fixed.weekday() == Weekday::Sun { fixed.checked_add_signed(chrono::Duration::days(unless_sunday)) } else { Some(fixed) }
            }
            Rule::Easter(days) => {
                let sunday = computus::gregorian(year).ok()?;
                NaiveDate::from_ymd_opt(sunday.year, sunday.month, sunday.day)?.checked_add_signed(chrono::Duration::days(days))
            }
            Rule::Weekday { month, nth, weekday } => NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth),
        }
    }
}
