//! Settling where two coders differ: the third coder sees what each coded and said, never who, and chooses with a reason.

use std::collections::BTreeMap;

use codebook::{Codebook, Record};
use serde::Serialize;
use serde_json::Value;

use super::apart::{self, Remark};
use super::coding::{CODE, Coded, book_of, keep};
use super::draw::Drawn;
use super::store;
use crate::ids::RecordId;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// The longest a reason is, in signs.
const LONGEST_REASON: usize = 2000;

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
    /// What each said beside it, in the same order.
    pub beside: [Remark; 2],
}

/// What somebody said beside a code on which both agree.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
pub struct Remarked {
    /// Level.
    pub level: String,
    /// Row, from 0.
    pub row: usize,
    /// Variable.
    pub variable: String,
    /// The code.
    pub code: Value,
    /// What was said, by one or by both.
    pub beside: Vec<Remark>,
}

/// Two final codings beside each other.
#[derive(Clone, PartialEq, Debug, Default, Serialize, schemars::JsonSchema)]
pub struct Compared {
    /// Where they differ, in the order of the codebook.
    pub differences: Vec<Difference>,
    /// What was said where they agree.
    pub remarks: Vec<Remarked>,
    /// Per soft check why codes are right all the same, as far as said.
    pub reasons: BTreeMap<String, Vec<String>>,
}

/// Both final codings, whole, with what each said.
struct Both {
    rows: [Record; 2],
    beside: [BTreeMap<String, Remark>; 2],
    reasons: [BTreeMap<String, String>; 2],
}

fn both(tx: &mut Tx, found: &store::Found, book: &Codebook) -> Result<Both, Refused> {
    let hat = tx.hat()?;
    store::own_slot(tx.db(), found.id, "c3", hat)?;
    let [(first, one), (second, other)] = store::final_pair(tx.db(), found.id)?.ok_or(Refused::Rule("not-both-final"))?;
    let [(a, said), (b, also)] = apart::pair(tx, found, [one, other])?;
    Ok(Both { rows: [book.put_together(&first, &a), book.put_together(&second, &b)], beside: [said.beside, also.beside], reasons: [said.reasons, also.reasons] })
}

/// Two final codings beside each other, for the third coder: which coder said what in an order that tells nothing.
///
/// # Errors
/// `NotFound` for who does not settle this record; `Rule("not-both-final")`; `Rule("codes-wait")` while the sealed parts were not handed on.
pub fn difference(tx: &mut Tx, id: RecordId) -> Result<Compared, Refused> {
    let found = super::found(tx, id)?;
    tx.permit(&CODE, Place::Case(found.case), id.uuid())?;
    let parts = tx.parts();
    let book = book_of(&parts.config, &found.codebook)?;
    let both = both(tx, &found, book)?;
    Ok(compared(book, &both, &found, super::drawn(tx, &found)))
}

fn compared(book: &Codebook, both: &Both, of: &store::Found, drawn: Drawn) -> Compared {
    let (mut found, id) = (Compared::default(), of.id);
    let asked = |column: &codebook::Column<'_>| book.variable(column.id).is_some_and(|variable| drawn.asks(book, variable));
    for column in book.columns().filter(|column| !column.derived && asked(column)) {
        let rows = |record: &Record| record.0.get(column.level).map_or(0, Vec::len);
        for row in 0..both.rows.iter().map(rows).max().unwrap_or_default() {
            let field = format!("{}[{row}].{}", column.level, column.id);
            let code = |record: &Record| record.0.get(column.level).and_then(|rows| rows.get(row)).and_then(|row| row.get(column.id)).cloned().unwrap_or_default();
            let ([one, other], [first, second]) = (both.rows.each_ref().map(code), both.beside.each_ref().map(|beside| beside.get(&field).cloned().unwrap_or_default()));
            let (level, variable) = (column.level.to_owned(), column.id.to_owned());
            // By variable and record, so that neither coder always stands first.
            let turned = (id.bytes().iter().map(|byte| usize::from(*byte)).sum::<usize>() + column.id.len() + row) % 2 == 1;
            if one != other {
                let (codes, beside) = if turned { ([other, one], [second, first]) } else { ([one, other], [first, second]) };
                found.differences.push(Difference { level, row, variable, codes, beside });
                continue;
            }
            let mut beside: Vec<Remark> = [first, second].into_iter().filter(|remark| *remark != Remark::default()).collect();
            if turned {
                beside.reverse();
            }
            if !beside.is_empty() {
                found.remarks.push(Remarked { level, row, variable, code: one, beside });
            }
        }
    }
    for (check, reason) in both.reasons.iter().flatten() {
        found.reasons.entry(check.clone()).or_default().push(reason.clone());
    }
    for reasons in found.reasons.values_mut() {
        reasons.sort();
    }
    found
}

/// Settles differences: the third coder's codes begin with what both agree on and what the first coded alone, then each difference as chosen, with its reason.
///
/// # Errors
/// `Faults` for a difference without choice or reason; `Stale`; `Rule("not-both-final")`; `Rule("codes-wait")`.
pub fn settle(tx: &mut Tx, id: RecordId, seen: i32, chosen: &BTreeMap<String, (Value, String)>) -> Result<Coded, Refused> {
    let found = super::found(tx, id)?;
    tx.permit(&CODE, Place::Case(found.case), id.uuid())?;
    let parts = tx.parts();
    let book = book_of(&parts.config, &found.codebook)?;
    let both = both(tx, &found, book)?;
    let differences = compared(book, &both, &found, super::drawn(tx, &found)).differences;
    let [mut settled, _] = both.rows;
    let (mut wrong, mut reasons) = (vec![], BTreeMap::new());
    for one in &differences {
        let field = format!("{}[{}].{}", one.level, one.row, one.variable);
        match chosen.get(&field) {
            None => wrong.push(FieldFault::new(field, "required")),
            Some((_, reason)) if reason.trim().is_empty() => wrong.push(FieldFault::new(format!("{field}.reason"), "required")),
            Some((_, reason)) if reason.chars().count() > LONGEST_REASON => {
                wrong.push(FieldFault { words: vec![("max".into(), LONGEST_REASON.to_string())], ..FieldFault::new(format!("{field}.reason"), "too-long") });
            }
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
    // What one coder answered may be closed by what was settled.
    book.drop_leftover(&mut settled);
    keep(tx, id, "c3", seen, &settled, None, reasons)
}
