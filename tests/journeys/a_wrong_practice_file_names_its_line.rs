//! A practice file whose answers no form takes is refused before anything is played, with the line and the field; what only the server
//! can tell is refused with the line of the part that was being played.

use lering::demo;
use lering::start::{self, Bureau};
use scenario::{Options, play};

const REAL: &str = include_str!("../../config/practice/real-1.yaml");

/// The line, from 1, on which the first of these words stands.
fn line_of(text: &str, words: &str) -> usize {
    let at = text.find(words).unwrap_or_else(|| panic!("the file has no {words}"));
    text[..at].lines().count() + usize::from(text[..at].ends_with('\n') || at == 0)
}

/// Reads the real case with one piece replaced: refused at the line on which `at` then stands, for a field, in words.
fn refused(from: &str, to: &str, at: &str, field: &str, words: &str) {
    assert!(REAL.contains(from), "the file has no {from}");
    let text = REAL.replacen(from, to, 1);
    let why = demo::read("case.yaml", &text).err().unwrap_or_else(|| panic!("`{to}` was read")).to_string();
    let told = format!("case.yaml, line {}: {field}: ", line_of(&text, at));
    assert!(why.contains(&told) && why.contains(words), "{why}\nnot {told}");
}

#[test]
fn the_practice_files_are_answers_to_their_forms() {
    for (name, text) in [("real-1", REAL), ("light-1", include_str!("../../config/practice/light-1.yaml")), ("small-1", include_str!("../../config/practice/small-1.yaml"))] {
        demo::read(name, text).map(drop).unwrap_or_else(|why| panic!("{why}"));
    }
}

#[test]
fn an_answer_that_is_missing_names_the_block_it_is_missing_from() {
    // The notification begins with its first answer.
    for (answer, field) in [
        ("  ground: public_task\n", "ground"), ("  purpose: review\n", "purpose"), ("  zone: european\n", "zone"), ("  fatal: true\n", "fatal"), ("  police_region: 1\n", "police_region"),
        ("  criminal_state: 3\n", "criminal_state"),
    ] {
        refused(answer, "", "  source: 1", &format!("notification.{field}"), &format!("`{field}` is missing"));
    }
    refused("  source: 1\n", "", "  received_at: 2016-10-14", "notification.source", "`source` is missing");
    refused(", relatives_want_it: \"yes\"}", "}", "  criteria: {fatal", "screening.criteria.relatives_want_it", "`relatives_want_it` is missing");
    // Of a list with too few in it, the list.
    refused("[\"police:e4\", \"police:r.risk_meaning\", \"police:e1\", \"flatmate:e2\"]", "[\"police:e4\"]", "key: f1,", "findings[0].evidence", "holds too few");
}

#[test]
fn an_answer_no_form_takes_names_its_own_line() {
    refused("ground: public_task", "ground: because", "ground: because", "notification.ground", "`ground` is no option");
    refused("  police_region: 1\n", "  police_region: 77\n", "police_region: 77", "notification.police_region", "code of the codebook");
    // The notification gathers its people, its relations and what happened from other parts of the file.
    refused("sex: 1, age: 26", "sex: 8, age: 26", "sex: 8", "persons[1].sex", "`sex` is no option");
    refused("suspect: s1, type: 5", "suspect: s1, type: 555", "type: 555", "relations[0].type", "`type` is no option");
    refused("age: 24", "age: 240", "age: 240", "persons[0].age", "at least 0 at most 120");
    refused("om_answer: restrictions", "om_answer: perhaps", "om_answer: perhaps", "screening.om_answer", "`om_answer` is no option");
    refused("2016-10-02, kind: contact", "2016-10-02, kind: party", "kind: party", "organisations[0].events[2].kind", "`kind` is no option");
}

