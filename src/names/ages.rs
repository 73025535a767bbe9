//! Ages in a text, where only bands of years may stand: `40-year-old`, `33 years old`, `aged 40`, `33-jarige`, `33 jaar`, `33 aña`. The tables
//! are put together by hand.

use super::days::Instead;
use super::pieces::{Piece, pieces};
use super::spoken::spoken;
use crate::texts::{Language, Words};

/// Behind these years are no age but a time: `al 10 jaar`, `na 2 jaar`.
const SPAN_BEFORE: [&str; 24] = [
    "na", "al", "voor", "binnen", "elke", "elk", "ieder", "iedere", "per", "sinds", "afgelopen", "laatste", "eerste", "komende", "ruim", "gedurende", "in", "duurde", "duurt", "den", "durante", "kada", "dentro", "over",
];
/// And before these: `2 jaar later`.
const SPAN_AFTER: [&str; 21] = [
    "geleden", "later", "lang", "cel", "celstraf", "gevangenis", "gevangenisstraf", "tbs", "samen", "getrouwd", "eerder", "daarvoor", "ervoor", "daarna", "erna", "ervaring", "pasa", "despues", "prome", "largu", "hunto",
];
/// Between the two ends of a band.
const TO: [&str; 5] = ["to", "tot", "en", "and", "i"];

/// How an age is told.
enum Told {
    /// `40-year-old`.
    Adjective,
    /// `33 years old`.
    Old,
    /// `aged 40`.
    Aged,
    /// `33-jarige`, and more than one.
    Jarige(&'static str),
    /// `33 jaar`.
    Jaar,
    /// `33 aña`.
    Anja,
}

/// The ages of a text, each with the band of years that could stand instead. A band that stands there is none.
pub fn ages(text: &str, band: u32) -> Vec<Instead> {
    let all = pieces(text);
    let (mut found, mut at) = (vec![], 0);
    while at < all.len() {
        let Some((age, first, next, told)) = read(&all, at) else {
            at += 1;
            continue;
        };
        let from = age / band.max(1) * band.max(1);
        if !is_band(&all, at, next, age, band)
            && let (Some(start), Some(end)) = (all.get(first), next.checked_sub(1).and_then(|last| all.get(last)))
        {
            let range = start.range.start..end.range.end;
            let before = all.get(at).and_then(|piece| text.get(range.start..piece.range.start)).unwrap_or_default();
            found.push(Instead { range, by: instead(&told, before, from, band) });
        }
        at = next;
    }
    found
}

/// The band in words. In Dutch its end is the first year that is in it no more, in English the last that is.
fn instead(told: &Told, before: &str, from: u32, band: u32) -> String {
    let (key, language, to) = match told {
        Told::Adjective => ("age-adjective", Language::En, from + band - 1),
        Told::Old => ("age-old", Language::En, from + band - 1),
        Told::Aged => ("age-from-to", Language::En, from + band - 1),
        Told::Jarige(_) => ("age-adjective", Language::Nl, from + band),
        Told::Jaar => ("age-old", Language::Nl, from + band),
        Told::Anja => ("age-old", Language::Pap, from + band - 1),
    };
    let words = Words { language }.with(key, &[("from", &from.to_string()), ("to", &to.to_string())]);
    match told {
        Told::Aged => format!("{before}{words}"),
        Told::Jarige(ending) => format!("{words}{ending}"),
        _ => words,
    }
}

fn word(all: &[Piece], at: usize) -> &str {
    all.get(at).filter(|piece| !piece.digits).map_or("", |piece| piece.text.as_str())
}

fn before(all: &[Piece], at: usize) -> &str {
    all.get(at).map_or("", |piece| piece.before.as_str())
}

/// An age from a place on: how old, its first piece, the one behind it, and how it is told.
fn read(all: &[Piece], at: usize) -> Option<(u32, usize, usize, Told)> {
    let piece = all.get(at)?;
    // `veertigjarige` is one word.
    for (end, ending) in [("jarigen", "n"), ("jarige", "")] {
        if let Some(stem) = piece.text.strip_suffix(end).filter(|stem| !stem.is_empty()) {
            let stem = Piece { text: stem.to_owned(), ..piece.clone() };
            let (said, _) = spoken(std::slice::from_ref(&stem), 0)?;
            return Some((said.number, at, at + 1, Told::Jarige(ending)));
        }
    }
    let (age, next) = match piece.number() {
        Some(age) => (age, at + 1),
        None => spoken(all, at).filter(|(said, _)| !said.ordinal).map(|(said, next)| (said.number, next))?,
    };
    let is_part = at.checked_sub(1).and_then(|last| all.get(last)).is_some_and(|last| piece.before.is_empty() || last.digits && matches!(piece.before.as_str(), "." | ":" | "/" | ","));
    if age > 120 || piece.text.len() > 3 && piece.digits || is_part {
        return None;
    }
    let joined = |at: usize| matches!(before(all, at), " " | "-");
    let counted = word(all, next);
    let old = matches!(word(all, next + 1), "old" | "olds") && joined(next + 1);
    match counted {
        "year" if joined(next) && old => return Some((age, at, next + 2, Told::Adjective)),
        "years" if joined(next) && old => return Some((age, at, next + 2, Told::Old)),
        "years" if word(all, next + 1) == "of" && word(all, next + 2) == "age" => return Some((age, at, next + 3, Told::Old)),
        // A baby of weeks or months is in the first band.
        "month" | "week" | "day" if joined(next) && old => return Some((0, at, next + 2, Told::Adjective)),
        "months" | "weeks" | "days" if joined(next) && old => return Some((0, at, next + 2, Told::Old)),
        "maanden" | "weken" | "dagen" | "maand" | "week" | "dag" if word(all, next + 1) == "oud" => return Some((0, at, next + 1, Told::Jaar)),
        "jarige" | "jarigen" if matches!(before(all, next), " " | "-" | "") => return Some((age, at, next + 1, Told::Jarige(if counted.ends_with('n') { "n" } else { "" }))),
        "jaar" | "ana" if before(all, next) == " " => {
            let span = at.checked_sub(1).is_some_and(|last| SPAN_BEFORE.contains(&word(all, last))) || SPAN_AFTER.contains(&word(all, next + 1));
            return (!span).then_some((age, at, next + 1, if counted == "jaar" { Told::Jaar } else { Told::Anja }));
        }
        _ => {}
    }
    let last = at.checked_sub(1)?;
    match word(all, last) {
        "aged" | "age" if before(all, at) == " " => Some((age, last, next, Told::Aged)),
        "of" if before(all, at) == " " && last.checked_sub(1).is_some_and(|age| word(all, age) == "age") => Some((age, last - 1, next, Told::Aged)),
        _ => None,
    }
}

/// Whether an age is an end of a band that stands there: `30 to 39 years old`, `tussen de 30 en 40 jaar`, `aged 30 to 39`.
fn is_band(all: &[Piece], at: usize, next: usize, age: u32, band: u32) -> bool {
    let is = |from: u32, to: u32| band > 0 && from % band == 0 && (to == from + band || to == from + band - 1);
    if TO.contains(&word(all, next)) && all.get(next + 1).and_then(Piece::number).is_some_and(|to| is(age, to)) {
        return true;
    }
    let begin = match at.checked_sub(2) {
        Some(begin) if TO.contains(&word(all, at - 1)) => begin,
        Some(_) if before(all, at) == "-" => at - 1,
        _ => return false,
    };
    all.get(begin).and_then(Piece::number).is_some_and(|from| is(from, age))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, String)> {
        ages(text, 10).into_iter().map(|one| (text.get(one.range).unwrap_or_default().to_owned(), one.by)).collect()
    }

