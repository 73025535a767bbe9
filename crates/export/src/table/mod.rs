//! A released table: what the gate let through, with all that a reader of the file needs.

mod csv;
mod csvw;
mod json_stat;
mod sdmx;
mod xlsx;

use std::collections::BTreeSet;

use crate::words::words;
use crate::{Category, ExportError, Language, Snapshot, Text};

pub use csv::csv;
pub(crate) use csv::writer;
pub use csvw::csvw;
pub use json_stat::json_stat;
pub use sdmx::sdmx_csv;
pub use xlsx::xlsx;

/// Most keys of a table (security.md §8).
pub const MOST_KEYS: usize = 2;

/// Names of columns of the files, in small letters.
const RESERVED: [&str; 15] = ["value", "percent", "unit", "status", "reason", "measure", "structure", "structure_id", "action", "obs_value", "obs_status", "conf_status", "unit_measure", "title", "source_ref"];

/// How far the figures of a table can be relied on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Standing {
    /// As far as is asked.
    #[default]
    Normal,
    /// Nobody knows yet.
    Unvalidated,
    /// Less than is asked.
    LowReliability,
}

/// A key or the outcome.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dimension {
    /// Id of the variable.
    pub id: String,
    /// Name.
    pub label: Text,
    /// Codes in the order of the cells.
    pub categories: Vec<Category>,
    /// What the codes are: time, place or other.
    pub role: Role,
}

/// What the codes of a dimension are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Role {
    /// A period.
    Time,
    /// A region.
    Place,
    /// Anything else.
    #[default]
    Other,
}

/// What is counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Measure {
    /// The unit in the plural: cases, victims ...
    pub unit: Text,
    /// Counts or percentages.
    pub kind: Kind,
}

/// Counts or percentages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Units.
    Count,
    /// Whole percentages of the group's units.
    Percent,
}

/// A cell: a figure, or hidden.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// A figure as released.
    Shown(u32),
    /// Not given; the key of a [`Reason`].
    Hidden(String),
}

/// Why cells are hidden.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// Its key, as `gate-hidden-small`.
    pub key: String,
    /// In plain words.
    pub words: Text,
    /// Whether the cell itself is too small, in distinction from a cell hidden to protect others. SDMX has a code for each.
    pub primary: bool,
}

/// A released table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// Persistent identifier.
    pub id: String,
    /// Its short name, as its files are called.
    pub short: String,
    /// Title.
    pub title: Text,
    /// Subtitle.
    pub subtitle: Text,
    /// The snapshot.
    pub snapshot: Snapshot,
    /// At most two keys.
    pub keys: Vec<Dimension>,
    /// The outcome.
    pub outcome: Dimension,
    /// What is counted.
    pub measure: Measure,
    /// For every combination of the keys' codes, the last key fastest, one cell for every code of the outcome.
    pub cells: Vec<Cell>,
    /// For every cell its share of the group's units, in whole per cent, where it was released; empty when none was.
    pub shares: Vec<Option<u32>>,
    /// Units of every combination of the keys' codes, perturbed of themselves and never sums; empty when not given.
    pub totals: Vec<Cell>,
    /// Whether totals, and what percentages are of, are those to whom the question applies.
    pub applying: bool,
    /// The reasons cells are hidden.
    pub reasons: Vec<Reason>,
    /// How far its figures can be relied on; a note says why.
    pub standing: Standing,
    /// Notes.
    pub notes: Vec<Text>,
    /// How to cite it.
    pub citation: Text,
}

/// A row of the table in long form.
pub(crate) struct Row<'a> {
    /// A code of each key.
    pub(crate) codes: Vec<&'a Category>,
    /// The code of the outcome; none is the total.
    pub(crate) outcome: Option<&'a Category>,
    /// The figure.
    pub(crate) cell: &'a Cell,
    /// Its share of the group, in per cent.
    pub(crate) share: Option<u32>,
}

impl Table {
    /// Whether the parts fit together. Every writer asks it first: a cell out of its place could show a figure that was hidden.
    ///
    /// # Errors
    /// `Malformed` with what does not fit.
    pub fn check(&self) -> Result<(), ExportError> {
        let wrong = |why: String| Err(ExportError::Malformed(why));
        if self.keys.len() > MOST_KEYS {
            return wrong(format!("{} keys, at most {MOST_KEYS}", self.keys.len()));
        }
        let mut ids: BTreeSet<String> = RESERVED.iter().map(|name| (*name).to_owned()).collect();
        for dimension in self.dimensions() {
            let codes: BTreeSet<i64> = dimension.categories.iter().map(|category| category.code).collect();
            if codes.len() != dimension.categories.len() || codes.is_empty() {
                return wrong(format!("{}: a code twice, or none", dimension.id));
            }
            let name = crate::name_of(&dimension.id).to_lowercase();
            if dimension.id.is_empty() || !ids.insert(format!("{name}_label")) || !ids.insert(name) {
                return wrong(format!("{}: dimension twice, without a name, or with a name that files need", dimension.id));
            }
        }
        let groups = self.groups();
        if self.cells.len() != groups * self.outcome.categories.len() || !(self.totals.is_empty() || self.totals.len() == groups) {
            return wrong(format!("{} cells and {} totals for {groups} groups", self.cells.len(), self.totals.len()));
        }
        if !self.shares.is_empty() && self.shares.len() != self.cells.len() {
            return wrong(format!("{} shares for {} cells", self.shares.len(), self.cells.len()));
        }
        if self.cells.iter().zip(&self.shares).any(|(cell, share)| share.is_some_and(|share| share > 100 || matches!(cell, Cell::Hidden(_)))) {
            return wrong("a share of a hidden cell, or of more than all".into());
        }
        for cell in self.cells.iter().chain(&self.totals) {
            if let Cell::Hidden(key) = cell && self.reason(key).is_none() {
                return wrong(format!("no reason {key}"));
            }
        }
        if self.measure.kind == Kind::Percent && self.cells.iter().any(|cell| matches!(cell, Cell::Shown(percent) if *percent > 100)) {
            return wrong("more than 100 per cent".into());
        }
        Ok(())
    }

