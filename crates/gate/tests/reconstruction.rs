//! The attack: what the gate lets pass is below the limit, what is above is refused, and it costs little.

mod support;

use std::time::Instant;

use gate::attack::{Attack, MOST_AUC, SAMPLE};
use gate::{Attacker, Ledger, Measure, Question, Refused, Seed, Terms, ask};
use support::{awkward, four, noise};

fn all_tables(invented: &support::Invented) -> Measure {
    let register = invented.register();
    let tables = invented.tables().iter().map(|keys| keys.get(1).map(|key| (*key).to_owned())).collect();
    Attacker::new(Seed::new([2; 32])).measure(&register, invented.unit, tables).unwrap()
}

#[test]
fn four_coarse_keys_stay_below_the_limit_over_twenty_registers() {
    let measures: Vec<Measure> = (0..20).map(|seed| all_tables(&four(seed, 300))).collect();
    let mean = measures.iter().map(|measure| measure.auc).sum::<f64>() / 20.0;
    let most = measures.iter().map(|measure| measure.auc).fold(0.0, f64::max);
    let hits = measures.iter().map(|measure| measure.hits).sum::<f64>() / 20.0;
    println!("300 cases, all tables by four coarse keys: AUC {mean:.3} (most {most:.3}), hits {hits:.3}");
    assert!(measures.iter().all(|measure| measure.auc <= MOST_AUC), "{measures:?}");
    // An attack that finds nothing at all would be no test.
    assert!(mean > 0.54, "{mean}");
}

#[test]
fn a_larger_register_is_harder_to_attack() {
    let at = |cases| all_tables(&four(3, cases)).auc;
    let (small, middle, large) = (at(300), at(SAMPLE as u32), at(20_000));
    println!("AUC at 300 cases {small:.3}, at {SAMPLE} {middle:.3}, sampled from 20,000 {large:.3}");
    assert!(small > middle && (large - middle).abs() < 0.03);
}

/// Tables by random keys, as no list allows them, until the attack comes too far.
#[test]
fn many_tables_come_too_far_and_one_more_costs_a_fraction() {
    let mut dice = support::Dice(11);
    let mut invented = four(0, 300);
    let names: Vec<String> = (0..60).map(|number| format!("key{number}")).collect();
    let leaked: Vec<&'static str> = names.into_iter().map(|name| &*name.leak()).collect();
    invented.variables = std::iter::once(("period", 3)).chain(leaked.iter().map(|name| (*name, 4))).chain([("known", 2)]).collect();
    invented.keys = 61;
    for person in &mut invented.people {
        let (period, known) = (person.codes[0], person.codes[4]);
        person.codes = std::iter::once(period).chain((0..60).map(|_| dice.below(4))).chain([known]).collect();
    }
    let columns = invented.columns();
    let started = Instant::now();
    let mut attack = Attack::new(&columns, &Seed::new([3; 32]));
    for key in &leaked[..59] {
        attack.add(&columns, &["period", key], &[false; 12]).unwrap();
    }
    let before = attack.measure();
    let most = started.elapsed();
    let again = Instant::now();
    attack.add(&columns, &["period", leaked[59]], &[false; 12]).unwrap();
    let added = again.elapsed();
    let after = attack.measure();
    println!("300 cases, 59 tables: AUC {:.3} in {most:.1?}; one table more: rows {added:.1?}, in all {:.1?}, AUC {:.3}", before.auc, again.elapsed(), after.auc);
    assert!(!after.passes() && after.auc > before.auc - 0.005);
    assert!(most.as_secs_f64() < 2.0, "{most:?}");
}

#[test]
fn above_the_limit_the_gate_refuses_even_with_two_checkers() {
    let invented = awkward(1, 300);
    let (register, noise) = (invented.register(), noise());
    let (mut attacker, mut ledger) = (Attacker::new(Seed::new([2; 32])), Ledger::default());
    let mut refused = None;
    for keys in invented.tables() {
        let question = Question::new(register.catalogue(), &keys, "known").unwrap();
        match ask(&register, &ledger, &question, Terms { quota: None, checked: true }, &noise, &mut attacker) {
            Ok(answer) => println!("{keys:?}: AUC {:.3}", answer.measure.unwrap().auc),
            Err(why) => refused = refused.or(Some(why)),
        }
        ledger.note(&question);
    }
    println!("{refused:?}");
    assert!(refused.is_none_or(|why| matches!(why, Refused::Reconstruction(measure) if measure.auc > MOST_AUC)));
}
