//! Review profiles (`workflow.md` section 6): `config/profiles/<id>.toml`. A case keeps the version it started with.

use std::collections::BTreeMap;

use calendar::Term;
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::texts::Language;

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
    /// Parts of the reflection form that are asked, by number.
    pub reflection_parts: Vec<u8>,
    /// Languages of the report: in each but the case's own there is a summary.
    pub languages: Vec<String>,
    /// Languages in a police region, where only some of them are spoken, by the region's code.
    #[serde(default)]
    pub languages_by_region: BTreeMap<String, Vec<String>>,
    /// How persons may be named.
    pub naming: Naming,
    /// Who reviews the quality.
    pub quality_by: QualityBy,
    /// What a small place asks beside that, where everybody knows everybody.
    #[serde(default)]
    pub small_place: Option<SmallPlace>,
    /// What a thematic review reads of earlier ones.
    #[serde(default)]
    pub thematic: Option<Thematic>,
    /// Terms, as `30d`, `10wd`, `5w`.
    pub terms: Terms,
    /// Sections of the report, in order.
    pub sections: Vec<Section>,
}

fn all() -> u32 {
    100
}

fn sixty_days() -> Term {
    Term::Days(60)
}

/// What a small place asks (`workflow.md` section 6, `caribbean`): dates by the year only, no name of the place, an agreement before a whole
/// report, and no case told alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmallPlace {
    /// Ages are told in bands of so many years.
    pub age_band: u32,
    /// How many cases of the region are told together.
    pub told_together: i64,
    /// How long after the notification a case is told alone.
    pub or_after: Term,
    /// What the place is called, by the code of the police region.
    pub names_by_region: BTreeMap<String, Vec<String>>,
}

/// What a thematic review reads (`workflow.md` section 6, `batch`): closed cases, one theme.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thematic {
    /// The least number of cases.
    pub sources_min: i64,
    /// The most.
    pub sources_max: i64,
}

impl SmallPlace {
    /// What the region is called; where it is not known yet, what any of them is called.
    pub fn names(&self, region: Option<i32>) -> Vec<&str> {
        let of = region.and_then(|region| self.names_by_region.get(&region.to_string()));
        of.map_or_else(|| self.names_by_region.values().flatten().map(String::as_str).collect(), |names| names.iter().map(String::as_str).collect())
    }
}

/// How far relatives take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Relatives {
    /// Plan, words, preview, statement.
    Full,
    /// Plan, words, talk about the outcome.
    Talk,
    /// Told only.
    Informed,
}

impl Relatives {
    /// Whether they are asked for words and events of their own.
    pub fn tell(self) -> bool {
        self != Relatives::Informed
    }
    /// Whether they read parts of the draft, answer, and may add a statement.
    pub fn read_draft(self) -> bool {
        self == Relatives::Full
    }
}

/// How persons may be named in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
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
    /// The same, counted from the day a judgment became final, where the bureau learns it and that is later (T21).
    #[serde(default = "sixty_days")]
    pub after_judgment: Term,
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
    /// The language it is written in, where that is not the report's.
    #[serde(skip)]
    pub language: Option<Language>,
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

/// What of a case changes what its profile asks.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// Whether the child-abuse variant applies.
    pub child: bool,
    /// Language of the case.
    pub language: &'a str,
    /// Code of the police region, if known.
    pub region: Option<i32>,
}

/// The number of the part with events, which are documents of their own.
const EVENTS: u8 = 7;
/// The number of the part in which one checks before handing in; it asks nothing of the case, so no profile leaves it out.
const CHECKING: u8 = 8;

impl Profile {
    /// Whether a death of a case is one of the register's: a thematic review reads cases whose deaths are there already, each once. In practice a
    /// thematic review is played alone, as any other (ruling 23).
    pub fn counts_a_death(&self, practice: bool) -> bool {
        practice || self.thematic.is_none()
    }

    /// Whether a part of the reflection form is asked, by its number from 1.
    pub fn asks_part(&self, number: u8) -> bool {
        number == CHECKING || self.reflection_parts.contains(&number)
    }

    /// Whether organisations are asked for events.
    pub fn asks_events(&self) -> bool {
        self.asks_part(EVENTS)
    }

    /// The profile as it holds for one case: with the child's perspective where the child-abuse variant applies, and with a summary in
    /// each further language (`workflow.md` sections 5.15 and 6).
    pub fn of_case(mut self, case: Circumstances<'_>) -> Profile {
        if case.child {
            self.insert_after("what_happened", Section { id: "child_perspective".into(), filled: Filled::Free, language: None });
        }
        let spoken = case.region.and_then(|region| self.languages_by_region.get(&region.to_string())).unwrap_or(&self.languages);
        let further: Vec<Language> = spoken.iter().filter(|code| *code != case.language).filter_map(|code| Language::from_code(code)).collect();
        for language in further.into_iter().rev() {
            self.insert_after("summary", Section { id: format!("summary_{}", language.code()), filled: Filled::Free, language: Some(language) });
        }
        self
    }

