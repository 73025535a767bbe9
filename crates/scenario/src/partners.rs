//! Organisations: invitation, reflection and events (forms 5.4 to 5.6).

use serde::{Deserialize, Serialize};

use crate::PartialDate;

/// Form 5.4. What is left out comes from the terms of reference.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// What the organisation needs to find its file.
    pub identification: Option<String>,
    /// From when.
    pub period_from: Option<PartialDate>,
    /// Until when.
    pub period_to: Option<PartialDate>,
    /// What is asked.
    #[serde(default)]
    pub questions: Vec<String>,
    /// Whether the file is to be secured.
    pub secure_files: Option<bool>,
    /// Whether workers may be talked to.
    pub may_interview: Option<String>,
    /// When it is due, as a day of the process.
    pub due_day: Option<i64>,
    /// What happens with what is written.
    pub what_happens: Option<String>,
}

/// An organisation that is invited.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// What the file calls it.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Code of its kind.
    pub kind: i64,
    /// Language of its texts.
    pub language: Option<String>,
    /// Who answers the invitation.
    pub contact: String,
    /// Who writes.
    pub author: Option<String>,
    /// Who approves.
    pub approver: Option<String>,
    /// What it answers.
    pub answer: Answer,
    /// Words with `nothing_known`.
    pub note: Option<String>,
    /// Why it declines: an option of the answer, with spaces or with underscores.
    #[serde(default, deserialize_with = "crate::file::some_option")]
    pub reason: Option<String>,
    /// Words with the reason.
    pub reason_text: Option<String>,
    /// Form 5.6.
    #[serde(default)]
    pub events: Vec<Event>,
    /// Form 5.5.
    pub reflection: Option<Reflection>,
    /// Form 5.4 where it says more than the terms of reference.
    #[serde(default)]
    pub invitation: Invitation,
    /// Remarks of the approver before approval, one round each.
    #[serde(default)]
    pub returned: Vec<String>,
    /// Fields the panel may read and the report may not use.
    #[serde(default)]
    pub not_for_report: Vec<String>,
}

/// An organisation's answer to the invitation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It writes a reflection.
    Accept,
    /// Nothing is known there.
    NothingKnown,
    /// It takes no part.
    Decline,
}

/// Something that happened, told by an organisation or a relative.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// What the file calls it.
    pub key: String,
    /// When.
    pub when: PartialDate,
    /// At what time.
    pub time_of_day: Option<String>,
    /// Until when.
    pub until: Option<PartialDate>,
    /// How sure the date is.
    pub certainty: Option<String>,
    /// What kind of event.
    pub kind: String,
    /// Whom it is about.
    pub whom: Vec<String>,
    /// What happened.
    pub what: String,
    /// Whether the one who tells knew it then.
    pub known_then: String,
    /// What was done.
    pub action: Option<String>,
    /// Organisations it was shared with.
    #[serde(default)]
    pub shared_with: Vec<String>,
    /// Whether the child was seen.
    pub child_seen: Option<String>,
    /// Whether it was a sign of danger growing.
    pub escalation: Option<bool>,
    /// Where it is written down.
    pub source: String,
    /// `r`, `m` or `a`; nothing depends on it.
    pub src: Option<String>,
}

/// Form 5.5: every answer may be left open.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are the ids of the form's questions, which explain themselves there")]
pub struct Reflection {
    pub role: Option<String>,
    pub what_happened: Option<String>,
    #[serde(default)]
    pub sources: Vec<String>,
    pub talks_held: Option<i64>,
    pub knew: Option<String>,
    pub not_known: Option<String>,
    pub risk_assessed: Option<String>,
    #[serde(default)]
    pub risk_tool: Vec<i64>,
    pub risk_meaning: Option<String>,
    #[serde(default)]
    pub flags_seen: Vec<FlagSeen>,
    pub cooperation: Option<String>,
    pub could_share: Option<String>,
    pub share_obstacle: Option<String>,
    pub conditions: Option<String>,
    #[serde(default)]
    pub conditions_kind: Vec<String>,
    pub went_well: Option<String>,
    #[serde(default)]
    pub by_whom_noticed: Vec<String>,
    /// The player checks them whatever stands here: nothing is handed in without.
    pub facts_checked: Option<bool>,
    pub differently: Option<String>,
    pub changed: Option<String>,
    pub others: Option<String>,
    pub idea: Option<String>,
    pub impact: Option<String>,
    pub impact_share: Option<bool>,
}

/// A sign that was seen.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FlagSeen {
    /// Factor of the codebook.
    pub factor: String,
    /// `recognised_then` or `seen_afterwards`.
    pub when: String,
}
