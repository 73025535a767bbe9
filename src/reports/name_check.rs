//! The name check: no name, alias, address, worker, organisation or exact date of the case's sealed data may stand in the report.
//! Each hit is shown with a proposed replacement; what stays needs a reason (ruling 9).

use std::collections::{BTreeMap, BTreeSet};

use form::Answers;
use serde::Serialize;
use serde_json::{Value, json};

use super::assemble::{Report, ours, pseudonyms_of, texts_of};
use super::{learning, report_of};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::ids::CaseId;
use crate::names::{self, Instead};
use crate::texts::{Language, Words};
use crate::tx::{FieldFault, Permit, Place, Refused, Tx};

/// Who runs the check.
pub static CHECK: Act = Act { name: "report.name_check", within: Kind::Report, by: &[Role::Chair, Role::Secretary, Role::Coordinator], step_up: false };
/// Who gives a reason to let a word stand.
pub static REASON: Act = Act { name: "report.name_reason", within: Kind::Report, by: &[Role::Chair, Role::Secretary], step_up: false };

/// A word that may not stand.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, schemars::JsonSchema)]
pub struct Hit {
    /// Section.
    pub section: String,
    /// The word as it stands there.
    pub word: String,
    /// Why: `name`, `alias`, `address`, `worker`, `relative`, `organisation`, `recognised`, `date`, `time`, `age`, `place`.
    pub reason: String,
    /// What could stand instead.
    pub proposal: String,
    /// What the section is called, where it is one of the report or the brief.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub heading: String,
}

/// The outcome.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Checked {
    /// Hits without a reason.
    pub hits: Vec<Hit>,
    /// Whether nothing is left to mend.
    pub clear: bool,
}

/// Checks the report as it stands, and the learning brief as far as it is written. Clear, it becomes a fact the guards read.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn check(tx: &mut Tx, case: CaseId) -> Result<Checked, Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&CHECK, Place::Compartment(within), case.uuid())?;
    let report = learning::whole(tx, &permit, case)?;
    let hits = hits_in(tx, &permit, case, &report)?;
    let clear = hits.is_empty();
    if clear {
        cases::record(tx, &permit, "names_checked", None)?;
    }
    Ok(Checked { hits, clear })
}

/// The words that may stand for a reason, with the section it was given for.
fn reasoned(tx: &mut Tx, permit: &Permit) -> Result<BTreeSet<(String, String)>, Refused> {
    let part = |body: &Value, id: &str| body.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(compartments::open_all::<Value>(tx, permit, "name-reason")?.into_iter().map(|document| (part(&document.body, "section"), part(&document.body, "word"))).collect())
}

/// All that texts of a case are held against, gathered once.
pub(super) struct Against {
    /// Why a word may not stand, by its keyed hash.
    known: BTreeMap<Vec<u8>, String>,
    /// Words that may, as the pseudonyms and the decision say.
    allowed: BTreeSet<String>,
    /// What could stand instead; a family name can be that of several people.
    proposals: BTreeMap<String, BTreeSet<String>>,
    /// Words that may for a reason, with the section it was given for.
    reasoned: BTreeSet<(String, String)>,
    words: Words,
    /// What may not be told of a place that is so small that only years and bands of ages may stand.
    small: Option<cases::Hidden>,
    /// Its names of one word.
    places: BTreeSet<String>,
}

/// The hits of a report without a reason.
pub(super) fn hits_in(tx: &mut Tx, permit: &Permit, case: CaseId, report: &Report) -> Result<Vec<Hit>, Refused> {
    let against = against(tx, permit, case, report.language)?;
    let ours = ours(tx, case, report.language)?;
    let mut hits = against.hits(tx, case, texts_of(report).into_iter().filter(|(_, text)| !ours.contains(text)).collect());
    for hit in &mut hits {
        hit.heading = report.sections.iter().find(|section| section.id == hit.section).map(|section| section.heading.clone()).unwrap_or_default();
    }
    Ok(hits)
}

