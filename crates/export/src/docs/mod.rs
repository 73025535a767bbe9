//! Documentation of a codebook and of a snapshot coded with it.

mod csv;
mod ddi;
mod facts;
mod html;
mod pdf;

use std::collections::BTreeSet;

use crate::{Category, ExportError, Snapshot, Text};

pub use csv::{codes_csv, rules_csv, variables_csv};
pub use ddi::ddi;
pub use html::html;
pub use pdf::pdf;

/// Codebook and snapshot in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Documentation {
    /// Persistent identifier of the documentation.
    pub id: String,
    /// Title.
    pub title: Text,
    /// What the register holds.
    pub summary: Text,
    /// How to cite it.
    pub citation: Text,
    /// Who keeps the register.
    pub publisher: String,
    /// On what terms one may use it.
    pub access: Text,
    /// How complete and how reliable the snapshot is, in paragraphs.
    pub quality: Vec<Text>,
    /// The snapshot.
    pub snapshot: Snapshot,
    /// Levels, outermost first.
    pub levels: Vec<Level>,
    /// Reasons for missing values, for all variables.
    pub missing: Vec<Category>,
    /// Variables in the order of the codebook.
    pub variables: Vec<Variable>,
}

/// A level.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Level {
    /// Id.
    pub id: String,
    /// Name.
    pub label: Text,
    /// What a row is.
    pub rows: Text,
    /// Rows in the snapshot as the gate gives them; none when hidden or not given.
    pub count: Option<u32>,
}

/// A variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variable {
    /// Id.
    pub id: String,
    /// Level.
    pub level: String,
    /// Name.
    pub label: Text,
    /// What exactly is meant; of a derived variable, how it is computed.
    pub definition: Text,
    /// The table by which it is computed, in order.
    pub rule: Vec<RuleLine>,
    /// `code`, `multi`, `integer`, `date`, `year_month`, `text_internal`, or `derived`.
    pub kind: String,
    /// Codes.
    pub codes: Vec<Category>,
    /// Least and most of a number.
    pub range: (Option<i64>, Option<i64>),
    /// When it is asked, an expression; none means always.
    pub condition: Option<String>,
    /// The same in words, for people; none where only the expression is known.
    pub asked_when: Option<Text>,
    /// Variables it is computed from.
    pub from: Vec<String>,
    /// `public`, `researcher`, `never`.
    pub export: String,
    /// `key`, `outcome`, `none`.
    pub gate: String,
    /// `double`, `single`, `source`, `derived`.
    pub reliability: String,
    /// Standards it follows.
    pub source: Vec<String>,
    /// Figures on its quality: agreement, missing share.
    pub quality: Vec<Quality>,
}

/// A line of the table by which a variable is computed: the first that fits holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleLine {
    /// When it fits.
    pub when: Text,
    /// The codebook's own expression; empty where the words are all there is.
    pub expression: String,
    /// What follows.
    pub then: Category,
}

/// A figure on quality.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quality {
    /// What it is.
    pub label: Text,
    /// The figure in writing, as 0.82; a decimal point in both languages, as in the files.
    pub value: String,
}

impl Documentation {
    /// Whether the parts fit together.
    ///
    /// # Errors
    /// `Malformed` with what does not fit.
    pub fn check(&self) -> Result<(), ExportError> {
        let mut ids = BTreeSet::new();
        for variable in &self.variables {
            if !ids.insert(&variable.id) || variable.id.is_empty() || crate::name_of(&variable.id) != variable.id {
                return Err(ExportError::malformed(format!("variable {}: twice, or not a name", variable.id)));
            }
            if !self.levels.iter().any(|level| level.id == variable.level) {
                return Err(ExportError::malformed(format!("{}: no level {}", variable.id, variable.level)));
            }
        }
        Ok(())
    }
    /// The variables of a level.
    pub(crate) fn of_level<'a>(&'a self, level: &'a Level) -> impl Iterator<Item = &'a Variable> {
        self.variables.iter().filter(move |variable| variable.level == level.id)
    }
}
