//! The central register: a coded record of every case, reviewed or not.
//!
//! A record begins with the notification. Two coders code it blind to each other, a third settles where they differ; the register
//! manager names them and sees what is complete. Which variables there are, the codebook says; none is named here.

mod agreement;
mod apart;
mod api;
mod coding;
mod correcting;
mod draw;
mod following;
mod judged;
pub mod duplicates;
pub mod external;
pub mod import;
pub mod progress;
mod quality;
mod reliable;
mod rows;
mod settled_store;
mod settling;
mod succession;
mod snapshot;
mod store;

use std::collections::BTreeMap;

use codebook::{Examined, Record};
use form::Answers;
use serde::Serialize;

pub use duplicates::mark;
pub use agreement::{AGREEMENT, agreement};
pub use apart::{Beside, Certainty, Remark, Source};
pub use coding::{CLOSE, CODE, Coded, FINISH, close, code, finish};
pub use judged::{Judged, PairTold, PeriodTold, RowsFound, RunTold, Told};
pub use correcting::{CORRECTED_FOR, Edition, REOPEN, editions, reopen};
pub use reliable::{Doubt, Reliable, doubts, verdicts};
pub use quality::{Agreed, Progress, QualityNote, Share, Tens};
pub use succession::{Earlier, Left, TAKE_OVER, TAKE_OVER_PAST, earlier, take_over, take_over_past_cases};
pub use rows::{Removed, put_back, remove_row};
pub use settling::{Alike, Chosen, Compared, Difference, Remarked, difference, settle};
pub use snapshot::{Invented, SNAPSHOT, Snapshot, newest_snapshot, own_snapshots, register_of, snapshot, snapshots, take};

use crate::access::{Act, Kind, Role};
use crate::compartments::{self, ItemGrant};
use crate::db::signed;
use crate::ids::{CaseId, CompartmentId, MembershipId, RecordId, SnapshotId};
use crate::notices;
use crate::tx::{Entry, FieldFault, Place, Refused, Tx};

/// Who names coders.
pub static NAME_CODER: Act = Act { name: "record.name_coder", within: Kind::Coding, by: &[Role::RegisterManager], step_up: false };
/// Who sees how complete the register is.
pub static COMPLETENESS: Act = Act { name: "register.completeness", within: Kind::System, by: &[Role::RegisterManager], step_up: false };

/// Whose codes, as who codes names them: `own` those of a first or second coder, who doesn't learn which of the two they are.
pub const SLOTS: [&str; 3] = ["own", "intake", "c3"];
/// Whose codes, as they are kept.
const KEPT: [&str; 4] = ["intake", "c1", "c2", "c3"];
/// Those of coders.
pub const CODERS: [&str; 3] = ["c1", "c2", "c3"];

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
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordView {
    /// Id.
    pub id: RecordId,
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub case_number: String,
    /// `open`, `first_final`, `second_final`, `adjudicated`, `complete`, `merged` once it went into another; for a coder `open` or `own_final` until both are final.
    pub state: String,
    /// Version of the codebook.
    pub codebook: String,
    /// For a register manager: whether the lot asks for one coder only.
    pub coded_once: bool,
    /// The caller's own codes; for a register manager that there are others, too.
    pub slots: Vec<Slot>,
}

/// Codes of one coder.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Slot {
    /// `intake`, `c1`, `c2`, `c3`; for whom it is one's own `own` in the place of `c1` and `c2`.
    pub slot: String,
    /// Version.
    pub version: i32,
    /// Whether they are final.
    pub finished: bool,
    /// The codes; only the coder's own.
    #[schemars(with = "std::collections::BTreeMap<String, Vec<serde_json::Map<String, serde_json::Value>>>")]
    pub rows: Record,
    /// What the coder says beside codes, by field; only the coder's own.
    pub beside: BTreeMap<String, Remark>,
    /// What a new codebook did not take over and nobody answered yet; only the coder's own.
    pub work: Vec<Left>,
    /// Which variables the coder is asked, by how they are coded: `double`, and for who codes all `single` and `source`.
    pub asked: Vec<&'static str>,
    /// Variables up to closing nobody coded, of those the coder is asked.
    pub open: Vec<String>,
    /// What follows from the codes: what is asked, what is computed, which checks fire; only for the coder's own.
    pub examined: Option<Examined>,
}

