//! Made-up records have no faults, fire no check that stops closing, leave nothing open, and are the same for the same seed.

use std::collections::BTreeMap;

use codebook::{Codebook, Record, Severity, Stage, faults, open};
use synthetic::generate;

fn book() -> Codebook {
    Codebook::parse(&std::fs::read_to_string("../../config/codebook/2026.1.toml").unwrap()).unwrap()
}

#[test]
fn two_thousand_records_follow_the_codebook() {
    let book = book();
    let mut soft = BTreeMap::new();
    for (number, record) in generate(&book, 7, 2000).unwrap().enumerate() {
        assert_eq!(faults(&book, &record), [], "{number}");
        let examined = book.examine(&record);
        let hard: Vec<_> = examined.fired.iter().filter(|fired| fired.severity == Severity::Hard).collect();
        assert!(hard.is_empty(), "{number}: {hard:?}");
        assert_eq!(examined.leftover, [], "{number}");
        assert_eq!(open(&book, &record, Stage::Final), Vec::<String>::new(), "{number}");
        assert_eq!(book.rows(&record), codebook::Rows::default(), "{number}");
        let completeness = examined.derivation("case", 0, "completeness").unwrap();
        assert_eq!(completeness.value, 100, "{number}");
        for fired in examined.fired {
            *soft.entry(fired.check).or_insert(0) += 1;
        }
    }
    // Soft checks ask for a reason; a register has some, not in every record.
    assert!(soft.values().all(|count| *count < 200), "{soft:?}");
}

#[test]
fn the_shares_are_those_of_such_a_register() {
    let book = book();
    let records: Vec<Record> = generate(&book, 3, 2000).unwrap().collect();
    let share = |holds: &dyn Fn(&Record) -> bool| records.iter().filter(|record| holds(record)).count() * 100 / records.len();
    let one = |level: &'static str| share(&|record| record.0[level].len() == 1);
    assert!((84..92).contains(&one("victim")) && (89..97).contains(&one("suspect")), "{} {}", one("victim"), one("suspect"));
    for year in 2019..=2026 {
        let in_year = share(&|record| record.0["case"][0]["incident_date"].as_str().unwrap().starts_with(&year.to_string()));
        assert!((9..=16).contains(&in_year), "{year}: {in_year}");
    }
    let mut regions = BTreeMap::new();
    let (mut missing, mut all) = (0, 0);
    for record in &records {
        *regions.entry(record.0["case"][0]["police_region"].as_i64().unwrap()).or_insert(0) += 1;
        for value in record.0.values().flatten().flat_map(|row| row.values()) {
            all += 1;
            missing += usize::from(value.as_i64().is_some_and(|code| code == -8 || code == -6));
        }
    }
    assert!(regions.len() >= 11 && regions[&2] > regions[&10] && regions.get(&13).is_none_or(|few| *few < 20), "{regions:?}");
    assert!((1..10).contains(&(missing * 100 / all)), "{missing} of {all}");
    // Every outcome of the table of femicide comes up, but one: an unknown suspect goes with a killing that is still investigated.
    let mut codes = BTreeMap::new();
    for record in &records {
        for row in &book.flat(record)["victim"] {
            *codes.entry(row.values["fem_computed"].as_i64().unwrap()).or_insert(0) += 1;
        }
    }
    assert!([0, 1, 2, 3, 4, 6, 7, 8].iter().all(|code| codes.contains_key(code)), "{codes:?}");
}

#[test]
fn the_same_seed_gives_the_same_records_on_every_machine() {
    let book = book();
    // By name, however the members of a row are kept.
    let text = |seed, number: usize| {
        let record = generate(&book, seed, number + 1).unwrap().last().unwrap();
        let rows: BTreeMap<_, Vec<BTreeMap<_, _>>> = record.0.iter().map(|(level, rows)| (level, rows.iter().map(|row| row.iter().collect()).collect())).collect();
        serde_json::to_string(&rows).unwrap()
    };
    assert_eq!(text(1, 5), text(1, 5));
    assert_ne!(text(1, 5), text(2, 5));
    assert_ne!(text(1, 5), text(1, 6));
    // A sum over one record, so that a change of the generator or of a machine is seen.
    let sum = text(1, 0).bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    assert_eq!(sum, 1_697_508_005_808_247_598);
}

#[test]
fn weights_for_another_codebook_are_refused() {
    let text = std::fs::read_to_string("../../config/codebook/2026.1.toml").unwrap();
    let other = Codebook::parse(&text.replace("victim_lgbtiq", "victim_other")).unwrap();
    let refused = generate(&other, 1, 1).map(|_| ()).unwrap_err();
    assert_eq!(refused.to_string(), "weights: victim_lgbtiq: there is no such variable");
}
