//! The attack: what the gate lets pass is below the limit, what is above is refused, and it costs little.

mod support;

use std::time::Instant;

use gate::attack::Attack;
use gate::{Attacker, Ledger, Measure, Question, Refused, Seed, Terms, ask, quality};
use support::{awkward, four, noise};

fn all_tables(invented: &support::Invented) -> Measure {
    let register = invented.register();
    let tables = invented.tables().iter().map(|keys| (0, keys.get(1).map(|key| (*key).to_owned()))).collect();
    Attacker::new(Seed::new([2; 32])).measure(&register, invented.unit, tables).unwrap()
}

#[test]
fn four_coarse_keys_stay_below_the_limit_over_twenty_registers() {
    let measures: Vec<Measure> = (0..20).map(|seed| all_tables(&four(seed, 300))).collect();
    let mean = measures.iter().map(|measure| measure.auc).sum::<f64>() / 20.0;
    let most = measures.iter().map(|measure| measure.auc).fold(0.0, f64::max);
    let hits = measures.iter().map(|measure| measure.hits).sum::<f64>() / 20.0;
    println!("300 cases, all tables by four coarse keys: AUC {mean:.3} (most {most:.3}), hits {hits:.3}");
    assert!(measures.iter().all(|measure| measure.auc <= 0.65), "{measures:?}");
    // An attack that finds nothing at all would be no test.
    assert!(mean > 0.52, "{mean}");
}

#[test]
fn a_larger_register_is_harder_to_attack() {
    let at = |cases| all_tables(&four(3, cases)).auc;
    let (small, middle, large) = (at(300), at(4_000), at(20_000));
    println!("AUC at 300 cases {small:.3}, at 4,000 {middle:.3}, at 20,000 {large:.3}");
    assert!(small > middle && middle > large && large > 0.5);
}

/// Of a part of a large register the cells would be too small to be shown, and the attack would find nothing that really left.
#[test]
fn what_is_shown_of_a_large_register_is_shown_to_the_attack() {
    let mut dice = support::Dice(5);
    let mut invented = four(0, 12_000);
    invented.variables = vec![("period", 3), ("one", 120), ("two", 120), ("three", 120), ("known", 2)];
    invented.keys = 4;
    for person in &mut invented.people {
        person.codes = vec![person.codes[0], dice.below(120), dice.below(120), dice.below(120), person.codes[4]];
    }
    let columns = invented.columns();
    let mut attack = Attack::new(&columns, &Seed::new([3; 32]));
    for key in ["one", "two", "three"] {
        attack.add(&columns, &["period", key], &[false; 360]).unwrap();
    }
    let auc = attack.measure().auc;
    println!("12,000 cases in groups of 33: AUC {auc:.3}");
    assert!(auc > 0.53, "{auc}");
}

/// A register with many keys of three codes, as no list should have, so that the attack can come too far.
fn with_many_keys(number: usize) -> (support::Invented, Vec<&'static str>) {
    let mut dice = support::Dice(11);
    let mut invented = four(0, 300);
    let names: Vec<&'static str> = (0..number).map(|number| &*format!("key{number}").leak()).collect();
    invented.variables = std::iter::once(("period", 3)).chain(names.iter().map(|name| (*name, 3))).chain([("known", 2)]).collect();
    invented.keys = number + 1;
    for person in &mut invented.people {
        let (period, known) = (person.codes[0], person.codes[4]);
        person.codes = std::iter::once(period).chain((0..number).map(|_| dice.below(3))).chain([known]).collect();
    }
    (invented, names)
}

#[test]
fn sixty_tables_take_less_than_two_seconds_and_one_more_a_part_of_it() {
    let (invented, names) = with_many_keys(60);
    let columns = invented.columns();
    let started = Instant::now();
    let mut attack = Attack::new(&columns, &Seed::new([3; 32]));
    for key in &names[..59] {
        attack.add(&columns, &["period", key], &[false; 9]).unwrap();
    }
    let before = attack.measure();
    let most = started.elapsed();
    let again = Instant::now();
    attack.add(&columns, &["period", names[59]], &[false; 9]).unwrap();
    let (rows, after) = (again.elapsed(), attack.measure());
    println!("300 cases, 59 tables: AUC {:.3} in {most:.1?}; one more: {:.1?} (its rows {rows:.1?}), AUC {:.3}", before.auc, again.elapsed(), after.auc);
    assert!(!after.passes() && after.auc > before.auc - 0.005);
    assert!(most.as_secs_f64() < 2.0 && again.elapsed() < most.max(std::time::Duration::from_millis(500)), "{most:?}");
}

#[test]
fn above_the_limit_the_gate_refuses_even_with_two_checkers() {
    let (invented, _) = with_many_keys(30);
    let (register, noise) = (invented.register(), noise());
    let (mut attacker, mut ledger) = (Attacker::new(Seed::new([2; 32])), Ledger::default());
    let (mut given, mut refused) = (0, Vec::new());
    for keys in invented.tables() {
        let question = Question::new(register.catalogue(), &keys, "known").unwrap();
        match ask(&register, &ledger, &question, Terms { quota: None, checked: true }, &noise, &mut attacker) {
            Ok(answer) => {
                assert!(answer.measure.unwrap().auc <= 0.65);
                given += 1;
                ledger.note(&question);
            }
            Err(why) => refused.push(why),
        }
    }
    println!("{given} tables given, {} refused: {:?}", refused.len(), refused.first());
    assert!(given > 3 && refused.len() > 3);
    assert!(refused.iter().all(|why| matches!(why, Refused::Reconstruction(measure) if measure.auc > 0.65)));
}

