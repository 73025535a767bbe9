//! Drawing with whole numbers: no fraction is rounded differently on another machine.

use chrono::{Datelike, Days, Months, NaiveDate};
use codebook::{Answer, Sheet};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::weights::{Draw, How, Variable, Weights};

/// Unknown after inquiry, and withheld.
pub(crate) const UNKNOWN: i64 = -8;
const WITHHELD: i64 = -6;

/// The random numbers of one record.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: u64, number: usize) -> Dice {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(u64::try_from(number).unwrap_or(u64::MAX));
        Dice(random)
    }
    /// A number from 0 to below another, which is not 0.
    fn below(&mut self, limit: u64) -> u64 {
        let wide = u128::from(self.0.next_u64()) * u128::from(limit.max(1));
        u64::try_from(wide >> 64).unwrap_or(0)
    }
    /// A number from one to another.
    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.below(to.abs_diff(from) + 1)).unwrap_or(0)
    }
    /// One of several by its weight; 0 of none.
    pub(crate) fn of(&mut self, weights: &[(i64, u64)]) -> i64 {
        let mut left = self.below(weights.iter().map(|(_, weight)| weight).sum());
        for (number, weight) in weights {
            if left < *weight {
                return *number;
            }
            left -= weight;
        }
        weights.last().map_or(0, |(number, _)| *number)
    }
    fn band(&mut self, bands: &[(i64, i64, u64)]) -> i64 {
        let which: Weights = bands.iter().zip(0..).map(|((_, _, weight), place)| (place, *weight)).collect();
        let place = usize::try_from(self.of(&which)).unwrap_or(0);
        bands.get(place).map_or(0, |(from, to, _)| self.between(*from, *to))
    }
}

/// An answer to a question that is asked; none where it can only be computed from what is missing.
pub(crate) fn answer(variable: &Variable, sheet: &Sheet, row: usize, dice: &mut Dice) -> Answer {
    let fits = |draw: &&Draw| (!draw.first || row == 0) && draw.when.as_ref().is_none_or(|when| sheet.holds(when, row) == Some(true));
    let Some(draw) = variable.draws.iter().find(fits) else { return Answer::Nothing };
    let [unknown, withheld] = draw.missing;
    match dice.below(1000) {
        lot if lot < unknown => return Answer::Missing(UNKNOWN),
        lot if lot < unknown + withheld => return Answer::Missing(WITHHELD),
        _ => {}
    }
    match &draw.how {
        How::Codes(weights) => Answer::Code(dice.of(weights)),
        How::Several { codes, size, alone: (alone, share) } => Answer::Codes(if dice.below(1000) < *share { vec![dice.of(alone)] } else { several(codes, size, dice) }),
        How::Bands(bands) => Answer::Code(dice.band(bands)),
        How::Is(quantity) => match sheet.number(quantity, row) {
            Some(code) if variable.codes.is_empty() || variable.codes.contains(&code) => Answer::Code(code),
            _ => Answer::Missing(UNKNOWN),
        },
        How::Text(text) => Answer::Text(text.chars().map(|sign| if sign == '#' { char::from(b'0' + u8::try_from(dice.below(10)).unwrap_or(0)) } else { sign }).collect()),
        How::Years(from, to, months) => {
            let first = NaiveDate::from_ymd_opt(*from, 1, 1).unwrap_or_default();
            let days = NaiveDate::from_ymd_opt(*to, 12, 31).unwrap_or(first).signed_duration_since(first).num_days();
            shown(first.checked_add_days(Days::new(dice.below(u64::try_from(days + 1).unwrap_or(1)))), *months)
        }
        How::After(before, bands, months) => {
            let begin = sheet.reached(&variable.level, row, *before).and_then(|row| match sheet.stands(*before, row) {
                Some(Answer::When(_, first, _)) => Some(*first),
                _ => None,
            });
            let Some(begin) = begin else { return Answer::Missing(UNKNOWN) };
            let many = u32::try_from(dice.band(bands)).unwrap_or(0);
            shown(if *months { begin.checked_add_months(Months::new(many)) } else { begin.checked_add_days(Days::new(many.into())) }, *months)
        }
    }
}

/// Some of the codes, by weight, none twice, in the order of the list.
fn several(codes: &[(i64, u64)], size: &[(i64, u64)], dice: &mut Dice) -> Vec<i64> {
    let (mut left, mut found) = (codes.to_vec(), vec![]);
    for _ in 0..dice.of(size).clamp(1, 20) {
        if left.is_empty() {
            break;
        }
        let code = dice.of(&left);
        left.retain(|(known, _)| *known != code);
        found.push(code);
    }
    found.sort_unstable();
    found
}

fn shown(day: Option<NaiveDate>, months: bool) -> Answer {
    let text = day.map(|day| if months { format!("{:04}-{:02}", day.year(), day.month()) } else { day.to_string() });
    text.and_then(|text| Answer::when(&text)).unwrap_or(Answer::Missing(UNKNOWN))
}
