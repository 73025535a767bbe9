//! What a form asks.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{Answers, Condition, Lang, Path, Step, Text};

/// A form: its parts in order, each a page.
#[derive(Clone, Debug, Serialize)]
pub struct FormDef {
    /// Id in kebab-case, the name of the file.
    pub id: String,
    /// Version, kept with the answers.
    pub version: String,
    /// Title.
    pub title: Text,
    /// What one should know before beginning.
    pub intro: Option<Text>,
    /// Parts, in order.
    pub parts: Vec<Part>,
}

/// A part of a form: one page for those who fill it in rarely.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// Id in kebab-case.
    pub id: String,
    /// Title.
    pub title: Text,
    /// What one should know before this part.
    pub intro: Option<Text>,
    /// Id of a form that is filled in here as often as wanted, each a document of its own; such a part has no questions itself.
    pub repeats: Option<String>,
    /// Questions, in order.
    pub fields: Vec<Field>,
}

/// A question.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Field {
    /// Id in snake_case, the member of the answers.
    pub id: String,
    /// What an answer is.
    pub kind: Kind,
    /// The question.
    pub label: Text,
    /// Help with it.
    pub hint: Option<Text>,
    /// Whether the form can be handed in without it. A draft always can be kept.
    pub required: Required,
    /// When the question is asked at all.
    pub shown_if: Option<Condition>,
    /// Whether it is asked no more: it stands only where it was answered before.
    pub retired: bool,
    /// The most characters of a text.
    pub max_len: usize,
    /// Whether the answer may tell of violence, so that a page warns before showing it.
    pub care: bool,
    /// What stands there before anyone has answered.
    pub preset: Option<Preset>,
    /// Id of a date beside it that this one can't be before.
    pub not_before: Option<String>,
    /// Id of a field beside it that this one has to differ from.
    pub differs_from: Option<String>,
}

/// What stands in a field before anyone has answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// A text to begin from, in the language of the form.
    Text(Text),
    /// A chosen option.
    Code(String),
}

/// Whether an answer is needed to hand in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Required {
    /// Always.
    Yes,
    /// Never.
    No,
    /// When the condition holds.
    If(Condition),
}

/// What an answer is. Texts are JSON strings; dates ISO 8601.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One line.
    Line,
    /// Several lines.
    Long,
    /// A person: an object with `name`, or `given` and `family`, and what else the form asks.
    Person {
        /// Which members are asked, in order.
        parts: Vec<PersonPart>,
    },
    /// A whole date: `2016-10-12`.
    Date,
    /// A date as far as known: `2016`, `2016-10`, `2016-10-12`.
    PartialDate,
    /// A time of day: `18.34`, or in words ('night').
    Time,
    /// A day of every year: `12-24`.
    MonthDay,
    /// One option, by its code.
    One(Choice),
    /// Options, as a list of codes.
    Many {
        /// The options.
        choice: Choice,
        /// The fewest when required.
        min: usize,
    },
    /// Yes or no.
    Bool {
        /// Whether it is a tick (drawn as a checkbox; when required, it must be ticked).
        tick: bool,
    },
    /// A number.
    Number {
        /// The least.
        min: Option<i64>,
        /// The most.
        max: Option<i64>,
        /// Whether only whole numbers.
        whole: bool,
    },
    /// A number from 1 to 5.
    Scale,
    /// A thing of the case, by its key.
    Reference {
        /// Its kind (`organisation`), or `#` and a field with rows of this form.
        to: String,
    },
    /// Things of the case, by their keys.
    References {
        /// As for one.
        to: String,
        /// The fewest when required.
        min: usize,
    },
    /// A group of questions that may be answered more than once: a list of objects.
    Rows(Rows),
    /// Questions that belong together: an object.
    Group {
        /// The questions.
        fields: Vec<Field>,
    },
    /// Texts or days, as many as wanted: a list.
    List {
        /// What each is.
        of: Item,
        /// The fewest when required.
        min: usize,
        /// The most.
        max: usize,
    },
}

/// A repeated group of questions.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Rows {
    /// The questions of a row.
    pub fields: Vec<Field>,
    /// The fewest rows when required.
    pub min: usize,
    /// The most rows.
    pub max: usize,
    /// When rows can be referred to: what their `key` begins with (`v` gives `v1`, `v2`).
    pub key: Option<String>,
    /// Whether the rows may also be written as one object from the first question to the second (or to the rest of the row).
    pub keyed: bool,
    /// The question of a row that names another question of the form: that one may then stay open.
    pub excuses: Option<String>,
}

/// What an item of a list is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// One line.
    Line,
    /// Several lines.
    Long,
    /// A day of every year.
    MonthDay,
}

/// A member of a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonPart {
    /// Whole name.
    Name,
    /// Given name.
    Given,
    /// Family name, with what stands before it.
    Family,
    /// Other names: a list.
    Aka,
    /// Function or role.
    Role,
    /// Organisation.
    Organisation,
    /// Telephone.
    Phone,
    /// Mail address.
    Mail,
    /// Address.
    Address,
    /// Work.
    Work,
}

impl PersonPart {
    /// The member of the object.
    pub fn id(self) -> &'static str {
        match self {
            PersonPart::Name => "name",
            PersonPart::Given => "given",
            PersonPart::Family => "family",
            PersonPart::Aka => "aka",
            PersonPart::Role => "role",
            PersonPart::Organisation => "organisation",
            PersonPart::Phone => "phone",
            PersonPart::Mail => "mail",
            PersonPart::Address => "address",
            PersonPart::Work => "work",
        }
    }
}

/// What can be chosen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Choice {
    /// A list of the codebook, without its `@`.
    pub list: Option<String>,
    /// Options of the form itself; they come after those of the list.
    pub own: Vec<Own>,
}

