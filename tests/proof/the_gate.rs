//! Figures 21 to 24: attacks on practice registers over the running API. A researcher asks everything that is given, in two projects,
//! as two people, before and after a second snapshot, and beyond the budget with two checkers who agree to all; the attacker has
//! what came over HTTP and every key of every case. The judge knows the invented answers, by the same seed.
//!
//! `LERING_PROOF_SEEDS` is the number of registers of 300 cases (a fourth as many of 3,000): 20 by `./dev proof`, few otherwise.
//! `LERING_WRITE_CHART` writes the chart of success against cells released to `docs/reconstruction.svg`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lering::counting::Frozen;
use lering::ids::{ProjectId, SnapshotId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::attacker::{self, Classes, Listed, Table, Truth, Unit};
use crate::figure::Figures;
use crate::support::World;
use crate::support::register::Register;
use crate::support::served::Served;

/// Outcomes asked of a register; over the registers all come by.
const OUTCOMES: usize = 8;
/// And so many others that tell of the same answer as one of these.
const NESTED: usize = 2;
/// Of these, so many also beyond the budget.
const BEYOND: usize = 3;
/// A share of the others of one's group that predicts better than this is a finding about groups, not about a person.
const PREDICTED: f64 = 0.55;
/// The bound of the gate.
const MOST: f64 = 0.65;
/// Guesses above this are called sure.
const SURE: f64 = 0.9;
/// The seed of a register of which nothing is released: what lies in what is seen there.
const REFERENCE: u64 = 1_000_003;
/// Cases of one period of which the second snapshot has other answers.
const CORRECTED: usize = 3;
/// Cases the second snapshot adds.
const NEW: u32 = 15;

/// One fact attacked after one more table.
struct Tried {
    cells: usize,
    /// Area under the curve and hits of the attack.
    found: (f64, f64),
    /// Area under the curve of the share of others.
    others: f64,
    sure: usize,
    right: usize,
    people: usize,
    /// Whether it is all that was given without checkers.
    automatic: bool,
    beyond: bool,
}

#[derive(Default)]
struct Seen {
    tried: Vec<Tried>,
    pairs: usize,
    apart: Vec<String>,
    years: usize,
    corrected: usize,
    years_apart: Vec<String>,
    /// Pairs of codes of two outcomes asked of which one lies in the other, cells of them shown over the same people, and those a few cases apart.
    nested: usize,
    parts: usize,
    parts_apart: Vec<String>,
    looked: usize,
    certain: Vec<String>,
    equal: usize,
    unequal: Vec<String>,
    unchanged: usize,
    changed: Vec<String>,
    errors: Vec<i64>,
    cells: usize,
    hidden: usize,
    answers: BTreeMap<String, usize>,
    totals: usize,
}

/// Ways to put a list in another order, the same for the same seed.
fn shuffled<T>(mut list: Vec<T>, seed: u64) -> Vec<T> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for at in (1..list.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        list.swap(at, usize::try_from(state >> 33).unwrap() % (at + 1));
    }
    list
}

struct Attack<'a> {
    served: &'a Served,
    register: &'a Register,
    projects: [ProjectId; 2],
    seen: Seen,
}

