//! Dates as people know and write them: whole or partial, months by number or name in three languages.

use chrono::{Datelike, NaiveDate};

use crate::{Lang, Rule};

const NL: [&str; 12] = ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"];
const EN: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const PAP: [&str; 12] = ["yanüari", "febrüari", "mart", "aprel", "mei", "yüni", "yüli", "ougùstùs", "sèptèmber", "òktober", "novèmber", "desèmber"];
/// Nobody in a case was born before or dies after; a year outside is a slip of the hand.
const YEARS: std::ops::RangeInclusive<i32> = 1800..=2200;

/// A date as far as it is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Partial {
    /// Year, 1800 to 2200.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: Option<u32>,
    /// Day of the month; never without the month.
    pub day: Option<u32>,
}

impl Partial {
    /// Reads `2016`, `2016-10` or `2016-10-12`; none for anything else and for days the calendar does not have.
    pub fn parse(text: &str) -> Option<Partial> {
        let parts: Vec<&str> = text.split('-').collect();
        let digits = |text: &str, many: usize| (text.len() == many && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse::<u32>().ok()).flatten();
        let (year, month, day) = match parts.as_slice() {
            [year] => (digits(year, 4)?, None, None),
            [year, month] => (digits(year, 4)?, Some(digits(month, 2)?), None),
            [year, month, day] => (digits(year, 4)?, Some(digits(month, 2)?), Some(digits(day, 2)?)),
            _ => return None,
        };
        Partial { year: i32::try_from(year).ok()?, month, day }.possible()
    }

    fn possible(self) -> Option<Partial> {
        let whole = NaiveDate::from_ymd_opt(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1));
        (YEARS.contains(&self.year) && whole.is_some()).then_some(self)
    }

    /// Whether day and month are known.
    pub fn is_whole(&self) -> bool {
        self.day.is_some()
    }

    /// The first day it can be.
    pub fn first(&self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    /// The last day it can be.
    pub fn last(&self) -> Option<NaiveDate> {
        let month = self.month.unwrap_or(12);
        match self.day {
            Some(day) => NaiveDate::from_ymd_opt(self.year, month, day),
            None => (28..=31).rev().find_map(|day| NaiveDate::from_ymd_opt(self.year, month, day)),
        }
    }

    /// As it is stored.
    pub fn iso(&self) -> String {
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{:04}-{month:02}-{day:02}", self.year),
            (Some(month), None) => format!("{:04}-{month:02}", self.year),
            _ => format!("{:04}", self.year),
        }
    }

    /// As it is read: '12 oktober 2016', 'October 2016', '2016'.
    pub fn told(&self, lang: Lang) -> String {
        match (self.month.map(|month| month_name(month, lang)), self.day) {
            (Some(month), Some(day)) => format!("{} {}", day_of(day, month, lang), self.year),
            (Some(month), None) => format!("{month} {}", self.year),
            _ => self.year.to_string(),
        }
    }
}

fn day_of(day: u32, month: &str, lang: Lang) -> String {
    match lang {
        Lang::Pap => format!("{day} di {month}"),
        _ => format!("{day} {month}"),
    }
}

fn month_name(month: u32, lang: Lang) -> &'static str {
    let names = match lang {
        Lang::Nl => &NL,
        Lang::En => &EN,
        Lang::Pap => &PAP,
    };
    usize::try_from(month).ok().and_then(|month| month.checked_sub(1)).and_then(|at| names.get(at)).copied().unwrap_or_default()
}

/// Reads `12-24`, a day of every year; 29 February is one.
pub(crate) fn month_day(text: &str) -> Option<(u32, u32)> {
    // A leap year, so that the 29th of February stands.
    let date = Partial::parse(&format!("2000-{text}")).filter(Partial::is_whole)?.first()?;
    Some((date.month(), date.day()))
}

/// What was typed in the three fields of a date; blank for what was left out.
pub(crate) struct Parts<'a> {
    pub day: &'a str,
    pub month: &'a str,
    pub year: &'a str,
}

