//! Times of the clock in a text, as people write them: `18.34`, `18:34`, `6.34 pm`, `18 uur`, `half zeven`. The tables are put together
//! by hand.

use super::days::Instead;
use super::pieces::{Piece, pieces};
use super::spoken::spoken;
use crate::texts::Words;

/// Words before a time, that go with it.
const AT: [&str; 8] = ["om", "omstreeks", "rond", "tegen", "at", "around", "about", "pa"];

/// A time that was read.
struct Told {
    /// The first piece, and the one behind the last.
    first: usize,
    next: usize,
    /// The minutes since midnight it may mean: `6.34` is in the morning or in the evening.
    minutes: Vec<u32>,
}

/// The times of a text in minutes since midnight, as they are placed for the check: each as it is told first.
pub(super) fn told(text: &str) -> Vec<u32> {
    let all = pieces(text);
    read(&all).into_iter().filter_map(|told| told.minutes.first().copied()).collect()
}

/// The times of a text that `is_known` says are those of the case, with the part of the day that could stand instead.
pub fn times(text: &str, words: &Words, is_known: impl Fn(u32) -> bool) -> Vec<Instead> {
    let all = pieces(text);
    read(&all).into_iter().filter_map(|told| {
        let minutes = told.minutes.iter().copied().find(|minutes| is_known(*minutes))?;
        let before = told.first.checked_sub(1).filter(|at| word(&all, *at).is_some_and(|word| AT.contains(&word)) && all.get(told.first).is_some_and(|piece| piece.before == " "));
        let first = before.unwrap_or(told.first);
        let range = all.get(first)?.range.start..all.get(told.next.checked_sub(1)?)?.range.end;
        Some(Instead { range, by: words.t(part_of_day(minutes)) })
    }).collect()
}

/// The part of the day a time is of.
fn part_of_day(minutes: u32) -> &'static str {
    match minutes / 60 {
        0..6 => "time-night",
        6..12 => "time-morning",
        12..18 => "time-afternoon",
        _ => "time-evening",
    }
}

fn word(all: &[Piece], at: usize) -> Option<&str> {
    all.get(at).filter(|piece| !piece.digits).map(|piece| piece.text.as_str())
}

fn read(all: &[Piece]) -> Vec<Told> {
    let (mut found, mut at) = (vec![], 0);
    while at < all.len() {
        match in_figures(all, at).or_else(|| half(all, at)) {
            Some(told) => {
                at = told.next;
                found.push(told);
            }
            None => at += 1,
        }
    }
    found
}

/// `18.34`, `18u34`, `18 uur`, `6 pm`.
fn in_figures(all: &[Piece], at: usize) -> Option<Told> {
    let piece = all.get(at)?;
    let hour = piece.number().filter(|hour| *hour <= 24 && piece.text.len() <= 2)?;
    // The end of a longer number, or of a word, is no hour.
    let is_part = at.checked_sub(1).and_then(|before| all.get(before)).is_some_and(|before| piece.before.is_empty() || before.digits && matches!(piece.before.as_str(), "." | ":" | "/" | "-" | ","));
    if is_part {
        return None;
    }
    let minutes_at = |at: usize| all.get(at).and_then(|piece| piece.number().filter(|minutes| *minutes < 60 && piece.text.len() == 2));
    let joined = |at: usize, by: &[&str]| all.get(at).is_some_and(|piece| by.contains(&piece.before.as_str()));
    let (mut next, mut minutes) = (at + 1, None);
    if joined(next, &[".", ":"]) && let Some(told) = minutes_at(next) {
        (next, minutes) = (next + 1, Some(told));
    } else if word(all, next).is_some_and(|word| matches!(word, "u" | "h")) && joined(next, &[""]) && joined(next + 1, &[""]) && let Some(told) = minutes_at(next + 1) {
        (next, minutes) = (next + 2, Some(told));
    }
    // Three parts by points are a date or a version; by colons the last are seconds.
    if minutes.is_some() && all.get(next).is_some_and(|piece| piece.digits && matches!(piece.before.as_str(), "." | "-" | "/")) {
        return None;
    }
    let half = match (word(all, next), word(all, next + 1)) {
        _ if !joined(next, &["", " "]) => None,
        (Some("pm"), _) => Some((12, next + 1)),
        (Some("am"), _) => Some((0, next + 1)),
        (Some("p"), Some("m")) if joined(next + 1, &[".", ". "]) => Some((12, next + 2)),
        (Some("a"), Some("m")) if joined(next + 1, &[".", ". "]) => Some((0, next + 2)),
        _ => None,
    };
    if let Some((more, end)) = half {
        return Some(Told { first: at, next: end, minutes: vec![(hour % 12 + more) * 60 + minutes.unwrap_or_default()] });
    }
    let hours = match (word(all, next), word(all, next + 1)) {
        _ if !joined(next, &["", " "]) => 0,
        (Some("uur" | "u" | "h"), _) => 1,
        (Some("o"), Some("clock")) if joined(next + 1, &["'"]) => 2,
        _ => 0,
    };
    // A number alone is no hour.
    if minutes.is_none() && hours == 0 {
        return None;
    }
    Some(Told { first: at, next: next + hours, minutes: both_halves(hour, minutes.unwrap_or_default()) })
}

