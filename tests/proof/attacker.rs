//! An attacker on the register, from outside: what came over HTTP, and every key of every case. Nothing of the gate's own code is
//! used; the reconstruction is a port of the reference attack (bounded least squares over everything released).

use std::collections::{BTreeMap, BTreeSet};

use codebook::Codebook;
use serde_json::Value;

/// Most a shown figure may lie from the truth: noise of at most three, rounding of at most two.
const OFF: i64 = 5;
/// Fewest cases in a shown cell and in its remainder.
const LEAST: i64 = 10;
/// The code of those to whom a question does not apply: an attacker knows who they are.
const OUTSIDE: i64 = -7;
/// Fewest cases to whom the question applies in a group of which a cell is shown: a smaller one hides all, whatever it holds.
const LEAST_GROUP: i64 = 26;

/// A unit (case, victim, relation ...) as the attacker knows it: its case, its codes. Answers among them are for the judge only.
pub struct Unit {
    pub case: u32,
    codes: BTreeMap<String, Value>,
}

/// All units of a register, by level.
pub struct Truth(BTreeMap<String, Vec<Unit>>);

impl Truth {
    /// The invented records of a seed, as they were frozen: cases whose own keys are unknown stay out.
    pub fn of(book: &Codebook, seed: u64, cases: u32) -> Truth {
        let keys: BTreeSet<&str> = book.columns().filter(|column| column.gate == "key").map(|column| column.id).collect();
        let outermost = |level: &str| book.levels.iter().any(|known| known.id == level && known.parent.is_none());
        let own: Vec<&str> = book.columns().filter(|column| column.gate == "key" && outermost(column.level)).map(|column| column.id).collect();
        let mut levels: BTreeMap<String, Vec<Unit>> = BTreeMap::new();
        for (case, record) in (1..).zip(synthetic::generate(book, seed, cases as usize).unwrap()) {
            let flat = book.flat(&record);
            let known = |row: &codebook::FlatRow| own.iter().all(|id| row.values.get(*id).and_then(Value::as_i64).is_some_and(|code| code >= 0));
            if !book.levels.iter().filter(|level| level.parent.is_none()).all(|level| flat[&level.id].iter().all(known)) {
                continue;
            }
            for (level, rows) in &flat {
                for row in rows {
                    let mut codes: BTreeMap<String, Value> = row.values.iter().map(|(id, value)| (id.clone(), value.clone())).collect();
                    for (other, at) in &row.belongs {
                        codes.extend(flat[other][*at].values.iter().filter(|(id, _)| keys.contains(id.as_str())).map(|(id, value)| (id.clone(), value.clone())));
                    }
                    levels.entry(level.clone()).or_default().push(Unit { case, codes });
                }
            }
        }
        Truth(levels)
    }

    /// Puts another code in the place of a case's own.
    pub fn correct(&mut self, case: u32, variable: &str, code: i64) {
        for unit in self.0.get_mut("case").into_iter().flatten().filter(|unit| unit.case == case) {
            unit.codes.insert(variable.to_owned(), code.into());
        }
    }

    /// The units of a level.
    pub fn units(&self, level: &str) -> &[Unit] {
        self.0.get(level).map(Vec::as_slice).unwrap_or_default()
    }
}

/// A key or an outcome as `GET /register/outcomes` tells it.
#[derive(Clone)]
pub struct Listed {
    pub id: String,
    pub codes: Vec<i64>,
    /// Units of a key; the unit of an outcome.
    pub units: Vec<String>,
    pub period: bool,
}

