//! A file that is wrong is refused with the line and the field, in plain words.

use scenario::{FileError, read};

const RIGHT: &str = include_str!("../../../config/practice/real-1.yaml");
const LIGHT: &str = include_str!("../../../config/practice/light-1.yaml");

/// The refusal of the practice file with one piece replaced, and the line where the piece stood.
fn refused(from: &str, to: &str) -> (FileError, usize) {
    let at = RIGHT.find(from).unwrap_or_else(|| panic!("the file has no {from}"));
    let line = RIGHT.get(..at).map_or(0, |before| before.lines().count().max(1));
    // A piece in the middle of a line counts that line already; one at its start does not.
    let line = if RIGHT.get(..at).is_some_and(|before| before.ends_with('\n')) { line + 1 } else { line };
    (read("case.yaml", &RIGHT.replacen(from, to, 1)).err().unwrap_or_else(|| panic!("`{to}` was read")), line)
}

fn check(from: &str, to: &str, field: &str, words: &str) {
    let (why, line) = refused(from, to);
    assert_eq!(why.field, field, "{why}");
    assert_eq!(why.line, line, "{why}");
    assert!(why.why.contains(words), "{why}");
    assert!(why.to_string().starts_with(&format!("case.yaml, line {line}: {field}: ")), "{why}");
}

#[test]
fn the_practice_files_read() {
    let real = read("real-1.yaml", RIGHT).expect("real-1 reads");
    assert_eq!((real.organisations.len(), real.relatives.len(), real.findings.len(), real.recommendations.len()), (5, 4, 7, 8));
    let told = real.organisations.iter().map(|one| one.events.len()).chain(real.relatives.iter().map(|one| one.events.len())).sum::<usize>();
    assert_eq!(i64::try_from(told).ok().as_ref(), real.expect.counts.get("events"));
    let light = read("light-1.yaml", LIGHT).expect("light-1 reads");
    assert_eq!((light.profile.as_str(), light.organisations.len(), light.relatives.len()), ("light", 3, 2));
    let small = read("small-1.yaml", include_str!("../../../config/practice/small-1.yaml")).expect("small-1 reads");
    assert_eq!(small.organisations[0].invitation.questions, ["Wat zag u aan huis?"]);
}

#[test]
fn an_unknown_key() {
    check("    purpose: review".trim_start(), "purpos: review", "notification.purpos", "no key of a practice case");
}

#[test]
fn an_unknown_key_deep_in_a_list() {
    check("known_then: \"later\"".replace('"', "").as_str(), "known_than: later", "relatives[0].events[1].known_than", "known are");
}

#[test]
fn a_missing_key() {
    let (why, line) = refused("title: \"Time to listen\", ", "");
    assert_eq!((why.field.as_str(), why.line, why.why.as_str()), ("findings[6].title", line, "`title` is missing"));
}

#[test]
fn a_text_where_a_number_stands() {
    check("age: 24", "age: young", "persons[0].age", "it must be a whole number");
}

#[test]
fn an_impossible_date() {
    check("2016-10-02, kind: contact", "2016-02-30, kind: contact", "organisations[0].events[2].when", "no real date");
}

#[test]
fn evidence_that_points_to_nothing() {
    check("\"police:e4\"", "\"police:e44\"", "findings[0].evidence[0]", "`police:e44` is no event");
}

#[test]
fn evidence_of_an_answer_that_was_left_open() {
    check("\"employer:r.not_known\"", "\"employer:r.changed\"", "findings[5].evidence[2]", "no event, part of a reflection");
}

#[test]
fn an_owner_that_is_not_there() {
    check("owner: ministry_js, addressee: [6], type: 3", "owner: ministry, addressee: [6], type: 3", "recommendations[2].owner", "`ministry`");
}

#[test]
fn an_author_who_approves() {
    check("\"Sjoerd Á Campo\"", "\"lieke  Bouwmeester\"", "organisations[0].approver", "nobody approves their own work");
}

