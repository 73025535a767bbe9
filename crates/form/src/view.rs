//! What a template draws: every question with its inputs, values and faults, in one language; and answers to be read.

use serde::Serialize;
use serde_json::Value;

use crate::choices::{person_name, references};
use crate::definition::{Field, Item, Kind, PersonPart};
use crate::{Answers, Fault, FormDef, Lang, ListOption, Lists, Path, Required, normal, words};

/// A question, ready to be drawn.
#[derive(Clone, Debug, Serialize)]
pub struct FieldView {
    /// `id` of the first input.
    pub id: String,
    /// Name of the input.
    pub name: String,
    /// How it is drawn: the kind's name.
    pub kind: &'static str,
    /// The question.
    pub label: String,
    /// Help.
    pub hint: String,
    /// Whether it must be answered to hand in; a condition counts as no, since it may change on the page.
    pub required: bool,
    /// Whether the answer may tell of violence.
    pub care: bool,
    /// Rule broken here, with the words its text needs.
    pub fault: Option<(&'static str, Vec<(&'static str, String)>)>,
    /// The value of a single input.
    pub value: String,
    /// The most characters.
    pub max_len: usize,
    /// The inputs of dates and persons, and the items of a list.
    pub inputs: Vec<InputView>,
    /// What can be chosen.
    pub options: Vec<OptionView>,
    /// Rows of a repeated group, or the one of a group.
    pub rows: Vec<RowView>,
}

/// One of several inputs of a question.
#[derive(Clone, Debug, Serialize)]
pub struct InputView {
    /// `id`.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub label: String,
    /// What stands in it.
    pub value: String,
}

/// An option.
#[derive(Clone, Debug, Serialize)]
pub struct OptionView {
    /// `id`.
    pub id: String,
    /// The code.
    pub code: String,
    /// What is shown.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A row.
#[derive(Clone, Debug, Serialize)]
pub struct RowView {
    /// Path of the row, for its button.
    pub path: String,
    /// Counted from 1.
    pub number: usize,
    /// The key others refer to it by; empty without.
    pub key: String,
    /// Its questions.
    pub fields: Vec<FieldView>,
}

/// What beside the answers decides what is drawn.
pub struct Shown<'a> {
    /// The language.
    pub lang: Lang,
    /// The lists options come from.
    pub lists: &'a dyn Lists,
    /// Faults to show beside their questions.
    pub faults: &'a [Fault],
    /// Path of a list that gets an empty row more.
    pub add_to: Option<&'a str>,
}

/// The questions of one part, or of all.
pub fn to_fields(form: &FormDef, part: Option<&str>, answers: &Answers, shown: &Shown<'_>) -> Vec<FieldView> {
    let whole = normal(form, answers);
    let draw = Draw { form, whole: &whole, shown };
    form.parts.iter().filter(|found| part.is_none_or(|id| found.id == id)).flat_map(|part| &part.fields)
        .map(|field| draw.field(field, whole.get(&field.id), &Path::root().child(&field.id))).collect()
}

struct Draw<'a> {
    form: &'a FormDef,
    whole: &'a Answers,
    shown: &'a Shown<'a>,
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

