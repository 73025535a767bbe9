//! Review profiles (`workflow.md` section 6): `config/profiles/<id>.toml`. A case keeps the version it started with.

use std::collections::BTreeMap;

use calendar::Term;
use serde::Deserialize;

/// A way of holding a review.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Version, kept with each case.
    pub version: String,
    /// Name in each language: nl, en, pap.
    pub name: BTreeMap<String, String>,
    /// Whether cases without a death may be reviewed.
    pub non_fatal: bool,
    /// The least number of panel members.
    pub panel_min: i64,
    /// The least number of sectors among them.
    pub sectors_min: i64,
    /// The least number of meetings with adopted minutes.
    pub meetings_min: i64,
    /// Of how many records, in per cent, there is a second coder.
    #[serde(default = "all")]
    pub double_coding: u32,
    /// The method proposed at first.
    pub method: String,
    /// Whether relatives write and read the report before others.
    pub relatives: Relatives,
    /// Parts of the reflection form that are asked.
    pub reflection_parts: Vec<u8>,
    /// Languages of the report.
    pub languages: Vec<String>,
    /// How persons may be named.
    pub naming: Naming,
    /// Who reviews the quality.
    pub quality_by: QualityBy,
    /// Terms, as `30d`, `10wd`, `5w`.
    pub terms: Terms,
    /// Sections of the report, in order.
    pub sections: Vec<Section>,
}

fn all() -> u32 {
    100
}

/// How far relatives take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relatives {
    /// Plan, words, preview, statement.
    Full,
    /// Plan, words, talk about the outcome.
    Talk,
    /// Told only.
    Informed,
}

/// How persons may be named in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Naming {
    /// Relatives choose.
    RelativesChoose,
    /// Pseudonyms only.
    Pseudonym,
    /// Nobody is named.
    None,
}

/// Who reads the final draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QualityBy {
    /// Another bureau.
    OtherBureau,
    /// A second coordinator.
    SecondCoordinator,
    /// The national team.
    National,
}

/// The terms of `workflow.md` section 3.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Entering a notification after hearing of it (T1).
    pub enter: Term,
    /// Starting the screening (T2).
    pub start_screening: Term,
    /// Deciding (T3, T4).
    pub screening: Term,
    /// Resuming after the reason ended (T6).
    pub resume: Term,
    /// Asking the prosecution whether a deferral still stands (T5).
    pub deferral_check: Term,
    /// Chair and secretary named (T7).
    pub commissioning: Term,
    /// Panel, terms of reference, invitations (T8).
    pub preparation: Term,
    /// Reflections in (T9).
    pub gathering: Term,
    /// A further round of gathering (T10).
    pub second_gathering: Term,
    /// Meetings and findings (T11).
    pub panel: Term,
    /// The draft (T12).
    pub drafting: Term,
    /// Changes after consultation (T13).
    pub redrafting: Term,
    /// Reactions (T14).
    pub consultation: Term,
    /// The quality review (T15, T16).
    pub quality: Term,
    /// Points of the quality review mended (T15).
    pub mending: Term,
    /// Publication after the decision (T17, T18).
    pub publication: Term,
    /// Relatives told before publication (T17).
    pub relatives_told: Term,
    /// Embargoed copies before publication (T17).
    pub embargo: Term,
    /// Owners answer recommendations (T19).
    pub owner_answer: Term,
    /// Codes asked at intake.
    pub intake_codes: Term,
    /// Codes asked at closing.
    pub closing_codes: Term,
    /// The record of a case that is not reviewed, complete at closing (T21).
    pub record_closing: Term,
    /// First answer to a relative's question.
    pub question: Term,
    /// Answer to a supplementary question.
    pub supplementary: Term,
    /// Looking what became of the recommendations, counted from the start of follow-up (T20).
    pub follow_up_checks: Vec<Term>,
}

/// A section of the report.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Key, as in scenario files and the API.
    pub id: String,
    /// How it is filled.
    pub filled: Filled,
}

/// How a section gets its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filled {
    /// Written by hand.
    Free,
    /// Made from findings, recommendations, answers ...; words may be added.
    Generated,
}

impl Profile {
    /// Checks what the types can't: counts, languages, part numbers.
    pub(super) fn check(&self) -> Result<(), String> {
        if !self.name.contains_key("nl") || !self.name.contains_key("en") {
            return Err("name needs nl and en".into());
        }
        if let Some(part) = self.reflection_parts.iter().find(|part| !(1..=8).contains(*part)) {
            return Err(format!("reflection_parts: there is no part {part}"));
        }
        if let Some(language) = self.languages.iter().find(|code| crate::texts::Language::from_code(code).is_none()) {
            return Err(format!("languages: {language} is not nl, en or pap"));
        }
        let mut ids: Vec<_> = self.sections.iter().map(|section| section.id.as_str()).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err("sections: an id stands twice".into());
        }
        Ok(())
    }
}
