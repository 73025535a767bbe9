//! The file as a whole, its people and what was known at once.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::{
    Consulted, Decision, Deferral, Evaluation, Expect, Finding, Learning, Notification, Organisation, Outside, Panel, PartialDate, Quality, Recommendation,
    Register, Relative, Report, Screening, TermsOfReference,
};

/// An option of a form, which a file may write with spaces.
pub(crate) fn option<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(String::deserialize(from)?.trim().replace(' ', "_"))
}

/// As [`option`], where it may be left out.
pub(crate) fn some_option<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map(|told| told.trim().replace(' ', "_")))
}

/// A whole review as data. Field names are those of the forms.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Version of the format: 1.
    pub format: u32,
    /// Short name of the file.
    pub id: String,
    /// What happened, in a line.
    pub title: String,
    /// Language of the texts that name none of their own.
    pub language: String,
    /// Profile of the review: `full`, `light`, `batch` or `caribbean`.
    pub profile: String,
    /// Whether it is a case of child abuse.
    #[serde(default)]
    pub child_variant: bool,
    /// Where the facts come from.
    #[serde(default)]
    pub basis: Basis,
    /// The bureau that holds the review.
    pub bureau: Bureau,
    /// Accounts of the bureau and of the national roles.
    pub people: Vec<Account>,
    /// People of the case.
    pub persons: Vec<Person>,
    /// How victims and suspects stood to each other.
    #[serde(default)]
    pub relations: Vec<Relation>,
    /// What happened.
    #[serde(default)]
    pub incident: Incident,
    /// Form 5.1.
    pub notification: Notification,
    /// Form 5.2.
    #[serde(default)]
    pub screening: Screening,
    /// Each time the review was deferred, in order.
    #[serde(default)]
    pub deferral: Vec<Deferral>,
    /// Form 5.3.
    #[serde(default)]
    pub terms_of_reference: TermsOfReference,
    /// Organisations that are invited.
    #[serde(default)]
    pub organisations: Vec<Organisation>,
    /// Relatives.
    #[serde(default)]
    pub relatives: Vec<Relative>,
    /// Members and meetings.
    #[serde(default)]
    pub panel: Panel,
    /// Form 5.8.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// Form 5.9, with the answers of the owners.
    #[serde(default)]
    pub recommendations: Vec<Recommendation>,
    /// Owners of recommendations that are no organisation of the case.
    #[serde(default)]
    pub owners_outside: Vec<Outside>,
    /// Sections and names of the report.
    #[serde(default)]
    pub report: Report,
    /// Replies of organisations.
    #[serde(default)]
    pub consultation: Vec<Consulted>,
    /// Each round of quality review, in order.
    #[serde(default)]
    pub quality: Vec<Quality>,
    /// Form 5.17.
    #[serde(default)]
    pub decision: Decision,
    /// Form 5.18.
    #[serde(default)]
    pub learning: Learning,
    /// Form 5.19, one for each who answered.
    #[serde(default)]
    pub evaluation: Vec<Evaluation>,
    /// Codes of the register.
    #[serde(default)]
    pub register: Register,
    /// What must be true at the end.
    pub expect: Expect,
}

impl Scenario {
    /// Questions of relatives as they are referred to, in the order in which they come to the panel: `sister:q1`.
    pub(crate) fn relatives_questions(&self) -> impl Iterator<Item = String> {
        self.relatives.iter().flat_map(|one| one.questions.iter().map(|asked| format!("{}:{}", one.key, asked.key)))
    }
}

/// Where the facts come from. Nothing else in the file depends on it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Kind of source, such as `published_review` or `invented`.
    pub kind: Option<String>,
    /// What was read.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// What of it could be retrieved.
    pub retrieved: Option<String>,
    /// What is known from memory.
    pub from_memory: Option<String>,
    /// What was changed.
    pub changed: Option<String>,
}

/// A publication.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its title.
    pub title: String,
    /// Who published it.
    pub publisher: Option<String>,
    /// In which year.
    pub year: Option<i64>,
}

