//! A table as it leaves: figures, or hidden with the reason.

use std::collections::BTreeMap;

use crate::Malformed;
use crate::count::Tally;
use crate::figure;
use crate::hide::{Hidden, verdict, verdict_of_total};
use crate::ledger::Ledger;
use crate::perturb::Table;
use crate::question::Question;
use crate::register::Register;

/// A cell as it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// A multiple of five, and its share of the shown total of those of the group to whom the question applies, where that is shown.
    Shown {
        /// Units.
        units: u32,
        /// Whole percentage.
        percent: Option<u8>,
    },
    /// Not given.
    Hidden(Hidden),
}

/// A row: one code of each key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The codes, in the order of [`Question::keys`].
    pub codes: Vec<u16>,
    /// Units of the group to which the question applies, a multiple of ten.
    pub total: Result<u32, Hidden>,
    /// Per code of the outcome; that of those to whom the question does not apply is [`Hidden::Outside`] in every table.
    pub cells: Vec<Figure>,
}

/// A table as it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// What was asked.
    pub question: Question,
    /// Every combination of codes, in order.
    pub groups: Vec<Group>,
}

impl Released {
    /// Counts, hides, perturbs and rounds. Decides nothing about budgets or attacks: that is [`crate::ask`].
    pub(crate) fn new(register: &Register, ledger: &Ledger, question: &Question, table: &Table) -> Result<Self, Malformed> {
        let counts = register.count(question)?;
        let near = register.hidden(ledger, question)?;
        let outside = register.catalogue().outside(question.outcome()).map(usize::from);
        let whom = register.applies(question.outcome());
        let second = question.second().map(|key| register.columns(question.unit())?.codes(key)).transpose()?;
        let cells = counts.cells.chunks(counts.values.max(1));
        let groups = counts.applies.iter().zip(cells).zip(&near).enumerate().map(|(number, ((applies, cells), near))| {
            let total = match verdict_of_total(*near, whom, *applies) {
                Some(why) => Err(why),
                None => Ok(figure::total(table, *applies)),
            };
            let shown = |(value, cell): (usize, &Tally)| match verdict(*near, applies.cases, *cell) {
                _ if outside == Some(value) => Figure::Hidden(Hidden::Outside),
                Some(why) => Figure::Hidden(why),
                None => {
                    let units = figure::cell(table, *cell);
                    Figure::Shown { units, percent: total.ok().and_then(|total| figure::percent(units, total)) }
                }
            };
            Group { codes: codes_of(number, second), total, cells: cells.iter().enumerate().map(shown).collect() }
        });
        Ok(Self { question: question.clone(), groups: groups.collect() })
    }

    /// How many figures would be shown, and how many hidden for which reason, were a table to leave: for who decides whether it may. No figure is told.
    ///
    /// # Errors
    /// [`Malformed`] for a question of another register.
    pub fn outlook(register: &Register, ledger: &Ledger, question: &Question, table: &Table) -> Result<(usize, BTreeMap<&'static str, usize>), Malformed> {
        let (mut shown, mut hidden) = (0, BTreeMap::new());
        for cell in Self::new(register, ledger, question, table)?.figures() {
            match cell {
                Figure::Shown { .. } => shown += 1,
                Figure::Hidden(why) => *hidden.entry(why.kind()).or_default() += 1,
            }
        }
        Ok((shown, hidden))
    }

    /// The figures of the table, shown or hidden.
    fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.groups.iter().flat_map(|group| &group.cells).filter(|cell| **cell != Figure::Hidden(Hidden::Outside))
    }

    /// How many cells are hidden, and how many there are.
    pub fn hidden(&self) -> (usize, usize) {
        (self.figures().filter(|cell| matches!(cell, Figure::Hidden(_))).count(), self.figures().count())
    }
}

fn codes_of(number: usize, second: Option<u16>) -> Vec<u16> {
    let code = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
    match second.map(|codes| usize::from(codes.max(1))) {
        None => vec![code(number)],
        Some(codes) => vec![code(number / codes), code(number % codes)],
    }
}