/// Begins the record of a case with the codes of its notification.
///
/// # Errors
/// `Locked`; database errors.
pub fn begin(tx: &mut Tx, new: &New, answers: &Answers) -> Result<RecordId, Refused> {
    let (id, hat, bureau, parts) = (RecordId::new(), tx.hat()?, tx.bureau()?, tx.parts());
    let book = &parts.config.codebook;
    store::insert(tx.db(), id, bureau, new, &book.version)?;
    let whole = apart::Whole { rows: parts.config.intake.codes(answers), ..apart::Whole::default() };
    store::insert_slot(tx.db(), id, new.case, "intake", hat, &book.take_apart(&whole.rows).0)?;
    let (permit, found, own) = (tx.permit(&CODE, Place::Case(new.case), id.uuid())?, store::record(tx.db(), id)?, store::own_slot(tx.db(), id, "intake", hat)?);
    apart::keep(tx, &permit, &found, &own, book, &whole, own.version)?;
    tx.note(Entry::done("record.begin").of_case(new.case).on(id));
    Ok(id)
}

/// Whether a case has a record; one without a death has none.
///
/// # Errors
/// Database errors only.
pub fn has_record(tx: &mut Tx, case: CaseId) -> Result<bool, Refused> {
    Ok(store::id_if_any(tx.db(), case)?.is_some())
}

/// The notification told more: what is still open in the coordinator's codes of intake is filled from it, and nothing they coded is
/// changed. Codes that are final, or another coordinator's, stay as they are.
///
/// # Errors
/// `Locked`; database errors.
pub fn intake_told(tx: &mut Tx, case: CaseId, answers: &Answers) -> Result<(), Refused> {
    let (hat, parts) = (tx.hat()?, tx.parts());
    let Some(id) = store::id_if_any(tx.db(), case)? else { return Ok(()) };
    let found = store::record(tx.db(), id)?;
    let own = match store::own_slot(tx.db(), id, "intake", hat) {
        Ok(own) if !own.finished => own,
        Ok(_) | Err(Refused::NotFound) => return Ok(()),
        Err(why) => return Err(why),
    };
    let permit = tx.permit(&CODE, Place::Case(case), id.uuid())?;
    let book = coding::book_of(&parts.config, &found.codebook)?;
    let before = succession::current(tx, &found, &own)?;
    let mut rows = filled(&before.rows, &parts.config.intake.codes(answers));
    for place in book.not_asked(&before.rows, &rows) {
        if let Some(row) = rows.0.get_mut(&place.level).and_then(|rows| rows.get_mut(place.row)) {
            row.remove(&place.variable);
        }
    }
    if rows == before.rows {
        return Ok(());
    }
    apart::keep(tx, &permit, &found, &own, book, &apart::Whole { rows, ..before }, own.version + 1).map(drop)
}

/// Codes with what others tell where they are still open; rows stand for each other by their place.
fn filled(codes: &Record, told: &Record) -> Record {
    let mut all = codes.clone();
    for (level, rows) in &told.0 {
        let own = all.0.entry(level.clone()).or_default();
        for (at, row) in rows.iter().enumerate() {
            match own.get_mut(at) {
                Some(held) => for (variable, value) in row {
                    if held.get(variable).is_none_or(serde_json::Value::is_null) {
                        held.insert(variable.clone(), value.clone());
                    }
                },
                None => own.push(row.clone()),
            }
        }
    }
    all
}

fn drawn(tx: &Tx, found: &store::Found) -> draw::Drawn {
    let parts = tx.parts();
    draw::Drawn::of(&parts.installation, found.id, found.year, draw::Shares::of(&parts.config, Some(&found.profile)))
}

/// A record as the hat worn may know it: a coder learns nothing of the other before both are final, in the database neither.
fn found(tx: &mut Tx, id: RecordId) -> Result<store::Found, Refused> {
    if tx.session()?.role == Some(Role::Coder) { store::record_coded(tx.db(), id) } else { store::record(tx.db(), id) }
}

