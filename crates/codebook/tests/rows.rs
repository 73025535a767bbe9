//! Which rows a record should have, what in them is open, and how it is laid out for tables.

use codebook::{Codebook, Record, Stage, faults, open};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn book() -> Codebook {
    Codebook::parse(&std::fs::read_to_string("../../config/codebook/2026.1.toml").unwrap()).unwrap()
}

fn record(told: Value) -> Record {
    serde_json::from_value(told).unwrap()
}

#[test]
fn a_record_is_completed_with_every_pair_every_factor_in_scope_and_a_review() {
    let book = book();
    let mut told = record(json!({
        "case": [{ "abuse_target": 1 }], "victim": [{ "key": "v1", "victim_age": 40 }, { "victim_age": 50 }],
        "suspect": [{ "key": "s1" }, { "key": "s2" }], "relation": [{ "victim_key": "v1", "suspect_key": "s2", "relation_type": 20 }],
    }));
    assert!(book.complete(&mut told));
    let pairs: Vec<_> = told.0["relation"].iter().map(|row| (row["victim_key"].as_str().unwrap().to_owned(), row["suspect_key"].as_str().unwrap().to_owned())).collect();
    let pair = |victim: &str, suspect: &str| (victim.to_owned(), suspect.to_owned());
    assert_eq!(pairs, [pair("v1", "s2"), pair("v1", "s1"), pair("victim2", "s1"), pair("victim2", "s2")]);
    assert_eq!(told.0["victim"][1]["key"], "victim2");
    assert_eq!(told.0["review"], [Map::new()]);
    // Whether an intimate partner is among the suspects is open while three relations are: only factors always in scope have rows.
    let always = book.factors.iter().filter(|factor| factor.scope == "all").count();
    assert_eq!(told.0["risk_factor"].len(), always);
    assert!(!book.complete(&mut told.clone()), "nothing is added twice");
    for row in told.0.get_mut("relation").unwrap() {
        row.insert("relation_type".into(), json!(1));
    }
    assert!(book.complete(&mut told));
    assert_eq!(told.0["risk_factor"].len(), always + book.factors.iter().filter(|factor| factor.scope == "ip").count());
    let examined = book.examine(&told);
    assert!(!examined.fired.iter().any(|fired| ["C04", "C42"].contains(&fired.check.as_str())));
    assert_eq!(book.rows(&told), codebook::Rows::default());
    assert_eq!(faults(&book, &told), []);
}

#[test]
fn pairs_without_keys_are_read_in_order_and_named_before_rows_are_added() {
    let book = book();
    let mut told = record(json!({ "case": [{}], "victim": [{ "victim_age": 4 }, { "victim_age": 40 }], "suspect": [{}], "relation": [{ "relation_type": 7 }, { "relation_type": 1 }] }));
    let flat = book.flat(&told);
    assert_eq!((flat["relation"][0].belongs["victim"], flat["relation"][1].belongs["victim"]), (0, 1));
    told.0.get_mut("suspect").unwrap().push(Map::new());
    assert_eq!(book.rows(&told).surplus, [("relation".to_owned(), 0), ("relation".to_owned(), 1)], "two rows for four pairs: nobody knows which");
    assert_eq!(book.rows(&told).absent.iter().filter(|absent| absent.level == "relation").count(), 4);
}

#[test]
fn rows_that_should_not_be_there_are_named_and_left_alone() {
    let book = book();
    let mut told = record(json!({
        "case": [{ "abuse_target": 1 }], "victim": [{ "key": "v", "victim_age": 40 }], "suspect": [{ "key": "s" }],
        "relation": [{ "relation_type": 20 }, { "victim_key": "gone" }, { "victim_key": "v" }], "risk_factor": [{ "factor_code": 1 }, { "factor_code": 1 }, { "factor_code": 48 }],
    }));
    let at = |level: &str, row| (level.to_owned(), row);
    assert_eq!(book.rows(&told).surplus, [at("relation", 1), at("relation", 2), at("risk_factor", 1), at("risk_factor", 2)]);
    book.complete(&mut told);
    assert_eq!(told.0["relation"].len(), 3);
    assert_eq!((told.0["relation"][1]["victim_key"].clone(), told.0["risk_factor"][2]["factor_code"].clone()), (json!("gone"), json!(48)));
}

#[test]
fn what_is_closed_is_not_open_and_what_a_condition_asks_for_is() {
    let book = book();
    let open = |case: Value| open(&book, &record(json!({ "case": [case] })), Stage::Coding);
    let has = |open: &[String], id: &str| open.contains(&format!("case[0].{id}"));
    assert!(has(&open(json!({ "police_region": 3 })), "urbanity"));
    assert!(!has(&open(json!({ "police_region": 11 })), "urbanity"));
    assert!(has(&open(json!({})), "urbanity"), "the question stays while the region is not known");
    assert!(!has(&open(json!({ "police_region": -8 })), "urbanity"), "unknown with the region, and no more open than that");
    assert!(!has(&open(json!({ "police_region": 3, "urbanity": -6 })), "urbanity"));
    let factors = record(json!({ "case": [{}], "victim": [{}], "suspect": [{}], "relation": [{}], "risk_factor": [{ "factor_code": 45 }, { "factor_code": 1 }] }));
    let open = codebook::open(&book, &factors, Stage::Closing);
    assert!(!open.contains(&"risk_factor[0].factor_status".to_owned()), "computed, so never asked");
    assert!(open.contains(&"risk_factor[1].factor_status".to_owned()));
}

