//! What of a coding lies apart: values that leave in no form or name somebody by themselves, and the coder's notes. They lie in one
//! sealed document a coder, saved with the codes; what follows from the whole is worked out while the coder has it open, and kept
//! plainly (decision 0011).
//!
//! Until a coder is done the document is sealed to them alone. Then it is shared with the coding compartment, and whoever holds the
//! key of that hands it to the third coder, once both are done.

use std::collections::BTreeMap;

use codebook::{Codebook, Record, Stage, open};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::store::{self, Found, Kept, SlotRow};
use super::succession::Left;
use crate::compartments::{self, Apart, Written};
use crate::ids::ItemId;
use crate::tx::{FieldFault, Permit, Place, Refused, Tx};

/// The kind of the sealed document.
const KIND: &str = "codes";
/// The longest a note is, in signs.
const LONGEST_NOTE: usize = 2000;
/// Most items one code points to.
const MOST_EVIDENCE: usize = 20;

/// How sure a coder is of a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// The sources leave no doubt.
    Certain,
    /// The sources point that way.
    Probable,
}

/// What a coder says beside one code, for the third coder.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Beside {
    /// A note.
    pub note: String,
    /// How sure they are.
    pub certainty: Option<Certainty>,
    /// Released items they were granted that the code rests on, by reference.
    #[schemars(with = "Vec<uuid::Uuid>")]
    pub evidence: Vec<ItemId>,
}

/// The same as it is kept and shown.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct Remark {
    /// A note.
    pub note: String,
    /// How sure they are.
    pub certainty: Option<Certainty>,
    /// What the code rests on: which items, and what those are.
    pub evidence: Vec<Source>,
}

/// A released item that a code points to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Source {
    /// The item.
    pub item: ItemId,
    /// What it is.
    pub kind: String,
}

/// The sealed document of a coding.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Sealed {
    slot: String,
    /// The version of the codes it was saved with.
    version: i32,
    values: Record,
    /// The keys of the rows, so that values find their row when rows moved.
    keys: BTreeMap<String, Vec<Value>>,
    beside: BTreeMap<String, Remark>,
    /// Why codes are right though a soft check fires; for the third coder, why each difference was settled as it was.
    reasons: BTreeMap<String, String>,
    /// Whether the third coder settled differences in it.
    settled: bool,
    /// Answers a new codebook did not take over, until somebody answers them.
    work: Vec<Left>,
}

/// A coding as its coder has it open.
#[derive(Clone, Default)]
pub(super) struct Whole {
    pub(super) rows: Record,
    pub(super) beside: BTreeMap<String, Remark>,
    pub(super) reasons: BTreeMap<String, String>,
    pub(super) settled: bool,
    pub(super) work: Vec<Left>,
}

/// A coder's own codes, put together. Before they saved for the first time, what was copied from sources at intake stands there as far as
/// it was handed to them.
///
/// # Errors
/// `Locked`, `Sealed`.
pub(super) fn whole(tx: &mut Tx, found: &Found, slot: &SlotRow, book: &Codebook) -> Result<Whole, Refused> {
    if let Some(id) = slot.apart {
        let sealed: Sealed = compartments::open_granted(tx, id)?.body;
        if sealed.slot != slot.slot || sealed.version != slot.version {
            return Err(Refused::Internal(format!("the sealed part of {} is not the one of its codes", slot.slot)));
        }
        return Ok(Whole { rows: book.put_together(&slot.codes, &sealed.values), beside: sealed.beside, reasons: sealed.reasons, settled: sealed.settled, work: sealed.work });
    }
    let mut rows = slot.codes.clone();
    if matches!(slot.slot.as_str(), "c1" | "c2") {
        // Whose lot it is to look sources up again begins without them.
        let looks_up = slot.slot == "c2" && super::drawn(tx, found).source;
        for part in opened(tx, found)?.iter().filter(|part| part.slot == "intake" && !looks_up) {
            copied(book, &mut rows, part);
        }
    }
    Ok(Whole { rows, ..Whole::default() })
}

/// Every sealed part that was handed to the caller, their own included.
fn opened(tx: &mut Tx, found: &Found) -> Result<Vec<Sealed>, Refused> {
    let parts = compartments::granted_about(tx, found.compartment, KIND, found.id.uuid())?;
    parts.into_iter().map(|id| Ok(compartments::open_granted::<Sealed>(tx, id)?.body)).collect()
}

