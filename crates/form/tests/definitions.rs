//! The definitions of the repository, and which definitions are refused.

mod support;

use std::collections::BTreeSet;

use form::{FormDef, Forms, Lang};
use support::{files, filled, forms, small};

/// Every form of the review's process, by the names the program asks for.
const IDS: [&str; 30] = [
    "action-response", "action-update", "chronology-entry", "consultation-reply", "contact-plan", "contact-plan-own", "deferral", "dissent", "evaluation", "finding", "invitation",
    "invitation-answer", "learning", "log-question", "meeting", "notification", "preview-reply", "pseudonyms", "publication-decision", "quality", "question-answer",
    "recommendation", "reflection", "relative-input", "relative-question", "report-section", "research-application", "research-assessment", "screening",
    "terms-of-reference",
];

#[test]
fn all_forms_of_a_review_load() {
    assert_eq!(forms().iter().map(|form| form.id.as_str()).collect::<Vec<_>>(), IDS);
    assert_eq!(forms().get("autopsy").map(|form| form.id.clone()), None);
}

#[test]
fn a_reflection_has_its_eight_parts() {
    let forms = forms();
    let parts: Vec<&str> = forms.get("reflection").unwrap().parts.iter().map(|part| part.id.as_str()).collect();
    assert_eq!(parts, ["role", "knew", "cooperation", "conditions", "went-well", "differently", "chronology", "release"]);
}

#[test]
fn a_relative_answers_questions_of_the_plan_in_words_of_their_own_with_the_same_answers() {
    let forms = forms();
    let (plan, own) = (forms.get("contact-plan").unwrap(), forms.get("contact-plan-own").unwrap());
    for id in ["relation", "side", "identity_checked", "minor", "born_on", "guardian", "first_contact_by"] {
        assert!(plan.field(id).is_some() && own.field(id).is_none(), "{id}");
    }
    let codes = |kind: &form::Kind| match kind {
        form::Kind::One(choice) | form::Kind::Many { choice, .. } => choice.own.iter().map(|own| (own.code.clone(), own.alone)).collect(),
        _ => vec![],
    };
    let shape = |kind: &form::Kind| (kind.name(), codes(kind), kind.fields().iter().map(|inner| (inner.id.clone(), inner.kind.name(), codes(&inner.kind))).collect::<Vec<_>>());
    for field in own.fields() {
        let there = plan.field(&field.id).unwrap();
        assert_eq!(shape(&field.kind), shape(&there.kind), "{}", field.id);
        assert_eq!((&field.required, field.max_len), (&there.required, there.max_len), "{}", field.id);
    }
}

#[test]
fn what_may_be_kept_from_the_report_is_every_long_text_of_the_reflection() {
    let forms = forms();
    let form = forms.get("reflection").unwrap();
    let form::Kind::Many { choice, .. } = &form.field("not_for_report").unwrap().kind else { panic!("a choice") };
    let offered: BTreeSet<&str> = choice.own.iter().map(|own| own.code.as_str()).collect();
    let texts: BTreeSet<&str> = form.fields().filter(|field| field.kind == form::Kind::Long).map(|field| field.id.as_str()).collect();
    assert_eq!(offered, texts);
    assert!(texts.contains("impact"));
}

#[test]
fn what_stands_there_beforehand_can_be_an_answer() {
    for form in forms().iter() {
        for lang in Lang::ALL {
            let mut told = filled(form);
            told.extend(form.presets(lang));
            assert_eq!(form::check(form, &told, &support::Any), [], "{}", form.id);
        }
    }
}

/// A good question, and what makes it a bad one: why, and the line of what is wrong.
#[test]
fn a_faulty_definition_is_refused_with_its_line_and_field() {
    let good = "[[part.field]]\nid = \"f\"\nkind = \"one\"\nlabel = { nl = \"a\", en = \"b\" }\noptions = [{ code = \"x\", nl = \"a\", en = \"b\" }]\n";
    FormDef::parse(&small(good)).unwrap();
    let bad = [
        ("kind = \"one\"", "kind = \"oen\"", "there is no kind oen", 8),
        ("id = \"f\"", "id = \"F\"", "snake_case", 8),
        ("id = \"f\"", "id = \"key\"", "names a row", 8),
        ("code = \"x\"", "code = \"X\"", "snake_case", 8),
        ("nl = \"a\", en = \"b\" }]", "nl = \"\", en = \"b\" }]", "blank", 8),
        ("options = [{ code = \"x\", nl = \"a\", en = \"b\" }]", "", "options or a list", 8),
        ("options = [{ code = \"x\", nl = \"a\", en = \"b\" }]", "list = \"theme\"", "begins with @", 8),
        ("options", "max_len = 3\noptions", "has no max_len", 8),
        ("options", "preset = \"y\"\noptions", "the preset is no option", 8),
        ("options", "required_if = { field = \"g\", is = \"x\" }\noptions", "g, which is no question", 8),
        ("options", "required_if = { field = \"f\", is = \"y\" }\noptions", "never is", 8),
        ("options", "required_if = { field = \"f\" }\noptions", "either is or is_not", 8),
        ("label = { nl = \"a\", en = \"b\" }", "label = { nl = \"a\" }", "en", 10),
        ("label = { nl = \"a\", en = \"b\" }", "lable = 1\nlabel = { nl = \"a\", en = \"b\" }", "lable", 10),
    ];
    for (from, to, why, line) in bad {
        let text = small(&good.replace(from, to));
        let refused = FormDef::parse(&text).map(|_| to).expect_err(to);
        assert!(refused.why.en.contains(why), "{to}: {refused}");
        assert_eq!(refused.line, Some(line), "{to}: {refused}");
        if line == 8 {
            assert!(refused.field.is_some() && refused.why.nl != refused.why.en && !refused.why.nl.is_empty(), "in Dutch too: {refused}");
        }
    }
    assert!(FormDef::parse(&small(&format!("{good}{good}"))).unwrap_err().why.en.contains("two questions have this id"));
    assert!(FormDef::parse(&small("")).unwrap_err().why.en.contains("either questions or a form it repeats"));
}

#[test]
fn the_refusal_names_the_file_and_needs_no_reader_of_code() {
    let load = |name: &str, text: String| Forms::load(vec![(name.to_owned(), text)]).unwrap_err().to_string();
    assert_eq!(load("small", small("[[part.field]]\nid = \"f\"\nkind = \"oen\"\nlabel = { nl = \"a\", en = \"b\" }\n")), "form small, line 8, field f: there is no kind oen");
    let good = "[[part.field]]\nid = \"f\"\nkind = \"line\"\nlabel = { nl = \"a\", en = \"b\" }\n";
    assert_eq!(load("large", small(good)), "form large: has the id small");
    assert_eq!(load("small", small("repeats = \"none-such\"\n")), "form small, field only: there is no form none-such to repeat");
    let twice = files().into_iter().cycle().take(files().len() + 1).collect();
    assert!(Forms::load(twice).unwrap_err().to_string().ends_with("stands there twice"));
}
