//! Whether answers can be answers to a form: shape, dates, options, lengths. What is still open is [`crate::missing`].

use std::collections::BTreeSet;

use serde_json::Value;

use crate::choices::{person_name, references};
use crate::dates::{self, Partial};
use crate::definition::{Choice, Field, Item, Kind, PersonPart};
use crate::{Answers, Fault, FormDef, ListOption, Lists, Path, Rule, empty, normal, signs};

/// The most characters of a key or reference.
const KEY: usize = 120;
/// The most other names of a person.
const NAMES: usize = 20;
/// The most references.
const REFERENCES: usize = 200;

/// Everything that can't be stored, in the order of the form. Answers may be in any shape [`normal`] takes. An empty result says
/// nothing about what is still open.
pub fn check(form: &FormDef, answers: &Answers, lists: &dyn Lists) -> Vec<Fault> {
    let whole = normal(form, answers);
    let mut check = Check { form, whole: &whole, lists, faults: vec![] };
    check.object(&form.fields().collect::<Vec<_>>(), &[&whole], &Path::root(), false);
    check.faults
}

struct Check<'a> {
    form: &'a FormDef,
    whole: &'a Answers,
    lists: &'a dyn Lists,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn fault(&mut self, path: &Path, rule: Rule) {
        self.faults.push(Fault::at(path, rule));
    }

    fn object(&mut self, fields: &[&Field], scopes: &[&Answers], path: &Path, keys: bool) {
        let Some(here) = scopes.last() else { return };
        for id in here.keys().filter(|id| !(fields.iter().any(|field| field.id == **id) || (keys && *id == "key"))) {
            self.fault(&path.child(id), Rule::UnknownField);
        }
        for field in fields {
            if let Some(value) = here.get(&field.id) {
                let path = path.child(&field.id);
                self.value(field, value, scopes, &path);
                self.beside(field, value, scopes, &path);
            }
        }
    }

    fn value(&mut self, field: &Field, value: &Value, scopes: &[&Answers], path: &Path) {
        match &field.kind {
            Kind::Line => self.text(value, field.max_len, false, path),
            Kind::Long => self.text(value, field.max_len, true, path),
            Kind::Time => self.time(value, field.max_len, path),
            Kind::Date | Kind::PartialDate => self.date(value, matches!(field.kind, Kind::Date), path),
            Kind::MonthDay => self.month_day(value, path),
            Kind::Person { parts } => self.person(value, parts, path),
            Kind::One(choice) => self.one(value, &choice.options(self.lists), path),
            Kind::Many { choice, .. } => self.many(value, choice, path),
            Kind::Bool { .. } => {
                if !value.is_boolean() {
                    self.fault(path, Rule::WrongType { expected: "yes-no" });
                }
            }
            Kind::Number { min, max, whole } => self.number(value, *min, *max, *whole, path),
            Kind::Scale => self.number(value, Some(1), Some(5), true, path),
            Kind::Reference { to } => self.reference(value, to, path),
            Kind::References { to, .. } => self.references(value, to, path),
            Kind::List { of, max, .. } => self.list(value, *of, *max, field.max_len, path),
            Kind::Group { fields } => match value.as_object() {
                Some(here) => self.inner(fields, here, scopes, path, false),
                None => self.fault(path, Rule::WrongType { expected: "object" }),
            },
            Kind::Rows(rows) => {
                let Some(values) = self.array(value, rows.max, path) else { return };
                self.keys(values, path);
                for (index, row) in values.iter().enumerate() {
                    match row.as_object() {
                        Some(here) => self.inner(&rows.fields, here, scopes, &path.item(index), rows.key.is_some()),
                        None => self.fault(&path.item(index), Rule::WrongType { expected: "object" }),
                    }
                }
            }
        }
    }

    fn inner(&mut self, fields: &[Field], here: &Answers, scopes: &[&Answers], path: &Path, keys: bool) {
        let scopes: Vec<&Answers> = scopes.iter().copied().chain([here]).collect();
        self.object(&fields.iter().collect::<Vec<_>>(), &scopes, path, keys);
    }

    fn string<'v>(&mut self, value: &'v Value, path: &Path) -> Option<&'v str> {
        if !value.is_string() {
            self.fault(path, Rule::WrongType { expected: "text" });
        }
        value.as_str()
    }

    fn array<'v>(&mut self, value: &'v Value, max: usize, path: &Path) -> Option<&'v Vec<Value>> {
        let Some(values) = value.as_array() else {
            self.fault(path, Rule::WrongType { expected: "list" });
            return None;
        };
        if values.iter().filter(|value| !empty::value(value)).count() > max {
            self.fault(path, Rule::TooMany { max });
        }
        Some(values)
    }

    fn text(&mut self, value: &Value, max: usize, lines: bool, path: &Path) {
        let Some(text) = self.string(value, path) else { return };
        if text.chars().count() > max {
            self.fault(path, Rule::TooLong { max });
        }
        if signs::hidden(text, lines) {
            self.fault(path, Rule::ControlCharacters);
        }
    }

    fn time(&mut self, value: &Value, max: usize, path: &Path) {
        self.text(value, max, false, path);
        if value.as_str().is_some_and(|text| !text.trim().is_empty() && dates::time(text).is_none()) {
            self.fault(path, Rule::ImpossibleTime);
        }
    }

    fn date(&mut self, value: &Value, whole: bool, path: &Path) {
        let Some(text) = self.string(value, path).filter(|text| !text.is_empty()) else { return };
        match Partial::parse(text) {
            None => self.fault(path, Rule::ImpossibleDate),
            Some(date) if whole && !date.is_whole() => self.fault(path, Rule::IncompleteDate),
            Some(_) => {}
        }
    }

    fn month_day(&mut self, value: &Value, path: &Path) {
        let Some(text) = self.string(value, path).filter(|text| !text.is_empty()) else { return };
        if dates::month_day(text).is_none() {
            self.fault(path, Rule::ImpossibleDate);
        }
    }

    fn person(&mut self, value: &Value, parts: &[PersonPart], path: &Path) {
        let Some(members) = value.as_object() else { return self.fault(path, Rule::WrongType { expected: "object" }) };
        // A whole name always does, so that a bare name can be given wherever a person is asked.
        let known = |id: &str| id == "name" || parts.iter().any(|part| part.id() == id);
        for (id, member) in members {
            let path = path.child(id);
            match id.as_str() {
                id if !known(id) => self.fault(&path, Rule::UnknownField),
                "aka" => {
                    let Some(names) = self.array(member, NAMES, &path) else { continue };
                    for (index, name) in names.iter().enumerate() {
                        self.text(name, 300, false, &path.item(index));
                    }
                }
                id => {
                    self.text(member, 300, false, &path);
                    if id == "mail" && member.as_str().is_some_and(|text| !text.trim().is_empty() && !signs::mail(text)) {
                        self.fault(&path, Rule::NotAMail);
                    }
                }
            }
        }
    }

    fn one(&mut self, value: &Value, options: &[ListOption], path: &Path) {
        let Some(code) = self.string(value, path).filter(|code| !code.is_empty()) else { return };
        if !options.iter().any(|option| option.code == code) {
            self.fault(path, Rule::NotAnOption);
        }
    }

    fn many(&mut self, value: &Value, choice: &Choice, path: &Path) {
        let options = choice.options(self.lists);
        let Some(codes) = self.array(value, options.len().max(1), path) else { return };
        let mut seen = BTreeSet::new();
        for (index, code) in codes.iter().enumerate() {
            self.one(code, &options, &path.item(index));
            if !seen.insert(code.as_str()) {
                self.fault(&path.item(index), Rule::Twice);
            }
        }
        if codes.len() > 1 && codes.iter().filter_map(Value::as_str).any(|code| choice.stands_alone(code)) {
            self.fault(path, Rule::StandsAlone);
        }
    }

    fn number(&mut self, value: &Value, min: Option<i64>, max: Option<i64>, whole: bool, path: &Path) {
        let Some(number) = value.as_f64() else { return self.fault(path, Rule::WrongType { expected: "number" }) };
        if whole && value.as_i64().is_none() && value.as_u64().is_none() {
            return self.fault(path, Rule::NotANumber);
        }
        // Limits are small, so their reading as a float is exact.
        if min.is_some_and(|min| number < min as f64) || max.is_some_and(|max| number > max as f64) {
            self.fault(path, Rule::OutOfRange { min, max });
        }
    }

    fn reference(&mut self, value: &Value, to: &str, path: &Path) {
        match references(to, self.form, self.whole, self.lists) {
            Some(options) => self.one(value, &options, path),
            None => self.text(value, KEY, false, path),
        }
    }

    fn references(&mut self, value: &Value, to: &str, path: &Path) {
        let Some(values) = self.array(value, REFERENCES, path) else { return };
        let mut seen = BTreeSet::new();
        for (index, value) in values.iter().enumerate() {
            self.reference(value, to, &path.item(index));
            if !seen.insert(value.as_str()) {
                self.fault(&path.item(index), Rule::Twice);
            }
        }
    }

    fn list(&mut self, value: &Value, of: Item, max: usize, max_len: usize, path: &Path) {
        let Some(items) = self.array(value, max, path) else { return };
        for (index, item) in items.iter().enumerate() {
            let path = path.item(index);
            match of {
                Item::Line => self.text(item, max_len, false, &path),
                Item::Long => self.text(item, max_len, true, &path),
                Item::MonthDay => self.month_day(item, &path),
            }
        }
    }

    /// Keys of rows: small letters, digits, `_` and `-`, each once.
    fn keys(&mut self, rows: &[Value], path: &Path) {
        let fits = |key: &str| !key.is_empty() && key.len() <= KEY && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-');
        let mut seen = BTreeSet::new();
        for (index, row) in rows.iter().enumerate() {
            let Some(key) = row.get("key") else { continue };
            let path = path.item(index).child("key");
            match key.as_str() {
                Some(key) if fits(key) => {
                    if !seen.insert(key) {
                        self.fault(&path, Rule::Twice);
                    }
                }
                _ => self.fault(&path, Rule::NotAnOption),
            }
        }
    }

    /// What holds between two answers: the order of dates, and that two persons or texts differ.
    fn beside(&mut self, field: &Field, value: &Value, scopes: &[&Answers], path: &Path) {
        let other = |id: &str| scopes.iter().rev().find_map(|scope| scope.get(id));
        if let Some(id) = &field.not_before {
            let date = |value: &Value| value.as_str().and_then(Partial::parse);
            let (last, first) = (date(value).and_then(|date| date.last()), other(id).and_then(date).and_then(|date| date.first()));
            if matches!((last, first), (Some(last), Some(first)) if last < first) {
                self.fault(path, Rule::BeforeOther { other: id.clone() });
            }
        }
        if let Some(id) = &field.differs_from {
            let plain = |value: &Value| person_name(value).or_else(|| value.as_str().map(str::to_owned)).map(|text| text.trim().to_lowercase());
            let (mine, theirs) = (plain(value).filter(|text| !text.is_empty()), other(id).and_then(plain));
            if mine.is_some() && mine == theirs {
                self.fault(path, Rule::SameAsOther { other: id.clone() });
            }
        }
    }
}
