//! Answers to be read, in words.

use serde_json::Value;

use crate::choices::{person_name, references};
use crate::definition::{Field, Kind, PersonPart};
use crate::view::{items, text};
use crate::{Answers, FormDef, Lang, ListOption, Lists, Partial, normal, words};

/// Answers to be read: each question asked and what was answered, in the order of the form. Open questions are left out.
pub fn summary(form: &FormDef, answers: &Answers, lists: &dyn Lists, lang: Lang) -> Vec<(String, Vec<String>)> {
    let whole = normal(form, answers);
    let told = Told { form, whole: &whole, lists, lang };
    form.fields().filter_map(|field| {
        let lines = told.lines(field, whole.get(&field.id)?);
        (!lines.is_empty()).then(|| (field.label.get(lang).to_owned(), lines))
    }).collect()
}

/// One answer to be read; nothing for a question there is not, or that is open.
pub fn answer(form: &FormDef, id: &str, answers: &Answers, lists: &dyn Lists, lang: Lang) -> Vec<String> {
    let whole = normal(form, answers);
    let told = Told { form, whole: &whole, lists, lang };
    form.field(id).zip(whole.get(id)).map(|(field, value)| told.lines(field, value)).unwrap_or_default()
}

struct Told<'a> {
    form: &'a FormDef,
    whole: &'a Answers,
    lists: &'a dyn Lists,
    lang: Lang,
}

impl Told<'_> {
    fn label(&self, offered: Vec<ListOption>, code: &str) -> String {
        offered.into_iter().find(|option| option.code == code).map_or_else(|| code.to_owned(), |option| option.label.get(self.lang).to_owned())
    }

    fn lines(&self, field: &Field, value: &Value) -> Vec<String> {
        if crate::empty::value(value) {
            return vec![];
        }
        match &field.kind {
            Kind::One(choice) => vec![self.label(choice.options(self.lists), &text(Some(value)))],
            Kind::Many { choice, .. } => items(Some(value)).iter().map(|code| self.label(choice.options(self.lists), code)).collect(),
            Kind::Reference { to } => vec![self.label(references(to, self.form, self.whole, self.lists).unwrap_or_default(), &text(Some(value)))],
            Kind::References { to, .. } => items(Some(value)).iter().map(|code| self.label(references(to, self.form, self.whole, self.lists).unwrap_or_default(), code)).collect(),
            Kind::Bool { .. } => vec![if value == &Value::Bool(true) { words::yes() } else { words::no() }.get(self.lang).to_owned()],
            Kind::Person { parts } => {
                let rest = parts.iter().filter(|part| !matches!(part, PersonPart::Name | PersonPart::Given | PersonPart::Family)).filter_map(|part| {
                    let held = value.get(part.id())?;
                    let shown = if *part == PersonPart::Aka { items(Some(held)).join(", ") } else { text(Some(held)) };
                    (!shown.is_empty()).then_some(shown)
                });
                vec![person_name(value).into_iter().chain(rest).collect::<Vec<_>>().join(", ")]
            }
            Kind::List { .. } => items(Some(value)),
            Kind::Group { fields } => self.inner(fields, value),
            Kind::Rows(rows) => value.as_array().into_iter().flatten().map(|row| self.inner(&rows.fields, row).join(" · ")).filter(|line| !line.is_empty()).collect(),
            Kind::Date | Kind::PartialDate => {
                let held = text(Some(value));
                vec![Partial::parse(&held).map_or(held, |date| date.told(self.lang))]
            }
            _ => vec![text(Some(value))],
        }
    }

    fn inner(&self, fields: &[Field], value: &Value) -> Vec<String> {
        fields.iter().filter_map(|field| {
            let lines = self.lines(field, value.get(&field.id)?);
            (!lines.is_empty()).then(|| format!("{}: {}", field.label.get(self.lang), lines.join(", ")))
        }).collect()
    }
}