#[test]
fn an_answer_that_is_no_option() {
    check("answer: nothing_known", "answer: maybe", "organisations[3].answer", "is no option");
}

#[test]
fn a_reflection_that_is_missing() {
    // The line is that of the organisation: the field itself stands nowhere.
    let (why, line) = refused("answer: nothing_known", "answer: accept");
    assert_eq!((why.field.as_str(), why.line), ("organisations[3].author", line - 5), "{why}");
}

#[test]
fn a_key_that_stands_twice() {
    check("key: f2, title", "key: f1, title", "findings[1].key", "stands twice");
}

#[test]
fn a_passage_that_is_not_there() {
    check("passage: r3", "passage: r9", "relatives[1].preview[0].passage", "`r9`");
}

#[test]
fn a_question_of_a_relative_that_is_not_there() {
    check("\"sister:q1\"", "\"sister:q7\"", "terms_of_reference.relatives_questions[2]", "`sister:q7`");
}

#[test]
fn a_state_a_case_cannot_reach() {
    check("published]\n  after", "follow_up]\n  after", "expect.states[15]", "can't go from `decided` to `follow_up`");
}

#[test]
fn a_deferral_from_another_state() {
    check("commissioned, day: 40", "panel, day: 40", "deferral[0].from", "`commissioned`");
}

#[test]
fn a_format_that_is_not_known() {
    check("format: 1", "format: 2", "format", "write 1");
}

#[test]
fn a_person_in_scope_who_is_not_there() {
    check("[v1, s1]", "[v1, s2]", "terms_of_reference.persons_in_scope[1]", "`s2`");
}

#[test]
fn an_end_before_the_beginning() {
    check("ended: 2016-07", "ended: 2015-07", "relations[0].ended", "2015-07 lies before 2016-01");
}

#[test]
fn what_is_no_yaml() {
    let why = read("case.yaml", "format: 1\ntitle: \"open\nid: x\n").expect_err("no YAML");
    assert!(why.line >= 2, "{why}");
    let empty = read("case.yaml", "").expect_err("empty");
    assert_eq!(empty.line, 1, "{empty}");
}

#[test]
fn what_is_of_another_kind() {
    check("whom: [victim], what: \"She calls", "whom: victim, what: \"She calls", "organisations[0].events[0].whom", "the text \"victim\" stands here; it must be a list");
    check("child_variant: false", "child_variant: 0", "child_variant", "the number `0` stands here; it must be true or false");
    check("name: \"Nynke Vermeer\"", "name: {given: Nynke}", "people[0].name", "a part with keys of its own stands here; it must be a text");
}

#[test]
fn what_is_told_and_no_case_can_do_is_refused_with_its_line() {
    check("reason: \"Two reports", "profile: light\n  reason: \"Two reports", "screening.profile", "a case is played in one");
    check("outside_scope: \"The criminal", "planned: [{phase: panel}]\n  outside_scope: \"The criminal", "terms_of_reference.planned[0]", "either for a date");
    check("outside_scope: \"The criminal", "planned: [{phase: panel, on: 2030-01-15, day: 400}]\n  outside_scope: \"The criminal", "terms_of_reference.planned[0]", "either for a date");
    check("role: \"Earlier investigation", "facts_checked: false\n      role: \"Earlier investigation", "organisations[1].reflection.facts_checked", "facts were not checked");
    check("note: \"No record of her", "returned: [\"Look again.\"]\n    note: \"No record of her", "organisations[3].returned", "takes no part");
    check("day: 300, method", "care_moment: false, day: 300, method", "panel.meetings[0].care_moment", "every meeting");
    check("day: 345, method", "substitute: [pm99], day: 345, method", "panel.meetings[1].substitute[0]", "is no key of `people`");
    check("role: PM, hours: 26", "role: PN, hours: 26", "evaluation[2].role", "nobody of `people`");
}