impl Listed {
    /// Read from the answer.
    pub fn of(told: &Value) -> Listed {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Listed {
            id: text(&told["id"]), codes: told["categories"].as_array().unwrap().iter().map(|category| category["code"].as_i64().unwrap()).collect(),
            units: told["units"].as_array().map_or_else(|| vec![text(&told["unit"])], |units| units.iter().map(text).collect()), period: told["period"] == Value::Bool(true),
        }
    }
    /// The variable it is an answer of.
    pub fn variable(&self) -> &str {
        self.id.split_once(':').map_or(self.id.as_str(), |(variable, _)| variable)
    }
    /// Whether the question applies to a unit.
    pub fn applies(&self, unit: &Unit) -> bool {
        self.code(unit) != OUTSIDE
    }
    /// The code a unit has: what has no place of its own stands with the unknown ones.
    pub fn code(&self, unit: &Unit) -> i64 {
        let (variable, answer) = self.id.split_once(':').map_or((self.id.as_str(), None), |(variable, answer)| (variable, answer.parse::<i64>().ok()));
        let code = match (unit.codes.get(variable), answer) {
            (Some(Value::Array(codes)), Some(answer)) => i64::from(codes.iter().any(|code| code.as_i64() == Some(answer))),
            (value, _) => value.and_then(Value::as_i64).unwrap_or(-8),
        };
        if self.codes.contains(&code) { code } else if self.codes.contains(&-8) { -8 } else { self.codes[0] }
    }
}

/// A released table of one outcome, with who is in which group.
pub struct Table {
    pub keys: Vec<String>,
    /// Per group: its units by place in the level, its shown total, its figures by code of the outcome.
    pub groups: Vec<Group>,
}

/// A group of a table.
pub struct Group {
    pub codes: Vec<i64>,
    pub members: Vec<usize>,
    pub total: Option<i64>,
    pub cells: Vec<Option<i64>>,
}

fn shown(cell: &Value) -> Option<i64> {
    cell["shown"]["units"].as_i64()
}

impl Table {
    /// A table as it came, over units the attacker knows by their keys.
    pub fn of(told: &Value, keys: &[Listed], units: &[Unit]) -> Table {
        let names: Vec<String> = told["keys"].as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()).collect();
        let by: Vec<&Listed> = names.iter().map(|name| keys.iter().find(|key| key.id == *name).unwrap()).collect();
        let mut members: BTreeMap<Vec<i64>, Vec<usize>> = BTreeMap::new();
        for (place, unit) in units.iter().enumerate() {
            members.entry(by.iter().map(|key| key.code(unit)).collect()).or_default().push(place);
        }
        let groups = told["body"]["groups"].as_array().unwrap().iter().map(|group| {
            let codes: Vec<i64> = group["codes"].as_array().unwrap().iter().map(|code| code.as_i64().unwrap()).collect();
            Group { members: members.get(&codes).cloned().unwrap_or_default(), codes, total: shown(&group["total"]), cells: group["cells"].as_array().unwrap().iter().map(shown).collect() }
        });
        Table { groups: groups.collect(), keys: names }
    }

    /// The same table over those to whom the question applies, numbered anew: who the others are follows from their keys.
    pub fn applying(&self, outcome: &Listed, units: &[Unit]) -> Table {
        let mut next = 0;
        let places: Vec<Option<usize>> = units.iter().map(|unit| {
            let place = outcome.applies(unit).then_some(next);
            next += usize::from(place.is_some());
            place
        }).collect();
        // The table has no cell of the others.
        let cells = |group: &Group| -> Vec<Option<i64>> {
            let mut left = group.cells.iter();
            outcome.codes.iter().map(|code| if *code == OUTSIDE { Some(0) } else { left.next().copied().flatten() }).collect()
        };
        let groups = self.groups.iter().map(|group| Group { codes: group.codes.clone(), members: group.members.iter().filter_map(|place| places[*place]).collect(), total: group.total, cells: cells(group) });
        Table { keys: self.keys.clone(), groups: groups.collect() }
    }

    /// Cells by their keys, as the budget counts.
    pub fn cells(&self) -> usize {
        self.groups.len()
    }
}

impl Group {
    fn tells(&self) -> bool {
        self.total.is_some() || self.cells.iter().any(Option::is_some)
    }
}

