//! Days of the calendar in a text, as people write them: in figures and words, in Dutch, English and Papiamentu, day first and month first, with
//! a day of the week, as a range, with a year or without. Each is found with what stands before it (`on the`, `vanaf vrijdag`), so that what may
//! stand instead, the month and year at most, leaves a sentence that reads.

use std::ops::Range;

use super::pieces::{Piece, pieces};
use super::spoken::{EVERY, Month, is_short_weekday, is_weekday};
use named::month_ends;
use crate::texts::{Language, Words, capital};

mod alone;
mod figures;
mod named;

/// What stands in a text, and what could stand instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// Where it stands.
    pub range: Range<usize>,
    /// What could stand instead.
    pub by: String,
}

/// One is on a day, and in a month.
const ON: [&str; 4] = ["on", "op", "riba", "dia"];
/// Papiamentu before its word for day, where that is the day itself: `desde dia 12`.
const BEFORE_DIA: [&str; 7] = ["desde", "te", "ku", "pa", "for", "di", "entre"];
/// Before the first day of a range.
const FROM: [&str; 6] = ["from", "between", "van", "tussen", "entre", "di"];
/// Before a day written with its place in the row.
const THE: [&str; 2] = ["the", "de"];
/// Short days of the week that are other words as well: they count with a point only.
const ALSO_WORDS: [&str; 8] = ["ma", "di", "do", "za", "zo", "wed", "sat", "sun"];

/// A day that was read.
struct Read {
    /// The first piece of it, without what stands before.
    first: usize,
    /// The piece behind it.
    next: usize,
    /// The month, where it may be told; none where figures do not say which of two it is.
    month: Option<Month>,
    year: Option<String>,
    /// Whether it is several days.
    range: bool,
    /// Whether its place in the row is told: `12th`.
    ordinal: bool,
    /// Whether it is only a month beside a year.
    month_only: bool,
    /// Whether only its place in the month is told: `woensdag de 12e`.
    alone: bool,
    /// The language it shows by itself: `di` stands in it, as in Papiamentu.
    told_in: Option<Language>,
}

impl Read {
    /// Of some pieces, nothing more told.
    fn of(first: usize, next: usize) -> Read {
        Read { first, next, month: None, year: None, range: false, ordinal: false, month_only: false, alone: false, told_in: None }
    }
}

/// The days of a text, with the month and year that may stand instead. Where only a year may stand a month beside it may not either.
pub fn days(text: &str, words: &Words, year_only: bool) -> Vec<Instead> {
    let reader = Reader { all: pieces(text) };
    let (mut found, mut at, mut floor) = (vec![], 0, 0);
    while at < reader.all.len() {
        let read = reader.day_first(at).or_else(|| reader.month_first(at)).or_else(|| reader.in_figures(at)).or_else(|| reader.in_roman_figures(at)).or_else(|| reader.alone(at));
        let read = read.or_else(|| if year_only { reader.month_and_year(at).or_else(|| reader.month_and_year_in_figures(at)) } else { None });
        let Some(read) = read else {
            at += 1;
            continue;
        };
        let next = read.next;
        found.extend(reader.instead(text, &read, floor, words, year_only));
        (at, floor) = (next, next);
    }
    found
}

struct Reader {
    all: Vec<Piece>,
}

impl Reader {
    fn at(&self, at: usize) -> Option<&Piece> {
        self.all.get(at)
    }

    fn before(&self, at: usize) -> &str {
        self.at(at).map_or("", |piece| piece.before.as_str())
    }

    fn word(&self, at: usize) -> &str {
        self.at(at).filter(|piece| !piece.digits).map_or("", |piece| piece.text.as_str())
    }

    /// The word before a place, where nothing but a space, or a comma, stands between.
    fn word_before(&self, at: usize) -> &str {
        match at.checked_sub(1) {
            Some(before) if matches!(self.before(at), " " | ", ") => self.word(before),
            _ => "",
        }
    }

    /// Whether a number is only a part of what is written there: `18.30`, `06-12`, `b12`.
    fn is_part(&self, at: usize) -> bool {
        at.checked_sub(1).and_then(|before| self.at(before)).is_some_and(|before| self.before(at).is_empty() || before.digits && matches!(self.before(at), "." | ":" | "/" | "-" | ","))
    }