/// A record: its state, and the codes the caller made. A coder sees no slot but their own.
///
/// # Errors
/// `NotFound` for a record the caller does not see; `Locked` for who codes it.
pub fn view(tx: &mut Tx, id: RecordId) -> Result<RecordView, Refused> {
    apart::seal_own(tx)?;
    let (found, hat, role, parts) = (found(tx, id)?, tx.hat()?, tx.session()?.role, tx.parts());
    tx.note(Entry::done("record.view").of_case(found.case).on(id));
    let all = store::slots(tx.db(), id)?;
    let slots = all.into_iter().filter(|slot| slot.membership == hat || role != Some(Role::Coder)).map(|slot| {
        if slot.membership != hat {
            return Ok(Slot { slot: slot.slot, version: slot.version, finished: slot.finished, asked: vec![], open: vec![], beside: BTreeMap::new(), work: vec![], rows: Record::default(), examined: None });
        }
        let book = succession::book_of_slot(&parts.config, &found, &slot)?;
        let mut whole = succession::current(tx, &found, &slot)?;
        if !slot.finished {
            rows::without_orphans(book, &mut whole);
        }
        let apart::Whole { mut rows, beside, mut work, .. } = whole;
        work.retain(|left| !apart::answered(&rows, &left.field));
        // Rows a record must have are there to be coded, before anybody saved them.
        book.complete(&mut rows);
        let second = coding::lot_of(tx, &found, &slot.slot);
        let open = coding::still_open(book, &rows, second);
        let asked = [("double", true), ("single", second.is_none_or(|lot| lot.single)), ("source", second.is_none_or(|lot| lot.source))].into_iter().filter_map(|(class, asked)| asked.then_some(class)).collect();
        // Who settles begins from final codes: what has no row there was looked into.
        let examined = if slot.finished || slot.slot == "c3" { book.examine(&rows) } else { book.examine_unfinished(&rows) };
        Ok(Slot { asked, open, examined: Some(examined), slot: told_as(&slot.slot).to_owned(), version: slot.version, finished: slot.finished, beside, work, rows })
    }).collect::<Result<Vec<_>, Refused>>()?;
    let coded_once = role == Some(Role::RegisterManager) && !drawn(tx, &found).twice;
    Ok(RecordView { id, coded_once, case: found.case, case_number: found.number, state: found.state, codebook: found.codebook, slots })
}

/// How many questions up to closing are open while nobody is named who codes: what a first coder would be asked, beside what is taken over from
/// the notification. None where somebody codes or did, and for who does not manage the register.
///
/// # Errors
/// `NotFound`; database errors.
pub fn open_for_nobody(tx: &mut Tx, record: &RecordView) -> Result<Option<usize>, Refused> {
    if tx.session()?.role != Some(Role::RegisterManager) || record.state != "open" || record.slots.iter().any(|slot| slot.slot != "intake") {
        return Ok(None);
    }
    let (found, parts) = (found(tx, record.id)?, tx.parts());
    let book = coding::book_of(&parts.config, &found.codebook)?;
    let mut rows = begun(tx, &found, record.id, "c1")?;
    book.complete(&mut rows);
    Ok(Some(coding::still_open(book, &rows, None).len()))
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
    apart::seal_own(tx)?;
    if tx.session()?.role == Some(Role::Coder) { store::list_coded(tx.db()) } else { store::list(tx.db()) }
}

/// Released items granted to a coder of a record, which codes can point to; none for others.
///
/// # Errors
/// Database errors only.
pub fn evidence(tx: &mut Tx, record: &RecordView) -> Result<Vec<ItemGrant>, Refused> {
    let hat = tx.hat()?;
    Ok(compartments::item_grants(tx, record.case, "evidence")?.into_iter().filter(|grant| grant.hat == hat).collect())
}

fn no_slot() -> Refused {
    Refused::Faults(vec![FieldFault::new("slot", "not-an-option")])
}

/// A slot by the name it is kept under.
fn kept_slot(slot: &str) -> Result<&'static str, Refused> {
    KEPT.into_iter().find(|known| *known == slot).ok_or_else(no_slot)
}

/// What their own slot is called towards who codes.
fn told_as(slot: &str) -> &str {
    if matches!(slot, "c1" | "c2") { "own" } else { slot }
}

