//! The central register: a coded record of every case, reviewed or not.
//!
//! A record begins with the notification. Two coders code it blind to each other, a third settles where they differ; the register
//! manager names them and sees what is complete. Which variables there are, the codebook says; none is named here.

mod agreement;
mod api;
mod coding;
pub mod duplicates;
pub mod external;
pub mod import;
pub mod progress;
mod snapshot;
mod store;

use codebook::{Examined, Record, Stage, open};
use form::Answers;
use serde::Serialize;

pub use coding::{CLOSE, CODE, Coded, Difference, FINISH, close, code, difference, finish, settle};
pub use duplicates::mark;
pub use agreement::{AGREEMENT, Judged, agreement};
pub use snapshot::{Invented, SNAPSHOT, Snapshot, newest_snapshot, own_snapshots, register_of, snapshot, snapshots, take};

use crate::access::{Act, Kind, Role};
use crate::ids::{CaseId, CompartmentId, MembershipId, RecordId};
use crate::notices;
use crate::tx::{Entry, FieldFault, Place, Refused, Tx};

/// Who names coders.
pub static NAME_CODER: Act = Act { name: "record.name_coder", within: Kind::Coding, by: &[Role::RegisterManager], step_up: false };
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
    /// `open`, `first_final`, `second_final`, `adjudicated`, `complete`; `merged` once it went into another.
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
    /// What follows from the codes: what is asked, what is computed, which checks fire; only for the coder's own.
    pub examined: Option<Examined>,
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
        if !own {
            return Ok(Slot { slot: slot.slot, version: slot.version, finished: slot.finished, open: vec![], rows: Record::default(), examined: None });
        }
        let book = parts.config.codebook_of(&found.codebook).ok_or_else(|| Refused::Internal(format!("codebook {}", found.codebook)))?;
        // Rows a record must have are there to be coded, before anybody saved them.
        let mut rows = slot.codes;
        book.complete(&mut rows);
        Ok(Slot { open: open(book, &rows, Stage::Closing), examined: Some(book.examine(&rows)), slot: slot.slot, version: slot.version, finished: slot.finished, rows })
    }).collect::<Result<Vec<_>, Refused>>()?;
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

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
    duplicates::routes(routes);
    external::routes(routes);
    import::routes(routes);
    progress::routes(routes);
}
