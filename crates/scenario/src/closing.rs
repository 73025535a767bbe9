//! From the draft to the register: forms 5.14 to 5.19, codes, and what must be true at the end.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{MonthDay, PartialDate};
use crate::file::Codes;

/// Sections and names of the report.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// What a person or relative is called, by key.
    #[serde(default)]
    pub pseudonyms: IndexMap<String, String>,
    /// Texts of free sections, by id.
    #[serde(default)]
    pub sections: IndexMap<String, String>,
}

/// Reply of an organisation to a passage.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Consulted {
    /// Key of the organisation.
    pub organisation: String,
    /// Key of a finding or a recommendation, or a section.
    pub passage: String,
    /// The reply.
    pub reply: String,
    /// In words.
    pub text: Option<String>,
    /// `taken`, `partly` or `not`.
    pub settled: Option<String>,
    /// Why.
    pub because: Option<String>,
}

/// A round of quality review.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// Day of the process.
    pub day: Option<i64>,
    /// `sufficient` or `not_sufficient`.
    pub result: String,
    /// What must be mended.
    #[serde(default)]
    pub points: Vec<String>,
}

/// Form 5.17.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Day of the process.
    pub day: Option<i64>,
    /// `whole`, `summary`, `learning_brief` or `none`.
    pub form: Option<String>,
    /// How each person is named, by key.
    #[serde(default)]
    pub naming_decision: BTreeMap<String, String>,
    /// Names that may stand in the report.
    #[serde(default)]
    pub allowed_names: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// Day of the process on which it is published.
    pub publish_day: Option<i64>,
    /// Days on which it is not.
    #[serde(default)]
    pub avoid_dates: Vec<MonthDay>,
    /// Who gets it before.
    #[serde(default)]
    pub embargo_to: Vec<String>,
    /// What is said to the press.
    pub press_line: Option<String>,
    /// When an unpublished report is looked at again.
    pub review_again_on: Option<PartialDate>,
    /// The same, as a day of the process.
    #[serde(alias = "review_again_on_day")]
    pub review_again_day: Option<i64>,
    /// When it is taken down.
    pub take_down_on: Option<PartialDate>,
    /// The same, as a day of the process.
    #[serde(alias = "take_down_on_day")]
    pub take_down_day: Option<i64>,
}

/// Form 5.18.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learning {
    /// The page of lessons.
    pub brief: Option<Brief>,
    /// Cards on red flags.
    #[serde(default)]
    pub cards: Vec<Card>,
    /// Kinds of organisation it is for, by code.
    #[serde(default)]
    pub audience: Vec<i64>,
    /// Its languages.
    #[serde(default)]
    pub languages: Vec<String>,
}

/// The page of lessons.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Brief {
    /// What happened, in five lines at most.
    #[serde(default)]
    pub what_happened: Vec<String>,
    /// Three lessons.
    #[serde(default)]
    pub lessons: Vec<String>,
    /// Three questions for a team.
    #[serde(default)]
    pub questions: Vec<String>,
}

/// A card on a red flag.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Factor of the codebook.
    pub flag: String,
    /// How it looked.
    pub looked_like: String,
    /// Why it is missed.
    pub easy_to_miss_because: String,
    /// What to ask.
    pub ask: String,
    /// What to do then.
    pub then: String,
}

/// Form 5.19.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are the ids of the form's questions, which explain themselves there")]
pub struct Evaluation {
    /// Code of the role of who answers.
    pub role: String,
    pub hours: Option<i64>,
    pub safe_to_be_open: Option<i64>,
    pub fair: Option<i64>,
    pub learned: Option<i64>,
    pub burden: Option<i64>,
    pub will_change: Option<String>,
    pub heard: Option<i64>,
    pub insight: Option<i64>,
    pub too_long: Option<bool>,
    pub text: Option<String>,
}

/// Codes of the register by level. Rows name their person as the file does.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Codes of the case.
    #[serde(default)]
    pub case: Codes,
    /// Codes of each victim (`person`).
    #[serde(default)]
    pub victims: Vec<Codes>,
    /// Codes of each suspect (`person`).
    #[serde(default)]
    pub suspects: Vec<Codes>,
    /// Codes of each pair (`victim`, `suspect`).
    #[serde(default)]
    pub relations: Vec<Codes>,
    /// Codes of each child (`person`).
    #[serde(default)]
    pub children: Vec<Codes>,
    /// Codes of each organisation's contact with the family.
    #[serde(default)]
    pub agency_contacts: Vec<Codes>,
    /// Codes of the review.
    #[serde(default)]
    pub review: Codes,
    /// Factors that are present.
    #[serde(default)]
    pub risk_factors: Vec<String>,
}

/// What must be true at the end.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// States up to publication, in order.
    pub states: Vec<String>,
    /// States of the follow-up.
    #[serde(default)]
    pub after: Vec<String>,
    /// Numbers that playing prints.
    #[serde(default)]
    pub counts: BTreeMap<String, i64>,
    /// Stands in the published report.
    #[serde(default)]
    pub must_appear: Vec<String>,
    /// Stands nowhere in it.
    #[serde(default)]
    pub must_not_appear: Vec<String>,
    /// Phrases that stand in sealed texts.
    #[serde(default)]
    pub markers: Vec<String>,
    /// Those of them that are never published.
    #[serde(default)]
    pub markers_never_published: Vec<String>,
}
