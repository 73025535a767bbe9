//! The fixed list: which variables may be a key, which an outcome, and of which unit. Given by the codebook; nothing outside it
//! can be asked.

use std::collections::{BTreeMap, BTreeSet};

use crate::Malformed;
use crate::columns::MOST_CODES;

/// What a variable may be in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// The period of the incident; one of the keys of every table.
    Period,
    /// A key beside the period, on the units that have it.
    Key {
        /// Units on which it stands.
        units: BTreeSet<String>,
    },
    /// What is counted.
    Outcome {
        /// The unit whose answer it is: case, victim, relation ...
        unit: String,
        /// Outcomes that tell of the same answer: finer and coarser forms of it, and what is asked by it. What a table of one hides, a table of the
        /// other less its shown parts would give.
        kin: BTreeSet<String>,
        /// The code of those to whom the question does not apply, where it has one. That follows from what everybody knows of them: they are
        /// no remainder to anybody, and no figure tells how many they are.
        outside: Option<u16>,
        /// Whether an answer decides to whom it does not apply, which not everybody knows: then how many they are is an answer as well.
        by_answer: bool,
    },
}

/// A variable of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Name in the codebook.
    pub id: String,
    /// How many codes it has, missing ones included; they run from 0.
    pub codes: u16,
    /// What it may be.
    pub role: Role,
}

/// The list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    variables: BTreeMap<String, Variable>,
    period: String,
}

impl Catalogue {
    /// The list of these variables.
    ///
    /// # Errors
    /// [`Malformed`] for a name twice, a strange name, an impossible number of codes, or not exactly one period.
    pub fn new(variables: impl IntoIterator<Item = Variable>) -> Result<Self, Malformed> {
        let mut list = BTreeMap::new();
        for variable in variables {
            // Names stand in the canonical text of a question, so they can't hold its separators.
            let sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == ':';
            if variable.id.is_empty() || variable.id.len() > 100 || !variable.id.chars().all(sign) {
                return Err(Malformed::Name(variable.id));
            }
            let least = if matches!(variable.role, Role::Outcome { .. }) { 2 } else { 1 };
            if variable.codes < least || variable.codes > MOST_CODES {
                return Err(Malformed::Codes(variable.id));
            }
            if let Role::Outcome { outside: Some(outside), .. } = variable.role && outside >= variable.codes {
                return Err(Malformed::Code(variable.id, outside));
            }
            if let Some(before) = list.insert(variable.id.clone(), variable) {
                return Err(Malformed::Twice(before.id));
            }
        }
        let periods: Vec<_> = list.values().filter(|variable| variable.role == Role::Period).map(|variable| variable.id.clone()).collect();
        match periods.as_slice() {
            [period] => Ok(Self { period: period.clone(), variables: list }),
            other => Err(Malformed::Period(other.len())),
        }
    }

    /// The period.
    pub fn period(&self) -> &str {
        &self.period
    }
    /// A variable of the list.
    pub fn get(&self, id: &str) -> Option<&Variable> {
        self.variables.get(id)
    }
    /// The code of those to whom an outcome does not apply, whether there are any or not.
    pub(crate) fn outside(&self, outcome: &str) -> Option<u16> {
        self.get(outcome).and_then(|variable| match variable.role {
            Role::Outcome { outside, .. } => outside,
            Role::Period | Role::Key { .. } => None,
        })
    }
    /// Keys that may stand beside the period in tables of a unit, in the order of their names.
    pub fn keys_of<'a>(&'a self, unit: &'a str) -> impl Iterator<Item = &'a Variable> {
        self.variables.values().filter(move |variable| matches!(&variable.role, Role::Key { units } if units.contains(unit)))
    }
    /// Outcomes with their unit, in the order of their names.
    pub fn outcomes(&self) -> impl Iterator<Item = (&Variable, &str)> {
        self.variables.values().filter_map(|variable| match &variable.role {
            Role::Outcome { unit, .. } => Some((variable, unit.as_str())),
            _ => None,
        })
    }
}
