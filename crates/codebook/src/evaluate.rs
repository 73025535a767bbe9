//! Working expressions out in three values: true, false, undecided.
//!
//! A comparison with a value that is -6, -8 or -9 is undecided, with -7 it is false (`[expressions]` of the codebook). A number that
//! is known only in part, a date of which the day is unknown or a count some rows of which are undecided, has a least and a most: a
//! comparison is decided when every number between gives the same.

use std::cell::{Cell, RefCell};

use chrono::{Datelike, NaiveDate};

use crate::plan::{Amount, Condition, Source};
use crate::sheet::{Answer, Sheet};
use crate::syntax::Order;

/// Not supplied.
pub(crate) const WITHHELD: i64 = -6;
/// Not applicable: the condition is false.
pub(crate) const CLOSED: i64 = -7;
/// Unknown after inquiry.
pub(crate) const UNKNOWN: i64 = -8;
/// Not yet collected.
pub(crate) const UNCOLLECTED: i64 = -9;

/// Whether a condition holds; undecided because of -9 or of -8.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Truth {
    True,
    False,
    Undecided(i64),
}

impl Truth {
    fn of(known: bool) -> Truth {
        if known { Truth::True } else { Truth::False }
    }
    fn not(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            undecided => undecided,
        }
    }
}

/// The reason that weighs most: what is not yet collected can still be.
pub(crate) fn worse(one: i64, two: i64) -> i64 {
    if one == UNCOLLECTED || two == UNCOLLECTED { UNCOLLECTED } else { UNKNOWN }
}

/// The effective value of a variable in a row.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Held<'a> {
    Missing(i64),
    Code(i64),
    Codes(&'a [i64]),
    When(&'a str, NaiveDate, NaiveDate),
    Text(&'a str),
}

/// A number, known from its least to its most, and why no closer; or the reason there is none.
pub(crate) type Figure = Result<(i64, i64, i64), i64>;

fn exactly(number: i64) -> Figure {
    Ok((number, number, UNKNOWN))
}

/// Whether a variable is asked in a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Question {
    Open,
    Closed,
    Undecided(i64),
    Computed,
}

/// A sheet being read; with a trace, what an expression read itself is noted.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) sheet: &'a Sheet<'a>,
    trace: Option<&'a RefCell<Vec<(usize, usize)>>>,
    /// Set when an own value that is -7 decided a comparison.
    closed: Option<&'a Cell<bool>>,
}

/// Where an expression stands: level and row.
pub(crate) type At = (usize, usize);

