//! Numbers, months and days of the week as they are written in Dutch, English and Papiamentu: in full, short, and as words. All without accents,
//! as a text is compared. Put together by hand; Papiamentu in the spelling of Curaçao and Bonaire, as in the language files.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::pieces::Piece;
use crate::texts::Language;
use crate::texts::Language::{En, Nl, Pap};

/// A number written as a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spoken {
    pub number: u32,
    /// Whether it counts the place in a row: `twelfth`.
    pub ordinal: bool,
    pub language: Language,
}

const NL: [&str; 20] = [
    "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien", "twintig",
];
const NL_TENS: [&str; 8] = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"];
const EN: [&str; 19] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
];
const EN_ORDINAL: [&str; 19] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth",
];
const EN_TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const PAP: [&str; 20] = [
    "un", "dos", "tres", "kuater", "sinku", "seis", "shete", "ocho", "nuebe", "dies", "diesun", "diesdos", "diestres", "dieskuater", "diessinku", "diesseis", "diesshete", "diesocho", "diesnuebe",
    "binti",
];
const PAP_TENS: [&str; 8] = ["binti", "trinta", "kuarenta", "sinkuenta", "sesenta", "setenta", "ochenta", "nobenta"];

static SPOKEN: LazyLock<BTreeMap<String, Spoken>> = LazyLock::new(|| {
    let mut all = BTreeMap::new();
    let mut add = |word: String, number: usize, ordinal: bool, language: Language| {
        all.entry(word).or_insert(Spoken { number: u32::try_from(number).unwrap_or_default(), ordinal, language });
    };
    for (at, word) in NL.iter().enumerate() {
        let number = at + 1;
        add((*word).to_owned(), number, false, Nl);
        let ordinal = match number {
            1 => "eerste".to_owned(),
            3 => "derde".to_owned(),
            8 => "achtste".to_owned(),
            20 => "twintigste".to_owned(),
            _ => format!("{word}de"),
        };
        add(ordinal, number, true, Nl);
    }
    for (at, word) in EN.iter().enumerate() {
        add((*word).to_owned(), at + 1, false, En);
    }
    for (at, word) in EN_ORDINAL.iter().enumerate() {
        add((*word).to_owned(), at + 1, true, En);
    }
    for (at, word) in PAP.iter().enumerate() {
        add((*word).to_owned(), at + 1, false, Pap);
    }
    add("prome".to_owned(), 1, true, Pap);
    for (ten, ((dutch, english), papiamentu)) in NL_TENS.iter().zip(EN_TENS).zip(PAP_TENS).enumerate() {
        let tens = (ten + 2) * 10;
        add((*dutch).to_owned(), tens, false, Nl);
        add(format!("{dutch}ste"), tens, true, Nl);
        add(english.to_owned(), tens, false, En);
        add(format!("{}ieth", english.trim_end_matches('y')), tens, true, En);
        add(papiamentu.to_owned(), tens, false, Pap);
        for (at, unit) in NL.iter().take(9).enumerate() {
            add(format!("{unit}en{dutch}"), tens + at + 1, false, Nl);
            add(format!("{unit}en{dutch}ste"), tens + at + 1, true, Nl);
        }
        // `trinta` and one are `trintiun`.
        let stem = papiamentu.strip_suffix('a').map_or_else(|| papiamentu.to_owned(), |stem| format!("{stem}i"));
        for (at, unit) in PAP.iter().take(9).enumerate() {
            add(format!("{stem}{unit}"), tens + at + 1, false, Pap);
        }
    }
    all
});

/// The number words say from a place on, and where they end: `twenty-first` is two pieces.
pub(super) fn spoken(all: &[Piece], at: usize) -> Option<(Spoken, usize)> {
    let piece = all.get(at).filter(|piece| !piece.digits)?;
    let said = *SPOKEN.get(&piece.text)?;
    // `een` and `un` are articles, unless they are written as a number: `één`.
    if matches!(piece.text.as_str(), "een" | "un") && piece.plain {
        return None;
    }
    if EN_TENS.contains(&piece.text.as_str())
        && let Some(unit) = all.get(at + 1).filter(|next| matches!(next.before.as_str(), " " | "-")).and_then(|next| SPOKEN.get(&next.text))
        && unit.number < 10 && unit.language == En
    {
        return Some((Spoken { number: said.number + unit.number, ..*unit }, at + 2));
    }
    Some((said, at + 1))
}

/// A month as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Month {
    pub number: u32,
    /// The languages it is written so in.
    pub languages: &'static [Language],
    /// Whether it is short, so that a point behind it ends no sentence.
    pub short: bool,
    /// Whether it is another word as well: `may`, `march`.
    pub other_word: bool,
}

type Written = (&'static str, u32, &'static [Language]);

