//! Forms drawn for a browser, read back from it, and told in words.

mod support;

use form::{ACTION, Answers, Button, FieldView, FormDef, Lang, NoLists, Shown, button, check, from_form_post, normal, summary, to_fields};
use serde_json::json;
use support::{Any, answers, filled, forms};

const PLAIN: Shown<'_> = Shown { lang: Lang::Nl, lists: &Any, faults: &[], add_to: None };

/// What a browser posts for these fields.
fn posted(fields: &[FieldView]) -> Vec<(String, String)> {
    let mut pairs = vec![];
    for field in fields {
        let single = !matches!(field.kind, "rows" | "group") && field.inputs.is_empty() && field.options.is_empty();
        pairs.extend(single.then(|| (field.name.clone(), field.value.replace('\n', "\r\n"))));
        pairs.extend(field.inputs.iter().map(|input| (input.name.clone(), input.value.clone())));
        pairs.extend(field.options.iter().filter(|option| option.chosen).map(|option| (field.name.clone(), option.code.clone())));
        for row in &field.rows {
            pairs.extend((!row.key.is_empty()).then(|| (format!("{}.key", row.path), row.key.clone())));
            pairs.extend(posted(&row.fields));
        }
    }
    pairs
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn of(form: &FormDef, typed: &[(&str, &str)]) -> Answers {
    from_form_post(form, None, &pairs(typed))
}

#[test]
fn every_form_posted_by_a_browser_comes_back_as_it_was() {
    for form in forms().iter() {
        let told = filled(form);
        assert_eq!(normal(form, &from_form_post(form, None, &posted(&to_fields(form, None, &told, &PLAIN)))), told, "{}", form.id);
    }
}

#[test]
fn what_another_answer_asks_for_is_not_called_optional() {
    let forms = forms();
    let form = forms.get("notification").unwrap();
    let asked = |fatal: serde_json::Value| {
        let told = answers(json!({ "fatal": fatal, "victims": [{ "key": "v1", "person": { "family": "Jansma" } }] }));
        let victims = to_fields(form, None, &told, &PLAIN).into_iter().find(|field| field.name == "victims").unwrap();
        victims.rows[0].fields.iter().find(|field| field.name.ends_with(".death_date")).unwrap().required
    };
    assert_eq!((asked(json!(true)), asked(json!(null)), asked(json!(false))), (true, true, false), "somebody died, not told yet, nobody did");
}

#[test]
fn a_page_replaces_its_own_answers_and_no_others() {
    let forms = forms();
    let form = forms.get("notification").unwrap();
    let old = filled(form);
    let page = from_form_post(form, Some("event"), &pairs(&[("fatal", "true"), ("safety_now", "of another page"), ("incident_date-y", "2018")]));
    let new = form.with_part("event", &old, &page);
    assert_eq!((new.get("incident_date"), new.get("place"), new.get("safety_now")), (Some(&"2018".into()), None, old.get("safety_now")));
}

#[test]
fn dates_are_read_with_month_names_and_a_gap_is_named() {
    let forms = forms();
    let form = forms.get("chronology-entry").unwrap();
    let read = |day, month, year| of(form, &[("when-d", day), ("when-m", month), ("when-y", year)]);
    assert_eq!(read("2", "oktober", "2016")["when"], "2016-10-02");
    assert_eq!(read("", "10", "2016")["when"], "2016-10");
    assert_eq!(read("", "", "2016")["when"], "2016");
    let gap = read("2", "", "2016");
    assert_eq!(check(form, &gap, &NoLists).len(), 1);
    // What was typed stands in the inputs again.
    let inputs: Vec<String> = to_fields(form, None, &gap, &PLAIN).remove(0).inputs.into_iter().map(|input| input.value).collect();
    assert_eq!(inputs, ["2", "", "2016"]);
    let plan = forms.get("contact-plan").unwrap();
    assert_eq!(of(plan, &[("blocked_dates[0]-d", "24"), ("blocked_dates[0]-m", "dec"), ("blocked_dates[1]-d", "")])["blocked_dates"], json!(["12-24"]));
}

#[test]
fn rows_are_added_and_dropped_by_their_buttons() {
    let forms = forms();
    let form = forms.get("notification").unwrap();
    let typed = [("victims[0].person.given", "An"), ("victims[1].person.given", "Bo"), ("victims[3].person.given", "Cé"), ("victims[3].key", "v7")];
    let with = |action| typed.iter().copied().chain([(ACTION, action)]).collect::<Vec<_>>();
    let names = |action| of(form, &with(action))["victims"].as_array().unwrap().iter().map(|row| row["person"]["given"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names("drop:victims[1]"), ["An", "Cé"]);
    assert_eq!(names("add:victims"), ["An", "Bo", "Cé"]);
    assert_eq!(button(&pairs(&with("add:victims"))), Some(Button::Add("victims".into())));
    assert_eq!(button(&pairs(&with("save"))), None);
    let drawn = to_fields(form, Some("people"), &of(form, &with("add:victims")), &Shown { add_to: Some("victims"), ..PLAIN });
    assert_eq!((drawn[0].rows.len(), drawn[0].can_add, drawn[0].rows[2].key.as_str(), drawn[0].rows[3].path.as_str()), (4, true, "v7", "victims[3]"));
}

#[test]
fn an_empty_row_stays_while_rows_are_added_and_a_pair_names_who_it_is_of_as_the_page_does() {
    let forms = forms();
    let form = forms.get("notification").unwrap();
    let typed = [("victims[0].person.given", "An"), ("suspects[0].person.given", ""), ("suspects[0].age", ""), ("suspects[1].person.given", ""), ("suspects[1].key", "s4"), ("children[0].age", "")];
    let read = |more: &[(&'static str, &'static str)]| of(form, &typed.iter().chain(more).copied().collect::<Vec<_>>());
    let pressed = read(&[(ACTION, "add:relations")]);
    assert_eq!((pressed["suspects"].clone(), pressed["children"].clone()), (json!([{}, { "key": "s4" }]), json!([{}])));
    assert_eq!(read(&[]).get("suspects"), None, "saved, an empty row falls away");
    let drawn = to_fields(form, Some("people"), &pressed, &Shown { add_to: Some("relations"), ..PLAIN });
    let pair = drawn.iter().find(|field| field.name == "relations").unwrap();
    let labels = |at: usize| pair.rows[0].fields[at].options.iter().map(|option| (option.code.clone(), option.label.clone())).collect::<Vec<_>>();
    let told = |code: &str, label: &str| (code.to_owned(), label.to_owned());
    assert_eq!((labels(0), labels(1).last().cloned()), (vec![told("v1", "Slachtoffers 1: An")], Some(told("s4", "Verdachten 2"))));
}

#[test]
fn a_row_number_without_end_costs_nothing() {
    let forms = forms();
    let form = forms.get("notification").unwrap();
    let read = of(form, &[("victims[999999].age", "5"), ("victims[99999999999999999999].age", "6"), ("victims[-1].age", "7"), ("victims[].age", "8"), ("victims", "x")]);
    assert_eq!(read["victims"], json!([{ "name_unknown": false, "age": 5 }]));
}

#[test]
fn a_fault_stands_beside_its_question_with_the_words_its_text_needs() {
    let forms = forms();
    let form = forms.get("contact-plan").unwrap();
    let told = answers(json!({ "blocked_dates": ["13-40"], "person": { "name": "Bo", "mail": "x" }, "safe_hours": "x".repeat(121) }));
    let faults = check(form, &told, &Any);
    let drawn = to_fields(form, None, &told, &Shown { lang: Lang::En, faults: &faults, ..PLAIN });
    let fault = |id: &str| drawn.iter().find(|field| field.name == id).unwrap().fault.clone();
    assert_eq!(fault("person").unwrap().0, "not-a-mail");
    assert_eq!(fault("blocked_dates").unwrap().0, "impossible-date");
    assert_eq!(fault("safe_hours"), Some(("too-long".to_owned(), vec![("max".to_owned(), "120".to_owned())])));
    assert_eq!(fault("risk"), None);
}

#[test]
fn a_question_tells_whether_it_is_asked() {
    let forms = forms();
    let form = forms.get("contact-plan").unwrap();
    let asked = |minor: bool| to_fields(form, None, &answers(json!({ "minor": minor })), &PLAIN).into_iter().find(|field| field.name == "guardian").unwrap().asked;
    assert_eq!((asked(true), asked(false)), (true, false));
}

#[test]
fn a_language_without_a_text_falls_back_to_dutch() {
    let forms = forms();
    let form = forms.get("chronology-entry").unwrap();
    let label = |lang| to_fields(form, None, &Answers::new(), &Shown { lang, ..PLAIN }).remove(0).label;
    assert_eq!((label(Lang::Nl), label(Lang::En), label(Lang::Pap)), ("Wanneer?".into(), "When?".into(), "Wanneer?".into()));
}

#[test]
fn ids_are_unique_on_a_page() {
    for form in forms().iter() {
        fn ids(fields: &[FieldView], found: &mut Vec<String>) {
            for field in fields {
                let inputs = field.inputs.iter().map(|input| input.id.clone()).chain(field.options.iter().map(|option| option.id.clone()));
                let before = found.len();
                found.extend(inputs);
                // Rows and groups have no input of their own; a question without parts is its own input.
                if found.len() == before && field.rows.is_empty() {
                    found.push(field.id.clone());
                }
                field.rows.iter().for_each(|row| ids(&row.fields, found));
            }
        }
        let mut found = vec![];
        ids(&to_fields(form, None, &filled(form), &PLAIN), &mut found);
        let all = found.len();
        found.sort();
        found.dedup();
        assert_eq!(found.len(), all, "{}", form.id);
    }
}

#[test]
fn a_summary_speaks_in_words() {
    let forms = forms();
    let told = |form: &str, told, lang| summary(forms.get(form).unwrap(), &answers(told), &Any, lang);
    assert_eq!(told("consultation-reply", json!({ "reply": "wrong", "text": "Zo was het niet." }), Lang::Nl),
        [("Klopt deze passage?".to_owned(), vec!["Klopt niet".to_owned()]), ("Toelichting".to_owned(), vec!["Zo was het niet.".to_owned()])]);
    assert_eq!(told("chronology-entry", json!({ "when": "2016-10", "escalation": true }), Lang::En)[0].1, ["October 2016"]);
    let people = told("notification", json!({ "victims": [{ "given": "Pleun", "family": "Ôzinga", "aka": ["Pleuntje"], "age": 24 }] }), Lang::En);
    assert_eq!(people[0].1, ["Name: Pleun Ôzinga, Pleuntje · Age: 24"]);
}