impl Draw<'_> {
    fn field(&self, field: &Field, value: Option<&Value>, path: &Path) -> FieldView {
        let lang = self.shown.lang;
        let at = path.to_string();
        let fault = self.shown.faults.iter().find(|fault| fault.path == at || fault.path.starts_with(&format!("{at}.")) && !matches!(field.kind, Kind::Rows(_) | Kind::Group { .. }));
        let mut view = FieldView {
            id: path.id(), name: path.name(), kind: field.kind.name(), label: field.label.get(lang).to_owned(),
            hint: field.hint.as_ref().map(|hint| hint.get(lang).to_owned()).unwrap_or_default(), required: field.required == Required::Yes, care: field.care,
            fault: fault.map(|fault| (fault.rule.name(), fault.rule.params())), value: text(value), max_len: field.max_len, inputs: vec![], options: vec![], rows: vec![],
        };
        match &field.kind {
            Kind::One(choice) => view.options = options(path, choice.options(self.shown.lists), lang, |code| view.value == code),
            Kind::Many { choice, .. } => view.options = options(path, choice.options(self.shown.lists), lang, |code| holds(value, code)),
            Kind::Reference { to } => view.options = options(path, references(to, self.form, self.whole, self.shown.lists).unwrap_or_default(), lang, |code| view.value == code),
            Kind::References { to, .. } => {
                view.options = options(path, references(to, self.form, self.whole, self.shown.lists).unwrap_or_default(), lang, |code| holds(value, code));
                if view.options.is_empty() {
                    view.value = items(value).join("\n");
                }
            }
            Kind::Bool { tick } => {
                let is = value.and_then(Value::as_bool);
                let offered = if *tick { vec![("true", field.label.clone())] } else { vec![("true", words::yes()), ("false", words::no())] };
                let offered = offered.into_iter().map(|(code, label)| ListOption { code: code.into(), label }).collect();
                view.options = options(path, offered, lang, |code| is.map(|is| is.to_string()).as_deref() == Some(code));
            }
            Kind::Scale => {
                let offered = (1..=5).map(|step: u8| ListOption { code: step.to_string(), label: crate::Text::new(&step.to_string(), &step.to_string()) }).collect();
                view.options = options(path, offered, lang, |code| view.value == code);
            }
            Kind::Date | Kind::PartialDate => view.inputs = date_inputs(path, &view.value, lang),
            Kind::MonthDay => {
                let mut parts = view.value.split('-').map(str::to_owned);
                let (month, day) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
                view.inputs = vec![part(path, "day", day, lang), part(path, "month", month, lang)];
            }
            Kind::Person { parts } => view.inputs = parts.iter().map(|member| person_input(path, *member, value, lang)).collect(),
            Kind::List { of, .. } => {
                let mut held = items(value);
                held.extend([String::new(), String::new()]);
                view.inputs = held.into_iter().enumerate().map(|(index, value)| InputView {
                    id: path.item(index).id(), name: path.item(index).name(), label: format!("{} {}", field.label.get(lang), index + 1), value,
                }).collect();
                if *of == Item::Long {
                    view.kind = "long-list";
                }
            }
            Kind::Group { fields } => view.rows = vec![self.row(fields, value, path, 1)],
            Kind::Rows(rows) => {
                let held = value.and_then(Value::as_array).map_or(0, Vec::len);
                let least = if field.required == Required::Yes { rows.min } else { 0 };
                let count = held.max(least) + usize::from(self.shown.add_to == Some(at.as_str()));
                view.rows = (0..count.min(rows.max)).map(|index| {
                    let row = value.and_then(|value| value.get(index));
                    self.row(&rows.fields, row, &path.item(index), index + 1)
                }).collect();
            }
            _ => {}
        }
        view
    }

    fn row(&self, fields: &[Field], value: Option<&Value>, path: &Path, number: usize) -> RowView {
        let member = |id: &str| value.and_then(|value| value.get(id));
        RowView {
            path: path.to_string(), number, key: text(member("key")),
            fields: fields.iter().map(|field| self.field(field, member(&field.id), &path.child(&field.id))).collect(),
        }
    }
}

fn holds(value: Option<&Value>, code: &str) -> bool {
    value.and_then(Value::as_array).is_some_and(|codes| codes.iter().any(|held| held.as_str() == Some(code)))
}

fn items(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_array).map(|items| items.iter().map(|item| text(Some(item))).collect()).unwrap_or_default()
}

fn options(path: &Path, offered: Vec<ListOption>, lang: Lang, chosen: impl Fn(&str) -> bool) -> Vec<OptionView> {
    offered.into_iter().enumerate().map(|(index, option)| OptionView {
        id: if index == 0 { path.id() } else { format!("{}-{index}", path.id()) }, chosen: chosen(&option.code), label: option.label.get(lang).to_owned(), code: option.code,
    }).collect()
}

fn part(path: &Path, name: &str, value: String, lang: Lang) -> InputView {
    let first = name == "day";
    InputView { id: if first { path.id() } else { path.child(name).id() }, name: path.child(name).name(), label: words::date_part(name).get(lang).to_owned(), value }
}

fn date_inputs(path: &Path, value: &str, lang: Lang) -> Vec<InputView> {
    let mut parts = value.split('-').map(str::to_owned);
    let (year, month, day) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    vec![part(path, "day", day, lang), part(path, "month", month, lang), part(path, "year", year, lang)]
}

fn person_input(path: &Path, member: PersonPart, value: Option<&Value>, lang: Lang) -> InputView {
    let held = value.and_then(|value| value.get(member.id()));
    let value = if member == PersonPart::Aka { items(held).join("; ") } else { text(held) };
    InputView { id: path.child(member.id()).id(), name: path.child(member.id()).name(), label: words::person_part(member).get(lang).to_owned(), value }
}

/// Answers to be read: each question asked and what was answered, in the order of the form. Open questions are left out.
pub fn summary(form: &FormDef, answers: &Answers, lists: &dyn Lists, lang: Lang) -> Vec<(String, Vec<String>)> {
    let whole = normal(form, answers);
    let told = Told { form, whole: &whole, lists, lang };
    form.fields().filter_map(|field| {
        let lines = told.lines(field, whole.get(&field.id)?);
        (!lines.is_empty()).then(|| (field.label.get(lang).to_owned(), lines))
    }).collect()
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
