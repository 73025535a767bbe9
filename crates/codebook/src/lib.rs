//! The codebook of the register as data: levels, variables, code lists, factors, checks. No variable is named in this code.
//!
//! A codebook is a file; whatever it says of a variable (who may see it, when it is asked, what it is derived from) is read from
//! there. A file that contradicts itself is refused when it is loaded, not when somebody codes.
#![forbid(unsafe_code)]

mod load;
mod record;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use load::CodebookError;
pub use record::{Faulty, Record, Row, faults, open};

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
}

/// A check over variables.
#[derive(Clone, Debug, Deserialize)]
pub struct Check {
    /// `C01` ...
    pub id: String,
    /// Level it is evaluated on.
    pub level: String,
    /// `hard` stops closing, `soft` asks for a reason.
    pub severity: String,
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
    /// Ids of derived variables, which nobody codes.
    pub derived: Vec<String>,
}

impl Codebook {
    /// A variable.
    pub fn variable(&self, id: &str) -> Option<&Variable> {
        self.variables.iter().find(|variable| variable.id == id)
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