/// Pairs of groups of which something of an outcome is shown, and those among them that one to nine cases tell apart, whether one lies in the other or
/// not: of all cases, or of those to whom the question applies. Cases that were corrected since are part of the difference to what was shown before.
pub fn pairs(outcome: &Listed, tables: &[&Table], units: &[Unit], before: &[&Table], units_before: &[Unit], corrected: &BTreeSet<u32>) -> (usize, Vec<String>) {
    // By unit whether the question applies.
    let sets = |tables: &[&Table], units: &[Unit]| -> Vec<(String, BTreeSet<(u32, usize, bool)>)> {
        // A unit is named by its case and its number within it, which are the same in the next snapshot.
        let mut number: BTreeMap<u32, usize> = BTreeMap::new();
        let names: Vec<(u32, usize, bool)> = units.iter().map(|unit| { let next = number.entry(unit.case).or_default(); *next += 1; (unit.case, *next, outcome.applies(unit)) }).collect();
        tables.iter().flat_map(|table| table.groups.iter().filter(|group| group.tells()).map(|group| (format!("{:?} {:?}", table.keys, group.codes), group.members.iter().map(|place| names[*place]).collect::<BTreeSet<_>>())))
            .collect()
    };
    let (now, mut earlier) = (sets(tables, units), sets(before, units_before));
    for (_, people) in &mut earlier {
        // Whoever was corrected is somebody else.
        *people = people.iter().map(|(case, unit, applies)| (*case, if corrected.contains(case) { unit + 1_000_000 } else { *unit }, *applies)).collect();
    }
    let (mut compared, mut found) = (0, vec![]);
    for (at, (name, people)) in now.iter().enumerate() {
        let others = now.iter().skip(at + 1).map(|(name, people)| ("", name, people)).chain(earlier.iter().map(|(name, people)| ("earlier ", name, people)));
        for (when, other, theirs) in others {
            compared += 1;
            // Stops at the tenth to whom it applies: most pairs have it at once.
            let (mut apart, mut asked) = (BTreeSet::new(), BTreeSet::new());
            for (case, _, applies) in people.symmetric_difference(theirs) {
                apart.insert(*case);
                if *applies { asked.insert(*case); }
                if asked.len() >= 10 { break }
            }
            if (1..10).contains(&apart.len()) || (1..10).contains(&asked.len()) {
                found.push(format!("{name} and {when}{other}: {} cases, of whom the question applies to {}", apart.len(), asked.len()));
            }
        }
    }
    (compared, found)
}

/// A code of an outcome, both by their places.
pub type Coded = (usize, usize);

/// People of the reference register who must have a code before all of them having another too says anything.
const ENOUGH: usize = 60;

/// What the codebook itself says a variable is a form of: its coarser one, and the one whose codes it merges.
fn forms_of<'a>(book: &'a Codebook, outcome: &'a Listed) -> BTreeSet<&'a str> {
    let variable = outcome.variable();
    let coarser = book.columns().find(|column| column.id == variable).and_then(|column| column.coarse);
    let merged = book.computed(variable).filter(|derived| derived.from.len() == 1 && matches!(derived.method.as_str(), "map" | "bands")).map(|derived| derived.from[0].as_str());
    std::iter::once(variable).chain(coarser).chain(merged).collect()
}

/// The words of the condition under which it is asked.
fn asked_by<'a>(book: &'a Codebook, outcome: &'a Listed) -> BTreeSet<&'a str> {
    let condition = book.variable(outcome.variable()).and_then(|variable| variable.condition.as_deref()).unwrap_or_default();
    condition.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').collect()
}

