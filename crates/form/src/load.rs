//! Reads definitions. Whatever does not fit is refused with its line and field: a faulty form stops the start, not a page.

mod link;

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use crate::definition::{Choice, Field, FormDef, Item, Kind, Own, Part, PersonPart, Preset, Required, Rows};
use crate::raw::{RawField, RawForm, RawOption};
use crate::{Text, words};
use link::Checks;

/// The most characters of a line, unless the definition says less.
const LINE: usize = 300;
/// The most characters of a long text.
const LONG: usize = 20_000;
/// The most characters of a time in words.
const TIME: usize = 60;
/// The most rows or items, unless the definition says otherwise.
const ROWS: usize = 100;

/// Why a definition was refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("form {form}{}{}: {}", .line.map(|line| format!(", line {line}")).unwrap_or_default(), .field.as_deref().map(|field| format!(", field {field}")).unwrap_or_default(), .why.en)]
pub struct FormError {
    /// The form, as far as its id could be read.
    pub form: String,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The field, or the part or option.
    pub field: Option<String>,
    /// What is wrong. What the reader of TOML says of a line it says in English, in both; then there is no field.
    pub why: Text,
}

/// All forms, by id.
#[derive(Clone, Debug, Default)]
pub struct Forms(BTreeMap<String, FormDef>);

impl Forms {
    /// Reads all definitions, each with its name (the file's, without `.toml`).
    ///
    /// # Errors
    /// [`FormError`] for the first that can't be read, whose id is not its name, or that repeats a form there is not.
    pub fn load(files: Vec<(String, String)>) -> Result<Forms, FormError> {
        let mut forms: BTreeMap<String, FormDef> = BTreeMap::new();
        for (name, text) in files {
            let form = FormDef::parse(&text).map_err(|error| FormError { form: name.clone(), ..error })?;
            if form.id != name {
                return Err(FormError { form: name, line: None, field: None, why: Text::new(&format!("heeft het id {}", form.id), &format!("has the id {}", form.id)) });
            }
            if forms.insert(name.clone(), form).is_some() {
                return Err(FormError { form: name, line: None, field: None, why: Text::new("staat er twee keer", "stands there twice") });
            }
        }
        for form in forms.values() {
            for part in &form.parts {
                if let Some(other) = part.repeats.as_ref().filter(|other| !forms.contains_key(*other)) {
                    return Err(FormError { form: form.id.clone(), line: None, field: Some(part.id.clone()), why: Text::new(&format!("er is geen formulier {other} om te herhalen"), &format!("there is no form {other} to repeat")) });
                }
            }
        }
        Ok(Forms(forms))
    }

    /// The form with an id.
    pub fn get(&self, id: &str) -> Option<&FormDef> {
        self.0.get(id)
    }

    /// All forms, by id.
    pub fn iter(&self) -> impl Iterator<Item = &FormDef> {
        self.0.values()
    }
}

impl FormDef {
    /// Reads a definition.
    ///
    /// # Errors
    /// [`FormError`] with line and field: no TOML, unknown keys, a text without Dutch or English, an id twice or not in its case, a
    /// setting the kind does not have, a condition on a question or option that does not exist.
    pub fn parse(text: &str) -> Result<FormDef, FormError> {
        let raw: RawForm = toml::from_str(text).map_err(|error| FormError {
            form: String::new(),
            line: error.span().map(|span| line(text, span.start)),
            field: None,
            why: Text::new(error.message(), error.message()),
        })?;
        let mut loader = Loader { text, form: raw.id.get_ref().clone() };
        loader.form(raw)
    }
}

fn line(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

struct Loader<'a> {
    text: &'a str,
    form: String,
}