    #[test]
    fn an_age_is_found_as_people_write_it_and_a_band_stands_instead() {
        for (text, word, by) in [
            ("A 40-year-old man.", "40-year-old", "40- to 49-year-old"), ("a 40 year old man", "40 year old", "40- to 49-year-old"), ("She was 33 years old.", "33 years old", "30 to 39 years old"),
            ("33 years of age", "33 years of age", "30 to 39 years old"), ("A man, aged 40, left.", "aged 40", "aged 40 to 49"), ("at the age of 7", "age of 7", "age of 0 to 9"), ("a forty-year-old", "forty-year-old", "40- to 49-year-old"),
            ("a 4-month-old baby", "4-month-old", "0- to 9-year-old"), ("de 33-jarige vrouw", "33-jarige", "30- tot 40-jarige"), ("twee 33‑jarigen", "33‑jarigen", "30- tot 40-jarigen"), ("de veertigjarige man", "veertigjarige", "40- tot 50-jarige"),
            ("een man van 33 jaar", "33 jaar", "tussen de 30 en 40 jaar"), ("Hij was drieëndertig jaar oud.", "drieëndertig jaar", "tussen de 30 en 40 jaar"), ("un hòmber di 33 aña", "33 aña", "entre 30 i 39 aña"),
            ("een baby van 4 maanden oud", "4 maanden", "tussen de 0 en 10 jaar"),
        ] {
            assert_eq!(found(text), [(word.to_owned(), by.to_owned())], "{text}");
        }
    }

    #[test]
    fn a_time_of_years_and_a_band_are_no_age() {
        for text in [
            "Na 2 jaar vertrok zij.", "2 jaar geleden", "al 10 jaar", "16 jaar gevangenisstraf", "for 10 years", "10 years later", "the year 2016", "30- to 39-year-old", "aged 30 to 39", "tussen de 30 en 40 jaar", "30- tot 40-jarige", "30 to 39 years old",
            "entre 30 i 39 aña", "een jaar", "pages of 40", "artikel 33", "the old year", "in 2016", "first year", "130 jaar", "de jarige",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