/// Codes of which one says another by how the codebook is made: two outcomes that it links, and of a reference register everybody with the first
/// code has the second, which not nearly everybody has.
pub fn nested(book: &Codebook, outcomes: &[Listed], reference: &Truth) -> Vec<(Coded, Coded)> {
    let place = |outcome: &Listed, unit: &Unit| { let code = outcome.code(unit); outcome.codes.iter().position(|known| *known == code).unwrap() };
    let places: Vec<Vec<usize>> = outcomes.iter().map(|outcome| reference.units(&outcome.units[0]).iter().map(|unit| place(outcome, unit)).collect()).collect();
    let linked: Vec<(BTreeSet<&str>, BTreeSet<&str>)> = outcomes.iter().map(|outcome| (forms_of(book, outcome), asked_by(book, outcome))).collect();
    let mut found = vec![];
    for (one, (forms, asked)) in linked.iter().enumerate() {
        for (other, (of_other, asked_other)) in linked.iter().enumerate().filter(|(other, _)| *other != one && outcomes[*other].units == outcomes[one].units) {
            if forms.is_disjoint(of_other) && asked.is_disjoint(of_other) && asked_other.is_disjoint(forms) {
                continue;
            }
            let mut both = vec![vec![0; outcomes[other].codes.len()]; outcomes[one].codes.len()];
            let mut all = vec![0; outcomes[other].codes.len()];
            for (narrow, wide) in places[one].iter().zip(&places[other]) {
                both[*narrow][*wide] += 1;
                all[*wide] += 1;
            }
            for (narrow, row) in both.iter().enumerate().filter(|(narrow, _)| outcomes[one].codes[*narrow] != OUTSIDE) {
                let people: usize = row.iter().sum();
                let wide = row.iter().position(|count| *count == people).filter(|wide| people >= ENOUGH && outcomes[other].codes[*wide] != OUTSIDE && all[*wide] * 5 <= places[other].len() * 4);
                found.extend(wide.map(|wide| ((one, narrow), (other, wide))));
            }
        }
    }
    found
}

/// Shown cells over the same people of two outcomes of which one code lies in the other, and those of them one to nine cases apart.
pub fn nested_cells(narrow: (&[Table], &Listed, usize), wide: (&[Table], &Listed, usize), units: &[Unit]) -> (usize, Vec<String>) {
    let (mut looked, mut found) = (0, vec![]);
    for (one, other) in narrow.0.iter().flat_map(|one| wide.0.iter().filter(move |other| other.keys == one.keys).map(move |other| (one, other))) {
        for (group, same) in one.groups.iter().zip(&other.groups).filter(|(group, same)| group.cells[narrow.2].is_some() && same.cells[wide.2].is_some()) {
            looked += 1;
            let has = |place: usize, of: (&[Table], &Listed, usize)| of.1.code(&units[place]) == of.1.codes[of.2];
            let apart: BTreeSet<u32> = group.members.iter().filter(|place| has(**place, narrow) != has(**place, wide)).map(|place| units[*place].case).collect();
            if (1..10).contains(&apart.len()) {
                found.push(format!("{} {} and {} {} by {:?} {:?}: {} cases", narrow.1.id, narrow.1.codes[narrow.2], wide.1.id, wide.1.codes[wide.2], one.keys, same.codes, apart.len()));
            }
        }
    }
    (looked, found)
}

