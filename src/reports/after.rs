//! What becomes public after the publication: an addition, a correction, a learning brief. The coordinator lays it before the chair, who adopts the
//! very text; then it goes out (decision 31). Taking words away waits for nobody.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::addendum::{self, Told};
use super::adoption::{self, ADOPT};
use super::assemble::{Part, Report};
use super::{READ_DECISION, learning, report_of};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::ids::{CaseId, ItemId, ReportId};
use crate::notices;
use crate::tx::{Permit, Place, Refused, Tx, needed};

/// What was laid before the chair lies under this, and under the other what they adopted.
const ASKED: &str = "asked-addendum";
const ADOPTED: &str = "adopted-after";
/// That what was laid there was taken back, or that the chair did not adopt it.
const SETTLED: &str = "settled-addendum";
/// The longest remark, in characters.
const LONGEST: usize = 5_000;

/// Who takes back what waits for the chair.
pub static TAKE_BACK: Act = Act { name: "report.take_back", within: Kind::Report, by: &[Role::Coordinator], step_up: false };
/// Who does not adopt it, and says why.
pub static REFUSE: Act = Act { name: "report.refuse_after", within: Kind::Report, by: &[Role::Chair], step_up: false };

/// Words for a published report, as they were laid before the chair.
#[derive(Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) told: Told,
    /// The version they come after: once there is a newer one, they wait no more.
    after: ReportId,
    /// The day they were laid there; the notice keeps it.
    pub(super) on: NaiveDate,
}

/// What became of words that were laid before the chair, other than their adoption.
#[derive(Serialize, Deserialize)]
struct Settled {
    asked: ItemId,
    /// Why the chair did not adopt them; none where they were taken back.
    remark: Option<String>,
}

/// An adoption as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    fingerprint: String,
    /// Whether the versions before go.
    instead: bool,
}

/// A text that goes out once the chair has adopted it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToAdopt {
    /// `addition`, `correction` or `learning`.
    pub kind: String,
    /// The very text.
    pub report: Report,
    /// Its fingerprint.
    pub fingerprint: String,
    /// Whether the versions before go.
    pub instead: bool,
    /// The words of the notice; none of the learning brief.
    pub words: Option<String>,
    /// Whether the chair adopted it: the coordinator publishes it now.
    pub adopted: bool,
    /// Why the chair did not adopt it, where they said so: the coordinator takes it back, and may lay other words there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

