//! What can be no answer, what is open, and the shapes that are taken.

mod support;

use std::collections::BTreeSet;

use form::{Answers, FormDef, Rule, check, missing, normal};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Any, answers, filled, forms, open, rules, small};

#[test]
fn what_can_be_no_answer_is_named_by_field_and_rule() {
    let forms = forms();
    let found = |form: &str, told: Value| rules(forms.get(form).unwrap(), told);
    assert_eq!(found("notification", json!({ "received_at": "2026-02-30", "surprise": 1, "source": "999", "victims": [{ "age": 200 }] })),
        ["surprise unknown-field", "source not-an-option", "received_at impossible-date", "victims[0].age out-of-range"]);
    assert_eq!(found("chronology-entry", json!({ "when": "2016-10", "until": "2016-09", "what": "a\u{202e}b", "kind": 3 })),
        ["until before-other", "kind not-an-option", "what control-characters"]);
    assert_eq!(found("reflection", json!({ "role": 7, "could_share": "perhaps" })), ["role wrong-type", "could_share not-an-option"]);
    assert_eq!(found("contact-plan", json!({ "wants": ["nothing", "tell"], "blocked_dates": ["13-40"], "person": { "name": "Bo", "mail": "bo at home" } })),
        ["person.mail not-a-mail", "blocked_dates[0] impossible-date", "wants stands-alone"]);
    assert_eq!(found("notification", json!({ "suspects": [{ "key": "s1" }, { "key": "s1" }], "relations": [{ "suspect": "s2" }] })),
        ["suspects[1].key twice", "relations[0].suspect not-an-option"]);
}

/// Each rule is found by this form and these answers, one each.
#[test]
fn each_rule_is_found() {
    let field = |id: &str, more: &str| format!("[[part.field]]\nid = \"{id}\"\nlabel = {{ nl = \"a\", en = \"b\" }}\n{more}\n");
    let codes = "options = [{ code = \"x\", nl = \"a\", en = \"b\" }, { code = \"y\", nl = \"a\", en = \"b\" }, { code = \"z\", nl = \"a\", en = \"b\", alone = true }]";
    let form = FormDef::parse(&small(&[
        field("line", "kind = \"line\"\nmax_len = 3"), field("first", "kind = \"date\""), field("last", "kind = \"partial_date\"\nnot_before = \"first\""), field("time", "kind = \"time\""),
        field("many", &format!("kind = \"many\"\n{codes}")), field("number", "kind = \"number\"\nmax = 9"), field("list", "kind = \"list\"\nof = \"line\"\nmax = 1"),
        field("writer", "kind = \"person\"\nparts = [\"name\", \"mail\"]"), field("reader", "kind = \"person\"\ndiffers_from = \"writer\""),
    ].concat())).unwrap();
    let wrong = [
        (json!({ "other": 1 }), "other unknown-field"), (json!({ "line": 1 }), "line wrong-type"), (json!({ "line": "four" }), "line too-long"), (json!({ "line": "\u{7}" }), "line control-characters"),
        (json!({ "first": "2019-02-29" }), "first impossible-date"), (json!({ "first": "2019-02" }), "first incomplete-date"), (json!({ "time": "25.00" }), "time impossible-time"),
        (json!({ "first": "2019-03-01", "last": "2019-02" }), "last before-other"), (json!({ "many": ["w"] }), "many[0] not-an-option"), (json!({ "many": ["x", "x"] }), "many[1] twice"),
        (json!({ "many": ["x", "z"] }), "many stands-alone"), (json!({ "number": 1.5 }), "number not-a-number"), (json!({ "number": 10 }), "number out-of-range"),
        (json!({ "list": ["a", "b"] }), "list too-many"), (json!({ "writer": { "mail": "x" } }), "writer.mail not-a-mail"), (json!({ "writer": "An Ñuñez", "reader": "an ñuñez " }), "reader same-as-other"),
    ];
    for (told, fault) in &wrong {
        assert_eq!(rules(&form, told.clone()), [*fault], "{told}");
    }
    // A month that the day may lie in is not before it.
    assert_eq!(rules(&form, json!({ "first": "2019-03-31", "last": "2019-03" })), [""; 0]);
    let tried: BTreeSet<&str> = wrong.iter().filter_map(|(_, fault)| fault.split(' ').nth(1)).chain(["required"]).collect();
    assert_eq!(tried, Rule::NAMES.into_iter().collect());
}

#[test]
fn a_question_stays_open_with_a_reason_and_with_nothing_less() {
    let forms = forms();
    let left = |told: Value| missing(forms.get("reflection").unwrap(), told.as_object().unwrap()).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(left(json!({ "role": "We helped", "facts_checked": true })), ["what_happened"]);
    let open = |question: &str, because: &str| left(json!({ "role": "We helped", "facts_checked": true, "open_answers": [{ "question": question, "because": because }] }));
    assert_eq!(open("what_happened", "The file is with the court"), [""; 0]);
    assert_eq!(open("what_happened", " "), ["what_happened", "open_answers[0].because"]);
    assert_eq!(open("role", "x"), ["what_happened"], "another question's reason excuses nothing");
    // A tick is no text: that the facts were checked is never excused.
    assert_eq!(rules(forms.get("reflection").unwrap(), json!({ "open_answers": [{ "question": "facts_checked", "because": "x" }] })), ["open_answers[0].question not-an-option"]);
}

#[test]
fn a_form_that_is_filled_in_has_no_fault_and_nothing_open() {
    for form in forms().iter() {
        let told = filled(form);
        assert_eq!(check(form, &told, &Any), [], "{}", form.id);
        assert_eq!(missing(form, &told), [], "{}", form.id);
        assert_eq!(normal(form, &told), told, "{}", form.id);
    }
}