/// The slot who codes means. Neither first nor second coder learns by its name, nor by trying one, which of the two they are.
fn slot_of(tx: &mut Tx, id: RecordId, slot: &str) -> Result<&'static str, Refused> {
    let named = SLOTS.into_iter().find(|known| *known == slot).ok_or_else(no_slot)?;
    if named != "own" {
        return Ok(named);
    }
    let hat = tx.hat()?;
    let own = store::slots(tx.db(), id)?.into_iter().find(|found| found.membership == hat && told_as(&found.slot) == "own").ok_or(Refused::NotFound)?;
    kept_slot(&own.slot)
}

/// Names a coder. First and second begin with the same rows and with what is copied from sources; what is judged they judge themselves,
/// and neither is told of the other, nor which of the two they are. The third begins when both are final. Who typed the codes of the
/// notification, or coded before in another's place, is blind to nothing: second and third are somebody else.
///
/// # Errors
/// `Rule("coder-twice")` when the same person would code twice; `Rule("already-there")` for a slot that is taken.
pub fn name_coder(tx: &mut Tx, id: RecordId, hat: MembershipId, slot: &str) -> Result<(), Refused> {
    let (slot, found) = (kept_slot(slot)?, found(tx, id)?);
    tx.permit(&NAME_CODER, Place::Case(found.case), id.uuid())?;
    if slot == "intake" {
        return Err(Refused::Faults(vec![FieldFault::new("slot", "not-an-option")]));
    }
    if store::same_person_codes(tx.db(), id, hat, slot)? {
        return Err(Refused::Rule("coder-twice"));
    }
    let mark = signed::party(&tx.parts().installation, found.case, hat, Role::Coder.code(), None);
    store::insert_coder_party(tx.db(), found.case, hat, &mark)?;
    let codes = begun(tx, &found, id, slot)?;
    store::insert_slot(tx.db(), id, found.case, slot, hat, &codes)?;
    notices::tell(tx, hat, notices::Kind::TaskAssigned, Some(found.case), Some(id.uuid()))
}

/// What a coder begins with.
fn begun(tx: &mut Tx, found: &store::Found, id: RecordId, slot: &str) -> Result<Record, Refused> {
    let parts = tx.parts();
    let book = coding::book_of(&parts.config, &found.codebook)?;
    Ok(if slot == "c3" { Record::default() } else { book.take_apart(&book.begun_from(&store::intake_codes(tx.db(), id)?, slot == "c1" || !drawn(tx, found).source)).0 })
}

/// Names who codes on in the place of a coder who left before their codes were final. The successor begins as that coder did and sees nothing
/// of what was coded; the old codes are kept as they were, and the access of who left ends at once.
///
/// # Errors
/// `Rule("coder-twice")` when the same person would code twice; `Rule("nobody-to-succeed")` for a slot nobody has, or whose codes are final.
pub fn succeed_coder(tx: &mut Tx, id: RecordId, slot: &str, hat: MembershipId) -> Result<(), Refused> {
    let (slot, found) = (kept_slot(slot)?, found(tx, id)?);
    tx.permit(&NAME_CODER, Place::Case(found.case), id.uuid())?;
    if store::same_person_codes(tx.db(), id, hat, slot)? {
        return Err(Refused::Rule("coder-twice"));
    }
    let codes = begun(tx, &found, id, slot)?;
    let mark = signed::party(&tx.parts().installation, found.case, hat, Role::Coder.code(), None);
    store::insert_coder_party(tx.db(), found.case, hat, &mark)?;
    if !store::succeed_coder(tx.db(), id, slot, hat, &codes)? {
        return Err(Refused::Rule("nobody-to-succeed"));
    }
    notices::tell(tx, hat, notices::Kind::TaskAssigned, Some(found.case), Some(id.uuid()))
}

/// A snapshot of the hat's own register: of another one nothing is asked, though it is known that it exists.
///
/// # Errors
/// `NotFound`, also for a snapshot of another register.
pub fn snapshot_to_ask(tx: &mut Tx, id: SnapshotId) -> Result<Snapshot, Refused> {
    let register = register_of(tx)?;
    store::snapshot_of(tx.db(), id, register)
}

/// How many records of a year and region stand in which state.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
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
