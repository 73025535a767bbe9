//! What is wrong with an answer, by a stable name that pages and programs translate.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::Path;

/// One rule an answer breaks, and where. Holds limits and field ids, never a word of what was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Where: `victims[0].age`.
    pub path: String,
    /// What.
    pub rule: Rule,
}

impl Fault {
    /// A fault at a path.
    pub fn at(path: &Path, rule: Rule) -> Fault {
        Fault { path: path.to_string(), rule }
    }

    /// What [`crate::missing`] found, as a fault to show.
    pub fn required(path: &Path) -> Fault {
        Fault::at(path, Rule::Required)
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let params: std::collections::BTreeMap<_, _> = self.rule.params().into_iter().collect();
        let mut fault = serializer.serialize_struct("Fault", 3)?;
        fault.serialize_field("path", &self.path)?;
        fault.serialize_field("rule", self.rule.name())?;
        fault.serialize_field("params", &params)?;
        fault.end()
    }
}

/// A rule for answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rule {
    /// The form has no such field.
    UnknownField,
    /// Another JSON type than the field has.
    WrongType {
        /// What it should be: `text`, `list`, `object`, `yes-no`, `number`.
        expected: &'static str,
    },
    /// No day of the calendar between 1800 and 2200, or not written as one.
    ImpossibleDate,
    /// A day without its month, a month without its year, or a whole date with parts left out.
    IncompleteDate,
    /// No hour and minute of a day.
    ImpossibleTime,
    /// A code the list does not have.
    NotAnOption,
    /// This option can't be chosen together with others.
    StandsAlone,
    /// The same value twice.
    Twice,
    /// Too many characters.
    TooLong {
        /// The most characters.
        max: usize,
    },
    /// Signs that can't be seen, or that change the order of what is seen.
    ControlCharacters,
    /// No number, or no whole one where only whole ones are.
    NotANumber,
    /// Outside the limits.
    OutOfRange {
        /// The least.
        min: Option<i64>,
        /// The most.
        max: Option<i64>,
    },
    /// Too many rows or items.
    TooMany {
        /// The most.
        max: usize,
    },
    /// No mail address.
    NotAMail,
    /// A date before one it can't be before.
    BeforeOther {
        /// Id of the other field.
        other: String,
    },
    /// The same as a field it has to differ from.
    SameAsOther {
        /// Id of the other field.
        other: String,
    },
    /// Left open, and needed to go on.
    Required,
    /// A rule of the room a form lies in, as its use case named it.
    Room {
        /// The stable name.
        name: String,
        /// What its text may name.
        words: Vec<(String, String)>,
    },
}

impl Rule {
    /// Every name a rule of the form itself can have, for the test that each has its text.
    pub const NAMES: [&'static str; 17] = [
        "unknown-field", "wrong-type", "impossible-date", "incomplete-date", "impossible-time", "not-an-option", "stands-alone", "twice",
        "too-long", "control-characters", "not-a-number", "out-of-range", "too-many", "not-a-mail", "before-other", "same-as-other", "required",
    ];

    /// The stable name, in kebab-case.
    pub fn name(&self) -> &str {
        match self {
            Rule::UnknownField => "unknown-field",
            Rule::WrongType { .. } => "wrong-type",
            Rule::ImpossibleDate => "impossible-date",
            Rule::IncompleteDate => "incomplete-date",
            Rule::ImpossibleTime => "impossible-time",
            Rule::NotAnOption => "not-an-option",
            Rule::StandsAlone => "stands-alone",
            Rule::Twice => "twice",
            Rule::TooLong { .. } => "too-long",
            Rule::ControlCharacters => "control-characters",
            Rule::NotANumber => "not-a-number",
            Rule::OutOfRange { .. } => "out-of-range",
            Rule::TooMany { .. } => "too-many",
            Rule::NotAMail => "not-a-mail",
            Rule::BeforeOther { .. } => "before-other",
            Rule::SameAsOther { .. } => "same-as-other",
            Rule::Required => "required",
            Rule::Room { name, .. } => name,
        }
    }

    /// What the translated text may name: limits and field ids.
    pub fn params(&self) -> Vec<(&str, String)> {
        match self {
            Rule::WrongType { expected } => vec![("expected", (*expected).to_owned())],
            Rule::TooLong { max } | Rule::TooMany { max } => vec![("max", max.to_string())],
            Rule::OutOfRange { min, max } => {
                let told = |name: &'static str, limit: &Option<i64>| limit.map(|limit| (name, limit.to_string()));
                told("min", min).into_iter().chain(told("max", max)).collect()
            }
            Rule::BeforeOther { other } | Rule::SameAsOther { other } => vec![("other", other.clone())],
            Rule::Room { words, .. } => words.iter().map(|(name, value)| (name.as_str(), value.clone())).collect(),
            _ => vec![],
        }
    }
}