impl<'a> View<'a> {
    pub(crate) fn of(sheet: &'a Sheet<'a>) -> View<'a> {
        View { sheet, trace: None, closed: None }
    }
    pub(crate) fn tracing(self, trace: &'a RefCell<Vec<(usize, usize)>>) -> View<'a> {
        View { trace: Some(trace), ..self }
    }
    pub(crate) fn noting(self, closed: &'a Cell<bool>) -> View<'a> {
        View { closed: Some(closed), ..self }
    }

    pub(crate) fn truth(self, condition: &Condition, at: At) -> Truth {
        match condition {
            Condition::Always => Truth::True,
            Condition::Not(inner) => self.truth(inner, at).not(),
            Condition::And(parts) => all(parts.iter().map(|part| self.truth(part, at))),
            Condition::Or(parts) => any(parts.iter().map(|part| self.truth(part, at))),
            Condition::Compare(left, order, right) => self.compare(self.figure(left, at), *order, self.figure(right, at)),
            Condition::OneOf(amount, codes) => match self.figure(amount, at) {
                Err(reason) => self.reason(reason),
                Ok((least, most, _)) if least == most => Truth::of(codes.contains(&least)),
                Ok((least, most, why)) => if codes.iter().any(|code| (least..=most).contains(code)) { Truth::Undecided(why) } else { Truth::False },
            },
            Condition::Missing(of) => Truth::of(matches!(self.read(*of, at), Held::Missing(reason) if reason != CLOSED)),
            Condition::Has(of, codes) => match self.read(*of, at) {
                Held::Codes(held) => any(codes.iter().map(|code| match self.figure(code, at) {
                    Ok((code, ..)) => Truth::of(held.contains(&code)),
                    Err(reason) => self.reason(reason),
                })),
                Held::Missing(reason) => self.reason(reason),
                _ => Truth::Undecided(UNCOLLECTED),
            },
            Condition::AnyRow(level, inner) => any(self.rows(*level, at).map(|row| self.inside().truth(inner, (*level, row)))),
            Condition::AllRows(level, inner) => all(self.rows(*level, at).map(|row| self.inside().truth(inner, (*level, row)))),
        }
    }

    fn rows(self, level: usize, (from, row): At) -> impl Iterator<Item = usize> + 'a {
        self.sheet.under(level, from, row)
    }
    fn inside(self) -> View<'a> {
        View { closed: None, ..self }
    }
    fn reason(self, reason: i64) -> Truth {
        if reason == CLOSED {
            if let Some(closed) = self.closed {
                closed.set(true);
            }
            return Truth::False;
        }
        Truth::Undecided(if reason == UNCOLLECTED { UNCOLLECTED } else { UNKNOWN })
    }
    fn compare(self, left: Figure, order: Order, right: Figure) -> Truth {
        let ((least, most, why), (from, to, other)) = match (left, right) {
            (Ok(left), Ok(right)) => (left, right),
            (Err(one), Err(two)) => return self.reason(if one == CLOSED || two == CLOSED { CLOSED } else { worse(one, two) }),
            (Err(reason), Ok(_)) | (Ok(_), Err(reason)) => return self.reason(reason),
        };
        let why = worse(if least == most { UNKNOWN } else { why }, if from == to { UNKNOWN } else { other });
        let decided = |yes: bool, no: bool| if yes { Truth::True } else if no { Truth::False } else { Truth::Undecided(why) };
        match order {
            Order::Equal => decided(least == most && from == to && least == from, most < from || to < least),
            Order::Unequal => decided(most < from || to < least, least == most && from == to && least == from),
            Order::Less => decided(most < from, least >= to),
            Order::AtMost => decided(most <= from, least > to),
            Order::More => decided(least > to, most <= from),
            Order::AtLeast => decided(least >= to, most < from),
        }
    }

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

    fn quiet(self) -> View<'a> {
        View::of(self.sheet)
    }
    /// What an expression reads: the own row, its parent or one it links.
    fn read(self, slot: usize, (level, row): At) -> Held<'a> {
        let Some(found) = self.sheet.book.plan.slots.get(slot) else { return Held::Missing(UNCOLLECTED) };
        let reached = if found.level == level { Some(row) } else { self.sheet.rows.get(level).and_then(|rows| rows.get(row)?.reach.get(found.level).copied()?) };
        let Some(reached) = reached else { return Held::Missing(UNCOLLECTED) };
        if let Some(trace) = self.trace {
            trace.borrow_mut().push((slot, reached));
        }
        self.quiet().value(slot, reached)
    }
    /// Whether a variable is asked in a row.
    pub(crate) fn question(self, slot: usize, row: usize) -> Question {
        let Some(found) = self.sheet.book.plan.slots.get(slot) else { return Question::Closed };
        if matches!(found.source, Source::Derived(_)) || self.computed_factor(slot, row).is_some() {
            return Question::Computed;
        }
        match found.condition.as_ref().map(|condition| self.truth(condition, (found.level, row))) {
            None | Some(Truth::True) => Question::Open,
            Some(Truth::False) => Question::Closed,
            Some(Truth::Undecided(why)) => Question::Undecided(why),
        }
    }
    /// The condition that computes the status of the factor a row is about.
    fn computed_factor(self, slot: usize, row: usize) -> Option<&'a Condition> {
        let factors = self.sheet.book.plan.factors.as_ref().filter(|factors| factors.status == slot)?;
        let Held::Code(code) = self.quiet().value(factors.factor, row) else { return None };
        factors.each.get(*factors.computed.get(&code)?)?.2.as_ref()
    }
    /// The effective value of a variable in a row of its level.
    pub(crate) fn value(self, slot: usize, row: usize) -> Held<'a> {
        let Some(found) = self.sheet.book.plan.slots.get(slot) else { return Held::Missing(UNCOLLECTED) };
        let place = match found.source {
            Source::Derived(number) => return self.derived(number, (found.level, row)).map_or_else(Held::Missing, Held::Code),
            Source::Coded(_, place) => place,
        };
        if let (Some(condition), Some(factors)) = (self.computed_factor(slot, row), &self.sheet.book.plan.factors) {
            return match self.truth(condition, (factors.level, row)) {
                Truth::True => Held::Code(factors.present),
                Truth::False => Held::Code(factors.absent),
                Truth::Undecided(why) => Held::Missing(why),
            };
        }
        let empty = match self.question(slot, row) {
            Question::Closed => return Held::Missing(CLOSED),
            Question::Undecided(why) => why,
            Question::Open | Question::Computed => UNCOLLECTED,
        };
        match self.sheet.rows.get(found.level).and_then(|rows| rows.get(row)?.answers.get(place)) {
            None | Some(Answer::Nothing) => Held::Missing(empty),
            Some(Answer::Missing(reason)) => Held::Missing(*reason),
            Some(Answer::Code(code)) => Held::Code(*code),
            Some(Answer::Codes(codes)) => Held::Codes(codes),
            Some(Answer::When(text, first, last)) => Held::When(text, *first, *last),
            Some(Answer::Text(text)) => Held::Text(text),
        }
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

fn all(truths: impl Iterator<Item = Truth>) -> Truth {
    let mut found = Truth::True;
    for truth in truths {
        found = match (found, truth) {
            (_, Truth::False) => return Truth::False,
            (Truth::Undecided(one), Truth::Undecided(two)) => Truth::Undecided(worse(one, two)),
            (Truth::True, truth) => truth,
            (found, _) => found,
        };
    }
    found
}

fn any(truths: impl Iterator<Item = Truth>) -> Truth {
    all(truths.map(Truth::not)).not()
}
