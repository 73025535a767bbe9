//! The attack against a reference: a worst-case reconstruction written with general-purpose tools (interior-point least
//! squares with bounds, one unknown per person). The vectors hold invented registers, what was released of them, and how far
//! the reference came; solved from the same figures, this package must come as far.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::score::{Alike, score};
use crate::solve::{Equations, Row, solve};

#[derive(Deserialize)]
struct Vector {
    name: String,
    cards: Vec<u32>,
    /// One hexadecimal digit per key.
    people: Vec<String>,
    answers: String,
    tables: Vec<Given>,
    auc: f64,
}

#[derive(Deserialize)]
struct Given {
    keys: Vec<usize>,
    /// Group, answer (1 or 0), figure.
    released: Vec<(u32, u32, f64)>,
}

fn attacked(vector: &Vector) -> f64 {
    let people: Vec<Vec<u32>> = vector.people.iter().map(|keys| keys.chars().map(|key| key.to_digit(16).unwrap()).collect()).collect();
    let mut classes: BTreeMap<&[u32], (u32, u32)> = BTreeMap::new();
    for (keys, answer) in people.iter().zip(vector.answers.chars()) {
        let class = classes.entry(keys).or_default();
        if answer == '1' { class.0 += 1 } else { class.1 += 1 }
    }
    let sizes: Vec<f64> = classes.values().map(|(with, without)| f64::from(with + without)).collect();
    let tables: Vec<Equations> = vector.tables.iter().map(|table| {
        let group = |keys: &[u32]| table.keys.iter().fold(0, |group, key| group * vector.cards[*key] + keys[*key]);
        let group_of: Vec<u32> = classes.keys().map(|keys| group(keys)).collect();
        let groups: u32 = table.keys.iter().map(|key| vector.cards[*key]).product();
        let mut rows = vec![Row::default(); groups as usize];
        for (group, size) in group_of.iter().zip(&sizes) {
            rows[*group as usize].size += size;
        }
        for (group, answer, figure) in &table.released {
            let row = &mut rows[*group as usize];
            row.figures += 1.0;
            row.target += if *answer == 1 { *figure } else { row.size - figure };
        }
        for row in rows.iter_mut().filter(|row| row.figures > 0.0) {
            row.target /= row.figures;
        }
        Equations { group_of, rows }
    }).collect();
    let guesses = solve(&sizes, &tables, 0.3);
    let people = guesses.into_iter().zip(classes.values()).map(|(guess, (with, without))| Alike { guess, with: *with, without: *without });
    score(people.collect()).unwrap().0
}

#[test]
fn from_the_same_figures_it_comes_as_far_as_the_reference() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("../tests/vectors/reconstruction.json")).unwrap();
    let mut of_scheme: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for vector in &vectors {
        let ours = attacked(vector);
        println!("{:12} reference {:.4}  here {ours:.4}", vector.name, vector.auc);
        of_scheme.entry(vector.name.rsplit_once(' ').unwrap().0).or_default().push((vector.auc, ours));
        // What no figure determines each method fills in its own way, and this one stops before it fits the noise: on one
        // register alone it may come a little less far (0.009 at most over 40 registers), and further (0.04).
        let further = ours - vector.auc;
        assert!(further > -0.015 && further < 0.05, "{}: {ours} for {}", vector.name, vector.auc);
    }
    for (scheme, pairs) in of_scheme {
        let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / pairs.len() as f64;
        let (reference, ours) = (mean(|pair| pair.0), mean(|pair| pair.1));
        println!("{scheme}: reference {reference:.4}, here {ours:.4}");
        assert!(ours > reference - 0.01, "{scheme}: the gate attacks less well than the reference");
    }
}
