//! Settling where two coders differ: the third coder sees what each coded and said, never who, and chooses with a reason.

use std::collections::BTreeMap;

use codebook::{Codebook, Joined, Paired, Record, field, same_code};
use serde::Serialize;
use serde_json::Value;

use super::apart::{self, Remark, Whole};
use super::coding::{CODE, Coded, book_of, keep};
use super::draw::Drawn;
use super::{rows, store, succession};
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
    /// How it was settled, where it was: the code, and why.
    pub settled: Option<Chosen>,
}

impl Difference {
    /// As it is settled by: `victim[0].victim_sex`.
    pub fn field(&self) -> String {
        field(&self.level, self.row, &self.variable)
    }
}

/// A code chosen where two differ.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
pub struct Chosen {
    /// The code; null for none.
    pub code: Value,
    /// Why.
    pub reason: String,
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

/// What two coders coded alike.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
pub struct Alike {
    /// Level.
    pub level: String,
    /// Row, from 0.
    pub row: usize,
    /// Variable.
    pub variable: String,
    /// The code.
    pub code: Value,
}

/// Two final codings beside each other.
#[derive(Clone, PartialEq, Debug, Default, Serialize, schemars::JsonSchema)]
pub struct Compared {
    /// Where they differ, in the order of the codebook.
    pub differences: Vec<Difference>,
    /// What was said where they agree.
    pub remarks: Vec<Remarked>,
    /// What both coded alike.
    pub agreed: Vec<Alike>,
    /// Per soft check why codes are right all the same, as far as said.
    pub reasons: BTreeMap<String, Vec<String>>,
}

/// Both final codings, whole, with what each said.
struct Both {
    rows: [Record; 2],
    beside: [BTreeMap<String, Remark>; 2],
    reasons: [BTreeMap<String, String>; 2],
}

impl Both {
    fn joined(&self, book: &Codebook) -> Joined {
        let [first, second] = &self.rows;
        book.joined([first, second])
    }
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
    let joined = both.joined(book);
    let mut compared = compared(book, &both, &joined, &found, super::drawn(tx, &found));
    if let Some(own) = Own::of(tx, &found, book, &joined)? {
        for one in &mut compared.differences {
            one.settled = own.settled(one);
        }
    }
    Ok(compared)
}

/// What the third coder saved before, over both codings as one. Before they settled anything their codes began with those of intake, and only what
/// both coders left open is theirs; afterwards all that is not a difference is.
struct Own {
    whole: Whole,
    over: Joined,
}

impl Own {
    /// None before they saved for the first time.
    fn of(tx: &mut Tx, found: &store::Found, book: &Codebook, joined: &Joined) -> Result<Option<Own>, Refused> {
        let hat = tx.hat()?;
        let slot = store::own_slot(tx.db(), found.id, "c3", hat)?;
        if slot.apart.is_none() {
            return Ok(None);
        }
        let whole = succession::current(tx, found, &slot)?;
        let over = book.joined([&joined.rows, &whole.rows]);
        Ok(Some(Own { whole, over }))
    }

    /// How a difference was settled before: with a reason, or not at all.
    fn settled(&self, one: &Difference) -> Option<Chosen> {
        let at = self.over.from.get(&one.level)?.get(one.row)?[1]?;
        let reason = self.whole.reasons.get(&field(&one.level, at, &one.variable))?.clone();
        Some(Chosen { code: self.whole.rows.0.get(&one.level)?.get(at)?.get(&one.variable).cloned().unwrap_or_default(), reason })
    }

