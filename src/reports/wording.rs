//! Words of a relative that the report takes as written, and that hold what may not stand there (ruling 22): nobody changes them silently. They
//! hold the report until the relative agrees to another wording. Their contact proposes one, the relative says yes or no, and the contact passes
//! on what was agreed to, which stands in the report instead.

use serde::Serialize;
use serde_json::{Value, json};

use super::name_check::{self, Hit};
use super::{assemble, publish, replace, store};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::ids::{CaseId, CompartmentId, ItemId, RelativeId};
use crate::notices;
use crate::relatives::{self, Mine};
use crate::texts::capital;
use crate::tx::{Permit, Place, Refused, Tx, needed};

/// Who reads which words wait, and what was proposed: the relative, who supports them, and their contact.
pub static READ_WORDINGS: Act = Act { name: "wording.read", within: Kind::Kin, by: &[Role::Relative, Role::Supporter, Role::Coordinator], step_up: false };
/// Who proposes another wording.
pub static PROPOSE: Act = Act { name: "wording.propose", within: Kind::Kin, by: &[Role::Coordinator], step_up: false };
/// Who agrees to it or not: the relative, or the contact who writes down what they tell.
pub static AGREE_WORDING: Act = Act { name: "wording.answer", within: Kind::Kin, by: &[Role::Relative, Role::Coordinator], step_up: false };
/// Who passes on what was agreed to.
pub static TAKE: Act = Act { name: "wording.take", within: Kind::Kin, by: &[Role::Coordinator], step_up: false };

/// The kind of the documents that propose a wording, in the relative's own place.
const WORDING: &str = "wording";
/// The kind of those that answer one, or say that the report has it.
const ANSWER: &str = "wording-answer";
/// The section the words of relatives stand in.
const SECTION: &str = "portrait";
/// The text that comes with a reply to a passage.
const STATEMENT: &str = "statement";
/// The longest wording, in characters.
const LONGEST: usize = 20_000;

/// A text of a relative that holds the report.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Held {
    /// What it was placed from: the relative's document, or the passage they replied to.
    pub item: ItemId,
    /// Which text of it.
    pub field: String,
    /// The words, as they stand in the draft.
    pub text: String,
    /// What may not stand.
    pub hits: Vec<Hit>,
    /// The words with what the check proposes.
    pub proposal: String,
}

/// Another wording that was proposed.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Wording {
    /// Id.
    pub id: ItemId,
    /// What the words were placed from.
    pub item: ItemId,
    /// Which text of it.
    pub field: String,
    /// The words it would stand instead of.
    pub before: String,
    /// The words proposed.
    pub text: String,
    /// `proposed`, `agreed`, `declined`, `taken`.
    pub state: String,
}

/// What of a relative's words waits.
#[derive(Clone, Debug, Default, Serialize, schemars::JsonSchema)]
pub struct Wordings {
    /// Texts that hold the report, and for which no wording is proposed or agreed to: for the contact.
    pub held: Vec<Held>,
    /// Wordings, first first.
    pub wordings: Vec<Wording>,
}

impl Wordings {
    /// Whether the relative is asked something.
    pub fn waiting(&self) -> bool {
        self.wordings.iter().any(|one| one.state == "proposed")
    }
}

/// A relative's place, for who belongs there.
fn own(tx: &mut Tx, id: RelativeId) -> Result<Mine, Refused> {
    relatives::mine(tx)?.into_iter().find(|place| place.id == id).ok_or(Refused::NotFound)
}

fn case_of(tx: &mut Tx, within: CompartmentId) -> Result<CaseId, Refused> {
    compartments::kind_of(tx, within)?.1.ok_or(Refused::NotFound)
}

