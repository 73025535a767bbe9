//! The panel, its findings and recommendations (forms 5.7 to 5.10).

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Members and meetings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// Keys of people.
    #[serde(default)]
    pub members: Vec<String>,
    /// Form 5.7.
    #[serde(default)]
    pub meetings: Vec<Meeting>,
    /// Small questions to organisations whose reflection was released.
    #[serde(default)]
    pub supplementary: Vec<Supplementary>,
}

/// A meeting.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    /// Day of the process.
    pub day: Option<i64>,
    /// How the panel worked.
    pub method: String,
    /// What was to be done.
    #[serde(default)]
    pub agenda: Vec<String>,
    /// Keys of those who were absent.
    #[serde(default)]
    pub absent: Vec<String>,
    /// What was said.
    pub minutes: String,
    /// What was decided: a text, or a text with who does it and by when.
    #[serde(default)]
    pub decisions: Vec<Value>,
    /// Where it was.
    pub place_or_online: Option<String>,
    /// Keys of those for whom somebody else came.
    #[serde(default)]
    pub substitute: Vec<String>,
    /// What stayed open: rows of the form.
    #[serde(default)]
    pub open_questions: Vec<Value>,
    /// Whether it began with a moment for the victim: the player says yes, and a file can't say no.
    pub care_moment: Option<bool>,
    /// Whether its minutes were adopted: the player has the chair adopt them, unless the file says that they were not.
    pub adopted: Option<bool>,
}

/// A small question to an organisation.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Supplementary {
    /// Key of the organisation.
    pub organisation: String,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// Day of the process.
    pub day: Option<i64>,
}

/// Form 5.8.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// What the file calls it.
    pub key: String,
    /// Its title.
    pub title: String,
    /// The pattern.
    pub text: String,
    /// `practice`, `organisation`, `cooperation` or `law_policy`.
    pub level: String,
    /// `obstacle`, `good_practice`, `gap` or `family_insight`.
    pub kind: String,
    /// Codes of themes.
    pub theme: Vec<i64>,
    /// References such as `police:e4`, `police:r.conditions` and `mother:story`.
    pub evidence: Vec<String>,
    /// Questions it answers, such as `q1` and `mother:q1`.
    #[serde(default)]
    pub answers: Vec<String>,
    /// How far it reaches.
    pub how_wide: String,
    /// Words on that.
    pub prevalence_note: Option<String>,
    /// What a member holds against it.
    pub dissent: Option<String>,
}

/// Form 5.9, and what its owner answered.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Recommendation {
    /// What the file calls it.
    pub key: String,
    /// What must change.
    pub text: String,
    /// Keys of findings.
    pub findings: Vec<String>,
    /// Key of an organisation, or of an owner outside.
    pub owner: String,
    /// Codes of those it is addressed to.
    pub addressee: Vec<i64>,
    /// Code of its type.
    #[serde(rename = "type")]
    pub kind: i64,
    /// Code of its theme.
    pub theme: i64,
    /// How it is seen to work.
    pub measure: String,
    /// What proves it.
    pub evidence_wanted: Option<String>,
    /// Day of the process on which it is due.
    pub due_day: Option<i64>,
    /// When its owner saw it beforehand, as a day of the process.
    pub asked_owner_on_day: Option<i64>,
    /// What its owner will do; without it the recommendation's own words.
    pub what: Option<String>,
    /// Who leads that; without it the owner.
    pub lead: Option<String>,
    /// Code of the owner's answer.
    pub response: Option<i64>,
    /// Why the owner refuses, or takes a part.
    pub reason: Option<String>,
    /// What the owner reported.
    #[serde(default)]
    pub updates: Vec<Update>,
}

/// What an owner reported.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// Code of the progress.
    pub status: i64,
    /// What was done.
    pub done: String,
    /// What proves it.
    pub proof: Option<String>,
    /// What clients notice.
    pub effect: Option<String>,
    /// Day of the process.
    pub on_day: Option<i64>,
    /// When it is told of again, as a day of the process.
    #[serde(alias = "next_on_day")]
    pub next_day: Option<i64>,
}

/// An owner that is no organisation of the case.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Outside {
    /// What the file calls it.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Code of its kind.
    pub kind: Option<i64>,
}
