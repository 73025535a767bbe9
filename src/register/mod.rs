//! The central register: a coded record of every case, reviewed or not.
//!
//! A record begins with the notification. Two coders code it blind to each other, a third settles where they differ; the register
//! manager names them and sees what is complete. Which variables there are, the codebook says; none is named here.

mod agreement;
mod api;
mod snapshot;
mod store;

use codebook::{Record, Stage, faults, open};
use form::Answers;
use serde::Serialize;

pub use agreement::{AGREEMENT, Judged, agreement};
pub use snapshot::{Invented, SNAPSHOT, Snapshot, newest_snapshot, own_snapshots, snapshot, snapshots, take};

use crate::access::{Act, Kind, Role};
use crate::ids::{CaseId, CompartmentId, MembershipId, RecordId};
use crate::notices;
use crate::tx::{Entry, FieldFault, Place, Refused, Tx};

/// Who names coders.
pub static NAME_CODER: Act = Act { name: "record.name_coder", within: Kind::Coding, by: &[Role::RegisterManager], step_up: false };
/// Who codes: a coder in their own slot, a coordinator the codes of intake.
pub static CODE: Act = Act { name: "record.code", within: Kind::Coding, by: &[Role::Coder, Role::Coordinator], step_up: false };
/// Who declares their codes final.
pub static FINISH: Act = Act { name: "record.finish", within: Kind::Coding, by: &[Role::Coder, Role::Coordinator], step_up: false };
/// Who closes a record.
pub static CLOSE: Act = Act { name: "record.close", within: Kind::Coding, by: &[Role::RegisterManager], step_up: false };
/// Who sees how complete the register is.
pub static COMPLETENESS: Act = Act { name: "register.completeness", within: Kind::System, by: &[Role::RegisterManager], step_up: false };

/// Whose codes.
pub const SLOTS: [&str; 4] = ["intake", "c1", "c2", "c3"];

/// A record to begin.
pub struct New {
    /// The case.
    pub case: CaseId,
    /// Its coding compartment.
    pub compartment: CompartmentId,
    /// Whether it is for practice and never counts.
    pub practice: bool,
    /// Police region, if known.
    pub region: Option<i32>,
    /// The year the bureau heard of it.
    pub year: i32,
}

/// A record as its process is seen.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordView {
    /// Id.
    pub id: RecordId,
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub case_number: String,
    /// `open`, `first_final`, `second_final`, `adjudicated`, `complete`.
    pub state: String,
    /// Version of the codebook.
    pub codebook: String,
    /// The caller's own codes; for a register manager, all.
    pub slots: Vec<Slot>,
}

/// Codes of one coder.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Slot {
    /// `intake`, `c1`, `c2`, `c3`.
    pub slot: String,
    /// Version.
    pub version: i32,
    /// Whether they are final.
    pub finished: bool,
    /// The codes; only the coder's own.
    pub rows: Record,
    /// Variables up to closing nobody coded.
    pub open: Vec<String>,
}

/// Begins the record of a case with the codes of its notification.
///
/// # Errors
/// Database errors only.
pub fn begin(tx: &mut Tx, new: &New, answers: &Answers) -> Result<RecordId, Refused> {
    let (id, hat, bureau, parts) = (RecordId::new(), tx.hat()?, tx.bureau()?, tx.parts());
    store::insert(tx.db(), id, bureau, new, &parts.config.codebook.version)?;
    store::insert_slot(tx.db(), id, new.case, "intake", hat, &parts.config.intake.codes(answers))?;
    tx.note(Entry::done("record.begin").of_case(new.case).on(id));
    Ok(id)
}

/// A record: its state, and the codes the caller made.
///
/// # Errors
/// `NotFound` for a record the caller does not see.
pub fn view(tx: &mut Tx, id: RecordId) -> Result<RecordView, Refused> {
    let (found, hat) = (store::record(tx.db(), id)?, tx.hat()?);
    tx.note(Entry::done("record.view").of_case(found.case).on(id));
    let parts = tx.parts();
    let slots = store::slots(tx.db(), id)?.into_iter().map(|slot| {
        let own = slot.membership == hat;
        let open = open(&parts.config.codebook, &slot.codes, Stage::Closing);
        Slot { slot: slot.slot, version: slot.version, finished: slot.finished, open: if own { open } else { vec![] }, rows: if own { slot.codes } else { Record::default() } }
    }).collect();
    Ok(RecordView { id, case: found.case, case_number: found.number, state: found.state, codebook: found.codebook, slots })
}

/// The record of a case.
///
/// # Errors
/// `NotFound`.
pub fn of_case(tx: &mut Tx, case: CaseId) -> Result<RecordView, Refused> {
    let id = store::id_of_case(tx.db(), case)?;
    view(tx, id)
}

/// The records the hat worn codes or manages, the open ones first.
///
/// # Errors
/// `NoSession`.
pub fn list(tx: &mut Tx) -> Result<Vec<(RecordId, String, String)>, Refused> {
    tx.hat()?;
    store::list(tx.db())
}