    /// Both codings as one, with what the third coder coded besides the differences, and the rows they added.
    fn kept(self, book: &Codebook, differences: &[Difference]) -> Record {
        let mut rows = self.over.rows;
        for (level, pairs) in &self.over.from {
            for (row, pair) in pairs.iter().enumerate() {
                let coded = pair[1].and_then(|at| self.whole.rows.0.get(level)?.get(at));
                let Some((coded, standing)) = coded.zip(rows.0.get_mut(level).and_then(|rows| rows.get_mut(row))) else { continue };
                let differs = |id: &str| differences.iter().any(|one| one.level == *level && one.row == row && one.variable == id);
                let theirs = |id: &str, standing: &codebook::Row| self.whole.settled || standing.get(id).is_none_or(Value::is_null);
                for (id, code) in coded.iter().filter(|(id, _)| book.variable(id).is_some() && !differs(id)) {
                    if theirs(id, standing) {
                        standing.insert(id.clone(), code.clone());
                    }
                }
            }
        }
        rows
    }
}

/// Both codings as one, with what stands where in each: a row that only one has stands too.
fn compared(book: &Codebook, both: &Both, joined: &Joined, of: &store::Found, drawn: Drawn) -> Compared {
    let (mut found, id) = (Compared::default(), of.id);
    let asked = |column: &codebook::Column<'_>| book.variable(column.id).is_some_and(|variable| drawn.asks(book, variable));
    for column in book.columns().filter(|column| !column.derived && asked(column)) {
        for (row, pair) in joined.from.get(column.level).into_iter().flatten().enumerate() {
            let code = |of: usize| pair[of].and_then(|at| both.rows[of].0.get(column.level)?.get(at)?.get(column.id)).cloned().unwrap_or_default();
            let said = |of: usize| pair[of].and_then(|at| both.beside[of].get(&field(column.level, at, column.id))).cloned().unwrap_or_default();
            let (one, other, first, second) = (code(0), code(1), said(0), said(1));
            let (level, variable) = (column.level.to_owned(), column.id.to_owned());
            // By variable and record, so that neither coder always stands first.
            let turned = (id.bytes().iter().map(|byte| usize::from(*byte)).sum::<usize>() + column.id.len() + row) % 2 == 1;
            if !same_code(&one, &other) {
                let (codes, beside) = if turned { ([other, one], [second, first]) } else { ([one, other], [first, second]) };
                found.differences.push(Difference { level, row, variable, codes, beside, settled: None });
                continue;
            }
            if !one.is_null() {
                found.agreed.push(Alike { level: level.clone(), row, variable: variable.clone(), code: one.clone() });
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

/// Settles differences: the third coder's codes begin with what both agree on and what the first coded alone, then each difference as chosen, with its
/// reason. What the third coder coded besides stays.
///
/// # Errors
/// `Faults` for a difference without choice or reason, and for a choice where there is no difference; `Stale`; `Rule("not-both-final")`; `Rule("codes-wait")`.
pub fn settle(tx: &mut Tx, id: RecordId, seen: i32, chosen: &BTreeMap<String, (Value, String)>) -> Result<Coded, Refused> {
    let found = super::found(tx, id)?;
    tx.permit(&CODE, Place::Case(found.case), id.uuid())?;
    let parts = tx.parts();
    let book = book_of(&parts.config, &found.codebook)?;
    let both = both(tx, &found, book)?;
    let joined = both.joined(book);
    let differences = compared(book, &both, &joined, &found, super::drawn(tx, &found)).differences;
    let mut settled = match Own::of(tx, &found, book, &joined)? {
        Some(own) => own.kept(book, &differences),
        None => joined.rows,
    };
    let (mut wrong, mut reasons) = (vec![], BTreeMap::new());
    for one in &differences {
        let field = one.field();
        match chosen.get(&field) {
            None => wrong.push(FieldFault::new(field, "required")),
            Some((_, reason)) if reason.trim().is_empty() => wrong.push(FieldFault::new(format!("{field}.reason"), "required")),
            Some((_, reason)) if reason.chars().count() > LONGEST_REASON => {
                wrong.push(FieldFault { words: vec![("max".into(), LONGEST_REASON.to_string())], ..FieldFault::new(format!("{field}.reason"), "too-long") });
            }
            Some((value, reason)) => {
                if let Some(row) = settled.0.get_mut(&one.level).and_then(|rows| rows.get_mut(one.row)) {
                    if value.is_null() { row.remove(&one.variable); } else { row.insert(one.variable.clone(), value.clone()); }
                }
                reasons.insert(field, reason.trim().to_owned());
            }
        }
    }
    wrong.extend(chosen.keys().filter(|field| !differences.iter().any(|one| one.field() == **field)).map(|field| FieldFault::new(field, "unknown-field")));
    if !wrong.is_empty() {
        return Err(Refused::Faults(wrong));
    }
    let mut whole = Whole { rows: settled, reasons, ..Whole::default() };
    refused_rows(book, &mut whole, &joined.from, &differences, chosen);
    rows::without_orphans(book, &mut whole);
    // What one coder answered may be closed by what was settled.
    book.drop_leftover(&mut whole.rows);
    keep(tx, id, "c3", seen, &whole.rows, None, Some(whole.reasons))
}

/// A row that only one coder had, and of which nothing was chosen, was no row.
fn refused_rows(book: &Codebook, whole: &mut Whole, from: &BTreeMap<String, Vec<Paired>>, differences: &[Difference], chosen: &BTreeMap<String, (Value, String)>) {
    let of = |one: &Difference| chosen.get(&one.field()).is_some_and(|(value, _)| !value.is_null());
    let alone = from.iter().flat_map(|(level, pairs)| pairs.iter().enumerate().filter(|(_, pair)| pair.contains(&None)).map(move |(row, _)| (level.clone(), row)));
    let gone: Vec<(String, usize)> = alone.filter(|(level, row)| {
        let mut here = differences.iter().filter(|one| one.level == *level && one.row == *row).peekable();
        here.peek().is_some() && !here.any(of)
    }).collect();
    let gone: Vec<(String, usize)> = gone.iter().flat_map(|(level, row)| book.hangs_on(&whole.rows, level, *row)).collect();
    rows::without(whole, &gone);
}