/// Source values of another part, into the rows they belong to: by key, or by place while as many rows are there.
fn copied(book: &Codebook, rows: &mut Record, part: &Sealed) {
    for (level, values) in &part.values.0 {
        let (keys, own) = (part.keys.get(level), rows.0.entry(level.clone()).or_default());
        for (at, row) in values.iter().enumerate() {
            let key = keys.and_then(|keys| keys.get(at)).filter(|key| !key.is_null());
            let place = match key {
                Some(key) => own.iter().position(|row| row.get("key") == Some(key)),
                None => (keys.map_or(0, Vec::len) == own.len()).then_some(at),
            };
            if let Some(own) = place.and_then(|place| own.get_mut(place)) {
                let kept = row.iter().filter(|(id, _)| book.variable(id).is_some_and(codebook::Variable::copied));
                kept.for_each(|(id, value)| { own.entry(id.clone()).or_insert_with(|| value.clone()); });
            }
        }
    }
}

/// Keeps a coding in its two halves, with what follows from the whole.
///
/// # Errors
/// `Locked`; database errors.
pub(super) fn keep(tx: &mut Tx, permit: &Permit, found: &Found, slot: &SlotRow, book: &Codebook, whole: &Whole, version: i32) -> Result<ItemId, Refused> {
    let (hat, now) = (tx.hat()?, tx.now());
    let (plain, values) = book.take_apart(&whole.rows);
    let keys = values.0.keys().map(|level| (level.clone(), plain.0.get(level).into_iter().flatten().map(|row| row.get("key").cloned().unwrap_or_default()).collect())).collect();
    let work = whole.work.iter().filter(|left| !answered(&whole.rows, &left.field)).cloned().collect();
    let sealed = Sealed { slot: slot.slot.clone(), version, values, keys, beside: whole.beside.clone(), reasons: whole.reasons.clone(), settled: whole.settled, work };
    let written = Written { kind: KIND, subject: Some(found.id.uuid()), form_version: &book.version, ground: "public_task", complete: true };
    // The codes of intake are the coordinators', who hold the compartment's key; a coder's own are theirs alone until they are final.
    let how = if slot.slot == "intake" || slot.finished { Apart::Shared } else { Apart::Alone };
    let id = match slot.apart {
        Some(id) => { compartments::save_apart(tx, id, &written, &sealed, how)?; id }
        None => compartments::put_apart(tx, permit, found.compartment, &written, &sealed, how)?,
    };
    let (worked, still_open) = (book.worked_out(&whole.rows), open(book, &whole.rows, Stage::Closing).len());
    let third_wanted = book.wants_third(&whole.rows);
    let kept = Kept { codes: &plain, version, apart: id, worked: &worked, worked_by: &book.version, open_count: still_open, third_wanted };
    store::save_slot(tx.db(), found.id, &slot.slot, hat, &kept, now)?;
    Ok(id)
}

/// Shares a final coding's sealed part with the compartment, and marks it, so that likeness can be told without opening it.
///
/// # Errors
/// `Locked`; database errors.
pub(super) fn made_final(tx: &mut Tx, found: &Found, slot: &SlotRow, apart: ItemId, book: &Codebook, rows: &Record) -> Result<(), Refused> {
    compartments::share(tx, apart)?;
    mark(tx, found, &slot.slot, book, rows)
}

/// Of what both coders are asked: what one codes alone makes no difference. Of whole rows, so that a sealed value belongs to its row whatever the order of rows.
fn mark(tx: &mut Tx, found: &Found, slot: &str, book: &Codebook, rows: &Record) -> Result<(), Refused> {
    let (hat, drawn) = (tx.hat()?, super::drawn(tx, found));
    let told = serde_json::to_vec(&drawn.told(book, rows)).map_err(|why| Refused::Internal(why.to_string()))?;
    let mac = tx.parts().installation.mac("register codes apart", &[&found.id.bytes(), &told]);
    store::mark_apart(tx.db(), found.id, slot, hat, &mac)
}

