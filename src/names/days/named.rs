//! Days with the name of their month, and how a day and a year are written: `12 October 2016`, `October 12th`, `12–14 okt. '16`.

use super::{ON, Read, Reader, THE, of_two};
use crate::names::pieces::Piece;
use crate::names::spoken::{is_weekday, month, spoken};
use crate::texts::Language;

/// What follows the figure of a day: `12th`, `12e`.
const ENDS: [&str; 7] = ["st", "nd", "rd", "th", "e", "de", "ste"];
/// Between two days of a range or a row.
const BETWEEN: [&str; 12] = ["to", "tot", "and", "en", "or", "of", "until", "till", "through", "pa", "te", "i"];
/// Between day, month and year: `the twelfth of October`, `12 di òktober di 2016`.
const OF: [&str; 3] = ["of", "di", "van"];
/// Behind these a number counts something else: `in March 3 people came`.
const WITHIN: [&str; 4] = ["in", "during", "since", "every"];

impl Reader {
    /// A day of a month: where it ends, whether its place in the row is told.
    pub(super) fn day(&self, at: usize) -> Option<(usize, bool)> {
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
    pub(super) fn some_days(&self, at: usize) -> Option<(usize, bool, bool)> {
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
                // A night: `van 11 op 12 oktober`, `van woensdag 11 op donderdag 12 oktober`.
                " " if self.word(next) == "op" && self.before(next + 1) == " " && self.goes_from(at) => {
                    let on = if is_weekday(self.word(next + 1)) { next + 2 } else { next + 1 };
                    let from = if THE.contains(&self.word(on)) { on + 1 } else { on };
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

    /// Whether `van` stands before a day, with the day of the week and the article it may have.
    fn goes_from(&self, at: usize) -> bool {
        let mut first = at;
        while let Some(before) = first.checked_sub(1).filter(|_| { let word = self.word_before(first); THE.contains(&word) || is_weekday(word) }) {
            first = before;
        }
        self.word_before(first) == "van"
    }

    /// A year behind a day or month. One of two figures stands with an apostrophe, or is written with the sign the day is.
    pub(super) fn year(&self, at: usize, sign: &str) -> Option<(usize, String)> {
        let of = OF.contains(&self.word(at)) && self.before(at) == " " && self.before(at + 1) == " ";
        let at = if of { at + 1 } else { at };
        let (piece, before) = (self.at(at).filter(|piece| piece.digits)?, self.before(at));
        let number = piece.number()?;
        // Behind a point a sentence begins, unless it is that of a short month.
        let here = matches!(before, " " | ", " | "," | " - ") || before == sign && sign != ". " || before == ". " && self.at(at.saturating_sub(1)).is_some_and(month_ends);
        if piece.text.len() == 4 && (1880..2200).contains(&number) && here {
            return Some((at + 1, piece.text.clone()));
        }
        let apostrophe = before.strip_suffix('\'').is_some_and(|gap| matches!(gap, "" | " " | ", " | "-" | " - " | "/" | ".") || gap == ". " && self.at(at.saturating_sub(1)).is_some_and(month_ends));
        let two = apostrophe || before == sign && matches!(sign, "-" | "/" | ".");
        (piece.text.len() == 2 && two).then(|| (at + 1, of_two(number)))
    }

    /// `12 October 2016`, `12–14 okt.`, `the twelfth of October`, `12 di òktober`.
    pub(super) fn day_first(&self, at: usize) -> Option<Read> {
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
        let told_in = (of && self.word(on - 1) == "di").then_some(Language::Pap);
        let (next, year) = year.map_or((on + 1, None), |(next, year)| (next, Some(year)));
        Some(Read { month: Some(found), year, range, ordinal, told_in, ..Read::of(at, next) })
    }

    /// The word before a day, and before the article of it.
    fn before_the(&self, at: usize) -> &str {
        let word = self.word_before(at);
        if THE.contains(&word) { at.checked_sub(1).map_or("", |the| self.word_before(the)) } else { word }
    }

    /// `October 12th, 2016`, `On Oct. 12`.
    pub(super) fn month_first(&self, at: usize) -> Option<Read> {
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
        Some(Read { month: Some(found), year, range, ..Read::of(at, next) })
    }

    /// `Nov 2026`, `òktober di 2016`: where only a year may stand.
    pub(super) fn month_and_year(&self, at: usize) -> Option<Read> {
        let found = month(self.at(at)?)?;
        let (next, year) = self.year(at + 1, "-")?;
        let told_in = (self.word(at + 1) == "di").then_some(Language::Pap);
        Some(Read { month: Some(found), year: Some(year), month_only: true, told_in, ..Read::of(at, next) })
    }
}

/// Whether a piece is a short month, the last of what was read.
pub(super) fn month_ends(last: &Piece) -> bool {
    month(last).is_some_and(|month| month.short)
}
