//! What has been given out of one snapshot, over all researchers: distinct cells per outcome. Sixty are given automatically;
//! a repeated question is free, as its answer is the same.
//!
//! A cell is named by its keys and their codes. Tables by different keys share no cell, so that the distinct cells are those of
//! the distinct tables; hidden ones count as well, or else a refusal would tell what was hidden.

use std::collections::{BTreeMap, BTreeSet};

use crate::ask::Refused;
use crate::attacker::Out;
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

/// A table that left an earlier snapshot and says something of an outcome asked now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Before {
    /// Which of the earlier snapshots, in the order in which the register was given them.
    pub snapshot: usize,
    /// Its second key.
    pub second: Option<String>,
    /// Whether it counted the same outcome by the same codes. Another form of it (finer, coarser, codes merged or split since) hides
    /// another part of a group, so that a group that stayed as it was may not be shown in both.
    pub same: bool,
}

/// The questions answered so far, by outcome; and what earlier snapshots told of the same outcomes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    outcomes: BTreeMap<String, BTreeSet<Question>>,
    earlier: BTreeMap<String, BTreeSet<Before>>,
}

impl Ledger {
    /// Writes an answered question down. A repeated one changes nothing.
    pub fn note(&mut self, question: &Question) {
        self.outcomes.entry(question.outcome().into()).or_default().insert(question.clone());
    }
    /// Writes down what an earlier snapshot told of an outcome.
    pub fn note_before(&mut self, outcome: &str, before: Before) {
        self.earlier.entry(outcome.into()).or_default().insert(before);
    }
    /// What earlier snapshots told of an outcome.
    pub fn before<'a>(&'a self, outcome: &str) -> impl Iterator<Item = &'a Before> {
        self.earlier.get(outcome).into_iter().flatten()
    }
    /// Another outcome that tells of the same answer and has left this snapshot.
    pub fn kept_by(&self, question: &Question) -> Option<&str> {
        let kin = |known: &&Question| known.outcome() != question.outcome() && (question.kin().contains(known.outcome()) || known.kin().contains(question.outcome()));
        self.outcomes.values().flatten().find(kin).map(Question::outcome)
    }
    /// All tables an attacker has of an outcome, of this snapshot and of earlier ones, and one more.
    pub fn out(&self, outcome: &str, more: Option<&Question>) -> Out {
        let now = self.of(outcome).chain(more).map(|asked| (0, asked.second().map(str::to_owned)));
        now.chain(self.before(outcome).map(|before| (before.snapshot + 1, before.second.clone()))).collect()
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
    /// [`Refused::Family`] when another form of the question has left; [`Refused::Budget`] or [`Refused::Quota`] when the new cells don't fit.
    pub fn price(&self, question: &Question, quota: Option<Quota>, checked: bool) -> Result<Price, Refused> {
        let left = BUDGET.saturating_sub(self.spent(question.outcome()));
        if self.of(question.outcome()).any(|known| known == question) {
            return Ok(Price { cost: 0, remaining: left });
        }
        if let Some(other) = self.kept_by(question) {
            return Err(Refused::Family(other.into()));
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