/// Codes and replies the play comes to late: told before anything is played.
#[test]
fn a_code_that_is_not_there_and_a_reply_nobody_settled_name_their_line() {
    refused("case_scope: 2", "case_scope: 77", "case_scope: 77", "register.case.case_scope", "`case_scope` is no code of the codebook");
    refused("case_scope: 2", "colour: 3, case_scope: 2", "colour: 3", "register.case.colour", "no variable of the codebook");
    refused("victim_age: 24", "victim_age: 240", "victim_age: 240", "register.victims[0].victim_age", "out of range");
    refused("victim_sex: ", "suspect_sex: 1, victim_sex: ", "suspect_sex: 1, victim_sex", "register.victims[0].suspect_sex", "no variable");
    refused("  risk_factors: [", "  risk_factors: [no_such_factor, ", "no_such_factor", "register.risk_factors[0]", "`no_such_factor` is no factor");
    refused("flag: stalking_pattern", "flag: nonsense", "flag: nonsense", "learning.cards[0].flag", "`flag` is no option");
    let lessons = REAL.find("lessons: [\"").map(|at| { let rest = &REAL[at..]; rest[..rest.find("\", ").unwrap() + 3].to_owned() }).unwrap();
    refused(&lessons, "lessons: [", "lessons: [", "learning.brief.lessons", "holds too few");
    refused("result: sufficient", "result: fine", "result: fine", "quality[1].result", "`fine` is no option");
    let many = format!("points: [{}\"Recommendation 3", "x, ".repeat(40));
    refused("points: [\"Recommendation 3", &many, "points: [x, ", "quality[0].points", "`points` has too many items; it may have 40");
    refused("reply: not_right", "reply: wrong", "reply: wrong", "relatives[0].preview[1].reply", "`reply` is no option");
    refused(", settled: taken, because: \"A sentence", ", because: \"A sentence", "{passage: f6, reply: not_right", "relatives[0].preview[1].settled", "`settled` is missing");
    refused("wants: [be_informed, tell, ask, read_draft, comment, meet_chair]", "wants: [nothing]", "{passage: f2, reply: right", "relatives[0].preview", "wants nothing");
    refused("settled: taken, because: \"A sentence", "settled: perhaps, because: \"A sentence", "settled: perhaps", "relatives[0].preview[1].settled", "`perhaps` is no option");
    // Who reads no draft in the variant of the case answers nothing that needs settling.
    let light = REAL.replacen("profile: full", "profile: light", 1).replacen(", settled: taken, because: \"A sentence", ", because: \"A sentence", 1);
    demo::read("case.yaml", &light).map(drop).unwrap_or_else(|why| panic!("{why}"));
    let said = REAL.find("\nconsultation:\n").map(|at| REAL[at..].lines().find(|line| line.contains("reply: right")).unwrap().to_owned()).unwrap();
    let wrong = said.replacen("reply: right", "reply: wrong, text: \"No.\"", 1);
    refused(&said, &wrong, "reply: wrong, text: \"No.\"", "consultation[0].settled", "`settled` is missing");
    let long = "s".repeat(61);
    refused("    summary: ", &format!("    {long}: "), &long, &format!("report.sections.{long}"), "is too long");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_server_can_tell_names_the_part_that_was_played() {
    let folder = tempfile::Builder::new().prefix("lering play ").tempdir().unwrap();
    let text = REAL.replacen("pm5, pm6]", "pm5]", 1);
    assert_ne!(text, REAL);
    let told = demo::read("case.yaml", &text).unwrap();
    let installation = start::open(folder.path(), None).unwrap();
    let bureau = Bureau { name: "Oefenbureau".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true, ..Bureau::default() };
    let options = Options {
        server: installation.serve_beside().unwrap().parse().unwrap(), bootstrap_code: start::tenant(&installation, &bureau).unwrap(), until: Some("gathering".into()),
        pdf_folder: folder.path().join("reports"), factors: demo::factors().unwrap(), progress: |_: &str| {},
    };
    let why = scenario::told("case.yaml", &text, &told, &play(&told, options).await.unwrap_err());
    // A panel of five is one too few: the case can't reach the state the file wants next.
    let line = line_of(&text, "states: [");
    assert!(why.starts_with(&format!("case.yaml, line {line}: expect.states[")) && why.contains("panel_members"), "{why}");
}