#[test]
fn every_required_question_is_named_when_all_is_open() {
    for form in forms().iter() {
        let open = open(form, json!({}));
        let required: Vec<&str> = form.fields().filter(|field| field.required == form::Required::Yes && field.shown_if.is_none()).map(|field| field.id.as_str()).collect();
        let named: Vec<&str> = open.iter().map(|path| path.split('.').next().unwrap_or_default()).collect::<Vec<_>>();
        let mut once = named.clone();
        once.dedup();
        assert_eq!(once, required, "{}", form.id);
    }
}

#[test]
fn what_is_open_is_told_in_the_order_of_the_form_and_conditions_count() {
    let forms = forms();
    let open = |form: &str, told: Value| open(forms.get(form).unwrap(), told);
    assert_eq!(open("invitation-answer", json!({})), ["answer"]);
    assert_eq!(open("invitation-answer", json!({ "answer": "decline" })), ["reason", "reason_text"]);
    assert_eq!(open("consultation-reply", json!({ "reply": "right" })), [""; 0]);
    assert_eq!(open("consultation-reply", json!({ "reply": "wrong" })), ["text"]);
    assert_eq!(open("relative-input", json!({ "story": { "text": "Ik klopte overal aan." } })), ["story.use"]);
    assert_eq!(open("screening", json!({ "decision": "review" }))[..3], ["criteria.fatal", "criteria.domestic_relation", "criteria.in_scope"]);
    assert!(open("reflection", json!({ "facts_checked": false })).contains(&"facts_checked".to_owned()));
    assert!(open("terms-of-reference", json!({ "questions": ["Een", "Twee"] })).contains(&"questions".to_owned()));
}

#[test]
fn what_programs_write_shorter_is_taken() {
    let forms = forms();
    let normal = |form: &str, told: Value| normal(forms.get(form).unwrap(), &answers(told));
    let victim = json!({ "person": { "given": "Pleun", "family": "Ôzinga-'t Veld", "aka": ["Pleuntje"] }, "sex": "2", "age": 24, "key": "v1" });
    assert_eq!(normal("notification", json!({ "victims": [{ "given": "Pleun", "family": "Ôzinga-'t Veld", "aka": "Pleuntje", "sex": 2, "age": 24 }] }))["victims"], json!([victim]));
    // A person told as nothing is no person; its loose members are gathered all the same, at once and not the second time only.
    assert_eq!(normal("notification", json!({ "victims": [{ "person": null, "given": "Pleun" }] }))["victims"], json!([{ "person": { "given": "Pleun" }, "key": "v1" }]));
    assert_eq!(normal("notification", json!({ "known_relatives": [{ "person": "zus", "phone": "06" }] }))["known_relatives"], json!([{ "person": { "name": "zus", "phone": "06" } }]));
    let entry = normal("chronology-entry", json!({ "when": 2016, "whom": "victim", "shared_with": ["army"], "time_of_day": "8:05", "action": null }));
    assert_eq!(Value::from(entry), json!({ "when": "2016", "whom": ["victim"], "shared_with": ["army"], "time_of_day": "08.05" }));
    assert_eq!(normal("invitation", json!({ "kind": 23 }))["kind"], "23");
    assert_eq!(normal("publication-decision", json!({ "naming_decision": { "v1": "letter" } }))["naming_decision"], json!([{ "person": "v1", "how": "letter" }]));
    assert_eq!(normal("meeting", json!({ "decisions": ["Vraag de opname"] }))["decisions"], json!([{ "text": "Vraag de opname" }]));
}

#[test]
fn a_removed_row_leaves_its_key_to_those_who_refer_to_it() {
    let forms = forms();
    let told = normal(forms.get("notification").unwrap(), &answers(json!({ "victims": [{ "age": 3 }], "relations": [{ "victim": "v4" }] })));
    assert_eq!(told["victims"][0]["key"], "v5");
}

/// Any JSON a program may send, built from the words forms know.
fn anything() -> impl Strategy<Value = Value> {
    let word = prop_oneof!["[a-zé\u{202e} ]{0,6}", Just("2016-10".to_owned()), Just("v1".to_owned()), Just("yes".to_owned())];
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), any::<i64>().prop_map(Value::from), any::<f64>().prop_map(Value::from), word.prop_map(Value::from)];
    let id = prop_oneof![Just("victims"), Just("person"), Just("aka"), Just("age"), Just("key"), Just("when"), Just("whom"), Just("text"), Just("given"), Just("questions")];
    leaf.prop_recursive(4, 24, 4, move |inner| prop_oneof![
        prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
        prop::collection::btree_map(id.clone(), inner, 0..4).prop_map(|members| members.into_iter().map(|(id, value)| (id.to_owned(), value)).collect::<Answers>().into()),
    ])
}

proptest! {
    #[test]
    fn whatever_is_sent_has_one_shape_and_can_be_judged(members in prop::collection::btree_map(prop_oneof![Just("victims"), Just("suspects"), Just("questions"), Just("person"), Just("story"), Just("names"), Just("when")], anything(), 0..5)) {
        let told: Answers = members.into_iter().map(|(id, value)| (id.to_owned(), value)).collect();
        for form in FORMS.with(Clone::clone).iter() {
            let once = normal(form, &told);
            prop_assert_eq!(normal(form, &once), once.clone());
            prop_assert_eq!(check(form, &told, &Any), check(form, &once, &Any));
            missing(form, &told);
        }
    }
}

thread_local! {
    static FORMS: form::Forms = forms();
}
