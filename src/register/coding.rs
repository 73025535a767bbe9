//! Coding: keeping codes, declaring them final, settling where two coders differ, closing the record.
//!
//! Checks never stop saving. A hard one stops codes from becoming final; a soft one asks for a reason, which is kept sealed beside
//! the record, not in it: the register holds no free text (README of the codebook, ruling 38).

use std::collections::BTreeMap;

use codebook::{Codebook, Fired, Record, Severity, Stage, faults, open};
use serde::Serialize;
use serde_json::{Value, json};

use super::{slot_of, store};
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Written};
use crate::ids::{CaseId, RecordId};
use crate::tx::{FieldFault, Permit, Place, Refused, Tx};

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

/// Where two coders differ.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
pub struct Difference {
    /// Level.
    pub level: String,
    /// Row, from 0.
    pub row: usize,
    /// Variable.
    pub variable: String,
    /// What one of them coded, and the other; which is which is not told.
    pub codes: [Value; 2],
}

fn book_of<'a>(config: &'a crate::settings::Configured, version: &str) -> Result<&'a Codebook, Refused> {
    config.codebook_of(version).ok_or_else(|| Refused::Internal(format!("codebook {version}")))
}

/// Keeps codes. What can't be a code is refused; what is open may stay open, and checks that fire are told.
///
/// # Errors
/// `Faults`; `Stale`; `NotFound` for another coder's slot; `Rule("codes-final")`.
pub fn code(tx: &mut Tx, id: RecordId, slot: &str, seen: i32, rows: &Record) -> Result<Coded, Refused> {
    let (slot, found) = (slot_of(slot)?, store::record(tx.db(), id)?);
    tx.permit(&CODE, Place::Case(found.case), id.uuid())?;
    let parts = tx.parts();
    let book = book_of(&parts.config, &found.codebook)?;
    let wrong = faults(book, rows);
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
    Ok(Coded { version: seen + 1, open: open(book, rows, Stage::Closing), fired: book.examine(rows).fired })
}

