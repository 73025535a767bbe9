//! Every check fires on one record and keeps quiet on another like it; on what is undecided no check fires.

use std::collections::BTreeMap;

use codebook::{Codebook, Record, Severity, faults};
use serde_json::Value;

fn book() -> Codebook {
    Codebook::parse(&std::fs::read_to_string("../../config/codebook/2026.1.toml").unwrap()).unwrap()
}

fn pairs() -> BTreeMap<String, BTreeMap<String, Value>> {
    toml::from_str(include_str!("checks.toml")).unwrap()
}

/// A level told as `"complete"` holds the rows it should have.
fn record(book: &Codebook, mut told: Value) -> Record {
    let levels = told.as_object_mut().unwrap();
    let complete = levels.iter().filter(|(_, rows)| rows.is_string()).map(|(level, _)| level.clone()).collect::<Vec<_>>();
    levels.retain(|level, _| !complete.contains(level));
    let mut record: Record = serde_json::from_value(told).unwrap();
    if !complete.is_empty() {
        book.complete(&mut record);
    }
    record
}

#[test]
fn every_check_has_a_record_it_fires_on_and_one_it_does_not() {
    let (book, mut pairs) = (book(), pairs());
    for check in &book.checks {
        let pair = pairs.remove(&check.id).unwrap_or_else(|| panic!("no pair of records for {}", check.id));
        for (told, wanted) in [("fires", true), ("quiet", false)] {
            let record = record(&book, pair[told].clone());
            assert_eq!(faults(&book, &record), [], "{} {told}", check.id);
            let examined = book.examine(&record);
            assert_eq!(examined.leftover, [], "{} {told}", check.id);
            let fired = examined.fired.iter().find(|fired| fired.check == check.id);
            assert_eq!(fired.is_some(), wanted, "{} {told}", check.id);
            let Some(fired) = fired else { continue };
            assert_eq!((fired.severity, &fired.message), (check.severity, &check.message));
            for hit in &fired.hits {
                assert_eq!(hit.level, check.level);
                for place in &hit.variables {
                    let derived = book.computed(&place.variable).is_some();
                    assert!(derived || book.variable(&place.variable).is_some_and(|variable| variable.level == place.level), "{}", place.field());
                }
            }
        }
    }
    assert!(pairs.is_empty(), "pairs for checks that are not there: {:?}", pairs.keys());
}

#[test]
fn a_check_names_the_row_it_hits_and_the_variables_to_look_at() {
    let book = book();
    let told = serde_json::json!({ "case": [{ "incident_date": "2024-05-02" }], "victim": [{ "victim_death_date": "2024-05-03" }, { "victim_death_date": "2024-05-01" }] });
    let examined = book.examine(&record(&book, told));
    let fired = examined.fired.iter().find(|fired| fired.check == "C01").unwrap();
    assert_eq!(fired.hits.len(), 1);
    let fields: Vec<String> = fired.hits[0].variables.iter().map(codebook::Place::field).collect();
    assert_eq!((fired.hits[0].row, fields), (1, vec!["case[0].incident_date".into(), "victim[1].victim_death_date".to_owned()]));
    assert!(examined.stops());
}

#[test]
fn no_check_fires_on_what_is_unknown_withheld_or_not_yet_collected() {
    let book = book();
    for (id, pair) in pairs() {
        let mut told = record(&book, pair["fires"].clone());
        for reason in [Value::from(-6), (-8).into(), Value::Null] {
            for row in told.0.values_mut().flatten() {
                row.values_mut().filter(|value| !value.is_string() || value.as_str().is_some_and(|text| text.starts_with('2'))).for_each(|value| *value = reason.clone());
            }
            let fired: Vec<String> = book.examine(&told).fired.into_iter().filter(|fired| fired.severity == Severity::Hard).map(|fired| fired.check).collect();
            // The number of rows is never unknown: a pair has no row, and factors that are always in scope have none.
            assert!(fired.iter().all(|fired| fired == "C04" || fired == "C42"), "{id} {reason}: {fired:?}");
        }
    }
}
