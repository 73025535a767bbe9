//! A record in two halves: together they are the record, and neither holds what is the other's.

use codebook::{Codebook, Record};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn book() -> Codebook {
    Codebook::parse(&std::fs::read_to_string("../../config/codebook/2026.1.toml").unwrap()).unwrap()
}

fn record(told: Value) -> Record {
    serde_json::from_value(told).unwrap()
}

#[test]
fn what_never_leaves_names_somebody_or_is_a_remark_lies_apart_and_what_follows_from_it_does_not() {
    let book = book();
    let told = record(json!({
        "case": [{ "incident_date": "2024-05-01", "case_reference": "A-17", "police_region": 3, "note": "A word" }],
        "victim": [{ "key": "victim1", "victim_sex": 2 }, { "key": "victim2", "victim_death_date": "2024-05-02", "victim_gender_identity": -8 }],
    }));
    let (plain, apart) = book.take_apart(&told);
    assert_eq!(plain, record(json!({ "case": [{ "police_region": 3 }], "victim": [{ "key": "victim1", "victim_sex": 2 }, { "key": "victim2" }] })));
    assert_eq!(apart, record(json!({ "case": [{ "incident_date": "2024-05-01", "case_reference": "A-17", "note": "A word" }], "victim": [{}, { "victim_death_date": "2024-05-02", "victim_gender_identity": -8 }] })));
    let worked = book.worked_out(&told);
    assert_eq!((&worked["case"][0].values["incident_year"], worked["case"][0].values.get("incident_date")), (&json!(2024), None));
    // Of the second half only what lies apart is taken: it can change nothing that stands plainly.
    let forged = record(json!({ "case": [{ "police_region": 9, "case_reference": "B-2" }], "suspect": [{ "suspect_gender_identity": 1 }] }));
    assert_eq!(book.put_together(&plain, &forged).0["case"][0], json!({ "police_region": 3, "case_reference": "B-2" }).as_object().unwrap().clone());
    assert!(!book.put_together(&plain, &forged).0.contains_key("suspect"));
}

#[test]
fn who_begins_to_code_gets_rows_and_sources_and_an_answer_to_what_is_not_asked_is_named() {
    let book = book();
    let told = record(json!({ "case": [{ "police_region": 3, "method_main": 2, "note": "A word" }], "relation": [{ "victim_key": "victim1", "relation_type": 5 }], "risk_factor": [{ "factor_code": 2, "factor_status": 1 }] }));
    assert_eq!(book.begun_from(&told, true), record(json!({ "case": [{ "police_region": 3 }], "relation": [{ "victim_key": "victim1" }], "risk_factor": [{ "factor_code": 2 }] })));
    assert_eq!(book.begun_from(&told, false), record(json!({ "case": [{}], "relation": [{ "victim_key": "victim1" }], "risk_factor": [{ "factor_code": 2 }] })));
    let (before, closed) = (record(json!({ "case": [{ "police_region": 3, "urbanity": 2 }] })), record(json!({ "case": [{ "police_region": 11, "urbanity": 2 }] })));
    assert!(book.not_asked(&before, &closed).is_empty(), "an answer whose question closed later is none");
    let places: Vec<String> = book.not_asked(&Record::default(), &closed).iter().map(codebook::Place::field).collect();
    assert_eq!(places, ["case[0].urbanity"]);
}

#[test]
fn a_key_is_a_number_or_a_short_word_and_never_a_name() {
    let book = book();
    let faulty = |key: Value| codebook::faults(&book, &record(json!({ "victim": [{ "key": key }] }))).len();
    assert_eq!([json!("victim1"), json!(3), json!("v-1_a"), Value::Null].map(faulty), [0; 4]);
    assert_eq!([json!("Noor"), json!("noor jansma"), json!("x".repeat(25)), json!(-1), json!(["v1"]), json!({ "name": 1 })].map(faulty), [1; 6]);
}

/// Anything a row may hold.
fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![(-9i64..99).prop_map(Value::from), "20[0-9]{2}-0[1-9]".prop_map(Value::from), Just(Value::Null), prop::collection::vec(0i64..20, 0..3).prop_map(Value::from)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn two_halves_are_the_whole_and_share_nothing(picked in prop::collection::vec((any::<prop::sample::Index>(), 0..3_usize, anything()), 0..60)) {
        let book = book();
        let mut whole = Record::default();
        for (which, row, value) in picked {
            let variable = &book.variables[which.index(book.variables.len())];
            let rows = whole.0.entry(variable.level.clone()).or_default();
            while rows.len() <= row {
                rows.push(Map::new());
            }
            rows[row].insert(variable.id.clone(), value);
        }
        let (plain, apart) = book.take_apart(&whole);
        prop_assert_eq!(&book.put_together(&plain, &apart), &whole);
        for (half, lies) in [(&plain, false), (&apart, true)] {
            for (id, _) in half.0.values().flatten().flatten() {
                prop_assert_eq!(book.variable(id).unwrap().apart(), lies, "{}", id);
            }
        }
        for (id, _) in book.worked_out(&whole).values().flatten().flat_map(|row| &row.values) {
            prop_assert!(!book.variable(id).is_some_and(codebook::Variable::apart), "{}", id);
        }
        let begun = book.begun_from(&whole, true);
        prop_assert!(begun.0.values().flatten().flatten().all(|(id, _)| book.variable(id).unwrap().copied()));
        prop_assert!(begun.0.iter().all(|(level, rows)| rows.len() == whole.0[level].len()), "the same rows");
    }
}
