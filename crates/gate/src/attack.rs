//! The reconstruction the gate tries on itself. The attacker knows every key of every case (most are in the news) and wants one
//! yes/no answer per unit; everything released on an outcome is solved together, what left earlier snapshots of the same cases included.
//!
//! The answers attacked are *simulated*, never the true ones, and so are record keys and noise: what comes out depends on the
//! keys of the snapshot and on which tables are asked, so that a refusal reveals nothing.
//!
//! Units of one case often share an answer, and often do not. Where cases have several units both are simulated, each unit by itself and
//! one answer per case, and the one in which the attack comes further counts.

use std::collections::{HashMap, HashSet};

use crate::Malformed;
use crate::columns::Columns;
use crate::count::Tally;
use crate::figure;
use crate::hide::verdict;
use crate::perturb::{Seed, Table};
use crate::runs::Runs;
use crate::score::{Alike, real, score};
use crate::solve::{Equations, Row, solve};
use crate::stream::Stream;

/// Simulated outcomes; as many again where units of one case can share their answer.
pub const SIMULATIONS: u8 = 20;
/// Share of units that have the simulated answer.
pub const PREVALENCE: f64 = 0.3;
/// Above this mean area under the curve the gate refuses; 0.5 is guessing.
pub const MOST_AUC: f64 = 0.65;
/// Stands for a unit that is in no group of a table: it was not yet, or no longer, in that snapshot.
const NO_GROUP: u32 = u32::MAX;

/// How far the attack came, mean over the simulations of the kind in which it came further.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// Area under the curve.
    pub auc: f64,
    /// Of as many units as have the answer, taken where the attacker is surest: the share that has it.
    pub hits: f64,
}

impl Measure {
    /// Whether the gate lets it pass.
    pub fn passes(self) -> bool {
        self.auc <= MOST_AUC
    }
}

/// One invented outcome.
struct Simulation {
    /// Whether units of a case share their answer.
    together: bool,
    answers: Vec<bool>,
    record_keys: Vec<u8>,
    noise: Table,
    tables: Vec<Equations>,
}

/// An attack in progress: tables are added one by one, each costs its own rows only.
pub struct Attack {
    /// Who stands on each row, by snapshot: the one asked first, then the earlier ones. All of them: of a part, cells would be hidden that
    /// are shown of the whole.
    people: Vec<Vec<u32>>,
    /// Whether a table says anything of a unit.
    told: Vec<bool>,
    /// To whom the question does not apply: the attacker knows it, so that they are no unknowns.
    outside: Vec<bool>,
    /// The class of each: units that agree in all tables so far.
    classes: Vec<u32>,
    sizes: Vec<f64>,
    simulations: Vec<Simulation>,
}

impl Attack {
    /// Nothing released yet. The same seed invents the same answers.
    pub fn new(columns: &Columns, seed: &Seed) -> Self {
        Self::after(columns, &[], seed)
    }

    /// The same, with what left earlier snapshots to come: a unit is known again by its case and its record key.
    pub fn after(columns: &Columns, earlier: &[Option<&Columns>], seed: &Seed) -> Self {
        let mut known: HashMap<(u32, u8, u32), u32> = HashMap::new();
        let mut cases: Vec<u32> = Vec::new();
        let people: Vec<Vec<u32>> = std::iter::once(Some(columns)).chain(earlier.iter().copied()).map(|columns| {
            // Two units of a case may have one record key: the first is the first again.
            let mut alike: HashMap<(u32, u8), u32> = HashMap::new();
            columns.map(|columns| columns.cases.iter().zip(&columns.record_keys).map(|(case, key)| {
                let nth = alike.entry((*case, *key)).or_default();
                let next = u32::try_from(known.len()).unwrap_or(NO_GROUP);
                let who = *known.entry((*case, *key, *nth)).or_insert(next);
                if who == next {
                    cases.push(*case);
                }
                *nth += 1;
                who
            }).collect()).unwrap_or_default()
        }).collect();
        let all = known.len();
        let several = cases.iter().collect::<HashSet<_>>().len() < all;
        let kinds = [false, true].into_iter().filter(|together| several || !together);
        let simulations = kinds.flat_map(|together| (0..SIMULATIONS).map(move |number| (together, number))).map(|(together, number)| {
            let label = if together { b"simulation of cases ".as_slice() } else { b"simulation ".as_slice() };
            let mut stream = Stream::new(&seed.0, &[label, &[number]].concat());
            let noise = Table::secret(&Seed::new(stream.seed()));
            let mut of_case: HashMap<u32, bool> = HashMap::new();
            let answers = cases.iter().map(|case| {
                let mut drawn = || f64::from(stream.word()) < PREVALENCE * 65_536.0;
                if together { *of_case.entry(*case).or_insert_with(drawn) } else { drawn() }
            }).collect();
            let record_keys = (0..all).map(|_| stream.byte()).collect();
            Simulation { together, answers, record_keys, noise, tables: Vec::new() }
        });
        let simulations = simulations.collect();
        Self { classes: vec![0; all], sizes: vec![real(all as u64)], told: vec![false; all], outside: vec![false; all], people, simulations }
    }