fn slot_of(slot: &str) -> Result<&'static str, Refused> {
    SLOTS.into_iter().find(|known| *known == slot).ok_or_else(|| Refused::Faults(vec![FieldFault::new("slot", "not-an-option")]))
}

/// Names a coder. The second is never told of the first.
///
/// # Errors
/// `Rule("coder-twice")` when the same person would code twice; `Rule("already-there")` for a slot that is taken.
pub fn name_coder(tx: &mut Tx, id: RecordId, hat: MembershipId, slot: &str) -> Result<(), Refused> {
    let (slot, found) = (slot_of(slot)?, store::record(tx.db(), id)?);
    tx.permit(&NAME_CODER, Place::Case(found.case), id.uuid())?;
    if slot == "intake" {
        return Err(Refused::Faults(vec![FieldFault::new("slot", "not-an-option")]));
    }
    if store::same_person_codes(tx.db(), id, hat)? {
        return Err(Refused::Rule("coder-twice"));
    }
    store::insert_coder_party(tx.db(), found.case, hat)?;
    let codes = if slot == "c3" { Record::default() } else { store::intake_codes(tx.db(), id)? };
    store::insert_slot(tx.db(), id, found.case, slot, hat, &codes)?;
    notices::tell(tx, hat, notices::Kind::TaskAssigned, Some(found.case), Some(id.uuid()))
}

/// Keeps codes. What can't be a code is refused; what is open may stay open.
///
/// # Errors
/// `Faults`; `Stale`; `NotFound` for another coder's slot; `Rule("codes-final")`.
pub fn code(tx: &mut Tx, id: RecordId, slot: &str, seen: i32, rows: &Record) -> Result<(i32, Vec<String>), Refused> {
    let (slot, found) = (slot_of(slot)?, store::record(tx.db(), id)?);
    tx.permit(&CODE, Place::Case(found.case), id.uuid())?;
    let parts = tx.parts();
    let wrong = faults(&parts.config.codebook, rows);
    if !wrong.is_empty() {
        return Err(Refused::Faults(wrong.into_iter().map(|fault| FieldFault::new(fault.field, fault.rule)).collect()));
    }
    let (hat, now) = (tx.hat()?, tx.now());
    let own = store::own_slot(tx.db(), id, slot, hat)?;
    if own.finished {
        return Err(Refused::Rule("codes-final"));
    }
    if own.version != seen {
        return Err(Refused::Stale { now: own.version });
    }
    store::save_slot(tx.db(), id, slot, hat, rows, seen + 1, now)?;
    Ok((seen + 1, open(&parts.config.codebook, rows, Stage::Closing)))
}

/// Declares codes final: first and second coder, then the third that settles.
///
/// # Errors
/// `NotFound` for another coder's slot; `Rule("codes-final")`.
pub fn finish(tx: &mut Tx, id: RecordId, slot: &str) -> Result<String, Refused> {
    let (slot, found) = (slot_of(slot)?, store::record(tx.db(), id)?);
    tx.permit(&FINISH, Place::Case(found.case), id.uuid())?;
    let (hat, now) = (tx.hat()?, tx.now());
    if store::own_slot(tx.db(), id, slot, hat)?.finished {
        return Err(Refused::Rule("codes-final"));
    }
    store::finish_slot(tx.db(), id, slot, hat, now)?;
    let state = match (slot, found.state.as_str()) {
        ("c1" | "c2", "open") => "first_final",
        ("c1" | "c2", "first_final") => "second_final",
        ("c3", _) => "adjudicated",
        (_, state) => state,
    }.to_owned();
    store::set_state(tx.db(), id, &state, now)?;
    Ok(state)
}

/// Closes a record whose codes are settled: both coders final and alike, or a third has settled.
///
/// # Errors
/// `Rule("record-not-settled")`.
pub fn close(tx: &mut Tx, id: RecordId) -> Result<(), Refused> {
    let found = store::record(tx.db(), id)?;
    tx.permit(&CLOSE, Place::Case(found.case), id.uuid())?;
    let slots = store::slots(tx.db(), id)?;
    let codes = |name: &str| slots.iter().find(|slot| slot.slot == name && slot.finished).map(|slot| &slot.codes);
    let alike = matches!((codes("c1"), codes("c2")), (Some(first), Some(second)) if first == second);
    if !alike && codes("c3").is_none() {
        return Err(Refused::Rule("record-not-settled"));
    }
    let now = tx.now();
    store::set_state(tx.db(), id, "complete", now)
}

/// How many records of a year and region stand in which state.
#[derive(Clone, Debug, Serialize)]
pub struct Counted {
    /// Year.
    pub year: i32,
    /// Police region.
    pub region: Option<i32>,
    /// State.
    pub state: String,
    /// How many.
    pub count: i64,
}

/// Completeness per year and region, exact, for the register manager. Practice never counts outside its own bureau.
///
/// # Errors
/// `NotFound` for other roles.
pub fn completeness(tx: &mut Tx) -> Result<Vec<Counted>, Refused> {
    tx.permit(&COMPLETENESS, Place::Hat, None)?;
    store::completeness(tx.db())
}

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
}
