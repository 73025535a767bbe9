//! Taking rows out of a record with all that hangs on them, and putting them back where they stood.

use serde::{Deserialize, Serialize};

use crate::record::{Record, Row};
use crate::sheet::Sheet;
use crate::Codebook;

/// A row that was taken out, and where it stood.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Taken {
    /// Its level.
    pub level: String,
    /// Where it stood, from 0.
    pub at: usize,
    /// The row.
    pub row: Row,
}

impl Codebook {
    /// A row and all rows that link it or hang under it.
    pub fn hangs_on(&self, record: &Record, level: &str, at: usize) -> Vec<(String, usize)> {
        let sheet = Sheet::of(self, record);
        let Some(of) = self.level(level) else { return vec![] };
        let mut found = vec![];
        for (known, rows) in self.levels.iter().zip(&sheet.rows) {
            found.extend(rows.iter().enumerate().filter(|(_, line)| line.reach.get(of).copied().flatten() == Some(at)).map(|(row, _)| (known.id.clone(), row)));
        }
        found
    }

    /// Rows that belong to nobody: they name a row that is no longer there, or link a level that has none.
    pub fn orphans(&self, record: &Record) -> Vec<(String, usize)> {
        let sheet = Sheet::of(self, record);
        let mut found = vec![];
        for (level, (known, bond)) in self.levels.iter().zip(&self.plan.bonds).enumerate() {
            for row in 0..sheet.rows[level].len() {
                let gone = |other: &usize| matches!(sheet.named(level, row, *other), Some(None));
                let none = bond.links.iter().any(|link| sheet.rows[*link].is_empty());
                // Rows of what was taken out are orphans too.
                if none || bond.links.iter().chain(&bond.parent).any(gone) {
                    found.push((known.id.clone(), row));
                }
            }
        }
        found
    }
}

/// Takes rows out of a record, level by level in their order.
pub fn take_rows(record: &mut Record, rows: &[(String, usize)]) -> Vec<Taken> {
    let mut found: Vec<Taken> = vec![];
    for (level, at) in rows {
        if let Some(row) = record.0.get(level).and_then(|rows| rows.get(*at)) {
            found.push(Taken { level: level.clone(), at: *at, row: row.clone() });
        }
    }
    found.sort_by(|one, other| (&one.level, one.at).cmp(&(&other.level, other.at)));
    found.dedup_by(|one, other| one.level == other.level && one.at == other.at);
    for one in found.iter().rev() {
        if let Some(rows) = record.0.get_mut(&one.level) {
            rows.remove(one.at);
        }
    }
    found
}

/// Puts rows back where they stood; at the end where so many rows are no longer there.
pub fn put_rows(record: &mut Record, taken: &[Taken]) {
    let mut taken: Vec<&Taken> = taken.iter().collect();
    taken.sort_by(|one, other| (&one.level, one.at).cmp(&(&other.level, other.at)));
    for one in taken {
        let rows = record.0.entry(one.level.clone()).or_default();
        rows.insert(one.at.min(rows.len()), one.row.clone());
    }
}

/// Where a row stands once others were taken out; none for one of them.
pub fn after(level: &str, at: usize, gone: &[(String, usize)]) -> Option<usize> {
    let mut before = 0;
    for (_, other) in gone.iter().filter(|(of, _)| of == level) {
        match other.cmp(&at) {
            std::cmp::Ordering::Less => before += 1,
            std::cmp::Ordering::Equal => return None,
            std::cmp::Ordering::Greater => {}
        }
    }
    Some(at - before)
}

/// Where a row stands once others were put back; they stand in their order.
pub fn once_back(level: &str, at: usize, back: &[(String, usize)]) -> usize {
    let mut places: Vec<usize> = back.iter().filter(|(of, _)| of == level).map(|(_, at)| *at).collect();
    places.sort_unstable();
    places.into_iter().fold(at, |at, place| if place <= at { at + 1 } else { at })
}