/// An option of the form itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Own {
    /// The code an answer holds.
    pub code: String,
    /// What is shown.
    pub label: Text,
    /// Whether it can't be chosen together with others.
    pub alone: bool,
}

impl Kind {
    /// The stable name a template chooses by.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Line => "line",
            Kind::Long => "long",
            Kind::Person { .. } => "person",
            Kind::Date => "date",
            Kind::PartialDate => "partial-date",
            Kind::Time => "time",
            Kind::MonthDay => "month-day",
            Kind::One(_) => "one",
            Kind::Many { .. } => "many",
            Kind::Bool { tick: true } => "tick",
            Kind::Bool { tick: false } => "yes-no",
            Kind::Number { .. } => "number",
            Kind::Scale => "scale",
            Kind::Reference { .. } => "reference",
            Kind::References { .. } => "references",
            Kind::Rows(_) => "rows",
            Kind::Group { .. } => "group",
            Kind::List { .. } => "list",
        }
    }

    /// The questions inside, for rows and groups.
    pub fn fields(&self) -> &[Field] {
        match self {
            Kind::Rows(rows) => &rows.fields,
            Kind::Group { fields } => fields,
            _ => &[],
        }
    }
}

impl FormDef {
    /// All questions of all parts, in order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.parts.iter().flat_map(|part| &part.fields)
    }

    /// A question by its id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields().find(|field| field.id == id)
    }

    /// The question of the form a path begins with, as a fault names it: of `victims[0].age` that of the victims.
    pub fn field_of(&self, path: &str) -> Option<&Field> {
        self.field(path.split(['.', '[']).next().unwrap_or_default())
    }

    /// The question a path leads to; a row or item leads to its list, a person's member to the person.
    pub fn field_at(&self, path: &Path) -> Option<&Field> {
        let mut found = self.field(path.field()?)?;
        for step in path.steps().iter().skip(1) {
            if let Step::Name(name) = step {
                match found.kind.fields().iter().find(|field| field.id == *name) {
                    Some(inner) => found = inner,
                    None if matches!(found.kind, Kind::Person { .. }) => return Some(found),
                    None => return None,
                }
            }
        }
        Some(found)
    }

    /// The part with an id.
    pub fn part(&self, id: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.id == id)
    }

    /// The part a path stands in, to link a fault to its page.
    pub fn part_of(&self, path: &str) -> Option<&Part> {
        let id = &self.field_of(path)?.id;
        self.parts.iter().find(|part| part.fields.iter().any(|field| field.id == *id))
    }

    /// The form with only some of its parts, chosen by their number from 1. A choice that offers the form's own long texts offers those
    /// that are left.
    pub fn only_parts(mut self, kept: impl Fn(u8) -> bool) -> FormDef {
        fn texts(form: &FormDef) -> BTreeSet<String> {
            form.fields().filter(|field| matches!(field.kind, Kind::Long)).map(|field| field.id.clone()).collect()
        }
        fn narrow<'a>(fields: impl Iterator<Item = &'a mut Field>, all: &BTreeSet<String>, left: &BTreeSet<String>) {
            for field in fields {
                match &mut field.kind {
                    Kind::One(choice) | Kind::Many { choice, .. } if all.iter().all(|id| choice.own.iter().any(|own| own.code == *id)) => {
                        choice.own.retain(|own| !all.contains(&own.code) || left.contains(&own.code));
                    }
                    Kind::Rows(rows) => narrow(rows.fields.iter_mut(), all, left),
                    _ => {}
                }
            }
        }
        let all = texts(&self);
        let mut number = 0;
        self.parts.retain(|_| {
            number += 1;
            kept(number)
        });
        let left = texts(&self);
        if !all.is_empty() {
            narrow(self.parts.iter_mut().flat_map(|part| &mut part.fields), &all, &left);
        }
        self
    }

    /// The form with some options of a question left out.
    pub fn without_options(mut self, question: &str, codes: &[&str]) -> FormDef {
        fn leave_out<'a>(fields: impl Iterator<Item = &'a mut Field>, question: &str, codes: &[&str]) {
            for field in fields {
                match &mut field.kind {
                    Kind::One(choice) | Kind::Many { choice, .. } if field.id == question => choice.own.retain(|own| !codes.contains(&own.code.as_str())),
                    Kind::Rows(rows) => leave_out(rows.fields.iter_mut(), question, codes),
                    Kind::Group { fields } => leave_out(fields.iter_mut(), question, codes),
                    _ => {}
                }
            }
        }
        leave_out(self.parts.iter_mut().flat_map(|part| &mut part.fields), question, codes);
        self
    }

    /// The form without a part.
    pub fn without_part(mut self, id: &str) -> FormDef {
        self.parts.retain(|part| part.id != id);
        self
    }

    /// What stands in the form before anyone has answered.
    pub fn presets(&self, lang: Lang) -> Answers {
        let preset = |field: &Field| match field.preset.as_ref()? {
            Preset::Text(text) => Some(text.get(lang).to_owned()),
            Preset::Code(code) => Some(code.clone()),
        };
        self.fields().filter_map(|field| Some((field.id.clone(), preset(field)?.into()))).collect()
    }

    /// The old answers with one part's questions answered anew: what the page of that part left open is open now, what other pages
    /// hold stays.
    pub fn with_part(&self, part: &str, old: &Answers, posted: &Answers) -> Answers {
        let here = |id: &str| self.part(part).is_some_and(|part| part.fields.iter().any(|field| field.id == id));
        let kept = old.iter().filter(|(id, _)| !here(id));
        let new = posted.iter().filter(|(id, _)| here(id));
        kept.chain(new).map(|(id, value)| (id.clone(), value.clone())).collect()
    }
}
