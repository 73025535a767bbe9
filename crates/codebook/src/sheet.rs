//! A record laid out for working: every answer at the place of its variable, every row with the rows it belongs to.

use chrono::{Days, Months, NaiveDate};
use serde_json::Value;

use crate::plan::{Holds, Source};
use crate::record::{Record, Row};
use crate::Codebook;

/// What stands in a row for a variable. What can't be an answer counts as none; `faults` tells of it.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Answer {
    /// Nothing yet.
    #[default]
    Nothing,
    /// Missing, for a reason a coder gave: -6 or -8.
    Missing(i64),
    /// A code or a number.
    Code(i64),
    /// Several codes.
    Codes(Vec<i64>),
    /// A day, a month or a year: its text, and the first and last day it can be.
    When(String, NaiveDate, NaiveDate),
    /// Text.
    Text(String),
}

impl Answer {
    /// A date as far as known: `2024`, `2024-05` or `2024-05-01`.
    pub fn when(text: &str) -> Option<Answer> {
        let (first, months, days) = match text.len() {
            4 => (format!("{text}-01-01"), 12, 0),
            7 => (format!("{text}-01"), 1, 0),
            _ => (text.to_owned(), 0, 1),
        };
        let first: NaiveDate = first.parse().ok()?;
        let last = first.checked_add_months(Months::new(months))?.checked_add_days(Days::new(days))?.pred_opt()?;
        Some(Answer::When(text.to_owned(), first, last))
    }

    fn read(value: &Value, holds: Holds) -> Answer {
        let answer = match (value, holds) {
            (Value::Number(number), _) if number.as_i64().is_some_and(|number| (-9..=-6).contains(&number)) => match number.as_i64() {
                Some(code @ (-6 | -8)) => Some(Answer::Missing(code)),
                _ => None,
            },
            (Value::Number(number), Holds::Number) => number.as_i64().map(Answer::Code),
            (Value::Array(codes), Holds::Codes) => codes.iter().map(Value::as_i64).collect::<Option<Vec<_>>>().map(|codes| Answer::Codes(once(codes))),
            (Value::Number(year), Holds::When) => year.as_i64().and_then(|year| Answer::when(&format!("{year:04}"))),
            (Value::String(text), Holds::When) => Answer::when(text),
            (Value::String(text), Holds::Text) => Some(Answer::Text(text.clone())),
            (Value::Number(number), Holds::Text) => Some(Answer::Text(number.to_string())),
            _ => None,
        };
        answer.unwrap_or_default()
    }

    /// As a record holds it; nothing for none.
    pub fn value(&self) -> Option<Value> {
        match self {
            Answer::Nothing => None,
            Answer::Missing(code) | Answer::Code(code) => Some((*code).into()),
            Answer::Codes(codes) => Some(codes.clone().into()),
            Answer::When(text, ..) | Answer::Text(text) => Some(text.as_str().into()),
        }
    }
}

/// Each code once, where it first stood: a code told twice is one code.
fn once(codes: Vec<i64>) -> Vec<i64> {
    let mut seen = std::collections::BTreeSet::new();
    codes.into_iter().filter(|code| seen.insert(*code)).collect()
}

#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) answers: Vec<Answer>,
    /// Per level the row this one is, hangs under or links.
    pub(crate) reach: Vec<Option<usize>>,
    /// Keys, links and whatever else is no variable.
    pub(crate) beside: Row,
}

/// The member of the outermost row that names the levels somebody looked for; a record without it was looked into on every level. Only an
/// import sets it: a file without columns for children does not say that there were none.
pub(crate) const LOOKED_FOR: &str = "looked_for";

/// A record laid out by a codebook.
#[derive(Clone, Debug)]
pub struct Sheet<'a> {
    pub(crate) book: &'a Codebook,
    pub(crate) rows: Vec<Vec<Line>>,
    /// Levels and members the codebook does not know, kept so that nothing is lost.
    strange: Record,
    /// Levels nobody looked for: that they have no row, or no more rows, says nothing.
    unlooked: Vec<bool>,
}