impl Attack<'_> {
    async fn ask(&mut self, of: usize, snapshot: SnapshotId, outcome: &str, keys: &[&str]) -> Option<Value> {
        let mut body = json!({ "project": self.projects[of], "snapshot": snapshot, "outcome": outcome, "keys": keys });
        // What a table costs is confirmed, as its preview says it.
        let (_, preview) = self.served.post(&self.register.researchers[of], "/api/v1/register/tables/preview", &body).await;
        body["cost"] = preview["cost"].clone();
        let (status, told) = self.served.post(&self.register.researchers[of], "/api/v1/register/tables", &body).await;
        let kind = if status == 200 { "released".to_owned() } else { told["type"].as_str().unwrap_or_default().to_owned() };
        assert!(status == 200 || status == 409 && kind.starts_with("urn:lering:problem:gate-"), "{status} {told}");
        *self.seen.answers.entry(kind).or_default() += 1;
        (status == 200).then_some(told)
    }

    /// Beyond the budget, with two checkers who agree to everything: only the gate's own attack is left.
    async fn beyond(&mut self, snapshot: SnapshotId, outcome: &str, keys: &[&str]) -> Option<Value> {
        let body = json!({ "project": self.projects[0], "snapshot": snapshot, "outcome": outcome, "keys": keys, "publication": false, "reason": "comparison" });
        let (status, told) = self.served.post(&self.register.researchers[0], "/api/v1/register/output-requests", &body).await;
        if status == 409 {
            assert_eq!(told["type"], "urn:lering:problem:gate-family", "{told}");
            *self.seen.answers.entry("beyond the budget: another form has left".into()).or_default() += 1;
            return None;
        }
        assert_eq!(status, 201, "{told}");
        let path = format!("/api/v1/register/output-requests/{}/checks", told["id"].as_str().unwrap());
        for checker in &self.register.checkers {
            let (status, told) = self.served.post(checker, &path, &json!({ "release": true, "finding": "safe" })).await;
            assert_eq!(status, 200, "{told}");
            if told["checked"] == "refusedByGate" {
                *self.seen.answers.entry("beyond the budget: refused by the gate's attack".into()).or_default() += 1;
                return None;
            }
        }
        *self.seen.answers.entry("beyond the budget: released".into()).or_default() += 1;
        let (_, all) = self.served.get(&self.register.researchers[0], "/api/v1/register/tables").await;
        let second = keys.get(1).copied();
        all.as_array()?.iter().find(|table| table["snapshot"]["id"] == json!(snapshot) && table["outcome"] == json!(outcome) && table["keys"].get(1).and_then(Value::as_str) == second).cloned()
    }

    /// The tables of one outcome, those of the budget first, each attacked with all before it.
    async fn outcome(&mut self, snapshot: SnapshotId, outcome: &Listed, keys: &[Listed], truth: &Truth, seed: u64, beyond: bool, size: u32) -> Vec<Table> {
        let (unit, period) = (outcome.units[0].as_str(), keys.iter().find(|key| key.period).unwrap());
        let units = truth.units(unit);
        let seconds = shuffled(std::iter::once(None).chain(keys.iter().filter(|key| !key.period && key.units.iter().any(|known| known == unit)).map(|key| Some(key.id.as_str()))).collect(), seed);
        let (mut out, mut refused, mut cells): (Vec<Table>, Vec<Vec<&str>>, usize) = (vec![], vec![], 0);
        for second in seconds {
            let asked: Vec<&str> = std::iter::once(period.id.as_str()).chain(second).collect();
            match self.ask(0, snapshot, &outcome.id, &asked).await {
                Some(told) => {
                    // Equal questions: keys the other way round, another project, another person, and once more.
                    let turned: Vec<&str> = asked.iter().rev().copied().collect();
                    for (of, keys) in [(1, &turned), (0, &asked)] {
                        let again = self.ask(of, snapshot, &outcome.id, keys).await;
                        self.seen.equal += 1;
                        if again.as_ref().map(|again| &again["body"]) != Some(&told["body"]) {
                            self.seen.unequal.push(format!("{} by {asked:?}", outcome.id));
                        }
                    }
                    out.push(Table::of(&told, keys, units));
                    cells += out.last().unwrap().cells();
                    self.attacked(&out, outcome, truth, cells, false);
                }
                None => refused.push(asked),
            }
        }
        self.seen.tried.iter_mut().rev().take_while(|tried| tried.cells == cells && !tried.beyond).for_each(|tried| tried.automatic = true);
        if beyond {
            for asked in refused {
                if let Some(told) = self.beyond(snapshot, &outcome.id, &asked).await {
                    out.push(Table::of(&told, keys, units));
                    cells += out.last().unwrap().cells();
                    self.attacked(&out, outcome, truth, cells, true);
                }
            }
        }
        let tables: Vec<&Table> = out.iter().collect();
        let (pairs, apart) = attacker::pairs(outcome, &tables, units, &[], &[], &BTreeSet::new());
        let applying: Vec<Table> = tables.iter().map(|table| table.applying(outcome, units)).collect();
        let (looked, certain) = attacker::certain(&applying.iter().collect::<Vec<_>>(), &outcome.codes, unit == "case");
        self.seen.pairs += pairs;
        self.seen.apart.extend(apart);
        self.seen.looked += looked;
        self.seen.certain.extend(certain.into_iter().map(|found| format!("{size} cases, register {seed}, {}: {found}", outcome.id)));
        for table in &tables {
            let (errors, hidden) = attacker::errors(table, outcome, units);
            self.seen.cells += errors.len() + hidden;
            self.seen.hidden += hidden;
            self.seen.errors.extend(errors);
            self.seen.totals += table.groups.iter().filter(|group| group.total.is_some()).count();
        }
        out
    }

    /// Every code of the outcome that some and not nearly all have is a fact somebody wants to know, of those to whom the question applies.
    fn attacked(&mut self, out: &[Table], outcome: &Listed, truth: &Truth, cells: usize, beyond: bool) {
        let all = truth.units(&outcome.units[0]);
        let applying: Vec<Table> = out.iter().map(|table| table.applying(outcome, all)).collect();
        let (units, tables) = (all.iter().filter(|unit| outcome.applies(unit)).collect::<Vec<_>>(), applying.iter().collect::<Vec<_>>());
        let (classes, codes) = (Classes::of(&tables, units.len()), units.iter().map(|unit| outcome.code(unit)).collect::<Vec<_>>());
        for (at, code) in outcome.codes.iter().enumerate() {
            let answers: Vec<bool> = codes.iter().map(|known| known == code).collect();
            let have = answers.iter().filter(|answer| **answer).count();
            if have * 20 < units.len() || have * 20 > units.len() * 19 || units.len() < 50 {
                continue;
            }
            let guesses = attacker::guesses(&tables, &classes, at).unwrap_or_else(|| vec![0.3; units.len()]);
            let Some(found) = attacker::score(&guesses, &answers) else { continue };
            let others = attacker::score(&attacker::share_of_others(&tables, &answers), &answers).map_or(0.5, |(auc, _)| auc);
            let sure = guesses.iter().zip(&answers).filter(|(guess, _)| **guess > SURE);
            self.seen.tried.push(Tried { cells, found, others, sure: sure.clone().count(), right: sure.filter(|(_, answer)| **answer).count(), people: units.len(), automatic: false, beyond });
        }
    }
}

