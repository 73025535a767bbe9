//! The side of a case that is asked: its coordinator chooses among what was released into it, asks whose it is, and places what they agree to.

use chrono::{Days, NaiveDate};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::{self, AskedRow, NewItem, SourceRow};
use super::{LONGEST, Stage, Theme, of_case, still_takes, words};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::ids::{CaseId, CompartmentId, ItemId, ReflectionId, ThematicId, ThematicItemId};
use crate::names;
use crate::notices;
use crate::panels::{self, Earlier, ReleasedCopy};
use crate::reflections;
use crate::tx::{FieldFault, Permit, Place, Refused, Tx, needed};

/// Who sees what a case is asked for.
pub static READ_ASKED: Act = of_case("thematic.read_asked");
/// Who chooses copies and asks their organisations.
pub static ASK: Act = of_case("thematic.ask");
/// Who places what was agreed to.
pub static PLACE: Act = of_case("thematic.place");
/// Who says that nothing of the case is placed.
pub static SETTLE: Act = of_case("thematic.settle");

/// A copy that can be chosen.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Choice {
    /// The copy with the panel of the case.
    pub copy: ItemId,
    /// Its form.
    pub kind: &'static str,
    /// Whose it is.
    pub organisation: String,
    /// What it says.
    pub answers: Value,
}

/// A copy whose organisation was asked.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Chosen {
    /// Id.
    pub id: ThematicItemId,
    /// The copy with the panel of the case.
    pub copy: ItemId,
    /// Its form.
    pub kind: String,
    /// Whose it is.
    pub organisation: String,
    /// `asked`, `agreed`, `refused`, `unanswered`, `placed`.
    pub stage: Stage,
    /// Until when the organisation can answer.
    pub due_on: NaiveDate,
    /// What it added to its answers.
    pub words: Vec<String>,
}

/// What a case is asked for by one thematic review.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// Id.
    pub id: ThematicId,
    /// What the review is about.
    pub theme: Option<Theme>,
    /// How far it is: `asked`, `chosen`, `placed`, `nothing`.
    pub stage: Stage,
    /// The day what was released into the case is shredded.
    pub shred_on: Option<NaiveDate>,
    /// Until when an organisation asked today can answer; none where that is too late.
    pub answer_by: Option<NaiveDate>,
    /// Copies whose organisations were asked.
    pub chosen: Vec<Chosen>,
    /// Copies that can be chosen.
    pub choices: Vec<Choice>,
}

/// A source of the case, in its own room.
fn one(tx: &mut Tx, source: CaseId, id: ThematicId) -> Result<SourceRow, Refused> {
    let found = store::lock(tx.db(), id)?;
    if found.source_id == source { Ok(found) } else { Err(Refused::NotFound) }
}

/// The day what was released into a case is shredded, and until when an organisation asked today can answer: its answer comes before that day.
fn terms(tx: &mut Tx, source: CaseId) -> Result<(Option<NaiveDate>, Option<NaiveDate>), Refused> {
    let today = tx.today();
    let planned = cases::planned(tx, source)?.into_iter().find(|line| line.what == "released");
    let shred_on = planned.as_ref().filter(|line| line.done.is_none()).and_then(|line| line.on);
    let (profile, _) = cases::profile_and_language(tx, source)?;
    let (parts, calendar) = (tx.parts(), tx.session()?.calendar.clone());
    let usual = profile.terms.supplementary.end(today, parts.config.calendar(&calendar));
    let by = shred_on.and_then(|day| day.checked_sub_days(Days::new(1))).map(|last| usual.min(last)).filter(|by| *by > today);
    Ok((shred_on, by))
}

