//! The codebook of the register as data: levels, variables, code lists, factors, checks. No variable is named in this code.
//!
//! A codebook is a file; whatever it says of a variable (who may see it, when it is asked, what it is derived from) is read from
//! there. A file that contradicts itself is refused when it is loaded, not when somebody codes.
//!
//! [`Codebook::parse`] reads and resolves it. [`Codebook::examine`] tells of a record what is asked, what follows and which checks
//! fire; [`Codebook::complete`] adds the rows it should have; [`Codebook::flat`] lays it out for a table. [`compare`] and
//! [`map_record`] go from one version to the next.
#![forbid(unsafe_code)]

mod ask;
mod compare;
mod derive;
mod evaluate;
mod examine;
mod flat;
mod load;
mod mapped;
mod plan;
mod ready;
mod record;
mod resolve;
mod rows;
mod sheet;
mod syntax;
mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use ask::{Expression, Handle, Quantity};
pub use compare::{Difference, Used, compare};
pub use examine::{Asked, Cell, Derivation, Examined, Fired, Hit, Input, Place};
pub use flat::{Column, FlatRow};
pub use load::CodebookError;
pub use mapped::{Work, map_record};
pub use record::{Faulty, Record, Row, faults, open};
pub use rows::{Absent, Rows};
pub use sheet::{Answer, Sheet};

/// A text in the languages of the codebook.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Label {
    /// Dutch.
    pub nl: String,
    /// English.
    pub en: String,
}

impl Label {
    /// The text in a language: `en`, everything else is Dutch.
    pub fn get(&self, language: &str) -> &str {
        if language == "en" { &self.en } else { &self.nl }
    }
}

/// A code of a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Code {
    /// The number.
    pub code: i64,
    /// What it means.
    #[serde(flatten)]
    pub label: Label,
    /// Whether it can't stand beside others.
    #[serde(default)]
    pub exclusive: bool,
    /// The version that took it out of use; it stays listed, since a code is never used again.
    #[serde(default)]
    pub retired_in: Option<String>,
}

/// A level of the record: case, victim, suspect ...
#[derive(Clone, Debug, Deserialize)]
pub struct Level {
    /// Id.
    pub id: String,
    /// Name.
    pub label: Label,
    /// The level it hangs under.
    pub parent: Option<String>,
    /// Levels a row links, one row of each.
    #[serde(default)]
    pub links: Vec<String>,
    /// What a row is.
    #[serde(default)]
    pub rows: String,
    /// The member of a row by which others name it, beside `key`.
    #[serde(default)]
    pub key: String,
    /// How many rows a record has at least.
    #[serde(default)]
    pub at_least: usize,
}

/// When a variable is asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// With the notification.
    Intake,
    /// While coding.
    Coding,
    /// At closing.
    Closing,
    /// Once the proceedings are over.
    Final,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Id.
    pub id: String,
    /// Level it stands on.
    pub level: String,
    /// Name.
    pub label: Label,
    /// What exactly is meant.
    pub definition: Label,
    /// `code`, `multi`, `integer`, `date` ...
    pub kind: String,
    /// Codes, its own or those of its list.
    pub codes: Vec<Code>,
    /// The condition under which it is asked, an expression; none means always.
    pub condition: Option<String>,
    /// When it is asked.
    pub stage: Stage,
    /// `public`, `researcher`, `never`.
    pub export: String,
    /// `key`, `outcome`, `none`.
    pub gate: String,
    /// How it is coded: `double`, `single`, `source`.
    pub reliability: String,
    /// The least and most of a number.
    pub range: (Option<i64>, Option<i64>),
    /// The coarser variable, for publication.
    pub coarse: Option<String>,
    /// `direct`, `quasi`, `none`: what it gives away by itself.
    pub identifying: String,
    /// `health`, `criminal`, `origin` ... or `none`.
    pub sensitive: String,
    /// Codes out of use, which nobody may choose any more.
    pub retired: Vec<Code>,
    /// The version that took the variable itself out of use.
    pub retired_in: Option<String>,
    /// Tags of the standards it maps to.
    pub source: Vec<String>,
}