/// Other answers to what was asked of a case, for a few cases of one period.
fn corrections(asked: &[&Listed], period: &Listed, cases: &[Unit]) -> Vec<(u32, String, i64)> {
    let first = cases.first().map(|unit| period.code(unit));
    let chosen: Vec<&Unit> = cases.iter().filter(|unit| Some(period.code(unit)) == first).take(CORRECTED).collect();
    let of_case = asked.iter().filter(|outcome| outcome.units[0] == "case" && outcome.id == outcome.variable());
    of_case.flat_map(|outcome| chosen.iter().filter_map(move |unit| {
        let code = outcome.codes.iter().find(|code| **code > 0 && **code != outcome.code(unit))?;
        Some((unit.case, outcome.id.clone(), *code))
    })).collect()
}

/// Puts corrections into a snapshot nobody has asked yet, as if it had been frozen with them.
fn correct(world: &World, snapshot: SnapshotId, corrections: &[(u32, String, i64)]) {
    use diesel::sql_types::{Binary, Integer, Jsonb, Uuid};
    #[derive(diesel::QueryableByName)]
    struct Line {
        #[diesel(sql_type = Integer)]
        case_no: i32,
        #[diesel(sql_type = Jsonb)]
        levels: Value,
    }
    let mut db = world.connection("postgres");
    let lines: Vec<Line> = diesel::RunQueryDsl::load(diesel::sql_query("select case_no, levels from frozen.case_row where snapshot_id = $1 order by case_no").bind::<Uuid, _>(snapshot), &mut db).unwrap();
    let mut cases: Vec<(i32, Frozen)> = lines.into_iter().map(|line| (line.case_no, serde_json::from_value(line.levels).unwrap())).collect();
    for (case, variable, code) in corrections {
        let (number, frozen) = cases.iter_mut().find(|(number, _)| u32::try_from(*number) == Ok(*case)).unwrap();
        frozen.0.get_mut("case").unwrap()[0].codes.insert(variable.clone(), json!(code));
        let levels = serde_json::to_value(&*frozen).unwrap();
        let update = diesel::sql_query("update frozen.case_row set levels = $1 where snapshot_id = $2 and case_no = $3").bind::<Jsonb, _>(&levels).bind::<Uuid, _>(snapshot).bind::<Integer, _>(*number);
        assert_eq!(diesel::RunQueryDsl::execute(update, &mut db).unwrap(), 1);
    }
    let hash = Frozen::hash(cases.iter().map(|(number, case)| (*number, case))).to_vec();
    diesel::RunQueryDsl::execute(diesel::sql_query("update frozen.snapshot set hash = $1 where id = $2").bind::<Binary, _>(&hash).bind::<Uuid, _>(snapshot), &mut db).unwrap();
}