/// The thematic reviews that ask for a case, and how far each is.
///
/// # Errors
/// `NotFound`, `NotYours`; `Locked`.
pub fn asked(tx: &mut Tx, source: CaseId) -> Result<Vec<Asked>, Refused> {
    let within = compartments::of_kind(tx, source, Kind::Case)?;
    let permit = tx.permit(&READ_ASKED, Place::Compartment(within), source.uuid())?;
    let rows = store::of_source(tx.db(), source)?;
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let (items, today) = (store::items_of_source(tx.db(), source)?, tx.today());
    let names: Vec<_> = reflections::of_case(tx, source)?.into_iter().map(|one| (one.id, one.organisation, one.organisation_name)).collect();
    let of = |id: ReflectionId| names.iter().find(|(reflection, ..)| *reflection == id).map(|(.., name)| name.clone()).unwrap_or_default();
    let (shred_on, answer_by) = terms(tx, source)?;
    let copies = panels::released_copies(tx, source)?;
    let added = words::added(tx, &permit)?;
    rows.into_iter().map(|row| {
        let mine: Vec<&AskedRow> = items.iter().filter(|item| item.thematic_id == row.id).collect();
        let chosen = mine.iter().map(|item| Chosen {
            id: item.id, copy: item.copy_id, kind: item.kind.clone(), organisation: of(item.reflection_id), stage: Stage::of_item(&item.state, item.due_on, today), due_on: item.due_on,
            words: added.iter().filter(|(about, _)| *about == item.id.uuid()).map(|(_, words)| words.clone()).collect(),
        }).collect();
        let choices = copies.iter().filter(|copy| answer_by.is_some() && !mine.iter().any(|item| item.copy_id == copy.id)).map(|copy| Choice {
            copy: copy.id, kind: copy.kind, organisation: of(copy.reflection), answers: copy.body.get("answers").cloned().unwrap_or_default(),
        }).collect();
        let stage = Stage::of_source(mine.iter().any(|item| item.state == "placed"), row.nothing_at.is_some(), !mine.is_empty());
        Ok(Asked { id: row.id, theme: words::said(tx, &permit, row.id.uuid())?, stage, shred_on, answer_by, chosen, choices })
    }).collect()
}

/// Whether a thematic review asks for a case, for the page that says so: who does not coordinate it is told no.
///
/// # Errors
/// Database errors only.
pub fn is_asked(tx: &mut Tx, source: CaseId) -> Result<bool, Refused> {
    Ok(!store::of_source(tx.db(), source)?.is_empty())
}

/// Chooses copies and asks their organisations. Returns for how many copies.
///
/// # Errors
/// `NotFound`, `NotYours`; `Rule("thematic-too-late")`; `Rule("shredding-too-near")` where no term to answer is left; `Faults` for what was not released
/// by an organisation into this case, is shredded, corrected since, or was asked for already; `Locked`.
pub fn ask(tx: &mut Tx, source: CaseId, id: ThematicId, chosen: &[ItemId]) -> Result<usize, Refused> {
    let within = compartments::of_kind(tx, source, Kind::Case)?;
    let permit = tx.permit(&ASK, Place::Compartment(within), id.uuid())?;
    let row = one(tx, source, id)?;
    still_takes(tx, row.batch_id)?;
    let (Some(shred_on), Some(due_on)) = terms(tx, source)? else { return Err(Refused::Rule("shredding-too-near")) };
    if chosen.is_empty() {
        return Err(Refused::Faults(vec![FieldFault::new("items", "required")]));
    }
    let before: Vec<ItemId> = store::items_of_source(tx.db(), source)?.into_iter().filter(|item| item.thematic_id == id).map(|item| item.copy_id).collect();
    let copies = panels::released_copies(tx, source)?;
    let rooms: Vec<_> = reflections::of_case(tx, source)?.into_iter().map(|one| (one.id, one.compartment)).collect();
    let found: Vec<(&ReleasedCopy, CompartmentId)> = chosen.iter().enumerate().map(|(at, item)| {
        let copy = copies.iter().find(|copy| copy.id == *item && !before.contains(item) && !chosen.iter().take(at).any(|other| other == item));
        let room = copy.and_then(|copy| rooms.iter().find(|(reflection, _)| *reflection == copy.reflection));
        copy.zip(room).map(|(copy, (_, room))| (copy, *room)).ok_or_else(|| Refused::Faults(vec![FieldFault::new(format!("items[{at}]"), "not-an-option")]))
    }).collect::<Result<_, _>>()?;
    let theme = words::said(tx, &permit, id.uuid())?.ok_or(Refused::NotFound)?;
    let hat = tx.hat()?;
    if row.nothing_at.is_some() {
        store::set_nothing(tx.db(), id, None)?;
    }
    let mut told: Vec<CompartmentId> = vec![];
    for (copy, room) in &found {
        let new = NewItem { id: ThematicItemId::new(), reflection: copy.reflection, compartment: *room, kind: copy.kind, copy: copy.id, document: copy.document, due_on, shred_on };
        store::insert_item(tx.db(), &row, &new, hat)?;
        if told.contains(room) {
            continue;
        }
        told.push(*room);
        words::say(tx, &permit, *room, id.uuid(), &theme)?;
        for owner in compartments::owners(tx, *room)? {
            notices::tell(tx, owner, notices::Kind::Placed, None, Some(copy.reflection.uuid()))?;
        }
    }
    Ok(found.len())
}

