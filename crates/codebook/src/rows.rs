//! Which rows a record should have: every pair of victim and suspect, every factor in scope, a review also when none was held.

use serde::Serialize;
use serde_json::Value;

use crate::evaluate::{Held, Truth, View};
use crate::record::{MOST_ROWS, Record, Row};
use crate::sheet::{Answer, Line, Sheet};
use crate::Codebook;

/// A row that should be there.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Absent {
    /// Its level.
    pub level: String,
    /// For a pair the rows it links: level and row.
    pub links: Vec<(String, usize)>,
    /// For a factor its code.
    pub factor: Option<i64>,
}

/// How the rows of a record differ from those it should have.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Rows {
    /// Rows to add.
    pub absent: Vec<Absent>,
    /// Rows that should not be there, level and row: a pair or a factor that stands twice or links nobody, a factor out of scope.
    pub surplus: Vec<(String, usize)>,
}

impl Codebook {
    /// Compares the rows of a record with those it should have. Scopes that can't be decided yet ask for no row and forbid none.
    pub fn rows(&self, record: &Record) -> Rows {
        Sheet::of(self, record).compared()
    }

    /// Adds the rows a record should have, with keys to link them by; takes none away. Whether anything was added or linked.
    pub fn complete(&self, record: &mut Record) -> bool {
        let mut sheet = Sheet::of(self, record);
        if !sheet.complete() {
            return false;
        }
        // What no sheet holds, an impossible code for instance, is kept as it stood.
        for (level, rows) in sheet.record().0 {
            let kept = record.0.entry(level).or_default();
            for (number, row) in rows.into_iter().enumerate() {
                match kept.get_mut(number) {
                    Some(kept) => row.into_iter().for_each(|(id, value)| {
                        let place = kept.entry(id).or_insert(Value::Null);
                        if place.is_null() {
                            *place = value;
                        }
                    }),
                    None => kept.push(row),
                }
            }
        }
        true
    }
}

