//! Days of the calendar in a text, as people write them: in figures and words, in Dutch, English and Papiamentu, day first and month first, with
//! a day of the week, as a range, with a year or without. Each is found with what stands before it (`on the`, `vanaf vrijdag`), so that what may
//! stand instead, the month and year at most, leaves a sentence that reads.

use std::ops::Range;

use super::pieces::{Piece, pieces};
use super::spoken::{Month, is_short_weekday, is_weekday, month, spoken};
use crate::texts::{Language, Words, capital};

/// What stands in a text, and what could stand instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// Where it stands.
    pub range: Range<usize>,
    /// What could stand instead.
    pub by: String,
}

/// What follows the figure of a day: `12th`, `12e`.
const ENDS: [&str; 7] = ["st", "nd", "rd", "th", "e", "de", "ste"];
/// Between two days of a range or a row.
const BETWEEN: [&str; 12] = ["to", "tot", "and", "en", "or", "of", "until", "till", "through", "pa", "te", "i"];
/// Between day, month and year: `the twelfth of October`, `12 di òktober di 2016`.
const OF: [&str; 3] = ["of", "di", "van"];
/// One is on a day, and in a month.
const ON: [&str; 4] = ["on", "op", "riba", "dia"];
/// Before the first day of a range.
const FROM: [&str; 6] = ["from", "between", "van", "tussen", "entre", "di"];
/// Before a day written with its place in the row.
const THE: [&str; 2] = ["the", "de"];
/// Behind these a number counts something else: `in March 3 people came`.
const WITHIN: [&str; 4] = ["in", "during", "since", "every"];
/// Short days of the week that are other words as well: they count with a point only.
const ALSO_WORDS: [&str; 8] = ["ma", "di", "do", "za", "zo", "wed", "sat", "sun"];
/// What numbers with points are of, that are no days.
const NUMBERED: [&str; 22] = [
    "art", "artikel", "artikelen", "article", "articles", "lid", "section", "sectie", "sections", "hoofdstuk", "chapter", "paragraaf", "paragraph", "par", "versie", "version", "release", "nr", "no", "nummer",
    "number", "v",
];
/// Told with `op` or `on` these are shares and hours, and no days.
const SHARES: [(u32, u32); 6] = [(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (24, 7)];

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
    /// Whether `di` stands in it, as in Papiamentu.
    papiamentu: bool,
}