/// Declares codes final: first and second coder, then the third that settles. `reasons` are per soft check that fires.
///
/// # Errors
/// `NotFound` for another coder's slot; `Rule("codes-final")`; `Faults`: `check` at each field of a hard check that fires,
/// `check-reason` for a soft one without its reason.
pub fn finish(tx: &mut Tx, id: RecordId, slot: &str, reasons: &BTreeMap<String, String>) -> Result<String, Refused> {
    let (slot, found) = (slot_of(slot)?, store::record(tx.db(), id)?);
    let permit = tx.permit(&FINISH, Place::Case(found.case), id.uuid())?;
    let (hat, now, parts) = (tx.hat()?, tx.now(), tx.parts());
    let own = store::own_slot(tx.db(), id, slot, hat)?;
    if own.finished {
        return Err(Refused::Rule("codes-final"));
    }
    if slot != "intake" {
        let fired = book_of(&parts.config, &found.codebook)?.examine(&own.codes).fired;
        let wrong = unanswered(&fired, reasons);
        if !wrong.is_empty() {
            return Err(Refused::Faults(wrong));
        }
        let told: BTreeMap<&str, &str> = fired.iter().filter_map(|check| Some((check.check.as_str(), reasons.get(&check.check)?.trim()))).collect();
        if !told.is_empty() {
            keep_beside(tx, &permit, found.case, id, "check-reasons", &json!({ "slot": slot, "reasons": told }))?;
        }
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

/// Puts words beside a record, sealed into its coding compartment and to who wrote them: another coder opens them no sooner than
/// somebody gives them the key.
fn keep_beside(tx: &mut Tx, permit: &Permit, case: CaseId, id: RecordId, kind: &'static str, body: &Value) -> Result<(), Refused> {
    let hat = tx.hat()?;
    let within = compartments::of_case(tx, case, Kind::Coding)?.pop().ok_or(Refused::NotFound)?;
    let written = Written { kind, subject: Some(id.uuid()), form_version: "1", ground: "public_task", complete: true };
    compartments::place_for(tx, permit, within.id, &written, body, &[hat]).map(drop)
}

/// Where both final codings differ, for the third coder: the differences in the order of the codebook, which coder said what in an
/// order that tells nothing.
///
/// # Errors
/// `NotFound` for who does not settle this record; `Rule("not-both-final")`.
pub fn difference(tx: &mut Tx, id: RecordId) -> Result<Vec<Difference>, Refused> {
    let found = store::record(tx.db(), id)?;
    tx.permit(&CODE, Place::Case(found.case), id.uuid())?;
    let (hat, parts) = (tx.hat()?, tx.parts());
    store::own_slot(tx.db(), id, "c3", hat)?;
    let [first, second] = store::final_pair(tx.db(), id)?.ok_or(Refused::Rule("not-both-final"))?;
    Ok(differences(book_of(&parts.config, &found.codebook)?, &first, &second, id))
}

fn differences(book: &Codebook, first: &Record, second: &Record, id: RecordId) -> Vec<Difference> {
    let mut found = vec![];
    for column in book.columns().filter(|column| !column.derived && column.export != "never") {
        let rows = |record: &Record| record.0.get(column.level).map_or(0, Vec::len);
        for row in 0..rows(first).max(rows(second)) {
            let code = |record: &Record| record.0.get(column.level).and_then(|rows| rows.get(row)).and_then(|row| row.get(column.id)).cloned().unwrap_or_default();
            let (one, other) = (code(first), code(second));
            if one != other {
                // By variable and record, so that neither coder always stands first.
                let turned = (id.bytes().iter().map(|byte| usize::from(*byte)).sum::<usize>() + column.id.len() + row) % 2 == 1;
                found.push(Difference { level: column.level.to_owned(), row, variable: column.id.to_owned(), codes: if turned { [other, one] } else { [one, other] } });
            }
        }
    }
    found
}

/// Settles differences: the third coder's codes begin with what both agree on, then each difference as chosen, with its reason.
///
/// # Errors
/// `Faults` for a difference without choice or reason; `Stale`; `Rule("not-both-final")`.
pub fn settle(tx: &mut Tx, id: RecordId, seen: i32, chosen: &BTreeMap<String, (Value, String)>) -> Result<Coded, Refused> {
    let (differences, found) = (difference(tx, id)?, store::record(tx.db(), id)?);
    let lacking = |field: &str, rule: &str| FieldFault::new(field, rule);
    let mut wrong = vec![];
    let [mut settled, _] = store::final_pair(tx.db(), id)?.ok_or(Refused::Rule("not-both-final"))?;
    let mut reasons = BTreeMap::new();
    for one in &differences {
        let field = format!("{}[{}].{}", one.level, one.row, one.variable);
        match chosen.get(&field) {
            None => wrong.push(lacking(&field, "required")),
            Some((_, reason)) if reason.trim().is_empty() => wrong.push(lacking(&format!("{field}.reason"), "required")),
            Some((value, reason)) => {
                let rows = settled.0.entry(one.level.clone()).or_default();
                while rows.len() <= one.row {
                    rows.push(codebook::Row::new());
                }
                if let Some(row) = rows.get_mut(one.row) {
                    if value.is_null() { row.remove(&one.variable); } else { row.insert(one.variable.clone(), value.clone()); }
                }
                reasons.insert(field, reason.trim().to_owned());
            }
        }
    }
    if !wrong.is_empty() {
        return Err(Refused::Faults(wrong));
    }
    let permit = tx.permit(&CODE, Place::Case(found.case), id.uuid())?;
    if !reasons.is_empty() {
        keep_beside(tx, &permit, found.case, id, "settled-because", &json!(reasons))?;
    }
    code(tx, id, "c3", seen, &settled)
}

/// Closes a record whose codes are settled: both coders final and alike, or a third has settled. Nothing asked may be left open.
///
/// # Errors
/// `Rule("record-not-settled")`; `Rule("record-open")`.
pub fn close(tx: &mut Tx, id: RecordId) -> Result<(), Refused> {
    let found = store::record(tx.db(), id)?;
    tx.permit(&CLOSE, Place::Case(found.case), id.uuid())?;
    let (parts, now) = (tx.parts(), tx.now());
    let slots = store::slots(tx.db(), id)?;
    let codes = |name: &str| slots.iter().find(|slot| slot.slot == name && slot.finished).map(|slot| &slot.codes);
    let alike = codes("c1").zip(codes("c2")).filter(|(first, second)| first == second).map(|(first, _)| first);
    let settled = codes("c3").or(alike).ok_or(Refused::Rule("record-not-settled"))?;
    if !open(book_of(&parts.config, &found.codebook)?, settled, Stage::Closing).is_empty() {
        return Err(Refused::Rule("record-open"));
    }
    store::set_state(tx.db(), id, "complete", now)
}
