//! Who may do what: roles, kinds of compartment, acts. No HTTP, no SQL.
//!
//! An act is a value on top of its use case's file. Its route, its line in the API description, its permit and its row in the
//! role matrix are all taken from it, so "who may" is written once.

mod role;

pub use role::Role;

/// The kinds of compartment (`product.md` section 3, ruling 1). A row lives in exactly one compartment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Accounts, settings, log. Not sealed to members.
    System,
    /// Intake, identities, screening: who leads the case.
    Case,
    /// One per organisation and case; its own people only.
    Reflection,
    /// Released material, meetings, findings.
    Panel,
    /// One per relative.
    Kin,
    /// Drafts of the report.
    Report,
    /// One per owner of recommendations.
    Action,
    /// One per coded record: sources, notes, reasons.
    Coding,
    /// What the national coordination co-signs.
    National,
    /// Research projects.
    Project,
    /// Published, open to all.
    Library,
}

impl Kind {
    /// All kinds, in the order of the check list of the database.
    pub const ALL: [Kind; 11] = [
        Kind::System, Kind::Case, Kind::Reflection, Kind::Panel, Kind::Kin, Kind::Report, Kind::Action, Kind::Coding, Kind::National,
        Kind::Project, Kind::Library,
    ];

    /// The word used in the database, in associated data and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Kind::System => "system",
            Kind::Case => "case",
            Kind::Reflection => "reflection",
            Kind::Panel => "panel",
            Kind::Kin => "kin",
            Kind::Report => "report",
            Kind::Action => "action",
            Kind::Coding => "coding",
            Kind::National => "national",
            Kind::Project => "project",
            Kind::Library => "library",
        }
    }

    /// The kind a word of the database means.
    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// One thing somebody may do.
#[derive(Debug, PartialEq, Eq)]
pub struct Act {
    /// `room.verb`, as it stands in the log. Never changed once used.
    pub name: &'static str,
    /// The kind of compartment it happens in.
    pub within: Kind,
    /// Who may. Empty: anybody with a session.
    pub by: &'static [Role],
    /// Whether one must have confirmed within five minutes who one is.
    pub step_up: bool,
}

impl Act {
    /// Whether a holder of `role` may do this.
    pub fn allows(&self, role: Role) -> bool {
        self.by.is_empty() || self.by.contains(&role)
    }
}