fn written(kind: &'static str, case: CaseId) -> Written<'static> {
    Written { kind, subject: Some(case.uuid()), form_version: "1", ground: "public_task", complete: true }
}

/// What was laid before the chair for the version published last and not taken back, with why the chair did not adopt it.
pub(super) fn asked(tx: &mut Tx, permit: &Permit, last: ReportId) -> Result<Vec<(ItemId, Asked, Option<String>)>, Refused> {
    let (mut back, mut remarks) = (BTreeSet::new(), BTreeMap::new());
    for Settled { asked, remark } in compartments::open_all::<Settled>(tx, permit, SETTLED)?.into_iter().map(|one| one.body) {
        match remark {
            Some(remark) => {
                remarks.insert(asked, remark);
            }
            None => {
                back.insert(asked);
            }
        }
    }
    let all = compartments::open_all::<Asked>(tx, permit, ASKED)?;
    Ok(all.into_iter().filter(|one| one.body.after == last && !back.contains(&one.listed.id)).map(|one| { let remark = remarks.remove(&one.listed.id); (one.listed.id, one.body, remark) }).collect())
}

/// Lays words before the chair; the same words once. What the chair did not adopt of that kind is behind them.
pub(super) fn ask(tx: &mut Tx, permit: &Permit, case: CaseId, last: ReportId, told: &Told) -> Result<(), Refused> {
    none_waits(tx, case, told)?;
    let laid = asked(tx, permit, last)?;
    if !laid.iter().any(|(_, asked, refused)| asked.told == *told && refused.is_none()) {
        for (item, ..) in laid.into_iter().filter(|(_, asked, refused)| asked.told.kind == told.kind && refused.is_some()) {
            compartments::put(tx, permit, &written(SETTLED, case), &Settled { asked: item, remark: None })?;
        }
        let on = tx.today();
        compartments::put(tx, permit, &written(ASKED, case), &Asked { told: told.clone(), after: last, on })?;
    }
    tell_chair(tx, case)
}

/// That no other words of the kind wait for the chair: they would be pushed aside unseen.
pub(super) fn none_waits(tx: &mut Tx, case: CaseId, told: &Told) -> Result<(), Refused> {
    let same = |one: &ToAdopt| one.words.as_deref() == Some(told.text.as_str()) && one.instead == told.instead;
    let other = waiting(tx, case)?.iter().any(|one| one.kind == told.kind && !one.adopted && one.refused.is_none() && !same(one));
    if other { Err(Refused::Rule("one-waits")) } else { Ok(()) }
}

/// Nothing more is asked of the chair once they adopted all that waits.
pub(super) fn settle(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    if waiting(tx, case)?.iter().all(|one| one.adopted || one.refused.is_some()) { cases::nothing_to_adopt(tx, case) } else { Ok(()) }
}

/// The chair of now hears that a text waits, or who stands in, and has it among their tasks. A case has one in every state: where the one it had is gone, the coordinator names another.
pub(super) fn tell_chair(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    let chairs = cases::hats_in_role(tx, case, Role::Chair)?;
    if chairs.is_empty() {
        return Err(Refused::Rule("name-a-chair-first"));
    }
    for hat in chairs {
        notices::tell(tx, hat, notices::Kind::TaskAssigned, Some(case), None)?;
    }
    cases::chair_is_to_adopt(tx, case)
}

/// Whether the chair adopted a text that goes out after the publication.
pub(super) fn is_adopted(tx: &mut Tx, permit: &Permit, report: &Report, instead: bool) -> Result<bool, Refused> {
    let now = adoption::fingerprint(report)?;
    Ok(compartments::open_all::<Kept>(tx, permit, ADOPTED)?.into_iter().any(|kept| kept.body.fingerprint == now && kept.body.instead == instead))
}

/// The texts that go out once the chair has adopted them. One in which words may not stand yet is not among them.
///
/// # Errors
/// `NotFound`, `NotYours`; `Locked`.
pub fn waiting(tx: &mut Tx, case: CaseId) -> Result<Vec<ToAdopt>, Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&READ_DECISION, Place::Compartment(within), case.uuid())?;
    let mut all: Vec<ToAdopt> = laid(tx, &permit, case)?.into_iter().map(|(_, one)| one).collect();
    match learning::ready(tx, case, &READ_DECISION) {
        Ok(brief) if !brief.published => all.push(ToAdopt {
            kind: "learning".to_owned(), fingerprint: adoption::fingerprint(&brief.report)?, report: brief.report, instead: false, words: None, adopted: brief.adopted, refused: None,
        }),
        Ok(_) => {}
        Err(why) => not_yet(why)?,
    }
    Ok(all)
}

/// The words that were laid before the chair, as they would go out, with what they lie under.
fn laid(tx: &mut Tx, permit: &Permit, case: CaseId) -> Result<Vec<(ItemId, ToAdopt)>, Refused> {
    let Some(last) = addendum::latest(tx, case, "report")? else { return Ok(vec![]) };
    let mut all = vec![];
    for (item, laid, refused) in asked(tx, permit, last.id)? {
        match addendum::ready(tx, case, &laid.told, &READ_DECISION) {
            Ok((ready, _)) => all.push((item, ToAdopt {
                kind: laid.told.kind, fingerprint: adoption::fingerprint(&ready.report)?, report: ready.report, instead: laid.told.instead, words: Some(laid.told.text),
                adopted: refused.is_none() && ready.adopted, refused,
            })),
            Err(why) => not_yet(why)?,
        }
    }
    Ok(all)
}

/// Of the words laid before the chair, those with a fingerprint that were not adopted.
fn not_adopted(tx: &mut Tx, permit: &Permit, case: CaseId, seen: &str) -> Result<(ItemId, ToAdopt), Refused> {
    laid(tx, permit, case)?.into_iter().find(|(_, one)| one.fingerprint == seen && !one.adopted).ok_or(Refused::Rule("text-read-is-old"))
}

/// Takes back words that lie before the chair, or that they did not adopt: what was told, to go on from.
///
/// # Errors
/// `NotFound`, `NotYours`; `Rule("text-read-is-old")` for words that wait no more; `Locked`.
pub fn take_back(tx: &mut Tx, case: CaseId, seen: &str) -> Result<Told, Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&TAKE_BACK, Place::Compartment(within), case.uuid())?;
    let (item, one) = not_adopted(tx, &permit, case, seen)?;
    compartments::put(tx, &permit, &written(SETTLED, case), &Settled { asked: item, remark: None })?;
    settle(tx, case)?;
    Ok(Told { kind: one.kind, text: one.words.unwrap_or_default(), instead: one.instead })
}

