//! What has been given out of one snapshot, over all researchers: distinct cells per outcome. Sixty are given automatically;
//! a repeated question is free, as its answer is the same.
//!
//! A cell is named by its keys and their codes. Tables by different keys share no cell, so that the distinct cells are those of
//! the distinct tables; hidden ones count as well, or else a refusal would tell what was hidden.

use std::collections::{BTreeMap, BTreeSet};

use crate::ask::Refused;
use crate::question::Question;

/// Cells of an outcome that are given without anyone looking.
pub const BUDGET: u32 = 60;

/// A project's part of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Cells the project may be the first to ask for.
    pub cells: u32,
    /// Cells it was the first to ask for.
    pub used: u32,
}

/// What a question costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// New cells.
    pub cost: u32,
    /// Cells of this outcome that remain automatic after it.
    pub remaining: u32,
}

/// The questions answered so far, by outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    outcomes: BTreeMap<String, BTreeSet<Question>>,
}

impl Ledger {
    /// Writes an answered question down. A repeated one changes nothing.
    pub fn note(&mut self, question: &Question) {
        self.outcomes.entry(question.outcome().into()).or_default().insert(question.clone());
    }
    /// The questions answered on an outcome.
    pub fn of<'a>(&'a self, outcome: &str) -> impl Iterator<Item = &'a Question> {
        self.outcomes.get(outcome).into_iter().flatten()
    }
    /// Distinct cells given of an outcome.
    pub fn spent(&self, outcome: &str) -> u32 {
        self.of(outcome).map(Question::cells).fold(0, u32::saturating_add)
    }

    /// What a question costs. With `checked` (two output checkers agreed) the budget does not refuse.
    ///
    /// # Errors
    /// [`Refused::Budget`] or [`Refused::Quota`] when the new cells don't fit.
    pub fn price(&self, question: &Question, quota: Option<Quota>, checked: bool) -> Result<Price, Refused> {
        let left = BUDGET.saturating_sub(self.spent(question.outcome()));
        if self.of(question.outcome()).any(|known| known == question) {
            return Ok(Price { cost: 0, remaining: left });
        }
        let cost = question.cells();
        if cost > left && !checked {
            return Err(Refused::Budget { cost, remaining: left });
        }
        if let Some(quota) = quota {
            let left = quota.cells.saturating_sub(quota.used);
            if cost > left {
                return Err(Refused::Quota { cost, remaining: left });
            }
        }
        Ok(Price { cost, remaining: left.saturating_sub(cost) })
    }
}
