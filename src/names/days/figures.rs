//! Days in figures: `12-10-2016`, `12/10/'16`, `12 10 2016`, `12.X.2016`.

use super::{ON, Read, Reader, of_two};
use crate::names::spoken::{is_weekday, roman_month};

/// What numbers are of, that are no days.
const NUMBERED: [&str; 22] = [
    "art", "artikel", "artikelen", "article", "articles", "lid", "section", "sectie", "sections", "hoofdstuk", "chapter", "paragraaf", "paragraph", "par", "versie", "version", "release", "nr", "no", "nummer",
    "number", "v",
];
/// Told with `op` or `on` these are shares and hours, and no days.
const SHARES: [(u32, u32); 6] = [(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (24, 7)];

impl Reader {
    /// Numbers that hang together by one sign, from a place on: their pieces' values as written.
    fn run(&self, at: usize) -> (Vec<&str>, String) {
        let sign = self.before(at + 1).trim().to_owned();
        let mut parts: Vec<&str> = self.at(at).map(|piece| piece.text.as_str()).into_iter().collect();
        if !matches!(self.before(at + 1), "-" | "/" | "." | " - " | " / " | ". " | " ") {
            return (parts, sign);
        }
        while let Some(next) = self.at(at + parts.len()).filter(|next| next.digits && !next.before.is_empty()) {
            // A year of two figures may have its apostrophe: `12-10-'16`, `12-10 '16`.
            let short_year = parts.len() == 2 && !sign.is_empty() && next.text.len() == 2 && next.before.strip_suffix('\'').is_some_and(|gap| gap.trim().is_empty() || gap.trim() == sign);
            if next.before.trim() != sign && !short_year {
                break;
            }
            parts.push(&next.text);
        }
        (parts, sign)
    }

    /// `12-10-2016`, `2016-10-12`, `12/10/16`, `12 10 2016`, and `on 12/10`.
    pub(super) fn in_figures(&self, at: usize) -> Option<Read> {
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
        let apostrophe = self.before(at + 2).ends_with('\'');
        let numbered = NUMBERED.contains(&self.kind_of_number(at));
        let year = match (parts.as_slice(), numbers.as_slice()) {
            ([year, _, _], [number, one, other]) if year.len() == 4 && (1880..2200).contains(number) && short(1, 3) && day_and_month(*one, *other) && (!sign.is_empty() || on) => Some((*year).to_owned()),
            ([_, _, year], [one, other, number]) if year.len() == 4 && (1880..2200).contains(number) && short(0, 2) && day_and_month(*one, *other) => {
                // With nothing between they may be a row of numbers.
                (!sign.is_empty() || on || !numbered && !with_letters && !self.goes_on_from_a_number(at)).then(|| (*year).to_owned())
            }
            ([first, second, year], [one, other, number]) if year.len() == 2 && short(0, 2) && day_and_month(*one, *other) && !with_letters && !sign.is_empty() && (apostrophe || whole(0) && whole(1)) => {
                // With points it may be a version, or an article of a law.
                let plain = sign != "." || on || apostrophe || first.len() == 2 && second.len() == 2 && !numbered;
                plain.then(|| of_two(*number))
            }
            ([_, _], [one, other]) if on && matches!(sign.as_str(), "-" | "/") && whole(0) && short(0, 2) && day_and_month(*one, *other) && !SHARES.contains(&(*one, *other)) && !with_letters => None,
            _ => return None,
        };
        if parts.len() == 3 && year.is_none() {
            return None;
        }
        Some(Read { year, ..Read::of(at, at + parts.len()) })
    }

    /// `12.X.2016`, `12-x-'16`, `12 X 2016`: the month in Roman figures. Without a year it is none.
    pub(super) fn in_roman_figures(&self, at: usize) -> Option<Read> {
        let (days_end, _, range) = self.some_days(at)?;
        if !self.at(at)?.digits || self.is_part(at) || NUMBERED.contains(&self.kind_of_number(at)) {
            return None;
        }
        let (written, sign) = (self.at(days_end)?, self.before(days_end));
        let month = roman_month(written)?;
        let (next, year) = self.year(days_end + 1, sign)?;
        // `5 x 2016` is a sum, `1-v-10` anything.
        let joined = match sign {
            "." | "-" | "/" => written.capital || self.at(next - 1).is_some_and(|year| year.text.len() == 4),
            " " => written.capital,
            _ => false,
        };
        joined.then(|| Read { month: Some(month), year: Some(year), range, ..Read::of(at, next) })
    }

    /// Whether a number stands right before, as in a telephone number: `06 12 10 2016`.
    fn goes_on_from_a_number(&self, at: usize) -> bool {
        at.checked_sub(1).and_then(|before| self.at(before)).is_some_and(|before| before.digits && self.before(at).trim().is_empty())
    }

    /// What a number is of: `art.` before `12.10.16`.
    fn kind_of_number(&self, at: usize) -> &str {
        match at.checked_sub(1) {
            Some(before) if matches!(self.before(at), " " | ". ") => self.word(before),
            _ => "",
        }
    }

    /// `11/2026`, where only a year may stand.
    pub(super) fn month_and_year_in_figures(&self, at: usize) -> Option<Read> {
        if !self.at(at)?.digits || self.is_part(at) {
            return None;
        }
        let (parts, sign) = self.run(at);
        let [one, other] = parts.as_slice() else { return None };
        let year = [one, other].into_iter().find(|part| part.len() == 4).filter(|part| part.parse::<u32>().is_ok_and(|year| (1880..2200).contains(&year)))?;
        let is_month = [one, other].into_iter().any(|part| part.len() <= 2 && part.parse::<u32>().is_ok_and(|month| (1..=12).contains(&month)));
        (is_month && !sign.is_empty()).then(|| Read { year: Some((*year).to_owned()), month_only: true, ..Read::of(at, at + 2) })
    }
}