/// The date of three fields; `whole` asks for all of them.
pub(crate) fn from_parts(parts: &Parts, whole: bool) -> Result<String, Rule> {
    let (day, month, year) = (parts.day.trim(), parts.month.trim(), parts.year.trim());
    let gap = year.is_empty() || (month.is_empty() && !day.is_empty());
    if gap || (whole && (day.is_empty() || month.is_empty())) {
        return Err(Rule::IncompleteDate);
    }
    let read = |text: &str, reading: fn(&str) -> Option<u32>| if text.is_empty() { Ok(None) } else { reading(text).map(Some).ok_or(Rule::ImpossibleDate) };
    let year = if year.len() == 4 { number(year) } else { None }.and_then(|year| i32::try_from(year).ok()).ok_or(Rule::ImpossibleDate)?;
    let date = Partial { year, month: read(month, month_number)?, day: read(day, number)? };
    date.possible().map(|date| date.iso()).ok_or(Rule::ImpossibleDate)
}

/// The day of every year of two fields.
pub(crate) fn month_day_from_parts(day: &str, month: &str) -> Result<String, Rule> {
    let (day, month) = (day.trim(), month.trim());
    if day.is_empty() || month.is_empty() {
        return Err(Rule::IncompleteDate);
    }
    let text = match (number(day), month_number(month)) {
        (Some(day), Some(month)) => format!("{month:02}-{day:02}"),
        _ => return Err(Rule::ImpossibleDate),
    };
    month_day(&text).map(|_| text).ok_or(Rule::ImpossibleDate)
}

fn number(text: &str) -> Option<u32> {
    (text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// A month by its number, its name, or at least three letters its name begins with.
fn month_number(text: &str) -> Option<u32> {
    if let Some(month) = number(text) {
        return Some(month);
    }
    let typed = plain(text.trim_end_matches('.'));
    // 'mrt' is the usual short form, and no beginning of 'maart'.
    if typed == "mrt" {
        return Some(3);
    }
    let named = |names: &[&str; 12]| names.iter().position(|name| typed.chars().count() >= 3 && plain(name).starts_with(&typed));
    let at = named(&NL).or_else(|| named(&EN)).or_else(|| named(&PAP))?;
    u32::try_from(at + 1).ok()
}

/// Small letters without the accents of Papiamentu, which many keyboards lack.
fn plain(text: &str) -> String {
    text.to_lowercase().chars().map(|sign| match sign {
        'ü' | 'ù' => 'u',
        'è' => 'e',
        'ò' => 'o',
        sign => sign,
    }).collect()
}

/// A time as it is stored: `18:34` and `8.05` become `18.34` and `08.05`; words stay. `None`: digits that are no time.
pub(crate) fn time(text: &str) -> Option<String> {
    let text = text.trim();
    let Some((hour, minute)) = text.split_once(['.', ':']) else {
        return (!text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.to_owned());
    };
    if ![hour, minute].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())) {
        return Some(text.to_owned());
    }
    let (hours, minutes) = (number(hour)?, number(minute)?);
    (hours < 24 && minutes < 60 && minute.len() == 2).then(|| format!("{hours:02}.{minutes:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_by_number_and_by_name() {
        for (typed, month) in [("3", 3), ("03", 3), ("mrt", 3), ("maart", 3), ("Mar", 3), ("okt.", 10), ("October", 10), ("òktober", 10), ("oktober", 10),
            ("yuni", 6), ("desember", 12), ("ougustus", 8), ("MEI", 5), ("May", 5), ("yan", 1)] {
            assert_eq!(month_number(typed), Some(month), "{typed}");
        }
        for typed in ["", "ma", "j", "maand", "mrtt", "juliana"] {
            assert_eq!(month_number(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_partial_date_spans_what_it_leaves_open() {
        let span = |text: &str| { let date = Partial::parse(text).unwrap(); (date.first().unwrap().to_string(), date.last().unwrap().to_string()) };
        assert_eq!(span("2016"), ("2016-01-01".into(), "2016-12-31".into()));
        assert_eq!(span("2016-02"), ("2016-02-01".into(), "2016-02-29".into()));
        assert_eq!(span("2016-10-12"), ("2016-10-12".into(), "2016-10-12".into()));
        for wrong in ["2016-13", "2015-02-29", "16-10-12", "2016-1-2", "0016", "2016-10-12T00:00", "+016", "", "2016-"] {
            assert_eq!(Partial::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn times_are_hours_or_words() {
        for (typed, stored) in [("18.34", "18.34"), ("8:05", "08.05"), ("night", "night"), ("between 9.00 and noon", "between 9.00 and noon")] {
            assert_eq!(time(typed).as_deref(), Some(stored), "{typed}");
        }
        for typed in ["24.00", "12.60", "1834", "12.5", "99:99"] {
            assert_eq!(time(typed), None, "{typed}");
        }
    }
}
