//! Every derived variable has an answer known by hand; the table of femicide is followed step by step, and says which step it was.

use codebook::{Codebook, Record};
use serde_json::{Value, json};

fn book() -> Codebook {
    Codebook::parse(&std::fs::read_to_string("../../config/codebook/2026.1.toml").unwrap()).unwrap()
}

fn record(told: Value) -> Record {
    serde_json::from_value(told).unwrap()
}

#[derive(serde::Deserialize)]
struct Known {
    of: String,
    at: (String, usize),
    is: i64,
    record: Value,
}

#[test]
fn every_derived_variable_has_an_answer_known_by_hand() {
    let book = book();
    let known: std::collections::BTreeMap<String, Vec<Known>> = toml::from_str(include_str!("derived.toml")).unwrap();
    for known in &known["known"] {
        let examined = book.examine(&record(known.record.clone()));
        let found = examined.derivation(&known.at.0, known.at.1, &known.of).unwrap_or_else(|| panic!("{}", known.of));
        assert_eq!(found.value, json!(known.is), "{}: {}", known.of, found.words.en);
    }
    for derived in &book.derived {
        assert!(known["known"].iter().any(|known| known.of == derived.id), "no known answer for {}", derived.id);
        assert!(known["known"].iter().any(|known| known.of == derived.id && known.is > -6), "only missing is known for {}", derived.id);
    }
}

#[test]
fn completeness_counts_unknown_and_withheld_as_filled_and_leaves_out_what_is_closed() {
    let book = book();
    let of = |told: Value| book.examine(&record(told)).derivation("case", 0, "completeness").unwrap().value.clone();
    let case: Vec<_> = book.of_level("case").filter(|variable| variable.condition.is_none()).map(|variable| (variable.id.clone(), json!(-8))).collect();
    let all: serde_json::Map<String, Value> = case.into_iter().collect();
    // Whether it was urban or a firearm was licensed leans on what is unknown, and is unknown with it.
    assert_eq!(of(json!({ "case": [all] })), 100);
    let mut half = all.clone();
    half.remove("overkill");
    let asked = i64::try_from(book.of_level("case").count()).unwrap();
    assert_eq!(of(json!({ "case": [half] })), (asked - 1) * 100 / asked);
    let mut closed = all;
    (closed["police_region"], closed["methods_all"]) = (json!(11), json!([2]));
    assert_eq!(of(json!({ "case": [closed] })), 100);
    assert_eq!(of(json!({ "case": [{}] })), 0);
}

/// A woman killed by one suspect of a kind of relation; every criterion looked into and not found, unless told otherwise.
fn killed(relation: Value, status: i64, criteria: Value, case: Value) -> Record {
    let mut victim = json!({ "victim_sex": 2 });
    for criterion in ["fem_prior_violence", "fem_exploitation", "fem_liberty", "fem_sex_work", "fem_sexual_violence", "fem_mutilation", "fem_body_public", "fem_hate"] {
        victim[criterion] = json!(3);
    }
    victim.as_object_mut().unwrap().extend(criteria.as_object().unwrap().clone());
    let mut whole = json!({ "iccs_class": 101, "homicide_certainty": 1 });
    whole.as_object_mut().unwrap().extend(case.as_object().unwrap().clone());
    record(json!({ "case": [whole], "victim": [victim], "suspect": [{ "suspect_status": status }], "relation": [{ "relation_type": relation }] }))
}

