//! Expressions from outside the codebook, in its language: for a selection, a generator, a report.

use crate::evaluate::{Truth, View};
use crate::load::CodebookError;
use crate::plan::{Amount, Condition};
use crate::ready::codes_of;
use crate::resolve::Names;
use crate::sheet::{Answer, Sheet};
use crate::{Asked, Codebook, Label};

/// A variable, found once and used often.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Handle(usize);

/// A condition seen from a row of a level.
#[derive(Clone, Debug)]
pub struct Expression(usize, Condition);

/// A number seen from a row of a level.
#[derive(Clone, Debug)]
pub struct Quantity(usize, Amount);

impl Codebook {
    /// A variable, coded or derived.
    pub fn handle(&self, id: &str) -> Option<Handle> {
        self.plan.by_id.get(id).copied().map(Handle)
    }
    /// A condition in the language of the codebook.
    ///
    /// # Errors
    /// What can't be read or is not there, with its place in the text.
    pub fn expression(&self, level: &str, text: &str) -> Result<Expression, CodebookError> {
        self.resolve(level, text, |names, at| names.condition(text, at)).map(|(at, condition)| Expression(at, condition))
    }
    /// A number in the language of the codebook.
    ///
    /// # Errors
    /// As for a condition.
    pub fn quantity(&self, level: &str, text: &str) -> Result<Quantity, CodebookError> {
        self.resolve(level, text, |names, at| names.amount(text, at)).map(|(at, amount)| Quantity(at, amount))
    }
    fn resolve<T>(&self, level: &str, text: &str, read: impl FnOnce(&Names, usize) -> Result<T, Label>) -> Result<(usize, T), CodebookError> {
        let wrong = |why: Label| CodebookError { at: text.to_owned().into(), why };
        let at = self.level(level).ok_or_else(|| wrong(Label::of(format!("er is geen niveau {level}"), format!("there is no level {level}"))))?;
        let codes = codes_of(self, &self.plan);
        let factors = self.factors.iter().enumerate().map(|(at, factor)| (factor.id.as_str(), at)).collect();
        let names = Names { plan: &self.plan, levels: &self.levels, codes: &codes, factors };
        read(&names, at).map(|read| (at, read)).map_err(wrong)
    }
}

impl Sheet<'_> {
    /// Whether a condition holds in a row; `None` when that is undecided.
    pub fn holds(&self, expression: &Expression, row: usize) -> Option<bool> {
        match View::of(self).truth(&expression.1, (expression.0, row)) {
            Truth::True => Some(true),
            Truth::False => Some(false),
            Truth::Undecided(_) => None,
        }
    }
    /// A number in a row; `None` when it is missing or known in part only.
    pub fn number(&self, quantity: &Quantity, row: usize) -> Option<i64> {
        View::of(self).figure(&quantity.1, (quantity.0, row)).ok().filter(|(least, most, _)| least == most).map(|(number, ..)| number)
    }
    /// Whether a variable is asked in a row.
    pub fn asked_of(&self, variable: Handle, row: usize) -> Asked {
        View::of(self).question(variable.0, row).into()
    }
    /// What stands for a variable; `None` for a derived one and where there is no such row.
    pub fn stands(&self, variable: Handle, row: usize) -> Option<&Answer> {
        let (level, place) = self.place_of(variable.0)?;
        self.rows.get(level)?.get(row)?.answers.get(place)
    }
    /// Puts an answer; whether there was a place for it.
    pub fn set(&mut self, variable: Handle, row: usize, answer: Answer) -> bool {
        let place = self.place_of(variable.0).and_then(|(level, place)| self.rows.get_mut(level)?.get_mut(row)?.answers.get_mut(place));
        place.map(|place| *place = answer).is_some()
    }
    /// The row of its level, its parent's or one it links, in which a variable stands for a row of a level.
    pub fn reached(&self, level: &str, row: usize, variable: Handle) -> Option<usize> {
        let (from, slot) = (self.book.level(level)?, self.book.plan.slots.get(variable.0)?);
        if from == slot.level { Some(row) } else { self.rows.get(from)?.get(row)?.reach.get(slot.level).copied()? }
    }
}
