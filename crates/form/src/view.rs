//! What a template draws: every question with its inputs, values and faults, in one language.

use serde::Serialize;
use serde_json::Value;

use crate::choices::references;
use crate::definition::{Field, Item, Kind, PersonPart};
use crate::{Answers, Fault, FormDef, Lang, ListOption, Lists, Path, Required, normal, words};

/// A question, ready to be drawn.
#[derive(Clone, Debug, Serialize)]
pub struct FieldView {
    /// `id` of the first input.
    pub id: String,
    /// Name of the input.
    pub name: String,
    /// How it is drawn: the kind's name ([`Kind::name`]), or `long-list` and `month-day-list` for lists of such.
    pub kind: &'static str,
    /// The question.
    pub label: String,
    /// Help.
    pub hint: String,
    /// Whether it must be answered to hand in, as the answers stand; where the answer that decides it is still open it counts as asked for, and is called optional nowhere.
    pub required: bool,
    /// Whether it is asked, given the answers so far. What is not may be drawn all the same: without scripts nothing appears by itself.
    pub asked: bool,
    /// Whether the answer may tell of violence.
    pub care: bool,
    /// Rule broken here, with the words its text needs.
    pub fault: Option<(String, Vec<(String, String)>)>,
    /// The value of a single input.
    pub value: String,
    /// The most characters.
    pub max_len: usize,
    /// The inputs of dates and persons, and the items of a list; of a `month-day-list` two for each item.
    pub inputs: Vec<InputView>,
    /// What can be chosen.
    pub options: Vec<OptionView>,
    /// Whether a reference is chosen from a list the caller keeps, however short.
    pub listed: bool,
    /// Rows of a repeated group, or the one of a group.
    pub rows: Vec<RowView>,
    /// Whether a repeated group has room for one more row.
    pub can_add: bool,
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
    /// The heading it stands under; empty without.
    pub group: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A row.
#[derive(Clone, Debug, Serialize)]
pub struct RowView {
    /// Path of the row: its button posts `drop:` and this, its hidden key is named this and `.key`.
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
        .map(|field| draw.field(field, whole.get(&field.id), &[&whole], &Path::root().child(&field.id))).collect()
}

struct Draw<'a> {
    form: &'a FormDef,
    whole: &'a Answers,
    shown: &'a Shown<'a>,
}

pub(crate) fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

