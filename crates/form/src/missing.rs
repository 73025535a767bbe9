//! What is still open before a form can be handed in. A draft may be as open as it likes.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::definition::{Field, Kind, Required};
use crate::{Answers, FormDef, Path, empty, normal};

/// The questions that need an answer and have none, in the order of the form. A list with too few rows or items is one of them. A
/// question that stays open with a reason (`excuses`) is none.
pub fn missing(form: &FormDef, answers: &Answers) -> Vec<Path> {
    let answers = normal(form, answers);
    let mut missing = Missing { open: vec![], excused: excused(form, &answers) };
    missing.object(&form.fields().collect::<Vec<_>>(), &[&answers], &Path::root());
    missing.open
}

/// The questions of the form that stay open with a reason: those a whole row names.
fn excused(form: &FormDef, answers: &Answers) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for field in form.fields() {
        let Kind::Rows(rows) = &field.kind else { continue };
        let Some(question) = &rows.excuses else { continue };
        let whole = |row: &&Answers| rows.fields.iter().all(|field| row.get(&field.id).is_some_and(|value| !empty::value(value)));
        let told = answers.get(&field.id).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object).filter(whole);
        named.extend(told.filter_map(|row| row.get(question)?.as_str().map(str::to_owned)));
    }
    named
}

struct Missing {
    open: Vec<Path>,
    excused: BTreeSet<String>,
}

impl Missing {
    fn object(&mut self, fields: &[&Field], scopes: &[&Answers], path: &Path) {
        let Some(here) = scopes.last() else { return };
        for field in fields.iter().filter(|field| field.shown(scopes)) {
            let (value, path) = (here.get(&field.id).unwrap_or(&Value::Null), path.child(&field.id));
            self.field(field, value, field.needed(scopes), scopes, path);
        }
    }

    fn field(&mut self, field: &Field, value: &Value, needed: bool, scopes: &[&Answers], path: Path) {
        let blank = empty::value(value);
        let filled = value.as_array().map_or(0, |items| items.iter().filter(|item| !empty::value(item)).count());
        let few = |min: usize| (needed || !blank) && filled < min;
        let open = match &field.kind {
            Kind::Rows(rows) => few(rows.min),
            Kind::List { min, .. } | Kind::Many { min, .. } | Kind::References { min, .. } => few(*min),
            Kind::Bool { tick: true } => needed && value != &Value::Bool(true),
            // Where a name is wanted under a condition that does not hold, what else is known of somebody stands without one.
            Kind::Person { .. } => (needed || !blank && !matches!(field.required, Required::If(_))) && !empty::named(value),
            Kind::Group { fields } => {
                if needed || !blank {
                    let nothing = Answers::new();
                    self.inner(fields, value.as_object().unwrap_or(&nothing), scopes, &path);
                }
                needed && blank && self.open.last().is_none_or(|last| !last.to_string().starts_with(&format!("{path}.")))
            }
            _ => needed && blank,
        };
        if open && !(scopes.len() == 1 && self.excused.contains(&field.id)) {
            self.open.push(path.clone());
        }
        if let Kind::Rows(rows) = &field.kind {
            for (index, row) in value.as_array().into_iter().flatten().enumerate().filter(|(_, row)| !empty::value(row)) {
                if let Some(row) = row.as_object() {
                    self.inner(&rows.fields, row, scopes, &path.item(index));
                }
            }
        }
    }

    fn inner(&mut self, fields: &[Field], here: &Answers, scopes: &[&Answers], path: &Path) {
        let scopes: Vec<&Answers> = scopes.iter().copied().chain([here]).collect();
        self.object(&fields.iter().collect::<Vec<_>>(), &scopes, path);
    }
}