pub(super) fn against(tx: &mut Tx, permit: &Permit, case: CaseId, language: Language) -> Result<Against, Refused> {
    let known = names::of_case(tx, case)?;
    let mut allowed: BTreeSet<String> = BTreeSet::new();
    let mut proposals: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut decisions = vec![];
    for document in compartments::list(tx, permit, "publication-decision", None)? {
        decisions.push(compartments::open::<Answers>(tx, permit, document.id)?.body);
    }
    for document in compartments::list(tx, permit, "pseudonyms", None)? {
        for (name, pseudonym) in pseudonyms_of(&compartments::open::<Answers>(tx, permit, document.id)?.body) {
            let real = real_name_decided(&decisions, &name, &pseudonym);
            // What is called a pseudonym and is somebody's own name stands only where it was decided so for that very person (5.17).
            let own = |word: &String| known.get(names::hash(tx, case, word).as_slice()).is_some_and(|reason| matches!(reason.as_str(), "name" | "alias" | "relative"));
            allowed.extend(words_of(&pseudonym).into_iter().filter(|word| !own(word) || real.contains(word)));
            for word in words_of(&name) {
                proposals.entry(word).or_default().insert(pseudonym.clone());
            }
        }
    }
    for decision in &decisions {
        for name in decision.get("allowed_names").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            allowed.extend(names::tokens(name).into_iter().map(|(word, _)| word));
        }
    }
    let reasoned = reasoned(tx, permit)?;
    let small = cases::small_place_of(tx, case)?;
    let places: BTreeSet<String> = small.iter().flat_map(|small| &small.names).filter(|name| !name.contains(char::is_whitespace)).flat_map(|name| words_of(name)).collect();
    Ok(Against { known, allowed, proposals, reasoned, words: Words { language }, small, places })
}

impl Against {
    /// Days, times and ages of a text, with what each is: they are told by what stands around them, and so are those at these places only.
    pub(super) fn told(&self, tx: &Tx, case: CaseId, text: &str) -> Vec<(&'static str, Instead)> {
        let is_known = |minutes: u32| self.known.get(names::hash_of_time(tx, case, minutes).as_slice()).is_some_and(|reason| reason == names::TIME);
        let days = names::days(text, &self.words, self.small.is_some()).into_iter().map(|day| ("date", day));
        let times = names::times(text, &self.words, is_known).into_iter().map(|time| ("time", time));
        let ages = self.small.iter().flat_map(|small| names::ages(text, small.age_band)).map(|age| ("age", age));
        days.chain(times).chain(ages).collect()
    }

