//! A table that has left, as it is drawn on a page: figures in rows, the reasons of what is hidden, and what is hidden throughout in one line.

use super::doubt::sentence;
use super::pages::told;
use super::tables::{Cell, Table};
use crate::counting::{Category, Key, Outcome};
use crate::texts::Words;

/// A table as it is drawn.
pub(super) struct Drawn {
    pub(super) caption: String,
    /// What stands against its variables, in sentences.
    pub(super) doubts: Vec<String>,
    pub(super) row_head: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<(String, Vec<Shown>)>,
    /// Why figures are hidden: the mark that stands in their place, the reason, and how many.
    pub(super) reasons: Vec<(usize, String, usize)>,
    /// Answers of which no figure is shown: they have no column.
    pub(super) folded: Vec<String>,
    pub(super) hidden: usize,
    pub(super) cells: usize,
    /// Whom totals and percentages are of.
    pub(super) counted: String,
}

/// A cell as it is drawn.
pub(super) struct Shown {
    pub(super) column: String,
    pub(super) text: String,
    pub(super) share: String,
    pub(super) why: String,
    /// The number of the reason below the table; 0 for a figure.
    pub(super) mark: usize,
}

/// Whether a figure is shown of an answer in any group, by the answer's place in its list.
pub(super) fn is_shown(table: &Table, at: usize) -> bool {
    table.body.groups.iter().any(|group| matches!(group.cells.get(at), Some(Cell::Shown { .. })))
}

/// The text that says whom totals and percentages of a table are of.
pub(super) fn whom(table: &Table) -> &'static str {
    if table.body.applying { "read-applies" } else { "read-all" }
}

/// A table with the words of its codebook.
pub(super) fn drawn(table: &Table, outcome: &Outcome, keys: &[Key], words: &Words) -> Drawn {
    let name = |key: &Key, code: i64| key.categories.iter().find(|category| category.code == code).map(|category| told(&category.label, words)).unwrap_or_default();
    let column = |category: &Category| told(&category.label, words);
    let (open, folded): (Vec<(usize, &Category)>, Vec<(usize, &Category)>) = outcome.categories.iter().enumerate().partition(|(at, _)| is_shown(table, *at));
    let columns: Vec<String> = std::iter::once(words.t(if table.body.applying { "table-total-applies" } else { "table-total" })).chain(open.iter().map(|(_, category)| column(category))).collect();
    let mut kinds: Vec<(&String, usize)> = vec![];
    for cell in table.body.groups.iter().flat_map(|group| std::iter::once(&group.total).chain(&group.cells)) {
        if let Cell::Hidden(why) = cell {
            match kinds.iter_mut().find(|(known, _)| *known == why) {
                Some((_, count)) => *count += 1,
                None => kinds.push((why, 1)),
            }
        }
    }
    let mark = |why: &String| kinds.iter().position(|(known, _)| *known == why).map_or(0, |at| at + 1);
    let cell = |column: &String, cell: &Cell| match cell {
        Cell::Shown { units, percent } => Shown { column: column.clone(), text: units.to_string(), share: percent.map(|percent| format!("{percent} %")).unwrap_or_default(), why: String::new(), mark: 0 },
        Cell::Hidden(why) => Shown { column: column.clone(), text: "–".into(), share: String::new(), why: words.t(why), mark: mark(why) },
    };
    let rows: Vec<(String, Vec<Shown>)> = table.body.groups.iter().map(|group| {
        let head: Vec<String> = keys.iter().zip(&group.codes).map(|(key, code)| name(key, *code)).collect();
        let cells = std::iter::once(&group.total).chain(open.iter().filter_map(|(at, _)| group.cells.get(*at)));
        (head.join(", "), cells.zip(&columns).map(|(found, column)| cell(column, found)).collect())
    }).collect();
    let count = |hidden: bool| table.body.groups.iter().flat_map(|group| &group.cells).filter(|cell| !hidden || matches!(cell, Cell::Hidden(_))).count();
    let names: Vec<String> = keys.iter().map(|key| told(&key.label, words)).collect();
    Drawn {
        doubts: table.reliability.iter().map(|doubt| sentence(doubt, words)).collect(), caption: words.with("table-by", &[("outcome", &told(&outcome.label, words)), ("keys", &names.join(", "))]), row_head: names.join(", "), hidden: count(true), cells: count(false), reasons: kinds.iter().map(|(why, count)| (mark(why), words.t(why), *count)).collect(),
        folded: folded.iter().map(|(_, category)| column(category)).collect(), counted: words.t(whom(table)), columns, rows,
    }
}
