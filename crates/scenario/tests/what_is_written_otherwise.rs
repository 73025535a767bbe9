//! What a file may write in another way means the same.

use scenario::{decoded, read};

const RIGHT: &str = include_str!("../../../config/practice/real-1.yaml");

#[test]
fn an_option_is_written_with_spaces_as_the_design_writes_it() {
    let told = read("case.yaml", &RIGHT.replacen("reason: strafzaak", "reason: ander onderzoek", 1)).expect("reads");
    assert_eq!(told.deferral.first().map(|one| one.reason.as_str()), Some("ander_onderzoek"));
    let declined = RIGHT.replacen("    answer: nothing_known\n    note:", "    answer: decline\n    reason: eigen onderzoek\n    reason_text: ", 1).replacen("nothing_known: 1", "nothing_known: 0", 1);
    let told = read("case.yaml", &declined).expect("reads");
    assert_eq!(told.organisations.iter().find_map(|one| one.reason.as_deref()), Some("eigen_onderzoek"));
}

#[test]
fn a_mark_in_front_of_the_file_says_nothing() {
    assert_eq!(read("case.yaml", &format!("\u{feff}{RIGHT}")).expect("reads").id, "real-1");
}

/// The people of a report stand in the order of the file, those it names first first.
#[test]
fn people_keep_the_order_of_the_file() {
    let told = read("case.yaml", RIGHT).expect("reads");
    assert_eq!(told.report.pseudonyms.keys().collect::<Vec<_>>(), ["v1", "s1", "mother", "father", "sister", "flatmate"]);
}

#[test]
fn what_a_player_fills_in_itself_may_be_told_too() {
    let meeting = RIGHT.replacen("method: timeline, agenda", "care_moment: true, adopted: true, method: timeline, agenda", 1);
    assert!(read("case.yaml", &meeting).is_ok());
    let checked = RIGHT.replacen("      role: \"Two contacts", "      facts_checked: true\n      role: \"Two contacts", 1);
    assert!(checked != RIGHT && read("case.yaml", &checked).is_ok());
}

#[test]
fn another_encoding_is_told_with_its_line() {
    let why = decoded("case.yaml", b"id: a\ntitle: Caf\xe9\n".to_vec()).expect_err("no UTF-8");
    assert_eq!((why.line, why.field.as_str()), (2, "text"));
    assert!(why.to_string().starts_with("case.yaml, line 2: text: is not written in UTF-8"), "{why}");
}
