//! The definitions of the repository, and what the package refuses, finds missing and reads from a browser.

use form::{Answers, FormDef, Forms, Lang, ListOption, Lists, NoLists, Shown, Text, check, from_form_post, missing, normal, summary, to_fields};
use serde_json::{Value, json};

/// Every list has the codes 1 to 40, as a codebook would.
struct Any;
impl Lists for Any {
    fn options(&self, list: &str) -> Option<Vec<ListOption>> {
        (!list.starts_with("ref:")).then(|| (1..=40).map(|code| ListOption { code: code.to_string(), label: Text::new("optie", "option") }).collect())
    }
}

fn forms() -> Forms {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/forms");
    let files = std::fs::read_dir(folder).unwrap().flatten().map(|entry| {
        (entry.file_name().to_string_lossy().trim_end_matches(".toml").to_owned(), std::fs::read_to_string(entry.path()).unwrap())
    }).collect();
    Forms::load(files).unwrap()
}

fn answers(value: Value) -> Answers {
    value.as_object().unwrap().clone()
}

fn rules(form: &str, told: Value) -> Vec<String> {
    let forms = forms();
    check(forms.get(form).unwrap(), &answers(told), &Any).into_iter().map(|fault| format!("{} {}", fault.path, fault.rule.name())).collect()
}

#[test]
fn all_forms_of_a_review_load() {
    assert_eq!(forms().iter().count(), 25);
}

#[test]
fn a_faulty_definition_is_refused_with_its_line_and_field() {
    let text = "id = \"x\"\nversion = \"1\"\ntitle = { nl = \"a\", en = \"b\" }\n[[part]]\nid = \"p\"\ntitle = { nl = \"a\", en = \"b\" }\n[[part.field]]\nid = \"f\"\nkind = \"lien\"\nlabel = { nl = \"a\", en = \"b\" }\n";
    let why = FormDef::parse(text).unwrap_err();
    assert_eq!((why.line, why.field.as_deref()), (Some(8), Some("f")));
    assert!(FormDef::parse(&text.replace("lien", "line").replace(", en = \"b\" }\n[[part]]", " }\n[[part]]")).is_err());
}

#[test]
fn what_can_be_no_answer_is_named_by_field_and_rule() {
    assert_eq!(rules("notification", json!({ "received_at": "2026-02-30", "surprise": 1, "source": "999", "victims": [{ "age": 200 }] })),
        ["surprise unknown-field", "source not-an-option", "received_at impossible-date", "victims[0].age out-of-range"]);
    assert_eq!(rules("chronology-entry", json!({ "when": "2016-10", "until": "2016-09", "what": "a\u{202e}b", "kind": 3 })), ["until before-other", "kind not-an-option", "what control-characters"]);
    assert_eq!(rules("reflection", json!({ "role": 7, "could_share": "perhaps" })), ["role wrong-type", "could_share not-an-option"]);
    assert_eq!(rules("reflection", json!({ "role": "x".repeat(20_001) })), ["role too-long"]);
    assert_eq!(rules("contact-plan", json!({ "wants": ["nothing", "tell"], "blocked_dates": ["13-40"] })), ["blocked_dates[0] impossible-date", "wants stands-alone"]);
}

#[test]
fn what_is_open_is_told_in_the_order_of_the_form_and_conditions_count() {
    let forms = forms();
    let open = |form: &str, told: Value| missing(forms.get(form).unwrap(), &answers(told)).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(open("invitation-answer", json!({})), ["answer"]);
    assert_eq!(open("invitation-answer", json!({ "answer": "decline" })), ["reason", "reason_text"]);
    assert_eq!(open("consultation-reply", json!({ "reply": "right" })), [""; 0]);
    assert_eq!(open("consultation-reply", json!({ "reply": "wrong" })), ["text"]);
}

#[test]
fn a_form_posted_by_a_browser_comes_back_as_it_was() {
    let forms = forms();
    let form = forms.get("notification").unwrap();
    let told = normal(form, &answers(json!({
        "source": 1, "received_at": "2016-10-14", "fatal": true, "incident_date": "2016-10", "other_inquiries": [1, 4], "om_contact": "Zaaksofficier",
        "victims": [{ "person": { "given": "Noor", "family": "van 't Zandt", "aka": ["Noortje", "Ÿke"] }, "sex": 2, "age": 24 }],
    })));
    let shown = Shown { lang: Lang::Nl, lists: &Any, faults: &[], add_to: None };
    let mut posted = vec![];
    fn collect(fields: &[form::FieldView], posted: &mut Vec<(String, String)>) {
        for field in fields {
            if field.kind != "rows" && field.kind != "group" && field.inputs.is_empty() && field.options.is_empty() { posted.push((field.name.clone(), field.value.clone())); }
            posted.extend(field.inputs.iter().map(|input| (input.name.clone(), input.value.clone())));
            posted.extend(field.options.iter().filter(|option| option.chosen).map(|option| (field.name.clone(), option.code.clone())));
            for row in &field.rows {
                if !row.key.is_empty() { posted.push((format!("{}.key", row.path.replace(['[', ']'], ".").trim_end_matches('.')), row.key.clone())); }
                collect(&row.fields, posted);
            }
        }
    }
    collect(&to_fields(form, None, &told, &shown), &mut posted);
    assert_eq!(normal(form, &from_form_post(form, None, &posted)), told);
}

#[test]
fn dates_are_read_with_month_names_and_a_gap_is_named() {
    let forms = forms();
    let form = forms.get("chronology-entry").unwrap();
    let read = |parts: [(&str, &str); 3]| from_form_post(form, None, &parts.map(|(name, value)| (format!("when.{name}"), value.to_owned())));
    assert_eq!(read([("day", "2"), ("month", "oktober"), ("year", "2016")])["when"], "2016-10-02");
    assert_eq!(read([("day", ""), ("month", "10"), ("year", "2016")])["when"], "2016-10");
    let gap = read([("day", "2"), ("month", ""), ("year", "2016")]);
    assert_eq!(check(form, &gap, &NoLists).len(), 1);
}

#[test]
fn a_summary_speaks_in_words() {
    let forms = forms();
    let told = summary(forms.get("consultation-reply").unwrap(), &answers(json!({ "reply": "wrong", "text": "Zo was het niet." })), &NoLists, Lang::Nl);
    assert_eq!(told, [("Klopt deze passage?".to_owned(), vec!["Klopt niet".to_owned()]), ("Toelichting".to_owned(), vec!["Zo was het niet.".to_owned()])]);
}