/// `half zeven` is half an hour before seven, `half past six` half an hour behind six.
fn half(all: &[Piece], at: usize) -> Option<Told> {
    if word(all, at) != Some("half") || all.get(at + 1)?.before != " " {
        return None;
    }
    let past = word(all, at + 1) == Some("past");
    let from = if past { at + 2 } else { at + 1 };
    let (hour, next) = match all.get(from)?.number() {
        Some(hour) => (hour, from + 1),
        // Elsewhere `een` is an article.
        None if word(all, from) == Some("een") => (1, from + 1),
        None => spoken(all, from).map(|(said, next)| (said.number, next))?,
    };
    let hour = Some(hour).filter(|hour| (1..=12).contains(hour))?;
    Some(Told { first: at, next, minutes: both_halves(if past { hour % 12 } else { (hour + 11) % 12 }, 30) })
}

/// A time told without its half of the day: in the morning, or twelve hours later.
fn both_halves(hour: u32, minutes: u32) -> Vec<u32> {
    let told = hour % 24 * 60 + minutes;
    if hour <= 12 { vec![told, (told + 720) % 1440] } else { vec![told] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;

    #[test]
    fn a_time_of_the_case_is_found_however_it_is_written_and_others_are_not() {
        let found = |text: &str, language: Language| times(text, &Words { language }, |minutes| minutes == 18 * 60 + 34).into_iter().map(|one| (text.get(one.range).unwrap_or_default().to_owned(), one.by)).collect::<Vec<_>>();
        for (text, word) in [
            ("Om 18.34 uur belde zij.", "Om 18.34 uur"), ("Zij belde (18:34).", "18:34"), ("Rond 18u34 nog.", "Rond 18u34"), ("at 6.34 pm", "at 6.34 pm"), ("at 6:34 p.m.", "at 6:34 p.m"), ("om 6.34", "om 6.34"),
            ("om 18.\u{200b}34", "om 18.\u{200b}34"), ("at 18:34:10", "at 18:34"),
        ] {
            assert_eq!(found(text, Language::Nl), [(word.to_owned(), "in de avond".to_owned())], "{text}");
        }
        assert_eq!(found("He was killed at 18.34.", Language::En), [("at 18.34".to_owned(), "in the evening".to_owned())]);
        for text in ["Om 18.35 uur.", "Versie 18.34.1", "18-34", "6.34 am", "2018.34", "18 34", "18.345", "art. 3.18.34", "34 mensen", "half zeven"] {
            assert_eq!(found(text, Language::Nl), [], "{text}");
        }
    }

    #[test]
    fn half_hours_and_whole_hours_are_times_too() {
        let at = |text: &str, hour: u32, minutes: u32| !times(text, &Words { language: Language::Nl }, |told| told == hour * 60 + minutes).is_empty();
        assert!(at("om half zeven", 18, 30) && at("om half zeven", 6, 30) && at("half past six", 18, 30) && at("half een", 12, 30));
        assert!(at("om 18 uur", 18, 0) && at("at 6 pm", 18, 0) && at("at 6 o'clock", 18, 0) && at("18h", 18, 0) && !at("18 mensen", 18, 0) && !at("half werk", 18, 30));
        assert_eq!((told("18.34"), told("rond 18:34 uur"), told("6.34 pm"), told("'s avonds")), (vec![1114], vec![1114], vec![1114], vec![]));
    }
}
