//! Questions as they are drawn, with their faults in words and what can be chosen under its headings.

use askama::Template;
use form::{Fault, FieldView, FormDef, Lang, OptionView, Path, Step};

use crate::http::Shell;
use crate::texts::{Language, Words};

/// The language of forms.
pub fn lang(language: Language) -> Lang {
    Lang::from_code(language.code()).unwrap_or_default()
}

/// A question with its fault in words.
pub struct Field {
    /// As the form draws it.
    pub view: FieldView,
    /// What is wrong with it.
    pub error: String,
    /// The rows' own questions.
    pub rows: Vec<(form::RowView, Vec<Field>)>,
    /// What can be chosen, under its headings.
    pub groups: Vec<Group>,
}

/// Options under one heading.
pub struct Group {
    /// The heading; empty without.
    pub name: String,
    /// Whether it stands open: a short list does, and what is chosen or wrong is never folded away.
    pub open: bool,
    /// How many of them are chosen.
    pub chosen: usize,
    /// The options.
    pub options: Vec<OptionView>,
}

/// A list up to this long is shown whole.
const SHORT: usize = 12;

fn groups(options: &[OptionView], wrong: bool) -> Vec<Group> {
    let mut found: Vec<Group> = vec![];
    for option in options {
        let at = found.iter().position(|group| group.name == option.group).unwrap_or_else(|| {
            found.push(Group { name: option.group.clone(), open: wrong || options.len() <= SHORT, chosen: 0, options: vec![] });
            found.len() - 1
        });
        let Some(group) = found.get_mut(at) else { continue };
        group.chosen += usize::from(option.chosen);
        group.open |= option.chosen;
        group.options.push(option.clone());
    }
    found
}

/// Questions with their faults in words.
pub fn fields(views: Vec<FieldView>, words: &Words) -> Vec<Field> {
    views.into_iter().map(|view| {
        let error = view.fault.as_ref().map(|(rule, args)| {
            let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            words.rule(rule, &args)
        }).unwrap_or_default();
        let rows = view.rows.iter().map(|row| (row.clone(), fields(row.fields.clone(), words))).collect();
        Field { groups: groups(&view.options, !error.is_empty()), view, error, rows }
    }).collect()
}

/// What is wrong, as the head of a page lists it: where it stands on the page, and the question with its fault in words.
pub fn fault_lines(definition: &FormDef, faults: &[Fault], words: &Words) -> Vec<(String, String)> {
    faults.iter().map(|fault| (format!("#{}", Path::read(&fault.path).id()), fault_line(definition, fault, words))).collect()
}

/// A question with its fault in words.
pub(super) fn fault_line(definition: &FormDef, fault: &Fault, words: &Words) -> String {
    let args = fault.rule.params();
    let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    format!("{}: {}", called(definition, &Path::read(&fault.path), words), words.rule(fault.rule.name(), &args))
}

/// A question by its name; in a row with what the row is of and its number, as its heading is on the page.
pub(super) fn called(definition: &FormDef, path: &Path, words: &Words) -> String {
    let lang = lang(words.language);
    let whole = path.field().and_then(|outer| definition.field(outer)).map(|field| field.label.get(lang));
    let label = definition.field_at(path).map(|field| field.label.get(lang)).or(whole).map_or_else(|| path.to_string(), str::to_owned);
    match (whole, path.steps()) {
        (Some(of), [_, Step::Index(row), _, ..]) => format!("{of} {}: {label}", row + 1),
        _ => label,
    }
}

/// Where on the page the question stands that a path leads to: in a row, that of the row.
pub(super) fn place_of(fields: &[Field], path: &str) -> Option<String> {
    let found = fields.iter().find(|field| path.strip_prefix(field.view.name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])))?;
    found.rows.iter().find_map(|(_, inner)| place_of(inner, path)).or_else(|| Some(format!("#{}", found.view.id)))
}

#[derive(Template)]
#[template(path = "documents/fields.html")]
struct Fields<'a> {
    fields: &'a [Field],
    shell: &'a Shell,
}

/// Questions as they are drawn; rows draw their own questions the same way.
pub fn draw(fields: &[Field], shell: &Shell) -> String {
    Fields { fields, shell }.render().unwrap_or_default()
}