impl Loader<'_> {
    fn wrong<T>(&self, at: &Spanned<String>, nl: impl AsRef<str>, en: impl AsRef<str>) -> Result<T, FormError> {
        let line = line(self.text, at.span().start);
        Err(FormError { form: self.form.clone(), line: Some(line), field: Some(at.get_ref().clone()), why: Text::new(nl.as_ref(), en.as_ref()) })
    }

    fn form(&mut self, raw: RawForm) -> Result<FormDef, FormError> {
        self.kebab(&raw.id)?;
        let (mut parts, mut part_ids) = (vec![], BTreeSet::new());
        let (mut ids, mut spans) = (BTreeSet::new(), vec![]);
        for part in raw.parts {
            self.kebab(&part.id)?;
            if !part_ids.insert(part.id.get_ref().clone()) {
                return self.wrong(&part.id, "twee delen hebben dit id", "two parts have this id");
            }
            if part.fields.is_empty() == part.repeats.is_none() {
                return self.wrong(&part.id, "een deel heeft vragen, of een formulier dat het herhaalt", "a part has either questions or a form it repeats");
            }
            let mut fields = vec![];
            for field in part.fields {
                spans.push(Checks::of(&field));
                fields.push(self.field(field, &mut ids, false)?);
            }
            parts.push(Part { id: part.id.into_inner(), title: part.title, intro: part.intro, repeats: part.repeats, fields });
        }
        if parts.is_empty() {
            return self.wrong(&raw.id, "een formulier zonder delen", "a form without parts");
        }
        let mut form = FormDef { id: raw.id.into_inner(), version: raw.version, title: raw.title, intro: raw.intro, parts };
        fill_fields_of(&mut form);
        let known = form.clone();
        let mut fields: Vec<&mut Field> = form.parts.iter_mut().flat_map(|part| &mut part.fields).collect();
        let outer: Vec<&Field> = known.fields().collect();
        self.link(&mut fields, &spans, &[outer], &known)?;
        Ok(form)
    }

    fn kebab(&self, id: &Spanned<String>) -> Result<(), FormError> {
        let fits = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-';
        if id.get_ref().is_empty() || !id.get_ref().chars().all(fits) { self.wrong(id, "een id wordt in kebab-case geschreven", "an id is written in kebab-case") } else { Ok(()) }
    }

    fn field(&mut self, mut raw: RawField, ids: &mut BTreeSet<String>, in_row: bool) -> Result<Field, FormError> {
        let at = raw.id.clone();
        let fits = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_';
        let id = at.get_ref().clone();
        if !id.starts_with(|sign: char| sign.is_ascii_lowercase()) || !id.chars().all(fits) {
            return self.wrong(&at, "het id van een vraag wordt in snake_case geschreven", "the id of a question is written in snake_case");
        }
        if id == "key" {
            return self.wrong(&at, "dit id is de naam van een rij", "this id names a row");
        }
        if !ids.insert(id.clone()) {
            return self.wrong(&at, "twee vragen hebben dit id", "two questions have this id");
        }
        let given = raw.particular();
        let (kind, allowed) = self.kind(&mut raw, &at)?;
        if let Some(odd) = given.iter().find(|name| !allowed.contains(name)) {
            return self.wrong(&at, format!("een vraag van soort {} heeft geen {odd}", raw.kind), format!("a question of kind {} has no {odd}", raw.kind));
        }
        if raw.retired && (raw.required || raw.required_if.is_some() || raw.shown_if.is_some()) {
            return self.wrong(&at, "een vervallen vraag is niet verplicht en kijkt naar geen andere", "a retired question is not required and looks at no other");
        }
        if raw.required && raw.required_if.is_some() {
            return self.wrong(&at, "required en required_if sluiten elkaar uit", "required and required_if exclude each other");
        }
        let preset = raw.default.map(Preset::Text).or(raw.preset.map(Preset::Code));
        if in_row && preset.is_some() {
            // A preset would make an untouched row look filled in.
            return self.wrong(&at, "een vraag van een rij heeft geen vooraf ingevuld antwoord", "a question of a row has no preset");
        }
        if let (Some(Preset::Code(code)), Kind::One(choice)) = (&preset, &kind)
            && choice.list.is_none()
            && !choice.own.iter().any(|own| own.code == *code)
        {
            return self.wrong(&at, "het vooraf ingevulde antwoord is geen optie", "the preset is no option");
        }
        let most = match kind {
            Kind::Long | Kind::List { of: Item::Long, .. } => LONG,
            Kind::Time => TIME,
            _ => LINE,
        };
        if raw.max_len.is_some_and(|max| max == 0 || max > most) {
            return self.wrong(&at, format!("max_len is 1 tot {most}"), format!("max_len is 1 to {most}"));
        }
        let required = if raw.required { Required::Yes } else { Required::No };
        Ok(Field {
            id, kind, label: raw.label, hint: raw.hint, required, shown_if: None, retired: raw.retired, max_len: raw.max_len.unwrap_or(most), care: raw.care, preset,
            not_before: raw.not_before, differs_from: raw.differs_from,
        })
    }

    /// The kind, and the settings it has.
    fn kind(&mut self, raw: &mut RawField, at: &Spanned<String>) -> Result<(Kind, &'static [&'static str]), FormError> {
        Ok(match raw.kind.as_str() {
            "line" => (Kind::Line, &["max_len", "default", "differs_from"]),
            "long" => (Kind::Long, &["max_len", "default"]),
            "time" => (Kind::Time, &[]),
            "date" => (Kind::Date, &["not_before"]),
            "partial_date" => (Kind::PartialDate, &["not_before"]),
            "month_day" => (Kind::MonthDay, &[]),
            "scale" => (Kind::Scale, &[]),
            "bool" => (Kind::Bool { tick: false }, &[]),
            "tick" => (Kind::Bool { tick: true }, &[]),
            "person" => {
                let parts = raw.parts.clone().unwrap_or_else(|| vec![PersonPart::Name]);
                if !parts.iter().any(|part| matches!(part, PersonPart::Name | PersonPart::Given | PersonPart::Family)) {
                    return self.wrong(at, "een persoon heeft een naam", "a person has a name");
                }
                (Kind::Person { parts }, &["parts", "differs_from"])
            }
            "number" => {
                if matches!((raw.min, raw.max), (Some(min), Some(max)) if min > max) {
                    return self.wrong(at, "min is meer dan max", "min is more than max");
                }
                (Kind::Number { min: raw.min, max: raw.max, whole: raw.whole.unwrap_or(true) }, &["min", "max", "whole"])
            }
            "one" => (Kind::One(self.choice(raw, at)?), &["list", "options", "of_fields", "unknown", "rather_not", "preset"]),
            "many" => (Kind::Many { choice: self.choice(raw, at)?, min: self.few(raw, at, 1)? }, &["list", "options", "of_fields", "unknown", "rather_not", "min"]),
            "reference" => (Kind::Reference { to: self.to(raw, at)? }, &["to"]),
            "references" => (Kind::References { to: self.to(raw, at)?, min: self.few(raw, at, 1)? }, &["to", "min"]),
            "list" => {
                let of = match raw.of.as_deref() {
                    Some("line") => Item::Line,
                    Some("long") => Item::Long,
                    Some("month_day") => Item::MonthDay,
                    _ => return self.wrong(at, "een lijst is van line, long of month_day", "a list is of line, long or month_day"),
                };
                let (min, max) = self.limits(raw, at)?;
                (Kind::List { of, min, max }, &["of", "min", "max", "max_len"])
            }
            "rows" => {
                let (min, max) = self.limits(raw, at)?;
                let fields = self.inner(raw, at, true)?;
                let keyed = raw.keyed.unwrap_or(false);
                if keyed && fields.len() < 2 {
                    return self.wrong(at, "rijen met keyed hebben ten minste twee vragen", "keyed rows have at least two questions");
                }
                if raw.key.as_deref().is_some_and(|key| key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_lowercase())) {
                    return self.wrong(at, "een sleutel begint met kleine letters", "a key begins with small letters");
                }
                if raw.excuses.as_ref().is_some_and(|named| !fields.iter().any(|field| field.id == *named && matches!(field.kind, Kind::One(_)))) {
                    return self.wrong(at, "excuses noemt een keuze van de rij", "excuses names a choice of the row");
                }
                (Kind::Rows(Rows { fields, min, max, key: raw.key.clone(), keyed, excuses: raw.excuses.clone() }), &["field", "min", "max", "key", "keyed", "excuses"])
            }
            "group" => (Kind::Group { fields: self.inner(raw, at, false)? }, &["field"]),
            other => return self.wrong(at, format!("er is geen soort {other}"), format!("there is no kind {other}")),
        })
    }

    fn inner(&mut self, raw: &mut RawField, at: &Spanned<String>, in_row: bool) -> Result<Vec<Field>, FormError> {
        let mut ids = BTreeSet::new();
        let fields = raw.fields.take().unwrap_or_default();
        if fields.is_empty() {
            return self.wrong(at, "rijen en groepen hebben vragen", "rows and groups have questions");
        }
        fields.into_iter().map(|field| self.field(field, &mut ids, in_row)).collect()
    }

    fn to(&self, raw: &RawField, at: &Spanned<String>) -> Result<String, FormError> {
        raw.to.clone().filter(|to| !to.is_empty()).map_or_else(|| self.wrong(at, "een verwijzing zegt waarnaar", "a reference says to what"), Ok)
    }

    fn few(&self, raw: &RawField, at: &Spanned<String>, least: usize) -> Result<usize, FormError> {
        match raw.min.map(usize::try_from) {
            None => Ok(least),
            Some(Ok(min)) if min >= least => Ok(min),
            Some(_) => self.wrong(at, format!("min is ten minste {least}"), format!("min is at least {least}")),
        }
    }

    fn limits(&self, raw: &RawField, at: &Spanned<String>) -> Result<(usize, usize), FormError> {
        let min = self.few(raw, at, 1)?;
        match raw.max.map(usize::try_from) {
            None => Ok((min, ROWS)),
            Some(Ok(max)) if max >= min => Ok((min, max)),
            Some(_) => self.wrong(at, "max is minder dan min", "max is less than min"),
        }
    }

    fn choice(&self, raw: &mut RawField, at: &Spanned<String>) -> Result<Choice, FormError> {
        let list = match raw.list.as_deref().map(|list| list.strip_prefix('@')) {
            Some(None) => return self.wrong(at, "een lijst begint met @", "a list begins with @"),
            other => other.flatten().map(str::to_owned),
        };
        let mut own = vec![];
        for option in raw.options.take().unwrap_or_default() {
            own.push(self.own(option, at)?);
        }
        for (given, code, label) in [(raw.unknown, "unknown", words::unknown()), (raw.rather_not, "rather_not", words::rather_not())] {
            if given == Some(true) {
                own.push(Own { code: code.to_owned(), label, alone: true });
            }
        }
        if list.is_none() && own.is_empty() && raw.of_fields != Some(true) {
            return self.wrong(at, "een keuze heeft opties of een lijst", "a choice has options or a list");
        }
        let codes: BTreeSet<&str> = own.iter().map(|own| own.code.as_str()).collect();
        if codes.len() < own.len() {
            return self.wrong(at, "twee opties hebben dezelfde code", "two options have one code");
        }
        if raw.of_fields == Some(true) {
            // Filled when all questions are known.
            return Ok(Choice { list: Some(OF_FIELDS.to_owned()), own });
        }
        Ok(Choice { list, own })
    }

    fn own(&self, option: RawOption, at: &Spanned<String>) -> Result<Own, FormError> {
        let fits = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_';
        if option.code.is_empty() || !option.code.chars().all(fits) {
            return self.wrong(at, format!("de code {:?} is niet in snake_case geschreven", option.code), format!("the code {:?} is not written in snake_case", option.code));
        }
        if option.nl.trim().is_empty() || option.en.trim().is_empty() {
            return self.wrong(at, format!("de optie {} heeft een lege tekst", option.code), format!("the option {} has a blank text", option.code));
        }
        Ok(Own { code: option.code, label: Text { nl: option.nl, en: option.en, pap: option.pap }, alone: option.alone })
    }
}

/// Stands for the list until the questions are known; can't be a list of the codebook, since it is no identifier.
const OF_FIELDS: &str = "#fields";

/// Gives the choices that offer the form's own long texts ('what may be read, but not stand in the report') their options.
fn fill_fields_of(form: &mut FormDef) {
    let texts: Vec<Own> = form.fields().filter(|field| matches!(field.kind, Kind::Long))
        .map(|field| Own { code: field.id.clone(), label: field.label.clone(), alone: false }).collect();
    fill(form.parts.iter_mut().flat_map(|part| &mut part.fields), &texts);
}

fn fill<'a>(fields: impl Iterator<Item = &'a mut Field>, texts: &[Own]) {
    for field in fields {
        match &mut field.kind {
            Kind::One(choice) | Kind::Many { choice, .. } if choice.list.as_deref() == Some(OF_FIELDS) => {
                choice.list = None;
                choice.own.splice(0..0, texts.iter().cloned());
            }
            Kind::Rows(rows) => fill(rows.fields.iter_mut(), texts),
            _ => {}
        }
    }
}
