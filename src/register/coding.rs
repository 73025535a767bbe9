//! Coding: keeping codes, declaring them final, closing the record.
//!
//! Checks never stop saving. A hard one stops codes from becoming final; a soft one asks for a reason, which is kept sealed with what
//! lies apart: the register holds no free text (README of the codebook, ruling 38).

use std::collections::BTreeMap;

use codebook::{Codebook, Fired, MOST_ROWS, Record, Severity, Stage, faults, open, to_come};
use serde::Serialize;

use super::apart::{self, Beside, Whole};
use super::draw::Drawn;
use super::store::Found;
use super::{rows, slot_of, store, succession};
use crate::access::{Act, Kind, Role};
use crate::ids::RecordId;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who codes: a coder in their own slot, a coordinator the codes of intake.
pub static CODE: Act = Act { name: "record.code", within: Kind::Coding, by: &[Role::Coder, Role::Coordinator], step_up: false };
/// Who declares their codes final.
pub static FINISH: Act = Act { name: "record.finish", within: Kind::Coding, by: &[Role::Coder, Role::Coordinator], step_up: false };
/// Who closes a record.
pub static CLOSE: Act = Act { name: "record.close", within: Kind::Coding, by: &[Role::RegisterManager], step_up: false };

/// What is longest a reason.
const LONGEST_REASON: usize = 2000;

/// Codes as they stand after saving.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Coded {
    /// Version.
    pub version: i32,
    /// Variables up to closing nobody coded.
    pub open: Vec<String>,
    /// Checks that fire now.
    pub fired: Vec<Fired>,
}

pub(super) fn book_of<'a>(config: &'a crate::settings::Configured, version: &str) -> Result<&'a Codebook, Refused> {
    config.codebook_of(version).ok_or_else(|| Refused::Internal(format!("codebook {version}")))
}

/// Keeps codes, and what is told beside them; nothing told keeps what was said. What can't be a code is refused; what is open may stay
/// open, and checks that fire are told.
///
/// # Errors
/// `Faults`, also `not-asked` for a code where nothing is asked; `Stale`; `NotFound` for another coder's slot; `Rule("codes-final")`.
pub fn code(tx: &mut Tx, id: RecordId, slot: &str, seen: i32, rows: &Record, beside: Option<&BTreeMap<String, Beside>>) -> Result<Coded, Refused> {
    let slot = slot_of(tx, id, slot)?;
    keep(tx, id, slot, seen, rows, beside, None)
}

/// As [`code`]; `settled` are the reasons of who settles.
pub(super) fn keep(tx: &mut Tx, id: RecordId, slot: &'static str, seen: i32, rows: &Record, beside: Option<&BTreeMap<String, Beside>>, settled: Option<BTreeMap<String, String>>) -> Result<Coded, Refused> {
    let found = super::found(tx, id)?;
    let permit = tx.permit(&CODE, Place::Case(found.case), id.uuid())?;
    let parts = tx.parts();
    let book = book_of(&parts.config, &found.codebook)?;
    let to_come = to_come(book, rows, tx.today()).into_iter().map(|place| FieldFault::new(place.field(), "in-the-future"));
    let told = |fault: codebook::Faulty| FieldFault { words: (fault.rule == "too-many").then(|| ("max".to_owned(), MOST_ROWS.to_string())).into_iter().collect(), ..FieldFault::new(fault.field, fault.rule) };
    let wrong: Vec<FieldFault> = faults(book, rows).into_iter().map(told).chain(to_come).collect();
    if !wrong.is_empty() {
        return Err(Refused::Faults(wrong));
    }
    let hat = tx.hat()?;
    let own = store::own_slot(tx.db(), id, slot, hat)?;
    if own.finished {
        return Err(Refused::Rule("codes-final"));
    }
    if own.version != seen {
        return Err(Refused::Stale { now: own.version });
    }
    let before = succession::current(tx, &found, &own)?;
    let beyond = book.not_asked(&before.rows, rows);
    if !beyond.is_empty() {
        return Err(Refused::Faults(beyond.into_iter().map(|place| FieldFault::new(place.field(), "not-asked")).collect()));
    }
    let beside = match beside {
        Some(told) => apart::checked(tx, &found, book, rows, told, &before.beside)?,
        None => before.beside.into_iter().filter(|(field, _)| apart::stands(book, rows, field)).collect(),
    };
    apart::keep(tx, &permit, &found, &own, book, &Whole { rows: rows.clone(), beside, settled: before.settled || settled.is_some(), reasons: settled.unwrap_or(before.reasons), work: before.work }, seen + 1)?;
    let lot = lot_of(tx, &found, slot);
    Ok(Coded { version: seen + 1, open: still_open(book, rows, lot), fired: book.examine(rows).fired })
}

/// What was drawn for who is only asked a part: the second coder.
pub(super) fn lot_of(tx: &Tx, found: &Found, slot: &str) -> Option<Drawn> {
    (slot == "c2").then(|| super::drawn(tx, found))
}

/// What nobody answered yet of what a coder is asked up to closing.
pub(super) fn still_open(book: &Codebook, rows: &Record, lot: Option<Drawn>) -> Vec<String> {
    let asked = |field: &String| lot.is_none_or(|lot| field.rsplit_once("].").and_then(|(_, id)| book.variable(id)).is_some_and(|variable| lot.asks(book, variable)));
    open(book, rows, Stage::Closing).into_iter().filter(asked).collect()
}