    /// A day with what stands before it, and what may stand instead of all that.
    fn instead(&self, text: &str, read: &Read, floor: usize, words: &Words, year_only: bool) -> Option<Instead> {
        let mut first = read.first;
        if !read.month_only {
            while first > floor && self.goes_along(first, read) {
                first -= 1;
            }
        }
        let preposition = first.checked_sub(1).filter(|at| *at >= floor && !read.month_only && self.before(first) == " ").map(|at| self.word(at));
        // `dia 12` is on a day by itself, as `riba dia 12` is; behind another word, `desde dia 12`, it is the day.
        let dia = (first..read.first).any(|at| self.word(at) == "dia");
        // `the night of 11 to 12 October`: in Dutch `of` is another word.
        let of_range = |word: &&str| read.range && *word == "of" && read.month.is_some_and(|month| !month.languages.contains(&Language::Nl));
        let on = preposition.filter(|word| ON.contains(word) || read.range && FROM.contains(word) || of_range(word) || dia && *word == "na");
        let is_on = on.is_some() || dia && !preposition.is_some_and(|word| BEFORE_DIA.contains(&word));
        if on.is_some() {
            first -= 1;
        }
        let shows = read.told_in.or(dia.then_some(Language::Pap));
        let spoken = Words { language: language_of(read.month, shows, on, words.language) };
        let month = read.month.filter(|_| !year_only).map(|month| spoken.t(&format!("month-{}", month.number)));
        let when = match (month, &read.year) {
            (Some(month), Some(year)) => format!("{month} {year}"),
            (Some(month), None) => month,
            (None, Some(year)) => year.clone(),
            (None, None) if read.alone && !year_only => spoken.t("date-that-month"),
            (None, None) => spoken.t("date-that-year"),
        };
        let when = if is_on { format!("{} {when}", spoken.t("date-in")) } else { when };
        let (start, mut end) = (self.at(first)?.range.start, self.at(read.next.checked_sub(1)?)?.range.end);
        // The point of a short month belongs to it, where the sentence goes on.
        let short = read.year.is_none() && read.month.is_some_and(|month| month.short) && self.at(read.next - 1).is_some_and(|last| month_ends(last));
        if short && text.get(end..).is_some_and(|rest| rest.strip_prefix(". ").is_some_and(|rest| rest.starts_with(char::is_lowercase))) {
            end += 1;
        }
        let begins = is_on && self.at(first).is_some_and(|piece| piece.capital);
        Some(Instead { range: start..end, by: if begins { capital(&when) } else { when } })
    }

    /// Whether the piece before belongs to a day: the day of the week, the article.
    fn goes_along(&self, first: usize, read: &Read) -> bool {
        let Some(before) = first.checked_sub(1) else { return false };
        let (word, between) = (self.word(before), self.before(first));
        let weekday = is_weekday(word) && matches!(between, " " | ", " | " - ") || is_short_weekday(word) && first == read.first && (matches!(between, ". " | ", ") || between == " " && !ALSO_WORDS.contains(&word));
        let dia = word == "dia" && between == " " && first == read.first;
        // `de twaalfde oktober`, `friday the 12th`; what only an ordinal has goes with it.
        weekday || dia || THE.contains(&word) && between == " " && (read.ordinal || is_weekday(self.word(first)))
    }
}

/// The year of two figures: nobody's case is older than eighty years.
fn of_two(number: u32) -> String {
    if number < 80 { format!("20{number:02}") } else { format!("19{number:02}") }
}

/// The language a day is written in: as its month is; where that is written alike, the one it shows, or that of the word before it, else the report's.
fn language_of(month: Option<Month>, shows: Option<Language>, on: Option<&str>, report: Language) -> Language {
    let preposition = on.and_then(|word| match word {
        "on" | "from" | "between" => Some(Language::En),
        "op" | "van" | "tussen" => Some(Language::Nl),
        "riba" | "dia" | "entre" | "di" => Some(Language::Pap),
        _ => None,
    });
    let possible = month.map_or(EVERY, |month| month.languages);
    shows.or(preposition).into_iter().chain([report]).find(|language| possible.contains(language)).or_else(|| possible.first().copied()).unwrap_or(report)
}

#[cfg(test)]
mod tests;