/// Does not adopt words that were laid before the chair, and tells the coordinator why.
///
/// # Errors
/// `NotFound`, `NotYours`; `Faults` without a remark; `Rule("text-read-is-old")` for words that wait no more; `Locked`.
pub fn refuse_after(tx: &mut Tx, case: CaseId, seen: &str, remark: &str) -> Result<(), Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&REFUSE, Place::Compartment(within), case.uuid())?;
    let remark = needed("remark", remark, LONGEST)?.to_owned();
    let (item, one) = not_adopted(tx, &permit, case, seen)?;
    if one.refused.is_some() {
        return Err(Refused::Rule("text-read-is-old"));
    }
    compartments::put(tx, &permit, &written(SETTLED, case), &Settled { asked: item, remark: Some(remark) })?;
    for hat in cases::hats_in_role(tx, case, Role::Coordinator)? {
        notices::tell(tx, hat, notices::Kind::Returned, Some(case), None)?;
    }
    settle(tx, case)
}

/// What can't be published as it stands waits for nobody's adoption.
fn not_yet(why: Refused) -> Result<(), Refused> {
    match why {
        Refused::Faults(_) | Refused::Rule(_) => Ok(()),
        why => Err(why),
    }
}

/// Adopts a text that goes out after the publication: the one the chair read, by its fingerprint.
///
/// # Errors
/// `NotFound`, `NotYours`; `Rule("text-read-is-old")` for a text that waits no more, or is another by now; `Locked`.
pub fn adopt_after(tx: &mut Tx, case: CaseId, seen: &str) -> Result<(), Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&ADOPT, Place::Compartment(within), case.uuid())?;
    // Two may be one text, where with one of them the versions before go.
    let read: Vec<ToAdopt> = waiting(tx, case)?.into_iter().filter(|one| one.fingerprint == seen && one.refused.is_none()).collect();
    if read.is_empty() {
        return Err(Refused::Rule("text-read-is-old"));
    }
    let Some(found) = read.into_iter().find(|one| !one.adopted) else { return Ok(()) };
    compartments::put(tx, &permit, &written(ADOPTED, case), &Kept { fingerprint: found.fingerprint, instead: found.instead })?;
    for hat in cases::hats_in_role(tx, case, Role::Coordinator)? {
        notices::tell(tx, hat, notices::Kind::Answered, Some(case), None)?;
    }
    settle(tx, case)
}

/// Of a part, what may lose sentences; all else of it stays as it is.
const MAY_LOSE: [&str; 6] = ["text", "title", "measure", "items", "dissent", "dissents"];

/// The sentences of a text. A sign that ends one does so before a capital or a sign of speech only: an abbreviation is no end.
fn sentences(text: &str) -> Vec<&str> {
    let mut found = vec![];
    let mut begins = 0;
    let mut ended = false;
    for (at, sign) in text.char_indices() {
        let opens = sign.is_uppercase() || matches!(sign, '"' | '“' | '„' | '‘' | '\'' | '(');
        if sign == '\n' || ended && opens && text.get(..at).is_some_and(|before| before.ends_with(char::is_whitespace)) {
            found.push(text.get(begins..at).unwrap_or_default());
            begins = at;
        }
        if !sign.is_whitespace() {
            ended = matches!(sign, '.' | '!' | '?' | '…');
        }
    }
    found.push(text.get(begins..).unwrap_or_default());
    found.into_iter().map(str::trim).filter(|sentence| !sentence.is_empty()).collect()
}

/// Whether what stands there now is what stood there before, less some sentences: none is new or changed, and none has another place. A word alone
/// does not go: without its "not" a sentence says something else.
fn lost(before: &Value, now: &Value) -> bool {
    match (before, now) {
        (Value::String(before), Value::String(now)) => {
            let mut left = sentences(before).into_iter();
            sentences(now).into_iter().all(|sentence| left.any(|other| other == sentence))
        }
        (Value::Array(before), Value::Array(now)) => {
            let mut left = before.iter();
            now.iter().all(|now| left.any(|before| lost(before, now)))
        }
        (Value::Object(before), Value::Object(now)) => {
            let may = |key: &String| MAY_LOSE.contains(&key.as_str());
            before.keys().all(|key| may(key) || now.contains_key(key)) && now.iter().all(|(key, now)| before.get(key).is_some_and(|before| if may(key) { lost(before, now) } else { before == now }))
        }
        (_, Value::Null) => true,
        (before, now) => before == now,
    }
}

