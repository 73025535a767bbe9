//! The side of an organisation: in its own room it sees which of its own a thematic review asks for, about which theme and until when, and says yes or no.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use form::Answers;
use serde::Serialize;

use super::store::{self, AskedRow};
use super::{LONGEST, Stage, Theme, words};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments;
use crate::ids::{CompartmentId, ItemId, ReflectionId, ThematicItemId};
use crate::notices;
use crate::reflections::{self, Inside};
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who sees what is asked for: the organisation's own people.
pub static READ_REQUESTS: Act = Act { name: "thematic.read_requests", within: Kind::Reflection, by: &[Role::Author, Role::Approver], step_up: false };
/// Who agrees: who releases, having just confirmed who they are.
pub static AGREE: Act = Act { name: "thematic.agree", within: Kind::Reflection, by: &[Role::Approver], step_up: true };
/// Who refuses, or takes a yes back.
pub static REFUSE: Act = Act { name: "thematic.refuse", within: Kind::Reflection, by: &[Role::Approver], step_up: false };

/// One of an organisation's own documents that a thematic review asks for.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Id.
    pub id: ThematicItemId,
    /// What the review is about.
    pub theme: Option<Theme>,
    /// The form of the document.
    pub kind: String,
    /// The organisation's own document.
    pub document: ItemId,
    /// `asked`, `agreed`, `refused`, `unanswered`, `placed`.
    pub stage: Stage,
    /// Until when one can agree.
    pub due_on: NaiveDate,
    /// The day what was released is shredded.
    pub shred_on: NaiveDate,
    /// What it says, for the page that has to tell one from another.
    #[serde(skip)]
    pub answers: Answers,
}

/// The organisation's own reflection.
pub(super) fn own(tx: &mut Tx, id: ReflectionId) -> Result<Inside, Refused> {
    reflections::mine(tx)?.into_iter().find(|own| own.outside.id == id).ok_or(Refused::NotFound)
}

/// What is asked for of an organisation.
///
/// # Errors
/// `NotFound`, `NotYours`; `Locked`.
pub fn requests(tx: &mut Tx, id: ReflectionId) -> Result<Vec<Request>, Refused> {
    let own = own(tx, id)?;
    of_own(tx, &own)
}

/// The same, for who found their own already.
pub(super) fn of_own(tx: &mut Tx, own: &Inside) -> Result<Vec<Request>, Refused> {
    let within = own.outside.compartment;
    let permit = tx.permit(&READ_REQUESTS, Place::Compartment(within), own.outside.id.uuid())?;
    let (today, items) = (tx.today(), store::items_of_room(tx.db(), within)?);
    let mut said = BTreeMap::new();
    for kind in items.iter().map(|item| item.kind.as_str()).collect::<BTreeSet<_>>() {
        let ids: Vec<ItemId> = items.iter().filter(|item| item.kind == kind).map(|item| item.document_id).collect();
        said.extend(compartments::open_some::<Answers>(tx, &permit, kind, &ids)?.into_iter().map(|opened| (opened.listed.id, opened.body)));
    }
    items.into_iter().map(|item| Ok(Request {
        id: item.id, theme: words::said(tx, &permit, item.thematic_id.uuid())?, stage: Stage::of_item(&item.state, item.due_on, today), answers: said.get(&item.document_id).cloned().unwrap_or_default(),
        kind: item.kind, document: item.document_id, due_on: item.due_on, shred_on: item.shred_on,
    })).collect()
}

/// Whether anything is asked for, for the page that offers it.
///
/// # Errors
/// Database errors only.
pub fn is_requested(tx: &mut Tx, within: CompartmentId) -> Result<bool, Refused> {
    Ok(!store::items_of_room(tx.db(), within)?.is_empty())
}

/// What is asked for, as long as it is not placed.
fn open(tx: &mut Tx, within: CompartmentId, item: ThematicItemId) -> Result<AskedRow, Refused> {
    let found = store::items_of_room(tx.db(), within)?.into_iter().find(|one| one.id == item).ok_or(Refused::NotFound)?;
    if matches!(found.state.as_str(), "placed" | "gone") {
        return Err(Refused::Rule("answer-is-final"));
    }
    store::lock_item(tx.db(), item, within)
}

fn answer(tx: &mut Tx, act: &'static Act, id: ReflectionId, item: ThematicItemId, told: Option<&str>) -> Result<(), Refused> {
    let Inside { outside, case, .. } = own(tx, id)?;
    let within = outside.compartment;
    let permit = tx.permit(act, Place::Compartment(within), item.uuid())?;
    let told = told.map(str::trim).filter(|words| !words.is_empty());
    if told.is_some_and(|words| words.chars().count() > LONGEST) {
        return Err(Refused::Faults(vec![FieldFault::new("words", "too-long")]));
    }
    let found = open(tx, within, item)?;
    let agrees = act.name == AGREE.name;
    let (now, today) = (tx.now(), tx.today());
    if agrees && found.due_on < today {
        return Err(Refused::Rule("answer-term-passed"));
    }
    store::answer(tx.db(), item, agrees, now)?;
    if let Some(words) = told {
        let into = compartments::of_case(tx, case, Kind::Case)?.pop().ok_or(Refused::NotFound)?;
        words::add(tx, &permit, into.id, item.uuid(), words)?;
    }
    for hat in cases::leaders(tx, case, &[Role::Coordinator])? {
        notices::tell(tx, hat, notices::Kind::Answered, Some(case), Some(id.uuid()))?;
    }
    Ok(())
}

/// Agrees that a thematic review reads one of the organisation's own; until it is placed, that can be taken back.
///
/// # Errors
/// `NotFound`, `NotYours`; `StepUp`; `Rule("answer-term-passed")`; `Rule("answer-is-final")`.
pub fn agree(tx: &mut Tx, id: ReflectionId, item: ThematicItemId, words: Option<&str>) -> Result<(), Refused> {
    answer(tx, &AGREE, id, item, words)
}

/// Says no, or takes a yes back.
///
/// # Errors
/// `NotFound`, `NotYours`; `Rule("answer-is-final")`.
pub fn refuse(tx: &mut Tx, id: ReflectionId, item: ThematicItemId, words: Option<&str>) -> Result<(), Refused> {
    answer(tx, &REFUSE, id, item, words)
}
