//! Which rows of two codings are about the same person, contact or factor. Coders who do not see each other put rows in an order of their
//! own and find rows the other does not, so that their place says nothing.
//!
//! Rows are called the same by what names them, in this order:
//! 1. a coded key (the factor of a row of factors): equal or not the same row;
//! 2. what they link or hang under: the rows of a pair are the same when both linked rows are;
//! 3. all others (victims, children, contacts, reviews ...) by likeness: each equal answer speaks for, each unequal one against, an equal key
//!    of the row as two equal answers. The best pair goes first, then the best of what is left; of equals the one at the same place.
//!
//! A key alone does not do: two coders who each add a row give it the same next key, for another person. Two rows with more unequal than
//! equal answers are not the same, unless they bear the same key or are the only ones. Likeness makes the agreement of rows without a
//! coded key look a little better than it is, as every matching of units that coders found themselves does; the variables that tell rows
//! apart (age, sex, organisation, whom a contact was with) weigh in it like the rest.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::plan::Source;
use crate::record::{Record, Row};
use crate::sheet::{Answer, Sheet, depth};
use crate::{Codebook, Variable};

/// Where a row stands in each of two codings.
pub type Paired = [Option<usize>; 2];

/// What an equal key speaks for.
const KEY_WEIGHS: i64 = 2;

/// Two codings as one: the rows of the first, then those only the second has, with their keys and links and nothing else.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Joined {
    /// The rows.
    pub rows: Record,
    /// Of each row of a level where it stands in both.
    pub from: BTreeMap<String, Vec<Paired>>,
}

/// Whether two values are the same code: a list whatever its order, nothing as nothing.
pub fn same_code(one: &Value, other: &Value) -> bool {
    sorted(one) == sorted(other)
}

fn sorted(value: &Value) -> Value {
    let Value::Array(codes) = value else { return value.clone() };
    let mut codes = codes.clone();
    codes.sort_by_key(|code| (code.as_i64(), code.to_string()));
    codes.into()
}

impl Codebook {
    /// The rows of two codings by level: those of the first in their order, each with its match, then those only the second has.
    pub fn paired(&self, codings: [&Record; 2]) -> BTreeMap<String, Vec<Paired>> {
        let sheets = codings.map(|record| Sheet::of(self, record));
        let mut found: Vec<Vec<Paired>> = vec![vec![]; self.levels.len()];
        for level in self.outermost_first() {
            found[level] = level_paired(self, &sheets, level, &found);
        }
        self.levels.iter().zip(found).filter(|(_, pairs)| !pairs.is_empty()).map(|(level, pairs)| (level.id.clone(), pairs)).collect()
    }

    fn outermost_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.levels.len()).collect();
        order.sort_by_key(|level| depth(self, *level));
        order
    }

    /// Two codings as one, for who settles them. Rows only the second has link the rows that stand for those they linked.
    pub fn joined(&self, codings: [&Record; 2]) -> Joined {
        let [first, second] = codings;
        let (pairs, sheet, mut rows) = (self.paired(codings), Sheet::of(self, second), first.clone());
        self.name_links(&Sheet::of(self, first), &pairs, &mut rows);
        for level in self.outermost_first() {
            let (known, bond) = (&self.levels[level], &self.plan.bonds[level]);
            for pair in pairs.get(&known.id).into_iter().flatten() {
                let [None, Some(at)] = *pair else { continue };
                let mut row = Row::new();
                for other in bond.links.iter().chain(bond.parent.iter().filter(|parent| self.plan.bonds[**parent].parent.is_some())) {
                    let reached = sheet.rows[level].get(at).and_then(|line| line.reach.get(*other).copied().flatten());
                    let place = reached.and_then(|to| pairs.get(&self.levels[*other].id)?.iter().position(|pair| pair[1] == Some(to)));
                    if let Some(key) = place.and_then(|place| self.key_in(&mut rows, *other, place)) {
                        row.insert(format!("{}_key", self.levels[*other].id), key);
                    }
                }
                let own = second.0.get(&known.id).and_then(|rows| rows.get(at)).and_then(|row| row.get("key")).filter(|key| !key.is_null());
                let standing = rows.0.entry(known.id.clone()).or_default();
                if let Some(key) = own.filter(|key| !standing.iter().any(|row| row.get("key") == Some(key))) {
                    row.insert("key".into(), key.clone());
                }
                standing.push(row);
            }
        }
        Joined { rows, from: pairs }
    }

    /// Where rows join a level, what the rows there were link is no longer clear from their being the only ones: it is named.
    fn name_links(&self, sheet: &Sheet<'_>, pairs: &BTreeMap<String, Vec<Paired>>, rows: &mut Record) {
        for (level, bond) in self.plan.bonds.iter().enumerate() {
            for other in bond.links.iter().chain(&bond.parent) {
                let joins = pairs.get(&self.levels[*other].id).is_some_and(|pairs| pairs.iter().any(|pair| pair[0].is_none()));
                for (at, line) in sheet.rows[level].iter().enumerate().filter(|_| joins) {
                    let Some(to) = line.reach.get(*other).copied().flatten().filter(|_| sheet.named(level, at, *other).is_none()) else { continue };
                    if let (Some(key), Some(row)) = (self.key_in(rows, *other, to), rows.0.get_mut(&self.levels[level].id).and_then(|rows| rows.get_mut(at))) {
                        row.insert(format!("{}_key", self.levels[*other].id), key);
                    }
                }
            }
        }
    }

    /// The key of a row of a record, given one if it has none.
    fn key_in(&self, record: &mut Record, level: usize, at: usize) -> Option<Value> {
        let (id, member) = (&self.levels[level].id, &self.plan.bonds[level].key);
        let rows = record.0.get_mut(id)?;
        let borne = |row: &Row| row.get("key").filter(|key| !key.is_null()).or_else(|| row.get(member)).filter(|key| !key.is_null()).cloned();
        if let Some(key) = borne(rows.get(at)?) {
            return Some(key);
        }
        let key = (at + 1..).map(|number| Value::from(format!("{id}{number}"))).find(|key| !rows.iter().any(|row| borne(row).as_ref() == Some(key)))?;
        rows.get_mut(at)?.insert("key".into(), key.clone());
        Some(key)
    }

    /// What a record tells of the variables asked for, row by row and whatever the order and the keys of rows: two records that tell the
    /// same are alike. A row that links others tells what those tell.
    pub fn told(&self, record: &Record, asked: &dyn Fn(&Variable) -> bool) -> Vec<String> {
        let sheet = Sheet::of(self, record);
        let mut by_level: Vec<Vec<String>> = vec![vec![]; self.levels.len()];
        let mut all = vec![];
        for level in self.outermost_first() {
            let (known, bond) = (&self.levels[level], &self.plan.bonds[level]);
            for (at, row) in record.0.get(&known.id).into_iter().flatten().enumerate() {
                let values: BTreeMap<&String, Value> = row.iter().filter(|(id, value)| !value.is_null() && self.variable(id).is_some_and(|variable| variable.level == known.id && asked(variable))).map(|(id, value)| (id, sorted(value))).collect();
                let reached = |other: &usize| sheet.rows[level].get(at).and_then(|line| line.reach.get(*other).copied().flatten()).and_then(|to| by_level[*other].get(to).cloned()).unwrap_or_default();
                let of: Vec<String> = bond.links.iter().chain(bond.parent.iter().filter(|parent| self.plan.bonds[**parent].parent.is_some())).map(reached).collect();
                let says = !values.is_empty();
                let told = serde_json::json!([known.id, values, of]).to_string();
                if says {
                    all.push(told.clone());
                }
                by_level[level].push(told);
            }
        }
        all.sort();
        all
    }
}

