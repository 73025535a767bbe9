//! From notification to terms of reference: forms 5.1 to 5.3.

use serde::{Deserialize, Serialize};

use crate::PartialDate;

/// Form 5.1, without the people: those stand in `persons`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Notification {
    /// Code of who told the bureau.
    pub source: Option<i64>,
    /// When.
    pub received_at: Option<PartialDate>,
    /// Who told it.
    pub notifier: Option<String>,
    /// `review` or `register_only`.
    pub purpose: Option<String>,
    /// The legal ground.
    pub ground: Option<String>,
    /// Words on the ground.
    pub ground_note: Option<String>,
    /// When it happened.
    pub incident_date: Option<PartialDate>,
    /// Code of the police region.
    pub police_region: Option<i64>,
    /// Code of the municipality.
    pub municipality: Option<String>,
    /// Code of the kind of place.
    pub place_type: Option<i64>,
    /// Code of the means.
    pub method: Option<i64>,
    /// `european` or `caribbean`.
    pub zone: Option<String>,
    /// Whether someone died.
    pub fatal: Option<bool>,
    /// Present danger, and who knows.
    pub safety_now: Option<String>,
    /// Code of the criminal case.
    pub criminal_state: Option<i64>,
    /// Whom the prosecution named.
    pub om_contact: Option<String>,
    /// Codes of other inquiries.
    #[serde(default)]
    pub other_inquiries: Vec<i64>,
    /// Relatives who are known at once.
    #[serde(default)]
    pub known_relatives: Vec<KnownRelative>,
}

/// A relative who is known at once.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KnownRelative {
    /// Who, in words; left out where the name is not known.
    #[serde(default)]
    pub person: String,
    /// What they are to the victim or the suspect.
    pub relation: Option<String>,
    /// Of whom: `victim`, `suspect` or `both`.
    pub side: Option<String>,
    /// Who told them.
    pub told_by: Option<String>,
}

/// Form 5.2.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Screening {
    /// Day of the process.
    pub day: Option<i64>,
    /// Each `yes`, `no` or `unknown`.
    pub criteria: Option<Criteria>,
    /// Who knew the family.
    #[serde(default)]
    pub known_to: Vec<KnownTo>,
    /// Day on which the prosecution was consulted.
    pub om_consulted_on_day: Option<i64>,
    /// What it answered.
    pub om_answer: Option<String>,
    /// What may not happen now.
    #[serde(default)]
    pub restrictions: Vec<String>,
    /// What the relatives wish.
    pub relatives_view: Option<String>,
    /// `review`, `not_reviewed` or `deferred`.
    pub decision: Option<String>,
    /// The profile, where the decision names one.
    pub profile: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// What remains unlearned.
    pub what_is_lost: Option<String>,
}

/// The criteria, each `yes`, `no` or `unknown`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Criteria {
    /// Did someone die?
    pub fatal: Option<String>,
    /// Was it domestic?
    pub domestic_relation: Option<String>,
    /// Is it in scope?
    pub in_scope: Option<String>,
    /// Is there something to learn?
    pub learning_expected: Option<String>,
    /// Does another inquiry cover it?
    pub covered_elsewhere: Option<String>,
    /// Do relatives want it?
    pub relatives_want_it: Option<String>,
}

/// Whether an organisation knew the family.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KnownTo {
    /// Key or name of the organisation.
    pub organisation: String,
    /// `known`, `not_known` or `no_answer`.
    pub answer: String,
    /// `none`, `some` or `much`.
    pub level: Option<String>,
}

/// A time the review was deferred.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Deferral {
    /// The state it left.
    pub from: String,
    /// Day of the process.
    pub day: Option<i64>,
    /// Why: an option of form T5, with spaces or with underscores.
    #[serde(deserialize_with = "crate::file::option")]
    pub reason: String,
    /// Who asked.
    pub asked_by: String,
    /// What may go on.
    #[serde(default)]
    pub may_go_on: Vec<String>,
    /// Words on it.
    pub note: Option<String>,
    /// Whether it can go on with restrictions instead: `yes`, `no`, `unknown`.
    pub instead: Option<String>,
    /// When it is looked at again, as a day of the process.
    #[serde(alias = "review_day")]
    pub review_on_day: Option<i64>,
    /// Day of the process on which it was resumed.
    pub resumed_day: Option<i64>,
}

/// Form 5.3.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TermsOfReference {
    /// Day of the process on which the chair adopted them.
    pub adopted_day: Option<i64>,
    /// First day that is looked at.
    pub period_from: Option<PartialDate>,
    /// Last day.
    pub period_to: Option<PartialDate>,
    /// Why this period.
    pub period_reason: Option<String>,
    /// Keys of persons.
    #[serde(default)]
    pub persons_in_scope: Vec<String>,
    /// How the panel works.
    pub method: Option<String>,
    /// Codes of themes.
    #[serde(default)]
    pub themes: Vec<i64>,
    /// What is not examined.
    pub outside_scope: Option<String>,
    /// Language, origin, poverty and so on.
    pub diversity_and_context: Option<String>,
    /// Languages of the review.
    #[serde(default)]
    pub languages: Vec<String>,
    /// When each phase is planned.
    #[serde(default)]
    pub planned: Vec<Planned>,
    /// The questions.
    #[serde(default)]
    pub questions: Vec<Question>,
    /// Questions of relatives, such as `mother:q1`.
    #[serde(default)]
    pub relatives_questions: Vec<String>,
}

/// When a phase is planned: on a date, or on a day of the process.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// The phase.
    pub phase: String,
    /// The date, as it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<PartialDate>,
    /// The day of the process: the player makes it a date ahead.
    #[serde(alias = "on_day", skip_serializing)]
    pub day: Option<i64>,
}

/// A question of the terms of reference.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What the file calls it.
    pub key: String,
    /// The question.
    pub text: String,
}
