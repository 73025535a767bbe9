//! The codebook of the register as data: levels, variables, code lists, factors, checks. No variable is named in this code.
//!
//! A codebook is a file; whatever it says of a variable (who may see it, when it is asked, what it is derived from) is read from
//! there. A file that contradicts itself is refused when it is loaded, not when somebody codes.
//!
//! [`Codebook::parse`] reads and resolves it. [`Codebook::examine`] tells of a record what is asked, what follows and which checks
//! fire; [`Codebook::complete`] adds the rows it should have; [`Codebook::flat`] lays it out for a table. [`compare`] and
//! [`map_record`] go from one version to the next.
#![forbid(unsafe_code)]

mod agreed;
mod apart;
mod ask;
mod compare;
mod derive;
mod evaluate;
mod examine;
mod figure;
mod flat;
mod kin;
mod letting;
mod load;
mod mapped;
mod pair;
mod parts;
mod plan;
mod possible;
mod ready;
mod record;
mod resolve;
mod rows;
mod rules;
mod sheet;
mod syntax;
mod taken;
mod words;

use std::collections::BTreeMap;

pub use agreed::AgreementLimits;
pub use ask::{Expression, Handle, Quantity};
pub use compare::{Difference, Used, compare};
pub use examine::{Asked, Cell, Derivation, Examined, Fired, Hit, Input, Place, field};
pub use flat::{Column, FlatRow};
pub use load::{CodebookError, unread};
pub use mapped::{Work, map_record, map_worked};
pub use pair::{Joined, Paired, same_code};
pub use possible::Never;
pub use parts::{Check, Code, Derived, Factor, Label, Level, Line, Mapping, MappingKind, Severity, Stage, Variable, Version};
pub use record::{Faulty, MOST_ROWS, Record, Row, faults, open, to_come};
pub use rows::{Absent, Rows};
pub use rules::{Rule, RuleLine};
pub use sheet::{Answer, Sheet};
pub use taken::{Taken, after, once_back, put_rows, take_rows};

/// A codebook.
#[derive(Clone, Debug)]
pub struct Codebook {
    /// Version, kept with every record.
    pub version: String,
    /// Title.
    pub title: Label,
    /// Levels, outermost first.
    pub levels: Vec<Level>,
    /// Variables, in order.
    pub variables: Vec<Variable>,
    /// Lists by id.
    pub lists: BTreeMap<String, Vec<Code>>,
    /// Risk factors.
    pub factors: Vec<Factor>,
    /// Checks.
    pub checks: Vec<Check>,
    /// Variables that are computed.
    pub derived: Vec<Derived>,
    /// Variables out of use: listed so that their ids are never used again, never asked.
    pub retired: Vec<Variable>,
    /// Derived variables out of use.
    pub retired_derived: Vec<Derived>,
    /// Factors out of use.
    pub retired_factors: Vec<Factor>,
    /// Versions and how codes went over, in the order of the file.
    pub history: Vec<Version>,
    /// Why a value can be missing, with the codes of flat files.
    pub missing: Vec<Code>,
    /// The key that stands in every table.
    pub period: Option<String>,
    /// Keys that are places on a map.
    pub places: Vec<String>,
    /// Of how many records, in per cent, a second coder recodes what one codes.
    pub recoded: u32,
    /// Of how many records, in per cent, a second coder looks up what was copied from sources.
    pub compared: u32,
    /// The limits of what is let out and of how far coders must agree, by their names in the file.
    limits: BTreeMap<&'static str, f64>,
    plan: plan::Plan,
}

impl Codebook {
    /// A variable.
    pub fn variable(&self, id: &str) -> Option<&Variable> {
        self.variables.iter().find(|variable| variable.id == id)
    }
    /// A derived variable.
    pub fn computed(&self, id: &str) -> Option<&Derived> {
        self.derived.iter().find(|derived| derived.id == id)
    }
    /// Whether a code of the period has begun by a year: those of later years can't be in what is frozen then. A period that is not told by bands of
    /// years has always begun.
    pub fn has_begun(&self, code: i64, year: i64) -> bool {
        let Some(number) = self.period.as_ref().and_then(|id| self.derived.iter().position(|derived| derived.id == *id)) else { return true };
        let Some(plan::Method::Bands(slot, bands)) = self.plan.methods.get(number) else { return true };
        let of_year = match self.plan.slots.get(*slot).map(|slot| slot.source) {
            Some(plan::Source::Derived(from)) => matches!(self.plan.methods.get(from), Some(plan::Method::Function(plan::Amount::Year(_)))),
            _ => false,
        };
        !of_year || bands.iter().any(|(min, _, of)| *of == code && *min <= year)
    }
    /// The variables of a level.
    pub fn of_level<'a>(&'a self, level: &'a str) -> impl Iterator<Item = &'a Variable> {
        self.variables.iter().filter(move |variable| variable.level == level)
    }
    /// The codes of a list, or of a variable of that name.
    pub fn list(&self, id: &str) -> Option<&[Code]> {
        self.lists.get(id).map(Vec::as_slice).or_else(|| self.variable(id).map(|variable| variable.codes.as_slice()).filter(|codes| !codes.is_empty()))
    }
    /// The name of a code in a list.
    pub fn listed(&self, list: &str, code: i64) -> Option<&Label> {
        self.list(list)?.iter().find(|known| known.code == code).map(|known| &known.label)
    }
}
