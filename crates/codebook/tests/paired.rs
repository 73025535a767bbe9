//! Rows of two codings stand for each other by what names them, never by their place; a row that goes takes with it what hangs on it.

use codebook::{Codebook, Record, after, once_back, put_rows, same_code, take_rows};
use serde_json::{Value, json};

fn book() -> Codebook {
    Codebook::parse(include_str!("../../../config/codebook/2026.1.toml")).expect("the codebook")
}

fn record(told: Value) -> Record {
    serde_json::from_value(told).expect("a record")
}

fn two() -> Record {
    record(json!({
        "case": [{ "overkill": 1 }],
        "victim": [{ "key": "victim1", "victim_sex": 2, "victim_age": 34, "fem_hate": 1 }, { "key": "victim2", "victim_sex": 1, "victim_age": 7, "fem_hate": 2 }],
        "suspect": [{ "key": "suspect1", "suspect_sex": 1 }],
        "relation": [{ "victim_key": "victim1", "suspect_key": "suspect1", "relation_type": 1 }, { "victim_key": "victim2", "suspect_key": "suspect1", "relation_type": 8 }],
        "agency_contact": [{ "contact_organisation": 1, "contact_person": 1, "violence_known": 1 }, { "contact_organisation": 5, "contact_person": 2, "violence_known": 2 }],
        "risk_factor": [{ "factor_code": 1, "factor_status": 1 }, { "factor_code": 2, "factor_status": 2 }]
    }))
}

/// The same, every level turned round and the keys given anew by place.
fn turned() -> Record {
    record(json!({
        "case": [{ "overkill": 1 }],
        "victim": [{ "key": "victim1", "victim_sex": 1, "victim_age": 7, "fem_hate": 2 }, { "key": "victim2", "victim_sex": 2, "victim_age": 34, "fem_hate": 1 }],
        "suspect": [{ "key": "suspect1", "suspect_sex": 1 }],
        "relation": [{ "victim_key": "victim1", "suspect_key": "suspect1", "relation_type": 8 }, { "victim_key": "victim2", "suspect_key": "suspect1", "relation_type": 1 }],
        "agency_contact": [{ "contact_organisation": 5, "contact_person": 2, "violence_known": 2 }, { "contact_organisation": 1, "contact_person": 1, "violence_known": 1 }],
        "risk_factor": [{ "factor_code": 3, "factor_status": 1 }, { "factor_code": 2, "factor_status": 2 }, { "factor_code": 1, "factor_status": 1 }]
    }))
}

#[test]
fn rows_in_another_order_are_the_same_rows() {
    let (book, one, other) = (book(), two(), turned());
    let pairs = book.paired([&one, &other]);
    for level in ["victim", "relation", "agency_contact"] {
        assert_eq!(pairs[level], [[Some(0), Some(1)], [Some(1), Some(0)]], "{level}");
    }
    // A factor of another scope is a row only one has, and moves no other.
    assert_eq!(pairs["risk_factor"], [[Some(0), Some(2)], [Some(1), Some(1)], [None, Some(0)]]);
    let told = |record: &Record| book.told(record, &|variable| variable.level != "risk_factor");
    assert_eq!(told(&one), told(&other));
    assert_ne!(book.told(&one, &|_| true), book.told(&other, &|_| true));
    // Who is tied to whom is told too: the same answers on the other pair are not alike.
    let mut crossed = other.clone();
    let relations = crossed.0.get_mut("relation").expect("relations");
    relations[0].insert("relation_type".into(), json!(1));
    relations[1].insert("relation_type".into(), json!(8));
    assert_ne!(told(&one), told(&crossed));
}

#[test]
fn a_key_given_by_place_does_not_make_two_contacts_one() {
    let (book, mut one, mut other) = (book(), two(), two());
    one.0.get_mut("agency_contact").expect("contacts").truncate(1);
    let contacts = other.0.get_mut("agency_contact").expect("contacts");
    *contacts = vec![serde_json::from_value(json!({ "contact_organisation": 7, "contact_person": 3, "violence_known": 1 })).expect("a row"), contacts[0].clone()];
    assert_eq!(book.paired([&one, &other])["agency_contact"], [[Some(0), Some(1)], [None, Some(0)]]);
    // Two factors are never one, though each is the only one.
    let alone = |factor: i64| record(json!({ "risk_factor": [{ "factor_code": factor, "factor_status": 1 }] }));
    assert_eq!(book.paired([&alone(1), &alone(2)])["risk_factor"], [[Some(0), None], [None, Some(0)]]);
    // One victim with other answers is still the same victim.
    let victim = |sex: i64, age: i64| record(json!({ "victim": [{ "victim_sex": sex, "victim_age": age }] }));
    assert_eq!(book.paired([&victim(1, 20), &victim(2, 60)])["victim"], [[Some(0), Some(0)]]);
    assert!(same_code(&json!([2, 1]), &json!([1, 2])) && !same_code(&json!([2]), &json!(2)));
}

#[test]
fn what_only_the_second_has_joins_the_first_with_its_ties() {
    let (book, one) = (book(), record(json!({
        "victim": [{ "victim_sex": 2, "victim_age": 34 }], "suspect": [{ "suspect_sex": 1 }], "relation": [{ "relation_type": 1 }]
    })));
    let other = record(json!({
        "victim": [{ "key": "victim1", "victim_sex": 1, "victim_age": 7 }, { "key": "victim2", "victim_sex": 2, "victim_age": 34 }], "suspect": [{ "key": "suspect1", "suspect_sex": 1 }],
        "relation": [{ "victim_key": "victim1", "relation_type": 8 }, { "victim_key": "victim2", "relation_type": 1 }]
    }));
    let joined = book.joined([&one, &other]);
    assert_eq!(joined.from["victim"], [[Some(0), Some(1)], [None, Some(0)]]);
    assert_eq!(joined.from["relation"], [[Some(0), Some(1)], [None, Some(0)]]);
    let (victims, relations) = (&joined.rows.0["victim"], &joined.rows.0["relation"]);
    assert_ne!(victims[0]["key"], victims[1]["key"]);
    assert_eq!((&relations[0]["victim_key"], &relations[1]["victim_key"]), (&victims[0]["key"], &victims[1]["key"]));
    assert!(book.orphans(&joined.rows).is_empty());
}

#[test]
fn a_row_goes_with_what_hangs_on_it_and_comes_back_to_its_place() {
    let (book, whole) = (book(), two());
    let mut left = whole.clone();
    let gone = book.hangs_on(&whole, "victim", 0);
    assert_eq!(gone, [("victim".to_owned(), 0), ("relation".to_owned(), 0)]);
    let taken = take_rows(&mut left, &gone);
    assert_eq!((left.0["victim"].len(), left.0["relation"].len()), (1, 1));
    assert!(book.orphans(&left).is_empty());
    assert_eq!((after("victim", 0, &gone), after("victim", 1, &gone), after("suspect", 0, &gone)), (None, Some(0), Some(0)));
    assert_eq!((once_back("victim", 0, &gone), once_back("suspect", 0, &gone)), (1, 0));
    put_rows(&mut left, &taken);
    assert_eq!(left, whole);
    // Taken out alone, it leaves an orphan.
    left.0.get_mut("victim").expect("victims").remove(0);
    assert_eq!(book.orphans(&left), [("relation".to_owned(), 0)]);
}