/// The bureau that holds the review.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bureau {
    /// Its name.
    pub name: String,
    /// `european` or `caribbean`.
    pub zone: String,
    /// Its calendar of holidays.
    #[serde(default = "dutch")]
    pub calendar: String,
}

impl Bureau {
    /// Its time zone: a name of its own, or that of its part of the Kingdom.
    pub fn time_zone(&self) -> String {
        match self.zone.as_str() {
            "european" => "Europe/Amsterdam".into(),
            "caribbean" if self.calendar == "bonaire" => "America/Kralendijk".into(),
            "caribbean" => "America/Lower_Princes".into(),
            other => other.to_owned(),
        }
    }

    /// The day it is there at a moment; in Amsterdam for a zone nobody knows, which the bureau is refused for.
    pub fn day_at(&self, moment: DateTime<Utc>) -> NaiveDate {
        moment.with_timezone(&self.time_zone().parse().unwrap_or(Tz::Europe__Amsterdam)).date_naive()
    }
}

fn dutch() -> String {
    "nl".into()
}

/// Someone with an account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// What the file calls them.
    pub key: String,
    /// Their role, by its code.
    pub role: String,
    /// Their name.
    pub name: String,
    /// The sector a panel member comes from.
    #[serde(default)]
    pub sector: String,
    /// Whether a panel member is an expert on domestic violence.
    #[serde(default)]
    pub dv_expert: bool,
}

/// The part a person had.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Died or was meant to.
    Victim,
    /// Is suspected, or was convicted.
    Suspect,
    /// A child of the family.
    Child,
    /// Anyone else whose name must not come out.
    Other,
}

/// Someone of the case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What the file calls them.
    pub key: String,
    /// Their part.
    #[serde(rename = "as")]
    pub part: Part,
    /// Given names.
    #[serde(default)]
    pub given: String,
    /// Family name.
    #[serde(default)]
    pub family: String,
    /// Other names and spellings.
    #[serde(default)]
    pub aka: Vec<String>,
    /// Code of the sex.
    pub sex: Option<i64>,
    /// Age in years.
    pub age: Option<i64>,
    /// Year of birth, when the age is not known.
    pub birth_year: Option<i64>,
    /// When they died.
    pub death_date: Option<PartialDate>,
    /// Where they lived.
    #[serde(default)]
    pub address: String,
    /// What they did.
    #[serde(default)]
    pub work: String,
    /// Where a child is now.
    pub where_now: Option<String>,
    /// Who has authority over a child.
    pub authority: Option<String>,
    /// Code of a suspect's status.
    pub status: Option<i64>,
}

impl Person {
    /// Given and family name.
    pub fn full_name(&self) -> String {
        [self.given.trim(), self.family.trim()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// How a victim and a suspect stood to each other.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// Key of the victim.
    pub victim: String,
    /// Key of the suspect.
    pub suspect: String,
    /// Code of the relation.
    #[serde(rename = "type")]
    pub kind: i64,
    /// Since when.
    pub since: Option<PartialDate>,
    /// Until when.
    pub ended: Option<PartialDate>,
}

/// What happened.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// On which day.
    pub date: Option<PartialDate>,
    /// At what time, in words.
    pub time: Option<String>,
    /// Where, in words.
    pub place: Option<String>,
    /// How.
    pub facts: Option<String>,
}

/// Codes of the register, by variable.
pub type Codes = BTreeMap<String, Value>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_one_where_the_bureau_is() {
        let day = |zone: &str, calendar: &str, at: &str| Bureau { name: String::new(), zone: zone.into(), calendar: calendar.into() }.day_at(at.parse().unwrap()).to_string();
        // The player's acts happen today: in the islands' evening it is tomorrow in the European part, and by the clock of the server.
        for zone in [("caribbean", "bonaire"), ("caribbean", "saba"), ("America/Kralendijk", "nl")] {
            assert_eq!(day(zone.0, zone.1, "2026-11-27T02:30:00Z"), "2026-11-26");
        }
        assert_eq!(day("european", "nl", "2026-11-26T23:30:00Z"), "2026-11-27");
        assert_eq!(day("nowhere", "nl", "2026-07-01T22:30:00Z"), "2026-07-02");
    }
}
