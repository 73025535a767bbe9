//! Computing derived variables: bands, maps, tables of cases, functions.

use std::cell::Cell;

use crate::evaluate::{At, CLOSED, Held, Truth, UNCOLLECTED, UNKNOWN, View, worse};
use crate::plan::{Condition, Method};

/// What followed, and from which line of a table or which band.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Outcome {
    pub(crate) value: Result<i64, i64>,
    pub(crate) step: Option<usize>,
}

impl View<'_> {
    pub(crate) fn derived(self, number: usize, at: At) -> Result<i64, i64> {
        self.outcome(number, at).value
    }

    /// A derived variable in a row, computed. Derived from -7 gives -7, from -6 or -8 -8, from -9 -9.
    pub(crate) fn outcome(self, number: usize, at: At) -> Outcome {
        let plain = |value: Result<i64, i64>| Outcome { value: value.map_err(passed_on), step: None };
        match self.sheet.book.plan.methods.get(number) {
            None => plain(Err(UNCOLLECTED)),
            Some(Method::Function(amount)) => plain(self.figure(amount, at).and_then(|(least, most, why)| if least == most { Ok(least) } else { Err(why) })),
            Some(Method::Map(of, map)) => plain(self.one(*of, at).and_then(|code| map.get(&code).copied().ok_or(UNKNOWN))),
            Some(Method::Bands(of, bands)) => {
                let found = self.one(*of, at).and_then(|number| bands.iter().position(|(min, max, _)| (*min..=*max).contains(&number)).ok_or(UNKNOWN));
                Outcome { value: found.map_err(passed_on).map(|band| bands[band].2), step: found.ok() }
            }
            Some(Method::Cases(lines)) => self.first_that_fits(lines, at),
        }
    }

    fn one(self, of: usize, at: At) -> Result<i64, i64> {
        match self.figure(&crate::plan::Amount::Of(of), at) {
            Ok((code, ..)) => Ok(code),
            Err(reason) => Err(reason),
        }
    }

    /// The first true line wins; an undecided line before it leaves the result open. A last line 'always' says nothing of rows in
    /// which the question makes no sense.
    fn first_that_fits(self, lines: &[(Condition, i64)], at: At) -> Outcome {
        let (closed, mut undecided) = (Cell::new(false), None);
        for (step, (when, code)) in lines.iter().enumerate() {
            match self.noting(&closed).truth(when, at) {
                Truth::False => {}
                Truth::Undecided(why) => undecided = Some(undecided.map_or(why, |before| worse(before, why))),
                Truth::True => {
                    let value = match undecided {
                        Some(why) => Err(why),
                        None if *when == Condition::Always && closed.get() => Err(CLOSED),
                        None => Ok(*code),
                    };
                    return Outcome { value, step: value.is_ok().then_some(step) };
                }
            }
        }
        Outcome { value: Err(undecided.unwrap_or(if closed.get() { CLOSED } else { UNKNOWN })), step: None }
    }
}

/// What a missing value becomes in what is derived from it.
fn passed_on(reason: i64) -> i64 {
    match reason {
        CLOSED | UNCOLLECTED => reason,
        _ => UNKNOWN,
    }
}

impl Held<'_> {
    /// As a flat export holds it: a code, several, a date as far as known, or -6 to -9.
    pub(crate) fn value(&self) -> serde_json::Value {
        match self {
            Held::Missing(code) | Held::Code(code) => (*code).into(),
            Held::Codes(codes) => codes.to_vec().into(),
            Held::When(text, ..) | Held::Text(text) => (*text).into(),
        }
    }
}