impl<'a> Sheet<'a> {
    /// Lays a record out.
    pub fn of(book: &'a Codebook, record: &Record) -> Sheet<'a> {
        let mut sheet = Sheet { book, rows: vec![vec![]; book.levels.len()], strange: Record::default(), unlooked: vec![false; book.levels.len()] };
        for (id, rows) in &record.0 {
            let Some(level) = book.level(id) else {
                sheet.strange.0.insert(id.clone(), rows.clone());
                continue;
            };
            sheet.rows[level] = rows.iter().map(|row| read_row(book, level, row)).collect();
        }
        sheet.unlooked = sheet.not_looked_for();
        sheet.bind();
        sheet
    }
    /// An empty one.
    pub fn empty(book: &'a Codebook) -> Sheet<'a> {
        Sheet { book, rows: vec![vec![]; book.levels.len()], strange: Record::default(), unlooked: vec![false; book.levels.len()] }
    }
    /// Per level whether nobody looked for its rows. Rows of pairs follow from the rows they link, so they are looked for with those.
    fn not_looked_for(&self) -> Vec<bool> {
        let outermost = self.book.plan.bonds.iter().position(|bond| bond.parent.is_none()).unwrap_or_default();
        let Some(told) = self.rows.get(outermost).and_then(|rows| rows.first()?.beside.get(LOOKED_FOR)?.as_array()) else { return vec![false; self.book.levels.len()] };
        let named = |level: usize| level == outermost || told.iter().any(|id| id.as_str() == Some(&self.book.levels[level].id));
        self.book.plan.bonds.iter().enumerate().map(|(level, bond)| !named(level) && (bond.links.is_empty() || !bond.links.iter().all(|link| named(*link)))).collect()
    }
    /// Takes every level without rows for one nobody came to yet: while codes are not final, no row there says nothing.
    pub(crate) fn unfinished(&mut self) {
        for (level, unlooked) in self.unlooked.iter_mut().enumerate() {
            let outermost = self.book.plan.bonds.get(level).is_some_and(|bond| bond.parent.is_none());
            *unlooked |= !outermost && self.rows.get(level).is_some_and(Vec::is_empty);
        }
    }
    pub(crate) fn unlooked(&self, level: usize) -> bool {
        self.unlooked.get(level).copied().unwrap_or_default()
    }
    /// How many rows a level has.
    pub fn len(&self, level: &str) -> usize {
        self.book.level(level).and_then(|level| self.rows.get(level)).map_or(0, Vec::len)
    }
    /// Whether no level has a row.
    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(Vec::is_empty)
    }
    /// Adds a row with its key and links; `None` for a level the codebook lacks. Call `bind` once the rows are there.
    pub fn add(&mut self, level: &str, beside: Row) -> Option<usize> {
        let at = self.book.level(level)?;
        let coded = self.book.plan.bonds.get(at)?.coded;
        let rows = self.rows.get_mut(at)?;
        rows.push(Line { answers: vec![Answer::Nothing; coded], reach: vec![], beside });
        Some(rows.len() - 1)
    }
    /// What stands there.
    pub fn answer(&self, variable: &str, row: usize) -> Option<&Answer> {
        let (level, place) = self.place(variable)?;
        self.rows.get(level)?.get(row)?.answers.get(place)
    }
    /// Puts an answer; whether there was a place for it.
    pub fn put(&mut self, variable: &str, row: usize, answer: Answer) -> bool {
        let place = self.place(variable).and_then(|(level, place)| self.rows.get_mut(level)?.get_mut(row)?.answers.get_mut(place));
        place.map(|place| *place = answer).is_some()
    }
    fn place(&self, variable: &str) -> Option<(usize, usize)> {
        self.place_of(*self.book.plan.by_id.get(variable)?)
    }
    pub(crate) fn place_of(&self, slot: usize) -> Option<(usize, usize)> {
        let slot = self.book.plan.slots.get(slot)?;
        match slot.source {
            Source::Coded(_, place) => Some((slot.level, place)),
            Source::Derived(_) => None,
        }
    }
    /// As a record again.
    pub fn record(&self) -> Record {
        let mut record = self.strange.clone();
        for ((level, bond), rows) in self.book.levels.iter().zip(&self.book.plan.bonds).zip(&self.rows).filter(|(_, rows)| !rows.is_empty()) {
            let ids: Vec<&str> = bond.slots.iter().take(bond.coded).map(|slot| self.book.plan.slots[*slot].id.as_str()).collect();
            record.0.insert(level.id.clone(), rows.iter().map(|line| {
                let told = ids.iter().zip(&line.answers).filter_map(|(id, answer)| Some(((*id).to_owned(), answer.value()?)));
                line.beside.clone().into_iter().chain(told).collect()
            }).collect());
        }
        record
    }

    /// Finds for every row the rows it belongs to: by key; the only one there is; or, for rows that are complete pairs without
    /// keys, by their order.
    pub fn bind(&mut self) {
        let bonds = &self.book.plan.bonds;
        let mut order: Vec<usize> = (0..bonds.len()).collect();
        order.sort_by_key(|level| depth(self.book, *level));
        for level in order {
            let bond = &bonds[level];
            let pairs: usize = bond.links.iter().map(|link| self.rows[*link].len()).product();
            let in_order = !bond.links.is_empty() && pairs == self.rows[level].len();
            for number in 0..self.rows[level].len() {
                let mut reach = vec![None; bonds.len()];
                let mut rest = number;
                // The last link turns fastest: pairs stand victim by victim.
                for link in bond.links.iter().rev() {
                    let many = self.rows[*link].len().max(1);
                    let by_order = in_order.then_some(rest % many);
                    rest /= many;
                    self.reach(&mut reach, *link, self.named(level, number, *link).unwrap_or_else(|| self.only(*link).or(by_order)));
                }
                if let Some(parent) = bond.parent {
                    self.reach(&mut reach, parent, self.named(level, number, parent).unwrap_or_else(|| self.only(parent)));
                }
                reach[level] = Some(number);
                self.rows[level][number].reach = reach;
            }
        }
    }
    fn reach(&self, reach: &mut [Option<usize>], level: usize, row: Option<usize>) {
        let Some(line) = row.and_then(|row| self.rows.get(level)?.get(row)) else { return };
        for (known, further) in reach.iter_mut().zip(&line.reach) {
            *known = known.or(*further);
        }
    }
    fn only(&self, level: usize) -> Option<usize> {
        (self.rows[level].len() == 1).then_some(0)
    }
    /// The row of another level that a row names; `None` when it names none, `Some(None)` when the one it names is not there.
    pub(crate) fn named(&self, level: usize, row: usize, other: usize) -> Option<Option<usize>> {
        let beside = &self.rows[level][row].beside;
        let (id, key) = (&self.book.levels[other].id, self.book.plan.bonds[other].key.as_str());
        let named = beside.get(&format!("{id}_key")).or_else(|| beside.get(key)).filter(|named| !named.is_null())?;
        Some(self.rows[other].iter().position(|line| line.beside.get("key") == Some(named) || line.beside.get(key) == Some(named)))
    }
    /// The rows of a level that belong to a row of another: those that hang under or link it, else all.
    pub(crate) fn under(&self, level: usize, from: usize, row: usize) -> impl Iterator<Item = usize> + '_ {
        let bound = level != from && self.book.plan.reaches(level, from);
        self.rows.get(level).into_iter().flatten().enumerate().filter(move |(_, line)| !bound || line.reach.get(from).copied().flatten() == Some(row)).map(|(number, _)| number)
    }
}

pub(crate) fn depth(book: &Codebook, level: usize) -> usize {
    book.plan.bonds.get(level).map_or(0, |bond| bond.parent.iter().chain(&bond.links).map(|next| depth(book, *next) + 1).max().unwrap_or(0))
}

fn read_row(book: &Codebook, level: usize, row: &Row) -> Line {
    let bond = &book.plan.bonds[level];
    let mut line = Line { answers: vec![Answer::Nothing; bond.coded], reach: vec![], beside: Row::new() };
    for (id, value) in row {
        match book.plan.by_id.get(id).and_then(|slot| book.plan.slots.get(*slot)).filter(|slot| slot.level == level) {
            Some(slot) => {
                if let Source::Coded(_, place) = slot.source {
                    line.answers[place] = Answer::read(value, slot.holds);
                }
            }
            None => {
                line.beside.insert(id.clone(), value.clone());
            }
        }
    }
    line
}