impl Draw<'_> {
    fn field(&self, field: &Field, value: Option<&Value>, scopes: &[&Answers], path: &Path) -> FieldView {
        let lang = self.shown.lang;
        let at = path.to_string();
        // What is wrong inside a person, list or choice is shown at the question; rows and groups show it at their own questions.
        let outer = matches!(field.kind, Kind::Rows(_) | Kind::Group { .. });
        let inside = |path: &str| path.strip_prefix(&at).is_some_and(|rest| rest.is_empty() || !outer && rest.starts_with(['.', '[']));
        let fault = self.shown.faults.iter().find(|fault| inside(&fault.path));
        let mut view = FieldView {
            id: path.id(), name: path.name(), kind: field.kind.name(), label: field.label.get(lang).to_owned(),
            hint: field.hint.as_ref().map(|hint| hint.get(lang).to_owned()).unwrap_or_default(), required: field.may_be_needed(scopes),
            asked: field.shown(scopes), care: field.care,
            fault: fault.map(|fault| (fault.rule.name().to_owned(), fault.rule.params().into_iter().map(|(name, value)| (name.to_owned(), value)).collect())), value: text(value), max_len: field.max_len, inputs: vec![], options: vec![], listed: false, rows: vec![], can_add: false,
        };
        if let Kind::Reference { to } | Kind::References { to, .. } = &field.kind {
            view.listed = !to.starts_with('#') && self.shown.lists.options(&format!("ref:{to}")).is_some();
        }
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
                let offered = offered.into_iter().map(|(code, label)| ListOption::new(code, label)).collect();
                view.options = options(path, offered, lang, |code| is.map(|is| is.to_string()).as_deref() == Some(code));
            }
            Kind::Scale => {
                let offered = (1..=5).map(|step: u8| ListOption::new(step.to_string(), crate::Text::new(&step.to_string(), &step.to_string()))).collect();
                view.options = options(path, offered, lang, |code| view.value == code);
            }
            Kind::Date | Kind::PartialDate => view.inputs = date_inputs(path, &view.value, lang),
            Kind::MonthDay => view.inputs = month_day_inputs(path, &view.value, lang).into(),
            Kind::Person { parts } => view.inputs = parts.iter().map(|member| person_input(path, *member, value, lang)).collect(),
            Kind::List { of, max, .. } => {
                let mut held = items(value);
                let room = max.saturating_sub(held.len());
                held.extend(std::iter::repeat_n(String::new(), room.min(2)));
                let numbered = held.into_iter().enumerate().map(|(index, value)| (path.item(index), index + 1, value));
                view.inputs = match of {
                    Item::MonthDay => numbered.flat_map(|(path, number, value)| month_day_inputs(&path, &value, lang).map(|input| InputView { label: format!("{} {number}", input.label), ..input })).collect(),
                    _ => numbered.map(|(path, number, value)| InputView { id: path.id(), name: path.name(), label: format!("{} {number}", field.label.get(lang)), value }).collect(),
                };
                view.kind = match of {
                    Item::Line => "list",
                    Item::Long => "long-list",
                    Item::MonthDay => "month-day-list",
                };
            }
            Kind::Group { fields } => view.rows = vec![self.row(fields, value, scopes, path, 1)],
            Kind::Rows(rows) => {
                let held = value.and_then(Value::as_array).map_or(0, Vec::len);
                let least = if field.required == Required::Yes { rows.min } else { 0 };
                let count = held.max(least) + usize::from(self.shown.add_to == Some(at.as_str()));
                view.can_add = count < rows.max;
                view.rows = (0..count.min(rows.max)).map(|index| {
                    let row = value.and_then(|value| value.get(index));
                    self.row(&rows.fields, row, scopes, &path.item(index), index + 1)
                }).collect();
            }
            _ => {}
        }
        view
    }

    fn row(&self, fields: &[Field], value: Option<&Value>, scopes: &[&Answers], path: &Path, number: usize) -> RowView {
        let nothing = Answers::new();
        let scopes: Vec<&Answers> = scopes.iter().copied().chain([value.and_then(Value::as_object).unwrap_or(&nothing)]).collect();
        let member = |id: &str| value.and_then(|value| value.get(id));
        RowView {
            path: path.to_string(), number, key: text(member("key")),
            fields: fields.iter().map(|field| self.field(field, member(&field.id), &scopes, &path.child(&field.id))).collect(),
        }
    }
}

fn holds(value: Option<&Value>, code: &str) -> bool {
    value.and_then(Value::as_array).is_some_and(|codes| codes.iter().any(|held| held.as_str() == Some(code)))
}

pub(crate) fn items(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_array).map(|items| items.iter().map(|item| text(Some(item))).collect()).unwrap_or_default()
}

fn options(path: &Path, offered: Vec<ListOption>, lang: Lang, chosen: impl Fn(&str) -> bool) -> Vec<OptionView> {
    offered.into_iter().enumerate().map(|(index, option)| OptionView {
        id: if index == 0 { path.id() } else { format!("{}-{index}", path.id()) }, chosen: chosen(&option.code), label: option.label.get(lang).to_owned(), group: option.group.as_ref().map(|group| group.get(lang).to_owned()).unwrap_or_default(), code: option.code,
    }).collect()
}

/// One of the inputs of a date, named as [`crate::from_form_post`] reads it. The first has the `id` of the question, so that a fault
/// links to it.
fn part(path: &Path, name: &str, value: String, lang: Lang) -> InputView {
    let end = name.get(..1).unwrap_or_default();
    let id = if end == "d" { path.id() } else { format!("{}-{end}", path.id()) };
    InputView { id, name: format!("{}-{end}", path.name()), label: words::date_part(name).get(lang).to_owned(), value }
}

fn month_day_inputs(path: &Path, value: &str, lang: Lang) -> [InputView; 2] {
    let (month, day) = value.split_once('-').unwrap_or((value, ""));
    [part(path, "day", day.to_owned(), lang), part(path, "month", month.to_owned(), lang)]
}

fn date_inputs(path: &Path, value: &str, lang: Lang) -> Vec<InputView> {
    let mut parts = value.splitn(3, '-').map(str::to_owned);
    let (year, month, day) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    vec![part(path, "day", day, lang), part(path, "month", month, lang), part(path, "year", year, lang)]
}

fn person_input(path: &Path, member: PersonPart, value: Option<&Value>, lang: Lang) -> InputView {
    let held = value.and_then(|value| value.get(member.id()));
    let value = if member == PersonPart::Aka { items(held).join("; ") } else { text(held) };
    InputView { id: path.child(member.id()).id(), name: path.child(member.id()).name(), label: words::person_part(member).get(lang).to_owned(), value }
}