#[test]
fn sets_measured_in_advance_are_the_sets_measured_when_asked() {
    let register = awkward(2, 300).register();
    let mut prepared = Attacker::new(Seed::new([2; 32]));
    let started = Instant::now();
    let sets = prepared.prepare(&register).unwrap();
    println!("{sets} sets of tables within the budget in {:.1?}", started.elapsed());
    // By hand: sets of tables of 3, 12, 39, 18, 9, 12, 6 and 6 cells with 60 or fewer together.
    let cells = [3, 12, 39, 18, 9, 12, 6, 6];
    let fitting = (1_u32..256).filter(|set| (0..8).filter(|table| set >> table & 1 == 1).map(|table| cells[table]).sum::<u32>() <= 60).count();
    assert_eq!(sets, fitting);
    let mut later = Attacker::new(Seed::new([2; 32]));
    for set in [vec![None, Some("part")], vec![Some("age"), Some("part"), Some("sex")], vec![Some("police"), Some("relation")]] {
        let set: gate::Out = set.into_iter().map(|key| (0, key.map(str::to_owned))).collect();
        let (before, now) = (prepared.measure(&register, "case", set.clone()).unwrap(), later.measure(&register, "case", set).unwrap());
        assert!((before.auc - now.auc).abs() < 1e-6, "{before:?} {now:?}");
    }
}

/// Four units of a case may have one answer: then as few are unknown as there are cases, and the attack comes further than on four times as many.
#[test]
fn units_of_a_case_are_attacked_as_if_they_shared_their_answer_too() {
    let fours = |of_one_case: bool| {
        let mut invented = four(3, 600);
        for person in std::mem::take(&mut invented.people) {
            invented.people.extend((0..4_u8).map(|nth| support::Person {
                case: if of_one_case { person.case } else { person.case * 4 + u32::from(nth) }, key: person.key.wrapping_add(nth * 61), codes: person.codes.clone(),
            }));
        }
        all_tables(&invented).auc
    };
    let (together, apart) = (fours(true), fours(false));
    println!("600 cases of four: AUC {together:.3}; 2,400 cases of one: {apart:.3}");
    assert!(together > apart + 0.01, "{together} {apart}");
}

/// Who is known is attacked no more: of an outcome that applies to a tenth, only that tenth is guessed, from the figures that are shown of it.
#[test]
fn the_attack_knows_to_whom_a_question_does_not_apply() {
    let mut invented = four(3, 3000);
    invented.variables[4].1 = 3;
    for person in &mut invented.people {
        person.codes[4] = if person.case % 10 == 0 { person.codes[4] } else { 2 };
    }
    let measured = |outside: Vec<(&'static str, u16)>| {
        let invented = support::Invented { outside, ..invented.clone() };
        let register = invented.register();
        let question = |keys: &[&str]| Question::new(register.catalogue(), keys, "known").unwrap();
        let (mut attacker, mut ledger) = (Attacker::new(Seed::new([2; 32])), Ledger::default());
        let tables = invented.tables();
        let (last, others) = tables.split_last().unwrap();
        others.iter().for_each(|keys| ledger.note(&question(keys)));
        ask(&register, &ledger, &question(last), Terms { quota: None, checked: true }, &noise(), &mut attacker).unwrap().measure.unwrap().auc
    };
    let (known, unknown) = (measured(vec![("known", 2)]), measured(vec![]));
    // A register of three hundred, and not of three thousand.
    println!("AUC among those to whom it applies {known:.3}, were all taken for unknown {unknown:.3}");
    assert!(known > unknown + 0.005, "{known} {unknown}");
}

/// The attack on what really left, with the true answers, which the gate itself never tries.
#[test]
fn what_really_left_tells_no_more_than_the_simulations_said() {
    let (mut auc, mut hits) = (0.0, 0.0);
    for seed in 0..20 {
        let invented = four(seed, 300);
        let (register, noise) = (invented.register(), noise());
        let (mut attacker, mut ledger) = (Attacker::new(Seed::new([2; 32])), Ledger::default());
        let mut out = Vec::new();
        for keys in invented.tables() {
            let question = Question::new(register.catalogue(), &keys, "known").unwrap();
            out.push(ask(&register, &ledger, &question, Terms::default(), &noise, &mut attacker).unwrap().table);
            ledger.note(&question);
        }
        let measure = quality::reconstruction(&register, &out, 1).unwrap().unwrap();
        auc += measure.auc / 20.0;
        hits += measure.hits / 20.0;
    }
    println!("300 cases, true answers, everything released: AUC {auc:.3}, hits {hits:.3}");
    assert!(auc <= 0.65 && auc > 0.52, "{auc}");
}