    /// What may not stand in some texts, each with the section it is of.
    fn hits(&self, tx: &Tx, case: CaseId, texts: Vec<(String, String)>) -> Vec<Hit> {
        let Against { known, allowed, proposals, reasoned, words, small, places } = self;
        let mut hits = BTreeSet::new();
        for (section, text) in texts {
            let mut found: Vec<Vec<Word>> = vec![];
            let named = small.as_ref().map(|small| names::places(&text, &small.names)).unwrap_or_default();
            for (token, range) in names::tokens(&text) {
                let written = text.get(range.clone()).unwrap_or_default();
                // Typed where no name was known, and placed before that could be said.
                if tx.parts().config.no_names.has(&token) {
                    continue;
                }
                let of = |word: &str| known.get(names::hash(tx, case, word).as_slice()).cloned();
                let stem = || names::stems(written, &token).into_iter().find_map(|stem| of(&stem).filter(|reason| is_persons(reason)).map(|reason| (stem, reason)));
                let placed = of(&token).map(|reason| (token.clone(), reason)).or_else(stem);
                let Some((token, reason)) = placed.or_else(|| places.contains(&token).then(|| (token.clone(), "place".to_owned()))) else { continue };
                // A place of several words is one, whatever else one of them is the name of.
                if matches!(reason.as_str(), "place" | "address") && named.iter().any(|place| place.start <= range.start && range.end <= place.end) {
                    continue;
                }
                let stands = allowed.contains(&token) || reasoned.contains(&(section.clone(), written.to_owned()));
                let word = Word { token, range, reason, stands };
                match found.last_mut() {
                    Some(name) if name.last().is_some_and(|before| before.goes_on(&word, &text)) => name.push(word),
                    _ => found.push(vec![word]),
                }
            }
            for name in found {
                let (Some(first), Some(last)) = (name.first(), name.last()) else { continue };
                // A first name may stand; with the family name behind it it does not.
                if name.iter().all(|word| word.stands) {
                    continue;
                }
                let word = text.get(first.range.start..last.range.end).unwrap_or_default().to_owned();
                if reasoned.contains(&(section.clone(), word.clone())) {
                    continue;
                }
                let mut meant = name.iter().filter_map(|word| proposals.get(&word.token)).cloned().reduce(|some, others| some.intersection(&others).cloned().collect()).unwrap_or_default();
                // Nobody in particular where it could be several people.
                let proposal = meant.pop_first().filter(|_| meant.is_empty()).unwrap_or_else(|| words.t(&format!("name-hit-{}", first.reason)));
                hits.insert(Hit { section: section.clone(), word, reason: first.reason.clone(), proposal, heading: String::new() });
            }
            let places = named.into_iter().map(|range| ("place", Instead { range, by: words.t("name-hit-place") }));
            for (reason, Instead { range, by }) in self.told(tx, case, &text).into_iter().chain(places) {
                let word = text.get(range).unwrap_or_default().to_owned();
                if !reasoned.contains(&(section.clone(), word.clone())) {
                    hits.insert(Hit { section: section.clone(), word, reason: reason.into(), proposal: by, heading: String::new() });
                }
            }
        }
        hits.into_iter().collect()
    }
}

/// A word that may not stand, where it stands in a text.
struct Word {
    /// As it is compared.
    token: String,
    range: std::ops::Range<usize>,
    reason: String,
    /// Whether it may stand by itself.
    stands: bool,
}

impl Word {
    /// Whether the next is more of the same name: given and family name are replaced as one.
    fn goes_on(&self, next: &Word, text: &str) -> bool {
        is_persons(&self.reason) && is_persons(&next.reason) && text.get(self.range.end..next.range.start).is_some_and(names::is_within_a_name)
    }
}

/// Whether it is what stands around it that makes a word one that may not stand.
pub(super) fn is_told(reason: &str) -> bool {
    matches!(reason, "date" | "time" | "age")
}

/// Whether a word is somebody's name.
fn is_persons(reason: &str) -> bool {
    matches!(reason, "name" | "alias" | "relative" | "worker")
}

/// Whether a text that leaves the report on its own, a passage placed for a reaction, holds no word that may not stand in it.
///
/// # Errors
/// `Faults` naming the words; `Locked`.
pub(super) fn passes(tx: &mut Tx, case: CaseId, about: &str, title: &str, text: &str) -> Result<(), Refused> {
    let found = hits_of(tx, case, about, vec![title.to_owned(), text.to_owned()])?;
    let within = report_of(tx, case)?;
    let permit = tx.permit(&CHECK, Place::Compartment(within), case.uuid())?;
    // A day of the calendar may stand in a passage, a time, an age, and the name of the place: whoever reads it was there, and says whether it is right. So may a word that may stand
    // in the section the passage was taken from.
    let stand = reasoned(tx, &permit)?;
    let hits: Vec<Hit> = found.into_iter().filter(|hit| !matches!(hit.reason.as_str(), "date" | "time" | "age" | "place") && !stand.iter().any(|(_, word)| *word == hit.word)).map(|hit| Hit { section: "text".into(), ..hit }).collect();
    if hits.is_empty() { Ok(()) } else { Err(super::publish::stands(hits)) }
}

