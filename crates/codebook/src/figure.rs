//! Working numbers out: one number, or a least and a most where it is known in part.

use chrono::{Datelike, NaiveDate};

use crate::evaluate::{At, CLOSED, Held, Truth, UNCOLLECTED, UNKNOWN, View, worse};
use crate::plan::{Amount, Condition, Source};
use crate::record::MOST_ROWS;

/// A number, known from its least to its most, and why no closer; or the reason there is none.
pub(crate) type Figure = Result<(i64, i64, i64), i64>;

fn exactly(number: i64) -> Figure {
    Ok((number, number, UNKNOWN))
}

impl<'a> View<'a> {
    pub(crate) fn figure(self, amount: &Amount, at: At) -> Figure {
        match amount {
            Amount::Number(number) => exactly(*number),
            Amount::Of(of) => match self.read(*of, at) {
                Held::Code(code) => exactly(code),
                Held::Missing(reason) => Err(reason),
                _ => Err(UNCOLLECTED),
            },
            Amount::Sum(left, sign, right) => {
                let ((a, b, one), (c, d, two)) = both(self.figure(left, at), self.figure(right, at))?;
                let why = worse(if a == b { UNKNOWN } else { one }, if c == d { UNKNOWN } else { two });
                Ok(match sign {
                    '-' => (a.saturating_sub(d), b.saturating_sub(c), why),
                    '*' => {
                        let products = [a.saturating_mul(c), a.saturating_mul(d), b.saturating_mul(c), b.saturating_mul(d)];
                        (products.into_iter().min().unwrap_or(0), products.into_iter().max().unwrap_or(0), why)
                    }
                    _ => (a.saturating_add(c), b.saturating_add(d), why),
                })
            }
            Amount::Size(of) => match self.read(*of, at) {
                Held::Codes(codes) => {
                    let alone = self.sheet.book.plan.slots.get(*of).map(|slot| slot.exclusive.as_slice()).unwrap_or_default();
                    exactly(number(codes.iter().filter(|code| !alone.contains(code)).count()))
                }
                Held::Missing(reason) => Err(reason),
                _ => Err(UNCOLLECTED),
            },
            Amount::Count(level, inner) => {
                let (mut surely, mut perhaps, mut why) = (0, 0, UNKNOWN);
                for row in self.rows(*level, at) {
                    match self.inside().truth(inner, (*level, row)) {
                        Truth::True => surely += 1,
                        Truth::False => {}
                        Truth::Undecided(reason) => (perhaps, why) = (perhaps + 1, worse(why, reason)),
                    }
                }
                if self.sheet.unlooked(*level) {
                    (perhaps, why) = (perhaps + number(MOST_ROWS), UNCOLLECTED);
                }
                Ok((surely, surely + perhaps, why))
            }
            Amount::Distinct(level, of, inner) => self.distinct(*level, *of, inner, at),
            Amount::Days(from, to) => self.between(*from, *to, at, |date| i64::from(date.num_days_from_ce())),
            Amount::Months(from, to) => self.between(*from, *to, at, |date| i64::from(date.year()) * 12 + i64::from(date.month())),
            Amount::Year(of) => self.day(*of, at).map(|(first, last)| (i64::from(first.year()), i64::from(last.year()), UNKNOWN)),
            Amount::Factor(factor) => self.factor(*factor),
            Amount::FactorsInScope => {
                let scopes = self.scopes();
                let each = self.sheet.book.plan.factors.iter().flat_map(|factors| &factors.each).filter_map(|(_, scope, _)| scopes.get(*scope));
                let (mut surely, mut perhaps, mut why) = (0, 0, UNKNOWN);
                for truth in each {
                    match truth {
                        Truth::True => surely += 1,
                        Truth::False => {}
                        Truth::Undecided(reason) => (perhaps, why) = (perhaps + 1, worse(why, *reason)),
                    }
                }
                Ok((surely, surely + perhaps, why))
            }
            Amount::NumberOf(code, of) => {
                let held: Vec<Held> = of.iter().map(|of| self.read(*of, at)).collect();
                if held.iter().all(|held| *held == Held::Missing(CLOSED)) { Err(CLOSED) } else { exactly(number(held.iter().filter(|held| **held == Held::Code(*code)).count())) }
            }
            Amount::Completeness => self.completeness(),
        }
    }
    fn distinct(self, level: usize, of: usize, inner: &Condition, at: At) -> Figure {
        let (mut surely, mut perhaps, mut unknown, mut why) = (vec![], vec![], 0, UNKNOWN);
        for row in self.rows(level, at) {
            let truth = self.inside().truth(inner, (level, row));
            if truth == Truth::False {
                continue;
            }
            if let Truth::Undecided(reason) = truth {
                why = worse(why, reason);
            }
            match self.inside().read(of, (level, row)) {
                Held::Code(code) if truth == Truth::True => surely.push(code),
                Held::Code(code) => perhaps.push(code),
                Held::Missing(CLOSED) => {}
                Held::Missing(reason) => (unknown, why) = (unknown + 1, worse(why, reason)),
                _ => unknown += 1,
            }
        }
        if self.sheet.unlooked(level) {
            (unknown, why) = (unknown + number(MOST_ROWS), UNCOLLECTED);
        }
        let count = |mut codes: Vec<i64>| {
            codes.sort_unstable();
            codes.dedup();
            number(codes.len())
        };
        // An unknown organisation may be one already counted; seen alone it is still one.
        let least = count(surely.clone());
        Ok((least, count([surely, perhaps].concat()) + unknown, why))
    }
    fn between(self, from: usize, to: usize, at: At, number: fn(NaiveDate) -> i64) -> Figure {
        let ((from, until), (begin, end)) = both(self.day(from, at), self.day(to, at))?;
        Ok((number(begin) - number(until), number(end) - number(from), UNKNOWN))
    }
    fn day(self, of: usize, at: At) -> Result<(NaiveDate, NaiveDate), i64> {
        match self.read(of, at) {
            Held::When(_, first, last) => Ok((first, last)),
            Held::Missing(reason) => Err(reason),
            _ => Err(UNCOLLECTED),
        }
    }
    fn factor(self, place: usize) -> Figure {
        let Some((factors, (code, scope, _))) = self.sheet.book.plan.factors.as_ref().and_then(|factors| Some((factors, factors.each.get(place)?))) else { return Err(CLOSED) };
        let row = (0..self.sheet.rows[factors.level].len()).find(|row| self.quiet().value(factors.factor, *row) == Held::Code(*code));
        match row {
            Some(row) => self.figure(&Amount::Of(factors.status), (factors.level, row)),
            None if self.scopes().get(*scope) == Some(&Truth::False) => Err(CLOSED),
            None => Err(UNCOLLECTED),
        }
    }
    /// Whether each scope of the catalogue applies.
    pub(crate) fn scopes(self) -> Vec<Truth> {
        let outermost = self.sheet.book.plan.bonds.iter().position(|bond| bond.parent.is_none()).unwrap_or_default();
        self.sheet.book.plan.factors.iter().flat_map(|factors| &factors.scopes).map(|scope| self.quiet().truth(scope, (outermost, 0))).collect()
    }
    fn completeness(self) -> Figure {
        let (mut filled, mut asked) = (0_i64, 0_i64);
        for (slot, known) in self.sheet.book.plan.slots.iter().enumerate().filter(|(_, slot)| matches!(slot.source, Source::Coded(..))) {
            // A level nobody looked for lacks a row at least.
            if self.sheet.unlooked(known.level) && self.sheet.rows[known.level].is_empty() {
                asked += 1;
            }
            for row in 0..self.sheet.rows[known.level].len() {
                match self.quiet().value(slot, row) {
                    Held::Missing(CLOSED) => {}
                    Held::Missing(UNCOLLECTED) => asked += 1,
                    _ => (asked, filled) = (asked + 1, filled + 1),
                }
            }
        }
        if asked == 0 { Err(UNCOLLECTED) } else { exactly(100 * filled / asked) }
    }
}

/// Of two numbers neither of which may be missing; -7 weighs most, since it says that the question makes no sense.
fn both<T>(one: Result<T, i64>, two: Result<T, i64>) -> Result<(T, T), i64> {
    match (one, two) {
        (Ok(one), Ok(two)) => Ok((one, two)),
        (Err(one), Err(two)) => Err(if one == CLOSED || two == CLOSED { CLOSED } else { worse(one, two) }),
        (Err(reason), Ok(_)) | (Ok(_), Err(reason)) => Err(reason),
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
