//! The definitions of the repository, a codebook that has every code, and answers that fill a whole form.
#![allow(dead_code, reason = "each test file uses its own part")]

use form::{Answers, Field, FormDef, Forms, Item, Kind, ListOption, Lists, Text, check, missing};
use serde_json::{Value, json};

/// Every list has the codes 1 to 40, as a codebook would; nobody keeps lists of things of the case.
pub struct Any;

impl Lists for Any {
    fn options(&self, list: &str) -> Option<Vec<ListOption>> {
        (!list.starts_with("ref:")).then(|| (1..=40).map(|code| ListOption::new(code.to_string(), Text::new("optie", "option"))).collect())
    }
}

/// Name and text of every definition.
pub fn files() -> Vec<(String, String)> {
    let folder = std::path::Path::new("../../config/forms");
    std::fs::read_dir(folder).unwrap().flatten().map(|entry| {
        (entry.file_name().to_string_lossy().trim_end_matches(".toml").to_owned(), std::fs::read_to_string(entry.path()).unwrap())
    }).collect()
}

pub fn forms() -> Forms {
    Forms::load(files()).unwrap()
}

/// A form of one part with these fields, in TOML.
pub fn small(fields: &str) -> String {
    format!("id = \"small\"\nversion = \"1\"\ntitle = {{ nl = \"a\", en = \"b\" }}\n[[part]]\nid = \"only\"\ntitle = {{ nl = \"a\", en = \"b\" }}\n{fields}")
}

pub fn answers(value: Value) -> Answers {
    value.as_object().unwrap().clone()
}

/// Faults as `path rule`.
pub fn rules(form: &FormDef, told: Value) -> Vec<String> {
    check(form, &answers(told), &Any).into_iter().map(|fault| format!("{} {}", fault.path, fault.rule.name())).collect()
}

pub fn open(form: &FormDef, told: Value) -> Vec<String> {
    missing(form, &answers(told)).iter().map(ToString::to_string).collect()
}

/// Answers to every question, as many rows and items as the form asks for and one more where it has room.
pub fn filled(form: &FormDef) -> Answers {
    form.fields().map(|field| (field.id.clone(), one(field, 1))).collect()
}

/// The `nth` answer to a question; answers with another number differ, and later dates have higher numbers.
fn one(field: &Field, nth: usize) -> Value {
    let codes = |choice: &form::Choice| choice.options(&Any).into_iter().filter(|option| !choice.stands_alone(&option.code)).map(|option| option.code).collect::<Vec<_>>();
    let many = |min: usize, max: usize| 1..=(min + 1).min(max);
    match &field.kind {
        Kind::Line | Kind::Reference { .. } => reference(field).unwrap_or_else(|| format!("Ÿme van 't {nth}")).into(),
        Kind::Long => format!("Regel {nth}\n\nen 'n tweede").into(),
        Kind::Date => format!("2019-03-{:02}", later(field) + nth).into(),
        Kind::PartialDate => format!("2018-{:02}", later(field) + nth).into(),
        Kind::Time => "07.05".into(),
        Kind::MonthDay => format!("02-{:02}", 28 + nth % 2).into(),
        Kind::Person { parts } => parts.iter().map(|part| (part.id().to_owned(), member(part.id()))).collect::<Answers>().into(),
        Kind::One(choice) => codes(choice).pop().unwrap().into(),
        Kind::Many { choice, .. } => codes(choice).into_iter().take(2).collect(),
        Kind::Bool { .. } => true.into(),
        Kind::Number { min, .. } => (min.unwrap_or(0) + 3).into(),
        Kind::Scale => 4.into(),
        Kind::References { min, .. } => many(*min, 9).map(|nth| format!("e{nth}")).collect(),
        Kind::List { of, min, max } => many(*min, *max).map(|nth| match of {
            Item::Line | Item::Long => format!("Punt {nth}"),
            Item::MonthDay => format!("{nth:02}-24"),
        }).collect(),
        Kind::Group { fields } => row(fields, nth),
        Kind::Rows(rows) => many(rows.min, rows.max).map(|nth| {
            let mut row = row(&rows.fields, nth);
            if let Some(key) = &rows.key {
                row["key"] = format!("{key}{nth}").into();
            }
            row
        }).collect(),
    }
}

fn row(fields: &[Field], nth: usize) -> Value {
    fields.iter().map(|field| (field.id.clone(), one(field, nth))).collect::<Answers>().into()
}

/// The key of the first row, where a question refers to rows of its form.
fn reference(field: &Field) -> Option<String> {
    match &field.kind {
        Kind::Reference { to } => Some(to.strip_prefix('#').map_or_else(|| "o1".to_owned(), |rows| format!("{}1", rows.get(..1).unwrap_or_default()))),
        _ => None,
    }
}

/// Dates that can't be before another come after it.
fn later(field: &Field) -> usize {
    if field.not_before.is_some() { 5 } else { 0 }
}

fn member(id: &str) -> Value {
    match id {
        "aka" => json!(["Noortje", "'t Ÿsje"]),
        "mail" => "wie@voorbeeld.example".into(),
        _ => format!("Één {id}").into(),
    }
}
