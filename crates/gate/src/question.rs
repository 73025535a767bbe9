//! A question that may be asked: at most two keys, the period one of them, and one outcome from the list, in a form in which
//! equal questions are equal.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::catalogue::{Catalogue, Role};

/// Why something is no question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// More than two keys.
    #[error("{0} keys, at most two")]
    TooManyKeys(usize),
    /// The period isn't among the keys.
    #[error("the period must be one of the keys")]
    NoPeriod,
    /// The same key twice.
    #[error("key {0} twice")]
    Twice(String),
    /// Not a key of the list.
    #[error("no key {0}")]
    NoKey(String),
    /// Not an outcome of the list.
    #[error("no outcome {0}")]
    NoOutcome(String),
    /// The key does not stand on the outcome's unit.
    #[error("key {key} does not belong to a {unit}")]
    OtherUnit {
        /// The key.
        key: String,
        /// The outcome's unit.
        unit: String,
    },
}

impl QuestionError {
    /// The key of the text that tells it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TooManyKeys(_) => "gate-too-many-keys",
            Self::NoPeriod => "gate-no-period",
            Self::Twice(_) => "gate-key-twice",
            Self::NoKey(_) => "gate-no-key",
            Self::NoOutcome(_) => "gate-no-outcome",
            Self::OtherUnit { .. } => "gate-other-unit",
        }
    }
}

/// A question of the list, in its canonical form: the period first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Question {
    outcome: String,
    kin: BTreeSet<String>,
    unit: String,
    period: String,
    second: Option<String>,
    cells: u32,
}

impl Question {
    /// The question by these keys, in any order, and this outcome.
    ///
    /// # Errors
    /// [`QuestionError`] when it isn't allowed.
    pub fn new(catalogue: &Catalogue, keys: &[&str], outcome: &str) -> Result<Self, QuestionError> {
        let counted = catalogue.get(outcome).ok_or_else(|| QuestionError::NoOutcome(outcome.into()))?;
        let Role::Outcome { unit, kin, .. } = &counted.role else { return Err(QuestionError::NoOutcome(outcome.into())) };
        if keys.len() > 2 {
            return Err(QuestionError::TooManyKeys(keys.len()));
        }
        let mut cells = 1;
        for key in keys {
            let variable = catalogue.get(key).ok_or_else(|| QuestionError::NoKey((*key).into()))?;
            match &variable.role {
                Role::Outcome { .. } => return Err(QuestionError::NoKey((*key).into())),
                Role::Key { units } if !units.contains(unit) => return Err(QuestionError::OtherUnit { key: (*key).into(), unit: unit.clone() }),
                Role::Key { .. } | Role::Period => cells *= u32::from(variable.codes),
            }
        }
        let period = catalogue.period();
        let second = match keys {
            [one] if *one == period => None,
            [one, two] if one == two => return Err(QuestionError::Twice((*one).into())),
            [one, two] if *one == period => Some((*two).into()),
            [one, two] if *two == period => Some((*one).into()),
            _ => return Err(QuestionError::NoPeriod),
        };
        Ok(Self { outcome: outcome.into(), kin: kin.clone(), unit: unit.clone(), period: period.into(), second, cells })
    }

    /// What is counted.
    pub fn outcome(&self) -> &str {
        &self.outcome
    }
    /// Other outcomes that tell of the same answer.
    pub fn kin(&self) -> &BTreeSet<String> {
        &self.kin
    }
    /// The unit whose answers are counted.
    pub fn unit(&self) -> &str {
        &self.unit
    }
    /// The key beside the period.
    pub fn second(&self) -> Option<&str> {
        self.second.as_deref()
    }
    /// The keys, period first.
    pub fn keys(&self) -> Vec<&str> {
        std::iter::once(self.period.as_str()).chain(self.second()).collect()
    }
    /// Cells by their keys: every combination of codes, also those that are empty or will be hidden. The price can then be told
    /// before anything is counted, and says nothing.
    pub fn cells(&self) -> u32 {
        self.cells
    }
    /// The same for equal questions, other for others: SHA-256 of the canonical text, in hexadecimal.
    pub fn id(&self) -> String {
        let text = format!("table/1;unit={};outcome={};keys={}", self.unit, self.outcome, self.keys().join(","));
        Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
