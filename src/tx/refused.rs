//! What is said no to everywhere, and the trait every room's error speaks.

use crate::texts::Words;

/// What is possible that is named where something else was asked, at most.
const NAMED: usize = 10;
/// Characters of what was asked that are said again.
const QUOTED: usize = 60;

/// A field at fault: where, which rule, and the words its text needs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct FieldFault {
    /// Path of the field, `victims[0].age`.
    pub field: String,
    /// Stable name of the rule; its text is `fault-<rule>`.
    pub rule: String,
    /// Arguments of the text, such as the highest number allowed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<(String, String)>,
}

impl FieldFault {
    /// The latest or earliest day that fits, for a rule whose text tells it.
    pub fn with_day(mut self, day: chrono::NaiveDate) -> Self {
        self.words.push(("day".into(), day.to_string()));
        self
    }
    /// A fault without arguments.
    pub fn new(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { field: field.into(), rule: rule.into(), words: vec![] }
    }
    /// Something that is none of a list: the text quotes it (`code`) and names what is possible (`known`), what begins alike first.
    pub fn none_of<'a>(field: impl Into<String>, rule: impl Into<String>, asked: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let alike = |one: &str| one.chars().zip(asked.chars()).take_while(|(one, other)| one == other).count();
        let mut possible: Vec<&str> = known.into_iter().collect();
        possible.sort_by_key(|one| std::cmp::Reverse(alike(one)));
        let more = if possible.len() > NAMED { ", …" } else { "" };
        possible.truncate(NAMED);
        let quoted: String = asked.chars().filter(|sign| !sign.is_control()).take(QUOTED).collect();
        Self { words: vec![("code".into(), quoted), ("known".into(), possible.join(", ") + more)], ..Self::new(field, rule) }
    }
    /// The sentence a person reads.
    pub fn text(&self, words: &Words) -> String {
        let args: Vec<(&str, &str)> = self.words.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        words.rule(&self.rule, &args)
    }
}

/// Words a call needs: trimmed, there, and no longer than `longest` characters.
///
/// # Errors
/// `Faults` at the field: `required`, `too-long`.
pub fn needed<'a>(field: &str, text: &'a str, longest: usize) -> Result<&'a str, Refused> {
    let text = text.trim();
    let rule = match text.chars().count() {
        0 => "required",
        count if count > longest => "too-long",
        _ => return Ok(text),
    };
    Err(Refused::Faults(vec![FieldFault::new(field, rule)]))
}

/// Something a step still needs, and the roles that can supply it. Its text is `missing-<what>`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Missing {
    /// Stable name of what is missing.
    pub what: String,
    /// Who can supply it: role codes.
    pub by: Vec<String>,
    /// How many, where that helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// Which, where they have names: sections of the report; their text is `section-<name>`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<String>,
}

impl Missing {
    /// Something missing, and who can supply it.
    pub fn new(what: &str, by: &[crate::access::Role]) -> Self {
        Self { what: what.into(), by: by.iter().map(|role| role.code().to_owned()).collect(), count: None, sections: vec![] }
    }
    /// With the sections it is about.
    pub fn of_sections(mut self, sections: Vec<String>) -> Self {
        self.sections = sections;
        self
    }
    /// With a number.
    pub fn counting(mut self, count: i64) -> Self {
        self.count = Some(count);
        self
    }
}

/// Any error a use case returns. `kind` is the stable problem type and the key of its text (`problem-<kind>`).
pub trait Refusal: std::error::Error + Send + 'static {
    /// The HTTP status (RFC 9110) that fits.
    fn status(&self) -> u16;
    /// Stable kebab-case name.
    fn kind(&self) -> &'static str;
    /// Fields at fault.
    fn faults(&self) -> Vec<FieldFault> {
        vec![]
    }
    /// What a step still needs.
    fn missing(&self) -> Vec<Missing> {
        vec![]
    }
    /// Arguments of the text.
    fn words(&self) -> Vec<(&'static str, String)> {
        vec![]
    }
    /// Whether the person can mend it on the same page.
    fn correctable(&self) -> bool {
        matches!(self.status(), 409 | 422)
    }
}