fn level_paired(book: &Codebook, sheets: &[Sheet<'_>; 2], level: usize, found: &[Vec<Paired>]) -> Vec<Paired> {
    let bond = &book.plan.bonds[level];
    let [one, other] = sheets.each_ref().map(|sheet| sheet.rows[level].len());
    let named = book.plan.by_id.get(&bond.key).and_then(|slot| book.plan.slots.get(*slot)).and_then(|slot| match slot.source {
        Source::Coded(_, place) if slot.level == level => Some(place),
        _ => None,
    });
    let around: Vec<usize> = bond.links.iter().copied().chain(bond.parent).collect();
    let matched: Vec<BTreeSet<[usize; 2]>> = around.iter().map(|of| found[*of].iter().filter_map(|pair| Some([pair[0]?, pair[1]?])).collect()).collect();
    let mut likely = vec![];
    for a in 0..one {
        for b in 0..other {
            let (left, right) = (&sheets[0].rows[level][a], &sheets[1].rows[level][b]);
            let fits = around.iter().zip(&matched).all(|(of, matched)| match (left.reach.get(*of).copied().flatten(), right.reach.get(*of).copied().flatten()) {
                (Some(x), Some(y)) => matched.contains(&[x, y]),
                (None, None) => true,
                _ => !bond.links.contains(of),
            });
            let code = |line: &crate::sheet::Line| named.and_then(|place| match line.answers.get(place) { Some(Answer::Code(code)) => Some(*code), _ => None });
            let (mine, theirs) = (code(left), code(right));
            if !fits || mine != theirs && mine.is_some() && theirs.is_some() {
                continue;
            }
            let mut likeness = left.answers.iter().zip(&right.answers).map(|(one, other)| alike(one, other)).sum::<i64>();
            let key = left.beside.get("key").filter(|key| !key.is_null()).is_some_and(|key| right.beside.get("key") == Some(key));
            let same = key || mine.is_some() && mine == theirs || !bond.links.is_empty() || one == 1 && other == 1;
            likeness += if key { KEY_WEIGHS } else { 0 };
            if same || likeness >= 0 {
                likely.push((std::cmp::Reverse(likeness), !key, a != b, a, b));
            }
        }
    }
    likely.sort();
    let (mut left, mut right) = (vec![None; one], vec![false; other]);
    for (.., a, b) in likely {
        if left[a].is_none() && !right[b] {
            (left[a], right[b]) = (Some(b), true);
        }
    }
    let only_second = right.iter().enumerate().filter(|(_, taken)| !**taken).map(|(b, _)| [None, Some(b)]);
    left.iter().enumerate().map(|(a, b)| [Some(a), *b]).chain(only_second).collect()
}

/// Whether two answers speak for the same row, or against it; what is missing does neither.
fn alike(one: &Answer, other: &Answer) -> i64 {
    match (one, other) {
        (Answer::Nothing | Answer::Missing(_), _) | (_, Answer::Nothing | Answer::Missing(_)) => 0,
        (Answer::Codes(one), Answer::Codes(other)) => if one.iter().collect::<BTreeSet<_>>() == other.iter().collect::<BTreeSet<_>>() { 1 } else { -1 },
        _ => if one == other { 1 } else { -1 },
    }
}
