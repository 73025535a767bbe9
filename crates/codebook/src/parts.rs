//! What a codebook is made of, as the file tells it.

use serde::{Deserialize, Serialize};

use crate::load::{Band, Pairing};

/// A text in the languages of the codebook.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
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
    pub(crate) fn of(nl: impl Into<String>, en: impl Into<String>) -> Label {
        Label { nl: nl.into(), en: en.into() }
    }
}

/// What is called the same in every language: an id, a sign.
impl From<String> for Label {
    fn from(text: String) -> Label {
        Label { nl: text.clone(), en: text }
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
    /// What a row is, in English.
    #[serde(default)]
    pub rows: String,
    /// The same in Dutch.
    #[serde(default)]
    pub rows_nl: String,
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
    pub(crate) bands: Vec<Band>,
    #[serde(default)]
    pub(crate) map: Vec<Pairing>,
    /// The lines of a table, the first that fits wins.
    #[serde(default)]
    pub cases: Vec<Line>,
    /// The function as the codebook words it.
    #[serde(default)]
    pub function: String,
    /// The function as an expression, where its wording is none.
    pub(crate) expression: Option<String>,
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
    pub(crate) fn computed_by(&self) -> impl PartialEq + '_ {
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, schemars::JsonSchema)]
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
    /// Variables, limits (`release.rounding`) and checks that let out more, or check less, than in the version before it: what the board decided so.
    #[serde(default)]
    pub loosened: Vec<String>,
}

/// How codes of a variable go over into the next version.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The variable.
    pub variable: String,
    /// The old code or codes; none means the variable as a whole.
    #[serde(default, deserialize_with = "crate::load::one_or_more")]
    pub from: Vec<i64>,
    /// The new code or codes.
    #[serde(default, deserialize_with = "crate::load::one_or_more")]
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
    /// Whether a record on which it fires closes with a third coder's agreement only.
    #[serde(default)]
    pub third_coder: bool,
}