/// One register: everything asked, then a second snapshot, and everything asked again.
async fn register(world: &World, served: &Served, reference: &Truth, seed: u64, size: u32) -> Seen {
    let book = &world.app.parts().config.codebook;
    let administrator = world.another_bureau().await;
    let register = Register::new(world, &administrator).await;
    let chosen: Vec<String> = book.columns().filter(|column| column.gate == "outcome" && column.export == "researcher").map(|column| column.id.to_owned()).collect();
    let first = register.frozen(world, size, seed).await;
    let projects = [register.project(world, 0, chosen.clone()).await, register.project(world, 1, chosen).await];
    // As much as a committee can give: the budget of an outcome is left as the only limit.
    diesel::RunQueryDsl::execute(diesel::sql_query("update app.project set cells = 1000"), &mut world.connection("postgres")).unwrap();
    let (_, told) = served.told(served.call(&register.researchers[0], Method::GET, "/api/v1/register/outcomes")).await;
    let list = |name: &str| -> Vec<Listed> { told[name].as_array().unwrap().iter().map(Listed::of).collect() };
    let (outcomes, keys) = (list("outcomes"), list("keys"));
    let from = usize::try_from(seed).unwrap() * OUTCOMES;
    let mut places: Vec<usize> = (from..from + OUTCOMES).map(|at| at % outcomes.len()).collect();
    // What tells of the same answer is asked as well, after it.
    let nested = attacker::nested(book, &outcomes, reference);
    let beside: BTreeSet<usize> = nested.iter().flat_map(|((one, _), (other, _))| [(*one, *other), (*other, *one)])
        .filter(|(here, there)| places.contains(here) && !places.contains(there)).map(|(_, there)| there).collect();
    places.extend(shuffled(beside.into_iter().collect(), seed).into_iter().take(NESTED));
    let asked: Vec<&Listed> = places.iter().map(|at| &outcomes[*at]).collect();
    let mut attack = Attack { served, register: &register, projects, seen: Seen::default() };
    let truth = Truth::of(book, seed, size);
    let mut before = vec![];
    for (number, outcome) in asked.iter().enumerate() {
        before.push(attack.outcome(first, outcome, &keys, &truth, seed, number < BEYOND, size).await);
    }
    for ((one, narrow), (other, wide)) in &nested {
        let at = |wanted: &usize| places.iter().position(|place| place == wanted);
        if let (Some(first), Some(second)) = (at(one), at(other)) {
            let (parts, apart) = attacker::nested_cells((before[first].as_slice(), asked[first], *narrow), (before[second].as_slice(), asked[second], *wide), truth.units(&asked[first].units[0]));
            attack.seen.nested += 1;
            attack.seen.parts += parts;
            attack.seen.parts_apart.extend(apart);
        }
    }
    // The year after: the same cases, some new ones, and a few of one period of which the answers were corrected. The same tables again.
    let second = register.frozen(world, size + NEW, seed).await;
    let mut later = Truth::of(book, seed, size + NEW);
    let corrections = corrections(&asked, keys.iter().find(|key| key.period).unwrap(), truth.units("case"));
    correct(world, second, &corrections);
    corrections.iter().for_each(|(case, variable, code)| later.correct(*case, variable, *code));
    let corrected: BTreeSet<u32> = corrections.iter().map(|(case, ..)| *case).collect();
    attack.seen.corrected += corrected.len();
    for (outcome, before) in asked.iter().zip(&before) {
        let (was, units) = (truth.units(&outcome.units[0]), later.units(&outcome.units[0]));
        let mut now = vec![];
        for table in before {
            let keys_of: Vec<&str> = table.keys.iter().map(String::as_str).collect();
            now.extend(attack.ask(0, second, &outcome.id, &keys_of).await.map(|told| Table::of(&told, &keys, units)));
        }
        let (now, before): (Vec<&Table>, Vec<&Table>) = (now.iter().collect(), before.iter().collect());
        let (years, apart) = attacker::pairs(outcome, &now, units, &before, was, &corrected);
        attack.seen.years += years;
        attack.seen.years_apart.extend(apart);
        for (table, other) in now.iter().flat_map(|table| before.iter().filter(|other| other.keys == table.keys).map(move |other| (*table, *other))) {
            for (group, old) in table.groups.iter().zip(&other.groups).filter(|(group, old)| group.members.len() == old.members.len()) {
                for (cell, earlier) in group.cells.iter().zip(&old.cells).filter_map(|(cell, earlier)| Some(((*cell)?, (*earlier)?))) {
                    attack.seen.unchanged += 1;
                    if cell != earlier {
                        attack.seen.changed.push(format!("{} {:?}", outcome.id, group.codes));
                    }
                }
            }
        }
    }
    attack.seen
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn mean(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let count = values.clone().count();
    if count == 0 { 0.0 } else { values.sum::<f64>() / count as f64 }
}

/// The area of the fact of which the attack found most.
fn most<'a>(facts: impl Iterator<Item = &'a Tried>) -> f64 {
    rounded(facts.map(|tried| tried.found.0).fold(0.0, f64::max))
}