#[test]
fn the_table_of_femicide_is_followed_step_by_step() {
    let book = book();
    let none = || json!({});
    let table = [
        (killed(json!(1), 1, json!({ "victim_sex": 1 }), none()), 1, 0),
        (killed(json!(1), 1, none(), json!({ "iccs_class": 1031 })), 2, 8),
        (killed(json!(1), 1, none(), json!({ "homicide_certainty": 6 })), 3, 7),
        (killed(json!(20), 10, json!({ "fem_hate": 1 }), none()), 4, 5),
        (killed(json!(20), 10, json!({ "fem_hate": 2 }), none()), 5, 7),
        (killed(json!(6), 1, none(), none()), 6, 1),
        (killed(json!(13), 1, none(), none()), 7, 2),
        (killed(json!(18), 1, json!({ "fem_liberty": 1 }), none()), 8, 3),
        (killed(json!(20), 1, json!({ "fem_sexual_violence": 1 }), none()), 9, 4),
        (killed(json!(-8), 1, none(), none()), 10, 7),
        (killed(json!(20), 1, json!({ "fem_mutilation": 2 }), none()), 11, 7),
        (killed(json!(20), 1, json!({ "fem_mutilation": -8 }), none()), 12, 7),
        (killed(json!(18), 1, none(), none()), 13, 6),
    ];
    for (told, step, code) in table {
        let examined = book.examine(&told);
        let found = examined.derivation("victim", 0, "fem_computed").unwrap();
        assert_eq!((found.step, &found.value), (Some(step), &json!(code)), "{}", found.words.en);
        assert!(found.words.en.starts_with(&format!("Step {step} of 13: ")) && found.words.nl.starts_with(&format!("Stap {step} van 13: ")), "{}", found.words.nl);
        assert!(!found.inputs.is_empty() && found.line.is_some());
    }
    assert_eq!(book.computed("fem_computed").unwrap().cases.len(), 13);
}

#[test]
fn a_woman_is_a_woman_also_when_the_papers_say_man_and_every_victim_has_their_own_relation() {
    let book = book();
    let known = killed(json!(1), 1, json!({ "victim_sex": 1, "victim_gender_identity": 2 }), json!({}));
    assert_eq!(book.examine(&known).derivation("victim", 0, "fem_computed").unwrap().value, 1);
    let told = json!({
        "case": [{ "iccs_class": 101, "homicide_certainty": 1 }], "victim": [{ "key": "mother", "victim_sex": 2 }, { "key": "daughter", "victim_sex": 2 }],
        "suspect": [{ "suspect_status": 1 }], "relation": [{ "victim_key": "daughter", "relation_type": 7 }, { "victim_key": "mother", "relation_type": 1 }],
    });
    let examined = book.examine(&record(told));
    let value = |row| examined.derivation("victim", row, "fem_computed").unwrap().value.clone();
    assert_eq!((value(0), value(1)), (json!(1), json!(2)));
    let words = &examined.derivation("victim", 1, "fem_computed").unwrap().words;
    assert!(words.en.contains("Step 7 of 13: a suspect is another relative"), "{}", words.en);
}

#[test]
fn what_is_missing_is_told_with_the_name_of_what_is_missing() {
    let book = book();
    let examined = book.examine(&record(json!({ "case": [{ "incident_date": -6 }] })));
    let year = examined.derivation("case", 0, "incident_year").unwrap();
    assert_eq!((&year.value, year.shown.en.as_str()), (&json!(-8), "unknown"));
    assert!(year.words.nl.contains("niet verstrekt") && year.words.en.contains("not supplied"), "{}", year.words.nl);
}

#[test]
fn nothing_is_computed_from_a_level_nobody_came_to_until_the_codes_are_final() {
    let book = book();
    let begun = record(json!({ "case": [{}], "victim": [{ "victim_sex": 2 }], "review": [{}] }));
    let (open, done) = (book.examine_unfinished(&begun), book.examine(&begun));
    let of = |examined: &codebook::Examined, id: &str| examined.derived.iter().find(|one| one.place.variable == id).unwrap().value.as_i64();
    for (id, none) in [("children_bereaved", 1), ("child_exposed", 2), ("known_to_agency", 4), ("agencies_last_year", 1), ("measure_in_force", 4), ("flags_present", 0), ("flags_known", 3), ("recommendations", 0)] {
        assert_eq!((of(&open, id), of(&done, id)), (Some(-9), Some(none)), "{id}");
    }
    // Once a row stands there, what follows from it follows.
    let come = record(json!({ "case": [{}], "victim": [{}], "child": [{ "child_exposure": [1] }] }));
    let open = book.examine_unfinished(&come);
    assert_eq!((of(&open, "children_bereaved"), of(&open, "child_exposed"), of(&open, "known_to_agency")), (Some(2), Some(1), Some(-9)));
    // What is asked and what fires is as it will be.
    assert_eq!((&open.cells, &open.fired), (&book.examine(&come).cells, &book.examine(&come).fired));
}