    /// Of an outcome that does not apply to all: those with the code `outside` in the snapshot asked are known, and no part of the attack.
    ///
    /// # Errors
    /// [`Malformed`] when the outcome isn't in the columns.
    pub(crate) fn applying(mut self, columns: &Columns, outcome: &str, outside: u16) -> Result<Self, Malformed> {
        let column = columns.column(outcome)?;
        for (row, who) in self.people.first().into_iter().flatten().enumerate() {
            if let Some(slot) = self.outside.get_mut(*who as usize) {
                *slot = column.code(row) == u32::from(outside);
            }
        }
        Ok(self)
    }

    /// One more table of the snapshot is released: by these keys, with these groups hidden by their keys.
    ///
    /// # Errors
    /// [`Malformed`] when a key isn't in the columns.
    pub fn add(&mut self, columns: &Columns, keys: &[&str], near: &[bool]) -> Result<(), Malformed> {
        self.add_of(0, columns, keys, near)
    }

    /// One more table of a snapshot, 0 being the one asked: its columns are those the attack was begun with.
    ///
    /// # Errors
    /// As [`Attack::add`].
    pub fn add_of(&mut self, snapshot: usize, columns: &Columns, keys: &[&str], near: &[bool]) -> Result<(), Malformed> {
        let wanted = keys.iter().map(|key| columns.column(key)).collect::<Result<Vec<_>, _>>()?;
        let cell = |row: usize| wanted.iter().fold(0, |cell, column| cell * u32::from(column.codes) + column.code(row));
        let rows: Vec<u32> = (0..columns.rows()).map(cell).collect();
        let Some(people) = self.people.get(snapshot).cloned() else { return Ok(()) };
        let mut groups = vec![NO_GROUP; self.classes.len()];
        for (who, group) in people.iter().zip(&rows).filter(|(who, _)| !is_outside(&self.outside, **who)) {
            if let (Some(slot), Some(told)) = (groups.get_mut(*who as usize), self.told.get_mut(*who as usize)) {
                (*slot, *told) = (*group, true);
            }
        }
        self.refine(&groups);
        let mut group_of = vec![NO_GROUP; self.sizes.len()];
        for (class, group) in self.classes.iter().zip(&groups) {
            if let Some(slot) = group_of.get_mut(*class as usize) {
                *slot = *group;
            }
        }
        for simulation in &mut self.simulations {
            let rows = simulation.release(&columns.cases, &people, &self.outside, &rows, near);
            simulation.tables.push(Equations { group_of: group_of.clone(), rows });
        }
        Ok(())
    }

