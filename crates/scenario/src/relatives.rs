//! Relatives: plan, own words, questions, replies (forms 5.11 to 5.13).

use serde::{Deserialize, Deserializer, Serialize};

use crate::{Event, MonthDay};

/// A relative.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relative {
    /// What the file calls them.
    pub key: String,
    /// Their name.
    pub person: String,
    /// What they were to the victim or the suspect.
    pub relation: String,
    /// Of whom: `victim`, `suspect` or `both`.
    pub side: String,
    /// Language of their texts.
    pub language: Option<String>,
    /// With whom they share letters.
    pub household: Option<String>,
    /// How they wish to be reached.
    pub plan: Plan,
    /// Who helps them.
    pub supporter: Option<Supporter>,
    /// Their own words.
    #[serde(default)]
    pub input: Input,
    /// Their questions.
    #[serde(default)]
    pub questions: Vec<Asked>,
    /// What they said of the draft.
    #[serde(default)]
    pub preview: Vec<Previewed>,
    /// What stands in the report in their own words.
    pub statement: Option<String>,
    /// What they told, given with their leave.
    #[serde(default)]
    pub events: Vec<Event>,
}

/// Form 5.11.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// How it is known who they are.
    pub identity_checked: Option<String>,
    /// Who must not notice.
    pub risk: Option<String>,
    /// Who speaks to them first.
    pub first_contact_by: Option<String>,
    /// Ways to reach them.
    #[serde(default)]
    pub channel: Vec<String>,
    /// Hours that are safe.
    pub safe_hours: Option<String>,
    /// Days on which nothing is sent.
    #[serde(default)]
    pub blocked_dates: Vec<MonthDay>,
    /// The language they speak: `nl`, `en`, `pap`, or `other`, which is with an interpreter and may be written so.
    #[serde(default, deserialize_with = "spoken")]
    pub language: Option<String>,
    /// The word they use.
    pub word_for_death: Option<String>,
    /// What they wish.
    #[serde(default)]
    pub wants: Vec<String>,
    /// After how many days they may be asked again.
    pub again_on_day: Option<i64>,
    /// Whether they are a minor.
    pub minor: Option<bool>,
    /// The day a minor was born; one who looks at their page themself is told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub born_on: Option<String>,
    /// Who has authority over a minor.
    pub guardian: Option<String>,
}

/// A language of the contact plan; `other+interpreter` is the form's `other`.
fn spoken<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let plain = |told: String| told.split_whitespace().collect::<String>();
    Ok(Option::<String>::deserialize(from)?.map(plain).map(|told| if told == "other+interpreter" { "other".to_owned() } else { told }))
}

/// Who helps a relative.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Supporter {
    /// Their name.
    pub person: String,
    /// `read` or `write`.
    pub scope: String,
    /// Whom they work for.
    pub from: Option<String>,
}

/// Form 5.12.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Who the victim was.
    pub portrait: Option<Words>,
    /// What they saw and did.
    pub story: Option<Words>,
    /// What helped.
    pub helped: Option<Words>,
    /// What was missed.
    pub missed: Option<Words>,
    /// What must change.
    pub wish_change: Option<Words>,
    /// How the victim is named.
    pub naming: Option<String>,
    /// The other name, where they chose one.
    pub pseudonym: Option<String>,
}

/// A text, and who may read it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The text.
    pub text: String,
    /// `contact_only`, `panel`, `report_as_written` or `report_in_other_words`.
    #[serde(rename = "use")]
    pub used: String,
}

/// A question of a relative, and its answer.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// What the file calls it.
    pub key: String,
    /// The question.
    pub text: String,
    /// `answered`, `in_report` or `cannot_say`.
    pub status: Option<String>,
    /// The answer.
    pub answer: Option<String>,
    /// Why it can't be said.
    pub because: Option<String>,
}

/// What a relative said of a passage.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Previewed {
    /// Key of a finding or a recommendation, or a section.
    pub passage: String,
    /// Their reply.
    pub reply: String,
    /// In words.
    pub text: Option<String>,
    /// Whether names are right.
    pub names_ok: Option<bool>,
    /// How it was to read it.
    pub how_was_it: Option<String>,
    /// `taken`, `partly` or `not`.
    pub settled: Option<String>,
    /// Why.
    pub because: Option<String>,
}