    /// The same table with some of the outcome's codes only, for a chart that need not show them all.
    ///
    /// # Errors
    /// `Malformed` when the table contradicts itself, or has none of these codes.
    pub fn only(&self, codes: &[i64]) -> Result<Table, ExportError> {
        self.check()?;
        let kept: Vec<bool> = self.outcome.categories.iter().map(|category| codes.contains(&category.code)).collect();
        let mut table = self.clone();
        let mut at = kept.iter().cycle();
        table.cells.retain(|_| at.next().copied().unwrap_or(false));
        let mut at = kept.iter().cycle();
        table.shares.retain(|_| at.next().copied().unwrap_or(false));
        table.outcome.categories.retain(|category| codes.contains(&category.code));
        table.check()?;
        Ok(table)
    }

    /// Keys, then the outcome.
    pub(crate) fn dimensions(&self) -> impl Iterator<Item = &Dimension> {
        self.keys.iter().chain([&self.outcome])
    }
    /// How many combinations of the keys' codes there are.
    pub(crate) fn groups(&self) -> usize {
        self.keys.iter().map(|key| key.categories.len()).product()
    }
    /// The codes of a group.
    pub(crate) fn codes(&self, group: usize) -> Vec<&Category> {
        let mut rest = group;
        let mut codes: Vec<&Category> = self.keys.iter().rev().filter_map(|key| {
            let size = key.categories.len().max(1);
            let at = rest % size;
            rest /= size;
            key.categories.get(at)
        }).collect();
        codes.reverse();
        codes
    }
    /// A cell by group and place of the outcome's code.
    pub(crate) fn cell(&self, group: usize, outcome: usize) -> Option<&Cell> {
        self.cells.get(group * self.outcome.categories.len() + outcome)
    }
    /// A cell's share of its group, where it was released.
    pub(crate) fn share(&self, group: usize, outcome: usize) -> Option<u32> {
        self.shares.get(group * self.outcome.categories.len() + outcome).copied().flatten()
    }
    /// A reason by its key.
    pub(crate) fn reason(&self, key: &str) -> Option<&Reason> {
        self.reasons.iter().find(|reason| reason.key == key)
    }
    /// All rows in long form: the cells of each group, then its total when totals are given.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.groups()).flat_map(move |group| {
            let codes = self.codes(group);
            let total = self.totals.get(group).map(|cell| Row { codes: codes.clone(), outcome: None, cell, share: None });
            let cells = self.outcome.categories.iter().enumerate().filter_map(move |(at, category)| {
                self.cell(group, at).map(|cell| Row { codes: codes.clone(), outcome: Some(category), cell, share: self.share(group, at) })
            });
            cells.chain(total)
        })
    }
    /// The reasons that occur.
    pub(crate) fn used_reasons(&self) -> impl Iterator<Item = &Reason> {
        self.reasons.iter().filter(|reason| self.cells.iter().chain(&self.totals).any(|cell| matches!(cell, Cell::Hidden(key) if *key == reason.key)))
    }
    /// The unit of the cells in words.
    pub(crate) fn unit(&self, language: Language) -> String {
        match self.measure.kind {
            Kind::Count => self.measure.unit.get(language).to_owned(),
            Kind::Percent => self.percent_of(language),
        }
    }
    /// What a percentage is of.
    pub(crate) fn percent_of(&self, language: Language) -> String {
        let words = words(language);
        let whom = if self.applying { format!(" {}", words.to_whom) } else { String::new() };
        format!("{} {}{whom}", words.percent_of, self.measure.unit.get(language))
    }
    /// What a total is called.
    pub(crate) fn total(&self, language: Language) -> &'static str {
        let words = words(language);
        if self.applying { words.total_applying } else { words.total }
    }
    /// Title and subtitle in one.
    pub(crate) fn heading(&self, language: Language) -> String {
        [self.title.get(language), self.subtitle.get(language)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
    }
}