fn part_lost(before: &Part, now: &Part) -> bool {
    match (serde_json::to_value(before), serde_json::to_value(now)) {
        (Ok(before), Ok(now)) => lost(&before, &now),
        _ => false,
    }
}

/// Whether a text only lost words: sections, parts of them, and sentences within a part, what is left in its order.
pub(super) fn only_less(before: &Report, now: &Report) -> bool {
    let mut left = before.sections.iter();
    let kept = now.sections.iter().all(|section| {
        left.by_ref().find(|old| old.id == section.id).is_some_and(|old| {
            let mut parts = old.parts.iter();
            old.heading == section.heading && old.language == section.language && old.heading_language == section.heading_language && section.parts.iter().all(|part| parts.any(|other| part_lost(other, part)))
        })
    });
    kept && before.title == now.title && before.language == now.language && before.sections != now.sections
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::assemble::Section;

    #[test]
    fn a_text_that_only_lost_words_has_no_other_word_and_no_other_order() {
        let report = |sections: &[(&str, &[&str])]| Report {
            title: String::new(), language: Default::default(), open: vec![], addenda: vec![],
            sections: sections.iter().map(|(id, parts)| Section::new(*id, *id, parts.iter().map(|text| Part::Text { text: (*text).to_owned() }).collect())).collect(),
        };
        let before = report(&[("portrait", &["Zij zong.", "Zij lachte."]), ("summary", &["Het begon klein."])]);
        // Sentences out of a paragraph.
        let longer = report(&[("portrait", &["Zij zong op zondag, altijd. Zij werkte in de haven. Zij lachte."])]);
        for text in ["Zij zong op zondag, altijd. Zij lachte.", "Zij werkte in de haven. Zij lachte.", "Zij werkte in de haven."] {
            assert!(only_less(&longer, &report(&[("portrait", &[text])])), "{text}");
        }
        // A word less is another sentence.
        for text in ["Zij zong op zaterdag, altijd. Zij lachte.", "Zij zong, altijd. Zij werkte in de haven. Zij lachte.", "Zij zong op zondag, altijd. Zij werkte in de haven. lachte.", "Zij zong op zondag", "Zij lachte. Zij zong op zondag, altijd.", "Zij zong op zondag, altijd, en luid.", "Zij zong op zondag, altijd. Zij werkte in de haven. Zij lachte."] {
            assert!(!only_less(&longer, &report(&[("portrait", &[text])])), "{text}");
        }
        // Who said it, and numbers, stay as they are.
        let said = |text: &str, by: &str| serde_json::to_value(Part::Quote { text: text.to_owned(), by: by.to_owned() }).unwrap();
        assert!(lost(&said("Zij zong altijd. Zij lachte.", "een nabestaande"), &said("Zij lachte.", "een nabestaande")) && !lost(&said("Zij zong.", "een nabestaande"), &said("Zij zong.", "")));
        assert_eq!(sentences("Zij had ca. 5 boeken, o.a. van dr. Bos. \"Mooi!\" zei zij.\nEn toen?").len(), 4);
        assert!(only_less(&before, &report(&[("portrait", &["Zij lachte."]), ("summary", &["Het begon klein."])])));
        assert!(only_less(&before, &report(&[("summary", &["Het begon klein."])])));
        for other in [
            report(&[("portrait", &["Zij zong.", "Zij lachte."]), ("summary", &["Het begon klein."])]), report(&[("portrait", &["Zij zong niet."]), ("summary", &["Het begon klein."])]),
            report(&[("portrait", &["Zij lachte.", "Zij zong."]), ("summary", &["Het begon klein."])]), report(&[("summary", &["Het begon klein."]), ("portrait", &["Zij zong."])]),
            report(&[("portrait", &["Zij zong."]), ("summary", &["Het begon klein."]), ("own", &[])]),
        ] {
            assert!(!only_less(&before, &other), "{other:?}");
        }
    }
}
