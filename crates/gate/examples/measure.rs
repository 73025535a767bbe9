//! Prints, as JSON lines, how long the gate takes and how much it gives away: `cargo run -p gate --example measure`.

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::Instant;

use gate::{Attacker, Ledger, Question, Seed, Terms, ask, quality};
use support::{Invented, four, noise, victims};

/// Runs and prints the median in milliseconds.
fn median(runs: usize, mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..runs).map(|_| { let start = Instant::now(); work(); start.elapsed().as_secs_f64() * 1e3 }).collect();
    times.sort_by(f64::total_cmp);
    times[runs / 2]
}

fn register(name: &str, invented: &Invented) {
    let start = Instant::now();
    let register = invented.register();
    let (ready, bytes) = (start.elapsed().as_secs_f64() * 1e3, invented.columns().bytes());
    let (noise, ledger) = (noise(), Ledger::default());
    let mut attacker = Attacker::new(Seed::new([2; 32]));
    let start = Instant::now();
    let sets = Attacker::new(Seed::new([2; 32])).prepare(&register).expect("list and columns agree");
    let prepared = start.elapsed().as_secs_f64() * 1e3;
    let question = Question::new(register.catalogue(), &["period", "part"], "method").expect("a question of the list");
    let mut first = f64::NAN;
    let asked = median(31, || {
        let start = Instant::now();
        let answer = ask(&register, &ledger, &question, Terms::default(), &noise, &mut attacker).expect("answered");
        assert!(answer.price.cost == 12);
        if first.is_nan() { first = start.elapsed().as_secs_f64() * 1e3 }
    });
    let questions: Vec<Question> = invented.tables().iter().map(|keys| Question::new(register.catalogue(), keys, "known").expect("of the list")).collect();
    let accuracy = quality::accuracy(&register, &questions, &noise).expect("of this register");
    let (mut ledger, mut out, mut attack) = (Ledger::default(), Vec::new(), 0.0);
    for question in &questions {
        let answer = ask(&register, &ledger, question, Terms::default(), &noise, &mut attacker).expect("answered");
        attack = answer.measure.map_or(attack, |measure| measure.auc);
        out.push(answer.table);
        ledger.note(question);
    }
    let real = quality::reconstruction(&register, &out, 1).expect("of this register").expect("answers on both sides");
    println!("{}", serde_json::json!({
        "register": name, "rows": invented.people.len(), "bytes": bytes, "ready_ms": ready, "attacks": sets, "attacks_ms": prepared, "first_table_ms": first, "table_ms": asked,
        "cells": accuracy.cells, "hidden": accuracy.hidden, "mean_error": accuracy.mean_error, "largest_error": accuracy.largest_error,
        "auc_simulated": attack, "auc_real": real.auc, "hits_real": real.hits }));
}

fn main() {
    for cases in [300, 3_000, 100_000, 1_000_000] {
        register("cases", &four(1, cases));
    }
    for cases in [300, 3_000, 500_000] {
        register("victims", &victims(1, cases));
    }
}