/// Declares codes final: first and second coder, then the third that settles. `reasons` are per soft check that fires. Returns how the
/// record stands as the coder may know it.
///
/// # Errors
/// `NotFound` for another coder's slot; `Rule("codes-final")`; `Rule("not-both-final")` for the third before both are; `Rule("record-open")` while something asked of
/// them is open, which final codes could not be given any more; `Faults`: `check` at each field of a hard check that fires,
/// `check-reason` for a soft one without its reason.
pub fn finish(tx: &mut Tx, id: RecordId, slot: &str, reasons: &BTreeMap<String, String>) -> Result<String, Refused> {
    let found = super::found(tx, id)?;
    let slot = slot_of(tx, id, slot)?;
    let permit = tx.permit(&FINISH, Place::Case(found.case), id.uuid())?;
    let (hat, now, parts) = (tx.hat()?, tx.now(), tx.parts());
    let own = store::own_slot(tx.db(), id, slot, hat)?;
    if own.finished {
        return Err(Refused::Rule("codes-final"));
    }
    // Who settles has nothing to settle before.
    if slot == "c3" && found.state != "second_final" {
        return Err(Refused::Rule("not-both-final"));
    }
    let book = book_of(&parts.config, &found.codebook)?;
    let mut whole = succession::current(tx, &found, &own)?;
    rows::without_orphans(book, &mut whole);
    if slot != "intake" {
        let mut asked = whole.rows.clone();
        book.complete(&mut asked);
        if !still_open(book, &asked, lot_of(tx, &found, slot)).is_empty() {
            return Err(Refused::Rule("record-open"));
        }
        let fired = book.examine(&whole.rows).fired;
        let wrong = unanswered(&fired, reasons);
        if !wrong.is_empty() {
            return Err(Refused::Faults(wrong));
        }
        whole.reasons.extend(fired.iter().filter_map(|check| Some((check.check.clone(), reasons.get(&check.check)?.trim().to_owned()))));
    }
    let sealed = apart::keep(tx, &permit, &found, &own, book, &whole, own.version)?;
    if slot != "intake" {
        apart::made_final(tx, &found, &own, sealed, book, &whole.rows)?;
    }
    store::finish_slot(tx.db(), id, slot, hat, now)?;
    if slot == "intake" {
        store::set_state(tx.db(), id, &found.state, now)?;
        return Ok(found.state);
    }
    store::coding_final(tx.db(), id)?;
    Ok(super::found(tx, id)?.state)
}

/// Checks that stand in the way: hard ones, and soft ones whose reason is not given.
fn unanswered(fired: &[Fired], reasons: &BTreeMap<String, String>) -> Vec<FieldFault> {
    let mut wrong = vec![];
    for check in fired {
        let words = || vec![("check".to_owned(), check.check.clone()), ("nl".to_owned(), check.message.nl.clone()), ("en".to_owned(), check.message.en.clone())];
        let reason = reasons.get(&check.check).map_or("", |reason| reason.trim());
        match check.severity {
            Severity::Hard => wrong.extend(check.hits.iter().filter_map(|hit| hit.variables.first()).map(|place| FieldFault { field: place.field(), rule: "check".into(), words: words() })),
            Severity::Soft if reason.is_empty() => wrong.push(FieldFault { field: format!("reasons.{}", check.check), rule: "check-reason".into(), words: words() }),
            Severity::Soft if reason.len() > LONGEST_REASON => wrong.push(FieldFault { words: vec![("max".into(), LONGEST_REASON.to_string())], ..FieldFault::new(format!("reasons.{}", check.check), "too-long") }),
            Severity::Soft => {}
        }
    }
    wrong
}

/// Closes a record whose codes are settled: both coders final and alike, or a third has settled; one coder final where the lot asked for no
/// second. Nothing asked may be left open. Codes that differ from what the codebook decides (C33) count as settled by a third coder only.
///
/// # Errors
/// `Rule("record-not-settled")`; `Rule("third-coder-needed")`; `Rule("record-open")`.
pub fn close(tx: &mut Tx, id: RecordId) -> Result<(), Refused> {
    let found = super::found(tx, id)?;
    tx.permit(&CLOSE, Place::Case(found.case), id.uuid())?;
    let (parts, now) = (tx.parts(), tx.now());
    let slots = store::slots(tx.db(), id)?;
    let named = |name: &str| slots.iter().find(|slot| slot.slot == name && slot.finished);
    let (book, drawn) = (book_of(&parts.config, &found.codebook)?, super::drawn(tx, &found));
    // What lies apart is compared by its mark: whoever closes a record opens no part of it.
    let same = |first: &store::SlotRow, second: &store::SlotRow| drawn.told(book, &first.codes) == drawn.told(book, &second.codes) && first.apart_mac == second.apart_mac;
    let alike = named("c1").zip(named("c2")).filter(|(first, second)| same(first, second)).map(|(first, _)| first);
    let settled = match &found.recoded {
        Some(slot) => named("c3").or(named(slot)),
        None => named("c3").or(alike).or(named("c1").filter(|_| !drawn.twice && !slots.iter().any(|slot| slot.slot == "c2"))),
    }.ok_or(Refused::Rule("record-not-settled"))?;
    if settled.third_wanted && settled.slot != "c3" {
        return Err(Refused::Rule("third-coder-needed"));
    }
    let still_open = match settled.worked_by {
        Some(_) => usize::try_from(settled.open_count).unwrap_or_default(),
        None => open(book, &settled.codes, Stage::Closing).len(),
    };
    if still_open > 0 {
        return Err(Refused::Rule("record-open"));
    }
    store::set_state(tx.db(), id, "complete", now)
}
