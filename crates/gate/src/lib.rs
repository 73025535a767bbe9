//! The register's disclosure gate: the only door through which figures leave the register of deaths.
//!
//! A researcher asks for a table: at most two keys, one of them the period, and one outcome, from a fixed list. What leaves is
//! counts that are too large to point at anyone, with a little noise and rounded, or the word *hidden*. Rows never leave this
//! package, and nothing in it knows HTTP, SQL, a clock or a source of randomness: keys and seeds are passed in.
//!
//! * [`Columns`]: the frozen snapshot as columns in memory, and counting in it;
//! * [`Catalogue`], [`Question`], [`Ledger`]: what may be asked, when two questions are one, what it costs;
//! * [`near`] and [`hide`]: which cells are hidden, first by their keys alone, then by their counts;
//! * [`Table`]: the secret noise, made with [`entropy`];
//! * [`attack`]: the reconstruction the gate tries on itself before it answers;
//! * [`ask`]: the whole;
//! * [`snapshot`] and [`quality`]: when a new snapshot may follow, and the figures published about the gate itself.
#![forbid(unsafe_code)]

mod ask;
mod asked;
pub mod attack;
mod attacker;
mod catalogue;
#[cfg(test)]
mod census;
mod columns;
mod count;
pub mod entropy;
pub mod figure;
pub mod hide;
mod ledger;
mod near;
mod perturb;
pub mod quality;
mod question;
#[cfg(test)]
mod reference;
mod register;
mod released;
mod runs;
mod score;
pub mod snapshot;
mod solve;
mod stream;

pub use ask::{Answer, Refused, Terms, ask, weigh};
pub use attack::Measure;
pub use attacker::{Attacker, Out};
pub use catalogue::{Catalogue, Role, Variable};
pub use columns::{Builder, Columns};
pub use count::{Counts, Tally};
pub use entropy::Law;
pub use hide::Hidden;
pub use ledger::{BUDGET, Before, Ledger, Price, Quota};
pub use near::near;
pub use perturb::{Seed, Table};
pub use question::{Question, QuestionError};
pub use register::{Earlier, Register};
pub use released::{Figure, Group, Released};

/// Why a catalogue, a snapshot or a noise table can't be used. A fault of whoever loads them, never of whoever asks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// More rows than a snapshot may have.
    #[error("more than {0} rows")]
    Rows(usize),
    /// No such variable here.
    #[error("no variable {0}")]
    Variable(String),
    /// A variable is named twice.
    #[error("variable {0} is there twice")]
    Twice(String),
    /// A name with other signs than small letters, digits, `_` and `:`, or too long.
    #[error("not a name: {0}")]
    Name(String),
    /// A number of codes that is zero or too large.
    #[error("variable {0} has an impossible number of codes")]
    Codes(String),
    /// A code that the variable doesn't have.
    #[error("variable {0} has no code {1}")]
    Code(String, u16),
    /// A row with another number of codes than there are variables.
    #[error("row with {found} codes, {wanted} wanted")]
    Row {
        /// Codes in the row.
        found: usize,
        /// Variables of the snapshot.
        wanted: usize,
    },
    /// A case number that is kept for "none".
    #[error("case number {0} is not allowed")]
    Case(u32),
    /// Not exactly one variable is the period.
    #[error("{0} variables are the period, one must be")]
    Period(usize),
    /// No columns for a unit that an outcome names, or columns for it twice.
    #[error("unit {0} is missing or there twice")]
    Unit(String),
    /// A table larger than any that is allowed.
    #[error("table of {0} cells")]
    Cells(usize),
    /// A noise table with rows that don't fit.
    #[error("noise table does not fit")]
    Noise,
}