/// A variable that is computed, never coded.
#[derive(Clone, Debug, Deserialize)]
pub struct Derived {
    /// Id.
    pub id: String,
    /// Level it stands on.
    pub level: String,
    /// Name.
    pub label: Label,
    /// `code` or `integer`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Codes.
    #[serde(default)]
    pub codes: Vec<Code>,
    /// What it is computed from.
    #[serde(default)]
    pub from: Vec<String>,
    /// `bands`, `map`, `cases` or `function`.
    pub method: String,
    #[serde(default)]
    bands: Vec<load::Band>,
    #[serde(default)]
    map: Vec<load::Pairing>,
    /// The lines of a table, the first that fits wins.
    #[serde(default)]
    pub cases: Vec<Line>,
    /// The function as the codebook words it.
    #[serde(default)]
    pub function: String,
    /// The function as an expression, where its wording is none.
    expression: Option<String>,
    /// `public`, `researcher`, `never`.
    #[serde(default)]
    pub export: String,
    /// `key`, `outcome`, `none`.
    #[serde(default)]
    pub gate: String,
    /// The coarser variable, for publication.
    pub coarse: Option<String>,
    /// `direct`, `quasi`, `none`.
    #[serde(default)]
    pub identifying: String,
    /// `health`, `origin` ... or `none`.
    #[serde(default)]
    pub sensitive: String,
    /// The version that took it out of use.
    pub retired_in: Option<String>,
}

impl Derived {
    /// All that decides its value.
    fn computed_by(&self) -> impl PartialEq + '_ {
        (&self.level, &self.method, &self.bands, &self.map, &self.cases, &self.function, &self.expression)
    }
}

/// A line of a table of cases.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Line {
    /// When it fits, an expression.
    pub when: String,
    /// What follows.
    pub code: i64,
    /// The line in words; empty where the code says it all.
    #[serde(default)]
    pub nl: String,
    /// The same in English.
    #[serde(default)]
    pub en: String,
}

/// A risk factor of the catalogue.
#[derive(Clone, Debug, Deserialize)]
pub struct Factor {
    /// Number.
    pub code: i64,
    /// Id.
    pub id: String,
    /// Group.
    pub group: String,
    /// What it says.
    #[serde(flatten)]
    pub label: Label,
    /// Whether practice uses it as a red flag.
    #[serde(default)]
    pub red_flag: bool,
    /// When it is coded, a name in `[factor_scope]`.
    #[serde(default)]
    pub scope: String,
    /// The variable that must not contradict it.
    pub evidence: Option<String>,
    /// The expression that computes it; then nobody judges it.
    pub computed: Option<String>,
    /// Its number in the list of Ontario, 0 for none.
    #[serde(default)]
    pub dvdrc: i64,
    /// The version that took it out of use.
    pub retired_in: Option<String>,
}

/// What a check that fires does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The case can't be closed.
    Hard,
    /// The coder confirms, with a reason.
    Soft,
}

/// A version in the history of the codebook.
#[derive(Clone, Debug, Deserialize)]
pub struct Version {
    /// `2026.1`.
    pub version: String,
    /// What was decided.
    #[serde(default)]
    pub note: String,
    /// How codes of the version before it go over into this one.
    #[serde(default)]
    pub mapping: Vec<Mapping>,
}

/// How codes of a variable go over into the next version.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The variable.
    pub variable: String,
    /// The old code or codes; none means the variable as a whole.
    #[serde(default, deserialize_with = "load::one_or_more")]
    pub from: Vec<i64>,
    /// The new code or codes.
    #[serde(default, deserialize_with = "load::one_or_more")]
    pub to: Vec<i64>,
    /// How.
    pub kind: MappingKind,
}

/// How a code goes over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MappingKind {
    /// Meaning and code, or meaning alone, stay the same.
    Same,
    /// Several codes become one.
    Merged,
    /// One becomes several: a coder must look again.
    SplitRecode,
    /// No series across the versions.
    Broken,
}

/// A check over variables.
#[derive(Clone, Debug, Deserialize)]
pub struct Check {
    /// `C01` ...
    pub id: String,
    /// Level it is evaluated on.
    pub level: String,
    /// What it does.
    pub severity: Severity,
    /// When it applies, an expression.
    pub when: String,
    /// What must hold then.
    pub then: String,
    /// What is told.
    pub message: Label,
}

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
    /// The variables of a level.
    pub fn of_level<'a>(&'a self, level: &'a str) -> impl Iterator<Item = &'a Variable> {
        self.variables.iter().filter(move |variable| variable.level == level)
    }
    /// The codes of a list, or of a variable of that name.
    pub fn list(&self, id: &str) -> Option<&[Code]> {
        self.lists.get(id).map(Vec::as_slice).or_else(|| self.variable(id).map(|variable| variable.codes.as_slice()).filter(|codes| !codes.is_empty()))
    }
}
