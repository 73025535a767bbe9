//! The whole gate: price, attack, table.

use crate::Malformed;
use crate::attack::Measure;
use crate::attacker::Attacker;
use crate::ledger::{Ledger, Price, Quota};
use crate::perturb::Table;
use crate::question::Question;
use crate::register::Register;
use crate::released::Released;

/// On what terms a question is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The project's part of the ledger, if it has one.
    pub quota: Option<Quota>,
    /// Two output checkers, two people, agreed to go beyond the automatic budget. The attack still decides.
    pub checked: bool,
}

/// An answered question. The caller notes it in the ledger and commits before anything is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The table.
    pub table: Released,
    /// What it cost.
    pub price: Price,
    /// How far the attack came; none for a repeated question, which adds nothing to attack.
    pub measure: Option<Measure>,
}

/// Why a question isn't answered. Never depends on an outcome.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refused {
    /// More new cells than are given automatically; two output checkers can.
    #[error("{cost} cells, {remaining} left of the register's budget")]
    Budget {
        /// New cells.
        cost: u32,
        /// Left.
        remaining: u32,
    },
    /// More new cells than the project has left.
    #[error("{cost} cells, {remaining} left of the project's quota")]
    Quota {
        /// New cells.
        cost: u32,
        /// Left.
        remaining: u32,
    },
    /// Another outcome that tells of the same answer left this snapshot before: the two together would give what each hides.
    #[error("{0} left before")]
    Family(String),
    /// With this table too much could be reconstructed.
    #[error("reconstruction reaches {:.2}", .0.auc)]
    Reconstruction(Measure),
    /// The question is not of this register.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

impl Refused {
    /// The key of the text that tells it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Budget { .. } => "gate-budget",
            Self::Quota { .. } => "gate-quota",
            Self::Family(_) => "gate-family",
            Self::Reconstruction(_) => "gate-reconstruction",
            Self::Malformed(_) => "gate-malformed",
        }
    }
}

/// What a question would cost and how far the attack would come, or why it would be refused. Nothing is counted: what [`ask`] refuses, this
/// refuses.
///
/// # Errors
/// As [`ask`].
pub fn weigh(register: &Register, ledger: &Ledger, question: &Question, terms: Terms, attacker: &mut Attacker) -> Result<(Price, Option<Measure>), Refused> {
    let price = ledger.price(question, terms.quota, terms.checked)?;
    if price.cost == 0 {
        return Ok((price, None));
    }
    let measure = attacker.measure_of(register, question, ledger.out(question.outcome(), Some(question)))?;
    if measure.passes() { Ok((price, Some(measure))) } else { Err(Refused::Reconstruction(measure)) }
}

/// Answers a question or refuses it. The same question on the same snapshot gives the same table, whatever was asked between.
///
/// # Errors
/// [`Refused`]: over the budget or the quota, or the attack on everything released and this table comes too far.
pub fn ask(register: &Register, ledger: &Ledger, question: &Question, terms: Terms, table: &Table, attacker: &mut Attacker) -> Result<Answer, Refused> {
    let (price, measure) = weigh(register, ledger, question, terms, attacker)?;
    Ok(Answer { table: Released::new(register, ledger, question, table)?, price, measure })
}
