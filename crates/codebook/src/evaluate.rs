//! Working expressions out in three values: true, false, undecided.
//!
//! A comparison with a value that is -6, -8 or -9 is undecided, with -7 it is false (`[expressions]` of the codebook). A number that
//! is known only in part, a date of which the day is unknown or a count some rows of which are undecided, has a least and a most: a
//! comparison is decided when every number between gives the same.

use std::cell::{Cell, RefCell};

use chrono::NaiveDate;

use crate::figure::Figure;
use crate::plan::{Condition, Slot, Source};
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
            Condition::AnyRow(level, inner) => any(self.rows(*level, at).map(|row| self.inside().truth(inner, (*level, row))).chain(self.unseen(*level))),
            Condition::AllRows(level, inner) => all(self.rows(*level, at).map(|row| self.inside().truth(inner, (*level, row))).chain(self.unseen(*level))),
        }
    }

    pub(crate) fn rows(self, level: usize, (from, row): At) -> impl Iterator<Item = usize> + 'a {
        self.sheet.under(level, from, row)
    }
    /// The rows there may be of a level nobody looked for.
    fn unseen(self, level: usize) -> Option<Truth> {
        self.sheet.unlooked(level).then_some(Truth::Undecided(UNCOLLECTED))
    }
    pub(crate) fn inside(self) -> View<'a> {
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

    pub(crate) fn quiet(self) -> View<'a> {
        View::of(self.sheet)
    }
    /// What an expression reads: the own row, its parent or one it links.
    pub(crate) fn read(self, slot: usize, (level, row): At) -> Held<'a> {
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
        self.by_condition(found, row)
    }
    fn by_condition(self, slot: &Slot, row: usize) -> Question {
        match slot.condition.as_ref().map(|condition| self.truth(condition, (slot.level, row))) {
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
        let empty = match self.by_condition(found, row) {
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