/// Facts that the true share of the others in one's group, which no table gives, does not predict.
fn personal(tried: &&Tried) -> bool {
    tried.others <= PREDICTED
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_21_to_24_nobody_is_found_through_the_gate() {
    let seeds: u64 = std::env::var("LERING_PROOF_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(2);
    let world = World::new().await;
    let served = Served::new(&world);
    let mut all: Vec<(u32, Seen)> = vec![];
    let reference = Arc::new(Truth::of(&world.app.parts().config.codebook, REFERENCE, 3_000));
    let (world, served) = (Arc::new(world), Arc::new(served));
    // Two at a time: one waits for the server where the other reckons.
    let mut waiting = [(3_000, seeds.div_ceil(4)), (300, seeds)].into_iter().flat_map(|(size, seeds)| (0..seeds).map(move |seed| (seed, size)));
    let mut running = tokio::task::JoinSet::new();
    loop {
        while running.len() < 2 && let Some((seed, size)) = waiting.next() {
            let (world, served, reference) = (Arc::clone(&world), Arc::clone(&served), Arc::clone(&reference));
            running.spawn(async move { (size, register(&world, &served, &reference, seed, size).await) });
        }
        match running.join_next().await {
            Some(done) => all.push(done.unwrap()),
            None => break,
        }
    }
    let mut figures = Figures::default();
    for size in [300, 3_000] {
        let of = || all.iter().filter(move |(of, _)| *of == size).map(|(_, seen)| seen);
        let tried = || of().flat_map(|seen| &seen.tried);
        let automatic = || tried().filter(|tried| tried.automatic);
        let subset = || automatic().filter(personal);
        let (auc, of_subset) = (mean(automatic().map(|tried| tried.found.0)), mean(subset().map(|tried| tried.found.0)));
        let (sure, right, people) = automatic().fold((0, 0, 0), |sum, tried| (sum.0 + tried.sure, sum.1 + tried.right, sum.2 + tried.people));
        let predicted = || automatic().filter(|tried| !personal(tried));
        let further = || tried().filter(|tried| tried.beyond);
        let by_cells: Vec<Value> = bins().into_iter().filter_map(|(from, to)| {
            let within = tried().filter(|tried| (from..=to).contains(&tried.cells));
            let count = within.clone().count();
            (count > 0).then(|| json!({ "cells": format!("{from}-{to}"), "auc": rounded(mean(within.map(|tried| tried.found.0))), "facts": count }))
        }).collect();
        figures.publish(21, &format!("reconstruction from everything released over the API, {size} cases: mean area under the curve over all facts of those to whom the question applies"), rounded(auc), automatic().count(), "0.65 or less", auc <= MOST && automatic().count() > 0, json!({
            "registers": of().count(), "most of one fact": most(automatic()), "hits": rounded(mean(automatic().map(|tried| tried.found.1))), "people": people, "sure": sure, "sure and right": right,
            "with two checkers who agree to all": rounded(mean(further().map(|tried| tried.found.0))), "most of these": most(further()), "by cells released": by_cells,
        }));
        figures.publish(21, &format!("the same, {size} cases, over the facts alone that the true share of the others in one's group does not predict (area of at most {PREDICTED})"), rounded(of_subset), subset().count(), "0.65 or less", of_subset <= MOST, json!({
            "most of one fact": most(subset()), "left out": predicted().count(), "their area by the attack": rounded(mean(predicted().map(|tried| tried.found.0))), "and by the share of the others": rounded(mean(predicted().map(|tried| tried.others))),
            "with two checkers who agree to all": rounded(mean(further().filter(personal).map(|tried| tried.found.0))),
        }));
        let sum = |count: fn(&Seen) -> usize| of().map(count).sum::<usize>();
        let lines = |lines: fn(&Seen) -> &Vec<String>| of().flat_map(lines).take(5).cloned().collect::<Vec<_>>();
        let (apart, years) = (sum(|seen| seen.apart.len()), sum(|seen| seen.years_apart.len()));
        let (unequal, certain) = (sum(|seen| seen.unequal.len()), sum(|seen| seen.certain.len()));
        figures.publish(22, &format!("pairs of shown groups one to nine cases apart, or one to nine to whom the question applies, {size} cases, within a snapshot and between two"), apart + years, sum(|seen| seen.pairs) + sum(|seen| seen.years), "0", apart + years == 0 && sum(|seen| seen.pairs) > 0, json!({
            "within": sum(|seen| seen.pairs), "found within": lines(|seen| &seen.apart), "between": sum(|seen| seen.years), "cases corrected between": sum(|seen| seen.corrected), "found between": lines(|seen| &seen.years_apart),
        }));
        figures.publish(22, &format!("equal questions with another answer, {size} cases: once more, keys turned, another project, another person"), unequal, sum(|seen| seen.equal), "0", unequal == 0 && sum(|seen| seen.equal) > 0, json!({ "found": lines(|seen| &seen.unequal) }));
        let parts = sum(|seen| seen.parts_apart.len());
        figures.publish(22, &format!("cells of two outcomes, one in the other by how the codebook is made, shown one to nine cases apart, {size} cases"), parts, sum(|seen| seen.nested), "0", parts == 0 && sum(|seen| seen.nested) > 0, json!({
            "pairs of codes asked": sum(|seen| seen.nested), "pairs of cells shown": sum(|seen| seen.parts), "found": lines(|seen| &seen.parts_apart),
        }));
        figures.publish(22, &format!("groups in which totals, sums and the rules make it certain that all or none have an answer, {size} cases"), certain, sum(|seen| seen.looked), "0", certain == 0 && sum(|seen| seen.looked) > 0, json!({ "found": lines(|seen| &seen.certain) }));
        let errors: Vec<f64> = of().flat_map(|seen| &seen.errors).map(|error| *error as f64).collect();
        let (off, largest) = (mean(errors.iter().copied()), errors.iter().fold(0.0_f64, |most, error| most.max(error.abs())));
        let (changed, unchanged) = (sum(|seen| seen.changed.len()), sum(|seen| seen.unchanged));
        let variance = mean(errors.iter().map(|error| (error - off) * (error - off)));
        figures.publish(23, &format!("figures of groups that did not change between snapshots and changed all the same, {size} cases"), changed, unchanged, "0", changed == 0, json!({ "found": lines(|seen| &seen.changed) }));
        // Figures of one register share records, so their errors hang together: four standard errors, and not the two of independent ones.
        let chance = 4.0 * (variance / errors.len().max(1) as f64).sqrt();
        figures.publish(23, &format!("mean error of shown figures, noise and rounding together, {size} cases"), rounded(off), errors.len(), "within four standard errors of 0, none above 5", off.abs() <= chance && largest <= 5.0 && !errors.is_empty(), json!({ "variance": rounded(variance), "four standard errors": rounded(chance), "largest": largest }));
        let hidden = sum(|seen| seen.hidden);
        figures.publish(24, &format!("share of figures hidden, {size} cases"), rounded(hidden as f64 / sum(|seen| seen.cells).max(1) as f64), sum(|seen| seen.cells), "published", true, json!({
            "mean absolute error of the shown": rounded(mean(errors.iter().map(|error| error.abs()))), "largest": largest, "shown": errors.len(), "totals shown": sum(|seen| seen.totals),
        }));
        let mut answers: BTreeMap<&String, usize> = BTreeMap::new();
        for (answer, count) in of().flat_map(|seen| &seen.answers) {
            *answers.entry(answer).or_default() += count;
        }
        println!("answers of the gate, {size} cases: {answers:?}");
    }
    if std::env::var_os("LERING_WRITE_CHART").is_some() {
        std::fs::write("docs/reconstruction.svg", chart(&all)).unwrap();
    }
}

/// From so many cells to so many.
fn bins() -> Vec<(usize, usize)> {
    vec![(1, 10), (11, 20), (21, 30), (31, 40), (41, 50), (51, 60), (61, 80), (81, 100), (101, 150), (151, 300)]
}

/// Success of the attack by cells released, as percentages: 50 is guessing.
fn chart(all: &[(u32, Seen)]) -> String {
    use export::table::{Dimension, Kind, Measure, Reason, Role};
    use export::{Category, Cell, Language, Text};
    let sizes = [300, 3_000];
    let found: Vec<((usize, usize), Vec<Option<f64>>)> = bins().into_iter().map(|(from, to)| {
        let of = |size: u32| {
            let within: Vec<f64> = all.iter().filter(|(of, _)| *of == size).flat_map(|(_, seen)| &seen.tried).filter(|tried| (from..=to).contains(&tried.cells)).map(|tried| tried.found.0).collect();
            (!within.is_empty()).then(|| mean(within.iter().copied()))
        };
        ((from, to), sizes.map(of).to_vec())
    }).filter(|(_, of)| of.iter().any(Option::is_some)).collect();
    let category = |code: usize, label: String| Category { code: i64::try_from(code).unwrap(), label: Text::new(label.clone(), label) };
    let none = "none".to_owned();
    let table = export::Table {
        id: "urn:lering:figure:21".into(), short: String::new(), shares: vec![], title: Text::new("Hoe ver een aanval komt", "How far an attack comes"),
        subtitle: Text::new("naar getoonde cellen, bij 300 en 3.000 zaken; 50 is raden, boven 65 weigert de poort", "by cells released, of 300 and 3,000 cases; 50 is guessing, above 65 the gate refuses"),
        snapshot: export::Snapshot { id: "urn:lering:figure".into(), number: 1, date: chrono::Utc::now().format("%Y-%m-%d").to_string(), codebook: "2026.1".into() },
        keys: vec![Dimension { id: "cells".into(), label: Text::new("vrijgegeven cellen", "cells released"), categories: found.iter().enumerate().map(|(at, ((from, to), _))| category(at, format!("{from}-{to}"))).collect(), role: Role::Other }],
        outcome: Dimension { id: "cases".into(), label: Text::new("zaken", "cases"), categories: sizes.iter().enumerate().map(|(at, size)| category(at, format!("{size}"))).collect(), role: Role::Other },
        measure: Measure { unit: Text::new("oppervlak onder de kromme", "area under the curve"), kind: Kind::Percent },
        cells: found.iter().flat_map(|(_, of)| of).map(|auc| auc.map_or_else(|| Cell::Hidden(none.clone()), |auc| Cell::Shown((auc * 100.0).round() as u32))).collect(),
        totals: vec![], applying: false, reasons: vec![Reason { key: none.clone(), words: Text::new("niet bereikt", "not reached"), primary: false }], standing: export::table::Standing::Normal, notes: vec![], citation: Text::new("Lering", "Lering"),
    };
    export::chart::svg(&table, Language::En).unwrap()
}