#[test]
fn a_flat_record_has_a_value_for_every_column_of_every_row() {
    let book = book();
    let mut told = record(json!({ "case": [{ "police_region": 12, "methods_all": [2, 4], "incident_date": "2024-05" }], "victim": [{ "key": "a", "victim_sex": 1, "victim_gender_identity": -8 }], "suspect": [{ "suspect_status": 10 }] }));
    book.complete(&mut told);
    let flat = book.flat(&told);
    let mut columns = 0;
    for column in book.columns() {
        columns += 1;
        for row in &flat[column.level] {
            assert!(!row.values[column.id].is_null(), "{}", column.id);
        }
    }
    assert_eq!(columns, 178);
    let case = &flat["case"][0].values;
    assert_eq!((&case["urbanity"], &case["country_part"], &case["overkill"], &case["methods_all"], &case["incident_date"], &case["incident_year"]), (&json!(-7), &json!(5), &json!(-9), &json!([2, 4]), &json!("2024-05"), &json!(2024)));
    assert_eq!((&flat["victim"][0].values["fem_final"], &flat["suspect"][0].values["suspect_age"], &flat["relation"][0].values["age_gap_group"]), (&json!(-7), &json!(-7), &json!(-7)));
    assert_eq!(flat["relation"][0].belongs.iter().map(|(level, row)| (level.as_str(), *row)).collect::<Vec<_>>(), [("case", 0), ("suspect", 0), ("victim", 0)]);
}

/// Anything a row may hold, also what no row should.
fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (-10i64..100).prop_map(Value::from), 2 => prop::collection::vec(-9i64..20, 0..4).prop_map(Value::from), 1 => "20[0-9]{2}-[01][0-9](-[0-3][0-9])?".prop_map(Value::from),
        1 => Just(Value::Null), 1 => any::<i64>().prop_map(Value::from), 1 => ".{0,8}".prop_map(Value::from), 1 => Just(json!({ "deep": [1.5] })), 1 => Just(json!([null, "x"])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, max_shrink_iters: 50, ..ProptestConfig::default() })]

    /// A hundred records a time, 2,500 in all.
    #[test]
    fn random_records_are_examined_completed_and_laid_out_without_a_fall(seeds in prop::collection::vec((any::<u64>(), prop::collection::vec(anything(), 40)), 100)) {
        let book = book();
        for (seed, values) in seeds {
            let (mut told, mut next) = (Record::default(), seed);
            let mut turn = |below: usize| {
                next = next.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                usize::try_from(next >> 33).unwrap() % below
            };
            for level in &book.levels {
                let rows = (0..turn(4)).map(|_| {
                    let mut row: Map<String, Value> = book.of_level(&level.id).filter_map(|variable| {
                        if turn(3) == 0 {
                            return None;
                        }
                        let code = (turn(2) == 0).then(|| variable.codes.get(turn(variable.codes.len().max(1)))).flatten();
                        Some((variable.id.clone(), code.map_or_else(|| values[turn(values.len())].clone(), |code| if variable.kind == "multi" { json!([code.code]) } else { json!(code.code) })))
                    }).collect();
                    for key in ["key", "victim_key", "suspect_key", "review_key", "victim_no"] {
                        if turn(4) == 0 {
                            row.insert(key.into(), values[turn(values.len())].clone());
                        }
                    }
                    row
                }).collect();
                told.0.insert(level.id.clone(), rows);
            }
            let before = told.clone();
            let examined = book.examine(&told);
            prop_assert_eq!(examined.derived.len(), book.derived.iter().map(|derived| told.0[&derived.level].len()).sum::<usize>());
            for derivation in &examined.derived {
                let known = book.computed(&derivation.place.variable).unwrap();
                let code = derivation.value.as_i64().unwrap();
                prop_assert!((-9..=-7).contains(&code) || known.codes.is_empty() || known.codes.iter().any(|known| known.code == code), "{}: {}", known.id, code);
            }
            faults(&book, &told);
            open(&book, &told, Stage::Final);
            book.flat(&told);
            book.complete(&mut told);
            for (level, rows) in &before.0 {
                for (row, completed) in rows.iter().zip(&told.0[level]) {
                    prop_assert!(row.iter().all(|(id, value)| value.is_null() || completed.get(id) == Some(value)), "completing changed a row of {}", level);
                }
            }
            let again = told.clone();
            book.complete(&mut told);
            prop_assert_eq!(again, told, "completing twice adds nothing");
        }
    }
}
