//! A day told by its place in the month alone: `woensdag de 12e`, `on Wednesday the 12th`, `op de twaalfde`, `riba dia 12`.
//!
//! Much else is counted so: `de 12e eeuw`, `the 12th floor`. It is a day with a day of the week before it, or behind a word as `op` and `until` where the
//! sentence ends or goes on with something that can't be counted. The tables are put together by hand.

use super::{FROM, Read, Reader, THE};
use crate::names::spoken::{is_weekday, spoken};
use crate::texts::Language;

/// One is on a day, or until it.
const ON_OR_UNTIL: [&str; 11] = ["on", "op", "riba", "until", "till", "til", "by", "since", "tot", "vanaf", "sinds"];

/// Words behind a day with which a sentence goes on: they are nothing one counts.
const GOES_ON: [&str; 83] = [
    "ik", "jij", "je", "hij", "zij", "ze", "wij", "we", "er", "het", "een", "de", "haar", "was", "is", "had", "heeft", "werd", "zou", "kwam", "ging", "belde", "zag", "stond", "vond", "sprak", "waren", "hadden", "in", "om", "aan", "bij",
    "met", "naar", "uit", "voor", "door", "rond", "omstreeks", "en", "of", "maar", "toen", "nog", "ook", "weer", "niet", "al", "he", "she", "they", "it", "i", "the", "a", "his", "her", "were", "has", "came", "went", "called", "at", "with",
    "to", "about", "around", "before", "after", "and", "or", "but", "when", "then", "there", "again", "also", "not", "e", "el", "nan", "tabata", "ku",
];

/// What is counted on a day of the week as well: `op woensdag de 2e melding`.
const COUNTED: [&str; 38] = [
    "melding", "keer", "maal", "fase", "week", "zitting", "gesprek", "eeuw", "verdieping", "etage", "aangifte", "bezoek", "huisbezoek", "poging", "brief", "overleg", "contact", "deel", "time", "times", "floor", "call", "visit", "century",
    "phase", "hearing", "report", "year", "grade", "session", "meeting", "attempt", "letter", "part", "anniversary", "biaha", "yamada", "reunion",
];

/// Up to here a number as a word counts more often than it tells a day: `op maandag de eerste agent`.
const OFTEN_COUNTS: u32 = 3;

impl Reader {
    /// A day of which only its place in the month is told.
    pub(super) fn alone(&self, at: usize) -> Option<Read> {
        let (next, ordinal, range) = self.some_days(at)?;
        let day = self.at(at)?;
        let (article, near) = (self.word_before(at), self.before(at) == " ");
        let dia = near && article == "dia" && day.digits;
        if self.is_part(at) || !(ordinal || dia) {
            return None;
        }
        let with_article = dia || near && THE.contains(&article);
        let first = if with_article { at.checked_sub(1)? } else { at };
        let lead = self.word_before(first);
        let weekday = is_weekday(lead);
        let behind = self.before(first) == " " && (ON_OR_UNTIL.contains(&lead) || range && FROM.contains(&lead));
        let often_counts = !day.digits && spoken(&self.all, at).is_some_and(|(said, _)| said.number <= OFTEN_COUNTS);
        let told = if weekday {
            self.sentence_goes_on(next) || !dia && !often_counts && self.before(next) == " " && !COUNTED.contains(&self.word(next))
        } else {
            with_article && behind && !often_counts && self.sentence_goes_on(next)
        };
        told.then(|| Read { ordinal, range, alone: true, told_in: self.language_of_ordinal(at, article), ..Read::of(at, next) })
    }

    /// Whether the sentence ends behind a day, or goes on with a word that is nothing one counts.
    fn sentence_goes_on(&self, next: usize) -> bool {
        let Some(piece) = self.at(next) else { return true };
        match piece.before.as_str() {
            " " => GOES_ON.contains(&self.word(next)),
            // In a row, `de 1e, 2e verdieping`, what is counted stands at its end.
            ", " => self.day(next).is_none(),
            between => between.len() > 1 || !matches!(between, "" | "-" | "/" | "&" | "%" | "+" | "." | ":" | "'"),
        }
    }

    /// The language of an article, or of what makes a figure an ordinal.
    fn language_of_ordinal(&self, at: usize, article: &str) -> Option<Language> {
        match (article, self.word(at + 1)) {
            ("dia", _) => Some(Language::Pap),
            ("the", _) => Some(Language::En),
            ("de", _) => Some(Language::Nl),
            (_, "st" | "nd" | "rd" | "th") => Some(Language::En),
            (_, "e" | "de" | "ste") => Some(Language::Nl),
            _ => None,
        }
    }
}