    fn insert_after(&mut self, id: &str, section: Section) {
        if !self.sections.iter().any(|known| known.id == section.id) {
            let at = self.sections.iter().position(|known| known.id == id).map_or(0, |at| at + 1);
            self.sections.insert(at, section);
        }
    }

    /// Checks what the types can't: counts, languages, part numbers.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if !self.name.contains_key("nl") || !self.name.contains_key("en") {
            return Err(Fault::new("name", "heeft nl en en nodig", "needs nl and en").marked("[name]"));
        }
        if let Some(part) = self.reflection_parts.iter().find(|part| !(1..=8).contains(*part)) {
            return Err(Fault::new("reflection_parts", format!("er is geen deel {part}"), format!("there is no part {part}")));
        }
        if !self.reflection_parts.contains(&1) {
            return Err(Fault::new("reflection_parts", "het eerste deel, wat er gebeurde, wordt altijd gevraagd", "the first part, what happened, is always asked"));
        }
        if let Some(language) = self.languages.iter().find(|code| Language::from_code(code).is_none()) {
            return Err(Fault::new("languages", format!("{language} is niet nl, en of pap"), format!("{language} is not nl, en or pap")));
        }
        if let Some(language) = self.languages_by_region.values().flatten().find(|code| !self.languages.contains(code)) {
            return Err(Fault::new("languages_by_region", format!("{language} staat niet bij languages"), format!("{language} is not among languages")));
        }
        if self.small_place.as_ref().is_some_and(|small| !(2..=50).contains(&small.age_band)) {
            return Err(Fault::new("small_place.age_band", "is een aantal jaren van 2 tot 50", "is a number of years from 2 to 50"));
        }
        if self.small_place.as_ref().is_some_and(|small| small.told_together < 1) {
            return Err(Fault::new("small_place.told_together", "telt de zaak zelf mee", "counts the case itself"));
        }
        if self.thematic.is_some_and(|thematic| thematic.sources_min < 1 || thematic.sources_max < thematic.sources_min) {
            return Err(Fault::new("thematic.sources_min", "sources_min en sources_max tellen zaken, de minste eerst", "sources_min and sources_max count cases, the least first"));
        }
        let mut ids: Vec<_> = self.sections.iter().map(|section| section.id.as_str()).collect();
        ids.sort_unstable();
        match ids.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first()) {
            Some(id) => Err(Fault::new(format!("sections.{id}"), "dit id staat er twee keer", "this id stands twice").marked(format!("\"{id}\""))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Configured;

    fn sections(profile: &str, case: Circumstances<'_>) -> Vec<String> {
        let config = Configured::load().unwrap();
        config.profiles.get(profile).cloned().unwrap().of_case(case).sections.into_iter().map(|section| section.id).collect()
    }

    #[test]
    fn a_case_has_a_summary_in_each_further_language_of_where_it_happened() {
        let of = |profile: &str, language: &str, region| sections(profile, Circumstances { child: false, language, region }).into_iter().filter(|id| id.starts_with("summary")).collect::<Vec<_>>();
        assert_eq!(of("full", "nl", Some(1)), ["summary", "summary_en"]);
        assert_eq!(of("full", "en", Some(1)), ["summary", "summary_nl"]);
        assert_eq!(of("light", "nl", Some(1)), ["summary"]);
        assert_eq!(of("caribbean", "nl", Some(11)), ["summary", "summary_pap"], "Bonaire");
        assert_eq!(of("caribbean", "en", Some(13)), ["summary", "summary_nl"], "Saba");
        assert_eq!(of("caribbean", "nl", None), ["summary", "summary_pap", "summary_en"], "the island is not known yet");
    }

    #[test]
    fn a_child_abuse_case_tells_the_childs_perspective_after_what_happened() {
        let of = |child| sections("light", Circumstances { child, language: "nl", region: None });
        assert!(!of(false).contains(&"child_perspective".to_owned()));
        let found = of(true);
        let at = |id: &str| found.iter().position(|section| section == id);
        assert_eq!(at("child_perspective"), at("what_happened").map(|at| at + 1));
    }

    #[test]
    fn a_small_place_is_called_by_its_own_names_and_by_all_where_it_is_not_known() {
        let config = Configured::load().unwrap();
        let small = config.profiles.get("caribbean").and_then(|profile| profile.small_place.clone()).unwrap();
        assert_eq!(small.names(Some(13)), ["Saba", "Windwardside", "The Bottom", "St. John's", "Hell's Gate", "Zion's Hill"]);
        assert!(["Rincon", "Statia", "Saba"].iter().all(|name| small.names(None).contains(name)));
        assert!(config.profiles.iter().all(|(id, profile)| profile.small_place.is_some() == (id == "caribbean")));
    }

    #[test]
    fn checking_is_never_left_out_and_a_profile_asks_what_happened() {
        let mut light = Configured::load().unwrap().profiles.get("light").cloned().unwrap();
        assert!([1, 2, 4, 6, 7, 8].into_iter().all(|part| light.asks_part(part)) && ![3, 5].into_iter().any(|part| light.asks_part(part)));
        light.reflection_parts = vec![2];
        assert!(light.check().is_err());
    }
}
