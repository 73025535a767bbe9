//! A flat file of one level: the synthetic file, on which analysis code is written in advance.
//!
//! The codebook keeps a missing value apart from its reason, and shows the reason as a negative code in flat files only. Columns of
//! numbers carry that code themselves, declared as missing; columns of dates and texts are empty then and have a column
//! `NAME__missing` beside them. A variable with several codes becomes one yes or no column per code.

mod csv;
mod parquet;
mod sav;
mod sav_records;
mod sheet;

use crate::{Category, ExportError, Text};

pub use csv::csv;
pub use parquet::parquet;
pub use sav::sav;
use sheet::Sheet;

/// What stands in a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// One of the codes.
    Code,
    /// Several of the codes.
    Multi,
    /// A whole number.
    Integer,
    /// A day, as 2026-11-25.
    Date,
    /// Words.
    Text,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Id of the variable.
    pub id: String,
    /// Name.
    pub label: Text,
    /// What stands in it.
    pub kind: Kind,
    /// The codes of `Code` and `Multi`.
    pub codes: Vec<Category>,
}

/// A value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Of `Code` and `Integer`.
    Number(i64),
    /// Of `Multi`.
    Codes(Vec<i64>),
    /// Of `Date` and `Text`.
    Text(String),
    /// Missing, for the reason with this negative code.
    Missing(i64),
}

/// A flat file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flat {
    /// Title, which must say that the file is synthetic.
    pub title: Text,
    /// Codebook version, snapshot, seed, citation: what goes with the file.
    pub note: Text,
    /// The reasons for missing values.
    pub missing: Vec<Category>,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows; a value for each column, or nothing at all.
    pub rows: Vec<Vec<Option<Value>>>,
}

impl Flat {
    /// The columns and rows as the files have them.
    ///
    /// # Errors
    /// `Malformed` when a row, a value or a code does not fit.
    fn sheet(&self) -> Result<Sheet, ExportError> {
        Sheet::of(self)
    }
}