    /// Splits classes whose units the new table tells apart.
    fn refine(&mut self, groups: &[u32]) {
        let mut known: HashMap<(u32, u32), u32> = HashMap::new();
        let mut parents = Vec::new();
        let mut sizes: Vec<f64> = Vec::new();
        for (class, group) in self.classes.iter_mut().zip(groups) {
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            let found = *known.entry((*class, *group)).or_insert(next);
            if found == next {
                parents.push(*class as usize);
                sizes.push(0.0);
            }
            if let Some(size) = sizes.get_mut(found as usize) {
                *size += 1.0;
            }
            *class = found;
        }
        for table in self.simulations.iter_mut().flat_map(|simulation| &mut simulation.tables) {
            table.group_of = parents.iter().filter_map(|parent| table.group_of.get(*parent)).copied().collect();
        }
        self.sizes = sizes;
    }

    /// Solves every simulation.
    pub fn measure(&self) -> Measure {
        let mut scores = [Vec::new(), Vec::new()];
        for simulation in &self.simulations {
            let guesses = solve(&self.sizes, &simulation.tables, PREVALENCE);
            let mut people: Vec<Alike> = guesses.into_iter().map(|guess| Alike { guess, with: 0, without: 0 }).collect();
            for ((class, answer), _) in self.classes.iter().zip(&simulation.answers).zip(&self.told).filter(|(_, told)| **told) {
                if let Some(alike) = people.get_mut(*class as usize) {
                    if *answer { alike.with += 1 } else { alike.without += 1 }
                }
            }
            let [apart, together] = &mut scores;
            if simulation.together { together.extend(score(people)) } else { apart.extend(score(people)) }
        }
        let mean = |scores: &Vec<(f64, f64)>, of: fn(&(f64, f64)) -> f64| scores.iter().map(of).sum::<f64>() / real(scores.len() as u64);
        let measures = scores.iter().filter(|scores| !scores.is_empty()).map(|scores| Measure { auc: mean(scores, |(auc, _)| *auc), hits: mean(scores, |(_, hits)| *hits) });
        // Nobody to attack: nothing found.
        measures.max_by(|one, other| one.auc.total_cmp(&other.auc)).unwrap_or(Measure { auc: 0.5, hits: 0.0 })
    }
}

fn is_outside(outside: &[bool], who: u32) -> bool {
    outside.get(who as usize).copied().unwrap_or_default()
}

impl Simulation {
    /// What the gate would release of this outcome, with its own rules, as equations.
    fn release(&self, cases: &[u32], people: &[u32], outside: &[bool], groups: &[u32], near: &[bool]) -> Vec<Row> {
        let mut runs = Runs::new(near.len(), 2);
        let mut cells = vec![[Tally::default(); 2]; near.len()];
        for ((case, group), who) in cases.iter().zip(groups).zip(people).filter(|(_, who)| !is_outside(outside, **who)) {
            let (Some(answer), Some(key)) = (self.answers.get(*who as usize), self.record_keys.get(*who as usize)) else { continue };
            runs.see(*case, group * 2 + u32::from(*answer));
            let cell = cells.get_mut(*group as usize).and_then(|cells| cells.get_mut(usize::from(*answer)));
            if let Some(cell) = cell {
                cell.units += 1;
                cell.cell_key = cell.cell_key.wrapping_add(*key);
            }
        }
        let seen = runs.end();
        let known = seen.parents.iter().zip(seen.with.as_chunks::<2>().0).zip(seen.only.as_chunks::<2>().0);
        cells.iter().zip(known).zip(near).enumerate().map(|(number, (([no, yes], ((parent, with), only)), near))| {
            // With two answers each is the other's remainder, and so is who dominates it.
            let dominated = seen.dominated(number * 2, no.units, yes.units);
            let no = Tally { cases: with[0], rest: parent - only[0], dominated, ..*no };
            let yes = Tally { cases: with[1], rest: parent - only[1], dominated, ..*yes };
            let size = f64::from(no.units + yes.units);
            let mut row = Row { size, ..Row::default() };
            if verdict(*near, *parent, yes).is_none() {
                row.figures += 1.0;
                row.target += f64::from(figure::cell(&self.noise, yes));
            }
            if verdict(*near, *parent, no).is_none() {
                row.figures += 1.0;
                row.target += size - f64::from(figure::cell(&self.noise, no));
            }
            Row { target: if row.figures > 0.0 { row.target / row.figures } else { 0.0 }, ..row }
        }).collect()
    }
}
