//! What a form refers to: kinds of things of the case, and the things its answers name.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::definition::{Field, Kind};
use crate::view::items;
use crate::{Answers, FormDef, normal};

/// The kinds of things the questions of a form refer to; rows of the form itself are none.
pub fn refers_to(form: &FormDef) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    kinds(form.fields(), &mut found);
    found
}

fn kinds<'a>(fields: impl Iterator<Item = &'a Field>, found: &mut BTreeSet<&'a str>) {
    for field in fields {
        if let Kind::Reference { to } | Kind::References { to, .. } = &field.kind
            && !to.starts_with('#')
        {
            found.insert(to);
        }
        kinds(field.kind.fields().iter(), found);
    }
}

/// The things answers refer to: kind and code, each once.
pub fn referred(form: &FormDef, answers: &Answers) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let whole = normal(form, answers);
    for field in form.fields() {
        named(field, whole.get(&field.id), &mut found);
    }
    found
}

fn named(field: &Field, value: Option<&Value>, found: &mut BTreeSet<(String, String)>) {
    let inner = |row: &Value, found: &mut BTreeSet<_>| field.kind.fields().iter().for_each(|field| named(field, row.get(&field.id), found));
    match (&field.kind, value) {
        (Kind::Reference { to }, Some(Value::String(code))) if !to.starts_with('#') && !code.is_empty() => {
            found.insert((to.clone(), code.clone()));
        }
        (Kind::References { to, .. }, Some(_)) if !to.starts_with('#') => found.extend(items(value).into_iter().filter(|code| !code.is_empty()).map(|code| (to.clone(), code))),
        (Kind::Group { .. }, Some(row)) => inner(row, found),
        (Kind::Rows(_), Some(Value::Array(rows))) => rows.iter().for_each(|row| inner(row, found)),
        _ => {}
    }
}
