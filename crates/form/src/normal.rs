//! One shape for what may be written in two.

use serde_json::{Map, Value};

use crate::definition::{Field, Kind, Rows};
use crate::signs::line_ends;
use crate::{Answers, FormDef};

/// The same answers in the shape that is stored: codes and years written as numbers become text, one value where several may stand a
/// list, a person's bare name an object, a person's members in a row its person, a row's bare text its first question, keyed rows a list; lines end one way; what is null is left
/// out; rows that can be referred to get a `key`. What does not fit stays as it is, for [`crate::check`] to refuse.
pub fn normal(form: &FormDef, answers: &Answers) -> Answers {
    let fields: Vec<&Field> = form.fields().collect();
    let mut whole = object(&fields, answers);
    for field in fields {
        if let Kind::Rows(Rows { key: Some(prefix), .. }) = &field.kind {
            give_keys(&field.id, prefix, &mut whole);
        }
    }
    whole
}

fn object(fields: &[&Field], members: &Answers) -> Answers {
    let value = |id: &String, value: &Value| match fields.iter().find(|field| field.id == *id) {
        Some(field) => self::value(&field.kind, value),
        None => value.clone(),
    };
    members.iter().filter(|(_, member)| !member.is_null()).map(|(id, member)| (id.clone(), value(id, member))).collect()
}

fn value(kind: &Kind, value: &Value) -> Value {
    match (kind, value) {
        (Kind::Line | Kind::Long, Value::String(text)) => line_ends(text).into(),
        (Kind::One(_) | Kind::Reference { .. } | Kind::PartialDate, _) => code(value),
        (Kind::Many { .. } | Kind::References { .. }, Value::Array(values)) => values.iter().map(code).collect(),
        (Kind::Many { .. } | Kind::References { .. }, Value::String(_) | Value::Number(_)) => vec![code(value)].into(),
        (Kind::Time, Value::String(text)) => crate::dates::time(text).unwrap_or_else(|| text.clone()).into(),
        (Kind::Person { .. }, Value::String(name)) => Map::from_iter([("name".to_owned(), name.clone().into())]).into(),
        (Kind::Person { .. }, Value::Object(members)) => person(members).into(),
        (Kind::List { .. }, Value::String(text)) => vec![Value::from(line_ends(text))].into(),
        (Kind::List { .. }, Value::Array(items)) => items.iter().map(|item| item.as_str().map_or_else(|| item.clone(), |text| line_ends(text).into())).collect(),
        (Kind::Group { fields }, _) => row(fields, value),
        (Kind::Rows(rows), Value::Array(values)) => values.iter().map(|value| row(&rows.fields, value)).collect(),
        (Kind::Rows(rows), Value::Object(members)) if rows.keyed => members.iter().map(|(first, rest)| keyed(&rows.fields, first, rest)).collect(),
        _ => value.clone(),
    }
}

fn code(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.to_string().into(),
        other => other.clone(),
    }
}

fn person(members: &Answers) -> Answers {
    let member = |id: &str, value: &Value| match (id, value) {
        ("aka", Value::String(name)) => vec![Value::from(name.as_str())].into(),
        _ => value.clone(),
    };
    members.iter().filter(|(_, member)| !member.is_null()).map(|(id, value)| (id.clone(), member(id, value))).collect()
}

fn row(fields: &[Field], value: &Value) -> Value {
    let fields: Vec<&Field> = fields.iter().collect();
    match (value, fields.first()) {
        (Value::Object(members), _) => object(&fields, &gathered(&fields, members)).into(),
        (Value::String(_) | Value::Number(_), Some(first)) => object(&fields, &Map::from_iter([(first.id.clone(), value.clone())])).into(),
        _ => value.clone(),
    }
}

/// The members of a person that stand in the row itself, moved into the person the row begins with.
fn gathered(fields: &[&Field], members: &Answers) -> Answers {
    let Some(Field { id, kind: Kind::Person { parts }, .. }) = fields.first() else { return members.clone() };
    let belongs = |name: &str| parts.iter().any(|part| part.id() == name) && !fields.iter().any(|field| field.id == name);
    let (loose, mut rest): (Answers, Answers) = members.clone().into_iter().partition(|(name, _)| belongs(name));
    if loose.is_empty() {
        return rest;
    }
    let mut person = match rest.remove(id) {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(person)) => person,
        Some(Value::String(name)) => Map::from_iter([("name".to_owned(), name.into())]),
        // No person at all: left as it is, for the check to name.
        Some(_) => return members.clone(),
    };
    for (name, value) in loose {
        person.entry(name).or_insert(value);
    }
    rest.insert(id.clone(), person.into());
    rest
}

fn keyed(fields: &[Field], first: &str, rest: &Value) -> Value {
    let id = |at: usize| fields.get(at).map(|field| field.id.clone()).unwrap_or_default();
    let mut members = match rest {
        Value::Object(members) => members.clone(),
        other => Map::from_iter([(id(1), other.clone())]),
    };
    members.insert(id(0), first.into());
    row(fields, &members.into())
}

/// Gives rows without one a key that nothing in the answers uses or refers to: a reference to a removed row must not find a new one.
fn give_keys(field: &str, prefix: &str, whole: &mut Answers) {
    let mut next = 1 + whole.values().map(|value| highest(value, prefix)).max().unwrap_or(0);
    let Some(rows) = whole.get_mut(field).and_then(Value::as_array_mut) else { return };
    for row in rows.iter_mut().filter_map(Value::as_object_mut) {
        if !row.contains_key("key") {
            row.insert("key".to_owned(), format!("{prefix}{next}").into());
            next += 1;
        }
    }
}

/// The highest number that stands behind the prefix in any text that is nothing else.
fn highest(value: &Value, prefix: &str) -> u32 {
    match value {
        Value::String(text) => text.strip_prefix(prefix).filter(|number| number.len() < 8).and_then(|number| number.parse().ok()).unwrap_or(0),
        Value::Array(values) => values.iter().map(|value| highest(value, prefix)).max().unwrap_or(0),
        Value::Object(members) => members.values().map(|value| highest(value, prefix)).max().unwrap_or(0),
        _ => 0,
    }
}