/// By what the thematic panel tells givers apart: the same for all an organisation gave of one review, and nothing else.
fn giver(tx: &Tx, row: &SourceRow, reflection: ReflectionId) -> Uuid {
    let mac = tx.parts().installation.mac("earlier review", &[&row.id.bytes(), &reflection.bytes()]);
    Uuid::from_slice(mac.get(..16).unwrap_or_default()).unwrap_or_default()
}

/// Places what organisations agreed to with the thematic panel: copies nobody changes, by the kind of organisation and the number of the review.
/// What was corrected, removed or shredded since it was agreed to is gone. Returns how many are placed.
///
/// # Errors
/// `NotFound`, `NotYours`; `Rule("nothing-agreed")`; `Rule("thematic-too-late")`; `Rule("no-panel-yet")`; `Locked`.
pub fn place(tx: &mut Tx, source: CaseId, id: ThematicId) -> Result<usize, Refused> {
    let within = compartments::of_kind(tx, source, Kind::Case)?;
    let permit = tx.permit(&PLACE, Place::Compartment(within), id.uuid())?;
    let row = one(tx, source, id)?;
    still_takes(tx, row.batch_id)?;
    let agreed = store::lock_agreed(tx.db(), id)?;
    if agreed.is_empty() {
        return Err(Refused::Rule("nothing-agreed"));
    }
    let copies = panels::released_copies(tx, source)?;
    // Seen by who may place there, and only as long as something agreed to is not placed.
    let panel = compartments::of_case(tx, row.batch_id, Kind::Panel)?.pop().ok_or(Refused::Rule("no-panel-yet"))?;
    let mut count = 0;
    for item in &agreed {
        let Some(copy) = copies.iter().find(|copy| copy.id == item.copy_id) else {
            store::set_gone(tx.db(), item.id)?;
            continue;
        };
        let placed = place_one(tx, &permit, &row, copy, panel.id)?;
        store::set_placed(tx.db(), item.id, placed)?;
        count += 1;
    }
    if count > 0 {
        names_go_along(tx, &row, &agreed)?;
    }
    for role in [Role::Coordinator, Role::Chair, Role::Secretary] {
        for hat in cases::hats_in_role(tx, row.batch_id, role)? {
            notices::tell(tx, hat, notices::Kind::Placed, Some(row.batch_id), None)?;
        }
    }
    Ok(count)
}

/// No person and no organisation of the case may stand in the theme report either.
fn names_go_along(tx: &mut Tx, row: &SourceRow, given: &[AskedRow]) -> Result<(), Refused> {
    cases::names_go_along(tx, row.source_id, row.batch_id)?;
    for one in reflections::of_case(tx, row.source_id)?.into_iter().filter(|one| given.iter().any(|item| item.reflection_id == one.id)) {
        names::place(tx, row.batch_id, names::Reason::Organisation, &one.name)?;
    }
    Ok(())
}

fn place_one(tx: &mut Tx, permit: &Permit, row: &SourceRow, copy: &ReleasedCopy, panel: CompartmentId) -> Result<ItemId, Refused> {
    let kind = store::kind_of(tx.db(), copy.organisation)?;
    let (subject, version) = (giver(tx, row, copy.reflection), copy.form_version.clone());
    let earlier = Earlier { kind: i64::from(kind), review: row.number };
    let body = json!({ "earlier": earlier, "answers": copy.body.get("answers"), "notForReport": copy.body.get("notForReport") });
    compartments::place(tx, permit, panel, &Written { kind: copy.kind, subject: Some(subject), form_version: &version, ground: "public_task", complete: true }, &body)
}

/// Says that nothing of the case is placed, with the reason, which stays in this case.
///
/// # Errors
/// `NotFound`, `NotYours`; `Rule("source-is-placed")`; `Faults` without a reason.
pub fn nothing(tx: &mut Tx, source: CaseId, id: ThematicId, reason: &str) -> Result<(), Refused> {
    let within = compartments::of_kind(tx, source, Kind::Case)?;
    let permit = tx.permit(&SETTLE, Place::Compartment(within), id.uuid())?;
    let row = one(tx, source, id)?;
    let reason = needed("reason", reason, LONGEST)?;
    if store::items_of_source(tx.db(), source)?.iter().any(|item| item.thematic_id == id && item.state == "placed") {
        return Err(Refused::Rule("source-is-placed"));
    }
    let now = tx.now();
    cases::keep_reason(tx, &permit, source, "thematic_nothing", id.uuid(), cases::ReasonOf::default(), reason)?;
    store::set_nothing(tx.db(), id, Some(now))?;
    for hat in cases::hats_in_role(tx, row.batch_id, Role::Coordinator)? {
        notices::tell(tx, hat, notices::Kind::Answered, Some(row.batch_id), None)?;
    }
    Ok(())
}
