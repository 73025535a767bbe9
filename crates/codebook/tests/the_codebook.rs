//! The codebook of the repository loads; one that contradicts itself does not; codes outside it are named.

use codebook::{Codebook, Record, Stage, faults, open};

fn text() -> String {
    std::fs::read_to_string("../../config/codebook/2026.1.toml").unwrap()
}

fn record(json: serde_json::Value) -> Record {
    serde_json::from_value(json).unwrap()
}

#[test]
fn the_codebook_of_the_repository_loads() {
    let book = Codebook::parse(&text()).unwrap();
    assert_eq!((book.levels.len(), book.variables.len(), book.factors.len(), book.checks.len(), book.derived.len()), (9, 140, 54, 59, 38));
    assert_eq!(book.list("police_region").map(<[_]>::len), Some(13));
}

#[test]
fn a_codebook_that_contradicts_itself_is_refused_by_name() {
    let refused = |from: &str, to: &str| Codebook::parse(&text().replacen(from, to, 1)).unwrap_err().to_string();
    assert!(refused("id = \"intake_source\"\nlevel = \"case\"", "id = \"intake_source\"\nlevel = \"galaxy\"").contains("intake_source: there is no level galaxy"));
    assert!(refused("id = \"case_scope\"\nlevel", "id = \"intake_source\"\nlevel").contains("two variables"));
    assert!(refused("[codebook]", "[codebook").contains("line"));
    assert!(refused("from = [\"incident_year\"]", "from = [\"incident_period\"]").contains("needs itself"));
}

#[test]
fn codes_outside_the_codebook_are_named_by_row_and_rule() {
    let book = Codebook::parse(&text()).unwrap();
    let told = record(serde_json::json!({ "case": [{ "case_scope": 77, "surprise": 1, "incident_date": "2016-02-30" }], "victim": [{ "victim_sex": -8, "victim_age": -9 }], "moon": [{}] }));
    let mut found: Vec<String> = faults(&book, &told).iter().map(|fault| format!("{} {}", fault.field, fault.rule)).collect();
    found.sort();
    assert_eq!(found, ["case[0].case_scope not-an-option", "case[0].incident_date impossible-date", "case[0].surprise unknown-field", "moon unknown-field", "victim[0].victim_age out-of-range"]);
}

#[test]
fn what_is_open_at_intake_is_less_than_at_closing() {
    let book = Codebook::parse(&text()).unwrap();
    let told = record(serde_json::json!({ "case": [{}] }));
    assert!(open(&book, &told, Stage::Intake).len() < open(&book, &told, Stage::Closing).len());
}

#[test]
fn text_is_text_and_a_code_that_stands_alone_stands_alone() {
    let book = Codebook::parse(&text()).unwrap();
    let told = record(serde_json::json!({ "case": [{ "case_reference": "2024-17", "municipality": "0363", "direct_trigger": [1, 12] }, { "direct_trigger": [12] }, { "direct_trigger": [1, 2, 1] }, { "municipality": "0".repeat(101) }, { "municipality": "03\n63" }] }));
    let found: Vec<String> = faults(&book, &told).iter().map(|fault| format!("{} {}", fault.field, fault.rule)).collect();
    assert_eq!(found, ["case[0].direct_trigger stands-alone", "case[2].direct_trigger twice", "case[3].municipality too-long", "case[4].municipality control-characters", "case[1] only-one"]);
    let crowd = serde_json::json!({ "victim": vec![serde_json::json!({}); 401] });
    assert_eq!(faults(&book, &record(crowd.clone())).iter().map(|fault| (fault.field.as_str(), fault.rule)).collect::<Vec<_>>(), [("victim", "too-many")]);
    assert!(!book.complete(&mut record(crowd)), "such a record is not completed");
}

#[test]
fn what_is_wrong_is_told_in_dutch_and_english_with_its_line_or_entry() {
    let told = |from: &str, to: &str| { let why = Codebook::parse(&text().replacen(from, to, 1)).unwrap_err(); (why.told("nl"), why.told("en")) };
    for (from, to, nl, en) in [
        ("id = \"intake_source\"\nlevel = \"case\"", "id = \"intake_source\"\nlevel = \"galaxy\"", "codeboek: intake_source: er is geen niveau galaxy", "codebook: intake_source: there is no level galaxy"),
        ("condition = \"", "condition = \"moon == 1 and ", "er is geen variabele moon (teken 1 van 'moon == 1 and", "there is no variable moon (character 1 of 'moon == 1 and"),
        ("[codebook]", "[codebook", "codeboek: regel ", "codebook: line "),
        ("required_at = ", "asked_at = ", "het veld required_at ontbreekt", "missing field `required_at`"),
    ] {
        let (dutch, english) = told(from, to);
        assert!(dutch.contains(nl) && english.contains(en), "{dutch} / {english}");
    }
}

/// The codebook is the only place that knows a variable: a new version needs no programmer.
#[test]
fn no_variable_factor_or_check_is_named_in_the_code() {
    let book = Codebook::parse(&text()).unwrap();
    let mut ids: Vec<&str> = book.variables.iter().map(|variable| variable.id.as_str()).chain(book.derived.iter().map(|derived| derived.id.as_str())).collect();
    ids.extend(book.factors.iter().map(|factor| factor.id.as_str()).chain(book.checks.iter().map(|check| check.id.as_str())));
    // `completeness` is also a word of the language of expressions.
    ids.retain(|id| *id != "completeness");
    let mut named = vec![];
    for folder in ["src", "../synthetic/src"] {
        for file in std::fs::read_dir(folder).unwrap().flatten() {
            let code = std::fs::read_to_string(file.path()).unwrap();
            named.extend(ids.iter().filter(|id| code.contains(&format!("\"{id}\""))).map(|id| format!("{} names {id}", file.path().display())));
        }
    }
    assert_eq!(named, Vec::<String>::new());
}
