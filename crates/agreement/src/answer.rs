//! What goes in: a variable and, per unit, what each coder answered.

use serde::Serialize;
use thiserror::Error;

/// How a variable is answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One of so many codes without an order.
    Nominal {
        /// How many codes there are to choose from, missing codes not counted.
        codes: usize,
    },
    /// One of so many codes in the order of their numbers.
    Ordinal {
        /// How many codes there are to choose from, missing codes not counted.
        codes: usize,
    },
    /// A number, a year, a day: differences mean something.
    Interval,
    /// Any of these options; judged option by option.
    Multi {
        /// Codes of the options.
        options: Vec<i64>,
    },
}

/// A variable to be judged.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Variable {
    /// Its id in the codebook.
    pub id: String,
    /// How it is answered.
    pub kind: Kind,
}

/// A coder's answer. 'Not yet collected' is no answer: leave that coder out of the unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// A code, number, year or day number.
    Code(i64),
    /// The options chosen; none is an answer too.
    Codes(Vec<i64>),
    /// The code of the reason why there is no value.
    Missing(i64),
}

/// A unit with the answers of those who coded it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unit {
    /// The case it belongs to.
    pub case: u64,
    /// The period it was coded in, as it is to be shown: `2026`, `2026-H1`. Periods are put in the order of their text.
    pub period: String,
    /// Coder and answer.
    pub by: Vec<(u64, Answer)>,
}

/// Why codings can't be judged. `unit` is the place in the list, from 0.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Faulty {
    /// One coder, two codings of a unit.
    #[error("coder {coder} has coded unit {unit} twice")]
    CodedTwice {
        /// Place of the unit.
        unit: usize,
        /// The coder.
        coder: u64,
    },
    /// Several options where one code belongs, or one code where options belong.
    #[error("the answer of coder {coder} to unit {unit} is of another kind than variable {variable}")]
    WrongKind {
        /// Place of the unit.
        unit: usize,
        /// The coder.
        coder: u64,
        /// The variable.
        variable: String,
    },
    /// An option the variable doesn't have.
    #[error("variable {variable} has no option {option} (unit {unit})")]
    NoSuchOption {
        /// Place of the unit.
        unit: usize,
        /// The code.
        option: i64,
        /// The variable.
        variable: String,
    },
}
