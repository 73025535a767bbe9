//! What the gate publishes about itself with each snapshot: how far an attack on everything released really comes, and how much
//! accuracy is given up. Both look at true answers. They are for the register's own report, over all outcomes together, and
//! nothing of them ever decides whether a question is answered.

use std::collections::BTreeMap;

use crate::Malformed;
use crate::attack::{Measure, PREVALENCE};
use crate::perturb::Table;
use crate::question::Question;
use crate::register::Register;
use crate::hide::Hidden;
use crate::ledger::Ledger;
use crate::released::{Figure, Released};
use crate::score::{Alike, real, score};
use crate::solve::{Equations, Row, solve};

/// How far an attacker who knows every key comes from all these tables of one outcome, wanting to know who has the code `wanted`.
/// Figures of the other codes are used together when all of a group's are shown. Those to whom the question does not apply are known, and left
/// out. None when nobody or everybody has it.
///
/// # Errors
/// [`Malformed`] when a table isn't of this register, or the tables are of several outcomes.
pub fn reconstruction(register: &Register, released: &[Released], wanted: u16) -> Result<Option<Measure>, Malformed> {
    let Some(first) = released.first() else { return Ok(None) };
    let columns = register.columns(first.question.unit())?;
    let outcome = columns.column(first.question.outcome())?;
    if let Some(other) = released.iter().find(|table| table.question.outcome() != first.question.outcome()) {
        return Err(Malformed::Variable(other.question.outcome().into()));
    }
    let keys = released.iter().map(|table| table.question.keys().into_iter().map(|key| columns.column(key)).collect::<Result<Vec<_>, _>>());
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let outside = register.outside(first.question.outcome());
    // Units that agree in all tables are one class: with and without the answer.
    let mut classes: BTreeMap<Vec<u32>, (u32, u32)> = BTreeMap::new();
    for row in (0..columns.rows()).filter(|row| outside.is_none_or(|outside| outcome.code(*row) != u32::from(outside))) {
        let groups = keys.iter().map(|keys| keys.iter().fold(0, |group, key| group * u32::from(key.codes) + key.code(row)));
        let class = classes.entry(groups.collect()).or_default();
        if outcome.code(row) == u32::from(wanted) { class.0 += 1 } else { class.1 += 1 }
    }
    let sizes: Vec<f64> = classes.values().map(|(with, without)| f64::from(with + without)).collect();
    let equations = released.iter().enumerate().map(|(number, table)| {
        let group_of: Vec<u32> = classes.keys().map(|groups| groups.get(number).copied().unwrap_or_default()).collect();
        let mut rows = vec![Row::default(); table.groups.len()];
        for (group, size) in group_of.iter().zip(&sizes) {
            if let Some(row) = rows.get_mut(*group as usize) {
                row.size += size;
            }
        }
        for (row, group) in rows.iter_mut().zip(&table.groups) {
            *row = said(*row, &group.cells, wanted, outside);
        }
        Equations { group_of, rows }
    });
    let guesses = solve(&sizes, &equations.collect::<Vec<_>>(), PREVALENCE);
    let people = guesses.into_iter().zip(classes.values()).map(|(guess, (with, without))| Alike { guess, with: *with, without: *without });
    Ok(score(people.collect()).map(|(auc, hits)| Measure { auc, hits }))
}

/// What a group's figures say about how many have the wanted code.
fn said(mut row: Row, cells: &[Figure], wanted: u16, outside: Option<u16>) -> Row {
    let (mut sum, mut others) = (0.0, Some(0.0));
    for (code, cell) in cells.iter().enumerate().filter(|(code, _)| outside.map(usize::from) != Some(*code)) {
        match (cell, code == usize::from(wanted)) {
            (Figure::Shown { units, .. }, true) => {
                row.figures += 1.0;
                sum += f64::from(*units);
            }
            (Figure::Shown { units, .. }, false) => others = others.map(|others| others + f64::from(*units)),
            (Figure::Hidden(_), false) => others = None,
            (Figure::Hidden(_), true) => {}
        }
    }
    if let Some(others) = others {
        row.figures += 1.0;
        sum += row.size - others;
    }
    row.target = if row.figures > 0.0 { sum / row.figures } else { 0.0 };
    row
}

/// The accuracy given up in a set of tables.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Accuracy {
    /// Cells by their keys and outcome.
    pub cells: u32,
    /// Hidden ones among them.
    pub hidden: u32,
    /// Mean absolute error of the shown ones, in units.
    pub mean_error: f64,
    /// Largest absolute error.
    pub largest_error: u32,
}

/// How far figures are from the truth, over all these questions together.
///
/// # Errors
/// [`Malformed`] when a question isn't of this register.
pub fn accuracy(register: &Register, questions: &[Question], table: &Table) -> Result<Accuracy, Malformed> {
    let (mut all, mut sum) = (Accuracy::default(), 0_u64);
    for question in questions {
        let (counts, released) = (register.count(question)?, Released::new(register, &Ledger::default(), question, table)?);
        let figures = released.groups.iter().flat_map(|group| &group.cells);
        for (truth, figure) in counts.cells.iter().zip(figures).filter(|(_, figure)| **figure != Figure::Hidden(Hidden::Outside)) {
            all.cells += 1;
            match figure {
                Figure::Hidden(_) => all.hidden += 1,
                Figure::Shown { units, .. } => {
                    let error = units.abs_diff(truth.units);
                    sum += u64::from(error);
                    all.largest_error = all.largest_error.max(error);
                }
            }
        }
    }
    let shown = all.cells - all.hidden;
    all.mean_error = if shown == 0 { 0.0 } else { real(sum) / f64::from(shown) };
    Ok(all)
}
