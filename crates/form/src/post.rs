//! What a browser posted, as answers. Nothing is refused here: what does not fit stays as it was typed, for [`crate::check`].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::definition::{Field, Item, Kind, PersonPart};
use crate::path::plain_index;
use crate::dates::{self, Parts};
use crate::{Answers, FormDef, Path};

/// The name of the buttons of a form that are not 'save'.
pub const ACTION: &str = "_action";

/// A button of a form that is not 'save'.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Button {
    /// One more row of the list at a path; hand the path to [`crate::Shown::add_to`].
    Add(String),
    /// Without the row at a path; [`from_form_post`] has left it out.
    Drop(String),
}

/// The button pressed, from the value of [`ACTION`]: `add:victims`, `drop:victims[1]`. None for 'save' and for what no form draws.
pub fn button(posted: &[(String, String)]) -> Option<Button> {
    let (verb, path) = posted.iter().find(|(name, _)| name == ACTION)?.1.split_once(':')?;
    match verb {
        "add" => Some(Button::Add(path.to_owned())),
        "drop" => Some(Button::Drop(path.to_owned())),
        _ => None,
    }
}

/// The answers of a posted part, or of the whole form. Only questions of that part are read; rows without an answer fall away when it is saved,
/// and the row whose [`Button::Drop`] was pressed. While rows are added and dropped an empty one stays: it was asked for.
pub fn from_form_post(form: &FormDef, part: Option<&str>, posted: &[(String, String)]) -> Answers {
    let pressed = button(posted);
    let rows_only = pressed.is_some();
    let dropped = match pressed {
        Some(Button::Drop(path)) => Some(path),
        _ => None,
    };
    let mut named: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in posted {
        named.entry(name).or_default().push(value);
    }
    let read = Read { named, dropped, rows_only };
    form.parts.iter().filter(|found| part.is_none_or(|id| found.id == id)).flat_map(|part| &part.fields)
        .filter_map(|field| Some((field.id.clone(), read.field(field, &Path::root().child(&field.id))?))).collect()
}

struct Read<'a> {
    named: BTreeMap<&'a str, Vec<&'a str>>,
    dropped: Option<String>,
    /// Whether a row was added or dropped, and nothing is saved.
    rows_only: bool,
}

impl Read<'_> {
    fn typed(&self, name: &str) -> Option<&str> {
        self.named.get(name)?.first().copied().filter(|value| !value.trim().is_empty())
    }

    fn one(&self, path: &Path) -> Option<&str> {
        self.typed(&path.name())
    }

    fn all(&self, path: &Path) -> Vec<Value> {
        self.named.get(path.name().as_str()).into_iter().flatten().filter(|value| !value.is_empty()).map(|value| Value::from(*value)).collect()
    }

    /// The rows or items that were posted, in order. Counts what is there and not up to the highest index: that is the sender's to choose.
    fn rows(&self, path: &Path) -> Vec<Path> {
        let prefix = format!("{}[", path.name());
        let under = self.named.range(prefix.as_str()..).map(|(name, _)| *name).map_while(|name| name.strip_prefix(prefix.as_str()));
        let indices: BTreeSet<usize> = under.filter_map(|rest| plain_index(rest.split(']').next()?)).collect();
        indices.into_iter().map(|index| path.item(index)).filter(|row| self.dropped.as_deref() != Some(row.to_string().as_str())).collect()
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
            Kind::MonthDay => self.month_day(path),
            Kind::Person { parts } => {
                let members: Map<String, Value> = parts.iter().filter_map(|part| {
                    let typed = self.one(&path.child(part.id()))?;
                    let value = if *part == PersonPart::Aka { typed.split([';', '\n']).map(str::trim).filter(|name| !name.is_empty()).map(Value::from).collect::<Vec<_>>().into() } else { Value::from(typed) };
                    Some((part.id().to_owned(), value))
                }).collect();
                (!members.is_empty()).then(|| members.into())
            }
            Kind::List { of, .. } => self.items(*of, path),
            Kind::Group { fields } => self.row(fields, path),
            Kind::Rows(rows) => some_list(self.rows(path).iter().filter_map(|path| self.row(&rows.fields, path).or_else(|| self.rows_only.then(|| self.empty_row(path)))).collect()),
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

    /// A row nothing was told in yet; others refer to it by its key all the same.
    fn empty_row(&self, path: &Path) -> Value {
        let key = self.one(&path.child("key")).map(|key| ("key".to_owned(), Value::from(key)));
        Value::Object(key.into_iter().collect())
    }

    fn items(&self, of: Item, path: &Path) -> Option<Value> {
        let item = |path: &Path| if of == Item::MonthDay { self.month_day(path) } else { self.one(path).map(Value::from) };
        some_list(self.rows(path).iter().filter_map(item).collect())
    }

    /// What was typed in the inputs of a date: day, month, year; blank for what was left out.
    fn parts(&self, path: &Path) -> [&str; 3] {
        ["d", "m", "y"].map(|end| self.typed(&format!("{}-{end}", path.name())).map(str::trim).unwrap_or_default())
    }

    fn month_day(&self, path: &Path) -> Option<Value> {
        let [day, month, _] = self.parts(path);
        if day.is_empty() && month.is_empty() {
            return self.one(path).map(Value::from);
        }
        Some(dates::month_day_from_parts(day, month).unwrap_or_else(|_| format!("{month}-{day}")).into())
    }

    /// Three inputs to one ISO date, as far as filled; month names in three languages are understood.
    fn date(&self, path: &Path, whole: bool) -> Option<Value> {
        let [day, month, year] = self.parts(path);
        if day.is_empty() && month.is_empty() && year.is_empty() {
            return self.one(path).map(Value::from);
        }
        // What is no date stays as it was typed, so that the check can name it.
        Some(dates::from_parts(&Parts { day, month, year }, whole).unwrap_or_else(|_| format!("{year}-{month}-{day}")).into())
    }
}

fn some_list(values: Vec<Value>) -> Option<Value> {
    (!values.is_empty()).then(|| values.into())
}