impl Sheet<'_> {
    fn compared(&self) -> Rows {
        let (book, plan) = (self.book, &self.book.plan);
        let mut found = Rows::default();
        // Such a record is refused by `faults`; its rows are not worth pairing.
        if self.rows.iter().any(|rows| rows.len() > MOST_ROWS) {
            return found;
        }
        for (at, level) in book.levels.iter().enumerate() {
            let bond = &plan.bonds[at];
            let named = |links: Vec<(String, usize)>, factor| Absent { level: level.id.clone(), links, factor };
            let lacking = level.at_least.saturating_sub(self.rows[at].len());
            found.absent.extend((0..lacking).map(|_| named(vec![], None)));
            if !bond.links.is_empty() {
                let mut seen = vec![];
                for (number, line) in self.rows[at].iter().enumerate() {
                    let pair: Vec<Option<usize>> = bond.links.iter().map(|link| line.reach.get(*link).copied().flatten()).collect();
                    if pair.contains(&None) || seen.contains(&pair) { found.surplus.push((level.id.clone(), number)) } else { seen.push(pair) }
                }
                let many = bond.links.iter().fold(1_usize, |many, link| many.saturating_mul(self.rows[*link].len()));
                let wanted = if many > MOST_ROWS { vec![] } else { pairs(&bond.links.iter().map(|link| self.rows[*link].len()).collect::<Vec<_>>()) };
                for pair in wanted {
                    if !seen.contains(&pair.iter().copied().map(Some).collect()) {
                        found.absent.push(named(bond.links.iter().zip(pair).map(|(link, row)| (book.levels[*link].id.clone(), row)).collect(), None));
                    }
                }
            }
            if let Some(factors) = plan.factors.as_ref().filter(|factors| factors.level == at) {
                let (scopes, view, mut seen) = (View::of(self).scopes(), View::of(self), vec![]);
                let scope = |code: i64| factors.each.iter().find(|(known, ..)| *known == code).and_then(|(_, scope, _)| scopes.get(*scope));
                for number in 0..self.rows[at].len() {
                    match view.value(factors.factor, number) {
                        Held::Code(code) if seen.contains(&code) || matches!(scope(code), None | Some(Truth::False)) => found.surplus.push((level.id.clone(), number)),
                        Held::Code(code) => seen.push(code),
                        _ => {}
                    }
                }
                let wanted = factors.each.iter().filter(|(code, scope, _)| scopes.get(*scope) == Some(&Truth::True) && !seen.contains(code));
                found.absent.extend(wanted.map(|(code, ..)| named(vec![], Some(*code))));
            }
        }
        found
    }

    /// Adds the rows the record should have, as `Codebook::complete` does. Whether anything was added or linked.
    pub fn complete(&mut self) -> bool {
        // Rows hang under rows, and scopes lean on rows: what is added may ask for more, by no more steps than there are levels.
        (0..=self.book.levels.len()).take_while(|_| self.add_absent()).count() > 0
    }

    fn add_absent(&mut self) -> bool {
        let absent = self.compared().absent;
        let (book, mut changed) = (self.book, false);
        // First the links that were only clear from the order: it changes with the rows that follow.
        for at in 0..book.levels.len() {
            for link in &book.plan.bonds[at].links {
                let unnamed: Vec<(usize, usize)> = self.rows[at].iter().enumerate().filter(|(row, _)| self.named(at, *row, *link).is_none())
                    .filter_map(|(row, line)| Some((row, line.reach.get(*link).copied()??))).collect();
                let needed = !unnamed.is_empty() && self.rows[*link].len() > 1 || absent.iter().any(|absent| absent.level == book.levels[at].id);
                for (row, to) in unnamed.into_iter().filter(|_| needed) {
                    if let Some(key) = key_of(self, *link, to) {
                        self.rows[at][row].beside.insert(format!("{}_key", book.levels[*link].id), key);
                        changed = true;
                    }
                }
            }
        }
        for one in absent {
            let mut beside = Row::new();
            for (level, row) in &one.links {
                if let Some(key) = book.level(level).and_then(|at| key_of(self, at, *row)) {
                    beside.insert(format!("{level}_key"), key);
                }
            }
            if beside.len() < one.links.len() {
                continue;
            }
            let Some(row) = self.add(&one.level, beside) else { continue };
            if let (Some(code), Some(factors)) = (one.factor, &book.plan.factors) {
                self.put(&book.plan.slots[factors.factor].id, row, Answer::Code(code));
            }
            changed = true;
        }
        if changed {
            self.bind();
        }
        changed
    }
}

/// The key of a row, given one if it has none; `None` when another row bears it too, so that it names nobody.
fn key_of(sheet: &mut Sheet, level: usize, row: usize) -> Option<Value> {
    let member = sheet.book.plan.bonds[level].key.clone();
    let bears = |line: &Line, key: &Value| line.beside.get("key") == Some(key) || line.beside.get(&member) == Some(key);
    let beside = &sheet.rows[level][row].beside;
    if let Some(key) = beside.get("key").filter(|key| !key.is_null()).or_else(|| beside.get(&member)).filter(|key| !key.is_null()) {
        return sheet.rows[level].iter().position(|line| bears(line, key)).filter(|first| *first == row).map(|_| key.clone());
    }
    let name = &sheet.book.levels[level].id;
    let free = |key: &Value| !sheet.rows[level].iter().any(|line| bears(line, key));
    let key = (row + 1..).map(|number| Value::from(format!("{name}{number}"))).find(free)?;
    sheet.rows[level][row].beside.insert("key".into(), key.clone());
    Some(key)
}

/// Every combination of rows, the last turning fastest.
fn pairs(many: &[usize]) -> Vec<Vec<usize>> {
    many.iter().fold(vec![vec![]], |pairs, many| pairs.into_iter().flat_map(|pair| (0..*many).map(move |row| pair.iter().copied().chain([row]).collect())).collect())
}
