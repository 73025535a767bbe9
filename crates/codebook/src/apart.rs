//! What of a record may not stand plainly beside the rest: values that leave in no form, those that name somebody by themselves, and
//! remarks. A record is taken apart before it is kept and put together where somebody may read both halves; what follows from the
//! whole is worked out while it is whole.

use std::collections::BTreeMap;

use crate::flat::FlatRow;
use crate::record::{Record, Row};
use crate::{Codebook, Place, Variable};

/// A remark in a row: human words, whatever the codebook says.
const REMARK: &str = "note";

impl Variable {
    /// Whether its values are kept apart: they never leave, or name somebody by themselves.
    pub fn apart(&self) -> bool {
        self.export == "never" || self.identifying == "direct"
    }
    /// Whether it is copied from a source: nobody judges it.
    pub fn copied(&self) -> bool {
        self.reliability == "source"
    }
}

impl Codebook {
    fn lies_apart(&self, id: &str) -> bool {
        id == REMARK || self.variable(id).is_some_and(Variable::apart)
    }

    /// A record in two halves: what may stand plainly, with the keys of its rows, and what is kept apart, row by row at the same place.
    /// Levels of which nothing lies apart are not in the second.
    pub fn take_apart(&self, record: &Record) -> (Record, Record) {
        let (mut plain, mut apart) = (Record::default(), Record::default());
        for (level, rows) in &record.0 {
            let (open, kept): (Vec<Row>, Vec<Row>) = rows.iter().map(|row| row.clone().into_iter().partition(|(id, _)| !self.lies_apart(id))).unzip();
            plain.0.insert(level.clone(), open);
            if kept.iter().any(|row| !row.is_empty()) {
                apart.0.insert(level.clone(), kept);
            }
        }
        (plain, apart)
    }

    /// Both halves as one record again. Of the second only what lies apart is taken, and only in rows there are.
    pub fn put_together(&self, plain: &Record, apart: &Record) -> Record {
        let mut whole = plain.clone();
        for (level, rows) in &apart.0 {
            for (row, kept) in whole.0.get_mut(level).into_iter().flatten().zip(rows) {
                row.extend(kept.iter().filter(|(id, _)| self.lies_apart(id)).map(|(id, value)| (id.clone(), value.clone())));
            }
        }
        whole
    }

    /// What follows from a whole record and may stand plainly: the tables of [`Codebook::flat`] without what is kept apart.
    pub fn worked_out(&self, whole: &Record) -> BTreeMap<String, Vec<FlatRow>> {
        let mut tables = self.flat(whole);
        for row in tables.values_mut().flatten() {
            row.values.retain(|id, _| !self.lies_apart(id));
        }
        tables
    }

    /// Whether a check fires on a record that lets it close with a third coder's agreement only.
    pub fn wants_third(&self, record: &Record) -> bool {
        let strict: Vec<&str> = self.checks.iter().filter(|check| check.third_coder).map(|check| check.id.as_str()).collect();
        !strict.is_empty() && self.examine(record).fired.iter().any(|fired| strict.contains(&fired.check.as_str()))
    }

    /// What a coder begins with who may not see what others judged: the same rows, linked alike, and, if they are to have it, what is copied
    /// from sources.
    pub fn begun_from(&self, record: &Record, copied: bool) -> Record {
        let keeps = |id: &str| self.variable(id).map_or(id != REMARK, |known| self.names_rows(id) || copied && known.copied());
        Record(record.0.iter().map(|(level, rows)| {
            let rows = rows.iter().map(|row| row.iter().filter(|(id, value)| keeps(id) && !value.is_null()).map(|(id, value)| (id.clone(), value.clone())).collect::<Row>()).collect();
            (level.clone(), rows)
        }).collect())
    }

    /// Whether a variable is what the rows of its level are called by, as the factor of a row of factors.
    pub fn names_rows(&self, id: &str) -> bool {
        self.levels.iter().any(|level| level.key == id)
    }

    /// Whether a second coder needs a variable on every case: it is coded twice, names rows, or decides whether one coded twice is asked.
    pub fn coded_twice(&self, variable: &Variable) -> bool {
        let steers = |other: &Variable| other.reliability == "double" && other.condition.iter().any(|text| text.split(|sign: char| !sign.is_alphanumeric() && sign != '_').any(|word| word == variable.id));
        variable.reliability == "double" || self.names_rows(&variable.id) || self.variables.iter().any(steers)
    }

    /// Codes that stand where the question is closed and stood not so before: answers to what was not asked. A code that was right and whose question
    /// closed afterwards is none of them.
    pub fn not_asked(&self, before: &Record, now: &Record) -> Vec<Place> {
        let stands = |place: &Place| now.0.get(&place.level).and_then(|rows| rows.get(place.row)).and_then(|row| row.get(&place.variable));
        // In whatever row: rows move.
        let stood = |place: &Place| before.0.get(&place.level).into_iter().flatten().any(|row| row.get(&place.variable) == stands(place));
        self.examine(now).leftover.into_iter().filter(|place| !stood(place)).collect()
    }
}