/// The days of a text, with the month and year that may stand instead. Where only a year may stand a month beside it may not either.
pub fn days(text: &str, words: &Words, year_only: bool) -> Vec<Instead> {
    let reader = Reader { all: pieces(text) };
    let (mut found, mut at, mut floor) = (vec![], 0, 0);
    while at < reader.all.len() {
        let read = reader.day_first(at).or_else(|| reader.month_first(at)).or_else(|| reader.in_figures(at)).or_else(|| if year_only { reader.month_and_year(at) } else { None });
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

    /// A day of a month: where it ends, whether its place in the row is told.
    fn day(&self, at: usize) -> Option<(usize, bool)> {
        let piece = self.at(at)?;
        let Some(number) = piece.number() else {
            let (said, next) = spoken(&self.all, at)?;
            let told = said.ordinal || match said.language {
                Language::Nl => true,
                // `the twelve October meetings` counts meetings.
                Language::En => self.word_before(at) == "on",
                // `dies` is ten, and another word in English.
                Language::Pap => ["di", "pa", "i"].contains(&self.word(next)),
            };
            return (told && (1..=31).contains(&said.number)).then_some((next, said.ordinal));
        };
        if piece.text.len() > 2 || !(1..=31).contains(&number) {
            return None;
        }
        match self.at(at + 1).filter(|next| next.before.is_empty()) {
            Some(end) if ENDS.contains(&end.text.as_str()) => Some((at + 2, true)),
            Some(other) if month(other).is_none() => None,
            _ => Some((at + 1, false)),
        }
    }

    /// One day or several: where they end, whether their place in the row is told, whether they are several.
    fn some_days(&self, at: usize) -> Option<(usize, bool, bool)> {
        let (mut next, mut ordinal) = self.day(at)?;
        let mut several = false;
        // A row ends with a word: `12, 13 and 14`. Else what stands before the comma is something else.
        let mut settled = (next, ordinal, several);
        loop {
            let joined = match self.before(next) {
                "-" | " - " | "/" | " & " => self.day(next).map(|day| (day, false)),
                ", " => self.day(next).map(|day| (day, true)),
                " " if BETWEEN.contains(&self.word(next)) && self.before(next + 1) == " " => {
                    let from = if THE.contains(&self.word(next + 1)) { next + 2 } else { next + 1 };
                    self.day(from).map(|day| (day, false))
                }
                // `12 t/m 14`
                " " if self.word(next) == "t" && self.word(next + 1) == "m" => self.day(next + 2).map(|day| (day, false)),
                _ => None,
            };
            let Some(((end, told), comma)) = joined else { break };
            (next, ordinal, several) = (end, ordinal || told, true);
            if !comma {
                settled = (next, ordinal, several);
            }
        }
        Some(settled)
    }

    /// A year behind a day or month. One of two figures stands with an apostrophe, or is written with the sign the day is.
    fn year(&self, at: usize, sign: &str) -> Option<(usize, String)> {
        let of = OF.contains(&self.word(at)) && self.before(at) == " " && self.before(at + 1) == " ";
        let at = if of { at + 1 } else { at };
        let (piece, before) = (self.at(at).filter(|piece| piece.digits)?, self.before(at));
        let number = piece.number()?;
        // Behind a point a sentence begins, unless it is that of a short month.
        let here = matches!(before, " " | ", " | "," | " - ") || before == sign && sign != ". " || before == ". " && self.at(at.saturating_sub(1)).is_some_and(month_ends);
        if piece.text.len() == 4 && (1880..2200).contains(&number) && here {
            return Some((at + 1, piece.text.clone()));
        }
        let two = matches!(before, " '" | ", '" | "'") || before == sign && matches!(sign, "-" | "/" | ".");
        (piece.text.len() == 2 && two).then(|| (at + 1, of_two(number)))
    }

    /// `12 October 2016`, `12–14 okt.`, `the twelfth of October`, `12 di òktober`.
    fn day_first(&self, at: usize) -> Option<Read> {
        let (days_end, ordinal, range) = self.some_days(at)?;
        if self.is_part(at) {
            return None;
        }
        let (mut on, mut of) = (days_end, false);
        if matches!(self.word(on), "day" | "dag") && OF.contains(&self.word(on + 1)) {
            on += 1;
        }
        if OF.contains(&self.word(on)) && self.before(on) == " " && self.before(on + 1) == " " {
            (on, of) = (on + 1, true);
        }
        let (written, sign) = (self.at(on)?, self.before(on).to_owned());
        let found = month(written)?;
        let year = self.year(on + 1, &sign);
        let apart = match sign.as_str() {
            " " | "-" | "/" | "." | " - " => true,
            "" => !range,
            // A sentence may end with a number, and the next begin with a month.
            ". " => year.is_some() || !written.capital && !found.other_word,
            _ => false,
        };
        let told = of || year.is_some() || written.capital || !found.other_word || ON.contains(&self.before_the(at));
        if !apart || !told {
            return None;
        }
        let papiamentu = of && self.word(on - 1) == "di";
        let (next, year) = year.map_or((on + 1, None), |(next, year)| (next, Some(year)));
        Some(Read { first: at, next, month: Some(found), year, range, ordinal, month_only: false, papiamentu })
    }

    /// The word before a day, and before the article of it.
    fn before_the(&self, at: usize) -> &str {
        let word = self.word_before(at);
        if THE.contains(&word) { at.checked_sub(1).map_or("", |the| self.word_before(the)) } else { word }
    }

    /// `October 12th, 2016`, `On Oct. 12`.
    fn month_first(&self, at: usize) -> Option<Read> {
        let written = self.at(at)?;
        let found = month(written)?;
        if !matches!(self.before(at + 1), " " | ". " | "-") || self.before(at + 1) == ". " && !found.short {
            return None;
        }
        let from = if self.word(at + 1) == "the" { at + 2 } else { at + 1 };
        let (days_end, ordinal, range) = self.some_days(from)?;
        let year = self.year(days_end, self.before(at + 1));
        // More figures than a day has: `May 12.5`, `March 3%`.
        let goes_on = year.is_none() && (self.at(days_end).is_some_and(|next| next.digits && matches!(next.before.as_str(), "." | ":" | "," | "/")) || self.before(days_end).starts_with('%'));
        let word = self.word_before(at);
        let on = ON.contains(&word) || is_weekday(word);
        let english = found.languages.contains(&Language::En) && written.capital && written.text != "jan" && self.before(at + 1) != "-" && !WITHIN.contains(&word);
        // `In October first responders came` tells of no day.
        let ordinal_told = ordinal && self.at(from).is_some_and(|day| day.digits) && (written.capital || !found.other_word);
        if goes_on || !(ordinal_told || year.is_some() || on || english) {
            return None;
        }
        let (next, year) = year.map_or((days_end, None), |(next, year)| (next, Some(year)));
        Some(Read { first: at, next, month: Some(found), year, range, ordinal: false, month_only: false, papiamentu: false })
    }

    /// Numbers that hang together by one sign, from a place on: their pieces' values as written.
    fn run(&self, at: usize) -> (Vec<&str>, String) {
        let sign = self.before(at + 1).trim().to_owned();
        let mut parts: Vec<&str> = self.at(at).map(|piece| piece.text.as_str()).into_iter().collect();
        if !matches!(self.before(at + 1), "-" | "/" | "." | " - " | " / " | ". " | " ") {
            return (parts, sign);
        }
        // A year of two figures may have its apostrophe: `12-10-'16`.
        let hangs = |next: &Piece, parts: usize| next.before.trim() == sign || parts == 2 && !sign.is_empty() && next.text.len() == 2 && next.before.strip_suffix('\'') == Some(&sign);
        while let Some(next) = self.at(at + parts.len()).filter(|next| next.digits && !next.before.is_empty() && hangs(next, parts.len())) {
            parts.push(&next.text);
        }
        (parts, sign)
    }

    /// `12-10-2016`, `2016-10-12`, `12/10/16`, and `on 12/10`.
    fn in_figures(&self, at: usize) -> Option<Read> {
        if !self.at(at)?.digits || self.is_part(at) {
            return None;
        }
        let (parts, sign) = self.run(at);
        let on = ON.contains(&self.word_before(at)) || is_weekday(self.word_before(at));
        let numbers: Vec<u32> = parts.iter().map_while(|part| part.parse().ok()).collect();
        let short = |from: usize, to: usize| parts.get(from..to).is_some_and(|some| some.iter().all(|part| part.len() <= 2));
        let day_and_month = |one: u32, other: u32| (1..=31).contains(&one) && (1..=12).contains(&other) || (1..=12).contains(&one) && (1..=31).contains(&other);
        let with_letters = self.at(at + parts.len()).is_some_and(|next| next.before.is_empty());
        let whole = |first: usize| self.before(at + first + 1).trim() == self.before(at + first + 1);
        let year = match (parts.as_slice(), numbers.as_slice()) {
            ([year, _, _], [number, one, other]) if year.len() == 4 && (1880..2200).contains(number) && short(1, 3) && day_and_month(*one, *other) && (!sign.is_empty() || on) => Some((*year).to_owned()),
            ([_, _, year], [one, other, number]) if year.len() == 4 && (1880..2200).contains(number) && short(0, 2) && day_and_month(*one, *other) && (!sign.is_empty() || on) => Some((*year).to_owned()),
            ([first, second, year], [one, other, number]) if year.len() == 2 && short(0, 2) && day_and_month(*one, *other) && !with_letters && !sign.is_empty() && whole(0) && whole(1) => {
                // With points it may be a version, or an article of a law.
                let plain = sign != "." || on || first.len() == 2 && second.len() == 2 && !NUMBERED.contains(&self.kind_of_number(at));
                plain.then(|| of_two(*number))
            }
            ([_, _], [one, other]) if on && matches!(sign.as_str(), "-" | "/") && whole(0) && short(0, 2) && day_and_month(*one, *other) && !SHARES.contains(&(*one, *other)) && !with_letters => None,
            _ => return None,
        };
        if parts.len() == 3 && year.is_none() {
            return None;
        }
        Some(Read { first: at, next: at + parts.len(), month: None, year, range: false, ordinal: false, month_only: false, papiamentu: false })
    }

    /// What a number is of: `art.` before `12.10.16`.
    fn kind_of_number(&self, at: usize) -> &str {
        match at.checked_sub(1) {
            Some(before) if matches!(self.before(at), " " | ". ") => self.word(before),
            _ => "",
        }
    }

    /// `Nov 2026`, `òktober di 2016`, `11/2026`: where only a year may stand.
    fn month_and_year(&self, at: usize) -> Option<Read> {
        let piece = self.at(at)?;
        let read = |month: Option<Month>, next: usize, year: String, papiamentu: bool| Read { first: at, next, month, year: Some(year), range: false, ordinal: false, month_only: true, papiamentu };
        if let Some(found) = month(piece) {
            let (next, year) = self.year(at + 1, "-")?;
            return Some(read(Some(found), next, year, self.word(at + 1) == "di"));
        }
        if !piece.digits || self.is_part(at) {
            return None;
        }
        let (parts, sign) = self.run(at);
        let [one, other] = parts.as_slice() else { return None };
        let year = [one, other].into_iter().find(|part| part.len() == 4).filter(|part| part.parse::<u32>().is_ok_and(|year| (1880..2200).contains(&year)))?;
        let is_month = [one, other].into_iter().any(|part| part.len() <= 2 && part.parse::<u32>().is_ok_and(|month| (1..=12).contains(&month)));
        (is_month && !sign.is_empty()).then(|| read(None, at + 2, (*year).to_owned(), false))
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
        let on = preposition.filter(|word| ON.contains(word) || read.range && FROM.contains(word));
        if on.is_some() {
            first -= 1;
        }
        let told_in = language_of(read, on, words.language);
        let spoken = Words { language: told_in };
        let month = read.month.filter(|_| !year_only).map(|month| spoken.t(&format!("month-{}", month.number)));
        let when = match (month, &read.year) {
            (Some(month), Some(year)) => format!("{month} {year}"),
            (Some(month), None) => month,
            (None, Some(year)) => year.clone(),
            (None, None) => spoken.t("date-that-year"),
        };
        let when = if on.is_some() { format!("{} {when}", spoken.t("date-in")) } else { when };
        let (start, mut end) = (self.at(first)?.range.start, self.at(read.next.checked_sub(1)?)?.range.end);
        // The point of a short month belongs to it, where the sentence goes on.
        let short = read.year.is_none() && read.month.is_some_and(|month| month.short) && self.at(read.next - 1).is_some_and(|last| month_ends(last));
        if short && text.get(end..).is_some_and(|rest| rest.strip_prefix(". ").is_some_and(|rest| rest.starts_with(char::is_lowercase))) {
            end += 1;
        }
        let begins = on.is_some() && self.at(first).is_some_and(|piece| piece.capital);
        Some(Instead { range: start..end, by: if begins { capital(&when) } else { when } })
    }

    /// Whether the piece before belongs to a day: the day of the week, the article.
    fn goes_along(&self, first: usize, read: &Read) -> bool {
        let Some(before) = first.checked_sub(1) else { return false };
        let (word, between) = (self.word(before), self.before(first));
        let weekday = is_weekday(word) && matches!(between, " " | ", " | " - ") || is_short_weekday(word) && first == read.first && (matches!(between, ". " | ", ") || between == " " && !ALSO_WORDS.contains(&word));
        // `de twaalfde oktober`, `friday the 12th`; what only an ordinal has goes with it.
        weekday || THE.contains(&word) && between == " " && (read.ordinal || is_weekday(self.word(first)))
    }
}

/// Whether a piece is a short month, the last of what was read.
fn month_ends(last: &Piece) -> bool {
    month(last).is_some_and(|month| month.short)
}

/// The year of two figures: nobody's case is older than eighty years.
fn of_two(number: u32) -> String {
    if number < 80 { format!("20{number:02}") } else { format!("19{number:02}") }
}

const EVERY: &[Language] = &Language::ALL;

/// The language a day is written in: as its month is; where that is written alike, as the word before it is, else as the report is.
fn language_of(read: &Read, on: Option<&str>, report: Language) -> Language {
    let preposition = on.and_then(|word| match word {
        "on" | "from" | "between" => Some(Language::En),
        "op" | "van" | "tussen" => Some(Language::Nl),
        "riba" | "dia" | "entre" | "di" => Some(Language::Pap),
        _ => None,
    });
    let possible = read.month.map_or(EVERY, |month| month.languages);
    let likely = if read.papiamentu { Some(Language::Pap) } else { preposition };
    likely.into_iter().chain([report]).find(|language| possible.contains(language)).or_else(|| possible.first().copied()).unwrap_or(report)
}

#[cfg(test)]
mod tests;