/// The words of some texts that may not stand in a section of the report.
pub(super) fn hits_of(tx: &mut Tx, case: CaseId, section: &str, texts: Vec<String>) -> Result<Vec<Hit>, Refused> {
    let all: BTreeSet<Hit> = hits_of_each(tx, case, section, &texts)?.into_iter().flatten().collect();
    Ok(all.into_iter().collect())
}

/// The same of each text by itself, in their order.
pub(super) fn hits_of_each(tx: &mut Tx, case: CaseId, section: &str, texts: &[String]) -> Result<Vec<Vec<Hit>>, Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&CHECK, Place::Compartment(within), case.uuid())?;
    let (_, language) = cases::profile_and_language(tx, case)?;
    let against = against(tx, &permit, case, Language::from_code(&language).unwrap_or_default())?;
    Ok(texts.iter().map(|text| against.hits(tx, case, vec![(section.to_owned(), text.clone())])).collect())
}

fn words_of(text: &str) -> BTreeSet<String> {
    names::tokens(text).into_iter().map(|(word, _)| word).collect()
}

/// The words of a person's own name that may stand, because it was decided for that person that the real first name does.
fn real_name_decided(decisions: &[Answers], name: &str, pseudonym: &str) -> BTreeSet<String> {
    let (own, called) = (words_of(name), words_of(pseudonym));
    let decided = decisions.iter().flat_map(|decision| decision.get("naming_decision").and_then(Value::as_array).into_iter().flatten()).any(|row| {
        let person = words_of(row.get("person").and_then(Value::as_str).unwrap_or_default());
        row.get("how").and_then(Value::as_str) == Some("real_first_name") && !person.is_empty() && (person.is_subset(&own) || person == called)
    });
    if decided { own } else { BTreeSet::new() }
}

/// Lets a word stand, with a reason that is kept.
///
/// # Errors
/// `Faults` without a reason.
pub fn reason(tx: &mut Tx, case: CaseId, section: &str, word: &str, reason: &str) -> Result<(), Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&REASON, Place::Compartment(within), case.uuid())?;
    if reason.trim().is_empty() {
        return Err(Refused::Faults(vec![FieldFault::new("reason", "required")]));
    }
    let written = Written { kind: "name-reason", subject: Some(case.uuid()), form_version: "1", ground: "public_task", complete: true };
    compartments::put(tx, &permit, &written, &json!({ "section": section, "word": word, "reason": reason }))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_called_in_words_and_a_time_is_no_day() {
        let called = |language: Language, reason: &str| Words { language }.t(&format!("name-hit-{reason}"));
        for language in [Language::Nl, Language::En] {
            let all: Vec<String> = ["name", "alias", "address", "worker", "relative", "organisation", "recognised", "date", "time", "age", "place"].map(|reason| called(language, reason)).to_vec();
            assert!(all.iter().all(|words| !words.contains("name-hit")), "{all:?}");
        }
        assert_eq!((called(Language::Nl, "date").as_str(), called(Language::Nl, "time").as_str()), ("een dag", "een tijdstip"));
    }

    #[test]
    fn a_real_first_name_needs_a_decision_for_that_person() {
        let row = |person: &str, how: &str| -> Answers { serde_json::from_value(json!({ "naming_decision": [{ "key": "a", "person": person, "how": how }] })).unwrap() };
        let may = |decision: &Answers| real_name_decided(std::slice::from_ref(decision), "Noor Jansma", "Noor").contains("noor");
        assert!(may(&row("Noor Jansma", "real_first_name")) && may(&row("Noor", "real_first_name")));
        assert!(!may(&row("Noor Jansma", "pseudonym")) && !may(&row("Piet Jansma", "real_first_name")) && !may(&row("", "real_first_name")) && !may(&Answers::new()));
    }
}