/// Groups of which the attacker is certain that all, or none, of the people have a code; found by bounding every cell by what is
/// shown, by the sizes of groups, and by what tables of the same outcome add up to. Tables are those over whom the question applies to
/// ([`Table::applying`]), by the codes of the outcome. Groups looked at, and the certain ones.
pub fn certain(tables: &[&Table], codes: &[i64], units_are_cases: bool) -> (usize, Vec<String>) {
    let count = codes.len();
    let mut bounds: Vec<Vec<Vec<(i64, i64)>>> = tables.iter().map(|table| table.groups.iter().map(|group| {
        let size = i64::try_from(group.members.len()).unwrap();
        (0..count).map(|code| match group.cells[code] {
            _ if codes[code] == OUTSIDE => (0, 0),
            // Shown at all: ten on both sides.
            Some(figure) => ((figure - OFF).max(LEAST).min(size), (figure + OFF).min(size - LEAST).max(0)),
            None => (0, size),
        }).collect()
    }).collect()).collect();
    for _ in 0..30 {
        let before = bounds.clone();
        for (table, of_table) in tables.iter().zip(&mut bounds) {
            for (group, cells) in table.groups.iter().zip(of_table) {
                let size = i64::try_from(group.members.len()).unwrap();
                let (low, high) = cells.iter().fold((0, 0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
                for (code, cell) in cells.iter_mut().enumerate() {
                    *cell = (cell.0.max(size - (high - cell.1)), cell.1.min(size - (low - cell.0)));
                    // Hidden says: fewer than ten, or all but fewer than ten (unless the keys alone hide it, when the total is hidden as well).
                    if units_are_cases && size >= LEAST_GROUP && codes[code] != OUTSIDE && group.cells[code].is_none() && group.total.is_some() {
                        if cell.0 >= LEAST { cell.0 = cell.0.max(size - LEAST + 1) }
                        if cell.1 <= size - LEAST { cell.1 = cell.1.min(LEAST - 1) }
                    }
                }
            }
        }
        // The table by the period alone is the sum of every other table over its second key.
        let whole = tables.iter().position(|table| table.keys.len() == 1);
        for (at, table) in tables.iter().enumerate().filter(|(_, table)| table.keys.len() == 2) {
            let Some(whole) = whole else { break };
            for (number, period) in tables[whole].groups.iter().enumerate() {
                let parts: Vec<usize> = (0..table.groups.len()).filter(|part| table.groups[*part].codes[0] == period.codes[0]).collect();
                for code in 0..count {
                    let (low, high) = parts.iter().fold((0, 0), |sum, part| (sum.0 + bounds[at][*part][code].0, sum.1 + bounds[at][*part][code].1));
                    let all = bounds[whole][number][code];
                    bounds[whole][number][code] = (all.0.max(low), all.1.min(high));
                    let all = bounds[whole][number][code];
                    for part in &parts {
                        let cell = bounds[at][*part][code];
                        bounds[at][*part][code] = (cell.0.max(all.0 - (high - cell.1)), cell.1.min(all.1 - (low - cell.0)));
                    }
                }
            }
        }
        if bounds == before { break }
    }
    let (mut looked, mut found) = (0, vec![]);
    for (table, of_table) in tables.iter().zip(&bounds) {
        for (group, cells) in table.groups.iter().zip(of_table).filter(|(group, _)| !group.members.is_empty()) {
            looked += 1;
            let size = i64::try_from(group.members.len()).unwrap();
            for (code, (low, high)) in cells.iter().enumerate().filter(|(code, _)| codes[*code] != OUTSIDE) {
                if *high <= 0 || *low >= size {
                    found.push(format!("{:?} {:?}, {size} people, code {code}: {} have it", table.keys, group.codes, if *high <= 0 { "none" } else { "all" }));
                }
            }
        }
    }
    (looked, found)
}

/// People who share every key that was used: nothing released can tell them apart.
pub struct Classes {
    /// The class of each unit.
    of: Vec<usize>,
    sizes: Vec<f64>,
    /// Per table, the group of each class.
    groups: Vec<Vec<usize>>,
}

impl Classes {
    /// The classes of so many units over these tables.
    pub fn of(tables: &[&Table], units: usize) -> Classes {
        let mut group_of: Vec<Vec<usize>> = vec![vec![]; units];
        for table in tables {
            for (number, group) in table.groups.iter().enumerate() {
                for place in &group.members {
                    group_of[*place].push(number);
                }
            }
        }
        let (mut known, mut sizes, mut groups): (BTreeMap<Vec<usize>, usize>, Vec<f64>, Vec<Vec<usize>>) = (BTreeMap::new(), vec![], vec![vec![]; tables.len()]);
        let of = group_of.into_iter().map(|in_tables| {
            let next = known.len();
            let class = *known.entry(in_tables).or_insert_with_key(|in_tables| {
                sizes.push(0.0);
                groups.iter_mut().zip(in_tables).for_each(|(groups, group)| groups.push(*group));
                next
            });
            sizes[class] += 1.0;
            class
        });
        Classes { of: of.collect(), sizes, groups }
    }
}

/// How sure the attacker is of each unit that it has a code of the outcome: bounded least squares over all tables, one unknown per
/// class. `None` when nothing was shown to solve from.
pub fn guesses(tables: &[&Table], classes: &Classes, code: usize) -> Option<Vec<f64>> {
    // Per table and group: figures there are, and what they say on average.
    let rows: Vec<Vec<(f64, f64)>> = tables.iter().map(|table| table.groups.iter().map(|group| {
        let size = group.members.len() as f64;
        let mut says: Vec<f64> = group.cells[code].map(|figure| figure as f64).into_iter().collect();
        let others: Option<i64> = group.cells.iter().enumerate().filter(|(at, _)| *at != code).map(|(_, cell)| *cell).sum();
        says.extend(others.map(|others| size - others as f64));
        if says.is_empty() || size == 0.0 { (0.0, 0.0) } else { (says.len() as f64, says.iter().sum::<f64>() / says.len() as f64) }
    }).collect()).collect();
    let bound: f64 = rows.iter().map(|rows| rows.iter().map(|row| row.0).fold(0.0, f64::max)).sum();
    if bound == 0.0 {
        return None;
    }
    let mut x = vec![0.3; classes.sizes.len()];
    let (mut y, mut momentum) = (x.clone(), 1.0_f64);
    for _ in 0..150 {
        let mut slope = vec![0.0; x.len()];
        for ((table, rows), groups) in tables.iter().zip(&rows).zip(&classes.groups).filter(|((_, rows), _)| rows.iter().any(|row| row.0 > 0.0)) {
            let mut sum = vec![0.0; rows.len()];
            for ((group, people), y) in groups.iter().zip(&classes.sizes).zip(&y) {
                sum[*group] += people * y;
            }
            for (slope, group) in slope.iter_mut().zip(groups) {
                if rows[*group].0 > 0.0 { *slope += rows[*group].0 * (sum[*group] - rows[*group].1) / table.groups[*group].members.len() as f64 }
            }
        }
        let next_momentum = f64::midpoint(1.0, (1.0 + 4.0 * momentum * momentum).sqrt());
        let carry = (momentum - 1.0) / next_momentum;
        let next: Vec<f64> = y.iter().zip(&slope).map(|(y, slope)| (y - slope / bound).clamp(0.0, 1.0)).collect();
        let uphill: f64 = y.iter().zip(&next).zip(&x).map(|((y, next), x)| (y - next) * (next - x)).sum();
        y = next.iter().zip(&x).map(|(next, x)| next + carry * (next - x)).collect();
        x = next;
        momentum = if uphill > 0.0 { y.clone_from(&x); 1.0 } else { next_momentum };
    }
    Some(classes.of.iter().map(|class| x[*class]).collect())
}

/// What a statistician would guess who has no figure of one's own: the true share of the others in one's group, mean over the tables.
pub fn share_of_others(tables: &[&Table], answers: &[bool]) -> Vec<f64> {
    let mut guess = vec![0.0; answers.len()];
    for group in tables.iter().flat_map(|table| &table.groups) {
        let with = group.members.iter().filter(|place| answers[**place]).count() as f64;
        for place in &group.members {
            let others = (group.members.len() - 1) as f64;
            guess[*place] += if others > 0.0 { (with - f64::from(u8::from(answers[*place]))) / others } else { 0.3 };
        }
    }
    guess
}

/// Area under the curve, and of as many as have the answer, taken from the top (ties shared): how many have it.
pub fn score(guess: &[f64], answers: &[bool]) -> Option<(f64, f64)> {
    let mut order: Vec<(i64, bool)> = guess.iter().map(|guess| (guess * 1e9).round() as i64).zip(answers.iter().copied()).collect();
    order.sort_unstable_by_key(|(guess, _)| std::cmp::Reverse(*guess));
    let with = answers.iter().filter(|answer| **answer).count();
    if with == 0 || with == answers.len() {
        return None;
    }
    let (mut above, mut seen, mut area, mut hits) = (0.0, 0, 0.0, None);
    for tie in order.chunk_by(|one, other| one.0 == other.0) {
        let have = tie.iter().filter(|(_, answer)| *answer).count();
        area += (tie.len() - have) as f64 * (above + have as f64 / 2.0);
        if hits.is_none() && seen + tie.len() >= with {
            hits = Some((above + have as f64 * (with - seen) as f64 / tie.len() as f64) / with as f64);
        }
        above += have as f64;
        seen += tie.len();
    }
    Some((area / (with as f64 * (answers.len() - with) as f64), hits.unwrap_or_default()))
}

/// Shown figures less the truth, and the number of hidden ones.
pub fn errors(table: &Table, outcome: &Listed, units: &[Unit]) -> (Vec<i64>, usize) {
    let (mut errors, mut hidden) = (vec![], 0);
    for group in &table.groups {
        for (cell, code) in group.cells.iter().zip(&outcome.codes) {
            let truth = group.members.iter().filter(|place| outcome.code(&units[**place]) == *code).count();
            match cell {
                Some(figure) => errors.push(figure - i64::try_from(truth).unwrap()),
                None => hidden += 1,
            }
        }
    }
    (errors, hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(codes: &[i64], members: &[usize], cells: &[Option<i64>]) -> Group {
        Group { codes: codes.to_vec(), members: members.to_vec(), total: Some(members.len() as i64), cells: cells.to_vec() }
    }

    fn units(cases: u32) -> Vec<Unit> {
        (1..=cases).map(|case| Unit { case, codes: BTreeMap::new() }).collect()
    }

    /// The attack must find what a gate without rules would give away, or finding nothing says nothing.
    #[test]
    fn what_is_given_away_is_found() {
        // Twenty people in two groups of ten, and nine of one group in another table: exact figures of both.
        let all: Vec<usize> = (0..20).collect();
        let open = Table { keys: vec!["p".into()], groups: vec![group(&[1], &all[..10], &[Some(10), Some(0)]), group(&[2], &all[10..], &[Some(0), Some(10)])] };
        let near = Table { keys: vec!["p".into(), "q".into()], groups: vec![group(&[1, 1], &all[..9], &[Some(9), Some(0)])] };
        let people = units(20);
        let answers: Vec<bool> = (0..20).map(|place| place < 10).collect();
        let classes = Classes::of(&[&open], 20);
        assert_eq!(score(&guesses(&[&open], &classes, 0).unwrap(), &answers), Some((1.0, 1.0)));
        let outcome = Listed { id: "known".into(), codes: vec![1, 2], units: vec!["case".into()], period: false };
        let (pairs, found) = pairs(&outcome, &[&open, &near], &people, &[], &[], &BTreeSet::new());
        assert!(pairs > 0 && !found.is_empty(), "a group of nine lies in one of ten");
        // Nobody came and nobody left, and the answer of one was corrected.
        assert!(super::pairs(&outcome, &[&open], &people, &[&open], &people, &BTreeSet::from([3])).1.len() == 1 && super::pairs(&outcome, &[&open], &people, &[&open], &people, &BTreeSet::new()).1.is_empty());
        // A group of twenty with both answers shown: ten each, so that nobody has the third.
        let full = Table { keys: vec!["p".into()], groups: vec![group(&[1], &all, &[Some(10), Some(10), None])] };
        assert!(!certain(&[&full], &[1, 2, 3], true).1.is_empty());
        let vague = Table { keys: vec!["p".into()], groups: vec![Group { total: None, ..group(&[1], &all, &[None, None, None]) }] };
        assert!(certain(&[&vague], &[1, 2, 3], true).1.is_empty() && guesses(&[&vague], &Classes::of(&[&vague], 20), 0).is_none());
    }

    /// The remainder that counts is that of those to whom the question applies: eleven of twelve have it, whoever else stands in the group.
    #[test]
    fn who_is_known_to_be_outside_hides_nobody() {
        let outcome = Listed { id: "known".into(), codes: vec![1, 2, -7], units: vec!["case".into()], period: false };
        let people: Vec<Unit> = (0..32).map(|case| Unit { case, codes: BTreeMap::from([("known".into(), Value::from(if case < 20 { -7 } else if case < 31 { 1 } else { 2 }))]) }).collect();
        let all: Vec<usize> = (0..32).collect();
        let told = Table { keys: vec!["p".into()], groups: vec![group(&[1], &all, &[Some(10), None])] };
        let applying = told.applying(&outcome, &people);
        assert_eq!((applying.groups[0].members.len(), &applying.groups[0].cells), (12, &vec![Some(10), None, Some(0)]));
        let answers: Vec<bool> = (0..12).map(|place| place < 11).collect();
        // All twelve are one class, each with a guess of ten in twelve, where the whole group would say ten in thirty-two.
        assert!(guesses(&[&applying], &Classes::of(&[&applying], 12), 0).unwrap().iter().all(|guess| *guess > 0.8));
        assert_eq!(score(&guesses(&[&applying], &Classes::of(&[&applying], 12), 0).unwrap(), &answers).map(|(auc, _)| auc), Some(0.5));
        assert!(guesses(&[&told], &Classes::of(&[&told], 32), 0).unwrap().iter().all(|guess| *guess < 0.4));
    }

    /// Two groups twelve people apart, of whom the question applies to one: their figures less each other are that one's answer, in one snapshot and
    /// between two.
    #[test]
    fn groups_that_few_of_those_who_are_asked_tell_apart_are_found() {
        let outcome = Listed { id: "known".into(), codes: vec![1, 2, -7], units: vec!["case".into()], period: false };
        let all: Vec<usize> = (0..72).collect();
        let found = |asked: u32| {
            let people: Vec<Unit> = (0..72).map(|case| Unit { case, codes: BTreeMap::from([("known".into(), Value::from(if case < 60 + asked { 1 } else { -7 }))]) }).collect();
            let larger = Table { keys: vec!["p".into()], groups: vec![group(&[1], &all, &[Some(40), None])] };
            let smaller = Table { keys: vec!["p".into(), "q".into()], groups: vec![group(&[1, 1], &all[..60], &[Some(40), None])] };
            (pairs(&outcome, &[&larger, &smaller], &people, &[], &[], &BTreeSet::new()).1.len(), pairs(&outcome, &[&larger], &people, &[&smaller], &people, &BTreeSet::new()).1.len())
        };
        assert_eq!([0, 1, 9, 10, 12].map(found), [(0, 0), (1, 1), (1, 1), (0, 0), (0, 0)]);
    }

    /// A code of which another is a part: shown both, a few cases apart, it is found.
    #[test]
    fn a_part_shown_beside_its_whole_is_found() {
        let outcome = |id: &str| Listed { id: id.into(), codes: vec![1, 2], units: vec!["case".into()], period: false };
        let (fine, coarse) = (outcome("fine"), outcome("coarse"));
        let code = |yes: bool| Value::from(if yes { 1 } else { 2 });
        let people: Vec<Unit> = (0..40).map(|case| Unit { case, codes: BTreeMap::from([("fine".into(), code(case < 12)), ("coarse".into(), code(case < 15))]) }).collect();
        let all: Vec<usize> = (0..40).collect();
        let table = |cells: &[Option<i64>]| vec![Table { keys: vec!["p".into()], groups: vec![group(&[1], &all, cells)] }];
        let found = |cells: &[Option<i64>]| nested_cells((table(cells).as_slice(), &fine, 0), (table(&[Some(15), Some(25)]).as_slice(), &coarse, 0), &people);
        assert_eq!((found(&[Some(10), Some(30)]).1.len(), found(&[None, Some(30)])), (1, (0, vec![])));
    }

    #[test]
    fn blind_guesses_score_one_half() {
        assert_eq!(score(&[0.3; 4], &[true, false, true, false]).map(|(auc, _)| auc), Some(0.5));
        assert_eq!(score(&[0.9, 0.1], &[false, true]).map(|(auc, _)| auc), Some(0.0));
        assert_eq!(score(&[0.9, 0.1], &[true, true]), None);
    }
}
