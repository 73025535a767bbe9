//! A definition as it stands in its file, before it is understood.

use serde::Deserialize;
use toml::{Spanned, Value};

use crate::{PersonPart, Text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawForm {
    pub id: Spanned<String>,
    pub version: String,
    pub title: Text,
    pub intro: Option<Text>,
    #[serde(rename = "part")]
    pub parts: Vec<RawPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPart {
    pub id: Spanned<String>,
    pub title: Text,
    pub intro: Option<Text>,
    pub repeats: Option<String>,
    #[serde(default, rename = "field")]
    pub fields: Vec<RawField>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawField {
    pub id: Spanned<String>,
    pub kind: String,
    pub label: Text,
    pub hint: Option<Text>,
    #[serde(default)]
    pub required: bool,
    pub required_if: Option<RawCondition>,
    pub shown_if: Option<RawCondition>,
    #[serde(default)]
    pub retired: bool,
    pub max_len: Option<usize>,
    #[serde(default)]
    pub care: bool,
    pub default: Option<Text>,
    pub preset: Option<String>,
    pub not_before: Option<String>,
    pub differs_from: Option<String>,
    // What only some kinds have; the loader refuses it at others.
    pub parts: Option<Vec<PersonPart>>,
    pub list: Option<String>,
    pub options: Option<Vec<RawOption>>,
    pub of_fields: Option<bool>,
    pub unknown: Option<bool>,
    pub rather_not: Option<bool>,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub whole: Option<bool>,
    pub to: Option<String>,
    pub of: Option<String>,
    pub key: Option<String>,
    pub keyed: Option<bool>,
    pub excuses: Option<String>,
    #[serde(rename = "field")]
    pub fields: Option<Vec<RawField>>,
}

impl RawField {
    /// The settings given that only some kinds have.
    pub fn particular(&self) -> Vec<&'static str> {
        let given = [
            ("parts", self.parts.is_some()), ("list", self.list.is_some()), ("options", self.options.is_some()), ("of_fields", self.of_fields.is_some()),
            ("unknown", self.unknown.is_some()), ("rather_not", self.rather_not.is_some()), ("min", self.min.is_some()), ("max", self.max.is_some()),
            ("whole", self.whole.is_some()), ("to", self.to.is_some()), ("of", self.of.is_some()), ("key", self.key.is_some()),
            ("keyed", self.keyed.is_some()), ("excuses", self.excuses.is_some()), ("field", self.fields.is_some()), ("max_len", self.max_len.is_some()), ("default", self.default.is_some()),
            ("preset", self.preset.is_some()), ("not_before", self.not_before.is_some()), ("differs_from", self.differs_from.is_some()),
        ];
        given.into_iter().filter_map(|(name, given)| given.then_some(name)).collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawOption {
    pub code: String,
    pub nl: String,
    pub en: String,
    pub pap: Option<String>,
    #[serde(default)]
    pub alone: bool,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCondition {
    pub field: String,
    pub is: Option<Value>,
    pub is_not: Option<Value>,
}