/// Refusals that every room shares.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Absent, or hidden: one answer (I-1).
    #[error("not found")]
    NotFound,
    /// Visible, but the act is another role's.
    #[error("not yours")]
    NotYours,
    /// No live session.
    #[error("no session")]
    NoSession,
    /// Signed in, but in no hat: several can be worn, or none any more.
    #[error("no hat")]
    NoHat,
    /// Signed in, but the key is locked.
    #[error("locked")]
    Locked,
    /// The printed code opened the session in place of the authenticator: another one, and another code, come first.
    #[error("set up first")]
    SetUpFirst,
    /// The act wants a fresh confirmation of who one is.
    #[error("confirm who you are")]
    StepUp,
    /// Somebody saved in between; the current version.
    #[error("stale, now version {now}")]
    Stale {
        /// The version now.
        now: i32,
    },
    /// Fields at fault.
    #[error("faults in {} fields", .0.len())]
    Faults(Vec<FieldFault>),
    /// A rule of the review stands in the way; a text of its own.
    #[error("rule {0}")]
    Rule(&'static str),
    /// A step needs things first.
    #[error("{} things missing", .0.len())]
    Missing(Vec<Missing>),
    /// Too many requests; seconds to wait.
    #[error("wait {seconds} s")]
    TooMany {
        /// Seconds to wait.
        seconds: u32,
    },
    /// Sealed content that does not open: wrong key or touched bytes.
    #[error("does not open")]
    Sealed(#[from] vault::VaultError),
    /// The database refused or failed. No SQL text leaves.
    #[error("database")]
    Database(#[source] diesel::result::Error),
    /// Something of ours failed; what, goes to our log only.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<diesel::result::Error> for Refused {
    fn from(why: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error};
        match why {
            Error::NotFound => Refused::NotFound,
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Refused::Rule("already-there"),
            Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Refused::Rule("busy-try-again"),
            // The second wall held where the first let through: refused, and looked into.
            other if other.to_string().contains("row-level security") => {
                tracing::warn!(why = %other, "a policy refused");
                Refused::NotYours
            }
            other if other.to_string().contains("no session") => Refused::NoSession,
            other => Refused::Database(other),
        }
    }
}

impl From<crate::counting::CountingError> for Refused {
    fn from(why: crate::counting::CountingError) -> Self {
        Refused::Internal(why.to_string())
    }
}

impl Refusal for Refused {
    fn status(&self) -> u16 {
        match self {
            Refused::NotFound => 404,
            Refused::NotYours | Refused::StepUp | Refused::NoHat | Refused::SetUpFirst => 403,
            Refused::NoSession => 401,
            Refused::Locked => 423,
            Refused::Stale { .. } => 412,
            Refused::Faults(_) => 422,
            Refused::Rule(_) | Refused::Missing(_) => 409,
            Refused::TooMany { .. } => 429,
            Refused::Sealed(_) | Refused::Database(_) | Refused::Internal(_) => 500,
        }
    }
    fn kind(&self) -> &'static str {
        match self {
            Refused::NotFound => "not-found",
            Refused::NotYours => "not-yours",
            Refused::NoSession => "no-session",
            Refused::NoHat => "no-hat",
            Refused::Locked => "locked",
            Refused::StepUp => "step-up",
            Refused::SetUpFirst => "set-up-first",
            Refused::Stale { .. } => "stale",
            Refused::Faults(_) => "faults",
            Refused::Rule(kind) => kind,
            Refused::Missing(_) => "missing",
            Refused::TooMany { .. } => "too-many",
            Refused::Sealed(_) => "sealed",
            Refused::Database(_) | Refused::Internal(_) => "server-error",
        }
    }
    fn faults(&self) -> Vec<FieldFault> {
        if let Refused::Faults(faults) = self { faults.clone() } else { vec![] }
    }
    fn missing(&self) -> Vec<Missing> {
        if let Refused::Missing(missing) = self { missing.clone() } else { vec![] }
    }
    fn words(&self) -> Vec<(&'static str, String)> {
        match self {
            Refused::Stale { now } => vec![("version", now.to_string())],
            Refused::TooMany { seconds } => vec![("seconds", seconds.to_string())],
            _ => vec![],
        }
    }
}

/// Writes end with this: a policy hides rows from an update without an error, so zero rows is "not found".
pub fn exactly_one(rows: usize) -> Result<(), Refused> {
    if rows == 1 { Ok(()) } else { Err(Refused::NotFound) }
}