fn part(body: &Value, id: &str) -> String {
    body.get(id).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The wordings of a place, each with how far it is.
fn proposed(tx: &mut Tx, permit: &Permit) -> Result<Vec<Wording>, Refused> {
    let answers = compartments::open_all::<Value>(tx, permit, ANSWER)?;
    Ok(compartments::open_all::<Value>(tx, permit, WORDING)?.into_iter().filter_map(|one| {
        let last = answers.iter().rev().find(|answer| answer.listed.subject == Some(one.listed.id.uuid()));
        let state = last.map_or_else(|| "proposed".to_owned(), |answer| part(&answer.body, "state"));
        Some(Wording { id: one.listed.id, item: part(&one.body, "item").parse().ok()?, field: part(&one.body, "field"), before: part(&one.body, "before"), text: part(&one.body, "text"), state })
    }).collect())
}

/// A text of a relative, as it stands in the report.
struct Standing {
    item: ItemId,
    field: String,
    text: String,
    body: Value,
}

/// The texts of a relative in the report of their case.
fn standing(tx: &mut Tx, id: RelativeId, within: CompartmentId, case: CaseId) -> Result<Vec<Standing>, Refused> {
    let report = compartments::of_case(tx, case, Kind::Report)?.pop().ok_or(Refused::NotFound)?.id;
    let permit = tx.permit(&assemble::READ, Place::Compartment(report), case.uuid())?;
    let passages: Vec<String> = store::passages_of(tx.db(), within)?.into_iter().map(|row| row.id.to_string()).collect();
    let theirs = |body: &Value| part(body, "relative") == id.to_string() || part(body, "field") == STATEMENT && passages.contains(&part(body, "item"));
    Ok(assemble::statements(tx, &permit)?.into_iter().filter(theirs).filter_map(|body| Some(Standing { item: part(&body, "item").parse().ok()?, field: part(&body, "field"), text: part(&body, "text"), body })).collect())
}

/// The texts of a relative that hold the report.
fn held(tx: &mut Tx, id: RelativeId, within: CompartmentId, case: CaseId) -> Result<Vec<Held>, Refused> {
    let all = standing(tx, id, within, case)?;
    if all.is_empty() {
        return Ok(vec![]);
    }
    let texts: Vec<String> = all.iter().map(|said| said.text.clone()).collect();
    let hits = name_check::hits_of_each(tx, case, SECTION, &texts)?;
    Ok(all.into_iter().zip(hits).filter(|(_, hits)| !hits.is_empty()).map(|(said, hits)| {
        Held { proposal: put_instead(&said.text, &hits), item: said.item, field: said.field, text: said.text, hits }
    }).collect())
}

/// A text with what the check proposes. Who stood there with given and family name stands there once.
fn put_instead(text: &str, hits: &[Hit]) -> String {
    hits.iter().fold(text.to_owned(), |text, hit| {
        let by = &hit.proposal;
        let begun = capital(by);
        replace::replaced(&text, &hit.word, by).map_or(text, |new| new.replace(&format!("{by} {by}"), by).replace(&format!("{begun} {by}"), &begun))
    })
}

/// Which words of a relative hold the report, and which wordings were proposed.
///
/// # Errors
/// `NotFound`, `NotYours`; `Locked`.
pub fn wordings(tx: &mut Tx, id: RelativeId) -> Result<Wordings, Refused> {
    let within = own(tx, id)?.compartment;
    let permit = tx.permit(&READ_WORDINGS, Place::Compartment(within), id.uuid())?;
    let wordings = proposed(tx, &permit)?;
    if permit.role() != Role::Coordinator {
        return Ok(Wordings { held: vec![], wordings });
    }
    let case = case_of(tx, within)?;
    // Before there is a report nothing is held; who has no key of it yet sees nothing of it.
    let held = match held(tx, id, within, case) {
        Err(Refused::NotFound | Refused::NotYours | Refused::Locked) => vec![],
        found => found?,
    };
    let open = |one: &Held| wordings.iter().any(|other| (other.item, &other.field, &other.before) == (one.item, &one.field, &one.text) && matches!(other.state.as_str(), "proposed" | "agreed"));
    Ok(Wordings { held: held.into_iter().filter(|one| !open(one)).collect(), wordings })
}

/// Proposes another wording for a text that holds the report. The relative is told that something waits.
///
/// # Errors
/// `NotFound` for a text that holds nothing; `NotYours`; `Faults` without words, and naming words that may not stand either; `Rule("left-alone")` for
/// who paused, stopped or wants nothing; `Locked`.
pub fn propose_wording(tx: &mut Tx, id: RelativeId, item: ItemId, field: &str, text: &str) -> Result<ItemId, Refused> {
    let place = own(tx, id)?;
    let permit = tx.permit(&PROPOSE, Place::Compartment(place.compartment), id.uuid())?;
    if relatives::left_alone(tx, place.compartment)? {
        return Err(Refused::Rule("left-alone"));
    }
    let (text, case) = (needed("text", text, LONGEST)?, case_of(tx, place.compartment)?);
    let waits = held(tx, id, place.compartment, case)?.into_iter().find(|one| one.item == item && one.field == field).ok_or(Refused::NotFound)?;
    let hits = name_check::hits_of(tx, case, SECTION, vec![text.to_owned()])?;
    if !hits.is_empty() {
        return Err(publish::stands(hits.into_iter().map(|hit| Hit { section: "text".into(), ..hit }).collect()));
    }
    let written = Written { kind: WORDING, subject: Some(id.uuid()), form_version: "1", ground: "consent", complete: true };
    let made = compartments::put(tx, &permit, &written, &json!({ "item": item, "field": field, "before": waits.text, "text": text }))?;
    // A frozen place hears nothing, and not why.
    if place.state == "active" {
        for hat in compartments::owners(tx, place.compartment)? {
            notices::tell(tx, hat, notices::Kind::Placed, None, None)?;
        }
    }
    Ok(made)
}

fn say(tx: &mut Tx, permit: &Permit, wording: ItemId, state: &str) -> Result<(), Refused> {
    let written = Written { kind: ANSWER, subject: Some(wording.uuid()), form_version: "1", ground: "consent", complete: true };
    compartments::put(tx, permit, &written, &json!({ "state": state })).map(drop)
}

fn one(tx: &mut Tx, permit: &Permit, wording: ItemId) -> Result<Wording, Refused> {
    proposed(tx, permit)?.into_iter().find(|one| one.id == wording).ok_or(Refused::NotFound)
}

/// Agrees to a wording, or not; until it stands in the report that can be said otherwise. A contact who writes down a yes passes it on at once.
///
/// # Errors
/// `NotFound`, `NotYours`; `Rule("answered-already")` once the report has it; as [`take_wording`].
pub fn answer_wording(tx: &mut Tx, id: RelativeId, wording: ItemId, agrees: bool) -> Result<(), Refused> {
    let within = own(tx, id)?.compartment;
    let permit = tx.permit(&AGREE_WORDING, Place::Compartment(within), id.uuid())?;
    let found = one(tx, &permit, wording)?;
    if found.state == "taken" {
        return Err(Refused::Rule("answered-already"));
    }
    let told = permit.role() == Role::Coordinator;
    if told && agrees {
        return into_report(tx, &permit, id, within, &found);
    }
    say(tx, &permit, wording, if agrees { "agreed" } else { "declined" })?;
    if told {
        return Ok(());
    }
    let case = case_of(tx, within)?;
    for contact in compartments::members(tx, within)?.into_iter().filter(|member| member.role == Role::Coordinator) {
        notices::tell(tx, contact.membership, notices::Kind::Answered, Some(case), Some(id.uuid()))?;
    }
    Ok(())
}

/// Passes a wording on that the relative agreed to: it stands in the report instead of the words before it.
///
/// # Errors
/// `NotFound`, `NotYours`; `Rule("not-agreed-yet")`; `Rule("wording-overtaken")` where those words stand there no more; `Rule("report-frozen")`.
pub fn take_wording(tx: &mut Tx, id: RelativeId, wording: ItemId) -> Result<(), Refused> {
    let within = own(tx, id)?.compartment;
    let permit = tx.permit(&TAKE, Place::Compartment(within), id.uuid())?;
    let found = one(tx, &permit, wording)?;
    if found.state != "agreed" {
        return Err(Refused::Rule("not-agreed-yet"));
    }
    into_report(tx, &permit, id, within, &found)
}

fn into_report(tx: &mut Tx, permit: &Permit, id: RelativeId, within: CompartmentId, agreed: &Wording) -> Result<(), Refused> {
    let case = case_of(tx, within)?;
    cases::text_may_change(tx, case)?;
    let same = |one: &Standing| (one.item, &one.field, &one.text) == (agreed.item, &agreed.field, &agreed.before);
    let mut said = standing(tx, id, within, case)?.into_iter().find(same).ok_or(Refused::Rule("wording-overtaken"))?.body;
    said["text"] = agreed.text.clone().into();
    let report = super::report_of(tx, case)?;
    compartments::place(tx, permit, report, &Written { kind: STATEMENT, subject: Some(id.uuid()), form_version: "1", ground: "consent", complete: true }, &said)?;
    say(tx, permit, agreed.id, "taken")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wording_is_proposed_with_what_the_check_proposes_and_nobody_stands_there_twice() {
        let hit = |word: &str, proposal: &str| Hit { section: SECTION.into(), word: word.into(), reason: "name".into(), proposal: proposal.into(), heading: String::new() };
        let hits = [hit("Noor", "de vrouw"), hit("Jansma", "de vrouw"), hit("Haren", "een dorp")];
        assert_eq!(put_instead("Noor Jansma kwam uit Haren. Noortje zong.", &hits), "De vrouw kwam uit een dorp. Noortje zong.");
    }
}
