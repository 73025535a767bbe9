//! What is still open before a form can be handed in. A draft may be as open as it likes.

use serde_json::Value;

use crate::definition::{Field, Kind};
use crate::{Answers, FormDef, Path, empty, normal};

/// The questions that need an answer and have none, in the order of the form. A list with too few rows or items is one of them.
pub fn missing(form: &FormDef, answers: &Answers) -> Vec<Path> {
    let answers = normal(form, answers);
    let mut missing = Missing { open: vec![] };
    missing.object(&form.fields().collect::<Vec<_>>(), &[&answers], &Path::root());
    missing.open
}

struct Missing {
    open: Vec<Path>,
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
            Kind::Person { .. } => (needed || !blank) && !empty::named(value),
            Kind::Group { fields } => {
                if needed || !blank {
                    let nothing = Answers::new();
                    self.inner(fields, value.as_object().unwrap_or(&nothing), scopes, &path);
                }
                needed && blank && self.open.last().is_none_or(|last| !last.to_string().starts_with(&format!("{path}.")))
            }
            _ => needed && blank,
        };
        if open {
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