const IN_FULL: [Written; 27] = [
    ("januari", 1, &[Nl]), ("january", 1, &[En]), ("yanuari", 1, &[Pap]), ("februari", 2, &[Nl, Pap]), ("february", 2, &[En]), ("maart", 3, &[Nl]), ("march", 3, &[En]), ("mart", 3, &[Pap]),
    ("april", 4, &[Nl, En]), ("aprel", 4, &[Pap]), ("mei", 5, &[Nl, Pap]), ("may", 5, &[En]), ("juni", 6, &[Nl]), ("june", 6, &[En]), ("yuni", 6, &[Pap]), ("juli", 7, &[Nl]), ("july", 7, &[En]),
    ("yuli", 7, &[Pap]), ("augustus", 8, &[Nl]), ("august", 8, &[En]), ("ougustus", 8, &[Pap]), ("september", 9, &[Nl, En, Pap]), ("oktober", 10, &[Nl, Pap]), ("october", 10, &[En]),
    ("november", 11, &[Nl, En, Pap]), ("december", 12, &[Nl, En]), ("desember", 12, &[Pap]),
];
const SHORT: [Written; 20] = [
    ("jan", 1, &[Nl, En]), ("yan", 1, &[Pap]), ("feb", 2, &[Nl, En, Pap]), ("febr", 2, &[Nl]), ("mrt", 3, &[Nl]), ("mar", 3, &[En, Pap]), ("apr", 4, &[Nl, En, Pap]), ("jun", 6, &[Nl, En]),
    ("yun", 6, &[Pap]), ("jul", 7, &[Nl, En]), ("yul", 7, &[Pap]), ("aug", 8, &[Nl, En]), ("oug", 8, &[Pap]), ("sep", 9, &[Nl, En, Pap]), ("sept", 9, &[Nl, En]), ("okt", 10, &[Nl, Pap]),
    ("oct", 10, &[En]), ("nov", 11, &[Nl, En, Pap]), ("dec", 12, &[Nl, En]), ("des", 12, &[Pap]),
];
const OTHER_WORDS: [&str; 5] = ["may", "march", "mar", "mart", "des"];

/// The month a word is the name of.
pub(super) fn month(piece: &Piece) -> Option<Month> {
    let of = |table: &[Written], short: bool| {
        let (word, number, languages) = table.iter().find(|(word, _, _)| *word == piece.text)?;
        // Only Papiamentu sets an accent on it: `òktober`.
        let languages: &'static [Language] = if !piece.plain && languages.contains(&Pap) { &[Pap] } else { *languages };
        Some(Month { number: *number, languages, short, other_word: OTHER_WORDS.contains(word) })
    };
    if piece.digits { None } else { of(&IN_FULL, false).or_else(|| of(&SHORT, true)) }
}

/// Every language: what is written alike in all.
pub(super) const EVERY: &[Language] = &Language::ALL;

/// Months in Roman figures: `12.X.2016`.
const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];

/// The month a word is the Roman figure of.
pub(super) fn roman_month(piece: &Piece) -> Option<Month> {
    let number = ROMAN.iter().zip(1..).find(|(roman, _)| **roman == piece.text)?.1;
    Some(Month { number, languages: EVERY, short: false, other_word: false })
}

const WEEKDAYS: [&str; 21] = [
    "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "djaluna", "djamars", "djarason",
    "djaweps", "djabierne", "djasabra", "djadumingu",
];
const SHORT_WEEKDAYS: [&str; 17] = ["ma", "di", "wo", "do", "vr", "za", "zo", "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"];

/// Whether a word is a day of the week in full.
pub(super) fn is_weekday(word: &str) -> bool {
    WEEKDAYS.contains(&word)
}

/// Whether a word is a short day of the week; some of them are other words as well.
pub(super) fn is_short_weekday(word: &str) -> bool {
    SHORT_WEEKDAYS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::super::pieces::pieces;
    use super::*;

    #[test]
    fn numbers_are_read_as_words() {
        for (text, number, ordinal) in [
            ("twaalf", 12, false), ("twaalfde", 12, true), ("één", 1, false), ("eenendertigste", 31, true), ("tweeëntwintig", 22, false), ("twelfth", 12, true), ("twenty-first", 21, true),
            ("thirty first", 31, true), ("thirtieth", 30, true), ("twentieth", 20, true), ("diesdos", 12, false), ("bintiun", 21, false), ("trintiun", 31, false), ("promé", 1, true), ("forty", 40, false),
        ] {
            let found = spoken(&pieces(text), 0).map(|(said, _)| (said.number, said.ordinal));
            assert_eq!(found, Some((number, ordinal)), "{text}");
        }
        assert!(["een", "un", "eend", "12", "often"].iter().all(|text| spoken(&pieces(text), 0).is_none()));
    }
}