/// Seals what the caller saved before values lay apart: codes of an earlier version of this software. Nothing changes but where values lie.
///
/// # Errors
/// `Locked`; database errors.
pub(super) fn seal_own(tx: &mut Tx) -> Result<(), Refused> {
    let hat = tx.hat()?;
    if tx.private_key().is_err() {
        return Ok(());
    }
    for (id, slot) in store::whole_slots(tx.db(), hat)? {
        let (found, parts) = (super::found(tx, id)?, tx.parts());
        let Some(book) = parts.config.codebook_of(&found.codebook) else { continue };
        if book.take_apart(&slot.codes).1.0.is_empty() {
            continue;
        }
        let permit = tx.permit(&super::CODE, Place::Case(found.case), id.uuid())?;
        let whole = Whole { rows: slot.codes.clone(), ..Whole::default() };
        keep(tx, &permit, &found, &slot, book, &whole, slot.version)?;
        if slot.finished {
            mark(tx, &found, &slot.slot, book, &whole.rows)?;
        }
    }
    Ok(())
}

/// The sealed parts of both final codings, the first coder's first; `wanted` says whose has one.
///
/// # Errors
/// `Rule("codes-wait")` while one was not handed to the caller.
pub(super) fn pair(tx: &mut Tx, found: &Found, wanted: [bool; 2]) -> Result<[(Record, Whole); 2], Refused> {
    let mut parts = opened(tx, found)?;
    let mut take = |slot: &str, wanted: bool| {
        let at = parts.iter().position(|part| part.slot == slot);
        match at {
            Some(at) => { let part = parts.swap_remove(at); Ok((part.values, Whole { beside: part.beside, reasons: part.reasons, ..Whole::default() })) }
            None if wanted => Err(Refused::Rule("codes-wait")),
            None => Ok((Record::default(), Whole::default())),
        }
    };
    Ok([take("c1", wanted[0])?, take("c2", wanted[1])?])
}

/// What is told beside codes, looked through: at codes there are, and resting on items the coder was granted or had pointed to before.
///
/// # Errors
/// `Faults` by field.
pub(super) fn checked(tx: &mut Tx, found: &Found, book: &Codebook, rows: &Record, told: &BTreeMap<String, Beside>, before: &BTreeMap<String, Remark>) -> Result<BTreeMap<String, Remark>, Refused> {
    let hat = tx.hat()?;
    let mut known: BTreeMap<ItemId, String> = before.values().flat_map(|remark| &remark.evidence).map(|source| (source.item, source.kind.clone())).collect();
    known.extend(compartments::item_grants(tx, found.case, "evidence")?.into_iter().filter(|grant| grant.hat == hat).map(|grant| (grant.item, grant.kind)));
    let (mut kept, mut wrong) = (BTreeMap::new(), vec![]);
    for (field, said) in told {
        if !stands(book, rows, field) {
            wrong.push(FieldFault::new(format!("beside.{field}"), "unknown-field"));
        }
        if said.note.chars().count() > LONGEST_NOTE {
            wrong.push(FieldFault { words: vec![("max".into(), LONGEST_NOTE.to_string())], ..FieldFault::new(format!("beside.{field}.note"), "too-long") });
            continue;
        }
        if said.evidence.len() > MOST_EVIDENCE || said.evidence.iter().any(|item| !known.contains_key(item)) {
            wrong.push(FieldFault::new(format!("beside.{field}.evidence"), "not-an-option"));
        }
        let evidence = said.evidence.iter().filter_map(|item| Some(Source { item: *item, kind: known.get(item)?.clone() })).collect();
        let remark = Remark { note: said.note.trim().to_owned(), certainty: said.certainty, evidence };
        if remark != Remark::default() {
            kept.insert(field.clone(), remark);
        }
    }
    if wrong.is_empty() { Ok(kept) } else { Err(Refused::Faults(wrong)) }
}

pub(super) fn place_of(field: &str) -> Option<(&str, usize, &str)> {
    let (level, rest) = field.split_once('[')?;
    let (row, variable) = rest.split_once("].")?;
    Some((level, row.parse().ok()?, variable))
}

/// Whether something stands at a field.
pub(super) fn answered(rows: &Record, field: &str) -> bool {
    place_of(field).and_then(|(level, row, variable)| rows.0.get(level)?.get(row)?.get(variable)).is_some_and(|value| !value.is_null())
}

/// Whether `victim[0].victim_sex` names a variable in a row there is.
pub(super) fn stands(book: &Codebook, rows: &Record, field: &str) -> bool {
    place_of(field).is_some_and(|(level, row, variable)| rows.0.get(level).is_some_and(|rows| row < rows.len()) && book.variable(variable).is_some_and(|known| known.level == level))
}
