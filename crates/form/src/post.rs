//! What a browser posted, as answers. Nothing is refused here: what does not fit stays as it was typed, for [`crate::check`].

use serde_json::{Map, Value};

use crate::definition::{Field, Kind, PersonPart};
use crate::path::plain_index;
use crate::dates::{self, Parts};
use crate::{Answers, FormDef, Path};

/// A button of a form that is not 'save'.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Button {
    /// One more row of the list at a path.
    Add(String),
    /// Without the row at a path.
    Drop(String),
}

/// The button pressed, from the value of `do`: `add:victims`, `drop:victims[1]`.
pub fn button(value: &str) -> Option<Button> {
    let (verb, path) = value.split_once(':')?;
    match verb {
        "add" => Some(Button::Add(path.to_owned())),
        "drop" => Some(Button::Drop(path.to_owned())),
        _ => None,
    }
}

/// The answers of a posted part, or of the whole form. Only questions of that part are read; rows without an answer fall away.
pub fn from_form_post(form: &FormDef, part: Option<&str>, posted: &[(String, String)]) -> Answers {
    let read = Read { posted };
    form.parts.iter().filter(|found| part.is_none_or(|id| found.id == id)).flat_map(|part| &part.fields)
        .filter_map(|field| Some((field.id.clone(), read.field(field, &Path::root().child(&field.id))?))).collect()
}

struct Read<'a> {
    posted: &'a [(String, String)],
}

impl Read<'_> {
    fn one(&self, path: &Path) -> Option<&str> {
        let name = path.name();
        self.posted.iter().find(|(field, _)| *field == name).map(|(_, value)| value.as_str()).filter(|value| !value.trim().is_empty())
    }

    fn all(&self, path: &Path) -> Vec<Value> {
        let name = path.name();
        self.posted.iter().filter(|(field, value)| *field == name && !value.is_empty()).map(|(_, value)| Value::from(value.as_str())).collect()
    }

    /// How many rows the names under a path speak of.
    fn rows(&self, path: &Path) -> usize {
        let prefix = format!("{}.", path.name());
        self.posted.iter().filter_map(|(field, _)| plain_index(field.strip_prefix(&prefix)?.split('.').next()?)).map(|index| index + 1).max().unwrap_or(0)
    }

    fn field(&self, field: &Field, path: &Path) -> Option<Value> {
        match &field.kind {
            Kind::Many { .. } => some_list(self.all(path)),
            Kind::References { .. } => some_list(self.all(path).iter().filter_map(Value::as_str).flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty()).map(Value::from).collect()),
            Kind::Bool { tick } => match self.one(path) {
                Some("true") => Some(true.into()),
                Some("false") => Some(false.into()),
                Some(other) => Some(other.into()),
                None => tick.then(|| false.into()),
            },
            Kind::Number { .. } | Kind::Scale => {
                let typed = self.one(path)?.trim();
                let plain = typed.replace(',', ".");
                Some(plain.parse::<i64>().map(Value::from).or_else(|_| plain.parse::<f64>().map(Value::from)).unwrap_or_else(|_| typed.into()))
            }
            Kind::Date => self.date(path, true),
            Kind::PartialDate => self.date(path, false),
            Kind::MonthDay => {
                let (day, month) = (self.one(&path.child("day")), self.one(&path.child("month")));
                let (day, month) = (day.unwrap_or_default(), month.unwrap_or_default());
                (!day.is_empty() || !month.is_empty()).then(|| dates::month_day_from_parts(day, month).unwrap_or_else(|_| format!("{month}-{day}")).into())
            }
            Kind::Person { parts } => {
                let members: Map<String, Value> = parts.iter().filter_map(|part| {
                    let typed = self.one(&path.child(part.id()))?;
                    let value = if *part == PersonPart::Aka { typed.split(';').map(str::trim).filter(|name| !name.is_empty()).map(Value::from).collect::<Vec<_>>().into() } else { Value::from(typed) };
                    Some((part.id().to_owned(), value))
                }).collect();
                (!members.is_empty()).then(|| members.into())
            }
            Kind::List { .. } => some_list((0..self.rows(path)).filter_map(|index| self.one(&path.item(index))).map(Value::from).collect()),
            Kind::Group { fields } => self.row(fields, path),
            Kind::Rows(rows) => some_list((0..self.rows(path)).filter_map(|index| self.row(&rows.fields, &path.item(index))).collect()),
            _ => self.one(path).map(Value::from),
        }
    }

    fn row(&self, fields: &[Field], path: &Path) -> Option<Value> {
        let mut members: Map<String, Value> = fields.iter().filter_map(|field| Some((field.id.clone(), self.field(field, &path.child(&field.id))?))).collect();
        if members.values().all(|value| value == &Value::Bool(false)) {
            return None;
        }
        if let Some(key) = self.one(&path.child("key")) {
            members.insert("key".into(), key.into());
        }
        Some(members.into())
    }

    /// Three inputs to one ISO date, as far as filled; month names in three languages are understood.
    fn date(&self, path: &Path, whole: bool) -> Option<Value> {
        let typed = |name: &str| self.one(&path.child(name)).map(str::trim);
        let (day, month, year) = (typed("day"), typed("month"), typed("year"));
        if day.is_none() && month.is_none() && year.is_none() {
            return self.one(path).map(Value::from);
        }
        let parts = Parts { day: day.unwrap_or_default(), month: month.unwrap_or_default(), year: year.unwrap_or_default() };
        // What is no date stays as it was typed, so that the check can name it.
        Some(dates::from_parts(&parts, whole).unwrap_or_else(|_| format!("{}-{}-{}", parts.year, parts.month, parts.day)).into())
    }
}

fn some_list(values: Vec<Value>) -> Option<Value> {
    (!values.is_empty()).then(|| values.into())
}
